"""Who works together, and who acts for whom? Workspaces, parties of equal standing, and the seats of people in them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from tongchi.workbench.models.scoping import Scoped, ScopedManager


class Role(models.TextChoices):
    """What a person may do for the party. One person, one role in a workspace."""

    DRAFTER = "drafter", "起草 / drafter"
    REVIEWER = "reviewer", "审查 / reviewer"
    APPROVER = "approver", "批准 / approver"
    ADMIN = "admin", "管理 / administrator"
    OBSERVER = "observer", "观察 / observer"


class Workspace(models.Model):
    """A circle of parties. `digest` names the hash of its log: sha256 or sm3."""

    code = models.SlugField(max_length=40, unique=True)
    zh = models.CharField(max_length=120)
    en = models.CharField(max_length=120)
    digest = models.CharField(max_length=10, default="sha256")
    created = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.zh


class PartyQuerySet(Scoped["Party"]):
    """Parties of the actor's own workspace."""

    def visible_to(self, actor: Seat) -> PartyQuerySet:
        return self.filter(workspace_id=actor.workspace_id)


class Party(models.Model):
    """A region that takes part; `observing` ones, such as the centre, see what is shared and decide nothing."""

    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="parties")
    code = models.SlugField(max_length=40)
    zh = models.CharField(max_length=120)
    en = models.CharField(max_length=120)
    observing = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    objects = ScopedManager.from_queryset(PartyQuerySet)()

    class Meta:
        ordering: ClassVar = ["order", "code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "code"], name="one_party_per_code")]

    def __str__(self) -> str:
        return self.zh


class SeatQuerySet(Scoped["Seat"]):
    """People of one's own party; of the others only that they exist in what they did."""

    def visible_to(self, actor: Seat) -> SeatQuerySet:
        return self.filter(workspace_id=actor.workspace_id, party_id=actor.party_id)


class Seat(models.Model):
    """A person acts for one party in one role. This is the *actor* of every command and every query."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats")
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="seats")
    party = models.ForeignKey(Party, models.PROTECT, related_name="seats")
    role = models.CharField(max_length=10, choices=Role.choices)
    active = models.BooleanField(default=True)

    objects = ScopedManager.from_queryset(SeatQuerySet)()

    class Meta:
        ordering: ClassVar = ["party", "user"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "workspace"], name="one_seat_per_person")]

    def __str__(self) -> str:
        return f"{self.party} · {self.user}"
