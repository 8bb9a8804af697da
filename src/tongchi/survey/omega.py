"""How much of the variance of a sum is due to what the items share?

McDonald's omega from one factor (1999), and with several factors omega hierarchical (the general factor alone) and omega
total, after Schmid and Leiman (1957): m oblique factors, one factor above them (Zinbarg et al. 2005, as `psych::omega`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tongchi.survey.factor_analysis import explore_factors
from tongchi.survey.factor_extraction import Method, extract_factors
from tongchi.survey.item_matrix import Floats, check_regular
from tongchi.survey.reliability import composite_reliability
from tongchi.survey.unavailable import NotAvailable


@dataclass(frozen=True, slots=True)
class HierarchicalOmega:
    """`hierarchical` and `total` of the sum of the items after those with `sign` −1 are reversed.

    `asymptotic` is their ratio, the limit for many such items. `general` are the loadings on the general factor, `groups`
    those on the (p, m) group factors freed from it, both of the reversed items.
    """

    hierarchical: float
    total: float
    asymptotic: float
    general: Floats
    groups: Floats
    sign: Floats
    converged: bool
    admissible: bool


def omega_one_factor(cor: ArrayLike, *, method: Method = "minres") -> float | NotAvailable:
    r"""Omega of standardised items, :math:`(\Sigma\lambda)^2 / ((\Sigma\lambda)^2 + \Sigma(1 - \lambda^2))`.

    Not available with two items, where one factor has no unique loadings, and in a Heywood case.

    Raises
    ------
    ItemMatrixError, SingularItemsError
    """
    matrix = check_regular(cor)
    if len(matrix) < 3:
        return NotAvailable("omega", "两题的单因子模型不可识别。", "One factor of two items is not identified.")
    found = extract_factors(matrix, 1, method)
    if not found.admissible:
        return NotAvailable("omega", "单因子解出现海伍德个案。", "The one-factor solution is a Heywood case.")
    lambda_ = found.loadings[:, 0]
    return composite_reliability(lambda_, 1 - lambda_**2)


def omega_hierarchical(
    cor: ArrayLike, factors: int = 3, *, method: Method = "minres"
) -> HierarchicalOmega | NotAvailable:
    r"""Omega hierarchical, :math:`(\Sigma g)^2 / 1'R1`, and total, :math:`1 - \Sigma u^2 / 1'R1`.

    Not available with fewer than three factors: their correlations do not determine a general factor.

    Raises
    ------
    ItemMatrixError, SingularItemsError, FactorCountError
    """
    if factors < 3:
        return NotAvailable(
            "omega_hierarchical",
            "少于三个因子时总因子不可识别。",
            "With fewer than three factors no general factor is identified.",
        )
    matrix = check_regular(cor)
    first = explore_factors(matrix, factors, method=method, rotation="oblimin")
    second = extract_factors(first.factor_cor, 1, method)
    top = second.loadings[:, 0]
    general = first.loadings @ top
    sign = np.where(general < 0, -1.0, 1.0)
    groups = first.loadings * np.sqrt(np.maximum(1 - top**2, 0.0)) * sign[:, None]
    variance = float(sign @ matrix @ sign)
    hierarchical = float(np.abs(general).sum() ** 2 / variance)
    total = 1 - float(first.uniquenesses.sum()) / variance
    return HierarchicalOmega(
        hierarchical=hierarchical,
        total=total,
        asymptotic=hierarchical / total,
        general=np.abs(general),
        groups=groups,
        sign=sign,
        converged=first.converged and second.converged,
        admissible=first.admissible and second.admissible,
    )
