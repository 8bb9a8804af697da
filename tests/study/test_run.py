"""A study runs what its folder allows: every section is a result or says why there is none, and one broken file costs itself only."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_study import load_small_study, write_small_study

from tongchi.errors import MissingFileError, StudyFolderError
from tongchi.study.all_tables import study_tables
from tongchi.study.cache import pack
from tongchi.study.codings_qdpx import import_qdpx
from tongchi.study.figures import figures_of
from tongchi.study.folder import StudyFolder
from tongchi.study.ledger import Status
from tongchi.study.result import SECTIONS, StudyResult
from tongchi.study.run import STEPS, run_study
from tongchi.study.steps_evidence import evidence_project
from tongchi.survey.unavailable import NotAvailable


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    return run_study(load_small_study(tmp_path_factory.mktemp("whole"), survey=True))


@pytest.fixture(scope="module")
def without_answers(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    return run_study(load_small_study(tmp_path_factory.mktemp("texts")))


def test_a_whole_folder_gives_every_section(whole: StudyResult) -> None:
    assert whole.missing() == {}
    assert whole.broken == ()
    assert whole.synthetic


def test_the_coded_quotes_go_out_as_a_project_that_reads_back(whole: StudyResult, tmp_path: Path) -> None:
    data = evidence_project(whole)
    assert data is not None
    file = tmp_path / "codings.qdpx"
    file.write_bytes(data)
    assert not isinstance(whole.evidence, NotAvailable)
    assert [row.quote for row in import_qdpx(file).rows] == [link.row.quote for link in whole.evidence.links]


def test_a_section_without_data_says_why_and_the_others_stand(without_answers: StudyResult) -> None:
    survey = without_answers.survey
    assert isinstance(survey, NotAvailable)
    assert survey.zh
    assert survey.en
    assert set(without_answers.missing()) == {"survey"}


def test_every_section_is_named(whole: StudyResult) -> None:
    assert set(whole.sections()) == set(SECTIONS)


def test_texts_of_the_centre_come_first_and_regions_are_paired(whole: StudyResult) -> None:
    assert not isinstance(whole.matters, NotAvailable)
    offices, vehicles = whole.matters
    assert [text.party for text in offices.texts] == ["state", "sichuan", "chongqing"]
    assert [(each.a.party, each.b.party) for each in offices.pairs] == [("sichuan", "chongqing")]
    assert {each.a.party for each in offices.central_pairs} == {"state"}
    assert isinstance(vehicles.conformity, NotAvailable)


def test_conformity_is_said_of_the_articles_that_a_party_takes_up(whole: StudyResult) -> None:
    assert not isinstance(whole.matters, NotAvailable)
    conformity = whole.matters[0].conformity
    assert not isinstance(conformity, NotAvailable)
    for each in conformity:
        assert 0 <= each.answered <= each.articles == 2
        assert each.kept is None or 0 <= each.kept <= 1


def test_a_ledger_is_judged_on_the_last_day_of_the_last_period(whole: StudyResult) -> None:
    assert not isinstance(whole.ledger, NotAvailable)
    assert whole.ledger.as_of.isoformat() == "2024-12-31"
    found = {line.entry.id: line.status for line in whole.ledger.of_kind("commitment")}
    assert found == {"C1": Status.KEPT, "C2": Status.LATE, "C3": Status.BROKEN, "C4": Status.OPEN}


def test_ledger_and_texts_point_at_each_other(whole: StudyResult) -> None:
    assert not isinstance(whole.ledger, NotAvailable)
    assert not isinstance(whole.commitments, NotAvailable)
    lines = {line.entry.id: line for line in whole.ledger.lines}
    assert lines["C1"].clause == ("documents/sichuan/办公用房办法.md", "art_4")
    assert lines["C1"].is_mutual
    assert not lines["C3"].is_mutual
    assert lines["C4"].clause is None
    found = {(each.party, each.matter): (each.standing, each.ledger) for each in whole.commitments}
    assert found["sichuan", "offices"] == ("mutual", ("C1",))
    assert found["sichuan", "vehicles"] == ("one_sided", ("C3",))


def test_the_model_starts_where_the_study_measured_and_says_so(whole: StudyResult) -> None:
    assert not isinstance(whole.scenarios, NotAvailable)
    sources = {(one.region, one.state): one.source for one in whole.scenarios.start}
    assert sources["sichuan", "scale_gap"] == "documents"
    assert sources["sichuan", "willingness"] == "survey"
    assert sources["chongqing", "localism"] == "model"
    start = {(one.region, one.state): one.value for one in whole.scenarios.start}
    assert start["sichuan", "willingness"] != start["chongqing", "willingness"]
    assert start["sichuan", "scale_gap"] == pytest.approx(whole.scenarios.model.initial[0, 0])


def test_a_year_without_events_counts_as_one(whole: StudyResult) -> None:
    assert not isinstance(whole.stages, NotAvailable)
    assert [period.label for period in whole.stages.indices.periods] == [str(year) for year in range(2018, 2025)]


def test_a_single_survey_does_not_move_the_last_period(whole: StudyResult, without_answers: StudyResult) -> None:
    assert not isinstance(whole.stages, NotAvailable)
    assert not isinstance(without_answers.stages, NotAvailable)
    assert whole.stages.indices.to_frame().equals(without_answers.stages.indices.to_frame())


def test_a_broken_document_is_named_and_the_rest_goes_on(tmp_path: Path, without_answers: StudyResult) -> None:
    write_small_study(tmp_path)
    (tmp_path / "documents" / "chongqing" / "公务用车办法.md").write_bytes(b"%PDF-1.7 broken")
    found = run_study(tmp_path)
    assert [each.path for each in found.broken] == ["documents/chongqing/公务用车办法.md"]
    assert not isinstance(found.matters, NotAvailable)
    assert not isinstance(without_answers.matters, NotAvailable)
    assert found.matters[0].pairs[0].pair.gap == without_answers.matters[0].pairs[0].pair.gap
    assert isinstance(found.matters[1].comparison, NotAvailable)


def test_a_broken_table_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    write_small_study(tmp_path)
    (tmp_path / "events.csv").write_text("date,what\n2020,x\n", encoding="utf-8")
    found = run_study(tmp_path)
    assert [each.path for each in found.broken] == ["events.csv"]
    assert found.events == ()
    assert not isinstance(found.stages, NotAvailable)


def test_a_document_of_no_matter_is_screened_and_not_compared(tmp_path: Path) -> None:
    write_small_study(tmp_path)
    extra = tmp_path / "documents" / "chongqing" / "招标办法.md"
    extra.write_text("# 重庆市招标办法\n\n第一条 投标人应当在本市设有分支机构。\n", encoding="utf-8")
    found = run_study(tmp_path)
    assert found.skipped == ("documents/chongqing/招标办法.md",)
    assert not isinstance(found.findings, NotAvailable)
    assert ("chongqing", "", "documents/chongqing/招标办法.md") in [(f.party, f.matter, f.path) for f in found.findings]


def test_only_a_ledger_is_a_study(tmp_path: Path) -> None:
    write_small_study(tmp_path)
    text = (tmp_path / "study.toml").read_text(encoding="utf-8")
    head, rest = text[: text.index("[[matter]]")], text[text.index("[periods]") :]
    (tmp_path / "study.toml").write_text(head + rest, encoding="utf-8")
    for name in ("events.csv", "indicators.csv", "evidence.csv"):
        (tmp_path / name).unlink()
    for path in (tmp_path / "documents").rglob("*.md"):
        path.unlink()
    found = run_study(tmp_path)
    assert set(found.missing()) >= {"matters", "findings", "stages", "survey", "diagnosis", "scenarios"}
    assert not isinstance(found.ledger, NotAvailable)


def test_an_analysis_that_is_switched_off_says_so(tmp_path: Path) -> None:
    write_small_study(tmp_path)
    path = tmp_path / "study.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("seed = 3", "seed = 3\nbarriers = false"), encoding="utf-8"
    )
    found = run_study(tmp_path)
    assert isinstance(found.findings, NotAvailable)
    assert "study.toml" in found.findings.zh


def test_no_place_on_this_machine_is_in_a_result(without_answers: StudyResult) -> None:
    tables = study_tables(without_answers)
    folder = str(without_answers.folder.path)
    assert all(folder not in table.frame.write_json() for table in tables.values())
    assert folder not in figures_of(tables).to_json()


def test_two_runs_give_the_same_tables(tmp_path: Path, whole: StudyResult) -> None:
    again = run_study(load_small_study(tmp_path, survey=True), workers=1)
    first, second = study_tables(whole), study_tables(again)
    assert list(first) == list(second)
    assert all(first[name].frame.equals(second[name].frame) for name in first)
    assert figures_of(first).to_json() == figures_of(second).to_json()


def test_progress_tells_each_step_in_order(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    run_study(load_small_study(tmp_path), progress=lambda *step: seen.append(step))
    assert [step for step, _, _ in seen] == [*STEPS, ""]
    assert [done for _, done, _ in seen] == list(range(len(STEPS) + 1))


def test_a_folder_with_mistakes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        run_study(tmp_path / "nowhere")
    with pytest.raises(StudyFolderError):
        run_study(tmp_path)


def test_a_loaded_folder_and_its_path_give_the_same(tmp_path: Path) -> None:
    write_small_study(tmp_path)
    (tmp_path / "indicators.csv").unlink()
    by_path, by_folder = run_study(tmp_path), run_study(StudyFolder.load(tmp_path))
    assert pack(by_path.findings) == pack(by_folder.findings)
