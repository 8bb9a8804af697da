"""What can the outcome not do without? Effect sizes, bottleneck table and ceilings of the Necessary Condition Analysis."""

from __future__ import annotations

from collections.abc import Sequence

from tongchi.report.picture import Point
from tongchi.report.survey_charts import Axis, ceiling_chart
from tongchi.report.survey_content import (
    Block,
    Cell,
    Figure,
    Heading,
    Missing,
    Names,
    Sentences,
    Table,
    dash,
    figure,
    joined,
    missing,
    of_one,
    probability,
    share,
    text,
)
from tongchi.report.survey_numbers import bounded, count
from tongchi.report.words import Words
from tongchi.survey.necessity import CeilingEstimate, ConditionNecessity, Necessity
from tongchi.survey.necessity_bottleneck import Requirement, bottleneck_table
from tongchi.survey.necessity_ceilings import Ceiling
from tongchi.survey.unavailable import NotAvailable

TITLE = Words("必要条件分析（NCA）", "Necessary Condition Analysis (NCA)")
CEILING: Ceiling = "ce_fdh"
"""The ceiling of verdicts and of the bottleneck table: on rating scales steps follow the data more closely than a line."""
_CHARTS = 3
_VERDICTS = {
    "necessary": Words("✓ 必要", "✓ necessary"),
    "not_necessary": Words("— 未见必要", "— not shown to be necessary"),
    "undecided": Words("? 未定", "? undecided"),
}


def necessity_blocks(found: Sequence[Necessity] | NotAvailable, names: Names) -> list[Block]:
    """Return the analysis of each outcome, or why there is none."""
    if isinstance(found, NotAvailable):
        return [missing(TITLE, found)]
    blocks: list[Block] = []
    for one in found:
        outcome = names.construct(one.outcome)
        blocks.append(Heading(Words(f"{TITLE.zh}：{outcome.zh}", f"{TITLE.en}: {outcome.en}")))
        blocks += [_verdict(one, names), _effects(one, names), *_bottleneck(one, names), *_charts(one, names)]
        blocks += _gone(one, names)
    return blocks


def necessary(one: Necessity) -> list[ConditionNecessity]:
    """Return the conditions that count as necessary, the largest effect first."""
    found = [
        each
        for each in one.conditions.values()
        if not isinstance(each, NotAvailable) and CEILING in each.ceilings and each.ceilings[CEILING].verdict(one.rule) == "necessary"
    ]  # fmt: skip
    return sorted(found, key=lambda each: -each.ceilings[CEILING].effect_size)


def _verdict(one: Necessity, names: Names) -> Sentences:
    outcome = names.construct(one.outcome)
    found = necessary(one)
    rule = one.rule
    basis = Words(
        f"判定规则：d ≥ {bounded(rule.smallest_effect, 1).zh} 且置换检验 p < {bounded(rule.alpha).zh}（{CEILING.upper().replace('_', '-')}）；必要与否还要有理论依据。",
        f"Rule: d ≥ {bounded(rule.smallest_effect, 1).en} and p < {bounded(rule.alpha).en} in the permutation test ({CEILING.upper().replace('_', '-')}); that a condition is necessary also takes a theory.",
    )
    if not found:
        said = Words(
            f"没有一个构念被判定为{outcome.zh}的必要条件。", f"No construct counts as necessary for {outcome.en}."
        )
    else:
        parts = [(names.construct(each.condition), bounded(each.ceilings[CEILING].effect_size)) for each in found]
        said = Words(
            f"{outcome.zh}的必要条件：{'、'.join(f'{name.zh}（d = {d.zh}）' for name, d in parts)}。",
            f"Necessary for {outcome.en}: {', '.join(f'{name.en} (d = {d.en})' for name, d in parts)}.",
        )
    return Sentences((said, basis))


def _effects(one: Necessity, names: Names) -> Table:
    rows = []
    for name, each in one.conditions.items():
        if isinstance(each, NotAvailable):
            continue
        level = Words("高", "high") if each.corner in (1, 3) else Words("低", "low")
        for key, estimate in each.ceilings.items():
            rows.append(
                (
                    text(names.construct(name)),
                    text(key.upper().replace("_", "-")),
                    text(level),
                    *_estimate(estimate, one),
                )
            )
    heads = (
        ("条件", "Condition"), ("上限线", "Ceiling"), ("所需水平", "Level asked"), ("d", "d"), ("p", "p"),
        ("准确率", "Accuracy"), ("判定", "Verdict"),
    )  # fmt: skip
    tests = [e.test for c in one.conditions.values() if not isinstance(c, NotAvailable) for e in c.ceilings.values()]
    draws = next((test.draws for test in tests if not isinstance(test, NotAvailable)), 0)
    drawn = count(draws).en
    note = Words(
        f"p：置换检验，{drawn} 次；d 的大小：0.1 以下小，0.3 以下中，0.5 以下大（Dul，2016）。",
        f"p: permutation test, {drawn} draws; size of d: below .1 small, below .3 medium, below .5 large (Dul, 2016).",
    )
    outcome = names.construct(one.outcome)
    caption = Words(f"{outcome.zh}的必要条件：效应量", f"Necessary conditions of {outcome.en}: effect sizes")
    return Table(
        f"nca_{one.outcome}",
        caption,
        tuple(Words(*each) for each in heads),
        tuple(rows),
        (note,),
        texts=(0, 1),
    )


def _estimate(estimate: CeilingEstimate, one: Necessity) -> tuple[Cell, ...]:
    test = estimate.test
    verdict = estimate.verdict(one.rule)
    return (
        of_one(estimate.effect_size),
        dash() if isinstance(test, NotAvailable) else probability(test.p_value),
        share(estimate.accuracy / 100),
        text(_VERDICTS[verdict], "good" if verdict == "necessary" else ""),
    )


def _bottleneck(one: Necessity, names: Names) -> list[Block]:
    table = bottleneck_table(one, CEILING)
    if not table.requirements:
        return []
    rows = []
    for at, shown in enumerate(table.shown):
        cells = (_requirement(cells[at]) for cells in table.requirements.values())
        rows.append((figure(float(shown), count), *cells))
    outcome = names.construct(one.outcome)
    head = (outcome, *(names.construct(name) for name in table.requirements))
    note = Words(
        "数值为各自取值范围的百分比，“≤”表示不得超过；NN：任何水平都可以；NA：范围内没有任何水平足够。",
        "Figures are per cent of each range, ≤ marks what must not be exceeded; NN: any level will do; NA: no level within the range is enough.",
    )
    caption = Words(
        f"瓶颈表：要达到某一水平的{outcome.zh}，各条件至少要达到的水平",
        f"Bottleneck table: what each level of {outcome.en} takes of each condition",
    )
    return [Table(f"bottleneck_{one.outcome}", caption, head, tuple(rows), (note,))]


def _requirement(cell: Requirement) -> Cell:
    if cell.shown is None:
        return text(cell.status)
    if cell.at_most:
        return Cell(Words(*(f"≤ {each}" for each in count(cell.shown))), cell.shown)
    return figure(cell.shown, count)


def _charts(one: Necessity, names: Names) -> list[Block]:
    """Return charts of the necessary conditions, else of the one with the largest effect."""
    cases = [each for each in one.conditions.values() if not isinstance(each, NotAvailable)]
    ranked = sorted(cases, key=lambda each: -each.ceilings[CEILING].effect_size)
    shown = necessary(one)[:_CHARTS] or ranked[:1]
    return [_chart(each, names) for each in shown]


def _chart(one: ConditionNecessity, names: Names) -> Figure:
    condition, outcome = names.construct(one.condition), names.construct(one.outcome)
    scope = one.scope
    title = Words(f"{condition.zh}与{outcome.zh}的上限线", f"Ceilings of {condition.en} and {outcome.en}")
    picture = ceiling_chart(
        title,
        Axis(scope.x_low, scope.x_high, condition),
        Axis(scope.y_low, scope.y_high, outcome),
        (one.x.tolist(), one.y.tolist()),
        steps=_steps(one),
        line=_line(one),
    )
    corner = {1: ("左上", "upper left"), 2: ("右上", "upper right"), 3: ("左下", "lower left"), 4: ("右下", "lower right")}[one.corner]  # fmt: skip
    note = Words(
        f"圆的面积与人数成正比；{corner[0]}角无人，即为必要条件的空间。",
        f"Circles grow with the number of respondents; the empty {corner[1]} corner is what necessity rests on.",
    )
    return Figure(picture, title, (note,))


def _steps(one: ConditionNecessity) -> list[Point]:
    """Return the corners of the step ceiling as it lies in the data, from the floor to the far end of the condition."""
    peers = one.ceilings["ce_fdh"].peers
    floor = one.scope.y_low if one.corner in (1, 2) else one.scope.y_high
    end = one.scope.x_high if one.corner in (1, 3) else one.scope.x_low
    places: list[Point] = []
    height = floor
    for x, y in zip(peers.x.tolist(), peers.y.tolist(), strict=True):
        places += [(x, height), (x, y)]
        height = y
    return [*places, (end, height)]


def _line(one: ConditionNecessity) -> tuple[Point, Point] | None:
    """Return where the straight ceiling enters and leaves the scope."""
    estimate = one.ceilings.get("cr_fdh")
    if estimate is None or isinstance(estimate.slope, NotAvailable) or isinstance(estimate.intercept, NotAvailable):
        return None
    slope, intercept, scope = estimate.slope, estimate.intercept, one.scope
    if not slope:
        return None
    found = []
    for x in (scope.x_low, scope.x_high):
        y = min(max(intercept + slope * x, scope.y_low), scope.y_high)
        found.append(((y - intercept) / slope, y))
    inside = [(min(max(x, scope.x_low), scope.x_high), y) for x, y in found]
    return inside[0], inside[1]


def _gone(one: Necessity, names: Names) -> list[Missing]:
    reasons: dict[NotAvailable, list[Words]] = {}
    for name, each in one.conditions.items():
        if isinstance(each, NotAvailable):
            reasons.setdefault(each, []).append(names.construct(name))
    return [missing(joined(which), reason) for reason, which in reasons.items()]
