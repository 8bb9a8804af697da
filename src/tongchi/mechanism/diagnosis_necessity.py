r"""Which necessary condition do most respondents lack, and how sure is that?

At the aim, a level of the outcome, the CE-FDH ceiling says how much of each condition it takes; the share of respondents below that
is what is unmet (the bottleneck table, Dul 2016). Respondents are drawn anew with replacement, the same ones for all conditions that
have the same complete cases, and in each draw the condition with the largest unmet share counts, among those that are necessary
in all the data and whose d stays at or above the rule's smallest effect. A ceiling hangs on few cases, and
resampling knows only the cases there are: the probabilities are rather too sure than too unsure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tongchi.survey.necessity import ConditionNecessity, Necessity, Verdict
from tongchi.survey.necessity_ceilings import Ceiling, Scope, ceiling_zone, find_peers, required_level
from tongchi.survey.unavailable import NotAvailable

Floats = NDArray[np.float64]
_CEILING: Ceiling = "ce_fdh"


@dataclass(frozen=True)
class NecessityReading:
    """One condition: d, p, the verdict of the rule; at the aim the level it takes (share of its range) and who lacks it.

    `required` is None where any level will do or none is known to suffice; `unmet` is 0 or 1 then. `binding` is the share of
    resamples in which this condition is the necessary one that most lack.
    """

    effect_size: float
    p_value: float | None
    verdict: Verdict
    required: float | None
    unmet: float
    binding: float


@dataclass(frozen=True)
class _Turned:
    """A condition with signs turned so that the empty corner is upper left, and the outcome's level at the aim."""

    name: str
    x: Floats
    y: Floats
    scope: Scope
    aim: float

    def at(self, rows: NDArray[np.intp] | None = None) -> tuple[float, float, float]:
        """Return d, the level it takes at the aim, and the share of cases below it."""
        x, y = (self.x, self.y) if rows is None else (self.x[rows], self.y[rows])
        peers = find_peers(x, y)
        d = ceiling_zone(_CEILING, peers, self.scope) / self.scope.area
        needed = float(required_level(_CEILING, peers, np.array([self.aim]))[0])
        slack = 1e-9 * (self.scope.x_high - self.scope.x_low)
        return d, needed, float((x < needed - slack).mean())


def read_necessity(
    found: Necessity, *, aim: float, draws: int, seed: int
) -> dict[str, NecessityReading] | NotAvailable:
    """Return the reading of each condition that could be analysed."""
    cases = {name: one for name, one in found.conditions.items() if isinstance(one, ConditionNecessity)}
    if not cases:
        reasons = [one for one in found.conditions.values() if isinstance(one, NotAvailable)]
        return reasons[0] if reasons else NotAvailable("necessity", "没有条件。", "There are no conditions.")
    turned = {name: _turn(one, aim) for name, one in cases.items()}
    verdicts = {name: one.ceilings[_CEILING].verdict(found.rule) for name, one in cases.items()}
    candidates = {name: turned[name] for name, verdict in verdicts.items() if verdict == "necessary"}
    shares = _shares(candidates, found.rule.smallest_effect, draws, seed)
    readings = {}
    for name, one in cases.items():
        estimate = one.ceilings[_CEILING]
        _, needed, unmet = turned[name].at()
        readings[name] = NecessityReading(
            effect_size=estimate.effect_size,
            p_value=None if isinstance(estimate.test, NotAvailable) else estimate.test.p_value,
            verdict=verdicts[name],
            required=_share_of_range(turned[name], needed),
            unmet=unmet,
            binding=shares.get(name, 0.0),
        )
    return readings


def _turn(one: ConditionNecessity, aim: float) -> _Turned:
    x_sign, y_sign = (-1.0 if one.corner in (2, 4) else 1.0), (-1.0 if one.corner in (3, 4) else 1.0)
    x_low, x_high = sorted((x_sign * one.scope.x_low, x_sign * one.scope.x_high))
    y_low, y_high = sorted((y_sign * one.scope.y_low, y_sign * one.scope.y_high))
    return _Turned(
        one.condition,
        x_sign * one.x,
        y_sign * one.y,
        Scope(x_low, x_high, y_low, y_high),
        y_low + aim * (y_high - y_low),
    )


def _share_of_range(one: _Turned, needed: float) -> float | None:
    """Return how far into its favourable range the condition must be; None for any level or no known one."""
    share = (needed - one.scope.x_low) / (one.scope.x_high - one.scope.x_low)
    return share if np.isfinite(share) and 1e-9 < share <= 1 + 1e-9 else None


def _shares(cases: Mapping[str, _Turned], smallest: float, draws: int, seed: int) -> dict[str, float]:
    """Return how often each condition is the necessary one that most lack; draws in which none is lacking count for nobody."""
    names = list(cases)
    if not names:
        return {}
    rng = np.random.default_rng([seed, 11])
    wins = np.zeros(len(names))
    samples = [cases[name].y.tobytes() for name in names]
    for _ in range(draws):
        rows: dict[bytes, NDArray[np.intp]] = {}
        unmet = np.zeros(len(names))
        for at, name in enumerate(names):
            if samples[at] not in rows:
                size = len(cases[name].x)
                rows[samples[at]] = rng.integers(0, size, size)
            d, _, short = cases[name].at(rows[samples[at]])
            unmet[at] = short if d >= smallest else 0.0
        if unmet.max() > 0:
            first = np.flatnonzero(unmet == unmet.max())
            wins[first] += 1.0 / len(first)
    return {name: float(won / draws) for name, won in zip(names, wins, strict=True)}
