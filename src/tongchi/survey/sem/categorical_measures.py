r"""How well does a least-squares model of ordinal items fit? Indices under lavaan's field names, by the formulas of lavaan 0.6.

The baseline has free thresholds, means and variances, and no covariances. Residuals count covariances with the diagonal, and
thresholds where means are counted. The `.robust` indices (Savalei 2021) refer the polychoric correlations to the normal-theory
discrepancy at the same estimates; they exist where all items are ordinal, the correlations are positive definite, and no
threshold or intercept is tied to another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, chdtri

from tongchi.survey.sem.assembly import Assembly
from tongchi.survey.sem.fit_indices import Measures, incremental, rmsea
from tongchi.survey.sem.least_squares import GroupMoments, LeastSquares
from tongchi.survey.sem.least_squares_inference import Spread, spread_of
from tongchi.survey.sem.ordinal_moments import OrdinalMoments
from tongchi.survey.sem.ordinal_structure import OrdinalPoint
from tongchi.survey.sem.ram import Matrix, Vector
from tongchi.survey.sem.request import FitRequest, Test
from tongchi.survey.sem.robust import correct
from tongchi.survey.sem.robust_measures import (
    Corrected,
    RobustFacts,
    baseline_rows,
    incremental_rows,
    rmsea_rows,
    test_rows,
)
from tongchi.survey.sem.solution import Solution
from tongchi.survey.sem.test_statistics import TestStatistic

_SINGULAR = math.sqrt(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class LeastSquaresFacts:
    """A fitted model with its groups' sample moments, implied moments, weights and gaps."""

    assembly: Assembly
    chisq: float
    degrees: int
    estimator: str
    samples: tuple[OrdinalMoments, ...]
    points: tuple[OrdinalPoint, ...]
    groups: tuple[GroupMoments, ...]
    jacobians: tuple[Matrix, ...]
    baseline: tuple[GroupMoments, ...]

    @classmethod
    def of(
        cls,
        solution: Solution,
        samples: Sequence[OrdinalMoments],
        points: Sequence[OrdinalPoint],
        request: FitRequest,
    ) -> LeastSquaresFacts:
        """Collect the facts of an optimum."""
        discrepancy = solution.discrepancy
        assert isinstance(discrepancy, LeastSquares)
        return cls(
            solution.assembly,
            solution.chisq,
            solution.degrees,
            request.base,
            tuple(samples),
            tuple(points),
            discrepancy.groups,
            tuple(discrepancy.jacobians(solution.optimum.eta)),
            tuple(_pairs_alone(group, one) for group, one in zip(discrepancy.groups, samples, strict=True)),
        )

    @property
    def total(self) -> int:
        """N, rows in all groups."""
        return sum(group.count for group in self.groups)

    @property
    def weight(self) -> int:
        """N − G."""
        return self.total - len(self.groups)

    @property
    def shares(self) -> list[float]:
        """n_g/N."""
        return [group.count / self.total for group in self.groups]

    @property
    def baseline_chisq(self) -> float:
        """(N − G)F of the baseline."""
        parts = [(group.count - 1) * float(group.stacked @ group.weigh(group.stacked)) for group in self.baseline]
        return sum(parts)

    @property
    def baseline_degrees(self) -> int:
        """Number of covariances that the baseline sets to zero."""
        return sum(len(group.stacked) for group in self.baseline)

    def baseline_test(self, test: Test) -> TestStatistic | None:
        """Return the corrected test of the baseline."""
        nothing = [np.zeros((len(group.stacked), 0)) for group in self.baseline]
        spread = spread_of(self.baseline, nothing)
        if spread is None:
            return None
        parts = tuple((g.count - 1) * float(g.stacked @ g.weigh(g.stacked)) for g in self.baseline)
        return correct(
            test,
            self.baseline_chisq,
            parts,
            self.baseline_degrees,
            traces=spread.traces,
            weights=tuple(self.shares),
        )


def _pairs_alone(group: GroupMoments, sample: OrdinalMoments) -> GroupMoments:
    """Return the covariances with the weight that is left to them when all other moments are free."""
    first = len(group.stacked) - len(sample.layout.pairs)
    gamma = group.gamma[first:, first:]
    weight = group.weight[first:] if group.weight.ndim == 1 else np.asarray(np.linalg.inv(gamma), dtype=np.float64)
    return GroupMoments(group.count, group.stacked[first:], gamma, weight)


def least_squares_measures(facts: LeastSquaresFacts, corrected: Corrected) -> Measures:
    """Return all measures; None where one does not exist."""
    x, df = facts.chisq, facts.degrees
    base, base_df = facts.baseline_chisq, facts.baseline_degrees
    tested = facts.estimator != "ULS"
    measures: Measures = {
        "npar": facts.assembly.basis.shape[1],
        "fmin": x / (2.0 * facts.total),
        "chisq": x,
        "df": df,
        "pvalue": float(chdtrc(df, x)) if df and tested else None,
        **test_rows(corrected),
        "baseline.chisq": base,
        "baseline.df": base_df,
        "baseline.pvalue": float(chdtrc(base_df, base)) if base_df and tested else None,
        **baseline_rows(corrected),
    }
    measures |= incremental(x, df, base, base_df)
    measures |= incremental_rows(corrected, df, base_df)
    measures |= rmsea(x, df, facts.weight, len(facts.groups))
    measures |= rmsea_rows(corrected, x, df, n=facts.weight, groups=len(facts.groups))
    measures |= _residuals(facts)
    return measures | _absolute(facts)


def _residuals(facts: LeastSquaresFacts) -> Measures:
    totals: dict[str, float] = {}
    for share, sample, point in zip(facts.shares, facts.samples, facts.points, strict=True):
        for name, value in _residuals_of_group(sample, point).items():
            totals[name] = totals.get(name, 0.0) + share * value
    return {
        "rmr": totals["rmr"],
        "rmr_nomean": totals["rmr_nomean"],
        "srmr": totals["srmr_bentler_nomean"],
        "srmr_bentler": totals["srmr_bentler"],
        "srmr_bentler_nomean": totals["srmr_bentler_nomean"],
        "crmr": totals["crmr"],
        "crmr_nomean": totals["crmr_nomean"],
        "srmr_mplus": None,
        "srmr_mplus_nomean": None,
    }


def _residuals_of_group(sample: OrdinalMoments, point: OrdinalPoint) -> dict[str, float]:
    p = len(sample.cov)
    lower = np.tril_indices(p)
    sd, model_sd = np.sqrt(np.diag(sample.cov)), np.sqrt(np.diag(point.cov))
    gap = sample.cov - point.cov
    levels = sample.stacked[: sample.layout.levels] - point.levels
    scaled = levels / sd[sample.layout.owner]
    correlation = sample.cov / np.outer(sd, sd) - point.cov / np.outer(model_sd, model_sd)
    cases: dict[str, tuple[Vector, Vector, int]] = {
        "rmr": (gap[lower], levels, 0),
        "srmr_bentler": ((gap / np.outer(sd, sd))[lower], scaled, 0),
        "crmr": (correlation[lower], scaled, p),
    }
    result = {}
    for name, (part, shifts, fewer) in cases.items():
        squares, count = float(part @ part), len(part) - fewer
        result[f"{name}_nomean"] = math.sqrt(squares / count) if count else 0.0
        result[name] = math.sqrt((squares + float(shifts @ shifts)) / (count + len(shifts)))
    return result


def _absolute(facts: LeastSquaresFacts) -> Measures:
    x, df, n = facts.chisq, facts.degrees, facts.weight
    moments = sum(len(group.stacked) for group in facts.groups)
    gfi = 0.0
    for share, group, point in zip(facts.shares, facts.groups, facts.points, strict=True):
        gap = group.stacked - point.stacked
        gfi += share * (1.0 - float(gap @ group.weigh(gap)) / float(group.stacked @ group.weigh(group.stacked)))
    return {
        "cn_05": float(chdtri(df, 0.05)) * n / x + 1.0 if df and x > 0 else None,
        "cn_01": float(chdtri(df, 0.01)) * n / x + 1.0 if df and x > 0 else None,
        "gfi": gfi,
        "agfi": 1.0 - moments / df * (1.0 - gfi) if df else None,
        "pgfi": df / moments * gfi,
        "mfi": math.exp(-0.5 * (x - df) / n),
        "wrmr": math.sqrt(x / len(facts.groups[0].stacked)),
    }


def robust_facts(facts: LeastSquaresFacts, spread: Spread | None) -> RobustFacts | None:
    """Return what the `.robust` indices take, or None where they do not exist."""
    if spread is None or not facts.degrees or any(0 in one.sizes or one.slopes.size for one in facts.samples):
        return None
    free_levels = sum(facts.assembly.rows[row].op in {"|", "~1"} for row in facts.assembly.free_rows)
    own_degrees = facts.baseline_degrees - (facts.assembly.basis.shape[1] - free_levels)
    if _levels_tied(facts.assembly) or own_degrees != facts.degrees:  # thresholds are restricted
        return None
    if any(np.linalg.eigvalsh(one.cov)[0] < _SINGULAR for one in facts.samples):
        return None
    stat = base_stat = trace = base_trace = 0.0
    pulls, parts = np.zeros_like(spread.inverse), []
    for share, group, sample, point, jacobian in zip(
        facts.shares, facts.groups, facts.samples, facts.points, facts.jacobians, strict=True
    ):
        first = len(group.stacked) - len(sample.layout.pairs)
        own, gamma = jacobian[first:], group.gamma[first:, first:]
        weighed = _weigh_pairs(group, first, own)
        pulls += share * (weighed.T @ gamma @ weighed)
        try:
            normal, distance, independence = _normal_theory(sample, point)
        except np.linalg.LinAlgError:
            return None
        stat += group.count * distance
        base_stat += group.count * independence
        trace += float(np.sum(normal * gamma)) - 2.0 * share * float(
            np.sum((own.T @ normal @ gamma @ weighed) * spread.inverse)
        )
        base_trace += float(np.trace(gamma)) / share
        parts.append((share, own.T @ normal @ own))
    outer = spread.inverse @ pulls @ spread.inverse
    trace += sum(share * float(np.sum(part * outer)) for share, part in parts)
    factor = trace / facts.degrees
    return RobustFacts(stat, factor, stat / factor, factor, base_stat, base_trace / facts.baseline_degrees)


def _levels_tied(assembly: Assembly) -> bool:
    """Whether a threshold or intercept shares a parameter with another row, or stands in a constraint."""
    moved = np.abs(assembly.basis) > 1e-12
    shared = moved.sum(axis=0) > 1
    return any(
        assembly.rows[row].op in {"|", "~1"} and shared[moved[at]].any() for at, row in enumerate(assembly.free_rows)
    )


def _weigh_pairs(group: GroupMoments, first: int, columns: Matrix) -> Matrix:
    if group.weight.ndim == 1:
        return group.weight[first:, None] * columns
    return np.asarray(group.weight[first:, first:] @ columns, dtype=np.float64)


def _normal_theory(sample: OrdinalMoments, point: OrdinalPoint) -> tuple[Matrix, float, float]:
    """Return the normal-theory weight of correlations at the implied ones, the discrepancy there, and that of independence."""
    implied = point.cov
    root = np.linalg.cholesky(implied)
    half = np.linalg.solve(root, np.eye(len(root)))
    inverse = half.T @ half
    log_sample = float(np.linalg.slogdet(sample.cov)[1])
    distance = 2.0 * float(np.log(np.diag(root)).sum()) + float(np.sum(sample.cov * inverse)) - log_sample - len(root)
    one, other = sample.layout.pairs.T
    normal: Matrix = inverse[np.ix_(one, one)] * inverse[np.ix_(other, other)]
    normal = normal + inverse[np.ix_(one, other)] * inverse[np.ix_(other, one)]
    return normal, distance, -log_sample
