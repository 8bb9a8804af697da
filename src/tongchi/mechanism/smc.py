r"""Which parameters could have brought forth the data? Two samplers that move many particles from prior to posterior.

`tempered_posterior`, where the likelihood can be written down: the likelihood is let in by powers :math:`0 = \gamma_0 < \gamma_1 < … = 1`, each chosen so that half of
the effective sample is kept; particles are resampled and moved by Metropolis steps that leave the tempered posterior as it is (Del Moral, Doucet & Jasra
2006). A step leans on a normal fitted to the particles, :math:`z' = m + \sqrt{1-\beta^2}(z - m) + \beta L\xi`, which the Metropolis ratio corrects: dozens of
dimensions cost hardly more moves than a few (Cotter et al. 2013). `abc_posterior`, where one can only simulate: particles within a shrinking distance of the data, moved by a
normal kernel and weighed by prior over kernel (Toni et al. 2009; Beaumont et al. 2009).

Both work on the unit cube, where the prior is uniform; the caller maps it to parameters. Inside, `tempered_posterior` uses normal scores.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr

from tongchi.errors import CalibrationError

Array = NDArray[np.float64]
LogLikelihood = Callable[[Array], Array]
"""(n, k) points of the unit cube to (n,) log-likelihoods; −inf where impossible."""
Distance = Callable[[Array, np.random.Generator], Array]
"""(n, k) points to (n,) distances between data simulated there and the data given."""
Progress = Callable[[float], None]
"""Called with the share of the way done, 0 to 1."""

_MOVES = 5
_TRAVEL = 6.0  # moves go on until this much of the way to a fresh draw is made: the sum of rate times squared stride
_MOST_STAGES = 200


@dataclass(frozen=True)
class Particles:
    """Equally weighted draws (n, k) from the posterior on the unit cube; `log_evidence` is NaN for ABC and is not reported there."""

    points: Array
    log_likelihood: Array
    log_evidence: float
    stages: int
    evaluations: int
    acceptance: float


def tempered_posterior(
    log_likelihood: LogLikelihood,
    width: int,
    *,
    particles: int = 1000,
    moves: int = _MOVES,
    rng: np.random.Generator,
    progress: Progress | None = None,
) -> Particles:
    """Return draws from the posterior under a uniform prior on the unit cube of `width` dimensions.

    Raises
    ------
    CalibrationError
        for fewer than 50 particles, or where no particle has a finite likelihood.
    """
    if particles < 50 or width < 1:
        raise CalibrationError(found=f"particles = {particles}, k = {width}", expected="≥ 50, ≥ 1", advice="")
    state = rng.normal(size=(particles, width))
    likelihood = log_likelihood(ndtr(state))
    power, evidence, stages, asked, taken = 0.0, 0.0, 0, particles, []
    stride = 0.5
    while power < 1.0:
        _require_some(likelihood)
        step = _next_step(likelihood, 1.0 - power)
        weight = step * likelihood
        evidence += float(logsumexp(weight) - np.log(particles))
        power = min(1.0, power + step)
        chosen = _systematic(np.exp(weight - logsumexp(weight)), rng)
        state, likelihood = state[chosen], likelihood[chosen]
        lean = _Normal(state)
        travelled, rounds = 0.0, 0
        while rounds < moves or (travelled < _TRAVEL and rounds < 40 * moves):
            state, likelihood, rate = _move(log_likelihood, state, likelihood, power, stride, lean, rng)
            travelled += rate * stride**2
            stride = float(np.clip(stride * np.exp(rate - 0.35), 0.02, 0.95))
            rounds += 1
            asked += particles
            taken.append(rate)
        stages += 1
        if progress is not None:
            progress(power)
        if stages > _MOST_STAGES:
            raise CalibrationError(
                found=f"{stages} 步后仍在 {power:.1e} / at power {power:.1e} after {stages} stages",
                expected="1",
                advice="数据与模型相去太远，请检查标准误。/ Data and model are far apart; check the standard errors.",
            )
    return Particles(ndtr(state), likelihood, evidence, stages, asked, float(np.mean(taken)))


def _require_some(likelihood: Array) -> None:
    if not np.isfinite(likelihood).any():
        raise CalibrationError(
            found="没有一组参数能给出有限的似然 / no parameters with a finite likelihood",
            expected="模型能够产生的数据 / data the model can bring forth",
            advice="",
        )


def _next_step(likelihood: Array, rest: float) -> float:
    """Return the largest step of the power that keeps half of the effective sample."""

    def effective(step: float) -> float:
        weight = np.where(np.isfinite(likelihood), step * likelihood, -np.inf)
        return float(np.exp(2 * logsumexp(weight) - logsumexp(2 * weight)) / len(likelihood))

    if effective(rest) >= 0.5:
        return rest
    low, high = 0.0, rest
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if effective(middle) >= 0.5 else (low, middle)
    return max(low, 1e-12)


def _systematic(weights: Array, rng: np.random.Generator) -> NDArray[np.intp]:
    size = len(weights)
    return np.minimum(np.searchsorted(np.cumsum(weights), (rng.random() + np.arange(size)) / size), size - 1)


class _Normal:
    """A normal fitted to the particles."""

    def __init__(self, state: Array) -> None:
        width = state.shape[1]
        self.mean = state.mean(axis=0)
        cov = np.atleast_2d(np.cov(state, rowvar=False)) + 1e-6 * np.eye(width)
        self.root = np.linalg.cholesky(cov)
        self.inverse = np.linalg.inv(self.root)

    def log_density(self, state: Array) -> Array:
        """Return the log density up to a constant."""
        density: Array = -0.5 * (((state - self.mean) @ self.inverse.T) ** 2).sum(axis=1)
        return density


def _move(
    log_likelihood: LogLikelihood,
    state: Array,
    likelihood: Array,
    power: float,
    stride: float,
    lean: _Normal,
    rng: np.random.Generator,
) -> tuple[Array, Array, float]:
    """Take one Metropolis step; in normal scores the uniform prior is the standard normal."""
    pull = np.sqrt(1.0 - stride**2)
    trial = lean.mean + pull * (state - lean.mean) + stride * rng.normal(size=state.shape) @ lean.root.T
    found = log_likelihood(ndtr(trial))
    prior = 0.5 * ((state**2).sum(axis=1) - (trial**2).sum(axis=1))
    ratio = power * (found - likelihood) + prior + lean.log_density(state) - lean.log_density(trial)
    taken = np.log(rng.random(len(state))) < np.where(np.isfinite(found), ratio, -np.inf)
    return np.where(taken[:, None], trial, state), np.where(taken, found, likelihood), float(taken.mean())


def abc_posterior(
    distance: Distance,
    width: int,
    *,
    particles: int = 500,
    generations: int = 8,
    keep: float = 0.5,
    rng: np.random.Generator,
    progress: Progress | None = None,
) -> Particles:
    """Return draws whose simulated data lie close to the data given, under a uniform prior on the unit cube.

    Each of the `generations` takes as tolerance the `keep` quantile of the distances before; the last one is reached when fewer than 1 % of
    the proposals are taken, which is said by fewer `stages`.
    """
    if particles < 50 or width < 1 or not 0 < keep < 1:
        raise CalibrationError(
            found=f"particles = {particles}, k = {width}, keep = {keep:g}", expected="≥ 50, ≥ 1, 0–1", advice=""
        )
    points = rng.random((particles, width))
    gaps = distance(points, rng)
    weights = np.full(particles, 1.0 / particles)
    asked, stages, rates = particles, 0, [1.0]
    for generation in range(generations):
        found = _generation(distance, points, weights, float(np.quantile(gaps, keep)), rng)
        if found is None:
            break
        points, gaps, weights, tried = found
        asked += tried
        rates.append(particles / tried)
        stages = generation + 1
        if progress is not None:
            progress(stages / generations)
    chosen = _systematic(weights, rng)
    return Particles(points[chosen], -gaps[chosen], float("nan"), stages, asked, rates[-1])


def _generation(
    distance: Distance, points: Array, weights: Array, tolerance: float, rng: np.random.Generator
) -> tuple[Array, Array, Array, int] | None:
    size, width = points.shape
    cov = 2.0 * np.atleast_2d(np.cov(points, rowvar=False, aweights=weights)) + 1e-10 * np.eye(width)
    root, inverse = np.linalg.cholesky(cov), np.linalg.inv(cov)
    kept_points: list[Array] = []
    kept_gaps: list[Array] = []
    tried, held = 0, 0
    while held < size:
        start = points[rng.choice(size, size, p=weights)]
        trial = start + rng.normal(size=(size, width)) @ root.T
        trial = trial[((trial > 0) & (trial < 1)).all(axis=1)]
        gaps = distance(trial, rng) if len(trial) else np.empty(0)
        near = gaps <= tolerance
        kept_points.append(trial[near])
        kept_gaps.append(gaps[near])
        tried, held = tried + size, held + int(near.sum())
        if tried >= 20 * size and held < 0.01 * tried:
            return None
    fresh, gaps = np.concatenate(kept_points)[:size], np.concatenate(kept_gaps)[:size]
    apart = fresh[:, None, :] - points[None, :, :]
    kernel = np.exp(-0.5 * np.einsum("ijk,kl,ijl->ij", apart, inverse, apart, optimize=True))
    weight = 1.0 / (kernel @ weights)
    return fresh, gaps, weight / weight.sum(), tried
