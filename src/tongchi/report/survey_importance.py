"""Where does effort pay most on average, and does it agree with what is necessary? Map and table, both readings side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tongchi.report.survey_charts import Axis, Mark, quadrant_chart
from tongchi.report.survey_content import (
    Block,
    Cell,
    Figure,
    Heading,
    Names,
    Part,
    Sentences,
    Table,
    dash,
    ends,
    figure,
    joined,
    missing,
    of_one,
    probability,
    text,
)
from tongchi.report.survey_necessity import necessity_blocks
from tongchi.report.survey_numbers import number, percent
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.bottleneck import Bottleneck, Bottlenecks
from tongchi.survey.importance_performance import QUADRANTS, ImportancePerformance, MappedConstruct
from tongchi.survey.unavailable import NotAvailable

_TITLE = Words("瓶颈", "Bottlenecks")
_MAP = Words("重要性–表现图（IPMA）", "Importance–performance map")
_ENOUGH = 3
_CORNERS = (
    Words("优先改进", "act here first"),
    Words("保持", "keep it up"),
    Words("暂缓", "low priority"),
    Words("足够", "enough"),
)


def bottleneck_part(analysis: SurveyAnalysis, names: Names) -> Part:
    """Return the part on what binds: on average, as a necessary condition, and both."""
    found = analysis.bottlenecks
    if isinstance(found, NotAvailable):
        return Part("bottleneck", _TITLE, (missing(_TITLE, found),))
    blocks: list[Block] = [
        Sentences(
            (
                Words(
                    "“瓶颈”有两种读法，答案可以不同：平均效应看再提高一点能带来多少，必要条件看缺了它高水平是否不会出现。两者并列，不合成一个分数。",
                    "A bottleneck can be read in two ways, and the answers may differ: what more of a construct brings on average, and without what a high level does not occur. Both are given; they are not made into one score.",
                ),
            )
        )
    ]
    for one in found:
        outcome = names.construct(one.construct)
        blocks.append(Heading(Words(f"{_MAP.zh}：{outcome.zh}", f"{_MAP.en}: {outcome.en}")))
        if isinstance(one.importance, NotAvailable):
            blocks.append(missing(_MAP, one.importance))
        else:
            blocks += _map(one.importance, names)
        blocks.append(_both(one.both, names))
    blocks += necessity_blocks(analysis.necessity, names)
    return Part("bottleneck", _TITLE, tuple(blocks))


def _map(found: ImportancePerformance, names: Names) -> list[Block]:
    """Return reading, chart and table; quadrants relate constructs to their mean and so take at least three."""
    if len(found.constructs) < _ENOUGH:
        target = names.construct(found.target)
        few = Words(
            f"通向{target.zh}的构念不足 {_ENOUGH} 个，不分象限。",
            f"Fewer than {_ENOUGH} constructs lead to {target.en}, too few for quadrants.",
        )
        return [Sentences((few,)), _table(found, names)]
    return [_reading(found, names), _chart(found, names), _table(found, names)]


def binding_words(found: ImportancePerformance, names: Names) -> Words:
    """Say which construct binds on average, and how sure that is."""
    first = found.binding
    name, target = names.construct(first.construct), names.construct(found.target)
    effect, level = number(first.importance.value), number(first.performance, 0)
    sure = Words("", "")
    if not isinstance(first.first_share, NotAvailable):
        sure_of_it = first.first_share > 0.995
        part = Words("超过 99%", "more than 99%") if sure_of_it else percent(first.first_share, 0)
        sure = Words(
            f"，在抽样误差下排第一的概率{'' if sure_of_it else '约为 '}{part.zh}",
            f"; within sampling error it comes first in {part.en} of draws",
        )
    aim = Words("提高", "raise") if found.wanted == "high" else Words("降低", "lower")
    return Words(
        f"平均而言，要{aim.zh}“{target.zh}”，最有余地的着力点是“{name.zh}”（总效应 {effect.zh}，水平 {level.zh}/100{sure.zh}）。",
        f"On average, to {aim.en} {target.en} there is most to gain from {name.en} (total effect {effect.en}, level {level.en} of 100{sure.en}).",
    )


def _reading(found: ImportancePerformance, names: Names) -> Sentences:
    said = [binding_words(found, names)]
    unsure = [names.construct(each.construct) for each in found.constructs if not each.certain]
    if unsure:
        which = joined(unsure)
        said.append(
            Words(
                f"区间跨过分界线、象限归属不确定的有：{which.zh}。",
                f"The intervals of {which.en} cross a cut, so that the quadrant is uncertain.",
            )
        )
    return Sentences(tuple(said))


def _chart(found: ImportancePerformance, names: Names) -> Figure:
    """Return the map; importance is drawn by its size, since a negative effect matters as much."""
    marks = [_mark(each, names) for each in found.constructs]
    reach = [end for mark in marks for end in (mark.x_ends or (mark.x, mark.x))]
    target = names.construct(found.target)
    title = Words(f"{target.zh}的重要性–表现图", f"Importance and performance for {target.en}")
    picture = quadrant_chart(
        title,
        Axis(
            min([0.0, *reach]),
            max([0.1, *reach]),
            Words("重要性（总效应的大小，标准化）", "Importance (size of the standardised total effect)"),
        ),
        _performance_axis(marks),
        marks,
        cut=(found.importance_cut, found.performance_cut),
        corners=_CORNERS,
    )
    notes = [
        Words(
            "点为估计值，线为 95% 区间；虚线为各构念的均值。",
            "Points are estimates, lines 95% intervals, dashes the means over constructs.",
        )
    ]
    if any(each.favourable != each.performance for each in found.constructs):
        notes.append(
            Words(
                "标“低为佳”的构念，水平越低越有利，纵轴已翻转。",
                "Of constructs marked “low is good” less is better; the axis is turned for them.",
            )
        )
    return Figure(picture, title, tuple(notes))


def _performance_axis(marks: Sequence[Mark]) -> Axis:
    """Return whole tens around the points, which mostly lie close together."""
    ends = [end for mark in marks for end in (mark.y_ends or (mark.y, mark.y))]
    low, high = 10 * math.floor(min(ends) / 10 - 0.3), 10 * math.ceil(max(ends) / 10 + 0.3)
    return Axis(max(0.0, low), min(100.0, high), Words("有利表现（满分 100）", "Favourable performance (of 100)"))


def _mark(each: MappedConstruct, names: Names) -> Mark:
    negative = each.importance.value < 0
    turned = each.favourable != each.performance
    name = names.construct(each.construct)
    shown = Words(f"{name.zh}（低为佳）", f"{name.en} (low is good)") if turned else name
    low, high = each.importance.interval.lower, each.importance.interval.upper
    bottom, top = each.performance_interval.lower, each.performance_interval.upper
    across = (-high, -low) if negative else (low, high)
    up = (100 - top, 100 - bottom) if turned else (bottom, top)
    return Mark(abs(each.importance.value), each.favourable, shown, across, up)


def _table(found: ImportancePerformance, names: Names) -> Table:
    rows = []
    for each in found.constructs:
        effect, level = each.importance, each.performance_interval
        verdict = QUADRANTS[each.quadrant]
        share = each.first_share
        rows.append(
            (
                text(names.construct(each.construct)),
                figure(effect.value),
                ends(effect.interval.lower, effect.interval.upper),
                figure(each.performance, lambda value: number(value, 1)),
                Cell(Words(*(f"[{number(level.lower, 1).en}, {number(level.upper, 1).en}]",) * 2)),
                figure(each.gain, lambda value: number(value, 3)),
                dash() if isinstance(share, NotAvailable) else figure(share, lambda value: percent(value, 0)),
                text(Words(verdict[0], verdict[1])) if len(found.constructs) >= _ENOUGH else dash(),
            )
        )
    heads = (
        ("构念", "Construct"), ("总效应", "Total effect"), ("95% 区间", "95% CI"), ("表现", "Performance"), ("95% 区间", "95% CI"),
        ("可提升量", "Gain"), ("排第一的概率", "Comes first"), ("象限", "Quadrant"),
    )  # fmt: skip
    target = names.construct(found.target)
    note = Words(
        "可提升量 = 总效应的大小 × 有利表现距 100 的比例。",
        "Gain: size of the total effect times the share by which favourable performance falls short of 100.",
    )
    caption = Words(f"对{target.zh}的总效应与表现", f"Total effects on {target.en}, and performance")
    return Table(
        f"ipma_{found.target}",
        caption,
        tuple(Words(*each) for each in heads),
        tuple(rows),
        (note,),
        texts=(0, 7),
    )


def _both(found: Bottlenecks, names: Names) -> Table:
    rows = [(text(names.construct(each.construct)), *_readings(each, found)) for each in found.rows]
    heads = (
        ("构念", "Construct"), ("总效应", "Total effect"), ("可提升量", "Gain"), ("平均上最紧", "Binds on average"), ("d", "d"), ("p", "p"),
        ("必要条件", "Necessary"),
    )  # fmt: skip
    target = names.construct(found.target)
    ceiling = found.ceiling.upper().replace("_", "-")
    caption = Words(f"{target.zh}的瓶颈：两种读法并列", f"What binds {target.en}: both readings")
    note = Words(f"d 与 p 取自 {ceiling} 上限线。", f"d and p are those of the {ceiling} ceiling.")
    return Table(
        f"binding_{found.target}",
        caption,
        tuple(Words(*each) for each in heads),
        tuple(rows),
        (note,),
    )


def _readings(each: Bottleneck, found: Bottlenecks) -> tuple[Cell, ...]:
    average, need = each.average, each.necessity
    cells: list[Cell] = []
    if isinstance(average, NotAvailable):
        cells += [dash(), dash(), dash()]
    else:
        binds = found.binding_on_average == each.construct
        cells += [figure(average.importance.value), figure(average.gain, lambda value: number(value, 3)), _tick(binds)]
    if isinstance(need, NotAvailable):
        return (*cells, dash(), dash(), dash())
    p = dash() if isinstance(need.test, NotAvailable) else probability(need.test.p_value)
    return (*cells, of_one(need.effect_size), p, _tick(each.construct in found.necessary))


def _tick(holds: bool) -> Cell:
    return text(Words("✓ 是", "✓ yes"), "good") if holds else text(Words("否", "no"))
