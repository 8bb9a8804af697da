"""Which bytes stand for a value? One JSON text per value, so that a hash of it can be taken again anywhere.

Keys are strings, sorted by code point; no spaces; UTF-8, nothing escaped but what JSON demands; texts as they stand (not
normalised). Whole numbers up to 2**53 - 1, since other readers hold them as doubles; beyond that, and for all fractions, a string is
used: a float has no one spelling, and is refused. A date is its ISO form, a moment its UTC form to the microsecond.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

LARGEST = 2**53 - 1


def canonical(value: object) -> str:
    """Return the canonical JSON of a value. Raises TypeError or ValueError for what has none.

    >>> canonical({"b": [1, True, None], "a": "甲 \\n"})
    '{"a":"甲 \\\\n","b":[1,true,null]}'
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def stamp(at: datetime) -> str:
    """Return a moment as UTC to the microsecond: 2026-03-02T09:30:00.000000Z. A moment without a zone is a ValueError."""
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        str(value).encode("utf-8")
        return str(value)
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError(f"{value} is beyond 2**53 - 1: write it as a string")
        return int(value)
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {_key(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    raise TypeError(f"{type(value).__name__} has no canonical form: {value!r}")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key must be a string: {key!r}")
    key.encode("utf-8")
    return str(key)
