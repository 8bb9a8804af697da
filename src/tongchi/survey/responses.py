"""What did each respondent answer to each item, and which columns of the file could not be read?

`read_responses` takes the exports of 问卷星, LimeSurvey, SPSS and spreadsheets to one table with a column for each item
code. Answers keep the direction in which they were given; `Responses.scored` turns reversed items round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import polars as pl

from tongchi.errors import ResponseMappingError
from tongchi.survey.instrument import Instrument
from tongchi.survey.response_files import RawTable, read_tables
from tongchi.survey.response_mapping import (
    AnswerReader,
    ColumnMap,
    MappedColumn,
    UnknownColumn,
    match_columns,
    read_group,
    read_seconds,
)


@dataclass(frozen=True)
class UnreadableAnswer:
    """An answer that stands for no code of the scale; it became null in `count` rows."""

    code: str
    answer: str
    count: int


@dataclass(frozen=True)
class Responses:
    """Answers by item code, and an account of what was read and what was not.

    `frame` has the respondent (String), the groups (String), the seconds (Float64) where the file holds them, and one
    Float64 column for each item and attention check found, in the order of the instrument; no answer is null.
    """

    instrument: Instrument
    frame: pl.DataFrame
    mapped: tuple[MappedColumn, ...]
    ignored: tuple[str, ...]
    unknown: tuple[UnknownColumn, ...]
    absent: tuple[str, ...]
    """Codes of items and checks for which the file has no column."""
    unreadable: tuple[UnreadableAnswer, ...]
    sheets: tuple[str, ...] = ()
    """Sheets whose rows were read; the others are among `ignored`."""

    @property
    def items(self) -> tuple[str, ...]:
        """Codes of the items that the file answers, in the order of the instrument."""
        return tuple(code for code in self.instrument.item_codes if code in self.frame.columns)

    def scored(self) -> pl.DataFrame:
        """Return `frame` with reversed items turned round: low + high - answer."""
        turn = self.instrument.scale.low + self.instrument.scale.high
        codes = [code for code in self.items if code in self.instrument.reverse_codes]
        return self.frame.with_columns((turn - pl.col(code)).alias(code) for code in codes)


def read_responses(
    path: str | PathLike[str],
    instrument: Instrument,
    *,
    mapping: Mapping[str, str] | str | PathLike[str] | None = None,
    sheet: str | None = None,
) -> Responses:
    """Read a file of answers.

    Parameters
    ----------
    path : CSV, XLSX or SPSS .sav
    mapping : header to code, or a CSV file of two columns that says so; an empty code ignores a column
    sheet : sheet of a workbook; by default the one that answers most items, with all of the same header below it

    Raises
    ------
    MissingFileError, ResponseFileError : no file, or no table
    ResponseMappingError : no column leads to an item, or the mapping table names what does not exist
    """
    file = Path(path)
    readings = _of_sheet(read_tables(file), sheet, file.name)
    table = mapping if isinstance(mapping, Mapping) or mapping is None else read_mapping(mapping)
    best, columns = _best_reading(readings, instrument, table)
    if not any(match.code in instrument.item_by_code for match in columns.mapped.values()):
        raise _nothing_mapped(file.name, columns)
    same = [raw for tables in readings for raw in tables if raw.headers == best.headers]
    frame, unreadable = _answers(same, columns, instrument)
    asked = (*instrument.item_codes, *(check.code for check in instrument.checks))
    return Responses(
        instrument,
        frame,
        mapped=tuple(columns.mapped[index] for index in sorted(columns.mapped)),
        ignored=(*columns.ignored, *_other_sheets(readings, best)),
        unknown=columns.unknown,
        absent=tuple(code for code in asked if code not in frame.columns),
        unreadable=unreadable,
        sheets=tuple(raw.sheet for raw in same if raw.sheet),
    )


def read_mapping(path: str | PathLike[str]) -> dict[str, str]:
    """Read a mapping table: CSV or XLSX whose first two columns are header and code, below one line of titles."""
    tables = read_tables(Path(path))
    first = tables[0][0] if tables and tables[0] else None
    if first is None or len(first.columns) < 2:
        raise ResponseMappingError(
            file=Path(path).name,
            found="少于两列 / fewer than two columns",
            expected="column, code",
            advice="第一列写表头，第二列写题项代码。 / Put headers in the first column, codes in the second.",
        )
    pairs = zip(first.columns[0], first.columns[1], strict=True)
    return {str(header).strip(): (code or "").strip() for header, code in pairs if header}


def _of_sheet(readings: list[list[RawTable]], sheet: str | None, file: str) -> list[list[RawTable]]:
    names = [tables[0].sheet for tables in readings if tables]
    if sheet is not None and sheet not in names:
        advice = "请改正工作表的名称。 / Correct the name of the sheet."
        raise ResponseMappingError(file=file, found=f"“{sheet}”", expected=" | ".join(names) or "-", advice=advice)
    return [tables for tables in readings if tables and sheet in (None, tables[0].sheet)]


def _best_reading(
    readings: list[list[RawTable]], instrument: Instrument, table: Mapping[str, str] | None
) -> tuple[RawTable, ColumnMap]:
    """Return the sheet and header row that lead to most codes; of equals the first."""
    candidates = [raw for tables in readings for raw in tables]
    plain = {id(raw): match_columns(raw.headers, instrument, labels=raw.labels) for raw in candidates}
    named = set(table or {})

    def score(raw: RawTable) -> int:
        return len(plain[id(raw)].mapped) + 2 * len(named & set(raw.headers))

    if not candidates:
        raise _nothing_mapped("", ColumnMap({}, (), ()))
    best = max(candidates, key=score)
    columns = match_columns(best.headers, instrument, labels=best.labels, table=table) if table else plain[id(best)]
    return best, columns


def _other_sheets(readings: list[list[RawTable]], best: RawTable) -> list[str]:
    """Return, in brackets, the sheets of which no reading has the header of `best`."""
    return [f"[{tables[0].sheet}]" for tables in readings if all(raw.headers != best.headers for raw in tables)]


def _nothing_mapped(file: str, columns: ColumnMap) -> ResponseMappingError:
    shown = "；".join(f"“{each.column[:40]}”→{'|'.join(each.suggestions) or '?'}" for each in columns.unknown[:8])
    return ResponseMappingError(
        file=file,
        found=f"没有一列是题项 / no column is an item: {shown or '-'}",
        expected="题项的代码或题干 / codes or texts of items",
        advice="请给出对照表（列名, 代码）。 / Give a mapping table (column, code).",
    )


def _answers(
    tables: list[RawTable], columns: ColumnMap, instrument: Instrument
) -> tuple[pl.DataFrame, tuple[UnreadableAnswer, ...]]:
    index_of = {match.code: index for index, match in columns.mapped.items()}
    groups = {group.code: group for group in instrument.groups}
    asked = (*instrument.item_codes, *(check.code for check in instrument.checks))
    reader, unreadable = AnswerReader(instrument.scale), list[UnreadableAnswer]()
    height = sum(raw.height for raw in tables)
    result = {instrument.respondent: pl.Series(map(str, range(1, height + 1)), dtype=pl.String)}
    for code in (instrument.respondent, *groups, instrument.duration, *asked):
        if code not in index_of:
            continue
        index = index_of[code]
        shown = pl.concat([raw.columns[index].alias("shown") for raw in tables])
        labels = tables[0].value_labels.get(index, {})
        if code == instrument.respondent:
            result[code] = shown.fill_null("")
            continue
        meanings = {value: _meaning(code, value, labels, instrument, reader) for value in shown.unique().drop_nulls()}
        wrong = [value for value, meaning in meanings.items() if meaning is _UNREADABLE]
        counts = {value: int((shown == value).sum()) for value in wrong}
        unreadable += [UnreadableAnswer(code, value, counts[value]) for value in sorted(wrong)]
        known = {value: None if value in counts else meaning for value, meaning in meanings.items()}
        result[code] = _replaced(shown, known, pl.String if code in groups else pl.Float64)
    return pl.DataFrame(result), tuple(unreadable)


_UNREADABLE = object()


def _meaning(code: str, shown: str, labels: Mapping[str, str], instrument: Instrument, reader: AnswerReader) -> object:
    """Return the code or seconds that `shown` stands for, None for no answer, `_UNREADABLE` for neither."""
    label = labels.get(shown)
    for group in instrument.groups:
        if group.code == code:
            value = read_group(label or shown, group)
            listed = not group.values or value is None or value in {each.code for each in group.values}
            return value if listed else _UNREADABLE
    if code == instrument.duration:
        seconds = read_seconds(shown)
        return _UNREADABLE if seconds is None and shown.strip() else seconds
    answer = reader.read_labelled(shown, label) if label else reader.read(shown)
    return _UNREADABLE if isinstance(answer, str) else answer


def _replaced(shown: pl.Series, meanings: Mapping[str, object], dtype: type[pl.DataType]) -> pl.Series:
    if not meanings:
        return pl.Series([None] * len(shown), dtype=dtype)
    old = pl.Series(list(meanings), dtype=pl.String)
    return shown.replace_strict(old, pl.Series(list(meanings.values()), dtype=dtype), default=None, return_dtype=dtype)
