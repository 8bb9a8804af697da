"""What changed between two articles that say nearly the same? Decided by rules that a reader can follow.

Where at least seven tenths of the words stand on both sides, likeness tells nothing any more; the few clauses that only one
side has do. A modal word that turns (可以 → 应当) makes B stricter or looser; a clause that only B has makes it stricter, one that
only A has looser (an exception the other way round); clauses on both sides change the scope; less than ten characters on
either side is wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tongchi.comparison.difference_features import NO_ONE_MAY, LinkedSegments, answering_pairs, extent, modal_strength
from tongchi.comparison.english_words import content_words
from tongchi.comparison.model import DifferenceType
from tongchi.comparison.segments import Segment

NEARLY_SAME = 0.70
_ANSWERED = 0.5
_TOO_LITTLE = 10
_ONE_SIDED = 3
_TURNED = 0.3
_CLAUSE_END = re.compile(r"[，。；：、]")
_ENGLISH_CLAUSE_END = re.compile(r"[;:]|[.,](?=\s|$)")
_SHORTEST = 4


def judge_small_change(segments: LinkedSegments) -> DifferenceType | None:
    """Return wording, stricter, looser or scope for articles that are nearly the same, None for all others."""
    duty_a, freed_a, all_a = _new_clauses(segments.a, segments.moved_a, segments.b, english=segments.english)
    duty_b, freed_b, all_b = _new_clauses(segments.b, segments.moved_b, segments.a, english=segments.english)
    whole = all_a + all_b
    new_a, new_b = duty_a + freed_b, duty_b + freed_a  # what only A exempts, B demands
    if not whole or 1 - (new_a + new_b) / whole < NEARLY_SAME:
        return None
    turn = _modal_turn(segments)
    if turn >= _TURNED and new_a < _TOO_LITTLE:
        return DifferenceType.STRICTER
    if turn <= -_TURNED and new_b < _TOO_LITTLE:
        return DifferenceType.LOOSER
    if max(new_a, new_b) < _TOO_LITTLE:
        return DifferenceType.WORDING
    if new_b >= _ONE_SIDED * new_a:
        return DifferenceType.STRICTER
    return DifferenceType.LOOSER if new_a >= _ONE_SIDED * new_b else DifferenceType.SCOPE


_EXCEPTION = re.compile(
    r"除外|^除.+外$|不受.{0,8}限制|免予|豁免|\b(?i:except|unless|exempt\w*|(?:shall|do|does) not apply)\b"
)


def _new_clauses(
    segments: tuple[Segment, ...], moved: NDArray[np.bool_], others: Iterable[Segment], *, english: bool
) -> tuple[int, int, int]:
    """Return the characters of clauses that the other side does not hold, of exceptions among them apart, and of all clauses."""
    grams_of = _content if english else _bigrams
    there = {gram for each in others for gram in grams_of(each.masked)}
    new = freed = whole = 0
    for segment, away in zip(segments, moved, strict=True):
        if away:
            continue
        for clause in (_ENGLISH_CLAUSE_END if english else _CLAUSE_END).split(segment.masked):
            grams = grams_of(clause)
            if len(clause) < _SHORTEST or not grams:
                continue
            size = extent(clause, english=english)
            whole += size
            if sum(gram in there for gram in grams) < _ANSWERED * len(grams):
                exempt = bool(_EXCEPTION.search(clause))
                new += 0 if exempt else size
                freed += size if exempt else 0
    return new, freed, whole


@lru_cache(maxsize=4096)
def _bigrams(text: str) -> tuple[str, ...]:
    """Return the character pairs inside words; cached, for a segment is looked at once for each of its links."""
    return tuple(word[at : at + 2] for word in _WORD.findall(text) for at in range(len(word) - 1))


_WORD = re.compile(r"[一-龥A-Za-z0-9]+")


def _content(text: str) -> tuple[str, ...]:
    return tuple(sorted(content_words(text)))


def _modal_turn(segments: LinkedSegments) -> float:
    """Mean change of modal strength, B - A, over the segments that answer each other."""
    pairs = answering_pairs(segments.likeness, 0.4, mutual=segments.english)
    if not pairs:
        return 0.0
    changes = [modal_strength(segments.b[to].masked) - modal_strength(segments.a[at].masked) for at, to in pairs]
    return float(np.mean(changes))


_COMMAND = re.compile(r"应当|必须|\b(?i:(?:shall|must)(?! not\b))\b")
_BAN = re.compile(
    rf"不得|禁止|严禁|不准|\b(?i:(?:shall|must|may|can) ?not|(?:is|are) prohibited from)\b|\b{NO_ONE_MAY}"
)
_LEAVE = re.compile(r"可以|允许|\b(?i:may(?! not\b))\b")
_GIVEN_TO = re.compile(r"由([^，。；由]{2,20}?)(?=统一|自行|负责|组织|委托|直接|收回|实施|办理|审批|决定)")
_FORBIDDEN_TO = re.compile(r"(?:^|[，。；])([^，。；]{2,20}?)(?:不得|不准|禁止)")
# 不得销售不符合标准的… orders what 应当符合标准 orders; 不得低于 is a bound, not a ban.
_SECOND_NEGATION = re.compile(
    r"不符合|不合格|未|无|非|违反|违法|擅自|不(?:按|依)|不得(?:低于|高于|少于|多于|超过|早于|迟于|晚于)|拒"
    r"|\b(?i:without|unless|except|only|fail\w*|(?:not|no) (?:less|more|fewer|greater|later|earlier)|not (?:be construed|exceed|apply)|violat\w+)\b"
)
_SAME_SENTENCE = 0.5
_SAME_CONDUCT = 0.5


def find_conflict(segments: LinkedSegments) -> tuple[Segment, Segment] | None:
    """Return two segments of which one commands what the other forbids, or each gives a task to whom the other forbids it."""
    for at, to in answering_pairs(segments.likeness, _SAME_SENTENCE):
        left, right = segments.a[at], segments.b[to]
        if _opposed(left.masked, right.masked, _COMMAND) or _exchanged(left.masked, right.masked):
            return left, right
    return None


def leave_against_ban(segments: LinkedSegments) -> bool:
    """A permission here and a ban there is stricter or looser, with conflict noted (alignment guideline, §3, rule 2)."""
    return any(
        _opposed(segments.a[at].masked, segments.b[to].masked, _LEAVE)
        for at, to in answering_pairs(segments.likeness, _SAME_SENTENCE)
    )


def _opposed(first: str, second: str, cue: re.Pattern[str]) -> bool:
    """One sentence has the cue before nearly the words that the other bans, and no ban of its own on them."""
    return _forbids(first, second, cue) or _forbids(second, first, cue)


def _forbids(positive: str, negative: str, cue: re.Pattern[str]) -> bool:
    ordered = [grams for clause in _split(positive) if not _BAN.search(clause) for grams in _after(cue, clause)]
    banned_here = [grams for clause in _split(positive) for grams in _after(_BAN, clause)]
    banned = [
        grams
        for clause in _split(negative)
        if not cue.search(clause) and not _SECOND_NEGATION.search(clause)
        for grams in _after(_BAN, clause)
    ]
    return any(
        any(_same_conduct(order, ban) for order in ordered) and not any(_same_ban(own, ban) for own in banned_here)
        for ban in banned
    )


def _after(cue: re.Pattern[str], clause: str) -> list[set[str]]:
    """Return the words that a modal word governs, as bigrams; nothing where the clause has no such word."""
    match = cue.search(clause)
    return [set(_bigrams(clause[match.end() :]))] if match else []


def _same_conduct(first: set[str], second: set[str]) -> bool:
    return len(first & second) >= max(3, _SAME_CONDUCT * max(len(first), len(second)))


def _same_ban(first: set[str], second: set[str]) -> bool:
    return len(first & second) >= 0.8 * max(1, min(len(first), len(second)))


def _split(text: str) -> list[str]:
    return re.split(r"[，。；：]", text)


def _exchanged(first: str, second: str) -> bool:
    """由甲组织，乙不得… against 由乙组织，甲不得…"""
    given_a, given_b = _GIVEN_TO.findall(first), _GIVEN_TO.findall(second)
    barred_a, barred_b = _FORBIDDEN_TO.findall(first), _FORBIDDEN_TO.findall(second)
    return bool(set(given_a) & set(barred_b)) and bool(set(given_b) & set(barred_a))
