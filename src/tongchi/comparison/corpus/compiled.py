"""How are the loops of the corpus search run at machine speed?

The same arithmetic as the NumPy engine in `encode`, `postings` and `search`, compiled by numba (the optional extra
`fast`) and kept in its cache on disk. All sums are sums of whole numbers, so both engines give the same numbers; a
test compares them. Only `encode.compiled_loops` imports this module, for it needs numba.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from tongchi.comparison.corpus.hashing import BITS, FIRST, FOLD, LAST_LEVEL, SALTS, SECOND, SPREAD, STEP, STRIPE, THIRD

_U32 = np.uint32
_FIRST, _SECOND, _THIRD = _U32(FIRST), _U32(SECOND), _U32(THIRD)
_SPREAD, _STEP, _FOLD, _SHIFT = _U32(SPREAD), _U32(STEP), _U32(FOLD), _U32(32 - BITS)
_SALTS = np.array(SALTS, dtype=np.uint32)
_LAST = _U32(LAST_LEVEL)
_BATCH = 64
_QUARTER = STRIPE // 4


def _jit(function: Any) -> Any:
    return numba.njit(cache=True, nogil=True)(function)


def _emit(bucket: Any, table: Any, mask: Any, out: Any, n: Any) -> Any:
    """Count one more occurrence of a bucket in the unit's table; write a feature where a level is reached.

    An entry of the table holds bucket + 1 above three bits of count; 0 is a free entry.
    """
    name = _U32(bucket + _U32(1)) << _U32(3)
    at = np.int64(bucket) & mask
    while table[at] != 0 and (table[at] & _U32(0xFFFFFFF8)) != name:
        at = (at + 1) & mask
    count = table[at] & _U32(7)
    if count < _LAST:
        count += _U32(1)
        table[at] = name | count
        salt = _SALTS[count]
        if salt != 0 or count == 1:
            out[n] = bucket ^ salt
            n += 1
    return n


emit = _jit(_emit)


def _unit_features(codes: Any, start: Any, end: Any, table: Any, out: Any) -> Any:
    """Write the features of one unit into `out` and return how many there are."""
    size = 64
    while size < 4 * (end - start):
        size *= 2
    mask = np.int64(size - 1)
    table[:size] = 0
    n = 0
    before, previous = _U32(0), _U32(0)
    for at in range(start, end):
        code = _U32(codes[at])
        if code != 0 and previous != 0:
            pair = _U32(_U32(previous * _FIRST) + _U32(code * _SECOND))
            pair = _U32(_U32(pair ^ (pair >> _FOLD)) * _SPREAD)
            n = emit(_U32(pair >> _SHIFT), table, mask, out, n)
            if before != 0:
                triple = _U32(pair ^ _U32(before * _THIRD))
                triple = _U32(_U32(triple ^ (triple >> _FOLD)) * _STEP)
                n = emit(_U32(triple >> _SHIFT), table, mask, out, n)
        before, previous = previous, code
    return n


unit_features = _jit(_unit_features)


def _new_table(offsets: Any) -> Any:
    """Return room for the buckets of the longest unit."""
    most = 16
    for unit in range(len(offsets) - 1):
        most = max(most, offsets[unit + 1] - offsets[unit])
    return np.zeros(8 * most, np.uint32)


new_table = _jit(_new_table)


def _count_features(codes: Any, offsets: Any, units: Any, counts: Any) -> None:
    """Add to `counts` how often each feature occurs among `units`."""
    table = new_table(offsets)
    out = np.empty(len(table), np.uint32)
    for position in range(len(units)):
        unit = units[position]
        n = unit_features(codes, offsets[unit], offsets[unit + 1], table, out)
        for j in range(n):
            counts[out[j]] += 1


count_features = _jit(_count_features)


def _fill_postings(
    codes: Any, offsets: Any, units: Any, weights: Any, cursors: Any, postings: Any, masses: Any
) -> None:
    """Write the place of each unit in the block into the list of each of its features; sum up its weight."""
    table = new_table(offsets)
    out = np.empty(len(table), np.uint32)
    for position in range(len(units)):
        unit = units[position]
        n = unit_features(codes, offsets[unit], offsets[unit + 1], table, out)
        mass = 0
        for j in range(n):
            feature = out[j]
            weight = weights[feature]
            if weight != 0:
                mass += weight
                postings[cursors[feature]] = position
                cursors[feature] += 1
        masses[position] = mass


fill_postings = _jit(_fill_postings)


def _query_features(
    codes: Any, offsets: Any, first: Any, last: Any, weights: Any, table: Any, starts: Any, kept: Any, masses: Any
) -> None:
    """Write the features with weight of units `first:last` under each other into `kept`, and each unit's mass."""
    n = 0
    for unit in range(first, last):
        found = unit_features(codes, offsets[unit], offsets[unit + 1], table, kept[n:])
        mass = 0
        stop = n
        for j in range(n, n + found):
            feature = kept[j]
            if weights[feature] != 0:
                mass += weights[feature]
                kept[stop] = feature
                stop += 1
        n = stop
        masses[unit] = mass
        starts[unit - first + 1] = n


query_features = _jit(_query_features)


def _keep_best(score: Any, unit: Any, scores: Any, units: Any) -> None:
    """Insert a candidate; order is by score, then by unit number."""
    at = len(scores) - 1
    if units[at] >= 0 and (score < scores[at] or (score == scores[at] and unit > units[at])):
        return
    while at > 0 and (
        units[at - 1] < 0 or scores[at - 1] < score or (scores[at - 1] == score and units[at - 1] > unit)
    ):
        scores[at] = scores[at - 1]
        units[at] = units[at - 1]
        at -= 1
    scores[at] = score
    units[at] = unit


keep_best = _jit(_keep_best)


def _add_lists(features: Any, weights: Any, pointers: Any, postings: Any, begins: Any, ends: Any, sums: Any) -> Any:
    """Add each feature's weight at the places of its list.

    The lists are looked up first and their heads touched, so that the waits for memory overlap.
    """
    touched = 0
    for j in range(len(features)):
        begins[j] = pointers[features[j]]
        ends[j] = pointers[features[j] + _U32(1)]
    for j in range(len(features)):
        if ends[j] > begins[j]:
            touched += postings[begins[j]]
    for j in range(len(features)):
        weight = np.int32(weights[features[j]])
        for at in range(begins[j], ends[j]):
            sums[postings[at]] += weight
    return touched


add_lists = _jit(_add_lists)


def _stripe_maximum(sums: Any, first: Any) -> Any:
    """Return the largest sum of one stripe; four maxima side by side, which the compiler turns into vectors."""
    one, two = sums[first : first + _QUARTER], sums[first + _QUARTER : first + 2 * _QUARTER]
    three, four = sums[first + 2 * _QUARTER : first + 3 * _QUARTER], sums[first + 3 * _QUARTER : first + STRIPE]
    a, b, c, d = np.int32(0), np.int32(0), np.int32(0), np.int32(0)
    for k in range(_QUARTER):
        a, b, c, d = max(a, one[k]), max(b, two[k]), max(c, three[k]), max(d, four[k])
    return max(max(a, b), max(c, d))


stripe_maximum = _jit(_stripe_maximum)


def _take_best(sums: Any, bound: Any, order: Any, scale: Any, group: Any, banned: Any, scores: Any, units: Any) -> None:
    """Keep the best places of one block; a stripe that cannot reach the worst one kept is passed over."""
    size = len(order)
    last = len(scores) - 1
    for stripe in range((size + STRIPE - 1) // STRIPE):
        first = stripe * STRIPE
        most = stripe_maximum(sums, first)
        if most == 0 or most * bound[stripe] < scores[last]:
            continue
        for at in range(first, min(first + STRIPE, size)):
            score = sums[at] * scale[at]
            if sums[at] > 0 and score >= scores[last] and group[at] >= 0 and group[at] != banned:
                keep_best(score, order[at], scores, units)


take_best = _jit(_take_best)


def _search(
    codes: Any, offsets: Any, first: Any, last: Any, weights: Any, pointers: Any, postings: Any, blocks: Any,
    order: Any, scale: Any, bound: Any, group: Any, banned: Any, scores: Any, units: Any, masses: Any,
) -> None:  # fmt: skip
    """Find the best units for queries `first:last`, in batches that share a block while it is in the cache."""
    table = new_table(offsets)
    begins, ends = np.empty(len(table), np.int64), np.empty(len(table), np.int64)
    starts = np.zeros(_BATCH + 1, np.int64)
    sums = np.zeros(65536 + STRIPE, np.int32)
    for begin in range(first, last, _BATCH):
        end = min(begin + _BATCH, last)
        kept = np.empty(2 * (offsets[end] - offsets[begin]) + 2, np.uint32)
        query_features(codes, offsets, begin, end, weights, table, starts, kept, masses)
        for block in range(len(blocks) - 1):
            low, high = blocks[block], blocks[block + 1]
            for query in range(begin, end):
                features = kept[starts[query - begin] : starts[query - begin + 1]]
                sums[: high - low + STRIPE] = 0
                add_lists(features, weights, pointers[block], postings, begins, ends, sums)
                take_best(
                    sums, bound[block], order[low:high], scale[low:high], group[low:high], banned[query],
                    scores[query], units[query],
                )  # fmt: skip


search = _jit(_search)
