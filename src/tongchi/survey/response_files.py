"""Which tables of text does this file hold? CSV, XLSX and SPSS .sav, told by the first bytes and not by the name.

Every cell becomes a string as the file shows it, or null where it is empty; what it means is decided in
`response_mapping`. Texts may be UTF-8 (with or without a mark), UTF-16 or GB18030.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pyreadstat
from openpyxl.utils.exceptions import InvalidFileException

from tongchi.errors import MissingFileError, ResponseFileError

MAX_BYTES = 1_000_000_000
_READABLE = "CSV, XLSX, SAV"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "请另存为 .xlsx 或 UTF-8 的 .csv。 / Save it as .xlsx or as .csv in UTF-8."
_HEADER_ROWS = 4
"""A title may stand above the header; it is looked for in so many rows."""


@dataclass(frozen=True)
class RawTable:
    """A table as it stands in the file: one header, label and series of strings for each column."""

    sheet: str
    headers: tuple[str, ...]
    columns: tuple[pl.Series, ...]
    labels: tuple[str, ...] = ()
    """What SPSS shows in place of a column's name; empty for other files."""
    value_labels: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """What SPSS shows in place of a value, by position of the column."""

    @property
    def height(self) -> int:
        """Number of respondents."""
        return len(self.columns[0]) if self.columns else 0


def read_tables(path: Path) -> list[list[RawTable]]:
    """Return for each sheet its readings, one for each row that may be the header; the first is the first row.

    Raise `ResponseFileError` for what is no table, `MissingFileError` for no file.
    """
    if not path.is_file():
        raise MissingFileError(file=str(path), found="folder" if path.is_dir() else "nothing")
    size = path.stat().st_size
    if not 0 < size <= MAX_BYTES:
        raise _refused(path, f"{size} 字节 / bytes", f"1–{MAX_BYTES}", "请检查文件。 / Check the file.")
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith((b"$FL2", b"$FL3")):
        return [[_read_sav(path)]]
    if head.startswith(b"PK"):
        return _read_xlsx(path)
    if head == _OLE:
        raise _refused(path, ".xls 或加密的文件 / .xls or an encrypted file", _READABLE, _SAVE_AS)
    return [_readings("", _csv_rows(path))]


def _refused(path: Path, found: str, expected: str, advice: str) -> ResponseFileError:
    return ResponseFileError(file=path.name, found=found, expected=expected, advice=advice)


def _csv_rows(path: Path) -> pl.DataFrame:
    text = decode_table(path.read_bytes(), path.name)
    first = text.lstrip("\n\r").split("\n", 1)[0]
    separator = max(",\t;", key=first.count)
    try:
        return pl.read_csv(
            text.encode(), has_header=False, infer_schema=False, separator=separator, truncate_ragged_lines=False
        )
    except (pl.exceptions.ComputeError, pl.exceptions.NoDataError) as error:
        found = str(error).split("\n")[0][:200]
        raise _refused(path, found, "每行列数相同的表 / rows of equal length", _SAVE_AS) from error


def decode_table(data: bytes, file: str) -> str:
    """Return the text of a table; `file` is the name that an error shows.

    A table of codes holds too few characters to tell an encoding by; what is not UTF is what Excel writes here.
    """
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    reason = ""
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            reason = f"{error.reason} @ {error.start}"
            continue
        if "\x00" not in text:
            return text
        reason = "NUL"
        break
    raise ResponseFileError(file=file, found=reason, expected="UTF-8 | UTF-16 | GB18030", advice=_SAVE_AS)


def _readings(sheet: str, rows: pl.DataFrame) -> list[RawTable]:
    """Read `rows` once for each of the first rows as header; a column without header or answer is left out."""
    found = []
    for header in range(min(_HEADER_ROWS, rows.height)):
        names = ["" if name is None else str(name).strip() for name in rows.row(header)]
        body = rows[header + 1 :]
        kept = [i for i, name in enumerate(names) if name or body[:, i].null_count() < body.height]
        columns = tuple(body[:, i] for i in kept)
        found.append(RawTable(sheet, tuple(names[i] or f"#{i + 1}" for i in kept), columns))
    return found


def _read_xlsx(path: Path) -> list[list[RawTable]]:
    try:
        with zipfile.ZipFile(path) as package:
            size = sum(info.file_size for info in package.infolist())
        if size > MAX_BYTES:
            raise _refused(path, f"{size} 字节（解压后） / bytes unpacked", f"≤ {MAX_BYTES}", _SAVE_AS)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platforms write workbooks without styles; openpyxl says so each time
            book = openpyxl.load_workbook(BytesIO(path.read_bytes()), read_only=True, data_only=True)
        try:
            return [_readings(sheet.title, _sheet_rows(sheet)) for sheet in book.worksheets]
        finally:
            book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        if isinstance(error, ResponseFileError):
            raise
        raise _refused(path, f"{type(error).__name__}: {error}"[:200], "XLSX", _SAVE_AS) from error


def _sheet_rows(sheet: Any) -> pl.DataFrame:
    rows = [[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    rows = [row for row in rows if any(value is not None for value in row)]
    width = max((len(row) for row in rows), default=0)
    columns: Iterable[list[str | None]] = ([row[i] if i < len(row) else None for row in rows] for i in range(width))
    return pl.DataFrame({f"c{i}": pl.Series(values, dtype=pl.String) for i, values in enumerate(columns)})


def _cell(value: object) -> str | None:
    if value is None or value == "":
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _read_sav(path: Path) -> RawTable:
    frame, meta = _sav(path)
    names = tuple(frame.columns)
    labels = tuple(meta.column_names_to_labels.get(name) or "" for name in names)
    values = {
        index: {_cell(value) or "": str(label) for value, label in meta.variable_value_labels[name].items()}
        for index, name in enumerate(names)
        if name in meta.variable_value_labels
    }
    return RawTable("", names, tuple(_shown(frame[name]) for name in names), labels, values)


def _sav(path: Path) -> tuple[pl.DataFrame, Any]:
    """Files of an old SPSS for Windows name no encoding; in China theirs is GB18030."""
    read: Callable[..., tuple[Any, Any]] = pyreadstat.read_sav
    reasons = []
    for encoding in (None, "GB18030"):
        try:
            frame, meta = read(str(path), output_format="polars", encoding=encoding, disable_datetime_conversion=True)
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError) as error:
            reasons.append(str(error)[:200])
        else:
            return frame, meta
    raise _refused(path, reasons[0], "SPSS .sav", "请在 SPSS 中重新保存。 / Save it again in SPSS.")


def _shown(series: pl.Series) -> pl.Series:
    """Return strings as `_cell` would; -0.0 and NaN do not occur in .sav files."""
    if series.dtype.is_float():
        whole = series.drop_nulls()
        if len(whole) and (whole == whole.round()).all() and whole.abs().max() < 2**53:  # type: ignore[operator]
            return series.cast(pl.Int64).cast(pl.String)
    return series.cast(pl.String).replace("", None)
