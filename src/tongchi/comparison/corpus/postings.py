"""Which units contain a feature? Lists of places, in blocks whose sums stay in the processor's cache.

Every feature has one weight, the squared logarithm of (units / units with it), so that a list needs no weights of its
own: two bytes per entry. Features of one unit only, and those of more than `SHARE` of the units, are left out: they
cost most of the time and find nothing. Units are laid out by length in stripes of 128, for then one bound on a
stripe's scores saves looking at its units; the stripes are dealt to the blocks in turn, so that blocks weigh the same.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from itertools import pairwise

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
from tongchi.comparison.corpus.hashing import BITS, STRIPE
from tongchi.documents.collection import TextUnits

SHARE = 0.02
FLOOR = 64  # in a small corpus a feature is kept up to this many units whatever their share
BLOCK = 1 << 16
SCALE = 8  # weights are stored as whole numbers: squared idf times SCALE
NORM = 0.3  # exponent of the target's mass in the score; the query's has 1 - NORM
_CHUNK = 1 << 20  # characters that the NumPy engine hashes at a time


@dataclass(frozen=True)
class Postings:
    """An inverted index of n units.

    A *place* is a position in the layout: block b holds the places `blocks[b]:blocks[b + 1]`, and `order` gives the
    unit at each place. Feature f occurs in block b at the places `blocks[b] + lists[pointers[b, f]:pointers[b, f + 1]]`.
    `weights` are 0 for features left out. `masses` is, by place, the sum of the weights of the unit's features.
    """

    order: NDArray[np.int32]
    blocks: NDArray[np.int64]
    weights: NDArray[np.uint16]
    pointers: NDArray[np.uint32]
    lists: NDArray[np.uint16]
    masses: NDArray[np.int64]

    @staticmethod
    def names() -> tuple[str, ...]:
        """Return the names of the arrays, which are the names of their files."""
        return tuple(each.name for each in fields(Postings))


def build_postings(units: TextUnits, *, share: float = SHARE, workers: int = 2, engine: Engine = "auto") -> Postings:
    """Index the units, leaving out what occurs in more than `share` of them.

    The result does not depend on `workers` or `engine`.
    """
    loops = loops_for(engine)
    folded = fold(units)
    codes, offsets = frozen(folded[0]), frozen(folded[1])
    order, blocks = _layout(np.diff(offsets))
    parts = [order[low:high] for low, high in pairwise(blocks.tolist())]
    counts = np.zeros((len(parts), 1 << BITS), dtype=np.int32)
    masses = np.zeros(len(units), dtype=np.int64)
    count = loops.count_features if loops else _count_features
    fill = loops.fill_postings if loops else _fill_postings
    with ThreadPoolExecutor(max(1, workers)) as pool:
        list(pool.map(lambda part, row: count(codes, offsets, part, row), parts, counts))
        weights = _weights(counts.sum(axis=0, dtype=np.int32), len(units), share)
        pointers = _pointers(counts, weights)
        lists = np.empty(int(counts.sum(axis=0, where=weights > 0).sum()), dtype=np.uint16)
        del counts
        places = [masses[low:high] for low, high in pairwise(blocks.tolist())]
        list(
            pool.map(
                lambda part, row, mass: fill(codes, offsets, part, weights, row[1:], lists, mass),
                parts, pointers, places,
            )
        )  # fmt: skip
    return Postings(order, blocks, weights, pointers, lists, masses)


def _layout(lengths: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the unit at each place, and where the blocks begin."""
    by_length = np.argsort(lengths, kind="stable").astype(np.int32)
    total = len(lengths)
    count = -(-total // BLOCK)
    stripes = -(-total // STRIPE)
    parts = [
        np.concatenate([by_length[s * STRIPE : (s + 1) * STRIPE] for s in range(block, stripes, count)])
        for block in range(min(count, stripes))
    ]
    order = np.concatenate(parts) if parts else by_length
    return order, np.concatenate(([0], np.cumsum([len(part) for part in parts]))).astype(np.int64)


def _weights(frequency: NDArray[np.int32], total: int, share: float) -> NDArray[np.uint16]:
    """Return the weight of each feature from the number of units that contain it."""
    kept = (frequency >= 2) & (frequency <= max(share * total, min(FLOOR, total / 2)))
    weights = np.zeros(len(frequency), dtype=np.uint16)
    logs = np.log(max(1, total) / np.arange(1, int(frequency.max(initial=1)) + 1))  # one per frequency, not per feature
    weights[kept] = np.maximum(1, np.rint(SCALE * logs**2)).astype(np.uint16)[frequency[kept] - 1]
    return weights


def _pointers(counts: NDArray[np.int32], weights: NDArray[np.uint16]) -> NDArray[np.uint32]:
    """Return for each block where each list begins, one place to the right of where it belongs.

    Whoever fills the lists moves these numbers on to where each list ends, which is where the next one begins: the
    pointers are then in their place.
    """
    pointers = np.zeros((len(counts), counts.shape[1] + 1), dtype=np.uint32)
    start = 0
    for row, count in zip(pointers, counts, strict=True):
        kept = np.where(weights > 0, count, 0)
        ends = np.cumsum(kept, dtype=np.int64) + start
        row[0] = start
        row[1:] = ends - kept
        start = int(ends[-1])
    return pointers


def _chunks(offsets: Offsets, units: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    """Cut the units into runs of about `_CHUNK` characters."""
    if not len(units):
        return []
    ends = np.cumsum(offsets[units.astype(np.int64) + 1] - offsets[units])
    cuts = np.searchsorted(ends, np.arange(_CHUNK, int(ends[-1]) + 1, _CHUNK))
    return [each for each in np.split(units, cuts) if len(each)]


def gather(codes: Codes, offsets: Offsets, units: NDArray[np.int32]) -> tuple[Codes, Offsets]:
    """Return the codes of the chosen units under each other, and their offsets."""
    lengths = offsets[units.astype(np.int64) + 1] - offsets[units]
    ends = np.cumsum(lengths)
    at = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(offsets[units] - (ends - lengths), lengths)
    return codes[at], np.concatenate(([0], ends))


def _count_features(codes: Codes, offsets: Offsets, units: NDArray[np.int32], counts: NDArray[np.int32]) -> None:
    for chunk in _chunks(offsets, units):
        _, features = unit_features(*gather(codes, offsets, chunk))
        counts += np.bincount(features, minlength=len(counts)).astype(np.int32)


def _fill_postings(
    codes: Codes, offsets: Offsets, units: NDArray[np.int32], weights: NDArray[np.uint16],
    cursors: NDArray[np.uint32], lists: NDArray[np.uint16], masses: NDArray[np.int64],
) -> None:  # fmt: skip
    begin = 0
    for chunk in _chunks(offsets, units):
        place, feature = unit_features(*gather(codes, offsets, chunk))
        place, feature = place[weights[feature] > 0], feature[weights[feature] > 0]
        masses[begin : begin + len(chunk)] = np.bincount(place, weights=weights[feature], minlength=len(chunk)).astype(
            np.int64
        )
        by_feature = np.argsort(feature, kind="stable")
        feature = feature[by_feature]
        found, first, count = np.unique(feature, return_index=True, return_counts=True)
        at = cursors[feature].astype(np.int64) + np.arange(len(feature)) - np.repeat(first, count)
        lists[at] = place[by_feature] + begin
        cursors[found] += count.astype(np.uint32)
        begin += len(chunk)
