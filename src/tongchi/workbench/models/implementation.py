"""What happens after issue? Adoption by each party, what is mutually recognised, and promises with their dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from tongchi.workbench.models.scoping import Scoped, ScopedManager

if TYPE_CHECKING:
    from tongchi.workbench.models.parties import Seat


class AdoptionQuerySet(Scoped["Adoption"]):
    """Adoptions of the workspace's standards."""

    def visible_to(self, actor: Seat) -> AdoptionQuerySet:
        return self.filter(standard__workspace_id=actor.workspace_id)


class Adoption(models.Model):
    """How a party has taken over a standard, since when, and by which document."""

    class State(models.TextChoices):
        """Adopted, with changes, or not yet."""

        NOT_YET = "not_yet", "尚未采用 / not yet"
        CHANGED = "changed", "修改采用 / adopted with changes"
        ADOPTED = "adopted", "等同采用 / adopted"

    standard = models.ForeignKey("IssuedStandard", models.CASCADE, related_name="adoptions")
    party = models.ForeignKey("Party", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.NOT_YET)
    since = models.DateField(null=True, blank=True)
    document = models.CharField(max_length=300, blank=True)
    changes = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager.from_queryset(AdoptionQuerySet)()

    class Meta:
        ordering: ClassVar = ["standard", "party"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["standard", "party"], name="one_adoption_per_party")]

    def __str__(self) -> str:
        return f"{self.party}: {self.get_state_display()}"


class RecognitionQuerySet(Scoped["Recognition"]):
    """The register of the workspace."""

    def visible_to(self, actor: Seat) -> RecognitionQuerySet:
        return self.within(actor)


class Recognition(models.Model):
    """What `recognising` accepts from `issuing`: the item, the clause it rests on, since when."""

    workspace = models.ForeignKey("Workspace", models.PROTECT, related_name="recognitions")
    item = models.CharField(max_length=200)
    recognising = models.ForeignKey("Party", models.PROTECT, related_name="+")
    issuing = models.ForeignKey("Party", models.PROTECT, related_name="+")
    basis = models.CharField(max_length=300)
    standard = models.ForeignKey("IssuedStandard", models.PROTECT, null=True, blank=True, related_name="recognitions")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    seat = models.ForeignKey("Seat", models.PROTECT, related_name="+")

    objects = ScopedManager.from_queryset(RecognitionQuerySet)()

    class Meta:
        ordering: ClassVar = ["-since", "item"]

    def __str__(self) -> str:
        return self.item


class PromiseQuerySet(Scoped["Promise"]):
    """The promises of the workspace."""

    def visible_to(self, actor: Seat) -> PromiseQuerySet:
        return self.within(actor)


class Promise(models.Model):
    """A commitment of one party with its due date; `kept_on` stays empty until it is kept."""

    workspace = models.ForeignKey("Workspace", models.PROTECT, related_name="promises")
    party = models.ForeignKey("Party", models.PROTECT, related_name="promises")
    towards = models.ForeignKey("Party", models.PROTECT, null=True, blank=True, related_name="+")
    matter = models.ForeignKey("Matter", models.PROTECT, null=True, blank=True, related_name="promises")
    what = models.CharField(max_length=300)
    basis = models.CharField(max_length=300, blank=True)
    due = models.DateField()
    kept_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager.from_queryset(PromiseQuerySet)()

    class Meta:
        ordering: ClassVar = ["due", "pk"]

    def __str__(self) -> str:
        return self.what
