"""Comment on a clause, suggest another text, and settle a suggestion. A remark is anchored to the text that was read."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongchi.workbench.access import require
from tongchi.workbench.commands.drafting import hold_clause, write_version
from tongchi.workbench.commands.recording import record
from tongchi.workbench.errors import ConflictError, WorkbenchError
from tongchi.workbench.models import ClauseVersion, DraftClause, Remark, Seat

MOST = 20_000


@transaction.atomic
def comment(
    actor: Seat,
    clause: DraftClause,
    *,
    body: str,
    text_hash: str,
    internal: bool = False,
    answers: Remark | None = None,
    now: datetime,
) -> Remark:
    """Say something of a clause, to all or to one's own party alone. An answer to an internal comment is internal too.

    The text may have changed since it was read: the comment is kept with the hash of what was read, and shown as about an older text.
    """
    require(actor, "remark.make")
    clause = hold_clause(actor, clause, act="comment.make")
    if text_hash != clause.text_hash and not ClauseVersion.objects.filter(clause=clause, text_hash=text_hash).exists():
        raise WorkbenchError(
            found=text_hash[:12] or "—", expected=clause.text_hash[:12], advice="请重新打开该条。Reload it."
        )
    if answers is not None:
        answers = Remark.objects.visible_to(actor).get(pk=answers.pk, clause=clause)
        internal = internal or answers.internal
    made = Remark.objects.create(
        clause=clause,
        party=actor.party,
        seat=actor,
        answers=answers,
        kind=Remark.Kind.COMMENT,
        internal=internal,
        body=_filled(body, "意见 / comment"),
        text_hash=text_hash,
        at=now,
    )
    audience = actor.party.code if internal else ""
    payload = {"body": made.body, "hash": text_hash, "answers": answers.pk if answers else None}
    record(actor, "remark.comment", f"clause {clause.pk}", payload, now=now, audience=audience)
    return made


@transaction.atomic
def suggest(actor: Seat, clause: DraftClause, *, suggested: str, body: str, text_hash: str, now: datetime) -> Remark:
    """Suggest another text. Raises ConflictError with both texts where the clause has changed since it was read."""
    require(actor, "remark.make")
    clause = hold_clause(actor, clause, act="suggestion.make")
    text = _filled(suggested, "建议的文本 / the suggested text")
    if clause.text_hash != text_hash:
        raise _conflict(clause, text_hash, text)
    if text == clause.text:
        raise WorkbenchError(found="=", expected="≠", advice="建议与现行文本相同。It says what the clause says.")
    made = Remark.objects.create(
        clause=clause,
        party=actor.party,
        seat=actor,
        kind=Remark.Kind.SUGGESTION,
        body=body.strip()[:MOST],
        suggested=text,
        text_hash=text_hash,
        at=now,
    )
    payload = {"remark": made.pk, "suggested": text, "body": made.body, "hash": text_hash}
    record(actor, "remark.suggest", f"clause {clause.pk}", payload, now=now)
    return made


@transaction.atomic
def settle_suggestion(actor: Seat, remark: Remark, *, accept: bool, disposition: str, now: datetime) -> Remark:
    """Accept a suggestion, which makes it the clause's next version by its author, or reject it with a reason.

    A suggestion on an older text cannot be accepted blindly: ConflictError shows it beside the text that stands.
    """
    require(actor, "remark.settle")
    remark = Remark.objects.visible_to(actor).select_related("clause", "seat", "party").get(pk=remark.pk)
    clause = hold_clause(actor, remark.clause, act="suggestion.settle")
    remark = Remark.objects.select_related("seat__party", "seat__user").get(pk=remark.pk)
    if remark.kind != Remark.Kind.SUGGESTION or remark.state != Remark.State.OPEN or clause.removed:
        raise WorkbenchError(found=remark.get_state_display(), expected="未处理 / open", advice="")
    if accept:
        if remark.text_hash != clause.text_hash:
            raise _conflict(clause, remark.text_hash, remark.suggested)
        clause.text = remark.suggested
        write_version(clause, remark.seat, "suggestion", now)
    remark.state = Remark.State.ACCEPTED if accept else Remark.State.REJECTED
    remark.disposition = disposition.strip() if accept else _filled(disposition, "不采纳的理由 / the reason")
    remark.save(update_fields=["state", "disposition"])
    payload = {
        "remark": remark.pk,
        "state": remark.state,
        "disposition": remark.disposition,
        "version": clause.version,
        "hash": clause.text_hash,
    }
    record(actor, "remark.settle", f"clause {clause.pk}", payload, now=now)
    return remark


def _conflict(clause: DraftClause, text_hash: str, yours: str) -> ConflictError:
    read = ClauseVersion.objects.filter(clause=clause, text_hash=text_hash).order_by("-version").first()
    opened = read.version if read else 0
    return ConflictError(subject=str(clause), version=clause.version, opened=opened, yours=yours, theirs=clause.text)


def _filled(text: str, what: str) -> str:
    found = text.strip()
    if not found or len(found) > MOST:
        raise WorkbenchError(found=f"{len(found)}", expected=f"{what} ≤ {MOST}", advice="")
    return found
