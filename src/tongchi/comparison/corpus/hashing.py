"""Which numbers turn n-grams into features? One place for both engines, NumPy and compiled.

A pair of characters (p, c) is hashed in 32-bit arithmetic as `p * FIRST + c * SECOND`, mixed by xor-shift and
`SPREAD`; a triple (b, p, c) mixes `b * THIRD` into the hash of its pair by xor-shift and `STEP`. The upper `BITS` bits
name the bucket. The n-th occurrence of a bucket in one unit is the feature `bucket ^ SALTS[n]` for n in `LEVELS` and
none otherwise: an n-gram counts again at its second, third and fifth occurrence.

Whoever changes a number here raises `store.VERSION`, for old indices no longer fit, and touches `compiled.py`, for numba
does not see that its cache is out of date.
"""

from __future__ import annotations

BITS = 20
FIRST, SECOND, THIRD = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D  # odd, taken from the primes of xxHash32
SPREAD, STEP, FOLD = 0x2C1B3C6D, 0x297A2D39, 15
LEVELS = (1, 2, 3, 5)
LAST_LEVEL = LEVELS[-1]
SALTS = (0, 0, 0x5A3C7, 0x93B65, 0, 0xE1F1B)  # by count
STRIPE = 128  # places whose sums are bounded together in a search
