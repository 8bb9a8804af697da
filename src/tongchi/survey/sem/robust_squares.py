r"""How far is the corrected statistic from a chi-square in its second moment? tr((UΓ)²) without U.

:math:`tr((U\Gamma)^2) = tr((W\Gamma)^2) - 2tr(E^{-1}\Delta'W\Gamma W\Gamma W\Delta) + tr((E^{-1}\Delta'W\Gamma W\Delta)^2)`. With more rows
than moments Γ (p* square) is summed once for the model and its baseline, and W is applied as :math:`\Sigma^{-1}M\Sigma^{-1}`; with fewer,
rows take the place of moments.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tongchi.survey.sem.ram import Implied, Matrix
from tongchi.survey.sem.robust_scores import chunks, moment_contributions


def moment_spread(parts: Sequence[Matrix], means: bool) -> Matrix:
    """Return Γ, or with fewer rows than moments the centred contributions of the rows over √n, whose product Γ is."""
    count, width = parts[0].shape
    size = width * (width + 1) // 2 + (width if means else 0)
    if count < size:
        found = moment_contributions(parts, means)
        return np.asarray((found - found.mean(axis=0)) / np.sqrt(count), dtype=np.float64)
    total, mean = np.zeros((size, size)), np.zeros(size)
    for at in chunks(count):
        block = moment_contributions([part[at] for part in parts], means)
        total += block.T @ block
        mean += block.sum(axis=0)
    mean /= count
    return np.asarray(total / count - np.outer(mean, mean), dtype=np.float64)


def squared_spread(spread: Matrix, implied: Implied, weight: Matrix, means: bool) -> tuple[float, Matrix]:
    """Return tr((WΓ)²), and Δ'WΓWΓWΔ by free cells, of one group; `spread` is what `moment_spread` gave."""
    pulled = weigh_moments(moment_slopes(implied, means), weight, means)
    if len(spread) == spread.shape[1]:
        weighed = weigh_moments(spread, weight, means)
        inner = weighed @ pulled
        along = spread @ pulled
        return float(np.sum(weighed * weighed.T)), np.asarray(along.T @ inner, dtype=np.float64)
    gram = spread @ weigh_moments(spread.T, weight, means)
    rows = spread @ pulled
    return float(np.sum(gram * gram.T)), np.asarray(rows.T @ gram @ rows, dtype=np.float64)


def moment_slopes(implied: Implied, means: bool = True) -> Matrix:
    """Return Δ, (p + p*, q) or without means (p*, q): derivatives of (μ, vech Σ) by the free cells."""
    u, v, d = (part[: implied.observed] for part in implied.directions)
    line, other = np.tril_indices(implied.observed)
    covariances = u[line] * v[other] + v[line] * u[other]
    return np.vstack([d, covariances]) if means else covariances


def weigh_moments(columns: Matrix, weight: Matrix, means: bool) -> Matrix:
    """Return W times the columns, W = Σ⁻¹ for means and ½D'(Σ⁻¹ ⊗ Σ⁻¹)D for vech Σ: the information of complete rows."""
    width = len(weight)
    line, other = np.tril_indices(width)
    lead = columns[:width] if means else columns[:0]
    below = columns[len(lead) :]
    square = np.empty((columns.shape[1], width, width))
    square[:, line, other] = square[:, other, line] = below.T
    turned = (weight @ square @ weight)[:, line, other].T
    scaled = turned * np.where(line == other, 0.5, 1.0)[:, None]
    return np.vstack([weight @ lead, scaled]) if means else scaled
