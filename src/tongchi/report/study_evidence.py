"""What was coded in the case, how far do the coders agree, and how did the pace of events change?"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tongchi.report.html_proof import short
from tongchi.report.markup import both, phrase, tag
from tongchi.report.study_charts import years_chart
from tongchi.report.study_grids import grid, namers
from tongchi.report.study_names import StudyNames
from tongchi.report.study_question import Material
from tongchi.report.study_words import Said, StudyBlock, say
from tongchi.report.survey_content import Figure
from tongchi.report.survey_numbers import count
from tongchi.report.words import Words
from tongchi.study.evidence import ClauseTarget, EventTarget, EvidenceLink
from tongchi.study.result import EvidenceSection
from tongchi.survey.unavailable import NotAvailable

STANCES = {"supports": Words("支持", "supports"), "contradicts": Words("不支持", "contradicts")}
KINDS = {
    "document": Words("文本", "document"),
    "event": Words("事件", "event"),
    "interview": Words("访谈", "interview"),
    "item": Words("题项", "item"),
}
_OF = {
    "construct": Words("归入的构念", "the construct"),
    "stance": Words("支持或不支持", "supporting or not"),
}
_QUOTE = 120


def agreement_said(material: Material, found: EvidenceSection) -> Iterator[Said]:
    """Say how far the coders agree on constructs and stances."""
    for name, what in _OF.items():
        alpha = getattr(found.agreement, name)
        if isinstance(alpha, NotAvailable):
            yield say("{what}：{why}", "On {what}: {why}", what=what, why=Words(alpha.zh, alpha.en))
            continue
        value = material.numbers.known("coder_agreement", (name,), "alpha")
        ends = material.numbers.between("coder_agreement", (name,), ("lower", "upper"))
        units = material.numbers.known("coder_agreement", (name,), "units", count)
        if value is None or units is None:
            continue
        band = say("，95% 区间 {ends}", ", 95% interval {ends}", ends=ends) if ends else Said((), ())
        yield say(
            "对{what}，编码者之间的 Krippendorff α 为 {value}{band}（{units} 段两人以上读过的引文）。",
            "On {what} the coders' Krippendorff alpha is {value}{band} ({units} quotes read by two or more).",
            what=what,
            value=value,
            band=band,
            units=units,
        )


def evidence_table(found: EvidenceSection, names: StudyNames) -> str:
    """Return the coded quotes with where each stands."""
    head = [
        phrase("编号", "Id"),
        phrase("引文", "Quote"),
        phrase("出处", "From"),
        phrase("构念", "Construct"),
        phrase("假设", "Hypothesis"),
        phrase("立场", "Stance"),
        phrase("编码者", "Coder"),
        phrase("备忘", "Memo"),
    ]
    top = "".join(f'<th scope="col">{each}</th>' for each in head)
    body = "".join(_row(link, names) for link in found.links)
    return f'<div class="scroll"><table class="grid"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(link: EvidenceLink, names: StudyNames) -> str:
    row = link.row
    cells = [
        f"<code>{escape(row.id)}</code>",
        f"<q>{escape(short(row.quote, _QUOTE))}</q>" if row.quote else "—",
        _from(link, names),
        both(names.construct(row.construct)),
        f"<code>{escape(row.hypothesis)}</code>" if row.hypothesis else "—",
        both(STANCES[row.stance.value]),
        f"<code>{escape(row.coder)}</code>",
        f'<span class="quoted-text">{escape(row.memo)}</span>' if row.memo else "—",
    ]
    return tag("tr", "".join(f"<td>{cell}</td>" for cell in cells), {"id": f"evidence-{row.line}"})


def _from(link: EvidenceLink, names: StudyNames) -> str:
    kind = both(KINDS[link.row.kind.value])
    target = link.target
    if isinstance(target, ClauseTarget):
        path = next((p for p in names.documents if p == target.document or p.endswith(target.document)), "")
        clause = names.place(path, target.eid) if path else None
        shown = both(clause.words) if clause else escape(target.label)
        return f'<a class="place" href="#{escape(clause.anchor)}">{shown}</a>' if clause else shown
    if isinstance(target, EventTarget):
        return f'<a class="place" href="#event-{target.event.line}">{kind} <time>{target.event.date.isoformat()}</time></a>'
    if isinstance(target, NotAvailable):
        return f"{kind} <small>{both(Words(target.zh, target.en))}</small>"
    return f"{kind} <code>{escape(link.row.reference)}</code>"


def pace_blocks(material: Material) -> Iterator[StudyBlock]:
    """Yield when the dated rows of each construct fall, and since when their pace has changed."""
    found = material.result.timeline
    if isinstance(found, NotAvailable):
        return
    rows = []
    for one in found.constructs:
        change = () if isinstance(one.change, NotAvailable) else one.change.years
        rows.append((material.names.construct(one.construct), dict(one.counts), change))
    caption = Words("各构念的事件与台账记录", "Events and ledger entries by construct")
    notes = (
        Words(
            "点的面积是当年的记录数；红色虚线是节奏变化的年份，没有虚线的没有看到变化或年份太少。",
            "The area of a dot is the number of rows of the year; a red line marks a year in which the pace changed. Without one, none was seen, or years are too few.",
        ),
    )
    yield Figure(years_chart(caption, found.years, rows), caption, notes)
    changes = material.tables.get("pace_changes")
    if changes is not None and len(changes.frame):
        shown = ("construct", "year", "level_before", "level_after", "probability", "within")
        yield grid(changes, material.numbers, namers(material.names), columns=shown)
