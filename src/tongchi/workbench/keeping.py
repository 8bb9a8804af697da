"""How is everything saved while people work, and how does it come back? One file holds the database, the uploads and the keys.

The database is copied first, as it stood at one moment, without stopping writers; the uploads after it: they lie under their hash
and never change, so that each one that the copy names is there. The file holds the site's keys: keep it as you keep those.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tongchi.errors import DamagedFileError, MissingFileError, OutputError, UsageError
from tongchi.workbench import keeping_postgresql
from tongchi.workbench.log.canonical import canonical, stamp

KIND, FORMAT = "tongchi.backup", 1
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
KEYS = ("secret.key", "checkpoint.key")
UNTOUCHED = "未写入任何数据。/ Nothing was written."
WRITTEN = "数据库已写入，请清空后重试。/ The database was written: empty it and try again."
NAMES = re.compile(
    r"(?:database\.(?:sqlite3|dump)|secret\.key|checkpoint\.key|files(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)+)"
)


def back_up(target: Path, *, now: datetime) -> dict[str, Any]:
    """Write everything into one file, readable by its owner alone, and return the manifest. An older file of that name is replaced
    when the new one is whole."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        with tempfile.TemporaryDirectory(prefix=".tongchi-", dir=target.parent) as room:
            database = Path(room) / DATABASES[connection.vendor]
            content = _copy_database(database)
            with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
                manifest = _write(file, database, {"content": content, "made": stamp(now), "vendor": connection.vendor})
                file.flush()
                os.fsync(file.fileno())
        os.replace(draft, target)
    except OSError as error:
        raise OutputError(found=str(target)) from error
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def restore(source: Path) -> dict[str, Any]:
    """Put what `back_up` wrote into the site's empty data folder and database; return the manifest.

    Everything is checked before anything is put in place. Raises UsageError where there are data already: nothing is replaced.
    """
    if not source.is_file():
        raise MissingFileError(found=str(source))
    _need_empty()
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.DATA) as room:
        manifest = _unpack(source, Path(room))
        database = Path(room) / DATABASES[connection.vendor]
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(database)) as copy:
                whole = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                if not whole or sqlite_content(copy) != manifest["content"]:
                    raise _damaged(source, DATABASES["sqlite"])
        else:
            keeping_postgresql.load(database)
            if keeping_postgresql.content() != manifest["content"]:
                raise _damaged(source, DATABASES["postgresql"], WRITTEN)
        _put_in_place(Path(room), database)
    return manifest


def _copy_database(target: Path) -> str:
    """Copy the database as it stands at one moment; return the hash of its content."""
    if connection.vendor == "postgresql":
        return keeping_postgresql.dump(target)
    name = str(settings.DATABASES["default"]["NAME"])
    address = f"{Path(name).as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=20)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        return sqlite_content(copy)


def sqlite_content(copy: sqlite3.Connection) -> str:
    """Return one hash over all rows of all tables: two databases that hold the same have the same."""
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    total = hashlib.sha256()
    for (table,) in copy.execute(tables).fetchall():
        total.update(f"{table}\n".encode())
        for row in copy.execute(f'SELECT * FROM "{table}" ORDER BY rowid'):
            total.update(json.dumps(row, ensure_ascii=True, default=repr).encode() + b"\n")
    return total.hexdigest()


def _write(file: Any, database: Path, facts: dict[str, Any]) -> dict[str, Any]:
    members = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, path in _members(database):
            if not NAMES.fullmatch(name):
                raise OutputError(found=name)
            packed.write(path, name)
            members[name] = _hash_of(path)
        manifest = {"format": FORMAT, "kind": KIND, "members": members, **facts}
        packed.writestr(MANIFEST, canonical(manifest))
    return manifest


def _members(database: Path) -> Iterator[tuple[str, Path]]:
    yield database.name, database
    for name in KEYS:
        if (settings.DATA / name).is_file():
            yield name, settings.DATA / name
    for path in sorted(settings.FILES.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(settings.FILES).parts):
            yield f"files/{path.relative_to(settings.FILES).as_posix()}", path


def _unpack(source: Path, room: Path) -> dict[str, Any]:
    """Unpack the members that the manifest names, and hold each against its hash."""
    try:
        with zipfile.ZipFile(source) as packed:
            manifest: dict[str, Any] = json.loads(packed.read(MANIFEST))
            if (manifest["kind"], manifest["format"]) != (KIND, FORMAT):
                raise _damaged(source, MANIFEST)
            if manifest["vendor"] != connection.vendor:
                raise UsageError(found=str(manifest["vendor"]), expected=f"TONGCHI_DATABASE: {connection.vendor}")
            if DATABASES[connection.vendor] not in manifest["members"]:
                raise _damaged(source, DATABASES[connection.vendor])
            for name, expected in manifest["members"].items():
                if not NAMES.fullmatch(name):
                    raise _damaged(source, name)
                path = room / name
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with packed.open(name) as packed_file, _private(path) as file:
                    shutil.copyfileobj(packed_file, file)
                if _hash_of(path) != expected:
                    raise _damaged(source, name)
    except (zipfile.BadZipFile, KeyError, TypeError, AttributeError, EOFError, NotImplementedError) as error:
        raise _damaged(source, str(error)) from error
    except ValueError as error:
        if isinstance(error, UsageError | DamagedFileError):
            raise
        raise _damaged(source, MANIFEST) from error
    return manifest


def _private(path: Path) -> Any:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _need_empty() -> None:
    if connection.vendor == "sqlite":
        held = Path(settings.DATABASES["default"]["NAME"]).exists()
    else:
        held = bool(connection.introspection.table_names())
    if held or (settings.FILES.is_dir() and any(settings.FILES.iterdir())):
        raise UsageError(
            found="此处已有数据 / there are data here already",
            expected="空的 TONGCHI_DATA、TONGCHI_DATABASE / an empty TONGCHI_DATA and TONGCHI_DATABASE",
        )


def _put_in_place(room: Path, database: Path) -> None:
    """Move keys and uploads first and the database last: a restore that is broken off has left no database."""
    for name in KEYS:
        if (room / name).is_file():
            os.replace(room / name, settings.DATA / name)
    if (room / "files").is_dir():
        if settings.FILES.is_dir():
            settings.FILES.rmdir()
        os.replace(room / "files", settings.FILES)
    if connection.vendor == "sqlite":
        shutil.move(database, settings.DATABASES["default"]["NAME"])


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(source: Path, found: str, advice: str = UNTOUCHED) -> DamagedFileError:
    return DamagedFileError(file=source.name, found=found, expected="tongchi.backup", advice=advice)
