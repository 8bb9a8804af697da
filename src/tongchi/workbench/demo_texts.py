"""The sample's documents as the parties brought them in, what the engine says of them, and what the parties promised each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import tongchi
from tongchi.report.comparison_json import comparison_to_json
from tongchi.study import settings as study
from tongchi.study.folder import StudyFolder
from tongchi.study.ledger import read_ledger
from tongchi.workbench.models import Clause, Comparison, Document, Matter, Party, Promise, Seat, Workspace
from tongchi.workbench.reading import clauses_of
from tongchi.workbench.storage import keep
from tongchi.workbench.text_hash import hash_text

Read = list[tuple[Document, tongchi.Document]]


def add_documents(
    folder: StudyFolder, asked: study.Matter, matter: Matter, seats: Mapping[str, Seat], now: datetime
) -> Read:
    """Write the documents of a matter, shared by their parties, with their clauses; the central text comes last."""
    paths = [(code, path) for code, found in asked.documents.items() for path in found]
    paths += [("central", path) for path in asked.central]
    return [_add_document(folder.path / path, matter, seats[code], now) for code, path in paths]


def _add_document(path: Path, matter: Matter, seat: Seat, now: datetime) -> tuple[Document, tongchi.Document]:
    data = path.read_bytes()
    text = tongchi.read(path)
    row = Document.objects.create(
        workspace=matter.workspace,
        party=seat.party,
        matter=matter,
        title=text.metadata.title or path.stem,
        name=path.name,
        sha256=keep(data),
        size=len(data),
        state=Document.State.READ,
        vintage=text.metadata.vintage or "",
        uploaded_at=now,
        uploaded_by=seat,
        shared_at=now,
    )
    Clause.objects.bulk_create(clauses_of(row, text))
    return row, text


def add_comparison(matter: Matter, read: Read, now: datetime) -> Comparison:
    """Compare the documents of a matter, screen them and find their commitments; all of it is the engine's own answer."""
    rows, texts = [row for row, _ in read], [text for _, text in read]
    central = next((at for at, row in enumerate(rows) if row.party.observing), None)
    result = tongchi.compare_all(texts, matter=matter.zh, baseline=central)
    gap = result.pairs[0].gap
    made = Comparison.objects.create(
        workspace=matter.workspace,
        matter=matter,
        key=hash_text(*sorted(row.sha256 for row in rows)),
        result=comparison_to_json(result),
        findings=[_plain(row, each) for row, text in read for each in tongchi.screen(text)],
        commitments=[_plain(row, each) for row, text in read for each in tongchi.commitments(text)],
        gap=gap.value,
        gap_low=gap.low,
        gap_high=gap.high,
        made_at=now,
    )
    made.documents.set(rows)
    return made


def _plain(row: Document, found: Any) -> dict[str, Any]:
    """Return a finding or a commitment as plain values, with the row of its document."""
    return {**asdict(found), "document": row.pk}


def add_promises(folder: StudyFolder, workspace: Workspace, parties: Mapping[str, Party]) -> None:
    """Write the commitments of the ledger that have a date."""
    matters = {matter.code: matter for matter in Matter.objects.filter(workspace=workspace)}
    for each in read_ledger(folder.path / "ledger.csv", parties=folder.parties, matters=folder.matters):
        if each.kind == "commitment" and each.due and each.party in parties:
            Promise.objects.create(
                workspace=workspace,
                party=parties[each.party],
                towards=next((parties[code] for code in each.counterpart if code in parties), None),
                matter=matters.get(each.matter),
                what=each.what,
                basis=each.source,
                due=each.due.last,
                kept_on=each.done.last if each.done else None,
            )
