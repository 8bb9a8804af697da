"""What should a reader know before anything else? Sentences made from the figures, the verdicts first."""

from __future__ import annotations

from collections.abc import Sequence

from tongchi.report.survey_content import Names, joined, reason_words, sentence
from tongchi.report.survey_fit import shortfalls
from tongchi.report.survey_groups import differing
from tongchi.report.survey_importance import binding_words
from tongchi.report.survey_invariance import comparability
from tongchi.report.survey_measures import low_reliability
from tongchi.report.survey_necessity import CEILING, necessary
from tongchi.report.survey_numbers import bounded, count, number, percent
from tongchi.report.survey_verdicts import statement
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.groups import GroupComparisons
from tongchi.survey.invariance_means import LatentDifference
from tongchi.survey.scale_scores import scale_scores
from tongchi.survey.unavailable import NotAvailable

_LIMIT = 0.05
_ORDER = ("supported", "contradicted", "undecided")
_SAID = {
    "supported": Words("支持", "supported"),
    "contradicted": Words("不支持", "contradicted"),
    "undecided": Words("未定", "undecided"),
}


def headline(analysis: SurveyAnalysis, names: Names) -> tuple[Words, ...]:
    """Return the lead and the sentences below it."""
    verdicts = _verdicts(analysis)
    rest = [
        *verdicts[1:],
        *_levels(analysis, names),
        *_bottleneck(analysis, names),
        *_comparability(analysis, names),
        *_groups(analysis, names),
        *_cautions(analysis, names),
        _basis(analysis),
    ]
    return (verdicts[0], *rest)


def _verdicts(analysis: SurveyAnalysis) -> list[Words]:
    found = analysis.hypotheses
    if isinstance(found, NotAvailable):
        why = sentence(reason_words(found))
        return [Words(f"假设没有检验：{why.zh}", f"Hypotheses were not tested: {why.en}")]
    of: dict[str, list[str]] = {}
    for one in found.results:
        key = "none" if isinstance(one.verdict, NotAvailable) else one.verdict.value
        of.setdefault(key, []).append(one.id)
    total = len(found.results)
    counts = [(key, len(of.get(key, []))) for key in _ORDER]
    untested = len(of.get("none", []))
    zh = "，".join(f"{n} 条{_SAID[key].zh}" for key, n in counts) + (f"，{untested} 条无法判定" if untested else "")
    en = ", ".join(f"{n} {_SAID[key].en}" for key, n in counts) + (f", {untested} not testable" if untested else "")
    noun = "hypothesis" if total == 1 else "hypotheses"
    lines = [Words(f"{total} 条假设中：{zh}。", f"Of {total} {noun}: {en}.")]
    said = {one.id: statement(one) for one in found.results}
    for key in _ORDER:
        if of.get(key):
            zh = "；".join(f"{said[name].zh}（{name}）" for name in of[key])
            en = "; ".join(f"{said[name].en} ({name})" for name in of[key])
            lines.append(Words(f"{_SAID[key].zh}：{zh}。", f"{_SAID[key].en.capitalize()}: {en}."))
    if untested:
        lines.append(Words(f"无法判定：{'、'.join(of['none'])}。", f"Not testable: {', '.join(of['none'])}."))
    return lines


def _levels(analysis: SurveyAnalysis, names: Names) -> list[Words]:
    """Say which constructs score lowest and highest against the middle of the scale."""
    scores = scale_scores(analysis.instrument, analysis.answers)
    means = {code: scores[code].mean() for code in analysis.constructs if code in scores.columns}
    known = {code: float(value) for code, value in means.items() if isinstance(value, float)}
    if len(known) < 2:
        return []
    low, high = min(known, key=lambda code: known[code]), max(known, key=lambda code: known[code])
    one, other = names.construct(low), names.construct(high)
    middle = f"{analysis.instrument.scale.midpoint:g}"
    return [
        Words(
            f"均分最低的是{one.zh}（{number(known[low]).zh}），最高的是{other.zh}（{number(known[high]).zh}）；量表中点为 {middle}。",
            f"The lowest mean is that of {one.en} ({number(known[low]).en}), the highest that of {other.en} ({number(known[high]).en}); the middle of the scale is {middle}.",
        )
    ]


def _bottleneck(analysis: SurveyAnalysis, names: Names) -> list[Words]:
    said = []
    if not isinstance(analysis.importance, NotAvailable):
        said += [binding_words(one, names) for one in analysis.importance if len(one.constructs) > 1]
    if isinstance(analysis.necessity, NotAvailable):
        return said
    for one in analysis.necessity:
        outcome = names.construct(one.outcome)
        found = necessary(one)
        if found:
            first = found[0]
            name, d = names.construct(first.condition), bounded(first.ceilings[CEILING].effect_size)
            said.append(
                Words(
                    f"就必要条件而言，“{outcome.zh}”最离不开的是“{name.zh}”（d = {d.zh}）。",
                    f"As a necessary condition {outcome.en} can least do without {name.en} (d = {d.en}).",
                )
            )
        else:
            said.append(
                Words(f"没有发现“{outcome.zh}”的必要条件。", f"No necessary condition of {outcome.en} was found.")
            )
    return said


def _comparability(analysis: SurveyAnalysis, names: Names) -> list[Words]:
    """Say whether groups may be compared; without an answer, say that it is open."""
    if analysis.settings.group is None:
        return []
    found = analysis.invariance
    if not isinstance(found, NotAvailable):
        return [comparability(found, names)]
    why = reason_words(found)
    return [
        Words(
            f"各组对题目的理解是否相同没有检验（{why.zh.rstrip('。')}），均值比较须谨慎。",
            f"Whether items mean the same to all groups was not tested ({why.en.rstrip('.')}); compare means with care.",
        )
    ]


def _groups(analysis: SurveyAnalysis, names: Names) -> list[Words]:
    """Say where groups differ: by latent means where they can be compared, else by scale scores, and not where they cannot."""
    found = analysis.groups
    if isinstance(found, NotAvailable) or found.means_comparable is False:
        return []
    ladder = analysis.invariance
    if not isinstance(ladder, NotAvailable) and not isinstance(ladder.latent_means, NotAvailable):
        return [_latent(ladder.latent_means, found, names)]
    clear = differing(found)
    if not clear:
        return [Words("各组的量表均分没有显著差异。", "Scale scores do not differ significantly between the groups.")]
    which = joined([names.construct(each.variable) for each in clear])
    return [
        Words(
            f"量表均分有显著组间差异的构念：{which.zh}。",
            f"Scale scores differ significantly between the groups on: {which.en}.",
        )
    ]


def _latent(means: Sequence[LatentDifference], found: GroupComparisons, names: Names) -> Words:
    far = [each for each in means if each.adjusted_p < _LIMIT]
    if not far:
        return Words("各组的潜均值没有显著差异。", "Latent means do not differ significantly between the groups.")
    parts = []
    for each in far:
        name, d = names.construct(each.construct), number(each.standardised)
        first, second = names.group(found.group, each.group), names.group(found.group, each.reference)
        parts.append(
            Words(
                f"{name.zh}（{first.zh} − {second.zh}，d = {d.zh}）",
                f"{name.en} ({first.en} − {second.en}, d = {d.en})",
            )
        )
    zh, en = "、".join(each.zh for each in parts), ", ".join(each.en for each in parts)
    return Words(f"潜均值有显著组间差异：{zh}。", f"Latent means differ significantly: {en}.")


def _cautions(analysis: SurveyAnalysis, names: Names) -> list[Words]:
    said = []
    models = [(Words("测量模型", "the measurement model"), analysis.cfa)]
    if not isinstance(analysis.structure, NotAvailable):
        models.append((Words("结构模型", "the structural model"), analysis.structure.main.fit))
    for what, model in models:
        if isinstance(model, NotAvailable):
            why = sentence(reason_words(model))
            said.append(Words(f"{what.zh}没有结果：{why.zh}", f"There is no result for {what.en}: {why.en}"))
        elif not model.fit.admissible:
            said.append(
                Words(
                    f"{what.zh}的解不合理，相关数字只供诊断。",
                    f"The solution of {what.en} is not admissible: its figures are a diagnosis only.",
                )
            )
        elif short := shortfalls(model.fit.fitmeasures):
            said.append(
                Words(
                    f"{what.zh}的拟合未达常用标准（{'、'.join(short)}），相关结论须谨慎。",
                    f"{what.en.capitalize()} falls short of customary fit ({', '.join(short)}); read what rests on it with care.",
                )
            )
    return [*said, *_reliability(analysis, names)]


def _reliability(analysis: SurveyAnalysis, names: Names) -> list[Words]:
    low = low_reliability(analysis.measurement, names)
    if not low:
        return []
    which = joined(low)
    return [
        Words(
            f"信度不足 0.70 的构念：{which.zh}；涉及它们的结论须谨慎。",
            f"Reliability is below .70 for {which.en}; read what rests on them with care.",
        )
    ]


def _basis(analysis: SurveyAnalysis) -> Words:
    sample = analysis.sample
    removed = percent(analysis.cleaning.removed / max(1, sample.given)).en
    return Words(
        f"依据 {count(sample.used).zh} 份答卷（收到 {count(sample.given).zh} 份，{removed} 因作答质量未纳入）。",
        f"Based on {count(sample.used).en} questionnaires ({count(sample.given).en} received, {removed} set aside for the quality of answers).",
    )
