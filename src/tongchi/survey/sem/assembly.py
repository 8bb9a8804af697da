r"""How does a parameter table become matrices and a vector of independent parameters?

Rows with one label share a parameter; linear constraints :math:`C\theta = c` leave :math:`\theta = K\eta + k`, with the columns
of K an orthonormal basis of C's null space.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.linalg import null_space

from tongchi.errors import NotIdentifiedError, UnknownVariableError, UnsupportedModelError
from tongchi.survey.sem.ram import ARROW, MEAN, TWO_HEADED, Cells, Matrix, Ram, Vector
from tongchi.survey.sem.syntax import Constraint, Formulas
from tongchi.survey.sem.table import Parameter, Variables


@dataclass(frozen=True)
class Moments:
    """What one group's data say: rows, covariance and means, in the model's order of observed variables.

    `weight` is the divisor of `cov` and the group's weight in the test statistic: n, or n − 1 for GLS, ULS and Wishart.
    """

    count: int
    cov: Matrix
    mean: Vector
    weight: int

    def unbiased(self) -> Moments:
        """Return the same with divisor n − 1."""
        return replace(self, cov=self.cov * (self.weight / (self.count - 1)), weight=self.count - 1)


@dataclass(frozen=True)
class Assembly:
    """Matrices by group, which table rows are free in each, and the map from η to those rows."""

    rows: tuple[Parameter, ...]
    variables: Variables
    rams: tuple[Ram, ...]
    cell_rows: tuple[tuple[int, ...], ...]
    free_rows: tuple[int, ...]
    basis: Matrix
    offset: Vector

    def row_values(self, eta: Vector) -> Vector:
        """Return the value of every row of the table."""
        values = np.array([0.0 if row.fixed is None else row.fixed for row in self.rows])
        values[list(self.free_rows)] = self.basis @ eta + self.offset
        return values

    def eta_of(self, theta: Vector) -> Vector:
        """Return the η that comes nearest to these values of the free rows; rows that share a parameter share their mean."""
        gap = theta - self.offset
        if self._sharing is not None:
            return np.asarray(self.basis.T @ gap / self._sharing, dtype=np.float64)
        eta, *_ = np.linalg.lstsq(self.basis, gap, rcond=None)
        return np.asarray(eta, dtype=np.float64)

    @cached_property
    def _sharing(self) -> Vector | None:
        """How many rows share each parameter, None where constraints mix parameters."""
        if not np.isin(self.basis, (0.0, 1.0)).all() or not (self.basis.sum(axis=1) == 1.0).all():
            return None
        return np.asarray(self.basis.sum(axis=0), dtype=np.float64)

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each variable stands in the matrices, the observed ones first."""
        return {name: at for at, name in enumerate((*self.variables.observed, *self.variables.latent))}

    @cached_property
    def has_means(self) -> bool:
        """Whether the model has a mean structure."""
        return any(row.op == "~1" for row in self.rows)

    def cell_map(self, group: int) -> tuple[Matrix, Vector]:
        """Return the part of K and k that belongs to the free cells of a group (counted from 0)."""
        place = {row: at for at, row in enumerate(self.free_rows)}
        at = [place[row] for row in self.cell_rows[group]]
        return self.basis[at], self.offset[at]


def assemble(
    rows: Sequence[Parameter], variables: Variables, samples: Sequence[Moments], constraints: Sequence[Constraint]
) -> Assembly:
    """Return the matrices of a completed table; values that come from the sample are filled in."""
    filled = tuple(_from_sample(row, variables, samples[row.group - 1]) for row in rows)
    rams, cell_rows = [], []
    for group in range(1, len(samples) + 1):
        ram, cells = matrices(filled, variables, group)
        rams.append(ram)
        cell_rows.append(cells)
    free = tuple(at for at, row in enumerate(filled) if row.free)
    basis, offset = _independent(filled, free, constraints)
    return Assembly(filled, variables, tuple(rams), tuple(cell_rows), free, basis, offset)


def _from_sample(row: Parameter, variables: Variables, sample: Moments) -> Parameter:
    if row.fixed is None or not math.isnan(row.fixed):
        return row
    at = variables.observed.index(row.lhs)
    if row.op == "~1":
        return replace(row, fixed=float(sample.mean[at]))
    return replace(row, fixed=float(sample.cov[at, variables.observed.index(row.rhs)]))


def matrices(rows: Sequence[Parameter], variables: Variables, group: int) -> tuple[Ram, tuple[int, ...]]:
    """Return the matrices of a group (counted from 1) and the table row of each free cell."""
    names = (*variables.observed, *variables.latent)
    at = {name: place for place, name in enumerate(names)}
    size = len(names)
    arrows, headed, means = np.zeros((size, size)), np.zeros((size, size)), np.zeros(size)
    kinds, lines, columns, chosen = [], [], [], []
    for place, row in enumerate(rows):
        if row.group != group or row.op in {"|", "~*~"}:
            continue
        kind, line, column = _cell(row, at)
        if row.fixed is None:
            kinds.append(kind)
            lines.append(line)
            columns.append(column)
            chosen.append(place)
        elif kind == ARROW:
            arrows[line, column] = row.fixed
        elif kind == TWO_HEADED:
            headed[line, column] = headed[column, line] = row.fixed
        else:
            means[line] = row.fixed
    cells = Cells(np.array(kinds, dtype=np.intp), np.array(lines, dtype=np.intp), np.array(columns, dtype=np.intp))
    return Ram(len(variables.observed), arrows, headed, means, cells), tuple(chosen)


def _cell(row: Parameter, at: Mapping[str, int]) -> tuple[int, int, int]:
    if row.op == "=~":
        return ARROW, at[row.rhs], at[row.lhs]
    if row.op == "~":
        return ARROW, at[row.lhs], at[row.rhs]
    if row.op == "~1":
        return MEAN, at[row.lhs], at[row.lhs]
    return TWO_HEADED, at[row.lhs], at[row.rhs]


def _independent(
    rows: Sequence[Parameter], free: Sequence[int], constraints: Sequence[Constraint]
) -> tuple[Matrix, Vector]:
    names = [rows[at].name for at in free]
    unique = {name: place for place, name in enumerate(dict.fromkeys(names))}
    shared = np.zeros((len(free), len(unique)))
    shared[np.arange(len(free)), [unique[name] for name in names]] = 1.0
    if not constraints:
        return shared, np.zeros(len(free))
    fixed = {row.name: row.fixed for row in rows if row.fixed is not None}
    matrix = np.zeros((len(constraints), len(unique)))
    target = np.zeros(len(constraints))
    for at, constraint in enumerate(constraints):
        matrix[at], target[at] = _linear(constraint, unique, fixed)
    point, *_ = np.linalg.lstsq(matrix, target, rcond=None)
    if np.abs(matrix @ point - target).max() > 1e-9 * max(1.0, float(np.abs(target).max())):
        raise NotIdentifiedError(
            found="; ".join(c.text for c in constraints), advice="约束互相矛盾。/ The constraints contradict."
        )
    return shared @ null_space(matrix), shared @ point


def _linear(constraint: Constraint, unique: Mapping[str, int], fixed: Mapping[str, float]) -> tuple[Vector, float]:
    for name in constraint.difference.names:
        if name not in unique and name not in fixed:
            raise UnknownVariableError(
                place=f"line {constraint.line}",
                found=name,
                expected=", ".join(unique),
                advice="标签是否拼错？/ Is the label misspelt?",
            )
    slopes = []
    for value in (0.7, 1.9):
        point = {**fixed, **dict.fromkeys(unique, value)}
        found = constraint.difference.derivatives(point)
        slopes.append(np.array([found.get(name, 0.0) for name in unique]))
    if not np.allclose(slopes[0], slopes[1], rtol=1e-10, atol=1e-12):
        raise UnsupportedModelError(
            place=f"line {constraint.line}",
            found=f"非线性约束 / non-linear constraint {constraint.text}",
            expected="线性约束 / linear ones",
        )
    level = constraint.difference.value({**fixed, **dict.fromkeys(unique, 0.0)})
    return slopes[0], -level


def check_names(formulas: Formulas, variables: Variables, columns: Sequence[str]) -> None:
    """Raise UnknownVariableError for the first variable that is neither construct nor column."""
    from difflib import get_close_matches

    lines = {n: t.line for t in reversed(formulas.terms) for n in (t.lhs, t.rhs)}
    for name in variables.observed:
        if name not in columns:
            near = get_close_matches(name, [*columns, *variables.latent], n=1)
            raise UnknownVariableError(
                place=f"line {lines[name]}",
                found=name,
                expected=", ".join(columns[:12]) + (" …" if len(columns) > 12 else ""),
                advice=f"→ {near[0]}?" if near else "",
            )
