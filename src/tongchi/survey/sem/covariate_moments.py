r"""What do ordinal and continuous answers say about the responses behind them, given covariates?

Each variable alone is regressed on the covariates, an ordinal one by an ordered probit whose thresholds are those at covariates of
zero, :math:`P(y \le c) = \Phi(\tau_c - \beta'x)`, a continuous one by least squares; then each correlation of what is left is
found by maximum likelihood, with thresholds that differ from case to case (Muthén 1984). Scores, and the outer products that
stand for information, are those of the unconditional moments; slopes join the moments after thresholds and intercepts, by
covariate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from tongchi.survey.polychoric import LARGEST, Integers, bivariate_normal
from tongchi.survey.sem.ordinal_moments import Layout, OrdinalMoments
from tongchi.survey.sem.polyserial import density, maximise, polyserial, product_moment
from tongchi.survey.sem.ram import Indices, Matrix, Vector

_TINY = 1e-290
_ROUNDS = 50


@dataclass(frozen=True)
class _Ordered:
    """An ordered probit: thresholds, slopes, and each case's edges τ − β'x around its answer."""

    levels: Vector
    slopes: Vector
    codes: Integers
    given: Matrix
    upper: Vector
    lower: Vector
    variance: float = 1.0

    def scores(self, upper: Vector, lower: Vector) -> Matrix:
        """Return scores (n, c − 1 + k) for thresholds and slopes from those for the edges."""
        steps = np.arange(len(self.levels))
        edge = (self.codes[:, None] == steps) * upper[:, None] + (self.codes[:, None] == steps + 1) * lower[:, None]
        return np.hstack([edge, -self.given * (upper + lower)[:, None]])

    @property
    def own(self) -> Matrix:
        """Scores of the probit itself."""
        mass = np.maximum(ndtr(self.upper) - ndtr(self.lower), _TINY)
        return self.scores(density(self.upper) / mass, -density(self.lower) / mass)


@dataclass(frozen=True)
class _Linear:
    """A regression: intercept, slopes, residual variance (divisor n) and standardised residuals."""

    levels: Vector
    slopes: Vector
    given: Matrix
    z: Vector
    variance: float

    def scores(self, location: Vector, spread: Vector) -> Matrix:
        """Return scores (n, 2 + k) for intercept, slopes and variance; `location` and `spread` as in `polyserial`."""
        mean = location / np.sqrt(self.variance)
        return np.column_stack([mean, self.given * mean[:, None], spread / (2.0 * self.variance)])

    @property
    def own(self) -> Matrix:
        """Scores of the regression itself."""
        return self.scores(self.z, self.z**2 - 1.0)


_Regressed = _Ordered | _Linear


def covariate_moments(codes: Integers, values: Matrix, sizes: tuple[int, ...], given: Matrix) -> OrdinalMoments:
    """Return the moments of a group given its covariates.

    Parameters
    ----------
    codes, values, sizes : as for `ordinal_moments`, without missing answers
    given : (n, k) covariates
    """
    layout = Layout.of(sizes, given.shape[1])
    alone: list[_Regressed] = [
        _probit(codes[:, at], size, given) if size else _regress(values[:, at], given) for at, size in enumerate(sizes)
    ]
    cov, influence = _joined(alone, layout, sizes)
    return OrdinalMoments(
        count=len(codes),
        sizes=sizes,
        thresholds=tuple(one.levels if size else np.zeros(0) for one, size in zip(alone, sizes, strict=True)),
        mean=np.array([0.0 if size else one.levels[0] for one, size in zip(alone, sizes, strict=True)]),
        cov=cov,
        gamma=influence.T @ influence / len(codes),
        at_bound=tuple(
            (int(i), int(j)) for i, j in layout.pairs if abs(cov[i, j]) >= LARGEST * np.sqrt(cov[i, i] * cov[j, j])
        ),
        slopes=np.array([one.slopes for one in alone]),
    )


def _joined(alone: Sequence[_Regressed], layout: Layout, sizes: Sequence[int]) -> tuple[Matrix, Matrix]:
    """Return the covariances of what is left, and the influence (n, m) of cases on all moments."""
    effects = [_influence(one.own) for one in alone]
    cov = np.diag([one.variance for one in alone])
    count = len(effects[0])
    influence = np.empty((count, layout.count))
    for at, columns in enumerate(_columns(layout, sizes)):
        influence[:, columns] = effects[at]
    first = layout.count - len(layout.pairs)
    for place, (i, j) in enumerate(layout.pairs):
        rho, score, parts = _pair(alone[i], alone[j])
        onto = count * score
        for at, part in zip((i, j), parts, strict=True):
            onto = onto - effects[at] @ (score @ part)
        scale = np.sqrt(cov[i, i] * cov[j, j])
        cov[i, j] = cov[j, i] = rho * scale
        change = scale * onto / max(float(score @ score), _TINY)
        for at in (i, j):
            if isinstance(alone[at], _Linear):
                change = change + cov[i, j] / (2.0 * cov[at, at]) * effects[at][:, -1]
        influence[:, first + place] = change
    return cov, influence


def _influence(scores: Matrix) -> Matrix:
    found: Matrix = len(scores) * scores @ np.linalg.pinv(scores.T @ scores, hermitian=True)
    return found


def _columns(layout: Layout, sizes: Sequence[int]) -> list[Indices]:
    """Return, by variable, the places of its thresholds or intercept, slopes, and variance."""
    p = len(sizes)
    found = []
    for at, size in enumerate(sizes):
        levels = np.flatnonzero(layout.owner == at)
        slopes = layout.levels + at + p * np.arange(layout.given)
        variance = layout.levels + p * layout.given + np.flatnonzero(layout.continuous == at)
        found.append(np.concatenate([levels, slopes, variance if not size else np.zeros(0, dtype=np.intp)]))
    return found


def _regress(values: Vector, given: Matrix) -> _Linear:
    design = np.column_stack([np.ones(len(values)), given])
    found = np.asarray(np.linalg.lstsq(design, values, rcond=None)[0], dtype=np.float64)
    rest = values - design @ found
    variance = float(np.mean(rest**2))
    return _Linear(found[:1], found[1:], given, rest / np.sqrt(variance), variance)


def _probit(codes: Integers, size: int, given: Matrix) -> _Ordered:
    """Return the ordered probit by Newton steps, halved until the likelihood rises."""
    share = np.cumsum(np.bincount(codes, minlength=size))[:-1] / len(codes)
    theta = np.concatenate([ndtri(share), np.zeros(given.shape[1])])
    at = _probit_at(theta, codes, size, given)
    value = _likelihood(at)
    for _ in range(_ROUNDS):
        step = np.linalg.lstsq(_curvature(at), at.own.sum(axis=0), rcond=None)[0]
        length = 1.0
        while length > 1e-8:
            tried = _probit_at(theta + length * step, codes, size, given)
            found = _likelihood(tried)
            if found >= value - 1e-12 * abs(value):
                break
            length /= 2.0
        theta, at, value = theta + length * step, tried, found
        if np.abs(step).max() < 1e-11:
            break
    return at


def _probit_at(theta: Vector, codes: Integers, size: int, given: Matrix) -> _Ordered:
    levels, slopes = theta[: size - 1], theta[size - 1 :]
    edges = np.concatenate([[-np.inf], levels, [np.inf]])
    shift = given @ slopes
    return _Ordered(levels, slopes, codes, given, edges[codes + 1] - shift, edges[codes] - shift)


def _likelihood(at: _Ordered) -> float:
    mass = ndtr(at.upper) - ndtr(at.lower)
    return float(np.log(mass).sum()) if (mass > 0).all() else -np.inf


def _curvature(at: _Ordered) -> Matrix:
    """Return minus the second derivatives of the log-likelihood."""
    mass = np.maximum(ndtr(at.upper) - ndtr(at.lower), _TINY)
    top, bottom = density(at.upper) / mass, density(at.lower) / mass
    high, low = (np.where(np.isfinite(edge), edge, 0.0) for edge in (at.upper, at.lower))
    ones, zeros = np.ones(len(mass)), np.zeros(len(mass))
    upper, lower = at.scores(ones, zeros), at.scores(zeros, ones)
    cross = upper.T @ ((top * bottom)[:, None] * lower)
    result: Matrix = upper.T @ ((high * top + top**2)[:, None] * upper) - cross - cross.T
    return result + lower.T @ ((bottom**2 - low * bottom)[:, None] * lower)


def _pair(one: _Regressed, other: _Regressed) -> tuple[float, Vector, tuple[Matrix, Matrix]]:
    """Return the correlation of what is left of two variables, its scores, and those for the parameters of both."""
    if isinstance(one, _Ordered) and isinstance(other, _Ordered):
        return _ordered_pair(one, other)
    if isinstance(one, _Linear) and isinstance(other, _Linear):
        both = product_moment(one.z, other.z)
        parts = tuple(v.scores(a, b) for v, a, b in zip((one, other), both.locations, both.spreads, strict=True))
        return both.rho, both.score, (parts[0], parts[1])
    if isinstance(one, _Ordered) and isinstance(other, _Linear):
        rho, score, (first, second) = _pair(other, one)
        return rho, score, (second, first)
    assert isinstance(one, _Linear)
    assert isinstance(other, _Ordered)
    start = float(np.clip(np.corrcoef(one.z, other.codes)[0, 1], -0.9, 0.9))
    found = polyserial(one.z, other.upper, other.lower, start)
    return (
        found.rho,
        found.score,
        (one.scores(found.location, found.spread), other.scores(found.upper, found.lower)),
    )


def _ordered_pair(one: _Ordered, other: _Ordered) -> tuple[float, Vector, tuple[Matrix, Matrix]]:
    rows, columns = np.column_stack([one.lower, one.upper]), np.column_stack([other.lower, other.upper])
    corners = _Corners.of(rows, columns)

    def likelihood(rho: float) -> tuple[float, Vector]:
        mass, slope = corners.cells(rho)
        return float(np.log(mass).sum()), slope / mass

    start = float(np.clip(np.corrcoef(one.codes, other.codes)[0, 1], -0.9, 0.9))
    rho = maximise(likelihood, start)
    mass, slope = corners.cells(rho)
    first, second = _edges(rows, columns, rho) / mass, _edges(columns, rows, rho) / mass
    return rho, slope / mass, (one.scores(first[1], first[0]), other.scores(second[1], second[0]))


@dataclass(frozen=True)
class _Corners:
    """The corners of each case's cell; only those inside the plane change with the correlation."""

    inside: NDArray[np.bool_]
    row: Matrix
    column: Matrix
    below: Matrix

    @classmethod
    def of(cls, rows: Matrix, columns: Matrix) -> _Corners:
        row, column = np.broadcast_arrays(rows[:, :, None], columns[:, None, :])
        inside = np.isfinite(row) & np.isfinite(column)
        below = np.where(inside, 0.0, np.minimum(ndtr(row), ndtr(column)))  # one of the two is 0 or 1
        return cls(inside, row[inside][:, None], column[inside][:, None], below)

    def cells(self, rho: float) -> tuple[Vector, Vector]:
        """Return each cell's mass and its derivative by the correlation."""
        below, slopes = self.below.copy(), np.zeros_like(self.below)
        found, density_ = bivariate_normal(self.row, self.column, np.full(len(self.row), rho))
        below[self.inside], slopes[self.inside] = found[:, 0, 0], density_[:, 0, 0]
        return np.maximum(_cell(below), _TINY), _cell(slopes)


def _cell(corners: Matrix) -> Vector:
    found: Vector = corners[:, 1, 1] - corners[:, 0, 1] - corners[:, 1, 0] + corners[:, 0, 0]
    return found


def _edges(own: Matrix, other: Matrix, rho: float) -> Matrix:
    """Return (2, n) derivatives of the mass of a cell by its lower and upper edge."""
    finite = np.where(np.isfinite(own), own, 0.0)
    root = np.sqrt(1.0 - rho**2)
    inside = [ndtr((other[:, 1] - rho * edge) / root) - ndtr((other[:, 0] - rho * edge) / root) for edge in finite.T]
    return np.array([-density(own[:, 0]) * inside[0], density(own[:, 1]) * inside[1]])
