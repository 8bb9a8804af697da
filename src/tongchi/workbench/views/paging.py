"""Long lists come in pages: `?page=2`; a page that is none is the nearest one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 50


def page_of(request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], size: int = ROWS) -> Page[Any]:
    """Return the page of the rows that the address asks for; templates show the ways on with `paging.html`."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
