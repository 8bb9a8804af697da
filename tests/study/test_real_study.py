"""Real texts of three matters and the real timeline, no questionnaire: what is there is found, what is not is said."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from real_study import write_real_study

from tongchi.study.all_tables import study_tables
from tongchi.study.figures import figures_of, recompute
from tongchi.study.result import StudyResult
from tongchi.study.run import run_study
from tongchi.study.tables import StudyTable
from tongchi.survey.unavailable import NotAvailable


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> StudyResult:
    if not (shared_data / "timeline").is_dir():
        pytest.skip("the timeline is not here: ../shared/data/timeline is absent")
    return run_study(write_real_study(tmp_path_factory.mktemp("real"), shared_data), workers=1)


@pytest.fixture(scope="module")
def tables(result: StudyResult) -> dict[str, StudyTable]:
    return study_tables(result)


def test_texts_events_and_stages_are_there_and_the_rest_says_why(result: StudyResult) -> None:
    assert set(result.missing()) == {"ledger", "survey", "diagnosis", "scenarios", "evidence"}
    assert all(reason.zh and reason.en for reason in result.missing().values())
    assert result.broken == ()


def test_each_gap_stands_beside_its_vintages(result: StudyResult, tables: dict[str, StudyTable]) -> None:
    gaps = tables["gaps"].frame
    assert gaps["matter"].to_list() == ["safety", "geology", "transport"]
    assert gaps["gap"].is_between(0.4, 0.8).all()
    assert (gaps["low"] < gaps["gap"]).all()
    assert (gaps["gap"] < gaps["high"]).all()
    assert (gaps["years"].abs() > 4).all()
    apart = {note.matter for note in result.vintages if "central" not in note.document_a}
    assert apart == {"safety", "geology", "transport"}


def test_a_statute_that_repeats_the_centre_answers_most_of_its_articles(tables: dict[str, StudyTable]) -> None:
    conformity = tables["conformity"].frame
    assert conformity.height == 6
    assert (conformity["answered"] >= 0.5 * conformity["articles"]).all()
    assert (conformity["conflicts"] == 0).all()


def test_one_sided_commitments_are_those_of_the_texts(result: StudyResult) -> None:
    """四川省安全生产条例 art. 58 and 地质灾害防治条例 art. 8 name Chongqing's side; Chongqing's own texts of 2015 and 2020 do not answer."""
    assert not isinstance(result.commitments, NotAvailable)
    found = {(each.party, each.matter, each.commitment.article) for each in result.commitments if each.towards}
    assert {("sichuan", "safety", "58"), ("sichuan", "geology", "8"), ("chongqing", "transport", "6")} <= found
    assert all(each.standing != "mutual" for each in result.commitments if each.matter == "safety")


def test_official_texts_raise_few_alarms(tables: dict[str, StudyTable]) -> None:
    counts = tables["finding_parties"].frame
    assert counts["articles"].sum() > 400
    assert counts["total"].sum() <= 3


def test_the_timeline_counts_quiet_years_and_dates_the_changes(result: StudyResult) -> None:
    assert not isinstance(result.stages, NotAvailable)
    assert len(result.stages.indices.periods) == 12
    changes = result.stages.changes
    assert [period.label for period in changes["motive"].when()] == ["2020"]
    assert [period.label for period in changes["path"].when()] == ["2022"]
    assert result.stages.joint.current is None  # nothing measures the purpose


def test_the_questionnaire_is_silent_on_every_hypothesis(result: StudyResult) -> None:
    assert not isinstance(result.triangulation, NotAvailable)
    assert {row.of("questionnaire").answer.value for row in result.triangulation} == {"silent"}
    assert len(result.triangulation) == 16


def test_every_figure_recomputes(tables: dict[str, StudyTable]) -> None:
    frames = {name: each.frame for name, each in tables.items()}
    figures = figures_of(tables)
    assert len(figures) > 1000
    assert all(recompute(figure, frames) == figure.value for figure in list(figures.values())[::5])


def test_quotes_of_clauses_are_words_of_the_texts(result: StudyResult, tables: dict[str, StudyTable]) -> None:
    sources = {text.path: "".join(text.document.source.split()) for text in result.texts}
    for row in tables["findings"].frame.iter_rows(named=True):
        assert all("".join(word.split()) in sources[row["path"]] for word in row["words"].split("、"))
    for row in tables["commitments"].frame.filter(pl.col("quote") != "").iter_rows(named=True):
        assert "".join(row["action"].split()) in sources[row["path"]]
