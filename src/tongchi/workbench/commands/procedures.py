"""Take a shipped procedure into a workspace, or write one of its own; once a project goes by it, a procedure stays as it is.

Who wants other conditions writes another procedure: so nobody can lower the share in favour, or shorten the days of comments, of a
project that the others have approved as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.validators import slug_re
from django.db import transaction

from tongchi.workbench.access import require
from tongchi.workbench.commands.form_values import line
from tongchi.workbench.commands.recording import record
from tongchi.workbench.errors import WorkbenchError
from tongchi.workbench.models import NumberSegment, Party, Procedure, Seat, Stage
from tongchi.workbench.procedures import Preset, load_preset, read_preset


def install_procedure(actor: Seat, code: str, *, now: datetime) -> Procedure:
    """Write a shipped procedure with its stages, and the number segments of those parties that are in the workspace.

    Raises WorkbenchError where it is already there or where nobody would have a number: a code of a party in the segments must be
    that of a party in the workspace.
    """
    require(actor, "procedure.configure")
    return _write(actor, load_preset(code), "procedure.install", now)


def write_procedure(actor: Seat, table: Mapping[str, Any], *, now: datetime) -> Procedure:
    """Write a procedure of the workspace's own, as a table of the form of `procedures/presets/*.toml`.

    Raises WorkbenchError for a code that is taken or no slug, a name that is missing, and conditions that could not be carried out.
    """
    require(actor, "procedure.configure")
    code = str(table["code"])
    if not slug_re.match(code) or len(code) > 40:
        raise WorkbenchError(found=code[:60] or "—", expected="a-z 0-9 - ≤ 40", advice="")
    names = {
        "zh": line(table["zh"], "名称 / name", longest=120),
        "en": line(table["en"], "英文名称 / English name", longest=120, needed=False),
        "source": line(table.get("source", ""), "依据 / basis", needed=False),
    }
    return _write(actor, read_preset({**table, **names}), "procedure.write", now)


@transaction.atomic
def remove_procedure(actor: Seat, procedure: Procedure, *, now: datetime) -> None:
    """Take a procedure out that no project goes by. Raises WorkbenchError where one does."""
    require(actor, "procedure.configure")
    row = Procedure.objects.visible_to(actor).select_for_update().get(pk=procedure.pk)
    if used := row.projects.count():
        raise WorkbenchError(
            found=f"{used} 个项目 / projects", expected="0", advice="已有项目按此程序进行。Projects go by it: it stays."
        )
    record(actor, "procedure.remove", f"procedure {row.pk}", {"code": row.code}, now=now)
    row.delete()


@transaction.atomic
def _write(actor: Seat, preset: Preset, action: str, now: datetime) -> Procedure:
    parties = {party.code: party for party in Party.objects.visible_to(actor).filter(observing=False)}
    segments = [each for each in preset.segments if not each.party or each.party in parties]
    if not segments:
        expected = "、".join(each.party for each in preset.segments)
        raise WorkbenchError(
            found="、".join(parties), expected=expected or "—", advice="编号段没有对应的参与方。No segment is theirs."
        )
    if Procedure.objects.visible_to(actor).filter(code=preset.code).exists():
        raise WorkbenchError(
            found=preset.code, expected="—", advice="该程序已在工作区内。The workspace has it already."
        )
    made = Procedure.objects.create(
        workspace=actor.workspace, code=preset.code, zh=preset.zh, en=preset.en, source=preset.source
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
    record(actor, action, f"procedure {made.pk}", _payload(preset), now=now)
    return made


def _payload(preset: Preset) -> dict[str, object]:
    """Return what the log keeps of a procedure: all its conditions."""
    return {
        "code": preset.code,
        "stages": [
            {"kind": each.kind, "zh": each.zh, "materials": list(each.materials), "comment_days": each.comment_days,
             "favour": str(each.favour), "count_abstentions": each.count_abstentions}
            for each in preset.stages
        ],
        "segments": [f"{each.party}: {each.pattern} {each.first}–{each.last}" for each in preset.segments],
    }  # fmt: skip
