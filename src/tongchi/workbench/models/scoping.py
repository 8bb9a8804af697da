"""Who sees what lives in the query: every manager answers `visible_to(actor)`, and only that, to the rest of the site.

Leaks come through lists, counts and exports, not through the page of one object; so views, search, exports, dashboards and the
API start from `visible_to` and never from `all`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from tongchi.workbench.models.parties import Seat

M = TypeVar("M", bound=models.Model)


class Scoped(models.QuerySet[M]):
    """A query set that knows what an actor may see. Subclasses must say so themselves."""

    def visible_to(self, actor: Seat) -> Self:
        """Return the rows that the actor may see."""
        raise NotImplementedError

    def within(self, actor: Seat) -> Self:
        """Return the rows of the actor's workspace: the rule where nothing in it is private."""
        return self.filter(workspace_id=actor.workspace_id)


class ScopedManager(models.Manager[M]):
    """The base of all managers here."""
