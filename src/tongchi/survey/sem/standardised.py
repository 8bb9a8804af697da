r"""What are the estimates where constructs, or all variables, have unit variance, and how sure are they?

A loading or path becomes :math:`a\,\sigma_{cause}/\sigma_{effect}`, a variance :math:`s/\sigma^2`, a covariance of residuals its correlation
:math:`s_{ij}/\sqrt{s_{ii}s_{jj}}`, an intercept :math:`m/\sigma`. Standard errors by the delta method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tongchi.survey.sem.assembly import Assembly
from tongchi.survey.sem.ram import MEAN, Implied, Matrix, Vector
from tongchi.survey.sem.table import Parameter

Scaling = Literal["std.lv", "std.all", "std.nox"]


@dataclass(frozen=True)
class Dependence:
    """What follows from the free table rows beyond the cells of the matrices, for ordinal items.

    `rows` are the derivatives (free rows,) of rows whose values follow from others, such as residual variances; `variances` are by
    group those of the variances of all variables, (variables, free rows).
    """

    rows: Mapping[int, Vector]
    variances: tuple[Matrix, ...]


def standardise(
    assembly: Assembly,
    moments: list[Implied],
    values: Vector,
    scaling: Scaling = "std.all",
    dependence: Dependence | None = None,
) -> tuple[Vector, Matrix]:
    """Return the standardised value of each table row, and its derivatives by the free table rows.

    NaN where a variance is not positive. A scale times the deviation of its response is one.
    """
    result = np.full(len(assembly.rows), np.nan)
    slopes = np.zeros((len(assembly.rows), len(assembly.free_rows)))
    column = {row: at for at, row in enumerate(assembly.free_rows)}
    for group, implied in enumerate(moments, start=1):
        chosen = [at for at, row in enumerate(assembly.rows) if row.group == group]
        spread = np.zeros((len(implied.covariance), len(column)))
        if dependence is None:
            u, v, _ = implied.directions
            cells = [column[row] for row in assembly.cell_rows[group - 1]]
            spread[:, cells] = np.where(implied.cells.kind == MEAN, 0.0, 2.0 * u * v)
        else:
            spread = dependence.variances[group - 1]
        own = {} if dependence is None else dependence.rows
        _standardise_group(assembly, implied, scaling, values, chosen, spread, own, result, slopes)
    return result, slopes


def _standardise_group(
    assembly: Assembly,
    implied: Implied,
    scaling: Scaling,
    values: Vector,
    chosen: list[int],
    spread: Matrix,
    dependent: Mapping[int, Vector],
    result: Vector,
    slopes: Matrix,
) -> None:
    """Multiply each row by two powers of deviations: of variables, or of residuals, which stand behind those of variables."""
    width = len(assembly.variables.observed) + len(assembly.variables.latent)
    column = {row: at for at, row in enumerate(assembly.free_rows)}
    log_sd = np.zeros(2 * width + 1)  # the last one is unity, for rows that need one deviation only
    log_sd_slopes = np.zeros((2 * width + 1, slopes.shape[1]))
    with np.errstate(invalid="ignore", divide="ignore"):
        log_sd[:width], log_sd_slopes[:width] = _log_deviations(assembly, implied, scaling, spread)
        _add_residual_deviations(
            assembly, scaling, values, chosen, column, dependent, log_sd[width:], log_sd_slopes[width:]
        )
    powers = np.array([_powers(assembly, assembly.rows[at]) for at in chosen])
    one, other = powers[:, 0].astype(np.intp), powers[:, 2].astype(np.intp)
    first, second = powers[:, 1], powers[:, 3]
    factor = np.exp(first * log_sd[one] + second * log_sd[other])
    result[chosen] = values[chosen] * factor
    along = first[:, None] * log_sd_slopes[one] + second[:, None] * log_sd_slopes[other]
    slopes[chosen] = result[chosen, None] * along
    free = [k for k, at in enumerate(chosen) if at in column]
    slopes[[chosen[k] for k in free], [column[chosen[k]] for k in free]] += factor[free]
    for k, at in enumerate(chosen):
        if at in dependent:
            slopes[at] += factor[k] * dependent[at]


def _powers(assembly: Assembly, row: Parameter) -> tuple[int, float, int, float]:
    """Return place and power of the two deviations that a row is multiplied by."""
    place, width = assembly.places, len(assembly.places)
    one = place[row.lhs]
    if row.op == "=~":
        return one, 1.0, place[row.rhs], -1.0
    if row.op == "~":
        return one, -1.0, place[row.rhs], 1.0
    if row.op == "~~" and row.lhs != row.rhs:
        return width + one, -1.0, width + place[row.rhs], -1.0
    return one, {"~~": -2.0, "~*~": 1.0}.get(row.op, -1.0), 2 * width, 0.0


def _add_residual_deviations(
    assembly: Assembly,
    scaling: Scaling,
    values: Vector,
    chosen: list[int],
    column: dict[int, int],
    dependent: Mapping[int, Vector],
    log_sd: Vector,
    slopes: Matrix,
) -> None:
    """Fill in log standard deviations of residuals, zero for variables that keep their scale, NaN where a variance is not positive."""
    raw = {"std.lv": assembly.variables.observed, "std.nox": assembly.variables.covariates}.get(scaling, ())
    for at in chosen:
        row = assembly.rows[at]
        if row.op != "~~" or row.lhs != row.rhs or row.lhs in raw:
            continue
        own = assembly.places[row.lhs]
        log_sd[own] = 0.5 * np.log(values[at]) if values[at] > 0 else np.nan
        if at in column:
            slopes[own, column[at]] = 0.5 / values[at]
        elif at in dependent:
            slopes[own] = 0.5 / values[at] * dependent[at]


def _log_deviations(assembly: Assembly, implied: Implied, scaling: Scaling, spread: Matrix) -> tuple[Vector, Matrix]:
    """Return log standard deviations of all variables and their derivatives by the free rows, given those of variances."""
    observed = assembly.variables.observed
    variance = np.diag(implied.covariance)
    log_sd = 0.5 * np.log(np.where(variance > 0, variance, np.nan))
    slopes = 0.5 * spread / variance[:, None]
    keep = np.ones(len(variance), dtype=bool)
    if scaling == "std.lv":
        keep[: len(observed)] = False
    if scaling == "std.nox":
        keep[[observed.index(name) for name in assembly.variables.covariates]] = False
    return np.where(keep, log_sd, 0.0), np.where(keep[:, None], slopes, 0.0)


def r_squared(assembly: Assembly, moments: list[Implied], values: Vector) -> list[dict[str, float]]:
    """Return, by group, 1 − residual variance / variance of every variable that something points at; NaN if it has no variance."""
    result = []
    for group, implied in enumerate(moments, start=1):
        chosen = [(at, row) for at, row in enumerate(assembly.rows) if row.group == group]
        hit = {row.rhs if row.op == "=~" else row.lhs for _, row in chosen if row.op in {"=~", "~"}}
        variances = np.diag(implied.covariance)
        shares = {}
        for at, row in chosen:
            if row.op == "~~" and row.lhs == row.rhs and row.lhs in hit:
                variance = float(variances[assembly.places[row.lhs]])
                inside = 0 <= values[at] <= variance and variance > 0
                shares[row.lhs] = 1.0 - float(values[at]) / variance if inside else float("nan")
        result.append(shares)
    return result
