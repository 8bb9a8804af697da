"""What do the answers say, from the file to the verdicts? One call runs every analysis and gathers the results.

`analyse` never stops because one statistic does not exist: the section holds a `NotAvailable` with the reason. It raises only
where there is nothing to analyse at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version

import polars as pl

from tongchi.errors import SampleError, UsageError
from tongchi.survey.analysis_bottleneck import Outcome, find_bottlenecks
from tongchi.survey.analysis_common_method import CommonMethod, check_common_method
from tongchi.survey.analysis_invariance import NO_GROUP, climb, latent_means_of
from tongchi.survey.analysis_measurement import Measurement, measure
from tongchi.survey.analysis_models import Method, ModelFit, Progress, estimate, measurement_syntax, methods_for
from tongchi.survey.analysis_sample import (
    CleaningDecision,
    ItemDescription,
    SampleDescription,
    decide,
    describe_items,
    describe_sample,
    group_labels,
    usable_answers,
)
from tongchi.survey.analysis_structure import Structure, estimate_structure, judge_hypotheses
from tongchi.survey.cleaning import clean
from tongchi.survey.common_method import single_factor_share
from tongchi.survey.groups import GroupComparisons, LatentMeans, compare_groups
from tongchi.survey.hypotheses import HypothesisTable
from tongchi.survey.hypotheses_sensitivity import Sensitivity, sensitivity
from tongchi.survey.importance_performance import ImportancePerformance
from tongchi.survey.instrument import Instrument
from tongchi.survey.invariance import InvarianceLadder
from tongchi.survey.item_matrix import check_items, cov_to_cor, sample_cov
from tongchi.survey.necessity import Necessity
from tongchi.survey.responses import Responses
from tongchi.survey.scale_scores import scale_scores
from tongchi.survey.simulation import SYNTHETIC_PREFIX
from tongchi.survey.unavailable import NotAvailable, unless_refused

STEPS = (
    "cleaning",
    "model",
    "measurement",
    "structure",
    "invariance",
    "groups",
    "hypotheses",
    "sensitivity",
    "bottleneck",
)


@dataclass(frozen=True)
class Settings:
    """What was asked for, so that the run can be repeated: `draws` of each bootstrap, `seed` of all random numbers."""

    group: str | None
    office: str | None
    estimator: str
    draws: int
    seed: int
    software: str
    """Name and version of what estimated."""


@dataclass(frozen=True)
class SurveyAnalysis:
    """Everything that was found. A section that could not be computed is a `NotAvailable` with its reason.

    Models and statistics are of the respondents that were not set aside; those named `everyone_…` are of all.
    """

    instrument: Instrument
    responses: Responses
    settings: Settings
    synthetic: bool
    """Whether the answers are simulated."""
    answers: pl.DataFrame
    """Scored answers of the respondents used: reversed items turned round, values outside the scale null."""
    constructs: Mapping[str, tuple[str, ...]]
    """Construct to its items that vary."""
    sample: SampleDescription
    cleaning: CleaningDecision
    items: tuple[ItemDescription, ...]
    measurement: Measurement
    single_factor: float | NotAvailable
    common_method: CommonMethod | NotAvailable
    cfa: ModelFit | NotAvailable
    everyone_cfa: ModelFit | NotAvailable
    structure: Structure | NotAvailable
    invariance: InvarianceLadder | NotAvailable
    groups: GroupComparisons | NotAvailable
    hypotheses: HypothesisTable | NotAvailable
    sensitivity: Sensitivity | NotAvailable
    bottlenecks: tuple[Outcome, ...] | NotAvailable
    """One for each construct that the hypotheses end at."""

    @property
    def paths_within(self) -> str | None:
        """The column within whose groups the paths of the hypotheses are estimated; `structure` takes all groups as one."""
        known = isinstance(self.cfa, ModelFit) and not self.cfa.method.ordinal
        return self.settings.group if known else None

    @property
    def importance(self) -> tuple[ImportancePerformance, ...] | NotAvailable:
        """The maps of all outcomes that have one."""
        if isinstance(self.bottlenecks, NotAvailable):
            return self.bottlenecks
        found = [one.importance for one in self.bottlenecks]
        known = tuple(one for one in found if not isinstance(one, NotAvailable))
        return known or next(one for one in found if isinstance(one, NotAvailable))

    @property
    def necessity(self) -> tuple[Necessity, ...] | NotAvailable:
        """The necessary conditions of all outcomes that have an analysis."""
        if isinstance(self.bottlenecks, NotAvailable):
            return self.bottlenecks
        found = [one.necessity for one in self.bottlenecks]
        known = tuple(one for one in found if not isinstance(one, NotAvailable))
        return known or next(one for one in found if isinstance(one, NotAvailable))


def analyse(
    instrument: Instrument,
    responses: Responses,
    *,
    group: str | None = None,
    office: str | None = None,
    estimator: str = "MLR",
    draws: int = 1000,
    seed: int = 1,
    synthetic: bool | None = None,
    progress: Progress | None = None,
) -> SurveyAnalysis:
    """Run the whole analysis of a questionnaire.

    Parameters
    ----------
    group : column that divides the respondents, for invariance and comparisons
    office : column whose people work together, for agreement within offices
    estimator : of the main models: "MLR" (missing answers by full information) or, for ordinal answers, "WLSMV"
    draws : of each bootstrap
    seed : of all random numbers; the same seed gives the same result
    synthetic : marks simulated answers, so that no report shows them as a finding; None looks whether every respondent is named
        as simulated ones are
    progress : called with the step that begins, the number done and the number of steps

    Raises
    ------
    UsageError
        a group or office that the answers do not have
    SampleError
        no respondent or no item that can be analysed
    UnsupportedModelError
        an unknown estimator
    """
    _check_columns(responses, group=group, office=office)
    settings = Settings(group, office, estimator.upper(), draws, seed, f"Tongchi {version('tongchi')}")
    tell = _Teller(progress)
    tell("cleaning")
    at = _prepare(instrument, replace(responses, instrument=instrument), estimator)
    tell("model")
    cfa, everyone_cfa = at.measurement_model(at.answers), at.measurement_model(at.everyone)
    tell("measurement")
    fit = cfa if isinstance(cfa, NotAvailable) else cfa.fit
    measurement = measure(instrument, at.answers, at.constructs, fit, office=office, draws=draws, seed=seed)
    common = check_common_method(at.answers, at.constructs, cfa)
    tell("structure")
    structure = estimate_structure(
        instrument, at.answers, at.everyone, at.constructs, at.methods, measured=(cfa, everyone_cfa)
    )
    judged = _judge(at, settings, cfa, structure, tell)
    return SurveyAnalysis(
        instrument=instrument,
        responses=at.decision.cleaning.responses,
        settings=settings,
        synthetic=_is_synthetic(responses) if synthetic is None else synthetic,
        answers=at.answers,
        constructs=at.constructs,
        sample=describe_sample(at.decision.cleaning.responses, at.decision, at.answers, group),
        cleaning=at.decision,
        items=at.items,
        measurement=measurement,
        single_factor=unless_refused("single_factor", lambda: _single_factor(at.answers, at.measured)),
        common_method=common,
        cfa=cfa,
        everyone_cfa=everyone_cfa,
        structure=structure,
        invariance=judged.invariance,
        groups=judged.groups,
        hypotheses=judged.hypotheses,
        sensitivity=judged.sensitivity,
        bottlenecks=judged.bottlenecks,
    )


@dataclass(frozen=True)
class _Judged:
    """What is said of groups, hypotheses and bottlenecks once the models are there."""

    invariance: InvarianceLadder | NotAvailable
    groups: GroupComparisons | NotAvailable
    hypotheses: HypothesisTable | NotAvailable
    sensitivity: Sensitivity | NotAvailable
    bottlenecks: tuple[Outcome, ...] | NotAvailable


def _judge(
    at: _Prepared,
    settings: Settings,
    cfa: ModelFit | NotAvailable,
    structure: Structure | NotAvailable,
    tell: _Teller,
) -> _Judged:
    group, draws, seed = settings.group, settings.draws, settings.seed
    tell("invariance")
    ladder = climb(at.answers, at.constructs, cfa, group, at.instrument)
    latent = latent_means_of(ladder)
    tell("groups")
    groups = _groups(at, group, latent)
    tell("hypotheses")
    verdicts = judge_hypotheses(
        at.instrument, at.answers, at.constructs, structure, group=group, latent_means=latent, draws=draws, seed=seed
    )
    tell("sensitivity")
    steadiness = _sensitivity(verdicts, at, group, latent)
    tell("bottleneck")
    found = find_bottlenecks(at.instrument, structure, at.answers, draws=max(draws, 1000), seed=seed)
    return _Judged(ladder, groups, verdicts, steadiness, found)


def _check_columns(responses: Responses, **asked: str | None) -> None:
    for name, column in asked.items():
        if column is not None and column not in responses.frame.columns:
            columns = ", ".join(responses.frame.columns[:12])
            raise UsageError(found=f"{name} “{column}”", expected=f"答卷的列 / a column of the answers: {columns}")


@dataclass(frozen=True)
class _Prepared:
    """Scored answers of those used and of everyone, the items that vary by construct, and how models are estimated."""

    instrument: Instrument
    decision: CleaningDecision
    answers: pl.DataFrame
    everyone: pl.DataFrame
    items: tuple[ItemDescription, ...]
    constructs: dict[str, tuple[str, ...]]
    methods: tuple[Method, ...]

    @property
    def measured(self) -> list[str]:
        """Items of the constructs that have two or more."""
        return [code for codes in self.constructs.values() if len(codes) > 1 for code in codes]

    def measurement_model(self, answers: pl.DataFrame) -> ModelFit | NotAvailable:
        syntax = measurement_syntax(self.constructs)
        return estimate(syntax, answers, self.methods, self.measured) if syntax else _NO_MODEL


def _prepare(instrument: Instrument, responses: Responses, estimator: str) -> _Prepared:
    decision = decide(clean(responses))
    codes, scale = responses.items, instrument.scale
    answers = usable_answers(decision.excluded.scored, codes, scale)
    items = describe_items(instrument, answers, codes)
    constructs = _constructs(instrument, items)
    methods = methods_for(estimator, answers, [code for part in constructs.values() for code in part])
    everyone = usable_answers(responses.scored(), codes, scale)
    return _Prepared(instrument, decision, answers, everyone, items, constructs, methods)


_NO_MODEL = NotAvailable("cfa", "没有两题以上的构念。", "No construct has two items.")


class _Teller:
    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress

    def __call__(self, step: str) -> None:
        if self._progress:
            self._progress(step, STEPS.index(step), len(STEPS))


def _groups(at: _Prepared, group: str | None, latent: LatentMeans | None) -> GroupComparisons | NotAvailable:
    if group is None:
        return NO_GROUP
    scores = scale_scores(at.instrument, at.answers)
    labels = group_labels(at.instrument, scores, group)
    return unless_refused(
        "groups", lambda: compare_groups(scores, list(at.constructs), group, labels=labels, latent=latent)
    )


def _sensitivity(
    verdicts: HypothesisTable | NotAvailable, at: _Prepared, group: str | None, latent: LatentMeans | None
) -> Sensitivity | NotAvailable:
    if isinstance(verdicts, NotAvailable):
        return NotAvailable("sensitivity", verdicts.zh, verdicts.en)
    return sensitivity(
        at.instrument,
        verdicts,
        at.answers,
        everyone=at.everyone,
        constructs=at.constructs,
        within=group,
        latent_means=None if group is None or latent is None else {group: latent},
    )


def _is_synthetic(responses: Responses) -> bool:
    names = responses.frame[responses.instrument.respondent]
    return bool(len(names) and names.str.starts_with(SYNTHETIC_PREFIX).all())


def _constructs(instrument: Instrument, items: tuple[ItemDescription, ...]) -> dict[str, tuple[str, ...]]:
    found = {
        construct.code: tuple(item.code for item in items if item.construct == construct.code and item.usable)
        for construct in instrument.constructs
    }
    kept = {code: codes for code, codes in found.items() if codes}
    if not kept:
        raise SampleError(
            found="没有题目有差异 / no item varies",
            expected="至少一题有不同的回答 / an item with different answers",
            advice="请用 tongchi survey check 查看答卷。/ Look at the answers with tongchi survey check.",
        )
    return kept


def _single_factor(answers: pl.DataFrame, items: list[str]) -> float:
    whole = answers.select(items).drop_nulls().to_numpy().reshape(-1, len(items))
    return single_factor_share(cov_to_cor(sample_cov(check_items(whole, items))))
