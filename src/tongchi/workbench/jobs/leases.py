"""Who works on what, and until when? A worker holds a job by a lease; one that dies loses it, and another begins again.

The effect of a job and its being done are written in one transaction, guarded by the token of the lease: it happens once, however
often the work was begun. A job is named by its key: asked for twice, done once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from tongchi.errors import TongchiError
from tongchi.workbench.models import Job, Party, Workspace

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 12
Effect = Callable[[datetime], Mapping[str, Any]]


def ask(workspace: Workspace, party: Party, task: str, arguments: Mapping[str, Any], *, key: str, now: datetime) -> Job:
    """Ask for a job, in the caller's transaction. The same key gives the same job; one that has failed is tried anew."""
    job, made = Job.objects.get_or_create(
        key=key,
        defaults={
            "workspace": workspace,
            "party": party,
            "task": task,
            "arguments": dict(arguments),
            "asked_at": now,
        },
    )
    if not made and job.state == Job.State.FAILED:
        job.state, job.attempts, job.asked_at, job.done_at = Job.State.WAITING, 0, now, None
        job.error_zh = job.error_en = job.lease_token = ""
        job.leased_until = None
        job.save()
    return job


@transaction.atomic
def take(*, now: datetime, lease: timedelta = LEASE) -> Job | None:
    """Take the job that has waited longest, or whose lease has run out; None where there is nothing to do.

    One that has killed its worker `MOST_ATTEMPTS` times is given up, so that it does not keep the others waiting.
    """
    free = Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, leased_until__lte=now)
    for job in _locked().filter(free).order_by("asked_at", "pk")[:20]:
        if job.attempts >= MOST_ATTEMPTS:
            _give_up(job, now)
            continue
        job.state, job.attempts = Job.State.RUNNING, job.attempts + 1
        job.leased_until, job.lease_token = now + lease, secrets.token_hex(16)
        job.save(update_fields=["state", "attempts", "leased_until", "lease_token"])
        return job
    return None


@transaction.atomic
def finish(job: Job, effect: Effect, *, now: datetime) -> bool:
    """Write the effect and that the job is done, both or neither. False, and nothing written, where the lease is another's by now."""
    held = _held(job)
    if held is None:
        return False
    held.result = dict(effect(now))
    held.state, held.done_at = Job.State.DONE, now
    held.save(update_fields=["result", "state", "done_at"])
    return True


@transaction.atomic
def fail(job: Job, error: TongchiError, *, now: datetime) -> bool:
    """Write why the job cannot be done. False where the lease is another's by now."""
    held = _held(job)
    if held is None:
        return False
    held.state, held.done_at = Job.State.FAILED, now
    held.error_zh, held.error_en = error.message("zh"), error.message("en")
    held.save(update_fields=["state", "done_at", "error_zh", "error_en"])
    return True


def _held(job: Job) -> Job | None:
    rows = Job.objects.select_for_update().filter(pk=job.pk, lease_token=job.lease_token, state=Job.State.RUNNING)
    return rows.first()


def _locked() -> QuerySet[Job]:
    """Return jobs under lock; on PostgreSQL those that another worker is taking are passed over."""
    return Job.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)


def _give_up(job: Job, now: datetime) -> None:
    job.state, job.done_at = Job.State.FAILED, now
    job.error_zh = f"处理程序中断{job.attempts}次，已放弃。请检查文件后重试。"
    job.error_en = f"The worker died {job.attempts} times over it; given up. Check the file and retry."
    job.save(update_fields=["state", "done_at", "error_zh", "error_en"])
