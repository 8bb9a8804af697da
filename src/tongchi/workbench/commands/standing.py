"""Where does a project stand? The rows, counted into what the procedure asks about (`procedures.machine`)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from tongchi.workbench.models import (
    Approval,
    DraftClause,
    IssuedStandard,
    Opinion,
    PartyProject,
    Position,
    Procedure,
    Project,
    Remark,
    Stage,
)
from tongchi.workbench.procedures import Side, StageRule, Standing, require_act

if TYPE_CHECKING:
    from tongchi.workbench.models import Seat


def stages_of(procedure: Procedure) -> tuple[StageRule, ...]:
    """Return the stages of a procedure in order."""
    return tuple(stage_rule(row) for row in procedure.stages.all())


def stage_rule(row: Stage) -> StageRule:
    """Return one stage as the machine reads it."""
    return StageRule(
        row.order,
        row.kind,
        row.zh,
        row.en,
        tuple(row.materials),
        row.comment_days,
        row.favour,
        row.count_abstentions,
    )


def standing_of(project: Project) -> Standing:
    """Count what the conditions ask about. Internal opinions count like public ones: they are answered too."""
    order = project.stage.order
    sides = list(project.sides.select_related("party").order_by("party__order"))
    clauses = DraftClause.objects.filter(project=project, removed=False)
    missing, objections = _positions(clauses, len(sides))
    return Standing(
        order=order,
        sides=tuple(_side(side, order) for side in sides),
        comments_close=project.comments_close,
        frozen=project.frozen,
        clauses=clauses.count(),
        missing_positions=missing,
        objections=objections,
        open_suggestions=open_suggestions(project),
        open_opinions=Opinion.objects.filter(project=project, disposition=Opinion.Disposition.OPEN).count(),
        votes=_votes(project),
        issued=IssuedStandard.objects.filter(project=project).exists(),
    )


def open_suggestions(project: Project) -> int:
    """Count the suggestions that wait for an answer, on clauses that stand."""
    return Remark.objects.filter(
        clause__project=project, clause__removed=False, kind=Remark.Kind.SUGGESTION, state=Remark.State.OPEN
    ).count()


def lock_project(actor: Seat, pk: int) -> Project:
    """Return the project, held until the transaction ends. Raises Project.DoesNotExist where the actor cannot see it.

    Whoever changes a text holds the project first: so nothing is written into a stage that another request is just leaving.
    """
    Project.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)
    return Project.objects.select_related("stage", "procedure", "workspace", "matter").get(pk=pk)


def require_stage(project: Project, act: str) -> None:
    """Raise WorkbenchError unless the project's stage is one for the act."""
    require_act(stage_rule(project.stage), act)


def text_changed(project: Project, now: datetime) -> None:
    """Take back what was said of the text as it was: readiness of all sides, and approvals of any kind."""
    PartyProject.objects.filter(project=project, ready=True).update(ready=False, version=F("version") + 1)
    Approval.objects.filter(project=project, void_at=None).update(void_at=now)


def _side(side: PartyProject, order: int) -> Side:
    attached = side.materials.get(str(order), {})
    return Side(side.party.code, side.number, side.approved_at is not None, side.ready, frozenset(attached))


def _positions(clauses: QuerySet[DraftClause], sides: int) -> tuple[int, int]:
    """Return how many positions are missing and how many object, on the texts as they are now."""
    rows = Position.objects.filter(clause__in=clauses, text_hash=F("clause__text_hash"))
    taken = dict(rows.order_by().values_list("stand").annotate(Count("pk")))
    expected = clauses.count() * sides
    return expected - sum(taken.values()), taken.get(Position.Stand.OBJECT, 0)


def _votes(project: Project) -> tuple[int, int, int]:
    """Return the last vote of each seat in review that no change of the text has made void: for, against, abstaining."""
    votes = Approval.objects.filter(project=project, purpose="review", void_at=None)
    later = votes.filter(seat_id=OuterRef("seat_id"), pk__gt=OuterRef("pk"))
    counted = dict(votes.filter(~Exists(later)).order_by().values_list("vote").annotate(Count("pk")))
    favour, against, abstaining = (counted.get(vote, 0) for vote in Approval.Vote.values)
    return favour, against, abstaining
