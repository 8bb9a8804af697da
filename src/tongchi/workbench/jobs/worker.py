"""The worker: takes one job after another until there is none, and waits for more."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from tongchi.errors import TongchiError
from tongchi.workbench.errors import WorkbenchError
from tongchi.workbench.jobs.leases import LEASE, fail, finish, take
from tongchi.workbench.jobs.tasks import TASKS

Clock = Callable[[], datetime]


def work_one(clock: Clock, *, lease: timedelta = LEASE) -> bool:
    """Do one job; False where there is none. What the engine refuses is written down as the job's failure."""
    job = take(now=clock(), lease=lease)
    if job is None:
        return False
    try:
        if job.task not in TASKS:
            raise WorkbenchError(found=job.task, expected=" / ".join(TASKS), advice="")
        finish(job, TASKS[job.task](job.arguments), now=clock())
    except TongchiError as error:
        fail(job, error, now=clock())
    return True


def work_all(clock: Clock, *, lease: timedelta = LEASE) -> int:
    """Do all jobs that wait, and return how many."""
    done = 0
    while work_one(clock, lease=lease):
        done += 1
    return done


def work_until(stop: threading.Event, clock: Clock, *, lease: timedelta = LEASE, pause: float = 1.0) -> None:
    """Work until asked to stop, or until who started this process is gone; a job that has been begun is finished first."""
    parent = os.getppid()
    while not stop.is_set() and os.getppid() == parent:
        if not work_one(clock, lease=lease):
            stop.wait(pause)
