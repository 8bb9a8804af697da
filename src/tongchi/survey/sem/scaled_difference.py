r"""How is the difference of two statistics distributed where answers are not normal?

Satorra (2000): with Δ the derivatives of the moments by the larger model's parameters, W their weight, Γ the covariance of the
sample moments, P the information and A the restrictions that make the smaller model, the difference is a sum of chi-squares
weighted by the eigenvalues of

.. math:: P^{-1}A'(AP^{-1}A')^{-1}AP^{-1}\,M, \quad M = \Delta'W\Gamma W\Delta .

A is the orthogonal complement of :math:`\Delta_1^{+}\Delta_0`, each at its own estimates (lavaan's "delta"). Groups weigh n_g/N.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import null_space

from tongchi.errors import FitComparisonError
from tongchi.survey.sem.continuous import information_of
from tongchi.survey.sem.fiml import FimlDiscrepancy
from tongchi.survey.sem.fiml_rows import GapRows, IncompleteRows
from tongchi.survey.sem.least_squares import LeastSquares
from tongchi.survey.sem.ml import Discrepancy, Optimum
from tongchi.survey.sem.modification import discrepancy_for
from tongchi.survey.sem.nesting import carried_over, degrees, eta_of
from tongchi.survey.sem.ram import MEAN, Matrix, Vector
from tongchi.survey.sem.result import Fit
from tongchi.survey.sem.robust import CompleteRows, Evidence, by_eta, fourth_moments, robust_inference
from tongchi.survey.sem.solution import Solution


@dataclass(frozen=True)
class Scaled:
    """A difference of statistics: divided by `factor` and moved by `shift`, where these are not None."""

    statistic: float
    factor: float | None = None
    shift: float | None = None


def by_own_trace(larger: Fit, smaller: Fit, plain: float, df: int) -> Scaled:
    """Return Satorra's (2000) difference, scaled and shifted to the mean and variance of chi-square (as lavaan does)."""
    inverse, meat = _bread_and_meat(larger)
    bound = null_space((np.linalg.pinv(_jacobian(larger)) @ _in_order(smaller, larger)).T, rcond=1e-9)
    pulled = inverse @ bound
    product = pulled @ np.linalg.pinv(bound.T @ pulled, hermitian=True) @ pulled.T @ meat
    first, second = float(np.trace(product)), float(np.sum(product * product.T))
    factor = math.sqrt(second / df)
    shift = df - first / factor
    return Scaled(plain / factor + shift, factor, shift)


def _bread_and_meat(fit: Fit) -> tuple[Matrix, Matrix]:
    """Return P⁻¹ and M, both by η."""
    discrepancy, eta = discrepancy_for(fit, fit.assembly), eta_of(fit)
    if isinstance(discrepancy, LeastSquares):
        information = discrepancy.information(eta)
    else:
        information = information_of(discrepancy, eta, fit.request.information)
    return np.asarray(np.linalg.inv(0.5 * information), dtype=np.float64), score_spread(fit, discrepancy, eta)


def score_spread(fit: Fit, discrepancy: Discrepancy, eta: Vector) -> Matrix:
    """Return M = Δ'WΓWΔ by η: N times the covariance of the score, whether or not answers are normal.

    Of rows with gaps it is the mean product of the rows' scores.
    """
    if isinstance(discrepancy, LeastSquares):
        total = sum(group.count for group in discrepancy.groups)
        parts = zip(discrepancy.groups, discrepancy.jacobians(eta), strict=True)
        weighed = [(group.count / total, group.weigh(jacobian), group.gamma) for group, jacobian in parts]
        return np.asarray(sum(share * w.T @ gamma @ w for share, w, gamma in weighed), dtype=np.float64)
    implied = tuple(discrepancy.implied(eta))
    if isinstance(discrepancy, FimlDiscrepancy):
        at = Optimum(eta, discrepancy.value(eta), 0.0, 0, converged=True)
        solution = Solution(discrepancy.assembly, discrepancy, at, degrees(fit))
        return by_eta(discrepancy, _evidence(fit, discrepancy).first_order(solution, implied))
    return fourth_moments(discrepancy, implied, rows_of(fit), np.eye(len(eta)), "satorra.bentler")[0]


def rows_of(fit: Fit) -> CompleteRows:
    """Return the complete rows of a fit as evidence on how its moments spread; raises for rows with gaps."""
    if fit.request.missing != "listwise":
        raise FitComparisonError(
            found=f"missing={fit.request.missing!r}",
            expected="listwise",
            advice="请用 satorra.bentler.2001。/ Use satorra.bentler.2001.",
        )
    return CompleteRows(fit.sample.cases, covariates_of(fit), fit.assembly.has_means, fit.sample.clusters)


def covariates_of(fit: Fit) -> tuple[int, ...]:
    """Return the places of fixed covariates among the observed variables."""
    fixed = {row.lhs for row in fit.assembly.rows if row.exogenous}
    return tuple(at for at, name in enumerate(fit.assembly.variables.observed) if name in fixed)


def _jacobian(fit: Fit) -> Matrix:
    """Return (moments of all groups, q) derivatives by η: means where modelled, covariances on and below the diagonal."""
    discrepancy, eta = discrepancy_for(fit, fit.assembly), eta_of(fit)
    if isinstance(discrepancy, LeastSquares):
        return np.vstack(discrepancy.jacobians(eta))
    return np.vstack(_moment_slopes(discrepancy, eta, list(range(len(fit.assembly.variables.observed)))))


def _in_order(fit: Fit, other: Fit) -> Matrix:
    """Return the derivatives with the moments in the order of another fit's variables."""
    names, order = fit.assembly.variables.observed, other.assembly.variables.observed
    discrepancy, eta = discrepancy_for(fit, fit.assembly), eta_of(fit)
    if isinstance(discrepancy, LeastSquares):
        if names != order:
            raise FitComparisonError(
                found="题目次序不同的模型 / models that name the items in another order",
                expected="相同次序 / the same order",
                advice="",
            )
        return np.vstack(discrepancy.jacobians(eta))
    return np.vstack(_moment_slopes(discrepancy, eta, [names.index(name) for name in order]))


def _moment_slopes(discrepancy: Discrepancy, eta: Vector, order: list[int]) -> list[Matrix]:
    found = []
    for implied, (k, _) in zip(discrepancy.implied(eta), discrepancy.maps, strict=True):
        u, v, level = (part[order] for part in implied.directions)
        one, other = np.tril_indices(len(order))
        spread = np.where(implied.cells.kind == MEAN, 0.0, u[one] * v[other] + u[other] * v[one])
        found.append((np.vstack([level, spread]) if discrepancy.means else spread) @ k)
    return found


def factor_at_smaller(larger: Fit, smaller: Fit) -> float:
    """Return the larger model's scaling factor at the smaller one's estimates (model M10 of Satorra & Bentler 2010)."""
    eta = carried_over(larger, smaller)
    if eta is None:
        raise FitComparisonError(
            found="不嵌套的模型 / models that are not nested",
            expected="参数较少的模型是另一个的特例 / the smaller model as a special case of the larger one",
            advice="可比较 AIC 或 BIC。/ Compare them by AIC or BIC.",
        )
    discrepancy = discrepancy_for(larger, larger.assembly)
    at = Optimum(eta, discrepancy.value(eta), 0.0, 0, converged=True)
    solution = Solution(larger.assembly, discrepancy, at, degrees(larger))
    information = information_of(discrepancy, eta, larger.request.information)
    test = robust_inference(solution, _evidence(larger, discrepancy), larger.request, information=information).test
    return 1.0 if test is None or test.scaling_factor is None else test.scaling_factor


def _evidence(fit: Fit, discrepancy: Discrepancy) -> Evidence:
    """Return what the rows say, whether or not they have gaps."""
    if not isinstance(discrepancy, FimlDiscrepancy):
        return rows_of(fit)
    clusters = fit.sample.clusters or (None,) * len(discrepancy.patterns)
    parts = zip(discrepancy.patterns, discrepancy.saturated, clusters, strict=True)
    given = covariates_of(fit)
    rows = tuple(GapRows(pattern, moments, given, units) for pattern, moments, units in parts)
    return IncompleteRows(rows, fit.request.information)
