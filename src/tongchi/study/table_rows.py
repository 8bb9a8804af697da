"""What do the rows of a table of the study say? Cells read one by one, every mistake a fault with its line.

CSV with a header; lines that begin with # are comments. Parties in one cell are parted by ; ； 、 or |.
"""

from __future__ import annotations

import calendar
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tongchi.study.faults import Fault
from tongchi.study.mixed_encoding import decode
from tongchi.study.settings import nearest

_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")


@dataclass(frozen=True, order=True)
class Day:
    """A date that may be known to the month or year only: the first and the last day that it allows."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Day | None:
        """Read 2021-07-01, 2021/7/1, 2021年7月1日, 2021-07 or 2021; None for anything else."""
        found = _DATE.fullmatch(text.strip())
        if not found:
            return None
        year, month, day = (int(part or 1) for part in found.groups())
        try:
            first = date(year, month, day)
        except ValueError:
            return None
        if found[3]:
            return cls(first, first)
        last_month = month if found[2] else 12
        return cls(first, date(year, last_month, calendar.monthrange(year, last_month)[1]))

    @property
    def precision(self) -> str:
        """How exact the date is: day, month or year."""
        days = (self.last - self.first).days
        return "day" if days == 0 else "month" if days < 32 else "year"


class Row:
    """The cells of one line, by column; what does not fit is reported, so that all mistakes come out at once."""

    def __init__(self, file: str, line: int, cells: Mapping[str, str]) -> None:
        self.file, self.line, self.cells = file, line, cells
        self.faults: list[Fault] = []

    def report(self, kind: str, column: str, **facts: str) -> None:
        """Note a fault of a cell."""
        self.faults.append(Fault(kind, self.file, self.line, column, facts))

    def get(self, column: str) -> str:
        """Return a cell that may be empty, or be in a column that is not there."""
        return self.cells.get(column, "")

    def text(self, column: str) -> str:
        """Return a cell that must not be empty."""
        cell = self.get(column)
        if not cell:
            self.report("cell-empty", column)
        return cell

    def one_of(self, column: str, known: Sequence[str]) -> str:
        """Return a cell that must be one of the known words."""
        cell = self.get(column)
        if cell not in known:
            self.report("cell-choice", column, found=cell, known=", ".join(known), near=nearest(cell, known))
            return known[0]
        return cell

    def day(self, column: str) -> Day | None:
        """Return the date of a cell, None where it is empty."""
        cell = self.get(column)
        found = Day.parse(cell) if cell else None
        if cell and found is None:
            self.report("cell-date", column, found=cell)
        return found


def table_text(data: bytes, file: str) -> tuple[str, list[Fault]]:
    """Return the text of a table and what keeps it from being read: its encoding, or a quotation mark that never closes."""
    text, faults = decode(data, file)
    line = _open_quote(text)
    if line:
        return "", [Fault("quote-open", file, line)]
    return text, faults


def _open_quote(text: str) -> int:
    """Return the line on which a cell begins with a quotation mark that is never closed; 0 if there is none."""
    opened = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count('"') % 2:
            opened = 0 if opened else number
    try:
        for _ in csv.reader(io.StringIO(text), strict=True):
            pass
    except csv.Error as error:
        return opened if "end of data" in str(error) or "field limit" in str(error) else 0
    return 0


def scan_rows(text: str, file: str, *, needed: Sequence[str], optional: Sequence[str]) -> tuple[list[Row], list[Fault]]:
    """Return the rows whose cells match the header, and what is wrong with the header and the other rows."""
    reader = csv.reader(io.StringIO(text))
    header: list[str] = []
    rows: list[Row] = []
    faults: list[Fault] = []
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if not any(stripped) or stripped[0].startswith("#"):
            continue
        if not header:
            header = [cell.lower() for cell in stripped]
            faults += _header_faults(header, file, reader.line_num, (needed, optional))
            if any(fault.is_error for fault in faults):
                return [], faults
        elif len(stripped) != len(header):
            counts = {"found": str(len(stripped)), "expected": str(len(header))}
            faults.append(Fault("row-uneven", file, reader.line_num, facts=counts))
        else:
            rows.append(Row(file, reader.line_num, dict(zip(header, stripped, strict=True))))
    if not header or not (rows or faults):
        faults.append(Fault("rows-none", file, facts={"columns": ", ".join(needed)}))
    return rows, faults


def _header_faults(
    header: list[str], file: str, line: int, columns: tuple[Sequence[str], Sequence[str]]
) -> list[Fault]:
    needed, optional = columns
    known = (*needed, *optional)
    strange = [name for name in header if name not in known]
    faults = [
        Fault("column-missing", file, line, name, {"near": nearest(name, strange)})
        for name in needed
        if name not in header
    ]
    for at, name in enumerate(header):
        if name in header[:at]:
            faults.append(Fault("column-twice", file, line, name))
        elif name in strange:
            faults.append(Fault("column-unknown", file, line, name, {"near": nearest(name, known)}))
    return faults
