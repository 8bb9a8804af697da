r"""Do groups of respondents differ, by how much, and may they be compared at all?

On scores: Welch's t and F, which do not need equal variances (Welch 1947, 1951), with Games and Howell's (1976) intervals for the
pairs of more than two groups; Mann and Whitney's test and Kruskal and Wallis's, corrected for ties; Hedges' g. With pooled
standard deviation s and :math:`\nu = n_1 + n_2 - 2`,

.. math:: g = J(\nu)\,\frac{\bar x_1 - \bar x_2}{s}, \quad
          J(\nu) = \frac{\Gamma(\nu/2)}{\sqrt{\nu/2}\,\Gamma((\nu - 1)/2)}.

The interval of g is that of the population effect :math:`\delta` by inverting the noncentral t distribution (Cumming and Finch
2001); it is not multiplied by J. A positive difference or rank correlation means that the first group scores higher.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import optimize, special, stats

from tongchi.errors import SampleError, UnknownVariableError
from tongchi.survey.multiplicity import adjust_p_values
from tongchi.survey.reliability import Interval
from tongchi.survey.unavailable import NotAvailable

Floats = NDArray[np.float64]
_EXACT = 50
"""Without ties and with fewer cases than this in both groups the rank test is exact, as in R; else normal with continuity."""


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """One group on one variable; the standard deviation has divisor n - 1."""

    label: str
    n: int
    mean: float | NotAvailable
    sd: float | NotAvailable


@dataclass(frozen=True, slots=True)
class RankTest:
    """H0: neither group tends to higher values. `statistic` is U of the first group, or H for more groups.

    `rank_biserial` is P(first > second) - P(first < second), also known as Cliff's delta.
    """

    statistic: float
    p_value: float
    rank_biserial: float | NotAvailable


@dataclass(frozen=True, slots=True)
class EffectSize:
    """A standardised difference with its interval."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class PairComparison:
    """Two groups. H0 of t: equal means. With more than two groups `p_value` and `interval` are those of Games and Howell."""

    first: str
    second: str
    difference: float
    interval: Interval
    t: float
    df: float
    p_value: float
    hedges_g: EffectSize | NotAvailable
    cohens_d: float | NotAvailable
    """(first - second) / pooled standard deviation, without J."""
    ranks: RankTest


@dataclass(frozen=True, slots=True)
class WelchTest:
    """H0: all groups have the same mean. For two groups F is t²."""

    f: float
    df: tuple[float, float]
    p_value: float


@dataclass(frozen=True, slots=True)
class GroupComparison:
    """All groups on one variable; `p_adjusted` takes into account that several variables are compared."""

    variable: str
    groups: tuple[GroupSummary, ...]
    welch: WelchTest | NotAvailable
    ranks: RankTest | NotAvailable
    p_adjusted: float | NotAvailable
    ranks_p_adjusted: float | NotAvailable
    pairs: tuple[PairComparison | NotAvailable, ...]


class LatentMean(Protocol):
    """Mean of `group` less that of `reference` on a construct, in a model whose items work alike in both (`invariance`)."""

    @property
    def construct(self) -> str: ...  # noqa: D102
    @property
    def group(self) -> str: ...  # noqa: D102
    @property
    def reference(self) -> str: ...  # noqa: D102
    @property
    def estimate(self) -> float: ...  # noqa: D102
    @property
    def se(self) -> float: ...  # noqa: D102
    @property
    def p_value(self) -> float: ...  # noqa: D102
    @property
    def standardised(self) -> float: ...  # noqa: D102
    @property
    def standardised_se(self) -> float: ...  # noqa: D102


LatentMeans = Sequence[LatentMean] | NotAvailable
UNEXAMINED = NotAvailable(
    "latent_means",
    "没有检验测量不变性：得分的差异可能来自题目在各组含义不同。",
    "Invariance was not examined: scores may differ because items mean different things to the groups.",
)


@dataclass(frozen=True, slots=True)
class GroupComparisons:
    """One comparison for each variable. `adjustment` names the correction for their number.

    `latent` are differences of latent means, or why there are none: where invariance fails, means cannot be compared, and the
    comparisons of scores describe answers, not constructs.
    """

    group: str
    labels: tuple[str, ...]
    adjustment: str
    comparisons: tuple[GroupComparison, ...]
    latent: LatentMeans = UNEXAMINED

    @property
    def means_comparable(self) -> bool | None:
        """Whether invariance allows means to be compared; None if it was not examined."""
        if self.latent is UNEXAMINED:
            return None
        return not isinstance(self.latent, NotAvailable)

    def of(self, variable: str) -> GroupComparison:
        """Return the comparison of one variable."""
        return next(one for one in self.comparisons if one.variable == variable)

    def table(self) -> pl.DataFrame:
        """Return one row for each variable and pair of groups; what is not available is null."""
        rows = [_row(one, pair) for one in self.comparisons for pair in one.pairs if not isinstance(pair, NotAvailable)]
        return pl.DataFrame(rows, infer_schema_length=None)


def compare_groups(
    data: pl.DataFrame,
    variables: Sequence[str],
    group: str,
    *,
    labels: Sequence[str] | None = None,
    adjustment: str = "holm",
    level: float = 0.95,
    latent: LatentMeans | None = None,
) -> GroupComparisons:
    """Compare groups on each variable.

    Parameters
    ----------
    data : rows without a group, or without the variable, are left out of its comparison
    labels : the groups to compare, in this order; by default all, in the order of their names
    adjustment : "holm", "benjamini-hochberg" or "none", over the variables, for Welch's and the rank tests each on their own
    latent : latent mean differences of an invariance ladder for the same groups, or why they cannot be compared; None says that
        invariance was not examined

    Raises
    ------
    UnknownVariableError, SampleError (fewer than two groups), UnsupportedModelError
    """
    for name in (group, *variables):
        if name not in data.columns:
            raise UnknownVariableError(found=name, expected=", ".join(data.columns[:12]), advice="")
    marks = data[group].cast(pl.String)
    known = tuple(labels) if labels is not None else tuple(sorted(marks.drop_nulls().unique()))
    absent = [label for label in known if label not in set(marks)]
    if len(known) < 2 or absent:
        found = f"{group}: {', '.join(known) or '-'}" + (f"（{absent[0]} 没有数据行 / has no rows）" if absent else "")
        raise SampleError(found=found, expected="至少两组 / two groups or more", advice="")
    whole = [_compare(data, name, marks, known, level) for name in variables]
    welch, ranks = (_adjusted([getattr(one, test) for one in whole], adjustment) for test in ("welch", "ranks"))
    adjusted = [replace(one, p_adjusted=p, ranks_p_adjusted=q) for one, p, q in zip(whole, welch, ranks, strict=True)]
    return GroupComparisons(group, known, adjustment, tuple(adjusted), UNEXAMINED if latent is None else latent)


def _adjusted(tests: Sequence[WelchTest | RankTest | NotAvailable], method: str) -> list[float | NotAvailable]:
    values = iter(adjust_p_values([one.p_value for one in tests if not isinstance(one, NotAvailable)], method))
    return [one if isinstance(one, NotAvailable) else next(values) for one in tests]


def _compare(data: pl.DataFrame, name: str, marks: pl.Series, labels: Sequence[str], level: float) -> GroupComparison:
    try:
        column = data[name].cast(pl.Float64).to_numpy()
    except pl.exceptions.InvalidOperationError:
        raise SampleError(found=f"{name} 列含非数字 / holds no numbers", expected="数字 / numbers", advice="") from None
    parts = [column[(marks == label).fill_null(False).to_numpy()] for label in labels]
    parts = [part[np.isfinite(part)] for part in parts]
    summaries = tuple(_summary(label, part) for label, part in zip(labels, parts, strict=True))
    small = [one.label for one in summaries if one.n < 2]
    if small:
        none = NotAvailable("welch", f"{small[0]} 组不足两人。", f"Group {small[0]} has fewer than two people.")
        return GroupComparison(name, summaries, none, none, none, none, ())
    pairs = tuple(
        _pair((labels[i], parts[i]), (labels[j], parts[j]), len(labels), level)
        for i, j in combinations(range(len(labels)), 2)
    )
    pending = NotAvailable("p_adjusted", "尚未校正。", "Not adjusted yet.")
    return GroupComparison(name, summaries, _welch(parts), _ranks(parts), pending, pending, pairs)


def _summary(label: str, values: Floats) -> GroupSummary:
    none = NotAvailable("sd", "不足两人。", "Fewer than two people.")
    if not len(values):
        return GroupSummary(label, 0, NotAvailable("mean", "没有人作答。", "Nobody answered."), none)
    return GroupSummary(
        label, len(values), float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else none
    )


def _welch(parts: Sequence[Floats]) -> WelchTest | NotAvailable:
    """Welch's (1951) F for any number of groups."""
    squared = np.array([part.var(ddof=1) / len(part) for part in parts])
    if (squared <= 0).any():
        pair = len(parts) == 2 and squared.sum() > 0
        if not pair:
            return NotAvailable("welch", "有一组没有差异。", "All members of one group score alike.")
    means, count = np.array([part.mean() for part in parts]), len(parts)
    if count == 2:
        t, df = _welch_t(parts[0], parts[1])
        return WelchTest(t**2, (1.0, df), float(2 * special.stdtr(df, -abs(t))))
    weight = 1 / squared
    share = weight / weight.sum()
    spread = float(((1 - share) ** 2 / np.array([len(part) - 1 for part in parts])).sum())
    above = float(weight @ (means - share @ means) ** 2) / (count - 1)
    f = above / (1 + 2 * (count - 2) / (count**2 - 1) * spread)
    upper, lower = count - 1.0, (count**2 - 1) / (3 * spread)
    return WelchTest(f, (upper, lower), float(special.fdtrc(upper, lower, f)))


def _welch_t(first: Floats, second: Floats) -> tuple[float, float]:
    one, other = first.var(ddof=1) / len(first), second.var(ddof=1) / len(second)
    df = (one + other) ** 2 / (one**2 / (len(first) - 1) + other**2 / (len(second) - 1))
    return float((first.mean() - second.mean()) / np.sqrt(one + other)), float(df)


def _ranks(parts: Sequence[Floats]) -> RankTest | NotAvailable:
    if np.ptp(np.concatenate(parts)) == 0:
        return NotAvailable("ranks", "所有人得分相同。", "All score alike.")
    if len(parts) == 2:
        return _mann_whitney(parts[0], parts[1])
    found = stats.kruskal(*parts)
    none = NotAvailable("rank_biserial", "多于两组。", "There are more than two groups.")
    return RankTest(float(found.statistic), float(found.pvalue), none)


def _mann_whitney(first: Floats, second: Floats) -> RankTest:
    both = np.concatenate([first, second])
    tied = len(np.unique(both)) < len(both)
    exact = not tied and max(len(first), len(second)) < _EXACT
    if np.ptp(both) == 0:
        return RankTest(len(first) * len(second) / 2, 1.0, 0.0)
    found = stats.mannwhitneyu(first, second, method="exact" if exact else "asymptotic")
    u = float(found.statistic)
    return RankTest(u, float(found.pvalue), 2 * u / (len(first) * len(second)) - 1)


def _pair(
    first: tuple[str, Floats], second: tuple[str, Floats], groups: int, level: float
) -> PairComparison | NotAvailable:
    (one, a), (other, b) = first, second
    error = float(np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)))
    if error == 0:
        return NotAvailable("welch", f"{one}、{other} 组内没有差异。", f"Nobody differs within {one} and {other}.")
    difference = float(a.mean() - b.mean())
    t, df = _welch_t(a, b)
    if groups > 2:
        p_value = float(stats.studentized_range.sf(abs(t) * np.sqrt(2), groups, df))
        reach = float(stats.studentized_range.ppf(level, groups, df)) / np.sqrt(2) * error
    else:
        p_value = float(2 * special.stdtr(df, -abs(t)))
        reach = float(special.stdtrit(df, (1 + level) / 2)) * error
    interval = Interval(difference - reach, difference + reach, level)
    d, g = _standardised(a, b, level)
    return PairComparison(one, other, difference, interval, t, df, p_value, g, d, _mann_whitney(a, b))


def _standardised(a: Floats, b: Floats, level: float) -> tuple[float | NotAvailable, EffectSize | NotAvailable]:
    df = len(a) + len(b) - 2
    pooled = float(np.sqrt(((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) / df))
    if pooled == 0 or df < 2:
        none = NotAvailable(
            "hedges_g", "没有合并标准差，或人数太少。", "No pooled standard deviation, or too few people."
        )
        return none, none
    d = float(a.mean() - b.mean()) / pooled
    unit = float(np.sqrt(1 / len(a) + 1 / len(b)))
    shrink = float(np.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / np.sqrt(df / 2))
    low, high = noncentrality_interval(d / unit, df, level)
    return d, EffectSize(shrink * d, Interval(low * unit, high * unit, level))


def noncentrality_interval(t: float, df: float, level: float) -> tuple[float, float]:
    """Return the noncentralities at which a t so high, or so low, has probability (1 - level)/2."""
    tail = (1 - level) / 2
    ends = []
    for probability in (1 - tail, tail):
        # The normal approximation of the noncentral t starts the bracket; it is wide enough to be safe.
        middle = t - special.ndtri(probability) * np.sqrt(1 + t**2 / (2 * df))
        width = 1.0 + 0.5 * np.sqrt(1 + t**2 / (2 * df))
        while width < 1e6 and not _below(middle + width, df, t, probability) <= 0 <= _below(
            middle - width, df, t, probability
        ):
            width *= 2
        if width >= 1e6:  # no bracket, for the distribution cannot be evaluated so far out: the approximation stands
            ends.append(float(middle))
            continue
        found = optimize.brentq(_below, middle - width, middle + width, args=(df, t, probability), xtol=1e-12)
        ends.append(float(found))
    return ends[0], ends[1]


def _below(noncentrality: float, df: float, t: float, probability: float) -> float:
    return float(stats.nct.cdf(t, df, noncentrality)) - probability


def _row(one: GroupComparison, pair: PairComparison) -> dict[str, object]:
    sizes = {each.label: each for each in one.groups}
    first, second = sizes[pair.first], sizes[pair.second]
    effect = None if isinstance(pair.hedges_g, NotAvailable) else pair.hedges_g
    return {
        "variable": one.variable,
        "first": pair.first,
        "second": pair.second,
        "n_first": first.n,
        "n_second": second.n,
        "mean_first": first.mean,
        "mean_second": second.mean,
        "difference": pair.difference,
        "ci_lower": pair.interval.lower,
        "ci_upper": pair.interval.upper,
        "t": pair.t,
        "df": pair.df,
        "p_value": pair.p_value,
        "p_adjusted": None if isinstance(one.p_adjusted, NotAvailable) else one.p_adjusted,
        "hedges_g": effect.value if effect else None,
        "g_lower": effect.interval.lower if effect else None,
        "g_upper": effect.interval.upper if effect else None,
        "u": pair.ranks.statistic,
        "p_ranks": pair.ranks.p_value,
        "rank_biserial": pair.ranks.rank_biserial if isinstance(pair.ranks.rank_biserial, float) else None,
    }
