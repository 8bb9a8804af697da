"""Which words must a text hold, at least one of them, before a pattern can match at all?

Most clauses meet no rule. Looking for a few words is a hundred times faster than trying every pattern, so each pattern is
asked once what it cannot do without. The answer comes from the parsed pattern; where it gives none the pattern is always tried.
"""

from __future__ import annotations

import re
from re import _constants as op  # type: ignore[attr-defined]  # the parse tree of a pattern has no public name
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_MOST = 400
_Words = frozenset[str]


def anchors_of(pattern: re.Pattern[str]) -> tuple[frozenset[str], ...]:
    """Return up to three sets of words; every match holds at least one word of each. Empty where nothing is known."""
    usable = _usable(_candidates(parser.parse(pattern.pattern, pattern.flags)))
    return tuple(sorted(set(usable), key=lambda words: (_cost(words), sorted(words)))[:3])


def _best(candidates: list[_Words]) -> _Words:
    """Return the set that lets the fewest texts pass: long words first, then few of them."""
    return min(_usable(candidates), key=_cost, default=frozenset())


def _usable(candidates: list[_Words]) -> list[_Words]:
    return [_without_longer(each) for each in candidates if each and len(each) <= _MOST and min(map(len, each)) > 0]


def _without_longer(words: _Words) -> _Words:
    """Drop words that hold another word of the set: to look for the shorter one is enough."""
    return frozenset(word for word in words if not any(other != word and other in word for other in words))


def _cost(words: _Words) -> float:
    """Estimate how often one of the words stands in a clause: a character one time in 25, two characters in 500 …"""
    return sum(0.04 if len(word) == 1 else 0.002 if len(word) == 2 else 0.0005 for word in words)


def _candidates(sequence: Any) -> list[_Words]:
    """Return, for the parts of a sequence that every match goes through, the words each part may begin as."""
    found: list[_Words] = []
    run = ""
    for code, value in sequence:
        if code is op.LITERAL:
            run += chr(value)
            continue
        if run:
            found.append(frozenset([run]))
            run = ""
        found += _part(code, value)
    if run:
        found.append(frozenset([run]))
    return found


def _part(code: Any, value: Any) -> list[_Words]:
    if code is op.SUBPATTERN:
        return _candidates(value[-1])
    if code is op.BRANCH:
        return [_union([_best(_candidates(branch)) for branch in value[1]])]
    if code in (op.MAX_REPEAT, op.MIN_REPEAT) and value[0] > 0:
        return _candidates(value[2])
    if code is op.IN and all(kind is op.LITERAL for kind, _ in value):
        return [frozenset(chr(character) for _, character in value)]
    return []


def _union(branches: list[_Words]) -> _Words:
    return frozenset().union(*branches) if all(branches) else frozenset()
