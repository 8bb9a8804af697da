"""How do the coded quotes of a study get into coding software? As a REFI-QDA project (see `codings_qdpx`), the same bytes for the same rows.

Each row is a selection with its codings: the construct with its stance (a code such as "trust supports", below "trust"), and the
hypothesis if it has one. A text that the study holds goes in whole, so that coders see the quote in its place; other quotes stand one
below the other. What the format has no place for, id and reference, is kept in a line of the selection's description.
"""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from tongchi.errors import EvidenceError
from tongchi.mechanism.names import CONSTRUCT_NAMES
from tongchi.study.codings_qdpx import HYPOTHESES, MARK, NAMESPACE
from tongchi.study.evidence import (
    CaseSources,
    ClauseTarget,
    EvidenceKind,
    EvidenceLink,
    EvidenceRow,
    Stance,
    link_evidence,
)

_ROOT = uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE)
_NAMES = {EvidenceKind.EVENT: "events", EvidenceKind.ITEM: "items"}
_SHOWN = 60
_STAMP = (1980, 1, 1, 0, 0, 0)


def qdpx_bytes(rows: Sequence[EvidenceRow], *, title: str, sources: CaseSources | None = None) -> bytes:
    """Return a .qdpx that reads back to the same rows.

    `sources` are the study's texts. Raises `EvidenceError` for a coding that is there twice, and for characters that XML cannot hold.
    """
    lines: dict[tuple[str, ...], int] = {}
    for row in rows:
        first = lines.get(_coding(row))
        lines[_coding(row)] = row.line
        if first is not None:
            found = f"{row.id} ×2（第 {first}、{row.line} 行 / lines {first}, {row.line}）"
            raise EvidenceError(found=found, expected="每个编码一行 / one row for each coding", advice="")
    texts = _lay_out(link_evidence(rows, sources or CaseSources({})), sources)
    try:
        return _packed(_project(rows, texts, title), texts)
    except ValueError as error:
        raise EvidenceError(
            found=str(error)[:120], expected="不含控制字符 / no control characters", advice=""
        ) from None


def _coding(row: EvidenceRow) -> tuple[str, ...]:
    return (row.id, row.construct, row.hypothesis, row.coder)


@dataclass
class _Text:
    """A source of the project: its name, its text, and where in it each row's quote stands."""

    name: str
    text: str
    places: list[tuple[EvidenceRow, int, int]] = field(default_factory=list)

    @property
    def guid(self) -> str:
        return _guid("source", self.name)


def _lay_out(links: Sequence[EvidenceLink], sources: CaseSources | None) -> list[_Text]:
    """Return the texts that the rows quote, in the order in which they are first quoted."""
    texts: dict[str, _Text] = {}
    for link in links:
        row, target = link.row, link.target
        if isinstance(target, ClauseTarget) and sources is not None:
            found = sources.documents[target.matter, target.party]
            at = next(n for n, document in enumerate(found) if document.id == target.document)
            name = f"{target.matter}:{target.party}" + (f"#{at + 1}" if at else "")
            text = texts.setdefault(name, _Text(name, found[at].source))
            text.places.append((row, target.start, target.end))
            continue
        name = _NAMES.get(row.kind, row.reference)
        if row.kind is EvidenceKind.DOCUMENT:
            name = row.reference.rpartition(":")[0] + " (quotes)"
        text = texts.setdefault(name, _Text(name, ""))
        start = len(text.text)
        text.text += row.quote + "\n\n"
        text.places.append((row, start, start + len(row.quote)))
    return list(texts.values())


def _guid(kind: str, *parts: str) -> str:
    return str(uuid.uuid5(_ROOT, json.dumps([kind, *parts])))


def _element(parent: etree._Element, tag: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    child.text = text
    return child


def _project(rows: Sequence[EvidenceRow], texts: Sequence[_Text], title: str) -> bytes:
    root = etree.fromstring(f'<Project xmlns="{NAMESPACE}"/>')
    root.set("name", title)
    root.set("origin", "Tongchi")
    if rows:
        users = _element(root, "Users")
        for coder in dict.fromkeys(row.coder for row in rows):
            _element(users, "User", guid=_guid("user", coder), name=coder)
        _code_book(root, rows)
        sources = _element(root, "Sources")
        for text in texts:
            _source(sources, text)
    memos = [row for row in rows if row.memo]
    if memos:
        notes = _element(root, "Notes")
        for row in memos:
            user = _guid("user", row.coder)
            note = _element(notes, "Note", guid=_guid("note", *_coding(row)), name=row.id, creatingUser=user)
            _element(note, "PlainTextContent", row.memo)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _code_book(root: etree._Element, rows: Sequence[EvidenceRow]) -> None:
    codes = _element(_element(root, "CodeBook"), "Codes")
    used = {row.construct for row in rows}
    for construct in (*(code for code in CONSTRUCT_NAMES if code in used), *sorted(used - CONSTRUCT_NAMES.keys())):
        parent = _element(codes, "Code", guid=_guid("construct", construct), name=construct, isCodable="true")
        _element(parent, "Description", " / ".join(CONSTRUCT_NAMES.get(construct, (construct,))))
        for stance in Stance:
            name = f"{construct} {stance}"
            _element(parent, "Code", guid=_guid("stance", construct, stance), name=name, isCodable="true")
    hypotheses = sorted({row.hypothesis for row in rows if row.hypothesis})
    if hypotheses:
        parent = _element(codes, "Code", guid=_guid("hypotheses"), name=HYPOTHESES[0], isCodable="false")
        for name in hypotheses:
            _element(parent, "Code", guid=_guid("hypothesis", name), name=name, isCodable="true")


def _source(sources: etree._Element, text: _Text) -> None:
    source = _element(
        sources, "TextSource", guid=text.guid, name=text.name, plainTextPath=f"internal://{text.guid}.txt"
    )
    for row, start, end in text.places:
        user = _guid("user", row.coder)
        selection = _element(
            source,
            "PlainTextSelection",
            guid=_guid("selection", *_coding(row)),
            name=" ".join(row.quote.split())[:_SHOWN],
            startPosition=str(start),
            endPosition=str(end),
            creatingUser=user,
        )
        _element(selection, "Description", MARK + json.dumps(_kept(row, text.text[start:end])))
        codes = [_guid("stance", row.construct, row.stance)]
        codes += [_guid("hypothesis", row.hypothesis)] if row.hypothesis else []
        for at, code in enumerate(codes):
            guid = _guid("coding", str(at), *_coding(row))
            coding = _element(selection, "Coding", guid=guid, creatingUser=user)
            _element(coding, "CodeRef", targetGUID=code)
            if row.memo and not at:
                _element(coding, "NoteRef", targetGUID=_guid("note", *_coding(row)))


def _kept(row: EvidenceRow, shown: str) -> dict[str, str | int]:
    """Return what only we need: the quote too, where the study's text has other spaces."""
    kept: dict[str, str | int] = {"id": row.id, "kind": row.kind, "reference": row.reference, "line": row.line}
    return kept if shown == row.quote else kept | {"quote": row.quote}


def _packed(project: bytes, texts: Sequence[_Text]) -> bytes:
    parts = {"project.qde": project} | {f"Sources/{text.guid}.txt": _encoded(text.text) for text in texts}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            archive.writestr(info, data)
    return stream.getvalue()


def _encoded(text: str) -> bytes:
    """A text that begins with U+FEFF gets another one, which readers take for a byte order mark."""
    return text.encode("utf-8-sig" if text.startswith("\ufeff") else "utf-8")
