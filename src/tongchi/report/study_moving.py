"""Question 4, what would move it? Scenarios of the dynamic model with their bands, what they rest on, and how sure they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from tongchi.mechanism.dynamics import LEVERS, STATES
from tongchi.report.mechanism_charts import Fan, fan_chart
from tongchi.report.mechanism_words import SCENARIO, lever_name
from tongchi.report.study_charts import Interval, Series, interval_chart
from tongchi.report.study_question import Material, Question
from tongchi.report.study_words import Said, StudyBlock, evident, listed, plainly, say
from tongchi.report.survey_content import Cell, Figure, Table, dash, missing, text
from tongchi.report.survey_numbers import percent
from tongchi.report.words import Words
from tongchi.study.result import ScenarioSection
from tongchi.survey.unavailable import NotAvailable

TITLE = Words("怎样才能推动？", "What would move it?")
SOURCES = {
    "documents": Words("文本", "documents"),
    "survey": Words("问卷", "survey"),
    "waves": Words("历次问卷", "waves"),
    "indicators": Words("指标", "indicators"),
    "model": Words("模型的假设", "the model's assumption"),
}


def moving(material: Material) -> Question:
    """Return the answer."""
    found = material.result.scenarios
    if isinstance(found, NotAvailable):
        return Question("moving", TITLE, (), missing=(missing(Words("情景", "Scenarios"), found),))
    return Question(
        "moving",
        TITLE,
        tuple(_said(material, found)),
        (_picture(material, found),),
        more=(*_rests(material, found), plainly(SCENARIO)),
        blocks=tuple(_blocks(material, found)),
    )


def _ranked(found: ScenarioSection) -> list[Mapping[str, Any]]:
    """Return the scenarios but the first, which is as now, the largest gain first."""
    rows = list(found.table.iter_rows(named=True))
    return sorted(rows[1:], key=lambda row: (-row["gain_q50"], row["scenario"]))


def _said(material: Material, found: ScenarioSection) -> Iterator[Said]:
    ranked = _ranked(found)
    outcome = material.names.construct(found.outcome)
    base = found.table.row(0, named=True)
    yield say(
        "照旧到期末，{outcome}的中位为 {level}（90% 带 {band}），{out} 的模拟走出困局（协同卷入高于行政壁垒）。",
        "As now, {outcome} ends at {level} at the median (90% band {band}); {out} of the runs leave the trap (more involvement than barrier).",
        outcome=outcome,
        level=material.numbers.cell("scenarios", (base["scenario"],), "q50"),
        band=_band(material, base["scenario"], "q"),
        out=material.numbers.cell("scenarios", (base["scenario"],), "left_the_trap", _share),
    )
    if not ranked:
        return
    yield say(
        "提高最多的是“{best}”：{gain}，走出困局的升到 {out}；{single}",
        "Most is gained by “{best}”: {gain}, and {out} leave the trap; {single}",
        best=_name(ranked[0]),
        gain=_gain(material, ranked[0]),
        out=material.numbers.cell("scenarios", (ranked[0]["scenario"],), "left_the_trap", _share),
        single=_next(material, ranked),
    )
    if _unsure(ranked):
        yield plainly(
            Words(
                "前几名的带相互重叠，名次只在同一模拟中比较才有意义。",
                "The bands of the leading scenarios overlap; their order holds run by run only.",
            )
        )


def _next(material: Material, ranked: list[Mapping[str, Any]]) -> Said:
    if len(ranked) < 2:
        return plainly(Words("没有别的情景可比。", "there is no other to compare."))
    return say(
        "其次是“{name}”：{gain}。",
        "next comes “{name}”: {gain}.",
        name=_name(ranked[1]),
        gain=_gain(material, ranked[1]),
    )


def _unsure(ranked: list[Mapping[str, Any]]) -> bool:
    return len(ranked) > 1 and ranked[1]["gain_q95"] > ranked[0]["gain_q05"]


def _name(row: Mapping[str, Any]) -> Words:
    return Words(row["zh"], row["en"])


def _gain(material: Material, row: Mapping[str, Any]) -> Said:
    return say(
        "比照旧 +{gain}（90% 带 {band}）",
        "+{gain} on as now (90% band {band})",
        gain=material.numbers.cell("scenarios", (row["scenario"],), "gain_q50"),
        band=_band(material, row["scenario"], "gain_q"),
    )


def _band(material: Material, scenario: str, column: str) -> Said | str:
    return material.numbers.between("scenarios", (scenario,), (f"{column}05", f"{column}95")) or "—"


def _share(value: object) -> Words:
    return percent(float(str(value)), 0)


def _picture(material: Material, found: ScenarioSection) -> Figure:
    rows = list(found.table.iter_rows(named=True))[1:]
    values: list[Interval | None] = [(row["gain_q50"], row["gain_q05"], row["gain_q95"]) for row in rows]
    top = max([0.05, *(row["gain_q95"] for row in rows)])
    low = min([0.0, *(row["gain_q05"] for row in rows)])
    outcome = material.names.construct(found.outcome)
    title = Words(f"各情景比照旧多得的{outcome.zh}，90% 带", f"Gain in {outcome.en} on as now, with 90% bands")
    best = max(range(len(rows)), key=lambda at: rows[at]["gain_q50"]) if rows else None
    axis = Words("期末增益（0–1 量表上）", "gain at the end (on a scale of 0–1)")
    series = (Series(title, values),)
    chart = interval_chart(
        title, [_name(row) for row in rows], series, (low, top), cut=0.0, axis_name=axis, strong=best
    )
    return Figure(chart, title)


def _rests(material: Material, found: ScenarioSection) -> Iterator[Said]:
    """Say where the model starts from, and that it was not fitted."""
    by: dict[str, list[str]] = {}
    for one in found.start:
        states = by.setdefault(one.source, [])
        if one.state not in states:
            states.append(one.state)
    parts = []
    for source, states in by.items():
        names = listed([plainly(material.names.construct(each)) for each in states])
        parts.append(say("{names}取自{source}", "{names} from {source}", names=names, source=SOURCES[source]))
    yield say("起点：{parts}。", "Where it starts: {parts}.", parts=listed(parts, zh="；", en="; "))
    yield from (plainly(Words(*note)) for note in found.notes[-1:])


def _blocks(material: Material, found: ScenarioSection) -> Iterator[StudyBlock]:
    yield _outcomes(material, found)
    yield _levers(material, found)
    ranked = _ranked(found)
    if ranked:
        yield _fan(material, found, ranked[0])
    yield _start(material, found)


def _outcomes(material: Material, found: ScenarioSection) -> Table:
    rows = []
    for at, row in enumerate(found.table.iter_rows(named=True)):
        key = (row["scenario"],)
        cells: list[Cell] = [text(_name(row)), evident(material.numbers.cell("scenarios", key, "q50"))]
        cells.append(evident(material.numbers.between("scenarios", key, ("q05", "q95"))))
        if at:
            cells.append(evident(material.numbers.cell("scenarios", key, "gain_q50")))
            cells.append(evident(material.numbers.between("scenarios", key, ("gain_q05", "gain_q95"))))
            cells.append(evident(material.numbers.cell("scenarios", key, "better_than_baseline", _share)))
        else:
            cells += [dash(), dash(), dash()]
        cells.append(evident(material.numbers.cell("scenarios", key, "left_the_trap", _share)))
        cells.append(evident(material.numbers.cell("scenarios", key, "regret_mean")))
        rows.append(tuple(cells))
    name = material.names.construct(found.outcome)
    head = (
        *(Words("情景", "Scenario"), Words(f"期末{name.zh}", f"{name.en} at the end"), Words("90% 带", "90% band")),
        *(Words("比照旧", "Gain"), Words("90% 带", "90% band"), Words("优于照旧的模拟", "Better than as now in")),
        *(Words("走出困局", "Leave the trap"), Words("平均后悔", "Mean regret")),
    )
    notes = (
        Words(
            "困局：协同卷入低于行政壁垒。后悔：同一模拟中各情景的最好结果减去本情景的结果。",
            "Trap: less involvement than barrier. Regret: the best outcome of any scenario in the same run, less that of this one.",
        ),
    )
    return Table("scenarios", Words("各情景的结果（同一批模拟）", "Outcomes of the scenarios (same runs)"), head, tuple(rows), notes)  # fmt: skip


def _levers(material: Material, found: ScenarioSection) -> Table:
    names = [(row["scenario"], _name(row)) for row in found.table.iter_rows(named=True)]
    rows = []
    for lever in LEVERS:
        cells = [text(lever_name(lever))]
        for scenario, _ in names:
            first, last = (
                material.numbers.known("scenario_levers", (scenario, lever), column) for column in ("first", "last")
            )
            if first is None or last is None:
                cells.append(dash())
            elif first.value == last.value:
                cells.append(evident(first))
            else:
                cells.append(evident(say("{a} → {b}", "{a} → {b}", a=first, b=last)))
        rows.append(tuple(cells))
    head = (Words("杠杆（0–1）", "Lever (0–1)"), *(name for _, name in names))
    return Table("settings", Words("每个情景动了哪些杠杆", "Which levers each scenario moves"), head, tuple(rows))


def _fan(material: Material, found: ScenarioSection, best: Mapping[str, Any]) -> Figure:
    bands = found.bands.filter(pl.col("region") == "")
    own = bands.filter(pl.col("scenario") == best["scenario"])
    base = bands.filter(pl.col("scenario") == found.table.row(0, named=True)["scenario"])
    fans = []
    for state in STATES:
        row, other = (part.filter(pl.col("state") == state) for part in (own, base))
        low, quarter, middle, three, high = (row[name].to_list() for name in ("q05", "q25", "q50", "q75", "q95"))
        compared = other["q50"].to_list()
        name = material.names.construct(state)
        fans.append(Fan(name, row["time"].to_list(), low, quarter, middle, three, high, compared))
    scenario = _name(best)
    caption = Words(
        f"情景“{scenario.zh}”：各状态的路径（年）", f"Scenario “{scenario.en}”: paths of the states (years)"
    )
    notes = (
        Words(
            "深色带 50%、浅色带 90% 的模拟，实线是中位数，虚线是照旧的中位数。",
            "Dark band 50%, light band 90% of the runs; the line is the median, dashes the median as now.",
        ),
    )
    return Figure(fan_chart(caption, fans), caption, notes)


def _start(material: Material, found: ScenarioSection) -> Table:
    rows = []
    for one in found.start:
        value = material.numbers.known("model_start", (one.region, one.state), "value")
        cells = (material.names.construct(one.state), material.names.party(one.region), SOURCES[one.source])
        rows.append((text(cells[0]), text(cells[1]), evident(value), text(cells[2])))
    head = (Words("状态", "State"), Words("协同方", "Party"), Words("起点", "Start"), Words("来源", "Source"))
    return Table("start", Words("动态模型从哪里开始", "Where the dynamic model starts"), head, tuple(rows), detail=True)
