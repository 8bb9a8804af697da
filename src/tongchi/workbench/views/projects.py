"""The joint standards in the making: where each stands, what it waits for, and each party's own side of it."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchi.workbench.access import acting
from tongchi.workbench.commands import projects as commands
from tongchi.workbench.commands.standing import stages_of, standing_of
from tongchi.workbench.models import Document, Matter, Party, PartyProject, Procedure, Project, Seat
from tongchi.workbench.procedures import obstacles
from tongchi.workbench.views.paging import page_of

MOST = 200


def number_of(text: str | None) -> int:
    """Return a key or version from a form, 0 for what is none: no row has it, so that the command refuses it."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


@require_GET
@acting
def show_projects(request: HttpRequest, actor: Seat) -> HttpResponse:
    """List the projects of the workspace with the sides of the parties."""
    sides = Prefetch("sides", PartyProject.objects.visible_to(actor).select_related("party").order_by("party__order"))
    rows = Project.objects.visible_to(actor).select_related("stage", "matter", "procedure").prefetch_related(sides)
    return render(request, "projects/list.html", {"page": page_of(request, rows)})


@require_http_methods(["GET", "HEAD", "POST"])
@acting
def start_project(request: HttpRequest, actor: Seat) -> HttpResponse:
    """Show the form of a new project, or start it."""
    matters, procedures = Matter.objects.visible_to(actor), Procedure.objects.visible_to(actor)
    if request.method != "POST":
        context = {"matters": matters, "procedures": procedures.prefetch_related("stages")}
        return render(request, "projects/start.html", context)
    made = commands.start_project(
        actor,
        get_object_or_404(matters, pk=number_of(request.POST.get("matter"))),
        get_object_or_404(procedures, pk=number_of(request.POST.get("procedure"))),
        request.POST.get("zh", ""),
        request.POST.get("en", ""),
        now=now(),
    )
    return redirect("project", made.pk)


@require_GET
@acting
def show_project(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Show one project: its stages, what keeps it from the next one, and both sides."""
    project = _project(actor, pk)
    stages, standing = stages_of(project.procedure), standing_of(project)
    sides = PartyProject.objects.visible_to(actor).filter(project=project).select_related("party", "approved_by__user")
    rows = [(side, _materials(side, project)) for side in sides.order_by("party__order")]
    own = next((side for side, _ in rows if side.party_id == actor.party_id), None)
    names = {party.code: party for party in Party.objects.visible_to(actor)}
    missing = [(each, [names[code] for code in each.parties]) for each in obstacles(stages, standing, now())]
    context = {
        "project": project,
        "stages": stages,
        "standing": standing,
        "sides": rows,
        "own": own,
        "missing": missing,
        "documents": Document.objects.visible_to(actor).filter(party=actor.party, matter=project.matter)[:MOST],
    }
    return render(request, "projects/project.html", context)


@require_POST
@acting
def approve_project(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Approve the project for one's party."""
    number = request.POST.get("number", "")
    commands.approve_project(actor, _project(actor, pk), number=number, version=_version(request), now=now())
    return _done(request, pk, "已立项 / Project approved")


@require_POST
@acting
def attach_material(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Attach what the stage asks of one's party."""
    chosen = request.POST.get("document")
    own = Document.objects.visible_to(actor).filter(party=actor.party)
    commands.attach_material(
        actor,
        _project(actor, pk),
        name=request.POST.get("name", ""),
        note=request.POST.get("note", ""),
        document=get_object_or_404(own, pk=number_of(chosen)) if chosen else None,
        version=_version(request),
        now=now(),
    )
    return _done(request, pk, "材料已登记 / Material attached")


@require_POST
@acting
def set_ready(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Say that one's party is ready for the next stage, or take it back."""
    ready = request.POST.get("ready") == "1"
    commands.set_ready(actor, _project(actor, pk), ready=ready, version=_version(request), now=now())
    return _done(request, pk, "已表示就绪 / Said to be ready" if ready else "已撤回就绪 / Taken back")


@require_POST
@acting
def move_stage(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Move the project to the next stage."""
    commands.move_stage(actor, _project(actor, pk), version=_version(request), now=now())
    return _done(request, pk, "已进入下一阶段 / Moved to the next stage")


@require_POST
@acting
def return_project(request: HttpRequest, actor: Seat, pk: int) -> HttpResponse:
    """Send the project back to drafting."""
    reason = request.POST.get("reason", "")
    commands.return_to_drafting(actor, _project(actor, pk), reason=reason, version=_version(request), now=now())
    return _done(request, pk, "已退回起草 / Sent back to drafting")


def _project(actor: Seat, pk: int) -> Project:
    rows = Project.objects.visible_to(actor).select_related("stage", "matter", "procedure", "proposed_by")
    return get_object_or_404(rows, pk=pk)


def _materials(side: PartyProject, project: Project) -> list[tuple[str, dict[str, object] | None]]:
    """Return each material that the stage asks for, with what the party has attached for it."""
    attached = side.materials.get(str(project.stage.order), {})
    return [(name, attached.get(name)) for name in project.stage.materials]


def _version(request: HttpRequest) -> int:
    return number_of(request.POST.get("version"))


def _done(request: HttpRequest, pk: int, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("project", pk)


urlpatterns = [
    path("projects/", show_projects, name="projects"),
    path("projects/new/", start_project, name="project_start"),
    path("projects/<int:pk>/", show_project, name="project"),
    path("projects/<int:pk>/approve/", approve_project, name="project_approve"),
    path("projects/<int:pk>/material/", attach_material, name="project_material"),
    path("projects/<int:pk>/ready/", set_ready, name="project_ready"),
    path("projects/<int:pk>/move/", move_stage, name="project_move"),
    path("projects/<int:pk>/return/", return_project, name="project_return"),
]
