r"""Are the intervals of a calibration as wide as they should be? Simulation-based calibration (Talts et al. 2018).

Parameters are drawn from their prior, data are simulated with them, the calibration is run, and the rank of the true value among the
posterior draws is noted. If the calibration is right, ranks are uniform and a p % interval holds the truth in p % of the runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import chi2

from tongchi.errors import CalibrationError
from tongchi.mechanism.calibration import CALIBRATED, MODEL_SD, Observations, calibrate
from tongchi.mechanism.dynamics import PARAMETERS, STATES, Array
from tongchi.mechanism.integration import integrate
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.smc import Progress
from tongchi.partitions import run_partitions

LEVELS = (0.5, 0.8, 0.9)
_BINS = 10


@dataclass(frozen=True)
class Coverage:
    """Ranks (runs, k) of the true values, as shares of the draws below them, in [0, 1]."""

    names: tuple[str, ...]
    ranks: Array

    def coverage(self, level: float) -> Array:
        """Return the share (k,) of runs whose central interval of this level holds the truth."""
        edge = (1.0 - level) / 2.0
        share: Array = ((self.ranks >= edge) & (self.ranks <= 1.0 - edge)).mean(axis=0)
        return share

    def histogram(self, bins: int = _BINS) -> NDArray[np.intp]:
        """Return (k, bins) counts of ranks."""
        at = np.minimum((self.ranks * bins).astype(np.intp), bins - 1)
        return np.array([np.bincount(column, minlength=bins) for column in at.T])

    def uniformity(self, bins: int = _BINS) -> Array:
        """Return the p-value (k,) of the χ² test that ranks are uniform."""
        counts = self.histogram(bins)
        expected = len(self.ranks) / bins
        statistic = ((counts - expected) ** 2 / expected).sum(axis=1)
        p_value: Array = chi2.sf(statistic, bins - 1)
        return p_value

    def to_frame(self) -> pl.DataFrame:
        """Return one row per parameter: coverage at 50, 80 and 90 % and the p-value of uniform ranks."""
        columns = {f"coverage_{round(100 * level)}": self.coverage(level) for level in LEVELS}
        return pl.DataFrame({"parameter": list(self.names), **columns, "uniform_p": self.uniformity()})


@dataclass(frozen=True)
class _Run:
    model: DynamicModel
    names: tuple[str, ...]
    constructs: tuple[str, ...]
    waves: int
    se: float
    particles: int
    seed: tuple[int, int]


def check_coverage(
    model: DynamicModel,
    *,
    names: Sequence[str] = CALIBRATED,
    constructs: Sequence[str] = STATES,
    waves: int = 6,
    se: float = 0.02,
    runs: int = 200,
    particles: int = 500,
    seed: int = 0,
    workers: int = 2,
    progress: Progress | None = None,
) -> Coverage:
    """Run the check: `runs` data sets of `waves` yearly waves, in which `constructs` are seen with standard error `se`."""
    if runs < 1 or waves < 2 or se <= 0:
        raise CalibrationError(
            found=f"runs = {runs}, waves = {waves}, se = {se:g}", expected="≥ 1, ≥ 2, > 0", advice=""
        )
    parts = [_Run(model, tuple(names), tuple(constructs), waves, se, particles, (seed, k)) for k in range(runs)]
    ranks = np.empty((runs, len(names)))
    for done, (k, rank) in enumerate(run_partitions(_rank, parts, workers=workers), start=1):
        ranks[k] = rank
        if progress is not None:
            progress(done / runs)
    return Coverage(tuple(names), ranks)


def _rank(run: _Run) -> tuple[int, Array]:
    rng = np.random.default_rng(run.seed)
    true, seen = simulate_waves(run.model, rng, names=run.names, constructs=run.constructs, waves=run.waves, se=run.se)
    found = calibrate(run.model, seen, names=run.names, particles=run.particles, seed=int(rng.integers(2**31)))
    at = [PARAMETERS.index(name) for name in run.names]
    drawn = found.parameters[:, at]
    return run.seed[1], (drawn < true[at]).mean(axis=0)


def simulate_waves(
    model: DynamicModel,
    rng: np.random.Generator,
    *,
    names: Sequence[str] = CALIBRATED,
    constructs: Sequence[str] = STATES,
    waves: int = 6,
    se: float = 0.02,
    model_sd: float = MODEL_SD,
) -> tuple[Array, Observations]:
    """Return true parameters (P,), drawn from their ranges, and SYNTHETIC yearly observations made with them."""
    at = [PARAMETERS.index(name) for name in names]
    low, high = model.bounds[at].T
    true = model.values.copy()
    true[at] = low + (high - low) * rng.random(len(at))
    states = [STATES.index(name) for name in constructs]
    time, region, state = (
        part.ravel() for part in np.meshgrid(range(waves), range(len(model.regions)), states, indexing="ij")
    )
    start = np.clip(model.initial + 0.15 * (2.0 * rng.random(model.initial.shape) - 1.0), 0.0, 1.0)
    spread = np.hypot(se, model_sd)
    first = start.copy()  # what the first wave sees; the start lies around it, as the calibration takes it to
    start[:, states] = np.clip(start[:, states] + rng.normal(size=(len(start), len(states))) * spread, 0.0, 1.0)
    paths = integrate(model, parameters=true, initial=start, times=np.arange(float(waves)), workers=1).values[0]
    paths[0] = first
    noise = rng.normal(size=len(time)) * np.where(time > 0, spread, 0.0)
    value = paths[time, region, state] + noise
    return true, Observations(region, state, time.astype(np.float64), value, np.full(len(time), se), 0.0)
