"""What does a number in an English provision measure, and does it only say when the provision applies?"""

from __future__ import annotations

import re

from tongchi.comparison.english_words import FUNCTION_WORDS, content_words
from tongchi.provisions.model import Measure, MeasureKind

_WORDS = 6
_FOLLOWS = re.compile(r"\s+((?:after|before|following|from|of|prior to|per|for)\b[^,;:.()]{3,80})")
_CLAUSE = re.compile(r"[,;:.()](?=\s|$)")
# … if the breach affects more than 500 residents; to more than 1,000 persons; that the cost would exceed $50,000
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|where|unless|in the event|(?:demonstrat|determin|show)\w* that|could not|who|whose|employ\w*)\b"
    r"(?:(?!\b(?:shall|must|may)\b)[^;.])*$",
    re.I,
)
_PENALTY = re.compile(r"\b(?:fined?|penalt\w+|damages|liable|forfeit\w*|restitution|imprison\w*|fees?)\b", re.I)


def is_condition_en(measure: Measure, sentence: str) -> bool:
    """Tell whether a number only decides when a norm applies.

    So do a number of persons or a sum from which on a duty holds (more than 1,000 residents, cost would exceed $50,000),
    any number in an if- or when-clause, and a period of account (a 12-month period); a fine does not.
    """
    before = sentence[: measure.start]
    floor = measure.hi is None
    if measure.kind is MeasureKind.COUNT and floor:
        return True
    if measure.kind is MeasureKind.MONEY:
        around = before[-60:] + sentence[measure.end : measure.end + 40]
        return floor and not _PENALTY.search(around)
    if measure.kind is MeasureKind.PERIOD and measure.lo == measure.hi and "-" in measure.text:
        return True  # during a 12-month period
    return bool(_CONDITION.search(before))


def parameter_en(measure: Measure, sentence: str) -> str:
    """Name the parameter by whole words: what follows a period (after discovery of the breach), else what leads to it."""
    if measure.kind is MeasureKind.PERIOD and (match := _FOLLOWS.match(sentence, measure.end)):
        return " ".join(match[1].split()[:_WORDS])
    clause = _CLAUSE.split(sentence[: measure.start])[-1]
    words = clause.split()[-_WORDS:]
    while words and words[0].lower() in FUNCTION_WORDS:
        words = words[1:]
    while words and words[-1].lower() in FUNCTION_WORDS:
        words = words[:-1]
    return " ".join(words)


def word_overlap(first: str, second: str) -> float:
    """Share of common words but function words, by the shorter text."""
    left, right = content_words(first), content_words(second)
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0
