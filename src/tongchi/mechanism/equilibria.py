r"""Where can the system come to rest, and does it stay there? All rest points with their eigenvalues.

All regions share the parameters and each row of the coupling sums to 1, so states that are alike in all regions rest
wherever the model of one region does. There everything follows from involvement v: standards s from v, development d from
s, localism l from d, barrier b from l and v (a quadratic equation with one root in [0, 1]), trust t from b, the gap g from l
and s, and willingness w from g and d. One equation in v is left, which is scanned; no rest point of this kind hides from a
grid that fine. Rest points that differ between regions are sought by Newton steps from many starts.

The face g = 0 is kept by the equations, and a rest point on it may repel: no solver that merely runs on can tell, so every point
carries its eigenvalues.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.stats import qmc

from tongchi.mechanism.dynamics import STATES, Array, Terms, fill_rates
from tongchi.mechanism.model_spec import DynamicModel

_GRID = 2001
_SAME = 1e-6
_RESIDUAL = 1e-10


@dataclass(frozen=True)
class RestPoint:
    """A state (R, S) at which nothing moves, with the eigenvalues of the system there, the largest real part first.

    `name` is "trap" or "exit" where the model has two or more stable states (lowest and highest mean involvement), "rest" for
    the only stable one, "saddle" for one that repels along some and attracts along other directions, "source" if it only repels.
    """

    state: Array
    eigenvalues: NDArray[np.complex128]
    name: str = "rest"

    @property
    def stable(self) -> bool:
        """Whether the system returns after a small push."""
        return bool(self.eigenvalues[0].real < 0)

    def value(self, state: str) -> float:
        """Return the mean of a state over the regions."""
        return float(self.state[:, STATES.index(state)].mean())


def rest_points(model: DynamicModel, levers: ArrayLike | None = None, *, starts: int = 64) -> list[RestPoint]:
    """Return the rest points in [0, 1] in the order of their mean involvement.

    `levers` (L,) overrides the model's. `starts` is the number of Newton searches for points that differ between regions; these
    may miss some, those alike in all regions are complete.
    """
    pulled = np.asarray(model.lever_values if levers is None else levers, dtype=np.float64)
    terms = terms_of(model, pulled)
    found: list[Array] = []
    for involvement, closed in _alike(terms):
        state = settled(terms, involvement, closed=closed)
        found.append(np.tile(state, (len(model.regions), 1)))
    if len(model.regions) > 1:
        found += _unlike(model, terms, starts)
    points = [_point(state, terms, model.coupling) for state in _distinct(found)]
    return _named(sorted(points, key=lambda point: (point.value("involvement"), *point.state.ravel())))


def terms_of(model: DynamicModel, levers: Array) -> Terms:
    """Return what parameters and levers contribute, as numbers."""
    return Terms(model.values, levers)


def settled(terms: Terms, involvement: float, *, closed: bool = False, barrier: float | None = None) -> Array:
    """Return the state (S,) in which all but involvement (and, if given, barrier) rest, in every region alike.

    `closed` takes the rest point of the gap at 0 even where the gap would rest above it.
    """
    v = involvement
    s = _share(terms.carrying * v * v + terms.joint * v, terms.ageing)
    d = _share((terms.gain + terms.spill) * s, terms.development_fading)
    loc = _share(terms.division, terms.localism_fading + terms.shared_gain * d)
    built = terms.building * s * v
    b = _barrier(terms, loc, built) if barrier is None else barrier
    t = _share(built, terms.trust_fading + terms.distrust * b)
    drift = terms.drift * loc
    g = 0.0 if closed or drift <= 0 else max(0.0, 1.0 - terms.closing * s * s / drift)
    w = _share(terms.gap_motive * g + terms.push_motive + terms.development_motive * d, terms.will_fading)
    return np.array([g, w, v, s, t, b, loc, d])


def _share(inflow: float, outflow: float) -> float:
    """Return where in·(1 − x) = out·x; 0 if nothing flows."""
    return inflow / (inflow + outflow) if inflow + outflow > 0 else 0.0


def _barrier(terms: Terms, localism: float, built: float) -> float:
    """Return b where shield·(1 − b) = (clearing + dissolving·t(b))·b with t = built / (built + fading + distrust·b)."""
    shield = terms.shielding * localism
    still, steep = built + terms.trust_fading, terms.distrust
    if still <= 0 and steep <= 0:
        return _share(shield, terms.clearing)
    a = -(shield + terms.clearing) * steep
    mid = shield * steep - (shield + terms.clearing) * still - terms.dissolving * built
    end = shield * still
    if abs(a) < 1e-300:
        return -end / mid if mid else 0.0
    root = np.sqrt(max(mid * mid - 4.0 * a * end, 0.0))
    return float((-mid - root) / (2.0 * a))


def involvement_rate(terms: Terms, involvement: float, *, closed: bool = False) -> float:
    """Return the rate of involvement where all else rests; its zeros are the rest points alike in all regions."""
    _, w, v, _, _, b, _, _ = settled(terms, involvement, closed=closed)
    pull = (terms.will_pull * w + terms.reward_pull) * (terms.alone + terms.together * v)
    return float(pull * (1.0 - v) - (terms.leaving + terms.blocking * b) * v)


def _alike(terms: Terms) -> list[tuple[float, bool]]:
    grid = np.concatenate([[0.0], np.geomspace(1e-9, 1e-3, 60), np.linspace(1e-3, 1.0, _GRID)[1:]])
    found = []
    for closed in (False, True):
        rates = [involvement_rate(terms, float(v), closed=closed) for v in grid]
        for at in range(len(grid) - 1):
            if rates[at] == 0.0:
                found.append((float(grid[at]), closed))
            elif rates[at] * rates[at + 1] < 0:
                low, high = float(grid[at]), float(grid[at + 1])
                found.append((_root(terms, low, high, closed), closed))
    return found


def _root(terms: Terms, low: float, high: float, closed: bool) -> float:
    return float(brentq(lambda v: involvement_rate(terms, v, closed=closed), low, high, xtol=1e-15, rtol=1e-14))


def _unlike(model: DynamicModel, terms: Terms, starts: int) -> list[Array]:
    """Return rest points found by damped Newton steps from points spread evenly over the unit cube and its corners."""
    regions = len(model.regions)
    size = regions * len(STATES)
    spread = qmc.Halton(size, scramble=False).random(starts)
    found = []
    for row in spread:
        start = row.reshape(regions, len(STATES))
        start[::2, STATES.index("involvement")] **= 3  # some regions in, some out
        state = _newton(start, terms, model.coupling)
        if state is not None:
            found.append(state)
    return found


def _newton(start: Array, terms: Terms, coupling: Array) -> Array | None:
    state = start.copy()
    for _ in range(60):
        rates = rates_at(state, terms, coupling)
        if np.abs(rates).max() < 1e-13:
            break
        step, *_ = np.linalg.lstsq(jacobian(state, terms, coupling), -rates.ravel(), rcond=None)
        largest = np.abs(step).max()
        state = state + step.reshape(state.shape) * min(1.0, 0.3 / largest if largest > 0 else 1.0)
        if np.abs(state).max() > 3:
            return None
    inside = (state > -1e-9).all() and (state < 1 + 1e-9).all()
    rest = np.abs(rates_at(state, terms, coupling)).max() < _RESIDUAL
    return np.clip(state, 0.0, 1.0) if inside and rest else None


def rates_at(state: ArrayLike, terms: Terms, coupling: Array) -> Array:
    """Return the rates (R, S) at one state (R, S)."""
    first = np.ascontiguousarray(np.asarray(state).T)
    out = np.empty_like(first)
    fill_rates(first, terms, coupling, out)
    return out.T


def jacobian(state: Array, terms: Terms, coupling: Array) -> Array:
    """Return the (R·S, R·S) derivatives of the rates by the states, exact to rounding (complex steps)."""
    regions, size = len(state), state.size
    moved = np.repeat(state.T.astype(np.complex128)[..., None], size, axis=2)
    for at in range(size):
        region, one = divmod(at, len(STATES))
        moved[one, region, at] += 1e-30j
    out = np.empty_like(moved)
    fill_rates(moved, terms, coupling, out)  # type: ignore[arg-type]  # the kernel takes complex numbers as well
    return (np.imag(out) / 1e-30).transpose(1, 0, 2).reshape(regions * len(STATES), size)


def _distinct(states: Sequence[Array]) -> list[Array]:
    kept: list[Array] = []
    for state in states:
        if all(np.abs(state - other).max() > _SAME for other in kept):
            kept.append(state)
    return kept


def _point(state: Array, terms: Terms, coupling: Array) -> RestPoint:
    values = np.linalg.eigvals(jacobian(state, terms, coupling)).astype(np.complex128)
    order = np.lexsort((values.imag, -values.real))
    return RestPoint(state, values[order])


def _named(points: list[RestPoint]) -> list[RestPoint]:
    stable = [at for at, point in enumerate(points) if point.stable]
    named = []
    for at, point in enumerate(points):
        if not point.stable:
            name = "source" if (point.eigenvalues.real > 0).all() else "saddle"
        elif len(stable) == 1:
            name = "rest"
        else:
            name = "trap" if at == stable[0] else "exit" if at == stable[-1] else "rest"
        named.append(replace(point, name=name))
    return named


def lever_vector(model: DynamicModel, **levers: float) -> Array:
    """Return the model's levers with some set by name."""
    return model.with_levers(levers).lever_values
