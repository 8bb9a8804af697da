"""Say how one's party has taken over a standard, when the standard is looked at again, and that it shall be withdrawn.

A party speaks of its own adoption alone. What all of them issued only all of them withdraw: each gives its word, and the last word
withdraws it.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from tongchi.text.encoding import clean_text
from tongchi.workbench.access import require
from tongchi.workbench.commands.form_values import given, in_order, line, one_of
from tongchi.workbench.commands.recording import record
from tongchi.workbench.errors import ConflictError, WorkbenchError, check_version
from tongchi.workbench.models import Adoption, Approval, IssuedStandard, Party, Seat

_LONGEST = 5_000


@transaction.atomic
def record_adoption(
    actor: Seat,
    standard: IssuedStandard,
    *,
    state: str,
    since: date | None,
    document: str,
    changes: str,
    version: int,
    now: datetime,
) -> Adoption:
    """Record the adoption by the actor's party: `version` 0 where nothing was recorded when the form was opened.

    An adoption has a date and a document; one with changes says which. "Not yet" has none of these.
    """
    require(actor, "adoption.record")
    standard = _hold(actor, standard)
    one_of(state, Adoption.State.values)
    row = Adoption.objects.filter(standard=standard, party=actor.party).first()
    held = row or Adoption(standard=standard, party=actor.party, version=0)
    check_version(held, version, subject=str(standard), yours=changes, theirs=held.changes)
    held.state, held.since, held.document, held.changes = state, None, "", ""
    if state != Adoption.State.NOT_YET:
        held.since = given(since, "采用日期 / date of adoption")
        in_order(standard.issued_on, held.since, "采用不早于发布 / not before issue")
        held.document = line(document, "采用文件 / document of adoption")
    if state == Adoption.State.CHANGED:
        held.changes = _said(changes, "修改内容 / the changes")
    held.version += 1
    held.save()
    facts = {"state": state, "since": str(held.since or ""), "document": held.document, "changes": held.changes}
    record(actor, "adoption.record", f"standard {standard.pk}", facts, now=now)
    return held


@transaction.atomic
def set_review_date(
    actor: Seat, standard: IssuedStandard, *, review_on: date | None, seen: date | None, reason: str, now: datetime
) -> IssuedStandard:
    """Set the next review date, with the reason: what the review found, or why it comes earlier. `seen` is the date the form showed."""
    require(actor, "adoption.record")
    standard = _hold(actor, standard)
    _require_standing(standard)
    wanted = given(review_on, "复审日期 / date of review")
    why = _said(reason, "理由 / reason")
    if seen != standard.review_on:
        raise ConflictError(
            subject=str(standard), version=0, opened=0, yours=str(wanted), theirs=str(standard.review_on)
        )
    if wanted <= max(standard.effective_on, localdate(now)):
        raise WorkbenchError(
            found=str(wanted), expected="晚于今日和实施日期 / after today and the date of effect", advice=""
        )
    standard.review_on = wanted
    standard.save(update_fields=["review_on"])
    facts = {"from": str(seen), "to": str(wanted), "reason": why}
    record(actor, "standard.review_date", f"standard {standard.pk}", facts, now=now)
    return standard


@transaction.atomic
def ask_withdrawal(actor: Seat, standard: IssuedStandard, *, reason: str, now: datetime) -> IssuedStandard:
    """Give the party's word that the standard be withdrawn; the word of the last party withdraws it that day.

    Raises WorkbenchError where it is withdrawn already, or the party has no part in its project.
    """
    require(actor, "standard.withdraw")
    standard = _hold(actor, standard)
    _require_standing(standard)
    why = _said(reason, "理由 / reason")
    waiting = list(withdrawal_waits_for(standard))
    if actor.party not in waiting:
        raise WorkbenchError(found=str(actor.party), expected="尚未表态的制定方 / a party yet to speak", advice="")
    Approval.objects.create(
        project_id=standard.project_id,
        party=actor.party,
        seat=actor,
        purpose="withdraw",
        vote=Approval.Vote.FOR,
        reason=why,
        text_hash=standard.content_hash,
        at=now,
    )
    if waiting == [actor.party]:
        standard.withdrawn_on = localdate(now)
        standard.save(update_fields=["withdrawn_on"])
    facts = {"number": standard.number, "reason": why, "withdrawn": standard.withdrawn_on is not None}
    record(actor, "standard.withdraw", f"standard {standard.pk}", facts, now=now)
    return standard


@transaction.atomic
def take_back_withdrawal(actor: Seat, standard: IssuedStandard, *, now: datetime) -> IssuedStandard:
    """Take the party's word back while the standard still stands."""
    require(actor, "standard.withdraw")
    standard = _hold(actor, standard)
    _require_standing(standard)
    if not withdrawal_words(standard).filter(party=actor.party).update(void_at=now):
        raise WorkbenchError(found="—", expected="本方已同意废止 / a word of one's own", advice="")
    record(actor, "standard.keep", f"standard {standard.pk}", {"number": standard.number}, now=now)
    return standard


def withdrawal_words(standard: IssuedStandard) -> QuerySet[Approval]:
    """Return the words for withdrawal that hold."""
    return Approval.objects.filter(project_id=standard.project_id, purpose="withdraw", void_at=None)


def withdrawal_waits_for(standard: IssuedStandard) -> QuerySet[Party]:
    """Return the parties of the project that have not given their word."""
    given_by = withdrawal_words(standard).values("party_id")
    return Party.objects.filter(projects__project_id=standard.project_id).exclude(pk__in=given_by).order_by("order")


def _hold(actor: Seat, standard: IssuedStandard) -> IssuedStandard:
    """Return the standard, held until the transaction ends: what parties do to it comes one after the other."""
    return IssuedStandard.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=standard.pk)


def _require_standing(standard: IssuedStandard) -> None:
    if standard.withdrawn_on:
        raise WorkbenchError(found=f"已废止 {standard.withdrawn_on} / withdrawn", expected="现行 / in force", advice="")


def _said(text: str, what: str) -> str:
    found = clean_text(text).strip()
    if not 0 < len(found) <= _LONGEST:
        raise WorkbenchError(found=f"{len(found)}", expected=f"{what} 1–{_LONGEST}", advice="")
    return found
