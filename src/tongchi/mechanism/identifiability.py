r"""What can the data not tell? Parameters and directions in the parameter space that the observations do not move.

Two looks. *Before* any data: the expected information :math:`J'WJ` of a design (which states are seen when, how exactly) at given values, from which
follows how exactly each parameter could be told by the data alone: its relative deviation, √(inverse information)/value. A parameter
with a relative deviation near or above 1 is not told apart from 0 nor from its partners. *After* a calibration: how far the posterior of each parameter has
drawn together from its prior, and which pairs stay tied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tongchi.errors import CalibrationError
from tongchi.mechanism.calibration import CALIBRATED, MODEL_SD, Observations, Posterior, Problem
from tongchi.mechanism.dynamics import PARAMETERS, Array
from tongchi.mechanism.model_spec import DynamicModel

MOVED = 0.25  # contraction from which a parameter counts as moved by the data
TOLD = 0.5  # relative deviation up to which the data alone tell a parameter
_TIED = 0.8
_FLAT = 1e-10
_DEAD = 1e-12  # of the largest information: a parameter that is not there


@dataclass(frozen=True)
class Direction:
    """A combination of parameters, relative to their values, and its deviation by the data alone: large where nothing is told."""

    weights: dict[str, float]
    relative_sd: float


@dataclass(frozen=True)
class DesignReport:
    """What a design could tell: `relative_sd` (k,) of each parameter by the data alone, infinite where the data say nothing."""

    names: tuple[str, ...]
    values: Array
    relative_sd: Array
    correlation: Array
    directions: tuple[Direction, ...]

    def to_frame(self) -> pl.DataFrame:
        """Return one row per parameter; deviations that do not exist are null."""
        finite = [float(v) if np.isfinite(v) else None for v in self.relative_sd]
        told = [v is not None and v <= TOLD for v in finite]
        return pl.DataFrame(
            {"parameter": list(self.names), "value": self.values, "relative_sd": finite, "told": told},
            schema_overrides={"relative_sd": pl.Float64},
        )

    def not_told(self) -> list[str]:
        """Return the parameters that the data alone do not tell."""
        return [name for name, sd in zip(self.names, self.relative_sd, strict=True) if not sd <= TOLD]

    def tied(self) -> list[tuple[str, str, float]]:
        """Return the pairs that the data hardly tell apart, with the correlation of their estimates."""
        return _tied(self.names, self.correlation)


def design_report(
    model: DynamicModel,
    seen: Observations,
    *,
    names: Sequence[str] = CALIBRATED,
    model_sd: float = MODEL_SD,
    initial_known: bool = False,
) -> DesignReport:
    """Return what a design can tell about parameters at the model's values.

    `seen` gives places, times and deviations; its values matter only at the first wave. With `initial_known` the states at the first wave
    are taken as given, otherwise they are estimated along with the parameters.
    """
    problem = Problem(model, seen, names, model_sd)
    values = model.values[problem.at]
    if not (values > 0).all():
        raise CalibrationError(found=str(values.min()), expected="> 0", advice="")
    slopes = _slopes(problem, values)
    width = len(names)
    information = slopes.T @ (slopes / problem.variance[:, None])
    if initial_known:
        information = information[:width, :width]
    cov, flat = _inverse(information)
    variance = np.diag(cov)[:width]
    relative = np.where(flat[:width], np.inf, np.sqrt(np.maximum(variance, 0.0)))
    block = cov[:width, :width]
    spread = np.sqrt(np.maximum(np.diag(block), 1e-300))
    correlation = block / np.outer(spread, spread)
    return DesignReport(tuple(names), values, relative, correlation, _directions(tuple(names), block))


def _slopes(problem: Problem, values: Array) -> Array:
    """Return derivatives (n, k + R·S) of the predicted states by the logarithms of the parameters and by the start."""
    model, step = problem.model, 1e-5
    width, states = len(values), model.initial.size
    parameters = np.tile(model.values, (2 * (width + states), 1))
    initial = np.tile(np.clip(model.initial, 2 * step, 1 - 2 * step), (2 * (width + states), 1, 1))
    for k in range(width):
        parameters[2 * k, problem.at[k]] *= 1.0 + step
        parameters[2 * k + 1, problem.at[k]] *= 1.0 - step
    for s in range(states):
        at = 2 * (width + s)
        initial[at].flat[s] += step
        initial[at + 1].flat[s] -= step
    predicted = problem.paths(parameters, initial)
    return (predicted[::2] - predicted[1::2]).T / (2.0 * step)


def _inverse(information: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return the inverse where information is, and which coordinates have none or lie (in part) in directions without any."""
    diagonal = np.maximum(np.diag(information), 0.0)
    alive = diagonal > _DEAD * max(float(diagonal.max()), 1e-300)
    scale = np.sqrt(diagonal[alive])
    values, vectors = np.linalg.eigh(information[np.ix_(alive, alive)] / np.outer(scale, scale))
    some = values > _FLAT * max(float(values.max(initial=0.0)), 1e-300)
    part = vectors[:, some] / np.sqrt(values[some])
    inverse = np.zeros_like(information)
    inverse[np.ix_(alive, alive)] = part @ part.T / np.outer(scale, scale)
    flat = ~alive
    flat[alive] = (np.abs(vectors[:, ~some]) > 1e-3).any(axis=1)
    return inverse, flat


def _directions(names: tuple[str, ...], cov: Array, most: int = 3) -> tuple[Direction, ...]:
    values, vectors = np.linalg.eigh(cov)
    found = []
    for k in np.argsort(-values)[:most]:
        order = np.argsort(-np.abs(vectors[:, k]))
        weights = {names[i]: float(vectors[i, k]) for i in order if abs(vectors[i, k]) > 0.2}
        found.append(Direction(weights, float(np.sqrt(max(values[k], 0.0)))))
    return tuple(found)


def _tied(names: tuple[str, ...], correlation: Array) -> list[tuple[str, str, float]]:
    return [
        (names[i], names[j], float(correlation[i, j]))
        for i in range(len(names))
        for j in range(i + 1, len(names))
        if abs(correlation[i, j]) > _TIED
    ]


@dataclass(frozen=True)
class IdentifiabilityReport:
    """After a calibration: contraction (k,) of each parameter, which are moved, which pairs stay tied, and the design's own report."""

    names: tuple[str, ...]
    contraction: Array
    correlation: Array
    design: DesignReport

    @property
    def moved(self) -> tuple[str, ...]:
        """Parameters whose results may be reported."""
        return tuple(name for name, c in zip(self.names, self.contraction, strict=True) if c >= MOVED)

    @property
    def not_moved(self) -> tuple[str, ...]:
        """Parameters of which the data say next to nothing: their posterior is their prior."""
        return tuple(name for name in self.names if name not in self.moved)

    def tied(self) -> list[tuple[str, str, float]]:
        """Return pairs of parameters that the data do not tell apart, with their posterior correlation."""
        return _tied(self.names, self.correlation)

    def sentence(self, language: str = "zh") -> str:
        """Return what the data can and cannot tell."""
        yes, no = ", ".join(self.moved), ", ".join(self.not_moved)
        if language == "zh":
            first = f"数据推动了 {len(self.moved)} 个参数（{yes}）。" if self.moved else "数据没有推动任何一个参数。"
            return first + (f"对 {no} 数据几乎没有说明什么，不报告其估计。" if no else "")
        first = (
            f"The data move {len(self.moved)} parameters ({yes})."
            if self.moved
            else "The data move none of the parameters."
        )
        return first + (f" Of {no} they say next to nothing; no estimate is reported for these." if no else "")


def identifiability(posterior: Posterior) -> IdentifiabilityReport:
    """Return which parameters the data moved."""
    at = [PARAMETERS.index(name) for name in posterior.names]
    drawn = posterior.parameters[:, at]
    low, high = posterior.model.bounds[at].T
    contraction = 1.0 - drawn.std(axis=0) / ((high - low) / np.sqrt(12.0))
    middle = dict(zip(posterior.names, np.median(drawn, axis=0).tolist(), strict=True))
    centre = posterior.model.with_parameters({name: max(value, 1e-6) for name, value in middle.items()})
    correlation = np.atleast_2d(np.corrcoef(drawn, rowvar=False))
    design = design_report(centre, posterior.seen, names=posterior.names, model_sd=posterior.model_sd)
    return IdentifiabilityReport(posterior.names, contraction, correlation, design)
