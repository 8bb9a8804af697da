"""Tongchi 同尺: compare regions' rules with one yardstick.

>>> import tongchi
>>> pair = tongchi.compare("examples/sample-pair/江州市机关事务管理办法.md",
...                        "examples/sample-pair/岚州市机关事务管理办法.md")
>>> 0 < pair.gap.value < 1
True
"""

from tongchi.comparison import Comparison, GapWeights, PairComparison, compare, compare_all
from tongchi.documents import Document, read
from tongchi.errors import TongchiError
from tongchi.provisions import Commitment, Provision, read_provisions
from tongchi.provisions import commitments_of as commitments

__all__ = [
    "Commitment",
    "Comparison",
    "Document",
    "GapWeights",
    "PairComparison",
    "Provision",
    "TongchiError",
    "commitments",
    "compare",
    "compare_all",
    "read",
    "read_provisions",
]
