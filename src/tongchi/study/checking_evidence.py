"""Does every row of coded evidence lead to what it quotes?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongchi.documents.model import Document
from tongchi.errors import TongchiError
from tongchi.mechanism.tables import Event
from tongchi.study.checking_tables import fault_of
from tongchi.study.codings_qdpx import import_qdpx
from tongchi.study.evidence import CaseSources, EvidenceKind, EvidenceLink, link_evidence, scan_evidence
from tongchi.study.faults import Fault, words_of
from tongchi.study.folder import StudyFolder
from tongchi.study.table_rows import table_text
from tongchi.survey.instrument import Instrument
from tongchi.survey.unavailable import NotAvailable

EVIDENCE, CODINGS = "evidence.csv", "codings.qdpx"
_KINDS = {
    EvidenceKind.DOCUMENT: "evidence-clause",
    EvidenceKind.EVENT: "evidence-event",
    EvidenceKind.ITEM: "evidence-item",
}


def check_evidence(
    folder: StudyFolder,
    documents: Mapping[str, Document] | None,
    events: Sequence[Event],
    instrument: Instrument | None,
) -> list[Fault]:
    """Return every fault of evidence.csv. `documents` are by path; with None, quotes of documents are not looked up."""
    path = folder.file(EVIDENCE)
    if path is None:
        return _codings(folder)
    text, faults = table_text(path.read_bytes(), EVIDENCE)
    if faults:
        return faults
    known = [each.id for each in instrument.hypotheses] if instrument else None
    rows, problems = scan_evidence(text, hypotheses=known)
    faults = [
        Fault("evidence-hypothesis", EVIDENCE, each.line, each.column, {"found": each.found, "known": each.expected})
        if each.column == "hypothesis"
        else fault_of(each, EVIDENCE)
        for each in problems
    ]
    names = {word: party.code for party in folder.parties for word in (party.code, party.zh, party.en)}
    sources = CaseSources(_texts(folder, documents or {}), events, instrument, names)
    links = link_evidence(rows, sources)
    skipped = EvidenceKind.DOCUMENT if documents is None else None
    return [*faults, *_codings(folder), *(_unlinked(link) for link in links if _leads_nowhere(link, skipped))]


def _codings(folder: StudyFolder) -> list[Fault]:
    """Find a file of codings that cannot be read; what in it is no evidence is told when the study runs."""
    path = folder.file(CODINGS)
    if path is None:
        return []
    try:
        import_qdpx(path)
    except TongchiError as error:
        return [Fault("codings-bad", CODINGS, facts={"found": words_of(error)})]
    return []


def _texts(folder: StudyFolder, documents: Mapping[str, Document]) -> dict[tuple[str, str], list[Document]]:
    """Return the documents that can be read by matter and party, the centre among them."""
    texts: dict[tuple[str, str], list[Document]] = {}
    for matter in folder.matters:
        by_party = dict(matter.documents)
        if folder.central:
            by_party[folder.central.code] = matter.central
        for party, paths in by_party.items():
            found = [documents[path] for path in paths if path in documents]
            if found:
                texts[matter.code, party] = found
    return texts


def _leads_nowhere(link: EvidenceLink, skipped: EvidenceKind | None) -> bool:
    return isinstance(link.target, NotAvailable) and link.row.kind is not skipped


def _unlinked(link: EvidenceLink) -> Fault:
    reason = (link.target.zh, link.target.en) if isinstance(link.target, NotAvailable) else ""
    facts = {"found": link.row.reference, "reason": reason}
    return Fault(_KINDS[link.row.kind], EVIDENCE, link.row.line, "reference", facts)
