"""What does the site add to every answer? Private pages are not kept by caches, and a refusal is a page, not a fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from tongchi.workbench.errors import TongchiError, WorkbenchError, status_of

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
    """Show a TongchiError with its advice, under the status that `errors.status_of` gives."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Refuse what no text holds: PostgreSQL takes no NUL, and would answer with a fault. The API looks by itself."""
        if request.resolver_match and request.resolver_match.namespace == "api":
            return None
        sent = [*request.GET.values(), *request.POST.values()]
        if not any("\0" in value for value in sent):
            return None
        return self._show(request, WorkbenchError(found="NUL", expected="文字 / text", advice=""))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page of a refusal, or None for what is a fault of ours."""
        return self._show(request, exception) if isinstance(exception, TongchiError) else None

    def _show(self, request: HttpRequest, exception: TongchiError) -> HttpResponse:
        template = "refused_part.html" if getattr(request, "htmx", False) else "refused.html"
        return render(request, template, {"error": exception}, status=status_of(exception))
