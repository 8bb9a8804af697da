"""What do survey waves and indicators say about the model's parameters? A posterior, its fit, and what the data do not move.

Observed is the mean of a state in a region and period with a standard error: a survey wave, or an indicator on [0, 1] with a stated
deviation. They are normal around the model's path, with the variance of the standard error plus that of the model's own inexactness
(`model_sd`, stated and not estimated). Parameters are uniform on their ranges; the states at the first period are unknown too: normal
around the first wave where it saw them, uniform within 0.15 of the model's start elsewhere. Parameters that are not calibrated stay at the model's values.

Results are to be read for the parameters that the data move; `identifiability` says which these are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtri

from tongchi.errors import CalibrationError
from tongchi.mechanism.dynamics import PARAMETERS, STATES, Array
from tongchi.mechanism.integration import integrate
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.smc import Particles, Progress, tempered_posterior
from tongchi.mechanism.tables import Wave

CALIBRATED = (
    "gap_motive",
    "push_motive",
    "will_pull",
    "reward_pull",
    "blocking",
    "trust_building",
    "shielding",
    "dissolving",
)
MODEL_SD = 0.02
_NEAR = 0.15
_LOOSE = 1e-5  # error of a path, far below any standard error


@dataclass(frozen=True)
class Observations:
    """What was seen: places of region and state, time in periods since the first wave, value and standard deviation, (n,) each."""

    region: NDArray[np.intp]
    state: NDArray[np.intp]
    time: Array
    value: Array
    sd: Array
    first: float
    """The calendar year of time 0."""
    left_out: tuple[str, ...] = ()
    """Constructs that are no state of the model, such as `incentive`, which is a lever."""

    @classmethod
    def from_waves(cls, waves: Sequence[Wave], model: DynamicModel) -> Observations:
        """Return the waves as observations of the model's regions, matched by name or, if no name fits, by order.

        Raises `CalibrationError` for a single wave, for parties that do not fit the regions, or where no construct is a state.
        """
        kept = [wave for wave in waves if wave.construct in STATES]
        left = tuple(dict.fromkeys(wave.construct for wave in waves if wave.construct not in STATES))
        starts = sorted({wave.period.start for wave in kept})
        if len(starts) < 2:
            raise CalibrationError(
                found=f"{len(starts)} 期 / wave(s)",
                expected="至少两期 / two or more",
                advice="一期数据看不出变化。/ One wave shows no change.",
            )
        place = _regions(list(dict.fromkeys(wave.party for wave in kept)), model)
        return cls(
            region=np.array([place[wave.party] for wave in kept], dtype=np.intp),
            state=np.array([STATES.index(wave.construct) for wave in kept], dtype=np.intp),
            time=np.array([wave.period.start - starts[0] for wave in kept]),
            value=np.array([wave.mean for wave in kept]),
            sd=np.array([wave.se for wave in kept]),
            first=starts[0],
            left_out=left,
        )

    def check(self, model: DynamicModel) -> None:
        """Raise `CalibrationError` for deviations that are not above 0, values well outside [0, 1] or places outside the model."""
        sizes = {len(part) for part in (self.region, self.state, self.time, self.value, self.sd)}
        if len(sizes) != 1 or 0 in sizes:
            raise CalibrationError(
                found=f"{sorted(sizes)}", expected="等长且非空 / of one length, not empty", advice=""
            )
        if not (self.sd > 0).all():
            raise CalibrationError(found=f"sd = {self.sd.min():g}", expected="> 0", advice="")
        reach = 4.0 * np.hypot(self.sd, MODEL_SD)  # a mean with normal error may lie beyond the edge
        if not ((self.value >= -reach) & (self.value <= 1 + reach)).all():
            raise CalibrationError(found=f"{self.value.min():g}–{self.value.max():g}", expected="0–1", advice="")
        if len(np.unique(self.time)) < 2 or self.time.min() < 0:
            raise CalibrationError(found=f"{len(np.unique(self.time))} 期 / wave(s)", expected="≥ 2", advice="")
        if self.region.max() >= len(model.regions) or self.region.min() < 0:
            raise CalibrationError(found=f"region {self.region.max()}", expected=", ".join(model.regions), advice="")


def _regions(parties: list[str], model: DynamicModel) -> dict[str, int]:
    if set(parties) <= set(model.regions):
        return {party: model.regions.index(party) for party in parties}
    if len(parties) == len(model.regions):
        return {party: at for at, party in enumerate(parties)}
    raise CalibrationError(
        found=", ".join(parties),
        expected=", ".join(model.regions),
        advice="请在模型文件中写明 regions。/ Name the regions in the model file.",
    )


class Problem:
    """The map from the unit cube to paths and likelihood: first the parameters, then the states at the first wave."""

    def __init__(self, model: DynamicModel, seen: Observations, names: Sequence[str], model_sd: float) -> None:
        self.model, self.seen, self.names = model, seen, tuple(names)
        self.at = [_place(name) for name in names]
        self.times = np.unique(np.concatenate([[0.0], seen.time]))
        self.when = np.searchsorted(self.times, seen.time)
        self.variance = seen.sd**2 + model_sd**2
        self.low, self.high = model.bounds[self.at].T
        self.start_mean, self.start_sd = self._start()
        self.width = len(self.at) + self.start_mean.size

    def _start(self) -> tuple[Array, Array]:
        mean, sd = self.model.initial.copy(), np.full(self.model.initial.shape, np.nan)
        for k in np.flatnonzero(self.seen.time == 0):
            at = self.seen.region[k], self.seen.state[k]
            mean[at], sd[at] = self.seen.value[k], np.sqrt(self.variance[k])
        return mean, sd

    def parameters(self, points: Array) -> Array:
        """Return (n, P) parameters."""
        whole = np.tile(self.model.values, (len(points), 1))
        whole[:, self.at] = self.low + (self.high - self.low) * points[:, : len(self.at)]
        return whole

    def initial(self, points: Array) -> Array:
        """Return (n, R, S) states at the first wave."""
        share = points[:, len(self.at) :].reshape(len(points), *self.start_mean.shape)
        seen = np.isfinite(self.start_sd)
        sd = np.where(seen, self.start_sd, 1.0)
        around = ndtri(np.clip(share, 1e-12, 1 - 1e-12)) * sd
        near = _NEAR * (2.0 * share - 1.0)
        return np.clip(self.start_mean + np.where(seen, around, near), 0.0, 1.0)

    def predicted(self, points: Array) -> Array:
        """Return (n, observations) states that the model gives where something was seen."""
        return self.paths(self.parameters(points), self.initial(points))

    def paths(self, parameters: Array, initial: Array) -> Array:
        """Return (n, observations) for parameters (n, P) and starts (n, R, S)."""
        found = integrate(
            self.model, parameters=parameters, initial=initial, times=self.times, tolerance=_LOOSE, workers=1
        )
        return found.values[:, self.when, self.seen.region, self.seen.state]

    def log_likelihood(self, points: Array) -> Array:
        """Return (n,); what the first wave saw is in the prior of the start already and does not count twice."""
        later = self.seen.time > 0
        gaps = (self.predicted(points) - self.seen.value)[:, later]
        found: Array = -0.5 * (gaps**2 / self.variance[later]).sum(axis=1)
        return found


def _place(name: str) -> int:
    if name not in PARAMETERS:
        raise CalibrationError(found=name, expected=", ".join(PARAMETERS), advice="")
    return PARAMETERS.index(name)


@dataclass(frozen=True)
class Posterior:
    """Draws from the posterior: `parameters` (n, P), of which `names` were calibrated, and `initial` (n, R, S)."""

    model: DynamicModel
    seen: Observations
    names: tuple[str, ...]
    parameters: Array
    initial: Array
    predicted: Array
    particles: Particles
    model_sd: float
    seed: int

    def draws(self, name: str) -> Array:
        """Return the draws (n,) of one parameter."""
        return self.parameters[:, _place(name)]

    def table(self) -> pl.DataFrame:
        """Return one row per calibrated parameter: prior range, posterior median and 90 % interval, and the contraction.

        Contraction is 1 − posterior deviation / prior deviation: near 0 the data said nothing.
        """
        rows = []
        for name in self.names:
            spec = self.model.parameters[_place(name)]
            low, middle, high = np.quantile(self.draws(name), [0.05, 0.5, 0.95]).tolist()
            prior_sd = (spec.high - spec.low) / np.sqrt(12.0)
            contraction = float(1.0 - self.draws(name).std() / prior_sd)
            rows.append((name, spec.unit, spec.low, spec.high, low, middle, high, contraction))
        names = ["parameter", "unit", "prior_low", "prior_high", "q05", "q50", "q95", "contraction"]
        return pl.DataFrame(rows, schema=names, orient="row")

    def fit(self) -> pl.DataFrame:
        """Return one row per observation: what was seen, the posterior band of the model there, and whether it lies within it."""
        rng = np.random.default_rng([self.seed, 2])
        spread = np.sqrt(self.seen.sd**2 + self.model_sd**2)
        replicas = self.predicted + rng.normal(size=self.predicted.shape) * spread
        low, middle, high = np.quantile(replicas, [0.05, 0.5, 0.95], axis=0)
        return pl.DataFrame(
            {
                "region": [self.model.regions[r] for r in self.seen.region],
                "period": self.seen.first + self.seen.time,
                "state": [STATES[s] for s in self.seen.state],
                "seen": self.seen.value,
                "q05": low,
                "q50": middle,
                "q95": high,
                "inside": (self.seen.value >= low) & (self.seen.value <= high),
            }
        )


def calibrate(
    model: DynamicModel,
    seen: Observations,
    *,
    names: Sequence[str] = CALIBRATED,
    particles: int = 1000,
    model_sd: float = MODEL_SD,
    seed: int = 0,
    progress: Progress | None = None,
) -> Posterior:
    """Return the posterior of some parameters and of the start, given the observations.

    Raises
    ------
    CalibrationError
        for unknown or repeated parameters, fewer than two waves, deviations not above 0, or data far from anything the model gives.
    """
    seen.check(model)
    if not names or len(set(names)) < len(names) or model_sd < 0:
        raise CalibrationError(found=", ".join(names), expected="互不相同的参数 / distinct parameters", advice="")
    problem = Problem(model, seen, names, model_sd)
    rng = np.random.default_rng(seed)
    found = tempered_posterior(problem.log_likelihood, problem.width, particles=particles, rng=rng, progress=progress)
    return Posterior(
        model=model,
        seen=seen,
        names=tuple(names),
        parameters=problem.parameters(found.points),
        initial=problem.initial(found.points),
        predicted=problem.predicted(found.points),
        particles=found,
        model_sd=model_sd,
        seed=seed,
    )
