"""What was said, and what became of it? The 意见汇总处理表 as a workbook and as a paper, from the same rows."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tongchi.report.docx_document import Document
from tongchi.report.workbook_style import Sheet, new_book, save_book

HEAD = (("序号", 8.0), ("条款编号", 12.0), ("意见内容", 60.0), ("提出单位", 24.0), ("处理意见", 14.0), ("理由", 48.0))


@dataclass(frozen=True, slots=True)
class Row:
    """One opinion: on which clause ("全文" for the whole), what it says, whose it is, its disposition and the reason."""

    clause: str
    body: str
    author: str
    disposition: str
    reason: str


def to_xlsx(rows: Sequence[Row]) -> bytes:
    """Return the workbook; nothing in it is a formula."""
    book = new_book()
    sheet = Sheet(book, "意见汇总处理表", HEAD)
    for row in _numbered(rows):
        sheet.add(row)
    sheet.close()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "opinions.xlsx"
        save_book(book, path)
        return path.read_bytes()


def to_docx(title: str, rows: Sequence[Row]) -> bytes:
    """Return the paper: the title of the standard, the table, and how many opinions met which answer."""
    paper = Document(f"《{title}》意见汇总处理表", "zh")
    paper.title()
    counts = {
        name: sum(row.disposition == name for row in rows) for name in dict.fromkeys(row.disposition for row in rows)
    }
    answered = "，".join(f"{name} {count} 条" for name, count in counts.items())
    paper.paragraph(f"共 {len(rows)} 条意见{'：' + answered if answered else ''}。")
    paper.table(
        [name for name, _ in HEAD],
        _numbered(rows),
        [width for _, width in HEAD],
        borders="grid",
        left=(2, 5),
        small=True,
    )
    return paper.to_bytes()


def _numbered(rows: Sequence[Row]) -> list[list[str]]:
    return [[str(at), row.clause, row.body, row.author, row.disposition, row.reason] for at, row in enumerate(rows, 1)]
