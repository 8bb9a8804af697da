"""What do many solutions of one model say, row by row of its table? Estimates, defined and standardised values of all draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tongchi.survey.sem.assembly import Assembly
from tongchi.survey.sem.batched import BatchedDiscrepancy, DrawMoments, Flags, Stack
from tongchi.survey.sem.ram import TWO_HEADED, Matrix, Vector
from tongchi.survey.sem.syntax import Definition


def table_values(assembly: Assembly, draws: Sequence[DrawMoments], eta: Matrix) -> Matrix:
    """Return (R, rows): the value of every table row in every draw; moments of fixed covariates are those of the draw."""
    at = {name: place for place, name in enumerate(assembly.variables.observed)}
    values = np.tile([0.0 if row.fixed is None else row.fixed for row in assembly.rows], (len(eta), 1))
    values[:, list(assembly.free_rows)] = eta @ assembly.basis.T + assembly.offset
    for place, row in enumerate(assembly.rows):
        if row.exogenous and row.fixed is not None:
            part = draws[row.group - 1]
            one = at[row.lhs]
            values[:, place] = part.mean[:, one] if row.op == "~1" else part.cov[:, one, at[row.rhs]]
    return values


def with_definitions(assembly: Assembly, definitions: Sequence[Definition], values: Matrix) -> Matrix:
    """Append the defined parameters, (R, rows + definitions); NaN in the draws where a definition has no value."""
    known: dict[str, Vector] = {}
    for at, row in enumerate(assembly.rows):
        known.setdefault(row.name, values[:, at])
    extra = []
    for one in definitions:
        known[one.name] = one.expression.along(known, len(values))
        extra.append(known[one.name])
    return np.column_stack([values, *extra]) if extra else values


def standardised_values(assembly: Assembly, draws: tuple[DrawMoments, ...], eta: Matrix, values: Matrix) -> Matrix:
    """Return the completely standardised value of every table row, (R, rows); NaN where a variance is not positive."""
    names = (*assembly.variables.observed, *assembly.variables.latent)
    place = {name: at for at, name in enumerate(names)}
    batched = BatchedDiscrepancy(assembly, draws)
    result = np.full_like(values, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        for group in range(len(draws)):
            covariance, _ = batched.implied(eta, group)
            deviation = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
            chosen = [at for at, row in enumerate(assembly.rows) if row.group == group + 1]
            residual = {r.lhs: at for at in chosen if (r := assembly.rows[at]).op == "~~" and r.lhs == r.rhs}
            for at in chosen:
                row = assembly.rows[at]
                one, other = deviation[:, place[row.lhs]], deviation[:, place.get(row.rhs, 0)]
                if row.op == "~~" and row.lhs != row.rhs:
                    factor = 1.0 / np.sqrt(values[:, residual[row.lhs]]) / np.sqrt(values[:, residual[row.rhs]])
                else:
                    factor = {"=~": one / other, "~": other / one, "~~": one**-2.0, "~1": 1.0 / one}[row.op]
                result[:, at] = values[:, at] * factor
    return result


def admissible(assembly: Assembly, draws: tuple[DrawMoments, ...], eta: Matrix, values: Matrix) -> Flags:
    """Return which solutions have no negative variance, and covariances of constructs and residuals that variables can have."""
    variances = [at for at, row in enumerate(assembly.rows) if row.op == "~~" and row.lhs == row.rhs]
    proper: Flags = np.asarray((values[:, variances] >= -1e-12).all(axis=1))
    batched = BatchedDiscrepancy(assembly, draws)
    observed = len(assembly.variables.observed)
    for group, layout in enumerate(batched.groups):
        proper &= _semidefinite(batched.implied(eta, group)[0][:, observed:, observed:])
        pair = (layout.kind == TWO_HEADED) & (layout.row != layout.column) & (layout.row < observed)
        if pair.any():
            basis, offset = batched.maps[group]
            headed = layout.spread(eta @ basis.T + offset, draws[group])
            proper &= _semidefinite(headed[:, :observed, :observed])
    return proper


def _semidefinite(matrices: Stack) -> Flags:
    if not matrices.shape[1]:
        return np.ones(len(matrices), dtype=bool)
    size = np.maximum(1.0, np.abs(matrices).max(axis=(1, 2)))
    return np.asarray(np.linalg.eigvalsh(matrices)[:, 0] >= -1e-8 * size)
