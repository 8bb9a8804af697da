r"""How sure are the estimates of many samples? The expected information of each draw, :math:`2u'Wu\,v'Wv + 2(u'Wv)^2` by cells."""

from __future__ import annotations

import numpy as np

from tongchi.survey.sem.batched import BatchedDiscrepancy, Flags, Stack, small_products
from tongchi.survey.sem.ram import ARROW, MEAN, Indices, Matrix

_BLOCK = 32


def covariance_of(batched: BatchedDiscrepancy, eta: Matrix, rows: Indices) -> Stack:
    """Return the covariance of some free table rows in each draw, (R, k, k); NaN where the information is singular.

    `rows` are places in `assembly.free_rows`. The covariance of η is :math:`(N H / 2)^{-1}` with H the expected second derivatives
    of F.
    """
    basis = batched.assembly.basis[rows]
    found = np.empty((len(eta), len(rows), len(rows)))
    for first in range(0, len(eta), _BLOCK):
        at = np.arange(first, min(first + _BLOCK, len(eta)))
        information = expected_information(batched, eta[at], at)
        scale = np.sqrt(np.diagonal(information, axis1=1, axis2=2))
        scaled = information / (scale[:, :, None] * scale[:, None, :])
        half = _forward(_root(scaled), (basis[None] / scale[:, None, :]).transpose(0, 2, 1))
        found[at] = 2.0 / batched.total[at, None, None] * (half.transpose(0, 2, 1) @ half)
    proper: Flags = np.asarray((np.diagonal(found, axis1=1, axis2=2) > 0).all(axis=1))
    return np.where(proper[:, None, None], found, np.nan)


def _root(matrices: Stack) -> Stack:
    """Return Cholesky factors; NaN for a matrix that has none, which would stop LAPACK for the whole stack."""
    try:
        return np.asarray(np.linalg.cholesky(matrices), dtype=np.float64)
    except np.linalg.LinAlgError:
        proper = np.linalg.eigvalsh(matrices)[:, 0] > 1e-12
        safe = np.where(proper[:, None, None], matrices, np.eye(matrices.shape[1]))
        return np.where(proper[:, None, None], np.linalg.cholesky(safe), np.nan)


def _forward(roots: Stack, right: Stack) -> Stack:
    """Solve L x = right for all draws at once, row after row; LAPACK's solver would start threads of its own."""
    found = np.empty_like(right)
    for at in range(roots.shape[1]):
        known = (roots[:, at : at + 1, :at] @ found[:, :at])[:, 0] if at else 0.0
        found[:, at] = (right[:, at] - known) / roots[:, at, at, None]
    return found


def expected_information(batched: BatchedDiscrepancy, eta: Matrix, chosen: Indices) -> Stack:
    """Return H by η for the chosen draws, (R, q, q)."""
    size = eta.shape[1]
    found = np.zeros((len(eta), size, size))
    for layout, (basis, offset), whole in zip(batched.groups, batched.maps, batched.draws, strict=True):
        draws = whole[chosen]
        share = draws.weight / batched.total[chosen]
        values = eta @ basis.T + offset
        p = layout.observed
        covariance, level = layout.implied(values, draws)
        total = np.broadcast_to(np.eye(p, len(layout.means)), (len(eta), p, len(layout.means))).copy()
        total[:, :, layout.sources] += layout.effects(values)[:, :p]
        arrow, mean = layout.kind == ARROW, layout.kind == MEAN
        first = total[:, :, layout.row]
        half = np.where(layout.row == layout.column, 0.5, 1.0)
        second = np.where(arrow, covariance[:, :p, layout.column], total[:, :, layout.column] * half)
        second = np.where(mean, 0.0, second)
        weight: Stack = np.asarray(np.linalg.inv(covariance[:, :p, :p]), dtype=np.float64)
        across = first.transpose(0, 2, 1)
        weighted = small_products(weight, second)
        cross = small_products(across, weighted)
        cells = cross * cross.transpose(0, 2, 1)
        cells += small_products(across, small_products(weight, first)) * small_products(
            second.transpose(0, 2, 1), weighted
        )
        if batched.assembly.has_means:
            shift = first * np.where(arrow, level[:, layout.column], np.where(mean, 1.0, 0.0))[:, None, :]
            cells += small_products(shift.transpose(0, 2, 1), small_products(weight, shift))
        cells *= 2.0 * share[:, None, None]
        plain = basis.shape[0] == size and np.array_equal(basis, np.eye(size))
        found += cells if plain else small_products(small_products(basis.T[None], cells), basis[None])
    return found
