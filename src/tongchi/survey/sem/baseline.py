"""What does independence fit? The baseline model: free variances and means, covariances zero but those of fixed covariates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from tongchi.survey.sem.assembly import Assembly, Moments, assemble
from tongchi.survey.sem.fit_measures import moment_count
from tongchi.survey.sem.ml import Discrepancy, Optimum, minimise
from tongchi.survey.sem.ram import Vector
from tongchi.survey.sem.solution import Solution
from tongchi.survey.sem.table import Parameter


def independence(
    assembly: Assembly,
    moments: Sequence[Moments],
    discrepancy_of: Callable[[Assembly], Discrepancy],
    *,
    closed_form: bool = True,
) -> Solution:
    """Return the fitted baseline of a model; `closed_form` where the sample's variances and means are the optimum."""
    fixed = [row for row in assembly.rows if row.exogenous]
    known = {row.lhs for row in fixed}
    rows = list(fixed)
    for group in range(1, len(moments) + 1):
        free = [name for name in assembly.variables.observed if name not in known]
        rows += [Parameter(name, "~~", name, group) for name in free]
        rows += [Parameter(name, "~1", "", group) for name in free] if assembly.has_means else []
    variables = replace(assembly.variables, latent=(), exogenous_latent=(), outcomes=())
    base = assemble(rows, variables, moments, [])
    discrepancy = discrepancy_of(base)
    start = _own_moments(base, moments)
    here = Optimum(start, discrepancy.value(start), 0.0, 0, True)
    optimum = here if closed_form else minimise(discrepancy, start)
    return Solution(base, discrepancy, optimum, moment_count(base, len(moments)) - base.basis.shape[1])


def _own_moments(base: Assembly, moments: Sequence[Moments]) -> Vector:
    place = {name: at for at, name in enumerate(base.variables.observed)}
    found = []
    for at in base.free_rows:
        row = base.rows[at]
        sample, own = moments[row.group - 1], place[row.lhs]
        found.append(sample.mean[own] if row.op == "~1" else sample.cov[own, own])
    return np.array(found, dtype=np.float64)
