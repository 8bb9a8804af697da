r"""Which parameter that a model leaves out would improve it most, and what value would it take?

Modification indices are score tests of one parameter at a time (Sörbom 1989): with the score s of the mean log-likelihood and
the expected information J per case, in the model extended by all candidates e next to its own parameters m,

.. math:: V = J_{ee} - J_{em} J_{mm}^{-1} J_{me}, \quad MI = N s_e^2 / V, \quad EPC = s_e / V.

With equality constraints :math:`J_{mm}^{-1}` is :math:`K(K'J_{mm}K)^{-1}K'`: the constraints stay. Candidates, their order and
the standardised changes are those of lavaan's `modindices()`. A candidate that the model could not determine
(:math:`V < \epsilon^{1/3}`) is left out. For least squares (WLSMV and its kin) lavaan 0.6 prints the changes with the wrong sign;
here a change is always that from the old value to the new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

import numpy as np

from tongchi.errors import UnsupportedModelError
from tongchi.survey.sem.assembly import Assembly, Moments, matrices
from tongchi.survey.sem.ml import Discrepancy, Estimator
from tongchi.survey.sem.ram import MEAN, Implied, Matrix, Vector
from tongchi.survey.sem.standardised import Scaling, standardise
from tongchi.survey.sem.syntax import read_syntax
from tongchi.survey.sem.table import Parameter

if TYPE_CHECKING:
    from tongchi.survey.sem.result import Fit

Row = dict[str, Any]
_DETERMINED = float(np.finfo(np.float64).eps) ** (1.0 / 3.0)
_SMALL = float(np.finfo(np.float64).eps) ** 0.5


@dataclass(frozen=True)
class ScorePoint:
    """Score (of the mean log-likelihood) and expected information per case, by the free rows of `assembly`."""

    assembly: Assembly
    values: Vector
    implied: tuple[Implied, ...]
    score: Vector
    information: Matrix
    cases: int


def modification_indices(fit: Fit) -> list[Row]:
    """Return mi, epc, sepc.lv, sepc.all and sepc.nox of every parameter that could be freed, in lavaan's order.

    Fixed parameters of the model come in their place, candidates that the model does not name after them, by group. A
    standardised change is None where a variance is not positive.
    """
    old = fit.assembly
    at = score_point(fit, extended(fit))
    free = set(old.free_rows)
    place = {row: k for k, row in enumerate(at.assembly.free_rows)}
    own = [place[row] for row in old.free_rows]
    extra = [row for row in at.assembly.free_rows if row not in free]
    added = [place[row] for row in extra]
    inner = old.basis.T @ at.information[np.ix_(own, own)] @ old.basis
    cross = old.basis.T @ at.information[np.ix_(own, added)]
    spread = np.diag(at.information)[added] - np.einsum("ij,ij->j", cross, solved(inner, cross))
    kept = np.flatnonzero(spread > _DETERMINED)
    score, spread = at.score[added][kept], spread[kept]
    rows = [extra[k] for k in kept]
    epc = score / spread
    columns = {kind: _standardised(at, rows, epc, kind) for kind in ("std.lv", "std.all", "std.nox")}
    grouped = len(fit.sample.moments) > 1
    found = []
    for k, row_at in enumerate(rows):
        row = at.assembly.rows[row_at]
        head: Row = {"lhs": row.lhs, "op": row.op, "rhs": row.rhs}
        head |= {"block": row.group, "group": row.group, "level": 1} if grouped else {}
        changes = {f"s{kind.replace('std', 'epc')}": columns[kind][k] for kind in columns}
        found.append(head | {"mi": float(at.cases * score[k] * epc[k]), "epc": float(epc[k])} | changes)
    return found


def solved(inner: Matrix, cross: Matrix) -> Matrix:
    """Solve by the scaled matrix; a singular information is inverted where it can be."""
    scale = 1.0 / np.sqrt(np.maximum(np.diag(inner), 1e-300))
    scaled = inner * np.outer(scale, scale)
    result: Matrix = scale[:, None] * (np.linalg.pinv(scaled, rcond=1e-9, hermitian=True) @ (scale[:, None] * cross))
    return result


def _standardised(at: ScorePoint, rows: Sequence[int], epc: Vector, scaling: Scaling) -> list[float | None]:
    """Return the changes in standard units; of a variance, as in lavaan, the standardised estimate under the change's sign."""
    values = np.zeros(len(at.values))
    values[list(rows)] = np.abs(epc)
    for place, row in enumerate(at.assembly.rows):
        if row.op == "~~" and row.lhs == row.rhs:
            values[place] = at.values[place]
    found, _ = standardise(at.assembly, list(at.implied), values, scaling)
    result: list[float | None] = []
    for place, change in zip(rows, epc, strict=True):
        row = at.assembly.rows[place]
        if row.op == "~~" and row.lhs == row.rhs and abs(at.values[place]) < _SMALL:
            result.append(0.0)
            continue
        value = float(np.sign(change) * found[place])
        result.append(value if np.isfinite(value) else None)
    return result


def extended(fit: Fit) -> Assembly:
    """Return the model with everything free that could be: fixed rows, and candidates that it does not name, at zero."""
    old = fit.assembly
    known = {(row.group, *_key(row.lhs, row.op, row.rhs)) for row in old.rows}
    added = []
    for group in range(1, len(fit.sample.moments) + 1):
        for lhs, op, rhs in _candidates(fit):
            key = (group, *_key(lhs, op, rhs))
            if key not in known:
                known.add(key)
                added.append(Parameter(lhs, op, rhs, group, fixed=0.0))
    freed = [row if row.exogenous or row.dependent else replace(row, fixed=None) for row in (*old.rows, *added)]
    return unconstrained(old, freed, len(fit.sample.moments))


def unconstrained(old: Assembly, rows: Sequence[Parameter], groups: int) -> Assembly:
    """Return an assembly of `rows` where every free row is a parameter of its own."""
    parts = [matrices(rows, old.variables, group) for group in range(1, groups + 1)]
    free = tuple(at for at, row in enumerate(rows) if row.free)
    return replace(
        old,
        rows=tuple(rows),
        rams=tuple(ram for ram, _ in parts),
        cell_rows=tuple(cells for _, cells in parts),
        free_rows=free,
        basis=np.eye(len(free)),
        offset=np.zeros(len(free)),
    )


def _key(lhs: str, op: str, rhs: str) -> tuple[str, str, str]:
    return (min(lhs, rhs), op, max(lhs, rhs)) if op == "~~" else (lhs, op, rhs)


def _candidates(fit: Fit) -> Iterator[tuple[str, str, str]]:
    """Yield what lavaan thinks could be free: loadings, covariances, regressions among what regressions name, intercepts."""
    variables = fit.assembly.variables
    terms = read_syntax(fit.syntax).terms
    regressed = dict.fromkeys(t.lhs for t in terms if t.op == "~") | dict.fromkeys(t.rhs for t in terms if t.op == "~")
    indicators = {t.rhs for t in terms if t.op == "=~"}
    inner = [name for name in variables.observed if name not in variables.covariates]
    for construct in variables.latent:
        yield from ((construct, "=~", name) for name in inner if name not in regressed)
    loose = {name for name in inner if name not in indicators and name not in regressed}
    for one, other in combinations_with_replacement(inner, 2):
        if one not in loose and other not in loose:
            yield one, "~~", other
    for one, other in combinations_with_replacement(variables.latent, 2):
        yield one, "~~", other
    for effect in regressed:
        for cause in regressed:
            if effect != cause and not (effect in indicators and cause in variables.latent):
                yield effect, "~", cause
    if fit.assembly.has_means:
        yield from ((name, "~1", "") for name in (*variables.observed, *variables.latent))


def score_point(fit: Fit, assembly: Assembly) -> ScorePoint:
    """Return score and expected information of a fit's data at its estimates, by the free rows of a larger assembly.

    The rows of the fit's own assembly come first in `assembly`; further rows are at zero.
    """
    values = np.concatenate([fit.values, np.zeros(len(assembly.rows) - len(fit.values))])
    theta = values[list(assembly.free_rows)]
    discrepancy = discrepancy_for(fit, assembly)
    point = discrepancy.point(theta, second=False)
    information = discrepancy.information(theta) / 2.0
    implied = discrepancy.implied(theta)
    covariates = [at for at, n in enumerate(assembly.variables.observed) if n in assembly.variables.covariates]
    if covariates and fit.options.fixed_x and type(discrepancy) is Discrepancy:  # rows with gaps tell more than moments
        information = information - _of_covariates(discrepancy, implied, covariates)
    cases = sum(part.count for part in fit.sample.moments)
    return ScorePoint(assembly, values, tuple(implied), -point.gradient / 2.0, information, cases)


def discrepancy_for(fit: Fit, assembly: Assembly) -> Discrepancy:
    """Return what the fit minimised, as a function of another assembly's parameters."""
    if fit.discrepancy_of is not None:
        return fit.discrepancy_of(assembly)
    base = fit.request.base
    if base in {"WLS", "DWLS"}:
        raise UnsupportedModelError(found=f"estimator={fit.estimator!r}: score", expected="ML, GLS, ULS")
    estimator: Estimator = "GLS" if base == "GLS" else "ULS" if base == "ULS" else "ML"
    return Discrepancy(assembly, fit.sample.moments, estimator)


def _of_covariates(discrepancy: Discrepancy, moments: Sequence[Implied], given: Sequence[int]) -> Matrix:
    """Return what moments of fixed covariates add to the information; as given facts they should add nothing."""
    size = discrepancy.assembly.basis.shape[1]
    result = np.zeros((size, size))
    for group, (implied, (k, _)) in enumerate(zip(moments, discrepancy.maps, strict=True)):
        sample: Moments = discrepancy.samples[group]
        weight = _weight(discrepancy, implied, group)
        whole, rest = _changes(implied, None), _changes(implied, given)
        _, _, mean = implied.directions
        level = mean[: implied.observed] if discrepancy.means else np.zeros((implied.observed, len(mean.T)))
        free = level.copy()
        free[list(given)] = 0.0
        part = _quadratic(whole, level, weight) - _quadratic(rest, free, weight)
        result += sample.weight / discrepancy.total * (k.T @ part @ k)
    return result


def _weight(discrepancy: Discrepancy, implied: Implied, group: int) -> Matrix:
    if discrepancy.estimator == "ML":
        return np.asarray(np.linalg.inv(implied.cov), dtype=np.float64)
    return discrepancy.weights[group]


def _changes(implied: Implied, given: Sequence[int] | None) -> Matrix:
    """Return (q, p, p) derivatives of the covariances by the cells, zero in the block of `given`."""
    u, v, _ = (part[: implied.observed] for part in implied.directions)
    changes: Matrix = np.einsum("ia,ja->aij", u, v)
    changes = np.where(implied.cells.kind[:, None, None] == MEAN, 0.0, changes + changes.transpose(0, 2, 1))
    if given is not None:
        changes[np.ix_(np.arange(len(changes)), np.asarray(given), np.asarray(given))] = 0.0
    return changes


def _quadratic(changes: Matrix, level: Matrix, weight: Matrix) -> Matrix:
    pulled = np.einsum("ij,ajk->aik", weight, changes, optimize=True)
    result: Matrix = 0.5 * np.einsum("aij,bji->ab", pulled, pulled, optimize=True) + level.T @ weight @ level
    return result
