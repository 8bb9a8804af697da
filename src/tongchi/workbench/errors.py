"""What does the site refuse? The classes live with all others in `tongchi.errors`; here is what commands ask of a version.

Commands raise; pages and API answer with the status that `status_of` gives.
"""

from __future__ import annotations

from typing import Protocol

from tongchi.errors import AccessError, ConflictError, TongchiError, WorkbenchError

__all__ = ["AccessError", "ConflictError", "TongchiError", "WorkbenchError", "check_version", "status_of"]


class Versioned(Protocol):
    """A row that counts its changes."""

    version: int


def check_version(row: Versioned, version: int, *, subject: str, yours: str = "", theirs: str = "") -> None:
    """Raise ConflictError where the row has moved on since the form was opened.

    Call it inside the transaction, on a row read with `select_for_update`. Both texts travel with the error, so that the page
    can set them side by side and nothing typed is lost.
    """
    if row.version != version:
        raise ConflictError(subject=subject, version=row.version, opened=version, yours=yours, theirs=theirs)


def status_of(error: TongchiError) -> int:
    """Return the HTTP status of a refusal: 403 where the role does not permit it, 409 where somebody was first, 422 otherwise."""
    if isinstance(error, AccessError):
        return 403
    return 409 if isinstance(error, ConflictError) else 422
