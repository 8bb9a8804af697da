"""How are continuous answers without gaps fitted? The path of ML, GLS and ULS: moments, optimum, errors, tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tongchi.errors import UnsupportedModelError
from tongchi.survey.sem.assembly import check_names
from tongchi.survey.sem.fit_measures import FitFacts, fit_measures
from tongchi.survey.sem.inference import covariance, identification
from tongchi.survey.sem.ml import Discrepancy, Estimator
from tongchi.survey.sem.request import FitRequest
from tongchi.survey.sem.result import Fit
from tongchi.survey.sem.sample import Data, Sample, columns_of, read_sample
from tongchi.survey.sem.solution import Solution, improper, solve
from tongchi.survey.sem.table import Variables, build_table, require_continuous
from tongchi.survey.sem.test_statistics import standard_test

if TYPE_CHECKING:
    from tongchi.survey.sem.model import Model


def fit_continuous(model: Model, data: Data, request: FitRequest) -> Fit:
    """Estimate a model of continuous variables from the rows that are complete."""
    require_continuous(model.formulas)
    base = _base(request)
    options = request.options
    variables = Variables.of(model.formulas, options.fixed_x)
    check_names(model.formulas, variables, columns_of(data))
    sample = read_sample(data, variables.observed, request.group, request.group_labels)
    if request.likelihood == "wishart" or base != "ML":
        sample = replace(sample, moments=tuple(part.unbiased() for part in sample.moments))
    rows = build_table(model.formulas, len(sample.moments), options)
    solution = solve(
        rows,
        variables,
        sample.moments,
        model.formulas.constraints,
        lambda assembly: Discrepancy(assembly, sample.moments, base),
    )
    return result_of(model, solution, sample, request)


def _base(request: FitRequest) -> Estimator:
    if request.base in {"WLS", "DWLS"} or request.robust or request.se != "standard":
        raise UnsupportedModelError(found=f"estimator={request.estimator!r}", expected="ML, GLS, ULS")
    return "GLS" if request.base == "GLS" else "ULS" if request.base == "ULS" else "ML"


def result_of(model: Model, solution: Solution, sample: Sample, request: FitRequest) -> Fit:
    """Return the result that belongs to an optimum."""
    assembly, discrepancy, optimum = solution.assembly, solution.discrepancy, solution.optimum
    observed = discrepancy.point(optimum.eta).observed if request.information == "observed" else None
    hessian = discrepancy.information(optimum.eta) if observed is None else observed
    look = identification(assembly, hessian)
    vcov = covariance(discrepancy, hessian) if look.identified else None
    moments = discrepancy.implied(optimum.eta)
    notes = [] if look.identified else [f"no standard errors: {', '.join(look.parameters)} not determined here"]
    if not optimum.converged:
        notes.append(f"not converged: scaled gradient {optimum.slope:.1e} after {optimum.steps} steps")
    values = assembly.row_values(optimum.eta)
    faults = improper(assembly, moments, values)
    size = assembly.basis.shape[1]
    facts = FitFacts(solution.chisq, solution.degrees, size, assembly, sample.moments, tuple(moments), request.base)
    shares = tuple(discrepancy.total * share for share in discrepancy.shares(moments))
    return Fit(
        syntax=model.syntax,
        request=request,
        sample=sample,
        assembly=assembly,
        definitions=model.formulas.definitions,
        values=values,
        vcov=vcov,
        implied=tuple(moments),
        converged=optimum.converged,
        admissible=not faults,
        gradient=optimum.slope,
        steps=optimum.steps,
        group_chisq=shares,
        fitmeasures=fit_measures(facts),
        tests=(standard_test(solution.chisq, shares, solution.degrees, tested=request.base != "ULS"),),
        notes=(*notes, *faults),
    )
