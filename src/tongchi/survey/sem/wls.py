r"""How are continuous variables fitted by the spread of their products? Weighted least squares free of distribution (Browne 1984).

Moments are covariances on and below the diagonal with divisor n − 1, and means where the model has them; Γ has entries
:math:`m_{ijkl} - s_{ij}s_{kl}` with divisor n. WLS inverts Γ and so needs more rows than moments; DWLS takes its diagonal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tongchi.errors import SampleError, UnsupportedModelError
from tongchi.survey.sem.assembly import Assembly, check_names
from tongchi.survey.sem.fit_measures import FitFacts, fit_measures
from tongchi.survey.sem.inference import identification
from tongchi.survey.sem.least_squares import GroupMoments, LeastSquares, weight_of, weighting_of
from tongchi.survey.sem.least_squares_inference import least_squares_tests, spread_of, vcov_of
from tongchi.survey.sem.ram import Implied, Indices, Matrix, Ram, Vector, curvature, mean_curvature
from tongchi.survey.sem.request import FitRequest, Test
from tongchi.survey.sem.result import Fit
from tongchi.survey.sem.robust import correct
from tongchi.survey.sem.robust_measures import Corrected
from tongchi.survey.sem.sample import Data, Sample, columns_of, read_sample
from tongchi.survey.sem.solution import Solution, improper, solve
from tongchi.survey.sem.table import Variables, build_table, require_continuous
from tongchi.survey.sem.test_statistics import TestStatistic

if TYPE_CHECKING:
    from tongchi.survey.sem.model import Model


@dataclass(frozen=True)
class ProductStructure:
    """A group's covariances, and its means first where the model has them, as a function of the free cells."""

    ram: Ram
    rows: Indices
    means: bool

    def at(self, values: Vector) -> ProductPoint:
        """Return the moments at these values."""
        return ProductPoint(self.ram.implied(values), self.means)


@dataclass(frozen=True)
class ProductPoint:
    """Moments of a group at one point."""

    implied: Implied
    means: bool

    @property
    def whole(self) -> Implied:
        """Moments of all variables."""
        return self.implied

    @property
    def stacked(self) -> Vector:
        """(m,) means and covariances."""
        return _stack(self.implied.cov, self.implied.mean if self.means else None)

    @cached_property
    def jacobian(self) -> Matrix:
        """(m, k) their derivatives by the cells."""
        p = self.implied.observed
        u, v, d = (part[:p] for part in self.implied.directions)
        one, other = _lower(p)
        below = u[one] * v[other] + v[one] * u[other]
        return np.vstack([d, below]) if self.means else below

    def bend(self, pull: Vector) -> Matrix:
        """Return the second derivatives (k, k) of Σ pull_i moment_i by the cells."""
        p = self.implied.observed
        one, other = _lower(p)
        residual = np.zeros((p, p))
        residual[one, other] = pull[-len(one) :] * np.where(one == other, 1.0, 0.5)
        bent = curvature(self.implied, np.tril(residual) + np.tril(residual, -1).T)
        return bent + mean_curvature(self.implied, pull[:p]) if self.means else bent


def _lower(p: int) -> tuple[Indices, Indices]:
    """Return rows and columns of the entries on and below the diagonal, column by column."""
    column, row = np.triu_indices(p)
    return row, column


def _stack(cov: Matrix, mean: Vector | None) -> Vector:
    below: Vector = cov[_lower(len(cov))]
    return below if mean is None else np.concatenate([mean, below])


def product_moments(cases: Matrix, means: bool) -> tuple[Vector, Matrix]:
    """Return means and covariances (divisor n − 1) of complete rows, and Γ (divisor n)."""
    count = len(cases)
    mean = cases.mean(axis=0)
    centred = cases - mean
    one, other = _lower(cases.shape[1])
    products = centred[:, one] * centred[:, other]
    cov = centred.T @ centred / (count - 1)
    parts = products - products.mean(axis=0)
    whole = np.hstack([centred, parts]) if means else parts
    return _stack(cov, mean if means else None), whole.T @ whole / count


def fit_wls(model: Model, data: Data, request: FitRequest) -> Fit:
    """Estimate a model of continuous variables by WLS or DWLS from the rows that are complete."""
    require_continuous(model.formulas)
    variables = Variables.of(model.formulas, request.options.fixed_x)
    if variables.covariates and request.options.fixed_x:
        raise UnsupportedModelError(
            found=f"estimator={request.estimator}, 固定协变量 / fixed covariates {', '.join(variables.covariates)}",
            expected="fixed_x=False",
        )
    check_names(model.formulas, variables, columns_of(data))
    sample = read_sample(data, variables.observed, request.group, request.group_labels)
    sample = replace(sample, moments=tuple(part.unbiased() for part in sample.moments))
    rows = build_table(model.formulas, len(sample.moments), request.options)
    means = any(row.op == "~1" for row in rows)
    groups = [_weighted(part, means, request) for part in sample.cases]
    solution = solve(
        rows,
        variables,
        sample.moments,
        model.formulas.constraints,
        lambda assembly: LeastSquares(assembly, product_structures(assembly), groups),
    )
    return _result(model, solution, sample, request)


def product_structures(assembly: Assembly) -> list[ProductStructure]:
    """Return the structure of each group."""
    place = {row: at for at, row in enumerate(assembly.free_rows)}
    parts = zip(assembly.rams, assembly.cell_rows, strict=True)
    return [
        ProductStructure(ram, np.array([place[row] for row in rows], dtype=np.intp), assembly.has_means)
        for ram, rows in parts
    ]


def _weighted(cases: Matrix, means: bool, request: FitRequest) -> GroupMoments:
    stacked, gamma = product_moments(cases, means)
    try:
        return GroupMoments(len(cases), stacked, gamma, weight_of(gamma, weighting_of(request)))
    except np.linalg.LinAlgError:
        raise SampleError(
            found=f"WLS：{len(stacked)} 个矩而只有 {len(cases)} 行 / moments but only {len(cases)} rows",
            expected=f"> {len(stacked)}",
            advice="DWLS, MLR",
        ) from None


def _result(model: Model, solution: Solution, sample: Sample, request: FitRequest) -> Fit:
    discrepancy, optimum, assembly = solution.discrepancy, solution.optimum, solution.assembly
    assert isinstance(discrepancy, LeastSquares)
    implied = tuple(discrepancy.implied(optimum.eta))
    look = identification(assembly, discrepancy.information(optimum.eta))
    spread = spread_of(discrepancy.groups, discrepancy.jacobians(optimum.eta)) if look.identified else None
    tests = least_squares_tests(solution, request, spread)
    values = assembly.row_values(optimum.eta)
    faults = improper(assembly, implied, values)
    notes = [] if spread is not None else [f"no standard errors: {', '.join(look.parameters)} not determined here"]
    if not optimum.converged:
        notes.append(f"not converged: scaled gradient {optimum.slope:.1e} after {optimum.steps} steps")
    return Fit(
        syntax=model.syntax,
        request=request,
        sample=sample,
        assembly=assembly,
        definitions=model.formulas.definitions,
        values=values,
        vcov=None if spread is None else vcov_of(solution, request, spread),
        implied=implied,
        converged=optimum.converged,
        admissible=not faults,
        gradient=optimum.slope,
        steps=optimum.steps,
        group_chisq=tests[0].stat_group,
        fitmeasures=_measures(solution, sample, implied, request, tests),
        tests=tests,
        notes=(*notes, *faults),
        discrepancy_of=lambda other: LeastSquares(other, product_structures(other), discrepancy.groups),
    )


def _measures(
    solution: Solution,
    sample: Sample,
    implied: tuple[Implied, ...],
    request: FitRequest,
    tests: Sequence[TestStatistic],
) -> dict[str, float | None]:
    discrepancy, assembly = solution.discrepancy, solution.assembly
    assert isinstance(discrepancy, LeastSquares)
    p = len(assembly.variables.observed)
    free = [_covariances_alone(group, p) for group in discrepancy.groups]
    parts = tuple((group.count - 1) * float(group.stacked @ group.weigh(group.stacked)) for group in free)
    df = len(free) * p * (p - 1) // 2
    corrected = Corrected()
    if len(tests) > 1:
        corrected = Corrected(tests[1], _baseline_test(request.test, parts, df, free))
    facts = FitFacts(
        solution.chisq,
        solution.degrees,
        assembly.basis.shape[1],
        assembly,
        sample.moments,
        implied,
        "GLS",
        corrected=corrected,
        baseline=(sum(parts), df),
    )
    total, gfi = sum(group.count for group in discrepancy.groups), 0.0
    for group, gap in zip(discrepancy.groups, discrepancy.gaps(solution.optimum.eta), strict=True):
        whole = float(group.stacked @ group.weigh(group.stacked))
        gfi += group.count / total * (1.0 - float(gap @ group.weigh(gap)) / whole)
    moments = sum(len(group.stacked) for group in discrepancy.groups)
    degrees = solution.degrees
    found = {name: value for name, value in fit_measures(facts).items() if name != "ntotal"}
    return found | {
        "gfi": gfi,
        "agfi": 1.0 - moments / degrees * (1.0 - gfi) if degrees else None,
        "pgfi": degrees / moments * gfi,
    }


def _covariances_alone(group: GroupMoments, p: int) -> GroupMoments:
    """Return the covariances with the weight left to them when means and variances are free."""
    row, column = _lower(p)
    first = len(group.stacked) - len(row)
    at = first + np.flatnonzero(row != column)
    gamma = group.gamma[np.ix_(at, at)]
    weight = group.weight[at] if group.weight.ndim == 1 else np.asarray(np.linalg.inv(gamma), dtype=np.float64)
    return GroupMoments(group.count, group.stacked[at], gamma, weight)


def _baseline_test(
    test: Test, parts: tuple[float, ...], df: int, groups: Sequence[GroupMoments]
) -> TestStatistic | None:
    spread = spread_of(groups, [np.zeros((len(group.stacked), 0)) for group in groups])
    if spread is None:
        return None
    total = sum(group.count for group in groups)
    weights = tuple(group.count / total for group in groups)
    return correct(test, sum(parts), parts, df, traces=spread.traces, weights=weights)
