"""What do all draws of a block give at once?

Maximum likelihood on complete rows without inequalities depends on the rows through their moments only, so a block of draws is a
stack of moments. Everything else is fitted anew to the rows of each draw (`bootstrap_refit`), some hundred times slower.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tongchi.survey.sem.batched import DrawMoments
from tongchi.survey.sem.batched_solver import DrawOptima, Metric, regular, solve_draws
from tongchi.survey.sem.batched_values import admissible, standardised_values, table_values, with_definitions
from tongchi.survey.sem.bootstrap_draws import Counts, RowSource, moments_of_counts
from tongchi.survey.sem.bootstrap_plan import Solved
from tongchi.survey.sem.ml import Discrepancy
from tongchi.survey.sem.model import Model
from tongchi.survey.sem.ram import Indices, Matrix, Vector
from tongchi.survey.sem.result import Fit

SINGULAR = "样本协方差阵奇异 / singular sample covariance"
NO_OPTIMUM = "没有找到最优解 / no optimum found"


def is_batched(fit: Fit) -> bool:
    """Whether the draws of a fit can be solved all at once."""
    request = fit.request
    bounds = any(one.op != "==" for one in Model(fit.syntax).formulas.constraints)
    whole = all(np.isfinite(cases).all() for cases in fit.sample.cases)
    return request.base == "ML" and request.missing == "listwise" and not request.ordered and not bounds and whole


@dataclass(frozen=True)
class BatchedPlan:
    """All draws of a block at once, from the full sample's optimum."""

    fit: Fit
    source: RowSource
    cases: tuple[Matrix, ...]
    metric: Metric
    standardized: bool

    @classmethod
    def of(cls, fit: Fit, source: RowSource, standardized: bool) -> BatchedPlan:
        """Prepare the metric of the full sample."""
        metric = Metric.at(Discrepancy(fit.assembly, fit.sample.moments), independent_values(fit))
        return cls(fit, source, fit.sample.cases, metric, standardized)

    def blocks(self, draws: int) -> list[tuple[int, int]]:
        """Return the blocks of the source: as many draws as memory and cache like."""
        return self.source.blocks(draws, self.cases[0].shape[1])

    def moments(self, counts: tuple[Counts, ...]) -> tuple[DrawMoments, ...]:
        """Return the moments of draws by group."""
        unbiased = self.fit.request.likelihood == "wishart"
        pairs = zip(self.cases, counts, strict=True)
        return tuple(moments_of_counts(cases, part, unbiased=unbiased) for cases, part in pairs)

    def optima(self, draws: tuple[DrawMoments, ...]) -> DrawOptima:
        """Return the optimum of each draw."""
        return solve_draws(self.fit.assembly, draws, self.metric)

    def solve(self, counts: tuple[Counts, ...]) -> Solved:
        """Return the solutions of a block of draws."""
        assembly, definitions = self.fit.assembly, self.fit.definitions
        draws = self.moments(counts)
        optima = self.optima(draws)
        at = np.flatnonzero(optima.converged)
        solved, eta = tuple(part[at] for part in draws), optima.eta[at]
        values = table_values(assembly, solved, eta)
        width = len(assembly.rows) + len(definitions)
        standard = None
        if self.standardized:
            own = standardised_values(assembly, solved, eta, values)
            standard = _spread(with_definitions(assembly, definitions, own), at, len(optima.converged), width)
        usable = np.all([regular(part.cov) for part in draws], axis=0)
        pairs = zip(optima.converged, usable, strict=True)
        proper = np.zeros(len(usable), dtype=bool)
        proper[at] = admissible(assembly, solved, eta, values)
        return Solved(
            _spread(with_definitions(assembly, definitions, values), at, len(usable), width),
            standard,
            tuple("" if done else NO_OPTIMUM if fit else SINGULAR for done, fit in pairs),
            proper.tolist(),
        )


def independent_values(fit: Fit) -> Vector:
    """Return η of a fit."""
    assembly = fit.assembly
    return assembly.eta_of(fit.values[list(assembly.free_rows)])


def _spread(values: Matrix, at: Indices, draws: int, width: int) -> Matrix:
    whole = np.full((draws, width), np.nan)
    whole[at] = values
    return whole
