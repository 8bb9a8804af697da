"""Where does a discrepancy reach its minimum under the constraints? Table and moments to one optimum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tongchi.errors import SampleError
from tongchi.survey.sem.assembly import Assembly, Moments, assemble
from tongchi.survey.sem.fit_measures import moment_count
from tongchi.survey.sem.inference import require_identified
from tongchi.survey.sem.ml import Discrepancy, Optimum, minimise
from tongchi.survey.sem.ram import Implied, Matrix, Vector
from tongchi.survey.sem.starts import start_values
from tongchi.survey.sem.syntax import Constraint
from tongchi.survey.sem.table import Parameter, Variables


@dataclass(frozen=True)
class Solution:
    """The optimum with all that it was found by; `degrees` are those of freedom."""

    assembly: Assembly
    discrepancy: Discrepancy
    optimum: Optimum
    degrees: int

    @property
    def chisq(self) -> float:
        """N·F at the optimum; rounding below zero, or of a saturated model, is taken off."""
        found = max(self.discrepancy.total * self.optimum.value, 0.0)
        return found if self.degrees or found > 1e-8 else 0.0


def solve(
    rows: Sequence[Parameter],
    variables: Variables,
    moments: Sequence[Moments],
    constraints: Sequence[Constraint],
    discrepancy_of: Callable[[Assembly], Discrepancy],
    *,
    counted: int | None = None,
    starts: Callable[[Assembly], Vector] | None = None,
) -> Solution:
    """Minimise; an inequality that the free optimum breaks is held as an equality, the worst first.

    `counted` moments and `starts` are given where they are not those of covariances and means.
    """
    held = [c for c in constraints if c.op == "=="]
    bounds = [c for c in constraints if c.op != "=="]
    while True:
        assembly = assemble(rows, variables, moments, held)
        discrepancy = discrepancy_of(assembly)
        judged = moment_count(assembly, len(moments)) if counted is None else counted
        degrees = judged - assembly.basis.shape[1]
        start = _feasible(discrepancy, start_values(assembly, moments) if starts is None else starts(assembly))
        require_identified(discrepancy, start, degrees)
        optimum = minimise(discrepancy, start)
        broken = _broken(assembly, optimum.eta, [c for c in bounds if c not in held])
        if broken is None:
            return Solution(assembly, discrepancy, optimum, degrees)
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
        eta = assembly.eta_of(theta)
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


def improper(assembly: Assembly, moments: Sequence[Implied], values: Vector) -> list[str]:
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
