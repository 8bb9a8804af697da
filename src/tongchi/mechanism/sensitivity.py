"""Which of the model's assumptions decide the outcome? Screening of all parameters, then Sobol' indices of those that matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tongchi.errors import MechanismModelError
from tongchi.mechanism.dynamics import PARAMETERS, STATES, Array
from tongchi.mechanism.integration import integrate
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.morris import MorrisEffects, morris_effects
from tongchi.mechanism.sobol import Function, SobolIndices, sobol_indices

KEPT = 12


@dataclass(frozen=True)
class Sensitivity:
    """Screening over all free parameters, Sobol' indices of the kept ones, the others at the model's values."""

    outcome: str
    screening: MorrisEffects
    indices: SobolIndices


def sensitivity(
    model: DynamicModel,
    *,
    outcome: str = "development",
    parameters: Sequence[str] | None = None,
    kept: int = KEPT,
    paths: int = 40,
    base: int = 4096,
    seed: int = 0,
) -> Sensitivity:
    """Return how the outcome at the end of the horizon depends on the parameters over their ranges.

    `parameters` are screened (None: all whose range is not a point); the `kept` with the largest effects get Sobol' indices.
    """
    free = [one.name for one in model.parameters if one.low < one.high]
    names = tuple(free if parameters is None else parameters)
    for name in names:
        if name not in free:
            raise MechanismModelError(found=name, expected=", ".join(free), advice="")
    screening = morris_effects(
        outcome_function(model, names, outcome), bounds_of(model, names), names=names, paths=paths, seed=seed
    )
    chosen = tuple(screening.to_frame()["input"].to_list()[:kept])
    indices = sobol_indices(
        outcome_function(model, chosen, outcome), bounds_of(model, chosen), names=chosen, base=base, seed=seed
    )
    return Sensitivity(outcome, screening, indices)


def outcome_function(model: DynamicModel, names: Sequence[str], outcome: str) -> Function:
    """Return the outcome at the end of the horizon as a function of some parameters (n, k); the others stay."""
    if outcome not in STATES:
        raise MechanismModelError(found=outcome, expected=", ".join(STATES), advice="")
    at = [PARAMETERS.index(name) for name in names]
    # regions that start and count alike move alike: one of them stands for all
    alike = np.ptp(model.initial, axis=0).max() == 0
    run = model.single() if alike else model

    def function(inputs: Array) -> Array:
        drawn = np.tile(model.values, (len(inputs), 1))
        drawn[:, at] = inputs
        paths = integrate(run, parameters=drawn, times=[float(model.horizon)])
        return paths.state(outcome)[:, -1]

    return function


def bounds_of(model: DynamicModel, names: Sequence[str]) -> Array:
    """Return the ranges (k, 2) of some parameters."""
    return model.bounds[[PARAMETERS.index(name) for name in names]]
