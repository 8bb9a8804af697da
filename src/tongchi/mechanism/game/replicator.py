r"""How does the share of collaborators move in a large well-mixed population? Replicator and imitation equations.

Two strategies: :math:`\dot x = x(1-x)(\pi_C - \pi_D)`; by Fermi imitation :math:`\dot x = x(1-x)\tanh(\beta(\pi_C-\pi_D)/2)`. Several populations at once are
integrated in logit coordinates :math:`y = \log\frac{x}{1-x}`, :math:`\dot y = \pi_C - \pi_D`, in which a corner lies at infinity: a path that passes close by a
corner whose eigenvalue is positive is not taken for at rest there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import solve_ivp
from scipy.special import expit, logit

from tongchi.errors import EnsembleError

Array = NDArray[np.float64]
Advantage = Callable[[Array], Array]
"""Shares (n,) of collaborators in n populations to the advantage (n,) of collaborating in each."""


def replicator_path(advantage: Advantage, start: ArrayLike, times: ArrayLike) -> Array:
    """Return the shares (T, n) at `times`; `start` (n,) lies inside (0, 1)."""
    return _path(advantage, start, times)


def imitation_path(advantage: Advantage, start: ArrayLike, times: ArrayLike, selection: float) -> Array:
    """Return the shares (T, n) under Fermi imitation with intensity `selection`, time in comparisons per region."""
    return _path(lambda x: np.tanh(0.5 * selection * advantage(x)), start, times)


def _path(speed: Advantage, start: ArrayLike, times: ArrayLike) -> Array:
    first, asked = np.asarray(start, dtype=np.float64), np.asarray(times, dtype=np.float64)
    if not ((first > 0) & (first < 1)).all():
        raise EnsembleError(found=f"{first.min():g}–{first.max():g}", expected="0 < x < 1", advice="")
    if asked.ndim != 1 or len(asked) < 1 or (np.diff(asked) <= 0).any():
        raise EnsembleError(found="times", expected="递增的时点 / rising times", advice="")

    def slope(_: float, y: Array) -> Array:
        return speed(expit(y))

    span = (min(0.0, float(asked[0])), float(asked[-1]))
    done = solve_ivp(slope, span, logit(first), t_eval=asked, method="DOP853", rtol=1e-10, atol=1e-10)
    shares: Array = expit(done.y.T)
    return shares


@dataclass(frozen=True)
class Corner:
    """A corner of the cube of shares; `eigenvalues` (n,), positive ones lead away from it."""

    shares: tuple[int, ...]
    eigenvalues: Array

    @property
    def stable(self) -> bool:
        """Whether no direction leads away."""
        return bool((self.eigenvalues < 0).all())


def corners(advantage: Advantage, populations: int) -> list[Corner]:
    """Return all 2ⁿ corners with their eigenvalues: the advantage at 0, minus the advantage at 1."""
    if not 1 <= populations <= 12:
        raise EnsembleError(found=f"n = {populations}", expected="1–12", advice="")
    found = []
    for code in range(2**populations):
        at = tuple((code >> k) & 1 for k in range(populations))
        shares = np.array(at, dtype=np.float64)
        found.append(Corner(at, advantage(shares) * (1.0 - 2.0 * shares)))
    return found
