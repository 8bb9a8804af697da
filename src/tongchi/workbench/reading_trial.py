"""Is a file that somebody sends cheap to read, whatever is in it? A child process tries first, under limits that the system keeps.

The reader refuses what it knows to be unsafe; this is for what it does not know. A file that fits is then read again here, so that
nothing has to be believed that a child says which read a stranger's bytes.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

from tongchi.documents import read
from tongchi.errors import DamagedFileError, TongchiError, UnsafeFileError

MAX_MEMORY = 512 * 1024 * 1024
MAX_COMPUTING = 8.0  # seconds of the reader itself; a PDF's pages have a process and limits of their own
MAX_SECONDS = 900.0
FITS, TOO_LARGE = 0, 3
_SPLIT = "请核实来源，或拆分后再试。 / Check where the file comes from, or split it and retry."
_EXPORT = "请重新导出后再试。 / Export the file again and retry."
_log = logging.getLogger(__name__)


def try_reading(path: Path) -> None:
    """Return where reading the file stays within the limits, be it in a refusal.

    Raises UnsafeFileError where it does not, and DamagedFileError where the reader itself breaks on it, which is logged as our fault.
    """
    command = [sys.executable, "-P", "-X", "utf8", "-m", __name__, str(path)]
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # each would claim memory that it does not use
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=MAX_SECONDS, env={**os.environ, **threads}
        )
    except subprocess.TimeoutExpired:
        raise _unsafe(path, f"{MAX_SECONDS:.0f} s") from None
    if done.returncode == FITS:
        return
    if done.returncode == TOO_LARGE:
        raise _unsafe(path, "内存 / memory")
    if -done.returncode in (getattr(signal, "SIGPROF", None), getattr(signal, "SIGKILL", None)):
        raise _unsafe(path, "耗时过长 / too long")
    trouble = done.stderr.decode("utf-8", "replace").strip()
    _log.error("the reader ended by %d: %s", done.returncode, trouble)
    last = trouble.rpartition("\n")[2][:160]
    raise DamagedFileError(file=str(path), found=last or f"status {done.returncode}", expected="—", advice=_EXPORT)


def main(path: str) -> int:
    """Read one file under the limits and return the status of the process."""
    _limit()
    try:
        read(path)
    except TongchiError:
        return FITS
    except MemoryError:
        return TOO_LARGE
    return FITS


def _limit() -> None:
    """Bound memory and computing time of this process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_PROF, MAX_COMPUTING)


def _unsafe(path: Path, found: str) -> UnsafeFileError:
    limit = f"{MAX_MEMORY >> 20} MB, {MAX_COMPUTING:g} s"
    return UnsafeFileError(file=str(path), found=found, expected=limit, advice=_SPLIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
