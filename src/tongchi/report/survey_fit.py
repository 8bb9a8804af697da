"""How well does a model fit, said in one line as journals print it, and what do the figures allow one to say?

Where the estimator corrects its test, the corrected test and the robust indices are given; which they are is said. The words
of judgement follow the customary limits of Hu and Bentler (1999): CFI and TLI .95, RMSEA .06, SRMR .08.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongchi.report.survey_content import Block, Sentences, missing, reason_words, sentence
from tongchi.report.survey_numbers import bounded, count, exists, interval, number, p_equals
from tongchi.report.survey_words import ESTIMATORS, TREATMENTS, named
from tongchi.report.words import Words
from tongchi.survey.analysis_models import ModelFit
from tongchi.survey.unavailable import NotAvailable

_LIMITS = (("cfi", 0.95, 1), ("tli", 0.95, 1), ("rmsea", 0.06, -1), ("srmr", 0.08, -1))
_NAMES = {"cfi": "CFI", "tli": "TLI", "rmsea": "RMSEA", "srmr": "SRMR"}


def fit_sentences(model: ModelFit | NotAvailable, what: Words) -> list[Block]:
    """Return how `what` was estimated, its line of fit and what is to be said of it; or why there is none."""
    if isinstance(model, NotAvailable):
        return [missing(what, model)]
    line = fit_line(model.fit.fitmeasures)
    said = [
        _method(model, what),
        Words(f"拟合：{line.zh}。", f"Fit: {line.en}."),
        fit_judgement(model.fit.fitmeasures),
    ]
    if not model.fit.admissible:
        said.append(_improper())
    said += [_refused(each.method.estimator, each.method.missing, each.reason) for each in model.refused]
    return [Sentences(tuple(said))]


def fit_line(measures: Mapping[str, float | None]) -> Words:
    """Return "χ²(24) = 85.31, p < .001, CFI = .93, …"; what does not exist is left out."""
    kind, ending = _test_kind(measures)
    chi, df, p = (measures.get(f"{name}{ending}") for name in ("chisq", "df", "pvalue"))
    df = measures.get("df") if df is None else df
    shown_df = count(df).en if exists(df) and df is not None and float(df).is_integer() else number(df).en
    parts = [Words(f"{kind.zh}χ²({shown_df}) = {number(chi).zh}", f"{kind.en}χ²({shown_df}) = {number(chi).en}")]
    if exists(p):
        parts.append(p_equals(p))
    for name in ("cfi", "tli"):
        parts += _index(name, measure(measures, name))
    rmsea = measure(measures, "rmsea")
    if exists(rmsea):
        low, high = (measure(measures, f"rmsea.ci.{end}") for end in ("lower", "upper"))
        reach = interval(low, high, 3, bound=True)
        value = bounded(rmsea, 3)
        parts.append(
            Words(f"RMSEA = {value.zh}（90% 区间 {reach.zh}）", f"RMSEA = {value.en} [90% CI {reach.en[1:-1]}]")
        )
    parts += _index("srmr", measures.get("srmr"))
    return Words("，".join(each.zh for each in parts), ", ".join(each.en for each in parts))


def measure(measures: Mapping[str, float | None], name: str) -> float | None:
    """Return a measure in the form that suits the test: robust, else scaled, else plain."""
    base, dot, rest = name.partition(".")
    for ending in (".robust", ".scaled"):
        found = measures.get(f"{base}{ending}{dot}{rest}" if rest else f"{name}{ending}")
        if found is None and rest:
            found = measures.get(f"{name}{ending}")
        if exists(found):
            return found
    return measures.get(name)


def _test_kind(measures: Mapping[str, float | None]) -> tuple[Words, str]:
    if exists(measures.get("chisq.scaled")):
        return Words("校正后 ", "scaled "), ".scaled"
    return Words("", ""), ""


def _index(name: str, value: float | None) -> list[Words]:
    if not exists(value):
        return []
    shown = bounded(value, 3)
    return [Words(f"{_NAMES[name]} = {shown.zh}", f"{_NAMES[name]} = {shown.en}")]


def fit_judgement(measures: Mapping[str, float | None]) -> Words:
    """Return which indices reach the customary limits and which do not."""
    df = measures.get("df")
    if not df:
        return Words(
            "模型没有自由度，拟合无从检验。", "The model has no degrees of freedom, so its fit cannot be tested."
        )
    reached, short = _against_limits(measures)
    if not reached and not short:
        return Words("没有可以判断的拟合指标。", "No index allows a judgement.")
    if not short:
        return Words(
            "各指标都达到常用标准（Hu 和 Bentler，1999）。",
            "All indices reach the customary limits (Hu & Bentler, 1999).",
        )
    rest = Words(
        f"，{'、'.join(reached)} 达到" if reached else "",
        f"; {', '.join(reached)} {'do' if len(reached) > 1 else 'does'}" if reached else "",
    )
    verb = "do" if len(short) > 1 else "does"
    return Words(
        f"按常用标准（Hu 和 Bentler，1999），{'、'.join(short)} 未达到{rest.zh}。",
        f"By customary limits (Hu & Bentler, 1999) {', '.join(short)} {verb} not reach them{rest.en}.",
    )


def shortfalls(measures: Mapping[str, float | None]) -> list[str]:
    """Return the names of the indices that do not reach the customary limits; empty without degrees of freedom."""
    return _against_limits(measures)[1] if measures.get("df") else []


def _against_limits(measures: Mapping[str, float | None]) -> tuple[list[str], list[str]]:
    reached: list[str] = []
    short: list[str] = []
    for name, limit, sense in _LIMITS:
        value = measures.get(name) if name == "srmr" else measure(measures, name)
        if value is not None and exists(value):
            (reached if sense * (value - limit) >= 0 else short).append(_NAMES[name])
    return reached, short


def _method(model: ModelFit, what: Words) -> Words:
    estimator = named(model.fit.estimator, ESTIMATORS)
    treatment = named(model.method.missing, TREATMENTS)
    used = sum(part.count for part in model.fit.sample.moments)
    return Words(
        f"{what.zh}：用{estimator.zh}估计，缺失处理：{treatment.zh}；n = {count(used).zh}。",
        f"{what.en}: estimated by {estimator.en}; missing answers: {treatment.en}; n = {count(used).en}.",
    )


def _improper() -> Words:
    return Words(
        "解不合理（有负方差或超过 1 的相关），数值只供诊断，不宜解释。",
        "The solution is not admissible (a negative variance, or a correlation beyond 1): read the figures as a diagnosis only.",
    )


def _refused(estimator: str, treatment: str, reason: NotAvailable) -> Words:
    why = sentence(reason_words(reason))
    return Words(
        f"（{estimator}/{treatment} 未能使用：{why.zh}）", f"({estimator}/{treatment} could not be used: {why.en})"
    )
