"""Issue a joint standard: every party has approved this hash, a number nobody else has, dates in order, the text kept for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from tongchi.workbench.access import require
from tongchi.workbench.commands.approval import waiting_for
from tongchi.workbench.commands.joint_text import require_printable, require_text
from tongchi.workbench.commands.recording import record
from tongchi.workbench.commands.standing import lock_project, require_stage
from tongchi.workbench.errors import WorkbenchError
from tongchi.workbench.models import IssuedStandard, NumberSegment, Project, Seat


@transaction.atomic
def issue_standard(
    actor: Seat,
    project: Project,
    *,
    seen: str,
    effective_on: date,
    review_on: date,
    replaces: IssuedStandard | None = None,
    now: datetime,
) -> IssuedStandard:
    """Issue the text with hash `seen` today. Raises WorkbenchError where a party has not approved that hash, or a date is out of order."""
    require(actor, "standard.issue")
    project = lock_project(actor, project.pk)
    require_stage(project, "standard.issue")
    standard = require_text(project, seen)
    if IssuedStandard.objects.filter(project=project).exists():
        raise WorkbenchError(found="已发布 / issued", expected="未发布 / not issued", advice="")
    if missing := list(waiting_for(project, standard.text_hash)):
        names = "、".join(each.zh for each in missing)
        raise WorkbenchError(found=f"{names} 未批准 / not approved", expected=standard.text_hash[:12], advice="")
    require_printable(standard)
    today = localdate(now)
    _require_order(today, effective_on, review_on)
    number, numbers = next_numbers(project, today.year)
    final = standard.identified(
        number, numbers=numbers, issued_on=today, effective_on=effective_on, review_on=review_on
    )
    row = IssuedStandard.objects.create(
        workspace=project.workspace,
        project=project,
        number=number,
        numbers=numbers,
        zh=final.zh,
        en=final.en,
        content=final.to_json(),
        content_hash=final.text_hash,
        issued_on=today,
        effective_on=effective_on,
        review_on=review_on,
        replaces=None if replaces is None else IssuedStandard.objects.visible_to(actor).get(pk=replaces.pk),
    )
    payload = {
        "number": number,
        "numbers": numbers,
        "text_hash": final.text_hash,
        "effective_on": effective_on.isoformat(),
        "review_on": review_on.isoformat(),
        "replaces": row.replaces.number if row.replaces else "",
    }
    record(actor, "standard.issue", f"standard {row.pk}", payload, now=now)
    return row


def next_numbers(project: Project, year: int) -> tuple[str, Mapping[str, str]]:
    """Take the next number from the reserved segments: the joint number, and each party's own by code.

    A segment of all parties gives one number. Where each party has its own, all take the same running number, the first that is free
    in all of them; the joint number is then that of the first party. Call it in a transaction: the segments are held until its end.
    """
    segments = list(
        NumberSegment.objects.select_for_update(of=("self",)).filter(procedure=project.procedure).order_by("pk")
    )
    parties = {side.party_id: side.party for side in project.sides.select_related("party").order_by("party__order")}
    joint = [each for each in segments if each.party_id is None]
    used = joint[:1] or [each for key in parties for each in segments if each.party_id == key]
    running = _free(project, used, year)
    if not used or any(not each.first <= running <= each.last for each in used):
        raise WorkbenchError(
            found=f"{running or '—'}", expected="预留编号段中的编号 / a number of the reserved segments", advice=""
        )
    for each in used:
        each.next = running + 1
        each.save(update_fields=["next"])
    numbers = {
        parties[each.party_id].code: each.pattern.format(number=running, year=year) for each in used if each.party_id
    }
    return used[0].pattern.format(number=running, year=year), numbers


def _free(project: Project, segments: Sequence[NumberSegment], year: int) -> int:
    """Return the first running number that all segments have left and no standard bears, whichever procedure gave it; 0 without segments."""
    running = max((each.next for each in segments), default=0)
    known = IssuedStandard.objects.filter(workspace_id=project.workspace_id)
    borne = set(known.values_list("number", flat=True)) | {
        number for numbers in known.values_list("numbers", flat=True) for number in numbers.values()
    }
    while any(each.pattern.format(number=running, year=year) in borne for each in segments):
        running += 1
    return running


def _require_order(issued: date, effective: date, review: date) -> None:
    if not issued <= effective < review:
        raise WorkbenchError(
            found=f"{issued} · {effective} · {review}",
            expected="发布 ≤ 实施 < 复审 / issue ≤ effect < review",
            advice="",
        )
