"""How is a model fitted to rows with gaps? The path of FIML: rows, saturated moments, optimum, errors, tests."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tongchi.errors import SampleError
from tongchi.survey.sem.assembly import Assembly, Moments, check_names
from tongchi.survey.sem.baseline import independence
from tongchi.survey.sem.continuous import information_of, report
from tongchi.survey.sem.fiml import FimlDiscrepancy
from tongchi.survey.sem.fiml_measures import corrected_statistic, goodness, incomplete_facts
from tongchi.survey.sem.fiml_patterns import Patterns
from tongchi.survey.sem.fiml_rows import GapRows, IncompleteRows
from tongchi.survey.sem.fiml_saturated import Saturated, saturated_moments
from tongchi.survey.sem.fit_measures import FitFacts
from tongchi.survey.sem.inference import covariance, identification
from tongchi.survey.sem.ram import Matrix
from tongchi.survey.sem.request import FitRequest
from tongchi.survey.sem.result import Fit
from tongchi.survey.sem.robust import Robust, robust_inference
from tongchi.survey.sem.robust_measures import Corrected
from tongchi.survey.sem.sample import Data, Sample, columns_of, read_rows
from tongchi.survey.sem.solution import Solution, solve
from tongchi.survey.sem.starts import start_values
from tongchi.survey.sem.table import Variables, build_table, require_continuous
from tongchi.survey.sem.test_statistics import TestStatistic
from tongchi.survey.sem.warm_start import shares_sample, starts_from

if TYPE_CHECKING:
    from tongchi.survey.sem.model import Model

_BY_ROWS = frozenset({"ml", "two.stage", "robust.two.stage"})
_THIN = 0.1  # coverage of a pair of variables below which the notes say so


@dataclass(frozen=True)
class Incomplete:
    """Rows with gaps by group: patterns, saturated moments, and what was noticed."""

    sample: Sample
    patterns: tuple[Patterns, ...]
    saturated: tuple[Saturated, ...]
    notes: tuple[str, ...]

    def discrepancy(self, assembly: Assembly) -> FimlDiscrepancy:
        """Return F of a model's matrices."""
        return FimlDiscrepancy(assembly, self.sample.moments, self.patterns, self.saturated)

    def rows(self, assembly: Assembly) -> tuple[GapRows, ...]:
        """Return the rows with the places of the model's fixed covariates; what they say is kept for the next model."""
        fixed = {row.lhs for row in assembly.rows if row.exogenous}
        given = tuple(at for at, name in enumerate(assembly.variables.observed) if name in fixed)
        if given not in self._rows:
            clusters = self.sample.clusters or (None,) * len(self.patterns)
            parts = zip(self.patterns, self.saturated, clusters, strict=True)
            self._rows[given] = tuple(GapRows(pattern, moments, given, units) for pattern, moments, units in parts)
        return self._rows[given]

    @cached_property
    def _rows(self) -> dict[tuple[int, ...], tuple[GapRows, ...]]:
        return {}

    def baseline(self, assembly: Assembly, request: FitRequest) -> Below:
        """Return what independence comes to; it is the same for all models with the same fixed covariates, so it is found once."""
        rows = self.rows(assembly)
        key = (rows[0].given, request.se, request.test, request.information)
        if key not in self._baselines:
            base = independence(assembly, self.sample.moments, self.discrepancy, closed_form=False)
            test = None
            if request.test != "standard":
                information = information_of(base.discrepancy, base.optimum.eta, request.information)
                evidence = IncompleteRows(rows, request.information)
                test = robust_inference(base, evidence, request, information=information).test
            corrected = corrected_statistic(base, rows, robust=request.robust)
            self._baselines[key] = Below(base.chisq, base.degrees, test, corrected)
        return self._baselines[key]

    @cached_property
    def _baselines(self) -> dict[tuple[object, ...], Below]:
        return {}


@dataclass(frozen=True)
class Below:
    """The baseline's N·F and degrees of freedom, its corrected test, and its statistic and factor for robust indices."""

    chisq: float
    degrees: int
    test: TestStatistic | None
    corrected: tuple[float, float] | None


def fit_fiml(model: Model, data: Data, request: FitRequest, after: Fit | None = None) -> Fit:
    """Estimate a model of continuous variables from all rows that hold something; `after` is a fit of the same data."""
    require_continuous(model.formulas)
    variables = Variables.of(model.formulas, request.options.fixed_x)
    known = read_before(after, variables, request)
    if known is None:
        check_names(model.formulas, variables, columns_of(data))
    found = read_incomplete(data, variables, request) if known is None else known
    rows = build_table(model.formulas, len(found.patterns), request.options)
    goes_on = known is not None and after is not None and after.options.std_lv == request.options.std_lv
    solution = solve(
        rows,
        variables,
        found.sample.moments,
        model.formulas.constraints,
        found.discrepancy,
        starts=starts_from(after, lambda one: start_values(one, found.sample.moments)) if goes_on and after else None,
    )
    hessian = information_of(solution.discrepancy, solution.optimum.eta, request.information)
    look = identification(solution.assembly, hessian)
    held = found.rows(solution.assembly)
    own = _inference(solution, held, request, hessian) if look.identified else None
    facts = FitFacts(
        solution.chisq,
        solution.degrees,
        solution.assembly.basis.shape[1],
        solution.assembly,
        found.sample.moments,
        tuple(solution.discrepancy.implied(solution.optimum.eta)),
        request.base,
        Corrected(None if own is None else own.test, expects_robust=True),
    )
    facts = replace(facts, late=lambda: _complete(facts, solution, found, request, identified=own is not None))
    flat = () if look.identified else look.parameters
    return report(
        model,
        solution,
        found.sample,
        request,
        facts=facts,
        vcov=None if own is None else own.vcov,
        flat=flat,
        notes=found.notes,
        discrepancy_of=found.discrepancy,
    )


def read_before(after: Fit | None, variables: Variables, request: FitRequest) -> Incomplete | None:
    """Return what an earlier fit found of the rows, if it is what this one would find, by FIML or in two stages."""
    if after is None or after.request.missing not in _BY_ROWS or request.missing not in _BY_ROWS:
        return None
    if not shares_sample(after, variables, replace(request, missing=after.request.missing)):
        return None
    same = _needed(after.assembly.variables, after.request) == _needed(variables, request)
    found = getattr(after.discrepancy_of, "__self__", None)
    return found if same and isinstance(found, Incomplete) else None


def _inference(solution: Solution, rows: tuple[GapRows, ...], request: FitRequest, hessian: Matrix) -> Robust:
    if request.se == "standard" and not request.robust:
        return Robust(covariance(solution.discrepancy, hessian), None)
    evidence = IncompleteRows(rows, request.information)
    return robust_inference(solution, evidence, request, information=hessian)


def _complete(
    facts: FitFacts, solution: Solution, found: Incomplete, request: FitRequest, *, identified: bool
) -> FitFacts:
    """Return the facts with the baseline's test, what robust indices take, and the GFI."""
    rows = found.rows(solution.assembly)
    below = found.baseline(solution.assembly, request)
    corrected = facts.corrected
    if identified:
        own = corrected_statistic(solution, rows, robust=request.robust)
        robust = incomplete_facts(own, below.corrected) if solution.degrees else None
        corrected = Corrected(corrected.test, None if corrected.test is None else below.test, robust, True)
    return replace(
        facts,
        corrected=corrected,
        baseline=(below.chisq, below.degrees),
        unrestricted=_log_likelihood(found, solution.assembly),
        goodness=goodness(solution, rows),
        late=None,
    )


def read_incomplete(data: Data, variables: Variables, request: FitRequest) -> Incomplete:
    """Return rows with gaps and their saturated moments; rows that are empty, or lack a fixed covariate, are left out."""
    sample = read_rows(data, variables.observed, request.group, request.group_labels, cluster=request.cluster)
    places = [variables.observed.index(name) for name in _needed(variables, request)]
    cases, clusters, notes = [], [], []
    for group, rows in enumerate(sample.cases):
        known = np.isfinite(rows)
        empty, lacking = ~known.any(axis=1), ~known[:, places].all(axis=1)
        where = f" in group {sample.labels[group]}" if sample.labels else ""
        if empty.any():
            notes.append(f"{int(empty.sum())} rows without any answer{where} are left out")
        if (lacking & ~empty).any():
            notes.append(f"{int((lacking & ~empty).sum())} rows{where} lack a fixed covariate and are left out")
        cases.append(rows[~(empty | lacking)])
        if sample.clusters is not None:
            clusters.append(sample.clusters[group][~(empty | lacking)])
    sample = replace(sample, cases=tuple(cases), clusters=tuple(clusters) if sample.clusters is not None else None)
    return _with_moments(sample, variables, notes)


def _needed(variables: Variables, request: FitRequest) -> tuple[str, ...]:
    """Return the variables that a row must hold: the fixed covariates."""
    return tuple(variables.covariates) if request.options.fixed_x else ()


def _with_moments(sample: Sample, variables: Variables, notes: list[str]) -> Incomplete:
    names = variables.observed
    patterns, saturated, moments = [], [], []
    for group, rows in enumerate(sample.cases):
        where = f" ({sample.labels[group]})" if sample.labels else ""
        if len(rows) < 2:
            raise SampleError(
                found=f"{len(rows)} 行有回答 / {len(rows)} rows with answers{where}",
                expected="行数多于变量数 / more rows than variables",
                advice="请检查变量名与缺失值代码。/ Check the variables' names and the codes for missing answers.",
            )
        pattern = Patterns.of(rows)
        found = saturated_moments(pattern, names, where)
        notes += _remarks(pattern, found, names, where)
        patterns.append(pattern)
        saturated.append(found)
        moments.append(Moments(len(rows), found.cov, found.mean, len(rows)))
    return Incomplete(replace(sample, moments=tuple(moments)), tuple(patterns), tuple(saturated), tuple(notes))


def _remarks(patterns: Patterns, found: Saturated, names: tuple[str, ...], where: str) -> list[str]:
    said = []
    coverage = patterns.coverage()
    one, other = (int(at) for at in np.unravel_index(int(np.argmin(coverage)), coverage.shape))
    if coverage[one, other] < _THIN:
        share = f"{coverage[one, other]:.1%}"
        said.append(f"only {share} of rows hold both {names[one]} and {names[other]}{where}")
    if not found.converged:
        said.append(
            f"saturated moments{where} not converged: slope {found.slope:.1e} after {found.steps} steps; no sure test"
        )
    return said


def _log_likelihood(found: Incomplete, assembly: Assembly) -> float:
    """Return the unrestricted log-likelihood, less that of the fixed covariates."""
    total = 0.0
    for rows in found.rows(assembly):
        patterns = rows.patterns
        total -= 0.5 * (patterns.count * rows.saturated.deviance + patterns.known_values * math.log(2.0 * math.pi))
        if rows.given:
            inside = float(np.linalg.slogdet(rows.saturated.cov[np.ix_(rows.given, rows.given)])[1])
            total += 0.5 * patterns.count * (len(rows.given) * (1.0 + math.log(2.0 * math.pi)) + inside)
    return total
