r"""How does a continuous variable go with an ordinal one, or with another continuous one, in the second of two steps?

With means, variances and thresholds given, the polyserial correlation maximises :math:`\sum\log(\Phi(t_c) - \Phi(t_{c-1}))`,
:math:`t_c = (\tau_c - \rho z)/\sqrt{1-\rho^2}` (Olsson, Drasgow & Dorans 1982), and that of two continuous variables the
bivariate normal density.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from tongchi.survey.polychoric import LARGEST
from tongchi.survey.sem.ram import Matrix, Vector

_TINY = 1e-290
_ROUNDS = 60


@dataclass(frozen=True)
class Continuous:
    """Mean and variance (divisor n of known values), standardised values, and the influence of cases on both."""

    mean: float
    variance: float
    z: Vector
    effect: Matrix

    @classmethod
    def of(cls, values: Vector) -> Continuous:
        """Read a variable; NaN is a missing value and has no influence."""
        known = np.isfinite(values)
        mean = float(values[known].mean())
        variance = float(np.mean((values[known] - mean) ** 2))
        z = (values - mean) / np.sqrt(variance)
        scores = np.column_stack([z / np.sqrt(variance), (z**2 - 1.0) / (2.0 * variance)])
        scores = np.where(known[:, None], scores, 0.0)
        effect = len(values) * scores @ np.linalg.inv(scores.T @ scores)
        return cls(mean, variance, z, effect)

    def influence(self, part: slice) -> Matrix:
        """Return the influence (rows, 2) on mean and variance."""
        return self.effect[part]


@dataclass(frozen=True)
class MixedPair:
    """A correlation, and the influence of cases on the covariance that belongs to it.

    `columns` are the places of the univariate moments that it rests on, `pull` the products of their scores with that of the
    correlation, `turn` the derivatives of the covariance by them and `scale` that by the correlation.
    """

    rho: float
    score: Vector
    information: float
    pull: Vector
    turn: Vector
    scale: float
    columns: tuple[int, ...] = ()

    def influence(self, levels: Matrix, part: slice) -> Vector:
        """Return the influence (rows,) on the covariance; `levels` are those on the univariate moments of the same rows."""
        own = levels[:, list(self.columns)]
        onto = (len(self.score) * self.score[part] - own @ self.pull) / self.information
        result: Vector = self.scale * onto + own @ self.turn
        return result


@dataclass(frozen=True)
class MixedScores:
    """A polyserial correlation with casewise scores: for it, for location and log-scale of z, and for the upper and lower edge."""

    rho: float
    score: Vector
    location: Vector
    spread: Vector
    upper: Vector
    lower: Vector


def polyserial(z: Vector, upper: Vector, lower: Vector, start: float) -> MixedScores:
    """Return the correlation of a standard variable with the response whose category lies between `lower` and `upper`.

    `location` is the score for the mean in units of the deviation, `spread` that for the variance in units of twice itself.
    """
    rho = maximise(lambda r: _polyserial(r, z, upper, lower), start)
    root = np.sqrt(1 - rho**2)
    high, low = (upper - rho * z) / root, (lower - rho * z) / root
    inverse = 1.0 / np.maximum(ndtr(high) - ndtr(low), _TINY)
    top, bottom = density(high), density(low)
    shift = inverse * rho / root * (top - bottom)
    score = _polyserial_score(rho, z, upper, lower)
    return MixedScores(rho, score, z + shift, z**2 - 1 + z * shift, top / root * inverse, -bottom / root * inverse)


def ordinal_pair(one: Continuous, codes: NDArray[np.int64], thresholds: Vector) -> MixedPair:
    """Return the polyserial correlation; `columns` belong to mean, variance, and the thresholds."""
    known = np.isfinite(one.z) & (codes >= 0)
    z, code = one.z[known], codes[known]
    edges = np.concatenate([[-np.inf], thresholds, [np.inf]])
    found = polyserial(z, edges[code + 1], edges[code], _start(z, code))
    sd = np.sqrt(one.variance)
    steps = np.arange(len(thresholds))
    threshold = (code[:, None] == steps) * found.upper[:, None] + (code[:, None] == steps + 1) * found.lower[:, None]
    others = np.column_stack([found.location / sd, found.spread / (2 * one.variance), threshold])
    turn = np.zeros(others.shape[1])
    turn[1] = found.rho / (2 * sd)
    score = found.score
    return MixedPair(found.rho, _spread(score, known), float(score @ score), score @ others, turn, float(sd))


@dataclass(frozen=True)
class NormalScores:
    """A correlation of two standard variables with casewise scores: for it, and for location and spread of both."""

    rho: float
    score: Vector
    locations: tuple[Vector, Vector]
    spreads: tuple[Vector, Vector]


def product_moment(a: Vector, b: Vector) -> NormalScores:
    """Return the correlation that maximises the bivariate normal density, in the units of `polyserial`."""
    rho = maximise(lambda r: _normal(r, a, b), float(np.clip(np.mean(a * b), -0.95, 0.95)))
    rest = 1 - rho**2
    first, second = (a - rho * b) / rest, (b - rho * a) / rest
    return NormalScores(rho, _normal_score(rho, a, b), (first, second), (a * first - 1, b * second - 1))


def continuous_pair(one: Continuous, other: Continuous) -> MixedPair:
    """Return the product-moment correlation; `columns` belong to both means and both variances."""
    known = np.isfinite(one.z) & np.isfinite(other.z)
    found = product_moment(one.z[known], other.z[known])
    sd, sd_other = np.sqrt(one.variance), np.sqrt(other.variance)
    (first, second), (spread, spread_other) = found.locations, found.spreads
    others = np.column_stack(
        [first / sd, second / sd_other, spread / (2 * one.variance), spread_other / (2 * other.variance)]
    )
    rho, score = found.rho, found.score
    turn = np.array([0.0, 0.0, rho * sd_other / (2 * sd), rho * sd / (2 * sd_other)])
    return MixedPair(rho, _spread(score, known), float(score @ score), score @ others, turn, float(sd * sd_other))


def _spread(score: Vector, known: NDArray[np.bool_]) -> Vector:
    whole = np.zeros(len(known))
    whole[known] = score
    return whole


def _start(z: Vector, code: NDArray[np.int64]) -> float:
    return float(np.clip(np.corrcoef(z, code)[0, 1], -0.9, 0.9))


def density(at: Vector) -> Vector:
    """Return the standard normal density, zero at infinity."""
    with np.errstate(invalid="ignore"):
        found: Vector = np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi)
    return found


def _polyserial(rho: float, z: Vector, upper: Vector, lower: Vector) -> tuple[float, Vector]:
    root = np.sqrt(1 - rho**2)
    mass = ndtr((upper - rho * z) / root) - ndtr((lower - rho * z) / root)
    return float(np.log(np.maximum(mass, _TINY)).sum()), _polyserial_score(rho, z, upper, lower)


def _polyserial_score(rho: float, z: Vector, upper: Vector, lower: Vector) -> Vector:
    root = np.sqrt(1 - rho**2)
    high, low = (upper - rho * z) / root, (lower - rho * z) / root
    mass = np.maximum(ndtr(high) - ndtr(low), _TINY)
    raised = np.where(np.isfinite(upper), density(high) * (np.where(np.isfinite(upper), upper, 0.0) * rho - z), 0.0)
    sunk = np.where(np.isfinite(lower), density(low) * (np.where(np.isfinite(lower), lower, 0.0) * rho - z), 0.0)
    score: Vector = (raised - sunk) / root**3 / mass
    return score


def _normal(rho: float, a: Vector, b: Vector) -> tuple[float, Vector]:
    rest = 1 - rho**2
    value = -0.5 * len(a) * np.log(rest) - float(np.sum(a**2 - 2 * rho * a * b + b**2)) / (2 * rest)
    return float(value), _normal_score(rho, a, b)


def _normal_score(rho: float, a: Vector, b: Vector) -> Vector:
    rest = 1 - rho**2
    score: Vector = (rho * rest + (1 + rho**2) * a * b - rho * (a**2 + b**2)) / rest**2
    return score


def maximise(likelihood: Callable[[float], tuple[float, Vector]], start: float) -> float:
    """Return the correlation of largest likelihood: in atanh ρ, secants of the score, or steps by its outer product far away."""
    rho, share = start, 1.0
    value, score = likelihood(rho)
    slope = float(score.sum()) * (1 - rho**2)
    curvature = -float(score @ score) * (1 - rho**2) ** 2
    for _ in range(_ROUNDS):
        step = float(np.clip(-slope / min(curvature, -_TINY), -0.6, 0.6))
        new = float(np.clip(np.tanh(np.arctanh(rho) + share * step), -LARGEST, LARGEST))
        found, score = likelihood(new)
        if found < value - 1e-13 * abs(value):
            share /= 2
            continue
        moved = float(np.arctanh(new) - np.arctanh(rho))
        new_slope = float(score.sum()) * (1 - new**2)
        if abs(moved) < 1e-13 or new_slope == 0.0:
            return new
        secant = (new_slope - slope) / moved
        outer = -float(score @ score) * (1 - new**2) ** 2
        curvature = secant if 4.0 * outer < secant < 0.25 * outer else outer
        rho, value, slope, share = new, found, new_slope, 1.0
    return rho
