"""What lies in a study folder, and what does it come to? Every part that is there, read and put to the diagnosis.

| file | what it is | if it is missing |
|---|---|---|
| questionnaire.toml | the instrument | the shipped one, where there are answers |
| responses.csv | answers | no average effects, no necessity |
| indicators.csv, events.csv | indicators and events by period | no stage |
| waves.csv | means of constructs by survey wave | no calibration |
| model.toml | the dynamic model | the shipped one, started at the levels measured |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

import numpy as np

from tongchi.errors import MissingFileError
from tongchi.mechanism.calibration import Observations, calibrate
from tongchi.mechanism.diagnosis import AIM, Diagnosis, diagnose
from tongchi.mechanism.dynamics import STATES, Array
from tongchi.mechanism.indices import IndexSeries, measure_indices
from tongchi.mechanism.levels import (
    Level,
    indicator_levels,
    model_levels,
    start_at,
    survey_levels,
    wave_levels,
)
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.shadow_values import ShadowValues, construct_values, lever_values
from tongchi.mechanism.stages import StagePath, StageRules, stage_path
from tongchi.mechanism.survey_reading import SurveyReading, read_survey
from tongchi.mechanism.tables import Event, Indicator, Wave, read_events, read_indicators, read_waves
from tongchi.survey.instrument import Instrument
from tongchi.survey.responses import Responses, read_responses
from tongchi.survey.unavailable import NotAvailable, unless_refused
from tongchi.text.encoding import decode_text

FILES = ("questionnaire.toml", "responses.csv", "indicators.csv", "events.csv", "waves.csv", "model.toml")
MARK = "SYNTHETIC"
Progress = Callable[[str, int, int], None]
"""Called with the step that begins, the number done and the number of steps."""
_STEPS = ("survey", "indices", "calibration", "model")


@dataclass(frozen=True)
class StudyFolder:
    """What was read; a part that is not there is empty or None. `synthetic` if any file says so."""

    path: Path
    instrument: Instrument | None
    responses: Responses | None
    indicators: tuple[Indicator, ...]
    events: tuple[Event, ...]
    waves: tuple[Wave, ...]
    model: DynamicModel | None
    synthetic: bool

    @classmethod
    def read(cls, path: str | PathLike[str]) -> StudyFolder:
        """Read a folder. Raise `MissingFileError` where it is none or holds none of the files."""
        folder = Path(path)
        there = {name for name in FILES if (folder / name).is_file()}
        if not there:
            raise MissingFileError(file=str(path), found=f"{', '.join(FILES)}：一个也没有 / none of them")
        instrument = Instrument.load(folder / "questionnaire.toml") if "questionnaire.toml" in there else None
        if "responses.csv" in there:
            instrument = instrument or Instrument.default()
        answers = "responses.csv" in there and instrument is not None
        return cls(
            path=folder,
            instrument=instrument,
            responses=read_responses(folder / "responses.csv", instrument) if answers and instrument else None,
            indicators=tuple(read_indicators(folder / "indicators.csv")) if "indicators.csv" in there else (),
            events=tuple(read_events(folder / "events.csv")) if "events.csv" in there else (),
            waves=tuple(read_waves(folder / "waves.csv")) if "waves.csv" in there else (),
            model=DynamicModel.load(folder / "model.toml") if "model.toml" in there else None,
            synthetic=any(says_synthetic(folder / name) for name in there),
        )


def says_synthetic(path: str | PathLike[str]) -> bool:
    """Return whether a table or model file carries the word SYNTHETIC."""
    file = Path(path)
    return file.is_file() and MARK in decode_text(file.read_bytes(), file=file.name)


@dataclass(frozen=True)
class StudyDiagnosis:
    """The diagnosis of a folder with what it rests on; `stage` where there are indicators for it."""

    diagnosis: Diagnosis
    survey: SurveyReading | NotAvailable
    indices: IndexSeries | NotAvailable
    stage: StagePath | NotAvailable
    model: DynamicModel
    rules: StageRules
    synthetic: bool


def diagnose_study(
    study: StudyFolder,
    *,
    target: str | None = None,
    aim: float = AIM,
    members: int = 1000,
    draws: int = 400,
    particles: int = 0,
    seed: int = 0,
    progress: Progress | None = None,
) -> StudyDiagnosis:
    """Put every part of a folder to the diagnosis.

    Parameters
    ----------
    target : outcome; None takes development where a part has it
    members : of the dynamic model, with parameters from their ranges, or from the posterior
    draws : resamples of the respondents for the necessity reading
    particles : of the calibration to waves.csv; 0 does not calibrate
    """
    tell = progress or (lambda step, done, total: None)
    tell(_STEPS[0], 0, len(_STEPS))
    survey = _survey(study, draws, seed)
    tell(_STEPS[1], 1, len(_STEPS))
    indices = _indices(study, seed)
    stage = indices if isinstance(indices, NotAvailable) else unless_refused("stage", lambda: stage_path(indices))
    levels = _levels(study, survey, indices)
    model, notes = _model(study, levels)
    tell(_STEPS[2], 2, len(_STEPS))
    parameters, more = _parameters(study, model, particles, seed)
    tell(_STEPS[3], 3, len(_STEPS))
    outcome = target if target in STATES else "development"
    shadow, levers = _values(model, outcome, members=members, seed=seed, parameters=parameters)
    found = diagnose(
        survey,
        shadow,
        levels=levels | {k: v for k, v in model_levels(model).items() if k not in levels},
        levers=levers,
        target=target,
        aim=aim,
        draws=draws,
        seed=seed,
        notes=[*notes, *more],
    )
    tell("", len(_STEPS), len(_STEPS))
    return StudyDiagnosis(found, survey, indices, stage, model, StageRules.default(), study.synthetic)


def _values(
    model: DynamicModel, outcome: str, *, members: int, seed: int, parameters: Array | None
) -> tuple[ShadowValues | NotAvailable, ShadowValues | NotAvailable]:
    """Return the shadow values of all states but the outcome, and those of the levers."""
    names = [state for state in STATES if state != outcome]
    constructs = unless_refused(
        "shadow",
        lambda: construct_values(
            model, constructs=names, members=members, seed=seed, parameters=parameters, outcome=outcome
        ),
    )
    levers = unless_refused(
        "levers", lambda: lever_values(model, members=members, seed=seed, parameters=parameters, outcome=outcome)
    )
    return constructs, levers


def _survey(study: StudyFolder, draws: int, seed: int) -> SurveyReading | NotAvailable:
    if study.instrument is None or study.responses is None:
        return NotAvailable("survey", "文件夹中没有 responses.csv。", "The folder holds no responses.csv.")
    instrument, responses = study.instrument, study.responses
    return unless_refused("survey", lambda: read_survey(instrument, responses, draws=draws, seed=seed))


def _indices(study: StudyFolder, seed: int) -> IndexSeries | NotAvailable:
    if not (study.indicators or study.events or study.waves):
        return NotAvailable("indices", "文件夹中没有 indicators.csv。", "The folder holds no indicators.csv.")
    # waves that begin late would leave the earlier periods without half of the weight
    waves = () if study.indicators else study.waves
    return unless_refused("indices", lambda: measure_indices(study.indicators, waves, study.events, seed=seed))


def _levels(
    study: StudyFolder, survey: SurveyReading | NotAvailable, indices: IndexSeries | NotAvailable
) -> dict[str, Level]:
    """Answers count before waves, and both before indicators."""
    levels = {} if isinstance(indices, NotAvailable) else indicator_levels(indices)
    levels |= wave_levels(study.waves)
    return levels if isinstance(survey, NotAvailable) else levels | survey_levels(survey)


def _model(study: StudyFolder, levels: dict[str, Level]) -> tuple[DynamicModel, list[tuple[str, str]]]:
    if study.model is not None:
        return study.model, [("动态模型：文件夹中的 model.toml。", "Dynamic model: model.toml of the folder.")]
    model = DynamicModel.default()
    parties = tuple(dict.fromkeys(wave.party for wave in study.waves))
    if len(parties) == len(model.regions):
        model = replace(model, regions=parties)
    model, measured = start_at(model, levels, study.waves)
    zh = "文件夹中没有 model.toml：用随附的动态模型，参数都是假设" + (
        f"；{'、'.join(measured)} 从测得的水平开始。" if measured else "，起点也是。"
    )
    en = "The folder holds no model.toml: the shipped dynamic model is used, whose parameters are assumptions" + (
        f"; {', '.join(measured)} start at the levels measured." if measured else ", and so is its start."
    )
    return model, [(zh, en)]


def _parameters(
    study: StudyFolder, model: DynamicModel, particles: int, seed: int
) -> tuple[Array | None, list[tuple[str, str]]]:
    """Return draws from the posterior, or None for draws from the ranges, and how they came about."""
    ranges = ("参数取自其范围，没有校准。", "Parameters are drawn from their ranges; they are not calibrated.")
    if not particles:
        return None, [ranges]
    found = unless_refused(
        "calibration",
        lambda: calibrate(model, Observations.from_waves(study.waves, model), particles=particles, seed=seed),
    )
    if isinstance(found, NotAvailable):
        return None, [ranges, (f"校准：{found.zh}", f"Calibration: {found.en}")]
    others = np.setdiff1d([one.name for one in model.parameters], found.names)
    zh = f"参数 {', '.join(found.names)} 取自校准后的后验，其余 {len(others)} 个固定在模型的值。"
    en = f"Parameters {', '.join(found.names)} are drawn from the posterior of the calibration; the other {len(others)} stay at the model's values."
    return found.parameters, [(zh, en)]
