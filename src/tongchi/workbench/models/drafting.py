"""What does the draft say, clause by clause, and where does each party stand? Versions, positions, comments and suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from tongchi.workbench.models.scoping import Scoped, ScopedManager

if TYPE_CHECKING:
    from tongchi.workbench.models.parties import Seat


class DraftClauseQuerySet(Scoped["DraftClause"]):
    """Clauses of visible projects."""

    def visible_to(self, actor: Seat) -> DraftClauseQuerySet:
        return self.filter(project__workspace_id=actor.workspace_id)


class DraftClause(models.Model):
    """One clause of a draft as it stands: `version` guards against overwriting, `text_hash` is what positions and remarks refer to.

    `number` is that of GB/T 1.1, such as 5.1.2; `sources` the aligned provisions it starts from: [{document, eid, party}].
    """

    class Kind(models.TextChoices):
        """Where it stands in the layout of GB/T 1.1."""

        SCOPE = "scope", "范围 / scope"
        REFERENCE = "reference", "规范性引用文件 / references"
        TERM = "term", "术语和定义 / term"
        CLAUSE = "clause", "条款 / clause"
        ANNEX = "annex", "附录 / annex"

    project = models.ForeignKey("Project", models.CASCADE, related_name="clauses")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CLAUSE)
    number = models.CharField(max_length=20)
    heading = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    sources = models.JSONField(default=list, blank=True)
    order = models.PositiveIntegerField()
    removed = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager.from_queryset(DraftClauseQuerySet)()

    class Meta:
        ordering: ClassVar = ["project", "order", "pk"]

    def __str__(self) -> str:
        return f"{self.number} {self.heading}"


class ClauseVersionQuerySet(Scoped["ClauseVersion"]):
    """Versions of visible clauses."""

    def visible_to(self, actor: Seat) -> ClauseVersionQuerySet:
        return self.filter(clause__project__workspace_id=actor.workspace_id)


class ClauseVersion(models.Model):
    """One version of a clause and how it came about: own text, keep A, keep B, stricter, merge, or an accepted suggestion."""

    clause = models.ForeignKey(DraftClause, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    heading = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    origin = models.CharField(max_length=20)
    party = models.ForeignKey("Party", models.PROTECT, related_name="+")
    seat = models.ForeignKey("Seat", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScopedManager.from_queryset(ClauseVersionQuerySet)()

    class Meta:
        ordering: ClassVar = ["clause", "version"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["clause", "version"], name="versions_in_order")]

    def __str__(self) -> str:
        return f"{self.clause} v{self.version}"


class PositionQuerySet(Scoped["Position"]):
    """Positions on visible clauses."""

    def visible_to(self, actor: Seat) -> PositionQuerySet:
        return self.filter(clause__project__workspace_id=actor.workspace_id)


class Position(models.Model):
    """Where a party stands on one text of a clause. It holds for that text alone: another hash, another position."""

    class Stand(models.TextChoices):
        """Agree, agree if, or object."""

        AGREE = "agree", "同意 / agree"
        AGREE_IF = "agree_if", "附条件同意 / agree if"
        OBJECT = "object", "反对 / object"

    clause = models.ForeignKey(DraftClause, models.CASCADE, related_name="positions")
    party = models.ForeignKey("Party", models.PROTECT, related_name="+")
    seat = models.ForeignKey("Seat", models.PROTECT, related_name="+")
    stand = models.CharField(max_length=10, choices=Stand.choices)
    reason = models.TextField(blank=True)
    text_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    objects = ScopedManager.from_queryset(PositionQuerySet)()

    class Meta:
        ordering: ClassVar = ["clause", "party"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clause", "party", "text_hash"], name="one_position_per_text")
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.get_stand_display()}"


class RemarkQuerySet(Scoped["Remark"]):
    """Remarks for everybody, and internal ones of one's own party."""

    def visible_to(self, actor: Seat) -> RemarkQuerySet:
        return self.filter(clause__project__workspace_id=actor.workspace_id).filter(
            Q(internal=False) | Q(party_id=actor.party_id)
        )


class Remark(models.Model):
    """A comment or a suggested text on a clause, anchored to its text hash; an accepted suggestion becomes a version."""

    class Kind(models.TextChoices):
        """Comment or suggestion."""

        COMMENT = "comment", "意见 / comment"
        SUGGESTION = "suggestion", "修改建议 / suggestion"

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", "未处理 / open"
        ACCEPTED = "accepted", "采纳 / accepted"
        REJECTED = "rejected", "不采纳 / rejected"

    clause = models.ForeignKey(DraftClause, models.CASCADE, related_name="remarks")
    party = models.ForeignKey("Party", models.PROTECT, related_name="+")
    seat = models.ForeignKey("Seat", models.PROTECT, related_name="+")
    answers = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    internal = models.BooleanField(default=False)
    body = models.TextField()
    suggested = models.TextField(blank=True)
    text_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    disposition = models.TextField(blank=True)
    at = models.DateTimeField()

    objects = ScopedManager.from_queryset(RemarkQuerySet)()

    class Meta:
        ordering: ClassVar = ["clause", "at", "pk"]

    def __str__(self) -> str:
        return self.body[:40]
