"""What can the constructs at the end of the hypotheses not do without, and which of their causes matters most on average?

A construct at which paths end and none begins is an outcome. Its conditions are the constructs that lead to it in the main model. An
outcome is wanted high unless the hypotheses want it low; a condition is asked whether the end that is wanted takes much of it, or
little where the hypotheses tie it to the outcome by the other sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from tongchi.survey.analysis_models import ModelFit
from tongchi.survey.analysis_structure import Structure
from tongchi.survey.bottleneck import Bottlenecks, bottlenecks
from tongchi.survey.importance_performance import ImportancePerformance, Wanted, importance_performance
from tongchi.survey.instrument import Instrument
from tongchi.survey.necessity import Corner, Necessity, necessity
from tongchi.survey.scale_scores import scale_scores
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


def wanted_end(instrument: Instrument, outcome: str) -> Wanted:
    """Return "low" for an outcome that the hypotheses want to see fall: most of the paths that end at it have a minus.

    Without that, more of whatever lowers a barrier would count as a loss.
    """
    signs = [one.sign for one in instrument.hypotheses if one.path and one.path[-1] == outcome]
    return "low" if signs.count("-") > signs.count("+") else "high"


_CORNERS: Mapping[tuple[Wanted, int], Corner] = {("high", 1): 1, ("high", -1): 2, ("low", -1): 3, ("low", 1): 4}
"""The corner that is empty where a condition with that sign is necessary for the end that is wanted."""


@dataclass(frozen=True)
class Outcome:
    """One construct that the hypotheses end at, by average effects, by necessity, and by both side by side."""

    construct: str
    importance: ImportancePerformance | NotAvailable
    necessity: Necessity | NotAvailable
    both: Bottlenecks


def find_bottlenecks(
    instrument: Instrument, structure: Structure | NotAvailable, answers: pl.DataFrame, *, draws: int, seed: int
) -> tuple[Outcome, ...] | NotAvailable:
    """Ask for each outcome what binds, on scored answers.

    Necessity is asked of scale scores, with `draws` permutations; importance is that of the main model.
    """
    if isinstance(structure, NotAvailable):
        return NotAvailable("bottleneck", structure.zh, structure.en)
    model, fitted = structure.main.model, structure.main.fit
    scores = scale_scores(instrument, answers)
    signs = {one.id: -1 if one.sign == "-" else 1 for one in instrument.hypotheses}
    found = []
    for place, outcome in enumerate(outcomes_of(model)):
        rng = np.random.default_rng([seed, 3, place])
        along = conditions_of(model, outcome, signs)
        wanted = wanted_end(instrument, outcome)
        corners = {code: _CORNERS[wanted, sign] for code, sign in along.items()}
        importance = (
            fitted
            if isinstance(fitted, NotAvailable)
            else _importance(instrument, model, fitted, answers, (outcome, wanted), rng)
        )
        need = _necessity(scores, outcome, corners, rng, draws)
        found.append(Outcome(outcome, importance, need, bottlenecks(outcome, importance, need)))
    return tuple(found)


def _importance(
    instrument: Instrument,
    model: StructuralModel,
    fitted: ModelFit,
    answers: pl.DataFrame,
    aim: tuple[str, Wanted],
    rng: np.random.Generator,
) -> ImportancePerformance | NotAvailable:
    return unless_refused(
        "importance",
        lambda: importance_performance(instrument, model, fitted.fit, answers, target=aim[0], wanted=aim[1], rng=rng),
    )


def _necessity(
    scores: pl.DataFrame, outcome: str, corners: Mapping[str, Corner], rng: np.random.Generator, draws: int
) -> Necessity | NotAvailable:
    return unless_refused(
        "necessity", lambda: necessity(scores, list(corners), outcome, corner=corners, rng=rng, draws=draws)
    )
