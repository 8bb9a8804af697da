"""Which provisions of the parties stand beside a clause, and what do they propose for it? As far as the reader may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongchi.workbench.aligned import AlignedRow, Proposal, aligned_rows, proposals, stricter_of
from tongchi.workbench.models import Clause, Comparison, Document, DraftClause, Matter

if TYPE_CHECKING:
    from tongchi.workbench.models import Seat


@dataclass(frozen=True)
class Source:
    """A provision that a clause starts from, as it reads now in the party's document."""

    document: Document
    eid: str
    label: str
    text: str


def article_of(eid: str) -> str:
    """Return the id of the article that a unit is in: art_12__para_2 is in art_12."""
    return eid.partition("__")[0]


def sources_of(actor: Seat, clause: DraftClause) -> list[Source]:
    """Return the sources of a clause that the actor may see, in the order of their parties."""
    keys = [(int(each["document"]), str(each["eid"])) for each in clause.sources]
    documents = Document.objects.visible_to(actor).filter(pk__in={key for key, _ in keys}).select_related("party")
    by_pk = {document.pk: document for document in documents}
    units: dict[int, list[Clause]] = {}
    for unit in Clause.objects.visible_to(actor).filter(document__in=by_pk).order_by("document", "order"):
        units.setdefault(unit.document_id, []).append(unit)
    found = []
    for pk, eid in keys:
        parts = [unit for unit in units.get(pk, ()) if unit.eid == eid or unit.eid.startswith(f"{eid}__")]
        if parts:
            text = "\n".join(part.text for part in parts if part.text)
            found.append(Source(by_pk[pk], eid, parts[0].label, text))
    return sorted(found, key=lambda source: source.document.party.order)


def proposals_for(actor: Seat, clause: DraftClause, found: list[Source]) -> list[Proposal]:
    """Return what the sources propose for a clause; the stricter of two where a comparison that the actor may see says so."""
    return proposals([source.text for source in found], _stricter(actor, clause.project.matter, found))


def last_comparison(actor: Seat, matter: Matter) -> Comparison | None:
    """Return the last comparison of the matter whose texts the actor may all see."""
    return Comparison.objects.visible_to(actor).filter(matter=matter).order_by("-made_at", "-pk").first()


def rows_to_start_from(actor: Seat, matter: Matter) -> list[tuple[AlignedRow, list[dict[str, object]]]]:
    """Return the aligned rows of the last comparison, each with the sources that a clause would start from."""
    comparison = last_comparison(actor, matter)
    if comparison is None:
        return []
    documents = _documents(comparison)
    rows = []
    for row in aligned_rows(comparison.result):
        sources: list[dict[str, object]] = [
            {"document": documents[cell.at].pk, "eid": cell.eid, "party": documents[cell.at].party.code}
            for cell in row.cells
            if cell.at in documents and not documents[cell.at].party.observing
        ]
        if sources:
            rows.append((row, sources))
    return rows


def _stricter(actor: Seat, matter: Matter, found: list[Source]) -> int | None:
    comparison = last_comparison(actor, matter) if len(found) == 2 else None
    if comparison is None:
        return None
    places = {document.pk: at for at, document in _documents(comparison).items()}
    keys = [(places.get(source.document.pk, -1), article_of(source.eid)) for source in found]
    return stricter_of(comparison.result, keys[0], keys[1])


def _documents(comparison: Comparison) -> dict[int, Document]:
    """Return the documents by their place in the comparison, known by title, or by file name where titles are the same."""
    rows = list(comparison.documents.select_related("party"))
    found = {}
    for at, each in enumerate(comparison.result.get("documents", [])):
        fitting = [row for row in rows if row.title == each["title"]]
        if len(fitting) != 1:
            fitting = [row for row in rows if row.name == each["file"]]
        if len(fitting) == 1:
            found[at] = fitting[0]
    return found
