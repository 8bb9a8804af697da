"""How do coded quotes and the course of events stand on paper? Agreement of coders first, then each quote with its place."""

from __future__ import annotations

from tongchi.report.study_evidence import KINDS, STANCES, agreement_said, pace_blocks
from tongchi.report.study_names import StudyNames
from tongchi.report.study_paper_clauses import shortened
from tongchi.report.study_paper_record import events_table
from tongchi.report.study_question import Material
from tongchi.report.study_words import Saying, StudyBlock
from tongchi.report.survey_content import Cell, Table, dash, text
from tongchi.report.words import Words
from tongchi.study.evidence import ClauseTarget, EventTarget, EvidenceLink
from tongchi.survey.unavailable import NotAvailable

_QUOTE = 90
EVIDENCE = Words("案例证据与编码", "Coded evidence of the case")
TIMELINE = Words("时间线", "Timeline")


def timeline_blocks(material: Material) -> list[StudyBlock]:
    """Return when events of each construct fell, and the events with their sources; nothing where there are none."""
    if not material.result.events:
        return []
    return [*pace_blocks(material), events_table(material.result.events, material.names)]


def evidence_blocks(material: Material) -> list[StudyBlock]:
    """Return how far coders agree, and the quotes; nothing where none were coded."""
    found = material.result.evidence
    if isinstance(found, NotAvailable):
        return []
    head = (
        *(Words("编号", "Id"), Words("引文", "Quote"), Words("出处", "From"), Words("构念", "Construct")),
        *(Words("假设", "Hypothesis"), Words("立场", "Stance"), Words("编码人", "Coder")),
    )
    rows = tuple(_row(link, material.names) for link in found.links)
    table = Table("coded", Words("编码的引文", "Coded quotes"), head, rows, texts=(1, 2, 3))
    return [Saying(tuple(agreement_said(material, found)), listed=True), table]


def _row(link: EvidenceLink, names: StudyNames) -> tuple[Cell, ...]:
    row = link.row
    return (
        text(row.id),
        text(shortened(row.quote, _QUOTE)) if row.quote else dash(),
        text(_from(link, names)),
        text(names.construct(row.construct)),
        text(row.hypothesis) if row.hypothesis else dash(),
        text(STANCES[row.stance.value], "bad" if row.stance.value == "contradicts" else ""),
        text(row.coder),
    )


def _from(link: EvidenceLink, names: StudyNames) -> Words:
    """Return the clause, the event or the item; where it was not found, why."""
    kind, target = KINDS[link.row.kind.value], link.target
    if isinstance(target, ClauseTarget):
        path = next((each for each in names.documents if each.endswith(target.document)), "")
        return names.clause(path, target.eid).words if path else Words(target.label, target.label)
    if isinstance(target, EventTarget):
        day = target.event.date.isoformat()
        return Words(f"{kind.zh} {day}", f"{kind.en} {day}")
    place = Words(f"{kind.zh}：{link.row.reference}", f"{kind.en}: {link.row.reference}")
    if isinstance(target, NotAvailable):
        return Words(f"{place.zh}（{target.zh}）", f"{place.en} ({target.en})")
    return place
