"""Approve this very text for one's party, or refuse it. What counts is asked of the database by hash, not remembered."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from tongchi.workbench.access import require, require_second_person
from tongchi.workbench.commands.joint_text import require_printable, require_text
from tongchi.workbench.commands.recording import record
from tongchi.workbench.commands.review import checked_vote
from tongchi.workbench.commands.standing import lock_project, require_stage
from tongchi.workbench.errors import WorkbenchError
from tongchi.workbench.models import Approval, Party, Project, Seat


@transaction.atomic
def approve_text(actor: Seat, project: Project, *, vote: str, reason: str, seen: str, now: datetime) -> Approval:
    """Give the party's word on the text with hash `seen`. A new word takes the place of the party's former one.

    Raises ConflictError where the text is another by now, AccessError where the actor alone wrote a clause of it, WorkbenchError
    where it could not be printed as it is written.
    """
    require(actor, "text.approve")
    project = lock_project(actor, project.pk)
    require_stage(project, "text.approve")
    _require_not_issued(project)
    standard = require_text(project, seen)
    why = checked_vote(vote, reason)
    if vote == Approval.Vote.FOR:
        require_second_person(actor, project, "text.approve")
        require_printable(standard)
    Approval.objects.filter(project=project, party=actor.party, purpose="issue", void_at=None).update(void_at=now)
    row = Approval.objects.create(
        project=project,
        party=actor.party,
        seat=actor,
        purpose="issue",
        vote=vote,
        reason=why,
        text_hash=standard.text_hash,
        at=now,
    )
    payload = {"vote": vote, "reason": why, "text_hash": standard.text_hash}
    record(actor, "text.approve", f"project {project.pk}", payload, now=now)
    return row


def approvals_of(project: Project, text_hash: str) -> QuerySet[Approval]:
    """Return the approvals that hold for the text with this hash; one given to another text is not among them."""
    return Approval.objects.filter(
        project=project, purpose="issue", vote=Approval.Vote.FOR, text_hash=text_hash, void_at=None
    )


def waiting_for(project: Project, text_hash: str) -> QuerySet[Party]:
    """Return the deciding parties that have not approved the text with this hash."""
    approved = approvals_of(project, text_hash).values("party_id")
    return Party.objects.filter(projects__project=project).exclude(pk__in=approved).order_by("order", "code")


def _require_not_issued(project: Project) -> None:
    if hasattr(project, "standard"):
        raise WorkbenchError(
            found=f"已发布 {project.standard.number} / issued", expected="未发布 / not issued", advice=""
        )
