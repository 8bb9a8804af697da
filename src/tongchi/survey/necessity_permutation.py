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
_CASES_PER_CELL = 15
"""With more cases per cell of the table of x by y than this, drawing the table is quicker than shuffling the cases."""


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
    """Effect sizes after shuffling, (draws,) for each condition and ceiling.

    All conditions see the same shuffles, but for those with so many more cases than cells in their table with the outcome that it is
    cheaper to draw the table; both have the same distribution.

    Parameters
    ----------
    conditions, outcome : (n,) each, complete, turned so that the empty corner is the upper left one
    """
    values = len(np.unique(outcome))
    if len(outcome) > _CASES_PER_CELL * values:
        tabled = [len(x) > _CASES_PER_CELL * values * len(np.unique(x)) for x in conditions]
        if any(tabled):
            return _mixed(conditions, outcome, scopes, ceilings, tabled=tabled, draws=draws, rng=rng)
    return _shuffled_effects(conditions, outcome, scopes, ceilings, draws=draws, rng=rng)


def _mixed(
    conditions: Sequence[Floats],
    outcome: Floats,
    scopes: Sequence[Scope],
    ceilings: Sequence[Ceiling],
    *,
    tabled: Sequence[bool],
    draws: int,
    rng: np.random.Generator,
) -> list[dict[Ceiling, Floats]]:
    found: dict[int, dict[Ceiling, Floats]] = {}
    for at, (x, scope) in enumerate(zip(conditions, scopes, strict=True)):
        if tabled[at]:
            highest, stand = random_tables(x, outcome, draws=draws, rng=rng)
            found[at] = dict(_effects(highest, stand, _levels(x, scope), ceilings))
    rest = [at for at in range(len(conditions)) if at not in found]
    if rest:
        some = [conditions[at] for at in rest], outcome, [scopes[at] for at in rest]
        found |= dict(zip(rest, _shuffled_effects(*some, ceilings, draws=draws, rng=rng), strict=True))
    return [found[at] for at in range(len(conditions))]


def _shuffled_effects(
    conditions: Sequence[Floats],
    outcome: Floats,
    scopes: Sequence[Scope],
    ceilings: Sequence[Ceiling],
    *,
    draws: int,
    rng: np.random.Generator,
) -> list[dict[Ceiling, Floats]]:
    prepared = [_levels(x, scope) for x, scope in zip(conditions, scopes, strict=True)]
    found: list[dict[Ceiling, Floats]] = [{name: np.empty(draws) for name in ceilings} for _ in conditions]
    size = max(1, _CHUNK // len(outcome))
    for first in range(0, draws, size):
        count = min(size, draws - first)
        shuffled = rng.permuted(np.broadcast_to(outcome, (count, len(outcome))), axis=1)
        for levels, effects in zip(prepared, found, strict=True):
            highest, stand = _row_tops(shuffled, levels, counted=any(name != "ce_fdh" for name in ceilings))
            for name, values in _effects(highest, stand, levels, ceilings).items():
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


def _row_tops(shuffled: Floats, levels: _Levels, *, counted: bool) -> tuple[Floats, Floats]:
    """Return, for (draws, n) shuffled outcomes, the highest at each x, and how many cases stand on it (if asked).

    The cases are exchangeable under H0, so the k-th shuffled number may be given to the k-th case in order of x.
    """
    highest = np.maximum.reduceat(shuffled, levels.starts, axis=1)
    if not counted:
        return highest, highest
    sizes = np.diff(np.append(levels.starts, shuffled.shape[1]))
    on_top = shuffled == np.repeat(highest, sizes, axis=1)
    return highest, np.add.reduceat(on_top, levels.starts, axis=1, dtype=np.float64)


def random_tables(x: Floats, y: Floats, *, draws: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw tables of x by y with the margins of the data, cell by cell; return highest y and cases on it, (draws, distinct x).

    A shuffle of y over the cases is one such table: the cases of each x are drawn from what y is left, without replacement.
    """
    sizes, (values, left) = np.unique(x, return_counts=True)[1], np.unique(y, return_counts=True)
    remaining = np.tile(left, (draws, 1))
    highest, stand = np.empty((draws, len(sizes))), np.empty((draws, len(sizes)))
    for column, size in enumerate(sizes):
        need, others = np.full(draws, size), remaining.sum(axis=1)
        top, count = np.full(draws, -1), np.zeros(draws, dtype=np.int64)
        for at in range(len(values) - 1, -1, -1):
            here = remaining[:, at].copy()
            others = others - here
            taken = rng.hypergeometric(here, others, need)
            need = need - taken
            remaining[:, at] = here - taken
            first = (top < 0) & (taken > 0)
            top, count = np.where(first, at, top), np.where(first, taken, count)
        highest[:, column], stand[:, column] = values[top], count
    return highest, stand


def _effects(highest: Floats, stand: Floats, levels: _Levels, ceilings: Sequence[Ceiling]) -> Mapping[Ceiling, Floats]:
    """Return the effect sizes of (draws, distinct x) highest outcomes and the cases on them."""
    running = np.maximum.accumulate(highest, axis=1)
    scope, result = levels.scope, dict[Ceiling, Floats]()
    if "ce_fdh" in ceilings:
        widths = np.diff(np.append(levels.x, scope.x_high))
        left = (levels.x[0] - scope.x_low) * (scope.y_high - scope.y_low)
        result["ce_fdh"] = (left + (scope.y_high - running) @ widths) / scope.area
    if set(ceilings) == {"ce_fdh"}:
        return result
    rises = np.diff(running, axis=1, prepend=-np.inf) > 0
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
