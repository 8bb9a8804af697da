"""Start a joint standard, approve it on each side, attach what a stage asks for, and move it on when all are ready."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from tongchi.workbench.access import require
from tongchi.workbench.commands.recording import record
from tongchi.workbench.commands.standing import lock_project, require_stage, stages_of, standing_of, text_changed
from tongchi.workbench.errors import WorkbenchError, check_version
from tongchi.workbench.models import Document, Matter, Party, PartyProject, Procedure, Project, Seat
from tongchi.workbench.procedures import Standing, advance
from tongchi.workbench.procedures.machine import conditions, refusal, send_back, stage_of


@transaction.atomic
def start_project(actor: Seat, matter: Matter, procedure: Procedure, zh: str, en: str, *, now: datetime) -> Project:
    """Propose a joint standard. Every deciding party of the workspace gets its side of it, not yet approved."""
    require(actor, "project.propose")
    matter = Matter.objects.visible_to(actor).get(pk=matter.pk)
    procedure = Procedure.objects.visible_to(actor).get(pk=procedure.pk)
    title, title_en = _filled(zh, "名称 / title", 200), en.strip() or zh.strip()
    first = procedure.stages.order_by("order").first()
    parties = list(Party.objects.visible_to(actor).filter(observing=False))
    if first is None or len(parties) < 2:
        raise WorkbenchError(
            found=f"{procedure} · {len(parties)}",
            expected="有阶段的程序和两个以上参与方 / a procedure with stages, two parties",
            advice="",
        )
    project = Project.objects.create(
        workspace=actor.workspace,
        matter=matter,
        procedure=procedure,
        stage=first,
        zh=title,
        en=title_en,
        proposed_by=actor.party,
        started_at=now,
        stage_since=now,
    )
    PartyProject.objects.bulk_create(PartyProject(project=project, party=party) for party in parties)
    payload = {"zh": title, "en": title_en, "matter": matter.code, "procedure": procedure.code}
    record(actor, "project.start", f"project {project.pk}", payload, now=now)
    return project


@transaction.atomic
def approve_project(actor: Seat, project: Project, *, number: str, version: int, now: datetime) -> PartyProject:
    """Approve the project for the actor's own party, under that party's own number. `version` is that of the party's side."""
    require(actor, "project.approve")
    project, side = _own_side(actor, project, version)
    require_stage(project, "project.approve")
    side.number = _filled(number, "立项编号 / project number", 80)
    side.approved_by, side.approved_at = actor, now
    _save_side(side, "number", "approved_by", "approved_at")
    record(actor, "project.approve", f"project {project.pk}", {"number": side.number}, now=now)
    return side


@transaction.atomic
def attach_material(
    actor: Seat, project: Project, *, name: str, note: str, document: Document | None, version: int, now: datetime
) -> PartyProject:
    """Attach one of the materials that the stage asks of each party: a document of one's own, or a note where it is kept."""
    require(actor, "project.material")
    project, side = _own_side(actor, project, version)
    require_stage(project, "project.material")
    if name not in project.stage.materials:
        raise WorkbenchError(found=name, expected="、".join(project.stage.materials) or "—", advice="")
    if document is not None:
        document = Document.objects.visible_to(actor).get(pk=document.pk, party=actor.party)
    entry = {
        "note": note.strip() if document else _filled(note, "文件或其存放处 / a document, or where it is", 300),
        "document": document.pk if document else None,
        "sha256": document.sha256 if document else "",
        "by": actor.user.get_username(),
        "at": now.isoformat(),
    }
    stage = str(project.stage.order)
    side.materials = {**side.materials, stage: {**side.materials.get(stage, {}), name: entry}}
    _save_side(side, "materials")
    payload = {"stage": project.stage.order, "material": name, "sha256": entry["sha256"]}
    record(actor, "project.material", f"project {project.pk}", payload, now=now)
    return side


@transaction.atomic
def set_ready(actor: Seat, project: Project, *, ready: bool, version: int, now: datetime) -> PartyProject:
    """Say for one's own party that the stage can be left, or take that back. Moving on is another act, once all have said so.

    Raises WorkbenchError while something is missing that this party, or the text, still owes.
    """
    require(actor, "project.advance")
    project, side = _own_side(actor, project, version)
    require_stage(project, "project.ready")
    if ready:
        stages, standing = stages_of(project.procedure), standing_of(project)
        owed = [
            each
            for each in conditions(stage_of(stages, standing), standing, now)
            if not each.parties or actor.party.code in each.parties
        ]
        if owed:
            raise refusal(owed)
    side.ready = ready
    _save_side(side, "ready")
    record(actor, "project.ready", f"project {project.pk}", {"stage": project.stage.order, "ready": ready}, now=now)
    return side


@transaction.atomic
def move_stage(actor: Seat, project: Project, *, version: int, now: datetime) -> Project:
    """Move the project to the next stage. Raises WorkbenchError with what is missing; `version` is that of the project."""
    require(actor, "project.advance")
    project = lock_project(actor, project.pk)
    check_version(project, version, subject=project.zh)
    before = project.stage.order
    after = advance(stages_of(project.procedure), standing_of(project), now)
    _enter(project, after, now)
    payload = {"from": before, "to": after.order, "stage": project.stage.zh}
    record(actor, "project.move", f"project {project.pk}", payload, now=now)
    return project


@transaction.atomic
def return_to_drafting(actor: Seat, project: Project, *, reason: str, version: int, now: datetime) -> Project:
    """Send the project back to drafting, so that its text can be changed. Votes and approvals given so far become void."""
    require(actor, "project.advance")
    project = lock_project(actor, project.pk)
    check_version(project, version, subject=project.zh)
    why = _filled(reason, "理由 / reason", 2000)
    before = project.stage.order
    after = send_back(stages_of(project.procedure), standing_of(project), now)
    _enter(project, after, now)
    text_changed(project, now)
    payload = {"from": before, "to": after.order, "reason": why}
    record(actor, "project.return", f"project {project.pk}", payload, now=now)
    return project


def _own_side(actor: Seat, project: Project, version: int) -> tuple[Project, PartyProject]:
    """Return the project and the actor's own side of it, held, at the version that the form was opened with."""
    project = lock_project(actor, project.pk)
    side = PartyProject.objects.select_for_update(of=("self",)).get(project=project, party=actor.party)
    check_version(side, version, subject=f"{project.zh} · {actor.party}")
    return project, side


def _save_side(side: PartyProject, *fields: str) -> None:
    side.version += 1
    side.save(update_fields=[*fields, "version"])


def _enter(project: Project, after: Standing, now: datetime) -> None:
    """Write the stage that begins: since when, until when comments run, whether the text is frozen; nobody is ready in it yet."""
    project.stage = project.procedure.stages.get(order=after.order)
    project.stage_since, project.comments_close, project.frozen = now, after.comments_close, after.frozen
    project.version += 1
    project.save(update_fields=["stage", "stage_since", "comments_close", "frozen", "version"])
    sides = PartyProject.objects.filter(project=project)
    sides.filter(ready=True).update(ready=False, version=F("version") + 1)
    for side in sides.exclude(materials={}):
        if side.materials.pop(str(after.order), None):
            _save_side(side, "materials")


def _filled(text: str, what: str, limit: int) -> str:
    """Return the text without space around it. Raises WorkbenchError where it is empty or too long."""
    found = text.strip()
    if not found or len(found) > limit:
        raise WorkbenchError(found=f"{len(found)}", expected=f"{what} ≤ {limit}", advice="")
    return found
