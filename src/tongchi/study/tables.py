"""Which tables does a study write? Each with a stated schema, keys that name a row, and words for its columns.

Every table is a Polars frame; the columns given as `figures` are the numbers that a report may show (see `figures`). A table that a
study has no data for is there with no rows, so that whoever reads them need not ask which there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tongchi.errors import Language, StudyError
from tongchi.study.sources import SourceLink

Kind = type[pl.DataType] | pl.DataType


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in code and files, its type, and what it is called in a report."""

    name: str
    kind: Kind
    zh: str
    en: str


@dataclass(frozen=True)
class TableSpec:
    """What a table is: name, titles, keys, columns, and which columns are figures.

    `construct` is the code of the construct of all its figures, or "=column" where a column holds it.
    """

    name: str
    zh: str
    en: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    figures: tuple[str, ...]
    construct: str = ""

    @property
    def schema(self) -> dict[str, Kind]:
        """Names and types of the columns, in order."""
        return {column.name: column.kind for column in self.columns}

    def column(self, name: str) -> Column:
        """Return a column by its name."""
        return next(column for column in self.columns if column.name == name)


def columns(text: str) -> tuple[Column, ...]:
    """Read columns from lines of name, type (s text, i whole number, f number, b yes or no), Chinese and English name."""
    rows = (line.strip().split(" ", 2) for line in text.strip().splitlines())
    return tuple(Column(name, _KINDS[kind], *words.split(" | ")) for name, kind, words in rows)


_KINDS: Mapping[str, Kind] = {"s": pl.String, "i": pl.Int64, "f": pl.Float64, "b": pl.Boolean}
Names = Mapping[str, tuple[str, str]]
Key = tuple[str, ...]


@dataclass(frozen=True)
class StudyTable:
    """A table with its rows.

    `sources` holds what numbers rest on beside the table itself: by the key of a row for all its numbers, by the key with the name of
    a column behind it for those of one column.
    """

    spec: TableSpec
    frame: pl.DataFrame
    sources: Mapping[Key, tuple[SourceLink, ...]] = field(default_factory=dict)
    names: Names = field(default_factory=dict, repr=False)
    """Names in Chinese and English of the codes that stand in key columns."""

    @property
    def name(self) -> str:
        """The name of the table and of its file."""
        return self.spec.name

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that name a row."""
        return self.spec.keys

    def construct_of(self, row: Mapping[str, object]) -> str:
        """Return the construct that the figures of a row belong to, empty for none."""
        named = self.spec.construct
        return str(row[named[1:]] or "") if named.startswith("=") else named

    def says(self, row: Mapping[str, object], column: str, language: Language = "zh") -> str:
        """Return what the number in a cell is: title of the table, names of the row, name of the column."""
        at = 0 if language == "zh" else 1
        spec, named = self.spec, self.spec.column(column)
        place = [self.names.get(str(row[key]), (str(row[key]),) * 2)[at] for key in spec.keys]
        parts = [(spec.zh, spec.en)[at], *(one for one in place if one), (named.zh, named.en)[at]]
        return " · ".join(parts)


def table(
    spec: TableSpec,
    rows: Iterable[Sequence[object]],
    *,
    sources: Mapping[Key, Sequence[SourceLink]] | None = None,
    names: Names | None = None,
) -> StudyTable:
    """Make a table from rows in the order of the columns. Raises `StudyError` where two rows have one key."""
    frame = pl.DataFrame([tuple(row) for row in rows], schema=dict(spec.schema), orient="row")
    if spec.keys and len(frame) and frame.select(spec.keys).is_duplicated().any():
        twice = frame.filter(frame.select(spec.keys).is_duplicated()).select(spec.keys).row(0)
        raise StudyError(found=f"{spec.name}: {twice} ×2", expected="每行的键唯一 / keys that name one row", advice="")
    return StudyTable(spec, frame, {key: tuple(links) for key, links in (sources or {}).items()}, names or {})


def write_parquet(tables: Mapping[str, StudyTable], folder: Path) -> list[Path]:
    """Write each table to `folder`/NAME.parquet, the same bytes for the same rows, and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in sorted(tables):
        path = folder / f"{name}.parquet"
        tables[name].frame.write_parquet(path, compression="zstd", statistics=False, row_group_size=1_000_000)
        written.append(path)
    return written
