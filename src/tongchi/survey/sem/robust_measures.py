"""What do the indices of fit become when the test is corrected? `.scaled` from the corrected statistics, `.robust` from the factors."""

from __future__ import annotations

from dataclasses import dataclass

from tongchi.survey.sem.fit_indices import Measures, comparative, incremental, relative, rmsea_point, rmsea_range
from tongchi.survey.sem.fit_indices import tucker_lewis as tli
from tongchi.survey.sem.test_statistics import TestStatistic


@dataclass(frozen=True)
class RobustFacts:
    """What `.robust` indices are made of: a statistic and its scaling factor, for the model and for the baseline.

    `factor` scales the degrees of freedom; `interval_factor` and `scaled` belong to the interval of the RMSEA and differ from it
    only for a shifted statistic.
    """

    stat: float
    factor: float
    scaled: float
    interval_factor: float
    base_stat: float
    base_factor: float


@dataclass(frozen=True)
class Corrected:
    """The corrected tests of model and baseline (None under a plain test), and what the robust indices take (None: there are none)."""

    test: TestStatistic | None = None
    baseline: TestStatistic | None = None
    robust: RobustFacts | None = None
    expects_robust: bool = False


def complete_facts(
    test: TestStatistic, chisq: float, df: int, *, baseline: TestStatistic, base_stat: float
) -> RobustFacts | None:
    """Return the robust facts of complete data, or None where the correction has no factor."""
    if test.trace is None or baseline.trace is None or test.scaling_factor is None:
        return None
    return RobustFacts(
        stat=chisq,
        factor=test.trace / df,
        scaled=test.stat,
        interval_factor=test.scaling_factor,
        base_stat=base_stat,
        base_factor=baseline.trace / baseline.df,
    )


def test_rows(found: Corrected) -> Measures:
    """Return chisq.scaled and its companions."""
    return {} if found.test is None else _rows(found.test, "")


def baseline_rows(found: Corrected) -> Measures:
    """Return baseline.chisq.scaled and its companions."""
    return {} if found.baseline is None else _rows(found.baseline, "baseline.")


def _rows(test: TestStatistic, of: str) -> Measures:
    return {
        f"{of}chisq.scaled": test.stat,
        f"{of}df.scaled": test.df,
        f"{of}pvalue.scaled": test.pvalue,
        f"{of}chisq.scaling.factor": test.scaling_factor,
    }


def incremental_rows(found: Corrected, df: int, base_df: int) -> Measures:
    """Return CFI, TLI and kin, .scaled and .robust."""
    rows: Measures = {}
    if found.test is not None and found.baseline is not None:
        test, base = found.test, found.baseline
        rows = {f"{k}.scaled": v for k, v in incremental(test.stat, test.df, base.stat, base.df).items()}
    if not found.expects_robust:
        return rows
    if found.robust is None:
        return rows | dict.fromkeys(("cfi.robust", "tli.robust", "nnfi.robust", "rni.robust"))
    facts = found.robust
    own, other = facts.factor * df, facts.base_factor * base_df
    tucker = tli(facts.stat, df, facts.base_stat, base_df, factor=facts.factor, base_factor=facts.base_factor)
    return rows | {
        "cfi.robust": comparative(facts.stat, own, facts.base_stat, other),
        "tli.robust": tucker,
        "nnfi.robust": tucker,
        "rni.robust": relative(facts.stat, own, facts.base_stat, other),
    }


_RMSEA = ("rmsea.ci.lower", "rmsea.ci.upper", "rmsea.pvalue", "rmsea.notclose.pvalue")


def rmsea_rows(found: Corrected, chisq: float, df: int, *, n: int, groups: int) -> Measures:
    """Return the RMSEA with interval and tests, .scaled and .robust.

    The scaled one divides the plain statistic by the trace of UΓ for degrees of freedom; a shifted statistic stands for itself.
    """
    rows: Measures = {}
    if found.test is not None:
        shifted = found.test.shift_parameter is not None
        own, degrees = (found.test.stat, float(df)) if shifted else (chisq, found.test.trace)
        point = None if degrees is None else rmsea_point(own, degrees, n, groups)
        edges = (None,) * 4 if degrees is None else rmsea_range(own, degrees, n, groups)
        rows = {"rmsea.scaled": point} | {f"{k}.scaled": v for k, v in zip(_RMSEA, edges, strict=True)}
    if not found.expects_robust:
        return rows
    if found.robust is None:
        zero = None if df else 0.0
        return rows | {"rmsea.robust": zero} | {f"{k}.robust": None if "pvalue" in k else zero for k in _RMSEA}
    facts = found.robust
    sure = rmsea_range(facts.scaled, df, n, groups, factor=facts.interval_factor)
    rows["rmsea.robust"] = rmsea_point(facts.stat, df, n, groups, factor=facts.factor)
    return rows | {f"{key}.robust": value for key, value in zip(_RMSEA, sure, strict=True)}
