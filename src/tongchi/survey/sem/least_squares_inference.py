r"""How sure are least-squares estimates, and how does their test statistic behave?

With A = Σ f J'WJ (f = n_g/N), the covariance of √N η̂ is :math:`A^{-1}(\sum f J'W\Gamma WJ)A^{-1}` (`robust.sem`; Muthén 1993) or
:math:`A^{-1}`, which is right for WLS alone. :math:`U = W - WJA^{-1}J'W` over all groups gives the traces that correct the test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tongchi.survey.sem.least_squares import GroupMoments, LeastSquares
from tongchi.survey.sem.ram import Matrix, Vector
from tongchi.survey.sem.request import FitRequest
from tongchi.survey.sem.robust import Traces, correct
from tongchi.survey.sem.solution import Solution
from tongchi.survey.sem.test_statistics import TestStatistic, standard_test


@dataclass(frozen=True)
class MomentFacts:
    """What tests of nested least-squares models rest on (Satorra 2000), by group.

    Attributes
    ----------
    counts : n_g
    slopes : (m, q) J, derivatives of the group's moments by η of the model
    weights : (m,) the diagonal of W, or (m, m)
    gammas : (m, m) asymptotic covariance Γ of √n_g times the sample moments, divisor n
    gaps : (m,) sample less implied moments

    With f = n_g/N the information is A = Σ f J'WJ, and that of the restricted model C'AC for a basis C of its directions.
    """

    counts: tuple[int, ...]
    slopes: tuple[Matrix, ...]
    weights: tuple[Matrix, ...]
    gammas: tuple[Matrix, ...]
    gaps: tuple[Vector, ...]

    @property
    def shares(self) -> tuple[float, ...]:
        """n_g/N."""
        return tuple(count / sum(self.counts) for count in self.counts)


def moment_facts(discrepancy: LeastSquares, eta: Vector) -> MomentFacts:
    """Return the facts of a fitted model."""
    groups = discrepancy.groups
    return MomentFacts(
        counts=tuple(group.count for group in groups),
        slopes=tuple(discrepancy.jacobians(eta)),
        weights=tuple(group.weight for group in groups),
        gammas=tuple(group.gamma for group in groups),
        gaps=tuple(discrepancy.gaps(eta)),
    )


@dataclass(frozen=True)
class Spread:
    """A⁻¹, Σ f J'WΓWJ, and the traces of UΓ and (UΓ)²."""

    inverse: Matrix
    meat: Matrix
    traces: Traces


def spread_of(groups: Sequence[GroupMoments], jacobians: Sequence[Matrix]) -> Spread | None:
    """Return what errors and corrected tests need, or None where A is singular."""
    total = sum(group.count for group in groups)
    shares = [group.count / total for group in groups]
    scaled = [_root_times(group, jacobian) for group, jacobian in zip(groups, jacobians, strict=True)]
    size = scaled[0].shape[1]
    information = sum((f * (k.T @ k) for f, k in zip(shares, scaled, strict=True)), np.zeros((size, size)))
    inverse = _inverse(information)
    if inverse is None:
        return None
    meat, twice = np.zeros((size, size)), np.zeros((size, size))
    first = second = 0.0
    for f, group, k in zip(shares, groups, scaled, strict=True):
        gamma = _scaled_gamma(group)
        pulled = gamma @ k
        meat += f * (k.T @ pulled)
        twice += f * (pulled.T @ pulled)
        first += float(np.trace(gamma))
        second += float(np.sum(gamma**2))
    moved = inverse @ meat
    trace = first - float(np.trace(moved))
    square = second - 2.0 * float(np.sum(inverse * twice)) + float(np.sum(moved * moved.T))
    return Spread(inverse, meat, Traces(trace, square))


def vcov_of(solution: Solution, request: FitRequest, spread: Spread) -> Matrix:
    """Return the covariance of the free table rows; divisor N − G, as lavaan takes it for least squares."""
    inner = spread.inverse
    if request.se == "robust.sem":
        inner = inner @ spread.meat @ inner
    basis = solution.assembly.basis
    found: Matrix = basis @ inner @ basis.T / (solution.discrepancy.total - len(solution.assembly.rams))
    return found


def least_squares_tests(solution: Solution, request: FitRequest, spread: Spread | None) -> tuple[TestStatistic, ...]:
    """Return the plain test, and the corrected one if it is asked for and there are errors."""
    discrepancy = solution.discrepancy
    assert isinstance(discrepancy, LeastSquares)
    shares = tuple(discrepancy.total * share for share in discrepancy.group_shares(solution.optimum.eta))
    plain = standard_test(solution.chisq, shares, solution.degrees, tested=request.base != "ULS")
    if not request.robust or spread is None:
        return (plain,)
    total = sum(group.count for group in discrepancy.groups)
    weights = tuple(group.count / total for group in discrepancy.groups)
    extra = correct(request.test, solution.chisq, shares, solution.degrees, traces=spread.traces, weights=weights)
    return plain, extra


def _root_times(group: GroupMoments, columns: Matrix) -> Matrix:
    """Return L' times the columns, W = LL'."""
    if group.weight.ndim == 1:
        return np.sqrt(group.weight)[:, None] * columns
    return np.asarray(np.linalg.cholesky(group.weight).T @ columns, dtype=np.float64)


def _scaled_gamma(group: GroupMoments) -> Matrix:
    """Return L'ΓL."""
    if group.weight.ndim == 1:
        root = np.sqrt(group.weight)
        return np.asarray(group.gamma * np.outer(root, root), dtype=np.float64)
    root = np.linalg.cholesky(group.weight)
    return np.asarray(root.T @ group.gamma @ root, dtype=np.float64)


def _inverse(information: Matrix) -> Matrix | None:
    if not len(information):
        return information
    scale = np.sqrt(np.diag(information))
    if not np.all(scale > 0):
        return None
    try:
        root = np.linalg.cholesky(information / np.outer(scale, scale))
    except np.linalg.LinAlgError:
        return None
    half = np.linalg.solve(root, np.diag(1.0 / scale))
    return np.asarray(half.T @ half, dtype=np.float64)
