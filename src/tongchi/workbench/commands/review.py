"""Say what is to be said on a draft under review, answer every opinion with its reason, and vote on the text.

The rows are those of the 意见汇总处理表. An internal opinion is one party's own: the others learn that it exists, from counts in the
conditions, and nothing of what it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tongchi.text.encoding import clean_text
from tongchi.workbench.access import require, require_own
from tongchi.workbench.commands.joint_text import require_text
from tongchi.workbench.commands.recording import record
from tongchi.workbench.commands.standing import lock_project, require_stage
from tongchi.workbench.errors import WorkbenchError, check_version
from tongchi.workbench.models import Approval, DraftClause, Opinion, Project, Seat

_LIMIT = 10_000


@transaction.atomic
def make_opinion(
    actor: Seat, project: Project, *, clause: int | None, author: str, body: str, internal: bool, now: datetime
) -> Opinion:
    """Put an opinion on the table, one's own or one received from outside: `author` is whose it is.

    `clause` is the id of a clause that stands, None for the whole text. Raises DraftClause.DoesNotExist for another project's.
    """
    require(actor, "opinion.make")
    project = lock_project(actor, project.pk)
    require_stage(project, "opinion.make")
    about = None if clause is None else DraftClause.objects.get(pk=clause, project=project, removed=False)
    opinion = Opinion.objects.create(
        project=project,
        clause=about,
        party=actor.party,
        seat=actor,
        author=clean_text(author).replace("\n", " ").strip()[:120] or actor.party.zh,
        internal=internal,
        body=_filled(body, "意见 / opinion"),
        at=now,
    )
    payload = {"project": project.pk, "clause": clause, "author": opinion.author, "body": opinion.body}
    _record(actor, "opinion.make", opinion, payload, now)
    return opinion


@transaction.atomic
def settle_opinion(
    actor: Seat, opinion: Opinion, *, disposition: str, reason: str, version: int, now: datetime
) -> Opinion:
    """Decide what becomes of an opinion, with the reason. An internal one is answered by its own party; opened again, by "open".

    Raises ConflictError where somebody has answered meanwhile; their answer stands beside.
    """
    require(actor, "opinion.settle")
    project = lock_project(actor, opinion.project_id)
    require_stage(project, "opinion.settle")
    opinion = Opinion.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=opinion.pk)
    if opinion.internal:
        require_own(actor, opinion.party, "opinion.settle")
    check_version(opinion, version, subject=opinion.body[:40], yours=reason, theirs=opinion.reason)
    if disposition not in Opinion.Disposition.values:
        raise WorkbenchError(found=disposition, expected="、".join(Opinion.Disposition.values), advice="")
    opinion.disposition = disposition
    opinion.reason = _filled(reason, "理由 / reason")
    opinion.settled_by = None if disposition == Opinion.Disposition.OPEN else actor
    opinion.version += 1
    opinion.save(update_fields=["disposition", "reason", "settled_by", "version"])
    payload = {"project": project.pk, "disposition": disposition, "reason": opinion.reason}
    _record(actor, "opinion.settle", opinion, payload, now)
    return opinion


@transaction.atomic
def cast_vote(actor: Seat, project: Project, *, vote: str, reason: str, seen: str, now: datetime) -> Approval:
    """Vote on the text under review. `seen` is the hash of the text that was read; a second vote takes the place of the first."""
    require(actor, "review.vote")
    project = lock_project(actor, project.pk)
    require_stage(project, "review.vote")
    standard = require_text(project, seen)
    why = checked_vote(vote, reason)
    Approval.objects.filter(project=project, seat=actor, purpose="review", void_at=None).update(void_at=now)
    row = Approval.objects.create(
        project=project,
        party=actor.party,
        seat=actor,
        purpose="review",
        vote=vote,
        reason=why,
        text_hash=standard.text_hash,
        at=now,
    )
    payload = {"vote": vote, "reason": why, "text_hash": standard.text_hash}
    record(actor, "review.vote", f"project {project.pk}", payload, now=now)
    return row


def checked_vote(vote: str, reason: str) -> str:
    """Return the reason. Raises WorkbenchError for no such vote, and for one against or abstaining that gives no reason."""
    if vote not in Approval.Vote.values:
        raise WorkbenchError(found=vote, expected="、".join(Approval.Vote.values), advice="")
    return clean_text(reason).strip()[:_LIMIT] if vote == Approval.Vote.FOR else _filled(reason, "理由 / reason")


def _record(actor: Seat, action: str, opinion: Opinion, payload: Mapping[str, object], now: datetime) -> None:
    audience = actor.party.code if opinion.internal else ""
    record(actor, action, f"opinion {opinion.pk}", payload, now=now, audience=audience)


def _filled(text: str, what: str) -> str:
    """Return the text without what prints nothing. Raises WorkbenchError where nothing is left, or it is too long."""
    found = clean_text(text).strip()
    if not found or len(found) > _LIMIT:
        raise WorkbenchError(found=f"{len(found)}", expected=f"{what} ≤ {_LIMIT}", advice="")
    return found
