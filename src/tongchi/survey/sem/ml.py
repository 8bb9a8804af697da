r"""Which parameter values fit the sample best? Discrepancies, starting values, and Newton steps with line search.

ML: :math:`F = \log|\Sigma| + tr(T\Sigma^{-1}) - \log|S| - p` with T = S + (m−μ)(m−μ)' and S by divisor N. GLS and ULS:
:math:`F = ½tr[(W(S-\Sigma))^2] + (m-\mu)'W(m-\mu)`, W = S⁻¹ or I. Groups are weighted by n_g/N; the test statistic is N·F, and lavaan's
`fmin` is F/2. GLS, ULS and the Wishart likelihood take n − 1 for n and S with divisor n − 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs

from tongchi.survey.sem.assembly import Assembly, Moments
from tongchi.survey.sem.ram import (
    Implied,
    Matrix,
    Vector,
    curvature,
    expected_hessian,
    gradient,
    mean_curvature,
    observed_hessian,
)

Estimator = Literal["ML", "GLS", "ULS"]
TOLERANCE = 1e-12
ACCEPTED = 1e-8
_STEPS = 300
_NEAR = 0.1
_PATIENCE = 15


@dataclass(frozen=True)
class Optimum:
    """Where the search ended; `slope` is the largest |gradient| / √curvature, free of the variables' units."""

    eta: Vector
    value: float
    slope: float
    steps: int
    converged: bool


@dataclass(frozen=True)
class Point:
    """The discrepancy F with its first and second derivatives by η; `expected` is the Gauss–Newton or Fisher form."""

    value: float
    gradient: Vector
    expected: Matrix
    observed: Matrix | None


class Discrepancy:
    """F as a function of η."""

    def __init__(self, assembly: Assembly, samples: Sequence[Moments], estimator: Estimator = "ML") -> None:
        self.assembly, self.samples, self.estimator = assembly, tuple(samples), estimator
        self.total = sum(sample.weight for sample in samples)
        self.maps = [assembly.cell_map(group) for group in range(len(samples))]
        # each group has parameters of its own, whose columns are empty in the others
        self._reached = [np.flatnonzero(k.any(axis=0)) for k, _ in self.maps]
        self.means = assembly.has_means
        self.log_dets = [float(np.linalg.slogdet(sample.cov)[1]) for sample in samples]
        self.weights: list[Matrix] = [_weight(sample, estimator) for sample in samples]
        self._last: tuple[bytes, list[Implied]] = (b"", [])
        self._known: tuple[bytes, float] = (b"", float("inf"))

    def implied(self, eta: Vector) -> list[Implied]:
        """Return the moments of each group; those of the last point are kept, for its derivatives."""
        key = eta.tobytes()
        last, moments = self._last
        if key != last:
            moments = self._implied(eta)
            self._last = (key, moments)
        return moments

    def _implied(self, eta: Vector) -> list[Implied]:
        return [ram.implied(k @ eta + c) for ram, (k, c) in zip(self.assembly.rams, self.maps, strict=True)]

    def value(self, eta: Vector) -> float:
        """Return F, infinite where Σ is not positive definite (ML) or I − A is singular."""
        key = eta.tobytes()
        last, found = self._known
        if key != last:
            try:
                found = float(sum(self.shares(self.implied(eta))))
            except np.linalg.LinAlgError:
                found = float("inf")
            self._known = (key, found)
        return found

    def shares(self, moments: Sequence[Implied]) -> list[float]:
        """Return each group's n_g/N · F_g."""
        return [self._value_of(g, implied) * self.samples[g].weight / self.total for g, implied in enumerate(moments)]

    def _value_of(self, group: int, implied: Implied) -> float:
        sample = self.samples[group]
        gap = sample.mean - implied.mean if self.means else np.zeros(len(sample.mean))
        if self.estimator != "ML":
            weighted = self.weights[group] @ (sample.cov - implied.cov)
            return float(0.5 * np.sum(weighted * weighted.T) + gap @ self.weights[group] @ gap)
        inverse, log_det = implied.inverse_root
        spread = inverse @ sample.cov
        distance = float(np.sum((inverse @ gap) ** 2)) if self.means else 0.0
        return log_det - self.log_dets[group] + float(np.sum(spread * inverse)) - len(inverse) + distance

    def point(self, eta: Vector, second: bool = True) -> Point:
        """Return F with derivatives; the closed-form observed Hessian only if `second`."""
        size = len(eta)
        slope, expected, observed = np.zeros(size), np.zeros((size, size)), np.zeros((size, size))
        moments = self.implied(eta)
        for group, (implied, (k, _)) in enumerate(zip(moments, self.maps, strict=True)):
            share = self.samples[group].weight / self.total
            g, e, o = self._derivatives(group, implied, second)
            at = self._reached[group]
            own, block = k[:, at], np.ix_(at, at)
            slope[at] += share * (own.T @ g)
            expected[block] += share * (own.T @ e @ own)
            if second:
                observed[block] += share * (own.T @ o @ own)
        return Point(self.value(eta), slope, expected, observed if second else None)

    def information(self, eta: Vector) -> Matrix:
        """Return twice the information per case; for ULS, as in lavaan, that of unweighted moments below the diagonal and on it."""
        expected = self.point(eta, second=False).expected
        if self.estimator != "ULS":
            return expected
        for group, (implied, (k, _)) in enumerate(zip(self.implied(eta), self.maps, strict=True)):
            u, v, _ = (part[: implied.observed] for part in implied.directions)
            variances = 2.0 * (u * v) @ k
            expected = expected + self.samples[group].weight / self.total * variances.T @ variances
        return expected

    def _derivatives(self, group: int, implied: Implied, second: bool) -> tuple[Vector, Matrix, Matrix]:
        sample = self.samples[group]
        gap = sample.mean - implied.mean if self.means else None
        if self.estimator == "ML":
            inverse, _ = implied.inverse_root
            weight: Matrix = inverse.T @ inverse
            middle = sample.cov if gap is None else sample.cov + np.outer(gap, gap)
            residual = weight - weight @ middle @ weight
        else:
            weight = self.weights[group]
            residual = -weight @ (sample.cov - implied.cov) @ weight
        pull = None if gap is None else weight @ gap
        slope = gradient(implied, residual, pull)
        expected = expected_hessian(implied, weight, self.means)
        if not second:
            return slope, expected, expected
        if self.estimator == "ML":
            return slope, expected, observed_hessian(implied, weight, sample.cov, gap)
        bent = expected + curvature(implied, residual)
        return slope, expected, bent if pull is None else bent - 2.0 * mean_curvature(implied, pull)


def _weight(sample: Moments, estimator: Estimator) -> Matrix:
    return np.asarray(np.linalg.inv(sample.cov) if estimator == "GLS" else np.eye(len(sample.cov)), dtype=np.float64)


def minimise(discrepancy: Discrepancy, start: Vector, steps: int = _STEPS) -> Optimum:
    """Return the optimum: Fisher steps far away, Newton steps with the observed Hessian near it, each with line search."""
    eta = np.asarray(start, dtype=np.float64)
    point = discrepancy.point(eta, second=False)
    slope = _slope(point)
    taken = 0
    while slope > TOLERANCE and taken < steps:
        taken += 1
        found = _improve(discrepancy, eta, point, slope)
        if found is None:
            break
        fresh = discrepancy.point(found, second=slope < 2.0 * _NEAR or taken > _PATIENCE)
        fresh_slope = _slope(fresh)
        if slope < ACCEPTED and fresh_slope >= slope:
            break
        eta, point, slope = found, fresh, fresh_slope
    return Optimum(eta, point.value, slope, taken, slope < ACCEPTED)


def _slope(point: Point) -> float:
    scale = np.sqrt(np.maximum(np.diag(point.expected), 1e-300))
    return float(np.max(np.abs(point.gradient) / scale, initial=0.0))


def _improve(discrepancy: Discrepancy, eta: Vector, point: Point, slope: float) -> Vector | None:
    """Return a better point along the first direction that yields one, or None."""
    tries = [point.expected]
    if point.observed is not None:
        tries.insert(0, point.observed)
    for hessian in tries:
        step = _step(hessian, point.gradient)
        fall = float(point.gradient @ step)
        length = 1.0
        for _ in range(40):
            trial = eta + length * step
            value = discrepancy.value(trial)
            if value <= point.value + 1e-4 * length * fall or (slope < 1e-6 and value < point.value + 1e-11):
                return trial
            length *= 0.5
    return None


def _step(hessian: Matrix, slope: Vector) -> Vector:
    """Return a direction of descent: the Newton step of the scaled Hessian, with eigenvalues made positive if it is not convex."""
    scale = 1.0 / np.sqrt(np.maximum(np.abs(np.diag(hessian)), 1e-300))
    scaled = hessian * np.outer(scale, scale)
    root, failed = dpotrf(scaled, lower=True, clean=False)
    if not failed and np.isfinite(scaled).all():
        step: Vector = -scale * dpotrs(root, scale * slope, lower=True)[0]
    else:
        values, vectors = np.linalg.eigh(scaled)
        sizes = np.maximum(np.abs(values), 1e-4)
        step = -scale * (vectors @ ((vectors.T @ (scale * slope)) / sizes))
    return step
