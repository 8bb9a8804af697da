"""What have coders read in the case, and where does each quote stand? Rows of evidence.csv, linked to what they quote.

| column | what it holds |
|---|---|
| id | name of the quote; coders who code the same words, and a coder who codes them twice, use it again |
| construct | code of the theory, or its name in Chinese or English |
| hypothesis | optional: the hypothesis that the quote speaks to |
| stance | supports or contradicts (支持, 不支持): that the construct is there, or that the hypothesis holds where one is named |
| kind | document, event, interview or item |
| reference | document: matter:party:eId; event: its date, with its title where the day has several, or its line in events.csv; item: its code; interview: its name |
| quote | the words; needed for documents and interviews |
| coder | who coded it |
| memo | optional: why |
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from os import PathLike
from pathlib import Path

from tongchi.documents.model import Document
from tongchi.errors import EvidenceError, MissingFileError
from tongchi.mechanism.names import CONSTRUCT_NAMES
from tongchi.mechanism.tables import Event, LineCheck, Problem, repeated_rows, table_lines
from tongchi.survey.instrument import Instrument
from tongchi.survey.unavailable import NotAvailable
from tongchi.text.encoding import decode_text

EVIDENCE = "evidence.csv"


class Stance(StrEnum):
    """What a source says of a statement."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"


class EvidenceKind(StrEnum):
    """Where a quote comes from."""

    DOCUMENT = "document"
    EVENT = "event"
    INTERVIEW = "interview"
    ITEM = "item"


@dataclass(frozen=True)
class EvidenceRow:
    """One coded quote; `hypothesis` and `memo` may be empty, `quote` for events and items. `line` is its line in `file`."""

    id: str
    construct: str
    hypothesis: str
    stance: Stance
    kind: EvidenceKind
    reference: str
    quote: str
    coder: str
    memo: str
    line: int
    file: str = EVIDENCE


@dataclass(frozen=True)
class ClauseTarget:
    """A quote found in a clause: `start:end` are its offsets in `Document.source`, `eid` the smallest unit that holds it all."""

    matter: str
    party: str
    document: str
    eid: str
    label: str
    start: int
    end: int


@dataclass(frozen=True)
class EventTarget:
    """The event that a row speaks of."""

    event: Event


@dataclass(frozen=True)
class ItemTarget:
    """The question that a row speaks of."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class InterviewTarget:
    """An interview; its notes lie outside the study, so that there is nothing to point into."""

    name: str


Target = ClauseTarget | EventTarget | ItemTarget | InterviewTarget


@dataclass(frozen=True)
class EvidenceLink:
    """A row and what it points to, or why that was not found."""

    row: EvidenceRow
    target: Target | NotAvailable


@dataclass(frozen=True)
class CaseSources:
    """What rows may point to.

    `documents` are by (matter, code of the party); a matter may have several texts of one party. `parties` leads from every name
    that a party (or matter) may be called by to its code; names that it does not hold count as codes.
    """

    documents: Mapping[tuple[str, str], Sequence[Document]]
    events: Sequence[Event] = ()
    instrument: Instrument | None = None
    parties: Mapping[str, str] | None = None

    def code(self, name: str) -> str:
        """Return the code of a party or matter."""
        return (self.parties or {}).get(name, name)


_NEEDED = ("id", "construct", "stance", "kind", "reference", "quote", "coder")
_STANCES = {
    "supports": Stance.SUPPORTS,
    "支持": Stance.SUPPORTS,
    "contradicts": Stance.CONTRADICTS,
    "不支持": Stance.CONTRADICTS,
}
_BY_NAME = {name.lower(): code for code, names in CONSTRUCT_NAMES.items() for name in (code, *names)}


def construct_of(name: str) -> str:
    """Return the code of a construct from its code or name, empty for any other word.

    >>> construct_of("协同互信"), construct_of("Trust"), construct_of("luck")
    ('trust', 'trust', '')
    """
    return _BY_NAME.get(name.strip().lower(), "")


def read_evidence(path: str | PathLike[str], *, hypotheses: Sequence[str] | None = None) -> list[EvidenceRow]:
    """Read evidence.csv. Raise `EvidenceError` with every mistake and its line; see `scan_evidence`."""
    file = Path(path)
    if not file.is_file():
        raise MissingFileError(file=str(path), found="folder" if file.is_dir() else "nothing")
    rows, problems = scan_evidence(decode_text(file.read_bytes(), file=file.name), hypotheses=hypotheses)
    if problems:
        shown = "; ".join(str(one) for one in problems[:20])
        more = f" … 共 {len(problems)} 处 / {len(problems)} in all" if len(problems) > 20 else ""
        raise EvidenceError(file=file.name, found=shown + more, expected="上列各值 / the values listed", advice="")
    return rows


def scan_evidence(text: str, *, hypotheses: Sequence[str] | None = None) -> tuple[list[EvidenceRow], list[Problem]]:
    """Return the rows that can be read, in their order, and what is wrong with the others.

    `hypotheses` are the ids that the study knows; None lets any pass.
    """
    lines, problems = table_lines(text, _NEEDED)
    rows = []
    for line, cells in lines:
        check = LineCheck(line, cells, problems)
        row = _row(check, cells, hypotheses)
        if check.fine:
            rows.append(row)
    problems += repeated_rows(rows, _coding, "id, construct, hypothesis, coder")
    problems += _unlike(rows)
    return rows, sorted(problems, key=lambda one: one.line)


def _coding(row: EvidenceRow) -> tuple[str, ...]:
    """What makes a coding the same one again, whatever is said of its stance."""
    return (row.id, row.construct, row.hypothesis, row.coder)


def _unlike(rows: Sequence[EvidenceRow]) -> list[Problem]:
    """Find rows of one id whose words are others."""
    first: dict[str, EvidenceRow] = {}
    problems = []
    for row in rows:
        one = first.setdefault(row.id, row)
        for column in ("kind", "reference", "quote"):
            if getattr(one, column) != getattr(row, column):
                expected = f"{getattr(one, column)}（第 {one.line} 行 / line {one.line}）"
                problems.append(Problem(row.line, column, str(getattr(row, column)), expected))
    return problems


def _row(check: LineCheck, cells: Mapping[str, str], hypotheses: Sequence[str] | None) -> EvidenceRow:
    construct = construct_of(cells["construct"])
    if not construct:
        check.report("construct", cells["construct"], ", ".join(CONSTRUCT_NAMES))
    hypothesis = cells.get("hypothesis", "")
    if hypothesis and hypotheses is not None and hypothesis not in hypotheses:
        check.report("hypothesis", hypothesis, ", ".join(hypotheses) or "（空 / empty）")
    stance = _STANCES[check.one_of("stance", tuple(_STANCES))]
    kind = EvidenceKind.INTERVIEW
    if check.one_of("kind", tuple(EvidenceKind)) == cells["kind"]:
        kind = EvidenceKind(cells["kind"])
    reference = check.text("reference")
    if kind is EvidenceKind.DOCUMENT and reference and not _DOCUMENT.fullmatch(reference):
        check.report("reference", reference, "事项:协同方:条款号 / matter:party:eId")
    if kind in (EvidenceKind.DOCUMENT, EvidenceKind.INTERVIEW):
        check.text("quote")
    return EvidenceRow(
        id=check.text("id"),
        construct=construct,
        hypothesis=hypothesis,
        stance=stance,
        kind=kind,
        reference=reference,
        quote=cells["quote"],
        coder=check.text("coder"),
        memo=cells.get("memo", ""),
        line=check.line,
    )


_DOCUMENT = re.compile(r"(?P<matter>[^:：]+)[:：](?P<party>[^:：]+)[:：](?P<eid>[^:：]+)")
_EVENT = re.compile(r"(?P<date>(?:19|20|21)\d\d(?:-\d\d){0,2})(?:\s*[ +:：,，|]\s*(?P<title>.+))?", re.DOTALL)
_LINE = re.compile(r"(?:line\s*|第)?(?P<line>\d+)行?")


def evidence_csv(rows: Sequence[EvidenceRow]) -> str:
    """Return the rows as the text of an evidence.csv that reads back to them."""
    names = [field.name for field in fields(EvidenceRow) if field.name not in ("line", "file")]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([str(getattr(row, name)) for name in names] for row in rows)
    return stream.getvalue()


def link_evidence(rows: Sequence[EvidenceRow], sources: CaseSources) -> tuple[EvidenceLink, ...]:
    """Return each row with the clause, event, interview or item that it points to."""
    return tuple(EvidenceLink(row, _FINDERS[row.kind](row, sources)) for row in rows)


def link_problems(links: Sequence[EvidenceLink]) -> list[Problem]:
    """Return the rows whose target was not found, as problems of evidence.csv."""
    return [
        Problem(link.row.line, "reference", link.row.reference, f"{link.target.zh} / {link.target.en}")
        for link in links
        if isinstance(link.target, NotAvailable)
    ]


def _find_clause(row: EvidenceRow, sources: CaseSources) -> Target | NotAvailable:
    parts = _DOCUMENT.fullmatch(row.reference)
    if parts is None:
        return _missing("引用应为 事项:协同方:条款号。", "The reference should be matter:party:eId.")
    matter, party = (sources.code(parts[name].strip()) for name in ("matter", "party"))
    eid = parts["eid"].strip()
    texts = sources.documents.get((matter, party), ())
    if not texts:
        known = ", ".join(f"{matter}:{one}" for matter, one in sorted(sources.documents)) or "–"
        return _missing(
            f"没有这一事项和协同方的文件；有的是 {known}。", f"No document of this matter and party: {known}."
        )
    for document in texts:
        if document.find(eid) >= 0:
            return _in_clause(row, document, matter, party, eid)
    return _missing(
        f"文件中没有 {eid}；tongchi show FILE --tree 列出条款号。",
        f"The document has no {eid}: see tongchi show FILE --tree.",
    )


def _in_clause(row: EvidenceRow, document: Document, matter: str, party: str, eid: str) -> Target | NotAvailable:
    at = document.find(eid)
    start, end = document.span(at)
    found = find_quote(document.source, row.quote, start, end)
    if found is None:
        elsewhere = find_quote(document.source, row.quote, 0, len(document.source))
        if elsewhere is None:
            return _missing("文件中没有这段引文。", "The document does not hold this quote.")
        other = unit_at(document, *elsewhere)
        return _missing(f"引文不在 {eid}，而在 {other}。", f"The quote stands in {other}, not in {eid}.")
    unit = unit_at(document, *found)
    label = next((document.nodes[i].label for i in _upwards(document, at) if document.nodes[i].label), eid)
    return ClauseTarget(matter, party, document.id, unit or eid, label, *found)


def find_quote(source: str, quote: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where a quote stands between two offsets, whatever its line breaks and spaces; None if it does not."""
    words = [re.escape(word) for word in quote.split()]
    if not words:
        return None
    exact = source.find(quote, start, end)
    if exact >= 0:
        return exact, exact + len(quote)
    found = re.compile(r"\s*".join(words)).search(source, start, end)
    return found.span() if found else None


def unit_at(document: Document, start: int, end: int) -> str:
    """Return the eId of the smallest unit whose span, its children included, holds both offsets; empty if none does."""
    best, size = "", len(document.source) + 1
    for index, node in enumerate(document.nodes):
        if node.start > start:
            break
        first, last = document.span(index)
        if first <= start and end <= last and last - first < size:
            best, size = node.eid, last - first
    return best


def _upwards(document: Document, at: int) -> list[int]:
    chain = []
    while at >= 0:
        chain.append(at)
        at = document.nodes[at].parent
    return chain


def _find_event(row: EvidenceRow, sources: CaseSources) -> Target | NotAvailable:
    line, dated = _LINE.fullmatch(row.reference), _EVENT.fullmatch(row.reference)
    if line and not dated:
        found = [event for event in sources.events if event.line == int(line["line"])]
    else:
        title = ((dated["title"] or "") if dated else row.reference).strip()
        day = dated["date"] if dated else ""
        found = [event for event in sources.events if event.date.isoformat().startswith(day)]
        found = [event for event in found if event.title == title] if title else _quoted(found, row.quote)
    if len(found) == 1:
        return EventTarget(found[0])
    if found:
        return _missing(
            f"有 {len(found)} 个事件符合；请写日期和标题。", f"{len(found)} events fit: give date and title."
        )
    return _missing("events.csv 中没有这个事件。", "events.csv holds no such event.")


def _quoted(events: Sequence[Event], quote: str) -> list[Event]:
    """Of events of one day, return those whose title the quote holds or is held by, all of them if none does."""
    fitting = [event for event in events if quote and (quote in event.title or event.title in quote)]
    return fitting or list(events)


def _find_item(row: EvidenceRow, sources: CaseSources) -> Target | NotAvailable:
    if sources.instrument is None:
        return _missing("研究没有问卷。", "The study has no questionnaire.")
    item = sources.instrument.item_by_code.get(row.reference)
    if item is None:
        return _missing("问卷中没有这一题。", "The questionnaire has no such item.")
    return ItemTarget(item.code, item.zh, item.en)


def _find_interview(row: EvidenceRow, sources: CaseSources) -> Target | NotAvailable:
    return InterviewTarget(row.reference)


def _missing(zh: str, en: str) -> NotAvailable:
    return NotAvailable("target", zh, en)


_FINDERS: Mapping[EvidenceKind, Callable[[EvidenceRow, CaseSources], Target | NotAvailable]] = {
    EvidenceKind.DOCUMENT: _find_clause,
    EvidenceKind.EVENT: _find_event,
    EvidenceKind.INTERVIEW: _find_interview,
    EvidenceKind.ITEM: _find_item,
}
