"""Which columns of numbers does this file hold, for a model in syntax? No instrument and no mapping: names are the headers.

CSV (also compressed by gzip), XLSX and SPSS .sav. Empty cells and the texts that statistics programs write for a missing value
are null; columns that hold nothing but numbers become numbers, all others stay text, such as the names of groups.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyreadstat
from numpy.typing import NDArray

from tongchi.errors import MissingFileError, ResponseFileError
from tongchi.survey.response_files import MAX_BYTES, decode_table, read_tables

MISSING_TEXTS = ("", "NA", "N/A", "NaN", "nan", "NULL", "null", "None", ".")


def read_data(path: str | PathLike[str]) -> pl.DataFrame:
    """Return the table of a file.

    Raises
    ------
    MissingFileError, ResponseFileError : no file, or no table with a header and at least one row
    """
    file = Path(path)
    if not file.is_file():
        raise MissingFileError(file=str(path), found="folder" if file.is_dir() else "nothing")
    with file.open("rb") as stream:
        head = stream.read(4)
    if head.startswith(b"PK"):
        frame = _numbers_of(_first_sheet(file))
    elif head.startswith((b"$FL2", b"$FL3")):
        frame = _read_sav(file)
    else:
        frame = _read_csv(file, _bytes_of(file, compressed=head.startswith(b"\x1f\x8b")))
    if not frame.width or not frame.height:
        found = f"{frame.height} 行 {frame.width} 列 / rows and columns"
        raise ResponseFileError(file=file.name, found=found, expected="≥ 1 × 1", advice="")
    return frame


def read_indices(path: str | PathLike[str]) -> NDArray[np.int64]:
    """Return the (draws, n) row numbers of a CSV file without header (.gz too), one draw a line, as they stand in it.

    Raises
    ------
    MissingFileError, ResponseFileError : no file, or a cell that is no whole number
    """
    file = Path(path)
    if not file.is_file():
        raise MissingFileError(file=str(path), found="folder" if file.is_dir() else "nothing")
    with file.open("rb") as stream:
        compressed = stream.read(2) == b"\x1f\x8b"
    text = decode_table(_bytes_of(file, compressed=compressed), file.name)
    try:
        frame = pl.read_csv(text.encode(), has_header=False, infer_schema=False).cast(pl.Int64)
    except (pl.exceptions.ComputeError, pl.exceptions.NoDataError, pl.exceptions.InvalidOperationError) as error:
        frame, found = pl.DataFrame(), str(error).split("\n")[0][:200]
    else:
        found = f"{sum(frame.null_count().row(0))} 个空格 / empty cells"
    if not frame.width or any(frame.null_count().row(0)):
        expected = "整数，每行一次抽样 / whole numbers, one draw a line"
        raise ResponseFileError(file=file.name, found=found, expected=expected, advice="")
    rows: NDArray[np.int64] = frame.to_numpy()
    return rows


def _bytes_of(file: Path, *, compressed: bool) -> bytes:
    if not compressed:
        return file.read_bytes()
    try:
        with gzip.open(file) as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ResponseFileError(file=file.name, found=f"gzip: {error}"[:200], expected="CSV", advice="") from error
    if len(data) > MAX_BYTES:
        raise ResponseFileError(file=file.name, found=f"> {MAX_BYTES} B", expected=f"≤ {MAX_BYTES} B", advice="")
    return data


def _read_csv(file: Path, data: bytes) -> pl.DataFrame:
    text = decode_table(data, file.name).lstrip("\n\r")
    separator = max(",\t;", key=text.split("\n", 1)[0].count)
    try:
        frame = pl.read_csv(
            text.encode(), separator=separator, null_values=list(MISSING_TEXTS), infer_schema_length=10_000
        )
    except (pl.exceptions.ComputeError, pl.exceptions.NoDataError, pl.exceptions.DuplicateError):
        frame = _read_text(file, text, separator)
    twice = [name for name in frame.columns if "_duplicated_" in name]
    if twice:
        found = f"两列同名 / two columns named “{twice[0].partition('_duplicated_')[0]}”"
        raise ResponseFileError(file=file.name, found=found, expected="互不相同的列名 / different names", advice="")
    return _numbers_of(frame.rename(str.strip))


def _read_text(file: Path, text: str, separator: str) -> pl.DataFrame:
    """Read every cell as text: a column that looked like numbers at its beginning may hold texts further down."""
    try:
        return pl.read_csv(text.encode(), separator=separator, null_values=list(MISSING_TEXTS), infer_schema=False)
    except (pl.exceptions.ComputeError, pl.exceptions.NoDataError, pl.exceptions.DuplicateError) as error:
        raise ResponseFileError(
            file=file.name,
            found=str(error).split("\n")[0][:200],
            expected="每行列数相同、列名互不相同的表 / rows of equal length under different names",
            advice="请另存为 UTF-8 的 .csv。 / Save it as .csv in UTF-8.",
        ) from error


def _first_sheet(file: Path) -> pl.DataFrame:
    sheets = [readings[0] for readings in read_tables(file) if readings and readings[0].height]
    if not sheets:
        raise ResponseFileError(file=file.name, found="0 行 / rows", expected="≥ 1", advice="")
    first = sheets[0]
    columns = zip(first.headers, first.columns, strict=True)
    frame = pl.DataFrame({name: series.alias(name) for name, series in columns})
    missing = pl.col(pl.String).is_in(MISSING_TEXTS)
    return frame.with_columns(pl.when(~missing).then(pl.col(pl.String)).name.keep())


def _read_sav(file: Path) -> pl.DataFrame:
    read: Callable[..., tuple[Any, Any]] = pyreadstat.read_sav
    try:
        frame, _ = read(str(file), output_format="polars", disable_datetime_conversion=True)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError) as error:
        raise ResponseFileError(file=file.name, found=str(error)[:200], expected="SPSS .sav", advice="") from error
    table: pl.DataFrame = frame
    return _numbers_of(table.with_columns(pl.col(pl.String).replace("", None))) if table.width else table


def _numbers_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Turn texts that are all numbers into numbers; a column without any value counts as numbers."""
    turned = []
    for series in frame:
        if series.dtype == pl.String:
            numbers = series.str.strip_chars().cast(pl.Float64, strict=False)
            turned.append(_whole(numbers) if numbers.null_count() == series.null_count() else series)
        else:
            turned.append(_whole(series))
    return pl.DataFrame(turned)


def _whole(series: pl.Series) -> pl.Series:
    """Return whole numbers as such: spreadsheets and SPSS keep 1 as 1.0, but a group is called "1"."""
    if not series.dtype.is_float():
        return series
    if not series.is_finite().fill_null(True).all() or (series.abs() >= 2**53).any():
        return series
    return series.cast(pl.Int64) if (series == series.round()).all() else series
