r"""Could an empty corner of this size have come about by chance?

The outcome is shuffled over the cases, which leaves both distributions as they are and cuts every tie between them (Dul, van
der Laan and Kuik 2020, Organ. Res. Methods 23, 385-395). With b of B shuffled effect sizes at least as large as the observed
one, :math:`p = (b + 1)/(B + 1)` (Phipson and Smyth 2010), which is never 0; the interval for the Monte Carlo error is the exact
binomial one of b/B.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from tongchi.survey.necessity_ceilings import (
    Ceiling,
    Floats,
    Peers,
    Scope,
    ceiling_zone,
    concave_points,
    line_zone,
)
from tongchi.survey.reliability import Interval

_CHUNK = 1_500_000
"""Numbers held at once."""


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """H0: condition and outcome have nothing to do with each other. `monte_carlo` holds the p of all permutations."""

    p_value: float
    monte_carlo: Interval
    draws: int
    threshold: float
    """The .95 quantile of the effect size under H0."""


@dataclass(frozen=True, eq=False)
class _Levels:
    """One condition: its distinct x, and where each begins among the cases in order of x."""

    starts: NDArray[np.intp]
    x: Floats
    scope: Scope


def permuted_effects(
    conditions: Sequence[Floats],
    outcome: Floats,
    scopes: Sequence[Scope],
    ceilings: Sequence[Ceiling],
    *,
    draws: int,
    rng: np.random.Generator,
) -> list[dict[Ceiling, Floats]]:
    """Effect sizes after shuffling, (draws,) for each condition and ceiling; all conditions see the same shuffles.

    Parameters
    ----------
    conditions, outcome : (n,) each, complete, turned so that the empty corner is the upper left one
    """
    prepared = [_levels(x, scope) for x, scope in zip(conditions, scopes, strict=True)]
    found: list[dict[Ceiling, Floats]] = [{name: np.empty(draws) for name in ceilings} for _ in conditions]
    size = max(1, _CHUNK // len(outcome))
    for first in range(0, draws, size):
        count = min(size, draws - first)
        shuffled = rng.permuted(np.broadcast_to(outcome, (count, len(outcome))), axis=1)
        for levels, effects in zip(prepared, found, strict=True):
            for name, values in _effects(shuffled, levels, ceilings).items():
                effects[name][first : first + count] = values
    return found


def permutation_test(observed: float, effects: Floats, *, level: float = 0.95) -> PermutationTest:
    """Compare an effect size with those of shuffled data; `observed` counts as reached within 1e-12."""
    draws = len(effects)
    reached = int((effects >= observed - 1e-12).sum())
    tail = (1 - level) / 2
    lower = float(betaincinv(reached, draws - reached + 1, tail)) if reached else 0.0
    upper = float(betaincinv(reached + 1, draws - reached, 1 - tail)) if reached < draws else 1.0
    return PermutationTest(
        (reached + 1) / (draws + 1), Interval(lower, upper, level), draws, float(np.quantile(effects, 0.95))
    )


def _levels(x: Floats, scope: Scope) -> _Levels:
    levels, starts = np.unique(np.sort(x), return_index=True)
    return _Levels(starts, levels, scope)


def _effects(shuffled: Floats, levels: _Levels, ceilings: Sequence[Ceiling]) -> Mapping[Ceiling, Floats]:
    """Return the effect sizes of (draws, n) shuffled outcomes.

    The cases are exchangeable under H0, so the k-th shuffled number may be given to the k-th case in order of x.
    """
    highest = np.maximum.reduceat(shuffled, levels.starts, axis=1)
    running = np.maximum.accumulate(highest, axis=1)
    scope, result = levels.scope, dict[Ceiling, Floats]()
    if "ce_fdh" in ceilings:
        widths = np.diff(np.append(levels.x, scope.x_high))
        left = (levels.x[0] - scope.x_low) * (scope.y_high - scope.y_low)
        result["ce_fdh"] = (left + (scope.y_high - running) @ widths) / scope.area
    if set(ceilings) == {"ce_fdh"}:
        return result
    rises = np.diff(running, axis=1, prepend=-np.inf) > 0
    sizes = np.diff(np.append(levels.starts, shuffled.shape[1]))
    stand = np.add.reduceat(shuffled == np.repeat(running, sizes, axis=1), levels.starts, axis=1, dtype=np.float64)
    if "cr_fdh" in ceilings:
        result["cr_fdh"] = _line_effects(levels.x, running, np.where(rises, stand, 0.0), scope)
    for name in ceilings:
        if name.endswith("vrs"):
            rows = zip(running, rises, stand, strict=True)
            result[name] = np.array([_concave_effect(name, levels, *row) for row in rows])
    return result


def _line_effects(x: Floats, y: Floats, weight: Floats, scope: Scope) -> Floats:
    """Effect sizes of weighted least-squares lines, one per row of y and weight; 0 where one peer carries all weight."""
    total = weight.sum(axis=1)
    x_mean = weight @ x / total
    y_mean = (weight * y).sum(axis=1) / total
    away = x - x_mean[:, None]
    squares = (weight * away**2).sum(axis=1)
    crossed = (weight * away * (y - y_mean[:, None])).sum(axis=1)
    single = (weight > 0).sum(axis=1) < 2
    slope = np.where(single, 1.0, crossed / np.where(single, 1.0, squares))
    return np.where(single, 0.0, line_zone(y_mean - slope * x_mean, slope, scope) / scope.area)


def _concave_effect(name: Ceiling, levels: _Levels, running: Floats, rises: Floats, stand: Floats) -> float:
    at = np.flatnonzero(rises)
    at = at[concave_points(levels.x[at], running[at])]
    peers = Peers(levels.x[at], running[at], stand[at])
    return ceiling_zone(name, peers, levels.scope) / levels.scope.area
