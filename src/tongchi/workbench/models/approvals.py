"""Has each party approved this very text? Approvals are bound to its hash; an issued standard keeps the text for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from tongchi.workbench.models.scoping import Scoped, ScopedManager

if TYPE_CHECKING:
    from tongchi.workbench.models.parties import Seat


PURPOSES = [("review", "审查 / review"), ("issue", "发布 / issue"), ("withdraw", "废止 / withdrawal")]


class ApprovalQuerySet(Scoped["Approval"]):
    """Approvals and votes of visible projects."""

    def visible_to(self, actor: Seat) -> ApprovalQuerySet:
        return self.filter(project__workspace_id=actor.workspace_id)


class Approval(models.Model):
    """A party's vote on the whole text with hash `text_hash`. A later change of any clause makes another hash, and this one void."""

    class Vote(models.TextChoices):
        """For, against, or abstaining."""

        FOR = "for", "赞成 / for"
        AGAINST = "against", "反对 / against"
        ABSTAIN = "abstain", "弃权 / abstain"

    project = models.ForeignKey("Project", models.CASCADE, related_name="approvals")
    party = models.ForeignKey("Party", models.PROTECT, related_name="+")
    seat = models.ForeignKey("Seat", models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=PURPOSES)
    vote = models.CharField(max_length=10, choices=Vote.choices)
    reason = models.TextField(blank=True)
    text_hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    void_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(ApprovalQuerySet)()

    class Meta:
        ordering: ClassVar = ["project", "-at"]

    def __str__(self) -> str:
        return f"{self.party} {self.get_vote_display()}"


class IssuedStandardQuerySet(Scoped["IssuedStandard"]):
    """The issued standards of the workspace."""

    def visible_to(self, actor: Seat) -> IssuedStandardQuerySet:
        return self.within(actor)


class IssuedStandard(models.Model):
    """An issued joint standard: `content` is the one source of docx, PDF, XML and JSON, `content_hash` what each party approved."""

    workspace = models.ForeignKey("Workspace", models.PROTECT, related_name="standards")
    project = models.OneToOneField("Project", models.PROTECT, related_name="standard")
    number = models.CharField(max_length=80)
    numbers = models.JSONField(default=dict)
    zh = models.CharField(max_length=200)
    en = models.CharField(max_length=200)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    issued_on = models.DateField()
    effective_on = models.DateField()
    review_on = models.DateField()
    withdrawn_on = models.DateField(null=True, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    objects = ScopedManager.from_queryset(IssuedStandardQuerySet)()

    class Meta:
        ordering: ClassVar = ["-issued_on", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="one_standard_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.zh}"
