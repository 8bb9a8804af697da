"""The matters of the workspace: the texts on each, what the engine says of them, what people say of that; and compare again."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchi.workbench.access import acting
from tongchi.workbench.clause_table import table_of
from tongchi.workbench.commands.comparisons import ask_comparison, open_matter
from tongchi.workbench.models import Comparison, Correction, Document, Job, Matter, Seat
from tongchi.workbench.views.paging import page_of

MOST = 50


@require_http_methods(["GET", "HEAD", "POST"])
@acting
def show_matters(request: HttpRequest, actor: Seat) -> HttpResponse:
    """List the matters with the documents and the last gap that the party may see; a POST opens a new one."""
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in ("code", "zh", "en")}
        made = open_matter(actor, **typed, now=now())
        return redirect("matter", made.pk)
    seen = Document.objects.visible_to(actor).order_by().values_list("matter_id")
    counts = dict(seen.annotate(Count("pk")))
    page = page_of(request, Matter.objects.visible_to(actor))
    runs = Comparison.objects.visible_to(actor).filter(matter__in=list(page)).order_by("made_at", "pk")
    newest = {row.matter_id: row for row in runs.only("matter_id", "gap", "gap_low", "gap_high")}
    rows = [(row, counts.get(row.pk, 0), _gap(newest.get(row.pk))) for row in page]
    return render(request, "matters/list.html", {"page": page, "rows": rows})


def _gap(comparison: Comparison | None) -> tuple[float, float, float] | None:
    """Return value and interval of the gap, in per cent."""
    if comparison is None or comparison.gap is None:
        return None
    return tuple(100 * (each or 0.0) for each in (comparison.gap, comparison.gap_low, comparison.gap_high))  # type: ignore[return-value]


@require_GET
@acting
def show_matter(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Show one matter with the last comparison whose texts the party may all see."""
    matter = get_object_or_404(Matter.objects.visible_to(actor), pk=pk)
    comparisons = Comparison.objects.visible_to(actor).filter(matter=matter)
    comparison = comparisons.order_by("-made_at", "-pk").first()
    earlier = comparisons.defer("result", "findings", "commitments").order_by("-made_at", "-pk")[1:MOST]
    said = Correction.objects.visible_to(actor).filter(matter=matter)
    context = {
        "matter": matter,
        "page": page_of(request, Document.objects.visible_to(actor).filter(matter=matter).select_related("party")),
        "comparison": comparison,
        "table": table_of(comparison) if comparison else None,
        "earlier": [(each, _gap(each)) for each in earlier],
        "corrections": said.select_related("party", "seat__user", "document_a", "document_b")[:200],
        "jobs": _jobs(actor, matter),
    }
    return render(request, "matters/matter.html", context)


def _jobs(actor: Seat, matter: Matter) -> list[Job]:
    """Return the comparisons of the matter that are being made, and those that have failed since the last one."""
    rows = Job.objects.visible_to(actor).filter(task="comparison.run", arguments__matter=matter.pk)
    return list(rows.exclude(state=Job.State.DONE).order_by("-asked_at")[:5])


@require_POST
@acting
def compare_matter(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Have the texts of a matter compared again."""
    matter = get_object_or_404(Matter.objects.visible_to(actor), pk=pk)
    asked = ask_comparison(actor, matter, own=request.POST.get("own") == "1", now=now())
    if isinstance(asked, Comparison):
        messages.info(request, "文本与更正均无变化，无需重新比对 / Texts and corrections are as they were")
        return redirect("comparison", asked.pk)
    messages.success(request, "正在比对，请稍后刷新 / Being compared; open the page again in a moment")
    return redirect("matter", pk)


@require_GET
@acting
def export_corrections(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Hand out what the parties have said of links and findings, as JSON, withdrawn words included."""
    matter = get_object_or_404(Matter.objects.visible_to(actor), pk=pk)
    rows = Correction.objects.visible_to(actor).filter(matter=matter)
    found = [_exported(row) for row in rows.select_related("party", "seat__user", "document_a", "document_b")]
    response = JsonResponse({"matter": matter.code, "corrections": found}, json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="corrections-{matter.pk}.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _exported(row: Correction) -> dict[str, object]:
    return {
        "kind": row.kind,
        "verdict": row.verdict,
        "party": row.party.code,
        "person": row.seat.user.get_username(),
        "at": row.at.isoformat(),
        "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
        "a": {"document": row.document_a.title, "sha256": row.document_a.sha256, "eid": row.eid_a},
        "b": {"document": row.document_b.title, "sha256": row.document_b.sha256, "eid": row.eid_b}
        if row.document_b
        else None,
        "item": row.item,
        "reason": row.reason,
    }


urlpatterns = [
    path("matters/", show_matters, name="matters"),
    path("matters/<int:pk>/", show_matter, name="matter"),
    path("matters/<int:pk>/compare/", compare_matter, name="matter_compare"),
    path("matters/<int:pk>/corrections.json", export_corrections, name="matter_corrections"),
]
