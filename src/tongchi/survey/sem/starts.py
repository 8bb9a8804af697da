"""Where does the search begin? One factor per construct by principal axes, sample means, and the user's own values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg.lapack import dsyevr

from tongchi.survey.sem.assembly import Assembly, Moments
from tongchi.survey.sem.ram import Vector
from tongchi.survey.sem.table import Parameter


def start_values(assembly: Assembly, samples: Sequence[Moments]) -> Vector:
    """Return η at the start; a user's `start()` wins, and rows that share a parameter share the mean of their starts."""
    guesses = [_group_guesses(assembly, group, sample) for group, sample in enumerate(samples, start=1)]
    theta = np.array([_row_start(assembly.rows[at], guesses[assembly.rows[at].group - 1]) for at in assembly.free_rows])
    return assembly.eta_of(theta)


_Guess = dict[tuple[str, str, str], float]


def _row_start(row: Parameter, guess: _Guess) -> float:
    if row.start is not None:
        return row.start
    return guess.get((row.lhs, row.op, row.rhs), 0.0)


def _group_guesses(assembly: Assembly, group: int, sample: Moments) -> _Guess:
    observed = assembly.variables.observed
    rows = [row for row in assembly.rows if row.group == group]
    variance = dict(zip(observed, np.diag(sample.cov), strict=True))
    guess: _Guess = {(n, "~~", n): 0.5 * float(v) for n, v in variance.items()}
    guess |= {(n, "~1", ""): float(m) for n, m in zip(observed, sample.mean, strict=True)}
    for at, one in enumerate(assembly.variables.covariates):
        for other in assembly.variables.covariates[at:]:
            guess[one, "~~", other] = float(sample.cov[observed.index(one), observed.index(other)])
    for name in assembly.variables.latent:
        guess[name, "~~", name] = 0.5
        _guess_construct(name, [r for r in rows if r.op == "=~" and r.lhs == name], observed, sample, guess)
    return guess


def _guess_construct(
    name: str, rows: Sequence[Parameter], observed: Sequence[str], sample: Moments, guess: _Guess
) -> None:
    for row in rows:
        guess[name, "=~", row.rhs] = 1.0 if row.rhs not in observed else 0.5
    items = [row for row in rows if row.rhs in observed]
    if len(items) < 2:
        return
    at = [observed.index(row.rhs) for row in items]
    scale = np.sqrt(np.diag(sample.cov)[at])
    loading = _principal_axis(sample.cov[np.ix_(at, at)] / np.outer(scale, scale)) * scale
    marker = next((k for k, row in enumerate(items) if row.fixed not in {None, 0.0}), None)
    unit = 1.0
    if marker is not None:
        unit = (items[marker].fixed or 1.0) / (
            loading[marker] if abs(loading[marker]) > 0.05 * scale[marker] else 0.5 * scale[marker]
        )
    for k, row in enumerate(items):
        guess[name, "=~", row.rhs] = float(loading[k] * unit)
        guess[row.rhs, "~~", row.rhs] = float(max(scale[k] ** 2 - loading[k] ** 2, 0.1 * scale[k] ** 2))
    guess[name, "~~", name] = float(1.0 / unit**2)


def _principal_axis(correlation: Vector) -> Vector:
    """Return loadings of one factor after a few principal-axis steps, the first of positive sum."""
    size = len(correlation)
    communality = np.full(size, 0.5)
    loading = np.sqrt(communality)
    for _ in range(8):
        reduced = correlation.copy()
        np.fill_diagonal(reduced, communality)
        values, vectors, *_ = dsyevr(reduced, range="I", il=size, iu=size)
        loading = vectors[:, 0] * np.sqrt(max(float(values[0]), 0.01))
        communality = np.clip(loading**2, 0.05, 0.95)
    return np.asarray(loading * (1.0 if loading.sum() >= 0 else -1.0), dtype=np.float64)
