r"""How large is the test statistic where the model holds but answers are as they are? The bootstrap test of Bollen and Stine (1992).

Rows are turned so that their moments are those that the model implies, :math:`z = \Sigma^{1/2} S^{-1/2} (x - m) + \mu`, and keep their
shape otherwise. The share of draws from them whose statistic exceeds the sample's is the p value; no normal distribution is assumed.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from tongchi.survey.sem.batched import DrawMoments
from tongchi.survey.sem.bootstrap_batched import BatchedPlan, is_batched
from tongchi.survey.sem.bootstrap_plan import row_source
from tongchi.survey.sem.ram import Matrix, Vector
from tongchi.survey.sem.result import Fit
from tongchi.survey.unavailable import NotAvailable


@dataclass(frozen=True)
class BollenStineTest:
    """Statistic of the sample, those of the draws that were solved (R,), and the share of them above it.

    H0: the model's covariances (and means) are those of the population.
    """

    statistic: float
    pvalue: float
    drawn: Vector
    failed: int

    @property
    def mean(self) -> float:
        """Mean of the statistic under H0; the degrees of freedom where answers are normal and many."""
        return float(self.drawn.mean())


def bollen_stine_test(
    fit: Fit, draws: int = 1000, *, seed: int = 1, workers: int = 2
) -> BollenStineTest | NotAvailable:
    """Test a fit by maximum likelihood on complete rows.

    Returns
    -------
    Not available for other fits, for a saturated model, and where no draw could be solved.
    """
    degrees = fit.fitmeasures["df"]
    if not is_batched(fit) or not degrees or fit.request.cluster is not None:
        return NotAvailable(
            "bollen.stine",
            "只用于完整数据的最大似然估计，且自由度须大于零",
            "only for maximum likelihood on complete rows, with degrees of freedom",
        )
    plan = BatchedPlan.of(fit, row_source(fit, None), False)
    turns = [_turn(moments.cov, implied.cov) for moments, implied in zip(fit.sample.moments, fit.implied, strict=True)]

    def work(block: tuple[int, int]) -> Vector:
        counts = plan.source.counts(np.random.default_rng([seed, block[0]]), block[1] - block[0])
        turned = tuple(_turned(fit, group, turns[group], part) for group, part in enumerate(plan.moments(counts)))
        found = plan.optima(turned)
        total = np.sum([part.weight for part in turned], axis=0)
        return np.asarray(total * found.value, dtype=np.float64)

    with ThreadPoolExecutor(max(1, workers)) as pool:
        whole = np.concatenate(list(pool.map(work, plan.blocks(draws))))
    drawn = whole[np.isfinite(whole)]
    if not len(drawn):
        return NotAvailable("bollen.stine", "没有一次抽样得到最优解", "no draw has an optimum")
    statistic = sum(fit.group_chisq)
    return BollenStineTest(statistic, float((drawn > statistic).mean()), drawn, len(whole) - len(drawn))


def _turn(sample: Matrix, implied: Matrix) -> Matrix:
    """Return M with M S M' = Σ, from symmetric roots."""
    return np.asarray(_power(implied, 0.5) @ _power(sample, -0.5), dtype=np.float64)


def _power(matrix: Matrix, exponent: float) -> Matrix:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * values**exponent) @ vectors.T, dtype=np.float64)


def _turned(fit: Fit, group: int, turn: Matrix, draws: DrawMoments) -> DrawMoments:
    mean, implied = fit.sample.moments[group].mean, fit.implied[group].mean
    centre = implied if fit.assembly.has_means else mean
    return DrawMoments(turn @ draws.cov @ turn.T, centre + (draws.mean - mean) @ turn.T, draws.weight)
