"""Where does the site keep its data, and which database does one setting name?

Everything stands in one private folder: the SQLite file, the uploaded files under their hash, the secret key. Back up this folder
(and PostgreSQL, where it is used) and nothing is missing.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tongchi.errors import UsageError

DEFAULT_FOLDER = Path("~/.local/share/tongchi")


def data_folder(named: str) -> Path:
    """Return the folder, made with access for the owner alone. An empty name means the default under the home folder."""
    folder = Path(named or DEFAULT_FOLDER).expanduser().resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """Return the secret key, made at the first call; two processes that start together agree on one."""
    path = folder / "secret.key"
    if not path.exists():
        draft = folder / f".secret.{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text("utf-8").strip()


def database(address: str, folder: Path) -> dict[str, Any]:
    """Return Django's settings of the database: `postgres://user:password@host:port/name?sslmode=…`, or SQLite where empty.

    SQLite takes the write lock when a transaction begins and waits up to 20 s for it; with Django's defaults a third of
    simultaneous writers failed with "database is locked". `synchronous` FULL: what was acknowledged is on the disk, so that
    it survives a loss of power and not only of the process.
    """
    parts = urlsplit(address)
    if not address or parts.scheme == "sqlite":
        return _sqlite(Path("/" + unquote(parts.path).lstrip("/")) if parts.path else folder / "tongchi.sqlite3")
    if parts.scheme not in {"postgres", "postgresql"}:
        raise UsageError(found=f"TONGCHI_DATABASE={parts.scheme}:", expected="postgres://… / sqlite:///…")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
        },
    }
