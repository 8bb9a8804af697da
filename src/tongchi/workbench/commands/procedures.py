"""Take a shipped procedure into a workspace, where it becomes rows that its parties can change."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongchi.workbench.access import require
from tongchi.workbench.commands.recording import record
from tongchi.workbench.errors import WorkbenchError
from tongchi.workbench.models import NumberSegment, Party, Procedure, Seat, Stage
from tongchi.workbench.procedures import load_preset


@transaction.atomic
def install_procedure(actor: Seat, code: str, *, now: datetime) -> Procedure:
    """Write the procedure with its stages, and the number segments of those parties that are in the workspace.

    Raises WorkbenchError where it is already there or where nobody would have a number: a code of a party in the segments must be
    that of a party in the workspace.
    """
    require(actor, "procedure.configure")
    preset = load_preset(code)
    parties = {party.code: party for party in Party.objects.visible_to(actor).filter(observing=False)}
    segments = [each for each in preset.segments if not each.party or each.party in parties]
    if not segments:
        expected = "、".join(each.party for each in preset.segments)
        raise WorkbenchError(
            found="、".join(parties), expected=expected, advice="编号段没有对应的参与方。No segment is theirs."
        )
    if Procedure.objects.visible_to(actor).filter(code=code).exists():
        raise WorkbenchError(found=code, expected="—", advice="该程序已在工作区内。The workspace has it already.")
    made = Procedure.objects.create(
        workspace=actor.workspace, code=code, zh=preset.zh, en=preset.en, source=preset.source
    )
    Stage.objects.bulk_create(
        Stage(
            procedure=made,
            order=each.order,
            kind=each.kind,
            zh=each.zh,
            en=each.en,
            materials=list(each.materials),
            comment_days=each.comment_days,
            favour=each.favour,
            count_abstentions=each.count_abstentions,
        )
        for each in preset.stages
    )
    NumberSegment.objects.bulk_create(
        NumberSegment(
            procedure=made,
            party=parties.get(each.party),
            pattern=each.pattern,
            first=each.first,
            last=each.last,
            next=each.first,
        )
        for each in segments
    )
    record(actor, "procedure.install", f"procedure {made.pk}", {"code": code, "stages": len(preset.stages)}, now=now)
    return made
