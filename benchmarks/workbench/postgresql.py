"""Run a command on a PostgreSQL of its own: `python -m benchmarks.workbench.postgresql COMMAND…`

The server is that of the machine (on PATH, or Debian's under /usr/lib/postgresql), on a free port of the loopback address, in a folder that
is removed afterwards. Exit code 75 where there is none; otherwise that of the command.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ABSENT = 75
PLACES = "/usr/lib/postgresql"
UNPRIVILEGED = "nobody"
SETTINGS = ("-c", "max_connections=200", "-c", "listen_addresses=127.0.0.1")


def binaries() -> Path | None:
    """Return the folder of initdb and postgres, the newest version first; None where they are not installed."""
    found = sorted(Path(PLACES).glob("*/bin"), key=lambda path: -int(path.parent.name.partition(".")[0]))
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    return next((path for path in found if (path / "initdb").exists() and (path / "postgres").exists()), None)


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Start a server and yield the address of an empty database on it."""
    folder = binaries()
    assert folder, "no PostgreSQL"
    with tempfile.TemporaryDirectory(prefix="tongchi-postgresql-") as room, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        user = _unprivileged(Path(room))
        data = f"{room}/data"
        make = [folder / "initdb", "-D", data, "-A", "trust", "-U", "tongchi", "-E", "UTF8", "--no-sync"]
        subprocess.run(make, check=True, capture_output=True, user=user)
        run = [folder / "postgres", "-D", data, "-p", str(port), "-k", room, *SETTINGS]
        with subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user, cwd=room) as server:
            try:
                _wait(folder, port, server)
                yield f"postgres://tongchi@127.0.0.1:{port}/postgres"
            finally:
                server.terminate()


def _unprivileged(room: Path) -> str | None:
    """Give the folder to somebody who may run a server: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    os.chown(room, pwd.getpwnam(UNPRIVILEGED).pw_uid, -1)
    return UNPRIVILEGED


def _wait(folder: Path, port: int, server: subprocess.Popen[bytes]) -> None:
    ask = [folder / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    for _ in range(300):
        if subprocess.run(ask).returncode == 0:
            return
        assert server.poll() is None, "the server ended"
        time.sleep(0.1)
    raise TimeoutError("the server does not answer")


def main() -> int:
    """Run the command with TONGCHI_DATABASE set."""
    if binaries() is None:
        print("PostgreSQL is not installed here", file=sys.stderr)
        return ABSENT
    with running() as address:
        return subprocess.run(sys.argv[1:], env={**os.environ, "TONGCHI_DATABASE": address}).returncode


if __name__ == "__main__":
    sys.exit(main())
