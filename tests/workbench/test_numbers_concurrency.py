"""Do several people who issue at once get several numbers? Processes on SQLite as the site sets it up, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROCESSES, EACH = 3, 4
SET_UP = """
import datetime, django, sys
django.setup()
from tongchi.workbench.commands import approval, issue, joint_text
from tongchi.workbench.models import IssuedStandard, NumberSegment, Project, Seat
now = datetime.datetime(2026, 3, 2, 9, 30, tzinfo=datetime.UTC)
"""
MAKE = (
    SET_UP
    + """
from django.core.management import call_command
from conftest import make_circle
from workbench_projects import PARTIES, make_project
from tongchi.workbench.commands.procedures import install_procedure
call_command("migrate", verbosity=0)
circle = make_circle("chengyu")
procedure = install_procedure(circle.seat("sichuan", "admin"), "chuanyu", now=now)
for _ in range(int(sys.argv[1])):
    project = make_project(circle, procedure, now, "issue")
    seen = joint_text.text_hash(project)
    for code in PARTIES:
        approval.approve_text(circle.seat(code, "approver"), project, vote="for", reason="", seen=seen, now=now)
"""
)
ISSUE = (
    SET_UP
    + """
from workbench_projects import DATES
from tongchi.errors import WorkbenchError
actor = Seat.objects.select_related("workspace", "party", "user").get(party__code="chongqing", role="approver")
for project in Project.objects.order_by("pk"):
    try:
        issue.issue_standard(actor, project, seen=joint_text.text_hash(project), now=now, **DATES)
    except WorkbenchError:
        pass
"""
)
CHECK = (
    SET_UP
    + """
numbers = list(IssuedStandard.objects.order_by("number").values_list("number", flat=True))
print(len(numbers), len(set(numbers)), set(NumberSegment.objects.values_list("next", flat=True)))
"""
)


def test_no_number_is_given_twice_and_no_project_issued_twice(tmp_path: Path, own_database: str) -> None:
    environment = {
        **os.environ,
        "TONGCHI_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tongchi.workbench.settings",
        "PYTHONPATH": str(Path(__file__).parent),
    }
    environment["TONGCHI_DATABASE"] = own_database

    def start(script: str, *arguments: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", script, *map(str, arguments)]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finish(process: subprocess.Popen[str]) -> str:
        out, problems = process.communicate(timeout=120)
        assert process.returncode == 0, problems
        return out

    count = PROCESSES * EACH
    finish(start(MAKE, count))
    for process in [start(ISSUE) for _ in range(PROCESSES)]:
        finish(process)
    assert finish(start(CHECK)).strip() == f"{count} {count} {{{10001 + count}}}"
