"""Which provisions of the parties stand beside a clause, and what do they propose for it? As far as the reader may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongchi.workbench.aligned import Proposal, aligned_rows, proposals, stricter_of
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


@dataclass(frozen=True)
class Start:
    """One aligned row as the beginning of a clause. `number` is the row's place in the comparison."""

    number: int
    label: str
    sources: list[Source]
    proposals: list[Proposal]

    def offers(self) -> list[tuple[Proposal, Source | None]]:
        """Return the proposals, each with the source it takes over."""
        return offers(self.proposals, self.sources)

    def named(self) -> list[dict[str, object]]:
        """Return the sources as a clause keeps them."""
        return [
            {"document": each.document.pk, "eid": each.eid, "party": each.document.party.code} for each in self.sources
        ]


def offers(found: list[Proposal], sources: list[Source]) -> list[tuple[Proposal, Source | None]]:
    """Return each proposal with the source whose text it takes over; None for a merged text."""
    return [(each, sources[each.side] if each.side >= 0 else None) for each in found]


def article_of(eid: str) -> str:
    """Return the id of the article that a unit is in: art_12__para_2 is in art_12."""
    return eid.partition("__")[0]


def sources_of(actor: Seat, clauses: Sequence[DraftClause]) -> dict[int, list[Source]]:
    """Return for each clause (by its key) the sources that the actor may see, in the order of their parties; three queries in all."""
    keys = {clause.pk: [(int(each["document"]), str(each["eid"])) for each in clause.sources] for clause in clauses}
    named = {document for wanted in keys.values() for document, _ in wanted}
    rows = Document.objects.visible_to(actor).filter(pk__in=named).select_related("party")
    documents = {document.pk: document for document in rows}
    units: dict[tuple[int, str], list[Clause]] = {}
    for unit in Clause.objects.visible_to(actor).filter(document__in=documents).order_by("document", "order"):
        units.setdefault((unit.document_id, article_of(unit.eid)), []).append(unit)
    return {pk: _found(wanted, documents, units) for pk, wanted in keys.items()}


def proposals_for(actor: Seat, clause: DraftClause, found: list[Source]) -> list[Proposal]:
    """Return what the sources propose for a clause; the stricter of two where a comparison that the actor may see says so."""
    return proposals([source.text for source in found], _stricter(actor, clause.project.matter, found))


def last_comparison(actor: Seat, matter: Matter) -> Comparison | None:
    """Return the last comparison of the matter whose texts the actor may all see."""
    return Comparison.objects.visible_to(actor).filter(matter=matter).order_by("-made_at", "-pk").first()


def starts_of(comparison: Comparison) -> list[Start]:
    """Return the aligned rows of a comparison, each with the sources that a clause would start from and what they propose."""
    documents = documents_of(comparison)
    rows = []
    for row in aligned_rows(comparison.result):
        cells = [cell for cell in row.cells if cell.at in documents and not documents[cell.at].party.observing]
        cells.sort(key=lambda cell: documents[cell.at].party.order)
        if not cells:
            continue
        ends = [(cell.at, cell.eid) for cell in cells]
        stricter = stricter_of(comparison.result, ends[0], ends[1]) if len(ends) == 2 else None
        found = [Source(documents[cell.at], cell.eid, cell.number, cell.text) for cell in cells]
        rows.append(Start(row.number, row.label, found, proposals([source.text for source in found], stricter)))
    return rows


def documents_of(comparison: Comparison) -> dict[int, Document]:
    """Return the documents by their place in the comparison: those it names by key, else known by title or by file name."""
    rows = list(comparison.documents.select_related("party"))
    if named := comparison.result.get("document_rows"):
        keyed = {row.pk: row for row in rows}
        return {at: keyed[pk] for at, pk in enumerate(named) if pk in keyed}
    found = {}
    for at, each in enumerate(comparison.result.get("documents", [])):
        fitting = [row for row in rows if row.title == each["title"]]
        if len(fitting) != 1:
            fitting = [row for row in rows if row.name == each["file"]]
        if len(fitting) == 1:
            found[at] = fitting[0]
    return found


def _found(
    wanted: list[tuple[int, str]], documents: dict[int, Document], units: dict[tuple[int, str], list[Clause]]
) -> list[Source]:
    found = []
    for pk, eid in wanted:
        near = units.get((pk, article_of(eid)), ())
        if parts := [unit for unit in near if unit.eid == eid or unit.eid.startswith(f"{eid}__")]:
            text = "\n".join(part.text for part in parts if part.text)
            found.append(Source(documents[pk], eid, parts[0].label, text))
    return sorted(found, key=lambda source: source.document.party.order)


def _stricter(actor: Seat, matter: Matter, found: list[Source]) -> int | None:
    comparison = last_comparison(actor, matter) if len(found) == 2 else None
    if comparison is None:
        return None
    places = {document.pk: at for at, document in documents_of(comparison).items()}
    keys = [(places.get(source.document.pk, -1), article_of(source.eid)) for source in found]
    return stricter_of(comparison.result, keys[0], keys[1])
