"""Tongchi 同尺: compare regions' rules with one yardstick.

>>> import tongchi
>>> pair = tongchi.compare("examples/sample-pair/江州市机关事务管理办法.md",
...                        "examples/sample-pair/岚州市机关事务管理办法.md")
>>> 0 < pair.gap.value < 1
True
"""

from importlib import import_module
from typing import TYPE_CHECKING

from tongchi.documents import Document, read
from tongchi.errors import TongchiError

if TYPE_CHECKING:
    from tongchi.barriers import Finding, screen
    from tongchi.comparison import Comparison, GapWeights, PairComparison, compare, compare_all
    from tongchi.mechanism import DynamicModel, calibrate, diagnose, measure_indices, run_scenarios
    from tongchi.provisions import Commitment, Provision, read_provisions
    from tongchi.provisions import commitments_of as commitments
    from tongchi.survey import (
        Instrument,
        Responses,
        analyse,
        clean,
        hypotheses,
        invariance,
        necessity,
        read_responses,
        reliability,
        sem,
    )

__all__ = [
    "Commitment",
    "Comparison",
    "Document",
    "DynamicModel",
    "Finding",
    "GapWeights",
    "Instrument",
    "PairComparison",
    "Provision",
    "Responses",
    "TongchiError",
    "analyse",
    "calibrate",
    "clean",
    "commitments",
    "compare",
    "compare_all",
    "diagnose",
    "hypotheses",
    "invariance",
    "measure_indices",
    "necessity",
    "read",
    "read_provisions",
    "read_responses",
    "reliability",
    "run_scenarios",
    "screen",
    "sem",
]


_ROOMS = {
    "barriers": ("Finding", "screen"),
    "comparison": ("Comparison", "GapWeights", "PairComparison", "compare", "compare_all"),
    "mechanism": ("DynamicModel", "calibrate", "diagnose", "measure_indices", "run_scenarios"),
    "provisions": ("Commitment", "Provision", "commitments", "read_provisions"),
    "survey": (
        *("Instrument", "Responses", "analyse", "clean", "hypotheses", "invariance", "necessity", "read_responses"),
        *("reliability", "sem"),
    ),
}


def __getattr__(name: str) -> object:
    """Load a room when one of its names is first asked for: a process that only screens need not load the comparison."""
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(f"tongchi.{room}"), "commitments_of" if name == "commitments" else name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
