"""How do the sources stand side by side on paper? A table of signs for all hypotheses, then what each source says and on what."""

from __future__ import annotations

from tongchi.report.study_paper_clauses import shortened
from tongchi.report.study_question import Material
from tongchi.report.study_triangulation import answer_said, source_name
from tongchi.report.study_words import Said, StudyBlock, evident, say
from tongchi.report.survey_content import Cell, Sentences, Table, text
from tongchi.report.words import Words
from tongchi.study.sources import SourceLink
from tongchi.study.triangulation import AGREEMENT_NAMES, TriangulationRow
from tongchi.study.triangulation_answer import SOURCES, SourceAnswer
from tongchi.survey.unavailable import NotAvailable

ANSWERS = {
    "supports": Words("✓ 支持", "✓ supports"),
    "contradicts": Words("✗ 不支持", "✗ contradicts"),
    "silent": Words("○", "○"),
}
_LOOKS = {"supports": "good", "contradicts": "bad"}
_LINKS = 3
_QUOTE = 40


def triangulation_on_paper(material: Material) -> list[StudyBlock]:
    """Return both tables; nothing where there are no hypotheses."""
    rows = material.result.triangulation
    if isinstance(rows, NotAvailable) or not rows:
        return []
    said = Words(
        "每个来源按自己的规则判断，不合成一个分数；○ 表示没有数据或不足以判断，不算支持也不算反对。",
        "Each source answers by its own rule, and nothing is averaged; ○ is a source without data, or without enough, which counts for neither side.",
    )
    return [Sentences((said,)), _signs(rows), _reasons(material, rows)]


def _signs(rows: tuple[TriangulationRow, ...]) -> Table:
    head = (
        *(Words("假设", "Hypothesis"), Words("内容", "What it says")),
        *(source_name(source) for source in SOURCES),
        Words("各来源之间", "Together"),
    )
    caption = Words("假设与证据来源", "Hypotheses by source of evidence")
    return Table("triangulation", caption, head, tuple(map(_row_of_signs, rows)), texts=(1,))


def _row_of_signs(row: TriangulationRow) -> tuple[Cell, ...]:
    stated = Words(row.hypothesis.zh.rstrip("。"), row.hypothesis.en.rstrip("."))
    signs = [text(ANSWERS[one.answer.value], _LOOKS.get(one.answer.value, "")) for one in row.answers]
    together = Words(*AGREEMENT_NAMES[row.agreement])
    return text(row.id), text(stated), *signs, text(together, "strong" if row.agreement == "disagree" else "")


def _reasons(material: Material, rows: tuple[TriangulationRow, ...]) -> Table:
    """Return what each source that has something to say rests on; a silent one without numbers is left to the page."""
    head = (
        *(Words("假设", "Hypothesis"), Words("来源", "Source"), Words("判断", "Answer")),
        Words("理由与证据", "Reason and evidence"),
    )
    made = [
        (text(row.id), text(source_name(one.source)), _sign(one), evident(_reason(material, row.id, one)))
        for row in rows
        for one in row.answers
        if one.answer.value != "silent" or one.numbers
    ]
    caption = Words("各来源的理由与证据", "What each source rests on")
    return Table("reasons", caption, head, tuple(made), texts=(3,))


def _sign(one: SourceAnswer) -> Cell:
    return text(ANSWERS[one.answer.value], _LOOKS.get(one.answer.value, ""))


def _reason(material: Material, hypothesis: str, one: SourceAnswer) -> Said:
    body = answer_said(material, hypothesis, one)
    links = dict.fromkeys((*one.links, *(link for number in one.numbers for link in number.links)))
    shown = list(dict.fromkeys(filter(None, (_place(material, link) for link in links))))
    if not shown:
        return body
    more = Words("等", " and others") if len(shown) > _LINKS else Words("", "")
    zh = "；".join(each.zh for each in shown[:_LINKS]) + more.zh
    en = "; ".join(each.en for each in shown[:_LINKS]) + more.en
    return say("{body}证据：{links}。", "{body} Evidence: {links}.", body=body, links=Words(zh, en))


def _place(material: Material, link: SourceLink) -> Words | None:
    """Return a clause, or what a row of a table says; items are named in the reason itself."""
    if link.kind == "clause":
        return material.names.clause(link.document, link.eid).words
    if link.kind in ("event", "ledger", "evidence") and link.quote:
        quote = shortened(link.quote, _QUOTE)
        return Words(f"“{quote}”", f"“{quote}”")
    return None
