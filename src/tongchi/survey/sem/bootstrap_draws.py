r"""Which rows does each draw hold, and what are its moments?

A draw is a vector of counts: how often it holds each row. With rows :math:`x_i` centred on the full sample's mean, the moments of R
draws are two matrix products, :math:`C X / n` and :math:`C (x_{ij}x_{ik}) / n`; no draw is ever written out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tongchi.errors import SampleError
from tongchi.survey.sem.batched import DrawMoments, small_products
from tongchi.survey.sem.ram import Indices, Matrix

Counts = NDArray[np.float64]
_BLOCK, _CELLS = 512, 120_000
_STRIP, _SHORT = 32, 2048
_BYTES = 48_000_000  # for the counts of one block, and for products of rows: with two workers below 200 MB in all


@dataclass(frozen=True)
class RowSource:
    """Where draws come from: row numbers of each group, and for offices drawn whole the office of each row.

    `rows` are numbers from 0 in the caller's own order, by group; `units` has, by group, a number from 0 for each row.
    """

    rows: tuple[Indices, ...]
    units: tuple[Indices, ...] | None = None

    @property
    def size(self) -> int:
        """Rows in all groups together."""
        return sum(len(rows) for rows in self.rows)

    def blocks(self, draws: int, width: int) -> list[tuple[int, int]]:
        """Return first and last-but-one draw of each block for `width` variables.

        The cut depends on the sample only, not on who does the work; matrices of a block stay near the processor.
        """
        step = max(1, min(_BLOCK, max(16, _CELLS // width**2), _BYTES // (40 * self.size)))
        return [(first, min(first + step, draws)) for first in range(0, draws, step)]

    def counts(self, rng: np.random.Generator, draws: int) -> tuple[Counts, ...]:
        """Draw with replacement within each group, (draws, n_g) by group."""
        if self.units is None:
            return tuple(_counts(rng.integers(0, len(rows), (draws, len(rows))), len(rows)) for rows in self.rows)
        found = []
        for units in self.units:
            size = int(units.max()) + 1
            found.append(_counts(rng.integers(0, size, (draws, size)), size)[:, units])
        return tuple(found)

    def counts_of(self, indices: Indices) -> tuple[Counts, ...]:
        """Return the counts that an index matrix (draws, n) says, numbers from 0."""
        whole = _counts(indices, int(max(rows.max() for rows in self.rows)) + 1)
        return tuple(whole[:, rows] for rows in self.rows)

    def without_one(self, draws: tuple[int, int]) -> tuple[Counts, ...]:
        """Return the counts of a jackknife: row (or office) number k is left out of draw k, groups one after the other."""
        numbers = np.arange(*draws)[:, None]
        labels = self._jackknife_labels()
        return tuple(np.asarray(numbers != one[None, :], dtype=np.float64) for one in labels)

    @property
    def left_out(self) -> int:
        """How many draws a jackknife has."""
        return int(max(one.max() for one in self._jackknife_labels())) + 1

    def _jackknife_labels(self) -> list[Indices]:
        labels, first = [], 0
        for group, rows in enumerate(self.rows):
            own = np.arange(len(rows)) if self.units is None else self.units[group]
            labels.append(own + first)
            first += int(own.max()) + 1
        return labels


def _counts(indices: Indices, size: int) -> Counts:
    draws = len(indices)
    flat = (indices + np.arange(draws, dtype=np.intp)[:, None] * size).ravel()
    return np.bincount(flat, minlength=draws * size).reshape(draws, size).astype(np.float64)


def check_indices(indices: ArrayLike, source: RowSource, *, first: int) -> Indices:
    """Return an index matrix as numbers from 0.

    Raises SampleError where it is no matrix of whole row numbers, or names a row that was not used.
    """
    given = np.asarray(indices)
    whole = np.asarray(given, dtype=np.intp) if given.ndim == 2 and given.size else np.zeros((0, 0), dtype=np.intp)
    used = np.concatenate(source.rows)
    if not whole.size or not np.array_equal(whole, given) or not np.isin(whole - first, used).all():
        wrong = np.setdiff1d(whole - first, used)[:1] + first
        raise SampleError(
            found=f"行号矩阵 {given.shape}，{wrong} / index matrix {given.shape}, {wrong}",
            expected=f"每行一次抽样、元素为所用行的行号（自 {first} 起） / one draw per row, numbers of used rows counted from {first}",
            advice="",
        )
    return whole - first


def moments_of_counts(cases: Matrix, counts: Counts, *, unbiased: bool = False) -> DrawMoments:
    """Return the moments of draws given by counts (R, n) of the rows (n, p); divisor n_r, or n_r − 1 if `unbiased`."""
    centre = cases.mean(axis=0)
    width = cases.shape[1]
    first, second = np.triu_indices(width)
    size = counts.sum(axis=1)
    sums, products = np.zeros((len(counts), width)), np.zeros((len(counts), len(first)))
    for part in _row_parts(len(cases), len(first)):
        rows = cases[part] - centre
        sums += _sums(counts[:, part], rows)
        products += _sums(counts[:, part], rows[:, first] * rows[:, second])
    shift = sums / size[:, None]
    cov = np.empty((len(counts), width, width))
    cov[:, first, second] = cov[:, second, first] = products / size[:, None]
    cov -= shift[:, :, None] * shift[:, None, :]
    weight = size - 1.0 if unbiased else size
    return DrawMoments(cov * (size / weight)[:, None, None], centre + shift, weight)


def _sums(counts: Counts, values: Matrix) -> Matrix:
    """Return counts · values; for short samples in strips, so that BLAS starts no threads beside those that solve blocks."""
    if len(values) > _SHORT:
        return np.asarray(counts @ values, dtype=np.float64)
    strips = range(0, len(counts), _STRIP)
    return np.concatenate([small_products(counts[at : at + _STRIP], values) for at in strips])


def _row_parts(rows: int, width: int) -> Iterator[slice]:
    step = max(1, _BYTES // (32 * width))
    return (slice(first, first + step) for first in range(0, rows, step))
