"""Who is there, what waits for whom, and the log."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate, now
from ninja import Router
from ninja.pagination import paginate

from tongchi.workbench.access import require
from tongchi.workbench.api.entrance import Asked
from tongchi.workbench.api.refusals import REFUSED, Refusal
from tongchi.workbench.api.shown import CheckpointShown, EntryShown, PartyShown, ProcedureShown, SeatShown, WaitShown
from tongchi.workbench.api.values import Key, Page, Text
from tongchi.workbench.log import checkpoints
from tongchi.workbench.models import Checkpoint, LogEntry, Party, Procedure, Seat
from tongchi.workbench.waiting import waits

router = Router(tags=["record"])


@router.get("/me", response={200: SeatShown, REFUSED: Refusal})
def show_me(request: Asked) -> Seat:
    """Show from which seat the request acts."""
    return request.auth


@router.get("/parties", response={200: list[PartyShown], REFUSED: Refusal})
def list_parties(request: Asked) -> QuerySet[Party]:
    """List the parties of the workspace."""
    return Party.objects.visible_to(request.auth)


@router.get("/procedures", response={200: list[ProcedureShown], REFUSED: Refusal})
def list_procedures(request: Asked) -> QuerySet[Procedure]:
    """List the procedures with their stages and numbers."""
    return Procedure.objects.visible_to(request.auth).prefetch_related("stages", "segments__party")


@router.get("/waiting", response={200: list[WaitShown], REFUSED: Refusal})
def list_waiting(request: Asked) -> list[dict[str, Any]]:
    """List what waits for whom, as the dashboard does."""
    return [
        {
            "party": each.party.code if each.party else None,
            "what_zh": each.what.zh,
            "what_en": each.what.en,
            "about_zh": each.about.zh,
            "about_en": each.about.en,
            "page": each.address,
            "due": each.due,
            "late": each.late,
        }
        for each in waits(request.auth, localdate())
    ]


@router.get("/log", response={200: list[EntryShown], REFUSED: Refusal})
@paginate(Page)
def list_log(request: Asked, action: Text = "") -> QuerySet[LogEntry]:
    """List the entries that the party may read, the first first; `action` narrows to acts that begin so."""
    rows = LogEntry.objects.visible_to(request.auth)
    return rows.filter(action__startswith=action) if action else rows


@router.get("/log/{sequence}", response={200: EntryShown, REFUSED: Refusal})
def show_entry(request: Asked, sequence: Key) -> LogEntry:
    """Show one entry."""
    return get_object_or_404(LogEntry.objects.visible_to(request.auth), sequence=sequence)


@router.get("/checkpoints", response={200: list[CheckpointShown], REFUSED: Refusal})
@paginate(Page)
def list_checkpoints(request: Asked) -> QuerySet[Checkpoint]:
    """List the checkpoints, for each party to keep."""
    return Checkpoint.objects.visible_to(request.auth)


@router.post("/checkpoints", response={200: CheckpointShown, REFUSED: Refusal})
def sign_checkpoint(request: Asked) -> Checkpoint:
    """Sign the head of the log as it is now."""
    require(request.auth, "checkpoint.sign")
    return checkpoints.sign(request.auth, now=now())
