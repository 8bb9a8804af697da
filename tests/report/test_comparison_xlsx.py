"""The workbook has the rows of the page, keeps text as text, and is the same on every run."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import openpyxl
import pytest

from tongchi.comparison.model import Comparison, PairComparison
from tongchi.report.comparison_xlsx import write_xlsx
from tongchi.report.workbook_style import row_lines, safe_text


def test_sheets_rows_and_looks(sample_pair: PairComparison, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_xlsx(sample_pair, tmp_path / "c.xlsx"))
    assert book.sheetnames == ["概要", "条款对照", "仅一方", "数量"]
    clauses = book["条款对照"]
    assert clauses.max_row == 1 + len(sample_pair.links) + len(sample_pair.only)
    assert clauses.freeze_panes == "A2"
    assert clauses.auto_filter.ref == f"A1:N{clauses.max_row}"
    assert (clauses["A1"].font.name, clauses["A2"].font.name) == ("黑体", "宋体")
    assert clauses["M2"].alignment.wrap_text
    assert clauses.column_dimensions["M"].width == 60
    assert clauses.row_dimensions[2].height >= 2 * 14
    assert clauses["H2"].border.bottom.style == "thin"
    assert book["仅一方"].max_row == 10
    fines = [row for row in book["数量"].iter_rows(values_only=True) if row[2] == "未留样罚款"]
    assert fines[0][6:] == (1000, 5000, "元", 5000, 20000, "元")


def test_three_parties_have_matter_table_and_matrix(three_parties: Comparison, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_xlsx(three_parties, tmp_path / "c.xlsx"))
    assert book.sheetnames[-2:] == ["事项表", "矩阵"]
    assert [cell.value for cell in book["事项表"][3]] == ["公物仓", None, "10", None, 1]
    assert [cell.value for cell in book["矩阵"][3]] == ["岚州市", 0.4, 0, 0.4, 0.6, "0.54–0.66"]


def test_text_never_becomes_a_formula(sample_pair: PairComparison, tmp_path: Path) -> None:
    attacks = ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)"]
    links = tuple(
        dataclasses.replace(link, slot="", quantities=(), value_a=attack, value_b=attack)
        for link, attack in zip(sample_pair.links, attacks, strict=False)
    )
    book = openpyxl.load_workbook(write_xlsx(dataclasses.replace(sample_pair, links=links), tmp_path / "c.xlsx"))
    cells = [cell for row in book["条款对照"].iter_rows() for cell in row if cell.value in attacks]
    assert len(cells) == 8
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_what_a_cell_cannot_hold_is_left_out() -> None:
    assert safe_text("甲\x00\x0b乙\ud800") == "甲乙"
    assert len(safe_text("长" * 40_000)) == 32_767


def test_two_runs_give_the_same_bytes(three_parties: Comparison, tmp_path: Path) -> None:
    first = write_xlsx(three_parties, tmp_path / "1.xlsx").read_bytes()
    assert first == write_xlsx(three_parties, tmp_path / "2.xlsx").read_bytes()


ROWS = {  # what the case guards: (texts, widths of columns, lines)
    "short": (["第一条"], [10.0], 1),
    "the fullest cell decides": (["甲" * 10, "乙" * 58], [16.0, 60.0], 3),
    "line ends": (["甲\n乙\n丙" + "丁" * 10], [16.0], 4),
    "half-width letters": (["a" * 56], [60.0], 1),
    "never more than a worksheet allows": (["甲" * 9000], [60.0], 28),
}


@pytest.mark.parametrize(("texts", "widths", "expected"), ROWS.values(), ids=ROWS)
def test_rows_are_as_high_as_their_text(texts: list[str], widths: list[float], expected: int) -> None:
    assert row_lines(texts, widths) == expected
