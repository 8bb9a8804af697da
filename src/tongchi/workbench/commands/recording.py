"""How do the commands here write what they did? Through the log, in the transaction of the act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongchi.workbench.models import Seat


def record(
    actor: Seat, action: str, subject: str, payload: Mapping[str, object], *, now: datetime, audience: str = ""
) -> None:
    """Append one entry to the workspace's log. Where the log is not there, the act cannot be done: ImportError."""
    append = import_module("tongchi.workbench.log.chain").append
    append(actor, action, subject, payload, now=now, audience=audience)
