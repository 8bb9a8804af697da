"""Promise something by a day, say that it was kept, or move the day. A party promises for itself, and everybody sees it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from tongchi.workbench.access import require, require_own
from tongchi.workbench.commands.form_values import given, in_order, line
from tongchi.workbench.commands.recording import record
from tongchi.workbench.errors import WorkbenchError, check_version
from tongchi.workbench.models import Matter, Party, Promise, Seat


@transaction.atomic
def make_promise(
    actor: Seat,
    *,
    what: str,
    due: date | None,
    towards: Party | None = None,
    matter: Matter | None = None,
    basis: str = "",
    now: datetime,
) -> Promise:
    """Promise for the actor's party; `towards` None is a promise to all. A day that has passed may be entered, for the record."""
    require(actor, "promise.record")
    receiver = None if towards is None else Party.objects.visible_to(actor).get(pk=towards.pk)
    if receiver is not None and receiver.pk == actor.party_id:
        raise WorkbenchError(found=receiver.zh, expected="另一方 / another party", advice="")
    row = Promise.objects.create(
        workspace=actor.workspace,
        party=actor.party,
        towards=receiver,
        matter=None if matter is None else Matter.objects.visible_to(actor).get(pk=matter.pk),
        what=line(what, "承诺 / promise"),
        basis=line(basis, "依据 / basis", needed=False),
        due=given(due, "到期日期 / due date"),
    )
    facts = {"what": row.what, "due": str(row.due), "towards": receiver.code if receiver else "", "basis": row.basis}
    record(actor, "promise.make", f"promise {row.pk}", facts, now=now)
    return row


@transaction.atomic
def keep_promise(actor: Seat, row: Promise, *, kept_on: date | None, version: int, now: datetime) -> Promise:
    """Say on which day one's promise was kept, today at the latest; None takes that back."""
    row = _hold(actor, row, version)
    if kept_on is not None:
        in_order(kept_on, localdate(now), "不晚于今日 / today at the latest")
    row.kept_on = kept_on
    return _save(actor, row, "promise.keep", {"kept_on": str(kept_on or "")}, now)


@transaction.atomic
def move_promise(actor: Seat, row: Promise, *, due: date | None, reason: str, version: int, now: datetime) -> Promise:
    """Set another due date for one's open promise, with the reason; the former one stays in the log."""
    row = _hold(actor, row, version)
    if row.kept_on:
        raise WorkbenchError(found=f"{row.kept_on} 已履行 / kept", expected="未履行 / open", advice="")
    former, row.due = row.due, given(due, "到期日期 / due date")
    facts = {"from": str(former), "to": str(row.due), "reason": line(reason, "理由 / reason")}
    return _save(actor, row, "promise.move", facts, now)


def _hold(actor: Seat, row: Promise, version: int) -> Promise:
    held = Promise.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=row.pk)
    require_own(actor, held.party, "promise.record")
    check_version(held, version, subject=held.what, theirs=f"{held.due} · {held.kept_on or '—'}")
    return held


def _save(actor: Seat, row: Promise, action: str, facts: Mapping[str, object], now: datetime) -> Promise:
    row.version += 1
    row.save(update_fields=["due", "kept_on", "version"])
    record(actor, action, f"promise {row.pk}", facts, now=now)
    return row
