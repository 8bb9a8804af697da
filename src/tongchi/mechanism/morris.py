r"""Which of many inputs matter at all? Elementary effects along short paths through the input space.

A path starts at a grid point and moves one input after the other by Δ; the change of the outcome divided by Δ is an elementary effect.
:math:`\mu^*`, the mean of the absolute effects over r paths, ranks the inputs; σ, their standard deviation, is large where an input acts non-linearly or through
others (Morris 1991; Campolongo et al. 2007). It costs r·(k + 1) runs, where Sobol' indices cost thousands per input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from tongchi.errors import EnsembleError
from tongchi.mechanism.sobol import Array, Function

_LEVELS = 4


@dataclass(frozen=True)
class MorrisEffects:
    """Effects over the whole range of each input: `mean`, `mean_absolute` (μ*), `deviation` (σ), each (k,)."""

    names: tuple[str, ...]
    mean: Array
    mean_absolute: Array
    deviation: Array
    runs: int

    def to_frame(self) -> pl.DataFrame:
        """Return one row per input, the largest μ* first."""
        order = np.argsort(-self.mean_absolute, kind="stable")
        return pl.DataFrame(
            {
                "input": [self.names[k] for k in order],
                "mean_absolute": self.mean_absolute[order],
                "mean": self.mean[order],
                "deviation": self.deviation[order],
            }
        )


def morris_effects(
    function: Function, bounds: ArrayLike, *, names: Sequence[str] = (), paths: int = 40, seed: int = 0
) -> MorrisEffects:
    """Return the elementary effects for inputs on `bounds` (k, 2), from `paths` ≥ 2 random paths on a grid of four levels."""
    limits = np.asarray(bounds, dtype=np.float64)
    if limits.ndim != 2 or limits.shape[1] != 2 or not len(limits) or not (limits[:, 0] < limits[:, 1]).all():
        raise EnsembleError(found=f"bounds {limits.shape}", expected="(k, 2)，low < high", advice="")
    if paths < 2:
        raise EnsembleError(found=f"paths = {paths}", expected="≥ 2", advice="")
    width = len(limits)
    points, moved, direction = _paths(width, paths, seed)
    inputs = limits[:, 0] + (limits[:, 1] - limits[:, 0]) * points.reshape(-1, width)
    outcome = np.asarray(function(inputs), dtype=np.float64)
    if outcome.shape != (len(inputs),) or not np.isfinite(outcome).all():
        raise EnsembleError(found=f"{outcome.shape}", expected=f"({len(inputs)},)，有限 / finite", advice="")
    change = np.diff(outcome.reshape(paths, width + 1), axis=1) / direction
    effects = np.empty((paths, width))
    np.put_along_axis(effects, moved, change, axis=1)
    found = tuple(names) or tuple(f"x{k + 1}" for k in range(width))
    deviation = effects.std(axis=0, ddof=1)
    return MorrisEffects(found, effects.mean(axis=0), np.abs(effects).mean(axis=0), deviation, len(inputs))


def _paths(width: int, paths: int, seed: int) -> tuple[Array, np.ndarray, Array]:
    """Return points (r, k + 1, k) in the unit cube, which input each step moves (r, k), and by how much (r, k)."""
    rng = np.random.default_rng(seed)
    step = _LEVELS / (2.0 * (_LEVELS - 1))
    start = rng.integers(0, _LEVELS, (paths, width)) / (_LEVELS - 1)
    up = np.where(start + step > 1.0 + 1e-12, -step, step)
    order = np.argsort(rng.random((paths, width)), axis=1)
    points = np.empty((paths, width + 1, width))
    points[:, 0] = start
    rows = np.arange(paths)
    for k in range(width):
        points[:, k + 1] = points[:, k]
        points[rows, k + 1, order[:, k]] += up[rows, order[:, k]]
    return points, order, np.take_along_axis(up, order, axis=1)
