"""Do people of the same office, or raters of the same object, answer alike?

Intraclass correlations: the six forms of Shrout and Fleiss (1979) for complete ratings, with the intervals of McGraw and Wong
(1996); ICC(1) and ICC(2) for people nested in offices of any size (Bliese 2000), which say whether the mean of an office may
stand for it; and r_wg and r_wg(j) of James, Demaree and Wolf (1984) for each office.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc, fdtri

from tongchi.errors import ConstantItemError, ItemMatrixError
from tongchi.survey.item_matrix import Floats
from tongchi.survey.reliability import Interval
from tongchi.survey.unavailable import NotAvailable

Form = Literal["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"]


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """One form; H0 of the F test: the objects do not differ. Forms with k speak of the mean of k raters."""

    form: Form
    value: float
    f: float
    freedom: tuple[float, float]
    p_value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class NestedAgreement:
    """Agreement of people within groups on one variable; H0 of the F test: the groups have the same mean.

    `icc1` is the share of variance between groups (it may be negative), `icc2` the reliability of a group mean at
    `mean_size`, the size that unequal groups amount to.
    """

    groups: int
    n: int
    mean_size: float
    icc1: float
    icc2: float | NotAvailable
    f: float
    p_value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class GroupAgreement:
    """r_wg(j) of one group; the value of r_wg for a single item."""

    group: Hashable
    n: int
    value: float | NotAvailable


def intraclass_correlations(
    ratings: ArrayLike, *, level: float = 0.95
) -> tuple[IntraclassCorrelation, ...] | NotAvailable:
    """All six forms for n objects rated by the same k raters.

    Parameters
    ----------
    ratings : (n, k) complete, n >= 2 objects and k >= 2 raters

    Returns
    -------
    Forms 1 (one-way), 2 (raters drawn from a population, absolute agreement) and 3 (these raters, consistency), single and
    for the mean of k. Not available where raters agree to the last digit but for a constant: F has no divisor.

    Raises
    ------
    ItemMatrixError, ConstantItemError
    """
    matrix = _check_ratings(ratings)
    n, k = matrix.shape
    grand = matrix.mean()
    between = k * ((matrix.mean(axis=1) - grand) ** 2).sum() / (n - 1)
    raters = n * ((matrix.mean(axis=0) - grand) ** 2).sum() / (k - 1)
    total = ((matrix - grand) ** 2).sum()
    within = (total - (n - 1) * between) / (n * (k - 1))
    error = (total - (n - 1) * between - (k - 1) * raters) / ((n - 1) * (k - 1))
    if error <= 1e-14 * total:
        return NotAvailable(
            "icc",
            "评分者除常数差外完全一致，误差为零。",
            "But for a constant the raters agree fully: there is no error.",
        )
    squares = _MeanSquares(float(between), float(raters), float(within), float(error), n, k)
    return (*_one_way(squares, level), *_two_way(squares, level))


@dataclass(frozen=True, slots=True)
class _MeanSquares:
    between: float
    raters: float
    within: float
    error: float
    n: int
    k: int


def _one_way(at: _MeanSquares, level: float) -> tuple[IntraclassCorrelation, ...]:
    f, freedom = at.between / at.within, (at.n - 1, at.n * (at.k - 1))
    single = (at.between - at.within) / (at.between + (at.k - 1) * at.within)
    low, high = _f_ends(f, freedom, level)
    ends = Interval((low - 1) / (low + at.k - 1), (high - 1) / (high + at.k - 1), level)
    p_value = float(fdtrc(*freedom, f))
    return (
        IntraclassCorrelation("ICC1", single, f, freedom, p_value, ends),
        IntraclassCorrelation("ICC1k", 1 - 1 / f, f, freedom, p_value, Interval(1 - 1 / low, 1 - 1 / high, level)),
    )


def _two_way(at: _MeanSquares, level: float) -> tuple[IntraclassCorrelation, ...]:
    n, k = at.n, at.k
    f, freedom = at.between / at.error, (n - 1, (n - 1) * (k - 1))
    p_value = float(fdtrc(*freedom, f))
    random = (at.between - at.error) / (at.between + (k - 1) * at.error + k * (at.raters - at.error) / n)
    random_k = (at.between - at.error) / (at.between + (at.raters - at.error) / n)
    fixed = (at.between - at.error) / (at.between + (k - 1) * at.error)
    absolute = _absolute_interval(at, random, level)
    raised = Interval(_spearman_brown(absolute.lower, k), _spearman_brown(absolute.upper, k), level)
    low, high = _f_ends(f, freedom, level)
    ends = Interval((low - 1) / (low + k - 1), (high - 1) / (high + k - 1), level)
    return (
        IntraclassCorrelation("ICC2", random, f, freedom, p_value, absolute),
        IntraclassCorrelation("ICC2k", random_k, f, freedom, p_value, raised),
        IntraclassCorrelation("ICC3", fixed, f, freedom, p_value, ends),
        IntraclassCorrelation("ICC3k", 1 - 1 / f, f, freedom, p_value, Interval(1 - 1 / low, 1 - 1 / high, level)),
    )


def _absolute_interval(at: _MeanSquares, value: float, level: float) -> Interval:
    """Interval of ICC(A,1) with Satterthwaite's degrees of freedom (Shrout and Fleiss 1979; McGraw and Wong 1996)."""
    n, k = at.n, at.k
    ratio = at.raters / at.error
    above = (k - 1) * (n - 1) * (k * value * ratio + n * (1 + (k - 1) * value) - k * value) ** 2
    below = (n - 1) * k**2 * value**2 * ratio**2 + (n * (1 + (k - 1) * value) - k * value) ** 2
    freedom = above / below
    tail = (1 + level) / 2
    upper_f, lower_f = fdtri(n - 1, freedom, tail), fdtri(freedom, n - 1, tail)
    share = k * at.raters + (k * n - k - n) * at.error
    lower = n * (at.between - upper_f * at.error) / (upper_f * share + n * at.between)
    upper = n * (lower_f * at.between - at.error) / (share + n * lower_f * at.between)
    return Interval(float(lower), float(upper), level)


def _spearman_brown(value: float, k: int) -> float:
    return value * k / (1 + value * (k - 1))


def _f_ends(f: float, freedom: tuple[int, int], level: float) -> tuple[float, float]:
    """Confidence limits of the ratio of the expected mean squares."""
    tail = (1 + level) / 2
    return float(f / fdtri(*freedom, tail)), float(f * fdtri(freedom[1], freedom[0], tail))


def nested_agreement(
    values: ArrayLike, groups: Sequence[Hashable], *, level: float = 0.95
) -> NestedAgreement | NotAvailable:
    r"""ICC(1) and ICC(2) of people nested in groups.

    :math:`ICC(1) = (MSB - MSW) / (MSB + (k - 1)MSW)`, :math:`ICC(2) = (MSB - MSW) / MSB`, with
    :math:`k = (N - \Sigma n_g^2 / N) / (G - 1)`. The interval of ICC(1) is exact for equal groups.

    Parameters
    ----------
    values : (n,) one value per person, for example the mean of a scale; a NaN leaves the person out
    groups : n labels

    Returns
    -------
    not available with fewer than two groups, without a group of two, or where nobody differs from the others of a group.
    """
    answers, labels = _check_nested(values, groups)
    names, codes, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    n, count = len(answers), len(names)
    if count < 2 or n <= count:
        return NotAvailable(
            "icc1", "至少需要两个组，且有一组不少于两人。", "There must be two groups, and one with two people."
        )
    means = np.bincount(codes, answers) / sizes
    within = float(((answers - means[codes]) ** 2).sum() / (n - count))
    between = float((sizes * (means - answers.mean()) ** 2).sum() / (count - 1))
    if within <= 1e-14 * (within + between) or not within + between > 0:
        return NotAvailable(
            "icc1", "组内没有差异，F 没有分母。", "Nobody differs from the others of a group: F has no divisor."
        )
    size = float((n - (sizes**2).sum() / n) / (count - 1))
    f, freedom = between / within, (count - 1, n - count)
    low, high = _f_ends(f, freedom, level)
    flat = NotAvailable("icc2", "组均值没有差异。", "The group means do not differ.")
    return NestedAgreement(
        groups=count,
        n=n,
        mean_size=size,
        icc1=(between - within) / (between + (size - 1) * within),
        icc2=(between - within) / between if between > 0 else flat,
        f=f,
        p_value=float(fdtrc(*freedom, f)),
        interval=Interval((low - 1) / (low + size - 1), (high - 1) / (high + size - 1), level),
    )


def within_group_agreement(
    answers: ArrayLike, groups: Sequence[Hashable], options: int, *, null_variance: float | None = None
) -> tuple[GroupAgreement, ...]:
    r"""r_wg(j) of each group, :math:`\frac{j(1 - q)}{j(1 - q) + q}` with q the mean item variance over the null variance.

    Variances have divisor n − 1. For one item this is :math:`r_{wg} = 1 - q`.

    Parameters
    ----------
    answers : (n,) or (n, j) complete answers on a scale of `options` points
    options : A of the scale; the null variance of answers at random over them is :math:`(A^2 - 1)/12`
    null_variance : another null, for example one with a response style (LeBreton and Senter 2008, table 2)

    Returns
    -------
    One result per group, in the order of first appearance; where people vary more than at random the value is 0 (James et al.
    1984), and for a group of one it is not available.

    Raises
    ------
    ItemMatrixError
    """
    matrix = np.asarray(answers, dtype=np.float64)
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    if matrix.ndim != 2 or len(matrix) != len(groups) or not matrix.size or not np.isfinite(matrix).all():
        raise ItemMatrixError(found=f"shape {matrix.shape}, {len(groups)} groups", expected="(n, j), n", advice="")
    null = (options**2 - 1) / 12 if null_variance is None else null_variance
    if options < 2 or not null > 0:
        raise ItemMatrixError(found=f"A = {options}, σ² = {null:g}", expected="A ≥ 2, σ² > 0", advice="")
    members: dict[Hashable, list[int]] = {}
    for at, group in enumerate(groups):
        members.setdefault(group, []).append(at)
    return tuple(GroupAgreement(group, len(rows), _r_wg(matrix[rows], null)) for group, rows in members.items())


def _r_wg(answers: Floats, null: float) -> float | NotAvailable:
    if len(answers) < 2:
        return NotAvailable("r_wg", "该组只有一人。", "The group has one person.")
    q, j = float(answers.var(axis=0, ddof=1).mean() / null), answers.shape[1]
    return j * (1 - q) / (j * (1 - q) + q) if q < 1 else 0.0


def _check_ratings(ratings: ArrayLike) -> Floats:
    matrix = np.asarray(ratings, dtype=np.float64)
    if matrix.ndim != 2 or min(matrix.shape) < 2 or not np.isfinite(matrix).all():
        raise ItemMatrixError(found=f"shape {matrix.shape} / NaN", expected="n ≥ 2, k ≥ 2, no NaN", advice="")
    if np.ptp(matrix) == 0:
        raise ConstantItemError(found="1 … k")
    return matrix


def _check_nested(values: ArrayLike, groups: Sequence[Hashable]) -> tuple[Floats, Floats]:
    answers = np.asarray(values, dtype=np.float64)
    if answers.ndim != 1 or len(answers) != len(groups):
        raise ItemMatrixError(found=f"shape {answers.shape}, {len(groups)} groups", expected="(n,), n", advice="")
    numbers: dict[Hashable, int] = {}
    labels = np.array([numbers.setdefault(group, len(numbers)) for group in groups], dtype=np.float64)
    known = np.isfinite(answers)
    return answers[known], labels[known]
