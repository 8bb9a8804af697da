r"""Which parameters bring the implied moments nearest to the sample's, each weighed by how sure it is?

:math:`F = \sum_g \frac{n_g - 1}{N}(s - \sigma)'W(s - \sigma)` over a vector of moments: W is :math:`\Gamma^{-1}` for WLS (Browne
1984; Muthén 1984), the inverse of its diagonal for DWLS, and the unit matrix for ULS. Only WLS has a dense weight. The test
statistic is NF; Γ has divisor n.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from tongchi.survey.sem.assembly import Assembly
from tongchi.survey.sem.ml import Discrepancy, Point
from tongchi.survey.sem.ram import Implied, Indices, Matrix, Vector
from tongchi.survey.sem.request import FitRequest

Weighting = Literal["WLS", "DWLS", "ULS"]


class MomentPoint(Protocol):
    """What a group's structure gives at one point."""

    @property
    def whole(self) -> Implied:
        """Moments of all variables."""

    @property
    def stacked(self) -> Vector:
        """(m,) moments."""

    @property
    def jacobian(self) -> Matrix:
        """(m, k) their derivatives by the group's values."""

    def bend(self, pull: Vector) -> Matrix | None:
        """Return the second derivatives (k, k) of Σ pull_i moment_i, or None where they are not worked out."""


class MomentStructure(Protocol):
    """A group's moments as a function of its free rows, whose places among all free rows are `rows`."""

    @property
    def rows(self) -> Indices:
        """Places of the group's values among the free table rows."""

    def at(self, values: Vector) -> MomentPoint:
        """Return the moments at these values."""


@dataclass(frozen=True)
class GroupMoments:
    """A group's sample moments (m,), their Γ (m, m), and the weight W: (m,) a diagonal, or (m, m)."""

    count: int
    stacked: Vector
    gamma: Matrix
    weight: Matrix

    def weigh(self, columns: Matrix) -> Matrix:
        """Return W times the columns."""
        if self.weight.ndim == 2:
            return np.asarray(self.weight @ columns, dtype=np.float64)
        return self.weight[:, None] * columns if columns.ndim == 2 else self.weight * columns


class LeastSquares(Discrepancy):
    """F as a function of η, by Gauss–Newton."""

    def __init__(
        self,
        assembly: Assembly,
        structures: Sequence[MomentStructure],
        groups: Sequence[GroupMoments],
    ) -> None:
        self.assembly, self.structures, self.groups = assembly, tuple(structures), tuple(groups)
        self.estimator = "GLS"  # for those who ask whether N·F follows a chi-square distribution
        self.means = assembly.has_means
        self.total = sum(group.count for group in groups)
        self.slopes = [assembly.basis[one.rows] for one in structures]
        self.levels = [assembly.offset[one.rows] for one in structures]
        self.spread_columns = [_columns_of(slope) for slope in self.slopes]
        self._points: tuple[bytes, list[MomentPoint]] = (b"", [])

    def points(self, eta: Vector) -> list[MomentPoint]:
        """Return the moments of each group; those of the last point are kept."""
        key = eta.tobytes()
        if self._points[0] != key:
            parts = zip(self.structures, self.slopes, self.levels, strict=True)
            self._points = (key, [one.at(slope @ eta + level) for one, slope, level in parts])
        return self._points[1]

    def implied(self, eta: Vector) -> list[Implied]:
        """Return the RAM moments of each group."""
        return [point.whole for point in self.points(eta)]

    def gaps(self, eta: Vector) -> list[Vector]:
        """Return sample less implied moments of each group."""
        return [group.stacked - point.stacked for group, point in zip(self.groups, self.points(eta), strict=True)]

    def shares(self, moments: Sequence[Implied]) -> list[float]:
        """Return each group's part of F at the last point, which the moments come from."""
        key, _ = self._points
        return self.group_shares(np.frombuffer(key, dtype=np.float64))

    def group_shares(self, eta: Vector) -> list[float]:
        """Return each group's part of F."""
        parts = zip(self.groups, self.gaps(eta), strict=True)
        return [(group.count - 1) / self.total * float(gap @ group.weigh(gap)) for group, gap in parts]

    def value(self, eta: Vector) -> float:
        """Return F, infinite where I − A is singular or a response has no positive variance."""
        try:
            return float(sum(self.group_shares(eta)))
        except np.linalg.LinAlgError:
            return float("inf")

    def jacobians(self, eta: Vector) -> list[Matrix]:
        """Return (m, q) derivatives of each group's moments by η."""
        parts = zip(self.points(eta), self.slopes, self.spread_columns, strict=True)
        return [
            point.jacobian @ slope if columns is None else _spread(point.jacobian, columns, len(eta))
            for point, slope, columns in parts
        ]

    def point(self, eta: Vector, second: bool = True) -> Point:
        """Return F with its gradient and twice J'WJ; the observed Hessian where the moments' second derivatives are known."""
        size = len(eta)
        slope, expected, bent = np.zeros(size), np.zeros((size, size)), np.zeros((size, size))
        for at, (group, gap, jacobian) in enumerate(zip(self.groups, self.gaps(eta), self.jacobians(eta), strict=True)):
            share = (group.count - 1) / self.total
            weighed = group.weigh(jacobian)
            slope -= 2.0 * share * (gap @ weighed)
            expected += 2.0 * share * (jacobian.T @ weighed)
            bend = self.points(eta)[at].bend(group.weigh(gap)) if second else None
            if bend is None:
                second = False  # known for all groups or for none
            else:
                bent += 2.0 * share * (self.slopes[at].T @ bend @ self.slopes[at])
        return Point(float(sum(self.group_shares(eta))), slope, expected, expected - bent if second else None)

    def information(self, eta: Vector) -> Matrix:
        """Return J'WJ, groups weighted by n_g/N, times two."""
        parts = zip(self.groups, self.jacobians(eta), strict=True)
        size = len(eta)
        result: Matrix = sum(
            (2.0 * group.count / self.total * (j.T @ group.weigh(j)) for group, j in parts), np.zeros((size, size))
        )
        return result


def weighting_of(request: FitRequest) -> Weighting:
    """Return the weights that an estimator asks for."""
    return "WLS" if request.base == "WLS" else "ULS" if request.base == "ULS" else "DWLS"


def _columns_of(slope: Matrix) -> Indices | None:
    """Return which η each of a group's values is, or None where one is a sum or shared by two: J K is then a product."""
    columns = np.argmax(slope, axis=1)
    whole = np.zeros_like(slope)
    whole[np.arange(len(slope)), columns] = 1.0
    alone = len(np.unique(columns)) == len(columns)
    return columns if alone and np.array_equal(whole, slope) else None


def _spread(jacobian: Matrix, columns: Indices, size: int) -> Matrix:
    result: Matrix = np.zeros((len(jacobian), size))
    result[:, columns] = jacobian
    return result


def weight_of(gamma: Matrix, weighting: Weighting) -> Matrix:
    """Return W for Γ; raises numpy.linalg.LinAlgError where WLS has none."""
    if weighting == "ULS":
        return np.ones(len(gamma))
    if weighting == "DWLS":
        return 1.0 / np.diag(gamma)
    root = np.linalg.cholesky(gamma)
    half = np.linalg.solve(root, np.eye(len(root)))
    return np.asarray(half.T @ half, dtype=np.float64)
