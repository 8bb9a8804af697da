"""Question 3, what binds now? By average effect, by necessity and by shadow value, with how sure each is."""

from __future__ import annotations

from collections.abc import Iterator

from tongchi.mechanism.diagnosis import READINGS, Binding, Diagnosis
from tongchi.mechanism.next_steps import steps_for
from tongchi.report.study_charts import Interval, Series, interval_chart
from tongchi.report.study_question import Material, Question
from tongchi.report.study_words import Num, Said, StudyBlock, evident, listed, plainly, say
from tongchi.report.survey_content import Cell, Figure, Names, Table, dash, missing, text
from tongchi.report.survey_importance import bottleneck_part
from tongchi.report.survey_numbers import number, p_value, percent
from tongchi.report.words import Words
from tongchi.survey.unavailable import NotAvailable

TITLE = Words("现在卡在哪里？", "What binds now?")
_BY = {
    "average": Words("按平均效应", "by average effect"),
    "necessity": Words("按必要条件", "by necessity"),
    "shadow": Words("按动态模型的影子价值", "by shadow value in the dynamic model"),
}
_AGREE = {
    "all": Words("几种读法指向同一处。", "The readings name the same construct."),
    "some": Words("几种读法只有部分一致。", "The readings agree in part only."),
    "none": Words("几种读法指向不同的地方，不能合成一个答案。", "The readings name different constructs and cannot be made into one answer."),
    "single": Words("只有一种读法给出了瓶颈，没有别的读法可以印证。", "One reading alone names a construct; no other bears it out."),
}  # fmt: skip
_NECESSARY = {
    "necessary": Words("必要", "necessary"),
    "not_necessary": Words("不必要", "not necessary"),
    "undecided": Words("未定", "undecided"),
}
_VERY = 0.995


def binding(material: Material) -> Question:
    """Return the answer."""
    found = material.result.diagnosis
    if isinstance(found, NotAvailable):
        return Question("binding", TITLE, (), missing=(missing(Words("瓶颈诊断", "Diagnosis"), found),))
    absent = [
        say("{by}：{why}", "{by}: {why}", by=Words(_BY[name].zh, _BY[name].en.capitalize()), why=Words(one.zh, one.en))
        for name, one in found.bindings.items()
        if isinstance(one, NotAvailable)
    ]
    return Question(
        "binding",
        TITLE,
        (*_said(material, found), *absent),
        tuple(filter(None, (_picture(material, found),))),
        more=tuple(_steps(found)),
        beside=tuple(_beside(material, found)),
        blocks=(_table(material, found),),
    )


def _said(material: Material, found: Diagnosis) -> Iterator[Said]:
    target = material.names.construct(found.target)
    parts = []
    for name in READINGS:
        one = found.bindings[name]
        if isinstance(one, Binding):
            parts.append(_one(material, name, one))
    if not parts:
        yield plainly(Words("没有一种读法可用。", "No reading is available."))
        return
    yield say(
        "要推动{target}，{parts}。",
        "To move {target}: {parts}.",
        target=target,
        parts=listed(parts, zh="；", en="; "),
    )
    if found.agreement in _AGREE:
        yield plainly(_AGREE[found.agreement])


def _one(material: Material, name: str, one: Binding) -> Said:
    construct = material.names.construct(one.construct)
    sure = material.numbers.known("binding", (name,), "probability", _chance)
    by = _BY[name]
    if sure is None:
        return say("{by}卡在{what}", "{by}, {what} binds", by=by, what=construct)
    if one.second is None:
        return say("{by}卡在{what}（概率 {p}）", "{by}, {what} binds (probability {p})", by=by, what=construct, p=sure)
    return say(
        "{by}卡在{what}（概率 {p}，其次{second} {q}）",
        "{by}, {what} binds (probability {p}; next {second}, {q})",
        by=by,
        what=construct,
        p=sure,
        second=material.names.construct(one.second[0]),
        q=material.numbers.cell("binding", (name,), "second_probability", _chance),
    )


def _chance(value: object) -> Words:
    """Return a probability from draws, which is never quite one or none."""
    share = float(str(value))
    if share > _VERY:
        return Words("> 99%", "> 99%")
    return Words("< 1%", "< 1%") if share < 1 - _VERY else percent(share, 0)


def _steps(found: Diagnosis) -> Iterator[Said]:
    for suggestion in steps_for(found):
        if suggestion.step:
            step = suggestion.step
            yield plainly(Words(f"建议：{step.zh}", f"What to do: {step.en}"))


def _picture(material: Material, found: Diagnosis) -> Figure | None:
    """Draw average effects, or shadow values where there are none: their units differ, so that they share no axis."""
    average: dict[str, Interval] = {}
    shadow: dict[str, Interval] = {}
    for row in found.rows:
        if not isinstance(row.average, NotAvailable):
            average[row.construct] = (row.average.effect, row.average.lower, row.average.upper)
        if not isinstance(row.shadow, NotAvailable):
            shadow[row.construct] = (row.shadow.q50, row.shadow.q05, row.shadow.q95)
    shown, reading = (average, "average") if average else (shadow, "shadow")
    if not shown:
        return None
    codes = sorted(shown, key=lambda code: (-abs(shown[code][0]), code))
    ends = [end for one in shown.values() for end in one]
    target = material.names.construct(found.target)
    title = (
        Words(
            f"平均而言，各构念对{target.zh}的总效应，95% 区间",
            f"Average total effect on {target.en}, with 95% intervals",
        )
        if reading == "average"
        else Words(f"各构念对{target.zh}的影子价值，90% 带", f"Shadow value for {target.en}, with 90% bands")
    )
    bound = found.bindings[reading]  # type: ignore[index]
    strong = codes.index(bound.construct) if isinstance(bound, Binding) and bound.construct in codes else None
    chart = interval_chart(
        title,
        [material.names.construct(code) for code in codes],
        (Series(title, [shown[code] for code in codes]),),
        (min(0.0, *ends), max(0.0, *ends)),
        cut=0.0,
        axis_name=Words("绿底：按这一读法卡住的构念", "green ground: the construct that binds by this reading"),
        strong=strong,
    )
    return Figure(chart, title)


def _beside(material: Material, found: Diagnosis) -> Iterator[StudyBlock]:
    """Return the importance–performance map and the bottleneck table of the target."""
    survey = material.result.survey
    if isinstance(survey, NotAvailable):
        return
    blocks = bottleneck_part(survey, Names(survey.instrument)).blocks
    target = Names(survey.instrument).construct(found.target)
    maps = [block for block in blocks if isinstance(block, Figure) and target.zh in block.caption.zh]
    yield from maps[:1]
    table = _bottlenecks(material, found.target)
    if table:
        yield table


def _bottlenecks(material: Material, target: str) -> Table | None:
    rows = [row for row in material.rows("necessity_bottlenecks") if row["outcome"] == target]
    if not rows:
        return None
    cells = {(str(row["outcome_level"]), str(row["condition"])): row for row in rows}
    conditions = list(dict.fromkeys(str(row["condition"]) for row in rows))
    needing = {str(row["outcome_level"]) for row in rows if row["required"] is not None}
    levels = [level for level in dict.fromkeys(str(row["outcome_level"]) for row in rows) if level in needing]
    body = tuple(
        (text(material.names.construct(name)), *(_needed(material, cells.get((level, name))) for level in levels))
        for name in conditions
    )
    name = material.names.construct(target)
    head = (
        Words(f"{name.zh}达到其范围的", f"For {name.en} at"),
        *(Words(f"{level}%", f"{level}%") for level in levels),
    )
    notes = (
        Words(
            "格内是达到该结果水平至少需要的条件水平（占其范围的 %，CE-FDH 上限线）；“—”为不需要，没有列出的更低水平都不需要。是否算必要条件，看下表的判定。",
            "Cells: the level of the condition that the level of the outcome takes (% of its range, CE-FDH ceiling); “—” where none is needed, as at all lower levels that are left out. Whether a condition counts as necessary is judged in the table below.",
        ),
    )
    caption = Words(f"必要条件瓶颈表：{name.zh}", f"Necessity bottleneck table: {name.en}")
    return Table("bottlenecks", caption, head, body, notes)


def _needed(material: Material, row: dict[str, object] | None) -> Cell:
    if row is None:
        return dash()
    key = (row["outcome"], row["outcome_level"], row["condition"])
    found = material.numbers.known("necessity_bottlenecks", key, "required", lambda value: number(value, 1))
    if found is None:
        return dash() if row["status"] in (None, "", "NN") else text(str(row["status"]))
    return evident(say("{sign}{value}", "{sign}{value}", sign="≤ " if row["at_most"] else "", value=found))


def _table(material: Material, found: Diagnosis) -> Table:
    rows = []
    for row in material.rows("diagnosis"):
        code = str(row["construct"])
        cells = [text(material.names.construct(code))]
        cells.append(evident(_with_ends(material, code, "level", ("level_lower", "level_upper"))))
        cells.append(evident(_with_ends(material, code, "effect", ("effect_lower", "effect_upper"))))
        cells.append(evident(material.numbers.known("diagnosis", (code,), "average_binding", _chance)))
        cells.append(evident(material.numbers.known("diagnosis", (code,), "d")))
        cells.append(evident(material.numbers.known("diagnosis", (code,), "p_value", p_value)))
        cells.append(text(_NECESSARY.get(str(row["necessary"]), Words("—", "—"))))
        cells.append(evident(_with_ends(material, code, "shadow_q50", ("shadow_q05", "shadow_q95"))))
        cells.append(evident(material.numbers.known("diagnosis", (code,), "shadow_binding", _chance)))
        rows.append(tuple(cells))
    head = (
        *(Words("构念", "Construct"), Words("水平（0–1，95%）", "Level (0–1, 95%)"), Words("总效应（95%）", "Total effect (95%)")),
        *(Words("卡在此处的概率", "Binds with probability"), Words("必要性 d", "Necessity d"), Words("p", "p")),
        *(Words("判定", "Verdict"), Words("影子价值（90%）", "Shadow value (90%)"), Words("卡在此处的概率", "Binds with probability")),
    )  # fmt: skip
    name = material.names.construct(found.target)
    caption = Words(f"各构念的三种读法（目标：{name.zh}）", f"Each construct by the three readings (target: {name.en})")
    notes = (
        Words(
            "平均效应与必要条件来自一次问卷，不证明因果；影子价值来自动态模型，概率只反映参数的范围。三种读法并列，不合成。",
            "Average effects and necessity come from one survey and prove no cause; shadow values come from the dynamic model, and their probability reflects the ranges of its parameters only. The readings are not merged.",
        ),
    )
    return Table("diagnosis", caption, head, tuple(rows), notes)


def _with_ends(material: Material, code: str, column: str, ends: tuple[str, str]) -> Said | Num | None:
    value = material.numbers.known("diagnosis", (code,), column)
    between = material.numbers.between("diagnosis", (code,), ends)
    if value is None or between is None:
        return value
    return say("{value}（{ends}）", "{value} ({ends})", value=value, ends=between)
