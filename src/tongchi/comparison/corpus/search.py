"""Which units elsewhere are nearest to a clause? Sums over posting lists, the best few of each kept.

Score of target d for query q: the summed weights of the features that both have, divided by
`mass(q) ** 0.7 * mass(d) ** 0.3`. It is 1 for the same text, 0 where no feature is shared, and never above 1 (but for
hash collisions, which are cut off at 1). Sums are whole numbers and ties go to the lower unit number, so that the
result depends neither on the engine nor on the number of threads.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tongchi.comparison.corpus.encode import (
    Codes,
    Engine,
    Offsets,
    fold,
    frozen,
    loops_for,
    unit_features,
)
from tongchi.comparison.corpus.hashing import STRIPE
from tongchi.comparison.corpus.postings import NORM, Postings, gather
from tongchi.documents.collection import TextUnits


@dataclass(frozen=True)
class Neighbours:
    """For each query the best units, best first: their numbers (-1 where there are fewer) and scores in [0, 1]."""

    units: NDArray[np.int32]
    scores: NDArray[np.float64]


def search(
    postings: Postings,
    queries: TextUnits,
    top: int = 5,
    *,
    group: NDArray[np.int32],
    banned: NDArray[np.int32],
    workers: int = 2,
    engine: Engine = "auto",
) -> Neighbours:
    """Find the `top` best units for each query.

    `group` is a number per indexed unit, negative for units that are never wanted; `banned` is one number per query:
    units of that group are left out (a number that no unit has leaves out none).
    """
    loops = loops_for(engine)
    folded = fold(queries)
    codes, offsets = frozen(folded[0]), frozen(folded[1])
    weights, pointers = frozen(postings.weights), frozen(postings.pointers)
    lists, blocks, order = frozen(postings.lists), frozen(postings.blocks), frozen(postings.order)
    scale, bound = _scale_and_bound(postings)
    placed = group[postings.order]
    scores = np.zeros((len(queries), top), dtype=np.float64)
    units = np.full((len(queries), top), -1, dtype=np.int32)
    masses = np.zeros(len(queries), dtype=np.int64)
    one = loops.search if loops else _search

    def run(first: int, last: int) -> None:
        one(
            codes, offsets, first, last, weights, pointers, lists, blocks, order, scale, bound, placed, banned,
            scores, units, masses,
        )  # fmt: skip

    cuts = _cuts(offsets, 8 * max(1, workers))
    with ThreadPoolExecutor(max(1, workers)) as pool:
        list(pool.map(run, cuts[:-1], cuts[1:]))
    norms = np.maximum(masses, 1).astype(np.float64) ** (1 - NORM)
    return Neighbours(units, np.minimum(1.0, scores / norms[:, None]))


def _scale_and_bound(postings: Postings) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the factor of each place, and for each block the largest factor of each stripe."""
    scale = np.maximum(postings.masses, 1).astype(np.float64) ** -NORM
    sizes = np.diff(postings.blocks)
    bound = np.zeros((len(sizes), -(-int(sizes.max(initial=0)) // STRIPE)))
    for row, low, high in zip(bound, postings.blocks[:-1], postings.blocks[1:], strict=True):
        most = np.maximum.reduceat(scale[low:high], np.arange(0, high - low, STRIPE))
        row[: len(most)] = most
    return scale, bound


def _cuts(offsets: Offsets, parts: int) -> list[int]:
    """Cut the queries into runs of about the same number of characters."""
    wanted = np.linspace(0, int(offsets[-1]), parts + 1)
    cuts = np.unique(np.searchsorted(offsets, wanted))
    return [0, *[int(cut) for cut in cuts if 0 < cut < len(offsets) - 1], len(offsets) - 1]


def _search(
    codes: Codes, offsets: Offsets, first: int, last: int, weights: NDArray[np.uint16], pointers: NDArray[np.uint32],
    lists: NDArray[np.uint16], blocks: NDArray[np.int64], order: NDArray[np.int32], scale: NDArray[np.float64],
    bound: NDArray[np.float64], group: NDArray[np.int32], banned: NDArray[np.int32], scores: NDArray[np.float64],
    units: NDArray[np.int32], masses: NDArray[np.int64],
) -> None:  # fmt: skip
    """Find the best units for queries `first:last`: the NumPy engine."""
    for query in range(first, last):
        _, features = unit_features(*gather(codes, offsets, np.array([query], dtype=np.int32)))
        features = features[weights[features] > 0]
        masses[query] = int(weights[features].sum(dtype=np.int64))
        for block, (low, high) in enumerate(zip(blocks[:-1].tolist(), blocks[1:].tolist(), strict=True)):
            sums = _block_sums(features, weights, pointers[block], lists, high - low)
            wanted = (sums > 0) & (group[low:high] >= 0) & (group[low:high] != banned[query])
            at = np.flatnonzero(wanted)
            _merge(sums[at] * scale[low:high][at], order[low:high][at], scores[query], units[query])


def _block_sums(
    features: NDArray[np.int64], weights: NDArray[np.uint16], pointers: NDArray[np.uint32],
    lists: NDArray[np.uint16], size: int,
) -> NDArray[np.float64]:  # fmt: skip
    """Return the summed weights of the shared features for each place of one block; whole numbers, so exact."""
    starts, ends = pointers[features].tolist(), pointers[features + 1].tolist()
    found = [lists[start:end] for start, end in zip(starts, ends, strict=True)]
    places = np.concatenate(found) if found else np.empty(0, dtype=np.uint16)
    each = np.repeat(weights[features].astype(np.float64), [len(part) for part in found])
    return np.bincount(places, weights=each, minlength=size).astype(np.float64, copy=False)


def _merge(
    score: NDArray[np.float64], unit: NDArray[np.int32], scores: NDArray[np.float64], units: NDArray[np.int32]
) -> None:
    """Keep the best of the candidates and of those already found, by score, then by unit number."""
    top = len(scores)
    if len(score) > 4 * top:
        least = np.partition(score, len(score) - top)[len(score) - top]
        score, unit = score[score >= least], unit[score >= least]
    score = np.concatenate((scores[units >= 0], score))
    unit = np.concatenate((units[units >= 0], unit))
    best = np.lexsort((unit, -score))[:top]
    scores[: len(best)], units[: len(best)] = score[best], unit[best]
