"""How does a table become a file? Text never becomes a formula, Excel reads the Chinese, the same rows give the same bytes."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from django.utils.timezone import localtime

from tongchi.report.workbook_style import Sheet, new_book, safe_text, save_book

Value = str | int | float | bool | date | datetime | None
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = "\ufeff"


def to_csv(head: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return UTF-8 with a byte-order mark, which tells Excel the encoding.

    A text that a spreadsheet could take for a formula gets an apostrophe before it (OWASP, CSV injection), full-width signs included,
    which Excel takes for the narrow ones where the system is Japanese or Chinese.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_guarded(name) for name in head])
    for row in rows:
        writer.writerow([_guarded(text) if isinstance(text := plain(value), str) else text for value in row])
    return (BOM + out.getvalue()).encode()


def to_xlsx(title: str, head: Sequence[tuple[str, float]], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return a workbook of one sheet; nothing in it is a formula."""
    lines = [
        [plain(value) for value in row] for row in rows
    ]  # before the book: one that is broken off cannot be closed
    book = new_book()
    sheet = Sheet(book, title[:31], head)
    for line in lines:
        sheet.add(line)
    sheet.close()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        save_book(book, path)
        return path.read_bytes()


def plain(value: Value) -> str | int | float | None:
    """Return a value as a cell shows it: moments to the minute where the site is, dates by ISO 8601, yes as 1."""
    if isinstance(value, datetime):
        return localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def _guarded(text: str) -> str:
    clean = safe_text(text)
    return "'" + clean if clean.startswith(RISKY) else clean
