"""Which network, if none is given? Rings, lattices, stars, scale-free graphs, provinces with their cities, and the ties that texts promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from tongchi.comparison.reciprocity import is_directed_at
from tongchi.documents import Document
from tongchi.errors import GraphError
from tongchi.mechanism.game.graphs import RegionGraph
from tongchi.provisions import find_commitments


def complete_graph(size: int) -> RegionGraph:
    """Everybody deals with everybody: a well-mixed population."""
    first, second = np.triu_indices(max(size, 0), 1)
    return RegionGraph.from_pairs(size, first, second)


def ring_graph(size: int, degree: int = 2) -> RegionGraph:
    """A ring in which each region deals with the `degree` nearest, half of them on each side; degree 2 is the cycle."""
    if degree < 2 or degree % 2 or degree >= size:
        raise GraphError(found=f"k = {degree}, N = {size}", expected="k 为偶数，2 ≤ k < N / k even", advice="")
    at = np.arange(size)
    steps = range(1, degree // 2 + 1)
    return RegionGraph.from_pairs(size, np.tile(at, len(steps)), np.concatenate([(at + step) % size for step in steps]))


def grid_graph(rows: int, columns: int, *, wrapped: bool = True) -> RegionGraph:
    """A map of squares that deal across their sides; `wrapped` joins opposite borders, so that each region has four neighbours."""
    if min(rows, columns) < (3 if wrapped else 1):
        expected = "≥ 3 × 3" if wrapped else "≥ 1 × 1"
        raise GraphError(found=f"{rows} × {columns}", expected=expected, advice="")
    at = np.arange(rows * columns).reshape(rows, columns)
    if wrapped:
        pairs = [(at, np.roll(at, -1, axis=1)), (at, np.roll(at, -1, axis=0))]
    else:
        pairs = [(at[:, :-1], at[:, 1:]), (at[:-1], at[1:])]
    first, second = (np.concatenate([pair[end].ravel() for pair in pairs]) for end in (0, 1))
    return RegionGraph.from_pairs(rows * columns, first, second)


def star_graph(size: int) -> RegionGraph:
    """One centre, region 0, with which all others deal and nobody else does."""
    return RegionGraph.from_pairs(size, np.zeros(max(size - 1, 0), dtype=np.int64), np.arange(1, max(size, 1)))


def scale_free_graph(size: int, links: int, rng: np.random.Generator) -> RegionGraph:
    """Regions come one by one and tie to `links` others, the likelier the more ties these have (Barabási & Albert 1999).

    The first `links` + 1 regions all deal with one another.
    """
    if not 1 <= links < size:
        raise GraphError(found=f"m = {links}, N = {size}", expected="1 ≤ m < N", advice="")
    pairs = list(combinations(range(links + 1), 2))
    ends = [end for pair in pairs for end in pair]  # each region stands here once for each of its ties
    for newcomer in range(links + 1, size):
        chosen: set[int] = set()
        while len(chosen) < links:
            chosen.add(ends[int(rng.integers(len(ends)))])
        for other in sorted(chosen):
            pairs.append((newcomer, other))
            ends += [newcomer, other]
    first, second = np.array(pairs).T
    return RegionGraph.from_pairs(size, first, second)


def hierarchy_graph(
    provinces: Mapping[str, Sequence[str]],
    *,
    upward: float = 1.0,
    among_cities: float = 1.0,
    among_provinces: float = 1.0,
) -> RegionGraph:
    """Provinces deal with one another and with their cities, and the cities of a province among themselves.

    The three weights say how closely; a weight of 0 leaves such ties out.
    """
    edges = [(one, other, among_provinces) for one, other in combinations(provinces, 2)]
    for province, cities in provinces.items():
        edges += [(province, city, upward) for city in cities]
        edges += [(one, other, among_cities) for one, other in combinations(cities, 2)]
    names = [*provinces, *(city for cities in provinces.values() for city in cities)]
    place = {name: at for at, name in enumerate(names)}
    kept = [(place[one], place[other], weight) for one, other, weight in edges if weight != 0]
    first, second, weights = ([edge[part] for edge in kept] for part in range(3))
    return RegionGraph.from_pairs(len(names), first, second, weights=weights, names=names)


def commitment_graph(texts: Mapping[str, Document | Sequence[Document]], *, background: float = 0.0) -> RegionGraph:
    """Tie regions as closely as their texts promise: the weight of an edge counts the commitments of both sides towards the other.

    Parameters
    ----------
    texts : region to its text or texts; a commitment counts where it is directed at the other's region
        (`tongchi.comparison.reciprocity`), once for each region it is directed at
    background : weight of every pair in addition, for dealings that no text promises; with 0, regions that promise
        nothing and are promised nothing make the graph fall apart, which is refused
    """
    owned = {name: [text] if isinstance(text, Document) else list(text) for name, text in texts.items()}
    bare = [name for name, documents in owned.items() if not documents]
    if bare:
        raise GraphError(found=f"没有文本 / no text: {bare[:5]}", expected="≥ 1", advice="")
    found = {name: [(own, each) for own in owned[name] for each in find_commitments(own)] for name in owned}

    def promised(one: str, other: str) -> int:
        return sum(is_directed_at(each, own, owned[other][0]) for own, each in found[one])

    names = list(owned)
    pairs = list(combinations(range(len(names)), 2))
    counts = [promised(names[i], names[j]) + promised(names[j], names[i]) + background for i, j in pairs]
    kept = [(pair, count) for pair, count in zip(pairs, counts, strict=True) if count > 0]
    first, second = ([pair[end] for pair, _ in kept] for end in (0, 1))
    return RegionGraph.from_pairs(len(names), first, second, weights=[count for _, count in kept], names=names)
