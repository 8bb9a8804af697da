"""What binds now, and what would move it? The diagnosis of a study, and scenarios from the dynamic model as set up for it.

The model starts where the study measured: the scale gap at the mean gap of the regions' texts, the other states at the answers of each
party, else at its waves, else at the last level of its indicators; what nothing measures starts where the shipped model does. Its
parameters are drawn from their ranges. It is not calibrated here: that takes waves of several years (`tongchi mechanism calibrate`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from tongchi.errors import TongchiError
from tongchi.mechanism.diagnosis import Diagnosis, diagnose
from tongchi.mechanism.dynamics import LEVERS, STATES, Array
from tongchi.mechanism.levels import Level, indicator_levels, model_levels, survey_levels, wave_levels
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.scenarios import ScenarioRuns, default_scenarios, run_scenarios
from tongchi.mechanism.shadow_values import construct_values, lever_values
from tongchi.mechanism.stage_result import StageResult
from tongchi.mechanism.tables import Wave
from tongchi.study.folder import StudyFolder
from tongchi.study.result import BrokenFile, MatterResult, ScenarioSection, StartLevel
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.unavailable import NotAvailable, unless_refused

_OUTCOME = "development"
_SHADOWED = 1000  # members that shadow values are taken from, at most: each takes a run for every construct and lever
Note = tuple[str, str]


@dataclass(frozen=True)
class ModelStart:
    """The dynamic model of a study, where each state starts and from what, and what a reader should know of it."""

    model: DynamicModel
    start: tuple[StartLevel, ...]
    measured: tuple[str, ...]
    notes: tuple[Note, ...]
    broken: tuple[BrokenFile, ...] = ()


def set_up_model(
    folder: StudyFolder,
    *,
    matters: Sequence[MatterResult],
    survey_waves: Sequence[Wave],
    waves: Sequence[Wave],
    levels: Mapping[str, Level],
) -> ModelStart:
    """Return the model of a study: model.toml as it stands, or the shipped one started at what the study measured."""
    path = folder.file("model.toml")
    broken: tuple[BrokenFile, ...] = ()
    if path is not None:
        try:
            model = DynamicModel.load(path)
        except TongchiError as error:
            broken = (BrokenFile("model.toml", "", error.message("zh"), error.message("en")),)
        else:
            note = ("动态模型取自 model.toml。", "The dynamic model is that of model.toml.")
            return ModelStart(model, _start_of(model, {}), (), (note, _RANGES))
    model = _for_regions(DynamicModel.default(), [party.code for party in folder.regions])
    sources = _sources(model.regions, _gap_of(matters), survey_waves, waves, levels)
    start = _start_of(model, sources)
    initial = np.array([one.value for one in start]).reshape(model.initial.shape)
    measured = tuple(dict.fromkeys(one.state for one in start if one.source != "model"))
    return ModelStart(replace(model, initial=initial), start, measured, (_started(measured), _RANGES), broken)


def _start_of(model: DynamicModel, sources: Mapping[tuple[str, str], tuple[float, str]]) -> tuple[StartLevel, ...]:
    """Return the start of each region and state, in the order of the model's array."""
    return tuple(
        StartLevel(region, state, *sources.get((region, state), (float(model.initial[i, j]), "model")))
        for i, region in enumerate(model.regions)
        for j, state in enumerate(STATES)
    )


_RANGES = (
    "参数取自其范围，没有用本研究的数据校准；带宽只反映这些范围。",
    "Parameters are drawn from their ranges and not calibrated to this study; the bands show those ranges and nothing else.",
)


def _started(measured: Sequence[str]) -> Note:
    if not measured:
        return (
            "动态模型为随附模型，起点也是它的假设：本研究没有测得任何一个状态。",
            "The dynamic model is the shipped one, and so is its start: the study measured none of its states.",
        )
    rest = [state for state in STATES if state not in measured]
    if not rest:
        return (
            f"动态模型为随附模型；{len(measured)} 个状态都从本研究测得的水平开始。",
            f"The dynamic model is the shipped one; all {len(measured)} states start at what the study measured.",
        )
    zh = f"动态模型为随附模型；{len(measured)} 个状态从本研究测得的水平开始，{len(rest)} 个沿用模型的假设。"
    en = f"The dynamic model is the shipped one; {len(measured)} states start at what the study measured, {len(rest)} at the model's assumption."
    return zh, en


def _for_regions(model: DynamicModel, regions: Sequence[str]) -> DynamicModel:
    """Return the model with the regions of the study, each as near to every other."""
    size = len(regions)
    if not size:
        return model
    coupling = np.eye(1) if size == 1 else (np.ones((size, size)) - np.eye(size)) / (size - 1)
    initial = np.tile(model.initial.mean(axis=0), (size, 1))
    return replace(model, regions=tuple(regions), coupling=coupling, initial=initial)


def _gap_of(matters: Sequence[MatterResult]) -> float | None:
    """Return the mean gap of the regions' texts: over the pairs of each matter, then over the matters."""
    means = [np.mean([each.pair.gap.value for each in matter.pairs]) for matter in matters if matter.pairs]
    return float(np.mean(means)) if means else None


def _sources(
    regions: Sequence[str],
    gap: float | None,
    survey: Sequence[Wave],
    waves: Sequence[Wave],
    levels: Mapping[str, Level],
) -> dict[tuple[str, str], tuple[float, str]]:
    """Return value and source for each region and state that was measured, the best source first."""
    last: dict[tuple[str, str], Wave] = {}
    for wave in sorted(waves, key=lambda one: one.period.start):
        last[wave.party, wave.construct] = wave
    told = {(one.party, one.construct): one for one in survey}
    found: dict[tuple[str, str], tuple[float, str]] = {}
    for region in regions:
        for state in STATES:
            place = region, state
            if state == "scale_gap" and gap is not None:
                found[place] = gap, "documents"
            elif place in told:
                found[place] = told[place].mean, "survey"
            elif place in last:
                found[place] = last[place].mean, "waves"
            elif state in levels and levels[state].source != "model":
                found[place] = levels[state].value, levels[state].source
    return found


def measured_levels(
    survey: SurveyAnalysis | NotAvailable, waves: Sequence[Wave], stages: StageResult | NotAvailable
) -> dict[str, Level]:
    """Return where each construct stands: by the answers, else by waves, else by indicators."""
    levels = {} if isinstance(stages, NotAvailable) else indicator_levels(stages.indices)
    levels |= wave_levels(waves)
    return levels if isinstance(survey, NotAvailable) else levels | survey_levels(survey)


def diagnose_study_now(
    folder: StudyFolder,
    survey: SurveyAnalysis | NotAvailable,
    start: ModelStart,
    levels: Mapping[str, Level],
) -> Diagnosis | NotAvailable:
    """Return what binds by each reading; refused where neither answers nor a measured start give anything to read."""
    if isinstance(survey, NotAvailable) and not start.measured and folder.file("model.toml") is None:
        zh = "没有问卷，也没有任何测得的水平：诊断只会复述模型的假设，因此不做。"
        en = "There are no answers and no measured level: a diagnosis would repeat the model's assumptions, so there is none."
        return NotAvailable("diagnosis", zh, en)
    options = folder.options
    members, seed = min(options.members, _SHADOWED), options.seed
    others = [state for state in STATES if state != _OUTCOME]
    shadow = unless_refused(
        "shadow", lambda: construct_values(start.model, constructs=others, members=members, seed=seed)
    )
    levers = unless_refused("levers", lambda: lever_values(start.model, members=members, seed=seed))
    known = {name: level for name, level in model_levels(start.model).items() if name not in levels} | dict(levels)
    return unless_refused(
        "diagnosis",
        lambda: diagnose(
            survey,
            shadow,
            levels=known,
            levers=levers,
            draws=options.draws,
            seed=seed,
            notes=start.notes,
        ),
    )


# --- scenarios -------------------------------------------------------------------------------------------


def run_study_scenarios(folder: StudyFolder, start: ModelStart, *, workers: int = 2) -> ScenarioSection | NotAvailable:
    """Run the shipped scenarios on the model of the study, all on the same members."""
    options = folder.options
    runs = unless_refused(
        "scenarios", lambda: run_scenarios(start.model, members=options.members, seed=options.seed, workers=workers)
    )
    if isinstance(runs, NotAvailable):
        return runs
    return ScenarioSection(
        model=start.model,
        table=runs.table(),
        bands=_bands(runs),
        settings=_settings(start.model),
        outcome=runs.outcome,
        members=options.members,
        seed=options.seed,
        start=start.start,
        sentence_zh=runs.sentence("zh"),
        sentence_en=runs.sentence("en"),
        notes=start.notes,
    )


def _bands(runs: ScenarioRuns) -> pl.DataFrame:
    frames = [
        ensemble.bands(region=region).select(
            pl.lit(scenario.id).alias("scenario"), pl.lit(region or "").alias("region"), pl.all()
        )
        for scenario, ensemble in zip(runs.scenarios, runs.ensembles, strict=True)
        for region in (None, *ensemble.model.regions)
    ]
    return pl.concat(frames)


def _settings(model: DynamicModel) -> pl.DataFrame:
    rows = []
    for scenario in default_scenarios(model):
        schedule: Array = scenario.schedule(model)
        for at, lever in enumerate(LEVERS):
            first, last = float(schedule[0, at]), float(schedule[-1, at])
            begins = int((schedule[:, at] != schedule[0, at]).argmax()) if first != last else 0
            rows.append((scenario.id, lever, first, last, begins))
    schema = {"scenario": pl.String, "lever": pl.String, "first": pl.Float64, "last": pl.Float64, "period": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")
