"""How do people get in? The administrator of their party opens the account; nobody signs up alone."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """Sign-up is closed, and the site sends no mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: seats are given by a party."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Send nothing: the site works where there is no mail server."""
