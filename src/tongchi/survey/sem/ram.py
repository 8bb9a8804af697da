r"""Which covariances and means does a model imply, and how do they change with each parameter?

RAM form (McArdle & McDonald 1984): with arrows A, two-headed arrows S, means M over all m variables, the observed ones first,
:math:`B = (I-A)^{-1}`, :math:`\Sigma = (B S B')_{oo}` and :math:`\mu = (B M)_o`. A free cell changes the covariance
by :math:`d\Sigma = uv' + vu'`, so a gradient is :math:`2u'Rv` and no p*-by-q Jacobian is ever formed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Indices = NDArray[np.intp]

ARROW, TWO_HEADED, MEAN = 0, 1, 2


@dataclass(frozen=True)
class Cells:
    """Free cells: which matrix (ARROW, TWO_HEADED, MEAN), row and column of each."""

    kind: Indices
    row: Indices
    column: Indices


@dataclass(frozen=True)
class Ram:
    """The matrices with fixed values filled in, and their free cells; variables observed first."""

    observed: int
    arrows: Matrix
    two_headed: Matrix
    means: Vector
    cells: Cells

    def implied(self, values: Vector) -> Implied:
        """Return the moments at the values of the free cells.

        Raises numpy.linalg.LinAlgError where I − A is singular.
        """
        kind, row, column = self.cells.kind, self.cells.row, self.cells.column
        arrows, two_headed, means = self.arrows.copy(), self.two_headed.copy(), self.means.copy()
        at = kind == ARROW
        arrows[row[at], column[at]] = values[at]
        at = kind == TWO_HEADED
        two_headed[row[at], column[at]] = values[at]
        two_headed[column[at], row[at]] = values[at]
        at = kind == MEAN
        means[row[at]] = values[at]
        total: Matrix = np.asarray(np.linalg.inv(np.eye(len(means)) - arrows), dtype=np.float64)
        return Implied(self.observed, self.cells, arrows, two_headed, means, total, total @ two_headed @ total.T)


@dataclass(frozen=True)
class Implied:
    """Moments of all variables at one point: `total` is B, `covariance` is B S B'."""

    observed: int
    cells: Cells
    arrows: Matrix
    two_headed: Matrix
    means: Vector
    total: Matrix
    covariance: Matrix

    @property
    def cov(self) -> Matrix:
        """(p, p) implied covariance of the observed variables."""
        return self.covariance[: self.observed, : self.observed]

    @property
    def mean(self) -> Vector:
        """(p,) implied means of the observed variables."""
        mean: Vector = self.full_mean[: self.observed]
        return mean

    @property
    def full_mean(self) -> Vector:
        """(m,) implied means of all variables."""
        mean: Vector = self.total @ self.means
        return mean

    @cached_property
    def directions(self) -> tuple[Matrix, Matrix, Matrix]:
        """U, V and D, each (m, q): column k gives dΣ = uv' + vu' and dμ = d for free cell k."""
        kind, row, column = self.cells.kind, self.cells.row, self.cells.column
        first = self.total[:, row]
        half = np.where(row == column, 0.5, 1.0)
        second = np.where(kind == ARROW, self.covariance[:, column], self.total[:, column] * half)
        second = np.where(kind == MEAN, 0.0, second)
        shift = np.where(kind == ARROW, self.full_mean[column], np.where(kind == MEAN, 1.0, 0.0))
        return first, second, first * shift


def gradient(implied: Implied, residual: Matrix, pull: Vector | None) -> Vector:
    r"""Return :math:`2u'Rv - 2 d'\!\mu_k` for each free cell, with R = `residual` and d = `pull` (None: no means)."""
    p = implied.observed
    u, v, d = (part[:p] for part in implied.directions)
    slope: Vector = 2.0 * np.einsum("ik,ik->k", u, residual @ v)
    if pull is not None:
        slope = slope - 2.0 * pull @ d
    return slope


def expected_hessian(implied: Implied, weight: Matrix, means: bool) -> Matrix:
    r"""Return :math:`tr(W\Sigma_k W\Sigma_l) + 2\mu_k'W\mu_l`, the expected second derivatives of the discrepancy."""
    p = implied.observed
    u, v, d = (part[:p] for part in implied.directions)
    wu, wv = weight @ u, weight @ v
    cross = u.T @ wv
    hessian: Matrix = 2.0 * (cross * cross.T + (u.T @ wu) * (v.T @ wv))
    return hessian + 2.0 * d.T @ (weight @ d) if means else hessian


def observed_hessian(implied: Implied, weight: Matrix, sample: Matrix, gap: Vector | None) -> Matrix:
    r"""Return the second derivatives of :math:`\log|\Sigma| + tr(W(S + dd'))` in closed form, d = `gap` = m − μ.

    With P = W(S + dd')W and R = W − P the entry of cells k and l is
    :math:`-tr(W\Sigma_kW\Sigma_l) + 2tr(P\Sigma_kW\Sigma_l) + tr(R\Sigma_{kl})`, and with means also
    :math:`2d'W(\Sigma_kW\mu_l + \Sigma_lW\mu_k) + 2\mu_k'W\mu_l - 2d'W\mu_{kl}`.
    """
    p = implied.observed
    u, v, d = (part[:p] for part in implied.directions)
    middle = sample if gap is None else sample + np.outer(gap, gap)
    weighted = weight @ middle @ weight
    residual = weight - weighted
    wu, wv, pu, pv = weight @ u, weight @ v, weighted @ u, weighted @ v
    uwu, uwv, vwv = u.T @ wu, u.T @ wv, v.T @ wv
    upu, upv, vpv = u.T @ pu, u.T @ pv, v.T @ pv
    hessian = -2.0 * (uwv * uwv.T + uwu * vwv)
    mixed = upv * uwv.T + upu * vwv + vpv * uwu + upv.T * uwv
    hessian = hessian + mixed + mixed.T
    hessian = hessian + curvature(implied, residual)
    if gap is None:
        return hessian
    pull = weight @ gap
    bent = np.outer(pull @ u, np.ones(u.shape[1])) * (v.T @ weight @ d) + np.outer(pull @ v, np.ones(u.shape[1])) * (
        u.T @ weight @ d
    )
    result: Matrix = hessian + 2.0 * (bent + bent.T) + 2.0 * d.T @ weight @ d - 2.0 * mean_curvature(implied, pull)
    return result


def curvature(implied: Implied, residual: Matrix) -> Matrix:
    """Return tr(R Σ_kl); zero where neither cell is an arrow."""
    p = implied.observed
    kind, row, column = implied.cells.kind, implied.cells.row, implied.cells.column
    u, v, _ = (part[:p] for part in implied.directions)
    ru, rv = residual @ u, residual @ v
    uru, urv = u.T @ ru, u.T @ rv
    arrow = kind == ARROW
    back = implied.total[np.ix_(column, row)]  # [a, b] = B[column a, row b]
    between = implied.covariance[np.ix_(column, column)]
    both = 2.0 * (back.T * urv.T + between * uru + back * urv)
    half = np.where(row == column, 0.5, 1.0)
    ends = implied.total[np.ix_(column, column)]  # [a, b] = B[column a, column b]
    other = implied.total[:p, column]
    onto = 2.0 * half * (ends * uru + back * (u.T @ residual @ other))
    headed = kind == TWO_HEADED
    result = np.where(np.outer(arrow, arrow), both, 0.0)
    result = result + np.where(np.outer(arrow, headed), onto, 0.0)
    result = result + np.where(np.outer(headed, arrow), onto.T, 0.0)
    full: Matrix = result
    return full


def mean_curvature(implied: Implied, pull: Vector) -> Matrix:
    """Return pull' μ_kl; zero where neither cell is an arrow."""
    p = implied.observed
    kind, row, column = implied.cells.kind, implied.cells.row, implied.cells.column
    along = pull @ implied.total[:p, row]
    level = implied.full_mean[column]
    back = implied.total[np.ix_(column, row)]
    both = np.outer(level, along) * back.T + np.outer(along, level) * back
    onto = along[:, None] * back
    arrow, mean = kind == ARROW, kind == MEAN
    result: Matrix = (
        np.where(np.outer(arrow, arrow), both, 0.0)
        + np.where(np.outer(arrow, mean), onto, 0.0)
        + np.where(np.outer(mean, arrow), onto.T, 0.0)
    )
    return result
