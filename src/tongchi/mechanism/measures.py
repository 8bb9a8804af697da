"""What does each indicator, survey wave or kind of event say of its construct, on one scale from 0 to 1?

Each indicator is brought to [0, 1] by its bounds and direction; bounds are those given, or the smallest and largest value over all
parties and periods (said so). A survey wave is on [0, 1] already. Events are a stock that fades by half in some years, the fullest period being 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tongchi.errors import SeriesError
from tongchi.mechanism.tables import CONSTRUCTS, Event, Indicator, Period, Wave

Array = NDArray[np.float64]

ELEMENTS = ("motive", "path", "purpose")
ELEMENT_OF = {
    "scale_gap": "motive",
    "central_push": "motive",
    "willingness": "motive",
    "incentive": "path",
    "involvement": "path",
    "standardisation": "path",
    "coordination": "path",
    "trust": "purpose",
    "barrier": "purpose",
    "localism": "purpose",
    "development": "purpose",
}
HALF_LIFE = 3.0  # years in which an event loses half of its weight
LESS_IS_MORE = frozenset({"barrier", "localism"})  # the purpose is reached as these dissolve


@dataclass(frozen=True)
class Measure:
    """One indicator over all parties and periods: `values` (parties, periods) in [0, 1], NaN where there is none.

    `oriented` in the sense of its element: a barrier counts as 1 − value. `bounds` are in the indicator's unit; `error` is the
    standard error of wave means, 0 for counted indicators.
    """

    name: str
    construct: str
    values: Array
    error: Array
    bounds: tuple[float, float]
    bounds_given: bool
    unit: str


def gather_measures(
    indicators: Sequence[Indicator] = (),
    waves: Sequence[Wave] = (),
    events: Sequence[Event] = (),
    *,
    base_period: str | None = None,
    half_life: float = HALF_LIFE,
) -> tuple[tuple[str, ...], tuple[Period, ...], tuple[Measure, ...], tuple[tuple[str, str], ...]]:
    """Return parties, periods, measures and notes (zh, en) on how they were scaled. See `measure_indices` for the arguments."""
    parties, periods = _frame(indicators, waves, events)
    notes: list[tuple[str, str]] = []
    measures = _from_indicators(indicators, parties, periods, base_period, notes)
    measures += _from_waves(waves, parties, periods)
    measures += _from_events(events, parties, periods, half_life, notes)
    if not measures:
        raise SeriesError(found="没有可用的指标 / no usable indicator", expected="≥ 1", advice="")
    return parties, periods, tuple(measures), tuple(notes)


def _frame(
    indicators: Sequence[Indicator], waves: Sequence[Wave], events: Sequence[Event]
) -> tuple[tuple[str, ...], tuple[Period, ...]]:
    named = [*(row.party for row in indicators), *(row.party for row in waves)]
    named += [party for event in events for party in event.parties]
    parties = tuple(dict.fromkeys(named))
    found = {row.period.start: row.period for row in indicators} | {row.period.start: row.period for row in waves}
    for event in events:
        found.setdefault(float(event.date.year), Period(float(event.date.year), str(event.date.year)))
    periods = tuple(found[start] for start in sorted(found))
    if len(periods) < 2:
        raise SeriesError(
            found=f"{len(periods)} 期 / period(s)",
            expected="至少两期 / two or more",
            advice="请补充其他时期的数据。/ Add data of other periods.",
        )
    return parties, periods


def _from_indicators(
    rows: Sequence[Indicator],
    parties: tuple[str, ...],
    periods: tuple[Period, ...],
    base_period: str | None,
    notes: list[tuple[str, str]],
) -> list[Measure]:
    measures = []
    for name in dict.fromkeys(row.indicator for row in rows):
        own = [row for row in rows if row.indicator == name]
        raw = np.full((len(parties), len(periods)), np.nan)
        starts = [period.start for period in periods]
        for row in own:
            raw[parties.index(row.party), starts.index(row.period.start)] = row.value
        first = own[0]
        low = next((row.low for row in own if row.low is not None), None)
        high = next((row.high for row in own if row.high is not None), None)
        given = low is not None and high is not None
        if not given and base_period is not None:
            values, bounds = _against_base(raw, parties, periods, base_period, name)
        else:
            bounds = (
                float(np.nanmin(raw)) if low is None else low,
                float(np.nanmax(raw)) if high is None else high,
            )
            values = _scaled(raw, bounds, name)
        if not given and base_period is None:
            zh = f"指标“{name}”未给上下界，取所有地区与时期的最小值 {bounds[0]:g} 和最大值 {bounds[1]:g}。"
            en = f"Indicator “{name}” has no bounds; the smallest ({bounds[0]:g}) and largest ({bounds[1]:g}) value are taken."
            notes.append((zh, en))
        oriented = values if first.direction > 0 else 1.0 - values
        zero = np.zeros_like(values)
        measures.append(
            Measure(name, first.construct, _toward(first.construct, oriented), zero, bounds, given, first.unit)
        )
    return measures


def _scaled(raw: Array, bounds: tuple[float, float], name: str) -> Array:
    low, high = bounds
    if high <= low:
        raise SeriesError(
            found=f"{name} 处处为 {low:g} / is {low:g} everywhere",
            expected="有变化的指标，或给出上下界 / one that varies, or bounds",
            advice="请填 low 与 high 两列。/ Fill in the columns low and high.",
        )
    return np.clip((raw - low) / (high - low), 0.0, 1.0)


def _against_base(
    raw: Array, parties: tuple[str, ...], periods: tuple[Period, ...], base: str, name: str
) -> tuple[Array, tuple[float, float]]:
    labels = [period.label for period in periods]
    if base not in labels:
        raise SeriesError(found=f"base_period = {base}", expected=", ".join(labels), advice="")
    start = raw[:, labels.index(base)]
    if not (np.isfinite(start) & (start > 0)).all() or np.nanmin(raw) < 0:
        lacking = [p for p, v in zip(parties, start, strict=True) if not v > 0]
        raise SeriesError(
            found=f"{name} 在基期没有正值：{', '.join(lacking)} / no positive value in the base period",
            expected="> 0",
            advice="",
        )
    return raw / (raw + start[:, None]), (0.0, float(start.mean()))


def _toward(construct: str, values: Array) -> Array:
    return 1.0 - values if construct in LESS_IS_MORE else values


def _from_waves(rows: Sequence[Wave], parties: tuple[str, ...], periods: tuple[Period, ...]) -> list[Measure]:
    starts = [period.start for period in periods]
    measures = []
    for construct in (c for c in CONSTRUCTS if any(row.construct == c for row in rows)):
        values = np.full((len(parties), len(periods)), np.nan)
        errors = np.zeros_like(values)
        for row in rows:
            if row.construct == construct:
                at = parties.index(row.party), starts.index(row.period.start)
                values[at], errors[at] = row.mean, row.se
        name = f"survey:{construct}"
        measures.append(Measure(name, construct, _toward(construct, values), errors, (0.0, 1.0), True, "0–1"))
    return measures


def _from_events(
    events: Sequence[Event],
    parties: tuple[str, ...],
    periods: tuple[Period, ...],
    half_life: float,
    notes: list[tuple[str, str]],
) -> list[Measure]:
    """Return the stock of events of each construct at the end of each period: an agreement goes on to count, ever less."""
    starts = np.array([period.start for period in periods])
    ends = starts + np.diff(starts).min()
    measures = []
    for construct in (c for c in CONSTRUCTS if any(event.construct == c for event in events)):
        stock = np.zeros((len(parties), len(periods)))
        for event in events:
            if event.construct == construct:
                age = ends - _year_part(event)
                fading = np.where(age > 0, 0.5 ** (np.maximum(age, 0.0) / half_life), 0.0)
                for party in event.parties:
                    stock[parties.index(party)] += fading
        top = float(stock.max())
        zh = f"事件“{construct}”按存量计：每 {half_life:g} 年减半，最多的一期为 1。"
        en = f"Events of “{construct}” count as a stock that halves every {half_life:g} years; the fullest period is 1."
        notes.append((zh, en))
        values = _toward(construct, stock / top if top > 0 else stock)
        measures.append(
            Measure(f"events:{construct}", construct, values, np.zeros_like(values), (0.0, top), False, "件")
        )
    return measures


def _year_part(event: Event) -> float:
    return event.date.year + (event.date.timetuple().tm_yday - 1) / 366
