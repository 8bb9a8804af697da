"""How does a reviewer work on with findings? In a workbook with all of them, to filter, note and pass on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tongchi.barriers.batch import Screening
from tongchi.barriers.catalogue import load_catalogue
from tongchi.report.findings_summary import (
    SEVERITIES,
    FindingsSummary,
    entry_words,
    place_words,
    summarise,
    summary_sentences,
    title_of,
)
from tongchi.report.words import Words
from tongchi.report.workbook_style import Sheet, Value, new_book, save_book

_COLUMNS = (
    ("序号 No.", 7.0), ("地区 Place", 12.0), ("文件 Document", 28.0), ("条 Article", 10.0), ("轻重 Severity", 11.0),
    ("概率 Probability", 9.0), ("条例条项 Item", 26.0), ("依据 Source", 30.0), ("引导句 Lead-in", 30.0), ("原文 Text", 60.0),
    ("决定性词句 Deciding words", 34.0), ("为什么 Why", 36.0), ("可能的例外 Possible exception", 50.0),
    ("修改建议 Redraft", 44.0), ("另可归入 Also", 10.0), ("涉及地域 Turns on locality", 9.0), ("Why, in English", 36.0),
    ("Redraft, in English", 40.0), ("规则 Rules", 22.0), ("文件名 File", 36.0), ("条款标识 Clause id", 24.0),
    ("审查意见 Review", 30.0),
)  # fmt: skip


def write_findings_xlsx(screening: Screening, path: Path | str) -> Path:
    """Write the workbook and return its path; the same screening gives the same bytes."""
    summary = summarise(screening)
    book = new_book()
    _overview(book, summary)
    sheet = Sheet(book, "发现", _COLUMNS)
    for at, row in enumerate(summary.rows, 1):
        sheet.add(_finding(at, row))
    sheet.close()
    if summary.unread:
        sheet = Sheet(book, "未读文件", [("文件 File", 60.0), ("代码 Code", 10.0), ("原因", 60.0), ("Reason", 60.0)])
        for each in summary.unread:
            sheet.add([each.path, each.code, each.zh, each.en])
        sheet.close()
    target = Path(path)
    save_book(book, target)
    return target


def _overview(book: Workbook, summary: FindingsSummary) -> None:
    sheet = Sheet(book, "概要", [("", 44.0), *[("", 12.0)] * 12], filtered=False)
    for at, sentence in enumerate(summary_sentences(summary)):
        for text in sentence:
            sheet.add([text], style="line" if at else "strong")
    sheet.add([])
    sheet.add(["条例条项 Item", "发现 Findings", "明确 Clear", "可商榷 Arguable"], style="head")
    for entry in summary.entries:
        sheet.add([_two(entry_words(entry)), *_grades(summary, code=entry.code)])
    sheet.add([])
    sheet.add(["地区 Place", "发现 Findings", "明确 Clear", "可商榷 Arguable"], style="head")
    for place in summary.places:
        sheet.add([_two(place_words(place)), *_grades(summary, place=place)])
    sheet.close()


def _grades(summary: FindingsSummary, code: str = "", place: str | None = None) -> list[Value]:
    return [summary.count(code, severity, place) for severity in ("", *SEVERITIES)]


def _finding(at: int, row: dict[str, Any]) -> list[Value]:
    entry = load_catalogue()[row["code"]]
    lead = row["lead_in_length"]
    return [
        at, place_words(row["place"]).zh, title_of(row), row["label"], _two(SEVERITIES[row["severity"]]),
        row["probability"], f"{entry.code} {entry.name_zh}", entry.source_zh, row["quote"][:lead], row["quote"][lead:],
        "\n".join(row["words"]), row["mechanism_zh"], row["exception_zh"], row["remedy_zh"],
        "、".join(row["alternatives"]), "是 yes" if row["turns_on_locality"] else "否 no", row["mechanism_en"],
        row["remedy_en"], "\n".join(row["rules"]), row["document"], row["clause_id"], None,
    ]  # fmt: skip


def _two(words: Words) -> str:
    return words.zh if words.zh == words.en else f"{words.zh} {words.en}"
