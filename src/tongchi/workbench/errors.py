"""What does the site refuse? The classes live with all others in `tongchi.errors`; here is what commands ask of a version.

Commands raise; `middleware.RefusalMiddleware` shows: 403 for what the role does not permit, 422 for the rest.
"""

from __future__ import annotations

from typing import Protocol

from tongchi.errors import AccessError, ConflictError, TongchiError, WorkbenchError

__all__ = ["AccessError", "ConflictError", "TongchiError", "WorkbenchError", "check_version"]


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
