"""The review of a draft: opinions and their answers, the votes, what is still missing, and the table to take away."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from tongchi.workbench.access import acting
from tongchi.workbench.commands import review as commands
from tongchi.workbench.commands.joint_text import text_hash
from tongchi.workbench.commands.standing import stage_rule, standing_of
from tongchi.workbench.issuing import opinion_table
from tongchi.workbench.models import Approval, DraftClause, Opinion, Project, Seat
from tongchi.workbench.procedures.machine import conditions
from tongchi.workbench.views.files import as_download, whole_number
from tongchi.workbench.views.paging import page_of


@require_GET
@acting
def show_review(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Show what was said on the draft, what was answered, and how the votes stand."""
    project = get_object_or_404(Project.objects.visible_to(actor).select_related("stage", "procedure"), pk=pk)
    votes = Approval.objects.visible_to(actor).filter(project=project, purpose="review", void_at=None)
    context = {
        "project": project,
        "page": page_of(request, _opinions(actor, project)),
        "clauses": DraftClause.objects.visible_to(actor).filter(project=project, removed=False),
        "votes": votes.select_related("party", "seat__user").order_by("party__order", "pk"),
        "missing": conditions(stage_rule(project.stage), standing_of(project), now()),
        "open": project.stage.kind == "review",
        "dispositions": Opinion.Disposition.choices,
        "vote_choices": Approval.Vote.choices,
        "text_hash": text_hash(project),
    }
    return render(request, "review/review.html", context)


@require_POST
@acting
def make_opinion(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Put an opinion on the table."""
    project = get_object_or_404(Project.objects.visible_to(actor), pk=pk)
    clause = whole_number(request.POST.get("clause", "")) if request.POST.get("clause") else None
    if clause is not None:
        get_object_or_404(DraftClause.objects.visible_to(actor), pk=clause, project=project, removed=False)
    commands.make_opinion(
        actor,
        project,
        clause=clause,
        author=request.POST.get("author", ""),
        body=request.POST.get("body", ""),
        internal=request.POST.get("internal") == "1",
        now=now(),
    )
    messages.success(request, "意见已登记 / Opinion recorded")
    return redirect("review", pk=pk)


@require_POST
@acting
def settle_opinion(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Answer an opinion."""
    opinion = get_object_or_404(Opinion.objects.visible_to(actor), pk=pk)
    commands.settle_opinion(
        actor,
        opinion,
        disposition=request.POST.get("disposition", ""),
        reason=request.POST.get("reason", ""),
        version=whole_number(request.POST.get("version", "")),
        now=now(),
    )
    messages.success(request, "处理意见已保存 / Answer saved")
    return redirect("review", pk=opinion.project_id)


@require_POST
@acting
def cast_vote(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Vote on the text under review."""
    project = get_object_or_404(Project.objects.visible_to(actor), pk=pk)
    vote, reason, seen = (request.POST.get(name, "") for name in ("vote", "reason", "seen"))
    commands.cast_vote(actor, project, vote=vote, reason=reason, seen=seen, now=now())
    messages.success(request, "表决已记录 / Vote recorded")
    return redirect("review", pk=pk)


@require_GET
@acting
def download_opinions(request: HttpRequest, actor: Seat, pk: int, form: str) -> HttpResponse:
    """Give the 意见汇总处理表 of what the actor's party may see, as xlsx or docx."""
    project = get_object_or_404(Project.objects.visible_to(actor), pk=pk)
    rows = [_row(each) for each in _opinions(actor, project)]
    if form == "xlsx":
        return as_download(opinion_table.to_xlsx(rows), f"opinions-{pk}", form)
    if form == "docx":
        return as_download(opinion_table.to_docx(project.zh, rows), f"opinions-{pk}", form)
    raise Http404


def _opinions(actor: Seat, project: Project) -> QuerySet[Opinion]:
    seen = Opinion.objects.visible_to(actor).filter(project=project)
    return seen.select_related("clause", "party", "settled_by__user", "settled_by__party").order_by("pk")


def _row(opinion: Opinion) -> opinion_table.Row:
    clause = opinion.clause.number if opinion.clause else "全文"
    disposition = opinion.get_disposition_display().partition(" / ")[0]
    author = opinion.author + ("（内部意见）" if opinion.internal else "")
    return opinion_table.Row(clause, opinion.body, author, disposition, opinion.reason)


urlpatterns = [
    path("projects/<int:pk>/review/", show_review, name="review"),
    path("projects/<int:pk>/review/opinions/", make_opinion, name="make_opinion"),
    path("projects/<int:pk>/review/vote/", cast_vote, name="cast_vote"),
    path("projects/<int:pk>/review/opinions.<slug:form>", download_opinions, name="opinion_table"),
    path("opinions/<int:pk>/settle/", settle_opinion, name="settle_opinion"),
]
