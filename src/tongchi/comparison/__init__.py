"""Two or N documents to links, typed differences and the scale gap; a corpus to its nearest clauses and families."""

from tongchi.comparison.alignment import Alignment, align_articles
from tongchi.comparison.compare import compare, compare_all
from tongchi.comparison.corrections import LinkCorrection
from tongchi.comparison.gap import GapWeights
from tongchi.comparison.model import (
    Comparison,
    DifferenceType,
    Direction,
    GapPart,
    Link,
    MatterRow,
    Only,
    PairComparison,
    QuantityDifference,
    Quote,
    ScaleGap,
)

__all__ = [
    "Alignment",
    "Comparison",
    "DifferenceType",
    "Direction",
    "GapPart",
    "GapWeights",
    "Link",
    "LinkCorrection",
    "MatterRow",
    "Only",
    "PairComparison",
    "QuantityDifference",
    "Quote",
    "ScaleGap",
    "align_articles",
    "compare",
    "compare_all",
]
