"""What the parties promised each other: due, kept, late; and the days for one's own calendar."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from tongchi.workbench.access import acting
from tongchi.workbench.commands import promises as commands
from tongchi.workbench.context import language
from tongchi.workbench.due import STATES, Day, calendar, in_state, state_of
from tongchi.workbench.models import IssuedStandard, Matter, Party, Promise, Seat
from tongchi.workbench.templatetags.site import name
from tongchi.workbench.views.files import as_download, day, day_or_none, whole_number
from tongchi.workbench.views.paging import page_of


@require_GET
@acting
def list_promises(request: HttpRequest, actor: Seat) -> HttpResponse:
    """List the promises, the earliest due first, all of them or those in one state."""
    today, asked = localdate(), request.GET.get("state", "")
    seen = Promise.objects.visible_to(actor)
    counted = seen.aggregate(**{each.code: Count("pk", filter=in_state(each.code, today)) for each in STATES})
    rows = seen.filter(in_state(asked, today)) if asked in counted else seen if not asked else seen.none()
    page = page_of(request, rows.select_related("party", "towards", "matter"))
    context = {
        "page": page,
        "rows": [(row, state_of(row, today)) for row in page],
        "counts": [(each, counted[each.code]) for each in STATES],
        "asked": asked,
        "total": sum(counted.values()),
        "others": [each for each in Party.objects.visible_to(actor) if each.pk != actor.party_id],
        "matters": Matter.objects.visible_to(actor),
        "today": today,
    }
    return render(request, "promises/list.html", context)


@require_POST
@acting
def make(request: HttpRequest, actor: Seat) -> HttpResponse:
    """Promise for one's party."""
    towards, matter = request.POST.get("towards"), request.POST.get("matter")
    commands.make_promise(
        actor,
        what=request.POST.get("what", ""),
        due=day(request.POST.get("due", "")),
        towards=get_object_or_404(Party.objects.visible_to(actor), pk=whole_number(towards)) if towards else None,
        matter=get_object_or_404(Matter.objects.visible_to(actor), pk=whole_number(matter)) if matter else None,
        basis=request.POST.get("basis", ""),
        now=now(),
    )
    messages.success(request, "承诺已登记 / Promise recorded")
    return redirect("promises")


@require_POST
@acting
def keep(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Say that a promise was kept; without a day, that it was not."""
    version = whole_number(request.POST.get("version", ""))
    kept_on = day_or_none(request.POST.get("kept_on", ""))
    commands.keep_promise(actor, _promise(actor, pk), kept_on=kept_on, version=version, now=now())
    messages.success(request, "已记录 / Recorded")
    return redirect("promises")


@require_POST
@acting
def move(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Set another due date, with the reason."""
    version = whole_number(request.POST.get("version", ""))
    due, reason = day(request.POST.get("due", "")), request.POST.get("reason", "")
    commands.move_promise(actor, _promise(actor, pk), due=due, reason=reason, version=version, now=now())
    messages.success(request, "到期日期已调整 / Due date moved")
    return redirect("promises")


@require_GET
@acting
def download_calendar(request: HttpRequest, actor: Seat) -> HttpResponse:
    """Give the due dates of open promises and the review dates of standards as a calendar."""
    circle, english = actor.workspace.code, language() == "en"
    promises = Promise.objects.visible_to(actor).filter(kept_on=None).select_related("party")
    standards = IssuedStandard.objects.visible_to(actor).filter(withdrawn_on=None).defer("content")
    days = [
        Day(f"promise-{row.pk}@{circle}.tongchi", row.due, f"{name(row.party)}: {row.what}", row.basis)
        for row in promises
    ]
    review = "review" if english else "复审"
    days += [
        Day(f"review-{row.pk}@{circle}.tongchi", row.review_on, f"{row.number} {review}", name(row))
        for row in standards
    ]
    return as_download(calendar(days, name=name(actor.workspace), now=now()), f"tongchi-{circle}", "ics")


def _promise(actor: Seat, pk: int) -> Promise:
    return get_object_or_404(Promise.objects.visible_to(actor), pk=pk)


urlpatterns = [
    path("promises/", list_promises, name="promises"),
    path("promises/new/", make, name="promise_make"),
    path("promises/calendar.ics", download_calendar, name="promise_calendar"),
    path("promises/<int:pk>/kept/", keep, name="promise_keep"),
    path("promises/<int:pk>/due/", move, name="promise_move"),
]
