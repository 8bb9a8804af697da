"""Two editors at the same moment, in two processes on one SQLite file: on clauses of their own, and on one that both want."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TIMES = 8
SET_UP = """
import sys
from datetime import UTC, datetime
import django
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from tongchi.workbench.commands import drafting
from tongchi.workbench.commands.procedures import install_procedure
from tongchi.workbench.commands.projects import start_project
from tongchi.workbench.errors import ConflictError
from tongchi.workbench.log.chain import verify_log
from tongchi.workbench.models import *
now = datetime(2026, 3, 2, tzinfo=UTC)
"""
PREPARE = """
call_command("migrate", verbosity=0)
space = Workspace.objects.create(code="w", zh="w", en="w", created=now)
seats = {}
for order, code in enumerate(("sichuan", "chongqing")):
    party = Party.objects.create(workspace=space, code=code, zh=code, en=code, order=order)
    for role in ("drafter", "admin"):
        user = User.objects.create(username=f"{code}-{role}")
        seats[code, role] = Seat.objects.create(user=user, workspace=space, party=party, role=role)
matter = Matter.objects.create(workspace=space, code="m", zh="m", en="m")
procedure = install_procedure(seats["sichuan", "admin"], "chuanyu", now=now)
project = start_project(seats["sichuan", "drafter"], matter, procedure, "z", "", now=now)
Project.objects.update(stage=procedure.stages.get(kind="drafting"))
for number in ("sichuan", "chongqing", "both"):
    drafting.add_clause(seats["sichuan", "drafter"], project, number=number, text="0", now=now)
"""
EDIT = """
code, times = sys.argv[1], int(sys.argv[2])
seat = Seat.objects.select_related("party", "user", "workspace").get(user__username=f"{code}-drafter")
for at in range(times):
    for number in (code, "both"):
        clause = DraftClause.objects.get(number=number)
        text = f"{code}-{at}"
        try:
            drafting.edit_clause(seat, clause, version=clause.version, number=number, heading="", text=text, now=now)
            print(number, text)
        except ConflictError as error:
            assert error.facts["yours"] == text and error.facts["theirs"] != text
            print("conflict", text)
"""
CHECK = """
for clause in DraftClause.objects.all():
    print(clause.number, *ClauseVersion.objects.filter(clause=clause, version__gt=1).values_list("text", flat=True))
print("broken", verify_log(Workspace.objects.get()).broken)
"""


@pytest.fixture
def start(tmp_path: Path, own_database: str):
    """Run a script in a process of its own, on the same data."""
    environment = {**os.environ, "TONGCHI_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tongchi.workbench.settings"}
    environment["TONGCHI_DATABASE"] = own_database

    def begin(script: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", SET_UP + script, *arguments]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)

    return begin


def told(process: subprocess.Popen[str]) -> list[list[str]]:
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return [line.split() for line in output.splitlines()]


def test_no_acknowledged_text_is_lost_and_every_other_is_a_conflict(start):
    told(start(PREPARE))
    editors = [start(EDIT, code, str(TIMES)) for code in ("sichuan", "chongqing")]
    lines = [line for editor in editors for line in told(editor)]
    kept = {number: texts for number, *texts in told(start(CHECK))}
    assert kept["broken"] == ["None"]
    assert len(lines) == 4 * TIMES
    for code in ("sichuan", "chongqing"):
        assert kept[code] == [f"{code}-{at}" for at in range(TIMES)]
    acknowledged = [text for number, text in lines if number == "both"]
    assert sorted(kept["both"]) == sorted(acknowledged)
    assert len(acknowledged) + sum(number == "conflict" for number, _ in lines) == 2 * TIMES
