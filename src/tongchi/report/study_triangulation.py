"""Do the sources agree? Each hypothesis by documents, events, questionnaire and coded quotes, with numbers and links, never averaged."""

from __future__ import annotations

from collections.abc import Iterator

from tongchi.report.study_question import Material
from tongchi.report.study_words import Link, Num, Said, StudyBlock, evident, listed, plainly, say
from tongchi.report.survey_content import Cell, Table, text
from tongchi.report.survey_numbers import count, number
from tongchi.report.words import Words
from tongchi.study.triangulation import AGREEMENT_NAMES, TriangulationRow
from tongchi.study.triangulation_answer import SOURCE_NAMES, SOURCES, Measured, SourceAnswer
from tongchi.survey.unavailable import NotAvailable

TABLE = "triangulation_numbers"
_SIGNS = {"supports": Words("✓ 支持", "✓ supports"), "contradicts": Words("✗ 不支持", "✗ contradicts"), "silent": Words("○ 无判断", "○ silent")}  # fmt: skip
_LOOKS = {"supports": "good", "contradicts": "bad"}
_LINKS = 4


def source_name(source: str) -> Words:
    """Return what a source of evidence is called."""
    return Words(*SOURCE_NAMES[source])  # type: ignore[index]


def answer_said(material: Material, hypothesis: str, answer: SourceAnswer) -> Said:
    """Return what a source says of a hypothesis, each number with its figure."""
    parts = {one.name: _number(material, hypothesis, answer, one) for one in answer.numbers}
    return say(_escaped(answer.text_zh, parts), _escaped(answer.text_en, parts), **parts)


def _escaped(pattern: str, parts: dict[str, Num | str]) -> str:
    """Return a pattern that holds no braces but those of its parts."""
    return pattern if parts else pattern.replace("{", "{{").replace("}", "}}")


def _number(material: Material, hypothesis: str, answer: SourceAnswer, one: Measured) -> Num | str:
    write = count if isinstance(one.value, int) else number
    key = (hypothesis, answer.source, one.name)
    return material.numbers.known(TABLE, key, "value", write) or write(one.value).zh


def triangulation_blocks(material: Material) -> Iterator[StudyBlock]:
    """Yield the table of all hypotheses and sources."""
    rows = material.result.triangulation
    if isinstance(rows, NotAvailable):
        return
    head = (
        *(Words("假设", "Hypothesis"), *(source_name(source) for source in SOURCES)),
        Words("各来源之间", "Together"),
    )
    body = tuple(_row(material, row) for row in rows)
    notes = (
        Words(
            "每个来源按自己的规则判断，不合成一个分数；没有数据或不足以判断的，不算支持也不算反对。",
            "Each source answers by its own rule, and nothing is averaged; a source without data, or without enough, counts for neither side.",
        ),
    )
    caption = Words("假设 × 证据来源", "Hypotheses by source of evidence")
    yield Table("triangulation", caption, head, body, notes, tuple(range(len(head))))


def _row(material: Material, row: TriangulationRow) -> tuple[Cell, ...]:
    stated = Words(row.hypothesis.zh.rstrip("。"), row.hypothesis.en.rstrip("."))
    first = say("{id} {stated}", "{id} {stated}", id=row.id, stated=stated)
    cells = [evident(first)]
    for answer in row.answers:
        cells.append(evident(_cell(material, row.id, answer), _LOOKS.get(answer.answer.value, "")))
    zh, en = AGREEMENT_NAMES[row.agreement]
    return (*cells, text(Words(zh, en), "strong" if row.agreement == "disagree" else ""))


def _cell(material: Material, hypothesis: str, answer: SourceAnswer) -> Said:
    sign = plainly(_SIGNS[answer.answer.value])
    body = answer_said(material, hypothesis, answer)
    links = _links(material, answer)
    if not links:
        return say("{sign}　{body}", "{sign}. {body}", sign=sign, body=body)
    return say(
        "{sign}　{body}证据：{links}。", "{sign}. {body} Evidence: {links}.", sign=sign, body=body, links=listed(links)
    )


def _links(material: Material, answer: SourceAnswer) -> list[Said]:
    found: list[Said] = []
    every = (*answer.links, *(link for one in answer.numbers for link in one.links))
    for link in dict.fromkeys(every):
        anchor = material.names.source_anchor(link)
        if link.kind == "clause":
            clause = material.names.place(link.document, link.eid)
            found.append(say("{link}", "{link}", link=clause))
        elif link.kind in ("event", "ledger", "evidence"):
            shown = f"{link.file}:{link.line}"
            found.append(say("{link}", "{link}", link=Link(anchor, Words(shown, shown))))
    once = list(dict.fromkeys(found))
    more = [plainly(Words("其余见 evidence.json", "others in evidence.json"))] if len(once) > _LINKS else []
    return once[:_LINKS] + more
