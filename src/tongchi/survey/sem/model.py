"""How is a model of constructs estimated? Syntax and data to one frozen result.

The method is maximum likelihood on covariances (and means) with divisor N, as in lavaan 0.6 (Rosseel 2012), by Newton steps to a
gradient of 1e-12.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from tongchi.errors import SampleError, UnsupportedModelError
from tongchi.survey.sem.assembly import Assembly, assemble, check_names
from tongchi.survey.sem.fit_measures import FitFacts, fit_measures, moment_count
from tongchi.survey.sem.inference import covariance, identification, require_identified
from tongchi.survey.sem.ml import Discrepancy, Estimator, Optimum, minimise
from tongchi.survey.sem.ram import Implied, Matrix, Vector
from tongchi.survey.sem.result import Fit
from tongchi.survey.sem.sample import Data, Sample, columns_of, read_sample
from tongchi.survey.sem.starts import start_values
from tongchi.survey.sem.syntax import Constraint, Formulas, read_syntax
from tongchi.survey.sem.table import Options, Parameter, Variables, build_table, require_continuous


@dataclass(frozen=True)
class _Solution:
    assembly: Assembly
    discrepancy: Discrepancy
    optimum: Optimum
    degrees: int


class Model:
    """A structural equation model in lavaan's syntax.

    Raises ModelSyntaxError, which names line and token, where the text cannot be read.
    """

    def __init__(self, syntax: str) -> None:
        self.syntax = syntax
        self.formulas: Formulas = read_syntax(syntax)

    def fit(
        self,
        data: Data,
        estimator: str = "ML",
        group: str | None = None,
        *,
        std_lv: bool = False,
        meanstructure: bool | None = None,
        fixed_x: bool = True,
        orthogonal: bool = False,
        group_equal: Sequence[str] = (),
        group_partial: Sequence[str] = (),
        group_labels: Sequence[str] | None = None,
        information: str = "expected",
        likelihood: str = "normal",
    ) -> Fit:
        """Estimate the model.

        Parameters
        ----------
        data : polars frame, or columns by name; rows with a missing value among the model's variables are left out
        estimator : "ML", "GLS" or "ULS"
        group : column that parts the rows; a mean structure is then added, and rows without a group are left out
        meanstructure : None adds one if there are groups or the syntax has ``~1``
        group_equal : what all groups share: loadings, intercepts, means, regressions, residuals, residual.covariances,
            lv.variances, lv.covariances
        group_partial : relations that stay free in spite of it, such as ``x3~1``
        information : "expected" or "observed", for the standard errors
        likelihood : "normal" (divisor N) or "wishart" (divisor N - 1); GLS and ULS always take N - 1

        Returns
        -------
        A result whose `converged` (the gradient is zero) and `admissible` (no negative variance, covariance matrices of
        constructs and residuals positive semidefinite) are two things; where the information is singular there are no
        standard errors and `notes` names the parameters.

        Raises
        ------
        UnknownVariableError, SampleError, NotIdentifiedError, UnsupportedModelError
        """
        chosen = _estimator(estimator)
        if information not in {"expected", "observed"}:
            raise UnsupportedModelError(found=f"information={information!r}", expected="expected, observed")
        if likelihood not in {"normal", "wishart"}:
            raise UnsupportedModelError(found=f"likelihood={likelihood!r}", expected="normal, wishart")
        require_continuous(self.formulas)
        variables = Variables.of(self.formulas, fixed_x)
        check_names(self.formulas, variables, columns_of(data))
        sample = read_sample(data, variables.observed, group, group_labels)
        if likelihood == "wishart" or chosen != "ML":
            sample = replace(sample, moments=tuple(part.unbiased() for part in sample.moments))
        means = group is not None if meanstructure is None else meanstructure
        options = Options(std_lv, means, fixed_x, orthogonal, tuple(group_equal), tuple(group_partial))
        rows = build_table(self.formulas, len(sample.moments), options)
        solution = _solve(rows, variables, sample, self.formulas.constraints, chosen)
        return _result(self, solution, sample, options, chosen, information)


def _estimator(name: str) -> Estimator:
    for known in get_args(Estimator):
        if name == known:
            chosen: Estimator = known
            return chosen
    raise UnsupportedModelError(found=f"estimator={name!r}", expected=", ".join(get_args(Estimator)))


def _solve(
    rows: Sequence[Parameter],
    variables: Variables,
    sample: Sample,
    constraints: Sequence[Constraint],
    estimator: Estimator,
) -> _Solution:
    """Minimise; an inequality that the free optimum breaks is held as an equality, the worst first."""
    held = [c for c in constraints if c.op == "=="]
    bounds = [c for c in constraints if c.op != "=="]
    while True:
        assembly = assemble(rows, variables, sample.moments, held)
        discrepancy = Discrepancy(assembly, sample.moments, estimator)
        degrees = moment_count(assembly, len(sample.moments)) - assembly.basis.shape[1]
        start = start_values(assembly, sample.moments)
        start = _feasible(discrepancy, start)
        require_identified(discrepancy, start, degrees)
        optimum = minimise(discrepancy, start)
        broken = _broken(assembly, optimum.eta, [c for c in bounds if c not in held])
        if broken is None:
            return _Solution(assembly, discrepancy, optimum, degrees)
        held.append(broken)


def _feasible(discrepancy: Discrepancy, start: Vector) -> Vector:
    """Return the start, or the start with residual variances enlarged until the implied covariance is positive definite."""
    assembly = discrepancy.assembly
    for growth in (0.0, 0.5, 1.0, 3.0, 10.0, 100.0):
        theta = assembly.basis @ start + assembly.offset
        for at, row_at in enumerate(assembly.free_rows):
            row = assembly.rows[row_at]
            if row.op == "~~" and row.lhs == row.rhs and row.start is None:
                theta[at] *= 1.0 + growth
        found, *_ = np.linalg.lstsq(assembly.basis, theta - assembly.offset, rcond=None)
        eta: Vector = np.asarray(found, dtype=np.float64)
        if np.isfinite(discrepancy.value(eta)):
            return eta
    raise SampleError(
        found="起始值不能给出正定协方差阵 / starting values imply no positive definite covariance matrix",
        expected="能给出的起始值与固定值 / starting and fixed values that imply one",
        advice="请修改 start() 或固定值。/ Change the values given with start() or as fixed.",
    )


def _broken(assembly: Assembly, eta: Vector, bounds: Sequence[Constraint]) -> Constraint | None:
    values = named_values(assembly, assembly.row_values(eta))
    worst, size = None, 1e-12
    for bound in bounds:
        excess = bound.difference.value(values) * (1.0 if bound.op == "<" else -1.0)
        if excess > size:
            worst, size = bound, excess
    return worst


def named_values(assembly: Assembly, values: Vector) -> dict[str, float]:
    """Return the value of every parameter by its label or relation."""
    return {row.name: float(value) for row, value in reversed(list(zip(assembly.rows, values, strict=True)))}


def _result(
    model: Model, solution: _Solution, sample: Sample, options: Options, estimator: Estimator, information: str
) -> Fit:
    assembly, discrepancy, optimum = solution.assembly, solution.discrepancy, solution.optimum
    observed = discrepancy.point(optimum.eta).observed if information == "observed" else None
    hessian = discrepancy.information(optimum.eta) if observed is None else observed
    look = identification(assembly, hessian)
    vcov = covariance(discrepancy, hessian) if look.identified else None
    moments = discrepancy.implied(optimum.eta)
    notes = [] if look.identified else [f"no standard errors: {', '.join(look.parameters)} not determined here"]
    if not optimum.converged:
        notes.append(f"not converged: scaled gradient {optimum.slope:.1e} after {optimum.steps} steps")
    values = assembly.row_values(optimum.eta)
    improper = _improper(assembly, moments, values)
    chisq = max(discrepancy.total * optimum.value, 0.0)
    chisq = chisq if solution.degrees or chisq > 1e-8 else 0.0
    size = assembly.basis.shape[1]
    facts = FitFacts(chisq, solution.degrees, size, assembly, sample.moments, tuple(moments), estimator)
    return Fit(
        syntax=model.syntax,
        estimator=estimator,
        information=information,
        options=options,
        sample=sample,
        assembly=assembly,
        definitions=model.formulas.definitions,
        values=values,
        vcov=vcov,
        implied=tuple(moments),
        converged=optimum.converged,
        admissible=not improper,
        gradient=optimum.slope,
        steps=optimum.steps,
        group_chisq=tuple(discrepancy.total * share for share in discrepancy.shares(moments)),
        fitmeasures=fit_measures(facts),
        notes=(*notes, *improper),
    )


def _improper(assembly: Assembly, moments: Sequence[Implied], values: Vector) -> list[str]:
    """Return what makes the solution improper: negative variances, and covariances that no variables can have."""
    found = [
        f"negative variance: {row.name} = {value:.3g}"
        for row, value in zip(assembly.rows, values, strict=True)
        if row.op == "~~" and row.lhs == row.rhs and value < -1e-12
    ]
    observed = len(assembly.variables.observed)
    for group, implied in enumerate(moments, start=1):
        parts: list[tuple[str, Matrix]] = [
            ("residuals", implied.two_headed[:observed, :observed]),
            ("constructs", implied.covariance[observed:, observed:]),
        ]
        for name, part in parts:
            smallest = float(np.linalg.eigvalsh(part)[0]) if len(part) else 0.0
            if smallest < -1e-8 * max(1.0, float(np.abs(part).max(initial=0.0))):
                where = f" in group {group}" if len(moments) > 1 else ""
                found.append(f"covariance matrix of {name}{where} is not positive semidefinite")
    return found
