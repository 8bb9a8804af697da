"""Lists leave the site as files that Excel opens with the Chinese intact and in which nothing is a formula."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from zipfile import ZipFile

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from conftest import NOW
from tongchi.workbench.commands.comparisons import open_matter
from tongchi.workbench.commands.promises import make_promise
from tongchi.workbench.exports import OF_ALL, OF_ONE, to_csv, to_xlsx

EVIL = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "＝1",
    '=HYPERLINK("http://example.org","x")',
    "=cmd|' /C calc'!A0",
]
CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30),
    st.sampled_from(EVIL), st.integers(-(2**40), 2**40), st.none(), st.dates(), st.booleans(),
)  # fmt: skip
TABLES = st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6)


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@given(TABLES)
def test_a_csv_holds_every_cell_and_no_formula(rows):
    data = to_csv(["甲", "乙", "丙"], rows)
    assert data.startswith(b"\xef\xbb\xbf")
    back = read_csv(data)
    assert len(back) == len(rows) + 1
    for row, found in zip(rows, back[1:], strict=True):
        for value, text in zip(row, found, strict=True):
            assert not (isinstance(value, str) and text.startswith(("=", "+", "-", "@", "\t", "\r")))
            if isinstance(value, str):
                assert text.removeprefix("'") == value.removeprefix("'")
            elif isinstance(value, bool | int):
                assert text == str(int(value))


@pytest.mark.parametrize("text", EVIL)
def test_a_workbook_holds_text_where_a_formula_could_be(text):
    data = to_xlsx("表", [("甲", 10.0)], [[text]])
    cell = load_workbook(io.BytesIO(data)).active["A2"]
    assert cell.data_type == "s"
    assert b"<f>" not in ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")


def test_the_same_rows_give_the_same_bytes():
    rows = [["甲", 1, date(2026, 3, 2), NOW]]
    head = [("甲", 10.0)] * 4
    assert to_xlsx("表", head, rows) == to_xlsx("表", head, rows)
    assert to_csv(["甲"] * 4, rows) == to_csv(["甲"] * 4, rows)


def test_moments_are_told_where_the_site_is():
    data = to_csv(["时间"], [[datetime.fromisoformat("2026-03-02T17:30:00+00:00")]])
    assert read_csv(data)[1] == ["2026-03-03 01:30"]


def test_the_list_is_in_the_file(circle, signed_in, now):
    seat = circle.seat("sichuan", "approver")
    for at in range(3):
        make_promise(seat, what=f"=第{at}件", due=now.date() + timedelta(days=at), matter=circle.matter, now=now)
    client = signed_in(circle.seat("chongqing", "observer"))
    rows = read_csv(client.get(reverse("export_all", args=["promises", "csv"])).content)
    assert [row[1] for row in rows] == ["承诺", "'=第0件", "'=第1件", "'=第2件"]
    client.cookies["tongchi_language"] = "en"
    book = load_workbook(io.BytesIO(client.get(reverse("export_all", args=["promises", "xlsx"])).content))
    assert [cell.value for cell in book.active[1]][:2] == ["Party", "Promise"]
    assert book.active["B2"].value == "=第0件"


def test_a_file_is_kept_and_not_shown(circle, signed_in):
    answer = signed_in(circle.seat("sichuan", "drafter")).get(reverse("export_all", args=["log", "csv"]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="log.csv"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_every_list_page_leads_to_its_file(circle, signed_in, now):
    open_matter(circle.seat("sichuan", "drafter"), code="cars", zh="公务用车", en="Cars", now=now)
    client = signed_in(circle.seat("sichuan", "drafter"))
    pages = {"audit": "log"} | {name: name for name in OF_ALL if name not in ("log", "corrections")}
    for page, table in pages.items():
        assert reverse("export_all", args=[table, "xlsx"]) in client.get(reverse(page)).content.decode(), page


def test_the_queries_of_a_table_do_not_grow_with_its_rows(circle, django_assert_max_num_queries, now):
    seat = circle.seat("sichuan", "approver")
    for at in range(12):
        make_promise(seat, what=f"第{at}件", due=now.date(), matter=circle.matter, towards=circle.chongqing, now=now)
    for table in OF_ALL.values():
        with django_assert_max_num_queries(3):
            list(table.rows(seat, 0))
    assert all(len(table.columns) > 3 for table in (*OF_ALL.values(), *OF_ONE.values()))
