r"""Is one model a special case of another?

The larger model is fitted to the moments that the smaller one implies (Bentler & Satorra 2010): if it holds the smaller one, it
reproduces them exactly, whatever the two call their parameters.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tongchi.errors import FitComparisonError
from tongchi.survey.sem.assembly import Moments
from tongchi.survey.sem.least_squares import LeastSquares
from tongchi.survey.sem.ml import Discrepancy, minimise
from tongchi.survey.sem.modification import discrepancy_for
from tongchi.survey.sem.ram import Vector
from tongchi.survey.sem.result import Fit

_EXACT = 1e-7  # of F; a model that is not nested misses by what its parameters say, in any sample that is worth testing


def require_nested(larger: Fit, smaller: Fit) -> None:
    """Raise FitComparisonError where the larger model cannot reproduce what the smaller one implies."""
    discrepancy = _to_implied(larger, smaller)
    best = minimise(discrepancy, eta_of(larger)).value
    if best > _EXACT:
        best = min(best, minimise(discrepancy, _carried_over(larger, smaller)).value)
    if best > _EXACT:
        raise FitComparisonError(
            found=f"不嵌套的模型（差距 F = {best:.2g}）/ models that are not nested (they miss by F = {best:.2g})",
            expected="参数较少的模型是另一个的特例 / the smaller model as a special case of the larger one",
            advice="可比较 AIC 或 BIC。/ Compare them by AIC or BIC.",
        )


def _to_implied(larger: Fit, smaller: Fit) -> Discrepancy:
    """Return the larger model's discrepancy from the moments that the smaller one implies."""
    own = discrepancy_for(larger, larger.assembly)
    if isinstance(own, LeastSquares):
        other = discrepancy_for(smaller, smaller.assembly)
        assert isinstance(other, LeastSquares)
        points = other.points(eta_of(smaller))
        groups = [replace(group, stacked=point.stacked) for group, point in zip(own.groups, points, strict=True)]
        return LeastSquares(larger.assembly, own.structures, groups)
    names = smaller.assembly.variables.observed
    at = [names.index(name) for name in larger.assembly.variables.observed]
    moments = [
        Moments(part.count, implied.cov[np.ix_(at, at)], implied.mean[at], part.weight)
        for part, implied in zip(smaller.sample.moments, smaller.implied, strict=True)
    ]
    return Discrepancy(larger.assembly, moments, "ML")


def degrees(fit: Fit) -> int:
    """Return the degrees of freedom of the plain test."""
    return int(fit.tests[0].df)


def eta_of(fit: Fit) -> Vector:
    """Return the independent parameters of a fit."""
    assembly = fit.assembly
    return assembly.eta_of(fit.values[list(assembly.free_rows)])


def _carried_over(larger: Fit, smaller: Fit) -> Vector:
    """Return the larger model's parameters nearest to the smaller one's values; what that one leaves out is zero."""
    known = {(r.lhs, r.op, r.rhs, r.group): v for r, v in zip(smaller.assembly.rows, smaller.values, strict=True)}
    assembly = larger.assembly
    rows = [assembly.rows[at] for at in assembly.free_rows]
    theta = np.array([known.get((r.lhs, r.op, r.rhs, r.group), 0.0) for r in rows])
    return assembly.eta_of(theta)


def carried_over(larger: Fit, smaller: Fit) -> Vector | None:
    """Return the parameters at which the larger model implies what the smaller one does at its estimates.

    Values of the same name serve where they do; otherwise (another scale of the constructs) the larger model is fitted to the
    smaller one's implied moments. None where it cannot imply them.
    """
    eta = _carried_over(larger, smaller)
    discrepancy = _to_implied(larger, smaller)
    if discrepancy.value(eta) <= _EXACT:
        return eta
    found = minimise(discrepancy, eta_of(larger))
    return found.eta if found.value <= _EXACT else None
