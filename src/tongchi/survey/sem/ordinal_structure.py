r"""Which thresholds, variances and covariances of responses does a model imply for ordinal items, and how do they change?

Behind an ordinal item stands a response y* with mean μ and covariance Σ of the RAM matrices, seen in the scale Δ: thresholds
:math:`\Delta_i(\tau_{ik} - \mu_i)` and correlations :math:`\Delta_i\Sigma_{ij}\Delta_j`, Δ = 1 for continuous variables. In the
delta parameterization Δ are parameters and residual variances follow from :math:`\Sigma_{ii} = \Delta_i^{-2}`; in the theta
parameterization residual variances are parameters and :math:`\Delta_i = \Sigma_{ii}^{-1/2}` follows (Muthén & Asparouhov 2002).
With fixed covariates μ and Σ are those of the responses given the covariates, at zero, and slopes :math:`\Delta_i\Pi_{ix}` on
them join the moments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tongchi.survey.sem.assembly import Assembly
from tongchi.survey.sem.ordinal_moments import Layout
from tongchi.survey.sem.ram import Implied, Indices, Matrix, Ram, Vector, curvature, mean_curvature
from tongchi.survey.sem.table import Parameter


@dataclass(frozen=True)
class OrdinalStructure:
    """One group: matrices, fixed thresholds and scales, and which free rows stand for them.

    A group's values are those of the free cells of `ram`, then the free thresholds, then the free scales; `rows` are their places
    among the free table rows. `outcomes` are the places of the responses among all variables, `given` those of fixed covariates,
    whose moments stand in `ram` alone; all else is by outcome. `scale_rows` and `residual_rows` are table rows, −1 for none.
    """

    ram: Ram
    layout: Layout
    outcomes: Indices
    given: Indices
    ordinal: Indices
    theta: bool
    thresholds: Vector
    scales: Vector
    free_levels: Indices
    free_scales: Indices
    rows: Indices
    scale_rows: Indices
    residual_rows: Indices

    def at(self, values: Vector) -> OrdinalPoint:
        """Return the moments at the values of the group's free rows.

        Raises numpy.linalg.LinAlgError where I − A is singular.
        """
        cells = len(self.ram.cells.kind)
        levels = cells + len(self.free_levels)
        thresholds, scales = self.thresholds.copy(), self.scales.copy()
        thresholds[self.free_levels] = values[cells:levels]
        scales[self.free_scales] = values[levels:]
        implied = self._inner.implied(values[:cells])
        if self.theta:
            variance = np.diag(implied.covariance)[self.items]
            if (variance <= 0).any():
                raise np.linalg.LinAlgError("a response has no positive variance")
            scales[self.ordinal] = variance**-0.5
        elif (scales <= 0).any():
            raise np.linalg.LinAlgError("a scale is not positive")
        else:
            implied = _with_variances(implied, self.items, scales[self.ordinal])
        return OrdinalPoint(self, implied, thresholds, scales)

    @property
    def items(self) -> Indices:
        """Places of the ordinal items among all variables."""
        return self.outcomes[self.ordinal]

    @cached_property
    def _inner(self) -> Ram:
        """The matrices without moments of the covariates."""
        if not len(self.given):
            return self.ram
        two_headed, means = self.ram.two_headed.copy(), self.ram.means.copy()
        two_headed[np.ix_(self.given, self.given)] = 0.0
        means[self.given] = 0.0
        return replace(self.ram, two_headed=two_headed, means=means)


def _with_variances(implied: Implied, ordinal: Indices, scales: Vector) -> Implied:
    """Return the same with residual variances of ordinal variables that give each response the variance Δ⁻²."""
    gap = scales**-2.0 - np.diag(implied.covariance)[ordinal]
    onto = implied.total[:, ordinal]
    added = np.linalg.solve(onto[ordinal] ** 2, gap)
    two_headed = implied.two_headed.copy()
    two_headed[ordinal, ordinal] += added
    return replace(implied, two_headed=two_headed, covariance=implied.covariance + (onto * added) @ onto.T)


@dataclass(frozen=True)
class OrdinalPoint:
    """Moments of a group at one point, given its covariates; `scales` are Δ of all responses."""

    structure: OrdinalStructure
    implied: Implied
    thresholds: Vector
    scales: Vector

    @property
    def whole(self) -> Implied:
        """The moments of all variables with those of the covariates."""
        structure, implied = self.structure, self.implied
        if not len(structure.given):
            return implied
        two_headed, means = implied.two_headed.copy(), implied.means.copy()
        at = np.ix_(structure.given, structure.given)
        two_headed[at] = structure.ram.two_headed[at]
        means[structure.given] = structure.ram.means[structure.given]
        covariance = implied.total @ two_headed @ implied.total.T
        return replace(implied, two_headed=two_headed, means=means, covariance=covariance)

    @cached_property
    def responses(self) -> Matrix:
        """(p, p) Σ."""
        at = self.structure.outcomes
        return self.implied.covariance[np.ix_(at, at)]

    @cached_property
    def mean(self) -> Vector:
        """(p,) μ."""
        mean: Vector = self.implied.full_mean[self.structure.outcomes]
        return mean

    @property
    def cov(self) -> Matrix:
        """(p, p) ΔΣΔ, whose diagonal is 1 for ordinal variables."""
        return self.responses * np.outer(self.scales, self.scales)

    @property
    def slopes(self) -> Matrix:
        """(p, k) ΔΠ, slopes of the responses on the covariates."""
        structure = self.structure
        return self.scales[:, None] * self.implied.total[np.ix_(structure.outcomes, structure.given)]

    @property
    def levels(self) -> Vector:
        """Thresholds Δ(τ − μ), and means of continuous variables."""
        owner, step = self.structure.layout.owner, self.structure.layout.step
        mean = self.mean[owner]
        return np.where(step < 0, mean, self.scales[owner] * (self.thresholds - mean))

    @property
    def stacked(self) -> Vector:
        """(m,) all moments, in the order of the sample's."""
        layout, cov = self.structure.layout, self.cov
        pairs = cov[layout.pairs[:, 0], layout.pairs[:, 1]]
        return np.concatenate([self.levels, self.slopes.T.ravel(), np.diag(cov)[layout.continuous], pairs])

    @cached_property
    def residual_slopes(self) -> Matrix:
        """(ordinal, k) derivatives of residual variances that follow from other values; zero in the theta parameterization."""
        structure, u_v = self.structure, self._variance_slopes_direct
        slopes = np.zeros((len(structure.ordinal), len(structure.rows)))
        if structure.theta:
            return slopes
        cells = u_v.shape[1]
        slopes[:, :cells] = -u_v[structure.items]
        first = cells + len(structure.free_levels)
        place = {int(at): line for line, at in enumerate(structure.ordinal)}
        for k, at in enumerate(structure.free_scales):
            slopes[place[int(at)], first + k] = -2.0 * self.scales[at] ** -3.0
        own = self.implied.total[np.ix_(structure.items, structure.items)]
        return np.asarray(np.linalg.solve(own**2, slopes), dtype=np.float64)

    @cached_property
    def _variance_slopes_direct(self) -> Matrix:
        """(m, cells) derivatives of variances by the cells, with all other cells held."""
        u, v, _ = self.implied.directions
        return np.asarray(2.0 * u * v, dtype=np.float64)

    @cached_property
    def variance_slopes(self) -> Matrix:
        """(m, k) derivatives of the variances of all variables, given the covariates, by the group's values."""
        return self._with_residuals(self._variance_slopes_direct)

    @property
    def whole_variance_slopes(self) -> Matrix:
        """(m, k) the same with the covariates' own variance counted in."""
        u, v, _ = self.whole.directions
        return self._with_residuals(np.asarray(2.0 * u * v, dtype=np.float64))

    def _with_residuals(self, direct: Matrix) -> Matrix:
        structure = self.structure
        slopes = np.zeros((len(direct), len(structure.rows)))
        slopes[:, : direct.shape[1]] = direct
        if not structure.theta:
            slopes += self.implied.total[:, structure.items] ** 2 @ self.residual_slopes
        return slopes

    @cached_property
    def scale_slopes(self) -> Matrix:
        """(p, k) derivatives of Δ by the group's values."""
        structure = self.structure
        slopes = np.zeros((len(self.scales), len(structure.rows)))
        if structure.theta:
            at = structure.ordinal
            slopes[at] = -0.5 * (self.scales[at] ** 3)[:, None] * self.variance_slopes[structure.items]
        else:
            first = len(structure.ram.cells.kind) + len(structure.free_levels)
            slopes[structure.free_scales, first + np.arange(len(structure.free_scales))] = 1.0
        return slopes

    @cached_property
    def jacobian(self) -> Matrix:
        """(m, k) derivatives of the stacked moments by the group's values."""
        structure, layout, scales = self.structure, self.structure.layout, self.scales
        cells = len(structure.ram.cells.kind)
        u, v, d = (part[structure.outcomes] for part in self.implied.directions)
        turn = self.scale_slopes
        first = cells + len(structure.free_levels)
        jacobian = np.zeros((layout.count, len(structure.rows)))
        owner, ordinal = layout.owner, layout.step >= 0
        factor = np.where(ordinal, -scales[owner], 1.0)
        jacobian[: layout.levels, :cells] = factor[:, None] * d[owner]
        jacobian[structure.free_levels, cells + np.arange(len(structure.free_levels))] = scales[
            owner[structure.free_levels]
        ]
        distance = np.where(ordinal, self.thresholds - self.mean[owner], 0.0)
        moving = slice(None) if structure.theta else slice(first, None)
        jacobian[: layout.levels, moving] += distance[:, None] * turn[owner, moving]
        start = layout.variances + len(layout.continuous)
        jacobian[layout.levels : layout.variances] = self._slope_slopes()
        jacobian[layout.variances : start] = self.variance_slopes[structure.outcomes[layout.continuous]]
        self._add_pairs(jacobian[start:], u, v, moving)
        return jacobian

    def _slope_slopes(self) -> Matrix:
        """Return (p * covariates, k) derivatives of ΔΠ, by covariate."""
        structure, total = self.structure, self.implied.total
        cells = structure.ram.cells
        changes = np.zeros((len(structure.given), len(structure.outcomes), len(structure.rows)))
        at = cells.arrows
        away = total[np.ix_(structure.outcomes, cells.row[at])] * self.scales[:, None]
        for place, covariate in enumerate(structure.given):
            changes[place][:, at] = away * total[cells.column[at], covariate]
            changes[place] += total[structure.outcomes, covariate][:, None] * self.scale_slopes
        return changes.reshape(-1, len(structure.rows))

    def bend(self, pull: Vector) -> Matrix | None:
        """Return the second derivatives (k, k) of Σ pull_i moment_i by the group's values.

        None where scales move with other values, or residual variances that follow from others act on other variables.
        """
        structure, layout, scales = self.structure, self.structure.layout, self.scales
        if structure.theta or len(structure.free_scales) or len(structure.given) or self._passed_on:
            return None
        size, cells = len(structure.rows), len(structure.ram.cells.kind)
        start = layout.variances + len(layout.continuous)
        one, other = layout.pairs.T
        residual = np.zeros((len(scales), len(scales)))
        residual[layout.continuous, layout.continuous] = pull[layout.variances : start]
        residual[one, other] = residual[other, one] = 0.5 * pull[start:] * scales[one] * scales[other]
        factor = np.where(layout.step >= 0, -scales[layout.owner], 1.0)
        along = np.zeros(len(scales))
        np.add.at(along, layout.owner, factor * pull[: layout.levels])
        result: Matrix = np.zeros((size, size))
        result[:cells, :cells] = curvature(self.implied, residual) + mean_curvature(self.implied, along)
        return result

    @property
    def _passed_on(self) -> bool:
        """Whether an ordinal item acts on other observed variables, so that its residual variance does too."""
        onto = self.implied.total[np.ix_(self.structure.outcomes, self.structure.items)]
        return bool(np.count_nonzero(onto) > onto.shape[1])

    def _add_pairs(self, jacobian: Matrix, u: Matrix, v: Matrix, moving: slice) -> None:
        structure, scales, turn = self.structure, self.scales, self.scale_slopes
        one, other = structure.layout.pairs.T
        product = (scales[one] * scales[other])[:, None]
        jacobian[:, : u.shape[1]] = product * (u[one] * v[other] + v[one] * u[other])
        onto = self.implied.total[np.ix_(structure.outcomes, structure.items)]
        if self._passed_on and not structure.theta:
            jacobian += product * ((onto[one] * onto[other]) @ self.residual_slopes)
        if structure.theta or len(structure.free_scales):
            cov = self.responses[one, other][:, None]
            jacobian[:, moving] += cov * (
                turn[one, moving] * scales[other][:, None] + scales[one][:, None] * turn[other, moving]
            )


def ordinal_structures(
    assembly: Assembly, sizes: tuple[int, ...], theta: bool, given: Sequence[str] = ()
) -> list[OrdinalStructure]:
    """Return the structure of each group.

    `sizes` are numbers of categories, 0 for continuous variables, of all observed variables but the fixed covariates `given`.
    """
    layout = Layout.of(sizes, len(given))
    return [_structure(assembly, group, layout, given, theta) for group in range(len(assembly.rams))]


def _structure(assembly: Assembly, group: int, layout: Layout, given: Sequence[str], theta: bool) -> OrdinalStructure:
    observed = [name for name in assembly.variables.observed if name not in given]
    place = {row: at for at, row in enumerate(assembly.free_rows)}
    level = {
        (observed[owner], f"t{step + 1}"): at
        for at, (owner, step) in enumerate(zip(layout.owner, layout.step, strict=True))
    }
    own = [(at, row) for at, row in enumerate(assembly.rows) if row.group == group + 1]
    cuts = [(level[row.lhs, row.rhs], at, row) for at, row in own if row.op == "|"]
    scalings = [(observed.index(row.lhs), at, row) for at, row in own if row.op == "~*~"]
    thresholds, free_levels, level_rows = _filled(np.zeros(layout.levels), cuts)
    scales, free_scales, scaling_rows = _filled(np.ones(len(observed)), scalings)
    scale_rows, residual_rows = np.full(len(observed), -1), np.full(len(observed), -1)
    for where, at, _ in scalings:
        scale_rows[where] = at
    for at, row in own:
        if row.op == "~~" and row.lhs == row.rhs and row.lhs in observed:
            residual_rows[observed.index(row.lhs)] = at
    return OrdinalStructure(
        ram=assembly.rams[group],
        layout=layout,
        outcomes=_indices([assembly.variables.observed.index(name) for name in observed]),
        given=_indices([assembly.variables.observed.index(name) for name in given]),
        ordinal=np.setdiff1d(np.arange(len(observed)), layout.continuous),
        theta=theta,
        thresholds=thresholds,
        scales=scales,
        free_levels=_indices(free_levels),
        free_scales=_indices(free_scales),
        rows=_indices([place[row] for row in (*assembly.cell_rows[group], *level_rows, *scaling_rows)]),
        scale_rows=scale_rows,
        residual_rows=residual_rows,
    )


def _filled(values: Vector, rows: Sequence[tuple[int, int, Parameter]]) -> tuple[Vector, list[int], list[int]]:
    """Write fixed values into their places; return them with places and table rows of the free ones."""
    free = [(where, at) for where, at, row in rows if row.fixed is None]
    for where, _, row in rows:
        if row.fixed is not None:
            values[where] = row.fixed
    return values, [where for where, _ in free], [at for _, at in free]


def _indices(places: Sequence[int]) -> Indices:
    return np.array(places, dtype=np.intp)
