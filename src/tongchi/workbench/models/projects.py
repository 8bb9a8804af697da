"""Which joint standards are being made, and has each party approved the project under its own number?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from tongchi.workbench.models.scoping import Scoped, ScopedManager

if TYPE_CHECKING:
    from tongchi.workbench.models.parties import Seat


class ProjectQuerySet(Scoped["Project"]):
    """All projects of the workspace: they are joint from the first day."""

    def visible_to(self, actor: Seat) -> ProjectQuerySet:
        return self.within(actor)


class Project(models.Model):
    """A joint standard in the making. `version` rises with every change of the project itself, not of its clauses."""

    workspace = models.ForeignKey("Workspace", models.PROTECT, related_name="projects")
    matter = models.ForeignKey("Matter", models.PROTECT, related_name="projects")
    procedure = models.ForeignKey("Procedure", models.PROTECT, related_name="projects")
    stage = models.ForeignKey("Stage", models.PROTECT, related_name="projects")
    zh = models.CharField(max_length=200)
    en = models.CharField(max_length=200)
    proposed_by = models.ForeignKey("Party", models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    stage_since = models.DateTimeField()
    comments_close = models.DateTimeField(null=True, blank=True)
    frozen = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager.from_queryset(ProjectQuerySet)()

    class Meta:
        ordering: ClassVar = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return self.zh


class PartyProjectQuerySet(Scoped["PartyProject"]):
    """The parties' sides of visible projects."""

    def visible_to(self, actor: Seat) -> PartyProjectQuerySet:
        return self.filter(project__workspace_id=actor.workspace_id)


class PartyProject(models.Model):
    """One party's own decision on a project: its number, who approved it and when; materials that it attached by stage."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="sides")
    party = models.ForeignKey("Party", models.PROTECT, related_name="projects")
    number = models.CharField(max_length=80, blank=True)
    approved_by = models.ForeignKey("Seat", models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    materials = models.JSONField(default=dict, blank=True)
    ready = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager.from_queryset(PartyProjectQuerySet)()

    class Meta:
        ordering: ClassVar = ["project", "party"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "party"], name="one_side_per_party")]

    def __str__(self) -> str:
        return f"{self.party}: {self.number or '—'}"
