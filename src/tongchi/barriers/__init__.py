"""Which clauses shut outsiders out? Findings by the 公平竞争审查条例 (2024), with reason, possible exception and remedy."""

from tongchi.barriers.catalogue import CatalogueEntry, load_catalogue
from tongchi.barriers.judge import judge
from tongchi.barriers.model import Clause, Evidence, Finding, Judgement, Severity
from tongchi.barriers.screen import FINDING_SCHEMA, findings_frame, screen, screen_clauses

__all__ = [
    "FINDING_SCHEMA",
    "CatalogueEntry",
    "Clause",
    "Evidence",
    "Finding",
    "Judgement",
    "Severity",
    "findings_frame",
    "judge",
    "load_catalogue",
    "screen",
    "screen_clauses",
]
