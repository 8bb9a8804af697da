"""Who answered, who is set aside and why, and what does each item look like?

The main analysis leaves out respondents whose answers show by one direct sign that they report no opinion (`SET_ASIDE`).
The rules and their counts are part of the result, and the models are estimated again on everybody, so that a reader sees
what the choice does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from tongchi.errors import SampleError
from tongchi.survey.cleaning import COMBINED, Cleaning, Exclusion
from tongchi.survey.instrument import Instrument, Scale
from tongchi.survey.item_matrix import Floats
from tongchi.survey.responses import Responses
from tongchi.survey.unavailable import NotAvailable

SET_ASIDE = ("longest_string", "regular_string", "attention", "too_fast", "duplicates", COMBINED)
"""Rules whose flags set a respondent aside. Unusual answers alone (distance, spread, variability) do not: an honest person
may hold a rare opinion; they count through the combined index. Answers outside the scale become missing."""

_RUNS = frozenset({"longest_string", "regular_string"})
_LEAST_FOR_RUNS = 16
"""Items from which on a run over half of them speaks against a respondent: four alike among eight may well be an opinion."""


@dataclass(frozen=True)
class GroupCount:
    """Respondents of one group, in the file and in the main analysis."""

    code: str
    zh: str
    en: str
    given: int
    used: int


@dataclass(frozen=True)
class Durations:
    """Seconds that answering took: quartiles and the shortest and longest time."""

    n: int
    shortest: float
    lower_quartile: float
    median: float
    upper_quartile: float
    longest: float


@dataclass(frozen=True)
class SampleDescription:
    """How many answered and how many are used. Shares are of the item cells of all rows `given`, in [0, 1]."""

    given: int
    used: int
    complete: int
    """Rows used without any missing item."""
    answered_share: float
    group: str
    """Column that divides the respondents; empty without one."""
    groups: tuple[GroupCount, ...]
    without_group: int
    durations: Durations | NotAvailable


@dataclass(frozen=True)
class CleaningDecision:
    """What cleaning found and who is left out of the main analysis; `counts` may name one respondent twice."""

    cleaning: Cleaning
    rules: tuple[str, ...]
    excluded: Exclusion

    @property
    def removed(self) -> int:
        """Number of respondents that are set aside."""
        return self.cleaning.responses.frame.height - self.excluded.frame.height

    @property
    def counts(self) -> Mapping[str, int]:
        """Respondents that each rule names; rules that could not be applied are left out."""
        return {rule: n for rule, n in self.excluded.counts.items() if rule in self.cleaning.flags}


@dataclass(frozen=True)
class ItemDescription:
    """One item, reversed items turned round, among the respondents used.

    Standard deviation with divisor n - 1; skewness g1 and excess kurtosis g2 with moments of divisor n. `shares` are those of
    the categories of the scale from the lowest on.
    """

    code: str
    construct: str
    n: int
    missing: int
    mean: float | NotAvailable
    sd: float | NotAvailable
    skewness: float | NotAvailable
    kurtosis: float | NotAvailable
    shares: tuple[float, ...]
    usable: bool
    """False for an item without variance: no statistic of a model can use it."""


def decide(cleaning: Cleaning) -> CleaningDecision:
    """Set aside the respondents that any rule of `SET_ASIDE` flags; runs of like answers count from 16 items on.

    Raises SampleError where there is nobody, or nobody is left.
    """
    if not cleaning.responses.frame.height:
        raise SampleError(found="没有答卷 / no responses", expected="至少一份 / at least one", advice="")
    long = len(cleaning.responses.items) >= _LEAST_FOR_RUNS
    rules = tuple(rule for rule in SET_ASIDE if long or rule not in _RUNS)
    excluded = cleaning.exclude(*rules)
    if not excluded.frame.height:
        raise SampleError(
            found=f"{cleaning.responses.frame.height} 份答卷全部被清洗规则标记 / all responses are flagged",
            expected="至少一份可用的答卷 / one response that can be used",
            advice="请用 tongchi survey check 查看各规则的计数。/ See the counts with tongchi survey check.",
        )
    return CleaningDecision(cleaning, rules, excluded)


def usable_answers(frame: pl.DataFrame, items: Sequence[str], scale: Scale) -> pl.DataFrame:
    """Return a scored frame with what is no code of the scale taken as missing."""
    whole = [(pl.col(c) == pl.col(c).round()) & pl.col(c).is_between(scale.low, scale.high) for c in items]
    kept = [pl.when(ok).then(pl.col(code)).alias(code) for code, ok in zip(items, whole, strict=True)]
    return frame.with_columns(kept)


def describe_sample(
    responses: Responses, decision: CleaningDecision, answers: pl.DataFrame, group: str | None
) -> SampleDescription:
    """Count respondents; `answers` are those of the main analysis."""
    frame, items = responses.frame, list(responses.items)
    cells = frame.height * len(items)
    answered = sum(frame[code].count() for code in items)
    whole = answers.select(pl.all_horizontal(pl.col(items).is_not_null())).to_series().sum() if items else 0
    return SampleDescription(
        given=frame.height,
        used=answers.height,
        complete=int(whole),
        answered_share=answered / cells if cells else 0.0,
        group=group or "",
        groups=_group_counts(responses.instrument, frame, answers, group) if group else (),
        without_group=answers[group].null_count() if group else 0,
        durations=_durations(answers, responses.instrument.duration),
    )


def group_labels(instrument: Instrument, answers: pl.DataFrame, group: str) -> tuple[str, ...]:
    """Return the groups that occur: those that the instrument lists in its order, then others as they appear."""
    present = [value for value in answers[group].unique(maintain_order=True) if value is not None]
    listed = [value.code for each in instrument.groups if each.code == group for value in each.values]
    return (*(code for code in listed if code in present), *(value for value in present if value not in listed))


def _group_counts(
    instrument: Instrument, frame: pl.DataFrame, answers: pl.DataFrame, group: str
) -> tuple[GroupCount, ...]:
    names = {value.code: value for each in instrument.groups if each.code == group for value in each.values}
    found = []
    for code in group_labels(instrument, frame, group):
        zh, en = (names[code].zh, names[code].en) if code in names else (code, code)
        given, used = (int((table[group] == code).sum()) for table in (frame, answers))
        found.append(GroupCount(code, zh, en, given, used))
    return tuple(found)


def _durations(answers: pl.DataFrame, column: str) -> Durations | NotAvailable:
    known = answers[column].drop_nulls().to_numpy() if column in answers.columns else np.empty(0)
    if not len(known):
        return NotAvailable("durations", "答卷中没有作答时间。", "The answers do not say how long they took.")
    ends = [float(each) for each in np.quantile(known, [0, 0.25, 0.5, 0.75, 1])]
    return Durations(len(known), *ends)


def describe_items(instrument: Instrument, answers: pl.DataFrame, items: Sequence[str]) -> tuple[ItemDescription, ...]:
    """Describe each item of scored answers."""
    return tuple(_describe(instrument, code, answers[code].drop_nulls().to_numpy(), answers.height) for code in items)


def _describe(instrument: Instrument, code: str, known: Floats, rows: int) -> ItemDescription:
    scale = instrument.scale
    n = len(known)
    centred = known - known.mean() if n else known
    variance = float((centred**2).mean()) if n else 0.0
    usable = n > 2 and variance > 0
    still = NotAvailable("moments", "该题没有差异。", "Nobody differs on this item.")
    none = NotAvailable("mean", "该题无人作答。", "Nobody answered this item.")
    return ItemDescription(
        code=code,
        construct=instrument.item_by_code[code].construct,
        n=n,
        missing=rows - n,
        mean=float(known.mean()) if n else none,
        sd=float(known.std(ddof=1)) if n > 1 else none if not n else still,
        skewness=float((centred**3).mean() / variance**1.5) if usable else still,
        kurtosis=float((centred**4).mean() / variance**2 - 3) if usable else still,
        shares=tuple(float((known == value).mean()) if n else 0.0 for value in range(scale.low, scale.high + 1)),
        usable=usable,
    )
