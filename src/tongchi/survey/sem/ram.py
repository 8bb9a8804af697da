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
from scipy.linalg.lapack import dpotrf, dtrtri

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

    @cached_property
    def arrows(self) -> Indices:
        """Which of them are arrows."""
        return np.flatnonzero(self.kind == ARROW)

    @cached_property
    def headed(self) -> Indices:
        """Which of them are two-headed arrows."""
        return np.flatnonzero(self.kind == TWO_HEADED)

    @cached_property
    def means(self) -> Indices:
        """Which of them are means."""
        return np.flatnonzero(self.kind == MEAN)

    @cached_property
    def half(self) -> Vector:
        """(k,) ½ where a cell is a variance, which stands once in S, and 1 elsewhere."""
        return np.where(self.row == self.column, 0.5, 1.0)


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
        cells, row, column = self.cells, self.cells.row, self.cells.column
        arrows, two_headed, means = self.arrows.copy(), self.two_headed.copy(), self.means.copy()
        at = cells.arrows
        arrows[row[at], column[at]] = values[at]
        at = cells.headed
        two_headed[row[at], column[at]] = two_headed[column[at], row[at]] = values[at]
        at = cells.means
        means[row[at]] = values[at]
        total = self._total(arrows)
        return Implied(self.observed, cells, arrows, two_headed, means, total, total @ two_headed @ total.T)

    def _total(self, arrows: Matrix) -> Matrix:
        """Return (I − A)⁻¹, by its finite series where no chain of arrows is longer than three."""
        unit = np.eye(len(arrows))
        if self._chain is None:
            return np.asarray(np.linalg.inv(unit - arrows), dtype=np.float64)
        total: Matrix = unit
        for _ in range(self._chain):
            total = unit + arrows @ total
        return total

    @cached_property
    def _chain(self) -> int | None:
        """The longest chain of arrows, None if it has more than three."""
        pattern = (self.arrows != 0.0).astype(np.float64)
        at = self.cells.arrows
        pattern[self.cells.row[at], self.cells.column[at]] = 1.0
        power = pattern
        for length in range(4):
            if not power.any():
                return length
            power = power @ pattern
        return None


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

    @cached_property
    def inverse_root(self) -> tuple[Matrix, float]:
        """(p, p) inverse of the Cholesky root of the implied covariance, and log|Σ|.

        Raises numpy.linalg.LinAlgError where Σ is not positive definite.
        """
        root, failed = dpotrf(self.cov, lower=True, clean=True)
        if failed or not np.isfinite(root).all():
            raise np.linalg.LinAlgError("implied covariance is not positive definite")
        inverse, _ = dtrtri(root, lower=True)
        return inverse, 2.0 * float(np.log(np.diag(root)).sum())

    @cached_property
    def full_mean(self) -> Vector:
        """(m,) implied means of all variables."""
        mean: Vector = self.total @ self.means
        return mean

    @cached_property
    def directions(self) -> tuple[Matrix, Matrix, Matrix]:
        """U, V and D, each (m, q): column k gives dΣ = uv' + vu' and dμ = d for free cell k."""
        cells, row, column = self.cells, self.cells.row, self.cells.column
        first = self.total[:, row]
        second = self.total[:, column] * cells.half
        second[:, cells.arrows] = self.covariance[:, column[cells.arrows]]
        second[:, cells.means] = 0.0
        shift = np.zeros(len(row))
        shift[cells.arrows] = self.full_mean[column[cells.arrows]]
        shift[cells.means] = 1.0
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
    wd = weight @ d
    bent = (pull @ u)[:, None] * (v.T @ wd) + (pull @ v)[:, None] * (u.T @ wd)
    result: Matrix = hessian + 2.0 * (bent + bent.T) + 2.0 * d.T @ wd - 2.0 * mean_curvature(implied, pull)
    return result


def curvature(implied: Implied, residual: Matrix) -> Matrix:
    """Return tr(R Σ_kl); zero where neither cell is an arrow."""
    p = implied.observed
    cells, row, column = implied.cells, implied.cells.row, implied.cells.column
    at, to = cells.arrows, cells.headed
    u, v, _ = (part[:p] for part in implied.directions)
    pulled = (residual @ u[:, at]).T
    start, end = column[at, None], row[at]
    back = implied.total[start, end]  # [a, b] = B[column a, row b]
    across = pulled @ v[:, at]
    between = implied.covariance[start, column[at]] * (pulled @ u[:, at])
    result: Matrix = np.zeros((len(row), len(row)))
    result[at[:, None], at] = 2.0 * (back.T * across.T + between + back * across)
    ends = implied.total[start, column[to]] * (pulled @ u[:, to])
    other = implied.total[start, row[to]] * (pulled @ implied.total[:p, column[to]])
    onto = 2.0 * cells.half[to] * (ends + other)
    result[at[:, None], to] = onto
    result[to[:, None], at] = onto.T
    return result


def mean_curvature(implied: Implied, pull: Vector) -> Matrix:
    """Return pull' μ_kl; zero where neither cell is an arrow."""
    p = implied.observed
    cells, row, column = implied.cells, implied.cells.row, implied.cells.column
    at, to = cells.arrows, cells.means
    along = pull @ implied.total[:p, row[at]]
    level = implied.full_mean[column[at]]
    start = column[at, None]
    half = level[:, None] * along * implied.total[start, row[at]].T
    result: Matrix = np.zeros((len(row), len(row)))
    result[at[:, None], at] = half + half.T
    onto = along[:, None] * implied.total[start, row[to]]
    result[at[:, None], to] = onto
    result[to[:, None], at] = onto.T
    return result
