"""What do the officials of a study say? Answers read by its instrument, analysed, and turned into a wave for each party."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tongchi.errors import TongchiError
from tongchi.mechanism.tables import CONSTRUCTS, Period, Wave
from tongchi.study.folder import StudyFolder
from tongchi.study.result import BrokenFile
from tongchi.survey.analysis import SurveyAnalysis, analyse
from tongchi.survey.instrument import Group, Instrument
from tongchi.survey.responses import Responses, read_responses
from tongchi.survey.scale_scores import mean_score
from tongchi.survey.unavailable import NotAvailable, unless_refused

_FEWEST = 5  # answers below which a group's mean makes no wave


@dataclass(frozen=True)
class SurveyFiles:
    """The instrument of a study and the answers to it, as far as there are any."""

    instrument: Instrument | None
    responses: Responses | NotAvailable
    broken: tuple[BrokenFile, ...]


def read_survey_files(folder: StudyFolder) -> SurveyFiles:
    """Read questionnaire and answers; what cannot be read is noted."""
    none = NotAvailable("survey", "研究没有问卷答卷。", "The study has no answers to a questionnaire.")
    path, written = folder.responses, folder.file("questionnaire.toml")
    if path is None and written is None:
        return SurveyFiles(None, none, ())
    try:
        instrument = Instrument.load(written) if written else Instrument.default()
    except TongchiError as error:
        return SurveyFiles(None, _refused(error), (_broken("questionnaire.toml", error),))
    if path is None:
        return SurveyFiles(instrument, none, ())
    try:
        answers = read_responses(path, _with_groups(instrument, folder), mapping=folder.file("mapping.csv"))
    except TongchiError as error:
        return SurveyFiles(instrument, _refused(error), (_broken(path.name, error),))
    return SurveyFiles(instrument, replace(answers, instrument=instrument), ())


def _refused(error: TongchiError) -> NotAvailable:
    return NotAvailable("survey", error.message("zh"), error.message("en"))


def _broken(name: str, error: TongchiError) -> BrokenFile:
    return BrokenFile(name, "", error.message("zh"), error.message("en"))


def _with_groups(instrument: Instrument, folder: StudyFolder) -> Instrument:
    """Count the columns that study.toml divides the answers by as groups, even where the instrument does not list them."""
    known = {group.code for group in instrument.groups} | set(instrument.item_codes)
    names = dict.fromkeys((folder.options.group, folder.options.office))
    extra = [Group(name, name, name) for name in names if name and name not in known]
    return replace(instrument, groups=(*instrument.groups, *extra))


def analyse_survey(folder: StudyFolder, files: SurveyFiles) -> SurveyAnalysis | NotAvailable:
    """Run the whole analysis with the options of the study; the fits behind the tables of other methods are not kept."""
    instrument, responses, options = files.instrument, files.responses, folder.options
    if instrument is None or isinstance(responses, NotAvailable):
        reason = responses if isinstance(responses, NotAvailable) else None
        return reason or NotAvailable("survey", "研究没有问卷。", "The study has no questionnaire.")
    found = unless_refused(
        "survey",
        lambda: analyse(
            instrument,
            responses,
            group=options.group,
            office=options.office,
            estimator=options.estimator,
            draws=options.draws,
            seed=options.seed,
        ),
    )
    return found if isinstance(found, NotAvailable) else _lighter(found)


def _lighter(found: SurveyAnalysis) -> SurveyAnalysis:
    """Drop the fits of the other methods, which hold weight matrices of a thousand rows and are reported by verdict only."""
    if isinstance(found.sensitivity, NotAvailable):
        return found
    tables = {
        name: one if isinstance(one, NotAvailable) else replace(one, fits={})
        for name, one in found.sensitivity.tables.items()
    }
    return replace(found, sensitivity=replace(found.sensitivity, tables=tables))


def survey_waves(folder: StudyFolder, survey: SurveyAnalysis | NotAvailable) -> tuple[Wave, ...]:
    """Return the mean of each construct in each party, on [0, 1], as a wave of the last period.

    The groups must be parties by code or name in either language; without such a group, or without periods, there is no wave.
    """
    column, period = folder.options.group, folder.last
    if isinstance(survey, NotAvailable) or column is None or period is None or column not in survey.answers.columns:
        return ()
    labels = _party_of_value(folder, survey.instrument, column, survey.answers[column].unique().drop_nulls().sort())
    scale = survey.instrument.scale
    waves = []
    for value, party in labels.items():
        own = survey.answers.filter(pl.col(column).cast(pl.String) == value)
        for construct in (code for code in CONSTRUCTS if code in survey.constructs):
            scores = mean_score(own, survey.constructs[construct]).drop_nulls().to_numpy()
            wave = _wave(party, period, construct, (scores - scale.low) / (scale.high - scale.low))
            waves += [wave] if wave else []
    return tuple(waves)


def _wave(party: str, period: Period, construct: str, shares: NDArray[np.float64]) -> Wave | None:
    if len(shares) < _FEWEST:
        return None
    error = float(shares.std(ddof=1)) / float(np.sqrt(len(shares)))
    return Wave(party, period, construct, float(shares.mean()), error, len(shares), 0) if error > 0 else None


def _party_of_value(folder: StudyFolder, instrument: Instrument, column: str, values: pl.Series) -> dict[str, str]:
    """Return the party that each value of the group column stands for, values that stand for none left out."""
    groups = {value.code: value for group in instrument.groups if group.code == column for value in group.values}
    found = {}
    for value in (str(one) for one in values):
        named = groups.get(value)
        for word in (value, *((named.zh, named.en) if named else ())):
            party = folder.party(word)
            if party and not party.is_central:
                found[value] = party.code
                break
    return found
