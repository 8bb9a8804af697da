r"""Do fewer parameters fit worse than chance would have it? Nested models on the same data, tested against each other.

Plain statistics differ by :math:`T_0 - T_1`. Where answers are not normal, or ordinal, the difference is scaled: by
:math:`c = (d_0c_0 - d_1c_1)/(d_0 - d_1)` (`satorra.bentler.2001`), the same with c₁ at the estimates of the smaller model, which
cannot be negative in large samples (`satorra.bentler.2010`), or scaled and shifted by the traces of the difference's own UΓ
(`satorra.2000`). Columns are those of lavaan's `lavTestLRT()`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, get_args

import numpy as np
from scipy.special import chdtrc

from tongchi.errors import FitComparisonError
from tongchi.survey.sem.nesting import degrees, require_nested
from tongchi.survey.sem.ram import Matrix
from tongchi.survey.sem.result import Fit
from tongchi.survey.sem.scaled_difference import Scaled, by_own_trace, factor_at_smaller
from tongchi.survey.unavailable import NotAvailable

Method = Literal["standard", "satorra.bentler.2001", "satorra.2000", "satorra.bentler.2010"]
_ONE_FACTOR = frozenset({"satorra.bentler", "yuan.bentler.mplus"})


@dataclass(frozen=True)
class Step:
    """One model next to the larger one before it; H0: what it leaves out is zero or equal in the population.

    `chisq` is the model's plain statistic; the differences are None for the first model. `rmsea` is that of the difference
    (plain tests only).
    """

    name: str
    df: int
    aic: float | None
    bic: float | None
    chisq: float
    chisq_diff: float | NotAvailable | None = None
    df_diff: int | None = None
    p_value: float | NotAvailable | None = None
    rmsea: float | None = None
    scaling_factor: float | None = None
    shift_parameter: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Models in the order of their degrees of freedom; `method` is as asked, `applied` what was done."""

    method: str
    applied: Method
    steps: tuple[Step, ...]

    def to_json(self) -> dict[str, Any]:
        """Return method, rows and table under lavaan's names; what does not exist is None."""
        rows = []
        for step in self.steps:
            row: dict[str, Any] = {"Df": step.df, "AIC": step.aic, "BIC": step.bic, "Chisq": step.chisq}
            row["Chisq diff"] = _number(step.chisq_diff)
            if self.applied == "standard":
                row["RMSEA"] = step.rmsea
            rows.append(row | {"Df diff": step.df_diff, "Pr(>Chisq)": _number(step.p_value), "_row": step.name})
        return {"method": self.method, "rows": [step.name for step in self.steps], "table": rows}


def _number(value: float | NotAvailable | None) -> float | None:
    return None if isinstance(value, NotAvailable) else value


def compare_fits(*fits: Fit, method: str = "default", names: Sequence[str] | None = None) -> Comparison:
    """Test each model against the next larger one.

    Parameters
    ----------
    method : "default" takes the plain difference for plain tests, `satorra.bentler.2001` for tests with one scaling factor
        (MLM, MLR), and `satorra.2000` for others (MLMV, WLSMV, ULSMV)
    names : of the models, in the order given

    Returns
    -------
    Models ordered by degrees of freedom. Where the factor of 2001 is not positive, statistic and p-value are NotAvailable and
    say what to use instead.

    Raises
    ------
    FitComparisonError
        where data, estimators or mean structures differ, degrees of freedom are equal, a fit has not converged, or a smaller
        model is no special case of the larger one.
    """
    titles = list(names) if names is not None else [f"..{at}" for at in range(1, len(fits) + 1)]
    _require(len(fits) >= 2 and len(titles) == len(fits), f"{len(fits)} 个模型 / models", "至少两个 / two or more")
    order = sorted(range(len(fits)), key=lambda at: degrees(fits[at]))
    ordered = [fits[at] for at in order]
    _check(ordered)
    for larger, smaller in pairwise(ordered):
        require_nested(larger, smaller)
    return compare_nested(ordered, method=method, names=[titles[at] for at in order])


def compare_nested(fits: Sequence[Fit], *, method: str = "default", names: Sequence[str]) -> Comparison:
    """Do the same for models that are known to be nested and in order, the largest first."""
    applied = _method(fits[0], method)
    steps = [_head(fits[0], names[0])]
    for larger, smaller, name in zip(fits[:-1], fits[1:], names[1:], strict=True):
        steps.append(_step(larger, smaller, name, applied))
    return Comparison(method, applied, tuple(steps))


def _require(holds: bool, found: str, expected: str, advice: str = "") -> None:
    if not holds:
        raise FitComparisonError(found=found, expected=expected, advice=advice)


def _check(fits: Sequence[Fit]) -> None:
    first = fits[0]
    for fit in fits:
        _require(fit.converged, "未收敛的拟合 / a fit that has not converged", "已收敛 / converged fits")
        _require(
            fit.estimator == first.estimator and fit.request.missing == first.request.missing,
            f"{first.estimator}, {fit.estimator}",
            "同一估计法与缺失处理 / one estimator and treatment of gaps",
        )
        _require(_same_data(first, fit), "数据不同的拟合 / fits to different data", "同一数据 / the same data")
        _require(
            fit.assembly.has_means == first.assembly.has_means,
            "有的有均值结构、有的没有 / some with a mean structure, some without",
            "全有或全无 / all or none",
        )
    for larger, smaller in pairwise(fits):
        _require(
            degrees(smaller) > degrees(larger),
            f"两个模型自由度同为 {degrees(larger)} / two models with {degrees(larger)} degrees of freedom each",
            "自由度不同的嵌套模型 / nested models whose degrees of freedom differ",
            "可比较 AIC 或 BIC。/ Compare them by AIC or BIC.",
        )


def _same_data(one: Fit, other: Fit) -> bool:
    names, others = one.assembly.variables.observed, other.assembly.variables.observed
    if sorted(names) != sorted(others) or one.sample.labels != other.sample.labels:
        return False
    at = [others.index(name) for name in names]
    if one.sample.cases and other.sample.cases:
        parts = zip(one.sample.cases, other.sample.cases, strict=True)
        return all(np.array_equal(left, right[:, at], equal_nan=True) for left, right in parts)
    moments = zip(one.sample.moments, other.sample.moments, strict=True)
    return all(left.count == right.count and _close(left.cov, right.cov[np.ix_(at, at)]) for left, right in moments)


def _close(left: Matrix, right: Matrix) -> bool:
    return bool(np.allclose(left, right, rtol=1e-9, atol=1e-12))


def _method(fit: Fit, method: str) -> Method:
    """Return what is to be done for tests of this kind."""
    kind = fit.tests[-1].test
    if kind == "standard":
        _require(
            fit.request.base in {"ML", "GLS", "WLS"},
            f"estimator={fit.estimator!r}",
            "统计量服从卡方分布的估计法 / an estimator whose statistic follows a chi-square distribution",
            "请用 WLSMV 或 ULSMV。/ Use WLSMV or ULSMV.",
        )
        _require(method in {"default", "standard"}, f"method={method!r}, test={kind!r}", "default")
        return "standard"
    plain = method.lower()
    if plain == "default":
        return "satorra.bentler.2001" if kind in _ONE_FACTOR else "satorra.2000"
    known = [one for one in get_args(Method) if one == plain]
    _require(bool(known) and plain != "standard", f"method={method!r}", ", ".join(get_args(Method)[1:]))
    chosen: Method = known[0]
    _require(
        chosen == "satorra.2000" or kind in _ONE_FACTOR, f"method={method!r}, test={kind!r}", "default, satorra.2000"
    )
    return chosen


def _head(fit: Fit, name: str) -> Step:
    measures = fit.fitmeasures
    return Step(name, degrees(fit), measures.get("aic"), measures.get("bic"), fit.tests[0].stat)


def _step(larger: Fit, smaller: Fit, name: str, method: Method) -> Step:
    df = degrees(smaller) - degrees(larger)
    plain = smaller.tests[0].stat - larger.tests[0].stat
    if method == "standard":
        scaled = Scaled(plain)
    elif method == "satorra.2000":
        scaled = by_own_trace(larger, smaller, plain, df)
    else:
        ahead = factor_at_smaller(larger, smaller) if method == "satorra.bentler.2010" else _factor(larger)
        factor = (degrees(smaller) * _factor(smaller) - degrees(larger) * ahead) / df
        scaled = Scaled(plain / factor if factor > 0 else math.nan, factor)
    head = _head(smaller, name)
    missing = None if math.isfinite(scaled.statistic) else _no_factor(scaled.factor or 0.0, method)
    rmsea = None
    if method == "standard":
        count, groups = sum(part.count for part in smaller.sample.moments), len(smaller.sample.moments)
        rmsea = math.sqrt(max(plain - df, 0.0) * groups / (df * count))
    return Step(
        name=head.name,
        df=head.df,
        aic=head.aic,
        bic=head.bic,
        chisq=head.chisq,
        chisq_diff=scaled.statistic if missing is None else missing,
        df_diff=df,
        p_value=float(chdtrc(df, max(scaled.statistic, 0.0))) if missing is None else missing,
        rmsea=rmsea,
        scaling_factor=scaled.factor,
        shift_parameter=scaled.shift,
    )


def _factor(fit: Fit) -> float:
    """Return the scaling factor of a model's test, 1 for a saturated model."""
    factor = fit.tests[-1].scaling_factor
    return 1.0 if factor is None else factor


def _no_factor(factor: float, method: Method) -> NotAvailable:
    instead = "satorra.bentler.2010" if method == "satorra.bentler.2001" else "satorra.2000"
    return NotAvailable(
        "chisq_diff",
        f"差异检验的校正因子不为正（{factor:.3g}），请改用 method=“{instead}”",
        f"the scaling factor of the difference is not positive ({factor:.3g}); use method={instead!r}",
    )
