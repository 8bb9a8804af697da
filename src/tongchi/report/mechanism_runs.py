"""What do reports on simulations and scenarios say? Fans with bands, outcomes with regret, thresholds, and what was assumed."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tongchi.mechanism.bifurcation import Bifurcation
from tongchi.mechanism.dynamics import LEVERS, STATES
from tongchi.mechanism.ensembles import Ensemble
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.scenarios import Scenario, ScenarioRuns
from tongchi.report.mechanism_charts import Column, Fan, Reach, column_chart, fan_chart
from tongchi.report.mechanism_phase import bifurcation_diagram
from tongchi.report.mechanism_words import NOT_READ, SCENARIO, lever_name, name_of
from tongchi.report.survey_content import (
    Block,
    Cell,
    Figure,
    Part,
    Report,
    Sentences,
    Table,
    dash,
    ends,
    figure,
    share,
    text,
    whole,
)
from tongchi.report.survey_report import SYNTHETIC
from tongchi.report.words import Words

_BAND = Words(
    "深色带 50%、浅色带 90% 的成员，实线是中位数，虚线是“照旧”的中位数。",
    "Dark band 50%, light band 90% of the members; the line is the median, dashes the median of “as now”.",
)


def simulation_report(runs: ScenarioRuns, *, synthetic: bool = False) -> Report:
    """Return the content of the report on a simulation: the last scenario of `runs` against the first."""
    model = runs.ensembles[0].model
    title = Words(f"情景模拟：{model.title_zh}", f"Scenario: {model.title_en}")
    parts = (
        Part("paths", Words("路径", "Paths"), (_fan(runs, len(runs.scenarios) - 1), _state_table(runs))),
        Part("levers", Words("杠杆", "Levers"), (_lever_table(runs),)),
        assumption_part(model, runs.ensembles[0].members, runs.ensembles[0].seed),
    )
    return Report(title, simulation_headline(runs), parts, SYNTHETIC if synthetic else None)


def simulation_headline(runs: ScenarioRuns) -> tuple[Words, ...]:
    """Return the sentences that sum a simulation up."""
    table = runs.table()
    last = table.row(len(table) - 1, named=True)
    name = name_of(runs.outcome)
    first = Words(
        f"情景“{last['zh']}”：期末{name.zh}中位 {last['q50']:.2f}（90% 带 {last['q05']:.2f}–{last['q95']:.2f}）；{last['left_the_trap']:.0%} 的成员走出困局（卷入高于壁垒）。",
        f"Scenario “{last['en']}”: {name.en} at the end {last['q50']:.2f} at the median (90% band {last['q05']:.2f}–{last['q95']:.2f}); {last['left_the_trap']:.0%} of the members leave the trap (more involvement than barrier).",
    )
    found = [first]
    if len(table) > 1:
        found.append(
            Words(
                f"与“照旧”在同一成员中相比：中位 {last['gain_q50']:+.2f}（90% 带 {last['gain_q05']:+.2f} 至 {last['gain_q95']:+.2f}），在 {last['better_than_baseline']:.0%} 的成员中更好。",
                f"Against “as now” in the same member: {last['gain_q50']:+.2f} at the median (90% band {last['gain_q05']:+.2f} to {last['gain_q95']:+.2f}), better in {last['better_than_baseline']:.0%} of the members.",
            )
        )
    return (*found, SCENARIO)


def scenarios_report(
    runs: ScenarioRuns, curves: Mapping[str, Bifurcation] | None = None, *, synthetic: bool = False
) -> Report:
    """Return the content of the report on scenarios; `curves` of rest points by lever."""
    ensemble = runs.ensembles[0]
    title = Words("情景比较：怎样做最有利", "Scenarios: which course does best")
    blocks: list[Block] = [_outcome_chart(runs), _outcome_table(runs), _regret_table(runs)]
    best = int(runs.table()["gain_q50"].to_numpy().argmax())
    parts = [
        Part("outcomes", Words("结果", "Outcomes"), tuple(blocks)),
        Part("paths", Words("路径", "Paths"), (_fan(runs, best),)),
        Part("levers", Words("杠杆", "Levers"), (_lever_table(runs),)),
    ]
    if curves is not None:
        parts.append(threshold_part(curves, ensemble.model))
    parts.append(assumption_part(ensemble.model, ensemble.members, ensemble.seed))
    first = Words(runs.sentence("zh"), runs.sentence("en"))
    return Report(title, (first, *_regret_words(runs), SCENARIO), tuple(parts), SYNTHETIC if synthetic else None)


def _regret_words(runs: ScenarioRuns) -> list[Words]:
    table = runs.table()
    if len(table) < 2:
        return []
    row = table.sort(["regret_mean", "scenario"]).row(0, named=True)
    return [
        Words(
            f"平均后悔最小的是“{row['zh']}”：{row['regret_mean']:.3f}，最坏 {row['regret_max']:.3f}。",
            f"Least regret on average has “{row['en']}”: {row['regret_mean']:.3f}, at worst {row['regret_max']:.3f}.",
        )
    ]


def _fan(runs: ScenarioRuns, at: int) -> Figure:
    ensemble, scenario = runs.ensembles[at], runs.scenarios[at]
    base = None if at == 0 else runs.ensembles[0].bands()
    caption = Words(f"情景“{scenario.zh}”下八个状态的扇形图", f"Fans of the eight states under “{scenario.en}”")
    return Figure(fan_chart(caption, fans_of(ensemble, base)), caption, (_BAND, SCENARIO))


def fans_of(ensemble: Ensemble, base: pl.DataFrame | None = None) -> list[Fan]:
    """Return one fan for each state; `base` holds the bands of what it is compared with."""
    bands = ensemble.bands()
    found = []
    for state in STATES:
        own = bands.filter(pl.col("state") == state)
        other = None if base is None else base.filter(pl.col("state") == state)["q50"].to_list()
        low, quarter, middle, three, high = (own[name].to_list() for name in ("q05", "q25", "q50", "q75", "q95"))
        found.append(Fan(name_of(state), own["time"].to_list(), low, quarter, middle, three, high, other))
    return found


def _state_table(runs: ScenarioRuns) -> Table:
    rows = []
    for state in STATES:
        cells: list[Cell] = [
            text(name_of(state)),
            figure(float(runs.ensembles[0].model.initial[:, STATES.index(state)].mean())),
        ]
        for ensemble in runs.ensembles:
            low, middle, high = _quantiles(ensemble, state)
            cells += [figure(middle), ends(low, high)]
        rows.append(tuple(cells))
    head = [Words("状态", "State"), Words("起点", "Start")]
    for scenario in runs.scenarios:
        head += [Words(f"期末：{scenario.zh}", f"End: {scenario.en}"), Words("90% 带", "90% band")]
    caption = Words(
        f"第 {runs.ensembles[0].model.horizon:g} 年末的水平（各地平均）",
        f"Levels after {runs.ensembles[0].model.horizon:g} years (mean of the regions)",
    )
    return Table("states", caption, tuple(head), tuple(rows))


def _quantiles(ensemble: Ensemble, state: str) -> tuple[float, float, float]:
    row = ensemble.bands([state]).row(-1, named=True)
    return row["q05"], row["q50"], row["q95"]


def _lever_table(runs: ScenarioRuns) -> Table:
    model = runs.ensembles[0].model
    rows = []
    for at, lever in enumerate(LEVERS):
        cells = [text(lever_name(lever))]
        cells += [_setting(scenario, model, at) for scenario in runs.scenarios]
        rows.append(tuple(cells))
    head = (Words("杠杆", "Lever"), *(Words(each.zh, each.en) for each in runs.scenarios))
    return Table("settings", Words("各情景的杠杆（0–1）", "Levers of each scenario (0–1)"), head, tuple(rows))


def _setting(scenario: Scenario, model: DynamicModel, at: int) -> Cell:
    schedule = scenario.schedule(model)[:, at]
    first, last = float(schedule[0]), float(schedule[-1])
    if first == last:
        return figure(first)
    start = int((schedule != first).argmax())
    return text(
        Words(f"{first:.2f} → {last:.2f}（第 {start} 期起）", f"{first:.2f} → {last:.2f} (from period {start})")
    )


def _outcome_chart(runs: ScenarioRuns) -> Figure:
    table = runs.table()
    rows = list(table.iter_rows(named=True))
    name = name_of(runs.outcome)
    columns = (
        Column(
            Words(f"期末{name.zh}", f"{name.en} at the end"),
            [Reach(r["q50"], r["q05"], r["q95"], (r["q25"], r["q75"])) for r in rows],
            low=0.0,
            high=1.0,
        ),
        Column(Words("比照旧", "gain on as now"), [Reach(r["gain_q50"], r["gain_q05"], r["gain_q95"]) for r in rows]),
        Column(
            Words("走出困局的成员", "members that leave the trap"),
            [Reach(r["left_the_trap"], r["left_the_trap"], r["left_the_trap"]) for r in rows],
            "bar",
            0.0,
            1.0,
        ),
    )
    caption = Words("各情景的结果", "Outcome of each scenario")
    notes = (
        Words(
            "点是中位数，粗线 50%、细线 90% 的成员。",
            "Points are medians, thick lines 50%, thin lines 90% of the members.",
        ),
        SCENARIO,
    )
    return Figure(column_chart(caption, [Words(r["zh"], r["en"]) for r in rows], columns), caption, notes)


def _outcome_table(runs: ScenarioRuns) -> Table:
    rows = []
    for at, r in enumerate(runs.table().iter_rows(named=True)):
        cells = [text(Words(r["zh"], r["en"])), figure(r["q50"]), ends(r["q05"], r["q95"])]
        cells += (
            [dash(), dash(), dash()]
            if at == 0
            else [figure(r["gain_q50"]), ends(r["gain_q05"], r["gain_q95"]), share(r["better_than_baseline"])]
        )
        rows.append((*cells, share(r["left_the_trap"])))
    name = name_of(runs.outcome)
    head = (
        *(Words("情景", "Scenario"), Words(f"期末{name.zh}", f"{name.en} at the end"), Words("90% 带", "90% band")),
        *(Words("比照旧", "Gain"), Words("90% 带", "90% band"), Words("优于照旧", "Better than as now")),
        Words("走出困局", "Leave the trap"),
    )
    return Table(
        "outcomes", Words("各情景的结果（同一批成员）", "Outcomes of the scenarios (same members)"), head, tuple(rows)
    )


def _regret_table(runs: ScenarioRuns) -> Table:
    rows = tuple(
        (
            text(Words(r["zh"], r["en"])),
            share(r["best"]),
            figure(r["regret_mean"], _digits),
            figure(r["regret_max"], _digits),
        )
        for r in runs.table().iter_rows(named=True)
    )
    head = (
        Words("情景", "Scenario"),
        Words("最好的概率", "Best in"),
        Words("平均后悔", "Mean regret"),
        Words("最大后悔", "Largest regret"),
    )
    notes = (
        Words(
            "后悔：同一成员中各情景的最好结果减去本情景的结果。",
            "Regret: the best outcome any scenario reaches in the same member, less that of this one.",
        ),
    )
    return Table("regret", Words("后悔表", "Regret"), head, rows, notes)


def _digits(value: object) -> Words:
    from tongchi.report.survey_numbers import number

    return number(value, 3)  # type: ignore[arg-type]


def threshold_part(curves: Mapping[str, Bifurcation], model: DynamicModel) -> Part:
    """Return the part on where the trap ends, lever by lever."""
    rows = []
    for at, lever in enumerate(LEVERS):
        found = curves[lever].threshold
        now = float(model.lever_values[at])
        beyond = text(Words("0–1 内没有", "none within 0–1")) if found is None else figure(found, _digits)
        rows.append(
            (
                text(lever_name(lever)),
                figure(now),
                beyond,
                _missing_to(found, now),
            )
        )
    head = (Words("杠杆", "Lever"), Words("现在", "Now"), Words("阈值", "Threshold"), Words("还差", "Missing"))
    notes = (
        Words(
            "其余杠杆不变时，越过阈值后“困局”这个静止点消失；只对模型的参数值成立，参数不同阈值也不同。",
            "With the other levers as they are, the rest point “trap” is gone beyond the threshold. It holds for the parameter values of the model; other values have other thresholds.",
        ),
    )
    table = Table("thresholds", Words("困局在哪里结束", "Where the trap ends"), head, tuple(rows), notes)
    return Part("thresholds", Words("阈值", "Thresholds"), (table, *_nearest(curves, model)))


def _nearest(curves: Mapping[str, Bifurcation], model: DynamicModel) -> list[Figure]:
    """Return the rest points along the lever that has the shortest way to its threshold."""
    ways = {
        lever: abs(curve.threshold - float(model.lever_values[LEVERS.index(lever)]))
        for lever, curve in curves.items()
        if curve.threshold is not None
    }
    if not ways:
        return []
    lever = min(ways, key=lambda one: ways[one])
    name = lever_name(lever)
    caption = Words(f"静止点随“{name.zh}”变化", f"Rest points along {name.en}")
    picture = bifurcation_diagram(curves[lever], now=float(model.lever_values[LEVERS.index(lever)]))
    note = Words(
        "各地一样、其余杠杆不变；参数取模型的值。",
        "Regions alike, the other levers as they are, parameters at the model's values.",
    )
    return [Figure(picture, caption, (note,))]


def _missing_to(threshold: float | None, now: float) -> Cell:
    if threshold is None:
        return dash()
    if threshold <= now:
        return text(Words("已越过", "passed"))
    return figure(threshold - now, _digits)


def assumption_part(model: DynamicModel, members: int, seed: int) -> Part:
    """Return the part that lists what was assumed: regions, members, and each parameter with its range and source."""
    rows = tuple(
        (
            text(one.name),
            text(Words(one.zh, one.en)),
            figure(one.value),
            ends(one.low, one.high),
            text(one.unit),
            text(one.source),
        )
        for one in model.parameters
    )
    head = (
        *(Words("参数", "Parameter"), Words("含义", "Meaning"), Words("值", "Value")),
        *(Words("范围", "Range"), Words("单位", "Unit"), Words("来源", "Source")),
    )
    regions = "、".join(model.regions)
    facts = Table(
        "run",
        Words("这次运行", "This run"),
        (Words("项", "Item"), Words("值", "Value")),
        (
            (text(Words("地区", "Regions")), text(Words(regions, ", ".join(model.regions)))),
            (text(Words("成员（模型运行）数", "Members (runs of the model)")), whole(members)),
            (text(Words("随机种子", "Seed")), whole(seed)),
            (text(Words("时段（年）", "Horizon (years)")), text(f"{model.horizon:g}")),
        ),
    )
    table = Table(
        "parameters", Words("参数及其来源", "Parameters and their sources"), head, rows, texts=(0, 1, 5), detail=True
    )
    return Part("assumptions", Words("假设", "Assumptions"), (Sentences((SCENARIO, NOT_READ)), facts, table))
