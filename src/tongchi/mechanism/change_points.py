r"""When did the level of a short series change? Exact search, with the uncertainty of the date.

All ways to part the series are weighed by dynamic programming (Jackson et al. 2005), not a grid of them: for some hundred periods that
costs milliseconds, and heuristics that skip places (ruptures' default jump of 5) miss the best one. Cost of a segment: squared
deviations from its mean, or for counts the Poisson deviance. The number of changes minimises a penalised cost.

The posterior of one change's date, all dates equally likely beforehand, is exact: for normal levels with a common variance the levels and
the variance are integrated out (Smith 1975), for counts the Poisson rates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, xlogy

from tongchi.errors import SeriesError

Array = NDArray[np.float64]
Kind = Literal["mean", "count"]
_LONGEST = 2000


@dataclass(frozen=True)
class Segments:
    """The best partition: `ends` are the last places (from 0) of all segments but the last, `levels` the mean of each segment."""

    ends: tuple[int, ...]
    levels: tuple[float, ...]
    cost: float
    penalty: float
    kind: Kind


def change_points(
    series: ArrayLike,
    *,
    kind: Kind = "mean",
    changes: int | None = None,
    penalty: float | None = None,
    most: int = 5,
    shortest: int = 2,
) -> Segments:
    """Return the best partition of a series (T,).

    Parameters
    ----------
    kind : "mean" for a level with noise, "count" for numbers of events (non-negative whole numbers)
    changes : exactly so many; None lets the penalty choose from 0 to `most`
    penalty : added cost per change in units of twice the log-likelihood; None takes 3·log T
        (Zhang & Siegmund 2007): of 24 periods of noise 1 in 20 shows a change, with BIC's 2·log T 1 in 4
    shortest : periods in a segment, at least

    Raises
    ------
    SeriesError
        for missing values, series that are constant or too short, counts below 0 or not whole.
    """
    values = _checked(series, kind, shortest)
    limit = len(values) // shortest - 1
    if changes is not None and not 0 <= changes <= limit:
        raise SeriesError(found=f"changes = {changes}", expected=f"0–{limit}", advice="")
    costs = _segment_costs(values, kind)
    tables = _best(costs, min(most, limit) if changes is None else changes, shortest)
    per_change = 3.0 * np.log(len(values)) if penalty is None else penalty
    if changes is None:
        scores = [_deviance(total, len(values), kind) + per_change * k for k, (total, _) in enumerate(tables)]
        chosen = int(np.argmin(scores))
    else:
        chosen = changes
    total, ends = tables[chosen]
    bounds = [0, *(end + 1 for end in ends), len(values)]
    levels = tuple(float(values[a:b].mean()) for a, b in pairwise(bounds))
    return Segments(ends, levels, float(total), float(per_change), kind)


def _checked(series: ArrayLike, kind: Kind, shortest: int) -> Array:
    values = np.asarray(series, dtype=np.float64)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise SeriesError(
            found="缺失值 / missing values",
            expected="完整的序列 / a complete series",
            advice="请先填补或缩短。/ Fill or shorten it.",
        )
    if shortest < 1 or not 2 * shortest <= len(values) <= _LONGEST:
        raise SeriesError(found=f"{len(values)} 期 / periods", expected=f"{2 * shortest}–{_LONGEST}", advice="")
    if kind == "count" and ((values < 0).any() or (values != np.floor(values)).any()):
        raise SeriesError(found="非计数 / no counts", expected="0, 1, 2, …", advice="")
    if np.ptp(values) == 0:
        raise SeriesError(found="恒定序列 / a constant series", expected="有变化的序列 / one that varies", advice="")
    return values


def _segment_costs(values: Array, kind: Kind) -> Array:
    """Return (T, T) costs: [a, b] that of the segment from a to b, both included."""
    size = len(values)
    centred = values - values.mean() if kind == "mean" else values
    sums = np.concatenate([[0.0], np.cumsum(centred)])
    length = np.arange(size)[None, :] - np.arange(size)[:, None] + 1.0
    total = sums[None, 1:] - sums[:-1, None]
    inside = length > 0
    length = np.where(inside, length, 1.0)
    if kind == "count":
        costs = 2.0 * (_count_logs(values) - xlogy(np.maximum(total, 0.0), np.maximum(total, 0.0) / length))
    else:
        squares = np.concatenate([[0.0], np.cumsum(centred**2)])
        costs = squares[None, 1:] - squares[:-1, None] - total**2 / length
    return np.where(inside, np.maximum(costs, 0.0), np.inf)


def _count_logs(values: Array) -> Array:
    """Return (T, T) sums of y·log y: a segment's deviance is 2·(Σ y log y − Y log(Y/n))."""
    sums = np.concatenate([[0.0], np.cumsum(xlogy(values, values))])
    difference: Array = sums[None, 1:] - sums[:-1, None]
    return difference


def _best(costs: Array, most: int, shortest: int) -> list[tuple[float, tuple[int, ...]]]:
    """Return, for 0 to `most` changes, the smallest cost and the last places of all segments but the last."""
    size = len(costs)
    cost = costs.copy()
    ends, starts = np.arange(size)[None, :], np.arange(size)[:, None]
    cost[ends - starts + 1 < shortest] = np.inf
    best = [cost[0]]
    back: list[NDArray[np.intp]] = []
    for _ in range(most):
        before = np.concatenate([[np.inf], best[-1][:-1]])  # cost of all that ends before a
        total = before[:, None] + cost
        back.append(total.argmin(axis=0))
        best.append(total.min(axis=0))
    found = []
    for changes in range(most + 1):
        places: list[int] = []
        end = size - 1
        for step in range(changes - 1, -1, -1):
            start = int(back[step][end])
            places.append(start - 1)
            end = start - 1
        found.append((float(best[changes][-1]), tuple(reversed(places))))
    return found


def _deviance(total: float, size: int, kind: Kind) -> float:
    """Return twice the negative log-likelihood up to a constant; the variance of the mean model is profiled out."""
    return total if kind == "count" else size * float(np.log(max(total, 1e-300) / size))


@dataclass(frozen=True)
class ChangeDate:
    """The date of one change: `probability` (T − 1,) that place k is the last one of the first regime, given that there is one."""

    probability: Array
    best: int
    level_before: float
    level_after: float

    def credible_set(self, mass: float = 0.9) -> list[int]:
        """Return the fewest places that hold the change with at least this probability, in order."""
        order = np.argsort(-self.probability, kind="stable")
        enough = int(np.searchsorted(np.cumsum(self.probability[order]), mass - 1e-12)) + 1
        return sorted(int(at) for at in order[:enough])


def change_date(series: ArrayLike, *, kind: Kind = "mean", shortest: int = 2) -> ChangeDate:
    """Return the posterior of the date of a single change in a series (T,)."""
    values = _checked(series, kind, shortest)
    size = len(values)
    last = np.arange(shortest - 1, size - shortest)
    evidence: Callable[[Array, NDArray[np.intp]], Array] = _count_evidence if kind == "count" else _mean_evidence
    weight = evidence(values, last)
    chance = np.exp(weight - weight.max())
    probability = np.zeros(size - 1)
    probability[last] = chance / chance.sum()
    best = int(probability.argmax())
    return ChangeDate(probability, best, float(values[: best + 1].mean()), float(values[best + 1 :].mean()))


def _mean_evidence(values: Array, last: NDArray[np.intp]) -> Array:
    """Log evidence with flat priors on both levels and 1/σ on the deviation: −½log(n₁n₂) − ½(T−2)·log RSS."""
    size = len(values)
    costs = _segment_costs(values, "mean")
    residual = costs[0, last] + costs[last + 1, size - 1]
    first = last + 1.0
    floor = max(1e-12 * float(costs[0, size - 1]), 1e-300)
    evidence: Array = -0.5 * np.log(first * (size - first)) - 0.5 * (size - 2) * np.log(np.maximum(residual, floor))
    return evidence


def _count_evidence(values: Array, last: NDArray[np.intp]) -> Array:
    """Log evidence with independent Gamma(½, mean-matched) priors on the two rates."""
    shape = 0.5
    rate = shape / max(float(values.mean()), 1e-12)
    sums = np.cumsum(values)
    evidence = np.zeros(len(last))
    for total, periods in ((sums[last], last + 1.0), (sums[-1] - sums[last], len(values) - last - 1.0)):
        evidence += gammaln(shape + total) - (shape + total) * np.log(rate + periods)
    return evidence
