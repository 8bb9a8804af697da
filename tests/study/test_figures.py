"""Every figure is a cell of a table, leads to what it rests on, and recomputes from the tables as they lie on disk."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from small_study import load_small_study

from tongchi.errors import StudyError
from tongchi.study.all_tables import study_tables
from tongchi.study.figures import Figures, figure_id, figures_of, recompute
from tongchi.study.result import StudyResult
from tongchi.study.run import run_study
from tongchi.study.tables import StudyTable, TableSpec, columns, table, write_parquet
from tongchi.survey.unavailable import NotAvailable

SPEC = TableSpec("t", "表", "table", ("k",), columns("k s 键 | key\nv f 值 | value"), ("v",))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    return run_study(load_small_study(tmp_path_factory.mktemp("study"), survey=True))


@pytest.fixture(scope="module")
def tables(result: StudyResult) -> dict[str, StudyTable]:
    return study_tables(result)


@pytest.fixture(scope="module")
def figures(tables: dict[str, StudyTable]) -> Figures:
    return figures_of(tables)


def test_every_figure_recomputes_from_the_files(
    tmp_path: Path, tables: dict[str, StudyTable], figures: Figures
) -> None:
    back = {path.stem: pl.read_parquet(path) for path in write_parquet(tables, tmp_path)}
    assert len(figures) > 500
    for figure in figures.values():
        assert recompute(figure, back) == figure.value


def test_the_same_rows_give_the_same_bytes(tmp_path: Path, tables: dict[str, StudyTable]) -> None:
    first, second = write_parquet(tables, tmp_path / "a"), write_parquet(tables, tmp_path / "b")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_every_table_keeps_its_schema(tables: dict[str, StudyTable]) -> None:
    for each in tables.values():
        assert each.frame.schema == pl.Schema(each.spec.schema), each.name
        assert all(name in each.spec.schema for name in (*each.spec.keys, *each.spec.figures))


def test_no_number_is_nan(tables: dict[str, StudyTable]) -> None:
    for each in tables.values():
        for column, kind in each.frame.schema.items():
            if kind == pl.Float64:
                assert not each.frame[column].is_nan().any(), (each.name, column)


def test_evidence_is_json_without_nan(figures: Figures) -> None:
    found = json.loads(figures.to_json(), parse_constant=pytest.fail)
    assert list(found) == sorted(found)
    assert all(entry["sources"][0]["kind"] == "table" for entry in found.values())


def test_every_clause_that_a_figure_names_is_in_its_document(result: StudyResult, figures: Figures) -> None:
    links = {link for figure in figures.values() for link in figure.sources if link.kind == "clause"}
    assert links
    for link in links:
        text = result.text(link.document)
        assert text is not None, link
        assert text.document.find(link.eid) >= 0, link


def test_every_event_and_ledger_line_that_a_figure_names_is_there(result: StudyResult, figures: Figures) -> None:
    assert not isinstance(result.ledger, NotAvailable)
    lines = {
        "event": {event.line for event in result.events},
        "ledger": {line.entry.line for line in result.ledger.lines},
        "indicator": {row.line for row in result.indicators},
    }
    for kind, known in lines.items():
        named = {link.line for figure in figures.values() for link in figure.sources if link.kind == kind}
        assert named, kind
        assert named <= known, kind


def test_a_figure_of_answers_names_its_items(result: StudyResult, figures: Figures) -> None:
    assert not isinstance(result.survey, NotAvailable)
    figure = figures.cell("survey_constructs", ("willingness",), "mean")
    (items,) = [link for link in figure.sources if link.kind == "items"]
    assert items.items == ("willingness1", "willingness2", "willingness3")
    assert figure.construct == "willingness"


def test_counts_agree_with_the_rows_that_they_count(tables: dict[str, StudyTable]) -> None:
    findings, commitments = tables["findings"].frame, tables["commitments"].frame
    for row in tables["finding_parties"].frame.iter_rows(named=True):
        assert row["total"] == findings.filter(pl.col("party") == row["party"]).height
    for row in tables["commitment_parties"].frame.iter_rows(named=True):
        own = commitments.filter(pl.col("party") == row["party"])
        assert row["clauses"] == own.height == row["mutual"] + row["one_sided"] + row["undirected"]
    ledger = tables["ledger"].frame
    for row in tables["ledger_records"].frame.filter(pl.col("kind") == "commitment").iter_rows(named=True):
        own = ledger.filter((pl.col("party") == row["party"]) & (pl.col("kind") == "commitment"))
        assert {s: own.filter(pl.col("status") == s).height for s in ("kept", "late", "broken", "open")} == {
            s: row[s] for s in ("kept", "late", "broken", "open")
        }
        assert row["settled"] == row["kept"] + row["late"] + row["broken"]


def test_a_gap_counts_the_clauses_of_its_table(tables: dict[str, StudyTable]) -> None:
    clauses = tables["clauses"].frame
    kinds = ("identical", "wording", "scope", "quantity", "stricter", "looser", "conflict")
    for row in tables["gaps"].frame.iter_rows(named=True):
        own = clauses.filter([pl.col(key) == row[key] for key in ("matter", "document_a", "document_b")])
        assert {kind: own.filter(pl.col("type") == kind).height for kind in kinds} == {
            kind: row[kind] for kind in kinds
        }
        assert own.filter(pl.col("type") == "only").height == row["only_a"] + row["only_b"]
        assert row["low"] <= row["gap"] <= row["high"]


def test_the_parts_of_a_gap_add_up_to_it(tables: dict[str, StudyTable]) -> None:
    parts = tables["gap_parts"].frame
    for row in tables["gaps"].frame.iter_rows(named=True):
        own = parts.filter([pl.col(key) == row[key] for key in ("matter", "document_a", "document_b")])
        for split in ("type", "chapter"):
            assert own.filter(pl.col("split") == split)["contribution"].sum() == pytest.approx(row["gap"], abs=1e-4)


def test_a_count_of_one_type_leads_to_its_own_clauses(tables: dict[str, StudyTable], figures: Figures) -> None:
    row = tables["gaps"].frame.filter(pl.col("only_a") > 0).row(0, named=True)
    figure = figures.cell("gaps", [row[key] for key in ("matter", "document_a", "document_b")], "only_a")
    clauses = [link for link in figure.sources if link.kind == "clause"]
    assert len(clauses) == figure.value
    assert {link.document for link in clauses} == {row["document_a"]}


def test_figures_are_said_in_both_languages(figures: Figures) -> None:
    figure = figures.cell("ledger_records", ("sichuan", "commitment"), "kept")
    assert figure.text_zh == "承诺、奖励与问责 · 四川省 · 承诺 · 按期完成"
    assert figure.text_en == "Commitments, rewards and sanctions · Sichuan · commitments · kept"


def test_two_rows_of_one_key_are_refused() -> None:
    with pytest.raises(StudyError):
        table(SPEC, [("a", 1.0), ("a", 2.0)])


def test_a_cell_without_a_number_is_refused() -> None:
    found = figures_of({"t": table(SPEC, [("a", 1.0), ("b", None)])})
    assert list(found) == ["t/a/v"]
    with pytest.raises(StudyError):
        found.cell("t", ["b"], "v")


def test_a_slash_in_a_key_does_not_part_an_id() -> None:
    assert figure_id("t", ["documents/a.md"], "v") == "t/documents|a.md/v"
