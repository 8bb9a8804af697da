"""How much of what the answers share may come from the questionnaire itself? What the models of a common method say."""

from __future__ import annotations

from tongchi.report.survey_content import Block, Names, Sentences, missing
from tongchi.report.survey_numbers import bounded, count, exists, number, p_equals, percent
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.common_method_models import MethodFactor, OneFactor
from tongchi.survey.sem.likelihood_ratio import Step as Difference
from tongchi.survey.unavailable import NotAvailable

_WHAT = Words("共同方法模型", "Models of a common method")
_ONE = Words("单因子模型", "One-factor model")
_METHOD = Words("方法因子模型", "Model with a method factor")


def method_blocks(analysis: SurveyAnalysis, names: Names) -> list[Block]:
    """Return what both models say, or why one says nothing."""
    found = analysis.common_method
    if isinstance(found, NotAvailable):
        return [missing(_WHAT, found)]
    said: list[Words] = []
    blocks: list[Block] = []
    one, method = found.one_factor, found.method_factor
    if isinstance(one, NotAvailable):
        blocks.append(missing(_ONE, one))
    else:
        said.append(_one_factor(one))
    if isinstance(method, NotAvailable):
        blocks.append(missing(_METHOD, method))
    else:
        said.append(_method_factor(method, names))
    return [Sentences(tuple(said), listed=True), *blocks] if said else blocks


def _one_factor(found: OneFactor) -> Words:
    test = _test(found.difference)
    worse = _significant(found.difference)
    return Words(
        f"单因子模型与测量模型相比：{test.zh}，{'拟合显著变差，一个因子不足以解释全部题目' if worse else '拟合没有显著变差，各构念未能与单一因子区分'}。",
        f"One factor for all items against the measurement model: {test.en}; {'it fits significantly worse, so that one factor does not account for all items' if worse else 'it does not fit significantly worse, so that the constructs are not told apart from a single factor'}.",
    )


def _method_factor(found: MethodFactor, names: Names) -> Words:
    test, share = _test(found.difference), percent(found.share)
    shift = bounded(found.largest_shift)
    pair = max(found.shifts, key=lambda each: abs(found.shifts[each]), default=None)
    place = Words("", "")
    if pair:
        first, second = (names.construct(code) for code in pair)
        place = Words(f"（{first.zh}与{second.zh}）", f" ({first.en} and {second.en})")
    return Words(
        f"加入方法因子：{test.zh}；方法平均占题目方差的 {share.zh}，去除后构念相关最多变化 {shift.zh}{place.zh}。",
        f"With a method factor: {test.en}; the method takes {share.en} of the variance of an item on average, and without it correlations of constructs change by at most {shift.en}{place.en}.",
    )


def _test(found: Difference) -> Words:
    if not exists(found.chisq_diff) or not exists(found.p_value):
        return Words("差异检验不存在", "the difference cannot be tested")
    stat = f"Δχ²({count(found.df_diff).en}) = {number(found.chisq_diff).en}"
    p = p_equals(found.p_value)
    return Words(f"{stat}，{p.zh}", f"{stat}, {p.en}")


def _significant(found: Difference) -> bool:
    return isinstance(found.p_value, float) and found.p_value < 0.05
