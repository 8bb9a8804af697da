"""How does one respondent's row of answers look: the same all through, regular, contradictory, hurried?

Indices of careless answering (Curran 2016, J. Exp. Soc. Psych. 66, 4-19; Meade and Craig 2012, Psych. Methods 17,
437-455). Each takes (n, p) answers in the order in which they were asked, with NaN for none, and returns one number for
each row, NaN where the row does not allow it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]


def longest_string(answers: Floats) -> Floats:
    """Return the length of the longest run of one and the same answer; missing ones are passed over.

    >>> longest_string(np.array([[1.0, 2, 2, np.nan, 2], [1, 2, 3, 4, 5]])).tolist()
    [3.0, 1.0]
    """
    last = np.full(len(answers), np.nan)
    run, best = np.zeros(len(answers)), np.zeros(len(answers))
    for column in answers.T:
        given = ~np.isnan(column)
        run = np.where(given, np.where(column == last, run + 1, 1), run)
        last = np.where(given, column, last)
        best = np.maximum(best, run)
    return best


def longest_regular_string(answers: Floats) -> Floats:
    """Return the length of the longest run in which every answer differs from the one before by the same amount, up or down.

    Straight lines (0), zigzags such as 1 5 1 5 and staircases such as 1 2 3 4 5 4 3 are such runs. A missing answer is
    passed over and breaks no run; the two steps that touch it are not compared.

    >>> longest_regular_string(np.array([[1.0, 2, 3, 2, 1], [3, 3, 3, 3, 5], [1, 3, 2, 5, 5]])).tolist()
    [5.0, 4.0, 2.0]
    """
    n = len(answers)
    step, run, best = np.full(n, np.nan), np.ones(n), np.zeros(n)
    for before, now in zip(answers.T[:-1], answers.T[1:], strict=True):
        moved = np.abs(now - before)
        known = ~np.isnan(moved)
        same = (moved == step) | np.isnan(step)
        run = np.where(known, np.where(same, run + 1, 2), run)
        step = np.where(known, moved, step)
        best = np.maximum(best, run)
    return np.where(np.isnan(step), np.minimum(1.0, (~np.isnan(answers)).sum(axis=1)), best)


def intra_individual_variability(answers: Floats) -> Floats:
    """Return the standard deviation (divisor k - 1) of the k answers of a row; NaN for fewer than two (Dunn et al. 2018)."""
    given = ~np.isnan(answers)
    count = given.sum(axis=1)
    total = np.where(given, answers, 0.0).sum(axis=1)
    mean = total / np.maximum(count, 1)
    squares = (np.where(given, answers - mean[:, None], 0.0) ** 2).sum(axis=1)
    return np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)


def even_odd_consistency(scored: Floats, blocks: Sequence[Sequence[int]]) -> Floats:
    """Return the correlation, over the constructs, of the means of their even and odd items, stepped up by Spearman-Brown.

    `scored` are answers with reversed items turned round, `blocks` the columns of each construct with two items or more.
    r' = 2r / (1 + |r|), so that a negative one stays within -1. NaN for fewer than three constructs or no variance.
    """
    odd = np.column_stack([_row_means(scored[:, list(block[0::2])]) for block in blocks])
    even = np.column_stack([_row_means(scored[:, list(block[1::2])]) for block in blocks])
    r = row_correlations(odd, even)
    stepped: Floats = 2 * r / (1 + np.abs(r))
    return stepped


def synonym_consistency(scored: Floats, pairs: Sequence[tuple[int, int]]) -> Floats:
    """Return the correlation within each row over pairs of items that go together; NaN for fewer than three answered."""
    return row_correlations(scored[:, [a for a, _ in pairs]], scored[:, [b for _, b in pairs]])


def synonym_pairs(cor: Floats, least: float) -> list[tuple[int, int]]:
    """Return the pairs of items that correlate by `least` or more, the closest first."""
    upper = [(int(a), int(b)) for a, b in zip(*np.triu_indices(len(cor), 1), strict=True)]
    return sorted((pair for pair in upper if cor[pair] >= least), key=lambda pair: (-cor[pair], pair))


def construct_spread(scored: Floats, blocks: Sequence[Sequence[int]]) -> Floats:
    """Return how far answers to items of one construct lie apart.

    Root of the mean, over the constructs, of the variance (divisor k - 1) of a row's k answers after standardising each
    item; NaN for a row that answers no construct twice.
    """
    centred = scored - _row_means(scored.T)
    unit = np.sqrt(_row_means(centred.T**2))
    standard = centred / np.where(unit > 0, unit, 1.0)
    squares = [intra_individual_variability(standard[:, list(block)]) ** 2 for block in blocks]
    spread: Floats = np.sqrt(_row_means(np.column_stack(squares)))
    return spread


def row_correlations(first: Floats, second: Floats) -> Floats:
    """Return Pearson's r between the rows of two (n, k) arrays over the pairs that both have; NaN below three pairs."""
    given = ~np.isnan(first) & ~np.isnan(second)
    count = given.sum(axis=1)
    x, y = (np.where(given, each, 0.0) for each in (first, second))
    divisor = np.maximum(count, 1)[:, None]
    x = np.where(given, x - x.sum(axis=1, keepdims=True) / divisor, 0.0)
    y = np.where(given, y - y.sum(axis=1, keepdims=True) / divisor, 0.0)
    scale = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    usable = (count >= 3) & (scale > 1e-12)
    return np.where(usable, (x * y).sum(axis=1) / np.where(usable, scale, 1.0), np.nan)


def upper_share(score: Floats) -> Floats:
    """Return for each row the share of rows whose score is at least as high; 1 where the score is NaN.

    >>> upper_share(np.array([1.0, 3.0, 3.0, np.nan])).tolist()
    [0.75, 0.5, 0.5, 1.0]
    """
    known = ~np.isnan(score)
    ordered = np.sort(score[known])
    at_least = len(ordered) - np.searchsorted(ordered, score, side="left")
    return np.where(known, at_least / len(score), 1.0) if len(score) else score


def area_under_curve(score: Floats, positive: NDArray[np.bool_]) -> float:
    """Return the chance that a positive row scores above a negative one, ties counting one half; NaN without both kinds."""
    n = int(positive.sum())
    m = len(positive) - n
    if not n or not m:
        return float("nan")
    ranks = rankdata(score)
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * m))


def _row_means(values: Floats) -> Floats:
    given = ~np.isnan(values)
    count = given.sum(axis=1)
    total = np.where(given, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
