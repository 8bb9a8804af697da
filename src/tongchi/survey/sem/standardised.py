r"""What are the estimates where constructs, or all variables, have unit variance, and how sure are they?

A loading or path becomes :math:`a\,\sigma_{cause}/\sigma_{effect}`, a variance :math:`s/\sigma^2`, a covariance of residuals its correlation
:math:`s_{ij}/\sqrt{s_{ii}s_{jj}}`, an intercept :math:`m/\sigma`. Standard errors by the delta method.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from tongchi.survey.sem.assembly import Assembly
from tongchi.survey.sem.ram import MEAN, Implied, Matrix, Vector

Scaling = Literal["std.lv", "std.all", "std.nox"]


def standardise(
    assembly: Assembly, moments: list[Implied], values: Vector, scaling: Scaling = "std.all"
) -> tuple[Vector, Matrix]:
    """Return the standardised value of each table row, and its derivatives by the free table rows.

    NaN where a variance is not positive.
    """
    result = np.full(len(assembly.rows), np.nan)
    slopes = np.zeros((len(assembly.rows), len(assembly.free_rows)))
    column = {row: at for at, row in enumerate(assembly.free_rows)}
    for group, implied in enumerate(moments, start=1):
        chosen = [at for at, row in enumerate(assembly.rows) if row.group == group]
        cells = [column[row] for row in assembly.cell_rows[group - 1]]
        _standardise_group(assembly, implied, scaling, values, chosen, cells, result, slopes)
    return result, slopes


def _standardise_group(
    assembly: Assembly,
    implied: Implied,
    scaling: Scaling,
    values: Vector,
    chosen: list[int],
    cells: list[int],
    result: Vector,
    slopes: Matrix,
) -> None:
    names = (*assembly.variables.observed, *assembly.variables.latent)
    place = {name: at for at, name in enumerate(names)}
    with np.errstate(invalid="ignore", divide="ignore"):
        log_sd, log_sd_slopes = _log_deviations(assembly, implied, scaling)
        sd = np.exp(log_sd)
    kept = np.zeros((len(names), slopes.shape[1]))
    kept[:, cells] = log_sd_slopes
    column = {row: at for at, row in enumerate(assembly.free_rows)}
    residual = {row.lhs: at for at in chosen if (row := assembly.rows[at]).op == "~~" and row.lhs == row.rhs}
    for at in chosen:
        row = assembly.rows[at]
        one, other = place[row.lhs], place.get(row.rhs, 0)
        if row.op == "~~" and row.lhs != row.rhs:
            _residual_correlation(at, residual, assembly, scaling, values, result, slopes, column, sd, (one, other))
            continue
        power = np.zeros(len(names))
        if row.op == "=~":
            power[one], power[other] = 1.0, -1.0
        elif row.op == "~":
            power[one], power[other] = -1.0, 1.0
        else:
            power[one] = -2.0 if row.op == "~~" else -1.0
        used = np.flatnonzero(power)
        factor = float(np.exp(power[used] @ log_sd[used]))
        result[at] = values[at] * factor
        slopes[at] = result[at] * (power[used] @ kept[used])
        if at in column:
            slopes[at, column[at]] += factor


def _log_deviations(assembly: Assembly, implied: Implied, scaling: Scaling) -> tuple[Vector, Matrix]:
    """Return log standard deviations of all variables and their derivatives by the group's free cells."""
    observed = assembly.variables.observed
    u, v, _ = implied.directions
    variance = np.diag(implied.covariance)
    log_sd = 0.5 * np.log(np.where(variance > 0, variance, np.nan))
    slopes = np.where(implied.cells.kind == MEAN, 0.0, u * v) / variance[:, None]
    keep = np.ones(len(variance), dtype=bool)
    if scaling == "std.lv":
        keep[: len(observed)] = False
    if scaling == "std.nox":
        keep[[observed.index(name) for name in assembly.variables.covariates]] = False
    return np.where(keep, log_sd, 0.0), np.where(keep[:, None], slopes, 0.0)


def _residual_correlation(
    at: int,
    residual: dict[str, int],
    assembly: Assembly,
    scaling: Scaling,
    values: Vector,
    result: Vector,
    slopes: Matrix,
    column: dict[int, int],
    sd: Vector,
    places: tuple[int, int],
) -> None:
    row = assembly.rows[at]
    factor, power = 1.0, []
    for name, _place in zip((row.lhs, row.rhs), places, strict=True):
        raw = (scaling == "std.lv" and name in assembly.variables.observed) or (
            scaling == "std.nox" and name in assembly.variables.covariates
        )
        if raw:
            continue
        own = residual[name]
        if values[own] <= 0:
            factor = float("nan")
            break
        factor /= float(np.sqrt(values[own]))
        power.append(own)
    result[at] = values[at] * factor
    for own in power:
        if own in column:
            slopes[at, column[own]] -= 0.5 * result[at] / values[own]
    if at in column:
        slopes[at, column[at]] += factor


def r_squared(assembly: Assembly, moments: list[Implied], values: Vector) -> list[dict[str, float]]:
    """Return, by group, 1 − residual variance / variance of every variable that something points at; NaN if it has no variance."""
    names = (*assembly.variables.observed, *assembly.variables.latent)
    result = []
    for group, implied in enumerate(moments, start=1):
        rows = [row for row in assembly.rows if row.group == group]
        hit = {row.rhs if row.op == "=~" else row.lhs for row in rows if row.op in {"=~", "~"}}
        shares = {}
        for at, row in enumerate(assembly.rows):
            if row.group == group and row.op == "~~" and row.lhs == row.rhs and row.lhs in hit:
                variance = float(implied.covariance[names.index(row.lhs), names.index(row.lhs)])
                inside = 0 <= values[at] <= variance and variance > 0
                shares[row.lhs] = 1.0 - float(values[at]) / variance if inside else float("nan")
        result.append(shares)
    return result
