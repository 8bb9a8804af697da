r"""Where does the trap end? Rest points along a lever, the folds at which they vanish, and who falls on which side.

States alike in all regions are followed. There the rate of involvement is one function F(v, lever), so that the curve of rest points
is drawn by asking, for each involvement v, which lever setting lets it rest. A fold is where that setting has a local
extreme; the trap's fold is the threshold beyond which reward, push or supply leads out of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar

from tongchi.errors import MechanismModelError
from tongchi.mechanism.dynamics import LEVERS, STATES, Array, Terms
from tongchi.mechanism.equilibria import (
    RestPoint,
    involvement_rate,
    jacobian,
    rest_points,
    settled,
    terms_of,
)
from tongchi.mechanism.integration import integrate
from tongchi.mechanism.model_spec import DynamicModel

_GRID = 801
_NEAR = 0.005  # of involvement: a fold this near is where a branch ends


@dataclass(frozen=True)
class Bifurcation:
    """Rest points along one lever.

    `setting` (n,) and `state` (n, S) follow the curve in the order of rising involvement; `stable` (n,) says which of them hold.
    `folds` are the lever settings, within [0, 1], at which two of them meet and vanish, with their involvement.
    """

    lever: str
    setting: Array
    state: Array
    stable: NDArray[np.bool_]
    folds: tuple[tuple[float, float], ...]

    @property
    def threshold(self) -> float | None:
        """The setting above which the trap is gone, or None if there is no trap within [0, 1] or it never goes."""
        found = [setting for setting, _ in self.folds]
        return max(found) if found else None

    @property
    def return_point(self) -> float | None:
        """The setting below which no stable state but the trap is left (hysteresis), or None if one is left down to 0.

        It is where the upper stable branch ends: a fold, or else the last point of the curve that holds.
        """
        begins = np.flatnonzero(np.diff(self.stable.astype(np.int8)) == 1) + 1
        if self.threshold is None or not len(begins) or not self.stable[0]:
            return None
        at = int(begins[-1])
        involvement = float(self.state[at, STATES.index("involvement")])
        near = [setting for setting, v in self.folds if abs(v - involvement) < _NEAR]
        lowest = near[0] if near else float(self.setting[at])
        return lowest if lowest > _NEAR / 10 else None


def bifurcation(model: DynamicModel, lever: str) -> Bifurcation:
    """Follow the rest points along a lever from 0 to 1; folds are located to 1e-9."""
    at = model.lever_index(lever)
    grid = np.concatenate([np.geomspace(1e-4, 0.02, 200)[:-1], np.linspace(0.02, 0.999, _GRID)])
    settings = np.array([_setting(model, at, float(v)) for v in grid])
    kept = np.isfinite(settings)
    states = np.array([_rest(model, at, v, x) for v, x in zip(grid[kept], settings[kept], strict=True)])
    stable = np.array(
        [_stable(model, at, x, state) for x, state in zip(settings[kept], states, strict=True)], dtype=bool
    )
    folds = tuple(_folds(model, at, grid, settings))
    return Bifurcation(lever, settings[kept], states.reshape(-1, len(STATES)), stable, folds)


def _with(model: DynamicModel, at: int, setting: float) -> Array:
    levers = model.lever_values.copy()
    levers[at] = setting
    return levers


def _setting(model: DynamicModel, at: int, involvement: float) -> float:
    """Return the lever setting in [0, 1] that lets an involvement rest, or NaN."""

    def rate(setting: float) -> float:
        return involvement_rate(terms_of(model, _with(model, at, setting)), involvement)

    low, high = rate(0.0), rate(1.0)
    if low == 0.0:
        return 0.0
    if low * high > 0:
        return float("nan")
    return float(brentq(rate, 0.0, 1.0, xtol=1e-14))


def _rest(model: DynamicModel, at: int, involvement: float, setting: float) -> Array:
    return settled(terms_of(model, _with(model, at, setting)), involvement)


def _stable(model: DynamicModel, at: int, setting: float, state: Array) -> bool:
    terms = terms_of(model, _with(model, at, setting))
    whole = np.tile(state, (len(model.regions), 1))
    return bool(np.linalg.eigvals(jacobian(whole, terms, model.coupling)).real.max() < 0)


def _folds(model: DynamicModel, at: int, grid: Array, settings: Array) -> list[tuple[float, float]]:
    """Return the inner extremes of the setting as a function of involvement."""
    found = []
    for k in range(1, len(grid) - 1):
        before, here, after = settings[k - 1 : k + 2]
        if not np.isfinite([before, here, after]).all() or (here - before) * (after - here) >= 0:
            continue
        sign = -1.0 if here > before else 1.0

        def height(v: float, sign: float = sign) -> float:
            value = _setting(model, at, v)
            return sign * value if np.isfinite(value) else 2.0

        best = minimize_scalar(height, bounds=(grid[k - 1], grid[k + 1]), method="bounded", options={"xatol": 1e-12})
        found.append((float(sign * best.fun), float(best.x)))
    return found


@dataclass(frozen=True)
class Basins:
    """Where runs end that start on a plane of two states: `end` (n, n) is the place in `points`, −1 where none is reached.

    Row i starts with y = `grid[i]`, column j with x = `grid[j]`; the other states start as the model does.
    """

    x: str
    y: str
    grid: Array
    end: NDArray[np.intp]
    points: tuple[RestPoint, ...]


def basins(
    model: DynamicModel,
    x: str = "involvement",
    y: str = "barrier",
    *,
    size: int = 31,
    horizon: float = 200.0,
) -> Basins:
    """Return which stable state each start on a plane runs to; all regions start alike."""
    for name in (x, y):
        if name not in STATES:
            raise MechanismModelError(found=name, expected=", ".join(STATES), advice="")
    grid = np.linspace(0.01, 0.99, size)
    start = np.tile(model.initial, (size * size, 1, 1))
    across, down = np.meshgrid(grid, grid)
    start[:, :, STATES.index(x)] = across.reshape(-1, 1)
    start[:, :, STATES.index(y)] = down.reshape(-1, 1)
    last = integrate(model, initial=start, times=[horizon]).values[:, -1]
    stable = tuple(point for point in rest_points(model) if point.stable)
    end = np.full(size * size, -1, dtype=np.intp)
    for at, point in enumerate(stable):
        end[np.abs(last - point.state).max(axis=(1, 2)) < 0.02] = at
    return Basins(x, y, grid, end.reshape(size, size), stable)


@dataclass(frozen=True)
class PhasePlane:
    """Rates of involvement and barrier on their plane, (n, n) each, where all other states rest as these two let them."""

    grid: Array
    involvement_rate: Array
    barrier_rate: Array
    points: tuple[RestPoint, ...]


def phase_plane(model: DynamicModel, *, size: int = 41) -> PhasePlane:
    """Return the vector field of involvement (columns) and barrier (rows); the rest points in it are those of the whole model."""
    terms = terms_of(model, model.lever_values)
    grid = np.linspace(0.0, 1.0, size)
    moved, built = np.empty((size, size)), np.empty((size, size))
    for row, barrier in enumerate(grid):
        for column, involvement in enumerate(grid):
            _, w, v, _, t, b, loc, _ = settled(terms, float(involvement), barrier=float(barrier))
            pull = (terms.will_pull * w + terms.reward_pull) * (terms.alone + terms.together * v)
            moved[row, column] = pull * (1.0 - v) - (terms.leaving + terms.blocking * b) * v
            built[row, column] = terms.shielding * loc * (1.0 - b) - (terms.clearing + terms.dissolving * t) * b
    shown = tuple(point for point in rest_points(model) if _lies_on_plane(point, terms))
    return PhasePlane(grid, moved, built, shown)


def _lies_on_plane(point: RestPoint, terms: Terms) -> bool:
    """Whether all regions are alike and the other states are where they rest, which leaves out the repelling face without a gap."""
    here = point.state[0]
    v, b = float(here[STATES.index("involvement")]), float(here[STATES.index("barrier")])
    return bool(np.abs(point.state - settled(terms, v, barrier=b)).max() < 1e-6)


def thresholds(model: DynamicModel) -> dict[str, float | None]:
    """Return, for each lever, the setting that ends the trap with the other levers as they are; None if none does."""
    return {lever: bifurcation(model, lever).threshold for lever in LEVERS}
