"""How reliable is the sum of ordinal codes, where the model is of the answers behind them?

Green and Yang (2009): loadings and thresholds of a categorical factor model are carried over to the covariances of the codes,
so that the coefficient speaks of the sum that is used, not of latent answers that nobody has (as ordinal alpha does).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from tongchi.errors import ItemMatrixError
from tongchi.survey.item_matrix import Floats
from tongchi.survey.polychoric import bivariate_normal


def ordinal_omega(loadings: ArrayLike, thresholds: Sequence[ArrayLike], polychoric: ArrayLike) -> float:
    r"""Omega of the sum of codes 1, 2, … of one factor: true over total variance of the sum.

    Both are sums over j, k of :math:`\sum_{c,d}\Phi_2(\tau_{jc}, \tau_{kd}; \rho) - \sum_c\Phi(\tau_{jc})\sum_d\Phi(\tau_{kd})`,
    with :math:`\rho = \lambda_j\lambda_k` above, also where j = k, and the polychoric correlation below (1 where j = k).

    Parameters
    ----------
    loadings : (p,) standardised, each inside (−1, 1)
    thresholds : p arrays, rising, of the standard normal answers
    polychoric : (p, p) sample correlations

    Raises
    ------
    ItemMatrixError
        where the shapes do not fit, a loading is outside (−1, 1) or thresholds do not rise
    """
    lambda_ = np.asarray(loadings, dtype=np.float64)
    cuts = [np.asarray(each, dtype=np.float64) for each in thresholds]
    matrix = np.asarray(polychoric, dtype=np.float64)
    p = len(lambda_)
    if lambda_.ndim != 1 or p < 2 or len(cuts) != p or matrix.shape != (p, p):
        raise ItemMatrixError(found=f"{lambda_.shape}, {len(cuts)}, {matrix.shape}", expected="p, p, p × p", advice="")
    if not (np.abs(lambda_) < 1).all():
        raise ItemMatrixError(found="|λ| ≥ 1", expected="|λ| < 1", advice="Heywood")
    if any(not np.isfinite(each).all() or (np.diff(each) <= 0).any() for each in cuts):
        raise ItemMatrixError(found="τ", expected="τ₁ < τ₂ < …", advice="")
    true = total = 0.0
    for j in range(p):
        for k in range(p):
            true += _code_covariance(cuts[j], cuts[k], lambda_[j] * lambda_[k])
            total += _code_variance(cuts[j]) if j == k else _code_covariance(cuts[j], cuts[k], matrix[j, k])
    return float(true / total)


def _code_covariance(first: Floats, second: Floats, rho: float) -> float:
    below, _ = bivariate_normal(first[None], second[None], np.array([rho]))
    return float(below.sum() - ndtr(first).sum() * ndtr(second).sum())


def _code_variance(cuts: Floats) -> float:
    """The limit of the covariance at rho 1, where the joint probability is that of the lower threshold."""
    return float(ndtr(np.minimum.outer(cuts, cuts)).sum() - ndtr(cuts).sum() ** 2)
