r"""Which answers are missing together, and does that depend on the answers that were given?

EM estimates of mean and covariance under a normal model with missing values (Little and Rubin 2019, section 11.2), and
with them Little's test (1988, JASA 83, 1198-1202). Missing values are NaN. All patterns are inverted in one batch: with
an identity in the place of what is missing, the inverse holds that of the observed block.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from tongchi.survey.unavailable import NotAvailable

Floats = NDArray[np.float64]
_CHUNK = 2_000
_SINGULAR = 1e-10


@dataclass(frozen=True)
class NormalEstimate:
    """Mean and covariance (divisor N) by maximum likelihood from rows with missing values."""

    mean: Floats
    cov: Floats
    iterations: int
    converged: bool


@dataclass(frozen=True)
class MissingPattern:
    """A set of items that is missing together, and in how many rows; `items` is empty for complete rows."""

    items: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class LittleTest:
    """Little's test of H0: values are missing completely at random. Rows without any value do not count."""

    statistic: float
    df: int
    p: float
    patterns: int
    n: int
    estimate: NormalEstimate


def missing_patterns(values: Floats, codes: tuple[str, ...]) -> tuple[MissingPattern, ...]:
    """Return the patterns of missing values of (n, p) `values`, the most frequent first."""
    gaps, counts = np.unique(np.isnan(values), axis=0, return_counts=True)
    order = sorted(range(len(counts)), key=lambda k: (-counts[k], gaps[k].tolist()))
    names = np.array(codes, dtype=object)
    return tuple(MissingPattern(tuple(names[gaps[k]]), int(counts[k])) for k in order)


def estimate_normal(values: Floats, *, tolerance: float = 1e-8, limit: int = 1_000) -> NormalEstimate | NotAvailable:
    """Estimate mean and covariance of (n, p) `values` by EM; complete rows give the closed form at once.

    Not available where an item has no answer or does not vary, or where items are collinear. The steps end when no
    standardised parameter moves by `tolerance`; `converged` says whether that was within `limit` steps.
    """
    values = values[~np.isnan(values).all(axis=1)]
    if len(values) <= values.shape[1] or values.shape[1] == 0:
        return _none(
            f"{len(values)} 行 {values.shape[1]} 题，行数太少。", f"{len(values)} rows for {values.shape[1]} items."
        )
    seen = ~np.isnan(values)
    if (seen.sum(axis=0) < 2).any() or (np.nanstd(np.where(seen.any(axis=0), values, 0.0), axis=0) == 0).any():
        return _none("有题目没有作答或没有变异。", "An item has no answers, or all are the same.")
    shift, unit = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    scaled = (values - shift) / unit
    mean, cov = np.zeros(values.shape[1]), np.diag(np.nanvar(scaled, axis=0))
    step, converged = 0, False
    for step in range(1, limit + 1):  # noqa: B007
        new_mean, new_cov = _em_step(scaled, seen, mean, cov)
        moved = max(np.abs(new_mean - mean).max(), np.abs(new_cov - cov).max())
        mean, cov = new_mean, new_cov
        if np.linalg.eigvalsh(cov)[0] < _SINGULAR:
            return _none("题目共线，协方差矩阵不可逆。", "The items are collinear: the covariance has no inverse.")
        if moved < tolerance or seen.all():
            converged = True
            break
    return NormalEstimate(shift + mean * unit, cov * np.outer(unit, unit), step, converged)


def _none(zh: str, en: str) -> NotAvailable:
    return NotAvailable("normal_estimate", zh, en)


def _em_step(values: Floats, seen: NDArray[np.bool_], mean: Floats, cov: Floats) -> tuple[Floats, Floats]:
    """Fill the gaps with their expectation, then take moments; add the variance that the filling took away."""
    filled = np.where(seen, values, 0.0)
    rest = np.zeros_like(cov)
    for rows, pattern, counts, inverse in _batches(seen, cov):
        back = np.einsum("kij,kj->kij", cov @ inverse, pattern)  # Sigma_ao Sigma_oo^-1 for every pattern
        which = np.repeat(np.arange(len(counts)), counts)
        deviation = np.where(seen[rows], values[rows] - mean, 0.0)
        expected = mean + np.einsum("nij,nj->ni", back[which], deviation)
        filled[rows] = np.where(seen[rows], values[rows], expected)
        lost = cov - back @ cov
        gaps = ~pattern
        rest += np.einsum("k,kij,ki,kj->ij", counts, lost, gaps, gaps, optimize=True)
    new_mean = filled.mean(axis=0)
    centred = filled - new_mean
    new_cov: Floats = (centred.T @ centred + rest) / len(values)
    return new_mean, (new_cov + new_cov.T) / 2


def _batches(
    seen: NDArray[np.bool_], cov: Floats
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.bool_], NDArray[np.intp], Floats]]:
    """Yield for some patterns at a time: rows sorted by pattern, patterns, their counts, inverses (zero where missing)."""
    patterns, which, counts = np.unique(seen, axis=0, return_inverse=True, return_counts=True)
    rows = np.argsort(which.reshape(-1), kind="stable")
    ends = np.concatenate(([0], np.cumsum(counts)))
    identity = np.eye(cov.shape[0])
    for start in range(0, len(patterns), _CHUNK):
        stop = min(start + _CHUNK, len(patterns))
        pattern = patterns[start:stop]
        both = pattern[:, :, None] & pattern[:, None, :]
        inverse = np.linalg.inv(np.where(both, cov, identity)) * both
        yield rows[ends[start] : ends[stop]], pattern, counts[start:stop], inverse


def squared_distances(values: Floats, estimate: NormalEstimate) -> tuple[Floats, NDArray[np.intp]]:
    """Return for each row the squared Mahalanobis distance of its observed part, and the number of values in it."""
    seen = ~np.isnan(values)
    distance = np.zeros(len(values))
    for rows, _, counts, inverse in _batches(seen, estimate.cov):
        deviation = np.where(seen[rows], values[rows] - estimate.mean, 0.0)
        which = np.repeat(np.arange(len(counts)), counts)
        distance[rows] = np.einsum("ni,nij,nj->n", deviation, inverse[which], deviation, optimize=True)
    return distance, seen.sum(axis=1)


def little_test(values: Floats, estimate: NormalEstimate | NotAvailable | None = None) -> LittleTest | NotAvailable:
    r"""Test whether values are missing completely at random.

    .. math:: d^2 = \sum_j n_j (\bar y_j - \hat\mu_j)' \hat\Sigma_j^{-1} (\bar y_j - \hat\mu_j),\quad df = \sum_j p_j - p

    over the patterns j with :math:`p_j` observed items; mean and covariance by EM with divisor N. Large values speak
    against H0. Not available without missing values, or where the estimate is not.
    `estimate` is that of `estimate_normal(values)` where it is known. Turning an item round changes nothing.
    """
    values = values[~np.isnan(values).all(axis=1)]
    seen = ~np.isnan(values)
    if seen.all():
        return NotAvailable("little_mcar", "没有缺失值。", "There are no missing values.")
    estimate = estimate_normal(values) if estimate is None else estimate
    if isinstance(estimate, NotAvailable):
        return NotAvailable("little_mcar", estimate.zh, estimate.en)
    statistic, df, patterns = 0.0, -values.shape[1], 0
    for rows, pattern, counts, inverse in _batches(seen, estimate.cov):
        deviation = np.where(seen[rows], values[rows] - estimate.mean, 0.0)
        starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
        mean = np.add.reduceat(deviation, starts, axis=0) / counts[:, None]
        statistic += float(np.einsum("k,ki,kij,kj->", counts, mean, inverse, mean, optimize=True))
        df += int(pattern.sum())
        patterns += len(counts)
    return LittleTest(statistic, df, float(chi2.sf(statistic, df)), patterns, len(values), estimate)
