"""What does the report on stages say? Where the collaboration stands, since when, how sure that is, and on which numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tongchi.mechanism.change_points import ChangeDate
from tongchi.mechanism.coupling import CouplingCoordination
from tongchi.mechanism.indices import JOINT
from tongchi.mechanism.measures import ELEMENTS
from tongchi.mechanism.next_steps import Suggestion
from tongchi.mechanism.stage_result import StageResult
from tongchi.mechanism.stages import IndexChange, StagePath, describe, stage_path
from tongchi.mechanism.tables import Period
from tongchi.report.mechanism_charts import Strip, Track, index_chart
from tongchi.report.mechanism_words import ELEMENTS as ELEMENT_WORDS
from tongchi.report.mechanism_words import WEIGHTINGS, name_of, party_name
from tongchi.report.survey_content import (
    Block,
    Cell,
    Figure,
    Heading,
    Part,
    Report,
    Sentences,
    Table,
    dash,
    ends,
    figure,
    missing,
    text,
)
from tongchi.report.survey_report import SYNTHETIC
from tongchi.report.words import Words
from tongchi.survey.unavailable import NotAvailable, unless_refused

TITLE = Words("协同阶段：动机、路径、目的", "Stages of collaboration: motive, path, purpose")


def stages_report(result: StageResult, *, synthetic: bool = False) -> Report:
    """Return the content of the report."""
    parts = (
        _index_part(result),
        _change_part(result),
        _coupling_part(result),
        _measure_part(result),
        _method_part(result),
    )
    return Report(TITLE, stage_headline(result), parts, SYNTHETIC if synthetic else None)


def stage_headline(result: StageResult) -> tuple[Words, ...]:
    """Return the sentences that sum the stages up."""
    found = [_described(result.joint)]
    for party, path in result.paths.items():
        if party != JOINT and path.current is not result.joint.current and path.current is not None:
            own = _described(path)
            found.append(Words(f"{party}：{own.zh}", f"{party}: {own.en}"))
    found += next_words(result.suggestion)
    return tuple(found)


def _described(path: StagePath) -> Words:
    return Words(describe(path, "zh"), describe(path, "en"))


def next_words(suggestion: Suggestion | NotAvailable) -> list[Words]:
    """Return a suggestion with its reason."""
    if isinstance(suggestion, NotAvailable):
        return []
    found = [Words(suggestion.reason_zh, suggestion.reason_en)]
    if suggestion.step:
        found = [
            Words(
                f"下一步建议：{suggestion.step.zh}理由：{suggestion.reason_zh}（理论第 {suggestion.step.theory} 节）",
                f"Next step: {suggestion.step.en} Reason: {suggestion.reason_en} (theory, section {suggestion.step.theory})",
            )
        ]
    return found


def _index_part(result: StageResult) -> Part:
    blocks: list[Block] = [_chart(result, JOINT)]
    blocks.append(_index_table(result, JOINT))
    if len(result.indices.parties) > 1:
        for party in result.indices.parties:
            blocks += [Heading(party_name(party)), _chart(result, party), _index_table(result, party)]
    return Part("indices", Words("指数与阶段", "Indices and stages"), tuple(blocks))


def _chart(result: StageResult, party: str) -> Figure:
    path, indices = result.paths[party], result.indices
    row = indices.rows.index(party)
    tracks = []
    for e, element in enumerate(ELEMENTS):
        low, high = (_known(part[row, :, e].tolist()) for part in (indices.lower, indices.upper))
        moved = result.changes[element].when() if party == JOINT and element in result.changes else []
        value = indices.series(element, party, path.weighting)
        tracks.append(Track(ELEMENT_WORDS[element], value, low, high, tuple(p.start for p in moved)))
    name = party_name(party)
    notes = (
        Words(
            "线是指数（0–1），浅色带是 90% 区间（等权），下方色条是阶段，虚线是整体的变点。",
            "Lines are indices (0–1), light bands 90% intervals (equal weights), the strip below the stages, dotted lines change points of all parties.",
        ),
    )
    caption = Words(
        f"动机、路径、目的指数与阶段：{name.zh}", f"Indices of motive, path, purpose, and stages: {name.en}"
    )
    periods = [(p.start, p.label) for p in indices.periods]
    return Figure(index_chart(caption, periods, tracks, _strips(path)), caption, notes)


def _known(values: Sequence[float]) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values]


def _strips(path: StagePath) -> list[Strip]:
    """Return the stretches of one stage; a period without one belongs to none."""
    found: list[Strip] = []
    for period, stage in zip(path.periods, path.stages, strict=True):
        if stage is None:
            continue
        step = path.rules.stages.index(stage)
        if found and found[-1].step == step:
            found[-1] = Strip(found[-1].start, period.start, found[-1].name, step)
        else:
            found.append(Strip(period.start, period.start, Words(stage.zh, stage.en), step))
    return found


def _index_table(result: StageResult, party: str) -> Table:
    path, indices = result.paths[party], result.indices
    at = indices.rows.index(party)
    rows = []
    for t, period in enumerate(indices.periods):
        cells: list[Cell] = [text(period.label)]
        for e, element in enumerate(ELEMENTS):
            value = indices.series(element, party, path.weighting)[t]
            cells.append(figure(value))
            cells.append(
                ends(float(indices.lower[at, t, e]), float(indices.upper[at, t, e])) if value is not None else dash()
            )
        stage = path.stages[t]
        cells.append(text(Words(stage.zh, stage.en)) if stage else dash())
        rows.append(tuple(cells))
    head = [Words("时期", "Period")]
    for element in ELEMENTS:
        head += [ELEMENT_WORDS[element], Words("90% 区间", "90% interval")]
    head.append(Words("阶段", "Stage"))
    name = party_name(party)
    caption = Words(f"各期指数与阶段：{name.zh}", f"Indices and stage by period: {name.en}")
    notes = (
        Words(
            "—：该期缺失的指标超过一半权重，不填补。",
            "—: measures of more than half the weight are missing; nothing is filled in.",
        ),
    )
    return Table(f"stages_{party}", caption, tuple(head), tuple(rows), notes)


def _change_part(result: StageResult) -> Part:
    title = Words("变点", "Change points")
    blocks: list[Block] = [
        Sentences(
            (
                Words(
                    "变点由精确搜索（动态规划）求出，个数由惩罚选定；日期的概率是只有一个变点时的后验。",
                    "Change points come from an exact search (dynamic programming), their number from a penalty; the probability of a date is the posterior of a single change.",
                ),
            )
        )
    ]
    rows = [_change_row(result.changes[e]) for e in ELEMENTS if e in result.changes]
    short = [ELEMENT_WORDS[e] for e in ELEMENTS if e not in result.changes]
    if rows:
        head = (
            Words("指数", "Index"),
            Words("新阶段起于", "New regime from"),
            Words("各段均值", "Means of the regimes"),
            Words("最大变点的时期（90%）", "Period of the largest change (90%)"),
        )
        blocks.append(Table("changes", title, head, tuple(rows), texts=(0, 1, 2, 3)))
    if short:
        zh, en = "、".join(w.zh for w in short), ", ".join(w.en for w in short)
        blocks.append(
            Sentences(
                (
                    Words(
                        f"{zh}：不足六期或没有变化，不求变点。",
                        f"{en}: fewer than six periods, or no variation; no change points are sought.",
                    ),
                )
            )
        )
    return Part("changes", title, tuple(blocks))


def _change_row(change: IndexChange) -> tuple[Cell, ...]:
    started = [period.label for period in change.when()]
    levels = " → ".join(f"{level:.2f}" for level in change.segments.levels)
    within = change.within()
    span = dash()
    if within and isinstance(change.date, ChangeDate):
        label = within[0].label if len(within) == 1 else f"{within[0].label} – {within[-1].label}"
        span = text(f"{label}")
    begin = text(Words("、".join(started), ", ".join(started))) if started else text(Words("没有变点", "no change"))
    return text(ELEMENT_WORDS[change.element]), begin, text(levels), span


def _coupling_part(result: StageResult) -> Part:
    title = Words("耦合协调与协同度", "Coupling coordination and synergy")
    found = unless_refused("coupling", lambda: result.indices.coupling(weighting=result.joint.weighting))
    if isinstance(found, NotAvailable):
        return Part("coupling", title, (missing(title, found),))
    periods, degrees = found
    synergy = unless_refused("synergy", lambda: result.indices.synergy(weighting=result.joint.weighting)[1].tolist())
    blocks: list[Block] = [_coupling_table(periods, degrees, synergy)]
    warnings = [Words(*pair) for pair in degrees.warnings]
    if warnings:
        blocks.append(Sentences(tuple(warnings), listed=True))
    return Part("coupling", title, tuple(blocks))


def _coupling_table(periods: list[Period], degrees: CouplingCoordination, synergy: list[float] | NotAvailable) -> Table:
    grades = list(zip(degrees.grades("zh"), degrees.grades("en"), strict=True))
    rows = []
    for t, period in enumerate(periods):
        numbers = (
            degrees.coupling,
            degrees.level,
            degrees.coordination,
            degrees.modified_coupling,
            degrees.modified_coordination,
        )
        cells = [text(period.label), *(figure(float(each[t])) for each in numbers), text(Words(*grades[t]))]
        cells.append(dash() if isinstance(synergy, NotAvailable) else figure(synergy[t]))
        rows.append(tuple(cells))
    head = (
        Words("时期", "Period"),
        Words("耦合度 C", "C"),
        Words("水平 T", "T"),
        Words("协调度 D", "D"),
        Words("修正 C", "C modified"),
        Words("修正 D", "D modified"),
        Words("等级（按 D）", "Grade (by D)"),
        Words("协同度（对首期）", "Synergy (from the first)"),
    )
    notes = (
        Words(
            "C = n(ΠU)^(1/n)/ΣU，D = √(C·T)（廖重斌 1999）；修正的 C 见王淑佳等（2021）；协同度见孟庆松、韩文秀（2000），任一项退步即为负。",
            "C = n(ΠU)^(1/n)/ΣU, D = √(C·T) (Liao 1999); modified C: Wang et al. (2021); synergy: Meng & Han (2000), negative as soon as one element falls.",
        ),
    )
    return Table(
        "coupling",
        Words("三项之间的耦合与协同", "Coupling and synergy of the three elements"),
        head,
        tuple(rows),
        notes,
    )


def _measure_part(result: StageResult) -> Part:
    indices = result.indices
    schemes = list(indices.weights)
    rows = []
    for m in indices.measures:
        bounds = ends(*m.bounds)
        cells = [text(m.name), text(name_of(m.construct)), text(m.unit or "1"), bounds]
        cells.append(text(Words("给定", "given") if m.bounds_given else Words("取自数据", "from the data")))
        cells += [figure(indices.weights[scheme][m.name]) for scheme in schemes]
        rows.append(tuple(cells))
    head = (
        *(Words("指标", "Measure"), Words("构念", "Construct"), Words("单位", "Unit"), Words("上下界", "Bounds")),
        Words("来源", "Bounds are"),
        *(Words(f"权重：{WEIGHTINGS[s].zh}", f"Weight: {WEIGHTINGS[s].en}") for s in schemes),
    )
    table = Table(
        "measures", Words("指标、标准化与权重", "Measures, scaling and weights"), head, tuple(rows), texts=(0, 1)
    )
    blocks: list[Block] = [table, _weighting_table(result)]
    if indices.notes:
        blocks.append(Sentences(tuple(Words(*note) for note in indices.notes), listed=True))
    return Part("measures", Words("指标与权重", "Measures and weights"), tuple(blocks))


def _weighting_table(result: StageResult) -> Table:
    """Show what the choice of weights does to the last period."""
    rows = []
    for scheme in result.indices.weights:
        path = stage_path(result.indices, result.joint.rules, weighting=scheme)
        cells = [text(WEIGHTINGS[scheme])]
        cells += [figure(result.indices.series(element, JOINT, scheme)[-1]) for element in ELEMENTS]
        cells.append(text(Words(path.current.zh, path.current.en)) if path.current else dash())
        rows.append(tuple(cells))
    head = (Words("权重", "Weights"), *(ELEMENT_WORDS[e] for e in ELEMENTS), Words("阶段", "Stage"))
    caption = Words("换一种权重，最后一期会怎样", "What other weights make of the last period")
    return Table("weightings", caption, head, tuple(rows))


def _method_part(result: StageResult) -> Part:
    rules = result.joint.rules
    rows = []
    for stage in rules.stages:
        rule = f"≥ {stage.threshold:.2f}" if stage.index else "—"
        rows.append(
            (
                text(Words(stage.zh, stage.en)),
                text(name_of(stage.index) if stage.index else "—"),
                text(rule),
                text(Words(stage.note_zh, stage.note_en)),
            )
        )
    head = (Words("阶段", "Stage"), Words("指数", "Index"), Words("阈值", "Threshold"), Words("含义", "Meaning"))
    words = Words(
        f"进入一个阶段要超过阈值 {rules.band:g}，退出要低于阈值 {rules.band:g}（滞后）；变化须持续 {rules.stay} 期。阈值是设定，不是估计；可用 --rules 换成自己的。",
        f"A stage is entered {rules.band:g} above its threshold and left {rules.band:g} below it (hysteresis); a change must last {rules.stay} period(s). Thresholds are set, not estimated; --rules takes other ones.",
    )
    table = Table("rules", Words("阶段的定义", "Definition of the stages"), head, tuple(rows), texts=(0, 1, 3))
    return Part("method", Words("方法", "Method"), (table, Sentences((words,))))
