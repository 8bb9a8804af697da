"""Which condition must be there, at which level, for a high outcome to be possible at all?

Necessary Condition Analysis (Dul 2016, Organ. Res. Methods 19, 10-52): ceiling lines, effect size, accuracy, a permutation test
and the bottleneck table. A condition can matter little on average and still be necessary. The rule here: a condition counts as
necessary where d is at least .1 (medium, Dul 2016) and the permutation test has p < .05 (Dul, van der Laan and Kuik 2020); both
numbers can be changed, and neither says that it is necessary by theory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from tongchi.errors import SampleError, UnknownVariableError, UnsupportedModelError
from tongchi.survey.necessity_ceilings import (
    CEILINGS,
    Ceiling,
    Floats,
    Line,
    Peers,
    Scope,
    ceiling_zone,
    find_peers,
    fit_line,
)
from tongchi.survey.necessity_permutation import PermutationTest, permutation_test, permuted_effects
from tongchi.survey.sem.sample import Data, columns_of
from tongchi.survey.unavailable import NotAvailable

Corner = Literal[1, 2, 3, 4]
"""The corner that is expected to be empty: 1 upper left (high x for high y), 2 upper right (low x for high y), 3 lower left
(high x for low y), 4 lower right (low x for low y)."""

Verdict = Literal["necessary", "not_necessary", "undecided"]
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """When a condition counts as necessary: d >= `smallest_effect` and p < `alpha`."""

    smallest_effect: float = 0.1
    alpha: float = 0.05


@dataclass(frozen=True, eq=False)
class CeilingEstimate:
    """One ceiling of one condition. Areas are in units of condition times outcome."""

    ceiling: Ceiling
    effect_size: float
    """d = ceiling zone / scope, 0 to 1."""
    zone: float
    accuracy: float
    """Per cent of cases on or below the ceiling (beyond it for the lower corners); 100 for an envelope."""
    above: int
    """Cases beyond the ceiling."""
    fit: float | NotAvailable
    """Zone in per cent of that of CE-FDH."""
    slope: float | NotAvailable
    intercept: float | NotAvailable
    peers: Peers
    """As they lie in the data, in the order of the ceiling."""
    condition_inefficiency: float | NotAvailable
    """Per cent of the condition's range in which more of it allows no more of the outcome."""
    outcome_inefficiency: float | NotAvailable
    """Per cent of the outcome's range that is possible whatever the condition."""
    test: PermutationTest | NotAvailable

    @property
    def magnitude(self) -> str:
        """Word for d (Dul 2016): below .1 small, below .3 medium, below .5 large, else very large."""
        for limit, word in ((0.1, "small"), (0.3, "medium"), (0.5, "large")):
            if self.effect_size < limit:
                return word
        return "very large"

    def verdict(self, rule: Rule | None = None) -> Verdict:
        """Apply the rule; without a test only a d below the smallest effect decides."""
        rule = rule or Rule()
        if self.effect_size < rule.smallest_effect:
            return "not_necessary"
        if isinstance(self.test, NotAvailable):
            return "undecided"
        return "necessary" if self.test.p_value < rule.alpha else "not_necessary"


@dataclass(frozen=True, eq=False)
class ConditionNecessity:
    """One condition and the outcome: `n` complete cases, `left_out` incomplete ones."""

    condition: str
    outcome: str
    corner: Corner
    n: int
    left_out: int
    scope: Scope
    ceilings: Mapping[Ceiling, CeilingEstimate]
    x: Floats
    y: Floats


@dataclass(frozen=True, eq=False)
class Necessity:
    """All conditions of one outcome; a condition that cannot be analysed says why."""

    outcome: str
    conditions: Mapping[str, ConditionNecessity | NotAvailable]
    rule: Rule

    def table(self) -> pl.DataFrame:
        """Return one row for each condition and ceiling; what is not available is null, with the reason last."""
        rows: list[dict[str, object]] = []
        for name, found in self.conditions.items():
            if isinstance(found, NotAvailable):
                rows.append({"condition": name, "reason": str(found)})
                continue
            rows += [{"condition": name} | _line(found, each, self.rule) for each in found.ceilings.values()]
        return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


_SCHEMA = {
    "condition": pl.String,
    "ceiling": pl.String,
    "n": pl.Int64,
    "effect_size": pl.Float64,
    "magnitude": pl.String,
    "p_value": pl.Float64,
    "accuracy": pl.Float64,
    "zone": pl.Float64,
    "scope": pl.Float64,
    "slope": pl.Float64,
    "intercept": pl.Float64,
    "condition_inefficiency": pl.Float64,
    "outcome_inefficiency": pl.Float64,
    "verdict": pl.String,
    "reason": pl.String,
}


def _line(found: ConditionNecessity, each: CeilingEstimate, rule: Rule) -> dict[str, object]:
    numbers = ("slope", "intercept", "condition_inefficiency", "outcome_inefficiency")
    missing = each.test if isinstance(each.test, NotAvailable) else None
    return {
        "ceiling": each.ceiling,
        "n": found.n,
        "effect_size": each.effect_size,
        "magnitude": each.magnitude,
        "p_value": None if isinstance(each.test, NotAvailable) else each.test.p_value,
        "accuracy": each.accuracy,
        "zone": each.zone,
        "scope": found.scope.area,
        "verdict": each.verdict(rule),
        "reason": str(missing) if missing else None,
    } | {name: value for name in numbers if not isinstance(value := getattr(each, name), NotAvailable)}


def necessity(
    data: Data,
    conditions: Sequence[str],
    outcome: str,
    *,
    ceilings: Sequence[str] = ("ce_fdh", "cr_fdh"),
    scope: Mapping[str, tuple[float, float]] | None = None,
    corner: Corner | Mapping[str, Corner] = 1,
    rng: np.random.Generator | None = None,
    draws: int = 10_000,
    rule: Rule | None = None,
) -> Necessity:
    """Analyse whether each condition is necessary for the outcome.

    Parameters
    ----------
    data : polars frame, or columns by name; for each condition the cases that have it and the outcome are used
    ceilings : of "ce_fdh", "cr_fdh", "ce_vrs", "cr_vrs"
    scope : theoretical limits (low, high) by variable; the observed ones for the others
    corner : the one that is expected to be empty, the same for all conditions or by condition
    rng : source of the shuffles; without it there is no permutation test
    draws : shuffles of the outcome

    Returns
    -------
    By condition its ceilings, or why there are none: a constant condition or outcome, or fewer than 3 complete cases.

    Raises
    ------
    UnknownVariableError, SampleError (values that are no numbers, a scope narrower than the data), UnsupportedModelError
    """
    chosen = _chosen(ceilings, conditions, draws)
    y = _numbers(data, outcome)
    found: dict[str, ConditionNecessity | NotAvailable] = {}
    turned: dict[str, _Turned] = {}
    for name in conditions:
        at = corner.get(name, 1) if isinstance(corner, Mapping) else corner
        one = _prepare(_numbers(data, name), y, (name, outcome), corner=at, limits=scope or {})
        if isinstance(one, NotAvailable):
            found[name] = one
        else:
            turned[name] = one
    tests = _tests(turned, chosen, draws, rng)
    for name, one in turned.items():
        found[name] = one.result(name, outcome, chosen, tests[name])
    return Necessity(outcome, {name: found[name] for name in conditions}, rule or Rule())


@dataclass(frozen=True, eq=False)
class _Turned:
    """Complete cases, signs that turn the empty corner into the upper left one, and the scope after turning."""

    x: Floats
    y: Floats
    x_sign: float
    y_sign: float
    corner: Corner
    scope: Scope
    seen_scope: Scope
    kept: bytes
    left_out: int

    def peers(self, ceiling: Ceiling) -> Peers:
        return find_peers(self.x_sign * self.x, self.y_sign * self.y, concave=ceiling.endswith("vrs"))

    def effect(self, ceiling: Ceiling) -> float:
        return ceiling_zone(ceiling, self.peers(ceiling), self.scope) / self.scope.area

    def result(
        self,
        name: str,
        outcome: str,
        ceilings: Sequence[Ceiling],
        tests: Mapping[Ceiling, PermutationTest | NotAvailable],
    ) -> ConditionNecessity:
        estimates = {ceiling: _estimate(self, ceiling, tests[ceiling]) for ceiling in ceilings}
        return ConditionNecessity(
            name, outcome, self.corner, len(self.x), self.left_out, self.seen_scope, estimates, self.x, self.y
        )


def _estimate(case: _Turned, ceiling: Ceiling, test: PermutationTest | NotAvailable) -> CeilingEstimate:
    peers, scope = case.peers(ceiling), case.scope
    zone, steps = ceiling_zone(ceiling, peers, scope), ceiling_zone("ce_fdh", case.peers("ce_fdh"), scope)
    line = fit_line(peers) if ceiling.startswith("cr") else None
    above = 0
    if line is not None:
        rise = case.y_sign * case.y - line.intercept - line.slope * case.x_sign * case.x
        above = int((rise > 1e-7 * max(1.0, float(np.abs(case.y).max()))).sum())
    no_line = NotAvailable("slope", "包络没有斜率。", "An envelope has no slope.")
    if ceiling.startswith("cr"):
        no_line = NotAvailable("slope", "上限上只有一点，无法拟合直线。", "One peer makes no line.")
    inefficiency = _inefficiency(peers, line, scope) if line or ceiling.startswith("ce") else (no_line, no_line)
    flat = NotAvailable("fit", "CE-FDH 的上限区为零。", "The zone of CE-FDH is zero.")
    return CeilingEstimate(
        ceiling,
        effect_size=zone / scope.area,
        zone=zone,
        accuracy=100 * (1 - above / len(case.x)),
        above=above,
        fit=100 * zone / steps if steps > 0 else flat,
        slope=line.slope * case.x_sign * case.y_sign if line else no_line,
        intercept=line.intercept * case.y_sign if line else no_line,
        peers=Peers(case.x_sign * peers.x, case.y_sign * peers.y, peers.count),
        condition_inefficiency=inefficiency[0],
        outcome_inefficiency=inefficiency[1],
        test=test,
    )


def _inefficiency(peers: Peers, line: Line | None, scope: Scope) -> tuple[float, float]:
    """Per cent of the range of x beyond where the ceiling meets the roof, and of y below where it starts."""
    if line is None:
        meets, starts = float(peers.x[-1]), float(peers.y[0]) if peers.x[0] <= scope.x_low else scope.y_low
        meets = scope.x_high if peers.y[-1] < scope.y_high else meets
    else:
        meets, starts = (scope.y_high - line.intercept) / line.slope, line.intercept + line.slope * scope.x_low
    idle = np.clip((scope.x_high - meets) / (scope.x_high - scope.x_low), 0, 1)
    given = np.clip((starts - scope.y_low) / (scope.y_high - scope.y_low), 0, 1)
    return 100 * float(idle), 100 * float(given)


def _tests(
    cases: Mapping[str, _Turned], ceilings: Sequence[Ceiling], draws: int, rng: np.random.Generator | None
) -> dict[str, dict[Ceiling, PermutationTest | NotAvailable]]:
    """Test conditions with the same complete cases and direction of the outcome on the same shuffles."""
    if rng is None or draws < 1:
        none = NotAvailable("permutation_test", "没有给出随机数发生器。", "No generator of random numbers was given.")
        return {name: dict.fromkeys(ceilings, none) for name in cases}
    alike: dict[tuple[bytes, float, float, float], list[str]] = {}
    for name, case in cases.items():
        alike.setdefault((case.kept, case.y_sign, case.scope.y_low, case.scope.y_high), []).append(name)
    result: dict[str, dict[Ceiling, PermutationTest | NotAvailable]] = {}
    for names in alike.values():
        first = cases[names[0]]
        xs = [cases[name].x_sign * cases[name].x for name in names]
        scopes = [cases[name].scope for name in names]
        effects = permuted_effects(xs, first.y_sign * first.y, scopes, ceilings, draws=draws, rng=rng)
        for name, by_ceiling in zip(names, effects, strict=True):
            result[name] = {one: permutation_test(cases[name].effect(one), by_ceiling[one]) for one in ceilings}
    return result


def _prepare(
    x: Floats,
    y: Floats,
    names: tuple[str, str],
    *,
    corner: Corner,
    limits: Mapping[str, tuple[float, float]],
) -> _Turned | NotAvailable:
    whole = np.isfinite(x) & np.isfinite(y)
    x, y = x[whole], y[whole]
    if len(x) < _FEWEST:
        return NotAvailable(
            "necessity", f"只有{len(x)}个完整个案，至少需要3个。", f"{len(x)} complete cases; it takes 3."
        )
    for label, values in zip(names, (x, y), strict=True):
        if np.ptp(values) == 0:
            return NotAvailable(
                "necessity", f"{label} 为常数，没有空角可言。", f"{label} is constant: there is no corner."
            )
    (x_low, x_high), (y_low, y_high) = _limits(names[0], x, limits), _limits(names[1], y, limits)
    x_sign, y_sign = (-1.0 if corner in (2, 4) else 1.0), (-1.0 if corner in (3, 4) else 1.0)
    turned = Scope(*sorted((x_sign * x_low, x_sign * x_high)), *sorted((y_sign * y_low, y_sign * y_high)))
    seen = Scope(x_low, x_high, y_low, y_high)
    return _Turned(x, y, x_sign, y_sign, corner, turned, seen, whole.tobytes(), int((~whole).sum()))


def _limits(name: str, values: Floats, limits: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    given = limits.get(name, (low, high))
    if given[0] > low or given[1] < high:
        raise SampleError(
            found=f"{name}: {low:g} … {high:g}",
            expected=f"{given[0]:g} … {given[1]:g}",
            advice="请放宽理论范围，或检查数据。/ Widen the theoretical scope, or check the data.",
        )
    return float(given[0]), float(given[1])


def _chosen(ceilings: Sequence[str], conditions: Sequence[str], draws: int) -> tuple[Ceiling, ...]:
    wrong = [name for name in ceilings if name not in CEILINGS]
    if wrong or not ceilings:
        raise UnsupportedModelError(found=f"ceiling={wrong[0] if wrong else ''!r}", expected=", ".join(CEILINGS))
    if not conditions or draws < 0:
        raise SampleError(
            found=f"{len(conditions)} conditions, draws={draws}", expected="≥ 1 condition, draws ≥ 0", advice=""
        )
    return tuple(name for name in CEILINGS if name in ceilings)


def _numbers(data: Data, name: str) -> Floats:
    if name not in columns_of(data):
        raise UnknownVariableError(found=name, expected=", ".join(columns_of(data)[:12]), advice="")
    column = data[name]
    try:
        values = column.cast(pl.Float64).to_numpy() if isinstance(column, pl.Series) else column
        numbers = np.asarray(values, dtype=np.float64)
    except (ValueError, TypeError, pl.exceptions.InvalidOperationError):
        numbers = np.array([np.inf])
    if np.isinf(numbers).any():
        raise SampleError(
            found=f"{name} 列含非数字 / column {name} holds values that are no numbers",
            expected="数字或空格 / numbers or empty cells",
            advice="",
        )
    return numbers
