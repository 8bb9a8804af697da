"""If many tests are made at once, which of them still count?

Holm (1979) bounds the chance of even one false finding, whatever ties the tests; Benjamini and Hochberg (1995) bound the expected
share of false ones among the findings, for independent or positively dependent tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tongchi.errors import UnsupportedModelError

Adjustment = Literal["holm", "benjamini-hochberg", "none"]
ADJUSTMENTS: dict[Adjustment, tuple[str, str]] = {
    "holm": ("Holm 校正", "Holm's correction"),
    "benjamini-hochberg": ("Benjamini–Hochberg 校正", "the correction of Benjamini and Hochberg"),
    "none": ("未校正", "no correction"),
}


def adjust_p_values(p_values: Sequence[float], method: str = "holm") -> tuple[float, ...]:
    """Return adjusted p-values in the order given; one is at most `alpha` where its test is rejected at `alpha`.

    >>> [round(p, 6) for p in adjust_p_values([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    >>> [round(p, 6) for p in adjust_p_values([0.01, 0.04, 0.03], "benjamini-hochberg")]
    [0.03, 0.04, 0.04]
    """
    if method not in ADJUSTMENTS:
        raise UnsupportedModelError(found=f"adjust={method!r}", expected=", ".join(ADJUSTMENTS))
    values = np.asarray(p_values, dtype=np.float64)
    count = len(values)
    if method == "none" or not count:
        return tuple(values.tolist())
    order = np.argsort(values, kind="stable")
    rank = np.arange(1, count + 1)
    stepped: NDArray[np.float64]
    if method == "holm":
        stepped = np.maximum.accumulate(values[order] * (count + 1 - rank))
    else:
        stepped = np.minimum.accumulate((values[order] * (count / rank))[::-1])[::-1]
    adjusted = np.empty(count)
    adjusted[order] = np.minimum(stepped, 1.0)
    return tuple(adjusted.tolist())
