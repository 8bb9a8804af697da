"""A job is done once, however often its worker dies: by lease, by key, and by real kills."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tongchi.workbench.jobs import leases
from tongchi.workbench.jobs.worker import work_all
from tongchi.workbench.models import Job

MINUTE = timedelta(minutes=1)


def asked(circle, now, key="k", task="document.read"):
    return leases.ask(circle.workspace, circle.sichuan, task, {}, key=key, now=now)


def test_asked_for_twice_done_once(circle, now):
    assert asked(circle, now).pk == asked(circle, now).pk
    assert asked(circle, now, key="other").pk != asked(circle, now).pk


def test_a_lease_that_runs_out_is_another_workers(circle, now):
    made = asked(circle, now)
    first = leases.take(now=now, lease=MINUTE)
    assert first.pk == made.pk
    assert leases.take(now=now + MINUTE / 2, lease=MINUTE) is None
    second = leases.take(now=now + MINUTE, lease=MINUTE)
    assert (second.pk, second.attempts) == (made.pk, 2)
    written = []
    effect = lambda at: written.append(at) or {"n": 1}  # noqa: E731
    assert not leases.finish(first, effect, now=now + MINUTE)
    assert leases.finish(second, effect, now=now + MINUTE)
    assert not leases.finish(second, effect, now=now + MINUTE)
    assert len(written) == 1
    assert leases.take(now=now + 9 * MINUTE) is None


def test_an_effect_that_fails_leaves_nothing(circle, now):
    asked(circle, now)
    held = leases.take(now=now)

    def effect(at):
        Job.objects.filter(pk=held.pk).update(error_en="half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        leases.finish(held, effect, now=now)
    held.refresh_from_db()
    assert (held.state, held.error_en) == ("running", "")


def test_what_kills_its_worker_again_and_again_is_given_up(circle, now):
    asked(circle, now)
    for at in range(leases.MOST_ATTEMPTS):
        assert leases.take(now=now + at * MINUTE, lease=MINUTE)
    assert leases.take(now=now + 60 * MINUTE) is None
    job = Job.objects.get()
    assert (job.state, bool(job.error_zh), bool(job.error_en)) == ("failed", True, True)
    assert asked(circle, now).state == "waiting"
    assert leases.take(now=now).attempts == 1


def test_an_unknown_task_fails_and_says_so(circle, now):
    asked(circle, now, task="no.such")
    assert work_all(lambda: now) == 1
    assert "no.such" in Job.objects.get().error_en


SET_UP = """
import datetime, sys, django; django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from tongchi.workbench.commands import documents
from tongchi.workbench.log.chain import verify_log
from tongchi.workbench.models import *
now = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
"""
PREPARE = """
call_command("migrate", verbosity=0)
w = Workspace.objects.create(code="w", zh="w", en="w", created=now)
p = Party.objects.create(workspace=w, code="sichuan", zh="s", en="s")
s = Seat.objects.create(user=User.objects.create(username="s"), workspace=w, party=p, role="drafter")
m = Matter.objects.create(workspace=w, code="m", zh="m", en="m")
for at in range(int(sys.argv[1])):
    body = "".join(f"第{n}条 第{at}号办公用房应当统一登记，面积不得超过{n}平方米。\\n\\n" for n in "一二三四五六七八九")
    documents.upload_document(s, m, name=f"{at}.md", data=f"办法{at}\\n\\n{body}".encode(), now=now)
"""
CHECK = """
assert verify_log(Workspace.objects.get()).broken is None
states = set(Job.objects.values_list("state", flat=True))
read = [e.subject for e in LogEntry.objects.filter(action="document.read")]
counts = {d.clauses.count() for d in Document.objects.all()}
attempts = sum(Job.objects.values_list("attempts", flat=True))
print(states, len(read), len(set(read)), counts, attempts)
"""


@dataclass(frozen=True)
class Site:
    """A site of its own, worked on by processes."""

    folder: Path
    database: str

    @property
    def environment(self) -> dict[str, str]:
        named = {"TONGCHI_DATA": str(self.folder), "TONGCHI_DATABASE": self.database}
        return {**os.environ, **named, "DJANGO_SETTINGS_MODULE": "tongchi.workbench.settings"}

    def script(self, script: str, *arguments: str) -> str:
        call = [sys.executable, "-c", SET_UP + script, *arguments]
        done = subprocess.run(call, env=self.environment, stdout=subprocess.PIPE, text=True, check=True, timeout=300)
        return done.stdout

    def worker(self, *options: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "tongchi.workbench", "work", *options], env=self.environment)

    def attempts(self) -> int:
        """Return how often work on a job has been begun."""
        asked = "SELECT sum(attempts) FROM workbench_job"
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as database:
                return int(database.execute(asked).fetchone()[0])
        with closing(sqlite3.connect(self.folder / "tongchi.sqlite3", timeout=20)) as database:
            return int(database.execute(asked).fetchone()[0])


@pytest.fixture
def own_site(tmp_path: Path, own_database: str) -> Site:
    return Site(tmp_path, own_database)


@pytest.mark.parametrize(("kills", "documents"), [pytest.param(3, 12), pytest.param(50, 150, marks=pytest.mark.slow)])
def test_no_effect_is_lost_or_doubled_when_workers_are_killed(own_site, kills, documents):
    own_site.script(PREPARE, str(documents))
    chance = random.Random(7)
    for _ in range(kills):
        begun = own_site.attempts()
        worker = own_site.worker("--alone", "--lease", "0.3")
        deadline = time.monotonic() + 60
        while own_site.attempts() == begun and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 1))  # a job takes half of it: the kill meets any moment of one
        worker.kill()
        worker.wait()
    time.sleep(0.4)
    while True:  # a lease that has not run out yet is nobody's for a moment
        worker = own_site.worker("--once", "--lease", "30")
        assert worker.wait(timeout=300) == 0
        said = own_site.script(CHECK)
        if "running" not in said:
            break
    print(said)
    assert said.startswith(f"{{'done'}} {documents} {documents} {{9}}")


def test_a_worker_that_dies_is_started_again_and_stops_when_asked(own_site):
    own_site.script(PREPARE, "1")
    keeper = own_site.worker()
    deadline = time.monotonic() + 60
    while "'done'" not in own_site.script(CHECK) and time.monotonic() < deadline:
        time.sleep(0.2)
    keeper.terminate()
    assert keeper.wait(timeout=30) == 0
    assert "'done'" in own_site.script(CHECK)
