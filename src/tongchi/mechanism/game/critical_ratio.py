r"""How large must the benefit be for collaboration to spread on a network? The critical ratio of benefit to cost.

Under death–birth updating with weak selection, collaboration is favoured where :math:`b/c > (b/c)^* = t_2/(t_3 - t_1)` if that is positive, with
:math:`t_n` the expected coalescence time from the two ends of an n-step random walk started by weighted degree (Allen et al. 2017, eq. 2):
coalescence times solve :math:`\tau_{ij} = 1 + ½\sum_k(p_{ik}\tau_{jk} + p_{jk}\tau_{ik})` for i ≠ j, and :math:`\tau_{ii} = 0`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, identity, kron
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve

from tongchi.errors import GraphError

Array = NDArray[np.float64]
_LARGEST = 400  # regions; the linear system has a row for each pair


def critical_benefit_cost_ratio(weights: ArrayLike) -> float:
    """Return (b/c)* of a connected undirected graph with weights (N, N); infinity where t₃ = t₁ (a star).

    A negative value says that no benefit favours collaboration, but spite below it (Allen et al. 2017).

    Raises
    ------
    GraphError
        where weights are negative or one-sided, the graph falls into parts, or N is above 400.
    """
    matrix = _checked(weights)
    size = len(matrix)
    degree = matrix.sum(axis=1)
    walk = matrix / degree[:, None]
    times = coalescence_times(walk)
    start = degree / degree.sum()
    two = walk @ walk
    one_step, two_step, three_step = (float(start @ (steps * times).sum(axis=1)) for steps in (walk, two, two @ walk))
    gap = three_step - one_step
    scale = max(two_step, 1.0)
    return float("inf") if abs(gap) < 1e-9 * scale * size else two_step / gap


def coalescence_times(walk: Array) -> Array:
    """Return τ (N, N) for a random walk with transition matrix `walk`: how long until two walkers, moved in turn, meet."""
    size = len(walk)
    steps = csr_array(walk)
    unit = csr_array(identity(size))
    both = (kron(steps, unit) + kron(unit, steps)).tocsr() * 0.5
    apart = np.flatnonzero(~np.eye(size, dtype=bool).ravel())
    system = csr_array(identity(len(apart))) - both[apart][:, apart]
    times = np.zeros(size * size)
    times[apart] = spsolve(system.tocsc(), np.ones(len(apart)))
    return times.reshape(size, size)


def _checked(weights: ArrayLike) -> Array:
    matrix = np.asarray(weights, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or len(matrix) < 2:
        raise GraphError(found=f"{matrix.shape}", expected="(N, N), N ≥ 2", advice="")
    if len(matrix) > _LARGEST:
        raise GraphError(found=f"N = {len(matrix)}", expected=f"N ≤ {_LARGEST}", advice="请用模拟。/ Use the engine.")
    if not np.isfinite(matrix).all() or (matrix < 0).any() or not np.allclose(matrix, matrix.T):
        raise GraphError(
            found="负的或单向的权重 / weights that are negative or one-sided",
            expected="对称的非负权重 / symmetric weights, none negative",
            advice="",
        )
    parts, label = connected_components(csr_array(matrix), directed=False)
    if parts > 1:
        alone = np.flatnonzero(label != label[0])[:5].tolist()
        raise GraphError(
            found=f"网络分为 {parts} 块（如 {alone}）/ {parts} separate parts (such as {alone})",
            expected="连通的网络 / a connected network",
            advice="请补上连接，或分块计算。/ Add links, or work part by part.",
        )
    return matrix
