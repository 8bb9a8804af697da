r"""How well does the model fit? Indices under lavaan's field names, by the formulas of lavaan 0.6.

RMSEA is multiplied by √groups; SRMR and its kin, and GFI, are averaged over groups with weights n_g/N. GFI is 1 − e'We / s'Ws
with the weight of the estimator (ML: at the implied moments), means included; for ULS of covariances alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.special import chdtrc, chdtri

from tongchi.survey.sem.assembly import Assembly, Moments
from tongchi.survey.sem.fit_indices import Measures, incremental, rmsea
from tongchi.survey.sem.ram import Implied, Matrix, Vector
from tongchi.survey.sem.robust_measures import Corrected, baseline_rows, incremental_rows, rmsea_rows, test_rows


@dataclass(frozen=True)
class FitFacts:
    """What the measures are made of: N·F and its degrees of freedom, parameters, moments and samples.

    `baseline` (N·F of independence, its degrees of freedom), `unrestricted` (log-likelihood) and `goodness` (GFI) are given where
    they do not follow from the moments, which is where rows have gaps.
    """

    chisq: float
    degrees: int
    parameters: int
    assembly: Assembly
    samples: tuple[Moments, ...]
    implied: tuple[Implied, ...]
    estimator: str
    corrected: Corrected = field(default_factory=Corrected)
    baseline: tuple[float, int] | None = None
    unrestricted: float | None = None
    goodness: float | None = None
    late: Callable[[], FitFacts] | None = None
    """Where rows have gaps the baseline and the robust indices cost more than the fit: they wait until a measure is asked for."""

    @property
    def total(self) -> int:
        """Rows in all groups."""
        return sum(sample.count for sample in self.samples)

    @property
    def weight(self) -> int:
        """N of the test statistic: rows, or rows less groups."""
        return sum(sample.weight for sample in self.samples)

    @property
    def covariates(self) -> list[int]:
        """Places of observed variables whose moments are taken from the sample."""
        fixed = {row.lhs for row in self.assembly.rows if row.exogenous}
        return [at for at, name in enumerate(self.assembly.variables.observed) if name in fixed]


def fit_measures(facts: FitFacts) -> Measures:
    """Return all measures; None where one does not exist (no degrees of freedom, a perfect baseline)."""
    baseline, baseline_df = facts.baseline or independence_test(facts)
    corrected = facts.corrected
    tested = facts.estimator != "ULS"  # N·F of ULS follows no chi-square distribution
    measures: Measures = {
        "npar": facts.parameters,
        "fmin": facts.chisq / (2.0 * (facts.weight if facts.estimator == "ML" else facts.total)),
        "chisq": facts.chisq,
        "df": facts.degrees,
        "pvalue": float(chdtrc(facts.degrees, facts.chisq)) if facts.degrees and tested else None,
        **test_rows(corrected),
        "baseline.chisq": baseline,
        "baseline.df": baseline_df,
        "baseline.pvalue": float(chdtrc(baseline_df, baseline)) if baseline_df and tested else None,
        **baseline_rows(corrected),
    }
    measures |= incremental(facts.chisq, facts.degrees, baseline, baseline_df)
    measures |= incremental_rows(corrected, facts.degrees, baseline_df)
    if facts.estimator == "ML":
        measures |= _likelihoods(facts)
    measures["ntotal"] = facts.total
    if corrected.test is not None and corrected.test.scaling_h1 is not None:
        measures |= {"scaling.factor.h1": corrected.test.scaling_h1, "scaling.factor.h0": corrected.test.scaling_h0}
    measures |= rmsea(facts.chisq, facts.degrees, facts.weight, len(facts.samples))
    measures |= rmsea_rows(corrected, facts.chisq, facts.degrees, n=facts.weight, groups=len(facts.samples))
    measures |= _residuals(facts)
    measures |= _absolute(facts)
    return measures


class LateMeasures(Mapping[str, float | None]):
    """Measures that are worked out when the first of them is asked for; pickled as what they are."""

    def __init__(self, facts: Callable[[], FitFacts]) -> None:
        self._facts = facts

    @cached_property
    def _found(self) -> Measures:
        return fit_measures(self._facts())

    def __getitem__(self, name: str) -> float | None:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __reduce__(self) -> tuple[type[dict[str, float | None]], tuple[Measures]]:
        return dict, (self._found,)


def moment_count(facts_assembly: Assembly, groups: int) -> int:
    """Return how many moments the model is judged by: covariances (and means), less those fixed at the sample's."""
    p = len(facts_assembly.variables.observed)
    count = groups * (p * (p + 1) // 2 + (p if facts_assembly.has_means else 0))
    return count - sum(row.exogenous for row in facts_assembly.rows)


def independence_test(facts: FitFacts) -> tuple[float, int]:
    """Return the test of independence; covariates that are fixed keep their covariances."""
    given = facts.covariates
    p = len(facts.assembly.variables.observed)
    others = [at for at in range(p) if at not in given]
    value = 0.0
    for sample in facts.samples:
        inside = sample.cov[np.ix_(given, given)]
        known = float(np.linalg.slogdet(inside)[1]) if given else 0.0
        if facts.estimator == "ML":
            gap = float(np.log(np.diag(sample.cov)[others]).sum()) + known - float(np.linalg.slogdet(sample.cov)[1])
        else:
            gap = _baseline_least_squares(sample.cov, given, facts.estimator)
        value += sample.weight * gap
    degrees = p * (p - 1) // 2 - len(given) * (len(given) - 1) // 2
    return value, degrees * len(facts.samples)


def _baseline_least_squares(cov: Matrix, given: list[int], estimator: str) -> float:
    """Return F of independence: free variances, and the block of fixed covariates as in the sample."""
    rest = cov.copy()
    rest[np.ix_(given, given)] = 0.0
    if estimator == "ULS":
        return float(np.sum((rest - np.diag(np.diag(rest))) ** 2)) / 2.0
    others = [at for at in range(len(cov)) if at not in given]
    weight = np.linalg.inv(cov)
    pulled = weight @ rest
    target = np.diag(pulled @ weight)[others]
    variances = np.linalg.solve((weight**2)[np.ix_(others, others)], target)
    return float(np.sum(pulled * pulled.T) - target @ variances) / 2.0


def _likelihoods(facts: FitFacts) -> Measures:
    given = facts.covariates
    full, known = 0.0, 0.0
    for sample in facts.samples:
        p = len(sample.cov)
        full -= sample.count / 2.0 * (p * math.log(2.0 * math.pi) + float(np.linalg.slogdet(sample.cov)[1]) + p)
        if given:
            inside = float(np.linalg.slogdet(sample.cov[np.ix_(given, given)])[1])
            known -= sample.count / 2.0 * (len(given) * math.log(2.0 * math.pi) + inside + len(given))
    unrestricted = full - known if facts.unrestricted is None else facts.unrestricted
    logl = unrestricted - facts.chisq / 2.0 * facts.total / facts.weight
    npar, n = facts.parameters, facts.total
    return {
        "logl": logl,
        "unrestricted.logl": unrestricted,
        "aic": -2.0 * logl + 2.0 * npar,
        "bic": -2.0 * logl + npar * math.log(n),
        "bic2": -2.0 * logl + npar * math.log((n + 2) / 24.0),
    }


def _residuals(facts: FitFacts) -> Measures:
    means = facts.assembly.has_means
    totals: dict[str, float] = {}
    for sample, implied in zip(facts.samples, facts.implied, strict=True):
        for name, value in _residuals_of_group(sample, implied, means).items():
            totals[name] = totals.get(name, 0.0) + value * sample.count / facts.total
    return {
        "rmr": totals["rmr"],
        "rmr_nomean": totals["rmr_nomean"],
        "srmr": totals["srmr_bentler"],
        **{name: value for name, value in totals.items() if not name.startswith("rmr")},
    }


def _residuals_of_group(sample: Moments, implied: Implied, means: bool) -> dict[str, float]:
    s, sigma = sample.cov, implied.cov
    sd, model_sd = np.sqrt(np.diag(s)), np.sqrt(np.diag(sigma))
    lower = np.tril_indices(len(s))
    gap, mean, model_mean = sample.mean - implied.mean, sample.mean, implied.mean
    correlation = s / np.outer(sd, sd) - sigma / np.outer(model_sd, model_sd)
    scaled = mean / sd - model_mean / model_sd
    variances = np.diag(s - sigma) / sd**2
    mplus = correlation + np.diag(variances)
    p = len(s)
    cases: dict[str, tuple[Vector, Vector, int]] = {
        "rmr": ((s - sigma)[lower], gap, 0),
        "srmr_bentler": (((s - sigma) / np.outer(sd, sd))[lower], gap / sd, 0),
        "crmr": (correlation[lower], gap / sd, p),
        "srmr_mplus": (mplus[lower], scaled, 0),
    }
    result = {}
    for name, (covariances, shifts, fewer) in cases.items():
        squares, count = float(covariances @ covariances), len(covariances) - fewer
        result[f"{name}_nomean"] = math.sqrt(squares / count) if count else 0.0
        result[name] = result[f"{name}_nomean"]
        if means:
            result[name] = math.sqrt((squares + float(shifts @ shifts)) / (count + p))
    return {name: result[name] for key in cases for name in (key, f"{key}_nomean")}


def _absolute(facts: FitFacts) -> Measures:
    x, df, n = facts.chisq, facts.degrees, facts.weight
    exogenous = sum(row.exogenous for row in facts.assembly.rows)
    moments = moment_count(facts.assembly, len(facts.samples)) + exogenous
    parts = zip(facts.samples, facts.implied, strict=True)
    gfi = facts.goodness
    if gfi is None:
        gfi = sum(sample.count / facts.total * _goodness(sample, implied, facts) for sample, implied in parts)
    return {
        "cn_05": float(chdtri(df, 0.05)) * n / x + 1.0 if df and x > 0 else None,
        "cn_01": float(chdtri(df, 0.01)) * n / x + 1.0 if df and x > 0 else None,
        "gfi": gfi,
        "agfi": 1.0 - moments / df * (1.0 - gfi) if df else 1.0,
        "pgfi": df / moments * gfi,
        "mfi": math.exp(-0.5 * (x - df) / n),
        "ecvi": x / n + 2.0 * facts.parameters / n,
    }


def _goodness(sample: Moments, implied: Implied, facts: FitFacts) -> float:
    """Return the GFI of a group; moments of fixed covariates are no part of what is to be explained."""
    given = facts.covariates
    outcome = sample.cov.copy()
    outcome[np.ix_(given, given)] = 0.0
    if facts.estimator == "ULS":
        lower = np.tril_indices(len(outcome))
        error, whole = (sample.cov - implied.cov)[lower], outcome[lower]
        return 1.0 - float(error @ error) / float(whole @ whole)
    weight = np.asarray(np.linalg.inv(sample.cov if facts.estimator == "GLS" else implied.cov), dtype=np.float64)
    error, whole = weight @ (sample.cov - implied.cov), weight @ outcome
    top, bottom = 0.5 * float(np.sum(error * error.T)), 0.5 * float(np.sum(whole * whole.T))
    if facts.assembly.has_means:
        gap, mean = sample.mean - implied.mean, sample.mean.copy()
        mean[given] = 0.0
        top += float(gap @ weight @ gap)
        bottom += float(mean @ weight @ mean)
    return 1.0 - top / bottom
