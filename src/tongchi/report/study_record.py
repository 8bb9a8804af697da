"""What was promised and what happened? The commitments of the texts, the ledger and the timeline, each row an anchor for proofs."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from tongchi.mechanism.tables import Event
from tongchi.report.commitments_view import KINDS, STRENGTHS
from tongchi.report.html_proof import short
from tongchi.report.markup import both, phrase, tag
from tongchi.report.study_names import StudyNames
from tongchi.report.survey_content import joined
from tongchi.report.words import Words
from tongchi.study.ledger import LedgerEntry
from tongchi.study.result import LedgerLine, LedgerSection, TextCommitment
from tongchi.study.table_rows import Day

STATUS = {
    "kept": Words("✓ 按期", "✓ kept"),
    "late": Words("◔ 逾期完成", "◔ late"),
    "broken": Words("✗ 未兑现", "✗ broken"),
    "open": Words("○ 未到期", "○ not due"),
}
STANDING = {
    "mutual": Words("双方互诺", "mutual"),
    "one_sided": Words("单方承诺", "one-sided"),
    "undirected": Words("未指明对方", "names no party"),
}
LEDGER_KINDS = {
    "commitment": Words("承诺", "commitment"),
    "reward": Words("奖励", "reward"),
    "sanction": Words("问责", "sanction"),
}
EVENT_KINDS = {
    "central": Words("中央", "centre"),
    "meeting": Words("会议", "meeting"),
    "agreement": Words("协议", "agreement"),
    "legislation": Words("立法", "legislation"),
    "standard": Words("标准", "standard"),
    "joint_action": Words("联合行动", "joint action"),
    "check": Words("检查", "check"),
    "complaint": Words("投诉", "complaint"),
    "rectification": Words("整改", "rectification"),
    "outcome": Words("成效", "outcome"),
    "other": Words("其他", "other"),
}
CONFIDENCES = {"high": Words("高", "high"), "medium": Words("中", "medium"), "low": Words("低", "low")}
_TEXT = 120


def commitments_table(commitments: Iterable[TextCommitment], names: StudyNames) -> str:
    """Return the commitments of the texts with what answers them."""
    head = [
        phrase("条款", "Clause"),
        phrase("承诺什么", "What is promised"),
        phrase("力度", "Strength"),
        phrase("类型", "Kind"),
        phrase("对方是否同样承诺", "Answered by the other side"),
    ]
    rows = [[_clause(names, c.path, c.commitment.eid), *_promise(c, names)] for c in commitments]
    return _grid(head, [(None, row) for row in rows])


def _promise(one: TextCommitment, names: StudyNames) -> list[str]:
    promised = one.commitment
    answers = "；".join(_clause(names, path, eid) for path, eid in one.answers)
    standing = both(STANDING[one.standing]) + (f"：{answers}" if answers else "")
    return [
        f"<q>{escape(short(promised.quote, _TEXT))}</q>",
        both(STRENGTHS[promised.strength.value]),
        both(joined([KINDS[kind.value] for kind in promised.kinds])),
        standing,
    ]


def _clause(names: StudyNames, path: str, eid: str) -> str:
    clause = names.place(path, eid)
    return f'<a class="place" href="#{escape(clause.anchor)}">{both(clause.words)}</a>'


def ledger_table(ledger: LedgerSection, names: StudyNames) -> str:
    """Return the ledger: who owes what to whom, by when, and what became of it."""
    head = [
        phrase("编号", "Id"),
        phrase("种类", "Kind"),
        phrase("谁", "Who"),
        phrase("对谁", "To whom"),
        phrase("什么", "What"),
        phrase("期限", "Due"),
        phrase("完成", "Done"),
        phrase("状态", "Status"),
        phrase("来源", "Source"),
    ]
    rows = [(f"ledger-{line.entry.line}", _ledger_row(line, names)) for line in ledger.lines]
    return _grid(head, rows)


def _ledger_row(line: LedgerLine, names: StudyNames) -> list[str]:
    entry = line.entry
    source = _clause(names, *line.clause) if line.clause else f'<span class="quoted">{escape(entry.source)}</span>'
    what = f'<span class="quoted-text">{escape(entry.what)}</span>'
    if entry.note:
        what += f" <small>{escape(entry.note)}</small>"
    return [
        f"<code>{escape(entry.id)}</code>",
        both(LEDGER_KINDS[entry.kind]),
        both(names.party(entry.party)),
        both(joined([names.party(each) for each in entry.counterpart])) if entry.counterpart else "—",
        what,
        day(entry.due),
        day(entry.done),
        _status(line) if entry.kind == "commitment" else "—",
        source,
    ]


def _status(line: LedgerLine) -> str:
    css = f"st-{line.status.value}"
    one_sided = "" if line.is_mutual else f" <small>{phrase('单方', 'one-sided')}</small>"
    return f'<span class="{css}">{both(STATUS[line.status.value])}</span>{one_sided}'


def day(found: Day | None) -> str:
    """Return a date as exactly as it is known, a dash where there is none."""
    if found is None:
        return "—"
    length = {"day": 10, "month": 7, "year": 4}[found.precision]
    return f"<time>{found.first.isoformat()[:length]}</time>"


def entry_words(entry: LedgerEntry, names: StudyNames) -> Words:
    """Return who promised what, for a sentence."""
    who = names.party(entry.party)
    return Words(f"{who.zh}“{entry.what}”", f"{who.en} “{entry.what}”")


def timeline_table(events: Iterable[Event], names: StudyNames) -> str:
    """Return the events in order, each with its source."""
    head = [
        phrase("日期", "Date"),
        phrase("各方", "Parties"),
        phrase("种类", "Kind"),
        phrase("构念", "Construct"),
        phrase("事件", "Event"),
        phrase("来源（可信度）", "Source (confidence)"),
    ]
    return _grid(head, [(f"event-{event.line}", _event(event, names)) for event in events])


def _event(event: Event, names: StudyNames) -> list[str]:
    length = {"day": 10, "month": 7, "year": 4}[event.precision]
    confidence = both(CONFIDENCES[event.confidence])
    return [
        f"<time>{event.date.isoformat()[:length]}</time>",
        both(joined([names.party(each) for each in event.parties])),
        both(EVENT_KINDS[event.kind]),
        both(names.construct(event.construct)) if event.construct else "—",
        f'<span class="quoted-text">{escape(event.title)}</span>',
        f'<span class="quoted">{escape(event.source)}</span> <small>{confidence}</small>',
    ]


def _grid(head: list[str], rows: Iterable[tuple[str | None, list[str]]]) -> str:
    top = "".join(f'<th scope="col">{each}</th>' for each in head)
    body = "".join(tag("tr", "".join(f"<td>{cell}</td>" for cell in row), {"id": name}) for name, row in rows)
    return f'<div class="scroll"><table class="grid"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
