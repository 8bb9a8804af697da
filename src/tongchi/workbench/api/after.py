"""What happens after issue: standards and their files, adoption, review, withdrawal, recognition, promises."""

from datetime import date
from typing import Literal

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from ninja import Router, Schema
from ninja.pagination import paginate

from tongchi.workbench.api.entrance import Asked
from tongchi.workbench.api.refusals import REFUSED, Refusal, file_of
from tongchi.workbench.api.shown import AdoptionShown, PromiseShown, RecognitionShown, StandardShown
from tongchi.workbench.api.values import Key, Page, Text, Version
from tongchi.workbench.commands import adoption, promises, recognition
from tongchi.workbench.issuing.content import from_json
from tongchi.workbench.issuing.forms import FORMS
from tongchi.workbench.issuing.pdf import file_name
from tongchi.workbench.models import Adoption, IssuedStandard, Matter, Party, Promise, Recognition
from tongchi.workbench.views.files import TYPES, as_download

router = Router(tags=["after"])
FILES = file_of(*(TYPES[form] for form in FORMS))


class AdoptionAsked(Schema):
    """How one's party has taken a standard over; `version` is that of its adoption, 0 where there is none."""

    state: Literal["not_yet", "changed", "adopted"]
    since: date | None = None
    document: Text = ""
    changes: Text = ""
    version: Version


class ReviewDateAsked(Schema):
    """Another review date, the one that was read, and why."""

    review_on: date
    seen: date
    reason: Text


class Reason(Schema):
    """Why."""

    reason: Text


class RecognitionAsked(Schema):
    """What one's party accepts from another, on which clause, since when."""

    item: Text
    issuing: Text
    basis: Text
    standard: Key | None = None
    since: date
    until: date | None = None


class EndAsked(Schema):
    """The last day of a recognition, the one that was read, and why."""

    until: date | None
    seen: date | None = None
    reason: Text


class PromiseAsked(Schema):
    """A commitment of one's party."""

    what: Text
    due: date
    towards: Text | None = None
    matter: Text | None = None
    basis: Text = ""


class KeptAsked(Schema):
    """The day on which a promise was kept; null where it was not."""

    kept_on: date | None
    version: Version


class DueAsked(Schema):
    """Another due date, and why."""

    due: date
    reason: Text
    version: Version


@router.get("/standards", response={200: list[StandardShown], REFUSED: Refusal})
@paginate(Page)
def list_standards(request: Asked) -> QuerySet[IssuedStandard]:
    """List what was issued, the newest first."""
    return IssuedStandard.objects.visible_to(request.auth).defer("content")


@router.get("/standards/{key}", response={200: StandardShown, REFUSED: Refusal})
def show_standard(request: Asked, key: Key) -> IssuedStandard:
    """Show one standard; its text is in its files."""
    return _standard(request, key)


@router.get("/standards/{key}/file/{form}", response={REFUSED: Refusal}, openapi_extra=FILES)
def download_standard(request: Asked, key: Key, form: Literal["docx", "pdf", "xml", "json"]) -> HttpResponse:
    """Give a standard as docx, pdf, xml or json."""
    row = get_object_or_404(IssuedStandard.objects.visible_to(request.auth), pk=key)
    standard = from_json(row.content)
    return as_download(FORMS[form](standard), file_name(standard), form)


@router.get("/adoptions", response={200: list[AdoptionShown], REFUSED: Refusal})
@paginate(Page)
def list_adoptions(request: Asked) -> QuerySet[Adoption]:
    """List how the parties have taken standards over."""
    return Adoption.objects.visible_to(request.auth).select_related("party")


@router.post("/standards/{key}/adoption", response={200: AdoptionShown, REFUSED: Refusal})
def record_adoption(request: Asked, key: Key, asked: AdoptionAsked) -> Adoption:
    """Record the adoption by one's party."""
    return adoption.record_adoption(request.auth, _standard(request, key), **asked.dict(), now=now())


@router.post("/standards/{key}/review-date", response={200: StandardShown, REFUSED: Refusal})
def set_review_date(request: Asked, key: Key, asked: ReviewDateAsked) -> IssuedStandard:
    """Set the next review date."""
    return adoption.set_review_date(request.auth, _standard(request, key), **asked.dict(), now=now())


@router.post("/standards/{key}/withdrawal", response={200: StandardShown, REFUSED: Refusal})
def ask_withdrawal(request: Asked, key: Key, asked: Reason) -> IssuedStandard:
    """Give one's party's word for withdrawal; with the word of every party the standard is withdrawn."""
    return adoption.ask_withdrawal(request.auth, _standard(request, key), reason=asked.reason, now=now())


@router.delete("/standards/{key}/withdrawal", response={200: StandardShown, REFUSED: Refusal})
def take_back_withdrawal(request: Asked, key: Key) -> IssuedStandard:
    """Take one's party's word for withdrawal back."""
    return adoption.take_back_withdrawal(request.auth, _standard(request, key), now=now())


@router.get("/recognitions", response={200: list[RecognitionShown], REFUSED: Refusal})
@paginate(Page)
def list_recognitions(request: Asked) -> QuerySet[Recognition]:
    """List the register of mutual recognition."""
    return Recognition.objects.visible_to(request.auth).select_related("recognising", "issuing")


@router.post("/recognitions", response={200: RecognitionShown, REFUSED: Refusal})
def record_recognition(request: Asked, asked: RecognitionAsked) -> Recognition:
    """Write that one's party recognises an item."""
    issuing = get_object_or_404(Party.objects.visible_to(request.auth), code=asked.issuing)
    standard = None if asked.standard is None else _standard(request, asked.standard)
    words = {**asked.dict(), "issuing": issuing, "standard": standard}
    return recognition.record_recognition(request.auth, **words, now=now())


@router.post("/recognitions/{key}/end", response={200: RecognitionShown, REFUSED: Refusal})
def end_recognition(request: Asked, key: Key, asked: EndAsked) -> Recognition:
    """Set the last day of what one's party recognises."""
    row = get_object_or_404(Recognition.objects.visible_to(request.auth), pk=key)
    return recognition.end_recognition(request.auth, row, **asked.dict(), now=now())


@router.get("/promises", response={200: list[PromiseShown], REFUSED: Refusal})
@paginate(Page)
def list_promises(request: Asked) -> QuerySet[Promise]:
    """List the promises, the earliest due first."""
    return Promise.objects.visible_to(request.auth).select_related("party", "towards", "matter")


@router.post("/promises", response={200: PromiseShown, REFUSED: Refusal})
def make_promise(request: Asked, asked: PromiseAsked) -> Promise:
    """Promise for one's party."""
    parties, matters = Party.objects.visible_to(request.auth), Matter.objects.visible_to(request.auth)
    towards = get_object_or_404(parties, code=asked.towards) if asked.towards else None
    matter = get_object_or_404(matters, code=asked.matter) if asked.matter else None
    words = {**asked.dict(), "towards": towards, "matter": matter}
    return promises.make_promise(request.auth, **words, now=now())


@router.post("/promises/{key}/kept", response={200: PromiseShown, REFUSED: Refusal})
def keep_promise(request: Asked, key: Key, asked: KeptAsked) -> Promise:
    """Say that a promise was kept, or that it was not."""
    return promises.keep_promise(request.auth, _promise(request, key), **asked.dict(), now=now())


@router.post("/promises/{key}/due", response={200: PromiseShown, REFUSED: Refusal})
def move_promise(request: Asked, key: Key, asked: DueAsked) -> Promise:
    """Set another due date."""
    return promises.move_promise(request.auth, _promise(request, key), **asked.dict(), now=now())


def _standard(request: Asked, key: int) -> IssuedStandard:
    return get_object_or_404(IssuedStandard.objects.visible_to(request.auth).defer("content"), pk=key)


def _promise(request: Asked, key: int) -> Promise:
    return get_object_or_404(Promise.objects.visible_to(request.auth), pk=key)
