"""Do the sources of a study agree? Coded quotes with their clauses, the timeline, and each hypothesis by every source."""

from __future__ import annotations

from collections.abc import Sequence

from tongchi.documents.model import Document
from tongchi.errors import TongchiError
from tongchi.mechanism.tables import Event
from tongchi.study.coder_agreement import coding_agreement
from tongchi.study.codings_qdpx import import_qdpx
from tongchi.study.codings_qdpx_writing import qdpx_bytes
from tongchi.study.evidence import CaseSources, EvidenceRow, link_evidence, read_evidence
from tongchi.study.folder import StudyFolder
from tongchi.study.result import BrokenFile, EvidenceSection, StudyResult, StudyText
from tongchi.survey.instrument import Instrument
from tongchi.survey.unavailable import NotAvailable

_FILES = ("evidence.csv", "codings.qdpx")


def case_sources(
    folder: StudyFolder, texts: Sequence[StudyText], events: Sequence[Event], instrument: Instrument | None
) -> CaseSources:
    """Return what coded quotes may point to: the texts by matter and party, the events, the items."""
    documents: dict[tuple[str, str], list[Document]] = {}
    for text in texts:
        if text.matter:
            documents.setdefault((text.matter, text.party), []).append(text.document)
    names = {name: party.code for party in folder.parties for name in (party.code, party.zh, party.en)}
    names |= {name: matter.code for matter in folder.matters for name in (matter.code, matter.zh, matter.en)}
    return CaseSources(documents, events, instrument, names)


def evidence_project(result: StudyResult) -> bytes | None:
    """Return the coded quotes of a study in its own texts as a REFI-QDA project (.qdpx), None where it has none."""
    if isinstance(result.evidence, NotAvailable):
        return None
    rows = list(dict.fromkeys(link.row for link in result.evidence.links))
    return qdpx_bytes(rows, title=result.folder.title_zh, sources=case_sources(result.folder, result.texts, (), None))


def gather_evidence(
    folder: StudyFolder, sources: CaseSources
) -> tuple[EvidenceSection | NotAvailable, tuple[BrokenFile, ...]]:
    """Return the coded quotes of evidence.csv and codings.qdpx; a file that cannot be read is noted."""
    rows: list[EvidenceRow] = []
    notes: list[tuple[str, str]] = []
    broken: list[BrokenFile] = []
    for name in _FILES:
        path = folder.file(name)
        if path is None:
            continue
        try:
            if name == "evidence.csv":
                rows += read_evidence(path)
            else:
                found = import_qdpx(path, sources=sources)
                rows += found.rows
                notes += found.notes
        except TongchiError as error:
            broken.append(BrokenFile(name, "", error.message("zh"), error.message("en")))
    if not rows:
        zh, en = "研究没有编码的证据。", "The study has no coded evidence."
        return NotAvailable("evidence", zh, en), tuple(broken)
    options = folder.options
    agreement = coding_agreement(rows, draws=options.draws, seed=options.seed)
    return EvidenceSection(link_evidence(rows, sources), agreement, tuple(notes)), tuple(broken)
