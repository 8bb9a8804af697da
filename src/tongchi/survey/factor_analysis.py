"""How many dimensions do the items have, and which item belongs to which?

Exploratory factor analysis of a correlation matrix (Pearson or polychoric): extraction in `factor_extraction`, rotation in
`factor_rotation`; here the result with its fit, and Schmid and Leiman's general factor. The number of factors is asked of
`parallel_analysis`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from tongchi.survey.factor_extraction import Extraction, Method, check_factor_count, extract_factors
from tongchi.survey.factor_rotation import STOP_AS_R, Rotation, rotate
from tongchi.survey.item_matrix import Floats, check_regular, item_names
from tongchi.survey.reliability import Interval
from tongchi.survey.unavailable import NotAvailable


@dataclass(frozen=True, slots=True)
class FactorFit:
    """Fit of m factors; H0 of `chi_square`: m factors suffice. Statistics need n and degrees of freedom.

    `discrepancy` is the maximum-likelihood function at the solution, whatever the method; `rms` the root mean square of the
    residual correlations.
    """

    discrepancy: float
    rms: float
    freedom: int
    chi_square: float | NotAvailable
    p_value: float | NotAvailable
    rmsea: float | NotAvailable
    rmsea_interval: Interval | NotAvailable
    tli: float | NotAvailable
    bic: float | NotAvailable


@dataclass(frozen=True, slots=True)
class FactorSolution:
    """Rotated loadings (pattern), correlations of the factors and fit; `converged` and `admissible` are two things.

    A solution that is not admissible has a uniqueness on its lower bound (Heywood case): its loadings are not to be read.
    """

    names: tuple[str, ...]
    method: Method
    rotation: Rotation
    loadings: Floats
    factor_cor: Floats
    communalities: Floats
    uniquenesses: Floats
    reduced_eigenvalues: Floats
    fit: FactorFit
    converged: bool
    admissible: bool


def explore_factors(
    cor: ArrayLike,
    factors: int,
    n: int | None = None,
    *,
    method: Method = "minres",
    rotation: Rotation = "oblimin",
    varimax_tolerance: float = STOP_AS_R,
    names: Sequence[str] | None = None,
) -> FactorSolution:
    """Exploratory factor analysis of a correlation matrix.

    Parameters
    ----------
    cor : (p, p) positive definite
    factors : m with non-negative degrees of freedom
    n : number of respondents; without it there are no tests
    varimax_tolerance : stopping rule of varimax and promax, 0 for the optimum to rounding

    Raises
    ------
    ItemMatrixError, SingularItemsError, FactorCountError
    """
    matrix = check_regular(cor, names)
    extraction = extract_factors(matrix, factors, method)
    turned = rotate(extraction.loadings, rotation, varimax_tolerance=varimax_tolerance)
    reduced = np.asarray(np.linalg.eigvalsh(matrix - np.diag(extraction.uniquenesses))[::-1], dtype=np.float64)
    return FactorSolution(
        names=item_names(names, len(matrix)),
        method=method,
        rotation=rotation,
        loadings=turned.loadings,
        factor_cor=turned.factor_cor,
        communalities=(extraction.loadings**2).sum(axis=1),
        uniquenesses=extraction.uniquenesses,
        reduced_eigenvalues=reduced,
        fit=_fit(matrix, extraction, n),
        converged=extraction.converged and turned.converged,
        admissible=extraction.admissible,
    )


def _fit(cor: Floats, extraction: Extraction, n: int | None) -> FactorFit:
    p, m = extraction.loadings.shape
    freedom = check_factor_count(p, m)
    implied = extraction.loadings @ extraction.loadings.T + np.diag(extraction.uniquenesses)
    residual = (cor - implied)[np.tril_indices(p, -1)]
    ratio = np.linalg.solve(implied, cor)
    discrepancy = float(np.trace(ratio) - np.linalg.slogdet(ratio)[1] - p)
    rms = float(np.sqrt((residual**2).mean()))
    reason = _why_no_test(p, m, freedom, n)
    if reason or n is None:
        gone = [
            NotAvailable(name, *reason) for name in ("chi_square", "p_value", "rmsea", "rmsea_interval", "tli", "bic")
        ]
        return FactorFit(discrepancy, rms, freedom, *gone)
    factor = n - 1 - (2 * p + 5) / 6 - 2 * m / 3
    chi_square = factor * discrepancy
    null = -float(np.linalg.slogdet(cor)[1]) / (p * (p - 1) / 2)
    return FactorFit(
        discrepancy=discrepancy,
        rms=rms,
        freedom=freedom,
        chi_square=chi_square,
        p_value=float(special.chdtrc(freedom, chi_square)),
        rmsea=float(np.sqrt(max(chi_square / (freedom * n) - 1 / (n - 1), 0.0))),
        rmsea_interval=_rmsea_interval(chi_square, freedom, n),
        tli=(null - discrepancy / freedom) / (null - 1 / factor),
        bic=float(chi_square - freedom * np.log(n)),
    )


def _why_no_test(p: int, m: int, freedom: int, n: int | None) -> tuple[str, str] | tuple[()]:
    if n is None:
        return "未给出人数。", "The number of respondents was not given."
    if freedom == 0:
        return "自由度为零，无法检验。", "There are no degrees of freedom to test with."
    if n - 1 - (2 * p + 5) / 6 - 2 * m / 3 <= 0:
        return "人数太少，Bartlett 校正为负。", "So few respondents that Bartlett's correction is negative."
    return ()


def _rmsea_interval(chi_square: float, freedom: int, n: int, level: float = 0.90) -> Interval:
    """Interval from the non-centralities at which the statistic is an upper or lower 5 % point."""
    ends = []
    for tail in ((1 + level) / 2, (1 - level) / 2):

        def excess(shift: float, tail: float = tail) -> float:
            return float(special.chndtr(chi_square, freedom, shift)) - tail

        top = max(chi_square, freedom) * 4 + 100
        shift = optimize.brentq(excess, 0.0, top, xtol=1e-9) if excess(0.0) > 0 else 0.0
        ends.append(float(np.sqrt(shift / (freedom * (n - 1)))))
    return Interval(ends[0], ends[1], level)
