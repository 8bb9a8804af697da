r"""Who deals with whom? Networks of regions, undirected, with weights that say how closely two regions deal with each other.

A graph is kept as compressed rows: the neighbours of region i are `neighbours[starts[i]:starts[i + 1]]`, in rising order. Each such place is
a *slot*: one end of one edge. Shares :math:`\bar w_{ij} = w_{ij}/\sum_k w_{ik}` weigh the neighbours of a region and sum to 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from tongchi.errors import GraphError

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Edge = tuple[str, str, float]


@dataclass(frozen=True)
class RegionGraph:
    """N named regions; `starts` (N + 1,), `neighbours` and `weights` (2E,) hold every edge at both of its ends."""

    names: tuple[str, ...]
    starts: Whole
    neighbours: Whole
    weights: Array

    @classmethod
    def from_matrix(cls, weights: ArrayLike, names: Sequence[str] | None = None) -> RegionGraph:
        """Take symmetric weights (N, N), none negative, 0 on the diagonal. Raise `GraphError` where they are not, or not connected."""
        matrix = np.asarray(weights, dtype=np.float64)
        if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
            raise GraphError(found=f"{matrix.shape}", expected="(N, N)", advice="")
        if not np.isfinite(matrix).all() or (matrix < 0).any() or not np.array_equal(matrix, matrix.T):
            raise GraphError(
                found="负的或单向的权重 / weights that are negative or one-sided",
                expected="对称的非负权重 / symmetric weights, none negative",
                advice="",
            )
        _refuse_loops(np.flatnonzero(np.diag(matrix)), names)
        first, second = np.nonzero(np.triu(matrix))
        return cls.from_pairs(len(matrix), first, second, weights=matrix[first, second], names=names)

    @classmethod
    def from_pairs(
        cls,
        size: int,
        first: ArrayLike,
        second: ArrayLike,
        *,
        weights: ArrayLike | None = None,
        names: Sequence[str] | None = None,
    ) -> RegionGraph:
        """Take E edges by the places of their two ends; an edge named twice, either way round, adds its weights (1 by default)."""
        one, two = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
        weight = np.ones(len(one)) if weights is None else np.asarray(weights, dtype=np.float64)
        labels = tuple(str(k) for k in range(size)) if names is None else tuple(names)
        _check_edges(size, one, two, weight, labels)
        ends = csr_array((weight, (one, two)), shape=(size, size))
        both = csr_array(ends + ends.T)
        both.sum_duplicates()  # also sorts the neighbours of each region
        _check_connected(both, labels)
        starts, neighbours = both.indptr.astype(np.int64), both.indices.astype(np.int64)
        return cls(labels, starts, neighbours, np.asarray(both.data, dtype=np.float64))

    @classmethod
    def from_edges(cls, edges: Iterable[Edge | tuple[str, str]]) -> RegionGraph:
        """Take a table of edges: two names and, if known, a weight (1 by default). Regions are ordered by name."""
        rows = list(edges)
        names = sorted({name for one, two, *_ in rows for name in (one, two)})
        place = {name: at for at, name in enumerate(names)}
        first, second = [place[row[0]] for row in rows], [place[row[1]] for row in rows]
        weights = [row[2] if len(row) == 3 else 1.0 for row in rows]
        return cls.from_pairs(len(names), first, second, weights=weights, names=names)

    @property
    def size(self) -> int:
        """Number of regions."""
        return len(self.names)

    @property
    def edges(self) -> int:
        """Number of undirected edges."""
        return len(self.neighbours) // 2

    @cached_property
    def degrees(self) -> Whole:
        """(N,) how many neighbours each region has."""
        return np.diff(self.starts)

    @cached_property
    def owners(self) -> Whole:
        """(2E,) the region whose slot it is."""
        return np.repeat(np.arange(self.size), self.degrees)

    @cached_property
    def strengths(self) -> Array:
        """(N,) the sum of the weights of each region."""
        return np.add.reduceat(self.weights, self.starts[:-1])

    @cached_property
    def shares(self) -> Array:
        """(2E,) the weight of each slot over the strength of its owner; a region's shares sum to 1."""
        return self.weights / self.strengths[self.owners]

    @cached_property
    def reverse(self) -> Whole:
        """(2E,) the slot at the other end of the same edge."""
        key = self.owners * self.size + self.neighbours
        return np.searchsorted(key, self.neighbours * self.size + self.owners)

    @cached_property
    def edge_of_slot(self) -> Whole:
        """(2E,) the number of the edge, 0 … E − 1, in the order of the end that comes first."""
        low = self.owners < self.neighbours
        number = np.cumsum(low) - 1
        found: Whole = np.where(low, number, number[self.reverse])
        return found

    def matrix(self) -> Array:
        """Return the weights as a dense (N, N) array."""
        dense = np.zeros((self.size, self.size))
        dense[self.owners, self.neighbours] = self.weights
        return dense

    def relabelled(self, order: Sequence[int]) -> RegionGraph:
        """Return the same graph with its regions in another order: place k holds what was region `order[k]`."""
        place = np.empty(self.size, dtype=np.int64)
        place[np.asarray(order)] = np.arange(self.size)
        once = self.owners < self.neighbours
        names = [self.names[k] for k in order]
        first, second = place[self.owners[once]], place[self.neighbours[once]]
        return RegionGraph.from_pairs(self.size, first, second, weights=self.weights[once], names=names)


def _check_edges(size: int, first: Whole, second: Whole, weights: Array, names: tuple[str, ...]) -> None:
    if size < 2:
        raise GraphError(found=f"N = {size}", expected="N ≥ 2", advice="")
    twice = [name for name, count in Counter(names).items() if count > 1]
    if len(names) != size or twice:
        shown = f"重名 / named twice: {twice[:5]}" if twice else f"{len(names)} 个名称 / names"
        raise GraphError(found=shown, expected=f"{size} 个不同的名称 / different names", advice="")
    if not len(first) == len(second) == len(weights):
        found = f"{len(first)}, {len(second)}, {len(weights)}"
        raise GraphError(found=found, expected="等长的两端与权重 / ends and weights of one length", advice="")
    if len(first) and not (min(first.min(), second.min()) >= 0 and max(first.max(), second.max()) < size):
        raise GraphError(found="不存在的区域 / a region that is not there", expected=f"0–{size - 1}", advice="")
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise GraphError(
            found=f"{weights[~(weights > 0)][:3]}",
            expected="权重 > 0 / weights > 0",
            advice="无联系则不列。/ Leave it out.",
        )
    _refuse_loops(first[first == second], names)


def _refuse_loops(found: Whole, names: Sequence[str] | None) -> None:
    if len(found):
        shown = str(found[0]) if names is None else names[found[0]]
        raise GraphError(found=f"自环 / a loop: {shown}", expected="两个不同的区域 / two different regions", advice="")


def _check_connected(weights: csr_array, names: tuple[str, ...]) -> None:
    parts, label = connected_components(weights, directed=False)
    if parts > 1:
        rare = int(np.bincount(label).argmin())
        alone = [names[k] for k in np.flatnonzero(label == rare)[:5]]
        raise GraphError(
            found=f"网络分为 {parts} 块（如 {'、'.join(alone)}）/ {parts} separate parts (such as {', '.join(alone)})",
            expected="连通的网络 / a connected network",
            advice="请补上连接，或分块计算。/ Add links, or work part by part.",
        )
