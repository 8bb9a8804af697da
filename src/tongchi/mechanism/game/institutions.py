r"""What do reward, promotion and neighbours' yardsticks do to effort? Three closed forms for the levers of the centre.

Institutional reward in a public good (Sasaki et al. 2012), promotion tournament with spill-over (Lazear & Rosen 1981; Zhou 2004),
yardstick competition as a spatial lag (LeSage & Pace 2009).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from tongchi.errors import EnsembleError, GraphError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ReplicatorRest:
    """A rest point x of a replicator equation, with the slope of :math:`\\dot x` there: negative means stable."""

    share: float
    eigenvalue: float

    @property
    def stable(self) -> bool:
        """Whether small deviations die out."""
        return self.eigenvalue < 0


def reward_rest_points(players: int, cost: float, budget: float) -> list[ReplicatorRest]:
    r"""Return the rest points of the compulsory public good with institutional reward, from share 0 to 1.

    n `players` meet; the rewards n·δ, δ = `budget` per head, are shared among the collaborators, so that a collaborator expects
    :math:`\delta(1-(1-x)^n)/x` at share x and :math:`\dot x = x(1-x)(\delta(1-(1-x)^n)/x - c)` (Sasaki et al. 2012). The public good itself
    goes to all alike and drops out.
    """
    if players < 2 or cost <= 0 or budget < 0:
        raise EnsembleError(
            found=f"n = {players}, c = {cost:g}, δ = {budget:g}", expected="n ≥ 2, c > 0, δ ≥ 0", advice=""
        )

    def advantage(x: float) -> float:
        reward = players * budget if x == 0 else budget * -np.expm1(players * np.log1p(-x)) / x if x < 1 else budget
        return float(reward - cost)

    found = [ReplicatorRest(0.0, advantage(0.0))]
    if advantage(0.0) * advantage(1.0) < 0:  # the reward per collaborator falls with x: one crossing at most
        inner = float(brentq(advantage, 0.0, 1.0, xtol=1e-15, rtol=1e-14))
        step = 1e-6
        slope = (advantage(min(inner + step, 1.0)) - advantage(max(inner - step, 0.0))) / (2 * step)
        found.append(ReplicatorRest(inner, inner * (1 - inner) * slope))
    found.append(ReplicatorRest(1.0, -advantage(1.0)))
    return found


def tournament_effort(prize: float, cost: float, noise: float, spill_over: float) -> float:
    r"""Return the symmetric equilibrium effort of two officials who compete for promotion.

    Output :math:`y_i = a_i + r a_j + \varepsilon_i` with normal noise of standard deviation σ, prize V to the larger, cost :math:`c a^2/2`:
    :math:`a^* = \frac{(1-r)V}{2c\sigma\sqrt\pi}`. A positive spill-over r discourages, a negative one (sabotage) drives effort.
    """
    _positive(prize=prize, cost=cost, noise=noise)
    return float((1.0 - spill_over) * prize / (2.0 * cost * noise * np.sqrt(np.pi)))


def first_best_effort(cost: float, spill_over: float) -> float:
    """Return the effort that maximises the joint output less cost: (1 + r)/c."""
    _positive(cost=cost)
    return (1.0 + spill_over) / cost


@dataclass(frozen=True)
class SpatialEffects:
    """Mean effects of a unit change in a regressor: on the own region, on the others, and together."""

    direct: float
    indirect: float
    total: float


def spatial_lag_effects(weights: ArrayLike, rho: float, beta: float = 1.0) -> SpatialEffects:
    r"""Return the effects in :math:`y = \rho W y + \beta x + \varepsilon` from :math:`S = (I - \rho W)^{-1}\beta` (LeSage & Pace 2009, eq. 2.46).

    `weights` (N, N) is row-standardised here; rows of zeros (regions without neighbours) are refused.
    """
    matrix = np.asarray(weights, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or (matrix < 0).any() or np.diag(matrix).any():
        raise GraphError(
            found=f"{matrix.shape}", expected="(N, N)，非负，对角为 0 / none negative, diagonal 0", advice=""
        )
    rows = matrix.sum(axis=1)
    if (rows == 0).any():
        alone = np.flatnonzero(rows == 0)[:5].tolist()
        raise GraphError(found=f"没有邻居：{alone} / no neighbours: {alone}", expected="≥ 1", advice="")
    if not -1 < rho < 1:
        raise EnsembleError(found=f"ρ = {rho:g}", expected="−1 < ρ < 1", advice="")
    effects = beta * np.linalg.inv(np.eye(len(matrix)) - rho * matrix / rows[:, None])
    total, direct = float(effects.sum(axis=1).mean()), float(np.trace(effects) / len(matrix))
    return SpatialEffects(direct, total - direct, total)


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not value > 0:
            raise EnsembleError(found=f"{name} = {value:g}", expected="> 0", advice="")
