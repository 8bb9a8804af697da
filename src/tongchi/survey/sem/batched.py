r"""What does one model say about many samples at once? Discrepancies and gradients with a leading axis of draws.

RAM form. Only some variables are sources of arrows; with their columns :math:`A_c` and :math:`T = A_c (I - A_{cc})^{-1}` the total
effects are :math:`B = I + T E_c'`, so no m-by-m inverse is taken and the products have the width of the sources.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tongchi.survey.sem.assembly import Assembly
from tongchi.survey.sem.ram import ARROW, MEAN, TWO_HEADED, Indices, Matrix, Ram, Vector

Stack = NDArray[np.float64]
Flags = NDArray[np.bool_]
_SWEPT = 16
_SINGLE = 64**3


@dataclass(frozen=True)
class DrawMoments:
    """Moments of one group in R draws.

    `cov` is (R, p, p) and `mean` (R, p), in the model's order of observed variables; `weight` (R,) is the divisor of `cov` and
    what the group weighs in the test statistic, as in `Moments`.
    """

    cov: Stack
    mean: Matrix
    weight: Vector

    def __getitem__(self, chosen: Indices | Flags | slice) -> DrawMoments:
        """Return the chosen draws."""
        return DrawMoments(self.cov[chosen], self.mean[chosen], self.weight[chosen])


@dataclass(frozen=True)
class DrawPoint:
    """F without its constant :math:`-\\log|S| - p`, infinite where the model implies no covariance matrix, and its gradient by η."""

    value: Vector
    gradient: Matrix


class BatchedDiscrepancy:
    """The maximum-likelihood discrepancy of one model at R points for R samples."""

    def __init__(self, assembly: Assembly, draws: tuple[DrawMoments, ...]) -> None:
        self.assembly, self.draws = assembly, draws
        self.groups = [_GroupLayout.of(assembly, group) for group in range(len(draws))]
        self.maps = [assembly.cell_map(group) for group in range(len(draws))]
        self.total = np.sum([part.weight for part in draws], axis=0)

    def __len__(self) -> int:
        return len(self.total)

    def at(self, eta: Matrix, chosen: Indices | None = None) -> DrawPoint:
        """Return F and its gradient at `eta`, one row for each of the chosen draws (None: all)."""
        kept: Indices = np.arange(len(self)) if chosen is None else chosen
        value, slope = np.zeros(len(kept)), np.zeros_like(eta)
        for layout, (basis, offset), whole in zip(self.groups, self.maps, self.draws, strict=True):
            draws = whole if chosen is None else whole[kept]
            share = draws.weight / self.total[kept]
            found, cells = layout.discrepancy(small_products(eta, basis.T) + offset, draws, self.assembly.has_means)
            value += share * found
            slope += share[:, None] * small_products(cells, basis)
        return DrawPoint(value, slope)

    def implied(self, eta: Matrix, group: int) -> tuple[Stack, Matrix]:
        """Return covariances (R, m, m) and means (R, m) of all variables of a group."""
        basis, offset = self.maps[group]
        return self.groups[group].implied(small_products(eta, basis.T) + offset, self.draws[group])

    def sample_constant(self) -> Vector:
        r"""Return the weighted mean of :math:`\log|S| + p` over the groups: F is `value` less this."""
        constant = np.zeros(len(self))
        for part in self.draws:
            log_det = np.linalg.slogdet(part.cov)[1] + part.cov.shape[1]
            constant += part.weight / self.total * log_det
        return constant


@dataclass(frozen=True)
class _GroupLayout:
    """Where the free cells, the sources and the moments of covariates stand in the matrices of one group."""

    observed: int
    arrows: Matrix
    two_headed: Matrix
    means: Vector
    sources: Indices
    kind: Indices
    row: Indices
    column: Indices
    source_of: Indices
    known_pairs: Indices
    known_means: Indices
    independent: bool  # no residual covariance among observed variables, none of which is a source
    longest: int  # arrows in the longest path among the sources, −1 if some run in a circle

    @classmethod
    def of(cls, assembly: Assembly, group: int) -> _GroupLayout:
        ram = assembly.rams[group]
        cells = ram.cells
        used = (ram.arrows != 0).any(axis=0)
        used[cells.column[cells.kind == ARROW]] = True
        sources = np.flatnonzero(used)
        place = np.zeros(len(used), dtype=np.intp)
        place[sources] = np.arange(len(sources))
        moved = ram.arrows != 0
        moved[cells.row[cells.kind == ARROW], cells.column[cells.kind == ARROW]] = True
        at = {name: k for k, name in enumerate(assembly.variables.observed)}
        known = [row for row in assembly.rows if row.exogenous and row.fixed is not None and row.group == group + 1]
        return cls(
            observed=ram.observed,
            arrows=ram.arrows,
            two_headed=ram.two_headed,
            means=ram.means,
            sources=sources,
            kind=cells.kind,
            row=cells.row,
            column=cells.column,
            source_of=place[cells.column],
            known_pairs=np.array([(at[r.lhs], at[r.rhs]) for r in known if r.op == "~~"], dtype=np.intp).reshape(-1, 2),
            known_means=np.array([at[r.lhs] for r in known if r.op == "~1"], dtype=np.intp),
            independent=_independent(ram, sources),
            longest=_longest_path(moved[np.ix_(sources, sources)]),
        )

    def effects(self, values: Matrix) -> Stack:
        """Return T, (R, m, k)."""
        arrows = np.broadcast_to(self.arrows[:, self.sources], (len(values), len(self.means), len(self.sources))).copy()
        at = self.kind == ARROW
        arrows[:, self.row[at], self.source_of[at]] = values[:, at]
        if not self.longest:
            return arrows
        inner = arrows[:, self.sources]
        if self.longest < 0:
            return np.asarray(arrows @ _inverse(np.eye(len(self.sources)) - inner), dtype=np.float64)
        total = arrows + arrows @ inner
        for _ in range(self.longest - 1):
            total = arrows + total @ inner
        return total

    def spread(self, values: Matrix, draws: DrawMoments) -> Stack:
        """Return the two-headed matrices, (R, m, m); covariates have each draw's own moments."""
        headed = np.broadcast_to(self.two_headed, (len(values), *self.two_headed.shape)).copy()
        at = self.kind == TWO_HEADED
        headed[:, self.row[at], self.column[at]] = values[:, at]
        headed[:, self.column[at], self.row[at]] = values[:, at]
        first, second = self.known_pairs.T
        headed[:, first, second] = headed[:, second, first] = draws.cov[:, first, second]
        return headed

    def levels(self, values: Matrix, draws: DrawMoments, effects: Stack) -> Matrix:
        """Return the implied means of all variables, (R, m)."""
        means = np.broadcast_to(self.means, (len(values), len(self.means))).copy()
        at = self.kind == MEAN
        means[:, self.row[at]] = values[:, at]
        means[:, self.known_means] = draws.mean[:, self.known_means]
        return np.asarray(means + _apply(effects, means[:, self.sources]), dtype=np.float64)

    def implied(self, values: Matrix, draws: DrawMoments) -> tuple[Stack, Matrix]:
        effects = self.effects(values)
        half = self.spread(values, draws)
        half = half + effects @ half[:, self.sources]
        cov = half + half[:, :, self.sources] @ effects.transpose(0, 2, 1)
        return cov, self.levels(values, draws, effects)

    def discrepancy(self, values: Matrix, draws: DrawMoments, means: bool) -> tuple[Vector, Matrix]:
        """Return F_g less its constant, and its gradient by the free cells."""
        p = self.observed
        effects = self.effects(values)
        headed = self.spread(values, draws)
        half = headed[:, :p] + effects[:, :p] @ headed[:, self.sources]
        across = half + half[:, :, self.sources] @ effects.transpose(0, 2, 1)
        implied = across[:, :, :p]
        weight, log_det = self._weight(effects, headed, implied)
        middle, level, pull = draws.cov, np.zeros((len(values), len(self.means))), None
        if means:
            level = self.levels(values, draws, effects)
            gap = draws.mean - level[:, :p]
            middle = middle + gap[:, :, None] * gap[:, None, :]
            pull = _apply(weight, gap)
        value = log_det + np.einsum("rij,rij->r", weight, middle)
        proper = np.isfinite(value)
        residual = weight @ (implied - middle) @ weight
        slope = self._gradient(effects, across, residual, level=level, pull=pull)
        return np.where(proper, value, np.inf), np.where(proper[:, None], slope, 0.0)

    def _weight(self, effects: Stack, headed: Stack, implied: Stack) -> tuple[Stack, Vector]:
        r"""Return :math:`\Sigma^{-1}` and its log determinant, the latter NaN where Σ is not positive definite.

        Many items whose residuals are independent need no p-by-p inverse: with uniquenesses Θ and the covariance Φ of the sources,
        :math:`\Sigma^{-1} = \Theta^{-1} - \Theta^{-1}T(I + \Phi T'\Theta^{-1}T)^{-1}\Phi T'\Theta^{-1}`. A small uniqueness would
        cancel digits, so draws that have one take the plain way.
        """
        p = self.observed
        if p <= _SWEPT or not self.independent:
            return _inverse_and_log_det(implied)
        unique = np.diagonal(headed, axis1=1, axis2=2)[:, :p]
        small: Flags = np.asarray((unique < 1e-3 * np.diagonal(implied, axis1=1, axis2=2)).any(axis=1))
        safe = np.where(small[:, None], 1.0, unique)
        spread = headed[:, self.sources[:, None], self.sources]
        scaled = effects[:, :p] / safe[:, :, None]
        mixed = np.eye(len(self.sources)) + spread @ (effects[:, :p].transpose(0, 2, 1) @ scaled)
        weight = -(scaled @ (_inverse(mixed) @ spread)) @ scaled.transpose(0, 2, 1)
        at = np.arange(p)
        weight[:, at, at] += 1.0 / safe
        sign, log_det = np.linalg.slogdet(mixed)
        proper = (sign > 0) & (weight[:, at, at] > 0).all(axis=1)
        log_det = np.where(proper, log_det + np.log(safe).sum(axis=1), np.nan)
        if small.any():
            weight[small], log_det[small] = _inverse_and_log_det(implied[small])
        return weight, log_det

    def _gradient(
        self, effects: Stack, across: Stack, residual: Stack, *, level: Matrix, pull: Matrix | None
    ) -> Matrix:
        """Return 2u'Rv − 2d'W dμ for each cell, (R, cells), reading u'Rv off the matrices B'RC and B'RB."""
        p, size = self.observed, len(self.means)
        back = np.zeros((len(effects), size, p))
        back[:, :p] = residual
        back[:, self.sources] += effects[:, :p].transpose(0, 2, 1) @ residual
        slope = np.zeros((len(effects), len(self.kind)))
        at = self.kind == ARROW
        onto = back @ across[:, :, self.sources]
        slope[:, at] = 2.0 * onto[:, self.row[at], self.source_of[at]]
        at = self.kind == TWO_HEADED
        row, column = self.row[at], self.column[at]
        half = np.where(row == column, 1.0, 2.0)
        direct, caused = column < p, np.isin(column, self.sources)
        between = np.zeros((len(effects), len(row)))
        between[:, direct] = back[:, row[direct], column[direct]]
        onto = back @ effects[:, :p]
        between[:, caused] += onto[:, row[caused], self.source_of[at][caused]]
        slope[:, at] = half * between
        if pull is not None:
            along = np.zeros((len(effects), size))
            along[:, :p] = pull
            along[:, self.sources] += _apply(effects[:, :p].transpose(0, 2, 1), pull)
            at = self.kind == ARROW
            slope[:, at] -= 2.0 * along[:, self.row[at]] * level[:, self.column[at]]
            at = self.kind == MEAN
            slope[:, at] = -2.0 * along[:, self.row[at]]
        return slope


def _independent(ram: Ram, sources: Indices) -> bool:
    headed = ram.two_headed != 0
    at = ram.cells.kind == TWO_HEADED
    headed[ram.cells.row[at], ram.cells.column[at]] = True
    np.fill_diagonal(headed, False)
    touched = headed[: ram.observed].any() or headed[:, : ram.observed].any()
    return not bool(touched or (sources < ram.observed).any())


def _longest_path(arrows: Flags) -> int:
    reached: Flags = np.eye(len(arrows), dtype=bool)
    for length in range(len(arrows)):
        reached = reached @ arrows
        if not reached.any():
            return length
    return -1


def _inverse_and_log_det(matrices: Stack) -> tuple[Stack, Vector]:
    r"""Return :math:`\Sigma^{-1}` and :math:`\log|\Sigma|`, the latter NaN where a matrix is not positive definite.

    Small matrices are swept all at once, pivot by pivot with the draws innermost: LAPACK, one matrix after the other, takes twice as
    long for them.
    """
    count, size = matrices.shape[:2]
    if size <= _SWEPT and count >= _SWEPT:
        return _sweep(matrices)
    weight = _inverse(matrices)
    sign, log_det = np.linalg.slogdet(matrices)
    proper = (sign > 0) & (np.diagonal(weight, axis1=1, axis2=2) > 0).all(axis=1)
    return weight, np.where(proper, log_det, np.nan)


def _sweep(matrices: Stack) -> tuple[Stack, Vector]:
    """Sweep symmetric matrices on all their diagonal cells (Goodnight 1979); the log determinant is that of the pivots."""
    swept = np.ascontiguousarray(matrices.transpose(1, 2, 0))
    log_det = np.zeros(swept.shape[2])
    change = np.empty_like(swept)
    for at in range(len(swept)):
        pivot = swept[at, at].copy()
        log_det += np.log(np.where(pivot > 0, pivot, np.nan))
        column = swept[at].copy()
        row = column / pivot
        np.multiply(column[:, None], row[None], out=change)
        swept -= change
        swept[:, at] = swept[at] = row
        swept[at, at] = -1.0 / pivot
    return -swept.transpose(2, 0, 1), log_det


def small_products(left: Stack, right: Stack) -> Stack:
    """Return the products of two stacks, each done in strips that OpenBLAS does not part among threads.

    It does so above 64³ multiplications. From several Python threads, which solve several blocks of draws, that costs more than the
    product itself.
    """
    rows, inner, columns = left.shape[-2], left.shape[-1], right.shape[-1]
    strip = max(1, _SINGLE // max(1, rows * inner))
    if strip >= columns:
        return np.asarray(left @ right, dtype=np.float64)
    return np.concatenate([left @ right[..., at : at + strip] for at in range(0, columns, strip)], axis=-1)


def _apply(matrices: Stack, vectors: Matrix) -> Matrix:
    return np.asarray((matrices @ vectors[:, :, None])[:, :, 0], dtype=np.float64)


def _inverse(matrices: Stack) -> Stack:
    """Return the inverses; a singular matrix, which stops LAPACK for the whole stack, gives NaN in its own place only."""
    try:
        return np.asarray(np.linalg.inv(matrices), dtype=np.float64)
    except np.linalg.LinAlgError:
        singular = np.linalg.slogdet(matrices)[0] == 0
        safe = np.where(singular[:, None, None], np.eye(matrices.shape[1]), matrices)
        return np.where(singular[:, None, None], np.nan, np.linalg.inv(safe))
