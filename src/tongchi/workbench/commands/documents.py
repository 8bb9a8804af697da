"""Bring a text in, read it into clauses, share it. Until it is shared, its party alone knows that it is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.db import transaction

import tongchi
from tongchi.errors import NoTextError, TongchiError, UnsafeFileError
from tongchi.workbench.access import require, require_own
from tongchi.workbench.commands.recording import record
from tongchi.workbench.errors import WorkbenchError, check_version
from tongchi.workbench.jobs.leases import Effect, ask
from tongchi.workbench.models import Clause, Document, Matter, Seat
from tongchi.workbench.reading import clauses_of, read_stored
from tongchi.workbench.storage import keep

MOST_BYTES = 32_000_000


def upload_document(actor: Seat, matter: Matter, *, name: str, data: bytes, now: datetime) -> Document:
    """Store a file, private to the actor's party, and ask for it to be read. The same file again is the same document.

    Raises NoTextError for an empty file and UnsafeFileError for one that is too large; all else is found by the reader.
    """
    require(actor, "document.upload")
    name = _name(name)
    check_size(name, len(data))
    sha256 = keep(data)
    with transaction.atomic():
        row, made = Document.objects.get_or_create(
            party=actor.party,
            matter=matter,
            sha256=sha256,
            defaults={
                "workspace": actor.workspace,
                "title": PurePath(name).stem[:300] or name,
                "name": name,
                "size": len(data),
                "uploaded_at": now,
                "uploaded_by": actor,
            },
        )
        if made:
            _log(actor, "document.upload", row, {"name": name, "sha256": sha256, "size": len(data)}, now)
            _ask_reading(row, now)
    return row


def check_size(name: str, size: int) -> None:
    """Raise NoTextError for an empty file and UnsafeFileError for one that is too large."""
    if not size:
        raise NoTextError(file=name, found="0 字节 / 0 bytes", expected="正文 / text", advice="")
    if size > MOST_BYTES:
        found, limit = f"{size / 1e6:.1f} MB", f"{MOST_BYTES // 1_000_000} MB"
        raise UnsafeFileError(file=name, found=found, expected=limit, advice="")


@transaction.atomic
def read_again(actor: Seat, document: Document, *, now: datetime) -> Document:
    """Ask once more for a document to be read that could not be read, such as after an upgrade."""
    row = Document.objects.select_for_update().get(pk=document.pk)
    require_own(actor, row.party, "document.upload")
    if row.state == Document.State.REFUSED:
        row.state, row.refusal_zh, row.refusal_en = Document.State.WAITING, "", ""
        row.version += 1
        row.save()
        _log(actor, "document.read_again", row, {"sha256": row.sha256}, now)
    _ask_reading(row, now)
    return row


@transaction.atomic
def share_document(actor: Seat, document: Document, *, version: int, now: datetime) -> Document:
    """Show a document to the workspace, for good: what others have built on it must not vanish. Twice is once."""
    row = Document.objects.select_for_update().get(pk=document.pk)
    require_own(actor, row.party, "document.share")
    if row.shared_at:
        return row
    check_version(row, version, subject=row.title)
    if row.state != Document.State.READ:
        raise WorkbenchError(
            found=str(Document.State(row.state).label),
            expected=str(Document.State.READ.label),
            advice="读出条款后才能共享。It can be shared once it has been read.",
        )
    row.shared_at, row.version = now, row.version + 1
    row.save(update_fields=["shared_at", "version"])
    facts = {"title": row.title, "sha256": row.sha256}
    record(actor, "document.share", f"document {row.pk}", facts, now=now)
    return row


def reading(arguments: Mapping[str, Any]) -> Effect:
    """Read a document: a task of the worker. What the reader refuses becomes the document's state, with the reason."""
    row = Document.objects.select_related("uploaded_by__user", "uploaded_by__party", "uploaded_by__workspace").get(
        pk=arguments["document"]
    )
    try:
        text = read_stored(row, tried=False)
    except TongchiError as error:
        refusal = error
        return lambda now: _write_refusal(row.pk, row.uploaded_by, refusal, now)
    return lambda now: _write_clauses(row.pk, row.uploaded_by, text, now)


def _write_clauses(pk: int, actor: Seat, text: tongchi.Document, now: datetime) -> dict[str, Any]:
    row = Document.objects.select_for_update().get(pk=pk)
    if row.state == Document.State.READ:
        return {"clauses": row.clauses.count()}
    clauses = clauses_of(row, text)
    if not clauses:
        refusal = NoTextError(
            file=row.name,
            found="没有条款 / no provisions",
            expected="第一条…… / numbered provisions",
            advice="请检查文件是否为法规或标准。Check that it is a regulation or a standard.",
        )
        return _write_refusal(pk, actor, refusal, now)
    Clause.objects.bulk_create(clauses)
    row.state, row.version = Document.State.READ, row.version + 1
    row.title = (text.metadata.title or row.title)[:300]
    row.vintage = (text.metadata.vintage or "")[:10]
    row.save(update_fields=["state", "version", "title", "vintage"])
    _log(actor, "document.read", row, {"clauses": len(clauses), "sha256": row.sha256}, now)
    return {"clauses": len(clauses)}


def _write_refusal(pk: int, actor: Seat, error: TongchiError, now: datetime) -> dict[str, Any]:
    row = Document.objects.select_for_update().get(pk=pk)
    row.state, row.version = Document.State.REFUSED, row.version + 1
    row.refusal_zh, row.refusal_en = error.message("zh"), error.message("en")
    row.save(update_fields=["state", "version", "refusal_zh", "refusal_en"])
    _log(actor, "document.refuse", row, {"code": error.code, "sha256": row.sha256}, now)
    return {"refused": error.code}


def _ask_reading(row: Document, now: datetime) -> None:
    key = f"document.read:{row.pk}:{row.version}"
    ask(row.workspace, row.party, "document.read", {"document": row.pk}, key=key, now=now)


def _log(actor: Seat, action: str, row: Document, facts: dict[str, object], now: datetime) -> None:
    """Write an act that the party alone may read about, for as long as the document is its own."""
    record(actor, action, f"document {row.pk}", facts, now=now, audience=actor.party.code)


def _name(name: str) -> str:
    """Return the last part of a file name, without what a page or a file system could take amiss."""
    last = re.split(r"[/\\]", name)[-1]
    clean = re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", last).strip()
    return clean[-200:] or "document"
