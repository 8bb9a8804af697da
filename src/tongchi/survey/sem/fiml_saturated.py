r"""Which means and covariances are most likely where rows have gaps, if no model restricts them? EM, then Newton steps.

EM (Dempster, Laird & Rubin 1977) in closed form by pattern: :math:`\mu^+ = \mu + \Sigma \bar g` and
:math:`\Sigma^+ = \Sigma - \Sigma R \Sigma - (\mu^+-\mu)(\mu^+-\mu)'` with :math:`\bar g = \sum n_k/n\,W_k(m_k-\mu_k)` and R half the slope by Σ.
It brings the search near, and to a slope of 1e-12 where gaps are few; else Newton steps with the closed-form Hessian end it. All in
standard units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs

from tongchi.errors import SampleError
from tongchi.survey.sem.fiml_patterns import Curvature, Patterns, moment_curvature, vech_pairs
from tongchi.survey.sem.ram import Matrix, Vector

_NEAR = 1e-2  # change by an EM step, in standard units, below which Newton steps are tried
_SLOW = (
    0.5  # share of the slope that an EM step leaves above which Newton steps are tried: with few gaps EM ends sooner
)
_STEPS = 2000
_CLOSED = 1e-12
_ACCEPTED = 1e-8
_LARGEST = 70  # with more variables the Hessian is too large and EM goes on alone


@dataclass(frozen=True)
class Saturated:
    """The most likely moments; `deviance` is −2 log-likelihood per case less constants, `slope` the scaled gradient's maximum."""

    mean: Vector
    cov: Matrix
    deviance: float
    slope: float
    steps: int

    @property
    def converged(self) -> bool:
        """Whether the gradient is zero."""
        return self.slope < _ACCEPTED


def saturated_moments(patterns: Patterns, names: Sequence[str], where: str = "") -> Saturated:
    """Return the unrestricted moments of rows with gaps.

    Raises SampleError where no row holds two variables together, a variable is constant, or the rows do not determine the moments.
    """
    centre, spread = _own_units(patterns, names, where)
    _require_pairs(patterns, names, where)
    scaled = patterns.in_units(centre, spread)
    width = len(names)
    mean, cov, change, steps = np.zeros(width), np.eye(width), np.inf, 0
    value, residual, pull = scaled.slopes(mean, cov)
    slope, slow = np.inf, False
    while steps < _STEPS:
        steps += 1
        near = slow and change < _NEAR and width <= _LARGEST
        ahead = _newton(scaled, mean, cov, value, (residual, pull)) if near else None
        if ahead is None:
            ahead = _em(mean, cov, residual, pull)
        try:
            fresh, fresh_residual, fresh_pull = scaled.slopes(*ahead)
        except np.linalg.LinAlgError:
            raise _undetermined(patterns, names, ahead[1], where) from None
        fresh_slope = _slope(fresh_residual, fresh_pull, ahead[1])
        if slope < _ACCEPTED and fresh_slope >= slope:
            break
        slow = slow or fresh_slope > _SLOW * slope
        change = max(float(np.abs(ahead[0] - mean).max()), float(np.abs(ahead[1] - cov).max()))
        (mean, cov), value, residual, pull, slope = ahead, fresh, fresh_residual, fresh_pull, fresh_slope
        if slope < _CLOSED:
            break
    if float(np.linalg.eigvalsh(cov)[0]) < 1e-9:
        raise _undetermined(patterns, names, cov, where)
    deviance = value + 2.0 * float((patterns.counts / patterns.count) @ (patterns.seen @ np.log(spread)))
    return Saturated(centre + spread * mean, cov * np.outer(spread, spread), deviance, slope, steps)


def _own_units(patterns: Patterns, names: Sequence[str], where: str) -> tuple[Vector, Vector]:
    """Return each variable's mean and standard deviation over the rows that hold it."""
    held = patterns.seen * patterns.counts[:, None]
    count = held.sum(axis=0)
    if not count.all():
        empty = names[int(np.argmin(count))]
        raise SampleError(
            found=f"{empty} 列全空 / column is empty{where}", expected="有回答的题目 / answered items", advice=""
        )
    centre = (held * patterns.means).sum(axis=0) / count
    own = np.diagonal(patterns.covs, axis1=1, axis2=2) + np.where(patterns.seen, (patterns.means - centre) ** 2, 0.0)
    spread = np.sqrt((held * own).sum(axis=0) / count)
    still = np.flatnonzero(spread <= 1e-12 * np.maximum(1.0, np.abs(centre)))
    if len(still):
        name = names[int(still[0])]
        raise SampleError(
            found=f"{name} 为常数 / is constant{where}",
            expected="有差异的回答 / answers that differ",
            advice=f"请去掉 {name}。/ Leave it out.",
        )
    return centre, spread


def _require_pairs(patterns: Patterns, names: Sequence[str], where: str) -> None:
    apart = np.argwhere(np.tril(patterns.coverage() == 0.0))
    if len(apart):
        one, other = (names[int(at)] for at in apart[0])
        raise SampleError(
            found=f"没有人同时回答 {one} 与 {other} / nobody answered both {one} and {other}{where}",
            expected="每两题都有人同时回答 / for each two items somebody who answered both",
            advice="请去掉其中之一。/ Leave one of them out.",
        )


def _undetermined(patterns: Patterns, names: Sequence[str], cov: Matrix, where: str) -> SampleError:
    """Say that rows are too few, or which variables determine each other as far as the rows show."""
    advice = "请减少变量或增加答卷。/ Leave out variables, or collect more answers."
    if patterns.count <= len(names):
        return SampleError(
            found=f"{patterns.count} 行、{len(names)} 个变量{where} / {patterns.count} rows for {len(names)} variables",
            expected="行数多于变量数 / more rows than variables",
            advice=advice,
        )
    _, vectors = np.linalg.eigh(cov)
    size = np.abs(vectors[:, 0])
    involved = ", ".join(names[at] for at in np.argsort(-size) if size[at] > 0.1 * size.max())
    return SampleError(
        found=f"{involved} 在已有答卷中完全共线 / determine each other exactly in the rows there are{where}",
        expected="没有题目是其他题目之和或复制，且共同回答足够多 / no sums or copies, and enough rows that hold them together",
        advice=advice,
    )


def _em(mean: Vector, cov: Matrix, residual: Matrix, pull: Vector) -> tuple[Vector, Matrix]:
    move = cov @ pull
    return mean + move, cov - cov @ residual @ cov - np.outer(move, move)


def _newton(
    patterns: Patterns, mean: Vector, cov: Matrix, value: float, slopes: tuple[Matrix, Vector]
) -> tuple[Vector, Matrix] | None:
    """Return a better point in Newton's direction, or None where the Hessian is indefinite or nothing is gained."""
    width = len(mean)
    line, other, half, _ = vech_pairs(width)
    slope = np.concatenate([-2.0 * slopes[1], 2.0 * half * slopes[0][line, other]])
    hessian = moment_curvature(patterns, mean, cov).observed
    root, failed = dpotrf(hessian, lower=True, clean=False)
    if failed:
        return None
    step = -dpotrs(root, slope, lower=True)[0]
    turned = np.zeros((width, width))
    turned[line, other] = turned[other, line] = step[width:]
    for length in (1.0, 0.5, 0.1):
        ahead = mean + length * step[:width], cov + length * turned
        try:
            if patterns.deviance(*ahead) <= value + 1e-12 * max(1.0, abs(value)):
                return ahead
        except np.linalg.LinAlgError:
            continue
    return None


def _slope(residual: Matrix, pull: Vector, cov: Matrix) -> float:
    """Return the largest slope in units of the parameters' own spread."""
    spread = np.sqrt(np.diag(cov))
    return max(float(np.abs(residual * np.outer(spread, spread)).max()), float(np.abs(pull * spread).max()))


def complete_curvature(cov: Matrix) -> Matrix:
    """Return the curvature by (μ, vech Σ) that rows without gaps would have at Σ."""
    width = len(cov)
    whole = Patterns(
        np.zeros((1, width)),
        np.zeros(1, dtype=np.intp),
        np.ones((1, width), dtype=np.bool_),
        np.ones(1, dtype=np.intp),
        np.zeros((1, width)),
        cov[None],
    )
    found: Curvature = moment_curvature(whole, np.zeros(width), cov)
    return found.expected
