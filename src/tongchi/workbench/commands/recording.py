"""How do commands write what they did? Through the log, in the transaction of the act."""

from __future__ import annotations

from tongchi.workbench.log.chain import append as record

__all__ = ["record"]
