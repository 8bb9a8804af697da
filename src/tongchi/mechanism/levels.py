"""Where does each construct stand now, from 0 to 1? By questionnaire, survey waves or indicators, else where the model starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from tongchi.mechanism.dynamics import STATES
from tongchi.mechanism.indices import IndexSeries
from tongchi.mechanism.measures import LESS_IS_MORE
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.survey_reading import SurveyReading
from tongchi.mechanism.tables import CONSTRUCTS, Wave
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.scale_scores import mean_score

Source = Literal["survey", "waves", "indicators", "model"]
_REACH = 1.959963984540054


@dataclass(frozen=True)
class Level:
    """Where a construct stands, from 0 to 1; `lower` and `upper` are None where the source has no interval."""

    value: float
    lower: float | None
    upper: float | None
    source: Source


def survey_levels(survey: SurveyAnalysis | SurveyReading) -> dict[str, Level]:
    """Return the mean of each construct's scale on [0, 1] with Student's 95 % interval, where two respondents or more have one."""
    low, high = survey.instrument.scale.low, survey.instrument.scale.high
    found = {}
    for code, items in survey.constructs.items():
        scores = mean_score(survey.answers, items).drop_nulls().to_numpy()
        if len(scores) < 2:
            continue
        share = (scores - low) / (high - low)
        reach = float(stdtrit(len(share) - 1, 0.975)) * float(share.std(ddof=1)) / float(np.sqrt(len(share)))
        found[code] = _level(float(share.mean()), reach, "survey")
    return found


def wave_levels(waves: Sequence[Wave]) -> dict[str, Level]:
    """Return each construct's mean over the parties in its last wave, with a 95 % interval from their standard errors."""
    found = {}
    for construct in CONSTRUCTS:
        own = [wave for wave in waves if wave.construct == construct]
        if not own:
            continue
        last = max(wave.period for wave in own)
        now = [wave for wave in own if wave.period.start == last.start]
        error = float(np.sqrt(sum(wave.se**2 for wave in now))) / len(now)
        found[construct] = _level(float(np.mean([wave.mean for wave in now])), _REACH * error, "waves")
    return found


def indicator_levels(indices: IndexSeries) -> dict[str, Level]:
    """Return each construct's mean over parties and indicators in the last period that has any; without an interval."""
    found = {}
    for construct in CONSTRUCTS:
        own = [m for m in indices.measures if m.construct == construct]
        if not own:
            continue
        whole = np.array([m.values for m in own])
        last = np.flatnonzero(np.isfinite(whole).any(axis=(0, 1)))[-1]
        value = float(np.nanmean(whole[:, :, last]))
        turned = 1.0 - value if construct in LESS_IS_MORE else value  # measures count a barrier as 1 − value
        found[construct] = Level(turned, None, None, "indicators")
    return found


def model_levels(model: DynamicModel) -> dict[str, Level]:
    """Return where the model starts, the mean over its regions."""
    mean = model.initial.mean(axis=0)
    return {state: Level(float(mean[at]), None, None, "model") for at, state in enumerate(STATES)}


def _level(mean: float, reach: float, source: Source) -> Level:
    return Level(mean, max(0.0, mean - reach), min(1.0, mean + reach), source)


def start_at(
    model: DynamicModel, levels: dict[str, Level], waves: Sequence[Wave] = ()
) -> tuple[DynamicModel, list[str]]:
    """Return the model started at measured levels, and the states that were measured.

    Where waves tell the parties of the model apart, each region starts at its own last wave; elsewhere all start alike.
    """
    initial = model.initial.copy()
    measured = []
    for at, state in enumerate(STATES):
        level = levels.get(state)
        if level is not None and level.source != "model":
            initial[:, at] = level.value
            measured.append(state)
    last: dict[tuple[str, str], Wave] = {}
    for wave in sorted(waves, key=lambda one: one.period.start):
        last[wave.party, wave.construct] = wave
    for (party, construct), wave in last.items():
        if party in model.regions and construct in STATES and levels.get(construct, _ABSENT).source == "waves":
            initial[model.regions.index(party), STATES.index(construct)] = wave.mean
    return replace(model, initial=initial), measured


_ABSENT = Level(0.0, None, None, "model")
