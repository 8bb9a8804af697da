"""What do the tables of indicators, events and survey waves say? Rows with every mistake named at once.

CSV in UTF-8 (with or without byte order mark) or GB18030. `scan_…` returns the rows that can be read and the problems; `read_…`
raises one `IndicatorTableError` that lists all of them. Parties in one cell are parted by ; ； 、 or |.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TypeVar

from tongchi.errors import IndicatorTableError, MissingFileError
from tongchi.text.encoding import decode_text

CONSTRUCTS = (
    "scale_gap",
    "central_push",
    "willingness",
    "incentive",
    "involvement",
    "standardisation",
    "coordination",
    "trust",
    "barrier",
    "localism",
    "development",
)
EVENT_KINDS = (
    "central",
    "meeting",
    "agreement",
    "legislation",
    "standard",
    "joint_action",
    "check",
    "complaint",
    "rectification",
    "outcome",
    "other",
)
PRECISIONS = ("day", "month", "year")
CONFIDENCES = ("high", "medium", "low")
Row = TypeVar("Row")


@dataclass(frozen=True)
class Problem:
    """One mistake: the line of the file (1 is the header), the column, what was found and what was expected."""

    line: int
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"第{self.line}行 line {self.line} {self.column}: {self.found or '（空 empty）'} → {self.expected}"


@dataclass(frozen=True, order=True)
class Period:
    """A year, half, quarter or month: `start` in years, such as 2021.5 for the second half of 2021; `label` as given."""

    start: float
    label: str

    @classmethod
    def parse(cls, text: str) -> Period | None:
        """Read 2021, 2021H2, 2021Q3, 2021-07 or 2021年; None for anything else."""
        found = _PERIOD.match(text.strip())
        if not found:
            return None
        year = float(found["year"])
        if found["half"]:
            return cls(year + (int(found["half"]) - 1) / 2, text.strip())
        if found["quarter"]:
            return cls(year + (int(found["quarter"]) - 1) / 4, text.strip())
        if found["month"]:
            month = int(found["month"])
            return cls(year + (month - 1) / 12, text.strip()) if 1 <= month <= 12 else None
        return cls(year, text.strip())


_PERIOD = re.compile(
    r"^(?P<year>(?:19|20|21)\d\d)(?:年)?(?:[Hh](?P<half>[12])|[Qq](?P<quarter>[1-4])|-(?P<month>\d{1,2}))?$"
)


@dataclass(frozen=True)
class Indicator:
    """One value of one indicator. `direction` is +1 if more means more of its construct, −1 if less; `low` and `high` its bounds."""

    party: str
    period: Period
    indicator: str
    construct: str
    value: float
    unit: str
    direction: int
    low: float | None
    high: float | None
    source: str
    line: int


@dataclass(frozen=True)
class Event:
    """Something that happened. `construct` is empty where it speaks of none; `precision` says how exact the date is."""

    date: date
    precision: str
    parties: tuple[str, ...]
    kind: str
    construct: str
    title: str
    source: str
    confidence: str
    line: int


@dataclass(frozen=True)
class Wave:
    """The mean of a construct in one party and survey wave, in [0, 1], with its standard error and the number of answers."""

    party: str
    period: Period
    construct: str
    mean: float
    se: float
    n: int
    line: int


def read_indicators(path: str | PathLike[str]) -> list[Indicator]:
    """Read indicators.csv: party, period, indicator, construct, value, unit, direction, source; low and high if known."""
    return _read(path, scan_indicators)


def read_events(path: str | PathLike[str]) -> list[Event]:
    """Read events.csv: date, precision, parties, kind, construct, title, source, confidence."""
    return _read(path, scan_events)


def read_waves(path: str | PathLike[str]) -> list[Wave]:
    """Read waves.csv: party, period, construct, mean, se, n; means and errors on [0, 1]."""
    return _read(path, scan_waves)


def _read(path: str | PathLike[str], scan: Callable[[str], tuple[list[Row], list[Problem]]]) -> list[Row]:
    file = Path(path)
    if not file.is_file():
        raise MissingFileError(file=str(path), found="folder" if file.is_dir() else "nothing")
    rows, problems = scan(decode_text(file.read_bytes(), file=file.name))
    if problems:
        shown = "; ".join(str(one) for one in problems[:20])
        more = f" … 共 {len(problems)} 处 / {len(problems)} in all" if len(problems) > 20 else ""
        raise IndicatorTableError(
            file=file.name, found=shown + more, expected="上列各值 / the values listed", advice=""
        )
    return rows


def scan_indicators(text: str) -> tuple[list[Indicator], list[Problem]]:
    """Return the indicators that can be read and what is wrong with the others."""
    needed = ("party", "period", "indicator", "construct", "value", "unit", "direction", "source")
    lines, problems = table_lines(text, needed)
    rows = []
    for line, cells in lines:
        check = LineCheck(line, cells, problems)
        row = Indicator(
            party=check.text("party"),
            period=check.period("period"),
            indicator=check.text("indicator"),
            construct=check.one_of("construct", CONSTRUCTS),
            value=check.number("value"),
            unit=cells["unit"],
            direction=_DIRECTIONS[check.one_of("direction", tuple(_DIRECTIONS), "+ / −")],
            low=check.number("low") if cells.get("low") else None,
            high=check.number("high") if cells.get("high") else None,
            source=check.text("source"),
            line=line,
        )
        if row.low is not None and row.high is not None and row.low >= row.high:
            check.report("low", f"{row.low:g} ≥ {row.high:g}", "low < high")
        if check.fine:
            rows.append(row)
    problems += repeated_rows(
        rows, lambda row: (row.party, row.period.start, row.indicator), "party, period, indicator"
    )
    problems += _unlike(rows)
    return rows, sorted(problems, key=lambda one: one.line)


_DIRECTIONS = {"+": 1, "-": -1, "−": -1, "+1": 1, "-1": -1, "1": 1, "正": 1, "负": -1}


def _unlike(rows: Sequence[Indicator]) -> list[Problem]:
    """Find indicators whose construct, unit or direction changes from row to row."""
    first: dict[str, Indicator] = {}
    problems = []
    for row in rows:
        one = first.setdefault(row.indicator, row)
        for column in ("construct", "unit", "direction"):
            if getattr(one, column) != getattr(row, column):
                expected = f"{getattr(one, column)}（第 {one.line} 行 / line {one.line}）"
                problems.append(Problem(row.line, column, str(getattr(row, column)), expected))
    return problems


def scan_events(text: str) -> tuple[list[Event], list[Problem]]:
    """Return the events that can be read, in the order of their dates, and what is wrong with the others."""
    needed = ("date", "precision", "parties", "kind", "construct", "title", "source", "confidence")
    lines, problems = table_lines(text, needed)
    rows = []
    for line, cells in lines:
        check = LineCheck(line, cells, problems)
        row = Event(
            date=check.day("date"),
            precision=check.one_of("precision", PRECISIONS),
            parties=parties_in(check.text("parties")),
            kind=check.one_of("kind", EVENT_KINDS),
            construct=check.one_of("construct", ("", *CONSTRUCTS)),
            title=check.text("title"),
            source=check.text("source"),
            confidence=check.one_of("confidence", CONFIDENCES),
            line=line,
        )
        if check.fine:
            rows.append(row)
    problems += repeated_rows(rows, lambda row: (row.date, row.title), "date, title")
    return sorted(rows, key=lambda row: (row.date, row.line)), sorted(problems, key=lambda one: one.line)


def scan_waves(text: str) -> tuple[list[Wave], list[Problem]]:
    """Return the wave means that can be read and what is wrong with the others."""
    lines, problems = table_lines(text, ("party", "period", "construct", "mean", "se", "n"))
    rows = []
    for line, cells in lines:
        check = LineCheck(line, cells, problems)
        row = Wave(
            party=check.text("party"),
            period=check.period("period"),
            construct=check.one_of("construct", CONSTRUCTS),
            mean=check.number("mean", 0.0, 1.0),
            se=check.number("se", 0.0, 1.0),
            n=int(check.number("n", 1.0)),
            line=line,
        )
        if check.fine and row.se == 0:
            check.report("se", "0", "> 0")
        if check.fine:
            rows.append(row)
    problems += repeated_rows(
        rows, lambda row: (row.party, row.period.start, row.construct), "party, period, construct"
    )
    return rows, sorted(problems, key=lambda one: one.line)


def parties_in(cell: str) -> tuple[str, ...]:
    """Return the parties named in one cell."""
    return tuple(part for part in (piece.strip() for piece in re.split(r"[;；、|]", cell)) if part)


def table_lines(text: str, needed: Sequence[str]) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Return (line number, cells by column) of each row of a table, and what is wrong with the header and the row lengths.

    Lines that begin with # are comments.
    """
    reader = csv.reader(io.StringIO(text))
    header: list[str] = []
    rows: list[tuple[int, dict[str, str]]] = []
    problems: list[Problem] = []
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if not any(stripped) or stripped[0].startswith("#"):
            continue
        if not header:
            header = [cell.lower() for cell in stripped]
            missing = [name for name in needed if name not in header]
            problems += [Problem(reader.line_num, name, "（缺列 / no such column）", name) for name in missing]
            if missing:
                return [], problems
            continue
        if len(stripped) != len(header):
            expected = f"{len(header)} 列 / {len(header)} columns"
            problems.append(Problem(reader.line_num, "", f"{len(stripped)}", expected))
            continue
        rows.append((reader.line_num, dict(zip(header, stripped, strict=True))))
    if not header or (not rows and not problems):
        problems.append(Problem(1, "", "（没有数据行 / no rows）", ", ".join(needed)))
    return rows, problems


def repeated_rows(rows: Sequence[Row], key: Callable[[Row], object], columns: str) -> list[Problem]:
    """Find rows that share their key with an earlier one; every row has a `line`."""
    seen: dict[object, int] = {}
    problems = []
    for row in rows:
        line = int(getattr(row, "line"))  # noqa: B009  (rows of three kinds share only this)
        first = seen.setdefault(key(row), line)
        if first != line:
            problems.append(Problem(line, columns, "重复 / twice", f"与第 {first} 行不同 / unlike line {first}"))
    return problems


class LineCheck:
    """Reads the cells of one line, and reports instead of raising, so that all mistakes come out at once."""

    def __init__(self, line: int, cells: Mapping[str, str], problems: list[Problem]) -> None:
        self.line, self.cells, self.problems, self.fine = line, cells, problems, True

    def report(self, column: str, found: str, expected: str) -> None:
        """Note what is wrong with a cell."""
        self.fine = False
        self.problems.append(Problem(self.line, column, found, expected))

    def text(self, column: str) -> str:
        """Return a cell that must not be empty."""
        cell = self.cells[column]
        if not cell:
            self.report(column, "", "非空 / not empty")
        return cell

    def one_of(self, column: str, known: tuple[str, ...], shown: str = "") -> str:
        """Return a cell that must be one of the known words."""
        cell = self.cells[column]
        if cell in known:
            return cell
        self.report(column, cell, shown or ", ".join(known))
        return known[0]

    def number(self, column: str, low: float = -math.inf, high: float = math.inf) -> float:
        """Return a cell that must be a number between two bounds."""
        cell = self.cells[column].replace(",", "")
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and low <= value <= high):
            shown = "数字 / a number" if low == -math.inf else f"{low:g}–{high:g}"
            self.report(column, cell, shown)
            return max(low, 0.0) if math.isfinite(low) else 0.0
        return value

    def period(self, column: str) -> Period:
        """Return a cell that must be a period."""
        found = Period.parse(self.cells[column])
        if found is None:
            self.report(column, self.cells[column], "2021, 2021H2, 2021Q3, 2021-07")
            return Period(0.0, "")
        return found

    def day(self, column: str) -> date:
        """Return a cell that must be a date; of a year or month its first day."""
        cell = self.cells[column]
        padded = {4: cell + "-01-01", 7: cell + "-01"}.get(len(cell), cell)
        try:
            return date.fromisoformat(padded)
        except ValueError:
            self.report(column, cell, "2021-07-01, 2021-07, 2021")
            return date.min
