"""How does a standard become a PDF that archives accept and that carries its own source? PDF/A-3b by typst, the XML attached.

Fonts are asked for by family, the usual Chinese ones first, and embedded; the date in the file is that of issue. The same standard on the
same fonts gives the same bytes.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

from tongchi.errors import WorkbenchError
from tongchi.workbench.issuing.akn import to_akn
from tongchi.workbench.issuing.content import Clause, Standard
from tongchi.workbench.issuing.layout import SPACE, cover_kind, lines, own_numbers
from tongchi.workbench.issuing.reading_back import annex_title, status

TEMPLATE = Path(__file__).with_name("standard.typ")


def to_pdf(standard: Standard) -> bytes:
    """Return the PDF. A standard without number is marked as a draft for approval.

    Raises WorkbenchError where a character is in no font of this machine: PDF/A asks that every one can be shown.
    """
    inputs = {"content": json.dumps(_content(standard), ensure_ascii=False), "xml": to_akn(standard).decode("utf-8")}
    try:
        made: Any = typst.compile(
            str(TEMPLATE),
            root=str(TEMPLATE.parent),
            format="pdf",
            pdf_standards="a-3b",
            sys_inputs=inputs,
            timestamp=_moment(standard),
        )
    except typst.TypstError as error:
        raise WorkbenchError(
            found=str(error).partition("\n")[0],
            expected="PDF/A",
            advice="请在服务器上安装含有全部文字的字体（如 Noto Serif CJK、Noto Sans CJK）。"
            "Install fonts that hold every character, such as Noto Serif CJK and Noto Sans CJK.",
        ) from error
    return bytes(made)


def file_name(standard: Standard) -> str:
    """Return a name for files that every system can hold: DB51-T-10002-2026.

    >>> file_name(Standard("标题", "", (), (), (), number="DB51/T 10002—2026"))
    'DB51-T-10002-2026'
    """
    return re.sub(r"[^A-Za-z0-9]+", "-", standard.number).strip("-") or "standard"


def _moment(standard: Standard) -> datetime:
    """Return the date that PDF/A asks for: of issue; a draft has none of its own and gets the first day a file can bear."""
    day = standard.issued_on
    return datetime.combine(day, time(), UTC) if day else datetime(1980, 1, 1, tzinfo=UTC)


def _content(standard: Standard) -> dict[str, Any]:
    dates = ((standard.issued_on, "发布"), (standard.effective_on, "实施"))
    names = [each.zh for each in standard.issuers]
    return {
        "zh": standard.zh,
        "en": standard.en,
        "number": standard.number,
        "label": standard.number or "（报批稿）",
        "file": file_name(standard),
        "kind": cover_kind(standard),
        "own": own_numbers(standard),
        "issuers": names,
        "by": f"{SPACE.join(names)}{SPACE * 2}发布",
        "made_on": _moment(standard).date().isoformat(),
        "dates": [f"{day.isoformat()} {what}" for day, what in dates if day],
        "foreword": list(standard.foreword),
        "clauses": [_clause(each) for each in standard.clauses],
    }


def _clause(clause: Clause) -> dict[str, Any]:
    annex = clause.kind == "annex" and clause.depth == 1
    term = clause.kind == "term" and clause.depth > 1
    body = [{"look": each.look, "text": each.text, "rows": each.rows} for each in lines(clause)]
    leads = not (annex or term or clause.heading) and body and body[0]["look"] == "text"
    return {
        "annex": annex,
        "term": term,
        "number": clause.number,
        "depth": clause.depth,
        "heading": clause.heading,
        "title": [f"附录{SPACE}{clause.number}", status(clause), annex_title(clause)],
        "first": body.pop(0)["text"] if leads else "",
        "lines": body,
    }
