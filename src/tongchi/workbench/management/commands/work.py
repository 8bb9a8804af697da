"""`python -m tongchi.workbench work`: do the jobs of the site, until stopped. Several may run at once.

The work is done in a process of its own, so that a file that brings down its reader costs that process alone; a new one takes over.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from tongchi.workbench.jobs.leases import LEASE
from tongchi.workbench.jobs.worker import work_all, work_until

GIVE_WAY = 10  # people wait for pages, and nobody for a job


class Command(BaseCommand):
    """Read documents and compare them in the background."""

    help = "Do the background jobs of the site: read uploaded documents, compare them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what waits, then end")
        parser.add_argument("--alone", action="store_true", help="work in this process; nothing starts it again")
        parser.add_argument("--lease", type=float, default=LEASE.total_seconds(), help="seconds that a job is held")

    def handle(self, *args: Any, **options: Any) -> None:
        lease = timedelta(seconds=options["lease"])
        if options["once"]:
            self.stdout.write(str(work_all(now, lease=lease)))
            return
        if hasattr(os, "nice"):
            os.nice(GIVE_WAY)
        stop = threading.Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda number, frame: stop.set())
        if options["alone"]:
            work_until(stop, now, lease=lease)
        else:
            _supervise(stop, options["lease"])


def _supervise(stop: threading.Event, lease: float) -> None:
    """Start the process that works, and another where it dies, until asked to stop."""
    call = [sys.executable, "-m", "tongchi.workbench", "work", "--alone", "--lease", str(lease)]
    while not stop.is_set():
        worker = subprocess.Popen(call)
        while worker.poll() is None and not stop.wait(0.2):
            pass
        if worker.poll() is None:
            worker.terminate()
            worker.wait()
        stop.wait(0.5)
