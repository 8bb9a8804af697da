"""How does a clause become numbers that can be searched? Hashed n-grams of two and three characters, without a loop.

All texts lie in one array of UTF-16 units, so that Python never touches a single n-gram. Letters and digits are folded
(NFKC, lower case), everything else parts; a Latin word of two letters or more becomes two codes, so that English is
read by words. Each n-gram of a unit is a feature, see `hashing`.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from types import ModuleType
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from tongchi.comparison.corpus.hashing import BITS, FIRST, FOLD, LEVELS, SALTS, SECOND, SPREAD, STEP, THIRD
from tongchi.documents.collection import TextUnits

Engine = Literal["auto", "numpy", "numba"]
Codes = NDArray[np.uint16]
Offsets = NDArray[np.int64]

_Scalar = TypeVar("_Scalar", bound=np.generic)
_LATIN_END = 0x250
_PART = 1 << 20  # characters that are folded at a time
_POWERS = np.cumprod(np.full(64, 0x01000193, dtype=np.uint32), dtype=np.uint32)  # the prime of FNV-1


@cache
def compiled_loops() -> ModuleType | None:
    """Return the compiled loops, None where numba is missing or has no folder to cache them in."""
    try:
        from tongchi.comparison.corpus import compiled
    except (ImportError, RuntimeError):  # numba raises RuntimeError where no cache folder can be written
        return None
    return compiled


def loops_for(engine: Engine) -> ModuleType | None:
    """Return the compiled loops if `engine` wants them; "numba" insists, "auto" takes what there is."""
    if engine == "numpy":
        return None
    loops = compiled_loops()
    if loops is None and engine == "numba":
        raise ImportError("numba is not installed: pip install tongchi[fast]")
    return loops


def frozen(array: NDArray[_Scalar]) -> NDArray[_Scalar]:
    """Return a read-only view, so that arrays in memory and mapped from disk share one compiled loop."""
    view = np.asarray(array).view(np.ndarray)
    view.flags.writeable = False
    return view


def fold(units: TextUnits) -> tuple[Codes, Offsets]:
    """Return folded codes and their offsets; code 0 parts n-grams."""
    table = _folding_table()
    codes = np.empty(len(units.text), dtype=np.uint16)
    letters = [np.zeros(0, dtype=np.int64)]
    for at in range(0, len(codes), _PART):
        part = table[units.text[at : at + _PART]]
        codes[at : at + _PART] = part
        letters.append(np.flatnonzero((part < _LATIN_END) & (part > ord("9"))) + at)
    found = np.concatenate(letters)
    return _fold_words(codes, units.offsets, found) if len(found) else (codes, units.offsets)


@cache
def _folding_table() -> Codes:
    """Return the folded code of each UTF-16 unit: surrogates stay, letters and digits are folded, the rest is 0."""
    table = np.zeros(1 << 16, dtype=np.uint16)
    for first, last in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA48C), (0xAC00, 0xD7A3), (0xD800, 0xDFFF)):
        table[first : last + 1] = np.arange(first, last + 1, dtype=np.uint16)
    for first, last in ((0x0030, 0x33FF), (0xA490, 0xABFF), (0xF900, 0xFFEF)):
        for character in filter(str.isalnum, map(chr, range(first, last + 1))):
            folded = ord(unicodedata.normalize("NFKC", character).lower()[0])
            table[ord(character)] = folded if folded <= 0xFFFF else ord(character)
    return table


def _fold_words(codes: Codes, offsets: Offsets, letters: NDArray[np.int64]) -> tuple[Codes, Offsets]:
    """Replace each run of two or more Latin letters, given by their places, by two codes that stand for the word."""
    border = np.searchsorted(offsets, letters, side="right")
    opens = np.ones(len(letters), dtype=np.bool_)
    opens[1:] = (np.diff(letters) > 1) | (border[1:] != border[:-1])
    starts = np.flatnonzero(opens)
    place = np.arange(len(letters)) - starts[np.cumsum(opens) - 1]
    parts = codes[letters].astype(np.uint32) * _POWERS[place % len(_POWERS)]
    hashes = np.add.reduceat(parts, starts).astype(np.uint32)
    hashes = (hashes ^ (hashes >> np.uint32(FOLD))) * np.uint32(SPREAD)
    words = np.diff(np.append(starts, len(letters))) > 1
    first, hashes = letters[starts[words]], hashes[words]
    codes[first] = (hashes >> np.uint32(16)).astype(np.uint16) | np.uint16(1)
    codes[first + 1] = (hashes & np.uint32(0xFFFF)).astype(np.uint16) | np.uint16(1)
    dropped = letters[place > 1]
    return np.delete(codes, dropped), offsets - np.searchsorted(dropped, offsets)


def unit_features(codes: Codes, offsets: Offsets) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each feature of each unit the unit's number and the feature, sorted by unit.

    This is the NumPy engine; the compiled one gives each unit the same features in another order.
    """
    first, last = int(offsets[0]), int(offsets[-1])
    code = codes[first:last].astype(np.uint32)
    unit = np.repeat(np.arange(len(offsets) - 1, dtype=np.int64), np.diff(offsets))
    previous, before = _shifted(code, unit, 1), _shifted(code, unit, 2)
    at_pair = np.flatnonzero((code != 0) & (previous != 0))
    pair = previous[at_pair] * np.uint32(FIRST) + code[at_pair] * np.uint32(SECOND)
    pair = (pair ^ (pair >> np.uint32(FOLD))) * np.uint32(SPREAD)
    has_triple = before[at_pair] != 0
    triple = pair[has_triple] ^ (before[at_pair][has_triple] * np.uint32(THIRD))
    triple = (triple ^ (triple >> np.uint32(FOLD))) * np.uint32(STEP)
    buckets = np.concatenate((pair, triple)) >> np.uint32(32 - BITS)
    units = np.concatenate((unit[at_pair], unit[at_pair[has_triple]]))
    return _levels(np.sort((units << BITS) | buckets))


def _shifted(code: NDArray[np.uint32], unit: NDArray[np.int64], by: int) -> NDArray[np.uint32]:
    """Return the code `by` places before, 0 where that place belongs to another unit."""
    result = np.zeros_like(code)
    result[by:] = code[:-by] * (unit[by:] == unit[:-by])
    return result


def _levels(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Turn sorted (unit, bucket) keys into the features of the occurrences in `LEVELS`."""
    if not len(keys):
        return keys, keys
    opens = np.concatenate(([True], keys[1:] != keys[:-1]))
    starts = np.flatnonzero(opens)
    count = np.arange(len(keys)) - starts[np.cumsum(opens) - 1] + 1
    kept = np.isin(count, LEVELS)
    salts = np.array(SALTS, dtype=np.int64)[count[kept]]
    return keys[kept] >> BITS, (keys[kept] & ((1 << BITS) - 1)) ^ salts
