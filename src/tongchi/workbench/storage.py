"""Where do uploaded files lie? Outside the web root, under the hash of their bytes: written once, never changed, never run."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path

from django.conf import settings

from tongchi.errors import DamagedFileError, MissingFileError

_HASH = re.compile(r"[0-9a-f]{64}")


def keep(data: bytes) -> str:
    """Store the bytes, whole or not at all, and return their SHA-256. What is there already is left as it is."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = _path(sha256)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.parent / f".draft.{secrets.token_hex(8)}"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    return sha256


def stored(sha256: str, name: str = "") -> Path:
    """Return the path of a stored file. Raises MissingFileError, telling `name` alone, where it is not there."""
    path = _path(sha256)
    if not path.is_file():
        raise MissingFileError(file=name, found="不在存储中 / not in the store")
    return path


def load(sha256: str, name: str = "") -> bytes:
    """Return the bytes of a stored file. Raises DamagedFileError where they are no longer those that were stored."""
    data = stored(sha256, name).read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise DamagedFileError(file=name, found="散列不符 / another hash", expected=sha256, advice="")
    return data


def _path(sha256: str) -> Path:
    if not _HASH.fullmatch(sha256):
        raise MissingFileError(file="", found="不是散列 / no hash")
    return Path(settings.FILES) / sha256[:2] / sha256
