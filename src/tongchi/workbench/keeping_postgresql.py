"""How is a PostgreSQL database saved and brought back? With its own pg_dump and pg_restore, in the snapshot that was hashed."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from tongchi.errors import OutputError, UsageError

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"


def dump(target: Path) -> str:
    """Write the database as it stands at one moment and return the hash of its content."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        _run("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={target}", _name())
        return content()


def load(source: Path) -> None:
    """Write a dump into the empty database, whole or not at all."""
    connection.close()
    _run("pg_restore", "--single-transaction", "--no-owner", "--exit-on-error", f"--dbname={_name()}", str(source))


def content() -> str:
    """Return one hash over all rows of all tables: two databases that hold the same have the same."""
    total = hashlib.sha256()
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            total.update(f"{table}\n".encode())
            cursor.execute(f'SELECT t::text FROM "{table}" AS t ORDER BY t::text COLLATE "C"')
            for (row,) in cursor:
                total.update(row.encode() + b"\n")
    return total.hexdigest()


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _run(program: str, *arguments: str) -> None:
    """Run a client program of PostgreSQL on the site's database; the password goes by the environment, not the process list."""
    place: dict[str, Any] = connection.settings_dict
    given = {"PGHOST": place["HOST"], "PGPORT": place["PORT"], "PGUSER": place["USER"], "PGPASSWORD": place["PASSWORD"]}
    environment = {**os.environ, **{name: str(value) for name, value in given.items() if value}}
    if sslmode := place["OPTIONS"].get("sslmode"):
        environment["PGSSLMODE"] = str(sslmode)
    try:
        subprocess.run([program, *arguments], env=environment, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise UsageError(
            found=f"{program}?", expected="PostgreSQL 客户端程序 / the client programs of PostgreSQL"
        ) from error
    except subprocess.CalledProcessError as error:
        raise OutputError(found=f"{program}: {error.stderr.strip()}") from error
