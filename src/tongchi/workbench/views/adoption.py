"""Who has taken over which standard, and how: the table of all, and one standard with what its parties may say of it."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from tongchi.workbench.access import acting
from tongchi.workbench.commands import adoption as commands
from tongchi.workbench.models import Adoption, Approval, IssuedStandard, Party, Recognition, Seat
from tongchi.workbench.views.files import day, whole_number
from tongchi.workbench.views.paging import page_of


@require_GET
@acting
def list_adoptions(request: HttpRequest, actor: Seat) -> HttpResponse:
    """Show each standard with each deciding party's adoption, None where none is recorded."""
    recorded = Prefetch("adoptions", Adoption.objects.visible_to(actor))
    standards = IssuedStandard.objects.visible_to(actor).defer("content").prefetch_related(recorded)
    parties = list(Party.objects.visible_to(actor).filter(observing=False))
    page = page_of(request, standards)
    rows = []
    for standard in page:
        by_party = {each.party_id: each for each in standard.adoptions.all()}
        rows.append((standard, [by_party.get(party.pk) for party in parties]))
    return render(request, "adoption/list.html", {"parties": parties, "page": page, "rows": rows, "today": localdate()})


@require_GET
@acting
def show_adoption(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Show what became of one standard: adoptions, what rests on it, its review, its replacement or withdrawal."""
    standard = _standard(actor, pk)
    found = {each.party_id: each for each in Adoption.objects.visible_to(actor).filter(standard=standard)}
    parties = list(Party.objects.visible_to(actor).filter(observing=False))
    words = Approval.objects.visible_to(actor).filter(project_id=standard.project_id, purpose="withdraw", void_at=None)
    context = {
        "row": standard,
        "rows": [(party, found.get(party.pk)) for party in parties],
        "own": found.get(actor.party_id),
        "states": Adoption.State.choices,
        "words": words.select_related("party").order_by("at"),
        "said": words.filter(party_id=actor.party_id).exists(),
        "takes_part": commands.withdrawal_waits_for(standard).filter(pk=actor.party_id).exists(),
        "recognitions": Recognition.objects.visible_to(actor)
        .filter(standard=standard)
        .select_related("recognising", "issuing"),
        "replaced_by": IssuedStandard.objects.visible_to(actor).filter(replaces=standard).defer("content").first(),
        "today": localdate(),
    }
    return render(request, "adoption/adoption.html", context)


@require_POST
@acting
def record_adoption(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Record the adoption by one's party."""
    state, document, changes = (request.POST.get(field, "") for field in ("state", "document", "changes"))
    commands.record_adoption(
        actor,
        _standard(actor, pk),
        state=state,
        since=day(request.POST.get("since", "")),
        document=document,
        changes=changes,
        version=whole_number(request.POST.get("version", "")),
        now=now(),
    )
    return _done(request, pk, "采用情况已记录 / Adoption recorded")


@require_POST
@acting
def set_review_date(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Set the next review date."""
    review_on, seen = (day(request.POST.get(field, "")) for field in ("review_on", "seen"))
    reason = request.POST.get("reason", "")
    commands.set_review_date(actor, _standard(actor, pk), review_on=review_on, seen=seen, reason=reason, now=now())
    return _done(request, pk, "复审日期已记录 / Review date recorded")


@require_POST
@acting
def withdraw(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Give one's party's word for withdrawal."""
    row = commands.ask_withdrawal(actor, _standard(actor, pk), reason=request.POST.get("reason", ""), now=now())
    said = (
        "已废止 / Withdrawn"
        if row.withdrawn_on
        else "本方意见已记录，待他方同意 / Recorded; the others are yet to agree"
    )
    return _done(request, pk, said)


@require_POST
@acting
def keep(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Take one's party's word for withdrawal back."""
    commands.take_back_withdrawal(actor, _standard(actor, pk), now=now())
    return _done(request, pk, "已撤回废止意见 / Word taken back")


def _standard(actor: Seat, pk: int) -> IssuedStandard:
    return get_object_or_404(
        IssuedStandard.objects.visible_to(actor).select_related("replaces").defer("content"), pk=pk
    )


def _done(request: HttpRequest, pk: int, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("adoption", pk)


urlpatterns = [
    path("adoptions/", list_adoptions, name="adoptions"),
    path("standards/<int:pk>/adoption/", show_adoption, name="adoption"),
    path("standards/<int:pk>/adoption/record/", record_adoption, name="adoption_record"),
    path("standards/<int:pk>/adoption/review-date/", set_review_date, name="standard_review_date"),
    path("standards/<int:pk>/adoption/withdraw/", withdraw, name="standard_withdraw"),
    path("standards/<int:pk>/adoption/keep/", keep, name="standard_keep"),
]
