r"""How well do parameters explain rows with gaps? The full-information likelihood by missing-data pattern (FIML; Arbuckle 1996).

F is the deviance at the implied moments less that of the saturated ones, so N·F is the test statistic. Its observed Hessian by
parameters is :math:`\Delta' H \Delta` plus the curvature of the moments, H the closed-form one by moments.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tongchi.survey.sem.assembly import Assembly, Moments
from tongchi.survey.sem.fiml_patterns import Patterns, moment_curvature
from tongchi.survey.sem.fiml_saturated import Saturated
from tongchi.survey.sem.ml import Discrepancy
from tongchi.survey.sem.ram import Implied, Matrix, Vector, curvature, gradient, mean_curvature
from tongchi.survey.sem.robust_squares import moment_slopes


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
        _, residual, pull = patterns.slopes(implied.mean, implied.cov)
        bend = moment_curvature(patterns, implied.mean, implied.cov)
        delta = moment_slopes(implied)
        slope = gradient(implied, residual, pull)
        expected = np.asarray(delta.T @ bend.expected @ delta, dtype=np.float64)
        if not second:
            return slope, expected, expected
        observed = delta.T @ bend.observed @ delta + curvature(implied, residual) - 2.0 * mean_curvature(implied, pull)
        return slope, expected, np.asarray(observed, dtype=np.float64)
