r"""How well do parameters explain rows with gaps? The full-information likelihood by missing-data pattern (FIML; Arbuckle 1996).

F is the deviance at the implied moments less that of the saturated ones, so N·F is the test statistic. Its observed Hessian by
parameters is :math:`\Delta' H \Delta` plus the curvature of the moments, H the closed-form one by moments; where gaps are few, H is never
formed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tongchi.survey.sem.assembly import Assembly, Moments
from tongchi.survey.sem.fiml_gaps import Gaps, bends
from tongchi.survey.sem.fiml_patterns import Patterns, moment_curvature
from tongchi.survey.sem.fiml_saturated import Saturated
from tongchi.survey.sem.ml import Discrepancy
from tongchi.survey.sem.ram import Implied, Matrix, Vector, curvature, gradient, mean_curvature
from tongchi.survey.sem.robust_squares import moment_slopes

_LARGEST = 5_000_000  # so many numbers of columns are kept at a time


class FimlDiscrepancy(Discrepancy):
    """F of rows with gaps as a function of η; `samples` hold the saturated moments."""

    def __init__(
        self,
        assembly: Assembly,
        samples: Sequence[Moments],
        patterns: Sequence[Patterns],
        saturated: Sequence[Saturated],
    ) -> None:
        super().__init__(assembly, samples)
        self.patterns, self.saturated = tuple(patterns), tuple(saturated)

    def _value_of(self, group: int, implied: Implied) -> float:
        return self.patterns[group].deviance(implied.mean, implied.cov) - self.saturated[group].deviance

    def _derivatives(self, group: int, implied: Implied, second: bool) -> tuple[Vector, Matrix, Matrix]:
        patterns = self.patterns[group]
        gaps = patterns.gaps(implied.mean, implied.cov)
        if gaps is None or not self._few(group, len(implied.cells.kind)):
            return self.by_moments(patterns, implied, second)
        return self.by_gaps(gaps, implied, second)

    def _few(self, group: int, cells: int) -> bool:
        """Whether the columns that gaps take cost less than second derivatives by moments."""
        patterns = self.patterns[group]
        moments = patterns.seen.shape[1] * (patterns.seen.shape[1] + 3) // 2
        columns = patterns.condensed.columns
        fewer = columns * cells**2 <= moments**2 * 2 * (len(patterns.counts) + cells)
        return columns * cells <= _LARGEST and fewer

    def by_gaps(self, gaps: Gaps, implied: Implied, second: bool) -> tuple[Vector, Matrix, Matrix]:
        """Return slope, expected and observed Hessian of a group by free cells, from corrections of one inverse."""
        found = bends(gaps, implied, second)
        slope = gradient(implied, gaps.residual, gaps.pull)
        if found.observed is None:
            return slope, found.expected, found.expected
        return slope, found.expected, found.observed + _own_bend(implied, gaps.residual, gaps.pull)

    def by_moments(self, patterns: Patterns, implied: Implied, second: bool) -> tuple[Vector, Matrix, Matrix]:
        """Return the same by way of the second derivatives by moments, whose cost does not grow with the gaps."""
        _, residual, pull = patterns.slopes(implied.mean, implied.cov)
        bend = moment_curvature(patterns, implied.mean, implied.cov)
        delta = moment_slopes(implied)
        slope = gradient(implied, residual, pull)
        expected = np.asarray(delta.T @ bend.expected @ delta, dtype=np.float64)
        if not second:
            return slope, expected, expected
        observed = delta.T @ bend.observed @ delta + _own_bend(implied, residual, pull)
        return slope, expected, np.asarray(observed, dtype=np.float64)


def _own_bend(implied: Implied, residual: Matrix, pull: Vector) -> Matrix:
    """Return what the curvature of the moments themselves adds."""
    return np.asarray(curvature(implied, residual) - 2.0 * mean_curvature(implied, pull), dtype=np.float64)
