r"""How strong are motive, path and purpose, period by period? Measures to one index each, with nothing hidden.

An index is the weighted mean of the measures of its constructs that are there in that period; below half of the weight it is
missing, and nothing is filled in. Three weightings are always worked out: equal, entropy (measures that tell periods and
parties apart weigh more; Shannon 1948, as used for composite indices since), and the user's if given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tongchi.errors import SeriesError
from tongchi.mechanism.coupling import CouplingCoordination, coupling_coordination
from tongchi.mechanism.measures import ELEMENT_OF, ELEMENTS, HALF_LIFE, Measure, gather_measures
from tongchi.mechanism.synergy import synergy
from tongchi.mechanism.tables import Event, Indicator, Period, Wave

Array = NDArray[np.float64]

JOINT = "joint"
_ENOUGH = 0.5
_DRAWS = 400


@dataclass(frozen=True)
class IndexSeries:
    """Indices (parties + joint, periods, 3) by weighting, with 90 % bands; NaN inside arrays marks a missing period.

    `to_frame` writes missing periods as nulls. `weights` holds, by weighting and element, the weight of each measure.
    """

    parties: tuple[str, ...]
    periods: tuple[Period, ...]
    measures: tuple[Measure, ...]
    weights: Mapping[str, Mapping[str, float]]
    values: Mapping[str, Array]
    lower: Array
    upper: Array
    notes: tuple[tuple[str, str], ...]

    @property
    def rows(self) -> tuple[str, ...]:
        """Names of the first axis: the parties, and the joint index, their mean."""
        return (*self.parties, JOINT)

    def series(self, element: str, party: str = JOINT, weighting: str = "equal") -> list[float | None]:
        """Return one index by period, None where it is missing."""
        column = self.values[weighting][self.rows.index(party), :, ELEMENTS.index(element)]
        return [float(v) if np.isfinite(v) else None for v in column]

    def to_frame(self) -> pl.DataFrame:
        """Return one row per party, period, element and weighting, with the band (of the equal weighting)."""
        rows = []
        for weighting, values in self.values.items():
            for r, party in enumerate(self.rows):
                for t, period in enumerate(self.periods):
                    for e, element in enumerate(ELEMENTS):
                        band = (self.lower[r, t, e], self.upper[r, t, e]) if weighting == "equal" else (np.nan, np.nan)
                        rows.append((party, period.label, element, weighting, values[r, t, e], *band))
        names = ["party", "period", "element", "weighting", "value", "lower", "upper"]
        frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
        return frame.with_columns(pl.col("value", "lower", "upper").cast(pl.Float64).fill_nan(None))

    def coupling(self, party: str = JOINT, weighting: str = "equal") -> tuple[list[Period], CouplingCoordination]:
        """Return the coupling coordination of the three elements in the periods where none is missing."""
        periods, levels = self._whole(party, weighting)
        return periods, coupling_coordination(levels)

    def synergy(self, party: str = JOINT, weighting: str = "equal") -> tuple[list[Period], Array]:
        """Return the composite-system synergy degree against the first period where none is missing."""
        periods, levels = self._whole(party, weighting)
        return periods, synergy(levels)

    def _whole(self, party: str, weighting: str) -> tuple[list[Period], Array]:
        levels = self.values[weighting][self.rows.index(party)]
        whole = np.isfinite(levels).all(axis=1)
        if not whole.any():
            raise SeriesError(
                found=f"{party}: 没有一期三项俱全 / no period has all three elements",
                expected="动机、路径、目的各有指标 / indicators of motive, path and purpose",
                advice="",
            )
        return [p for p, kept in zip(self.periods, whole, strict=True) if kept], levels[whole]


def measure_indices(
    indicators: Sequence[Indicator] = (),
    waves: Sequence[Wave] = (),
    events: Sequence[Event] = (),
    *,
    weights: Mapping[str, float] | None = None,
    base_period: str | None = None,
    half_life: float = HALF_LIFE,
    seed: int = 0,
) -> IndexSeries:
    """Return the indices of motive, path and purpose by party and period.

    Parameters
    ----------
    events : a stock by party and construct at the end of each period; an event loses half of its weight in `half_life` years
    weights : by measure name; within each element they must sum to 1
    base_period : indicators without bounds are then set against their value in that period: v/(v + v₀), ½ at the base

    Raises
    ------
    SeriesError
        for fewer than two periods, a measure that is the same everywhere and has no bounds, or weights that do not sum to 1.
    """
    if not half_life > 0:
        raise SeriesError(found=f"half_life = {half_life:g}", expected="> 0", advice="")
    parties, periods, measures, notes = gather_measures(
        indicators, waves, events, base_period=base_period, half_life=half_life
    )
    schemes = {"equal": _equal(measures), "entropy": _entropy(measures)}
    if weights is not None:
        schemes["user"] = _checked(weights, measures)
    values = {name: _index(measures, [scheme[m.name] for m in measures]) for name, scheme in schemes.items()}
    lower, upper = _bands(measures, np.array([schemes["equal"][m.name] for m in measures]), seed)
    return IndexSeries(parties, periods, measures, schemes, values, lower, upper, notes)


def _equal(measures: Sequence[Measure]) -> dict[str, float]:
    """Within an element constructs weigh alike, and within a construct its measures."""
    weights = {}
    for element in ELEMENTS:
        inside = [m for m in measures if ELEMENT_OF[m.construct] == element]
        constructs = {m.construct for m in inside}
        for m in inside:
            same = sum(other.construct == m.construct for other in inside)
            weights[m.name] = 1.0 / len(constructs) / same
    return weights


def _entropy(measures: Sequence[Measure]) -> dict[str, float]:
    """Weigh a measure by 1 − H/log n, with H the entropy of its shares over all parties and periods; alike if none varies."""
    weights: dict[str, float] = {}
    for element in ELEMENTS:
        inside = [m for m in measures if ELEMENT_OF[m.construct] == element]
        spread = np.array([_spread(m.values) for m in inside])
        shares = spread / spread.sum() if spread.sum() > 0 else np.full(len(inside), 1.0 / max(len(inside), 1))
        weights |= {m.name: float(share) for m, share in zip(inside, shares, strict=True)}
    return weights


def _spread(values: Array) -> float:
    known = values[np.isfinite(values)] + 1e-6  # a share of zero is allowed
    if len(known) < 2:
        return 0.0
    shares = known / known.sum()
    return max(0.0, 1.0 + float((shares * np.log(shares)).sum()) / float(np.log(len(known))))


def _checked(weights: Mapping[str, float], measures: Sequence[Measure]) -> dict[str, float]:
    names = [m.name for m in measures]
    for name in weights:
        if name not in names:
            raise SeriesError(found=f"权重 {name} / weight {name}", expected=", ".join(names), advice="")
    for element in ELEMENTS:
        inside = [m.name for m in measures if ELEMENT_OF[m.construct] == element]
        total = sum(float(weights.get(name, 0.0)) for name in inside)
        if inside and (abs(total - 1.0) > 1e-6 or any(weights.get(name, 0.0) < 0 for name in inside)):
            raise SeriesError(
                found=f"{element}: 权重之和 {total:g} / weights that sum to {total:g}",
                expected="非负，和为 1 / none negative, sum 1",
                advice="",
            )
    return {name: float(weights.get(name, 0.0)) for name in names}


def _index(measures: Sequence[Measure], weights: Sequence[float], values: Sequence[Array] | None = None) -> Array:
    """Return (parties + 1, periods, 3); NaN where less than half of the weight is there."""
    given = [m.values for m in measures] if values is None else values
    size = given[0].shape
    found = np.full((size[0] + 1, size[1], len(ELEMENTS)), np.nan)
    for e, element in enumerate(ELEMENTS):
        at = [k for k, m in enumerate(measures) if ELEMENT_OF[m.construct] == element]
        if not at:
            continue
        stack = np.array([given[k] for k in at])
        weight = np.array([weights[k] for k in at])[:, None, None] * np.isfinite(stack)
        total = weight.sum(axis=0)
        enough = total >= _ENOUGH - 1e-12
        mean = (np.nan_to_num(stack) * weight).sum(axis=0) / np.where(total > 0, total, 1.0)
        found[:-1, :, e] = np.where(enough, mean, np.nan)
        present = np.isfinite(found[:-1, :, e])
        count = present.sum(axis=0)
        joint = np.nan_to_num(found[:-1, :, e]).sum(axis=0) / np.maximum(count, 1)
        found[-1, :, e] = np.where(count == size[0], joint, np.nan)
    return found


def _bands(measures: Sequence[Measure], weights: Array, seed: int) -> tuple[Array, Array]:
    """Return 5 and 95 % quantiles over draws of the measures of each element (with replacement) and of the waves' errors."""
    rng = np.random.default_rng(seed)
    draws = []
    groups = [[k for k, m in enumerate(measures) if ELEMENT_OF[m.construct] == element] for element in ELEMENTS]
    for _ in range(_DRAWS):
        drawn = np.zeros(len(measures))
        for group in groups:
            for k in rng.choice(group, len(group)) if group else ():
                drawn[k] += weights[k]
            total = drawn[group].sum()
            drawn[group] = drawn[group] / total if total > 0 else weights[group]
        noisy = [np.clip(m.values + rng.normal(size=m.values.shape) * m.error, 0.0, 1.0) for m in measures]
        draws.append(_index(measures, drawn.tolist(), noisy))
    whole = np.array(draws)
    missing = ~np.isfinite(_index(measures, weights.tolist()))
    whole = np.where(np.isfinite(whole), whole, np.nanmean(np.where(missing, 0.0, whole), axis=0))
    lower, upper = np.quantile(whole, [0.05, 0.95], axis=0)
    return np.where(missing, np.nan, lower), np.where(missing, np.nan, upper)
