"""Write in the register what one's party accepts from another, on which clause it rests, and when that ends."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tongchi.workbench.access import require, require_own
from tongchi.workbench.commands.form_values import given, in_order, line
from tongchi.workbench.commands.recording import record
from tongchi.workbench.errors import ConflictError, WorkbenchError
from tongchi.workbench.models import IssuedStandard, Party, Recognition, Seat


@transaction.atomic
def record_recognition(
    actor: Seat,
    *,
    item: str,
    issuing: Party,
    basis: str,
    standard: IssuedStandard | None,
    since: date | None,
    until: date | None = None,
    now: datetime,
) -> Recognition:
    """Write that the actor's party recognises the item of `issuing`. `basis` is the clause, of the standard where one is named.

    Raises Party.DoesNotExist and IssuedStandard.DoesNotExist for what is of another workspace.
    """
    require(actor, "recognition.record")
    issuing = Party.objects.visible_to(actor).get(pk=issuing.pk)
    if issuing.pk == actor.party_id or issuing.observing:
        raise WorkbenchError(found=issuing.zh, expected="另一制定方 / another deciding party", advice="")
    known = None if standard is None else IssuedStandard.objects.visible_to(actor).get(pk=standard.pk)
    if known is not None and known.withdrawn_on:
        raise WorkbenchError(found=f"{known.number} 已废止 / withdrawn", expected="现行标准 / in force", advice="")
    begin = given(since, "起始日期 / since")
    if until is not None:
        in_order(begin, until, "起始 ≤ 终止 / since ≤ until")
    row = Recognition.objects.create(
        workspace=actor.workspace,
        item=line(item, "互认事项 / item", longest=200),
        recognising=actor.party,
        issuing=issuing,
        basis=line(basis, "依据条款 / basis clause"),
        standard=known,
        since=begin,
        until=until,
        seat=actor,
    )
    facts = {
        "item": row.item,
        "issuing": issuing.code,
        "basis": row.basis,
        "since": str(begin),
        "until": str(until or ""),
    }
    facts["standard"] = known.number if known else ""
    record(actor, "recognition.record", f"recognition {row.pk}", facts, now=now)
    return row


@transaction.atomic
def end_recognition(
    actor: Seat, row: Recognition, *, until: date | None, seen: date | None, reason: str, now: datetime
) -> Recognition:
    """Set the last day on which one's party recognises the item, with the reason. `seen` is the last day the form showed."""
    row = Recognition.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=row.pk)
    require_own(actor, row.recognising, "recognition.record")
    wanted = given(until, "终止日期 / until")
    if row.until != seen:
        raise ConflictError(subject=row.item, version=0, opened=0, yours=str(wanted), theirs=str(row.until or "—"))
    in_order(row.since, wanted, "起始 ≤ 终止 / since ≤ until")
    row.until = wanted
    row.save(update_fields=["until"])
    facts = {"until": str(wanted), "reason": line(reason, "理由 / reason")}
    record(actor, "recognition.end", f"recognition {row.pk}", facts, now=now)
    return row
