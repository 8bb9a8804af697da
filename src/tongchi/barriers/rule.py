"""What is a rule? A named pattern of words, the item of the review regulation it stands for, and what undoes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import add
from typing import NamedTuple

from tongchi.barriers.anchors import anchor_key, anchors_of, shipped_anchors
from tongchi.barriers.gate import Gate
from tongchi.barriers.model import Evidence, Severity
from tongchi.barriers.reading import Reading
from tongchi.barriers.vocabulary import Pattern, pattern


@dataclass(frozen=True)
class Rule:
    """One way in which a clause restricts competition.

    `words` must be found, ending in the clause's own text; `context` must be found in title, lead-in or text; `unless`
    must not be found in the sentence around the words.
    """

    name: str
    code: str
    alternatives: tuple[str, ...]
    severity: Severity
    local: bool
    words: tuple[Pattern, ...]
    context: Pattern | None = None
    unless: Pattern | None = None


def rule(
    name: str, code: str, *words: str, also: str = "", clear: bool = False, local: bool = True,
    context: str = "", unless: str = "",
) -> Rule:  # fmt: skip
    """Write a rule; patterns are in the notation of `vocabulary.pattern`."""
    return Rule(
        name, code, tuple(also.split()), Severity.CLEAR if clear else Severity.ARGUABLE, local,
        tuple(pattern(each) for each in words), pattern(context) if context else None,
        pattern(unless) if unless else None,
    )  # fmt: skip


def match_wording(each: Rule, words: Pattern, reading: Reading) -> Evidence | None:
    """Return the first place at which one wording of a rule is met, or None."""
    for match in words.finditer(reading.scope):
        if match.end() <= reading.begin or (each.unless and each.unless.search(reading.sentence(*match.span()))):
            continue
        if each.context and not each.context.search(reading.clause.title + "：" + reading.scope):
            return None
        return Evidence(each.name, match.start(), match.end(), _published(reading, match))
    return None


_TOGETHER = 2000  # clauses that the gate looks at at a time


class _Row(NamedTuple):
    rule: Rule
    words: Pattern
    begins: tuple[frozenset[str], ...]


class RuleBook:
    """Rules made ready to be met by many clauses.

    Each wording is filed under the first two characters of the words that it cannot do without, so that a clause is tried
    only against the wordings whose words it may hold.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rows = tuple(_row(each, words) for each in rules for words in each.words)
        filed: dict[str, set[int]] = {}
        for at, row in enumerate(self._rows):
            for begin in row.begins[0]:
                filed.setdefault(begin, set()).add(at)
        self._filed = {begin: frozenset(rows) for begin, rows in filed.items()}
        self._begins = frozenset(filed)
        self._gate = Gate([row.begins for row in self._rows])

    def meet(self, reading: Reading) -> Iterator[Evidence]:
        """Yield what a clause meets, in the order of the rules and their wordings."""
        scope = reading.scope
        begins = set(map(add, scope, scope[1:]))
        begins.update(scope)
        present = self._begins & begins
        if not present:
            return
        rows = sorted(frozenset().union(*[self._filed[begin] for begin in present]))
        yield from self._met(
            reading, [at for at in rows if not any(group.isdisjoint(begins) for group in self._rows[at].begins[1:])]
        )

    def meet_all(self, readings: Sequence[Reading]) -> list[list[Evidence]]:
        """Return what each of many clauses meets: the same as `meet`, several times faster."""
        met: list[list[Evidence]] = []
        for at in range(0, len(readings), _TOGETHER):
            some = readings[at : at + _TOGETHER]
            candidates = self._gate.candidates([reading.scope for reading in some])
            for reading, rows in zip(some, candidates, strict=True):
                met.append(list(self._met(reading, rows)) if len(rows) else [])
        return met

    def _met(self, reading: Reading, rows: Iterable[int]) -> Iterator[Evidence]:
        for at in rows:
            row = self._rows[at]
            evidence = match_wording(row.rule, row.words, reading)
            if evidence:
                yield evidence


def _row(each: Rule, words: Pattern) -> _Row:
    groups = shipped_anchors().get(anchor_key(words.text)) or anchors_of(words.text)
    if not groups:
        raise ValueError(f"{each.name}: a wording needs a word that it cannot do without")
    return _Row(each, words, tuple(frozenset(word[:2] for word in group) for group in groups))


def _published(reading: Reading, match: re.Match[str]) -> str:
    return (reading.clause.lead_in + reading.clause.text)[match.start() : match.end()]
