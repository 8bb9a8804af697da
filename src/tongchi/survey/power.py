r"""How many people must answer before a path that exists is found? Power by Monte Carlo, with the estimator that the study will use.

Each replication draws the covariance matrix of n answers (Wishart, by Bartlett's decomposition) or n answers in categories, fits the
model by maximum likelihood and tests the path by z = estimate / standard error (expected information). A chain of paths counts as
found where every segment is significant (joint significance, MacKinnon et al. 2002), which needs no normal product.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np
import polars as pl
from scipy.optimize import isotonic_regression
from scipy.special import ndtri

from tongchi.errors import SampleError
from tongchi.survey.power_population import Population, population_of
from tongchi.survey.sem.assembly import Assembly, Moments
from tongchi.survey.sem.batched import BatchedDiscrepancy, DrawMoments, Flags
from tongchi.survey.sem.batched_errors import covariance_of
from tongchi.survey.sem.batched_solver import Metric, solve_draws
from tongchi.survey.sem.batched_values import admissible, table_values
from tongchi.survey.sem.ml import Discrepancy
from tongchi.survey.sem.ram import Indices, Matrix, Vector
from tongchi.survey.sem.solution import solve
from tongchi.survey.sem.syntax import Formulas, read_syntax
from tongchi.survey.sem.table import Options, Variables, build_table
from tongchi.survey.unavailable import NotAvailable

_BLOCK = 50
_TOLERANCE = 1e-6  # at n = 400 estimates are then 2e-5 standard errors off
_LARGE = 1_000_000


@dataclass(frozen=True)
class PowerRow:
    """What the replications of one size say.

    `power` is the share of significant results among those that converged, `lower` and `upper` its 95 % interval (Wilson) from the
    number of replications. `bias` is the mean estimate less the truth, `coverage` the share of intervals at 1 − α that hold the truth,
    `error` the mean standard error and `spread` the standard deviation of the estimates. None where no replication converged.
    """

    size: int
    power: float | None
    lower: float | None
    upper: float | None
    estimate: float | None
    bias: float | None
    coverage: float | None
    error: float | None
    spread: float | None
    converged: float
    improper: float


@dataclass(frozen=True)
class RequiredSize:
    """The smallest number of people that reaches `target`; `lower` and `upper` follow from the Monte Carlo intervals."""

    target: float
    size: int
    lower: int | NotAvailable
    upper: int | NotAvailable


@dataclass(frozen=True)
class PowerStudy:
    """Power of one path by sample size. `truth` is its value in the population, in the metric of the fitted model."""

    path: str
    truth: float
    alpha: float
    replications: int
    seed: int
    rows: tuple[PowerRow, ...]

    def to_frame(self) -> pl.DataFrame:
        """Return one row per size."""
        return pl.DataFrame([vars(row) for row in self.rows], infer_schema_length=None)

    def to_json(self) -> dict[str, Any]:
        """Return all that the study says as plain values."""
        return {**{k: v for k, v in vars(self).items() if k != "rows"}, "rows": [dict(vars(row)) for row in self.rows]}

    def required_size(self, target: float = 0.8) -> RequiredSize | NotAvailable:
        r"""Return the size at which the power reaches `target`.

        Power by size is made monotone (isotonic regression) and joined by straight lines of :math:`\Phi^{-1}(power)` over √n, on which
        the power of a z test lies. Not available where the sizes that were tried do not enclose the answer.
        """
        known = [row for row in self.rows if row.power is not None]
        sizes = np.array([row.size for row in known], dtype=np.float64)
        found = _crossing(sizes, [row.power for row in known], target)
        if isinstance(found, NotAvailable):
            return found
        low = _crossing(sizes, [row.upper for row in known], target)
        high = _crossing(sizes, [row.lower for row in known], target)
        return RequiredSize(target, found, low, high)


def power(
    population: Population | str,
    path: str,
    sizes: Sequence[int],
    *,
    model: str | None = None,
    replications: int = 500,
    alpha: float = 0.05,
    categories: int | None = None,
    seed: int = 1,
    workers: int = 2,
) -> PowerStudy:
    """Estimate the power to find a path.

    Parameters
    ----------
    population : from `instrument_population`, or a model with its values (see `population_of`)
    path : ``will ~ trust``, a label, or a chain ``trust -> will -> act`` of two or more variables
    sizes : numbers of people
    model : what is fitted, in lavaan's syntax; None fits the population's model with its values let go
    alpha : of the two-sided test
    categories : number of answer categories; None is continuous answers. Categories are fitted as numbers; `truth` is then what the
        model gives for their covariances
    seed : each replication has its own numbers, so the result does not depend on `workers`

    Raises
    ------
    SampleError, NotIdentifiedError, UnsupportedModelError, ModelSyntaxError
    """
    whole = population_of(population) if isinstance(population, str) else population
    whole = whole if categories is None else whole.in_categories(categories)
    _check(sizes, replications, alpha)
    study = _Study.of(whole, whole.formulas if model is None else read_syntax(model), path, seed)
    if min(sizes) <= len(study.cov):
        raise SampleError(found=f"n = {min(sizes)}", expected=f"> {len(study.cov)}", advice="")
    blocks = [(n, first, min(first + _BLOCK, replications)) for n in sizes for first in range(0, replications, _BLOCK)]
    if workers > 1 and len(blocks) > 1:
        with ThreadPoolExecutor(workers) as pool:
            parts = list(pool.map(study.run, blocks))
    else:
        parts = [study.run(block) for block in blocks]
    rows = []
    for n in sizes:
        own = [part for block, part in zip(blocks, parts, strict=True) if block[0] == n]
        rows.append(_row(n, _Replications.joined(own), study.truth, alpha))
    return PowerStudy(path, float(np.prod(study.truth)), alpha, replications, seed, tuple(rows))


def _check(sizes: Sequence[int], replications: int, alpha: float) -> None:
    if not sizes or len(set(sizes)) != len(sizes) or list(sizes) != sorted(sizes):
        raise SampleError(found=f"sizes={list(sizes)}", expected="递增的样本量 / sizes in rising order", advice="")
    if replications < 2 or not 0.0 < alpha < 1.0:
        raise SampleError(found=f"replications={replications}, alpha={alpha}", expected="≥ 2, 0 < α < 1", advice="")


@dataclass(frozen=True)
class _Replications:
    """Estimates and standard errors (R, k) of the k segments of a path, NaN where a replication has none."""

    estimates: Matrix
    covariances: Matrix
    improper: Flags

    @classmethod
    def joined(cls, parts: Sequence[_Replications]) -> _Replications:
        return cls(
            np.concatenate([part.estimates for part in parts]),
            np.concatenate([part.covariances for part in parts]),
            np.concatenate([part.improper for part in parts]),
        )


@dataclass(frozen=True)
class _Study:
    population: Population
    order: Indices
    cov: Matrix
    assembly: Assembly
    metric: Metric
    segments: Indices
    truth: Vector
    seed: int

    @classmethod
    def of(cls, population: Population, formulas: Formulas, path: str, seed: int) -> _Study:
        """Fit the model to the population itself: the truth in its own metric, and where the search begins."""
        variables = Variables.of(formulas, fixed_x=True)
        absent = [name for name in variables.observed if name not in population.names]
        if absent:
            raise SampleError(found=absent[0], expected=", ".join(population.names), advice="")
        order = np.array([population.names.index(name) for name in variables.observed], dtype=np.intp)
        cov = population.answer_cov[np.ix_(order, order)]
        moments = Moments(_LARGE, cov, np.zeros(len(cov)), _LARGE)
        rows = build_table(formulas, 1, Options())
        solution = solve(rows, variables, [moments], formulas.constraints, lambda own: Discrepancy(own, [moments]))
        if not solution.optimum.converged:
            raise SampleError(
                found="模型拟合不了总体 / the model cannot be fitted to the population", expected="", advice=""
            )
        assembly, eta = solution.assembly, solution.optimum.eta
        segments = _segments(assembly, path)
        truth = (assembly.basis @ eta + assembly.offset)[segments]
        return cls(population, order, cov, assembly, Metric.at(solution.discrepancy, eta), segments, truth, seed)

    def run(self, block: tuple[int, int, int]) -> _Replications:
        """Return replications number first to last − 1 of a size."""
        size, first, last = block
        drawn = [self._draw(size, np.random.default_rng([self.seed, size, at])) for at in range(first, last)]
        cov = np.stack([one[np.ix_(self.order, self.order)] for one in drawn])
        draws = DrawMoments(cov, np.zeros((len(cov), cov.shape[1])), np.full(len(cov), float(size)))
        optima = solve_draws(self.assembly, (draws,), self.metric, tolerance=_TOLERANCE)
        at = np.flatnonzero(optima.converged)
        solved, eta = (draws[at],), optima.eta[at]
        estimates = np.full((len(cov), len(self.segments)), np.nan)
        covariances = np.full((len(cov), len(self.segments), len(self.segments)), np.nan)
        estimates[at] = (eta @ self.assembly.basis.T + self.assembly.offset)[:, self.segments]
        covariances[at] = covariance_of(BatchedDiscrepancy(self.assembly, solved), eta, self.segments)
        improper = np.zeros(len(cov), dtype=bool)
        improper[at] = ~admissible(self.assembly, solved, eta, table_values(self.assembly, solved, eta))
        return _Replications(estimates, covariances, improper)

    def _draw(self, size: int, rng: np.random.Generator) -> Matrix:
        """Return the covariance of `size` answers, divisor n."""
        whole = self.population
        width = len(whole.names)
        root = np.linalg.cholesky(whole.cov)
        if whole.categories is None:
            factor = np.tril(rng.standard_normal((width, width)), -1)
            factor[np.diag_indices(width)] = np.sqrt(rng.chisquare(size - 1 - np.arange(width)))
            half = root @ factor
            return np.asarray(half @ half.T / size, dtype=np.float64)
        answers = rng.standard_normal((size, width)) @ root.T / np.sqrt(np.diag(whole.cov))
        codes = np.searchsorted(whole.thresholds, answers).astype(np.float64)
        codes -= codes.mean(axis=0)
        return np.asarray(codes.T @ codes / size, dtype=np.float64)


def _segments(assembly: Assembly, path: str) -> Indices:
    """Return the places of a path's segments among the free rows."""
    names = [name.strip() for name in path.replace("→", "->").split("->")]
    wanted = (
        [f"{effect}~{cause}" for cause, effect in pairwise(names)] if len(names) > 1 else [names[0].replace(" ", "")]
    )
    places: dict[str, int] = {}
    for at, row_at in enumerate(assembly.free_rows):
        row = assembly.rows[row_at]
        places.setdefault(f"{row.lhs}{row.op}{row.rhs}", at)
        places.setdefault(row.name, at)
    for one in wanted:
        if one not in places:
            paths = [name for name in places if "~" in name and "~~" not in name and "=~" not in name]
            raise SampleError(found=one, expected=", ".join(paths[:12]), advice="")
    return np.array([places[one] for one in wanted], dtype=np.intp)


def _row(size: int, found: _Replications, truth: Vector, alpha: float) -> PowerRow:
    errors = np.sqrt(np.diagonal(found.covariances, axis1=1, axis2=2))
    kept: Flags = np.asarray(np.isfinite(errors).all(axis=1) & np.isfinite(found.estimates).all(axis=1))
    total, count = len(kept), int(kept.sum())
    improper = float(found.improper.sum()) / total
    if not count:
        return PowerRow(size, None, None, None, None, None, None, None, None, 0.0, improper)
    estimates, errors, covariances = found.estimates[kept], errors[kept], found.covariances[kept]
    reach = float(ndtri(1.0 - alpha / 2.0))
    significant = (np.abs(estimates) > reach * errors).all(axis=1)
    product = estimates.prod(axis=1)
    slope = np.stack([np.delete(estimates, k, axis=1).prod(axis=1) for k in range(len(truth))], axis=1)
    error = np.sqrt(np.einsum("ri,rij,rj->r", slope, covariances, slope))
    share = float(significant.mean())
    lower, upper = _wilson(share, count)
    true = float(np.prod(truth))
    mean = float(product.mean())
    return PowerRow(
        size=size,
        power=share,
        lower=lower,
        upper=upper,
        estimate=mean,
        bias=mean - true,
        coverage=float((np.abs(product - true) <= reach * error).mean()),
        error=float(error.mean()),
        spread=float(product.std(ddof=1)) if count > 1 else None,
        converged=count / total,
        improper=improper,
    )


def _wilson(share: float, count: int) -> tuple[float, float]:
    z = float(ndtri(0.975))
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))


def _crossing(sizes: Vector, shares: Sequence[float | None], target: float) -> int | NotAvailable:
    values = np.array([0.0 if share is None else share for share in shares])
    if len(values) and values[0] >= target:
        return NotAvailable(
            "required_size",
            f"最小的样本量 {sizes[0]:.0f} 已达到 {target:g}，请试更小的。",
            f"the smallest size, {sizes[0]:.0f}, reaches {target:g}; try smaller ones",
        )
    rising = np.asarray(isotonic_regression(values).x) if len(values) else values
    above = np.flatnonzero(rising >= target)
    if not len(above):
        return NotAvailable(
            "required_size",
            f"所试的样本量都达不到 {target:g}，请试更大的。",
            f"no size reaches {target:g}; try larger ones",
        )
    at = int(above[0])
    one, other = np.sqrt(sizes[at - 1]), np.sqrt(sizes[at])
    low, high, goal = ndtri(np.clip([rising[at - 1], rising[at], target], 1e-4, 1.0 - 1e-4))
    return ceil(float((one + (goal - low) / (high - low) * (other - one)) ** 2) - 1e-9)
