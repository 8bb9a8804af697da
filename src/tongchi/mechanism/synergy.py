r"""Did the subsystems gain order together? Synergy degree of a composite system between two dates.

The order degree of a subsystem is its index in [0, 1]. With changes :math:`\Delta_i` since the base date,
:math:`DWS = \theta\,\left|\prod_i \Delta_i\right|^{1/n}`, :math:`\theta = +1` if every change is positive and −1 otherwise (Meng Qingsong & Han Wenxiu 2000). The degree lies in
[−1, 1]; it is negative as soon as one subsystem lost order, however much the others gained, and zero if one did not move.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tongchi.errors import SeriesError

Array = NDArray[np.float64]


def synergy_of_changes(changes: ArrayLike) -> Array:
    """Return the synergy degree for changes (..., n) of n ≥ 2 order degrees, each in [−1, 1]."""
    delta = np.asarray(changes, dtype=np.float64)
    if delta.ndim < 1 or delta.shape[-1] < 2 or not np.isfinite(delta).all() or np.abs(delta).max(initial=0.0) > 1:
        raise SeriesError(
            found=f"{delta.shape}", expected="(…, n)，n ≥ 2，变化在 [−1, 1] / changes in [−1, 1]", advice=""
        )
    size = np.abs(np.prod(delta, axis=-1)) ** (1.0 / delta.shape[-1])
    degree: Array = np.where((delta > 0).all(axis=-1), size, -size) + 0.0
    return degree


def synergy(order: ArrayLike, base: int = 0) -> Array:
    """Return the synergy degree (T,) of each date against the date `base`, from order degrees (T, n) in [0, 1]; 0 at the base."""
    degrees = np.asarray(order, dtype=np.float64)
    if degrees.ndim != 2 or len(degrees) < 2:
        raise SeriesError(found=f"{degrees.shape}", expected="(T, n)，T ≥ 2", advice="")
    if not -len(degrees) <= base < len(degrees):
        raise SeriesError(found=f"base = {base}", expected=f"0–{len(degrees) - 1}", advice="")
    return synergy_of_changes(degrees - degrees[base])
