r"""What does each row of the data contribute? Casewise scores of a fitted model, never as a p*-by-p* matrix.

For a row with deviations z and :math:`W = \Sigma^{-1}` the derivative of its log-likelihood by free cell k, where
:math:`d\Sigma = uv' + vu'` and :math:`d\mu = d`, is :math:`(u'Wz)(v'Wz) - u'Wv + d'Wz`. All rows and cells together cost O(npq).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

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


def sum_by_cluster(scores: Matrix, clusters: Indices) -> Matrix:
    """Return (q, J): the columns of `scores` summed within each cluster, enlarged by √(J / (J − 1)) for few clusters."""
    order = np.argsort(clusters, kind="stable")
    starts = np.flatnonzero(np.diff(clusters[order], prepend=-1))
    count = len(starts)
    summed = np.add.reduceat(scores[:, order], starts, axis=1)
    return np.asarray(summed * np.sqrt(count / max(count - 1, 1)), dtype=np.float64)


def first_order(cells: CellScores, deviations: Matrix, clusters: Indices | None = None) -> Matrix:
    """Return Σ ss' / n by free cells, s the scores of rows or, if given, of clusters."""
    count, level = len(deviations), cells.expectation[:, None]
    if clusters is not None:
        scores = sum_by_cluster(cells.products(deviations) - level, clusters)
        return np.asarray(scores @ scores.T / count, dtype=np.float64)
    total = np.zeros((len(level), len(level)))
    for at in chunks(count):
        scores = cells.products(deviations[at]) - level
        total += scores @ scores.T
    return total / count


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


def centred_products(cells: CellScores, parts: Sequence[Matrix]) -> Matrix:
    """Return (q, n): the products of all rows less their mean."""
    scores = _difference(cells, parts, slice(None))
    scores -= scores.mean(axis=1, keepdims=True)
    return scores


def _difference(cells: CellScores, parts: Sequence[Matrix], at: slice) -> Matrix:
    scores = cells.products(parts[0][at])
    return scores if len(parts) == 1 else scores - cells.products(parts[1][at])


def predicted_rows(centred: Matrix, given: Sequence[int]) -> tuple[Matrix, ...]:
    """Return the centred rows, and what the covariates at `given` predict of them (themselves included) if there are any."""
    if not given:
        return (centred,)
    known = centred[:, list(given)]
    slopes, *_ = np.linalg.lstsq(known, centred, rcond=None)
    guess = known @ slopes
    guess[:, list(given)] = known
    return centred, np.asarray(guess, dtype=np.float64)


def moment_contributions(parts: Sequence[Matrix], root: Matrix, means: bool) -> Matrix:
    """Return (n, p*): the rows' contributions to the sample moments, centred and scaled so that W becomes the unit matrix.

    `root` is the lower Cholesky factor of Σ.
    """
    found = _contributions(parts[0], root, means)
    if len(parts) > 1:
        found = found - _contributions(parts[1], root, means)
    found -= found.mean(axis=0)
    return found


def root_of(matrix: Matrix) -> Matrix:
    """Return the lower Cholesky factor."""
    return np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)


def _contributions(centred: Matrix, root: Matrix, means: bool) -> Matrix:
    scaled: Matrix = np.asarray(np.linalg.solve(root, centred.T), dtype=np.float64).T
    one, other = np.tril_indices(len(root))
    squares = scaled[:, one] * scaled[:, other] * np.where(one == other, np.sqrt(0.5), 1.0)
    return np.hstack([scaled, squares]) if means else squares
