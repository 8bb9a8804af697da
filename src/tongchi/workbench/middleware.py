"""What does the site add to every answer? Private pages are not kept by caches, and a refusal is a page, not a fault."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from tongchi.errors import AccessError, TongchiError

Answer = Callable[[HttpRequest], HttpResponse]


class PrivatePagesMiddleware:
    """Tell caches to keep nothing, unless the view has said otherwise."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class RefusalMiddleware:
    """Show a TongchiError with its advice: status 403 where the role does not permit it, 422 otherwise."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page of a refusal, or None for what is a fault of ours."""
        if not isinstance(exception, TongchiError):
            return None
        status = 403 if isinstance(exception, AccessError) else 422
        template = "refused_part.html" if getattr(request, "htmx", False) else "refused.html"
        return render(request, template, {"error": exception}, status=status)
