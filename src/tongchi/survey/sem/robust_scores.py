r"""What does each row of the data contribute? Casewise scores of a fitted model, never as a p*-by-p* matrix.

For a row with deviations z and :math:`W = \Sigma^{-1}` the derivative of its log-likelihood by free cell k, where
:math:`d\Sigma = uv' + vu'` and :math:`d\mu = d`, is :math:`(u'Wz)(v'Wz) - u'Wv + d'Wz`. All rows and cells together cost O(npq).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dtrtri

from tongchi.survey.sem.ram import ARROW, MEAN, TWO_HEADED, Implied, Indices, Matrix, Vector

_ROWS = 1024  # so many rows at a time stay in the processor's cache


@dataclass(frozen=True)
class CellScores:
    """The derivatives by the free cells of one group, at its implied moments."""

    implied: Implied
    weight: Matrix
    means: bool

    def products(self, deviations: Matrix) -> Matrix:
        """Return (q, n): (u'Wz)(v'Wz) + d'Wz of each row; `deviations` is (n, p)."""
        return self.products_of(self.weight @ deviations.T)

    def products_of(self, pulled: Matrix) -> Matrix:
        """Return the same from Wz, (p, n)."""
        p, cells = self.implied.observed, self.implied.cells
        onto = self.implied.total[:p].T @ pulled
        spread = self.implied.covariance[:p].T @ pulled
        if self.means:
            spread = spread + self.implied.full_mean[:, None]
        found = np.empty((len(cells.kind), pulled.shape[1]))
        at = np.flatnonzero(cells.kind == ARROW)
        found[at] = onto[cells.row[at]] * spread[cells.column[at]]
        at = np.flatnonzero(cells.kind == TWO_HEADED)
        half = np.where(cells.row[at] == cells.column[at], 0.5, 1.0)
        found[at] = onto[cells.row[at]] * onto[cells.column[at]] * half[:, None]
        at = np.flatnonzero(cells.kind == MEAN)
        found[at] = onto[cells.row[at]]
        return found

    @property
    def expectation(self) -> Vector:
        """(q,) u'Wv, what the products are in the mean if the model holds."""
        u, v, _ = (part[: self.implied.observed] for part in self.implied.directions)
        level: Vector = np.einsum("ik,ik->k", u, self.weight @ v)
        return level


def chunks(count: int) -> Iterator[slice]:
    """Return slices that walk through `count` rows."""
    for start in range(0, count, _ROWS):
        yield slice(start, min(start + _ROWS, count))


class OuterSum:
    """Σ ss' / n of scores that come some rows at a time; s those of rows or, if there are any, summed within clusters.

    Cluster sums are enlarged by J / (J − 1), as lavaan does for few clusters.
    """

    def __init__(self, size: int, count: int, clusters: Indices | None = None) -> None:
        self.count, self.clusters = count, clusters
        self._total = np.zeros((size, size))
        self._sums = None if clusters is None else np.zeros((int(clusters.max()) + 1, size))

    def add(self, scores: Matrix, rows: slice | Indices) -> None:
        """Add the scores (size, k) of k rows; `rows` says which."""
        if self._sums is None or self.clusters is None:
            self._total += scores @ scores.T
        else:
            np.add.at(self._sums, self.clusters[rows], scores.T)

    @property
    def mean(self) -> Matrix:
        """The sum of outer products divided by n."""
        if self._sums is None or self.clusters is None:
            return self._total / self.count
        number = len(np.unique(self.clusters))
        enlarged = number / max(number - 1, 1) / self.count
        return np.asarray(self._sums.T @ self._sums * enlarged, dtype=np.float64)


def first_order(cells: CellScores, deviations: Matrix, clusters: Indices | None = None) -> Matrix:
    """Return Σ ss' / n by free cells, s the scores of rows or of clusters."""
    level = cells.expectation[:, None]
    found = OuterSum(len(level), len(deviations), clusters)
    for at in chunks(len(deviations)):
        found.add(cells.products(deviations[at]) - level, at)
    return found.mean


@dataclass(frozen=True)
class Spread:
    """Covariance (divisor n) of the products by free cells, Δ'WΓWΔ, and tr(WΓ), of one group."""

    covariance: Matrix
    trace: float


def product_spread(cells: CellScores, parts: Sequence[Matrix]) -> Spread:
    """Return the spread of the rows' products about their mean.

    `parts` are the centred rows and, if some variables are fixed covariates, the rows that these predict: what the covariates
    themselves do is then no part of the spread.
    """
    count, width = parts[0].shape
    size = len(cells.implied.cells.kind)
    total, mean, cov = np.zeros((size, size)), np.zeros(size), np.zeros((width, width))
    level = cells.expectation[:, None] if len(parts) == 1 else np.zeros((size, 1))
    lead = square = 0.0
    for at in chunks(count):
        blocks = [part[at].T for part in parts]
        pulled = [cells.weight @ block for block in blocks]
        scores = cells.products_of(pulled[0]) - (level if len(parts) == 1 else cells.products_of(pulled[1]))
        total += scores @ scores.T
        mean += scores.sum(axis=1)
        own = np.einsum("ij,ij->j", pulled[0], blocks[0])
        cov += pulled[0] @ blocks[0].T
        lead, square = lead + float(own.sum()), square + float(own @ own)
        if len(parts) > 1:
            along, theirs = (np.einsum("ij,ij->j", one, blocks[1]) for one in pulled)
            cov -= pulled[1] @ blocks[1].T
            lead += float(theirs.sum() - 2.0 * along.sum())
            square += float(theirs @ theirs - 2.0 * along @ along)
    mean /= count
    cov /= count
    trace = (lead / count if cells.means else 0.0) + 0.5 * (square / count - float(np.sum(cov * cov.T)))
    return Spread(total / count - np.outer(mean, mean), trace)


def predicted_rows(centred: Matrix, given: Sequence[int]) -> tuple[Matrix, ...]:
    """Return the centred rows, and what the covariates at `given` predict of them (themselves included) if there are any."""
    if not given:
        return (centred,)
    known = centred[:, list(given)]
    slopes, *_ = np.linalg.lstsq(known, centred, rcond=None)
    guess = known @ slopes
    guess[:, list(given)] = known
    return centred, np.asarray(guess, dtype=np.float64)


def root_of(matrix: Matrix) -> Matrix:
    """Return the lower Cholesky factor."""
    return np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)


def moment_contributions(parts: Sequence[Matrix], means: bool) -> Matrix:
    """Return (n, p*): the rows' contributions to means (if any) and vech of the second moments, not centred."""
    line, other = np.tril_indices(parts[0].shape[1])
    found = parts[0][:, line] * parts[0][:, other]
    if len(parts) > 1:
        found -= parts[1][:, line] * parts[1][:, other]
    lead = parts[0] if len(parts) == 1 else parts[0] - parts[1]
    return np.hstack([lead, found]) if means else found


def inverse_of(matrix: Matrix) -> Matrix | None:
    """Return the inverse of a positive definite matrix in any units, or None."""
    if not len(matrix):
        return matrix
    scale = np.sqrt(np.abs(np.diag(matrix)))
    if not np.all(scale > 0):
        return None
    try:
        root = np.linalg.cholesky(matrix / np.outer(scale, scale))
    except np.linalg.LinAlgError:
        return None
    half = dtrtri(root, lower=True)[0] / scale
    return np.asarray(half.T @ half, dtype=np.float64)
