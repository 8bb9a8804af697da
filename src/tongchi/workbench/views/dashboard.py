"""The whole at a glance, for a leader: each figure leads to where it comes from. And the list of what waits for whom."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from tongchi.workbench.access import acting
from tongchi.workbench.context import language
from tongchi.workbench.gap_chart import gap_chart
from tongchi.workbench.models import Seat
from tongchi.workbench.overview import adoption_counts, matter_views, projects_by_stage, promise_counts
from tongchi.workbench.templatetags.site import name
from tongchi.workbench.waiting import waits


@require_GET
@acting
def show_dashboard(request: HttpRequest, actor: Seat) -> HttpResponse:
    """Show the figures of the workspace as the actor's party may see them."""
    today, matters = localdate(), matter_views(actor)
    title = "gap over time" if language() == "en" else "差异随时间变化"
    found = waits(actor, today)
    context = {
        "matters": [(view, gap_chart(view.points, f"{name(view.matter)}: {title}")) for view in matters],
        "findings": sum(view.findings for view in matters),
        "settled": sum(view.settled for view in matters),
        "open": sum(view.open for view in matters),
        "stages": projects_by_stage(actor),
        "promises": promise_counts(actor, today),
        "adoptions": adoption_counts(actor),
        "waiting": [(party, list(each)) for party, each in groupby(found, key=lambda wait: wait.party)],
    }
    return render(request, "dashboard/dashboard.html", context)


urlpatterns = [path("dashboard/", show_dashboard, name="dashboard")]
