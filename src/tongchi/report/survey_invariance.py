"""May the groups be compared at all? The ladder of invariance, what had to be released, and latent means where they stand."""

from __future__ import annotations

from tongchi.report.survey_content import (
    Block,
    Cell,
    Heading,
    Names,
    Sentences,
    Table,
    dash,
    ends,
    figure,
    missing,
    probability,
    sentence,
    text,
    three,
)
from tongchi.report.survey_numbers import coefficient, number
from tongchi.report.survey_words import STEPS, named
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.invariance import InvarianceLadder, InvarianceStep
from tongchi.survey.invariance_partial import Freed
from tongchi.survey.sem.likelihood_ratio import Step as Difference
from tongchi.survey.unavailable import NotAvailable

TITLE = Words("测量等值", "Measurement invariance")
_MEANS = Words("潜均值差异", "Latent mean differences")
_VERDICTS = {
    "holds": Words("✓ 成立", "✓ holds"),
    "partial": Words("◐ 部分成立", "◐ holds partially"),
    "fails": Words("× 不成立", "× fails"),
    "not reached": Words("— 未到此步", "— not reached"),
}
_LOOKS = {"holds": "good", "partial": "strong", "fails": "bad"}


def invariance_blocks(analysis: SurveyAnalysis, names: Names) -> list[Block]:
    """Return the ladder, released items and latent means, or why there are none."""
    found = analysis.invariance
    heading = Heading(TITLE)
    if isinstance(found, NotAvailable):
        return [heading, missing(TITLE, found)]
    ladder: InvarianceLadder = found
    said = [
        comparability(ladder, names),
        sentence(Words(ladder.rule_zh, ladder.rule_en)),
        sentence(Words(f"识别：{ladder.identification_zh}", f"Identification: {ladder.identification_en}")),
    ]
    blocks: list[Block] = [heading, Sentences(tuple(said)), _ladder(ladder)]
    if ladder.freed:
        blocks.append(_freed(ladder, names))
    return [*blocks, *_means(ladder, names, analysis.settings.group or "")]


def comparability(ladder: InvarianceLadder, names: Names) -> Words:
    """Say in one sentence what may be compared between the groups, and what may not."""
    released = list(dict.fromkeys(one.item for one in ladder.freed))
    items = [(names.item(code), code) for code in released]
    zh = "、".join(f"“{item.zh.rstrip('。')}”（{code}）" for item, code in items)
    en = ", ".join(f"“{item.en.rstrip('.')}” ({code})" for item, code in items)
    if isinstance(ladder.latent_means, NotAvailable):
        failed = next((step for step in ladder.steps if step.verdict == "fails"), ladder.steps[-1])
        step = named(failed.name, STEPS)
        return Words(
            f"各组的构念均值不可比较：{step.zh}即使释放部分题目也不成立。",
            f"Means of constructs cannot be compared between the groups: {step.en} does not hold even partially.",
        )
    if not released:
        return Words(
            "各组对题目的理解相同，构念均值可以比较。",
            "Items mean the same to all groups, and means of constructs may be compared.",
        )
    return Words(
        f"构念均值可以比较，但须放开在各组含义不同的题目：{zh}；量表均分含这些题目，会有偏差。",
        f"Means of constructs may be compared once the items that differ between groups are released: {en}; scale scores hold these items and are biased.",
    )


def _ladder(ladder: InvarianceLadder) -> Table:
    rows = tuple(_step(each) for each in ladder.steps)
    heads = (
        ("步骤", "Step"), ("结论", "Verdict"), ("χ²", "χ²"), ("df", "df"), ("CFI", "CFI"), ("RMSEA", "RMSEA"), ("SRMR", "SRMR"),
        ("Δχ²", "Δχ²"), ("Δdf", "Δdf"), ("p", "p"), ("ΔCFI", "ΔCFI"), ("ΔRMSEA", "ΔRMSEA"), ("释放的题目", "Released"),
    )  # fmt: skip
    note = Words(
        "Δ 为与前一已接受步骤相比；部分成立的步骤给出释放之后的数值。",
        "Δ: against the accepted step before; a step that holds partially shows its figures after the release.",
    )
    head = tuple(Words(*each) for each in heads)
    return Table(
        "invariance",
        Words("测量等值的各步", "The ladder of invariance"),
        head,
        rows,
        (note,),
    )


def _step(step: InvarianceStep) -> tuple[Cell, ...]:
    measures, test = step.fit.fitmeasures, step.fit.tests[-1]
    changes = step.changes
    cfi, rmsea = (changes.cfi, changes.rmsea) if changes else (measures.get("cfi"), measures.get("rmsea"))
    released = ", ".join(dict.fromkeys(one.item for one in step.freed))
    return (
        text(named(step.name, STEPS)),
        text(named(step.verdict, _VERDICTS), _LOOKS.get(step.verdict, "")),
        figure(test.stat),
        figure(test.df, lambda value: number(value, 0)),
        three(cfi),
        three(rmsea),
        three(measures.get("srmr")),
        *_difference(step.difference),
        three(changes.cfi_change) if changes else dash(),
        three(changes.rmsea_change) if changes else dash(),
        text(released) if released else dash(),
    )


def _difference(found: Difference | NotAvailable | None) -> tuple[Cell, ...]:
    if not isinstance(found, Difference):
        return (dash(), dash(), dash())
    freedom = figure(found.df_diff, lambda value: number(value, 0))
    return figure(found.chisq_diff), freedom, probability(found.p_value)


def _freed(ladder: InvarianceLadder, names: Names) -> Table:
    rows = tuple(_released(one, names) for one in ladder.freed)
    heads = (
        ("题目", "Item"), ("构念", "Construct"), ("步骤", "Step"), ("得分检验 χ²", "Score test χ²"), ("df", "df"), ("校正 p", "Adj. p"),
        ("预期变化", "Expected change"),
    )  # fmt: skip
    caption = Words("在各组不等的题目，依释放次序", "Items that differ between groups, in the order of release")
    note = Words("p 按 Holm 校正。", "p after Holm's correction.")
    return Table(
        "released",
        caption,
        tuple(Words(*each) for each in heads),
        rows,
        (note,),
    )


def _released(one: Freed, names: Names) -> tuple[Cell, ...]:
    shown = ", ".join(f"{group} {coefficient(value)}" for group, value in one.changes.items())
    return (
        text(one.item),
        text(names.construct(one.construct)),
        text(named(one.step, STEPS)),
        figure(one.statistic),
        figure(one.df, lambda value: number(value, 0)),
        probability(one.adjusted_p),
        text(Words(shown.replace(", ", "，"), shown)),
    )


def _means(ladder: InvarianceLadder, names: Names, group: str) -> list[Block]:
    found = ladder.latent_means
    if isinstance(found, NotAvailable):
        return [missing(_MEANS, found)]
    rows = []
    for one in found:
        first, second = names.group(group, one.group), names.group(group, one.reference)
        rows.append(
            (
                text(names.construct(one.construct)),
                text(Words(f"{first.zh} − {second.zh}", f"{first.en} − {second.en}")),
                figure(one.estimate),
                figure(one.se),
                ends(*one.interval),
                figure(one.standardised),
                ends(*one.standardised_interval),
                probability(one.p_value),
                probability(one.adjusted_p),
            )
        )
    heads = (
        ("构念", "Construct"), ("比较", "Groups"), ("差异", "Difference"), ("标准误", "SE"), ("95% 区间", "95% CI"), ("d", "d"),
        ("d 的 95% 区间", "95% CI of d"), ("p", "p"), ("校正 p", "Adj. p"),
    )  # fmt: skip
    note = Words(
        "d：以构念的合并标准差为单位；已计入放开的题目；p 按 Holm 校正。",
        "d: in pooled standard deviations of the construct; released items are allowed for; p after Holm's correction.",
    )
    head = tuple(Words(*each) for each in heads)
    return [
        Table(
            "latent_means",
            _MEANS,
            head,
            tuple(rows),
            (note,),
            texts=(0, 1),
        )
    ]
