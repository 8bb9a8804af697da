r"""Does one region turn all others? Exactly, for few regions: the Markov chain over all :math:`2^N` states.

The chain is the asynchronous process: a region drawn evenly has its turn and either keeps its strategy or takes the other. It is the second route to
what `fixation_trials` counts, on any graph with any payoffs. No formula for a special graph is used.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, identity
from scipy.sparse.linalg import spsolve

from tongchi.errors import GraphError
from tongchi.mechanism.game.graphs import RegionGraph
from tongchi.mechanism.game.imitation import Imitation
from tongchi.mechanism.game.payoffs import PayoffTerms
from tongchi.mechanism.game.rounds import Rule

Array = NDArray[np.float64]
_LARGEST = 14


def exact_fixation(graph: RegionGraph, terms: PayoffTerms, rule: Rule) -> Array:
    """Return (2^N,) chances that all regions come to collaborate; bit i of the state says whether region i does at the start.

    Raises
    ------
    GraphError
        for more than 14 regions.
    """
    size = graph.size
    if size > _LARGEST:
        advice = "请用 fixation_trials。/ Use fixation_trials."
        raise GraphError(found=f"N = {size}", expected=f"N ≤ {_LARGEST}", advice=advice)
    change = change_chances(graph, terms, rule)
    states = np.arange(2**size)
    inner = states[1:-1]
    rows, regions = np.repeat(inner, size), np.tile(np.arange(size), len(inner))
    leads_to = rows ^ (1 << regions)
    step = csr_array((change[inner].ravel(), (rows, leads_to)), shape=(len(states), len(states)))
    stays = csr_array(identity(len(states))).multiply(step.sum(axis=1)[:, None])
    system = csr_array(stays - step)[1:-1]
    found = np.zeros(len(states))
    found[-1] = 1.0
    found[1:-1] = np.asarray(spsolve(system[:, 1:-1].tocsc(), -(system @ found)))
    return found


def exact_single_fixation(graph: RegionGraph, terms: PayoffTerms, rule: Rule) -> float:
    """Return the chance that all come to collaborate from one region, drawn evenly, that does."""
    return float(exact_fixation(graph, terms, rule)[1 << np.arange(graph.size)].mean())


def change_chances(graph: RegionGraph, terms: PayoffTerms, rule: Rule) -> Array:
    """Return (2^N, N) chances that a region whose turn it is takes the other strategy, in every state."""
    size = graph.size
    does = (np.arange(2**size)[:, None] >> np.arange(size)) & 1
    weights = graph.matrix()
    shares = weights / weights.sum(axis=1, keepdims=True)
    near, everyone = does @ shares.T, does.mean(axis=1)[:, None]
    payoffs = np.where(does == 1, terms.payoffs(1, near, everyone), terms.payoffs(0, near, everyone))
    unlike = does[:, :, None] != does[:, None, :]  # state, region, neighbour
    if isinstance(rule, Imitation):
        convinced = rule.chance(payoffs[:, None, :] - payoffs[:, :, None])
        found: Array = (shares * unlike * convinced).sum(axis=2)
        return found
    fitness = np.exp(rule.log_fitness(payoffs))[:, None, :] * weights
    taken: Array = (fitness * unlike).sum(axis=2) / fitness.sum(axis=2)
    return taken
