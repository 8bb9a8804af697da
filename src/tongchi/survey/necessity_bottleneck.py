"""For each level of the outcome, how much of each condition does it take?

The bottleneck table (Dul 2016, table 3). A cell is a required level, or NN: any level of the condition will do, or NA: no level
within the scope is known to allow the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import polars as pl

from tongchi.errors import UnsupportedModelError
from tongchi.survey.necessity import ConditionNecessity, Necessity
from tongchi.survey.necessity_ceilings import Ceiling, Floats, Peers, required_level
from tongchi.survey.unavailable import NotAvailable

Form = Literal["percentage.range", "percentage.max", "actual", "percentile"]
Status = Literal["required", "NN", "NA"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """What one condition must be for one level of the outcome; the numbers are None for NN and NA.

    `level` is in the units of the data, `shown` in the form asked for, `short` the per cent of cases that do not reach it (0 for
    NN, 100 for NA). `at_most` says that the condition must not exceed the level, as for the corners on the right.
    """

    status: Status
    level: float | None
    shown: float | None
    short: float
    at_most: bool = False


@dataclass(frozen=True, eq=False)
class BottleneckTable:
    """One row for each level of the outcome, from easy to hard; columns are the conditions that could be analysed."""

    ceiling: Ceiling
    outcome: str
    condition_form: Form
    outcome_form: Form
    levels: Floats
    """Outcome in the units of the data."""
    shown: Floats
    """Outcome in the form asked for."""
    requirements: Mapping[str, tuple[Requirement, ...]]

    def table(self, digits: int = 1) -> pl.DataFrame:
        """Return the table as it is printed, with NN and NA."""
        columns: dict[str, object] = {self.outcome: self.shown}
        for name, cells in self.requirements.items():
            columns[name] = [_cell(cell, digits) for cell in cells]
        return pl.DataFrame(columns)


def _cell(one: Requirement, digits: int) -> str:
    if one.shown is None:
        return one.status
    return f"{'≤ ' if one.at_most else ''}{one.shown:.{digits}f}"


def bottleneck_table(
    result: Necessity,
    ceiling: Ceiling = "cr_fdh",
    *,
    condition_form: str = "percentage.range",
    outcome_form: str = "percentage.range",
    steps: int = 10,
) -> BottleneckTable:
    """Return the bottleneck table of one ceiling.

    Parameters
    ----------
    condition_form, outcome_form : "percentage.range" (0 at the low end of the scope, 100 at the high end), "percentage.max"
        (100 at the high end, 0 at zero), "actual", "percentile" (of the outcome: its quantiles; of a condition: per cent of cases
        at or below the required level)
    steps : rows are steps + 1 equal steps of the outcome

    Raises
    ------
    UnsupportedModelError : a form that does not exist, or a ceiling that was not estimated
    """
    x_form, y_form = _form(condition_form), _form(outcome_form)
    cases = {name: one for name, one in result.conditions.items() if not isinstance(one, NotAvailable)}
    for one in cases.values():
        if ceiling not in one.ceilings:
            raise UnsupportedModelError(found=f"ceiling={ceiling!r}", expected=", ".join(one.ceilings))
    if steps < 1:
        raise UnsupportedModelError(found=f"steps={steps}", expected="≥ 1")
    if not cases:
        return BottleneckTable(ceiling, result.outcome, x_form, y_form, np.empty(0), np.empty(0), {})
    first = next(iter(cases.values()))
    levels, shown = _outcome_levels(first, y_form, steps)
    cells = {name: tuple(_requirements(one, ceiling, x_form, levels)) for name, one in cases.items()}
    return BottleneckTable(ceiling, result.outcome, x_form, y_form, levels, shown, cells)


def _form(name: str) -> Form:
    for known in get_args(Form):
        if name == known:
            chosen: Form = known
            return chosen
    raise UnsupportedModelError(found=f"form={name!r}", expected=", ".join(get_args(Form)))


def _outcome_levels(case: ConditionNecessity, form: Form, steps: int) -> tuple[Floats, Floats]:
    shares = np.linspace(0.0, 1.0, steps + 1)
    low, high = case.scope.y_low, case.scope.y_high
    if form == "percentile":
        levels = np.quantile(case.y, shares)
    else:
        low = 0.0 if form == "percentage.max" else low
        levels = low + shares * (high - low)
    shown = levels if form == "actual" else 100 * shares
    return (levels[::-1], shown[::-1]) if case.corner in (3, 4) else (levels, shown)


def _requirements(case: ConditionNecessity, ceiling: Ceiling, form: Form, levels: Floats) -> list[Requirement]:
    x_sign = -1.0 if case.corner in (2, 4) else 1.0
    y_sign = -1.0 if case.corner in (3, 4) else 1.0
    peers = case.ceilings[ceiling].peers
    turned = Peers(x_sign * peers.x, y_sign * peers.y, peers.count)
    low, high = sorted((x_sign * case.scope.x_low, x_sign * case.scope.x_high))
    slack = 1e-9 * (high - low)
    cells = []
    for needed in required_level(ceiling, turned, y_sign * levels):
        if needed <= low + slack:
            cells.append(Requirement("NN", None, None, 0.0))
        elif needed > high + slack:
            cells.append(Requirement("NA", None, None, 100.0))
        else:
            level = x_sign * float(needed)
            short = 100 * float((x_sign * case.x < needed - slack).mean())
            cells.append(Requirement("required", level, _shown(case, form, level, slack), short, x_sign < 0))
    return cells


def _shown(case: ConditionNecessity, form: Form, level: float, slack: float) -> float:
    if form == "percentage.range":
        return 100 * (level - case.scope.x_low) / (case.scope.x_high - case.scope.x_low)
    if form == "percentage.max":
        return 100 * level / case.scope.x_high
    if form == "percentile":
        return 100 * float((case.x <= level + slack).mean())
    return level
