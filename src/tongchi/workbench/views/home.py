"""The workspace at a glance: who takes part, what is compared, drafted, issued and due, and what was done last. And the pages of refusal."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from tongchi.workbench.access import acting
from tongchi.workbench.models import Document, IssuedStandard, LogEntry, Matter, Party, Project, Promise, Seat


@require_GET
@acting
def show_home(request: HttpRequest, actor: Seat) -> HttpResponse:
    """Show the workspace as the actor's party sees it."""
    seen = Document.objects.visible_to(actor)
    counts = dict(seen.order_by().values_list("matter_id").annotate(Count("pk")))
    matters = [(matter, counts.get(matter.pk, 0)) for matter in Matter.objects.visible_to(actor)]
    own = Q(party_id=actor.party_id)
    context = {
        "parties": Party.objects.visible_to(actor),
        "matters": matters,
        "own_documents": seen.filter(own).count(),
        "shared_documents": seen.exclude(own).count(),
        "projects": Project.objects.visible_to(actor).select_related("stage", "matter")[:8],
        "standards": IssuedStandard.objects.visible_to(actor)[:8],
        "promises": Promise.objects.visible_to(actor).filter(kept_on=None).select_related("party")[:8],
        "acts": LogEntry.objects.visible_to(actor).order_by("-sequence")[:8],
    }
    return render(request, "home.html", context)


def show_forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the account has no seat, or that its role does not permit this."""
    return render(request, "forbidden.html", status=403)


def show_missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is nothing here, or nothing that the party may see: the two look alike."""
    return render(request, "missing.html", status=404)


@login_not_required
def show_fault(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours. The page asks nothing of the database."""
    return HttpResponse(_FAULT, status=500)


@login_not_required
def show_expired_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form is too old, or did not come from this site."""
    return render(request, "expired_form.html", {"reason": reason}, status=403)


_FAULT = (
    '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>500</title></head><body>'
    "<h1>服务器出错 / Server fault</h1><p>刚才的操作没有完成，数据未改动。/ The last act was not completed; nothing was changed.</p>"
    "</body></html>"
)

urlpatterns = [path("", show_home, name="home")]
