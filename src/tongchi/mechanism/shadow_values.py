r"""How much would one more unit of effort bring, and where? Shadow values of levers and constructs in the dynamic model.

Two kinds of effort, both small and in the same member, so that luck cancels:

* a lever is raised by ε for the whole horizon;
* a construct is helped along: its rate gains :math:`\varepsilon(1 - x)` per year (a barrier or localism: loses :math:`\varepsilon x` besides), whatever lever or campaign does it.

The shadow value is the change of the outcome at the end of the horizon per unit of ε. The construct or lever with the largest one binds in that
member; the share of members in which it does is the probability that it binds, given the stated ranges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from tongchi.errors import EnsembleError, MechanismModelError
from tongchi.mechanism.dynamics import LEVERS, STATES, Array
from tongchi.mechanism.ensembles import draw_parameters
from tongchi.mechanism.integration import integrate
from tongchi.mechanism.model_spec import DynamicModel

DISMANTLED = ("scale_gap", "barrier", "localism")  # help means less of it
_EFFORT = 0.02
CONSTRUCTS = ("willingness", "involvement", "standardisation", "trust", "barrier", "localism")


@dataclass(frozen=True)
class ShadowValues:
    """Shadow values (n, M) of n levers or constructs in M members, for one outcome."""

    names: tuple[str, ...]
    values: Array
    outcome: str

    def binding(self) -> Array:
        """Return the probability (n,) of each to have the largest value."""
        best = self.values.argmax(axis=0)
        shares: Array = np.bincount(best, minlength=len(self.names)) / self.values.shape[1]
        return shares

    def to_frame(self) -> pl.DataFrame:
        """Return one row each, the largest median first: median, 90 % band, probability to bind."""
        low, middle, high = np.quantile(self.values, [0.05, 0.5, 0.95], axis=1)
        order = np.argsort(-middle, kind="stable")
        return pl.DataFrame(
            {
                "name": [self.names[k] for k in order],
                "q05": low[order],
                "q50": middle[order],
                "q95": high[order],
                "binding": self.binding()[order],
            }
        )


def lever_values(
    model: DynamicModel,
    *,
    members: int = 1000,
    seed: int = 0,
    parameters: Array | None = None,
    outcome: str = "development",
) -> ShadowValues:
    """Return the shadow values of the five levers; where a lever stands at 1, that of the last ε below it."""
    drawn = _drawn(model, members, seed, parameters, outcome)
    base = _outcome(model, drawn, model.lever_values, outcome)
    found = []
    for at in range(len(LEVERS)):
        moved = model.lever_values.copy()
        step = _EFFORT if moved[at] + _EFFORT <= 1 else -_EFFORT
        moved[at] += step
        found.append((_outcome(model, drawn, moved, outcome) - base) / step)
    return ShadowValues(LEVERS, np.array(found), outcome)


def construct_values(
    model: DynamicModel,
    *,
    constructs: Sequence[str] = CONSTRUCTS,
    members: int = 1000,
    seed: int = 0,
    parameters: Array | None = None,
    outcome: str = "development",
) -> ShadowValues:
    """Return the shadow values of help to each construct; for what is in `DISMANTLED` help means less of it."""
    for name in constructs:
        if name not in STATES:
            raise MechanismModelError(found=name, expected=", ".join(STATES), advice="")
    drawn = _drawn(model, members, seed, parameters, outcome)
    base = _outcome(model, drawn, model.lever_values, outcome)
    found = []
    for name in constructs:
        support = np.zeros((2, len(STATES)))
        support[int(name in DISMANTLED), STATES.index(name)] = _EFFORT
        found.append((_outcome(model, drawn, model.lever_values, outcome, support) - base) / _EFFORT)
    return ShadowValues(tuple(constructs), np.array(found), outcome)


def _drawn(model: DynamicModel, members: int, seed: int, parameters: Array | None, outcome: str) -> Array:
    if outcome not in STATES:
        raise MechanismModelError(found=outcome, expected=", ".join(STATES), advice="")
    drawn = draw_parameters(model, members, seed) if parameters is None else parameters
    if not len(drawn):
        raise EnsembleError(found="0 个成员 / members", expected="≥ 1", advice="")
    return drawn


def _outcome(
    model: DynamicModel, parameters: Array, levers: Array, outcome: str, support: Array | None = None
) -> Array:
    paths = integrate(model, parameters=parameters, levers=levers, times=[float(model.horizon)], support=support)
    return paths.state(outcome)[:, -1]
