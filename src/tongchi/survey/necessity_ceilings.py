r"""Where does the empty space above the data begin, and how large is it?

A condition is necessary in degree where no high outcome occurs without it: the corner of low condition and high outcome is
empty. Everything here speaks of that corner, upper left; `necessity` turns the other corners into it by signs.

Ceilings (Dul 2016, Organ. Res. Methods 19, 10-52). CE-FDH: the free disposal hull, a step function through the peers, the
points that exceed all points to their left. CE-VRS: the smallest concave function above them. CR-FDH, CR-VRS: the
least-squares line through the peers of either; peers weigh by the number of cases that stand on them, for on rating scales
many do. With S the scope, a box around the data, and C the part of S above the ceiling, the effect size is
:math:`d = C/S`, from 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ceiling = Literal["ce_fdh", "cr_fdh", "ce_vrs", "cr_vrs"]
CEILINGS: tuple[Ceiling, ...] = get_args(Ceiling)


@dataclass(frozen=True, slots=True)
class Scope:
    """The box in which a point may lie: observed limits, or wider ones from theory."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float

    @property
    def area(self) -> float:
        """Area of the box, in units of condition times outcome."""
        return (self.x_high - self.x_low) * (self.y_high - self.y_low)


@dataclass(frozen=True, eq=False)
class Peers:
    """Points on a ceiling from left to right, x and y both increasing, and how many cases stand on each."""

    x: Floats
    y: Floats
    count: Floats


@dataclass(frozen=True, slots=True)
class Line:
    """y = intercept + slope · x."""

    intercept: float
    slope: float


def find_peers(x: Floats, y: Floats, *, concave: bool = False) -> Peers:
    """Return the peers of the free disposal hull, or of the smallest concave ceiling.

    Parameters
    ----------
    x, y : (n,) complete. Of cases with one x the highest counts; it is a peer if it exceeds all with a smaller x.
    """
    levels, place = np.unique(x, return_inverse=True)
    highest = np.full(len(levels), -np.inf)
    np.maximum.at(highest, place, y)
    running = np.maximum.accumulate(highest)
    at = np.flatnonzero(np.diff(running, prepend=-np.inf) > 0)
    at = at[concave_points(levels[at], running[at])] if concave else at
    stand = np.bincount(place[y == running[place]], minlength=len(levels)).astype(np.float64)
    return Peers(levels[at], running[at], stand[at])


def concave_points(x: Floats, y: Floats) -> list[int]:
    """Return which of some points, x and y both increasing, carry the smallest concave function above all of them."""
    kept: list[int] = []
    for at in range(len(x)):
        while len(kept) > 1:
            first, last = kept[-2], kept[-1]
            rise = (y[last] - y[first]) * (x[at] - x[last])
            if rise > (y[at] - y[last]) * (x[last] - x[first]):
                break
            kept.pop()
        kept.append(at)
    return kept


def fit_line(peers: Peers) -> Line | None:
    """Return the least-squares line through the peers, weighted by their cases; None if there is but one peer."""
    if len(peers.x) < 2:
        return None
    weight = peers.count / peers.count.sum()
    x_mean, y_mean = float(weight @ peers.x), float(weight @ peers.y)
    away = peers.x - x_mean
    slope = float((weight * away) @ (peers.y - y_mean) / ((weight * away) @ away))
    return Line(y_mean - slope * x_mean, slope)


def envelope_zone(peers: Peers, scope: Scope, *, concave: bool) -> float:
    """Area of the scope above the steps or the concave function; all of the scope left of the first peer belongs to it."""
    ends = np.append(peers.x, scope.x_high)
    height = scope.y_high - peers.y
    if concave:
        height = height - np.append(np.diff(peers.y) / 2, 0.0)
    left = (peers.x[0] - scope.x_low) * (scope.y_high - scope.y_low)
    return float(left + np.diff(ends) @ height)


def line_zone(intercept: Floats, slope: Floats, scope: Scope) -> Floats:
    """Area of the scope above lines that rise; (k,) intercepts and slopes > 0 to (k,) areas."""
    leaves_floor = np.clip((scope.y_low - intercept) / slope, scope.x_low, scope.x_high)
    meets_roof = np.clip((scope.y_high - intercept) / slope, scope.x_low, scope.x_high)
    middle = scope.y_high - intercept - slope * (leaves_floor + meets_roof) / 2
    full: Floats = (leaves_floor - scope.x_low) * (scope.y_high - scope.y_low)
    return full + (meets_roof - leaves_floor) * middle


def ceiling_zone(ceiling: Ceiling, peers: Peers, scope: Scope) -> float:
    """Area of the scope above one ceiling. A line needs two peers: with one there is none, and the area is 0."""
    if ceiling.startswith("ce"):
        return envelope_zone(peers, scope, concave=ceiling == "ce_vrs")
    line = fit_line(peers)
    if line is None:
        return 0.0
    return float(line_zone(np.array([line.intercept]), np.array([line.slope]), scope)[0])


def required_level(ceiling: Ceiling, peers: Peers, outcome: Floats) -> Floats:
    """Smallest condition at which the ceiling allows each outcome: -inf if any will do, +inf if none is known to.

    An envelope allows nothing left of its first peer, and no more than the last peer reaches.
    """
    line = fit_line(peers) if ceiling.startswith("cr") else None
    if line is not None:
        return np.asarray((outcome - line.intercept) / line.slope, dtype=np.float64)
    if ceiling.startswith("cr"):
        return np.full(len(outcome), -np.inf)
    slack = 1e-9 * max(1.0, float(np.abs(peers.y).max()))
    at = np.searchsorted(peers.y, outcome - slack)
    beyond = at == len(peers.y)
    steps, slopes = peers.x[np.minimum(at, len(peers.y) - 1)], np.interp(outcome, peers.y, peers.x)
    return np.where(beyond, np.inf, slopes if ceiling == "ce_vrs" else steps)
