r"""On which construct does effort pay most: one that matters for the target and is not yet high?

Importance is the total effect on the target, :math:`M = (I - B)^{-1}`, with :math:`\partial M_{ts}/\partial B_{ij} = M_{ti}M_{js}` for the delta
method. Performance is the mean of the scale, from 0 at its lowest code to 100 at its highest. Where the target is wanted high, a
construct with a negative total effect is good where it is low, so that its favourable performance is 100 less its mean; where it is
wanted low, as barriers are, it is the other way round. The map is cut at the means over the
constructs (Ringle and Sarstedt 2016, Ind. Manag. Data Syst. 116, 1865-1886). What is to be gained is
:math:`|effect| \times (100 - favourable)/100`; the construct with the largest gain binds on average.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import special

from tongchi.errors import UnknownVariableError
from tongchi.survey.instrument import Instrument
from tongchi.survey.reliability import Interval
from tongchi.survey.scale_scores import mean_score
from tongchi.survey.sem.result import Fit
from tongchi.survey.structural_model import StructuralModel
from tongchi.survey.unavailable import NotAvailable

Floats = NDArray[np.float64]


Wanted = Literal["high", "low"]
"""Which end of the target is the good one."""


class Quadrant(StrEnum):
    """Where a construct lies on the map."""

    ACT = "act"
    KEEP = "keep"
    LOW_PRIORITY = "low_priority"
    SUFFICIENT = "sufficient"


QUADRANTS: dict[Quadrant, tuple[str, str]] = {
    Quadrant.ACT: ("重要而水平不足：优先改进", "important and not good yet: act here first"),
    Quadrant.KEEP: ("重要且水平较好：保持", "important and good: keep it up"),
    Quadrant.LOW_PRIORITY: ("不太重要，水平不足：暂缓", "less important and not good: low priority"),
    Quadrant.SUFFICIENT: ("不太重要，水平较好：足够", "less important and good: enough"),
}


@dataclass(frozen=True, slots=True)
class Effect:
    """A total effect with its delta-method standard error and interval."""

    value: float
    se: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class MappedConstruct:
    """One cause of the target. `importance` is standardised, `unstandardised` in units of the constructs' first items.

    `performance` is 0 … 100 with Student's interval; `first_share` is how often, within the uncertainty of both, this construct
    has the largest gain.
    """

    construct: str
    importance: Effect
    unstandardised: Effect
    performance: float
    performance_interval: Interval
    favourable: float
    quadrant: Quadrant
    certain: bool
    """Whether neither interval crosses the cut of the map."""
    gain: float
    first_share: float | NotAvailable


@dataclass(frozen=True, eq=False)
class ImportancePerformance:
    """All constructs from which a path leads to the target, the largest gain first."""

    target: str
    model: str
    constructs: tuple[MappedConstruct, ...]
    importance_cut: float
    performance_cut: float
    target_performance: float
    wanted: Wanted = "high"

    @property
    def binding(self) -> MappedConstruct:
        """The construct with the largest gain."""
        return self.constructs[0]

    def table(self) -> pl.DataFrame:
        """Return one row for each construct."""
        return pl.DataFrame([_row(one) for one in self.constructs], infer_schema_length=None)


def _row(one: MappedConstruct) -> dict[str, object]:
    return {
        "construct": one.construct,
        "importance": one.importance.value,
        "importance_lower": one.importance.interval.lower,
        "importance_upper": one.importance.interval.upper,
        "unstandardised": one.unstandardised.value,
        "performance": one.performance,
        "performance_lower": one.performance_interval.lower,
        "performance_upper": one.performance_interval.upper,
        "favourable": one.favourable,
        "quadrant": one.quadrant.value,
        "certain": one.certain,
        "gain": one.gain,
        "first_share": None if isinstance(one.first_share, NotAvailable) else one.first_share,
    }


def importance_performance(
    instrument: Instrument,
    model: StructuralModel,
    fit: Fit,
    answers: pl.DataFrame,
    *,
    target: str | None = None,
    wanted: Wanted = "high",
    level: float = 0.95,
    rng: np.random.Generator | None = None,
    draws: int = 4000,
) -> ImportancePerformance | NotAvailable:
    """Return the importance-performance map of a target.

    Parameters
    ----------
    fit : of `model` in one group
    answers : scored answers (reversed items turned round)
    target : a construct at which paths end; by default the one last listed from which no path leads on
    wanted : "low" for a target that is to fall
    rng, draws : draw importance and performance from their normal approximations to say how sure it is which construct binds;
        without a generator `first_share` is not available

    Returns
    -------
    Not available where nothing leads to the target, or the fit has no standard errors.

    Raises
    ------
    UnknownVariableError : a target that the model does not have
    """
    chosen = target or default_target(model)
    if chosen not in model.constructs:
        raise UnknownVariableError(found=chosen, expected=", ".join(model.constructs), advice="")
    causes = _causes(model, chosen)
    if not causes:
        return NotAvailable("ipma", f"没有路径通向 {chosen}。", f"No path leads to {chosen}.")
    if fit.vcov is None or len(fit.sample.moments) > 1:
        return NotAvailable("ipma", "没有标准误，或是多组模型。", "No standard errors, or a model of several groups.")
    raw, raw_cov = _total_effects(model, fit, causes, chosen, standardised=False)
    unit, unit_cov = _total_effects(model, fit, causes, chosen, standardised=True)
    if not np.isfinite(unit).all():
        return NotAvailable("ipma", "有构念方差非正，无法标准化。", "A construct has no positive variance.")
    levels = [_performance(instrument, model.constructs[code], answers, level) for code in (*causes, chosen)]
    found = [one for one in levels if not isinstance(one, NotAvailable)]
    if len(found) < len(levels):
        return NotAvailable("ipma", "有构念没有得分。", "A construct has no scores.")
    reach = float(special.ndtri((1 + level) / 2))
    effects = _Effects(
        [_effect(*pair, reach, level) for pair in zip(unit, np.sqrt(np.diag(unit_cov)), strict=True)],
        [_effect(*pair, reach, level) for pair in zip(raw, np.sqrt(np.diag(raw_cov)), strict=True)],
    )
    turn = 1.0 if wanted == "high" else -1.0
    shares = _first_shares(turn * unit, unit_cov, found[:-1], rng, draws)
    mapped = _map(model.name, chosen, causes, effects, levels=found, shares=shares, turn=turn)
    return replace(mapped, wanted=wanted)


def default_target(model: StructuralModel) -> str:
    """Return the construct last listed at which paths end and from which none leads on; else the last at which one ends."""
    ends = [code for code in model.constructs if any(path.effect == code for path in model.paths)]
    leaves = [code for code in ends if not any(path.cause == code for path in model.paths)]
    return (leaves or ends)[-1]


def _causes(model: StructuralModel, target: str) -> list[str]:
    found, queue = {target}, [target]
    for here in queue:
        for path in model.paths:
            if path.effect == here and path.cause not in found:
                found.add(path.cause)
                queue.append(path.cause)
    return [code for code in model.constructs if code in found and code != target]


def _total_effects(
    model: StructuralModel, fit: Fit, causes: Sequence[str], target: str, *, standardised: bool
) -> tuple[Floats, Floats]:
    """Return total effects on the target and their covariance; (k,) and (k, k)."""
    assembly = fit.assembly
    values, slopes = fit.with_slopes(standardised=standardised)
    codes = list(model.constructs)
    at = {model.variable(code): place for place, code in enumerate(codes)}
    paths = [place for place, row in enumerate(assembly.rows) if row.op == "~" and row.lhs in at and row.rhs in at]
    effects = np.zeros((len(codes), len(codes)))
    ends = [(at[assembly.rows[place].lhs], at[assembly.rows[place].rhs]) for place in paths]
    for place, (effect, cause) in zip(paths, ends, strict=True):
        effects[effect, cause] = values[place]
    total = np.linalg.inv(np.eye(len(codes)) - effects)
    end, starts = codes.index(target), [codes.index(code) for code in causes]
    gradient = np.array([[total[end, effect] * total[cause, start] for effect, cause in ends] for start in starts])
    along = gradient @ slopes[paths]
    cov: Floats = along @ np.asarray(fit.vcov) @ along.T
    return np.asarray(total[end, starts], dtype=np.float64), cov


@dataclass(frozen=True)
class _Effects:
    unit: list[Effect]
    raw: list[Effect]


def _effect(value: float, se: float, reach: float, level: float) -> Effect:
    return Effect(float(value), float(se), Interval(float(value - reach * se), float(value + reach * se), level))


@dataclass(frozen=True)
class _Level:
    mean: float
    se: float
    interval: Interval


def _performance(
    instrument: Instrument, items: Sequence[str], answers: pl.DataFrame, level: float
) -> _Level | NotAvailable:
    scores = mean_score(answers, items).drop_nulls().to_numpy()
    if len(scores) < 2:
        return NotAvailable("performance", "得分少于两个。", "There are fewer than two scores.")
    low, high = instrument.scale.low, instrument.scale.high
    points = 100 * (scores - low) / (high - low)
    mean, se = float(points.mean()), float(points.std(ddof=1) / np.sqrt(len(points)))
    reach = float(special.stdtrit(len(points) - 1, (1 + level) / 2)) * se
    return _Level(mean, se, Interval(mean - reach, mean + reach, level))


def _first_shares(
    unit: Floats,
    cov: Floats,
    levels: Sequence[_Level],
    rng: np.random.Generator | None,
    draws: int,
) -> list[float | NotAvailable]:
    none = NotAvailable("first_share", "没有给出随机数发生器。", "No generator of random numbers was given.")
    if rng is None or draws < 1:
        return [none] * len(unit)
    values, vectors = np.linalg.eigh(cov)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    importance = unit + rng.normal(size=(draws, len(unit))) @ root.T
    means, errors = (np.array([getattr(one, name) for one in levels]) for name in ("mean", "se"))
    performance = means + errors * rng.normal(size=(draws, len(unit)))
    favourable = np.where(importance >= 0, performance, 100 - performance)
    first = np.argmax(np.abs(importance) * (100 - favourable), axis=1)
    return [float(share) for share in np.bincount(first, minlength=len(unit)) / draws]


def _map(
    name: str,
    target: str,
    causes: Sequence[str],
    effects: _Effects,
    *,
    levels: Sequence[_Level],
    shares: Sequence[float | NotAvailable],
    turn: float,
) -> ImportancePerformance:
    good = [
        one.mean if turn * effect.value >= 0 else 100 - one.mean
        for one, effect in zip(levels[:-1], effects.unit, strict=True)
    ]
    importance_cut = float(np.mean([abs(effect.value) for effect in effects.unit]))
    performance_cut = float(np.mean(good))
    found = []
    for at, code in enumerate(causes):
        unit, one = effects.unit[at], levels[at]
        important, fine = abs(unit.value) >= importance_cut, good[at] >= performance_cut
        found.append(
            MappedConstruct(
                construct=code,
                importance=unit,
                unstandardised=effects.raw[at],
                performance=one.mean,
                performance_interval=one.interval,
                favourable=good[at],
                quadrant=_quadrant(important, fine),
                certain=_certain(unit, one, good[at], importance_cut, performance_cut),
                gain=abs(unit.value) * (100 - good[at]) / 100,
                first_share=shares[at],
            )
        )
    ordered = tuple(sorted(found, key=lambda each: -each.gain))
    return ImportancePerformance(target, name, ordered, importance_cut, performance_cut, levels[-1].mean)


def _quadrant(important: bool, fine: bool) -> Quadrant:
    if important:
        return Quadrant.KEEP if fine else Quadrant.ACT
    return Quadrant.SUFFICIENT if fine else Quadrant.LOW_PRIORITY


def _certain(unit: Effect, level: _Level, good: float, importance_cut: float, performance_cut: float) -> bool:
    away = (unit.interval.upper - unit.interval.lower) / 2
    width = (level.interval.upper - level.interval.lower) / 2
    return abs(abs(unit.value) - importance_cut) > away and abs(good - performance_cut) > width
