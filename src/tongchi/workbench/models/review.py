"""What was said during review, and what became of each opinion? The rows of the 意见汇总处理表."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from tongchi.workbench.models.scoping import Scoped, ScopedManager

if TYPE_CHECKING:
    from tongchi.workbench.models.parties import Seat


class OpinionQuerySet(Scoped["Opinion"]):
    """Public opinions, and internal ones of one's own party."""

    def visible_to(self, actor: Seat) -> OpinionQuerySet:
        return self.filter(project__workspace_id=actor.workspace_id).filter(
            Q(internal=False) | Q(party_id=actor.party_id)
        )


class Opinion(models.Model):
    """One opinion on a draft: from whom, on which clause, and its disposition with the reason."""

    class Disposition(models.TextChoices):
        """What was decided; every opinion must have one before review ends."""

        OPEN = "open", "待处理 / open"
        ADOPTED = "adopted", "采纳 / adopted"
        PARTLY = "partly", "部分采纳 / adopted in part"
        REJECTED = "rejected", "不采纳 / not adopted"

    project = models.ForeignKey("Project", models.CASCADE, related_name="opinions")
    clause = models.ForeignKey("DraftClause", models.PROTECT, null=True, blank=True, related_name="opinions")
    party = models.ForeignKey("Party", models.PROTECT, related_name="+")
    seat = models.ForeignKey("Seat", models.PROTECT, related_name="+")
    author = models.CharField(max_length=120)
    internal = models.BooleanField(default=False)
    body = models.TextField()
    disposition = models.CharField(max_length=10, choices=Disposition.choices, default=Disposition.OPEN)
    reason = models.TextField(blank=True)
    settled_by = models.ForeignKey("Seat", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager.from_queryset(OpinionQuerySet)()

    class Meta:
        ordering: ClassVar = ["project", "pk"]

    def __str__(self) -> str:
        return self.body[:40]
