r"""How well does the model fit? Indices under lavaan's field names, by the formulas of lavaan 0.6.

RMSEA is multiplied by √groups; SRMR and its kin, and GFI, are averaged over groups with weights n_g/N. GFI is 1 − e'We / s'Ws
with the weight of the estimator (ML: at the implied moments), means included; for ULS of covariances alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri, chndtr

from tongchi.survey.sem.assembly import Assembly, Moments
from tongchi.survey.sem.ram import Implied, Matrix, Vector

Measures = dict[str, float | None]


@dataclass(frozen=True)
class FitFacts:
    """What the measures are made of: N·F and its degrees of freedom, parameters, moments and samples."""

    chisq: float
    degrees: int
    parameters: int
    assembly: Assembly
    samples: tuple[Moments, ...]
    implied: tuple[Implied, ...]
    estimator: str

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
    baseline, baseline_df = _baseline(facts)
    tested = facts.estimator != "ULS"  # N·F of ULS follows no chi-square distribution
    measures: Measures = {
        "npar": facts.parameters,
        "fmin": facts.chisq / (2.0 * (facts.weight if facts.estimator == "ML" else facts.total)),
        "chisq": facts.chisq,
        "df": facts.degrees,
        "pvalue": float(chdtrc(facts.degrees, facts.chisq)) if facts.degrees and tested else None,
        "baseline.chisq": baseline,
        "baseline.df": baseline_df,
        "baseline.pvalue": float(chdtrc(baseline_df, baseline)) if baseline_df and tested else None,
    }
    measures |= _incremental(facts.chisq, facts.degrees, baseline, baseline_df)
    if facts.estimator == "ML":
        measures |= _likelihoods(facts)
    measures["ntotal"] = facts.total
    measures |= _rmsea(facts.chisq, facts.degrees, facts.weight, len(facts.samples))
    measures |= _residuals(facts)
    measures |= _absolute(facts)
    return measures


def moment_count(facts_assembly: Assembly, groups: int) -> int:
    """Return how many moments the model is judged by: covariances (and means), less those fixed at the sample's."""
    p = len(facts_assembly.variables.observed)
    count = groups * (p * (p + 1) // 2 + (p if facts_assembly.has_means else 0))
    return count - sum(row.exogenous for row in facts_assembly.rows)


def _baseline(facts: FitFacts) -> tuple[float, int]:
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


def _incremental(x: float, df: int, base: float, base_df: int) -> Measures:
    def share(top: Callable[[], float]) -> float | None:
        try:
            return float(top())
        except ZeroDivisionError:
            return None

    excess, base_excess = max(x - df, 0.0), max(x - df, base - base_df, 0.0)
    tli = share(lambda: (base / base_df - x / df) / (base / base_df - 1.0)) if df else 1.0
    return {
        "cfi": 1.0 - excess / base_excess if base_excess > 0 else 1.0,
        "tli": tli,
        "nnfi": tli,
        "rfi": share(lambda: (base / base_df - x / df) / (base / base_df)) if df else 1.0,
        "nfi": share(lambda: (base - x) / base),
        "pnfi": share(lambda: df / base_df * (base - x) / base),
        "ifi": share(lambda: (base - x) / (base - df)),
        "rni": share(lambda: 1.0 - (x - df) / (base - base_df)),
    }


def _likelihoods(facts: FitFacts) -> Measures:
    given = facts.covariates
    full, known = 0.0, 0.0
    for sample in facts.samples:
        p = len(sample.cov)
        full -= sample.count / 2.0 * (p * math.log(2.0 * math.pi) + float(np.linalg.slogdet(sample.cov)[1]) + p)
        if given:
            inside = float(np.linalg.slogdet(sample.cov[np.ix_(given, given)])[1])
            known -= sample.count / 2.0 * (len(given) * math.log(2.0 * math.pi) + inside + len(given))
    unrestricted = full - known
    logl = unrestricted - facts.chisq / 2.0 * facts.total / facts.weight
    npar, n = facts.parameters, facts.total
    return {
        "logl": logl,
        "unrestricted.logl": unrestricted,
        "aic": -2.0 * logl + 2.0 * npar,
        "bic": -2.0 * logl + npar * math.log(n),
        "bic2": -2.0 * logl + npar * math.log((n + 2) / 24.0),
    }


def _rmsea(x: float, df: int, n: int, groups: int) -> Measures:
    if df == 0:
        return {"rmsea": 0.0, "rmsea.ci.lower": 0.0, "rmsea.ci.upper": 0.0, "rmsea.ci.level": 0.9, "rmsea.pvalue": None}

    def of(noncentrality: float) -> float:
        return math.sqrt(noncentrality * groups / (df * n))

    def noncentrality(level: float) -> float:
        if 1.0 - chdtrc(df, x) < level:
            return 0.0
        top = max(x, 1.0) * 4.0 + 100.0
        return float(brentq(lambda at: float(chndtr(x, df, at)) - level, 1e-12, top, xtol=1e-12, rtol=1e-14))

    return {
        "rmsea": of(max(x - df, 0.0)),
        "rmsea.ci.lower": of(noncentrality(0.95)),
        "rmsea.ci.upper": of(noncentrality(0.05)),
        "rmsea.ci.level": 0.9,
        "rmsea.pvalue": 1.0 - float(chndtr(x, df, n * df * 0.05**2 / groups)),
        "rmsea.close.h0": 0.05,
        "rmsea.notclose.pvalue": float(chndtr(x, df, n * df * 0.08**2 / groups)),
        "rmsea.notclose.h0": 0.08,
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
    gfi = sum(sample.count / facts.total * _goodness(sample, implied, facts) for sample, implied in parts)
    return {
        "cn_05": float(chdtri(df, 0.05)) * n / x + 1.0 if df and x > 0 else None,
        "cn_01": float(chdtri(df, 0.01)) * n / x + 1.0 if df and x > 0 else None,
        "gfi": gfi,
        "agfi": 1.0 - moments / df * (1.0 - gfi) if df else None,
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
