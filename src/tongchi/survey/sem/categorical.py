"""How is a model of ordinal items fitted? Responses behind the items, weighted least squares, corrected errors and tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tongchi.errors import UnsupportedModelError
from tongchi.survey.sem.assembly import Assembly, Moments, check_names
from tongchi.survey.sem.categorical_measures import LeastSquaresFacts, least_squares_measures, robust_facts
from tongchi.survey.sem.categorical_result import OrdinalFit, ordinal_fit
from tongchi.survey.sem.inference import identification
from tongchi.survey.sem.least_squares import GroupMoments, LeastSquares, weight_of, weighting_of
from tongchi.survey.sem.least_squares_inference import least_squares_tests, moment_facts, spread_of, vcov_of
from tongchi.survey.sem.ordinal_sample import OrdinalSample, read_ordinal_sample
from tongchi.survey.sem.ordinal_structure import OrdinalPoint, ordinal_structures
from tongchi.survey.sem.ram import Vector
from tongchi.survey.sem.request import FitRequest
from tongchi.survey.sem.result import Fit
from tongchi.survey.sem.robust_measures import Corrected
from tongchi.survey.sem.sample import Data, columns_of
from tongchi.survey.sem.solution import Solution, solve
from tongchi.survey.sem.starts import start_values
from tongchi.survey.sem.syntax import Formulas, syntax_error
from tongchi.survey.sem.table import Options, Variables, build_table
from tongchi.survey.sem.warm_start import shares_sample, starts_from

if TYPE_CHECKING:
    from tongchi.survey.sem.model import Model

ROBUST_INDICES = frozenset({"satorra.bentler", "scaled.shifted"})


def fit_categorical(model: Model, data: Data, request: FitRequest, after: Fit | None = None) -> Fit:
    """Estimate a model of which some or all observed variables are ordinal; `after` is a fit of the same data.

    Raises
    ------
    UnsupportedModelError for what has no such estimate: likelihoods, fixed covariates, clusters; SampleError for data that
    cannot carry it: one category, more than twelve, a category that one group never chose.
    """
    if not request.ordered:
        from tongchi.survey.sem.wls import fit_wls

        return fit_wls(model, data, request)
    if request.cluster is not None or request.likelihood == "wishart":
        raise UnsupportedModelError(found="ordered=, cluster / wishart", expected="WLSMV")
    variables = Variables.of(model.formulas, request.options.fixed_x)
    if isinstance(after, OrdinalFit) and after.answers is not None and shares_sample(after, variables, request):
        sample = after.answers
    else:
        check_names(model.formulas, variables, columns_of(data))
        sample = read_ordinal_sample(data, variables, request)
    options = _options(request, sample.ordered)
    _check_rows(model.formulas, options)
    request = replace(request, options=options)
    groups = weighted_groups(sample, request)
    theta = options.parameterization == "theta"

    def usual(assembly: Assembly) -> Vector:
        return _starts(assembly, sample, theta)

    solution = solve(
        build_table(model.formulas, len(groups), options),
        variables,
        sample.sample.moments,
        model.formulas.constraints,
        lambda assembly: LeastSquares(
            assembly, ordinal_structures(assembly, sample.sizes, theta, sample.given), groups
        ),
        counted=sum(len(group.stacked) for group in groups),
        starts=usual if after is None else starts_from(after, usual),
    )
    return _result(model, solution, sample, request)


def _options(request: FitRequest, ordered: tuple[tuple[str, int], ...]) -> Options:
    """Return options with a mean structure; equal thresholds and equal intercepts imply each other, as in lavaan."""
    equal = request.options.group_equal
    both = {"thresholds", "intercepts"}
    if both & set(equal):
        equal = (*equal, *sorted(both - set(equal)))
    return replace(
        request.options,
        meanstructure=True,
        group_equal=equal,
        ordered=ordered,
        parameterization=request.parameterization,
    )


def _check_rows(formulas: Formulas, options: Options) -> None:
    """Raise for thresholds that an item does not have, and for rows that the parameterization itself fills in."""
    sizes = dict(options.ordered)
    delta = options.parameterization == "delta"
    for term in formulas.terms:
        if term.op == "|":
            steps = [f"t{step}" for step in range(1, sizes.get(term.lhs, 1))]
            if term.rhs not in steps:
                raise syntax_error(term.line, f"{term.lhs} | {term.rhs}", ", ".join(steps) or "ordered=")
        elif term.op == "~*~" and (not delta or term.lhs not in sizes):
            raise UnsupportedModelError(
                place=f"line {term.line}",
                found=f"{term.lhs} ~*~ {term.rhs}",
                expected="parameterization='delta', ordered=",
            )
        elif term.op == "~~" and term.lhs == term.rhs and term.lhs in sizes and delta:
            raise UnsupportedModelError(
                place=f"line {term.line}", found=f"{term.lhs} ~~ {term.rhs}", expected="parameterization='theta'"
            )


def weighted_groups(sample: OrdinalSample, request: FitRequest) -> list[GroupMoments]:
    """Return the groups' moments with the weights of the estimator."""
    weighting = weighting_of(request)
    found = []
    for one in sample.groups:
        try:
            weight = weight_of(one.gamma, weighting)
        except np.linalg.LinAlgError:
            few = one.count <= len(one.gamma)
            why = (
                f"{len(one.gamma)} 个矩、{one.count} 行 / moments, rows"
                if few
                else "题目重复 / items repeat each other"
            )
            raise UnsupportedModelError(
                found=f"estimator=WLS：Γ 不可逆 / Γ has no inverse ({why})", expected="WLSMV, DWLS, ULSMV"
            ) from None
        found.append(GroupMoments(one.count, one.stacked, one.gamma, weight))
    return found


def _starts(assembly: Assembly, sample: OrdinalSample, theta: bool) -> Vector:
    """Return η at the start: thresholds of the sample, one factor per construct; for theta in units of residual deviations."""
    observed, outcomes = assembly.variables.observed, sample.outcomes
    own = [observed.index(name) for name in outcomes]
    moments, scales = [], []
    for one, whole in zip(sample.groups, sample.sample.moments, strict=True):
        scale = np.ones(len(observed))
        if theta:
            ridge = one.cov + 0.05 * np.diag(np.diag(one.cov))
            unique = np.clip(1.0 / np.diag(np.linalg.inv(ridge)) / np.diag(one.cov), 0.2, 0.95)
            scale[own] = np.where(np.array(one.sizes) > 0, unique**-0.5, 1.0)
        moments.append(Moments(one.count, whole.cov * np.outer(scale, scale), whole.mean, one.weight))
        scales.append(scale[own])
    base = assembly.basis @ start_values(assembly, moments) + assembly.offset
    for at, row_at in enumerate(assembly.free_rows):
        row = assembly.rows[row_at]
        if row.start is not None:
            continue
        if row.op == "|":
            place = outcomes.index(row.lhs)
            group = row.group - 1
            base[at] = sample.groups[group].thresholds[place][int(row.rhs[1:]) - 1] * scales[group][place]
        elif row.op == "~*~" or (row.op == "~~" and row.lhs == row.rhs and row.lhs in dict(sample.ordered)):
            base[at] = 1.0
    return assembly.eta_of(base)


def _result(model: Model, solution: Solution, sample: OrdinalSample, request: FitRequest) -> OrdinalFit:
    discrepancy, eta = solution.discrepancy, solution.optimum.eta
    assert isinstance(discrepancy, LeastSquares)
    theta = request.parameterization == "theta"
    points = [point for point in discrepancy.points(eta) if isinstance(point, OrdinalPoint)]
    look = identification(solution.assembly, discrepancy.information(eta))
    spread = spread_of(discrepancy.groups, discrepancy.jacobians(eta)) if look.identified else None
    notes = [*sample.notes(), *_identification(sample, request)]
    if spread is None:
        notes.append(f"no standard errors: {', '.join(look.parameters)} not determined here")
    if not solution.optimum.converged:
        notes.append(
            f"not converged: scaled gradient {solution.optimum.slope:.1e} after {solution.optimum.steps} steps"
        )
        if theta:
            notes.append("a residual variance may tend to zero, which theta cannot say: fit by delta to see")
    tests = least_squares_tests(solution, request, spread)
    corrected = Corrected(expects_robust=request.test in ROBUST_INDICES)
    facts = LeastSquaresFacts.of(solution, sample.groups, points, request)
    if len(tests) > 1:
        robust = robust_facts(facts, spread) if corrected.expects_robust else None
        corrected = Corrected(tests[1], facts.baseline_test(request.test), robust, corrected.expects_robust)
    return ordinal_fit(
        model,
        solution,
        sample,
        request,
        points=points,
        vcov=None if spread is None else vcov_of(solution, request, spread),
        tests=tests,
        measures=least_squares_measures(facts, corrected),
        notes=tuple(notes),
        facts=moment_facts(discrepancy, eta),
        discrepancy_of=lambda assembly: LeastSquares(
            assembly, ordinal_structures(assembly, sample.sizes, theta, sample.given), discrepancy.groups
        ),
    )


def _identification(sample: OrdinalSample, request: FitRequest) -> list[str]:
    """Return how equal thresholds are identified, which two programs may do in two ways, and what equality cannot mean here."""
    options, notes = request.options, []
    delta = options.parameterization == "delta"
    if "thresholds" in options.group_equal:
        free = "scales" if delta else "residual variances"
        notes.append(
            f"equal thresholds: intercepts of responses 0 in all groups, {free} of items free in later groups (lavaan 0.6); "
            "Wu and Estabrook (2016) free the intercepts as well until loadings are equal"
        )
        if 2 in sample.sizes:
            notes.append(f"{free} of items with two categories rest on equal loadings alone")
    if "residuals" in options.group_equal and delta:
        notes.append("residual variances of ordinal items are no parameters in delta; equal ones ask for theta")
    return notes
