"""How were the results reached, and how far do they carry? The paragraph on methods that a paper prints, and limits."""

from __future__ import annotations

from tongchi.report.survey_content import Block, Heading, Names, Part, Sentences, joined
from tongchi.report.survey_numbers import count
from tongchi.report.survey_words import ESTIMATORS, TREATMENTS, named
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.unavailable import NotAvailable


def method_part(analysis: SurveyAnalysis, names: Names) -> Part:
    """Return the part on methods and limits."""
    blocks: list[Block] = [
        Sentences(tuple(_instrument(analysis))),
        Sentences(tuple(_estimation(analysis))),
        Sentences(tuple(_resampling(analysis))),
        Heading(Words("局限", "Limits")),
        Sentences(tuple(_limits(analysis, names)), listed=True),
    ]
    return Part("method", Words("方法与局限", "Method and limits"), tuple(blocks))


def _instrument(analysis: SurveyAnalysis) -> list[Words]:
    made = analysis.instrument
    scale = made.scale
    reverse, checks = len(made.reverse_codes), len(made.checks)
    zh = f"问卷含 {len(made.constructs)} 个构念、{len(made.items)} 题，其中反向题 {reverse} 题"
    zh += f"，另有注意力检测 {checks} 题" if checks else ""
    en = f"The questionnaire has {len(made.constructs)} constructs and {len(made.items)} items, {reverse} of them reversed"
    en += f", and {checks} attention checks" if checks else ""
    return [
        Words(
            f"{zh}；作答为 {scale.low}（{scale.zh[0]}）至 {scale.high}（{scale.zh[-1]}）。",
            f"{en}; answers run from {scale.low} ({scale.en[0]}) to {scale.high} ({scale.en[-1]}).",
        ),
        Words(
            "量表均分为已答题目的均值，至少答满一半才计。",
            "A scale score is the mean of the items answered, given at least half of them.",
        ),
    ]


def _estimation(analysis: SurveyAnalysis) -> list[Words]:
    model = analysis.cfa
    software = analysis.settings.software
    said = [Words(f"全部估计由 {software} 完成。", f"All estimates were made with {software}.")]
    if not isinstance(model, NotAvailable):
        estimator = named(model.fit.estimator, ESTIMATORS)
        treatment = named(model.method.missing, TREATMENTS)
        fixed = not model.fit.options.std_lv
        scale = (
            Words("每个构念第一题的负荷固定为 1", "the first loading of each construct is fixed at 1")
            if fixed
            else Words("构念方差固定为 1", "the variances of constructs are fixed at 1")
        )
        said.append(
            Words(
                f"模型用{estimator.zh}估计；缺失处理为{treatment.zh}；识别方式：{scale.zh}；标准化系数的标准误由 delta 法得出。",
                f"Models are estimated by {estimator.en}; missing answers by {treatment.en}; for identification {scale.en}; standard errors of standardised coefficients are by the delta method.",
            )
        )
    return said


def _resampling(analysis: SurveyAnalysis) -> list[Words]:
    settings = analysis.settings
    draws = count(settings.draws).en
    return [
        Words(
            f"自助法各 {draws} 次，随机种子 {settings.seed}；同样的输入和种子得到同样的结果。",
            f"Bootstraps use {draws} draws each with seed {settings.seed}; the same input and seed give the same results.",
        )
    ]


def _limits(analysis: SurveyAnalysis, names: Names) -> list[Words]:
    said = [
        Words(
            "一次性横截面数据：路径方向来自理论，数据本身不能证明因果。",
            "The data are from one point in time: directions come from theory, and the data cannot prove causes.",
        ),
        Words(
            "全部变量由同一人自报，共同方法偏差不能完全排除。",
            "All variables are reported by the same person; a common-method bias cannot be ruled out.",
        ),
        Words(
            "结论只适用于与样本相似的人；抽样方式不在本报告掌握之内。",
            "Results hold for people like those who answered; how they were sampled is beyond this report.",
        ),
    ]
    single = [names.construct(code) for code, items in analysis.constructs.items() if len(items) == 1]
    if single:
        which = joined(single)
        said.append(
            Words(
                f"{which.zh}只有一题可用，测量误差无从估计。",
                f"{which.en}: only one usable item, so that measurement error cannot be estimated.",
            )
        )
    if analysis.responses.absent:
        which_codes = "、".join(analysis.responses.absent), ", ".join(analysis.responses.absent)
        said.append(Words(f"答卷中没有这些题：{which_codes[0]}。", f"The answers lack these items: {which_codes[1]}."))
    if analysis.synthetic:
        said.append(
            Words(
                "全部答卷为模拟数据，任何数字都不是关于真实人群的发现。",
                "All answers are simulated: no figure is a finding about real people.",
            )
        )
    return said
