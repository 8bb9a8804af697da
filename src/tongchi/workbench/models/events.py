"""What was done, by whom, in which order? The append-only, hash-chained log of a workspace, and its checkpoints.

Each entry carries the hash of the one before. The hash covers the payload's own hash instead of the payload, so that a party can verify
the whole chain although it sees of another party's private acts only that they took place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from tongchi.workbench.models.scoping import Scoped, ScopedManager

if TYPE_CHECKING:
    from tongchi.workbench.models.parties import Seat


class LogEntryQuerySet(Scoped["LogEntry"]):
    """Entries for everybody, and those meant for one's own party. The bare chain, without payloads, is for all (`chain`)."""

    def visible_to(self, actor: Seat) -> LogEntryQuerySet:
        return self.within(actor).filter(Q(audience="") | Q(audience=actor.party.code))


class LogEntry(models.Model):
    """One act. `audience` is "" for everybody, or the code of the one party that may read the payload."""

    workspace = models.ForeignKey("Workspace", models.PROTECT, related_name="log")
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    party = models.CharField(max_length=40)
    person = models.CharField(max_length=150)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    audience = models.CharField(max_length=40, blank=True)
    payload = models.TextField()
    payload_hash = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = ScopedManager.from_queryset(LogEntryQuerySet)()

    class Meta:
        ordering: ClassVar = ["workspace", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "sequence"], name="one_entry_per_place"),
            models.UniqueConstraint(fields=["workspace", "previous"], name="no_fork"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"


class CheckpointQuerySet(Scoped["Checkpoint"]):
    """The checkpoints of the workspace: every party may download them all."""

    def visible_to(self, actor: Seat) -> CheckpointQuerySet:
        return self.within(actor)


class Checkpoint(models.Model):
    """The signed head of the chain at a moment, for the parties to keep outside the site."""

    workspace = models.ForeignKey("Workspace", models.PROTECT, related_name="checkpoints")
    sequence = models.PositiveBigIntegerField()
    head = models.CharField(max_length=64)
    at = models.DateTimeField()
    signature = models.TextField()

    objects = ScopedManager.from_queryset(CheckpointQuerySet)()

    class Meta:
        ordering: ClassVar = ["workspace", "sequence"]

    def __str__(self) -> str:
        return f"{self.sequence} {self.head[:12]}"
