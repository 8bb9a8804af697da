"""The exact text of a joint standard, its hash, who has approved it, and its issue."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from tongchi.workbench.access import acting
from tongchi.workbench.commands import approval as commands
from tongchi.workbench.commands.issue import issue_standard
from tongchi.workbench.commands.joint_text import misread, standard_of
from tongchi.workbench.errors import WorkbenchError
from tongchi.workbench.issuing.docx import to_docx
from tongchi.workbench.issuing.pdf import to_pdf
from tongchi.workbench.models import Approval, IssuedStandard, Project, Seat
from tongchi.workbench.views.files import as_download, day, whole_number


@require_GET
@acting
def show_approval(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Show the text to the letter, and each party's word on it."""
    project = get_object_or_404(Project.objects.visible_to(actor).select_related("stage"), pk=pk)
    standard = standard_of(project)
    words = Approval.objects.visible_to(actor).filter(project=project, purpose="issue")
    issued = IssuedStandard.objects.visible_to(actor).filter(project=project).first()
    today = localdate()
    context = {
        "project": project,
        "text": standard,
        "text_hash": standard.text_hash,
        "words": words.select_related("party", "seat__user").order_by("-at", "-pk"),
        "waiting": commands.waiting_for(project, standard.text_hash),
        "misread": misread(standard),
        "open": project.stage.kind == "issue" and issued is None,
        "issued": issued,
        "vote_choices": Approval.Vote.choices,
        "today": today,
        "review_on": today.replace(year=today.year + 5, day=min(today.day, 28)),
        "others": IssuedStandard.objects.visible_to(actor).filter(withdrawn_on=None).exclude(project=project),
    }
    return render(request, "review/approval.html", context)


@require_POST
@acting
def approve_text(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Give the party's word on the text that the form names by its hash."""
    project = get_object_or_404(Project.objects.visible_to(actor), pk=pk)
    vote, reason, seen = (request.POST.get(name, "") for name in ("vote", "reason", "seen"))
    commands.approve_text(actor, project, vote=vote, reason=reason, seen=seen, now=now())
    messages.success(request, "本方意见已记录 / Your party's word is recorded")
    return redirect("approval", pk=pk)


@require_POST
@acting
def issue(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Issue the standard."""
    project = get_object_or_404(Project.objects.visible_to(actor), pk=pk)
    effective_on, review_on = (day(request.POST.get(name, "")) for name in ("effective_on", "review_on"))
    if effective_on is None or review_on is None:
        raise WorkbenchError(found="—", expected="实施日期、复审日期 / dates of effect and review", advice="")
    replaces = None
    if request.POST.get("replaces"):
        known = IssuedStandard.objects.visible_to(actor)
        replaces = get_object_or_404(known, pk=whole_number(request.POST["replaces"]))
    standard = issue_standard(
        actor,
        project,
        seen=request.POST.get("seen", ""),
        effective_on=effective_on,
        review_on=review_on,
        replaces=replaces,
        now=now(),
    )
    messages.success(request, f"已发布 {standard.number} / Issued as {standard.number}")
    return redirect("standard", pk=standard.pk)


@require_GET
@acting
def download_draft(request: HttpRequest, actor: Seat, pk: int, form: str) -> HttpResponse:
    """Give the text as it would be printed, marked as a draft for approval."""
    project = get_object_or_404(Project.objects.visible_to(actor), pk=pk)
    makers = {"docx": to_docx, "pdf": to_pdf}
    if form not in makers:
        raise Http404
    return as_download(makers[form](standard_of(project)), f"draft-{pk}", form)


urlpatterns = [
    path("projects/<int:pk>/approval/", show_approval, name="approval"),
    path("projects/<int:pk>/approval/word/", approve_text, name="approve_text"),
    path("projects/<int:pk>/approval/issue/", issue, name="issue_standard"),
    path("projects/<int:pk>/approval/draft.<slug:form>", download_draft, name="draft_file"),
]
