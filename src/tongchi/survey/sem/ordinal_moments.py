r"""What do ordinal answers, alone or beside continuous ones, say about the responses behind them?

Two steps (Muthén 1984): thresholds, means and variances of each variable alone, then each correlation by maximum likelihood.
The moments stand in lavaan's order: thresholds or mean by variable, variances of continuous variables, covariances below the
diagonal by column. Their asymptotic covariance is :math:`\Gamma = \frac1n\sum_i f_i f_i'` with the influence of a case
:math:`f_i = nB^{-1}s_i`, where s are the scores, and B the block-triangular sum of their outer products, as in lavaan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from tongchi.survey.polychoric import (
    LARGEST,
    Integers,
    bivariate_normal,
    cell_differences,
    contingency_tables,
    fill_small_tables,
    has_empty_cell,
    score_correlations,
)
from tongchi.survey.sem.polyserial import Continuous, MixedPair, continuous_pair, ordinal_pair
from tongchi.survey.sem.ram import Indices, Matrix, Vector

_ROWS = 1_000
"""Cases whose influence is held at a time, so that it stays in the cache."""
_TINY = 1e-290


@dataclass(frozen=True)
class OrdinalMoments:
    """Moments of one group.

    Attributes
    ----------
    count : n, the rows of the group (with pairwise deletion also the incomplete ones)
    sizes : number of categories of each variable, 0 if it is continuous
    thresholds : (c - 1,) by variable, empty for a continuous one
    mean : (p,) 0 for ordinal variables
    cov : (p, p) covariances of the responses; ordinal ones have variance 1. Divisor n
    gamma : (m, m) asymptotic covariance of √n times the moments, in the order of `stacked`
    empty_cells : pairs with an empty cell in their table
    at_bound : pairs whose likelihood still rises at ± LARGEST
    slopes : (p, k) of the responses on covariates; the other moments are then given these, at covariates of zero
    """

    count: int
    sizes: tuple[int, ...]
    thresholds: tuple[Vector, ...]
    mean: Vector
    cov: Matrix
    gamma: Matrix
    empty_cells: tuple[tuple[int, int], ...] = ()
    at_bound: tuple[tuple[int, int], ...] = ()
    slopes: Matrix = field(default_factory=lambda: np.zeros((0, 0)))

    @property
    def weight(self) -> int:
        """The group's weight in the test statistic, n − 1."""
        return self.count - 1

    @property
    def layout(self) -> Layout:
        """Places of the moments."""
        return Layout.of(self.sizes, self.slopes.shape[1])

    @property
    def stacked(self) -> Vector:
        """(m,) all moments."""
        parts = [
            t if size else self.mean[at : at + 1]
            for at, (t, size) in enumerate(zip(self.thresholds, self.sizes, strict=True))
        ]
        layout = self.layout
        pairs = self.cov[layout.pairs[:, 0], layout.pairs[:, 1]]
        return np.concatenate([*parts, self.slopes.T.ravel(), np.diag(self.cov)[layout.continuous], pairs])


@dataclass(frozen=True)
class Layout:
    """Where each moment stands: `owner` and `step` (threshold, from 0; −1 for a mean) of the first, then slopes, variances, pairs.

    `given` is the number of covariates; slopes stand by covariate.
    """

    owner: Indices
    step: Indices
    continuous: Indices
    pairs: Indices
    given: int = 0

    @classmethod
    def of(cls, sizes: tuple[int, ...], given: int = 0) -> Layout:
        """Return the layout for numbers of categories, 0 for continuous variables."""
        owner = [at for at, size in enumerate(sizes) for _ in range(max(size - 1, 1))]
        step = [k for size in sizes for k in (range(size - 1) if size else (-1,))]
        below = np.array(np.triu_indices(len(sizes), 1), dtype=np.intp)[::-1].T
        continuous = np.array([at for at, size in enumerate(sizes) if not size], dtype=np.intp)
        return cls(np.array(owner, dtype=np.intp), np.array(step, dtype=np.intp), continuous, below, given)

    @property
    def levels(self) -> int:
        """Number of thresholds and means."""
        return len(self.owner)

    @property
    def count(self) -> int:
        """Number of all moments."""
        return self.variances + len(self.continuous) + len(self.pairs)

    @property
    def variances(self) -> int:
        """Where the variances begin, after the slopes."""
        p = int(self.owner[-1]) + 1
        return len(self.owner) + p * self.given


def ordinal_moments(codes: Integers, values: Matrix, sizes: tuple[int, ...]) -> OrdinalMoments:
    """Return the moments of a group.

    Parameters
    ----------
    codes : (n, p) categories from 0 of ordinal variables, −1 where the answer is missing; all categories occur
    values : (n, p) values of continuous variables, NaN where missing
    sizes : (p,) number of categories, 0 for a continuous variable
    """
    layout = Layout.of(sizes)
    p = len(sizes)
    thresholds = tuple(_thresholds(codes[:, at], size) if size else np.zeros(0) for at, size in enumerate(sizes))
    continuous = {int(at): Continuous.of(values[:, at]) for at in layout.continuous}
    mean, cov = np.zeros(p), np.eye(p)
    for at, one in continuous.items():
        mean[at], cov[at, at] = one.mean, one.variance
    both = np.array([sizes[i] > 0 and sizes[j] > 0 for i, j in layout.pairs], dtype=bool)
    tables = tuple(_threshold_influence(codes[:, at], row) for at, row in enumerate(thresholds))
    ordinal = _OrdinalPairs.of(codes, sizes, thresholds, tables, layout.pairs[both])
    mixed = [
        (int(place), _mixed(int(i), int(j), codes, continuous, thresholds))
        for place, (i, j) in zip(np.flatnonzero(~both), layout.pairs[~both], strict=True)
    ]
    scales = np.sqrt(np.diag(cov))
    rho = np.zeros(len(layout.pairs))
    rho[both] = ordinal.rho
    for place, pair in mixed:
        rho[place] = pair.rho
    rows, columns = layout.pairs.T
    cov[rows, columns] = cov[columns, rows] = rho * scales[rows] * scales[columns]
    univariate = _Univariate(sizes, codes, tables, continuous, layout.levels)
    bound = np.abs(rho) >= LARGEST
    return OrdinalMoments(
        count=len(codes),
        sizes=sizes,
        thresholds=thresholds,
        mean=mean,
        cov=cov,
        gamma=_gamma(layout, univariate, ordinal, both, mixed),
        empty_cells=tuple((int(i), int(j)) for i, j in ordinal.pairs[ordinal.empty]),
        at_bound=tuple((int(i), int(j)) for i, j in layout.pairs[bound]),
    )


def _gamma(
    layout: Layout,
    univariate: _Univariate,
    ordinal: _OrdinalPairs,
    both: NDArray[np.bool_],
    mixed: Sequence[tuple[int, MixedPair]],
) -> Matrix:
    """Return Γ; `both` marks the pairs of two ordinal items, `mixed` holds the others with their places."""
    codes = univariate.codes
    first = layout.levels + len(layout.continuous)
    places = slice(first, None) if both.all() else first + np.flatnonzero(both)
    gamma = np.zeros((layout.count, layout.count))
    for start in range(0, len(codes), _ROWS):
        part = slice(start, start + _ROWS)
        influence = np.empty((len(codes[part]), layout.count))
        univariate.fill(influence, part)
        influence[:, places] = ordinal.influence(codes[part])
        for place, pair in mixed:
            influence[:, first + place] = pair.influence(influence, part)
        gamma += influence.T @ influence
    gamma /= len(codes)
    return gamma


def _thresholds(codes: Integers, size: int) -> Vector:
    counts = np.bincount(codes[codes >= 0], minlength=size)
    return np.asarray(ndtri(np.cumsum(counts)[:-1] / counts.sum()), dtype=np.float64)


def _density(at: Matrix) -> Matrix:
    density: Matrix = np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi)
    return density


def _threshold_influence(codes: Integers, thresholds: Vector) -> Matrix:
    """Influence (c + 1, c − 1) of an answer in each category, and in the last line of a missing one, on each threshold."""
    if not len(thresholds):
        return np.zeros((0, 0))  # a continuous variable
    known = codes[codes >= 0]
    size = len(thresholds) + 1
    share = np.cumsum(np.bincount(known, minlength=size))[:-1] / len(known)
    below = np.arange(size)[:, None] <= np.arange(size - 1)
    table = (below - share) / _density(thresholds) * (len(codes) / len(known))
    return np.vstack([table, np.zeros(size - 1)])


@dataclass(frozen=True)
class _Univariate:
    """Influence of cases on thresholds and means, then variances; `tables` is that of each category of an ordinal item."""

    sizes: tuple[int, ...]
    codes: Integers
    tables: tuple[Matrix, ...]
    continuous: dict[int, Continuous]
    levels: int

    def fill(self, influence: Matrix, part: slice) -> None:
        """Write the first columns of `influence` for these rows."""
        at, spread = 0, self.levels
        for variable, size in enumerate(self.sizes):
            if size:
                influence[:, at : at + size - 1] = self.tables[variable][self.codes[part, variable]]
                at += size - 1
            else:
                influence[:, [at, spread]] = self.continuous[variable].influence(part)
                at, spread = at + 1, spread + 1


@dataclass(frozen=True)
class _OrdinalPairs:
    """Polychoric correlations of all pairs, and the influence of each pair of answers on its correlation."""

    pairs: Indices
    rho: Vector
    tables: Matrix
    empty: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        codes: Integers,
        sizes: tuple[int, ...],
        thresholds: tuple[Vector, ...],
        single_tables: tuple[Matrix, ...],
        pairs: Indices,
    ) -> _OrdinalPairs:
        width = max([*sizes, 2])
        if not len(pairs):
            nothing = np.zeros((0, width + 1, width + 1))
            return cls(pairs, np.zeros(0), nothing, np.zeros(0, dtype=bool))
        shape = np.array(sizes)[pairs]
        counts = contingency_tables(codes, width, np.asarray(pairs, dtype=np.int64))
        empty = has_empty_cell(counts, shape)
        filled = counts.copy()
        small = (shape == 2).all(axis=1)
        filled[small] = fill_small_tables(counts[small])
        padded = np.full((len(sizes), width + 1), np.inf)
        padded[:, 0] = -np.inf
        single = np.zeros((len(sizes), width + 1, width - 1))
        for at, row in enumerate(thresholds):
            padded[at, 1 : 1 + len(row)] = row
            if sizes[at]:
                single[at, : len(row) + 1, : len(row)] = single_tables[at][:-1]
        rows, columns = padded[pairs[:, 0]], padded[pairs[:, 1]]
        rho, _ = score_correlations(filled, rows, columns)
        effects = _pair_influence(len(codes), counts, rows, columns, rho, single[pairs[:, 0]], single[pairs[:, 1]])
        return cls(pairs, rho, effects, empty)

    def influence(self, codes: Integers) -> Matrix:
        """Return the influence (n, k) of cases, 0 where both answers are missing."""
        width = self.tables.shape[1]
        marked = np.where(codes < 0, width - 1, codes).astype(np.int32)
        place = (marked * width).take(self.pairs[:, 0], axis=1)
        place += marked.take(self.pairs[:, 1], axis=1)
        place += np.arange(len(self.pairs), dtype=np.int32) * (width * width)
        taken: Matrix = self.tables.ravel().take(place)
        return taken


def _pair_influence(count: int, tables: Matrix, rows: Matrix, columns: Matrix, rho: Vector, *single: Matrix) -> Matrix:
    """Return (k, c + 1, c + 1) influence on the correlation by answers to both items; the last line stands for a missing answer.

    `single` are the influences (k, c + 1, c − 1) of an answer on the thresholds of the first and of the second item.
    """
    k, corners = rows.shape
    below, density = np.zeros((k, corners, corners)), np.zeros((k, corners, corners))
    inner = slice(1, -1)
    below[:, inner, inner], density[:, inner, inner] = bivariate_normal(rows[:, inner], columns[:, inner], rho)
    below[:, -1, :], below[:, :, -1] = ndtr(columns), ndtr(rows)
    cells = np.maximum(cell_differences(below), _TINY)
    slope = np.where(cells > 1e-14, cell_differences(density) / cells, 0.0)
    information = np.maximum((tables * slope**2).sum(axis=(1, 2)), _TINY)
    pulled = tables * slope / cells
    onto_rows = _threshold_pull(pulled, rows, columns, rho)
    onto_columns = _threshold_pull(pulled.transpose(0, 2, 1), columns, rows, rho)
    result = np.zeros((k, corners, corners))
    result[:, :-1, :-1] = count * slope
    result -= np.einsum("kac,kc->ka", single[0], onto_rows)[:, :, None]
    result -= np.einsum("kac,kc->ka", single[1], onto_columns)[:, None, :]
    result /= information[:, None, None]
    return result


def _threshold_pull(pulled: Matrix, own: Matrix, other: Matrix, rho: Vector) -> Matrix:
    """Return (k, c − 1) sums over cases of the score for the correlation times the score for each threshold of `own`."""
    at = own[:, 1:-1]
    known = np.isfinite(at)
    at = np.where(known, at, 0.0)
    beyond = (other[:, None, :] - rho[:, None, None] * at[:, :, None]) / np.sqrt(1 - rho**2)[:, None, None]
    mass = np.diff(ndtr(beyond), axis=2)
    pull = (_density(at)[:, :, None] * mass * (pulled[:, :-1] - pulled[:, 1:])).sum(axis=2)
    onto: Matrix = np.where(known, pull, 0.0)
    return onto


def _mixed(
    i: int, j: int, codes: Integers, continuous: dict[int, Continuous], thresholds: tuple[Vector, ...]
) -> MixedPair:
    starts = np.cumsum([0, *(max(len(t), 1) for t in thresholds)])
    spread = {at: int(starts[-1]) + place for place, at in enumerate(continuous)}
    if i in continuous and j in continuous:
        pair = continuous_pair(continuous[i], continuous[j])
        return replace(pair, columns=(starts[i], starts[j], spread[i], spread[j]))
    at, item = (i, j) if i in continuous else (j, i)
    pair = ordinal_pair(continuous[at], codes[:, item], thresholds[item])
    steps = range(int(starts[item]), int(starts[item + 1]))
    return replace(pair, columns=(int(starts[at]), spread[at], *steps))
