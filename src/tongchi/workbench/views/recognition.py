"""The register of mutual recognition: who accepts what from whom, on which clause, since when."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from tongchi.workbench.access import acting
from tongchi.workbench.commands import recognition as commands
from tongchi.workbench.models import IssuedStandard, Party, Recognition, Seat
from tongchi.workbench.views.files import day, day_or_none, whole_number
from tongchi.workbench.views.paging import page_of


@require_GET
@acting
def list_recognitions(request: HttpRequest, actor: Seat) -> HttpResponse:
    """List the register, the newest first."""
    rows = Recognition.objects.visible_to(actor).select_related("recognising", "issuing", "standard")
    standing = IssuedStandard.objects.visible_to(actor).filter(withdrawn_on=None).defer("content")
    others = Party.objects.visible_to(actor).filter(observing=False).exclude(pk=actor.party_id)
    context = {
        "page": page_of(request, rows.defer("standard__content")),
        "standards": standing,
        "others": others,
        "today": localdate(),
    }
    return render(request, "recognition/list.html", context)


@require_POST
@acting
def make(request: HttpRequest, actor: Seat) -> HttpResponse:
    """Write that one's party recognises an item."""
    issuing = get_object_or_404(Party.objects.visible_to(actor), pk=whole_number(request.POST.get("issuing", "")))
    standard = None
    if request.POST.get("standard"):
        known = IssuedStandard.objects.visible_to(actor)
        standard = get_object_or_404(known, pk=whole_number(request.POST["standard"]))
    commands.record_recognition(
        actor,
        item=request.POST.get("item", ""),
        issuing=issuing,
        basis=request.POST.get("basis", ""),
        standard=standard,
        since=day(request.POST.get("since", "")),
        until=day_or_none(request.POST.get("until", "")),
        now=now(),
    )
    messages.success(request, "互认已登记 / Recognition recorded")
    return redirect("recognitions")


@require_POST
@acting
def end(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Set the last day of what one's party recognises."""
    row = get_object_or_404(Recognition.objects.visible_to(actor), pk=pk)
    until, seen = (day_or_none(request.POST.get(field, "")) for field in ("until", "seen"))
    commands.end_recognition(actor, row, until=until, seen=seen, reason=request.POST.get("reason", ""), now=now())
    messages.success(request, "终止日期已记录 / The end is recorded")
    return redirect("recognitions")


urlpatterns = [
    path("recognitions/", list_recognitions, name="recognitions"),
    path("recognitions/new/", make, name="recognition_make"),
    path("recognitions/<int:pk>/end/", end, name="recognition_end"),
]
