"""What is each line of a standard on paper? Paragraph, list item, note, caption or table: the same answer for docx, PDF and XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tongchi.workbench.issuing.content import Clause, Issuer, Standard, cells, is_row
from tongchi.workbench.issuing.reading_back import annex_title, status

SPACE = "\u3000"  # one letter's width between a number and what follows (GB/T 1.1-2020, 10.3)
RULE = "_" * 16  # below the last line (GB/T 1.1-2020, 10.7)
_MARKS = (
    ("item", re.compile(r"[a-z][)）]")),
    ("subitem", re.compile(r"\d{1,2}[)）]")),
    ("dash", re.compile(r"——")),
    ("note", re.compile(r"(?:注|示例)\s*\d{0,2}\s*[：:]")),
    ("caption", re.compile(r"表\s?(?:[A-Z]\.)?\d{1,2}[\s\u3000]")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line and how it is set; a table has its rows in `rows` and no text."""

    look: str
    text: str
    rows: tuple[tuple[str, ...], ...] = ()


def lines(clause: Clause) -> Iterator[Line]:
    """Yield the lines below the heading; rows that follow each other are one table, filled up to one width."""
    rows: list[list[str]] = []
    for each in clause.lines:
        if is_row(each):
            rows.append(cells(each))
            continue
        if rows:
            yield _table(rows)
            rows = []
        yield Line(look(each), each)
    if rows:
        yield _table(rows)


def look(line: str) -> str:
    """Return item, subitem, dash, note, caption, or text."""
    return next((name for name, mark in _MARKS if mark.match(line)), "text")


def in_contents(clause: Clause) -> str:
    """Return the line of the table of contents, "" for what is not listed: clauses and annexes are, subclauses are not."""
    if clause.depth > 1:
        return ""
    if clause.kind == "annex":
        return f"附录 {clause.number}{status(clause)}{SPACE}{annex_title(clause)}"
    return f"{clause.number}{SPACE}{clause.heading}"


def cover_kind(standard: Standard) -> str:
    """Return the line on the cover that says what it is."""
    return f"{SPACE.join(each.zh for each in standard.issuers)}{SPACE}联合标准"


def own_numbers(standard: Standard) -> list[str]:
    """Return the parties' own numbers where they differ from the joint one."""
    return [f"{each.zh}编号：{each.number}" for each in standard.issuers if _differs(each, standard)]


def _differs(issuer: Issuer, standard: Standard) -> bool:
    return bool(issuer.number) and issuer.number != standard.number


def _table(rows: list[list[str]]) -> Line:
    width = max(map(len, rows))
    return Line("table", "", tuple((*row, *[""] * (width - len(row))) for row in rows))
