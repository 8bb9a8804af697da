"""What may happen, given what is not known? Many members, each with parameters of its own drawn from their ranges.

A member's parameters come from its own number and the seed alone, so member 17 is the same among 100 or 10,000 and for any number
of workers or machines. What comes out is a scenario with a band: the band shows the stated ranges of the parameters and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from tongchi.errors import EnsembleError
from tongchi.mechanism.dynamics import PARAMETERS, STATES, Array
from tongchi.mechanism.integration import Trajectories, integrate
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.partitions import Engine, run_partitions

MEMBERS = 10_000
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_BLOCK = 1000
_MANY = 8  # regions from which threads pay
Progress = Callable[[int, int], None]
"""Called with the number of members done and of all."""


@dataclass(frozen=True)
class Ensemble:
    """Paths of M members with the parameters (M, P) they ran with."""

    model: DynamicModel
    parameters: Array
    paths: Trajectories
    seed: int

    @property
    def members(self) -> int:
        """Number of members."""
        return len(self.parameters)

    def outcome(self, state: str, region: str | None = None) -> Array:
        """Return a state at the end of the horizon, (M,): in a region, or the mean over the regions."""
        return self.paths.state(state, region)[:, -1]

    def bands(self, states: Sequence[str] = STATES, region: str | None = None) -> pl.DataFrame:
        """Return one row per state and time with the 5, 25, 50, 75 and 95 % quantiles over the members."""
        frames = []
        for state in states:
            values = np.quantile(self.paths.state(state, region), QUANTILES, axis=0)
            columns = {f"q{round(100 * q):02d}": values[k] for k, q in enumerate(QUANTILES)}
            frames.append(pl.DataFrame({"state": state, "time": self.paths.times, **columns}))
        return pl.concat(frames)


def draw_parameters(model: DynamicModel, members: int, seed: int) -> Array:
    """Return (M, P) parameters, uniform on their ranges; row k depends on k and the seed alone."""
    if members < 1:
        raise EnsembleError(found=f"{members} 个成员 / members", expected="≥ 1", advice="")
    low, high = model.bounds.T
    blocks = []
    for block in range(-(-members // _BLOCK)):
        rng = np.random.default_rng([seed, block])
        blocks.append(rng.random((_BLOCK, len(PARAMETERS))))
    share = np.concatenate(blocks)[:members]
    drawn: Array = low + (high - low) * share
    return drawn


@dataclass(frozen=True)
class _Part:
    model: DynamicModel
    parameters: Array
    levers: Array | None
    initial: Array | None
    times: Array | None
    start: int


def run_ensemble(
    model: DynamicModel,
    *,
    members: int = MEMBERS,
    seed: int = 0,
    parameters: ArrayLike | None = None,
    levers: ArrayLike | None = None,
    initial: ArrayLike | None = None,
    times: ArrayLike | None = None,
    engine: Engine = "local",
    workers: int = 2,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> Ensemble:
    """Run the members and return their paths.

    Parameters
    ----------
    parameters : (M, P) draws of one's own, for instance from a calibration; None draws `members` from the ranges
    levers, initial, times : as for `integrate`, shared by all members
    engine : "local" (threads of this process) or "cluster" (Dask, the extra `cluster`; `scheduler` its address)

    Raises
    ------
    EnsembleError, MechanismModelError, EngineError
    """
    drawn = draw_parameters(model, members, seed) if parameters is None else np.asarray(parameters, dtype=np.float64)
    if drawn.ndim != 2 or not len(drawn):
        raise EnsembleError(found=f"parameters {drawn.shape}", expected=f"(M, {len(PARAMETERS)})，M ≥ 1", advice="")
    size = _BLOCK * (1 if engine == "cluster" else max(1, workers) * 2)
    shared = (None if given is None else np.asarray(given, dtype=np.float64) for given in (levers, initial, times))
    pulled, start, asked = shared
    parts = [_Part(model, drawn[at : at + size], pulled, start, asked, at) for at in range(0, len(drawn), size)]
    threads = 1 if engine == "cluster" or len(model.regions) < _MANY else workers
    found: dict[int, Trajectories] = {}
    done = 0
    work = partial(_run_part, workers=threads)
    for at, paths in run_partitions(
        work, parts, engine=engine, workers=1 if engine == "local" else workers, scheduler=scheduler
    ):
        found[at] = paths
        done += len(paths.values)
        if progress is not None:
            progress(done, len(drawn))
    return Ensemble(model, drawn, _joined([found[at] for at in sorted(found)]), seed)


def _run_part(part: _Part, workers: int) -> tuple[int, Trajectories]:
    paths = integrate(
        part.model,
        parameters=part.parameters,
        levers=part.levers,
        initial=part.initial,
        times=part.times,
        workers=workers,
    )
    return part.start, paths


def _joined(parts: Sequence[Trajectories]) -> Trajectories:
    first = parts[0]
    values = np.concatenate([part.values for part in parts])
    error = np.concatenate([part.error for part in parts])
    return Trajectories(first.times, values, error, first.regions)
