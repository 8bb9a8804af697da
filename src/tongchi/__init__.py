"""Tongchi 同尺: compare regions' rules with one yardstick.

>>> import tongchi
>>> pair = tongchi.compare("examples/sample-pair/江州市机关事务管理办法.md",
...                        "examples/sample-pair/岚州市机关事务管理办法.md")
>>> 0 < pair.gap.value < 1
True
"""

from typing import TYPE_CHECKING

from tongchi.comparison import Comparison, GapWeights, PairComparison, compare, compare_all
from tongchi.documents import Document, read
from tongchi.errors import TongchiError
from tongchi.provisions import Commitment, Provision, read_provisions
from tongchi.provisions import commitments_of as commitments

if TYPE_CHECKING:
    from tongchi.barriers import Finding, screen

__all__ = [
    "Commitment",
    "Comparison",
    "Document",
    "Finding",
    "GapWeights",
    "PairComparison",
    "Provision",
    "TongchiError",
    "commitments",
    "compare",
    "compare_all",
    "read",
    "read_provisions",
    "screen",
]


def __getattr__(name: str) -> object:
    """Load the screening when it is first asked for: its patterns take longer to compile than all the rest."""
    if name in ("Finding", "screen"):
        from tongchi import barriers

        return getattr(barriers, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
