"""Do the items of one construct belong together and apart from those of the others?

Fornell and Larcker (1981); the heterotrait–monotrait ratio (Henseler et al. 2015) and HTMT2 with geometric means (Roemer et al.
2021), absolute correlations as in semTools, with a bootstrap interval; and before a factor analysis, sampling adequacy
(Kaiser 1970) and Bartlett's (1951) test that there is any correlation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from tongchi.errors import ItemMatrixError
from tongchi.survey.item_matrix import Floats, check_items, check_regular, cov_to_cor, item_names, sample_cov
from tongchi.survey.reliability import Interval
from tongchi.survey.unavailable import NotAvailable

RatioKind = Literal["htmt", "htmt2"]
Items = Mapping[str, Sequence[int]]
"""Construct to the columns of its items."""

_MOST_FAILED = 0.05


@dataclass(frozen=True, slots=True)
class ConstructPair:
    """Fornell and Larcker for two constructs; `holds`: the shared variance is below both variances extracted."""

    first: str
    second: str
    squared_correlation: float
    smaller_ave: float
    holds: bool


@dataclass(frozen=True, slots=True)
class TraitRatio:
    """HTMT of two constructs. `failed_draws` had an item without variance; `below`: the upper end is below the cutoff.

    `below` is None where there is no interval to judge by.
    """

    first: str
    second: str
    value: float | NotAvailable
    interval: Interval | NotAvailable
    failed_draws: int
    below: bool | None


@dataclass(frozen=True, slots=True)
class SamplingAdequacy:
    """Kaiser–Meyer–Olkin measure, overall and per item; from .8 on it is called meritorious, below .5 unacceptable."""

    overall: float
    items: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class SphericityTest:
    """Bartlett's test; H0: the items do not correlate at all."""

    chi_square: float
    freedom: int
    p_value: float


def fornell_larcker(ave: Mapping[str, float], factor_cor: ArrayLike) -> tuple[ConstructPair, ...]:
    """Compare each squared correlation of two constructs with the smaller of their variances extracted.

    Parameters
    ----------
    ave : construct to average variance extracted
    factor_cor : (m, m) correlations of the constructs, in the order of `ave`
    """
    matrix = np.asarray(factor_cor, dtype=np.float64)
    if matrix.shape != (len(ave), len(ave)) or not np.isfinite(matrix).all():
        raise ItemMatrixError(found=f"shape {matrix.shape}", expected=f"{len(ave)} × {len(ave)}", advice="")
    found = []
    for (at, first), (other, second) in combinations(enumerate(ave), 2):
        shared, smaller = float(matrix[at, other] ** 2), min(ave[first], ave[second])
        found.append(ConstructPair(first, second, shared, smaller, shared < smaller))
    return tuple(found)


def trait_ratios(
    answers: ArrayLike,
    items: Items,
    rng: np.random.Generator | None = None,
    *,
    kind: RatioKind = "htmt",
    draws: int = 1000,
    level: float = 0.90,
    cutoff: float = 0.85,
) -> tuple[TraitRatio, ...]:
    """HTMT or HTMT2 of all pairs of constructs, with a percentile bootstrap interval where `rng` is given.

    Parameters
    ----------
    answers : (n, p) complete
    items : construct to columns; a construct of one item has no monotrait correlations, so its ratios are not available
    level : of the two-sided interval; .90 makes the comparison of its upper end with `cutoff` a test at 5 %
    cutoff : .85, or .90 for constructs that are close in theory

    Raises
    ------
    ItemMatrixError, ConstantItemError
    """
    matrix = check_items(answers)
    groups = _columns(items, matrix.shape[1])
    values = trait_ratio_matrix(cov_to_cor(sample_cov(matrix)), groups, kind)
    sampled = None if rng is None else _bootstrap(matrix, groups, kind, rng, draws)
    found = []
    for (at, first), (other, second) in combinations(enumerate(items), 2):
        value = float(values[at, other])
        interval, failed = _interval(None if sampled is None else sampled[:, at, other], value, level)
        below = interval.upper < cutoff if isinstance(interval, Interval) else None
        found.append(TraitRatio(first, second, value if np.isfinite(value) else _NO_RATIO, interval, failed, below))
    return tuple(found)


def trait_ratios_of_cor(cor: ArrayLike, items: Items, *, kind: RatioKind = "htmt") -> tuple[TraitRatio, ...]:
    """HTMT or HTMT2 from a correlation matrix alone, for example of polychorics (ordinal HTMT); no intervals."""
    matrix = np.asarray(cor, dtype=np.float64)
    values = trait_ratio_matrix(matrix, _columns(items, len(matrix)), kind)
    return tuple(
        TraitRatio(
            first, second, value if np.isfinite(value := float(values[at, other])) else _NO_RATIO, _NO_DRAWS, 0, None
        )
        for (at, first), (other, second) in combinations(enumerate(items), 2)
    )


def trait_ratio_matrix(cor: Floats, groups: Sequence[Sequence[int]], kind: RatioKind = "htmt") -> Floats:
    r"""Mean :math:`|r|` between two constructs over the root of the product of the means within each.

    Returns
    -------
    (m, m) symmetric, 1 on the diagonal, NaN where a construct has one item or no correlation within. `kind` "htmt2" takes
    geometric means.
    """
    size = np.abs(cor)
    if kind == "htmt2":
        with np.errstate(divide="ignore"):
            size = np.log(size)
    member = np.zeros((len(groups), len(cor)))
    for at, columns in enumerate(groups):
        member[at, list(columns)] = 1.0
    count = member.sum(axis=1)
    within_cells, between_cells = np.maximum(count * (count - 1), 1), np.outer(count, count)
    hollow = size.copy()
    np.fill_diagonal(hollow, 0.0)
    hollow = np.maximum(hollow, -700.0)
    total = member @ hollow @ member.T
    within, between = np.diag(total) / within_cells, total / between_cells
    if kind == "htmt2":
        within, between = np.exp(within), np.exp(between)
    divisor = np.sqrt(np.outer(within, within))
    defined = np.outer(count > 1, count > 1) & (divisor > 1e-12)
    ratios: Floats = np.where(defined, between / np.where(defined, divisor, 1.0), np.nan)
    np.fill_diagonal(ratios, 1.0)
    return ratios


def sampling_adequacy(cor: ArrayLike, names: Sequence[str] | None = None) -> SamplingAdequacy:
    r"""Kaiser–Meyer–Olkin, :math:`\Sigma r^2 / (\Sigma r^2 + \Sigma q^2)` over i ≠ j with partial correlations q.

    Raises
    ------
    ItemMatrixError, SingularItemsError
    """
    matrix = check_regular(cor, names)
    partial = cov_to_cor(np.asarray(np.linalg.inv(matrix), dtype=np.float64))
    simple, rest = matrix**2, partial**2
    np.fill_diagonal(simple, 0.0)
    np.fill_diagonal(rest, 0.0)
    if not (simple.sum() + rest.sum()) > 0:
        raise ItemMatrixError(found="R = I", expected="r ≠ 0", advice="")
    both = simple.sum(axis=0) + rest.sum(axis=0)
    each = np.divide(simple.sum(axis=0), both, out=np.zeros(len(both)), where=both > 0)
    labels = item_names(names, len(matrix))
    overall = float(simple.sum() / (simple.sum() + rest.sum()))
    return SamplingAdequacy(overall, tuple(zip(labels, each.tolist(), strict=True)))


def sphericity_test(cor: ArrayLike, n: int) -> SphericityTest | NotAvailable:
    r"""Bartlett's test, :math:`\chi^2 = -(n - 1 - (2p + 5)/6)\log|R|` with p(p − 1)/2 degrees of freedom.

    Not available where n is too small for the factor to be positive.

    Raises
    ------
    ItemMatrixError, SingularItemsError
    """
    matrix = check_regular(cor)
    p = len(matrix)
    factor = n - 1 - (2 * p + 5) / 6
    if factor <= 0:
        return NotAvailable(
            "sphericity", "人数太少，校正系数不为正。", "So few respondents that the correction is not positive."
        )
    chi_square = float(-factor * np.linalg.slogdet(matrix)[1])
    freedom = p * (p - 1) // 2
    return SphericityTest(chi_square, freedom, float(chdtrc(freedom, chi_square)))


_NO_RATIO = NotAvailable(
    "htmt",
    "构念只有一题，或题目之间没有相关。",
    "A construct has one item, or its items do not correlate with each other.",
)
_NO_DRAWS = NotAvailable("htmt_interval", "未做自助抽样。", "No bootstrap was asked for.")
_FAILED = NotAvailable(
    "htmt_interval",
    "超过 5% 的自助样本中有题目没有方差。",
    "In more than 5 % of the bootstrap samples an item did not vary.",
)


def _columns(items: Items, width: int) -> list[list[int]]:
    groups = [list(columns) for columns in items.values()]
    used = [column for columns in groups for column in columns]
    if len(groups) < 2 or any(not columns for columns in groups):
        raise ItemMatrixError(found=f"{len(groups)} constructs", expected="≥ 2, each with items", advice="")
    if len(set(used)) < len(used) or min(used) < 0 or max(used) >= width:
        raise ItemMatrixError(found=f"columns {used}", expected=f"0 … {width - 1}, each once", advice="")
    return groups


def _bootstrap(
    matrix: Floats, groups: Sequence[Sequence[int]], kind: RatioKind, rng: np.random.Generator, draws: int
) -> Floats:
    n = len(matrix)
    sampled = np.full((draws, len(groups), len(groups)), np.nan)
    for at in range(draws):
        cov = sample_cov(matrix[rng.integers(n, size=n)])
        if (np.diag(cov) > 0).all():
            sampled[at] = trait_ratio_matrix(cov_to_cor(cov), groups, kind)
    return sampled


def _interval(sampled: Floats | None, value: float, level: float) -> tuple[Interval | NotAvailable, int]:
    if not np.isfinite(value):
        return _NO_RATIO, 0
    if sampled is None:
        return _NO_DRAWS, 0
    known = sampled[np.isfinite(sampled)]
    failed = len(sampled) - len(known)
    if failed > _MOST_FAILED * len(sampled):
        return _FAILED, failed
    lower, upper = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(lower), float(upper), level), failed
