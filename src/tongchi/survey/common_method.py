"""How much of the correlations could be due to all answers coming from one questionnaire?

Two checks that need no fitted model: the share of one unrotated factor (Harman's test, a weak one: it finds only gross bias, and
a single true factor looks the same), and correlations freed from a marker item that theory says is unrelated (Lindell and
Whitney 2001). `common_method_models` checks by models.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from tongchi.errors import ItemMatrixError
from tongchi.survey.factor_extraction import extract_factors
from tongchi.survey.item_matrix import Floats, check_regular


@dataclass(frozen=True, slots=True)
class MarkerAdjustment:
    """Correlations freed from `shared`, and their two-sided p-values; H0: what is left is zero."""

    shared: float
    correlations: Floats
    p_values: Floats


def single_factor_share(cor: ArrayLike) -> float:
    """Share of the variance of all items that one minres factor takes; above .5 is the customary alarm.

    Raises
    ------
    ItemMatrixError, SingularItemsError
    """
    matrix = check_regular(cor)
    if len(matrix) < 3:
        raise ItemMatrixError(found=f"p = {len(matrix)}", expected="p ≥ 3", advice="")
    return float((extract_factors(matrix, 1).loadings ** 2).sum() / len(matrix))


def adjust_for_marker(cor: ArrayLike, shared: float, n: int) -> MarkerAdjustment:
    r"""Correlations without the marker's share, :math:`(r - r_m) / (1 - r_m)`, t with n − 3 degrees of freedom.

    Parameters
    ----------
    cor : (p, p) correlations of the constructs
    shared : r_m in [0, 1), usually the smallest positive correlation of the marker with any of them
    n : number of respondents, at least 4

    Raises
    ------
    ItemMatrixError
    """
    matrix = check_regular(cor)
    if not 0 <= shared < 1 or n < 4:
        raise ItemMatrixError(found=f"r = {shared:g}, n = {n}", expected="0 ≤ r < 1, n ≥ 4", advice="")
    adjusted = (matrix - shared) / (1 - shared)
    off = ~np.eye(len(matrix), dtype=bool)
    clipped = np.clip(adjusted[off], -1 + 1e-12, 1 - 1e-12)
    p_values = np.zeros_like(matrix)
    p_values[off] = 2 * stdtr(n - 3, -np.abs(clipped) * np.sqrt((n - 3) / (1 - clipped**2)))
    return MarkerAdjustment(shared, adjusted, p_values)
