"""How are cells of a workbook made safe, legible and equal on every run?

Text never becomes a formula (OWASP, CSV injection: = + - @, tab and carriage return), control characters are left out,
a cell holds at most 32 767 characters. The file's own times and those inside the archive are fixed.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

Value = str | float | int | None
CREATED = datetime(1980, 1, 1)
_LONGEST = 32_767
_LINE_HEIGHT = 14.5  # points, for 10.5 pt
_MOST_LINES = 28  # a row of a worksheet has at most 409 points
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_LINE = Side(style="thin", color="C9CDD1")


class Sheet:
    """A sheet with a frozen, filtered head, wrapped text and set widths; rows are appended from the top."""

    def __init__(self, book: Workbook, title: str, head: Sequence[tuple[str, float]], *, filtered: bool = True) -> None:
        self._sheet = book.create_sheet(title)
        self._styles = _styles(self._sheet)
        self._rows = 0
        self._widths = [width for _, width in head]
        self._filtered = filtered
        for at, (_, width) in enumerate(head, 1):
            self._sheet.column_dimensions[get_column_letter(at)].width = width
        if filtered:
            self._sheet.freeze_panes = "A2"
            self._sheet.print_title_rows = "1:1"
        self._sheet.page_setup.orientation = "landscape"
        self._sheet.page_setup.paperSize = 9
        self._sheet.page_setup.fitToHeight = 0
        self._sheet.sheet_properties.pageSetUpPr.fitToPage = True
        if any(name for name, _ in head):
            self.add([name for name, _ in head], style="head")

    def add(self, values: Sequence[Value], *, style: str = "text") -> None:
        """Append a row; None leaves a cell empty. Styles: head, text, and line or strong for sentences that may run over the cells beside them."""
        self._rows += 1
        if style in ("head", "text"):
            self._sheet.row_dimensions[self._rows].height = _LINE_HEIGHT * row_lines(values, self._widths)
        self._sheet.append([self._cell(value, style) for value in values])

    def close(self) -> None:
        """Set the filter over all rows."""
        if self._filtered:
            self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(self._widths))}{max(self._rows, 1)}"

    def _cell(self, value: Value, style: str) -> object:
        if value is None or value == "":
            return self._blank(style)
        cell = WriteOnlyCell(self._sheet, safe_text(value) if isinstance(value, str) else value)
        risky = isinstance(value, str) and value.startswith(_RISKY)
        cell._style = self._styles["risky" if risky else style]
        if isinstance(value, str):
            cell.data_type = "s"
        return cell

    def _blank(self, style: str) -> object:
        """Return an empty cell that carries the line below its row on."""
        if style not in ("head", "text"):
            return None
        cell = WriteOnlyCell(self._sheet)
        cell._style = self._styles[style]
        return cell


def row_lines(values: Sequence[Value], widths: Sequence[float]) -> int:
    """Return how many lines the fullest cell needs; not all programs fit the height of rows to wrapped text."""
    most = 1
    for value, width in zip(values, widths, strict=False):
        if isinstance(value, str) and len(value) * 2 > width - 2:
            paragraphs = value.split("\n")
            most = max(most, sum(1 + int(_width(each) / max(1.0, width - 2)) for each in paragraphs))
    return min(most, _MOST_LINES)


def _width(text: str) -> float:
    """Width in digits: a Chinese character takes two, and three bytes where a digit takes one."""
    return (len(text.encode("utf-8", "replace")) + len(text)) / 2


def safe_text(text: str) -> str:
    """Return the text as a cell can hold it."""
    clean = _CONTROL.sub("", text)
    return clean if len(clean) <= _LONGEST else clean[: _LONGEST - 1] + "…"


def new_book() -> Workbook:
    """Return an empty workbook for rows that are written once."""
    book = Workbook(write_only=True)
    book.properties.creator = "Tongchi"
    book.properties.created = CREATED
    return book


def save_book(book: Workbook, path: Path) -> None:
    """Write the workbook with fixed times, so that the same rows give the same bytes."""
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", data)
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o644 << 16
            info.create_system = 3
            target.writestr(info, data, zipfile.ZIP_DEFLATED)


def _styles(sheet: object) -> dict[str, object]:
    """Make each style once and hand out its index; setting fonts cell by cell costs ten times as much."""
    body = Font(name="宋体", size=10.5)
    wrapped = Alignment(vertical="top", wrap_text=True)
    border = Border(bottom=_LINE)
    looks = {
        "head": (Font(name="黑体", size=10.5, bold=True), PatternFill("solid", fgColor="E6E9EC"), False),
        "text": (body, None, False),
        "line": (body, None, False),
        "strong": (Font(name="黑体", size=12, bold=True), None, False),
        "risky": (body, None, True),
    }
    made: dict[str, object] = {}
    for name, (font, fill, quoted) in looks.items():
        cell = WriteOnlyCell(sheet)
        cell.font = font
        if name not in ("line", "strong"):
            cell.alignment, cell.border = wrapped, border
        if fill:
            cell.fill = fill
        if quoted:
            cell.quotePrefix = True
        made[name] = cell._style
    return made
