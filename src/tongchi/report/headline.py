"""What does a comparison come to, in a few sentences?"""

from __future__ import annotations

from collections.abc import Iterator

from tongchi.report.rows import ComparisonView, PairView, conformity_range
from tongchi.report.words import Words


def number(value: float) -> str:
    """Return a gap or a share with two digits."""
    return f"{value:.2f}"


def pair_sentences(view: PairView) -> tuple[Words, ...]:
    """Return gap, differences, unmatched articles and vintage of a pair, one sentence each."""
    return (_gap(view), _differences(view), _unmatched(view), _vintage(view))


def overview_sentences(view: ComparisonView) -> tuple[Words, ...]:
    """Return the headline: of the pair, or of the whole where there are more than two texts."""
    if view.is_pair and len(view.pairs) == 1:
        return pair_sentences(view.pairs[0])
    return tuple(_whole(view))


def _gap(view: PairView) -> Words:
    gap = view.pair.gap
    value, low, high = number(gap.value), number(gap.low), number(gap.high)
    return Words(
        f"{view.a.name}（A）与{view.b.name}（B）的标尺差距为 {value}（95% 区间 {low}–{high}；0 为规则相同，1 为毫无共同）。",
        f"The gap between {view.a.name} (A) and {view.b.name} (B) is {value} (95% interval {low}–{high}; 0 means the same rules, 1 nothing in common).",
    )


def _differences(view: PairView) -> Words:
    links = view.pair.links
    differ = sum(link.coarse == "differs" for link in links)
    by = view.directions
    na, nb = len(view.a.articles), len(view.b.articles)
    return Words(
        f"A 有 {na} 条，B 有 {nb} 条，找到 {len(links)} 处对应：{len(links) - differ} 处相同或仅措辞不同，{differ} 处有实质差异，"
        f"其中 B 更严 {by['S']} 处，B 更宽 {by['L']} 处，其余 {by['N'] + by['=']} 处严宽互见或者不分严宽。",
        f"A has {na} articles, B {nb}; {len(links)} correspondences were found: {len(links) - differ} say the same, {differ} differ in substance; "
        f"B is stricter in {by['S']} of them, looser in {by['L']}, and {by['N'] + by['=']} go both ways or neither.",
    )


def _unmatched(view: PairView) -> Words:
    a, b = view.counts["only_a"], view.counts["only_b"]
    return Words(
        f"A 有 {a} 条在 B 中没有对应，B 有 {b} 条在 A 中没有对应。",
        f"{a} article{'' if a == 1 else 's'} of A {'has' if a == 1 else 'have'} no counterpart in B, {b} of B none in A.",
    )


def _vintage(view: PairView) -> Words:
    gap, years = view.pair.gap, view.years_apart
    if years is None:
        return Words(
            "文本没有写明全部日期，无法判断差距中有多少来自年代。",
            "The texts do not state both dates, so the part of the gap that is age cannot be judged.",
        )
    dates_zh = f"A 的文本形成于 {gap.vintage_a}，B 的文本形成于 {gap.vintage_b}"
    dates_en = f"A dates from {gap.vintage_a}, B from {gap.vintage_b}"
    if abs(years) < 0.5:
        return Words(f"{dates_zh}，年代相近。", f"{dates_en}: about the same age.")
    return Words(
        f"{dates_zh}，相隔 {abs(years):.1f} 年：差距的一部分来自年代，不全是地区差异。",
        f"{dates_en}, {abs(years):.1f} years apart: part of the gap is age, not region.",
    )


def _whole(view: ComparisonView) -> Iterator[Words]:
    pairs = sorted(view.pairs, key=lambda pair: pair.pair.gap.value)
    if not pairs:
        return
    matter = view.comparison.matter
    near, far = pairs[0], pairs[-1]
    yield Words(
        f"{f'“{matter}”' if matter else ''}共 {len(view.documents)} 个文本、{len(pairs)} 对。差距最小的是{near.a.name}与{near.b.name}"
        f"（{number(near.pair.gap.value)}），最大的是{far.a.name}与{far.b.name}（{number(far.pair.gap.value)}）；0 为规则相同，1 为毫无共同。",
        f"{len(view.documents)} texts{f' on {matter}' if matter else ''}, {len(pairs)} pairs. The closest are {near.a.name} and {near.b.name} "
        f"({number(near.pair.gap.value)}), the furthest {far.a.name} and {far.b.name} ({number(far.pair.gap.value)}); 0 means the same rules, 1 nothing in common.",
    )
    yield from _baseline(view)
    yield _ages(view)


def _baseline(view: ComparisonView) -> Iterator[Words]:
    whole = view.comparison
    if whole.baseline is None:
        return
    ranked = sorted(
        ((conformity_range(gap)[0], view.documents[at].name) for at, gap in enumerate(whole.conformity) if gap),
        reverse=True,
    )
    if ranked:
        title = view.documents[whole.baseline].title
        (best, near), (worst, far) = ranked[0], ranked[-1]
        yield Words(
            f"以《{title}》为基准，符合度最高的是{near}（{number(best)}），最低的是{far}（{number(worst)}）。",
            f"Against {title}, conformity is highest in {near} ({number(best)}) and lowest in {far} ({number(worst)}).",
        )


def _ages(view: ComparisonView) -> Words:
    dates = sorted(date for each in view.documents if (date := each.document.metadata.vintage))
    if len(dates) < 2:
        return _vintage(view.pairs[0])
    return Words(
        f"各文本形成于 {dates[0]} 至 {dates[-1]} 之间：差距的一部分来自年代，不全是地区差异。",
        f"The texts date from {dates[0]} to {dates[-1]}: part of each gap is age, not region.",
    )
