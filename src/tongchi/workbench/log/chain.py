"""How is an act written down, and how does the log leave the site?

`append` is called by commands inside their own transaction: the act and its entry are both there or neither is. `export` gives the
log as the lines that `verify` reads.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Generator, Mapping
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from tongchi.workbench.errors import WorkbenchError
from tongchi.workbench.log import verify
from tongchi.workbench.log.canonical import canonical, stamp
from tongchi.workbench.models import Checkpoint, LogEntry

if TYPE_CHECKING:
    from tongchi.workbench.models import Seat, Workspace

DIGESTS = ("sha256", "sm3")
_LOCK = 0x746F6E67


def append(
    actor: Seat, action: str, subject: str, payload: Mapping[str, object], *, now: datetime, audience: str = ""
) -> LogEntry:
    """Write one act at the end of the workspace's log, within the caller's transaction.

    `action` is a word such as "clause.write", `subject` names a thing by kind and id, such as "clause 12": both are in the chain
    that every party may download, so that neither holds what is private. `payload` is canonical JSON: no floats. `audience` is ""
    for everybody, or the actor's own party for what it alone may read; a salt then keeps others from guessing the payload by
    its hash.
    """
    if audience not in ("", actor.party.code):
        raise ValueError(f"an entry is for everybody or for {actor.party.code}, not for {audience}")
    workspace = actor.workspace
    hold(workspace)
    sequence, previous = head(workspace)
    content = canonical({**payload, "salt": secrets.token_hex(16)} if audience else payload)
    entry = LogEntry(
        workspace=workspace,
        sequence=sequence + 1,
        at=now,
        party=actor.party.code,
        person=actor.user.get_username(),
        action=action,
        subject=subject,
        audience=audience,
        payload=content,
        payload_hash=verify.digest(workspace.digest, content),
        previous=previous,
    )
    entry.hash = verify.entry_hash(workspace.digest, covered(entry))
    entry.save(force_insert=True)
    return entry


def hold(workspace: Workspace) -> None:
    """Keep others from appending until the caller's transaction ends. `append` does so; a command that writes rows between two
    entries calls it first, so that two of them never wait for each other.

    SQLite holds its write lock since the transaction began (`transaction_mode` IMMEDIATE); PostgreSQL takes a lock per workspace.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the log is written within the transaction of the act")
    check_digest(workspace.digest)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, workspace.pk % 2**31])


def check_digest(name: str) -> None:
    """Raise WorkbenchError for a digest that the log does not use or that this machine does not have."""
    if name not in DIGESTS or name not in hashlib.algorithms_available:
        raise WorkbenchError(
            found=name,
            expected=" / ".join(DIGESTS),
            advice="SM3 需要 OpenSSL 1.1.1 以上。/ SM3 needs OpenSSL 1.1.1 or newer.",
        )


def head(workspace: Workspace) -> tuple[int, str]:
    """Return sequence and hash of the last entry; 0 and the beginning of the chain where there is none."""
    last = LogEntry.objects.filter(workspace=workspace).order_by("-sequence").values_list("sequence", "hash").first()
    return last or (0, verify.genesis(workspace.digest, workspace.code))


def covered(entry: LogEntry) -> dict[str, Any]:
    """Return the fields that the hash of an entry covers."""
    return {
        "action": entry.action,
        "at": stamp(entry.at),
        "audience": entry.audience,
        "party": entry.party,
        "payload_hash": entry.payload_hash,
        "person": entry.person,
        "previous": entry.previous,
        "sequence": entry.sequence,
        "subject": entry.subject,
        "workspace": entry.workspace.code,
    }


def export(workspace: Workspace, reader: str | None) -> Generator[str, None, None]:
    """Yield the lines of the log, each with its line end, as far as it reaches now.

    `reader` is the code of the party that will read it: other parties' private payloads are left out, their hashes stay. None is
    for the operator and for checks on the site: nothing is left out.
    """
    sequence, last = head(workspace)
    first = {
        "digest": workspace.digest,
        "entries": sequence,
        "format": verify.FORMAT,
        "head": last,
        "kind": verify.KIND,
        "workspace": workspace.code,
    }
    yield verify.canonical(first) + "\n"
    rows = LogEntry.objects.filter(workspace=workspace, sequence__lte=sequence).order_by("sequence")
    stored = (*(field for field in verify.COVERED if field != "workspace"), "hash", "payload")
    for entry in rows.values(*stored).iterator(chunk_size=2000):
        entry["at"] = stamp(entry["at"])
        entry["workspace"] = workspace.code
        if reader is not None and entry["audience"] not in ("", reader):
            entry["payload"] = None
        yield verify.canonical(entry) + "\n"


def verify_log(workspace: Workspace) -> verify.Verdict:
    """Check the log as it stands in the database, with all payloads, against every checkpoint kept here."""
    from tongchi.workbench.log.checkpoints import as_file

    kept = Checkpoint.objects.filter(workspace=workspace).select_related("workspace")
    with closing(export(workspace, None)) as lines:
        return verify.verify(lines, [as_file(one) for one in kept], complete=True)
