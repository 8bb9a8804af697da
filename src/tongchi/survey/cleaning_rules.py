"""Which rows does each rule of cleaning point at, by which score and from which cutoff?

A rule gives a score for every respondent, higher for what is more suspect, and a flag. It removes nothing. Where a rule
cannot be applied, `NotAvailable` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import chi2

from tongchi.survey import careless
from tongchi.survey.careless import Floats
from tongchi.survey.missing_pattern import NormalEstimate, estimate_normal, squared_distances
from tongchi.survey.responses import Responses
from tongchi.survey.unavailable import NotAvailable

Bools = NDArray[np.bool_]
_SAMPLE = 20_000
"""Above so many rows the normal estimate rests on so many, evenly spaced."""

_FEWEST_PAIRS = 5


@dataclass(frozen=True)
class Cutoffs:
    """From where on a rule flags a row. Conventions of the literature; none of them is a law."""

    longest_string: float = 0.5
    """Share of the items in one run; half of them (Curran 2016)."""
    regular_string: float = 0.5
    """Share of the items in one run of equal steps."""
    deviation: float = 3.0
    """Robust z (median, 1.4826 MAD) of variability, spread and the combined index."""
    mahalanobis_p: float = 0.001
    even_odd: float = 0.0
    """Consistency below this; Jackson's .30 flags many honest people where there are few constructs."""
    synonyms: float = 0.0
    """Correlation over the pairs below this. Few pairs make it unsteady: one careful person in five may fall below."""
    synonym_r: float = 0.60
    """Items that correlate so much are synonyms (Meade and Craig 2012)."""
    failed_checks: int = 1
    seconds_per_item: float = 2.0
    """Faster than this for each item asked (Huang et al. 2012)."""
    missing: float = 0.20
    """Share of items without answer."""
    out_of_range: int = 1


@dataclass(frozen=True, eq=False)
class Flag:
    """What one rule says of every respondent; `cutoff` puts into words from where on it flags."""

    rule: str
    zh: str
    en: str
    cutoff: str
    score: Floats
    flagged: Bools

    @property
    def count(self) -> int:
        """Number of respondents that the rule flags."""
        return int(self.flagged.sum())


class Answers:
    """The arrays that the rules share; a value outside the scale is counted once and then treated as missing."""

    def __init__(self, responses: Responses, cutoffs: Cutoffs) -> None:
        self.responses, self.cutoffs = responses, cutoffs
        self.codes = responses.items
        scale, frame = responses.instrument.scale, responses.frame
        as_given = frame.select(self.codes).to_numpy().astype(np.float64).reshape(frame.height, len(self.codes))
        whole = as_given == np.round(as_given)
        self.outside: Bools = ~np.isnan(as_given) & ~(whole & (as_given >= scale.low) & (as_given <= scale.high))
        self.given = np.where(self.outside, np.nan, as_given)
        turned = np.array([code in responses.instrument.reverse_codes for code in self.codes], dtype=bool)
        self.scored = np.where(turned, scale.low + scale.high - self.given, self.given)

    @cached_property
    def blocks(self) -> list[list[int]]:
        """Columns of each construct of which two items or more are here."""
        at = {code: index for index, code in enumerate(self.codes)}
        instrument = self.responses.instrument
        found = [[at[i.code] for i in instrument.items_of(c.code) if i.code in at] for c in instrument.constructs]
        return [block for block in found if len(block) > 1]

    @cached_property
    def normal(self) -> NormalEstimate | NotAvailable:
        """Mean and covariance of the scored answers."""
        return estimate_normal(evenly_spaced(self.scored))

    def column(self, code: str) -> Floats | None:
        """Return a column of the table as numbers, None if it is not there."""
        frame = self.responses.frame
        return frame[code].cast(pl.Float64).to_numpy() if code in frame.columns else None


def evenly_spaced(values: Floats) -> Floats:
    """Return at most 20,000 rows, at equal distances."""
    if len(values) <= _SAMPLE:
        return values
    return values[np.linspace(0, len(values) - 1, _SAMPLE).astype(np.intp)]


Outcome = tuple[Floats, Bools, str] | NotAvailable


def longest_string(answers: Answers) -> Outcome:
    """Flag one answer all through, reversed items as they were given."""
    return _run(careless.longest_string(answers.given), answers.cutoffs.longest_string, len(answers.codes))


def regular_string(answers: Answers) -> Outcome:
    """Flag zigzags and staircases; a straight line is one of them."""
    return _run(careless.longest_regular_string(answers.given), answers.cutoffs.regular_string, len(answers.codes))


def _run(length: Floats, share: float, items: int) -> Outcome:
    if items < 6:
        return NotAvailable("run", f"只有{items}题，至少需要6题。", f"There are {items} items; a run takes 6 or more.")
    return length, length > share * items, f"> {share * items:g} / {items}"


def variability(answers: Answers) -> Outcome:
    """Flag a standard deviation within the row that is far from the usual one, to either side."""
    score = careless.intra_individual_variability(answers.given)
    return _far(np.abs(score - _median(score)), "|z|", answers.cutoffs.deviation, centre=0.0, statistic="variability")


def spread(answers: Answers) -> Outcome:
    """Flag answers to items of one construct that contradict each other."""
    if not answers.blocks:
        return NotAvailable("spread", "没有两题以上的构念。", "No construct has two items.")
    score = careless.construct_spread(answers.scored, answers.blocks)
    return _far(score, "z", answers.cutoffs.deviation, centre=_median(score), statistic="spread")


def _far(score: Floats, name: str, cutoff: float, *, centre: float, statistic: str) -> Outcome:
    scale = 1.4826 * _median(np.abs(score - centre))
    if not scale > 0:
        return NotAvailable(statistic, "半数以上的人没有差别。", "More than half of the respondents do not differ.")
    z = (score - centre) / scale
    return z, z > cutoff, f"{name} > {cutoff:g}"


def _median(score: Floats) -> float:
    known = score[~np.isnan(score)]
    return float(np.median(known)) if len(known) else float("nan")


def mahalanobis(answers: Answers) -> Outcome:
    """Flag an unlikely combination of answers; the score is -ln p of the distance of what was answered."""
    normal = answers.normal
    if isinstance(normal, NotAvailable):
        return NotAvailable("mahalanobis", normal.zh, normal.en)
    distance, count = squared_distances(answers.scored, normal)
    score = np.where(count > 0, -chi2.logsf(distance, np.maximum(count, 1)), np.nan)
    cutoff = answers.cutoffs.mahalanobis_p
    return score, score > -np.log(cutoff), f"p < {cutoff:g}"


def even_odd(answers: Answers) -> Outcome:
    """Flag rows whose even and odd items of the constructs do not go together; the score is minus the consistency."""
    if len(answers.blocks) < 3:
        found = len(answers.blocks)
        return NotAvailable("even_odd", f"只有{found}个构念，至少需要3个。", f"{found} constructs; it takes 3 or more.")
    score = -careless.even_odd_consistency(answers.scored, answers.blocks)
    return score, score > -answers.cutoffs.even_odd, f"r < {answers.cutoffs.even_odd:g}"


def synonyms(answers: Answers) -> Outcome:
    """Flag rows that answer synonyms differently; the score is minus the correlation over the pairs."""
    normal, least = answers.normal, answers.cutoffs.synonym_r
    if isinstance(normal, NotAvailable):
        return NotAvailable("synonyms", normal.zh, normal.en)
    unit = np.sqrt(np.diag(normal.cov))
    pairs = careless.synonym_pairs(normal.cov / np.outer(unit, unit), least)
    if len(pairs) < _FEWEST_PAIRS:
        zh, en = (
            f"相关≥{least:g}的题目只有{len(pairs)}对，至少需要{_FEWEST_PAIRS}对。",
            f"{len(pairs)} pairs correlate by {least:g}; it takes {_FEWEST_PAIRS}.",
        )
        return NotAvailable("synonyms", zh, en)
    score = -careless.synonym_consistency(answers.scored, pairs)
    return score, score > -answers.cutoffs.synonyms, f"r < {answers.cutoffs.synonyms:g} ({len(pairs)})"


def attention(answers: Answers) -> Outcome:
    """Flag wrong answers to attention checks; one that was left out is not wrong."""
    found = [(check.expected, answers.column(check.code)) for check in answers.responses.instrument.checks]
    columns = [(expected, column) for expected, column in found if column is not None]
    if not columns:
        return NotAvailable("attention", "答卷中没有注意力检测题。", "The answers hold no attention checks.")
    wrong = np.sum([~np.isnan(column) & (column != expected) for expected, column in columns], axis=0).astype(float)
    asked = np.sum([~np.isnan(column) for _, column in columns], axis=0)
    cutoff = answers.cutoffs.failed_checks
    return np.where(asked > 0, wrong, np.nan), wrong >= cutoff, f"≥ {cutoff} / {len(columns)}"


def too_fast(answers: Answers) -> Outcome:
    """Flag those who took less time than reading does; the score is the median time over one's own."""
    seconds = answers.column(answers.responses.instrument.duration)
    if seconds is None or np.isnan(seconds).all():
        return NotAvailable("too_fast", "答卷中没有作答时间。", "The answers do not say how long they took.")
    checks = sum(check.code in answers.responses.frame.columns for check in answers.responses.instrument.checks)
    least = answers.cutoffs.seconds_per_item * (len(answers.codes) + checks)
    score = _median(seconds) / np.maximum(seconds, 1e-3)
    return score, seconds < least, f"< {least:g} s"


def duplicates(answers: Answers) -> Outcome:
    """Flag every row but the first with one respondent's name, or with the same ten answers or more, not all alike."""
    responses = answers.responses
    name = responses.frame[responses.instrument.respondent]
    again = (~name.is_first_distinct() & (name != "")).to_numpy().astype(bool)
    answered = (~np.isnan(answers.given)).sum(axis=1)
    varied = careless.longest_string(answers.given) < answered
    rows = pl.DataFrame(np.nan_to_num(answers.given, nan=-1e9), schema=list(answers.codes))
    same = ~rows.select(pl.struct(pl.all()).is_first_distinct()).to_series().to_numpy().astype(bool)
    flagged = again | (same & (answered >= 10) & varied)
    return flagged.astype(float), flagged, "≥ 1"


def out_of_range(answers: Answers) -> Outcome:
    """Flag answers that are no code of the scale."""
    score = answers.outside.sum(axis=1).astype(float)
    return score, score >= answers.cutoffs.out_of_range, f"≥ {answers.cutoffs.out_of_range}"


def missing(answers: Answers) -> Outcome:
    """Flag rows with many items left out."""
    score = np.isnan(answers.given).mean(axis=1)
    return score, score > answers.cutoffs.missing, f"> {answers.cutoffs.missing:.0%}"


Rule = Callable[[Answers], Outcome]
RULES: Mapping[str, tuple[str, str, Rule]] = {
    "longest_string": ("连续作答相同", "straight-lining", longest_string),
    "regular_string": ("规律作答（之字、阶梯）", "regular pattern (zigzag, staircase)", regular_string),
    "variability": ("个体内变异异常", "unusual intra-individual variability", variability),
    "mahalanobis": ("马氏距离过大", "Mahalanobis distance", mahalanobis),
    "spread": ("同一构念内自相矛盾", "contradictions within constructs", spread),
    "even_odd": ("奇偶一致性低", "low even-odd consistency", even_odd),
    "synonyms": ("同义题不一致", "inconsistent psychometric synonyms", synonyms),
    "attention": ("注意力检测未通过", "failed attention checks", attention),
    "too_fast": ("作答过快", "too fast", too_fast),
    "duplicates": ("重复答卷", "duplicates", duplicates),
    "out_of_range": ("超出量表范围", "out of range", out_of_range),
    "missing": ("缺失过多", "many missing answers", missing),
}
IN_INDEX = (
    "longest_string",
    "regular_string",
    "variability",
    "mahalanobis",
    "spread",
    "even_odd",
    "synonyms",
    "attention",
    "too_fast",
)
"""Rules that speak of care; duplicates, range and missing answers have other causes."""
