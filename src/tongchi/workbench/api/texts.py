"""The texts that parties bring in, matters, comparisons, and what people say of links and findings."""

from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from ninja import File, Form, Router, Schema, UploadedFile
from ninja.pagination import paginate

from tongchi.workbench import storage
from tongchi.workbench.api.entrance import Asked
from tongchi.workbench.api.refusals import REFUSED, Refusal, file_of
from tongchi.workbench.api.shown import (
    ClauseShown,
    ComparisonShown,
    ComparisonWhole,
    CorrectionShown,
    DocumentShown,
    JobShown,
    MatterShown,
)
from tongchi.workbench.api.values import Key, Page, Text, Version
from tongchi.workbench.commands import comparisons, corrections, documents
from tongchi.workbench.models import Clause, Comparison, Correction, Document, Job, Matter

router = Router(tags=["texts"])
HEAVY = ("result", "findings", "commitments")


class MatterAsked(Schema):
    """A matter to be opened."""

    code: Text
    zh: Text
    en: Text = ""


class VersionAsked(Schema):
    """The version of the thing that the caller has read."""

    version: Version


class ComparingAsked(Schema):
    """Which texts to compare: those shared, or with `own` one's own that are not shared as well."""

    own: bool = False


class PlaceAsked(Schema):
    """A provision."""

    document: Key
    eid: Text


class LinkSaid(Schema):
    """A word on whether two articles belong together."""

    a: PlaceAsked
    b: PlaceAsked
    verdict: Literal["accept", "reject", "add"]
    reason: Text


class FindingSaid(Schema):
    """A word on whether a clause falls under an item such as 9.3."""

    place: PlaceAsked
    item: Text
    verdict: Literal["accept", "reject", "add"]
    reason: Text


class Asking(Schema):
    """The comparison that is there already, or the job that makes it."""

    comparison: ComparisonShown | None
    job: JobShown | None


@router.get("/matters", response={200: list[MatterShown], REFUSED: Refusal})
@paginate(Page)
def list_matters(request: Asked) -> QuerySet[Matter]:
    """List the matters of the workspace."""
    return Matter.objects.visible_to(request.auth)


@router.post("/matters", response={200: MatterShown, REFUSED: Refusal})
def open_matter(request: Asked, asked: MatterAsked) -> Matter:
    """Open a matter."""
    return comparisons.open_matter(request.auth, code=asked.code, zh=asked.zh, en=asked.en, now=now())


@router.get("/documents", response={200: list[DocumentShown], REFUSED: Refusal})
@paginate(Page)
def list_documents(request: Asked, matter: Text = "") -> QuerySet[Document]:
    """List the documents that the party may see, of one matter where its code is given."""
    rows = Document.objects.visible_to(request.auth).select_related("party", "matter")
    return rows.filter(matter__code=matter) if matter else rows


@router.post("/documents", response={200: DocumentShown, REFUSED: Refusal})
def upload_document(request: Asked, file: File[UploadedFile], matter: Form[Text]) -> Document:
    """Bring a file in; it is read in the background, and `state` tells how that went."""
    name = file.name or ""
    documents.check_size(name, file.size or 0)
    row = get_object_or_404(Matter.objects.visible_to(request.auth), code=matter)
    return documents.upload_document(request.auth, row, name=name, data=file.read(), now=now())


@router.get("/documents/{key}", response={200: DocumentShown, REFUSED: Refusal})
def show_document(request: Asked, key: Key) -> Document:
    """Show one document."""
    return _document(request, key)


@router.get("/documents/{key}/clauses", response={200: list[ClauseShown], REFUSED: Refusal})
@paginate(Page)
def list_clauses(request: Asked, key: Key) -> QuerySet[Clause]:
    """List the provisions of a document in order."""
    return Clause.objects.visible_to(request.auth).filter(document=_document(request, key))


@router.get("/documents/{key}/file", response={REFUSED: Refusal}, openapi_extra=file_of("application/octet-stream"))
def download_document(request: Asked, key: Key) -> HttpResponse:
    """Hand out the file as it was brought in."""
    row = _document(request, key)
    answer = HttpResponse(storage.load(row.sha256, row.name), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="document-{row.pk}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@router.post("/documents/{key}/share", response={200: DocumentShown, REFUSED: Refusal})
def share_document(request: Asked, key: Key, asked: VersionAsked) -> Document:
    """Show a document to the workspace, for good."""
    return documents.share_document(request.auth, _document(request, key), version=asked.version, now=now())


@router.post("/documents/{key}/read", response={200: DocumentShown, REFUSED: Refusal})
def read_document(request: Asked, key: Key) -> Document:
    """Have a document read again that could not be read."""
    return documents.read_again(request.auth, _document(request, key), now=now())


@router.get("/comparisons", response={200: list[ComparisonShown], REFUSED: Refusal})
@paginate(Page)
def list_comparisons(request: Asked, matter: Text = "") -> QuerySet[Comparison]:
    """List the comparisons of which the party may see every text, the last first."""
    rows = Comparison.objects.visible_to(request.auth).select_related("matter").defer(*HEAVY)
    return rows.filter(matter__code=matter) if matter else rows


@router.get("/comparisons/{key}", response={200: ComparisonWhole, REFUSED: Refusal})
def show_comparison(request: Asked, key: Key) -> Comparison:
    """Show one comparison with all that the engine said."""
    return _comparison(request, key)


@router.post("/matters/{code}/comparisons", response={200: Asking, REFUSED: Refusal})
def compare(request: Asked, code: Text, asked: ComparingAsked) -> dict[str, Any]:
    """Have the texts of a matter compared; nothing is done where nothing has changed."""
    matter = get_object_or_404(Matter.objects.visible_to(request.auth), code=code)
    found = comparisons.ask_comparison(request.auth, matter, own=asked.own, now=now())
    done = isinstance(found, Comparison)
    return {"comparison": found if done else None, "job": None if done else found}


@router.get("/jobs/{key}", response={200: JobShown, REFUSED: Refusal})
def show_job(request: Asked, key: Key) -> Job:
    """Show how far work in the background has come."""
    return get_object_or_404(Job.objects.visible_to(request.auth), pk=key)


@router.get("/corrections", response={200: list[CorrectionShown], REFUSED: Refusal})
@paginate(Page)
def list_corrections(request: Asked, matter: Text = "") -> QuerySet[Correction]:
    """List what the parties say of links and findings, withdrawn words included."""
    rows = Correction.objects.visible_to(request.auth).select_related("matter", "party")
    return rows.filter(matter__code=matter) if matter else rows


@router.post("/comparisons/{key}/links", response={200: CorrectionShown, REFUSED: Refusal})
def correct_link(request: Asked, key: Key, said: LinkSaid) -> Correction:
    """Accept, reject or add a link between two articles."""
    one, other = (corrections.Place(place.document, place.eid) for place in (said.a, said.b))
    words: dict[str, Any] = {"verdict": said.verdict, "reason": said.reason}
    return corrections.correct_link(request.auth, _comparison(request, key), one, other, **words, now=now())


@router.post("/comparisons/{key}/findings", response={200: CorrectionShown, REFUSED: Refusal})
def correct_finding(request: Asked, key: Key, said: FindingSaid) -> Correction:
    """Accept, reject or add a finding."""
    place = corrections.Place(said.place.document, said.place.eid)
    words: dict[str, Any] = {"item": said.item, "verdict": said.verdict, "reason": said.reason}
    return corrections.correct_finding(request.auth, _comparison(request, key), place, **words, now=now())


@router.post("/corrections/{key}/withdraw", response={200: CorrectionShown, REFUSED: Refusal})
def withdraw_correction(request: Asked, key: Key) -> Correction:
    """Take a word of one's party back."""
    row = get_object_or_404(Correction.objects.visible_to(request.auth), pk=key)
    return corrections.withdraw_correction(request.auth, row, now=now())


def _document(request: Asked, key: int) -> Document:
    return get_object_or_404(Document.objects.visible_to(request.auth).select_related("party", "matter"), pk=key)


def _comparison(request: Asked, key: int) -> Comparison:
    return get_object_or_404(Comparison.objects.visible_to(request.auth).select_related("matter"), pk=key)
