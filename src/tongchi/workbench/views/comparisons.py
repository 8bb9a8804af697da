"""One comparison, and the forms by which a party corrects its links and findings."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from tongchi.workbench.access import acting
from tongchi.workbench.clause_table import table_of
from tongchi.workbench.commands import corrections as commands
from tongchi.workbench.commands.corrections import Place
from tongchi.workbench.models import Comparison, Correction, Seat
from tongchi.workbench.views.projects import number_of


@require_GET
@acting
def show_comparison(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Show one comparison, be it the last or an earlier one."""
    comparison = _comparison(actor, pk)
    context = {"comparison": comparison, "matter": comparison.matter, "table": table_of(comparison)}
    return render(request, "comparisons/comparison.html", context)


@require_POST
@acting
def correct_link(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Accept, reject or add a link."""
    comparison = _comparison(actor, pk)
    commands.correct_link(
        actor, comparison, _place(request, "a"), _place(request, "b"), verdict=request.POST.get("verdict", ""),
        reason=request.POST.get("reason", ""), now=now(),
    )  # fmt: skip
    return _done(request, comparison.matter_id)


@require_POST
@acting
def correct_finding(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Accept, reject or add a finding."""
    comparison = _comparison(actor, pk)
    commands.correct_finding(
        actor, comparison, _place(request, "a"), item=request.POST.get("item", ""),
        verdict=request.POST.get("verdict", ""), reason=request.POST.get("reason", ""), now=now(),
    )  # fmt: skip
    return _done(request, comparison.matter_id)


@require_POST
@acting
def withdraw_correction(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Take back what one's own party has said."""
    row = get_object_or_404(Correction.objects.visible_to(actor), pk=pk)
    commands.withdraw_correction(actor, row, now=now())
    return _done(request, row.matter_id)


def _comparison(actor: Seat, pk: int) -> Comparison:
    return get_object_or_404(Comparison.objects.visible_to(actor).select_related("matter"), pk=pk)


def _place(request: HttpRequest, name: str) -> Place:
    """Return the place in a form: the key of a document and an id in it, as "12:art_3"; Http404 where it is none."""
    document, colon, eid = request.POST.get(name, "").partition(":")
    if not colon:
        raise Http404
    return Place(number_of(document), eid)


def _done(request: HttpRequest, matter: int) -> HttpResponse:
    messages.success(request, "已记录，下次比对时采用 / Recorded, and used in the next comparison")
    return redirect("matter", matter)


urlpatterns = [
    path("comparisons/<int:pk>/", show_comparison, name="comparison"),
    path("comparisons/<int:pk>/links/", correct_link, name="comparison_link"),
    path("comparisons/<int:pk>/findings/", correct_finding, name="comparison_finding"),
    path("corrections/<int:pk>/withdraw/", withdraw_correction, name="correction_withdraw"),
]
