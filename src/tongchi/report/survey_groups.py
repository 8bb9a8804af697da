"""Do the groups differ, and may they be compared at all? Scale scores side by side, with effects and their intervals."""

from __future__ import annotations

from tongchi.report.survey_content import (
    Block,
    Cell,
    Names,
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
    whole,
)
from tongchi.report.survey_words import CORRECTIONS, named
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.groups import GroupComparison, GroupComparisons, GroupSummary, PairComparison
from tongchi.survey.unavailable import NotAvailable

TITLE = Words("组间比较", "Comparison of groups")
_LIMIT = 0.05


def group_blocks(analysis: SurveyAnalysis, names: Names) -> list[Block]:
    """Return the comparison of groups on scale scores, or why there is none."""
    found = analysis.groups
    if isinstance(found, NotAvailable):
        return [missing(TITLE, found)]
    ladder = analysis.invariance
    released = not isinstance(ladder, NotAvailable) and bool(ladder.freed)
    return [_verdict(found, names, released=released), _means(found, names), _pairs(found, names)]


def differing(found: GroupComparisons) -> list[GroupComparison]:
    """Return the comparisons whose corrected p is below .05."""
    return [
        each for each in found.comparisons if not isinstance(each.p_adjusted, NotAvailable) and each.p_adjusted < _LIMIT
    ]


def _verdict(found: GroupComparisons, names: Names, *, released: bool) -> Sentences:
    clear = differing(found)
    way = named(found.adjustment, CORRECTIONS)
    if not clear:
        said = Words(
            f"多重校正（{way.zh}）后，没有一个构念的组间差异显著；这不等于各组相同。",
            f"After correction ({way.en}) no construct differs significantly between the groups; that does not make them equal.",
        )
    else:
        listed = joined([names.construct(each.variable) for each in clear])
        said = Words(
            f"多重校正（{way.zh}）后，{len(clear)} 个构念的组间差异显著：{listed.zh}。",
            f"After correction ({way.en}) {len(clear)} of {len(found.comparisons)} constructs differ significantly: {listed.en}.",
        )
    if found.means_comparable is False:
        caution = Words(
            "由于测量等值不成立，这些差异只描述作答，不能解释为构念的差异。",
            "Since invariance fails, these differences describe answers and are not differences of constructs.",
        )
        return Sentences((said, caution))
    if released:
        caution = Words(
            "量表均分含有在各组含义不同的题目，应以潜均值的差异为准。",
            "Scale scores hold items that differ between the groups; the latent means are the ones to go by.",
        )
        return Sentences((said, caution))
    return Sentences((said,))


def _means(found: GroupComparisons, names: Names) -> Table:
    rows = []
    for each in found.comparisons:
        cells: list[Cell] = []
        for group in each.groups:
            cells += _summary(group)
        welch = each.welch
        if isinstance(welch, NotAvailable):
            cells += [dash(), dash()]
        else:
            cells += [figure(welch.f), probability(welch.p_value)]
        rows.append((text(names.construct(each.variable)), *cells, probability(each.p_adjusted)))
    head = [Words("构念", "Construct")]
    for label in found.labels:
        name = names.group(found.group, label)
        head += [
            Words(f"{name.zh} n", f"{name.en} n"),
            Words(f"{name.zh} 均值", f"{name.en} M"),
            Words(f"{name.zh} 标准差", f"{name.en} SD"),
        ]
    head += [Words("Welch F", "Welch F"), Words("p", "p"), Words("校正 p", "Adj. p")]
    note = Words(
        "量表均分，单位同作答量表；Welch 检验不假定方差相等。",
        "Scale scores in units of the response scale; Welch's test does not assume equal variances.",
    )
    caption = Words("各组的量表均分", "Scale scores by group")
    return Table("group_means", caption, tuple(head), tuple(rows), (note,))


def _summary(group: GroupSummary) -> list[Cell]:
    return [whole(group.n), figure(group.mean), figure(group.sd)]


def _pairs(found: GroupComparisons, names: Names) -> Table:
    rows = [
        (text(names.construct(each.variable)), text(_pair_name(pair, found, names)), *_pair(pair))
        for each in found.comparisons
        for pair in each.pairs
        if not isinstance(pair, NotAvailable)
    ]
    heads = (
        ("构念", "Construct"), ("比较", "Groups"), ("差异", "Difference"), ("95% 区间", "95% CI"), ("Hedges g", "Hedges' g"),
        ("g 的 95% 区间", "95% CI of g"), ("p", "p"), ("秩二列相关", "Rank-biserial r"), ("秩检验 p", "p of ranks"),
    )  # fmt: skip
    many = len(found.labels) > 2
    note = Words(
        "两两比较按 Games–Howell 校正。" if many else "秩检验：Mann–Whitney。",
        "Pairs by Games and Howell." if many else "Ranks: Mann–Whitney.",
    )
    caption = Words("组间差异与效应量", "Differences between groups, and effect sizes")
    head = tuple(Words(*each) for each in heads)
    return Table(
        "group_pairs",
        caption,
        head,
        tuple(rows),
        (note,),
        texts=(0, 1),
    )


def _pair_name(pair: PairComparison, found: GroupComparisons, names: Names) -> Words:
    first, second = (names.group(found.group, each) for each in (pair.first, pair.second))
    return Words(f"{first.zh} − {second.zh}", f"{first.en} − {second.en}")


def _pair(pair: PairComparison) -> tuple[Cell, ...]:
    g = pair.hedges_g
    effect = (
        (dash(), dash()) if isinstance(g, NotAvailable) else (figure(g.value), ends(g.interval.lower, g.interval.upper))
    )
    return (
        figure(pair.difference),
        ends(pair.interval.lower, pair.interval.upper),
        *effect,
        probability(pair.p_value),
        of_one(pair.ranks.rank_biserial),
        probability(pair.ranks.p_value),
    )
