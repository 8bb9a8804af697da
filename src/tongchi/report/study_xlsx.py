"""How are the tables of a study worked on? In a workbook, each on its own sheet, heads in Chinese and English, numbers as numbers.

The first sheet lists the tables and says which sections there are not, and why; `names` leads from codes to what they stand for.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from openpyxl import Workbook

from tongchi.errors import Language
from tongchi.report.study_marks import mark_of
from tongchi.report.survey_content import reason_words
from tongchi.report.words import Words
from tongchi.report.workbook_style import Sheet, Value, new_book, save_book
from tongchi.study.result import StudyResult
from tongchi.study.tables import Column, StudyTable

_DIGITS = 7  # significant ones, so that a small p is not rounded to nothing
_LONGEST_NAME = 31  # letters that a sheet's name may have
_LONG = 24  # letters from which on a column is set wide
_YES_NO = {True: "是 yes", False: "否 no"}


def write_study_xlsx(
    result: StudyResult, tables: Mapping[str, StudyTable], path: Path | str, *, language: Language = "zh"
) -> Path:
    """Write the workbook and return its path; the same tables give the same bytes. Tables without rows are listed, not shown."""
    book = new_book()
    names = _sheet_names(tables)
    _cover(book, result, tables, language)
    for name, table in tables.items():
        if len(table.frame):
            _sheet(book, names[name], table)
    _names(book, tables)
    target = Path(path)
    save_book(book, target)
    return target


def _sheet_names(tables: Mapping[str, StudyTable]) -> dict[str, str]:
    """Return a name for each sheet: that of its table, cut to what a workbook allows and still told apart."""
    found: dict[str, str] = {}
    taken = {"contents", "names"}
    for name in tables:
        short, at = name[:_LONGEST_NAME], 2
        while short.lower() in taken:
            short, at = f"{name[: _LONGEST_NAME - 3]}_{at}", at + 1
        taken.add(short.lower())
        found[name] = short
    return found


def _cover(book: Workbook, result: StudyResult, tables: Mapping[str, StudyTable], language: Language) -> None:
    sheet = Sheet(book, "contents", [("", 30.0), ("", 44.0), ("", 52.0), ("", 12.0)], filtered=False)
    sheet.add([result.folder.title(language)], style="strong")
    mark = mark_of(result)
    for said in (mark.zh, mark.en) if mark else ():
        sheet.add([said], style="strong")
    sheet.add([])
    sheet.add(["工作表 Sheet", "表", "Table", "行数 Rows"], style="head")
    names = _sheet_names(tables)
    for name, table in tables.items():
        sheet.add([names[name], table.spec.zh, table.spec.en, len(table.frame)])
    absent = result.missing()
    if absent:
        sheet.add([])
        sheet.add(["没有的部分 Not available", "原因", "Reason"], style="head")
        for name, reason in absent.items():
            words = reason_words(reason)
            sheet.add([name, words.zh, words.en])
    sheet.close()


def _sheet(book: Workbook, name: str, table: StudyTable) -> None:
    columns = [(_head(column), _width(table.frame, column)) for column in table.spec.columns]
    sheet = Sheet(book, name, columns)
    kinds = [column.name for column in table.spec.columns]
    for row in table.frame.iter_rows(named=True):
        sheet.add([_value(row[kind]) for kind in kinds])
    sheet.close()


def _head(column: Column) -> str:
    return column.zh if column.zh == column.en else f"{column.zh}\n{column.en}"


def _width(frame: pl.DataFrame, column: Column) -> float:
    """Return the width of a column from its head and its fullest cells: figures narrow, sentences wide."""
    head = max(2 * len(column.zh), len(column.en)) + 4.0
    if column.kind != pl.String:
        return min(max(10.0, head), 18.0)
    longest = max((_letters(each) for each in frame[column.name].to_list() if each), default=0)
    return min(max(10.0, head if longest < _LONG else _LONG, longest + 2.0), 60.0)


def _letters(text: str) -> int:
    """Return the width of the longest line in digits; a Chinese character takes two."""
    return max(sum(2 if ord(each) > 0x2E7F else 1 for each in line) for line in text.split("\n"))


def _value(value: Any) -> Value:
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    if value is None or isinstance(value, int | str):
        return value
    return str(value)


def _names(book: Workbook, tables: Mapping[str, StudyTable]) -> None:
    """List what the codes in the tables stand for, where they stand for anything else."""
    found: dict[str, Words] = {}
    for table in tables.values():
        for code, (zh, en) in table.names.items():
            if (zh, en) != (code, code):
                found.setdefault(code, Words(zh, en))
    if not found:
        return
    sheet = Sheet(book, "names", [("代码 Code", 24.0), ("中文", 44.0), ("English", 60.0)])
    for code in sorted(found):
        sheet.add([code, *found[code]])
    sheet.close()
