"""Do writers in several processes and threads keep one chain? On a database of its own, as the site sets it up.

SQLite, or PostgreSQL where TONGCHI_DATABASE names one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROCESSES, THREADS, EACH = 3, 3, 20
SET_UP = """
import datetime, django, os, sys, threading
django.setup()
from django.db import connection, transaction
from tongchi.workbench.log import chain
from tongchi.workbench.models import LogEntry, Seat, Workspace
now = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
"""
MAKE = (
    SET_UP
    + """
from django.contrib.auth.models import User
from django.core.management import call_command
from tongchi.workbench.models import Party
call_command("migrate", verbosity=0)
workspace = Workspace.objects.create(code="w", zh="w", en="w", created=now)
party = Party.objects.create(workspace=workspace, code="sichuan", zh="x", en="x")
Seat.objects.create(user=User.objects.create(username="sichuan"), workspace=workspace, party=party, role="drafter")
"""
)
WRITE = (
    SET_UP
    + """
seat = Seat.objects.select_related("workspace", "party", "user").get()
def write(thread):
    for at in range(int(sys.argv[1])):
        with transaction.atomic():
            chain.append(seat, "act", f"thing {os.getpid()}-{thread}-{at}", {}, now=now)
    connection.close()
threads = [threading.Thread(target=write, args=[each]) for each in range(int(sys.argv[2]))]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
)
CHECK = (
    SET_UP
    + """
verdict = chain.verify_log(Workspace.objects.get())
subjects = set(LogEntry.objects.values_list("subject", flat=True))
print(verdict.entries, len(subjects), verdict.broken)
"""
)


@pytest.fixture
def run(tmp_path: Path, own_database: str):
    environment = {**os.environ, "TONGCHI_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tongchi.workbench.settings"}
    environment["TONGCHI_DATABASE"] = own_database

    def start(script, *arguments):
        call = [sys.executable, "-c", script, *map(str, arguments)]
        return subprocess.Popen(call, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def finish(process):
        told, _ = process.communicate(timeout=120)
        assert process.returncode == 0, told
        return told

    return start, finish


def test_many_writers_keep_one_chain(run):
    start, finish = run
    finish(start(MAKE))
    for process in [start(WRITE, EACH, THREADS) for _ in range(PROCESSES)]:
        assert finish(process) == ""
    written = PROCESSES * THREADS * EACH
    assert finish(start(CHECK)).split() == [str(written), str(written), "None"]
