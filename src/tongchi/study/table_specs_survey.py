"""What are the tables of the questionnaire? Sample, constructs, groups, hypotheses, importance, necessity and fit."""

from __future__ import annotations

from tongchi.study.tables import TableSpec, columns

SAMPLE = TableSpec(
    "survey_sample", "答卷", "Answers", ("group",),
    columns("""
    group s 组 | group
    given i 收回 | returned
    used i 采用 | used
    """), ("given", "used"),
)  # fmt: skip
CLEANING = TableSpec(
    "survey_cleaning", "答卷的清理", "Cleaning of the answers", ("what",),
    columns("""
    what s 项目 | what
    value f 数 | number
    """), ("value",),
)  # fmt: skip
CONSTRUCTS = TableSpec(
    "survey_constructs", "构念", "Constructs", ("construct",),
    columns("""
    construct s 构念 | construct
    items s 题目 | items
    n i 人数 | n
    mean f 均值 | mean
    lower f 均值下限 | lower end of the mean
    upper f 均值上限 | upper end of the mean
    alpha f Cronbach α | Cronbach's alpha
    omega f ω | omega
    composite f 组合信度 | composite reliability
    ave f 平均提取方差 | average variance extracted
    """), ("n", "mean", "lower", "upper", "alpha", "omega", "composite", "ave"), "=construct",
)  # fmt: skip
GROUPS = TableSpec(
    "survey_groups", "构念（按组）", "Constructs by group", ("construct", "group"),
    columns("""
    construct s 构念 | construct
    group s 组 | group
    n i 人数 | n
    mean f 均值 | mean
    lower f 均值下限 | lower end of the mean
    upper f 均值上限 | upper end of the mean
    """), ("n", "mean", "lower", "upper"), "=construct",
)  # fmt: skip
DIFFERENCES = TableSpec(
    "survey_differences", "组间差异", "Differences between groups", ("construct", "first", "second"),
    columns("""
    construct s 构念 | construct
    first s 组一 | first group
    second s 组二 | second group
    difference f 差（一减二） | difference (first less second)
    lower f 差的下限 | lower end
    upper f 差的上限 | upper end
    g f Hedges g | Hedges' g
    g_lower f g 的下限 | lower end of g
    g_upper f g 的上限 | upper end of g
    p_value f p | p
    """), ("difference", "lower", "upper", "g", "g_lower", "g_upper", "p_value"), "=construct",
)  # fmt: skip
HYPOTHESES = TableSpec(
    "hypotheses", "假设", "Hypotheses", ("id",),
    columns("""
    id s 假设 | hypothesis
    kind s 类别 | kind
    construct s 构念 | construct
    statement_zh s 表述 | statement (zh)
    statement_en s 表述（英） | statement
    sign s 方向 | sign
    estimate f 估计 | estimate
    se f 标准误 | standard error
    ci_lower f 区间下限 | lower end
    ci_upper f 区间上限 | upper end
    standardised f 标准化 | standardised
    std_lower f 标准化下限 | lower end, standardised
    std_upper f 标准化上限 | upper end, standardised
    p_value f p | p
    p_adjusted f 校正后的 p | adjusted p
    smallest f 最小可关心效应 | smallest effect of interest
    n i 人数 | n
    verdict s 结论 | verdict
    reason_zh s 理由 | reason (zh)
    reason_en s 理由（英） | reason
    """),
    ("estimate", "se", "ci_lower", "ci_upper", "standardised", "std_lower", "std_upper", "p_value", "p_adjusted", "smallest", "n"),
    "=construct",
)  # fmt: skip
VERDICTS = TableSpec(
    "verdicts", "假设的结论", "Verdicts", ("verdict",),
    columns("""
    verdict s 结论 | verdict
    hypotheses i 假设数 | hypotheses
    ids s 假设 | which
    """), ("hypotheses",),
)  # fmt: skip
IMPORTANCE = TableSpec(
    "importance", "重要性与表现", "Importance and performance", ("outcome", "construct"),
    columns("""
    outcome s 结果 | outcome
    construct s 构念 | construct
    importance f 总效应（标准化） | total effect (standardised)
    lower f 效应下限 | lower end of the effect
    upper f 效应上限 | upper end of the effect
    performance f 表现（0–100） | performance (0–100)
    performance_lower f 表现下限 | lower end of the performance
    performance_upper f 表现上限 | upper end of the performance
    quadrant s 象限 | quadrant
    gain f 可得的提高 | gain
    first_share f 提高最大的概率 | probability of the largest gain
    """),
    ("importance", "lower", "upper", "performance", "performance_lower", "performance_upper", "gain", "first_share"), "=construct",
)  # fmt: skip
NECESSITY = TableSpec(
    "necessity", "必要条件", "Necessary conditions", ("outcome", "condition", "ceiling"),
    columns("""
    outcome s 结果 | outcome
    condition s 条件 | condition
    ceiling s 上限线 | ceiling
    n i 人数 | n
    effect_size f 效应量 d | effect size d
    magnitude s 大小 | size
    p_value f p | p
    accuracy f 精度（%） | accuracy (%)
    verdict s 结论 | verdict
    reason s 没有的原因 | why there is none
    """), ("n", "effect_size", "p_value", "accuracy"), "=condition",
)  # fmt: skip
BOTTLENECKS = TableSpec(
    "necessity_bottlenecks", "瓶颈表", "Bottleneck table", ("outcome", "outcome_level", "condition"),
    columns("""
    outcome s 结果 | outcome
    outcome_level s 结果水平（%） | level of the outcome (%)
    condition s 条件 | condition
    status s 是否需要 | whether it is needed
    at_most b 至多 | at most
    required f 所需水平（%） | level required (%)
    short f 未达到的比例（%） | share that falls short (%)
    """), ("required", "short"), "=condition",
)  # fmt: skip
FIT = TableSpec(
    "model_fit", "模型拟合", "Fit of the models", ("model", "measure"),
    columns("""
    model s 模型 | model
    measure s 指标 | measure
    value f 值 | value
    """), ("value",),
)  # fmt: skip
