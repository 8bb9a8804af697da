r"""What does each row with gaps contribute? Casewise scores under FIML, of a model and of the unrestricted moments.

For a row of pattern k with :math:`a = W_k(z - \mu_k)` the score of :math:`\sigma_{ij}` is :math:`a_ia_j - W_{k,ij}` (half that on the diagonal),
that of :math:`\mu_i` is :math:`a_i`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tongchi.survey.sem.fiml_patterns import Curvature, Patterns, moment_curvature, vech_pairs
from tongchi.survey.sem.fiml_saturated import Saturated, complete_curvature
from tongchi.survey.sem.ram import Implied, Indices, Matrix, Vector
from tongchi.survey.sem.request import Information
from tongchi.survey.sem.robust_scores import CellScores, OuterSum, chunks, inverse_of
from tongchi.survey.sem.robust_squares import moment_slopes, weigh_moments
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
        return self.information_of("observed")

    def information_of(self, kind: Information) -> Matrix:
        """Return information per case of the unfixed moments, observed or as expected from the patterns."""
        whole = self._bend.observed if kind == "observed" else self._bend.expected
        return 0.5 * (whole if len(self.kept) == len(whole) else whole[np.ix_(self.kept, self.kept)])

    @cached_property
    def inverse(self) -> Matrix | None:
        """Inverse of the observed information, None where it is not positive definite; found once, for all models of the rows."""
        return inverse_of(self.information)

    def trace_of(self, kind: Information) -> float | None:
        """Return tr(A⁻¹B) of the unfixed moments, or None where A is not positive definite; found once, for model and baseline."""
        if kind not in self._traces:
            unsure = self.inverse if kind == "observed" else inverse_of(self.information_of(kind))
            self._traces[kind] = None if unsure is None else self.spread.trace(unsure)
        return self._traces[kind]

    @cached_property
    def _traces(self) -> dict[str, float | None]:
        return {}

    @cached_property
    def _bend(self) -> Curvature:
        return moment_curvature(self.patterns, self.saturated.mean, self.saturated.cov)

    def complete_times(self, columns: Matrix) -> Matrix:
        """Return C times columns of the unfixed moments, C the information per case that rows without gaps would have."""
        width = len(self.saturated.mean)
        whole = np.zeros((width * (width + 3) // 2, columns.shape[1]))
        whole[self.kept] = columns
        return weigh_moments(whole, self._weight, means=True)[self.kept]

    @cached_property
    def _weight(self) -> Matrix:
        return np.asarray(np.linalg.inv(self.saturated.cov), dtype=np.float64)

    @cached_property
    def gain(self) -> float:
        """tr(A⁻¹C): what information the gaps took, A the observed and C the complete one.

        Raises numpy.linalg.LinAlgError where A is not positive definite.
        """
        complete = 0.5 * complete_curvature(self.saturated.cov)[np.ix_(self.kept, self.kept)]
        return float(np.sum(self.sure_inverse * complete))

    @cached_property
    def robust_gain(self) -> float:
        """tr(C A⁻¹BA⁻¹), B the spread of the scores; raises as `gain` does."""
        roots = self.sure_inverse @ self.spread.matrix
        if self.spread.rooted:
            return float(np.sum(roots * self.complete_times(roots)))
        return float(np.sum(self.complete_times(roots) * self.sure_inverse))

    @property
    def sure_inverse(self) -> Matrix:
        """The inverse of the observed information; raises numpy.linalg.LinAlgError where it is not positive definite."""
        if self.inverse is None:
            raise np.linalg.LinAlgError("the information of the moments is not positive definite")
        return self.inverse

    @cached_property
    def spread(self) -> ScoreSpread:
        """Σ ss' / n of the unfixed moments' scores, by cluster if there are any."""
        line, other, half, _ = vech_pairs(len(self.saturated.mean))
        count, size = self.patterns.count, len(self.kept)
        rooted = self.clusters is None and count < size
        found, total = np.empty((size, count if rooted else 0)), OuterSum(size, count, self.clusters)
        for rows, pulled, level in pulled_rows(self.patterns, self.saturated.mean, self.saturated.cov):
            scores = np.vstack([pulled, half[:, None] * (pulled[line] * pulled[other] - level)])[self.kept]
            if rooted:
                found[:, rows] = scores / np.sqrt(count)
            else:
                total.add(scores, rows)
        return ScoreSpread(found if rooted else total.mean, rooted)


@dataclass(frozen=True)
class ScoreSpread:
    """B = Σ ss' / n of moments' scores: `matrix` is B or, with fewer rows than moments (`rooted`), S of all s/√n with B = SS'."""

    matrix: Matrix
    rooted: bool

    def between(self, one: Matrix, other: Matrix) -> Matrix:
        """Return one' B other."""
        if self.rooted:
            return np.asarray((self.matrix.T @ one).T @ (self.matrix.T @ other), dtype=np.float64)
        return np.asarray(one.T @ (self.matrix @ other), dtype=np.float64)

    def trace(self, weight: Matrix) -> float:
        """Return tr(WB), W symmetric."""
        return float(np.sum(self.matrix * (weight @ self.matrix if self.rooted else weight)))


def pulled_rows(patterns: Patterns, mean: Vector, cov: Matrix) -> Iterator[tuple[Indices, Matrix, Matrix]]:
    """Yield some rows' numbers, their a = W(z − μ), (p, k), and their patterns' vech W, (p*, k)."""
    line, other, _, _ = vech_pairs(len(mean))
    order = np.argsort(patterns.member, kind="stable")
    ends = np.cumsum(patterns.counts)
    for part in patterns.weights(mean, cov):
        first = ends[part.at.start] - patterns.counts[part.at.start]
        rows = order[first : ends[part.at.stop - 1]]
        for at in chunks(len(rows)):
            member = patterns.member[rows[at]] - part.at.start
            inverse = part.inverse[member]
            gap = np.where(patterns.seen[patterns.member[rows[at]]], patterns.rows[rows[at]] - mean, 0.0)
            pulled = np.matmul(inverse, gap[:, :, None])[:, :, 0].T
            yield rows[at], pulled, inverse[:, line, other].T


@dataclass(frozen=True)
class IncompleteRows:
    """What rows with gaps say about a fitted model, by group."""

    groups: tuple[GapRows, ...]
    kind: Information = "observed"

    def first_order(self, solution: Solution, implied: tuple[Implied, ...]) -> list[Matrix]:
        """Return B by free cells of each group."""
        return [_first_order(rows, part) for rows, part in zip(self.groups, implied, strict=True)]

    def saturated_trace(self) -> tuple[float, int]:
        """Return tr(B A⁻¹) of the unrestricted moments, given the covariates; zero if the rows hardly determine them."""
        traces = []
        for rows in self.groups:
            trace = rows.trace_of(self.kind)
            if trace is None:
                return 0.0, 1  # a trace that is not above the model's own leaves the test without a correction
            traces.append(trace)
        return sum(traces), sum(len(rows.kept) for rows in self.groups)


def _first_order(rows: GapRows, implied: Implied) -> Matrix:
    cells = CellScores(implied, np.zeros((0, 0)), True)
    _, _, half, _ = vech_pairs(implied.observed)
    slopes = half[:, None] * moment_slopes(implied)[implied.observed :]
    found = OuterSum(slopes.shape[1], rows.patterns.count, rows.clusters)
    for which, pulled, level in pulled_rows(rows.patterns, implied.mean, implied.cov):
        found.add(cells.products_of(pulled) - slopes.T @ level, which)
    return found.mean
