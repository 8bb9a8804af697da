"""What of a questionnaire does the diagnosis need? Scored answers and the bottlenecks of the main model, and no more.

`tongchi.survey.analyse` finds the same bottlenecks among much else (invariance, bootstrap intervals, sensitivity), which takes minutes;
its result serves `diagnose` just as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from tongchi.errors import SampleError
from tongchi.survey.analysis_bottleneck import Outcome, find_bottlenecks
from tongchi.survey.analysis_models import estimate, methods_for
from tongchi.survey.analysis_sample import decide, describe_items, usable_answers
from tongchi.survey.analysis_structure import EstimatedModel, Structure
from tongchi.survey.cleaning import clean
from tongchi.survey.instrument import Instrument
from tongchi.survey.responses import Responses
from tongchi.survey.structural_model import structural_models
from tongchi.survey.unavailable import NotAvailable

_SHUFFLES = 1000


@dataclass(frozen=True)
class SurveyReading:
    """Answers of those not set aside, the items of each construct that vary, and the bottleneck of each outcome."""

    instrument: Instrument
    answers: pl.DataFrame
    constructs: Mapping[str, tuple[str, ...]]
    bottlenecks: tuple[Outcome, ...] | NotAvailable


def read_survey(
    instrument: Instrument, responses: Responses, *, estimator: str = "MLR", draws: int = _SHUFFLES, seed: int = 1
) -> SurveyReading:
    """Clean the answers, estimate the main model, and read average effects and necessity; `draws` shuffles, 1,000 at least.

    Raises
    ------
    SampleError
        where no item varies.
    """
    decision = decide(clean(responses))
    codes = responses.items
    answers = usable_answers(decision.excluded.scored, codes, instrument.scale)
    items = describe_items(instrument, answers, codes)
    found = {
        one.code: tuple(item.code for item in items if item.construct == one.code and item.usable)
        for one in instrument.constructs
    }
    constructs = {code: part for code, part in found.items() if part}
    if not constructs:
        raise SampleError(
            found="没有题目有差异 / no item varies",
            expected="至少一题有不同的回答 / an item with different answers",
            advice="请用 tongchi survey check 查看答卷。/ Look at the answers with tongchi survey check.",
        )
    structure = _structure(instrument, answers, constructs, estimator)
    bottlenecks = find_bottlenecks(instrument, structure, answers, draws=max(draws, _SHUFFLES), seed=seed)
    return SurveyReading(instrument, answers, constructs, bottlenecks)


def _structure(
    instrument: Instrument, answers: pl.DataFrame, constructs: Mapping[str, tuple[str, ...]], estimator: str
) -> Structure | NotAvailable:
    """Estimate the main model alone, on those not set aside."""
    models = structural_models(instrument, constructs)
    if isinstance(models, NotAvailable):
        return models
    codes = [code for part in models.main.constructs.values() for code in part]
    fit = estimate(models.main.syntax, answers, methods_for(estimator, answers, codes), codes)
    alone = NotAvailable("everyone", "没有重估。", "It is not estimated again.")
    return Structure(models, (EstimatedModel(models.main, fit, alone),))
