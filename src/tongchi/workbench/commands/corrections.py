"""Say of a link or a finding that it is right or wrong, or add one. The machine's answer stays; the next comparison uses what was said.

Parties are equal: where one accepts what the other rejects, neither word counts and the machine's answer stands, marked as disputed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from django.db import transaction

from tongchi.workbench.access import require, require_own
from tongchi.workbench.commands.recording import record
from tongchi.workbench.errors import WorkbenchError
from tongchi.workbench.models import Clause, Comparison, Correction, Document, Seat
from tongchi.workbench.sources import documents_of

MOST = 2000
Key = tuple[str, int, str, int | None, str, str]


@dataclass(frozen=True)
class Place:
    """A provision: the key of its document and its id in it."""

    document: int
    eid: str


@transaction.atomic
def correct_link(
    actor: Seat, comparison: Comparison, one: Place, other: Place, *, verdict: str, reason: str, now: datetime
) -> Correction:
    """Say whether two articles of a comparison belong together. A new word of the party takes the place of its former one."""
    require(actor, "correction.make")
    comparison, documents = _compared(actor, comparison)
    first, second = sorted((one, other), key=lambda place: place.document)
    known = _articles(comparison)
    if first.document == second.document or not {(first.document, first.eid), (second.document, second.eid)} <= known:
        _refuse("—", "两份文件中的条文 / articles of two documents")
    a, b = documents[first.document], documents[second.document]
    row = Correction(
        kind=Correction.Kind.LINK, document_a=a, eid_a=first.eid, document_b=b, eid_b=second.eid, verdict=verdict
    )
    return _write(actor, comparison, row, reason, now)


@transaction.atomic
def correct_finding(
    actor: Seat, comparison: Comparison, place: Place, *, item: str, verdict: str, reason: str, now: datetime
) -> Correction:
    """Say whether a clause restricts competition under an item of the regulation, such as 9.3; or add that it does."""
    require(actor, "correction.make")
    comparison, documents = _compared(actor, comparison)
    document = documents.get(place.document)
    if document is None or not Clause.objects.filter(document=document, eid=place.eid).exists():
        _refuse("—", "比对中的条款 / a clause of the comparison")
    found = {(each["document"], each["clause_id"], each["code"]) for each in comparison.findings}
    if verdict != Correction.Verdict.ADD and (place.document, place.eid, item) not in found:
        _refuse(item, "比对中的审查发现 / a finding of the comparison")
    if not item.strip() or len(item) > 20:
        _refuse(item or "—", "条例的条、项，如 9.3 / article and item, such as 9.3")
    row = Correction(
        kind=Correction.Kind.FINDING, document_a=document, eid_a=place.eid, item=item.strip(), verdict=verdict
    )
    return _write(actor, comparison, row, reason, now)


@transaction.atomic
def withdraw_correction(actor: Seat, correction: Correction, *, now: datetime) -> Correction:
    """Take back what one's own party has said. It stays in the record. Twice is once."""
    row = (
        Correction.objects.select_for_update(of=("self",))
        .select_related("party", "document_a", "document_b")
        .get(pk=correction.pk)
    )
    require_own(actor, row.party, "correction.make")
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        _log(actor, "correction.withdraw", row, now)
    return row


def in_force(documents: Iterable[Document]) -> dict[Key, list[Correction]]:
    """Return what the parties say of links and findings within these documents, by what it is about, oldest first."""
    keys = [document.pk for document in documents]
    rows = Correction.objects.filter(document_a__in=keys, withdrawn_at=None).select_related("party", "seat__user")
    said: dict[Key, list[Correction]] = {}
    for row in rows.order_by("at", "pk"):
        if row.document_b_id is None or row.document_b_id in keys:
            said.setdefault(key_of(row), []).append(row)
    return said


def key_of(row: Correction) -> Key:
    """Return what a correction is about."""
    return (row.kind, row.document_a_id, row.eid_a, row.document_b_id, row.eid_b, row.item)


def standing(said: Iterable[Correction]) -> str:
    """Return accepted, rejected, disputed where the parties differ, or "" where nobody has said anything."""
    words = {row.verdict == Correction.Verdict.REJECT for row in said}
    if len(words) == 2:
        return "disputed"
    return "" if not words else "rejected" if words.pop() else "accepted"


def _compared(actor: Seat, comparison: Comparison) -> tuple[Comparison, dict[int, Document]]:
    """Return the comparison, which the actor must be able to see, with its documents by their keys."""
    row = Comparison.objects.visible_to(actor).select_related("matter").get(pk=comparison.pk)
    return row, {document.pk: document for document in documents_of(row).values()}


def _articles(comparison: Comparison) -> set[tuple[int, str]]:
    rows = documents_of(comparison)
    return {
        (rows[at].pk, article["eid"])
        for at, document in enumerate(comparison.result.get("documents", []))
        if at in rows
        for article in document["articles"]
    }


def _write(actor: Seat, comparison: Comparison, row: Correction, reason: str, now: datetime) -> Correction:
    if row.verdict not in Correction.Verdict.values:
        _refuse(row.verdict or "—", " / ".join(Correction.Verdict.values))
    if not reason.strip() or len(reason) > MOST:
        _refuse(f"{len(reason.strip())} 字 / characters", f"理由，1–{MOST} 字 / a reason")
    row.workspace, row.matter, row.party, row.seat = actor.workspace, comparison.matter, actor.party, actor
    row.reason, row.at = reason.strip(), now
    former = Correction.objects.filter(
        party=actor.party, kind=row.kind, document_a=row.document_a, eid_a=row.eid_a, document_b=row.document_b,
        eid_b=row.eid_b, item=row.item, withdrawn_at=None,
    )  # fmt: skip
    former.update(withdrawn_at=now)
    row.save(force_insert=True)
    _log(actor, "correction.make", row, now)
    return row


def _log(actor: Seat, action: str, row: Correction, now: datetime) -> None:
    """Write the act; for the own party alone where it is about a text that is not shared."""
    documents = [document for document in (row.document_a, row.document_b) if document]
    private = any(document.shared_at is None for document in documents)
    facts: dict[str, object] = {
        "kind": row.kind,
        "verdict": row.verdict,
        "places": [row.eid_a, row.eid_b],
        "documents": [document.pk for document in documents],
        "item": row.item,
        "reason": row.reason,
    }
    record(actor, action, f"correction {row.pk}", facts, now=now, audience=actor.party.code if private else "")


def _refuse(found: str, expected: str) -> NoReturn:
    raise WorkbenchError(found=found, expected=expected, advice="")
