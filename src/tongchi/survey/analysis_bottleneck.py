"""What can the constructs at the end of the hypotheses not do without, and which of their causes matters most on average?

A construct at which paths end and none begins is an outcome. Its conditions are the constructs that lead to it in the main model. A
condition that the hypotheses tie to it by a negative sign is asked whether much of the outcome takes little of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from tongchi.survey.analysis_models import ModelFit
from tongchi.survey.analysis_structure import Structure
from tongchi.survey.bottleneck import Bottlenecks, bottlenecks
from tongchi.survey.importance_performance import ImportancePerformance, importance_performance
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
        corners: dict[str, Corner] = {code: 1 if sign > 0 else 2 for code, sign in along.items()}
        importance = (
            fitted
            if isinstance(fitted, NotAvailable)
            else _importance(instrument, model, fitted, answers, outcome, rng)
        )
        need = _necessity(scores, outcome, corners, rng, draws)
        found.append(Outcome(outcome, importance, need, bottlenecks(outcome, importance, need)))
    return tuple(found)


def _importance(
    instrument: Instrument,
    model: StructuralModel,
    fitted: ModelFit,
    answers: pl.DataFrame,
    outcome: str,
    rng: np.random.Generator,
) -> ImportancePerformance | NotAvailable:
    return unless_refused(
        "importance",
        lambda: importance_performance(instrument, model, fitted.fit, answers, target=outcome, rng=rng),
    )


def _necessity(
    scores: pl.DataFrame, outcome: str, corners: Mapping[str, Corner], rng: np.random.Generator, draws: int
) -> Necessity | NotAvailable:
    return unless_refused(
        "necessity", lambda: necessity(scores, list(corners), outcome, corner=corners, rng=rng, draws=draws)
    )
