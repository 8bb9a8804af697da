"""Can these answers be analysed at all, and what is their covariance?

Every function of the measurement part reads its answers through `check_items`, so that a constant item or a missing
answer is named once and in the same words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tongchi.errors import ConstantItemError, ItemMatrixError, SingularItemsError

Floats = NDArray[np.float64]

_SINGULAR = 1e-10
"""Smallest eigenvalue of a correlation matrix, as a share of the largest, that still counts as regular."""


def check_items(answers: ArrayLike, names: Sequence[str] | None = None, *, least_items: int = 2) -> Floats:
    """Return the answers as a matrix that has variance in every column.

    Parameters
    ----------
    answers : (n, p) one row per respondent, complete
    names : p names for messages; "1" … "p" where None
    least_items : how many columns the statistic needs

    Raises
    ------
    ItemMatrixError
        not two-dimensional, too few rows or columns, missing or infinite values
    ConstantItemError
        an item that everyone answers alike
    """
    matrix = np.asarray(answers, dtype=np.float64)
    if matrix.ndim != 2:
        raise ItemMatrixError(found=f"{matrix.ndim}D", expected="2D", advice="n × p")
    rows, columns = matrix.shape
    if columns < least_items:
        raise ItemMatrixError(found=f"p = {columns}", expected=f"p ≥ {least_items}", advice="")
    if rows < 3:
        raise ItemMatrixError(found=f"n = {rows}", expected="n ≥ 3", advice="")
    labels = item_names(names, columns)
    absent = ~np.isfinite(matrix)
    if absent.any():
        where = ", ".join(labels[at] for at in np.flatnonzero(absent.any(axis=0))[:5])
        raise ItemMatrixError(found=f"{int(absent.sum())} NaN/inf ({where})", expected="0", advice="listwise / FIML")
    constant = np.ptp(matrix, axis=0) == 0
    if constant.any():
        found = ", ".join(labels[at] for at in np.flatnonzero(constant))
        raise ConstantItemError(found=found)
    return matrix


def item_names(names: Sequence[str] | None, columns: int) -> tuple[str, ...]:
    """Return the names, or the numbers from 1 where there are none."""
    if names is None:
        return tuple(str(at + 1) for at in range(columns))
    if len(names) != columns:
        raise ItemMatrixError(found=f"{len(names)} names", expected=f"{columns}", advice="")
    return tuple(names)


def sample_cov(matrix: Floats) -> Floats:
    """Covariance with divisor n − 1."""
    centred = matrix - matrix.mean(axis=0)
    cov: Floats = centred.T @ centred / (len(matrix) - 1)
    return cov


def cov_to_cor(cov: Floats) -> Floats:
    """Correlation matrix of a covariance matrix; the diagonal is exactly 1."""
    sd = np.sqrt(np.diag(cov))
    cor: Floats = cov / np.outer(sd, sd)
    np.fill_diagonal(cor, 1.0)
    return cor


def is_singular(cor: Floats) -> bool:
    """Is one item, to rounding, a linear combination of others (or the matrix indefinite)?"""
    values = np.linalg.eigvalsh(cor)
    return bool(values[0] <= _SINGULAR * values[-1])


def check_regular(cor: ArrayLike, names: Sequence[str] | None = None) -> Floats:
    """Return a symmetric, positive definite correlation matrix.

    Raises
    ------
    ItemMatrixError
        not square, not symmetric, not finite or without unit diagonal
    SingularItemsError
        names the items that the smallest eigenvector ties together
    """
    matrix = np.asarray(cor, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] < 2:
        raise ItemMatrixError(found=f"shape {matrix.shape}", expected="p × p, p ≥ 2", advice="")
    if not np.isfinite(matrix).all() or not np.allclose(matrix, matrix.T, atol=1e-8):
        raise ItemMatrixError(found="NaN / asymmetric", expected="R = Rᵀ", advice="")
    if not np.allclose(np.diag(matrix), 1.0, atol=1e-8):
        raise ItemMatrixError(found="diag(R) ≠ 1", expected="diag(R) = 1", advice="")
    values, vectors = np.linalg.eigh(matrix)
    if values[0] <= _SINGULAR * values[-1]:
        labels = item_names(names, len(matrix))
        tied = np.abs(vectors[:, 0]) > 0.05
        found = ", ".join(labels[at] for at in np.flatnonzero(tied))
        raise SingularItemsError(found=found, eigenvalue=f"{values[0]:.1e}")
    return matrix


def squared_multiple_correlations(cor: Floats) -> Floats:
    """R² of each item on all others, :math:`1 - 1 / (R^{-1})_{ii}`; R must be regular."""
    smc: Floats = 1.0 - 1.0 / np.diag(np.linalg.inv(cor))
    return smc
