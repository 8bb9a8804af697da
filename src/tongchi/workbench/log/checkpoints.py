"""How does a party prove, without the site, that the log's end was not cut and its past not rewritten? It keeps signed heads.

The site signs with an Ed25519 key of its own, in the data folder; its public half goes with each checkpoint, and parties compare it
once, outside the site. Whoever has the server has the key: what binds the site is the copy that a party keeps.
"""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction

from tongchi.workbench import access
from tongchi.workbench.log import chain, verify
from tongchi.workbench.log.canonical import canonical, stamp
from tongchi.workbench.models import Checkpoint

if TYPE_CHECKING:
    from tongchi.workbench.models import Seat

KEY_FILE = "checkpoint.key"


@transaction.atomic
def sign(actor: Seat, *, now: datetime) -> Checkpoint:
    """Write down that a checkpoint is taken, sign the head that results, and keep it."""
    access.require(actor, "checkpoint.sign")
    entry = chain.append(actor, "checkpoint.sign", f"workspace {actor.workspace.code}", {}, now=now)
    kept = Checkpoint(workspace=actor.workspace, sequence=entry.sequence, head=entry.hash, at=now)
    key = signing_key(Path(settings.DATA))
    signed = canonical(_signed(kept)).encode("utf-8")
    kept.signature = f"{public_key(key)}:{key.sign(signed).hex()}"
    kept.save(force_insert=True)
    return kept


def as_file(kept: Checkpoint) -> dict[str, Any]:
    """Return what a party downloads and `verify` reads."""
    public, _, signature = kept.signature.partition(":")
    return {**_signed(kept), "public_key": public, "signature": signature}


def signing_key(folder: Path) -> Ed25519PrivateKey:
    """Return the key of the site, made at the first call; two processes that start together agree on one."""
    path = folder / KEY_FILE
    if not path.exists():
        draft = folder / f".{KEY_FILE}.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text("ascii").strip()))


def public_key(key: Ed25519PrivateKey) -> str:
    """Return the public half in hexadecimal."""
    return key.public_key().public_bytes_raw().hex()


def _signed(kept: Checkpoint) -> dict[str, Any]:
    return {
        "at": stamp(kept.at),
        "digest": kept.workspace.digest,
        "head": kept.head,
        "kind": verify.CHECKPOINT,
        "sequence": kept.sequence,
        "workspace": kept.workspace.code,
    }


def file_name(kept: Checkpoint) -> str:
    """Return the name under which a checkpoint is handed out."""
    return f"checkpoint-{kept.workspace.code}-{kept.sequence:08d}.json"


def file_text(kept: Checkpoint) -> str:
    """Return the content of that file."""
    return canonical(as_file(kept)) + "\n"
