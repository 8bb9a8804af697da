"""How are continuous answers without gaps fitted? The path of ML (and its robust kin), GLS and ULS: moments, optimum, errors, tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tongchi.errors import UnsupportedModelError
from tongchi.survey.sem.assembly import Assembly, check_names
from tongchi.survey.sem.baseline import independence
from tongchi.survey.sem.fit_measures import FitFacts, LateMeasures, fit_measures
from tongchi.survey.sem.inference import covariance, identification
from tongchi.survey.sem.ml import Discrepancy, Estimator
from tongchi.survey.sem.ram import Matrix, Vector
from tongchi.survey.sem.request import FitRequest
from tongchi.survey.sem.result import Fit
from tongchi.survey.sem.robust import CompleteRows, robust_inference
from tongchi.survey.sem.robust_measures import Corrected, complete_facts
from tongchi.survey.sem.sample import Data, Sample, columns_of, read_sample
from tongchi.survey.sem.solution import Solution, improper, solve
from tongchi.survey.sem.starts import start_values
from tongchi.survey.sem.table import Variables, build_table, require_continuous
from tongchi.survey.sem.test_statistics import standard_test
from tongchi.survey.sem.warm_start import shares_sample, starts_from

if TYPE_CHECKING:
    from tongchi.survey.sem.model import Model

ROBUST_INDICES = frozenset({"satorra.bentler", "scaled.shifted", "yuan.bentler.mplus"})


def fit_continuous(model: Model, data: Data, request: FitRequest, after: Fit | None = None) -> Fit:
    """Estimate a model of continuous variables from the rows that are complete; `after` is a fit of the same data."""
    require_continuous(model.formulas)
    base = _base(request)
    options = request.options
    variables = Variables.of(model.formulas, options.fixed_x)
    if after is not None and shares_sample(after, variables, request):
        sample = after.sample
    else:
        check_names(model.formulas, variables, columns_of(data))
        sample = _read(data, variables, request, base)
    rows = build_table(model.formulas, len(sample.moments), options)
    solution = solve(
        rows,
        variables,
        sample.moments,
        model.formulas.constraints,
        lambda assembly: Discrepancy(assembly, sample.moments, base),
        starts=None if after is None else starts_from(after, lambda one: start_values(one, sample.moments)),
    )
    return result_of(model, solution, sample, request)


def _read(data: Data, variables: Variables, request: FitRequest, base: Estimator) -> Sample:
    sample = read_sample(data, variables.observed, request.group, request.group_labels, cluster=request.cluster)
    if request.likelihood == "wishart" or base != "ML":
        return replace(sample, moments=tuple(part.unbiased() for part in sample.moments))
    return sample


def _base(request: FitRequest) -> Estimator:
    plain = request.se == "standard" and not request.robust
    if request.base in {"WLS", "DWLS"} or not (plain or (request.base == "ML" and request.likelihood == "normal")):
        found = f"estimator={request.estimator!r}, likelihood={request.likelihood!r}"
        raise UnsupportedModelError(found=found, expected="ML, MLM, MLMV, MLR, GLS, ULS")
    return "GLS" if request.base == "GLS" else "ULS" if request.base == "ULS" else "ML"


def result_of(model: Model, solution: Solution, sample: Sample, request: FitRequest) -> Fit:
    """Return the result that belongs to an optimum."""
    discrepancy, optimum = solution.discrepancy, solution.optimum
    hessian = information_of(discrepancy, optimum.eta, request.information)
    look = identification(solution.assembly, hessian)
    vcov, corrected = None, Corrected(expects_robust=request.test in ROBUST_INDICES)
    if request.se == "standard" and not request.robust:
        vcov = covariance(discrepancy, hessian) if look.identified else None
    elif look.identified:
        vcov, corrected = _robust(solution, sample, request, hessian)
    facts = FitFacts(
        solution.chisq,
        solution.degrees,
        solution.assembly.basis.shape[1],
        solution.assembly,
        sample.moments,
        tuple(discrepancy.implied(optimum.eta)),
        request.base,
        corrected,
    )
    return report(
        model, solution, sample, request, facts=facts, vcov=vcov, flat=() if look.identified else look.parameters
    )


def information_of(discrepancy: Discrepancy, eta: Vector, kind: str) -> Matrix:
    """Return twice the information per case, by η."""
    observed = discrepancy.point(eta).observed if kind == "observed" else None
    return discrepancy.information(eta) if observed is None else observed


def _robust(
    solution: Solution, sample: Sample, request: FitRequest, hessian: Matrix
) -> tuple[Matrix | None, Corrected]:
    """Return robust errors, and the corrected tests of the model and of its baseline."""
    assembly = solution.assembly
    fixed = {row.lhs for row in assembly.rows if row.exogenous}
    given = tuple(at for at, name in enumerate(assembly.variables.observed) if name in fixed)
    evidence = CompleteRows(sample.cases, given, assembly.has_means, sample.clusters)
    found = robust_inference(solution, evidence, request, information=hessian)
    expected = request.test in ROBUST_INDICES
    if found.test is None:
        return found.vcov, Corrected(expects_robust=expected)
    base = independence(assembly, sample.moments, lambda one: Discrepancy(one, sample.moments))
    below = robust_inference(
        base, evidence, request, information=information_of(base.discrepancy, base.optimum.eta, request.information)
    ).test
    facts = None
    if below is not None and expected:
        facts = complete_facts(found.test, solution.chisq, solution.degrees, baseline=below, base_stat=base.chisq)
    return found.vcov, Corrected(found.test, below, facts, expected)


def report(
    model: Model,
    solution: Solution,
    sample: Sample,
    request: FitRequest,
    *,
    facts: FitFacts,
    vcov: Matrix | None,
    flat: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    discrepancy_of: Callable[[Assembly], Discrepancy] | None = None,
) -> Fit:
    """Return the frozen result; `flat` names parameters that the data do not determine, `notes` are put first."""
    assembly, discrepancy, optimum = solution.assembly, solution.discrepancy, solution.optimum
    said = list(notes)
    if flat:
        said.append(f"no standard errors: {', '.join(flat)} not determined here")
    if not optimum.converged:
        said.append(f"not converged: scaled gradient {optimum.slope:.1e} after {optimum.steps} steps")
    values = assembly.row_values(optimum.eta)
    faults = improper(assembly, facts.implied, values)
    shares = tuple(discrepancy.total * share for share in discrepancy.shares(facts.implied))
    plain = standard_test(solution.chisq, shares, solution.degrees, tested=request.base != "ULS")
    extra = facts.corrected.test
    return Fit(
        syntax=model.syntax,
        request=request,
        sample=sample,
        assembly=assembly,
        definitions=model.formulas.definitions,
        values=values,
        vcov=vcov,
        implied=facts.implied,
        converged=optimum.converged,
        admissible=not faults,
        gradient=optimum.slope,
        steps=optimum.steps,
        group_chisq=shares,
        fitmeasures=fit_measures(facts) if facts.late is None else LateMeasures(facts.late),
        tests=(plain,) if extra is None else (plain, extra),
        notes=(*said, *faults),
        discrepancy_of=discrepancy_of,
    )
