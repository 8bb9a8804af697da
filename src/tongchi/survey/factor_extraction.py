"""What are the uniquenesses and unrotated loadings of m factors?

Minimum residuals (Harman and Jones 1966; the same solution as unweighted least squares) and maximum likelihood (Jöreskog
1967). Both minimise over the uniquenesses alone, by Newton steps with the exact Hessian (Jöreskog 1977) to rounding;
programs with a loose stopping rule differ in the fifth digit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import linalg, optimize

from tongchi.errors import FactorCountError
from tongchi.survey.item_matrix import Floats, squared_multiple_correlations

Method = Literal["minres", "ml"]
LEAST_UNIQUENESS = 0.005
"""Bound of the uniquenesses, as in R's factanal: a solution on it is a Heywood case."""

_Derivatives = tuple[float, Floats, Floats]


@dataclass(frozen=True, slots=True)
class Extraction:
    """Unrotated solution; `discrepancy` is the minimum of the method's own function.

    `converged`: the projected gradient vanished. `admissible`: no uniqueness lies on its bound.
    """

    loadings: Floats
    uniquenesses: Floats
    discrepancy: float
    gradient: float
    converged: bool
    admissible: bool


def extract_factors(cor: Floats, factors: int, method: Method = "minres") -> Extraction:
    """Extract `factors` factors from a regular correlation matrix.

    Returns
    -------
    Extraction; columns by falling eigenvalue, each with a sum >= 0.

    Raises
    ------
    FactorCountError
        where the degrees of freedom would be negative
    """
    check_factor_count(len(cor), factors)
    derivatives = _minres_derivatives if method == "minres" else _ml_derivatives

    def function(uniquenesses: Floats) -> _Derivatives:
        return derivatives(cor, uniquenesses, factors)

    start = np.clip((1 - squared_multiple_correlations(cor)) * (1 - factors / (2 * len(cor))), LEAST_UNIQUENESS, 1.0)
    uniquenesses = _minimize(function, start)
    value, slope, _ = function(uniquenesses)
    bound = uniquenesses <= LEAST_UNIQUENESS * (1 + 1e-9)
    gradient = float(np.abs(np.where(bound, np.minimum(slope, 0.0), slope)).max())
    return Extraction(
        loadings=_loadings(cor, uniquenesses, factors, method),
        uniquenesses=uniquenesses,
        discrepancy=value,
        gradient=gradient,
        converged=gradient < 1e-8,
        admissible=not bound.any(),
    )


def check_factor_count(items: int, factors: int) -> int:
    """Return the degrees of freedom, ((p − m)² − p − m) / 2, and refuse less than none."""
    freedom = ((items - factors) ** 2 - items - factors) // 2
    if factors < 1 or factors >= items or freedom < 0:
        raise FactorCountError(found=f"m = {factors}, p = {items}", expected="m ≥ 1, ((p − m)² − p − m) / 2 ≥ 0")
    return freedom


def _minimize(function: Callable[[Floats], _Derivatives], start: Floats) -> Floats:
    """Newton from the start; where it leaves the region in which the function is convex, L-BFGS-B, then Newton again."""
    at, reached = _newton(function, start)
    if reached:
        return at

    def value_and_slope(at: Floats) -> tuple[float, Floats]:
        value, slope, _ = function(at)
        return value, slope

    bounds = optimize.Bounds(LEAST_UNIQUENESS, np.inf)
    found = optimize.minimize(
        value_and_slope, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 5000, "ftol": 1e-15}
    )
    return _newton(function, np.asarray(found.x, dtype=np.float64))[0]


def _newton(function: Callable[[Floats], _Derivatives], start: Floats) -> tuple[Floats, bool]:
    """Newton steps on the uniquenesses off their bound, halved until the function falls."""
    at = start
    value, slope, curvature = function(at)
    for _ in range(50):
        free = (at > LEAST_UNIQUENESS) | (slope < 0)
        if np.abs(slope[free]).max(initial=0.0) < 1e-12:
            return at, True
        try:
            factor = linalg.cho_factor(curvature[np.ix_(free, free)])
        except linalg.LinAlgError:
            return at, False
        step = np.zeros_like(at)
        step[free] = linalg.cho_solve(factor, slope[free])
        for _ in range(12):
            new = np.maximum(at - step, LEAST_UNIQUENESS)
            result = function(new)
            if result[0] <= value + 1e-13:
                break
            step /= 2
        else:
            return at, False
        at, (value, slope, curvature) = new, result
    return at, False


def _minres_derivatives(cor: Floats, uniquenesses: Floats, factors: int) -> _Derivatives:
    """Half the sum of squares of the discarded eigenvalues of R − Ψ, its gradient and Hessian."""
    values, vectors = np.linalg.eigh(cor - np.diag(uniquenesses))
    rest, kept = slice(None, len(cor) - factors), slice(len(cor) - factors, None)
    gamma, omega = values[rest], vectors[:, rest]
    delta, phi = values[kept], vectors[:, kept]
    slope = -(omega**2) @ gamma
    ratio = gamma[:, None] / (gamma[:, None] - delta[None, :])
    curvature = (omega @ omega.T) ** 2 + 2 * _weighted(omega, phi, ratio)
    return float((gamma**2).sum() / 2), slope, curvature


def _ml_derivatives(cor: Floats, uniquenesses: Floats, factors: int) -> _Derivatives:
    """Maximum-likelihood discrepancy concentrated over the loadings, its gradient and Hessian in Ψ."""
    root = np.sqrt(uniquenesses)
    values, vectors = np.linalg.eigh(cor / np.outer(root, root))
    rest, kept = slice(None, len(cor) - factors), slice(len(cor) - factors, None)
    gamma, omega = values[rest], vectors[:, rest]
    delta, phi = values[kept], vectors[:, kept]
    log_slope = omega**2 @ (1 - gamma)
    ratio = (gamma[:, None] - 1) * (gamma[:, None] + delta[None, :]) / (gamma[:, None] - delta[None, :])
    inner = (omega * gamma) @ omega.T * (omega @ omega.T)
    log_curvature = inner + _weighted(omega, phi, ratio)
    slope = log_slope / uniquenesses
    curvature = (log_curvature - np.diag(log_slope)) / np.outer(uniquenesses, uniquenesses)
    return float((gamma - np.log(gamma) - 1).sum()), slope, curvature


def _weighted(omega: Floats, phi: Floats, ratio: Floats) -> Floats:
    """Sum over j, l of ratio_jl ω_ij ω_kj φ_il φ_kl."""
    pairs = (omega[:, :, None] * phi[:, None, :]).reshape(len(omega), -1)
    products: Floats = (pairs * ratio.ravel()) @ pairs.T
    return products


def _loadings(cor: Floats, uniquenesses: Floats, factors: int, method: Method) -> Floats:
    scale = np.ones(len(cor)) if method == "minres" else np.sqrt(uniquenesses)
    reduced = (cor - np.diag(uniquenesses)) / np.outer(scale, scale)
    values, vectors = np.linalg.eigh(reduced)
    order = np.argsort(values)[::-1][:factors]
    loadings = scale[:, None] * vectors[:, order] * np.sqrt(np.maximum(values[order], 0.0))
    signed: Floats = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return signed
