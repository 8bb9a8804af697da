"""The reports on the mechanism say what the results hold: in both languages, with bands, and without a number that does not exist."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lxml import html

from tongchi.mechanism.bifurcation import basins, bifurcation, phase_plane
from tongchi.mechanism.calibration import Observations, calibrate
from tongchi.mechanism.diagnosis import diagnose
from tongchi.mechanism.dynamics import STATES
from tongchi.mechanism.identifiability import identifiability
from tongchi.mechanism.indices import measure_indices
from tongchi.mechanism.levels import model_levels
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.scenarios import default_scenarios, run_scenarios
from tongchi.mechanism.sensitivity import sensitivity
from tongchi.mechanism.shadow_values import construct_values, lever_values
from tongchi.mechanism.stage_result import StageResult
from tongchi.mechanism.stages import StageRules
from tongchi.mechanism.study_folder import StudyDiagnosis
from tongchi.mechanism.tables import read_events, read_indicators, read_waves
from tongchi.report.mechanism_diagnosis import diagnosis_report
from tongchi.report.mechanism_evidence import calibration_report, sensitivity_report
from tongchi.report.mechanism_phase import basin_chart, bifurcation_diagram, phase_portrait
from tongchi.report.mechanism_runs import scenarios_report, simulation_report
from tongchi.report.mechanism_stages import stages_report
from tongchi.report.mechanism_words import SCENARIO
from tongchi.report.picture import Ellipse, Line, Picture, Text
from tongchi.report.picture_svg import picture_svg
from tongchi.report.survey_content import Figure, Report, Table
from tongchi.report.survey_html import report_html
from tongchi.survey.unavailable import NotAvailable

EXAMPLE = Path(__file__).parents[2] / "examples" / "mechanism"
NO_NUMBER = re.compile(r"\b(nan|NaN|None|inf|NotAvailable)\b")
NONE = NotAvailable("survey", "没有问卷。", "There is no questionnaire.")
MODEL = DynamicModel.default()
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def runs():  # type: ignore[no-untyped-def]
    return run_scenarios(MODEL, default_scenarios(MODEL), members=30)


def _stages() -> Report:
    indices = measure_indices(read_indicators(EXAMPLE / "indicators.csv"), (), read_events(EXAMPLE / "events.csv"))
    return stages_report(StageResult.of(indices), synthetic=True)


def _diagnosis() -> Report:
    names = [state for state in STATES if state != "development"]
    shadow = construct_values(MODEL, constructs=names, members=30)
    found = diagnose(NONE, shadow, levels=model_levels(MODEL), levers=lever_values(MODEL, members=30))
    return diagnosis_report(StudyDiagnosis(found, NONE, NONE, NONE, MODEL, StageRules.default(), False))


def _calibration() -> Report:
    model = DynamicModel.load(EXAMPLE / "model.toml")
    seen = Observations.from_waves(read_waves(EXAMPLE / "waves.csv"), model)
    posterior = calibrate(model, seen, names=["trust_building", "data_effect", "gap_drift"], particles=50)
    return calibration_report(posterior, identifiability(posterior))


def _sensitivity() -> Report:
    return sensitivity_report(sensitivity(MODEL, kept=3, paths=2, base=16), MODEL)


MAKERS: dict[str, Callable[[], Report]] = {
    "stages": _stages,
    "diagnosis": _diagnosis,
    "calibration": _calibration,
    "sensitivity": _sensitivity,
}


@pytest.fixture(scope="module")
def reports(runs) -> dict[str, Report]:  # type: ignore[no-untyped-def]
    one = bifurcation(MODEL, "reward")
    passed, none = replace(one, folds=((0.05, 0.1),)), replace(one, folds=())
    curves = {"central_push": one, "reward": passed, "sanction": one, "joint_standards": one, "data_sharing": none}
    return {name: make() for name, make in MAKERS.items()} | {
        "scenarios": scenarios_report(runs, curves),
        "simulation": simulation_report(runs),
    }


ALL = (*MAKERS, "scenarios", "simulation")


def cells(report: Report, key: str) -> list[list[float | None]]:
    found = [block for part in report.parts for block in part.blocks if isinstance(block, Table) and block.key == key]
    return [[cell.value for cell in row] for row in found[0].rows]


@pytest.mark.parametrize("name", ALL)
def test_no_page_shows_a_number_that_does_not_exist(reports: dict[str, Report], name: str) -> None:
    for language in ("zh", "en"):
        page = html.fromstring(report_html(reports[name], language=language))  # type: ignore[arg-type]
        for gone in page.xpath("//script|//style"):
            gone.drop_tree()
        assert not NO_NUMBER.search(page.text_content())


@pytest.mark.parametrize("name", ALL)
def test_every_heading_and_sentence_is_there_in_both_languages(reports: dict[str, Report], name: str) -> None:
    report = reports[name]
    words = [report.title, *report.headline]
    for part in report.parts:
        words.append(part.title)
        for block in part.blocks:
            if isinstance(block, Table):
                words += [block.caption, *block.notes]
                assert all(len(row) == len(block.head) for row in block.rows)
            elif isinstance(block, Figure):
                words += [block.caption, *block.notes]
    for each in words:
        assert each.zh.strip()
        assert each.en.strip()
        quoted = re.sub(r"[“”][^“”]*[“”]|江州市|岚州市", "", each.en)
        assert not CHINESE.search(quoted), each.en


@pytest.mark.parametrize("name", ["scenarios", "simulation", "sensitivity"])
def test_what_the_model_gives_is_called_a_scenario_at_the_top(reports: dict[str, Report], name: str) -> None:
    assert SCENARIO in reports[name].headline


@pytest.mark.parametrize("name", ["scenarios", "simulation", "calibration", "sensitivity"])
def test_every_parameter_is_listed_with_its_source(reports: dict[str, Report], name: str) -> None:
    tables = [b for p in reports[name].parts for b in p.blocks if isinstance(b, Table) and b.key == "parameters"]
    assert [row[0].words.en for row in tables[0].rows] == [one.name for one in MODEL.parameters]
    assert all(row[-1].words.en for row in tables[0].rows)


def test_outcomes_and_regret_are_those_of_the_runs(reports: dict[str, Report], runs) -> None:  # type: ignore[no-untyped-def]
    table = runs.table()
    shown = cells(reports["scenarios"], "outcomes")
    assert [row[1] for row in shown] == table["q50"].to_list()
    assert [row[-1] for row in shown] == table["left_the_trap"].to_list()
    assert [row[2:] for row in cells(reports["scenarios"], "regret")] == table.select("regret_mean", "regret_max").to_numpy().tolist()  # fmt: skip
    assert any(runs.sentence("en") == words.en for words in reports["scenarios"].headline)


def test_a_threshold_that_is_passed_and_one_that_is_not_there_are_said(reports: dict[str, Report]) -> None:
    page = report_html(reports["scenarios"], language="en")
    assert "passed" in page
    assert "none within 0–1" in page


def test_the_indices_of_the_page_are_those_of_the_result() -> None:
    indices = measure_indices(read_indicators(EXAMPLE / "indicators.csv"), (), read_events(EXAMPLE / "events.csv"))
    shown = cells(_stages(), "stages_joint")
    for column, element in ((1, "motive"), (3, "path"), (5, "purpose")):
        assert [row[column] for row in shown] == indices.series(element)


def test_the_mark_stands_on_synthetic_pages_alone(reports: dict[str, Report]) -> None:
    assert reports["stages"].mark is not None
    assert reports["simulation"].mark is None


def test_parameters_that_the_data_do_not_move_get_no_estimate(reports: dict[str, Report]) -> None:
    rows = cells(reports["calibration"], "posterior")
    quiet = [row for row in rows if row[-1] is not None and row[-1] < 0.25]
    assert quiet
    assert all(row[4] is None for row in quiet)
    assert any(row[4] is not None for row in rows)


# --- pictures of trap and exit ----------------------------------------------------------------------------


def words_in(picture: Picture) -> set[str]:
    return {shape.words.en for shape in picture.shapes if isinstance(shape, Text)}


def test_the_phase_portrait_shows_trap_and_exit_where_they_rest() -> None:
    plane = phase_plane(MODEL, size=21)
    picture = phase_portrait(plane, arrows=7)
    assert {"trap", "exit"} <= words_in(picture)
    marks = [shape for shape in picture.shapes if isinstance(shape, Ellipse)]
    assert len(marks) == len(plane.points)
    trap, leaving = (next(p for p in plane.points if p.name == name) for name in ("trap", "exit"))
    by_tip = {shape.tip.en.split(" (")[0]: shape for shape in marks if shape.tip and shape.look == "holds_point"}
    assert by_tip["trap"].x < by_tip["exit"].x  # less involvement
    assert by_tip["trap"].y < by_tip["exit"].y  # more barrier: higher on the page
    assert trap.value("involvement") < leaving.value("involvement")


def test_the_zero_lines_of_the_portrait_run_through_the_rest_points() -> None:
    plane = phase_plane(MODEL, size=41)
    picture = phase_portrait(plane, arrows=5)
    lines = {
        look: [s.points for s in picture.shapes if isinstance(s, Line) and s.look == look]
        for look in ("middle", "step")
    }
    for mark in (s for s in picture.shapes if isinstance(s, Ellipse) and s.look == "holds_point"):
        for pieces in lines.values():
            nearest = min(float(np.hypot(x - mark.x, y - mark.y)) for piece in pieces for x, y in piece)
            assert nearest < 12.0  # within one cell of the grid


def test_the_bifurcation_diagram_marks_the_threshold_of_the_lever() -> None:
    found = bifurcation(MODEL, "reward")
    picture = bifurcation_diagram(found, now=0.2)
    assert f"{found.threshold:.3f}" in words_in(picture)
    looks = {shape.look for shape in picture.shapes if isinstance(shape, Line)}
    assert {"holds", "repels", "change", "cut"} <= looks
    assert not NO_NUMBER.search(picture_svg(picture))


def test_both_ends_of_the_basins_are_drawn() -> None:
    found = basins(MODEL, size=5, horizon=60.0)
    drawn = picture_svg(basin_chart(found))
    assert drawn.count("#e3f0ea") > 1
    assert drawn.count("#f7ddd5") > 1
