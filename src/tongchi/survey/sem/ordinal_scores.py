r"""Where does each respondent stand on each construct when answers are ordinal categories?

Empirical Bayes modal scores: the peak of :math:`\log p(y|\eta) - \tfrac12(\eta - \alpha)'\Psi^{-1}(\eta - \alpha)`, where an answer k has
probability :math:`\Phi((\tau_{k+1} - \nu - \lambda\eta)/\sqrt\theta) - \Phi((\tau_k - \nu - \lambda\eta)/\sqrt\theta)` and a continuous
item its normal density. The function is concave, so Newton steps for all respondents at once find the one peak. On the scale of the
items a construct is the mean of their expected categories.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtr

from tongchi.errors import UnsupportedModelError
from tongchi.survey.sem.categorical_result import OrdinalFit
from tongchi.survey.sem.ram import Matrix, Vector

_STEPS = 60
_EXACT = 1e-10
_ROOT = math.sqrt(2.0 * math.pi)


@dataclass(frozen=True)
class ResponseModel:
    """One group: slopes (p, k), levels ν and residual deviations of the responses, thresholds and categories by item.

    `edges` are −∞, thresholds, +∞ of an ordinal item, None of a continuous one.
    """

    slopes: Matrix
    level: Vector
    deviation: Vector
    edges: tuple[Vector | None, ...]
    categories: tuple[Vector, ...]
    prior_mean: Vector
    prior: Matrix

    @classmethod
    def of(cls, fit: OrdinalFit, group: int) -> ResponseModel:
        """Read the model of a group (counted from 0).

        Raises
        ------
        UnsupportedModelError
            where answers depend on each other given the constructs, or on covariates: there are no such scores.
        """
        implied, names = fit.implied[group], fit.assembly.variables.observed
        p = implied.observed
        theta = implied.two_headed[:p, :p]
        tied = np.abs(theta - np.diag(np.diag(theta))).max(initial=0.0) > 0
        if tied or implied.arrows[:p, :p].any() or not np.all(np.diag(theta) > 0) or fit.answers is None:
            raise UnsupportedModelError(
                found="残差相关、受协变量影响或残差方差不为正的有序题目的因子得分 / scores from ordinal items with correlated or "
                "negative residuals, or with covariates",
                expected="给定构念时相互独立的题目 / items that are independent given the constructs",
            )
        inner = implied.covariance[p:, p:]
        if np.linalg.eigvalsh(inner)[0] <= 1e-10 * max(1.0, float(np.abs(inner).max())):
            raise UnsupportedModelError(
                found="构念协方差阵奇异 / a singular covariance matrix of constructs",
                expected="正定 / a positive definite one",
            )
        known: dict[str, list[float]] = {name: [] for name in names}
        for row, value in zip(fit.assembly.rows, fit.values, strict=True):
            if row.op == "|" and row.group == group + 1:
                known[row.lhs].append(float(value))
        edges = tuple(np.array([-np.inf, *known[name], np.inf]) if known[name] else None for name in names)
        return cls(
            implied.arrows[:p, p:],
            implied.means[:p],
            np.sqrt(np.diag(theta)),
            edges,
            fit.answers.categories,
            implied.full_mean[p:],
            inner,
        )

    def scores(self, rows: Matrix) -> Matrix:
        """Return (n, k) peaks; an answer that is missing says nothing.

        Raises
        ------
        UnsupportedModelError
            for an answer that is none of an item's categories.
        """
        bounds = self._bounds(rows)
        weight: Matrix = np.asarray(np.linalg.inv(self.prior), dtype=np.float64)
        eta = np.tile(self.prior_mean, (len(rows), 1))
        value = self._height(bounds, rows, eta, weight)
        for _ in range(_STEPS):
            slope, bend = self._derivatives(bounds, rows, eta, weight)
            step = np.linalg.solve(bend, slope[:, :, None])[:, :, 0]
            if float(np.abs(step).max(initial=0.0)) < _EXACT:
                break
            length = np.ones(len(rows))
            for _ in range(30):
                found = self._height(bounds, rows, eta + length[:, None] * step, weight)
                worse = found < value - 1e-12 * (1.0 + np.abs(value))
                if not worse.any():
                    break
                length[worse] *= 0.5
            eta, value = eta + length[:, None] * step, found
        return eta

    def _bounds(self, rows: Matrix) -> list[tuple[Vector, Vector] | None]:
        """Return the thresholds below and above each answer, −∞ and +∞ for a missing one; None for a continuous item."""
        found: list[tuple[Vector, Vector] | None] = []
        for answers, edges, codes in zip(rows.T, self.edges, self.categories, strict=True):
            if edges is None:
                found.append(None)
                continue
            known = np.isfinite(answers)
            at = np.searchsorted(codes, np.where(known, answers, codes[0]))
            at = np.minimum(at, len(codes) - 1)
            strange = known & (codes[at] != answers)
            if strange.any():
                raise UnsupportedModelError(
                    found=f"回答 {answers[strange][0]:g} / answer", expected=", ".join(f"{code:g}" for code in codes)
                )
            low, high = edges[at], edges[at + 1]
            found.append((np.where(known, low, -np.inf), np.where(known, high, np.inf)))
        return found

    def _height(
        self, bounds: Sequence[tuple[Vector, Vector] | None], rows: Matrix, eta: Matrix, weight: Matrix
    ) -> Vector:
        gap = eta - self.prior_mean
        total: Vector = -0.5 * np.einsum("ij,jk,ik->i", gap, weight, gap)
        for item, pair in enumerate(bounds):
            centre = self.level[item] + eta @ self.slopes[item]
            if pair is None:
                error = np.where(np.isfinite(rows[:, item]), rows[:, item] - centre, 0.0) / self.deviation[item]
                total = total - 0.5 * error**2
            else:
                total = total + _log_between(*((edge - centre) / self.deviation[item] for edge in pair))
        return total

    def _derivatives(
        self, bounds: Sequence[tuple[Vector, Vector] | None], rows: Matrix, eta: Matrix, weight: Matrix
    ) -> tuple[Matrix, Matrix]:
        """Return slopes (n, k) and minus the second derivatives (n, k, k)."""
        slope = -(eta - self.prior_mean) @ weight
        bend = np.tile(weight, (len(eta), 1, 1))
        for item, pair in enumerate(bounds):
            loading, deviation = self.slopes[item], self.deviation[item]
            centre = self.level[item] + eta @ loading
            if pair is None:
                known = np.isfinite(rows[:, item])
                first = np.where(known, rows[:, item] - centre, 0.0) / deviation**2
                second = np.where(known, 1.0, 0.0) / deviation**2
            else:
                first, second = _bends(*((edge - centre) / deviation for edge in pair))
                first, second = first / deviation, second / deviation**2
            slope += first[:, None] * loading
            bend += second[:, None, None] * np.outer(loading, loading)
        return slope, bend

    def expected_items(self, eta: Matrix) -> Matrix:
        """Return (n, p) expected answers at the scores."""
        result = self.level + eta @ self.slopes.T
        for item, (edges, codes) in enumerate(zip(self.edges, self.categories, strict=True)):
            if edges is not None:
                below = ndtr((edges[1:-1] - result[:, item, None]) / self.deviation[item])
                result[:, item] = codes[-1] - below @ np.diff(codes)
        return result


def _log_between(low: Vector, high: Vector) -> Vector:
    """Return log(Φ(high) − Φ(low)), by the tail in which both lie."""
    flip = low > 0
    a, b = np.where(flip, -high, low), np.where(flip, -low, high)
    upper, lower = log_ndtr(b), log_ndtr(a)
    found: Vector = upper + np.log1p(-np.exp(np.minimum(lower - upper, -1e-16)))
    return found


def _bends(low: Vector, high: Vector) -> tuple[Vector, Vector]:
    """Return the derivative of log(Φ(high) − Φ(low)) by the centre, and minus the second one, in units of the deviation."""
    log_mass = _log_between(low, high)
    at_low, at_high = (np.where(np.isfinite(edge), edge, 0.0) for edge in (low, high))
    dense_low = np.where(np.isfinite(low), np.exp(-0.5 * at_low**2 - log_mass) / _ROOT, 0.0)
    dense_high = np.where(np.isfinite(high), np.exp(-0.5 * at_high**2 - log_mass) / _ROOT, 0.0)
    first: Vector = dense_low - dense_high
    second: Vector = at_high * dense_high - at_low * dense_low + first**2
    return first, np.maximum(second, 0.0)


def ordinal_level(fit: OrdinalFit, group: int, weight: Vector) -> tuple[float, float | None]:
    """Return the mean of the items' expected categories in a group, weighed, and its standard error (None without errors).

    The expected category is :math:`c_K - \\sum_k (c_{k+1} - c_k)\\Phi(t_k)` with t the thresholds in the scale of the sample's.
    """
    assert fit.answers is not None
    point = fit.points[group]
    total, slope = 0.0, np.zeros(len(fit.assembly.free_rows))
    place = 0
    jacobian, rows = point.jacobian, point.structure.rows
    for share, codes in zip(weight, fit.answers.categories, strict=True):
        steps = np.diff(codes) if len(codes) else np.ones(1)
        at = slice(place, place + len(steps))
        place += len(steps)
        level = point.levels[at]
        if len(codes):
            total += share * float(codes[-1] - steps @ ndtr(level))
            pull = -steps * np.exp(-0.5 * level**2) / _ROOT
        else:
            total += share * float(level[0])
            pull = steps
        slope[rows] += share * (pull @ jacobian[at])
    if fit.vcov is None:
        return total, None
    return total, math.sqrt(max(float(slope @ fit.vcov @ slope), 0.0))
