"""A site to be loaded: its data, its people with open sessions, gunicorn and the worker, each in processes of their own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.workbench import postgresql

SET_UP = "import django; django.setup()\n"
PEOPLE = """
import json, secrets, sys
from importlib import import_module
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.utils.timezone import now
from tongchi.workbench.commands import drafting
from tongchi.workbench.commands.procedures import install_procedure
from tongchi.workbench.models import *
call_command("migrate", verbosity=0, interactive=False)
store = import_module(settings.SESSION_ENGINE).SessionStore
workspace = Workspace.objects.create(code="load", zh="负载", en="Load", created=now())
parties = [Party.objects.create(workspace=workspace, code=code, zh=code, en=code, order=at) for at, code in enumerate(("sichuan", "chongqing"))]
def sit(name, party, role):
    user = User.objects.create(username=name, password="!")
    seat = Seat.objects.create(user=user, workspace=workspace, party=party, role=role)
    session = store()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    return seat, {"session": session.session_key, "csrf": secrets.token_hex(16), "name": name, "party": party.code}
admin, _ = sit("admin", parties[0], "admin")
procedure = install_procedure(admin, "chuanyu", now=now())
matter = Matter.objects.create(workspace=workspace, code="offices", zh="办公用房", en="Offices")
def start(kind):
    stage = procedure.stages.get(kind=kind)
    project = Project.objects.create(workspace=workspace, matter=matter, procedure=procedure, zh=kind, en=kind, stage=stage,
        proposed_by=parties[0], started_at=now(), stage_since=now(), frozen=kind == "review")
    for party in parties:
        PartyProject.objects.create(project=project, party=party, number=f"{party.code}-1")
    return project
drafting_project, review = start("drafting"), start("review")
shared = None
people = []
for at in range(int(sys.argv[1])):
    seat, told = sit(f"drafter-{at}", parties[at % 2], "drafter")
    clause = drafting.add_clause(seat, drafting_project, number=f"4.{at + 1}", text="最初的文字。", now=now())
    shared = shared or drafting.add_clause(seat, drafting_project, number="5.1", text="共同的文字。", now=now())
    people.append({**told, "clause": clause.pk, "version": clause.version, "hash": clause.text_hash})
print(json.dumps({"people": people, "draft": drafting_project.pk, "review": review.pk, "shared": shared.pk, "matter": matter.pk}))
"""


@dataclass
class Site:
    """A site on a database of its own. `facts` tells its people and what they work on."""

    folder: Path
    database: str
    facts: dict[str, Any] = field(default_factory=dict)
    port: int = 0
    server: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings: as in production, but for plain HTTP."""
        named = {"TONGCHI_DATA": str(self.folder), "TONGCHI_DATABASE": self.database, "TONGCHI_LOCAL": "1"}
        return {**os.environ, **named, "DJANGO_SETTINGS_MODULE": "tongchi.workbench.settings"}

    def script(self, script: str, *arguments: str, told: str = "") -> str:
        """Run a script within the site and return what it prints."""
        call = [sys.executable, "-c", SET_UP + script, *arguments]
        done = subprocess.run(call, env=self.environment, input=told, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the site."""
        call = [sys.executable, "-m", "tongchi.workbench", *arguments]
        return subprocess.run(call, env=self.environment, capture_output=True, text=True)

    def populate(self, clients: int) -> None:
        """Write the workspace, one drafter per client with a clause of their own, a draft and a project in review."""
        self.facts = json.loads(self.script(PEOPLE, str(clients)))

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """Serve with gunicorn and work off jobs meanwhile. What the server says goes to `server.log` in the folder."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        settings = ["-c", "python:tongchi.workbench.web_server", "--bind", f"127.0.0.1:{self.port}"]
        call = [sys.executable, "-m", "gunicorn", *settings, "tongchi.workbench.wsgi"]
        work = [sys.executable, "-m", "tongchi.workbench", "work"]
        with open(self.folder / "server.log", "wb") as log:
            self.server = subprocess.Popen(call, env=self.environment, stdout=log, stderr=log)
            worker = subprocess.Popen(work, env=self.environment, stdout=log, stderr=log)
            try:
                self._wait()
                yield
            finally:
                for process in (self.server, worker):
                    process.send_signal(signal.SIGTERM)
                    process.wait(60)

    def web_workers(self) -> list[int]:
        """Return the process ids of gunicorn's workers."""
        assert self.server
        asked = subprocess.run(["pgrep", "-P", str(self.server.pid)], capture_output=True, text=True)
        return [int(word) for word in asked.stdout.split()]

    def faults(self) -> list[str]:
        """Return the last lines of the faults that the server has told."""
        lines = (self.folder / "server.log").read_text("utf-8", "replace").splitlines()
        return [line for line in lines if "Error" in line or "ERROR" in line][:20]

    def _wait(self) -> None:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.1)
        raise TimeoutError("the site does not answer")


def over_databases(prefix: str, measure: Callable[[str, Site], list[str]]) -> int:
    """Measure a fresh site on SQLite, then on PostgreSQL where it is installed, or on that one alone which TONGCHI_ON names.

    Prints what is wrong; 1 where anything is.
    """
    wrong = []
    with tempfile.TemporaryDirectory(prefix=f"tongchi-{prefix}-") as room, contextlib.ExitStack() as stack:
        found = [("SQLite", "")]
        if postgresql.binaries():
            found.append(("PostgreSQL", stack.enter_context(postgresql.running())))
        else:
            print("PostgreSQL is not installed here: SQLite alone")
        asked = os.environ.get("TONGCHI_ON", "SQLite PostgreSQL").split()
        for name, address in found:
            if name not in asked:
                continue
            folder = Path(room) / name
            folder.mkdir()
            wrong += [f"{name}: {each}" for each in measure(name, Site(folder, address))]
    for each in wrong:
        print(f"WRONG  {each}")
    return 1 if wrong else 0
