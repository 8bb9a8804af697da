"""Who asks? A program by its token, or a person's browser by its session, then with the CSRF token of the site."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import localdate
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer

from tongchi.workbench.access import seat_of
from tongchi.workbench.commands.tokens import seat_by
from tongchi.workbench.models import Seat


class Asked(HttpRequest):
    """A request whose actor is known."""

    auth: Seat


class ByToken(HttpBearer):
    """`Authorization: Bearer tongchi_…`"""

    def authenticate(self, request: HttpRequest, token: str) -> Seat | None:
        """Return the seat of the token, None where it stands for none."""
        return seat_by(token, localdate())


class BySession(APIKeyCookie):
    """The cookie of somebody who has signed in; what changes anything must carry X-CSRFToken."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: Any) -> Seat | None:
        """Return the seat that the person works from. Raises HttpError 403 for one who has none."""
        if not request.user.is_authenticated:
            return None
        seat = seat_of(request)
        if seat is None:
            raise HttpError(403, "没有席位 / no seat")
        return seat
