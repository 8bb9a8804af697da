"""The workbook holds every table of a study, says what there is not, and is the same file for the same tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from study_case import bare_result

from tongchi.report.study_xlsx import write_study_xlsx
from tongchi.study.tables import StudyTable, TableSpec, columns, table

COLUMNS = """
    party s 协同方 | Party
    what s 内容 | What
    value f 值 | Value
    kept b 已履行 | Kept
    n i 件数 | Number
"""
ROWS = (
    ("north", "=HYPERLINK(1)", 0.123456789012, True, 3),
    ("south", "第一条　应当\n节约。", None, False, 12),
)


def made(name: str = "ledger", rows: tuple[tuple[object, ...], ...] = ROWS) -> StudyTable:
    spec = TableSpec(name, "台账", "Ledger", ("party",), columns(COLUMNS), ("value", "n"))
    return table(spec, rows, names={"north": ("江州市", "Jiangzhou"), "south": ("岚州市", "Lanzhou")})


def sheet(book: Any, name: str) -> list[tuple[object, ...]]:
    return list(book[name].iter_rows(values_only=True))


@pytest.fixture
def book(tmp_path: Path) -> Any:
    tables = {"ledger": made(), "gaps": made("gaps", ())}
    return openpyxl.load_workbook(write_study_xlsx(bare_result(), tables, tmp_path / "tables.xlsx"))


def test_heads_are_in_both_languages_and_stay_in_sight(book: Any) -> None:
    assert sheet(book, "ledger")[0][:3] == ("协同方\nParty", "内容\nWhat", "值\nValue")
    assert book["ledger"].freeze_panes == "A2"
    assert book["ledger"].auto_filter.ref == "A1:E3"


def test_numbers_are_numbers_and_what_is_missing_is_empty(book: Any) -> None:
    first, second = sheet(book, "ledger")[1:]
    assert first[2] == pytest.approx(0.123456789012, rel=1e-6)
    assert (first[3], first[4]) == ("是 yes", 3)
    assert (second[2], second[3]) == (None, "否 no")


def test_text_never_becomes_a_formula(book: Any) -> None:
    cell = book["ledger"]["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=HYPERLINK(1)", "s", True)


def test_the_first_sheet_lists_tables_and_says_what_is_missing(book: Any) -> None:
    rows = sheet(book, "contents")
    assert ("ledger", "台账", "Ledger", 2) in rows
    assert ("gaps", "台账", "Ledger", 0) in rows
    assert "gaps" not in book.sheetnames, "a table without rows has no sheet"
    assert any(row[0] == "survey" and row[1] == "没有答卷。" and row[2] == "There are no answers." for row in rows)


def test_codes_are_explained(book: Any) -> None:
    assert sheet(book, "names")[1:] == [("north", "江州市", "Jiangzhou"), ("south", "岚州市", "Lanzhou")]


def test_long_names_of_tables_are_still_told_apart(tmp_path: Path) -> None:
    names = ["a" * 40, "a" * 41, "Names"]
    tables = {name: made(name) for name in names}
    book = openpyxl.load_workbook(write_study_xlsx(bare_result(), tables, tmp_path / "t.xlsx"))
    assert len(book.sheetnames) == 5
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = (
        write_study_xlsx(bare_result(), {"ledger": made()}, tmp_path / name).read_bytes() for name in ("a", "b")
    )
    assert first == second
