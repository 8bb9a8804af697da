r"""How do a few gaps change what complete rows would say? Patterns' weights as one full inverse less a correction of few columns.

With :math:`P = \Sigma^{-1}`, m the places that a pattern misses and :math:`CC' = P_{mm}`, the padded inverse of what it sees is
:math:`W = P - L'L`, :math:`L = C^{-1}P_{m\cdot}`, and :math:`\log|\Sigma_{oo}| = \log|\Sigma| + \log|P_{mm}|`. A row's g = Wz is Pẑ, ẑ the row
with its gaps at their conditional means. Second derivatives are then those of complete rows, less terms linear in
:math:`\sum L'L`, and products of columns of which there are m(m + 1)/2 for a pattern and m for a row: nothing is p* square.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dtrtri

from tongchi.survey.sem.ram import MEAN, Implied, Indices, Matrix, Vector

_SURE = 1e-9  # a variance given all others, as a share of its own, below which the full inverse is not trusted


@dataclass(frozen=True)
class Lack:
    """The patterns that miss m values: their numbers (k,), the places they miss (k, m), their rows and each one's place among them."""

    patterns: Indices
    places: Indices
    rows: Indices
    pattern_of: Indices


@dataclass(frozen=True)
class Condensed:
    """Fewer rows with the same sums: z − cμ with `values` z (r, p) and `level` c (r,); missing values are zero.

    A pattern with more rows than variables is told by its mean times √n_k and the roots of its covariance.
    """

    values: Matrix
    level: Vector
    seen: NDArray[np.bool_]
    lacks: tuple[Lack, ...]
    share: Vector
    count: int

    @classmethod
    def of(
        cls, rows: Matrix, member: Indices, seen: NDArray[np.bool_], means: Matrix, covs: NDArray[np.float64]
    ) -> Condensed:
        """Condense rows, gaps as zero; `member` is each row's pattern."""
        counts = np.bincount(member, minlength=len(seen))
        many = counts > seen.sum(axis=1) + 1
        kept = ~many[member]
        values, level, owner = [rows[kept]], [np.ones(int(kept.sum()))], [member[kept]]
        for at in np.flatnonzero(many):
            size, known = np.sqrt(counts[at]), np.flatnonzero(seen[at])
            cov = covs[at][np.ix_(known, known)]
            unit = np.sqrt(np.diag(cov))  # in their own units, or the variables of small numbers are lost
            unit[unit == 0.0] = 1.0
            sizes, vectors = np.linalg.eigh(cov / np.outer(unit, unit))
            block = np.zeros((len(known) + 1, rows.shape[1]))
            block[0] = size * means[at]
            block[1:, known] = size * unit * (vectors * np.sqrt(np.maximum(sizes, 0.0))).T
            values.append(block)
            level.append(np.concatenate([[size], np.zeros(len(known))]))
            owner.append(np.full(len(block), at, dtype=np.intp))
        whose = np.concatenate(owner)
        return cls(
            np.vstack(values),
            np.concatenate(level),
            seen[whose],
            tuple(_lacks(seen, whose)),
            counts / len(rows),
            len(rows),
        )

    @cached_property
    def columns(self) -> int:
        """How many columns the second derivatives take."""
        return sum(
            (part.places.shape[1] + 1) * part.places.size // 2 + part.places[part.pattern_of].size
            for part in self.lacks
        )

    @cached_property
    def has_complete(self) -> bool:
        """Whether some row misses nothing."""
        return sum(len(part.patterns) for part in self.lacks) < len(self.share)


def _lacks(seen: NDArray[np.bool_], owner: Indices) -> Iterator[Lack]:
    missing = (~seen).sum(axis=1)
    for count in np.unique(missing[missing > 0]):
        patterns = np.flatnonzero(missing == count)
        places = np.nonzero(~seen[patterns])[1].reshape(len(patterns), count)
        within = np.full(len(seen), -1, dtype=np.intp)
        within[patterns] = np.arange(len(patterns))
        rows = np.flatnonzero(within[owner] >= 0)
        yield Lack(patterns, places, rows, within[owner[rows]])


@dataclass(frozen=True)
class Gaps:
    """What rows with gaps say at one point μ, Σ: P, the corrections L (k, m, p) by lack, and g of each condensed row (r, p)."""

    rows: Condensed
    inverse: Matrix
    corrections: tuple[NDArray[np.float64], ...]
    pulled: Matrix
    deviance: float

    @cached_property
    def pull(self) -> Vector:
        """Σ n_k/n W(m − μ)."""
        found: Vector = self.rows.level @ self.pulled / self.rows.count
        return found

    @cached_property
    def residual(self) -> Matrix:
        """R = Σ n_k/n (W − P_k), P_k the mean gg' of a pattern."""
        scaled = self.scaled
        found: Matrix = self.inverse - scaled.T @ scaled - self.pulled.T @ self.pulled / self.rows.count
        return found

    @cached_property
    def scaled(self) -> Matrix:
        """All rows of L times √(n_k/n)."""
        roots = [np.sqrt(self.rows.share[part.patterns]) for part in self.rows.lacks]
        parts = [
            (root[:, None, None] * one).reshape(-1, one.shape[2])
            for root, one in zip(roots, self.corrections, strict=True)
        ]
        return np.vstack([np.zeros((0, len(self.inverse))), *parts])


def gaps_at(rows: Condensed, mean: Vector, cov: Matrix) -> Gaps | None:
    """Return what the rows say at μ and Σ, or None where Σ is too near to singular for its inverse to be trusted.

    Raises numpy.linalg.LinAlgError where a row that misses nothing shows that Σ is not positive definite.
    """
    full = _inverse(cov)
    if full is None:
        if rows.has_complete and np.linalg.eigvalsh(cov)[0] <= 0.0:
            raise np.linalg.LinAlgError("implied covariance is not positive definite")
        return None
    inverse, log_det = full
    gap = np.where(rows.seen, rows.values - rows.level[:, None] * mean, 0.0)
    lead, filled = gap @ inverse, gap.copy()
    corrections = []
    for part in rows.lacks:
        lines = inverse[part.places]
        inner = np.take_along_axis(lines, part.places[:, None, :], axis=2)
        root = np.linalg.cholesky(inner)
        corrections.append(np.linalg.solve(root, lines))
        heights = 2.0 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
        log_det += float(rows.share[part.patterns] @ heights)
        places = part.places[part.pattern_of]
        pulled = np.take_along_axis(lead[part.rows], places, axis=1)
        filled[part.rows[:, None], places] = -np.linalg.solve(inner[part.pattern_of], pulled[:, :, None])[:, :, 0]
    pulled = filled @ inverse
    deviance = log_det + float(np.sum(gap * pulled)) / rows.count
    return Gaps(rows, inverse, tuple(corrections), pulled, deviance)


def _inverse(cov: Matrix) -> tuple[Matrix, float] | None:
    """Return Σ⁻¹ and log|Σ|."""
    variances = np.diag(cov)
    if not np.all(variances > 0.0):
        return None
    scale = np.sqrt(variances)
    root, failed = dpotrf(cov / np.outer(scale, scale), lower=True, clean=True)
    if failed or not np.isfinite(root).all():
        return None
    half = dtrtri(root, lower=True)[0]
    if float(np.max(np.sum(half * half, axis=0))) > 1.0 / _SURE:
        return None
    half = half / scale
    return half.T @ half, 2.0 * float(np.log(np.diag(root) * scale).sum())


@dataclass(frozen=True)
class Bends:
    """Second derivatives of the deviance by free cells: expected, and observed but for the moments' own curvature."""

    expected: Matrix
    observed: Matrix | None


def bends(found: Gaps, implied: Implied, second: bool = True) -> Bends:
    """Return the second derivatives; the observed ones only if `second`."""
    some = np.flatnonzero(implied.cells.kind != MEAN)  # a mean does not change the covariance
    first, other, d = (part[: implied.observed] for part in implied.directions)
    u, v = first[:, some], other[:, some]
    wu, wv = found.inverse @ u, found.inverse @ v
    whole = u.T @ wu, u.T @ wv, v.T @ wv
    cu, cv, cd = (found.scaled @ one for one in (u, v, d))
    along = [(lines @ u, lines @ v) for lines in found.corrections]
    plain = _plain(whole, (cu.T @ cu, cu.T @ cv, cv.T @ cv)) + _pairs(found.rows, along)
    wd = found.inverse @ d
    level = 2.0 * (d.T @ wd - cd.T @ cd)
    block = np.ix_(some, some)
    expected = level.copy()
    expected[block] += 2.0 * plain
    if not second:
        return Bends(expected, None)
    pu, pv = found.pulled @ u / np.sqrt(found.rows.count), found.pulled @ v / np.sqrt(found.rows.count)
    uwu, uwv, vwv = whole
    upv = pu.T @ pv
    mixed = upv * uwv.T + (pu.T @ pu) * vwv + (pv.T @ pv) * uwu + upv.T * uwv
    bent = (found.pull @ u)[:, None] * (v.T @ wd) + (found.pull @ v)[:, None] * (u.T @ wd)
    for part, (lu, lv), lines in zip(found.rows.lacks, along, found.corrections, strict=True):
        crossed = pu[part.rows, None] * lv[part.pattern_of] + pv[part.rows, None] * lu[part.pattern_of]
        columns = crossed.reshape(-1, crossed.shape[2])
        mixed -= columns.T @ columns
        weighed = (lines @ d)[part.pattern_of] * found.rows.level[part.rows, None, None] / np.sqrt(found.rows.count)
        bent -= columns.T @ weighed.reshape(len(columns), -1)
    observed = level
    observed[block] += 2.0 * (mixed - plain)
    observed[some] += 2.0 * bent
    observed[:, some] += 2.0 * bent.T
    return Bends(expected, observed)


_Three = tuple[Matrix, Matrix, Matrix]


def _plain(whole: _Three, less: _Three) -> Matrix:
    """Return u'Wv ∘ (u'Wv)' + u'Wu ∘ v'Wv without the products of corrections; each three is u'·u, u'·v, v'·v."""
    (uwu, uwv, vwv), (ulu, ulv, vlv) = whole, less
    crossed = uwv * ulv.T
    found: Matrix = uwv * uwv.T + uwu * vwv - crossed - crossed.T - uwu * vlv - ulu * vwv
    return found


def _pairs(rows: Condensed, along: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> Matrix | float:
    """Return the products of corrections: for each pattern and pair of missing places one column by free cells."""
    total: Matrix | float = 0.0
    for part, (lu, lv) in zip(rows.lacks, along, strict=True):
        one, other = np.tril_indices(lu.shape[1])
        columns = lu[:, one] * lv[:, other] + lu[:, other] * lv[:, one]
        weight = np.sqrt(rows.share[part.patterns])[:, None] * np.where(one == other, np.sqrt(0.5), 1.0)
        columns = (columns * weight[:, :, None]).reshape(-1, lu.shape[2])
        total = total + columns.T @ columns
    return total
