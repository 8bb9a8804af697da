"""What can the constructs at the end of the hypotheses not do without, and which of their causes matters most on average?

A construct at which paths end and none begins is an outcome. Its conditions are the constructs that lead to it in the main model. A
condition that the hypotheses tie to it by a negative sign is asked whether much of it is necessary for little of the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from tongchi.survey.analysis_structure import Structure
from tongchi.survey.instrument import Instrument
from tongchi.survey.necessity import Corner, Necessity, necessity
from tongchi.survey.structural_model import StructuralModel
from tongchi.survey.unavailable import NotAvailable, unless_refused


def outcomes_of(model: StructuralModel) -> tuple[str, ...]:
    """Return the constructs at which paths end and none begins."""
    causes = {path.cause for path in model.paths}
    return tuple(dict.fromkeys(path.effect for path in model.paths if path.effect not in causes))


def conditions_of(model: StructuralModel, outcome: str, signs: Mapping[str, int]) -> dict[str, int]:
    """Return the constructs that lead to `outcome`, nearest first, with the sign along the shortest way to it.

    `signs` gives 1 or -1 by the hypothesis a path comes from; 1 where it states none.
    """
    found: dict[str, int] = {outcome: 1}
    queue = [outcome]
    for here in queue:
        for path in model.paths:
            if path.effect == here and path.cause not in found:
                sign = signs.get(path.origin, 1) if path.stated else 1
                found[path.cause] = found[here] * sign
                queue.append(path.cause)
    del found[outcome]
    return found


def find_necessity(
    instrument: Instrument, structure: Structure | NotAvailable, scores: pl.DataFrame, *, draws: int, seed: int
) -> tuple[Necessity, ...] | NotAvailable:
    """Run a Necessary Condition Analysis on scale scores for each outcome, over the scope that the response scale allows."""
    if isinstance(structure, NotAvailable):
        return NotAvailable("necessity", structure.zh, structure.en)
    model = structure.main.model
    signs = {one.id: -1 if one.sign == "-" else 1 for one in instrument.hypotheses}
    found = []
    for place, outcome in enumerate(outcomes_of(model)):
        along = conditions_of(model, outcome, signs)
        corners: dict[str, Corner] = {code: 1 if sign > 0 else 3 for code, sign in along.items()}
        rng = np.random.default_rng([seed, 3, place])
        one = unless_refused(
            "necessity",
            lambda o=outcome, c=corners, r=rng: necessity(scores, list(c), o, corner=c, rng=r, draws=draws),  # type: ignore[misc]
        )
        if isinstance(one, NotAvailable):
            return one
        found.append(one)
    return tuple(found)
