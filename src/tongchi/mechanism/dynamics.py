r"""How do motive, path and purpose move each other over time? The equations, one region at a time, and nothing else.

Eight states in [0, 1]; a bar is the partners' mean by the coupling matrix (for one region alone, the region itself). With levers
c (central push), r (reward), n (sanction), j (joint standards), h (data sharing) and the parameters' names:

.. math::

   \dot g &= gap\_drift\; l\,g(1-g) - gap\_closing\; s\bar s\,g \\
   \dot w &= (gap\_motive\; g + push\_motive\; c + development\_motive\; d)(1-w) - will\_fading\; w \\
   \dot v &= (will\_pull\; w + reward\_pull\; r)(1 - \kappa + \kappa\bar v)(1-v) - (leaving + blocking\; b)(1 - sanction\_hold\; n)\,v \\
   \dot s &= (carrying\_out\; v\bar v + joint\_effect\; j\,v)(1-s) - standard\_ageing\; s \\
   \dot t &= trust\_building\,(1 + data\_effect\; h)\, s\bar v\,(1-t) - (trust\_fading + distrust\; b)\,t \\
   \dot b &= shielding\; l\,(1-b) - (barrier\_fading + dissolving\; t + review\_effect\; c)\,b \\
   \dot l &= division\,(1-l) - (localism\_fading + shared\_gain\; d)\,l \\
   \dot d &= gain\,(s + spill\_over\;\bar s)(1-d) - development\_fading\; d

with :math:`\kappa` = partner_need. An inflow is multiplied by 1 − x and an outflow by x, so no state leaves [0, 1]. Each term is tied to
a sentence of the theory in docs/explanation/mechanism-model.md. Administrative coordination is :math:`s\bar v`: a standard carried out
here while the partner is involved there (H6).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STATES = (
    "scale_gap",
    "willingness",
    "involvement",
    "standardisation",
    "trust",
    "barrier",
    "localism",
    "development",
)
LEVERS = ("central_push", "reward", "sanction", "joint_standards", "data_sharing")
PARAMETERS = (
    "gap_drift",
    "gap_closing",
    "gap_motive",
    "push_motive",
    "development_motive",
    "will_fading",
    "will_pull",
    "reward_pull",
    "partner_need",
    "leaving",
    "blocking",
    "sanction_hold",
    "carrying_out",
    "joint_effect",
    "standard_ageing",
    "trust_building",
    "data_effect",
    "trust_fading",
    "distrust",
    "shielding",
    "barrier_fading",
    "dissolving",
    "review_effect",
    "division",
    "localism_fading",
    "shared_gain",
    "gain",
    "spill_over",
    "development_fading",
)

_FEW = 8


def rates(state: Array, parameters: Array, levers: Array, coupling: Array) -> Array:
    """Return the time derivatives.

    Parameters
    ----------
    state : (..., R, S) with S = 8 in the order of `STATES`
    parameters : (..., P) in the order of `PARAMETERS`, units 1/year or 1
    levers : (..., L) in the order of `LEVERS`, each in [0, 1]
    coupling : (R, R), rows sum to 1; row r weighs the partners of region r

    Returns
    -------
    (..., R, S) changes per year
    """
    first = np.moveaxis(state, (-1, -2), (0, 1))
    moved = np.empty(np.broadcast_shapes(first.shape, first.shape[:2] + parameters.shape[:-1]))
    given = np.moveaxis(parameters, -1, 0)[:, None]
    pulled = np.moveaxis(levers, -1, 0)[:, None]
    fill_rates(np.broadcast_to(first, moved.shape), Terms(given, pulled), coupling, moved)
    return np.moveaxis(moved, (0, 1), (-1, -2))


class Terms:
    """What parameters and levers contribute and the state does not: worked out once for as long as the levers stay.

    `parameters` (P, 1, M) and `levers` (L, 1, M), or arrays that broadcast with a state (S, R, M). `support` (2, S) is help from
    outside the model, 1/year: an inflow and an outflow added to those of each state, None for none.
    """

    def __init__(self, parameters: Array, levers: Array, support: Array | None = None) -> None:
        self.support = support
        p: dict[str, Any] = dict(zip(PARAMETERS, parameters, strict=True))
        push, reward, sanction, joint, data = levers
        self.drift, self.closing = p["gap_drift"], p["gap_closing"]
        self.gap_motive, self.development_motive = p["gap_motive"], p["development_motive"]
        self.push_motive, self.will_fading = p["push_motive"] * push, p["will_fading"]
        self.will_pull, self.reward_pull = p["will_pull"], p["reward_pull"] * reward
        self.alone, self.together = 1.0 - p["partner_need"], p["partner_need"]
        hold = 1.0 - p["sanction_hold"] * sanction
        self.leaving, self.blocking = p["leaving"] * hold, p["blocking"] * hold
        self.carrying, self.joint, self.ageing = p["carrying_out"], p["joint_effect"] * joint, p["standard_ageing"]
        self.building = p["trust_building"] * (1.0 + p["data_effect"] * data)
        self.trust_fading, self.distrust = p["trust_fading"], p["distrust"]
        self.shielding, self.dissolving = p["shielding"], p["dissolving"]
        self.clearing = p["barrier_fading"] + p["review_effect"] * push
        self.division, self.localism_fading, self.shared_gain = p["division"], p["localism_fading"], p["shared_gain"]
        self.gain, self.spill, self.development_fading = p["gain"], p["gain"] * p["spill_over"], p["development_fading"]


def fill_rates(state: Array, terms: Terms, coupling: Array, out: Array) -> None:
    """Write the derivatives of `state` (S, R, ...) into `out`; the kernel of `rates` and of the integrator.

    Every state has an inflow and an outflow: :math:`\\dot x = in\\,(1-x) - out\\,x`.
    """
    g, w, v, s, t, b, loc, d = state
    partner_v, partner_s = (v, s) if len(coupling) == 1 else (partners(v, coupling), partners(s, coupling))
    flow_out = np.empty_like(state)
    np.multiply(terms.drift * loc, g, out=out[0])
    np.multiply(terms.closing * s, partner_s, out=flow_out[0])
    np.add(terms.gap_motive * g + terms.push_motive, terms.development_motive * d, out=out[1])
    flow_out[1] = terms.will_fading
    pull = terms.will_pull * w + terms.reward_pull
    np.multiply(pull, terms.alone + terms.together * partner_v, out=out[2])
    np.add(terms.leaving, terms.blocking * b, out=flow_out[2])
    np.multiply(terms.carrying * partner_v + terms.joint, v, out=out[3])
    flow_out[3] = terms.ageing
    np.multiply(terms.building * s, partner_v, out=out[4])
    np.add(terms.trust_fading, terms.distrust * b, out=flow_out[4])
    np.multiply(terms.shielding, loc, out=out[5])
    np.add(terms.clearing, terms.dissolving * t, out=flow_out[5])
    out[6] = terms.division
    np.add(terms.localism_fading, terms.shared_gain * d, out=flow_out[6])
    np.add(terms.gain * s, terms.spill * partner_s, out=out[7])
    flow_out[7] = terms.development_fading
    if terms.support is not None:
        more_in, more_out = terms.support.reshape(2, -1, *(1,) * (state.ndim - 1))
        out += more_in
        flow_out += more_out
    flow_out += out
    flow_out *= state
    out -= flow_out


def partners(state: Array, coupling: Array) -> Array:
    """Return the mean over each region's partners of one state (R, ...); for few regions a sum is faster than a product."""
    if len(coupling) > _FEW:
        return np.tensordot(coupling, state, axes=1)
    mean = np.zeros_like(state)
    for region, weights in enumerate(coupling):
        for other in np.flatnonzero(weights):
            mean[region] += weights[other] * state[other]
    return mean
