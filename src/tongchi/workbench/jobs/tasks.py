"""Which work is done in the background? Each task works without touching the database and returns the effect to be written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tongchi.workbench.commands.comparisons import comparing
from tongchi.workbench.commands.documents import reading
from tongchi.workbench.jobs.leases import Effect

TASKS: Mapping[str, Callable[[Mapping[str, Any]], Effect]] = {
    "document.read": reading,
    "comparison.run": comparing,
}
