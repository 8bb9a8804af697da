r"""How far do coders agree beyond chance? Krippendorff's alpha for any number of coders, values missing, four levels of measurement.

With :math:`o_{ck}` the coincidences of values c and k, each unit of :math:`m_u` values giving each of its ordered pairs the weight
:math:`1/(m_u - 1)`, :math:`n_c = \sum_k o_{ck}` and :math:`n = \sum_c n_c` [1]_,

.. math:: \alpha = 1 - (n - 1) \frac{\sum_{c,k} o_{ck}\,\delta^2_{ck}}{\sum_{c,k} n_c n_k\,\delta^2_{ck}}.

Units with fewer than two values say nothing of agreement and are left out. The interval is a percentile bootstrap over units, each with
all of its coders, whose expected disagreement is worked out anew in each draw. It takes units, not pairs of values, as what was sampled;
the bootstrap of [2]_ draws pairs from the observed disagreements and holds the expected one fixed, which gives other limits.

References
----------
.. [1] Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.
.. [2] Hayes, A. F. and Krippendorff, K. (2007). Answering the call for a standard reliability measure for coding data.
   Communication Methods and Measures, 1(1), 77-89.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tongchi.errors import EvidenceError
from tongchi.study.evidence import EvidenceRow
from tongchi.survey.reliability import Interval
from tongchi.survey.unavailable import NotAvailable

Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")
Value = str | int | float
Array = NDArray[np.float64]
_FEWEST = 5
"""Units below which no interval is given."""
_LOST = 0.05
"""Largest share of draws in which alpha may not exist."""


@dataclass(frozen=True, slots=True)
class KrippendorffAlpha:
    """Alpha with what it rests on: units with two values or more, coders of them, and their values.

    `alike` is the share of the units in which all values are the same.
    """

    level: Level
    value: float
    interval: Interval | NotAvailable
    units: int
    coders: int
    values: int
    alike: float
    observed: float
    expected: float


@dataclass(frozen=True, slots=True)
class CodingAgreement:
    """How coders agree on what a quote speaks of, and on whether it supports it.

    `coded` are the quotes that anybody coded, `shared` those that two or more did: alpha speaks of these alone. A coder who did not
    code a quote counts as missing, not as one who saw nothing in it.
    """

    construct: KrippendorffAlpha | NotAvailable
    stance: KrippendorffAlpha | NotAvailable
    coders: tuple[str, ...]
    coded: int
    shared: int
    differing: tuple[str, ...]
    """Ids of the shared quotes to which coders gave different constructs."""


def krippendorff_alpha(
    ratings: Sequence[Sequence[Value | None]],
    level: Level = "nominal",
    *,
    order: Sequence[Value] | None = None,
    draws: int = 1000,
    seed: int = 1,
    confidence: float = 0.95,
) -> KrippendorffAlpha | NotAvailable:
    """Return alpha of units by coders, None where a coder gave no value.

    Parameters
    ----------
    ratings : one row per unit, one column per coder
    level : ordinal values need an order, interval and ratio ones are numbers (ratio: none below 0)
    order : of ordinal values that are no numbers, or whose order is another
    draws : of the bootstrap; 0 gives no interval

    Not available where no unit has two values, or all values are the same: then nothing is expected by chance. Raises `EvidenceError`
    for rows of unequal length, an unknown level and values that do not fit it.
    """
    kept = _pairable(ratings)
    values = _values(kept, level, order)
    if not kept:
        return NotAvailable("alpha", "没有一个单元有两位编码者。", "No unit has two coders.")
    if len(values) < 2:
        return NotAvailable("alpha", "所有取值相同，没有可比的变异。", "All values are the same: nothing varies.")
    counts = np.array([[row.count(value) for value in values] for row in kept], dtype=np.float64)
    table, metric = _coincidences(counts), _Metric(level, values)
    observed, expected = (float(one[0]) for one in _disagreements(table.sum(axis=0)[None], metric))
    interval = _interval(table, metric, draws, seed, confidence)
    coders = sum(any(value is not None for value in column) for column in zip(*kept, strict=True))
    alike = float((counts.max(axis=1) == counts.sum(axis=1)).mean())
    return KrippendorffAlpha(
        level, 1 - observed / expected, interval, len(kept), coders, int(counts.sum()), alike, observed, expected
    )


def _pairable(ratings: Sequence[Sequence[Value | None]]) -> list[list[Value | None]]:
    lengths = sorted({len(row) for row in ratings})
    if len(lengths) > 1:
        found = f"{lengths[0]}–{lengths[-1]} 列 / columns"
        raise EvidenceError(found=found, expected="每个单元列数相同 / rows of one length", advice="")
    return [list(row) for row in ratings if sum(value is not None for value in row) > 1]


def _values(kept: Sequence[Sequence[Value | None]], level: Level, order: Sequence[Value] | None) -> list[Value]:
    """Return the values that occur, in their order."""
    if level not in LEVELS:
        raise EvidenceError(found=f"level={level!r}", expected=", ".join(LEVELS), advice="")
    found = {value for row in kept for value in row if value is not None}
    if order is not None:
        strange = sorted(str(value) for value in found - set(order))
        if strange:
            raise EvidenceError(found=strange[0], expected=", ".join(map(str, order)), advice="")
        return [value for value in order if value in found]
    if level == "nominal":
        return sorted(found, key=lambda value: (isinstance(value, str), str(value)))
    numbers = [value for value in found if isinstance(value, int | float) and np.isfinite(value)]
    if len(numbers) < len(found) or (level == "ratio" and any(value < 0 for value in numbers)):
        bad = next(value for value in found if value not in numbers or (level == "ratio" and float(value) < 0))
        expected = "数字 / numbers" if level != "ratio" else "不小于零的数字 / numbers from 0"
        raise EvidenceError(found=str(bad), expected=expected, advice="")
    return sorted(numbers)


def _coincidences(counts: Array) -> Array:
    """Return (units, values, values): the share of each unit in the coincidence table."""
    size = counts.sum(axis=1)
    pairs: Array = counts[:, :, None] * counts[:, None, :]
    at = np.arange(counts.shape[1])
    pairs[:, at, at] -= counts
    shares: Array = pairs / (size - 1)[:, None, None]
    return shares


@dataclass(frozen=True)
class _Metric:
    level: Level
    values: list[Value]

    def squared(self, totals: Array) -> Array:
        """Return (draws or 1, values, values) squared differences; ordinal ones rest on how often each value occurs."""
        if self.level == "nominal":
            return (1.0 - np.eye(len(self.values)))[None]
        if self.level == "ordinal":
            upto = np.cumsum(totals, axis=1) - totals / 2
            ranks: Array = (upto[:, :, None] - upto[:, None, :]) ** 2
            return ranks
        at = np.array(self.values, dtype=np.float64)
        apart: Array = at[:, None] - at[None, :]
        if self.level == "ratio":
            both = at[:, None] + at[None, :]
            apart = np.divide(apart, both, out=np.zeros_like(apart), where=both > 0)
        return (apart**2)[None]


def _disagreements(tables: Array, metric: _Metric) -> tuple[Array, Array]:
    """Return observed and expected disagreement of coincidence tables (draws, values, values), per pair of values."""
    totals = tables.sum(axis=2)
    whole = totals.sum(axis=1)
    squared = metric.squared(totals)
    observed = (tables * squared).sum(axis=(1, 2)) / whole
    expected = (totals[:, :, None] * totals[:, None, :] * squared).sum(axis=(1, 2)) / (whole * (whole - 1))
    return observed, expected


def _interval(table: Array, metric: _Metric, draws: int, seed: int, confidence: float) -> Interval | NotAvailable:
    units, size = len(table), table.shape[1]
    if draws < 1:
        return NotAvailable("interval", "没有要求自助抽样。", "No bootstrap was asked for.")
    if units < _FEWEST:
        return NotAvailable("interval", f"只有 {units} 个单元。", f"There are only {units} units.")
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(units, np.full(units, 1 / units), size=draws).astype(np.float64)
    drawn = (weights @ table.reshape(units, -1)).reshape(draws, size, size)
    observed, expected = _disagreements(drawn, metric)
    exists = expected > 0
    if exists.mean() < 1 - _LOST:
        share = f"{100 * (1 - exists.mean()):.0f}"
        return NotAvailable(
            "interval",
            f"{share}% 的抽样中所有取值相同。",
            f"In {share} % of the draws all values are the same.",
        )
    alphas = 1 - observed[exists] / expected[exists]
    low, high = np.quantile(alphas, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(low), float(high), confidence)


def coding_agreement(rows: Sequence[EvidenceRow], *, draws: int = 1000, seed: int = 1) -> CodingAgreement:
    """Return how the coders of evidence rows agree.

    The unit is a quote: one reference and its words. Its value is the construct that a coder gave it; where a coder gave several,
    their set is the value. The stance is that towards the hypothesis or construct; a coder who gave both stances to one quote gave a
    third value.
    """
    coders = tuple(sorted({row.coder for row in rows}))
    units: dict[tuple[str, str, str], dict[str, list[EvidenceRow]]] = {}
    for row in rows:
        unit = units.setdefault((row.kind, row.reference, row.quote), {})
        unit.setdefault(row.coder, []).append(row)
    ordered = [units[key] for key in sorted(units)]
    constructs = [[_set(unit.get(coder), "construct") for coder in coders] for unit in ordered]
    stances = [[_set(unit.get(coder), "stance") for coder in coders] for unit in ordered]
    shared = [unit for unit in ordered if len(unit) > 1]
    return CodingAgreement(
        construct=krippendorff_alpha(constructs, draws=draws, seed=seed),
        stance=krippendorff_alpha(stances, draws=draws, seed=seed),
        coders=coders,
        coded=len(ordered),
        shared=len(shared),
        differing=tuple(sorted(_first_id(unit) for unit in shared if len(_said(unit)) > 1)),
    )


def _set(rows: Sequence[EvidenceRow] | None, column: str) -> str | None:
    """Return what a coder said of a quote as one value, None where nothing was said."""
    return " + ".join(sorted({str(getattr(row, column)) for row in rows})) if rows else None


def _said(unit: dict[str, list[EvidenceRow]]) -> set[str | None]:
    return {_set(rows, "construct") for rows in unit.values()}


def _first_id(unit: dict[str, list[EvidenceRow]]) -> str:
    return min(row.id for rows in unit.values() for row in rows)
