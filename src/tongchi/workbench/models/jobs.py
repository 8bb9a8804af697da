"""What is still to be worked out in the background? Jobs with a lease: a worker that dies loses it, and another takes over."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from tongchi.workbench.models.scoping import Scoped, ScopedManager

if TYPE_CHECKING:
    from tongchi.workbench.models.parties import Seat


class JobQuerySet(Scoped["Job"]):
    """Jobs of the workspace that were asked for by one's own party or for everybody."""

    def visible_to(self, actor: Seat) -> JobQuerySet:
        return self.within(actor).filter(Q(party__isnull=True) | Q(party_id=actor.party_id))


class Job(models.Model):
    """One piece of work. `key` makes it idempotent: asked for twice, done once."""

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", "等待 / waiting"
        RUNNING = "running", "进行中 / running"
        DONE = "done", "完成 / done"
        FAILED = "failed", "失败 / failed"

    workspace = models.ForeignKey("Workspace", models.PROTECT, related_name="jobs")
    party = models.ForeignKey("Party", models.PROTECT, null=True, blank=True, related_name="+")
    task = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.CharField(max_length=32, blank=True)
    result = models.JSONField(null=True, blank=True)
    error_zh = models.TextField(blank=True)
    error_en = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(JobQuerySet)()

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["state", "leased_until"])]

    def __str__(self) -> str:
        return f"{self.task} {self.state}"
