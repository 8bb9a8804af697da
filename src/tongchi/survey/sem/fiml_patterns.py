r"""What do rows with gaps say about means and covariances? Sums by missing-data pattern, and the likelihood's derivatives by moments.

With :math:`W_k` the inverse of the covariance that pattern k sees, padded with zeros, :math:`T_k` the second moments about μ and
:math:`P_k = W_k T_k W_k`, the deviance per case is :math:`\sum_k (n_k/n)(\log|\Sigma_k| + tr(W_k T_k))` without constants, and its second
derivatives by Σ come from one product of the vectorised :math:`W_k` and :math:`P_k`: O(K p*²), never K times q².
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from tongchi.survey.sem.fiml_gaps import Condensed, Gaps, gaps_at
from tongchi.survey.sem.ram import Indices, Matrix, Vector

_CACHED = 60  # with more variables the places of products take too much memory to be kept
_NUMBERS = 2_000_000  # so many matrix entries are worked on at a time


@dataclass(frozen=True)
class Weights:
    """Some patterns' W (k, p, p), deviations W(m − μ) (k, p), P (k, p, p), shares n_k/n, and deviance of each."""

    at: slice
    inverse: NDArray[np.float64]
    pull: Matrix
    product: NDArray[np.float64]
    share: Vector
    deviance: Vector


@dataclass(frozen=True)
class Patterns:
    """Rows of one group by which variables they hold; missing entries of `rows` are zero.

    `seen` (K, p) tells the patterns, `counts` their rows; `means` and `covs` (divisor n_k) are padded with zeros; `member` is each
    row's pattern.
    """

    rows: Matrix
    member: Indices
    seen: NDArray[np.bool_]
    counts: Indices
    means: Matrix
    covs: NDArray[np.float64]
    _last: dict[bytes, list[Weights]] = field(default_factory=dict, compare=False, repr=False)
    _gaps: dict[bytes, Gaps | None] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, rows: Matrix) -> Patterns:
        """Sort rows, gaps as NaN, by pattern."""
        known = np.isfinite(rows)
        first, member = _distinct(known)
        seen = known[first]
        filled = np.where(known, rows, 0.0)
        counts = np.bincount(member, minlength=len(seen))
        order = np.argsort(member, kind="stable")
        ends = np.cumsum(counts)
        means, covs = np.zeros(seen.shape), np.zeros((*seen.shape, seen.shape[1]))
        for at, (end, count) in enumerate(zip(ends, counts, strict=True)):
            part = filled[order[end - count : end]]
            means[at] = part.mean(axis=0)
            if count > 1:
                part = part - means[at]
                covs[at] = part.T @ part / count
        return cls(filled, member, seen, np.asarray(counts, dtype=np.intp), means, covs)

    @property
    def count(self) -> int:
        """Rows in all."""
        return len(self.rows)

    @cached_property
    def known_values(self) -> int:
        """How many values are there in all rows."""
        return int(self.counts @ self.seen.sum(axis=1))

    @cached_property
    def condensed(self) -> Condensed:
        """The rows as fewer ones with the same sums."""
        return Condensed.of(self.rows, self.member, self.seen, self.means, self.covs)

    def in_units(self, centre: Vector, spread: Vector) -> Patterns:
        """Return the same rows less `centre`, divided by `spread`."""
        return replace(
            self,
            rows=np.where(self.seen[self.member], (self.rows - centre) / spread, 0.0),
            means=np.where(self.seen, (self.means - centre) / spread, 0.0),
            covs=self.covs / np.outer(spread, spread),
            _last={},
            _gaps={},
        )

    def coverage(self) -> Matrix:
        """Return (p, p): the share of rows that hold both variables."""
        seen = self.seen.astype(np.float64)
        found: Matrix = (seen * self.counts[:, None]).T @ seen / self.count
        return found

    def weights(self, mean: Vector, cov: Matrix) -> Iterable[Weights]:
        """Return the patterns' weights at μ and Σ, some at a time; LinAlgError where Σ is not positive definite.

        Those of the last point are kept if they are few, for value, slope and curvature ask for them in turn.
        """
        width = self.seen.shape[1]
        size = max(1, _NUMBERS // (width * width))
        slices = [slice(start, min(start + size, len(self.counts))) for start in range(0, len(self.counts), size)]
        if len(slices) > 1:
            return (self._weights(at, mean, cov) for at in slices)
        key = mean.tobytes() + cov.tobytes()
        if key not in self._last:
            self._last.clear()
            self._last[key] = [self._weights(slices[0], mean, cov)]
        return self._last[key]

    def _weights(self, at: slice, mean: Vector, cov: Matrix) -> Weights:
        seen, place = self.seen[at], np.arange(self.seen.shape[1])
        both = seen[:, :, None] & seen[:, None, :]
        padded = np.where(both, cov, 0.0)
        padded[:, place, place] += ~seen
        roots = np.linalg.cholesky(padded)
        inverse = np.where(both, np.linalg.inv(padded), 0.0)
        gap = np.where(seen, self.means[at] - mean, 0.0)
        pull = np.matmul(inverse, gap[:, :, None])[:, :, 0]
        product = pull[:, :, None] * pull[:, None, :]
        own = 2.0 * np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1) + np.einsum("ki,ki->k", pull, gap)
        several = np.flatnonzero(self.counts[at] > 1)  # a single row does not spread about its own mean
        spread, weight = self.covs[at][several], inverse[several]
        product[several] += weight @ spread @ weight
        own[several] += np.einsum("kij,kij->k", weight, spread)
        return Weights(at, inverse, pull, product, self.counts[at] / self.count, own)

    def gaps(self, mean: Vector, cov: Matrix) -> Gaps | None:
        """Return what the rows say at μ and Σ by few corrections of one inverse, that of the last point kept.

        None where Σ is too near to singular for that; LinAlgError where it is not positive definite.
        """
        key = mean.tobytes() + cov.tobytes()
        if key not in self._gaps:
            self._gaps.clear()
            self._gaps[key] = gaps_at(self.condensed, mean, cov)
        return self._gaps[key]

    def deviance(self, mean: Vector, cov: Matrix) -> float:
        """Return −2 log-likelihood per case less constants."""
        found = self.gaps(mean, cov)
        if found is not None:
            return found.deviance
        return float(sum(part.share @ part.deviance for part in self.weights(mean, cov)))

    def slopes(self, mean: Vector, cov: Matrix) -> tuple[float, Matrix, Vector]:
        """Return the deviance, R = Σ n_k/n (W − P) and the pull Σ n_k/n W(m − μ)."""
        found = self.gaps(mean, cov)
        if found is not None:
            return found.deviance, found.residual, found.pull
        width = self.seen.shape[1]
        value, residual, pull = 0.0, np.zeros((width, width)), np.zeros(width)
        for part in self.weights(mean, cov):
            value += float(part.share @ part.deviance)
            residual += np.tensordot(part.share, part.inverse - part.product, axes=1)
            pull += part.share @ part.pull
        return value, residual, pull


def _distinct(known: NDArray[np.bool_]) -> tuple[Indices, Indices]:
    """Return the first row of each pattern, and each row's pattern; 64 variables are compared as one number."""
    words = -(-known.shape[1] // 64)
    padded = np.zeros((len(known), 64 * words), dtype=np.bool_)
    padded[:, : known.shape[1]] = known
    codes = np.packbits(padded, axis=1).view(np.uint64)
    if words == 1:
        _, first, member = np.unique(codes[:, 0], return_index=True, return_inverse=True)
    else:
        _, first, member = np.unique(codes, axis=0, return_index=True, return_inverse=True)
    return np.asarray(first, dtype=np.intp), np.asarray(member, dtype=np.intp).reshape(-1)


def vech_pairs(width: int) -> tuple[Indices, Indices, Vector, Indices]:
    """Return rows and columns of the lower triangle, ½ on the diagonal and 1 off it, and each (row, column)'s place."""
    line, other = np.tril_indices(width)
    place = np.zeros((width, width), dtype=np.intp)
    place[line, other] = place[other, line] = np.arange(len(line))
    return line, other, np.where(line == other, 0.5, 1.0), place


@dataclass(frozen=True)
class Curvature:
    """Second derivatives of the deviance by (μ, vech Σ), (p + p*) square, from sums over patterns.

    `lead` is Σ n_k/n W (p, p), `crossed` that of g W (p, p*), `plain` and `mixed` those of vech W times vech W and vech P.
    """

    lead: Matrix
    crossed: Matrix
    plain: Matrix
    mixed: Matrix

    @cached_property
    def observed(self) -> Matrix:
        """The derivatives as they are."""
        width = len(self.lead)
        line, other, half, place = vech_pairs(width)
        found = self._blocks(self.mixed + self.mixed.T - self.plain)
        between = 2.0 * half[:, None] * _between(self.crossed, line, other, place)
        found[width:, :width] = between
        found[:width, width:] = between.T
        return found

    @cached_property
    def expected(self) -> Matrix:
        """The derivatives as expected if the model holds."""
        return self._blocks(self.plain)

    def _blocks(self, kernel: Matrix) -> Matrix:
        width, size = len(self.lead), len(self.plain)
        same, swapped, half = (_gathers if width <= _CACHED else _gathers.__wrapped__)(width)
        found: Matrix = np.zeros((width + size, width + size))
        found[:width, :width] = 2.0 * self.lead
        pairs = kernel.take(same)
        pairs += kernel.take(swapped)
        pairs *= half
        pairs *= 2.0 * half[:, None]
        found[width:, width:] = pairs
        return found


@lru_cache(maxsize=1)
def _gathers(width: int) -> tuple[Indices, Indices, Vector]:
    """Return where in vech times vech the products of pairs (a, b), (c, d) stand, ac with bd and ad with bc, and half per pair."""
    line, other, half, place = vech_pairs(width)
    size = len(line)
    same = place[np.ix_(line, line)] * size + place[np.ix_(other, other)]
    swapped = place[np.ix_(line, other)] * size + place[np.ix_(other, line)]
    return same, swapped, half


def moment_curvature(patterns: Patterns, mean: Vector, cov: Matrix) -> Curvature:
    """Return the second derivatives at μ and Σ."""
    width = len(mean)
    line, other, _, _ = vech_pairs(width)
    below = line * width + other
    plain, mixed = np.zeros((len(line), len(line))), np.zeros((len(line), len(line)))
    crossed, lead = np.zeros((width, len(line))), np.zeros((width, width))
    for part in patterns.weights(mean, cov):
        root = np.sqrt(part.share)[:, None]
        flat, bent = (
            square.reshape(len(square), -1).take(below, axis=1) * root for square in (part.inverse, part.product)
        )
        plain += flat.T @ flat
        mixed += flat.T @ bent
        crossed += (part.pull * root).T @ flat
        lead += np.tensordot(part.share, part.inverse, axes=1)
    return Curvature(lead, crossed, plain, mixed)


def _between(crossed: Matrix, line: Indices, other: Indices, place: Indices) -> Matrix:
    """Return Σ n_k/n (W_la g_b + W_lb g_a) for each pair (a, b) and each l, from sums of g W."""
    found: Matrix = crossed[other[:, None], place[line]] + crossed[line[:, None], place[other]]
    return found
