"""How does the system run on from where it stands? Many members at once, each with its own parameters and levers.

Dormand and Prince's method of order 8 (Hairer, Nørsett & Wanner 1993, II.5; coefficients as in SciPy's DOP853) with steps
of a fixed longest length: a member's path then does not depend on the members it is computed with. The embedded estimate
of the error is kept for each member; where it exceeds the tolerance, that member runs again with half the step.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import DOP853

from tongchi.errors import EnsembleError, MechanismModelError
from tongchi.mechanism.dynamics import LEVERS, PARAMETERS, STATES, Array, Terms, fill_rates
from tongchi.mechanism.model_spec import DynamicModel

TOLERANCE = 1e-6
_LONGEST = 1.0
_BLOCK = 2000  # members that fit into the cache together; fixed, so that blocks never depend on the workers
_SHORTEST = 1.0 / 256.0
_CAUTION = (
    10.0  # the estimate is that of the embedded formulas: 25 times the path's own error, as measured over the priors
)

# Stages are stored so that those a late stage needs lie side by side: 1 and 2 serve early ones only, 3 and 4 not the result.
_ORDER = [1, 2, 3, 4, 0, 5, 6, 7, 8, 9, 10, 11]
_PLACE = np.argsort(_ORDER)
_WEIGHTS = DOP853.A[:, _ORDER]
_USED = [slice(0), slice(4, 5), slice(0, 5), slice(1, 5), slice(1, 5), *(slice(2, stage) for stage in range(5, 12))]
_RESULT = DOP853.B[_ORDER][4:]
_ERRORS = np.stack([DOP853.E5[_ORDER], DOP853.E3[_ORDER]])[:, 4:]


@dataclass(frozen=True)
class Trajectories:
    """Paths of M members: `values` (M, T, R, S) at `times` (T,), `error` (M,) the largest estimated error of a step."""

    times: Array
    values: Array
    error: Array
    regions: tuple[str, ...]

    def state(self, name: str, region: str | None = None) -> Array:
        """Return (M, T) values of one state: in a region, or the mean over the regions."""
        if name not in STATES:
            raise MechanismModelError(found=name, expected=", ".join(STATES), advice="")
        part = self.values[..., STATES.index(name)]
        if region is None:
            mean: Array = part.mean(axis=-1)
            return mean
        if region not in self.regions:
            raise MechanismModelError(found=region, expected=", ".join(self.regions), advice="")
        chosen: Array = part[..., self.regions.index(region)]
        return chosen


def integrate(
    model: DynamicModel,
    *,
    parameters: ArrayLike | None = None,
    levers: ArrayLike | None = None,
    initial: ArrayLike | None = None,
    times: ArrayLike | None = None,
    support: ArrayLike | None = None,
    tolerance: float = TOLERANCE,
    workers: int = 1,
) -> Trajectories:
    """Return the paths of one or many members.

    Parameters
    ----------
    parameters : (P,) or (M, P) in the order of `PARAMETERS`; None takes the model's values
    levers : (L,) constant, (K, L) by period or (M, K, L) by member and period; a period is one unit of time, and the last
        one holds on after its end. None takes the model's.
    initial : (R, S) or (M, R, S); None takes the model's
    times : (T,) rising, from 0 on; None takes every period of the horizon
    support : (2, S) inflow and outflow, 1/year, that help from outside adds to those of each state; None for none
    tolerance : largest error of a step in any state
    workers : threads; more than one pays only where there are many regions, since each operation is short

    Raises
    ------
    MechanismModelError
        where shapes or ranges do not fit.
    EnsembleError
        where a member is so stiff that steps of 1/256 period do not reach the tolerance; its number is told.
    """
    work = replace(_prepare(model, parameters, levers, initial, times), support=_support(support))
    blocks = range(0, work.members, _BLOCK)

    def run(start: int) -> tuple[Array, Array]:
        return _paths(work, np.arange(start, min(start + _BLOCK, work.members)), _LONGEST)

    if workers > 1 and len(blocks) > 1:
        with ThreadPoolExecutor(workers) as pool:  # NumPy lets go of the interpreter during its loops
            parts = list(pool.map(run, blocks))
    else:
        parts = [run(start) for start in blocks]
    values, error = (np.concatenate(part) for part in zip(*parts, strict=True))
    _refine(work, values, error, tolerance)
    return Trajectories(work.times, values, error, model.regions)


@dataclass(frozen=True)
class _Work:
    """Checked arrays; each has one row, which all members share, or a row per member."""

    parameters: Array
    levers: Array
    initial: Array
    times: Array
    coupling: Array
    members: int
    support: Array | None = None


def _prepare(
    model: DynamicModel,
    parameters: ArrayLike | None,
    levers: ArrayLike | None,
    initial: ArrayLike | None,
    times: ArrayLike | None,
) -> _Work:
    p = np.atleast_2d(np.asarray(model.values if parameters is None else parameters, dtype=np.float64))
    pulled = np.asarray(model.lever_values if levers is None else levers, dtype=np.float64)
    pulled = pulled.reshape((1,) * (3 - pulled.ndim) + pulled.shape)
    start = np.asarray(model.initial if initial is None else initial, dtype=np.float64)
    start = start.reshape((1,) * (3 - start.ndim) + start.shape)
    asked = np.arange(np.floor(model.horizon) + 1.0) if times is None else np.asarray(times, dtype=np.float64)
    _require_shape("parameters", p, (len(PARAMETERS),))
    _require_shape("levers", pulled, (pulled.shape[1], len(LEVERS)))
    _require_shape("initial", start, (len(model.regions), len(STATES)))
    for name, values in (("levers", pulled), ("initial", start)):
        if not ((values >= 0) & (values <= 1)).all():
            raise MechanismModelError(found=f"{name}: {values.min():g}–{values.max():g}", expected="0–1", advice="")
    if not (np.isfinite(p) & (p >= 0)).all():
        raise MechanismModelError(found=f"parameters: {p.min():g}", expected="≥ 0", advice="")
    if asked.ndim != 1 or not len(asked) or asked[0] < 0 or not (np.diff(asked) > 0).all():
        raise MechanismModelError(found="times", expected="从 0 起递增的时点 / rising times from 0 on", advice="")
    counts = {len(part) for part in (p, pulled, start)} - {1}
    if len(counts) > 1 or 0 in counts:
        raise EnsembleError(
            found=f"成员数 {sorted(counts)} / {sorted(counts)} members",
            expected="同一个正数 / one number above zero",
            advice="",
        )
    return _Work(p, pulled, start, asked, model.coupling, max(counts, default=1))


def _support(support: ArrayLike | None) -> Array | None:
    if support is None:
        return None
    flows = np.asarray(support, dtype=np.float64)
    if flows.shape != (2, len(STATES)) or not (np.isfinite(flows) & (flows >= 0)).all():
        raise MechanismModelError(found=f"support {flows.shape}", expected=f"(2, {len(STATES)})，≥ 0", advice="")
    return flows


def _require_shape(name: str, values: Array, tail: tuple[int, ...]) -> None:
    if values.shape[1:] != tail:
        raise MechanismModelError(found=f"{name}: {values.shape}", expected=f"(…, {str(tail)[1:]}", advice="")


def _refine(work: _Work, values: Array, error: Array, tolerance: float) -> None:
    """Run the members beyond the tolerance again, in place, with half the step, and so on; they are few, so all at once."""
    longest = _LONGEST
    rough = np.flatnonzero(~(error <= tolerance))
    while len(rough):
        longest /= 2.0
        if longest < _SHORTEST:
            member, worst = rough[0], error[rough[0]]
            raise EnsembleError(
                found=f"成员 {member} 变化过快（误差 {worst:.1e}）/ member {member} moves too fast (error {worst:.1e})",
                expected=f"误差 ≤ {tolerance:g} / an error of at most {tolerance:g}",
                advice="请缩小速度参数，或换用更短的时期单位。/ Use smaller rates, or a shorter period.",
            )
        for start in range(0, len(rough), _BLOCK):
            some = rough[start : start + _BLOCK]
            values[some], error[some] = _paths(work, some, longest)
        rough = rough[~(error[rough] <= tolerance)]


def _paths(work: _Work, members: NDArray[np.intp], longest: float) -> tuple[Array, Array]:
    start, parameters, levers = (_rows(whole, members) for whole in (work.initial, work.parameters, work.levers))
    count, regions = len(members), start.shape[1]
    state = np.empty((len(STATES), regions, count))
    state[:] = np.moveaxis(start, (2, 1), (0, 1))
    given = np.ascontiguousarray(parameters.T)[:, None]
    values = np.empty((count, len(work.times), regions, len(STATES)))
    error = np.zeros(count)
    with np.errstate(over="ignore", invalid="ignore"):  # what grows beyond bounds is found by its error and run again
        _walk(work, state, values, error, given, levers, longest)
    return values, np.where(np.isfinite(error), error, np.inf) / _CAUTION


def _walk(work: _Work, state: Array, values: Array, error: Array, given: Array, levers: Array, longest: float) -> None:
    stages = np.zeros((12, *state.shape))
    now = 0.0
    for period, legs in _legs(work.times, levers.shape[1]):
        derive = _derivative(Terms(given, levers[:, period].T[:, None], work.support), work.coupling)
        for until, wanted in legs:
            steps = int(np.ceil((until - now) / longest - 1e-9))
            for _ in range(steps):
                state = _step(state, derive, (until - now) / steps, stages, error)
            now = until
            if wanted >= 0:
                values[:, wanted] = state.T


def _rows(whole: Array, members: NDArray[np.intp]) -> Array:
    return whole if len(whole) == 1 else whole[members]


def _legs(times: Array, periods: int) -> list[tuple[int, list[tuple[float, int]]]]:
    """Return, for each period of the levers, where to stop in it: at an asked time, with its place, or at its end (−1)."""
    legs: list[tuple[int, list[tuple[float, int]]]] = []
    for period in range(periods):
        end = float("inf") if period == periods - 1 else period + 1.0
        asked = [(float(time), at) for at, time in enumerate(times) if (period < time or period == 0) and time <= end]
        if (asked and asked[-1][0] == end) or end == float("inf") or end > times[-1]:
            legs.append((period, asked))
        else:
            legs.append((period, [*asked, (end, -1)]))
    return legs


def _derivative(terms: Terms, coupling: Array) -> Callable[[Array, Array], None]:
    def derive(state: Array, out: Array) -> None:
        fill_rates(state, terms, coupling, out)

    return derive


def _step(state: Array, derive: Callable[[Array, Array], None], length: float, stages: Array, error: Array) -> Array:
    """Return the state one step on, and raise each member's largest error in place."""
    flat = stages.reshape(12, -1)
    derive(state, stages[_PLACE[0]])
    for stage in range(1, 12):
        used = _USED[stage]
        moved = (length * _WEIGHTS[stage, used]) @ flat[used]
        derive(state + moved.reshape(state.shape), stages[_PLACE[stage]])
    # two embedded formulas, in which the derivative at the end of the step has weight zero
    fifth, third = np.abs(_ERRORS @ flat[4:]).reshape(2, *state.shape).max(axis=(1, 2))
    scale = np.sqrt(fifth**2 + 0.01 * third**2)
    np.maximum(error, length * fifth**2 / np.where(scale > 0, scale, 1.0), out=error)
    moved = (length * _RESULT) @ flat[4:]
    reached: Array = state + moved.reshape(state.shape)
    return reached
