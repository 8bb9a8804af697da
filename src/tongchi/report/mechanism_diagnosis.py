"""What does the report on the bottleneck say? Each construct by all readings, side by side, and what to do."""

from __future__ import annotations

from tongchi.mechanism.diagnosis import READINGS, Binding, ConstructReading, Diagnosis
from tongchi.mechanism.next_steps import steps_for
from tongchi.mechanism.stages import describe
from tongchi.mechanism.study_folder import StudyDiagnosis
from tongchi.report.mechanism_charts import Column, Reach, column_chart
from tongchi.report.mechanism_stages import next_words
from tongchi.report.mechanism_words import NOT_READ, SCENARIO, lever_name, name_of
from tongchi.report.survey_content import (
    Block,
    Cell,
    Figure,
    Heading,
    Missing,
    Part,
    Report,
    Sentences,
    Table,
    dash,
    ends,
    figure,
    missing,
    probability,
    share,
    text,
)
from tongchi.report.survey_report import SYNTHETIC
from tongchi.report.words import Words
from tongchi.survey.unavailable import NotAvailable

TITLE = Words("现在卡在哪里：瓶颈诊断", "What binds now: diagnosis of the bottleneck")
READING_WORDS = {
    "average": Words("平均效应", "Average effect"),
    "necessity": Words("必要条件", "Necessity"),
    "shadow": Words("影子价值", "Shadow value"),
}
_ASKS = {
    "average": Words("再提高一点，平均能带来多少？", "What does more of it bring on average?"),
    "necessity": Words("缺了它，高水平是否不会出现？", "Without it, does a high level not occur?"),
    "shadow": Words(
        "在动态模型里多用一分力，期末多得多少？",
        "In the dynamic model, what does one more unit of effort bring by the end?",
    ),
}
_SOURCES = {
    "survey": Words("问卷", "survey"),
    "waves": Words("调查批次", "waves"),
    "indicators": Words("指标", "indicators"),
    "model": Words("模型起点（假设）", "start of the model (assumed)"),
}
_VERDICTS = {
    "necessary": Words("必要", "necessary"),
    "not_necessary": Words("不必要", "not necessary"),
    "undecided": Words("未定", "undecided"),
}


def diagnosis_report(found: StudyDiagnosis) -> Report:
    """Return the content of the report."""
    parts = (_binding_part(found), _table_part(found.diagnosis), _lever_part(found.diagnosis), _method_part(found))
    return Report(TITLE, diagnosis_headline(found), parts, SYNTHETIC if found.synthetic else None)


def diagnosis_headline(found: StudyDiagnosis) -> tuple[Words, ...]:
    """Return the sentences that sum the diagnosis up."""
    diagnosis = found.diagnosis
    sentences = [Words(diagnosis.sentence("zh"), diagnosis.sentence("en"))]
    if not isinstance(found.stage, NotAvailable):
        sentences.append(Words(describe(found.stage, "zh"), describe(found.stage, "en")))
    for suggestion in steps_for(diagnosis, found.rules):
        name = name_of(suggestion.construct)
        sentences += [
            Words(f"{name.zh}——{words.zh}", f"{name.en.capitalize()} – {words.en}") for words in next_words(suggestion)
        ]
    return tuple(sentences)


def _binding_part(found: StudyDiagnosis) -> Part:
    diagnosis = found.diagnosis
    rows = []
    for reading in READINGS:
        one = diagnosis.bindings[reading]
        cells = [text(READING_WORDS[reading]), text(_ASKS[reading])]
        if isinstance(one, Binding):
            second = one.second
            follow: Cell = dash()
            if second:
                name = name_of(second[0])
                follow = text(Words(f"{name.zh}（{second[1]:.0%}）", f"{name.en} ({second[1]:.0%})"))
            cells += [text(name_of(one.construct), "strong"), share(one.probability), follow]
        else:
            cells += [dash(), dash(), dash()]
        rows.append(tuple(cells))
    head = (
        *(Words("读法", "Reading"), Words("它问什么", "What it asks"), Words("卡在", "Binds")),
        *(Words("概率", "Probability"), Words("其次", "Next")),
    )
    target = name_of(diagnosis.target)
    caption = Words(
        f"三种读法各自指向哪个构念（目标：{target.zh}）", f"Which construct each reading names (target: {target.en})"
    )
    blocks: list[Block] = [Table("binding", caption, head, tuple(rows), texts=(0, 1, 2, 4))]
    blocks += [
        Missing(READING_WORDS[name], Words(one.zh, one.en))
        for name, one in diagnosis.bindings.items()
        if isinstance(one, NotAvailable)
    ]
    blocks.append(_chart(diagnosis))
    return Part("binding", Words("卡在哪里", "What binds"), tuple(blocks))


def _chart(found: Diagnosis) -> Figure:
    rows = found.rows
    strong = {name: _row_of(found, name) for name in READINGS}
    columns = (
        Column(Words("水平", "Level"), [_level(one) for one in rows], low=0.0, high=1.0),
        Column(READING_WORDS["average"], [_effect(one) for one in rows], strong=strong["average"]),
        Column(
            Words("必要程度 d", "Necessity d"), [_need(one) for one in rows], "bar", low=0.0, strong=strong["necessity"]
        ),
        Column(READING_WORDS["shadow"], [_shadow(one) for one in rows], strong=strong["shadow"]),
    )
    caption = Words("各构念的水平与三种读法", "Level and three readings of each construct")
    notes = (
        Words(
            "点是估计，线是区间（水平与效应 95%，影子价值 90%），绿底是该读法所指的瓶颈，“—”是没有。",
            "Points are estimates, lines intervals (95% for level and effect, 90% for shadow value), a green ground the construct that binds by that reading, “—” none.",
        ),
    )
    return Figure(column_chart(caption, [name_of(one.construct) for one in rows], columns), caption, notes)


def _row_of(found: Diagnosis, reading: str) -> int | None:
    one = found.known.get(reading)  # type: ignore[call-overload]
    names = [row.construct for row in found.rows]
    return names.index(one.construct) if one and one.construct in names else None


def _level(one: ConstructReading) -> Reach | None:
    if isinstance(one.level, NotAvailable):
        return None
    value = one.level.value
    low, high = one.level.lower, one.level.upper
    return Reach(value, value if low is None else low, value if high is None else high)


def _effect(one: ConstructReading) -> Reach | None:
    found = one.average
    return None if isinstance(found, NotAvailable) else Reach(found.effect, found.lower, found.upper)


def _need(one: ConstructReading) -> Reach | None:
    found = one.necessity
    return None if isinstance(found, NotAvailable) else Reach(found.effect_size, found.effect_size, found.effect_size)


def _shadow(one: ConstructReading) -> Reach | None:
    found = one.shadow
    return None if isinstance(found, NotAvailable) else Reach(found.q50, found.q05, found.q95)


def _table_part(found: Diagnosis) -> Part:
    head = (
        *(
            Words("构念", "Construct"),
            Words("水平", "Level"),
            Words("95% 区间", "95% interval"),
            Words("来源", "Source"),
        ),
        *(Words("总效应", "Total effect"), Words("95% 区间", "95% interval"), Words("概率", "Probability")),
        *(
            Words("d", "d"),
            Words("p", "p"),
            Words("判定", "Verdict"),
            Words("未达到者", "Unmet by"),
            Words("概率", "Probability"),
        ),
        *(Words("影子价值", "Shadow value"), Words("90% 带", "90% band"), Words("概率", "Probability")),
    )
    notes = (
        Words(
            f"“概率”是该构念按该读法为瓶颈的概率；“未达到者”是结果达到其范围 {found.aim:.0%} 所需水平以下的答卷份额。总效应是标准化的；影子价值是期末{name_of(found.target).zh}每单位力度的变化，壁垒、本位意识、尺度差异的“帮助”是减少它们。",
            f"“Probability” is that of being the one that binds by that reading; “unmet by” is the share of respondents below what it takes for {found.aim:.0%} of the outcome's range. Total effects are standardised; a shadow value is the change of {name_of(found.target).en} at the end per unit of effort; help with barrier, localism and scale gap means less of them.",
        ),
    )
    caption = Words("各构念并列", "Constructs side by side")
    table = Table("constructs", caption, head, tuple(_row(one) for one in found.rows), notes)
    said = tuple(Words(*note) for note in found.notes)
    blocks: list[Block] = [table]
    if said:
        blocks.append(Sentences(said, listed=True))
    return Part("constructs", caption, tuple(blocks))


def _row(one: ConstructReading) -> tuple[Cell, ...]:
    cells = [text(name_of(one.construct))]
    level, average, need, shadow = one.level, one.average, one.necessity, one.shadow
    if isinstance(level, NotAvailable):
        cells += [dash(), dash(), dash()]
    else:
        cells += [figure(level.value), ends(level.lower, level.upper), text(_SOURCES[level.source])]
    if isinstance(average, NotAvailable):
        cells += [dash(), dash(), dash()]
    else:
        cells += [figure(average.effect), ends(average.lower, average.upper), share(average.binding)]
    if isinstance(need, NotAvailable):
        cells += [dash()] * 5
    else:
        cells += [figure(need.effect_size), probability(need.p_value), text(_VERDICTS[need.verdict])]
        cells += [share(need.unmet), share(need.binding)]
    if isinstance(shadow, NotAvailable):
        cells += [dash(), dash(), dash()]
    else:
        cells += [figure(shadow.q50), ends(shadow.q05, shadow.q95), share(shadow.binding)]
    return tuple(cells)


def _lever_part(found: Diagnosis) -> Part:
    title = Words("哪个杠杆最有用", "Which lever pays most")
    if isinstance(found.levers, NotAvailable):
        return Part("levers", title, (missing(title, found.levers),))
    frame = found.levers.to_frame()
    rows = tuple(
        (text(lever_name(row["name"])), figure(row["q50"]), ends(row["q05"], row["q95"]), share(row["binding"]))
        for row in frame.iter_rows(named=True)
    )
    head = (
        *(Words("杠杆", "Lever"), Words("影子价值", "Shadow value")),
        *(Words("90% 带", "90% band"), Words("为最大的概率", "Probability to be the largest")),
    )
    notes = (
        Words(
            "杠杆的单位是整个时段内提高一个单位（0 到 1），与构念的影子价值单位不同，两表不可相比。",
            "A lever is raised by one unit (from 0 to 1) for the whole horizon; the unit differs from that of help to a construct, and the two tables cannot be compared.",
        ),
    )
    return Part(
        "levers", title, (Table("levers", Words("杠杆的影子价值", "Shadow values of the levers"), head, rows, notes),)
    )


def _method_part(found: StudyDiagnosis) -> Part:
    blocks: list[Block] = [
        Sentences(
            (
                Words(
                    "平均效应与必要条件来自问卷（横截面），不证明因果。",
                    "Average effects and necessity come from a survey at one time and prove no cause.",
                ),
                Words(
                    "影子价值来自动态模型；概率只反映参数的范围或后验。",
                    "Shadow values come from the dynamic model; their probability reflects the ranges or the posterior of the parameters only.",
                ),
                Words(
                    "三种读法的概率各自在其内部对所有构念联合计算，彼此之间不合并。",
                    "Each probability is joint over the constructs of its own reading; readings are not merged.",
                ),
                SCENARIO,
                NOT_READ,
            ),
            listed=True,
        ),
    ]
    absent = [
        (Words("问卷", "Questionnaire"), found.survey),
        (Words("指数与阶段", "Indices and stages"), found.indices),
    ]
    gone = [(what, one) for what, one in absent if isinstance(one, NotAvailable)]
    if gone:
        blocks.append(Heading(Words("没有的部分", "What is missing")))
        blocks += [missing(what, one) for what, one in gone]
    return Part("method", Words("方法与限制", "Method and limits"), tuple(blocks))
