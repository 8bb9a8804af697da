r"""Between which values does a parameter lie, judging by how it varies from draw to draw?

Percentile, basic, normal, bias-corrected and BCa intervals (Efron 1987; Davison & Hinkley 1997, section 5.2-5.3) with the order
statistics of R's `boot::norm.inter`, so that the same draws give the same ends as there and in lavaan (whose `bca.simple` is `bc`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import ndtr, ndtri

from tongchi.errors import UnsupportedModelError
from tongchi.survey.sem.ram import Vector
from tongchi.survey.unavailable import NotAvailable

IntervalKind = Literal["perc", "bc", "bca", "norm", "basic"]
Ends = tuple[float, float]


@dataclass(frozen=True)
class DrawnParameter:
    """One parameter over the draws.

    `draws` are its values where it has one, `estimate` that of the full sample, `acceleration` the jackknife's (None: not computed).
    """

    estimate: float
    draws: Vector
    acceleration: float | NotAvailable | None = None

    @property
    def mean(self) -> float:
        """Mean of the draws."""
        return float(self.draws.mean())

    @property
    def error(self) -> float:
        """Standard deviation of the draws, divisor R − 1: the bootstrap standard error."""
        return float(self.draws.std(ddof=1))

    @property
    def bias(self) -> float:
        """Mean of the draws less the estimate."""
        return self.mean - self.estimate

    @property
    def bias_correction(self) -> float | NotAvailable:
        r""":math:`z_0 = \Phi^{-1}(share of draws below the estimate)`; there is none if all lie on one side."""
        share = float((self.draws < self.estimate).mean())
        if 0.0 < share < 1.0:
            return float(ndtri(share))
        return NotAvailable("z0", "所有抽样都在估计值的同一侧", "all draws lie on one side of the estimate")

    def interval(self, kind: IntervalKind, level: float = 0.95) -> Ends | NotAvailable:
        """Return both ends of the interval, or the reason why there is none."""
        _require(kind, level)
        tails = np.array([(1.0 - level) / 2.0, (1.0 + level) / 2.0])
        if kind == "norm":
            low, high = 2.0 * self.estimate - self.mean + ndtri(tails) * self.error
            return float(low), float(high)
        if kind == "perc":
            return self._ends(tails)
        if kind == "basic":
            low, high = self._ends(tails)
            return 2.0 * self.estimate - high, 2.0 * self.estimate - low
        return self._corrected(kind, tails)

    def _corrected(self, kind: IntervalKind, tails: Vector) -> Ends | NotAvailable:
        """Percentiles moved by z₀ and, for BCa, by the acceleration a: Φ(z₀ + (z₀ + z)/(1 − a(z₀ + z)))."""
        bias = self.bias_correction
        if isinstance(bias, NotAvailable):
            return bias
        bend = 0.0 if kind == "bc" else self.acceleration
        if bend is None:
            return NotAvailable("BCa", "没有做刀切", "no jackknife was made")
        if isinstance(bend, NotAvailable):
            return bend
        moved = bias + ndtri(tails)
        return self._ends(ndtr(bias + moved / (1.0 - bend * moved)))

    def _ends(self, tails: Vector) -> Ends:
        ordered = np.sort(self.draws)
        return order_statistic(ordered, float(tails[0])), order_statistic(ordered, float(tails[1]))


def _require(kind: str, level: float) -> None:
    if kind not in get_args(IntervalKind):
        raise UnsupportedModelError(found=f"interval {kind!r}", expected=", ".join(get_args(IntervalKind)))
    if not 0.0 < level < 1.0:
        raise UnsupportedModelError(found=f"level={level!r}", expected="0 < level < 1")


def order_statistic(ordered: Vector, share: float) -> float:
    """Return the quantile at `share` of sorted draws, interpolated on the normal scale between ranks of R + 1 (`norm.inter`).

    Beyond the smallest and largest draw it is that draw: such a quantile needs more draws.
    """
    size = len(ordered)
    rank = (size + 1) * share
    below = int(rank)
    if below == 0:
        return float(ordered[0])
    if below >= size:
        return float(ordered[-1])
    if below == rank:
        return float(ordered[below - 1])
    at, low, high = ndtri(share), ndtri(below / (size + 1)), ndtri((below + 1) / (size + 1))
    return float(ordered[below - 1] + (at - low) / (high - low) * (ordered[below] - ordered[below - 1]))


def acceleration(left_out: Vector) -> float | NotAvailable:
    r"""Return :math:`a = \sum d^3 / (6 (\sum d^2)^{3/2})`, d the mean of the jackknife estimates less each of them."""
    gap = left_out.mean() - left_out
    spread = float((gap**2).sum())
    if len(left_out) < 3 or not spread > 0:
        return NotAvailable("a", "刀切估计没有差异", "the jackknife estimates do not differ")
    return float((gap**3).sum() / (6.0 * spread**1.5))
