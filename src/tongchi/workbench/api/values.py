"""What may stand in a request? Texts that every database takes, keys that a database can hold; and how lists are paged."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import QuerySet
from ninja import Field, Schema
from ninja.pagination import PaginationBase
from pydantic import AfterValidator

LARGEST = 2**53 - 1
LONGEST = 20_000


def _plain(text: str) -> str:
    """Return the text with plain line ends. Raises ValueError for characters that no text has."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("NUL and surrogates are no text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


Text = Annotated[str, Field(max_length=LONGEST), AfterValidator(_plain)]
Key = Annotated[int, Field(ge=0, le=LARGEST)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Page(PaginationBase):
    """`limit` rows from `offset` on, and how many there are in all."""

    class Input(Schema):
        """Which rows are asked for."""

        limit: int = Field(50, ge=1, le=200)
        offset: int = Field(0, ge=0, le=10_000_000)

    class Output(Schema):
        """The rows and their number in all."""

        items: list[Any]
        count: int

    def paginate_queryset(self, queryset: QuerySet[Any], pagination: Input, request: Any, **_: Any) -> dict[str, Any]:
        """Return the rows that are asked for."""
        start = pagination.offset
        return {"items": list(queryset[start : start + pagination.limit]), "count": self._items_count(queryset)}
