"""How do findings, commitments, ledger and events stand on paper? Tables with the place, the words, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tongchi.barriers.catalogue import load_catalogue
from tongchi.mechanism.tables import Event
from tongchi.report.commitments_view import KINDS, STRENGTHS
from tongchi.report.findings_summary import SEVERITIES
from tongchi.report.study_findings import in_order
from tongchi.report.study_names import StudyNames
from tongchi.report.study_paper_clauses import shortened
from tongchi.report.study_record import CONFIDENCES, EVENT_KINDS, LEDGER_KINDS, STANDING, STATUS
from tongchi.report.survey_content import Block, Cell, Part, Sentences, Table, dash, joined, text
from tongchi.report.words import Words
from tongchi.study.ledger import Record
from tongchi.study.result import LedgerLine, PlacedFinding, StudyResult, TextCommitment
from tongchi.study.table_rows import Day
from tongchi.survey.unavailable import NotAvailable

_QUOTE = 170
_PROMISE = 110
_STATUS_LOOKS = {"kept": "good", "broken": "bad"}
_LENGTHS = {"day": 10, "month": 7, "year": 4}


def findings_part(result: StudyResult, names: StudyNames) -> Part | None:
    """Return the findings with article, reason and remedy; None where nothing was screened."""
    found = result.findings
    if isinstance(found, NotAvailable):
        return None
    title = Words("地方保护发现与修改建议", "Local-protection findings and remedies")
    if not found:
        none = Words("各方文本中没有发现需要审查的条款。", "No clause of the parties calls for review.")
        return Part("findings", title, (Sentences((none,)),))
    caution = Words(
        "发现是审查的线索，不是违法的认定；是否适用第十二条例外由审查人员判断。",
        "A finding is a reason to look and no verdict; whether article 12 applies is for the reviewer.",
    )
    head = (
        *(Words("序号", "No."), Words("条款与原文", "Clause and text"), Words("轻重", "Grade")),
        *(Words("依据与理由", "Article and reason"), Words("修改建议", "Remedy")),
    )
    rows = tuple(_finding(at, each, names) for at, each in enumerate(in_order(found), start=1))
    table = Table("findings", title, head, rows, texts=(1, 3, 4))
    return Part("findings", title, (Sentences((caution,)), table))


def _finding(at: int, placed: PlacedFinding, names: StudyNames) -> tuple[Cell, ...]:
    found, entry = placed.finding, load_catalogue()[placed.finding.code]
    clause = names.clause(placed.path, found.clause_id).words
    party, quote = names.party(placed.party), shortened(found.quote, _QUOTE)
    grade = found.severity.value
    return (
        text(str(at)),
        text(Words(f"{party.zh}{clause.zh}\n{quote}", f"{party.en}: {clause.en}\n{quote}")),
        text(SEVERITIES[grade], "bad" if grade == "clear" else ""),
        text(Words(f"{entry.source_zh}：{entry.name_zh}\n{found.mechanism_zh}", f"{entry.source_en}: {entry.name_en}\n{found.mechanism_en}")),
        text(Words(found.remedy_zh, found.remedy_en)),
    )  # fmt: skip


def commitments_part(result: StudyResult, names: StudyNames) -> Part | None:
    """Return commitments in texts, the record of each party, and the ledger; None where there is neither."""
    blocks: list[Block] = []
    if not isinstance(result.ledger, NotAvailable):
        blocks.append(_records(result.ledger.records, result.ledger.as_of.isoformat(), names))
        blocks.append(_ledger(result.ledger.lines, names))
    if not isinstance(result.commitments, NotAvailable) and result.commitments:
        blocks.append(_promises(result.commitments, names))
    return Part("commitments", Words("承诺与台账", "Commitments and ledger"), tuple(blocks)) if blocks else None


def _records(records: Iterable[Record], day: str, names: StudyNames) -> Table:
    head = (Words("协同方", "Party"), *map(_status, STATUS))
    rows = tuple(
        (text(names.party(one.party)), *(Cell(Words(str(n), str(n)), float(n)) for n in _counts(one)))
        for one in records
    )
    return Table("records", Words(f"承诺履行情况（截至 {day}）", f"Commitments as of {day}"), head, rows)


def _counts(one: Record) -> tuple[int, ...]:
    return tuple(getattr(one, each) for each in STATUS)


def _status(status: str) -> Words:
    """Return a status without its sign, for which not every font has a glyph."""
    words = STATUS[status]
    return Words(words.zh.split(" ", 1)[-1], words.en.split(" ", 1)[-1])


def _ledger(lines: Sequence[LedgerLine], names: StudyNames) -> Table:
    head = (
        *(Words("编号", "Id"), Words("种类", "Kind"), Words("谁对谁", "Who to whom"), Words("什么", "What")),
        *(Words("期限", "Due"), Words("完成", "Done"), Words("状态", "Status"), Words("来源", "Source")),
    )
    rows = tuple(_line(each, names) for each in lines)
    return Table("ledger", Words("承诺与奖惩台账", "Ledger"), head, rows, texts=(2, 3, 7))


def _line(line: LedgerLine, names: StudyNames) -> tuple[Cell, ...]:
    entry = line.entry
    who, to = names.party(entry.party), joined([names.party(each) for each in entry.counterpart])
    both = Words(f"{who.zh} → {to.zh}", f"{who.en} → {to.en}") if entry.counterpart else who
    status = _status(line.status.value)
    source = names.clause(*line.clause).words if line.clause else Words(entry.source, entry.source)
    is_promise = entry.kind == "commitment"
    return (
        text(entry.id),
        text(LEDGER_KINDS[entry.kind]),
        text(both),
        text(entry.what),
        text(_day(entry.due)),
        text(_day(entry.done)),
        text(status, _STATUS_LOOKS.get(line.status.value, "")) if is_promise else dash(),
        text(source) if source.zh else dash(),
    )


def _day(day: Day | None) -> str:
    return "—" if day is None else day.first.isoformat()[: _LENGTHS[day.precision]]


def _promises(found: Iterable[TextCommitment], names: StudyNames) -> Table:
    head = (
        *(Words("条款", "Clause"), Words("承诺什么", "What is promised"), Words("力度", "Strength")),
        *(Words("类型", "Kind"), Words("对方是否同样承诺", "Answered by the other side")),
    )
    rows = tuple(_promise(each, names) for each in found)
    return Table("promises", Words("文本中的承诺", "Commitments in texts"), head, rows, texts=(0, 1, 4))


def _promise(one: TextCommitment, names: StudyNames) -> tuple[Cell, ...]:
    promised = one.commitment
    standing = STANDING[one.standing]
    answers = [names.clause(path, eid).words for path, eid in one.answers]
    if answers:
        standing = Words(f"{standing.zh}：{joined(answers).zh}", f"{standing.en}: {joined(answers).en}")
    return (
        text(names.clause(one.path, promised.eid).words),
        text(shortened(promised.quote, _PROMISE)),
        text(STRENGTHS[promised.strength.value]),
        text(joined([KINDS[kind.value] for kind in promised.kinds])),
        text(standing),
    )


def events_table(events: Iterable[Event], names: StudyNames) -> Table:
    """Return the events in order, each with its source."""
    head = (
        *(Words("日期", "Date"), Words("各方", "Parties"), Words("种类", "Kind")),
        *(Words("构念", "Construct"), Words("事件", "Event"), Words("来源（可信度）", "Source (confidence)")),
    )
    rows = tuple(_event(each, names) for each in events)
    return Table("events", Words("大事记", "Events"), head, rows, texts=(1, 3, 4, 5))


def _event(event: Event, names: StudyNames) -> tuple[Cell, ...]:
    confidence = CONFIDENCES[event.confidence]
    return (
        text(event.date.isoformat()[: _LENGTHS[event.precision]]),
        text(joined([names.party(each) for each in event.parties])),
        text(EVENT_KINDS[event.kind]),
        text(names.construct(event.construct)) if event.construct else dash(),
        text(event.title),
        text(Words(f"{event.source}（{confidence.zh}）", f"{event.source} ({confidence.en})")),
    )
