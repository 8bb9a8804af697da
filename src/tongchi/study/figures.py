"""Where does each number of a report come from? Figures with their cell in a table and the clauses, events or items behind it.

A figure is one cell of one table; its id is the name of the table, the key of the row and the name of the column, so that
`figure_id("ledger_records", ("sichuan", "commitment"), "kept")` names it without a search. Reports print it as
`<a data-figure="ID">`; `evidence.json` holds value and sources under the same id.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tongchi.errors import StudyError
from tongchi.study.sources import SourceKind, SourceLink
from tongchi.study.tables import StudyTable

__all__ = ["Figure", "Figures", "SourceKind", "SourceLink", "figure_id", "figures_of", "recompute"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that a report shows. `text_…` says what it is, without the number; `construct` is empty where it is of none."""

    id: str
    value: float | int
    text_zh: str
    text_en: str
    construct: str
    sources: tuple[SourceLink, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the figure as `evidence.json` holds it."""
        return {
            "value": self.value,
            "zh": self.text_zh,
            "en": self.text_en,
            "construct": self.construct,
            "sources": [link.to_json() for link in self.sources],
        }


def figure_id(table: str, key: Sequence[object], column: str) -> str:
    """Return the id of the figure in a cell: table, key of the row and column, parted by /.

    >>> figure_id("ledger_records", ("sichuan", "commitment"), "kept")
    'ledger_records/sichuan/commitment/kept'
    """
    return "/".join([table, *(_part(one) for one in key), column])


def _part(value: object) -> str:
    return str(value).replace("/", "|")


@dataclass(frozen=True)
class Figures(Mapping[str, Figure]):
    """All figures of a study by id."""

    by_id: Mapping[str, Figure]

    def __getitem__(self, name: str) -> Figure:
        return self.by_id[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_id)

    def __len__(self) -> int:
        return len(self.by_id)

    def cell(self, table: str, key: Sequence[object], column: str) -> Figure:
        """Return the figure of a cell. Raises `StudyError` where the table holds no number there."""
        name = figure_id(table, key, column)
        if name not in self.by_id:
            raise StudyError(found=name, expected="一个表格单元的数 / a number in a cell of a table", advice="")
        return self.by_id[name]

    def to_json(self) -> str:
        """Return the content of `evidence.json`, the same bytes for the same figures."""
        found = {name: self.by_id[name].to_json() for name in sorted(self.by_id)}
        return json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def figures_of(tables: Mapping[str, StudyTable]) -> Figures:
    """Return one figure for each number in the columns that the tables give as figures."""
    found: dict[str, Figure] = {}
    for table in tables.values():
        for figure in _of_table(table):
            if figure.id in found:
                raise StudyError(found=f"{figure.id} ×2", expected="每行的键唯一 / keys that name one row", advice="")
            found[figure.id] = figure
    return Figures(found)


def _of_table(table: StudyTable) -> Iterable[Figure]:
    for row in table.frame.iter_rows(named=True):
        key = tuple(str(row[name]) for name in table.keys)
        for column in table.spec.figures:
            value = row[column]
            if value is None:
                continue
            links = table.sources.get((*key, column), table.sources.get(key, ()))
            cell = SourceLink(
                "table",
                table=table.name,
                row=tuple((name, str(row[name])) for name in table.keys),
                column=column,
            )
            yield Figure(
                figure_id(table.name, key, column),
                value,
                table.says(row, column, "zh"),
                table.says(row, column, "en"),
                table.construct_of(row),
                (cell, *links),
            )


def recompute(figure: Figure, tables: Mapping[str, pl.DataFrame]) -> float | int:
    """Return the value of a figure as the tables hold it, which may have been read again from their files.

    Raises `StudyError` where the cell does not exist, or more than one row has the key.
    """
    link = figure.sources[0]
    frame = tables.get(link.table)
    if frame is None:
        raise StudyError(found=link.table, expected=", ".join(sorted(tables)), advice="")
    rows = frame.filter([pl.col(name).cast(pl.String) == value for name, value in link.row]) if link.row else frame
    if len(rows) != 1 or rows[link.column][0] is None:
        raise StudyError(found=f"{figure.id}: {len(rows)}", expected="一行 / one row", advice="")
    value: float | int = rows[link.column][0]
    return value
