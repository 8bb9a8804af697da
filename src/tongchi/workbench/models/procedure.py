"""How do these parties make a joint standard? Stages, their conditions and the number segment are rows, not code."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from tongchi.workbench.models.scoping import Scoped, ScopedManager

if TYPE_CHECKING:
    from tongchi.workbench.models.parties import Seat


class ProcedureQuerySet(Scoped["Procedure"]):
    """The procedures of the workspace."""

    def visible_to(self, actor: Seat) -> ProcedureQuerySet:
        return self.within(actor)


class Procedure(models.Model):
    """An agreed way to make joint standards, such as 分别立项 · 共同起草 · 协同审查 · 联合发布."""

    workspace = models.ForeignKey("Workspace", models.PROTECT, related_name="procedures")
    code = models.SlugField(max_length=40)
    zh = models.CharField(max_length=120)
    en = models.CharField(max_length=120)
    source = models.CharField(max_length=300, blank=True)

    objects = ScopedManager.from_queryset(ProcedureQuerySet)()

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "code"], name="one_procedure_per_code")]

    def __str__(self) -> str:
        return self.zh


class StageQuerySet(Scoped["Stage"]):
    """Stages of the workspace's procedures."""

    def visible_to(self, actor: Seat) -> StageQuerySet:
        return self.filter(procedure__workspace_id=actor.workspace_id)


class Stage(models.Model):
    """One stage in order. `kind` says what can be done in it; the rest are the conditions for leaving it.

    `materials` lists what each party must attach; `comment_days` is how long comments are open; `favour` the share of votes needed, of those cast
    (`count_abstentions` decides whether an abstention is a vote).
    """

    class Kind(models.TextChoices):
        """What a stage is for."""

        APPROVAL = "approval", "立项 / project approval"
        DRAFTING = "drafting", "起草 / drafting"
        REVIEW = "review", "审查 / review"
        ISSUE = "issue", "发布 / issue"
        FORCE = "force", "实施 / in force"

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="stages")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    zh = models.CharField(max_length=60)
    en = models.CharField(max_length=60)
    materials = models.JSONField(default=list, blank=True)
    comment_days = models.PositiveSmallIntegerField(default=0)
    favour = models.FloatField(default=0.0)
    count_abstentions = models.BooleanField(default=False)

    objects = ScopedManager.from_queryset(StageQuerySet)()

    class Meta:
        ordering: ClassVar = ["procedure", "order"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["procedure", "order"], name="stages_in_order")]

    def __str__(self) -> str:
        return self.zh


class NumberSegmentQuerySet(Scoped["NumberSegment"]):
    """Segments of the workspace's procedures."""

    def visible_to(self, actor: Seat) -> NumberSegmentQuerySet:
        return self.filter(procedure__workspace_id=actor.workspace_id)


class NumberSegment(models.Model):
    """Numbers reserved for joint standards: `pattern` such as "DB50/T {number}—{year}" by party, or jointly with party null."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="segments")
    party = models.ForeignKey("Party", models.PROTECT, null=True, blank=True, related_name="+")
    pattern = models.CharField(max_length=80)
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    next = models.PositiveIntegerField()

    objects = ScopedManager.from_queryset(NumberSegmentQuerySet)()

    class Meta:
        ordering: ClassVar = ["procedure", "pk"]

    def __str__(self) -> str:
        return f"{self.pattern} {self.first}–{self.last}"
