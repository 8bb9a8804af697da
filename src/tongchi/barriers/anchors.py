"""Which words must a text hold, at least one of them, before a pattern can match at all?

Most clauses meet no rule. Looking for a few words is a hundred times faster than trying every pattern, so each pattern is
asked once what it cannot do without. The answer comes from the parsed pattern; where it gives none the pattern is always tried.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources
from re import _constants as op  # type: ignore[attr-defined]  # the parse tree of a pattern has no public name
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_MOST = 400
_Words = frozenset[str]
_EMPTY: _Words = frozenset([""])


def anchors_of(pattern: str) -> tuple[frozenset[str], ...]:
    """Return up to six sets of words; every match holds at least one word of each. Empty where nothing is known."""
    usable = _usable(_candidates(parser.parse(pattern)))
    return tuple(sorted(set(usable), key=lambda words: (_cost(words), sorted(words)))[:6])


def anchor_key(pattern: str) -> str:
    """Return the name by which the shipped table knows a pattern."""
    return hashlib.sha256(pattern.encode()).hexdigest()[:16]


@cache
def shipped_anchors() -> dict[str, tuple[frozenset[str], ...]]:
    """Return the sets of known patterns, worked out beforehand by `scripts/train_barriers.py`: parsing all takes seconds."""
    text = resources.files("tongchi.barriers").joinpath("weights/anchors.json").read_text("utf-8")
    return {key: tuple(frozenset(words) for words in groups) for key, groups in json.loads(text).items()}


def _best(candidates: list[_Words]) -> _Words:
    """Return the set that lets the fewest texts pass: long words first, then few of them."""
    return min(_usable(candidates), key=_cost, default=frozenset())


def _usable(candidates: list[_Words]) -> list[_Words]:
    return [_without_longer(each) for each in candidates if each and len(each) <= _MOST and "" not in each]


def _without_longer(words: _Words) -> _Words:
    """Drop words that hold another word of the set: to look for the shorter one is enough."""
    return frozenset(word for word in words if not any(other != word and other in word for other in words))


def _cost(words: _Words) -> float:
    """Estimate how often one of the words stands in a clause: a character one time in 25, two characters in 500 …"""
    return sum(0.04 if len(word) == 1 else 0.002 if len(word) == 2 else 0.0005 for word in words)


def _candidates(sequence: Any) -> list[_Words]:
    """Return, for the parts of a sequence that every match goes through, the words that each part may be.

    Parts that can only be a few words are joined with their neighbours: 来 or 进 before 本 or 我 is 来本, 来我, 进本 or 进我.
    """
    found: list[_Words] = []
    run = _EMPTY
    for part in sequence:
        words = _language([part])
        if words is not None and len(run) * len(words) <= _MOST:
            run = frozenset(begin + word for begin in run for word in words)
            continue
        found.append(run)
        run = words if words is not None else _EMPTY
        if words is None:
            found += _inside(*part)
    return [*found, run]


def _inside(code: Any, value: Any) -> list[_Words]:
    """Return the words inside a part that is no finite list itself."""
    if code is op.SUBPATTERN:
        return _candidates(value[-1])
    if code is op.BRANCH:
        return [_union([_best(_candidates(branch)) for branch in value[1]])]
    if code in (op.MAX_REPEAT, op.MIN_REPEAT) and value[0] > 0:
        return _candidates(value[2])
    return []


def _language(sequence: Any) -> _Words | None:
    """Return all words that a sequence can match, None where they are many or without end. What only looks is empty."""
    words = _EMPTY
    for code, value in sequence:
        here = _words_of(code, value)
        if here is None or len(words) * len(here) > _MOST:
            return None
        words = frozenset(begin + word for begin in words for word in here)
    return words


def _words_of(code: Any, value: Any) -> _Words | None:
    if code is op.LITERAL:
        return frozenset([chr(value)])
    if code in (op.ASSERT, op.ASSERT_NOT, op.AT):
        return _EMPTY
    if code is op.SUBPATTERN:
        return _language(value[-1])
    if code is op.BRANCH:
        branches = [_language(branch) for branch in value[1]]
        known = [branch for branch in branches if branch is not None]
        return frozenset().union(*known) if len(known) == len(branches) else None
    if code is op.IN and all(kind is op.LITERAL for kind, _ in value):
        return frozenset(chr(character) for _, character in value)
    if code in (op.MAX_REPEAT, op.MIN_REPEAT) and (value[0], value[1]) == (0, 1):
        once = _language(value[2])
        return None if once is None else once | _EMPTY
    return None


def _union(branches: list[_Words]) -> _Words:
    return frozenset().union(*branches) if all(branches) else frozenset()
