"""Answers: every export leads to the same table, and what could not be read is listed, not guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tongchi.errors import MissingFileError, ResponseFileError, ResponseMappingError
from tongchi.survey.instrument import Instrument
from tongchi.survey.response_mapping import AnswerReader, match_columns, read_group, read_seconds
from tongchi.survey.responses import Responses, read_responses

Rows = list[list[Any]]
INSTRUMENT = Instrument.default()
LABELS = INSTRUMENT.scale.zh
ITEMS = INSTRUMENT.items[:3]
ANSWERS: list[list[int | None]] = [[1, 5, 3], [4, None, 2], [2, 2, 5]]
EXPECTED = pl.DataFrame(
    {
        "id": ["a", "b", "c"],
        "region": ["A", "B", "A"],
        "duration_s": [186.0, 200.0, 95.0],
        **{item.code: [None if row[i] is None else float(row[i]) for row in ANSWERS] for i, item in enumerate(ITEMS)},  # type: ignore[arg-type]
    }
)
CODES: list[Any] = ["id", "region", "duration_s", *(item.code for item in ITEMS)]
CODED: Rows = [["a", "A", "186", 1, 5, 3], ["b", "B", "200", 4, "", 2], ["c", "A", "95", 2, 2, 5]]
PLATFORM_HEADERS: list[Any] = [
    "序号",
    "所用时间",
    "来自IP",
    "1、您所在的地区",
    *(f"{n}、{item.zh}" for n, item in enumerate(ITEMS, 2)),
]
IDS, SECONDS, PLACES = ["a", "b", "c"], ["186秒", "3分20秒", "0:01:35"], ["甲地", "乙地", "A.甲地"]


def platform_rows(*, coded: bool) -> Rows:
    rows: Rows = []
    for name, time, place, answers in zip(IDS, SECONDS, PLACES, ANSWERS, strict=True):
        skipped = -3 if coded else "(跳过)"
        shown = [skipped if value is None else (value if coded else LABELS[value - 1]) for value in answers]
        rows.append([name, time, "192.0.2.1", place, *shown])
    return rows


def to_csv(rows: Rows, separator: str = ",") -> str:
    return (
        "\n".join(separator.join(f'"{cell}"' if separator in str(cell) else str(cell) for cell in row) for row in rows)
        + "\n"
    )


def to_xlsx(path: Path, **sheets: Rows) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


TEXTS: dict[str, tuple[Rows, str, str]] = {  # what the case guards: (rows, separator, encoding)
    "codes in UTF-8": ([CODES, *CODED], ",", "utf-8"),
    "a byte order mark is no part of the first header": ([CODES, *CODED], ",", "utf-8-sig"),
    "semicolons": ([CODES, *CODED], ";", "utf-8"),
    "tabs in UTF-16": ([CODES, *CODED], "\t", "utf-16"),
    "问卷星 with texts in GB18030": ([PLATFORM_HEADERS, *platform_rows(coded=False)], ",", "gb18030"),
    "问卷星 with codes": ([PLATFORM_HEADERS, *platform_rows(coded=True)], ",", "utf-8-sig"),
    "a title above the header": ([["导出", "", "", "", "", ""], CODES, *CODED], ",", "utf-8"),
}


@pytest.mark.parametrize(("rows", "separator", "encoding"), TEXTS.values(), ids=TEXTS)
def test_text_files(tmp_path: Path, rows: Rows, separator: str, encoding: str) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(to_csv(rows, separator).encode(encoding))
    found = read_responses(path, INSTRUMENT)
    assert_frame_equal(found.frame, EXPECTED)
    assert (found.unknown, found.unreadable) == ((), ())


def test_a_workbook_of_several_sheets(tmp_path: Path) -> None:
    path = tmp_path / "answers.xlsx"
    to_xlsx(path, 说明=[["这是说明"]], 第一批=[CODES, *CODED[:2]], 第二批=[CODES, CODED[2]])
    found = read_responses(path, INSTRUMENT)
    assert_frame_equal(found.frame, EXPECTED)
    assert found.sheets == ("第一批", "第二批")
    assert found.ignored == ("[说明]",)
    assert read_responses(path, INSTRUMENT, sheet="第二批").frame["id"].to_list() == ["c"]
    with pytest.raises(ResponseMappingError, match=r"第三批.*第一批"):
        read_responses(path, INSTRUMENT, sheet="第三批")


def test_spss_with_chinese_labels(tmp_path: Path) -> None:
    path = tmp_path / "answers.sav"
    frame = pl.DataFrame(
        {"ID": IDS, "Q1": [1.0, 2.0, 1.0], "duration_s": [186.0, 200.0, 95.0]}
        | {f"Q{i + 2}": [-3.0 if row[i] is None else float(row[i] or 0) for row in ANSWERS] for i in range(3)}
    )
    labels: dict[str, str | None] = {
        "Q1": "您所在的地区",
        **{f"Q{i + 2}": f"{i + 2}、{item.zh}" for i, item in enumerate(ITEMS)},
    }
    places: dict[int | float, str] = {1: "甲地", 2: "乙地"}
    answers: dict[int | float, str] = {-3: "跳过", **dict(enumerate(LABELS, 1))}
    values = {"Q1": places, "Q2": answers, "Q3": answers, "Q4": answers}
    pyreadstat.write_sav(frame, path, column_labels=labels, variable_value_labels=values)
    found = read_responses(path, INSTRUMENT)
    assert_frame_equal(found.frame, EXPECTED)
    assert [match.how for match in found.mapped] == ["code", "label", "code", "label", "label", "label"]


def test_labels_of_spss_decide_where_codes_run_the_other_way(tmp_path: Path) -> None:
    path = tmp_path / "answers.sav"
    turned: dict[int | float, str] = {6 - code: label for code, label in enumerate(LABELS, 1)}
    frame = pl.DataFrame({"trust1": [1.0, 5.0, 4.0]})
    pyreadstat.write_sav(frame, path, variable_value_labels={"trust1": turned})
    assert read_responses(path, INSTRUMENT).frame["trust1"].to_list() == [5.0, 1.0, 2.0]


HEADERS = {  # what the case guards: (header, code)
    "the code": ("trust1", "trust1"),
    "the code in capitals": ("TRUST1", "trust1"),
    "LimeSurvey, item in a group": ("G03[trust1]", "trust1"),
    "LimeSurvey, item of an array": ("trust[SQ001]", "trust1"),
    "LimeSurvey to SPSS": ("trust_SQ001", "trust1"),
    "LimeSurvey, code and text": ("trust1. I trust the partner region", "trust1"),
    "LimeSurvey, stem and text in brackets": (
        "Please judge: [I trust the partner region to keep its promises.]",
        "trust1",
    ),
    "问卷星, numbered": ("12、我相信对方地区会履行所作的承诺。", "trust1"),
    "问卷星, kind of question behind": ("12、我相信对方地区会履行所作的承诺[单选题]", "trust1"),
    "问卷星, row of a matrix": ("3、请判断下列说法—我相信对方地区会履行所作的承诺", "trust1"),
    "问卷星, numbered row of a matrix": ("3、请判断下列说法—(12)我相信对方地区会履行所作的承诺", "trust1"),
    "LimeSurvey, seconds by code and text": ("interviewtime. Total time", "duration_s"),
    "LimeSurvey, a date is no item": ("submitdate. Date submitted", None),
    "腾讯问卷, row behind a colon": ("3.请判断：我相信对方地区会履行所作的承诺", "trust1"),
    "other width and spaces": ("我相信对方地区会履行 所作的承诺．", "trust1"),
    "attention check": ("9、为确认您在认真作答，本题请选“不同意”。", "check1"),
    "seconds": ("所用时间", "duration_s"),
    "a group by its question": ("Your region", "region"),
    "nothing of the kind": ("您的年龄", None),
    "a misspelt text is not guessed": ("我相信对方会履行所作的承诺", None),
}


@pytest.mark.parametrize(("header", "code"), HEADERS.values(), ids=HEADERS)
def test_a_header_leads_to_an_item(header: str, code: str | None) -> None:
    found = match_columns((header,), INSTRUMENT).mapped
    assert (found[0].code if found else None) == code


CELLS: dict[str, tuple[str, object]] = {  # what the case guards: (shown, code)
    "a code": ("4", 4.0),
    "a code as a spreadsheet shows it": ("4.0", 4.0),
    "full width": ("４", 4.0),
    "with its unit": ("4分", 4.0),
    "Chinese label": ("非常同意", 5.0),
    "English label in other case": ("strongly DISAGREE", 1.0),
    "label behind a letter": ("B.不同意", 2.0),
    "label behind its code": ("4、同意", 4.0),
    "code of LimeSurvey": ("A3", 3.0),
    "skipped": ("(跳过)", None),
    "skipped, full width": ("（跳过）", None),
    "skipped, coded": ("-3", None),
    "empty, coded": ("-2", None),
    "empty": (" ", None),
    "not applicable": ("N/A", None),
    "beyond the scale: kept for the rule that counts it": ("55", 55.0),
    "a remark": ("看情况", "看情况"),
}


@pytest.mark.parametrize(("shown", "code"), CELLS.values(), ids=CELLS)
def test_a_cell_leads_to_a_code(shown: str, code: object) -> None:
    assert AnswerReader(INSTRUMENT.scale).read(shown) == code


DURATIONS = {
    "seconds": ("186秒", 186.0),
    "hours": ("1小时2分3秒", 3723.0),
    "English": ("3 min 6 s", 186.0),
    "a date": ("2026/1/1", None),
}


@pytest.mark.parametrize(("shown", "seconds"), DURATIONS.values(), ids=DURATIONS)
def test_durations(shown: str, seconds: float | None) -> None:
    assert read_seconds(shown) == seconds


def test_unlisted_groups_are_not_taken_for_another() -> None:
    assert read_group("丙地", INSTRUMENT.groups[0]) == "丙地"
    assert read_group("-3", INSTRUMENT.groups[0]) is None


def read_text(tmp_path: Path, text: str, **options: object) -> Responses:
    path = tmp_path / "answers.csv"
    path.write_text(text, "utf-8")
    return read_responses(path, INSTRUMENT, **options)  # type: ignore[arg-type]


def test_what_cannot_be_read_is_listed_with_suggestions(tmp_path: Path) -> None:
    text = "trust1,我相信对方会履行所作的承诺,trust2,trust2,region,备注\n看情况,3,1,2,丙地,x\n看情况,3,1,2,甲地,x\n"
    found = read_text(tmp_path, text)
    assert [(each.column, each.suggestions[:1]) for each in found.unknown] == [
        ("我相信对方会履行所作的承诺", ("trust1",)),
        ("trust2", ("trust2",)),
        ("备注", ()),
    ]
    assert "trust2" in found.unknown[1].reason
    assert [(each.code, each.answer, each.count) for each in found.unreadable] == [
        ("region", "丙地", 1),
        ("trust1", "看情况", 2),
    ]
    assert found.frame["trust2"].to_list() == [1.0, 1.0]
    assert found.frame["id"].to_list() == ["1", "2"]
    assert "trust3" in found.absent
    assert "check1" in found.absent


def test_a_mapping_table_decides(tmp_path: Path) -> None:
    table = tmp_path / "mapping.csv"
    table.write_text("column,code\nx,trust1\ntrust1,\n", "utf-8")
    for mapping in (table, {"x": "trust1", "trust1": ""}):
        found = read_text(tmp_path, "x,trust1\n1,5\n", mapping=mapping)
        assert found.frame["trust1"].to_list() == [1.0]
        assert found.mapped[0].how == "table"
        assert found.ignored == ("trust1",)


def test_a_mapping_table_that_names_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResponseMappingError, match=r"“y” → .*“trust_1” → trust1"):
        read_text(tmp_path, "x,trust2\n1,5\n", mapping={"y": "trust1", "x": "trust_1"})


def test_reversed_items_are_turned_only_when_asked(tmp_path: Path) -> None:
    found = read_text(tmp_path, "trust1,trust4\n1,5\n2,\n")
    assert found.frame["trust4"].to_list() == [5.0, None]
    assert found.scored()["trust4"].to_list() == [1.0, None]
    assert found.scored()["trust1"].to_list() == [1.0, 2.0]


FILES: dict[str, tuple[bytes, type[Exception]]] = {  # what the case guards: (bytes, error)
    "empty": (b"", ResponseFileError),
    "no such column": (b"age,sex\n1,2\n", ResponseMappingError),
    "old Excel, or encrypted": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ResponseFileError),
    "cut-off workbook": (b"PK\x03\x04" + b"x" * 200, ResponseFileError),
    "cut-off SPSS": (b"$FL2@(#) SPSS DATA FILE" + b"\0" * 50, ResponseFileError),
    "bytes that are no text": (bytes(range(256)) * 4, ResponseFileError),
    "rows of more cells than the header": (b"trust1,trust2\n1,2\n1,2,3,4\n", ResponseFileError),
}


@pytest.mark.parametrize(("data", "error"), FILES.values(), ids=FILES)
def test_bad_files_are_refused(tmp_path: Path, data: bytes, error: type[Exception]) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(data)
    with pytest.raises(error):
        read_responses(path, INSTRUMENT)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        read_responses(tmp_path, INSTRUMENT)


def test_a_header_without_rows_gives_an_empty_table(tmp_path: Path) -> None:
    found = read_text(tmp_path, "id,trust1\n")
    assert found.frame.shape == (0, 2)


@given(st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=1, max_size=20))
def test_texts_and_codes_say_the_same(tmp_path_factory: pytest.TempPathFactory, answers: list[int | None]) -> None:
    path = tmp_path_factory.mktemp("answers") / "answers.csv"
    rows = [f"{'-3' if a is None else a},{'(跳过)' if a is None else LABELS[a - 1]}" for a in answers]
    path.write_text("trust1,trust2\n" + "\n".join(rows) + "\n", "utf-8")
    frame = read_responses(path, INSTRUMENT).frame
    assert frame["trust1"].to_list() == frame["trust2"].to_list() == answers


@given(st.text(max_size=30))
def test_any_header_and_any_cell_can_be_looked_at(text: str) -> None:
    match_columns((text,), INSTRUMENT)
    answer = AnswerReader(INSTRUMENT.scale).read(text)
    assert answer is None or answer == text or isinstance(answer, float)
    read_seconds(text)
    read_group(text, INSTRUMENT.groups[0])
