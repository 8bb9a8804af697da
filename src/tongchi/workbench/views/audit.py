"""The log: what was done, whether the log is whole, and what a party takes away to check it without the site."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.timezone import make_aware, now
from django.views.decorators.http import require_GET, require_POST

from tongchi.errors import UsageError
from tongchi.workbench.access import acting
from tongchi.workbench.context import language
from tongchi.workbench.log import chain, checkpoints, verify
from tongchi.workbench.models import Checkpoint, LogEntry, Party, Seat
from tongchi.workbench.models.events import LogEntryQuerySet

ROWS = 50
SHOWN_CHECKPOINTS = 5


@require_GET
@acting
def show_log(request: HttpRequest, actor: Seat) -> HttpResponse:
    """List the entries that the party may read, the newest first, ROWS at a time, with the filters of the form."""
    found = filtered(LogEntry.objects.visible_to(actor), request.GET).order_by("-sequence")[: ROWS + 1]
    parties = {party.code: party for party in Party.objects.visible_to(actor)}
    entries = list(found)
    kept = Checkpoint.objects.visible_to(actor).select_related("workspace").order_by("-sequence")
    sequence, head = chain.head(actor.workspace)
    context = {
        "rows": [(entry, parties.get(entry.party)) for entry in entries[:ROWS]],
        "earlier": entries[ROWS - 1].sequence if len(entries) > ROWS else None,
        "parties": parties.values(),
        "asked": request.GET,
        "checkpoints": kept[:SHOWN_CHECKPOINTS],
        "sequence": sequence,
        "head": head,
    }
    return render(request, "audit/log.html", context)


def filtered(entries: LogEntryQuerySet, asked: QueryDict) -> LogEntryQuerySet:
    """Narrow the entries to what the form asks; an empty field asks nothing. UsageError for a date or number that is none."""
    for field in ("party", "person"):
        if value := asked.get(field):
            entries = entries.filter(**{field: value})
    for field in ("action", "subject"):
        if value := asked.get(field, "").strip():
            entries = entries.filter(**{f"{field}__startswith": value})
    if value := asked.get("from"):
        entries = entries.filter(at__gte=_midnight(_day(value)))
    if value := asked.get("to"):
        entries = entries.filter(at__lt=_midnight(_day(value) + timedelta(days=1)))
    if value := asked.get("before"):
        entries = entries.filter(sequence__lt=_number(value))
    return entries


def _day(value: str) -> date:
    try:
        day = date.fromisoformat(value)
        if not 1900 <= day.year <= 2999:
            raise ValueError(value)
    except ValueError:
        raise UsageError(found=value[:40], expected="2026-03-02") from None
    return day


def _midnight(day: date) -> datetime:
    """Return the beginning of a day where the site is."""
    return make_aware(datetime.combine(day, time.min))


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise UsageError(found=value[:40], expected="1, 2, 3 …")
    return int(value)


@require_GET
@acting
def show_entry(request: HttpRequest, actor: Seat, sequence: int) -> HttpResponse:
    """Show one entry with its payload and hashes."""
    entry = get_object_or_404(LogEntry.objects.visible_to(actor), sequence=sequence)
    party = Party.objects.visible_to(actor).filter(code=entry.party).first()
    payload = json.dumps(json.loads(entry.payload), ensure_ascii=False, indent=2)
    return render(request, "audit/entry.html", {"entry": entry, "by": party, "payload": payload})


@require_POST
@acting
def verify_log(request: HttpRequest, actor: Seat) -> HttpResponse:
    """Verify the whole chain as it stands in the database, against all checkpoints kept here."""
    verdict = chain.verify_log(actor.workspace)
    context = {"verdict": verdict, "said": verify.told(verdict, language())}
    return render(
        request, "audit/verdict_part.html" if getattr(request, "htmx", False) else "audit/verdict.html", context
    )


@require_GET
@acting
def download_chain(request: HttpRequest, actor: Seat) -> HttpResponseBase:
    """Hand out the chain as the party may read it: all entries, without the payloads that are the others' alone."""
    lines = chain.export(actor.workspace, actor.party.code)
    answer = StreamingHttpResponse(lines, content_type="application/x-ndjson; charset=utf-8")
    return _named(answer, f"chain-{actor.workspace.code}-{actor.party.code}.jsonl")


@require_GET
@acting
def download_checkpoint(request: HttpRequest, actor: Seat, sequence: int) -> HttpResponseBase:
    """Hand out a signed checkpoint, for the party to keep elsewhere."""
    kept = get_object_or_404(Checkpoint.objects.visible_to(actor).select_related("workspace"), sequence=sequence)
    answer = HttpResponse(checkpoints.file_text(kept), content_type="application/json; charset=utf-8")
    return _named(answer, checkpoints.file_name(kept))


@require_GET
@acting
def download_script(request: HttpRequest, actor: Seat) -> HttpResponseBase:
    """Hand out the script that verifies a chain with Python alone."""
    answer = HttpResponse(Path(verify.__file__).read_bytes(), content_type="text/x-python; charset=utf-8")
    return _named(answer, "verify.py")


@require_POST
@acting
def sign_checkpoint(request: HttpRequest, actor: Seat) -> HttpResponse:
    """Sign the head of the chain."""
    kept = checkpoints.sign(actor, now=now())
    messages.success(request, f"已签检查点：第{kept.sequence}条。 / Checkpoint signed at entry {kept.sequence}.")
    return redirect("audit")


def _named(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


urlpatterns = [
    path("log/", show_log, name="audit"),
    path("log/<int:sequence>/", show_entry, name="audit_entry"),
    path("log/verify/", verify_log, name="audit_verify"),
    path("log/verify.py", download_script, name="audit_script"),
    path("log/chain.jsonl", download_chain, name="audit_chain"),
    path("log/checkpoints/", sign_checkpoint, name="sign_checkpoint"),
    path("log/checkpoints/<int:sequence>.json", download_checkpoint, name="audit_checkpoint"),
]
