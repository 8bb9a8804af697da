r"""Which inputs is the outcome sensitive to, alone and with all others? Sobol' indices of first and total order.

With two independent designs A and B of N points and :math:`A_B^{(i)}` (A with column i from B): :math:`S_i = \overline{f_B (f_{A_B^{(i)}} - f_A)}/V`
(Saltelli et al. 2010, table 2 b) and :math:`S_{Ti} = \overline{(f_A - f_{A_B^{(i)}})^2}/2V` (Jansen 1999). Points are those of a scrambled Sobol' sequence in 2k
dimensions; intervals by resampling the N rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy.stats import qmc

from tongchi.errors import EnsembleError

Array = NDArray[np.float64]
Function = Callable[[Array], Array]
"""(n, k) inputs to (n,) outcomes."""
_DRAWS = 400


@dataclass(frozen=True)
class SobolIndices:
    """Indices of k inputs, each with a 95 % interval by resampling; `variance` of the outcome, `runs` of the function."""

    names: tuple[str, ...]
    first: Array
    first_interval: Array
    total: Array
    total_interval: Array
    variance: float
    runs: int

    def to_frame(self) -> pl.DataFrame:
        """Return one row per input, the most important first."""
        order = np.argsort(-self.total, kind="stable")
        return pl.DataFrame(
            {
                "input": [self.names[k] for k in order],
                "first": self.first[order],
                "first_lower": self.first_interval[order, 0],
                "first_upper": self.first_interval[order, 1],
                "total": self.total[order],
                "total_lower": self.total_interval[order, 0],
                "total_upper": self.total_interval[order, 1],
            }
        )


def sobol_indices(
    function: Function,
    bounds: ArrayLike,
    *,
    names: Sequence[str] = (),
    base: int = 4096,
    seed: int = 0,
) -> SobolIndices:
    """Return the indices for inputs that are independent and uniform on `bounds` (k, 2).

    `base` is N, a power of two; the function is asked N·(k + 2) times, N rows at a time.

    Raises
    ------
    EnsembleError
        where N is no power of two, bounds are empty or turned round, or the outcome does not vary or is not finite.
    """
    low, high = _bounds(bounds)
    width = len(low)
    if base < 8 or base & (base - 1):
        raise EnsembleError(found=f"base = {base}", expected="2 的幂，≥ 8 / a power of two, ≥ 8", advice="")
    points = qmc.Sobol(2 * width, seed=np.random.default_rng(seed)).random(base)
    one, other = (low + (high - low) * part for part in (points[:, :width], points[:, width:]))
    outcome, second = _ask(function, one), _ask(function, other)
    swapped = np.empty((width, base))
    for at in range(width):
        mixed = one.copy()
        mixed[:, at] = other[:, at]
        swapped[at] = _ask(function, mixed)
    whole = np.concatenate([outcome, second])
    if np.ptp(whole) <= 1e-12 * max(1.0, float(np.abs(whole).max())):
        raise EnsembleError(
            found="结果不随输入变化 / the outcome does not vary",
            expected="受输入影响的结果 / one that the inputs move",
            advice="",
        )
    middle = float(whole.mean())
    return _indices(outcome - middle, second - middle, swapped - middle, tuple(names) or _numbers(width), seed)


def _bounds(bounds: ArrayLike) -> tuple[Array, Array]:
    limits = np.asarray(bounds, dtype=np.float64)
    if limits.ndim != 2 or limits.shape[1] != 2 or not len(limits) or not (limits[:, 0] < limits[:, 1]).all():
        raise EnsembleError(found=f"bounds {limits.shape}", expected="(k, 2)，low < high", advice="")
    return limits[:, 0], limits[:, 1]


def _numbers(width: int) -> tuple[str, ...]:
    return tuple(f"x{k + 1}" for k in range(width))


def _ask(function: Function, inputs: Array) -> Array:
    outcome = np.asarray(function(inputs), dtype=np.float64)
    if outcome.shape != (len(inputs),) or not np.isfinite(outcome).all():
        raise EnsembleError(found=f"{outcome.shape}", expected=f"({len(inputs)},)，有限 / finite", advice="")
    return outcome


def _indices(outcome: Array, second: Array, swapped: Array, names: tuple[str, ...], seed: int) -> SobolIndices:
    """Work with outcomes less their mean: the estimators do not need it, but lose fewer digits so."""
    parts = second * (swapped - outcome), 0.5 * (outcome - swapped) ** 2
    squares = 0.5 * (outcome**2 + second**2)
    variance = float(squares.mean())
    weights = np.random.default_rng([seed, 1]).multinomial(
        len(outcome), np.full(len(outcome), 1 / len(outcome)), _DRAWS
    )
    drawn = weights @ squares
    intervals = [np.quantile((part @ weights.T) / drawn, [0.025, 0.975], axis=1).T for part in parts]
    first, total = (part.mean(axis=1) / variance for part in parts)
    return SobolIndices(names, first, intervals[0], total, intervals[1], variance, len(outcome) * (len(names) + 2))
