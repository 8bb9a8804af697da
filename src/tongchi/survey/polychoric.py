"""How do the continuous answers behind ordinal items correlate?

Two-step polychoric correlations (Olsson 1979): thresholds from the margins, then each correlation by maximum likelihood.
All pairs are scored at once. Bivariate normal probabilities come from Plackett's identity,

.. math:: \\Phi_2(a, b; \\rho) = \\Phi(a)\\Phi(b) + \\frac{1}{2\\pi}\\int_0^{\\arcsin\\rho}
   \\exp\\left(-\\frac{a^2 + b^2 - 2ab\\sin t}{2\\cos^2 t}\\right) dt,

on Gauss–Legendre nodes, more of them above ``|ρ| = .93``, where the integrand is steep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from tongchi.errors import ConstantItemError, ItemMatrixError
from tongchi.survey.item_matrix import Floats, item_names

Integers = NDArray[np.int64]

STEEP = 0.93
LARGEST = 0.9999
"""Correlations are sought within ± this; one that ends there is listed in `at_bound`."""
_NODES, _NODES_STEEP = 16, 96
_FLOOR = 1e-290
_ROWS = 20_000
"""Respondents counted at a time, so that a million of them need no more memory than these."""
_FAR = 38.0
"""Stands for infinity: the normal density is zero beyond it, and its square does not overflow."""


@dataclass(frozen=True, slots=True)
class Polychoric:
    """Polychoric correlations with the thresholds of each item.

    `thresholds` has one array per item, of its number of categories less one. `empty_cells` counts the pairs with an empty
    cell in their table, `at_bound` lists pairs whose likelihood still rises at ± `LARGEST`: there is no estimate for them,
    and the matrix holds the bound.
    """

    names: tuple[str, ...]
    correlations: Floats
    thresholds: tuple[Floats, ...]
    categories: tuple[tuple[float, ...], ...]
    n: int
    smallest_eigenvalue: float
    empty_cells: int
    at_bound: tuple[tuple[str, str], ...]
    converged: bool


def polychoric_correlations(
    answers: ArrayLike, names: Sequence[str] | None = None, *, most_categories: int = 12
) -> Polychoric:
    """Polychoric correlations of all pairs of items.

    Parameters
    ----------
    answers : (n, p) codes of ordered categories; a NaN is a missing answer and is left out of the pairs of its item alone.
        Categories that nobody chose do not exist
    most_categories : more than this is no ordinal item

    Returns
    -------
    Polychoric; a 2 × 2 table with one empty cell gets .5 there with its margins kept, as in lavaan. The matrix need not be
    positive definite; nothing is smoothed.

    Raises
    ------
    ItemMatrixError, ConstantItemError
    """
    codes, categories, labels = _code_answers(answers, names, most_categories)
    thresholds = tuple(_thresholds(codes[:, at], len(found)) for at, found in enumerate(categories))
    pairs = np.array(np.tril_indices(codes.shape[1], -1)).T
    tables = contingency_tables(codes, max(map(len, categories)), pairs)
    if (lonely := tables.sum(axis=(1, 2)) == 0).any():
        first, second = pairs[int(np.flatnonzero(lonely)[0])]
        raise ItemMatrixError(found=f"n({labels[second]}, {labels[first]}) = 0", expected="> 0", advice="")
    sizes = np.array([len(found) for found in categories])
    empty = has_empty_cell(tables, sizes[pairs])
    small = (sizes[pairs] == 2).all(axis=1)
    tables[small] = fill_small_tables(tables[small])
    padded = _padded(thresholds, tables.shape[1])
    rho, reached = score_correlations(tables, padded[pairs[:, 0]], padded[pairs[:, 1]])
    correlations = np.eye(len(labels))
    correlations[pairs[:, 0], pairs[:, 1]] = correlations[pairs[:, 1], pairs[:, 0]] = rho
    bound = np.abs(rho) >= LARGEST
    return Polychoric(
        names=labels,
        correlations=correlations,
        thresholds=thresholds,
        categories=categories,
        n=len(codes),
        smallest_eigenvalue=float(np.linalg.eigvalsh(correlations)[0]),
        empty_cells=int(empty.sum()),
        at_bound=tuple((labels[second], labels[first]) for first, second in pairs[bound]),
        converged=bool(reached.all()),
    )


def contingency_tables(codes: Integers, width: int, pairs: Integers) -> Floats:
    """Tables (pairs, width, width) of codes from 0; a code of −1 is a missing answer."""
    p = codes.shape[1]
    joint = np.zeros((p * width, p * width))
    for start in range(0, len(codes), _ROWS):
        part = codes[start : start + _ROWS, :, None]
        dummies = (part == np.arange(width)).astype(np.float64).reshape(len(part), p * width)
        joint += dummies.T @ dummies
    tables: Floats = joint.reshape(p, width, p, width)[pairs[:, 0], :, pairs[:, 1], :]
    return tables


def score_correlations(
    tables: Floats, rows: Floats, columns: Floats, *, rounds: int = 100
) -> tuple[Floats, NDArray[np.bool_]]:
    """Maximum-likelihood correlation of each table for given thresholds, and whether it was reached.

    Parameters
    ----------
    tables : (k, c, c) counts, empty beyond the categories of an item
    rows, columns : (k, c + 1) thresholds from −∞ to ∞, padded with ∞
    rounds : of Fisher scoring in ``atanh ρ``, each step halved until the likelihood does not fall
    """
    rho = _starting_values(tables)
    value, slope, information = _score(tables, rows, columns, rho)
    share, reached = np.ones(len(rho)), np.zeros(len(rho), dtype=bool)
    at = np.arange(len(rho))
    for _ in range(rounds):
        full = slope[at] / np.maximum(information[at], _FLOOR) / (1 - rho[at] ** 2)
        new = np.tanh(np.arctanh(rho[at]) + share[at] * np.clip(full, -0.6, 0.6))
        new = np.clip(new, -LARGEST, LARGEST)
        found = _score(tables[at], rows[at], columns[at], new)
        better = found[0] >= value[at] - 1e-12 * np.abs(value[at])
        reached[at] = np.abs(new - rho[at]) < 1e-10
        share[at] = np.where(better, 1.0, share[at] / 2)
        taken = at[better]
        rho[taken] = new[better]
        value[taken], slope[taken], information[taken] = (part[better] for part in found)
        at = at[~reached[at]]
        if not len(at):
            break
    return rho, reached


def _score(tables: Floats, rows: Floats, columns: Floats, rho: Floats) -> tuple[Floats, Floats, Floats]:
    """Log-likelihood, its derivative in rho and the expected information."""
    k, corners = rows.shape
    below, density = np.zeros((k, corners, corners)), np.zeros((k, corners, corners))
    inner = slice(1, -1)
    below[:, inner, inner], density[:, inner, inner] = bivariate_normal(rows[:, inner], columns[:, inner], rho)
    below[:, -1, :], below[:, :, -1] = ndtr(columns), ndtr(rows)
    cells = np.maximum(cell_differences(below), _FLOOR)
    slopes = cell_differences(density)
    n = tables.sum(axis=(1, 2))
    inside = cells > 1e-14
    value = (tables * np.log(cells)).sum(axis=(1, 2))
    slope = (tables * np.where(inside, slopes / cells, 0.0)).sum(axis=(1, 2))
    information = n * np.where(inside, slopes**2 / cells, 0.0).sum(axis=(1, 2))
    return value, slope, information


def cell_differences(corners: Floats) -> Floats:
    """Differences (k, c, c) of values (k, c + 1, c + 1) at the corners of cells: the mass of each cell."""
    differences: Floats = corners[:, 1:, 1:] - corners[:, :-1, 1:] - corners[:, 1:, :-1] + corners[:, :-1, :-1]
    return differences


def bivariate_normal(rows: Floats, columns: Floats, rho: Floats) -> tuple[Floats, Floats]:
    """Distribution function and density at all corners.

    Parameters
    ----------
    rows, columns : (k, a) and (k, b)
    rho : (k,), inside (−1, 1)

    Returns
    -------
    both (k, a, b); the density is also the derivative of the distribution function in rho.
    """
    first = np.clip(rows, -_FAR, _FAR)[:, :, None]
    second = np.clip(columns, -_FAR, _FAR)[:, None, :]
    squares, product = first**2 + second**2, first * second
    tail = np.empty(squares.shape)
    steep = np.abs(rho) > STEEP
    for chosen, nodes in ((~steep, _NODES), (steep, _NODES_STEEP)):
        if chosen.any():
            tail[chosen] = _plackett(squares[chosen], product[chosen], rho[chosen], nodes)
    rest = (1 - rho**2)[:, None, None]
    density = np.exp(-(squares - 2 * rho[:, None, None] * product) / (2 * rest)) / (2 * np.pi * np.sqrt(rest))
    return ndtr(first) * ndtr(second) + tail, density


def _plackett(squares: Floats, product: Floats, rho: Floats, nodes: int) -> Floats:
    places, weights = _nodes(nodes)
    half = np.arcsin(rho) / 2
    total = np.zeros(squares.shape)
    for place, weight in zip(places, weights, strict=True):
        sine = np.sin(half * (1 + place))[:, None, None]
        total += weight * np.exp(-(squares - 2 * product * sine) / (2 * (1 - sine**2)))
    tail: Floats = total * (half / (2 * np.pi))[:, None, None]
    return tail


@cache
def _nodes(count: int) -> tuple[Floats, Floats]:
    places, weights = np.polynomial.legendre.leggauss(count)
    return np.asarray(places, dtype=np.float64), np.asarray(weights, dtype=np.float64)


def _starting_values(tables: Floats) -> Floats:
    """Pearson correlations of the codes."""
    codes = np.arange(tables.shape[1], dtype=np.float64)
    n = tables.sum(axis=(1, 2))
    row, column = tables.sum(axis=2), tables.sum(axis=1)
    mean = row @ codes / n, column @ codes / n
    spread = (row @ codes**2 / n - mean[0] ** 2) * (column @ codes**2 / n - mean[1] ** 2)
    joint = np.einsum("kij,i,j->k", tables, codes, codes) / n - mean[0] * mean[1]
    start: Floats = np.clip(joint / np.sqrt(np.maximum(spread, 1e-12)), -0.9, 0.9)
    return start


def _code_answers(
    answers: ArrayLike, names: Sequence[str] | None, most: int
) -> tuple[Integers, tuple[tuple[float, ...], ...], tuple[str, ...]]:
    matrix = np.asarray(answers, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[1] < 2 or len(matrix) < 3:
        raise ItemMatrixError(found=f"shape {matrix.shape}", expected="n ≥ 3, p ≥ 2", advice="")
    labels = item_names(names, matrix.shape[1])
    codes = np.full(matrix.shape, -1, dtype=np.int64)
    categories = []
    for at, label in enumerate(labels):
        known = np.isfinite(matrix[:, at])
        found, codes[known, at] = np.unique(matrix[known, at], return_inverse=True)
        if len(found) < 2:
            raise ConstantItemError(found=label)
        if len(found) > most:
            raise ItemMatrixError(found=f"{label}: {len(found)} categories", expected=f"≤ {most}", advice="Pearson")
        categories.append(tuple(found.tolist()))
    return codes, tuple(categories), labels


def _thresholds(codes: Integers, width: int) -> Floats:
    counts = np.bincount(codes[codes >= 0], minlength=width)
    cumulative = np.cumsum(counts)[:-1] / counts.sum()
    return np.asarray(ndtri(cumulative), dtype=np.float64)


def _padded(thresholds: Sequence[Floats], width: int) -> Floats:
    rows = np.full((len(thresholds), width + 1), np.inf)
    rows[:, 0] = -np.inf
    for at, row in enumerate(thresholds):
        rows[at, 1 : 1 + len(row)] = row
    return rows


def has_empty_cell(tables: Floats, sizes: Integers) -> NDArray[np.bool_]:
    """Whether a table of `sizes` (k, 2) categories has a cell that nobody is in."""
    return np.asarray((tables > 0).sum(axis=(1, 2)) < sizes.prod(axis=1), dtype=np.bool_)


def fill_small_tables(tables: Floats) -> Floats:
    """Move half a person into the only empty cell of a 2 × 2 table, keeping its margins."""
    filled = tables.copy()
    inner = filled[:, :2, :2]
    lone = (inner == 0).sum(axis=(1, 2)) == 1
    diagonal = (inner[:, 0, 0] == 0) | (inner[:, 1, 1] == 0)
    shift = np.where(lone, np.where(diagonal, 0.5, -0.5), 0.0)[:, None, None]
    filled[:, :2, :2] = inner + shift * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return filled
