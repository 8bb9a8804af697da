"""What are the tables of the course of a study? Events, ledger, indices, stages, diagnosis, scenarios, and counts of all."""

from __future__ import annotations

from tongchi.study.tables import TableSpec, columns

OVERVIEW = TableSpec(
    "overview", "概览", "Overview", ("what",),
    columns("""
    what s 项目 | what
    value i 数 | number
    """), ("value",),
)  # fmt: skip
EVENTS = TableSpec(
    "events", "事件", "Events", ("line",),
    columns("""
    line i 行 | line
    date s 日期 | date
    precision s 日期精度 | precision
    parties s 协同方 | parties
    kind s 类别 | kind
    construct s 构念 | construct
    title s 事件 | event
    source s 来源 | source
    confidence s 可信度 | confidence
    counted b 在研究时段内 | within the periods
    """), (),
)  # fmt: skip
EVENT_YEARS = TableSpec(
    "event_years", "事件（按构念和年份）", "Events by construct and year", ("construct", "year"),
    columns("""
    construct s 构念 | construct
    year s 年份 | year
    events i 事件数 | events
    """), ("events",), "=construct",
)  # fmt: skip
EVENT_CONSTRUCTS = TableSpec(
    "event_constructs", "事件（按构念）", "Events by construct", ("construct",),
    columns("""
    construct s 构念 | construct
    events i 事件数 | events
    first s 最早 | first
    last s 最近 | last
    """), ("events",), "=construct",
)  # fmt: skip
LEDGER = TableSpec(
    "ledger", "台账", "Ledger", ("id",),
    columns("""
    id s 编号 | id
    kind s 类别 | kind
    party s 协同方 | party
    counterpart s 对方 | counterpart
    what s 事项内容 | what
    matter s 事项 | matter
    due s 期限 | due
    done s 完成 | done
    status s 状态 | status
    days_late i 逾期天数 | days late
    mutual b 对方有同样承诺 | promised by the other side as well
    construct s 构念 | construct
    path s 依据文件 | document
    eid s 依据条款号 | eId
    source s 来源 | source
    note s 备注 | note
    line i 行 | line
    """), ("days_late",), "=construct",
)  # fmt: skip
LEDGER_RECORDS = TableSpec(
    "ledger_records", "承诺、奖励与问责", "Commitments, rewards and sanctions", ("party", "kind"),
    columns("""
    party s 协同方 | party
    kind s 类别 | kind
    construct s 构念 | construct
    entries i 条目 | entries
    kept i 按期完成 | kept
    late i 逾期完成 | late
    broken i 逾期未完成 | broken
    open i 未到期 | open
    settled i 已有结果 | settled
    on_time f 按期完成的比例 | share kept on time
    mutual i 对等 | mutual
    one_sided i 单方 | one-sided
    """), ("entries", "kept", "late", "broken", "open", "settled", "on_time", "mutual", "one_sided"), "=construct",
)  # fmt: skip
INDICATORS = TableSpec(
    "indicators", "指标", "Indicators", ("party", "period", "indicator"),
    columns("""
    party s 协同方 | party
    period s 时期 | period
    indicator s 指标 | indicator
    construct s 构念 | construct
    value f 值 | value
    unit s 单位 | unit
    direction i 方向 | direction
    low f 下界 | lower bound
    high f 上界 | upper bound
    source s 来源 | source
    line i 行 | line
    """), ("value",), "=construct",
)  # fmt: skip
WAVES = TableSpec(
    "waves", "历次问卷", "Survey waves", ("party", "period", "construct"),
    columns("""
    party s 协同方 | party
    period s 时期 | period
    construct s 构念 | construct
    mean f 均值（0–1） | mean (0–1)
    se f 标准误 | standard error
    n i 人数 | n
    """), ("mean", "se", "n"), "=construct",
)  # fmt: skip
INDICES = TableSpec(
    "indices", "动机、路径、目的指数", "Indices of motive, path and purpose", ("party", "period", "element", "weighting"),
    columns("""
    party s 协同方 | party
    period s 时期 | period
    element s 要素 | element
    weighting s 赋权 | weighting
    value f 指数 | index
    lower f 区间下限 | lower end
    upper f 区间上限 | upper end
    """), ("value", "lower", "upper"),
)  # fmt: skip
STAGES = TableSpec(
    "stages", "阶段", "Stages", ("party", "period"),
    columns("""
    party s 协同方 | party
    period s 时期 | period
    stage s 阶段代码 | code of the stage
    stage_zh s 阶段 | stage (zh)
    stage_en s 阶段（英） | stage
    """), (),
)  # fmt: skip
CHANGES = TableSpec(
    "changes", "指数的变点", "Change points of the indices", ("element", "number"),
    columns("""
    element s 要素 | element
    number i 序号 | number
    period s 新水平的首期 | first period of the new level
    level_before f 之前的水平 | level before
    level_after f 之后的水平 | level after
    probability f 该期的概率 | probability of that period
    within s 九成可能所在的时期 | periods that hold it with 90 %
    """), ("level_before", "level_after", "probability"),
)  # fmt: skip
DIAGNOSIS = TableSpec(
    "diagnosis", "瓶颈诊断", "What binds", ("construct",),
    columns("""
    construct s 构念 | construct
    level f 水平 | level
    level_lower f 水平下限 | lower end of the level
    level_upper f 水平上限 | upper end of the level
    level_source s 水平的来源 | source of the level
    effect f 总效应 | total effect
    effect_lower f 效应下限 | lower end of the effect
    effect_upper f 效应上限 | upper end of the effect
    gain f 可得的提高 | gain
    average_binding f 按平均效应卡在此处的概率 | probability to bind by average effect
    d f 必要条件效应量 | effect size of necessity
    p_value f 必要条件 p | p of necessity
    necessary s 是否必要 | necessary
    required f 所需水平 | level required
    unmet f 未达到的比例 | share that lacks it
    necessity_binding f 按必要条件卡在此处的概率 | probability to bind by necessity
    shadow_q05 f 影子价值 5% | shadow value, 5 %
    shadow_q50 f 影子价值中位 | shadow value, median
    shadow_q95 f 影子价值 95% | shadow value, 95 %
    shadow_binding f 按影子价值卡在此处的概率 | probability to bind by shadow value
    """),
    ("level", "level_lower", "level_upper", "effect", "effect_lower", "effect_upper", "gain", "average_binding", "d", "p_value",
     "required", "unmet", "necessity_binding", "shadow_q05", "shadow_q50", "shadow_q95", "shadow_binding"),
    "=construct",
)  # fmt: skip
BINDING = TableSpec(
    "binding", "卡在哪里", "The binding construct", ("reading",),
    columns("""
    reading s 读法 | reading
    construct s 构念 | construct
    probability f 概率 | probability
    second s 其次 | next
    second_probability f 其次的概率 | its probability
    reason_zh s 没有的原因 | why there is none (zh)
    reason_en s 没有的原因（英） | why there is none
    """), ("probability", "second_probability"), "=construct",
)  # fmt: skip
LEVERS = TableSpec(
    "levers", "杠杆的影子价值", "Shadow values of the levers", ("lever",),
    columns("""
    lever s 杠杆 | lever
    q05 f 5% | 5 %
    q50 f 中位 | median
    q95 f 95% | 95 %
    binding f 最大的概率 | probability to be the largest
    """), ("q05", "q50", "q95", "binding"), "development",
)  # fmt: skip
SCENARIOS = TableSpec(
    "scenarios", "情景", "Scenarios", ("scenario",),
    columns("""
    scenario s 情景代码 | code of the scenario
    zh s 情景 | scenario (zh)
    en s 情景（英） | scenario
    q05 f 期末 5% | end, 5 %
    q25 f 期末 25% | end, 25 %
    q50 f 期末中位 | end, median
    q75 f 期末 75% | end, 75 %
    q95 f 期末 95% | end, 95 %
    gain_q05 f 增益 5% | gain, 5 %
    gain_q50 f 增益中位 | gain, median
    gain_q95 f 增益 95% | gain, 95 %
    better_than_baseline f 优于照旧的比例 | share better than as now
    best f 最好的比例 | share in which it is best
    regret_mean f 平均后悔 | mean regret
    regret_max f 最大后悔 | largest regret
    left_the_trap f 走出困局的比例 | share that leaves the trap
    """),
    ("q05", "q25", "q50", "q75", "q95", "gain_q05", "gain_q50", "gain_q95", "better_than_baseline", "best", "regret_mean",
     "regret_max", "left_the_trap"),
    "development",
)  # fmt: skip
SCENARIO_BANDS = TableSpec(
    "scenario_bands", "情景的带", "Bands of the scenarios", ("scenario", "region", "state", "time"),
    columns("""
    scenario s 情景代码 | code of the scenario
    region s 协同方 | party
    state s 状态 | state
    time f 年 | year
    q05 f 5% | 5 %
    q25 f 25% | 25 %
    q50 f 中位 | median
    q75 f 75% | 75 %
    q95 f 95% | 95 %
    """), (),
)  # fmt: skip
SCENARIO_ENDS = TableSpec(
    "scenario_ends", "情景的期末水平", "Levels at the end of the scenarios", ("scenario", "region", "state"),
    columns("""
    scenario s 情景代码 | code of the scenario
    region s 协同方 | party
    state s 状态 | state
    time f 年 | year
    q05 f 期末 5% | end, 5 %
    q50 f 期末中位 | end, median
    q95 f 期末 95% | end, 95 %
    """), ("time", "q05", "q50", "q95"), "=state",
)  # fmt: skip
SCENARIO_LEVERS = TableSpec(
    "scenario_levers", "情景的杠杆", "Levers of the scenarios", ("scenario", "lever"),
    columns("""
    scenario s 情景代码 | code of the scenario
    lever s 杠杆 | lever
    first f 起初 | at first
    last f 最后 | at last
    period i 自第几期起 | from period
    """), ("first", "last", "period"),
)  # fmt: skip
MODEL_START = TableSpec(
    "model_start", "动态模型的起点", "Start of the dynamic model", ("region", "state"),
    columns("""
    region s 协同方 | party
    state s 状态 | state
    value f 起点 | start
    source s 来源 | source
    """), ("value",), "=state",
)  # fmt: skip
MODEL_PARAMETERS = TableSpec(
    "model_parameters", "动态模型的参数", "Parameters of the dynamic model", ("name",),
    columns("""
    name s 参数 | parameter
    value f 值 | value
    low f 下限 | low
    high f 上限 | high
    unit s 单位 | unit
    zh s 含义 | meaning (zh)
    en s 含义（英） | meaning
    source s 来源 | source
    """), ("value", "low", "high"),
)  # fmt: skip
