"""How were stages told, answers analysed, the bottleneck found and scenarios run?"""

from __future__ import annotations

from collections.abc import Iterator

from tongchi.mechanism.measures import HALF_LIFE
from tongchi.mechanism.names import CONSTRUCT_NAMES, ELEMENT_NAMES
from tongchi.report.survey_content import Names, Sentences, joined, sentence
from tongchi.report.survey_method import method_part
from tongchi.report.words import Words
from tongchi.study.result import StudyResult
from tongchi.survey.cleaning_rules import RULES
from tongchi.survey.hypotheses_rule import Rule as VerdictRule
from tongchi.survey.necessity import Rule as NecessityRule
from tongchi.survey.unavailable import NotAvailable

_SOURCES = {
    "documents": Words("文本", "documents"),
    "survey": Words("问卷", "the questionnaire"),
    "waves": Words("历次调查", "earlier surveys"),
    "indicators": Words("指标", "indicators"),
    "model": Words("模型的假设", "an assumption of the model"),
}


def stages_said(result: StudyResult) -> Iterator[Words]:
    """Say how indices are made, when a stage holds and what counts as a change."""
    stages = result.stages
    assert not isinstance(stages, NotAvailable)
    yield Words(
        f"动机、路径、目的指数（0–1）是各构念指标的加权平均：指标按方向和上下限归一，事件按存量计、每 {HALF_LIFE:g} 年减半；"
        "可用权重不足一半的时期不给指数。主结果用等权，另算熵权作对照。",
        f"The indices of motive, path and purpose (0–1) are weighted means of the measures of their constructs: indicators are scaled by direction and bounds, events count as a stock that halves every {HALF_LIFE:g} years; "
        "below half of the weight a period has no index. Main results use equal weights, entropy weights are given beside them.",
    )
    rules = stages.joint.rules
    known = [stage for stage in rules.stages if stage.index]
    zh = "；".join(f"{stage.zh}：{_name(stage.index).zh}指数 ≥ {stage.threshold:g}" for stage in known)
    en = "; ".join(f"{stage.en}: {_name(stage.index).en} ≥ {stage.threshold:g}" for stage in known)
    yield Words(
        f"阶段按次序判定（{zh}）；进入须高出阈值 {rules.band:g}，退出须低于阈值 {rules.band:g}，变化须持续 {rules.stay} 期。阈值是设定，不是估计。",
        f"Stages are told in order ({en}); one is entered {rules.band:g} above its threshold and left {rules.band:g} below, and a change must last {rules.stay} period(s). Thresholds are set, not estimated.",
    )
    yield Words(
        "变点由精确搜索得出，惩罚 3·ln T；至少六期才找，每段至少三期；日期的不确定性由后验给出。",
        "Change points are found by exact search with penalty 3·ln T, in six periods or more with three in each segment; the posterior of the date gives its uncertainty.",
    )
    yield from (_named(sentence(Words(*note))) for note in stages.indices.notes)


def survey_said(result: StudyResult) -> Iterator[Words]:
    """Say instrument, cleaning, estimation and rules of verdict, and what answers cannot show."""
    analysis = result.survey
    assert not isinstance(analysis, NotAvailable)
    removed, all_rows = analysis.cleaning.removed, analysis.cleaning.cleaning.responses.frame.height
    rules = joined([_rule(name) for name in analysis.cleaning.rules] or [Words("无", "none")])
    yield Words(
        f"收回答卷 {all_rows} 份，按规则（{rules.zh}）剔除 {removed} 份；不剔除时的判定一并给出。",
        f"Of {all_rows} answers {removed} were set aside by rule ({rules.en}); verdicts with all of them are given, too.",
    )
    for block in method_part(analysis, Names(analysis.instrument)).blocks:
        if isinstance(block, Sentences):
            yield from block.words
    rule = VerdictRule()
    yield Words(rule.text("zh"), rule.text("en"))


def diagnosis_said(result: StudyResult) -> Iterator[Words]:
    """Say what the readings of the bottleneck are."""
    found = result.diagnosis
    assert not isinstance(found, NotAvailable)
    need = NecessityRule()
    target = _name(found.target)
    yield Words(
        f"瓶颈有三种读法，目标为{target.zh}：平均效应（总效应 × 尚可提高的幅度）、必要条件（d ≥ {need.smallest_effect:g} 且置换检验 p < {need.alpha:g}，"
        f"取结果达到其范围 {found.aim:.0%} 时缺口最大者）、影子价值（动态模型中多用一分力的期末收益）。",
        f"The bottleneck has three readings, for {target.en}: average effect (total effect times room to rise), necessity (d ≥ {need.smallest_effect:g} and permutation p < {need.alpha:g}; "
        f"the condition most lack at {found.aim:.0%} of the outcome's range), and shadow value (what one more unit of effort brings by the end in the dynamic model).",
    )
    yield Words(
        "三种读法回答不同的问题，各自给出概率，不合成一个。横截面问卷不证明因果。",
        "The readings answer different questions and give a probability each; they are not merged. A survey at one time proves no cause.",
    )
    yield from (sentence(Words(*note)) for note in found.notes)


def scenarios_said(result: StudyResult) -> Iterator[Words]:
    """Say which model was run, where it starts and on what its numbers rest."""
    found = result.scenarios
    assert not isinstance(found, NotAvailable)
    model, outcome = found.model, _name(found.outcome)
    yield Words(
        f"动态模型“{model.title_zh}”：{len(model.regions)} 个地区，{model.horizon:g} 年，{len(model.parameters)} 个参数在各自范围内抽取 {found.members} 组（种子 {found.seed}），"
        f"所有情景用同一批；结果看期末{outcome.zh}。",
        f"Dynamic model “{model.title_en}”: {len(model.regions)} regions, {model.horizon:g} years, {len(model.parameters)} parameters drawn {found.members} times from their ranges (seed {found.seed}), "
        f"the same draws for all scenarios; the outcome is {outcome.en} at the end.",
    )
    for source, words in _SOURCES.items():
        states = [_name(one.state) for one in found.start if one.source == source]
        if states:
            listed = joined(states)
            yield Words(f"起点取自{words.zh}：{listed.zh}。", f"Starting from {words.en}: {listed.en}.")
    told = () if isinstance(result.diagnosis, NotAvailable) else result.diagnosis.notes
    yield from (sentence(Words(*note)) for note in found.notes if note not in told)
    yield Words(
        "情景不是预测：带宽只反映设定的参数范围，不反映模型本身可能有误。",
        "Scenarios are no forecasts: a band shows the stated ranges of the parameters, not that the model may be wrong.",
    )


def _rule(name: str) -> Words:
    """Return what a rule of cleaning is called."""
    zh, en, _ = RULES.get(name, ("综合指数", "combined index", None))
    return Words(zh, en)


def _named(note: Words) -> Words:
    """Return a note with the names of constructs that it quotes by their codes."""
    zh, en = note
    for code, (name, english) in CONSTRUCT_NAMES.items():
        zh, en = zh.replace(f"“{code}”", f"“{name}”"), en.replace(f"“{code}”", f"“{english}”")
    return Words(zh, en)


def _name(code: str) -> Words:
    """Return the name of a construct or element of the theory."""
    return Words(*(CONSTRUCT_NAMES.get(code) or ELEMENT_NAMES.get(code) or (code, code)))
