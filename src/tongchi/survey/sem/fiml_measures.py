r"""What are robust CFI and RMSEA where rows have gaps? The corrections of Zhang and Savalei (2023), FIML-C versions 3 and 6.

The statistic is what complete rows with the saturated moments would give at the FIML estimates; its factor k/df weighs how unsure
those moments are. With A the observed information of the moments, J their scores' spread, C the information of complete rows and
:math:`M = I - \Delta(\Delta'A\Delta)^{-1}\Delta'A`: version 3, for robust tests, :math:`k = tr(M'CM\,A^{-1}JA^{-1})`; version 6, for the plain
test, :math:`k = tr(C A^{-1}) - tr(C\Delta(\Delta'A\Delta)^{-1}\Delta')`.
"""

from __future__ import annotations

import numpy as np

from tongchi.survey.sem.fiml_patterns import Patterns
from tongchi.survey.sem.fiml_rows import GapRows
from tongchi.survey.sem.ml import Discrepancy
from tongchi.survey.sem.ram import Implied, Matrix, Vector
from tongchi.survey.sem.robust_measures import RobustFacts
from tongchi.survey.sem.robust_squares import moment_slopes
from tongchi.survey.sem.solution import Solution


def incomplete_facts(own: tuple[float, float] | None, below: tuple[float, float] | None) -> RobustFacts | None:
    """Return what robust indices take, from the corrected statistics of a model and of its baseline, if both exist."""
    if own is None or below is None or not own[1] > 0:
        return None
    return RobustFacts(
        stat=own[0],
        factor=own[1],
        scaled=own[0] / own[1],
        interval_factor=own[1],
        base_stat=below[0],
        base_factor=below[1],
    )


def corrected_statistic(solution: Solution, rows: tuple[GapRows, ...], *, robust: bool) -> tuple[float, float] | None:
    """Return the statistic of complete rows at these estimates, and its scaling factor k/df.

    None without degrees of freedom or where an information is singular.
    """
    if not solution.degrees:
        return None
    complete = Discrepancy(solution.assembly, solution.discrepancy.samples)
    stat = complete.total * complete.value(solution.optimum.eta)
    try:
        return stat, _trace(solution, rows, robust) / solution.degrees
    except np.linalg.LinAlgError:
        return None


def _trace(solution: Solution, rows: tuple[GapRows, ...], robust: bool) -> float:
    discrepancy = solution.discrepancy
    size = solution.assembly.basis.shape[1]
    own, whole, spread, mixed = (np.zeros((size, size)) for _ in range(4))
    trace = 0.0
    for group, part in enumerate(discrepancy.implied(solution.optimum.eta)):
        share = discrepancy.samples[group].weight / discrepancy.total
        here, (cells, _) = rows[group], discrepancy.maps[group]
        delta: Matrix = moment_slopes(part)[here.kept]
        weighed = here.complete_times(delta)
        own += share * cells.T @ (delta.T @ (here.information @ delta)) @ cells
        whole += share * cells.T @ (delta.T @ weighed) @ cells
        trace += here.robust_gain if robust else here.gain
        if robust:
            spread += share * cells.T @ here.spread.between(delta, delta) @ cells
            mixed += share * cells.T @ here.spread.between(delta, here.sure_inverse @ weighed) @ cells
    if not robust:
        return trace - float(np.trace(np.linalg.solve(own, whole)))
    below = 2.0 * float(np.trace(np.linalg.solve(own, mixed)))
    beyond = np.linalg.solve(own, whole) @ np.linalg.solve(own, spread)
    return trace - below + float(np.trace(beyond))


def goodness(solution: Solution, rows: tuple[GapRows, ...]) -> float | None:
    """Return the GFI, 1 − e'We / s'Ws with the pairwise moments s, as lavaan has it; W is the expected information at the model.

    None where a pair of variables is held by one row only.
    """
    discrepancy = solution.discrepancy
    total = 0.0
    for group, part in enumerate(discrepancy.implied(solution.optimum.eta)):
        patterns, given = rows[group].patterns, list(rows[group].given)
        mean, cov = pairwise_moments(patterns)
        fixed = np.ix_(given, given)
        cov[fixed], mean[given] = part.cov[fixed], part.mean[given]
        if not (np.isfinite(cov).all() and np.isfinite(mean).all()):
            return None
        error = _distance(patterns, part, mean - part.mean, cov - part.cov)
        mean[given], cov[fixed] = 0.0, 0.0
        share = discrepancy.samples[group].weight / discrepancy.total
        total += share * (1.0 - error / _distance(patterns, part, mean, cov))
    return total


def _distance(patterns: Patterns, at: Implied, mean: Vector, cov: Matrix) -> float:
    """Return Σ n_k/n (½ tr(W E W E) + d'Wd): the square of the moments d, E in the expected information at the model."""
    found = 0.0
    for part in patterns.weights(at.mean, at.cov):
        turned = part.inverse @ cov
        squares = 0.5 * np.einsum("kij,kji->k", turned, turned) + np.einsum("kij,i,j->k", part.inverse, mean, mean)
        found += float(part.share @ squares)
    return found


def pairwise_moments(patterns: Patterns) -> tuple[Vector, Matrix]:
    """Return means and covariances over the rows that hold a variable or both of a pair, divisor n_ij − 1, times (n − 1)/n."""
    seen = patterns.seen[patterns.member].astype(np.float64)
    mean = patterns.rows.sum(axis=0) / seen.sum(axis=0)
    centred = np.where(seen > 0, patterns.rows - mean, 0.0)
    both, lead = seen.T @ seen, centred.T @ seen
    with np.errstate(divide="ignore", invalid="ignore"):
        cov = (centred.T @ centred - lead * lead.T / both) / (both - 1.0)
    return mean, np.asarray(cov * ((patterns.count - 1) / patterns.count), dtype=np.float64)
