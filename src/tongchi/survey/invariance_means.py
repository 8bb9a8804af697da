r"""How far apart are the groups on a construct, once its items mean the same to them?

The first group's mean is 0; each other one's is estimated. Standardised by the pooled standard deviation of the construct,
:math:`d = (\alpha_g - \alpha_1) / \sqrt{(n_1\psi_1 + n_g\psi_g)/(n_1 + n_g)}` (Hancock 2001), with the standard error by the delta method.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from scipy.special import ndtr

from tongchi.survey.sem import Fit
from tongchi.survey.sem.ram import MEAN, Vector
from tongchi.survey.unavailable import NotAvailable

_REACH = 1.959963984540054


@dataclass(frozen=True)
class LatentDifference:
    """Mean of `group` less that of `reference` on a construct; H0: no difference.

    `standardised` is in pooled standard deviations of the construct; intervals are of 95 %, by the normal distribution;
    `adjusted_p` is Holm's over all differences of the ladder.
    """

    construct: str
    group: str
    reference: str
    estimate: float
    se: float
    z: float
    p_value: float
    adjusted_p: float
    interval: tuple[float, float]
    standardised: float
    standardised_se: float
    standardised_interval: tuple[float, float]


def latent_differences(fit: Fit) -> tuple[LatentDifference, ...] | NotAvailable:
    """Return all pairs of groups on each construct, by a fit with equal intercepts."""
    if fit.vcov is None:
        zh, en = "信息矩阵奇异，没有标准误", "the information is singular, there are no standard errors"
        return NotAvailable("latent mean difference", zh, en)
    rows = []
    for construct in fit.assembly.variables.latent:
        moments = [_moments(fit, group, construct) for group in range(len(fit.implied))]
        if min(variance for _, variance, _, _ in moments) <= 0:
            zh, en = f"构念 {construct} 的方差不为正", f"construct {construct} has no positive variance"
            return NotAvailable("latent mean difference", zh, en)
        for one, other in combinations(range(len(moments)), 2):
            rows.append(_difference(fit, construct, (one, other), moments))
    return _adjusted(rows)


def _moments(fit: Fit, group: int, construct: str) -> tuple[float, float, Vector, Vector]:
    """Return mean and variance of a construct in a group, and their derivatives by the free rows."""
    implied = fit.implied[group]
    at = implied.observed + fit.assembly.variables.latent.index(construct)
    u, v, d = (part[at] for part in implied.directions)
    column = {row: k for k, row in enumerate(fit.assembly.free_rows)}
    cells = [column[row] for row in fit.assembly.cell_rows[group]]
    mean_slope, variance_slope = np.zeros(len(column)), np.zeros(len(column))
    mean_slope[cells] = d
    variance_slope[cells] = np.where(implied.cells.kind == MEAN, 0.0, 2.0 * u * v)
    return float(implied.full_mean[at]), float(implied.covariance[at, at]), mean_slope, variance_slope


def _difference(
    fit: Fit, construct: str, pair: tuple[int, int], moments: list[tuple[float, float, Vector, Vector]]
) -> LatentDifference:
    one, other = pair
    (mean_1, var_1, slope_1, bend_1), (mean_2, var_2, slope_2, bend_2) = moments[one], moments[other]
    counts = [part.count for part in fit.sample.moments]
    weight = counts[one] / (counts[one] + counts[other])
    pooled = weight * var_1 + (1.0 - weight) * var_2
    gap, slope = mean_2 - mean_1, slope_2 - slope_1
    ratio = gap / math.sqrt(pooled)
    ratio_slope = slope / math.sqrt(pooled) - 0.5 * ratio / pooled * (weight * bend_1 + (1.0 - weight) * bend_2)
    se, ratio_se = _error(fit, slope), _error(fit, ratio_slope)
    z = gap / se if se > 0 else 0.0
    p_value = float(2.0 * ndtr(-abs(z)))
    return LatentDifference(
        construct,
        fit.sample.labels[other],
        fit.sample.labels[one],
        gap,
        se,
        z,
        p_value,
        p_value,
        (gap - _REACH * se, gap + _REACH * se),
        ratio,
        ratio_se,
        (ratio - _REACH * ratio_se, ratio + _REACH * ratio_se),
    )


def _error(fit: Fit, slope: Vector) -> float:
    assert fit.vcov is not None
    return math.sqrt(max(float(slope @ fit.vcov @ slope), 0.0))


def _adjusted(rows: list[LatentDifference]) -> tuple[LatentDifference, ...]:
    """Return the differences with p-values by Holm (1979)."""
    order = sorted(range(len(rows)), key=lambda at: rows[at].p_value)
    adjusted, highest = [0.0] * len(rows), 0.0
    for rank, at in enumerate(order):
        highest = max(highest, min(1.0, (len(rows) - rank) * rows[at].p_value))
        adjusted[at] = highest
    return tuple(_with_p(row, p) for row, p in zip(rows, adjusted, strict=True))


def _with_p(row: LatentDifference, adjusted: float) -> LatentDifference:
    return replace(row, adjusted_p=adjusted)
