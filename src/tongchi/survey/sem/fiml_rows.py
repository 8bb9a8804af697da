r"""What does each row with gaps contribute? Casewise scores under FIML, of a model and of the unrestricted moments.

For a row of pattern k with :math:`a = W_k(z - \mu_k)` the score of :math:`\sigma_{ij}` is :math:`a_ia_j - W_{k,ij}` (half that on the diagonal),
that of :math:`\mu_i` is :math:`a_i`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tongchi.survey.sem.fiml import moment_slopes
from tongchi.survey.sem.fiml_patterns import Patterns, moment_curvature, vech_pairs
from tongchi.survey.sem.fiml_saturated import Saturated
from tongchi.survey.sem.ram import Implied, Indices, Matrix, Vector
from tongchi.survey.sem.robust_scores import CellScores, sum_by_cluster
from tongchi.survey.sem.solution import Solution


@dataclass(frozen=True)
class GapRows:
    """One group's rows with gaps at its saturated moments; places of fixed covariates in `given`."""

    patterns: Patterns
    saturated: Saturated
    given: tuple[int, ...]
    clusters: Indices | None = None

    @cached_property
    def kept(self) -> Indices:
        """Places in (μ, vech Σ) of the moments that are not fixed."""
        width = len(self.saturated.mean)
        line, other, _, _ = vech_pairs(width)
        fixed = np.zeros(width, dtype=bool)
        fixed[list(self.given)] = True
        return np.flatnonzero(~np.concatenate([fixed, fixed[line] & fixed[other]]))

    @cached_property
    def information(self) -> Matrix:
        """Observed information per case of the unfixed moments."""
        bend = moment_curvature(self.patterns, self.saturated.mean, self.saturated.cov).observed
        found: Matrix = 0.5 * bend[np.ix_(self.kept, self.kept)]
        return found

    @cached_property
    def spread(self) -> Matrix:
        """Σ ss' / n of the unfixed moments' scores, by cluster if there are any."""
        pulled, level = pulled_rows(self.patterns, self.saturated.mean, self.saturated.cov)
        line, other, half, _ = vech_pairs(len(pulled))
        member = self.patterns.member
        scores = np.vstack([pulled, half[:, None] * (pulled[line] * pulled[other] - level[member].T)])[self.kept]
        if self.clusters is not None:
            scores = sum_by_cluster(scores, self.clusters)
        return np.asarray(scores @ scores.T / self.patterns.count, dtype=np.float64)


def pulled_rows(patterns: Patterns, mean: Vector, cov: Matrix) -> tuple[Matrix, Matrix]:
    """Return a = W(z − μ) of all rows, (p, n), and vech W of all patterns, (K, p*)."""
    width = len(mean)
    line, other, _, _ = vech_pairs(width)
    pulled = np.empty((width, patterns.count))
    level = np.empty((len(patterns.counts), len(line)))
    order = np.argsort(patterns.member, kind="stable")
    ends = np.cumsum(patterns.counts)
    for part in patterns.weights(mean, cov):
        level[part.at] = part.inverse[:, line, other]
        for at, inverse in enumerate(part.inverse, start=part.at.start):
            rows = order[ends[at] - patterns.counts[at] : ends[at]]
            gap = np.where(patterns.seen[at], patterns.rows[rows] - mean, 0.0)
            pulled[:, rows] = inverse @ gap.T
    return pulled, level


@dataclass(frozen=True)
class IncompleteRows:
    """What rows with gaps say about a fitted model, by group."""

    groups: tuple[GapRows, ...]

    def first_order(self, solution: Solution, implied: tuple[Implied, ...]) -> list[Matrix]:
        """Return B by free cells of each group."""
        return [_first_order(rows, part) for rows, part in zip(self.groups, implied, strict=True)]

    def saturated_trace(self) -> tuple[float, int]:
        """Return tr(B A⁻¹) of the unrestricted moments, given the covariates."""
        traces = [float(np.trace(np.linalg.solve(rows.information, rows.spread))) for rows in self.groups]
        return sum(traces), sum(len(rows.kept) for rows in self.groups)


def _first_order(rows: GapRows, implied: Implied) -> Matrix:
    patterns = rows.patterns
    pulled, level = pulled_rows(patterns, implied.mean, implied.cov)
    cells = CellScores(implied, np.zeros((0, 0)), True)
    _, _, half, _ = vech_pairs(implied.observed)
    expectation = level @ (half[:, None] * moment_slopes(implied)[implied.observed :])
    scores = cells.products_of(pulled)
    scores -= expectation[patterns.member].T
    if rows.clusters is not None:
        scores = sum_by_cluster(scores, rows.clusters)
    return np.asarray(scores @ scores.T / patterns.count, dtype=np.float64)
