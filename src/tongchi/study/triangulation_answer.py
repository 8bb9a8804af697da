"""What does one source say of one hypothesis: an answer, the rule that gave it, and the numbers behind it.

Rules that documents, events and coded quotes share stand here too: what counts as most, and how two things that vary together are
told from chance. All are two-sided tests at `ALPHA`, exact where there are few cases: a case study has few, so that silence is frequent
and is no contradiction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import permutations
from math import comb
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from tongchi.study.sources import SourceLink
from tongchi.survey.instrument import Sign
from tongchi.survey.unavailable import NotAvailable

SourceName = Literal["documents", "events", "questionnaire", "coded"]
SOURCES: tuple[SourceName, ...] = ("documents", "events", "questionnaire", "coded")
SOURCE_NAMES: dict[SourceName, tuple[str, str]] = {
    "documents": ("文本", "documents"),
    "events": ("事件与台账", "events and ledger"),
    "questionnaire": ("问卷", "questionnaire"),
    "coded": ("编码引文", "coded quotes"),
}
ALPHA = 0.10
"""Level of the tests that documents and events are put to."""
DIFFERENT = 0.05
"""Level, after Holm's correction, at which groups count as different."""
MOST, FEW = 2 / 3, 1 / 3
"""What counts as most cases, and as few."""
_ENUMERATED = 8


class Answer(StrEnum):
    """What a source says of a hypothesis."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Measured:
    """One number behind an answer; `name` is unique within it, `zh` and `en` say what it is."""

    name: str
    value: float | int
    zh: str
    en: str
    links: tuple[SourceLink, ...] = ()


Basis = Literal["test", "congruence", "share", "verdict", "none"]
"""On what an answer rests: a test of two things that vary or follow each other, two things that stand together, how many of all cases,
the verdict of the survey, or nothing."""
Show = Callable[[Measured], str]


@dataclass(frozen=True)
class SourceAnswer:
    """What one source says, on which basis and by which rule, in words whose numbers stand as {name} of `numbers`.

    `links` are the clauses, rows and items that speak to the hypothesis, whether or not a number counts them.
    """

    source: SourceName
    answer: Answer
    rule_zh: str
    rule_en: str
    text_zh: str
    text_en: str
    numbers: tuple[Measured, ...] = ()
    links: tuple[SourceLink, ...] = ()
    basis: Basis = "none"

    def said(self, language: str = "zh", show: Show | None = None) -> str:
        """Return the words with their numbers as `show` prints them."""
        text = self.text_zh if language == "zh" else self.text_en
        return text.format_map({one.name: (show or plain)(one) for one in self.numbers})

    def number(self, name: str) -> Measured:
        """Return a number by its name."""
        return next(one for one in self.numbers if one.name == name)


@dataclass(frozen=True)
class Reading:
    """One of several readings of a source: which way it leans and the p of that, in words without an end, with the numbers in them."""

    leaning: Answer
    p_value: float
    zh: str
    en: str
    numbers: tuple[Measured, ...]
    links: tuple[SourceLink, ...]


def plain(one: Measured) -> str:
    """Print a number: whole ones as they are, others with two decimals."""
    return str(one.value) if isinstance(one.value, int) else f"{one.value:.2f}"


def silent(source: SourceName, zh: str, en: str, rule: tuple[str, str] = ("", "")) -> SourceAnswer:
    """Return the answer of a source that has nothing to say, with the reason."""
    return SourceAnswer(source, Answer.SILENT, *rule, zh, en)


def unavailable(source: SourceName, why: NotAvailable) -> SourceAnswer:
    """Return the answer of a source that the study does not have."""
    return silent(source, f"未涉及：{why.zh}", f"Silent: {why.en}")


def expected(sign: Sign | None, above: bool) -> Answer:
    """Return whether a finding above (or else below) its reference is what the sign expects."""
    if sign is None:
        return Answer.SILENT
    return Answer.SUPPORTS if above == (sign == "+") else Answer.CONTRADICTS


def by_share(share: float, sign: Sign | None = "+") -> Answer:
    """Return what a share says: most is above, few is below, and what lies between says nothing."""
    if FEW < share < MOST:
        return Answer.SILENT
    return expected(sign, share >= MOST)


def concordance(x: Sequence[float], y: Sequence[float]) -> tuple[float, float] | None:
    """Return Kendall's tau-b and its two-sided p, None where one of the two does not vary.

    Up to eight cases p is exact over all orders, ties and all; with more it is that of the normal approximation.
    """
    if len(x) < 3 or len(set(x)) < 2 or len(set(y)) < 2:
        return None
    tau = float(kendalltau(x, y, method="asymptotic").statistic)
    if len(x) > _ENUMERATED:
        return tau, float(kendalltau(x, y, method="asymptotic").pvalue)
    first, second = (np.unique(values, return_inverse=True)[1].astype(np.int8) for values in (x, y))
    signs = np.sign(np.subtract.outer(first, first))
    orders = second[_orders(len(x))]
    sums = np.abs((signs[None] * np.sign(orders[:, :, None] - orders[:, None, :])).sum(axis=(1, 2), dtype=np.int64))
    return tau, float((sums >= sums[0]).mean())


@cache
def _orders(size: int) -> NDArray[np.int8]:
    """Return all orders of so many places, the given one first."""
    return np.array(list(permutations(range(size))), dtype=np.int8)


def fisher(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Return the two-sided exact p of a 2 × 2 table given as (hits, misses) of two groups: tables no likelier than it.

    >>> round(fisher((3, 0), (0, 3)), 6)
    0.1
    """
    hits, whole = first[0] + second[0], sum(first) + sum(second)
    size = sum(first)
    ways = [comb(hits, k) * comb(whole - hits, size - k) for k in range(size + 1)]
    seen = ways[first[0]]
    return sum(way for way in ways if way <= seen) / comb(whole, size)
