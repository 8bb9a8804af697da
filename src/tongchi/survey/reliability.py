"""How well do the items of one construct measure the same thing?

Cronbach (1951) with the interval of Feldt (1965) and the standard error of Duhachek and Iacobucci (2004), Guttman's
lambda 6, item statistics as `psych::alpha` defines them, and composite reliability and average variance extracted
(Fornell and Larcker 1981) from the loadings of a fitted model. McDonald's omega stands in `omega`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from tongchi.errors import ItemMatrixError
from tongchi.survey.item_matrix import (
    Floats,
    check_items,
    check_regular,
    cov_to_cor,
    is_singular,
    item_names,
    sample_cov,
    squared_multiple_correlations,
)
from tongchi.survey.unavailable import NotAvailable


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval at `level`."""

    lower: float
    upper: float
    level: float


@dataclass(frozen=True, slots=True)
class AlphaSummary:
    """Alpha of one set of items."""

    raw: float
    standardized: float
    guttman_6: float | NotAvailable
    mean_correlation: float
    median_correlation: float
    signal_to_noise: float | NotAvailable
    standard_error: float


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One item beside its scale; the correlations are with the sum of all items but for `correlation_dropped`."""

    name: str
    mean: float
    sd: float
    correlation_raw: float
    correlation_standardized: float
    correlation_corrected: float | NotAvailable
    correlation_dropped: float
    if_deleted: AlphaSummary | NotAvailable


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha of a scale; `suspected_reversed` are items that correlate negatively with the rest."""

    n: int
    total: AlphaSummary
    interval: Interval
    scale_mean: float
    scale_sd: float
    items: tuple[ItemStatistics, ...]
    suspected_reversed: tuple[str, ...]


def cronbach_alpha(answers: ArrayLike, names: Sequence[str] | None = None, *, level: float = 0.95) -> Alpha:
    r"""Cronbach's alpha, :math:`\frac{p}{p-1}\left(1 - \frac{tr\,C}{1'C1}\right)`, C with divisor n − 1.

    Parameters
    ----------
    answers : (n, p) complete answers, reverse items already turned
    names : p item names
    level : of the interval of Feldt, :math:`1 - (1 - \alpha)F_{1 \mp (1-level)/2}(n-1, (n-1)(p-1))`

    Returns
    -------
    Alpha; with two items nothing can be deleted, and with collinear items lambda 6 is not available.

    Raises
    ------
    ItemMatrixError, ConstantItemError
    """
    matrix = check_items(answers, names)
    n, p = matrix.shape
    labels = item_names(names, p)
    cov = sample_cov(matrix)
    if cov.sum() <= 1e-12 * np.trace(cov):
        raise ItemMatrixError(found="Var(Σx) = 0", expected="> 0", advice="reverse items?")
    total = alpha_of_cov(cov, n)
    means = matrix.mean(axis=1)
    items = _item_statistics(matrix, cov, labels)
    return Alpha(
        n=n,
        total=total,
        interval=feldt_interval(total.raw, n, p, level=level),
        scale_mean=float(means.mean()),
        scale_sd=float(means.std(ddof=1)),
        items=items,
        suspected_reversed=tuple(item.name for item in items if item.correlation_dropped < 0),
    )


def alpha_of_cov(cov: Floats, n: int) -> AlphaSummary:
    r"""Alpha and its companions from a covariance matrix.

    The standard error is :math:`\sqrt{Q/n}` with
    :math:`Q = \frac{2p^2}{(p-1)^2 (1'C1)^3}\left[1'C1\,(tr\,C^2 + tr^2 C) - 2\,tr C\;1'C^21\right]`.
    """
    p = len(cov)
    cor = cov_to_cor(cov)
    total, trace = cov.sum(), np.trace(cov)
    square = cov @ cov
    spread = total * (np.trace(square) + trace**2) - 2 * trace * square.sum()
    variance = 2 * p**2 / ((p - 1) ** 2 * total**3) * spread
    mean = float((cor.sum() - p) / (p * (p - 1)))
    return AlphaSummary(
        raw=float(p / (p - 1) * (1 - trace / total)),
        standardized=standardized_alpha(cor),
        guttman_6=_guttman_6(cor),
        mean_correlation=mean,
        median_correlation=float(np.median(cor[np.tril_indices(p, -1)])),
        signal_to_noise=p * mean / (1 - mean) if mean < 1 - 1e-12 else _PERFECT,
        standard_error=float(np.sqrt(max(variance, 0.0) / n)),
    )


def standardized_alpha(cor: Floats) -> float:
    r"""Alpha of standardised items, :math:`\frac{p}{p-1}(1 - p / 1'R1)`."""
    p = len(cor)
    return float(p / (p - 1) * (1 - p / cor.sum()))


def ordinal_alpha(polychoric: ArrayLike) -> float:
    """Alpha of the continuous answers behind ordinal items (Zumbo et al. 2007): standardised alpha of polychorics.

    It describes the latent answers, not the sum of the observed codes (Chalmers 2018); report it beside alpha.
    """
    return standardized_alpha(check_regular(polychoric))


def feldt_interval(alpha: float, n: int, p: int, *, level: float = 0.95) -> Interval:
    """Interval of Feldt (1965) for alpha of n persons on p items; exact for parallel normal items."""
    tail = (1 - level) / 2
    freedom = (n - 1, (n - 1) * (p - 1))
    lower, upper = (1 - (1 - alpha) * special.fdtri(*freedom, at) for at in (1 - tail, tail))
    return Interval(float(lower), float(upper), level)


def composite_reliability(
    loadings: ArrayLike, residual_variances: ArrayLike, observed_cov: ArrayLike | None = None
) -> float:
    r"""Composite reliability of one factor with variance 1.

    :math:`(\Sigma\lambda)^2 / D`, where D is :math:`(\Sigma\lambda)^2 + \Sigma\theta` (the variance that the model
    implies), or :math:`1'S1` where `observed_cov` is given (the default of semTools since 0.5-6).

    Parameters
    ----------
    loadings : (p,) of the same metric as the residual variances
    residual_variances : (p,); residual covariances are taken as zero
    observed_cov : (p, p) covariance of the same items
    """
    lambda_, theta = _loadings(loadings, residual_variances)
    common = lambda_.sum() ** 2
    if observed_cov is None:
        return float(common / (common + theta.sum()))
    return float(common / np.asarray(observed_cov, dtype=np.float64).sum())


def average_variance_extracted(
    loadings: ArrayLike, residual_variances: ArrayLike, observed_variances: ArrayLike | None = None
) -> float:
    r"""Average variance extracted, :math:`\Sigma\lambda^2 / (\Sigma\lambda^2 + \Sigma\theta)`.

    With standardised loadings this is their mean square; with raw ones items of larger variance count more. With
    `observed_variances` the divisor is their sum.
    """
    lambda_, theta = _loadings(loadings, residual_variances)
    common = (lambda_**2).sum()
    if observed_variances is None:
        return float(common / (common + theta.sum()))
    return float(common / np.asarray(observed_variances, dtype=np.float64).sum())


def _loadings(loadings: ArrayLike, residual_variances: ArrayLike) -> tuple[Floats, Floats]:
    lambda_ = np.asarray(loadings, dtype=np.float64)
    theta = np.asarray(residual_variances, dtype=np.float64)
    if lambda_.ndim != 1 or lambda_.shape != theta.shape or not len(lambda_):
        raise ItemMatrixError(found=f"{lambda_.shape}, {theta.shape}", expected="(p,), (p,)", advice="")
    if not (np.isfinite(lambda_).all() and np.isfinite(theta).all()) or (theta < 0).any():
        raise ItemMatrixError(found="θ < 0 / NaN", expected="θ ≥ 0", advice="Heywood")
    if not (lambda_.any() or theta.any()):
        raise ItemMatrixError(found="λ = θ = 0", expected="> 0", advice="")
    return lambda_, theta


_PERFECT = NotAvailable(
    "signal_to_noise", "各题完全相关，噪声为零。", "The items correlate perfectly; there is no noise."
)


def _guttman_6(cor: Floats) -> float | NotAvailable:
    if is_singular(cor):
        return NotAvailable("guttman_6", "题目共线，相关矩阵不可逆。", "The items are collinear: R has no inverse.")
    return float(1 - (1 - squared_multiple_correlations(cor)).sum() / cor.sum())


def _item_statistics(matrix: Floats, cov: Floats, labels: Sequence[str]) -> tuple[ItemStatistics, ...]:
    n, p = matrix.shape
    sd, cor = np.sqrt(np.diag(cov)), cov_to_cor(cov)
    sums, total = cov.sum(axis=0), cov.sum()
    rest = total - 2 * sums + sd**2
    corrected = _corrected_correlations(cor)
    found = []
    for at, name in enumerate(labels):
        keep = np.delete(np.arange(p), at)
        found.append(
            ItemStatistics(
                name=name,
                mean=float(matrix[:, at].mean()),
                sd=float(sd[at]),
                correlation_raw=float(sums[at] / (sd[at] * np.sqrt(total))),
                correlation_standardized=float(cor[at].sum() / np.sqrt(cor.sum())),
                correlation_corrected=corrected if isinstance(corrected, NotAvailable) else float(corrected[at]),
                correlation_dropped=_ratio(sums[at] - sd[at] ** 2, sd[at] * np.sqrt(max(rest[at], 0.0))),
                if_deleted=_alpha_if_deleted(cov[np.ix_(keep, keep)], n),
            )
        )
    return tuple(found)


def _ratio(above: float, below: float) -> float:
    """A correlation with a rest that does not vary is taken as 0: the rest says nothing."""
    return float(above / below) if below > 0 else 0.0


def _corrected_correlations(cor: Floats) -> Floats | NotAvailable:
    """Correlation with the scale, each item's own share replaced by its squared multiple correlation."""
    if is_singular(cor):
        return NotAvailable("correlation_corrected", "题目共线，相关矩阵不可逆。", "The items are collinear.")
    reduced = cor.copy()
    np.fill_diagonal(reduced, squared_multiple_correlations(cor))
    if reduced.sum() <= 0:
        return NotAvailable("correlation_corrected", "公共方差不为正。", "The common variance is not positive.")
    corrected: Floats = reduced.sum(axis=0) / np.sqrt(reduced.sum())
    return corrected


def _alpha_if_deleted(cov: Floats, n: int) -> AlphaSummary | NotAvailable:
    if len(cov) < 2:
        return NotAvailable("if_deleted", "只有两题，删一题后无法计算。", "With two items none can be deleted.")
    if cov.sum() <= 1e-12 * np.trace(cov):
        return NotAvailable("if_deleted", "其余题目之和没有方差。", "The sum of the other items does not vary.")
    return alpha_of_cov(cov, n)
