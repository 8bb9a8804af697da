r"""Which parameter values fit each of many samples best? Quasi-Newton steps for all of them at once.

The inverse Hessian of the full sample starts a limited-memory BFGS recursion (Nocedal & Wright 2006, algorithm 7.4) in each draw,
so steps are near Newton's and no draw needs a Hessian of its own. A draw that stalls goes to the damped solver for one sample.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tongchi.survey.sem.assembly import Assembly, Moments
from tongchi.survey.sem.batched import BatchedDiscrepancy, DrawMoments, Flags, small_products
from tongchi.survey.sem.ml import Discrepancy, minimise
from tongchi.survey.sem.ram import Indices, Matrix, Vector
from tongchi.survey.sem.starts import start_values

TOLERANCE = 1e-9
"""Largest |gradient| / √curvature at which a draw counts as solved; with n rows estimates are then 1e-9 · √n standard errors off."""
_STEPS = 60
_MEMORY = 20
_HALVINGS = 12


@dataclass(frozen=True)
class DrawOptima:
    """Optimum of each draw: `eta` (R, q), F in `value` (R,), and whether it was reached.

    `alone` counts the draws that needed the damped solver.
    """

    eta: Matrix
    value: Vector
    converged: Flags
    alone: int


@dataclass(frozen=True)
class Metric:
    """Where the search begins and how F bends there: an inverse Hessian and the curvature along each coordinate."""

    start: Vector
    inverse: Matrix
    scale: Vector

    @classmethod
    def at(cls, discrepancy: Discrepancy, eta: Vector) -> Metric:
        """Take the Hessian of one sample, the observed one if it is positive definite."""
        point = discrepancy.point(eta)
        scale = np.sqrt(np.maximum(np.diag(point.expected), 1e-300))
        for hessian in (point.observed, point.expected):
            if hessian is None:
                continue
            values, vectors = np.linalg.eigh(hessian / np.outer(scale, scale))
            if values[0] > 1e-8 * values[-1]:
                break
        values = np.maximum(values, 1e-8 * values[-1])
        inverse = (vectors / values) @ vectors.T / np.outer(scale, scale)
        return cls(eta, inverse, scale)


def solve_draws(
    assembly: Assembly, draws: tuple[DrawMoments, ...], metric: Metric, *, tolerance: float = TOLERANCE
) -> DrawOptima:
    """Return the maximum-likelihood optimum of every draw.

    Draws whose sample covariance is singular do not converge; their rows of `eta` are NaN.
    """
    discrepancy = BatchedDiscrepancy(assembly, draws)
    usable = np.ones(len(discrepancy), dtype=bool)
    for part in draws:
        usable &= regular(part.cov)
    search = _Search(discrepancy, metric, tolerance)
    with np.errstate(all="ignore"):
        search.run(np.flatnonzero(usable))
    eta = search.eta
    solved = usable & (search.slope < tolerance)
    _require_positive_definite(discrepancy, eta, solved)
    left = np.flatnonzero(usable & ~solved)
    for at in left:
        found = solve_alone(assembly, tuple(part[np.array([at])] for part in draws), metric.start)
        if found is not None:
            eta[at], search.value[at], solved[at] = *found, True
    eta[~solved] = np.nan
    value = np.where(usable, search.value, 0.0) - np.where(usable, discrepancy.sample_constant(), 0.0)
    return DrawOptima(eta, np.where(solved, value, np.nan), solved, len(left))


def regular(cov: Matrix) -> Flags:
    """Return which covariance matrices are positive definite, judged on their correlations."""
    deviation = np.sqrt(np.maximum(np.diagonal(cov, axis1=1, axis2=2), 0.0))
    moves = (deviation > 0).all(axis=1)
    safe = np.where(deviation > 0, deviation, 1.0)
    cor = cov / (safe[:, :, None] * safe[:, None, :])
    try:
        root = np.linalg.cholesky(cor)
        return np.asarray(moves & (np.diagonal(root, axis1=1, axis2=2).min(axis=1) > 1e-6))
    except np.linalg.LinAlgError:
        return np.asarray(moves & (np.linalg.eigvalsh(cor)[:, 0] > 1e-11))


class _Search:
    """State of the recursion; arrays have one row per draw."""

    def __init__(self, discrepancy: BatchedDiscrepancy, metric: Metric, tolerance: float) -> None:
        draws, size = len(discrepancy), len(metric.start)
        self.discrepancy, self.metric, self.tolerance = discrepancy, metric, tolerance
        self.eta = np.tile(metric.start, (draws, 1))
        self.value = np.full(draws, np.inf)
        self.gradient = np.zeros((draws, size))
        self.slope = np.full(draws, np.inf)
        self.step = np.zeros((draws, size))
        self.length = np.ones(draws)
        self.moves = np.zeros((_MEMORY, draws, size))
        self.turns = np.zeros((_MEMORY, draws, size))
        self.weights = np.zeros((_MEMORY, draws))  # 1 / s'y, zero for a pair that is not used

    def run(self, active: Indices) -> None:
        point = self.discrepancy.at(self.eta[active], active)
        self._settle(active, point.value, point.gradient)
        active = active[np.isfinite(point.value)]
        active = active[self.slope[active] >= self.tolerance]
        self._turn(active, 0)
        for taken in range(1, _STEPS):
            if not len(active):
                return
            active = self._advance(active, taken)

    def _settle(self, at: Indices, value: Vector, gradient: Matrix) -> None:
        self.value[at], self.gradient[at] = value, gradient
        largest = np.max(np.abs(gradient) / self.metric.scale, axis=1, initial=0.0)
        self.slope[at] = np.where(np.isfinite(value), largest, np.inf)

    def _advance(self, active: Indices, taken: int) -> Indices:
        """Try a step in each active draw: take it where F falls enough, shorten it elsewhere. Return those still active."""
        move = self.length[active, None] * self.step[active]
        point = self.discrepancy.at(self.eta[active] + move, active)
        fall = np.einsum("ij,ij->i", self.gradient[active], move)
        better = point.value <= self.value[active] + 1e-4 * fall + 1e-13 * np.abs(self.value[active])
        bad = active[~better]
        self.length[bad] *= 0.5
        good = active[better]
        turn = point.gradient[better] - self.gradient[good]
        bend = np.einsum("ij,ij->i", move[better], turn)
        place = taken % _MEMORY
        self.moves[place, good], self.turns[place, good] = move[better], turn
        self.weights[place, active] = 0.0
        self.weights[place, good] = np.where(bend > 0, 1.0 / np.where(bend > 0, bend, 1.0), 0.0)
        self.eta[good] += move[better]
        self._settle(good, point.value[better], point.gradient[better])
        self.length[good] = 1.0
        self._turn(good[self.slope[good] >= self.tolerance], taken)
        return active[(self.slope[active] >= self.tolerance) & (self.length[active] > 0.5**_HALVINGS)]

    def _turn(self, at: Indices, taken: int) -> None:
        """Set the next step of the draws by the two-loop recursion, newest pair first."""
        if not len(at):
            return
        recent = [place % _MEMORY for place in range(taken, max(taken - _MEMORY, 0), -1)]
        direction = self.gradient[at]
        pairs, shares = [], []
        for place in recent:
            move, turn, weight = self.moves[place, at], self.turns[place, at], self.weights[place, at]
            share = weight * np.einsum("ij,ij->i", move, direction)
            direction = direction - share[:, None] * turn
            pairs.append((move, turn, weight))
            shares.append(share)
        direction = small_products(direction, self.metric.inverse)
        for (move, turn, weight), share in zip(reversed(pairs), reversed(shares), strict=True):
            back = weight * np.einsum("ij,ij->i", turn, direction)
            direction = direction + (share - back)[:, None] * move
        self.step[at] = -direction


def _require_positive_definite(discrepancy: BatchedDiscrepancy, eta: Matrix, solved: Flags) -> None:
    """Take back `solved` where the implied covariance has an even number of negative eigenvalues, which a determinant hides."""
    for group, layout in enumerate(discrepancy.groups):
        at = np.flatnonzero(solved)
        if len(at):
            basis, offset = discrepancy.maps[group]
            cov, _ = layout.implied(eta[at] @ basis.T + offset, discrepancy.draws[group][at])
            solved[at] = regular(cov[:, : layout.observed, : layout.observed])


def solve_alone(assembly: Assembly, draw: tuple[DrawMoments, ...], start: Vector) -> tuple[Vector, float] | None:
    """Solve one draw with damped Newton steps from `start`, then from its own starting values; None if neither converges.

    Returns η and F without its constant, as the batched search counts it.
    """
    samples = tuple(Moments(int(part.weight[0]), part.cov[0], part.mean[0], int(part.weight[0])) for part in draw)
    own = own_assembly(assembly, samples)
    discrepancy = Discrepancy(own, samples)
    constant = float(BatchedDiscrepancy(assembly, draw).sample_constant()[0])
    best: tuple[Vector, float] | None = None
    for eta in (start, start_values(own, samples)):
        if not np.isfinite(discrepancy.value(eta)):
            continue
        optimum = minimise(discrepancy, eta)
        if optimum.converged and (best is None or optimum.value + constant < best[1]):
            return optimum.eta, optimum.value + constant
    return best


def own_assembly(assembly: Assembly, samples: tuple[Moments, ...]) -> Assembly:
    """Return the assembly with the moments of covariates taken from these samples."""
    at = {name: place for place, name in enumerate(assembly.variables.observed)}
    rows = []
    rams = [replace(ram, two_headed=ram.two_headed.copy(), means=ram.means.copy()) for ram in assembly.rams]
    for row in assembly.rows:
        if not row.exogenous or row.fixed is None:
            rows.append(row)
            continue
        sample, ram = samples[row.group - 1], rams[row.group - 1]
        one = at[row.lhs]
        if row.op == "~1":
            fixed = float(sample.mean[one])
            ram.means[one] = fixed
        else:
            other = at[row.rhs]
            fixed = float(sample.cov[one, other])
            ram.two_headed[one, other] = ram.two_headed[other, one] = fixed
        rows.append(replace(row, fixed=fixed))
    return replace(assembly, rows=tuple(rows), rams=tuple(rams))
