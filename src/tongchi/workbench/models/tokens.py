"""With what may a program act for a person? A token: shown once, kept as its hash, of one seat and no more than that seat may."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from tongchi.workbench.models.scoping import Scoped, ScopedManager

if TYPE_CHECKING:
    from tongchi.workbench.models.parties import Seat


class TokenQuerySet(Scoped["Token"]):
    """One's own tokens: not even the party's administrator sees those of others, who closes the seat instead."""

    def visible_to(self, actor: Seat) -> TokenQuerySet:
        return self.filter(seat_id=actor.pk)


class Token(models.Model):
    """A secret that stands for a seat. `digest` is the SHA-256 of it; the last day is included."""

    seat = models.ForeignKey("Seat", models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    last_day = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(TokenQuerySet)()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.name
