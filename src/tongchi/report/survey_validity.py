"""Are the constructs different things? Correlations beside the roots of AVE, and heterotrait-monotrait ratios."""

from __future__ import annotations

from tongchi.report.survey_content import Block, Cell, Names, Sentences, Table, dash, ends, missing, of_one, text
from tongchi.report.survey_numbers import bounded, percent
from tongchi.report.words import Words
from tongchi.survey.analysis_measurement import Measurement
from tongchi.survey.reliability import Interval
from tongchi.survey.unavailable import NotAvailable
from tongchi.survey.validity import TraitRatio

_CRITERION = Words("Fornell–Larcker 判据", "Fornell–Larcker criterion")


def _numbered(names: Names, codes: tuple[str, ...]) -> list[Words]:
    found = [names.construct(code) for code in codes]
    return [Words(f"{at} {each.zh}", f"{at} {each.en}") for at, each in enumerate(found, start=1)]


def correlation_blocks(measured: Measurement, names: Names) -> list[Block]:
    """Return the correlations with the roots of AVE, and what the criterion of Fornell and Larcker says."""
    cor = measured.construct_cor
    if isinstance(cor, NotAvailable):
        return [missing(_CRITERION, cor)]
    roots = {
        each.construct: each.average_variance_extracted**0.5
        for each in measured.constructs
        if not isinstance(each.average_variance_extracted, NotAvailable)
    }
    labels = _numbered(names, measured.correlated)
    rows = []
    for i, code in enumerate(measured.correlated):
        cells = [of_one(float(cor[i, j])) for j in range(i)]
        diagonal = of_one(roots[code], "strong") if code in roots else dash()
        rows.append((text(labels[i]), *cells, diagonal, *([text("")] * (len(labels) - i - 1))))
    head = (Words("构念", "Construct"), *(Words(str(at), str(at)) for at in range(1, len(labels) + 1)))
    note = Words(
        "对角线为 AVE 的平方根，下方为构念间相关。", "Diagonal: square root of AVE; below: correlations of constructs."
    )
    table = Table(
        "correlations",
        Words("构念相关与 AVE 平方根", "Correlations of constructs, and square roots of AVE"),
        head,
        tuple(rows),
        (note,),
    )
    return [table, _criterion(measured, names)]


def _criterion(measured: Measurement, names: Names) -> Block:
    pairs = measured.fornell_larcker
    if isinstance(pairs, NotAvailable):
        return missing(_CRITERION, pairs)
    broken = [_pair(names, each.first, each.second) for each in pairs if not each.holds]
    if not broken:
        said = Words(
            "每一对构念都满足 Fornell–Larcker 判据。", "Every pair of constructs meets the Fornell–Larcker criterion."
        )
    else:
        said = Words(
            f"{len(broken)} 对构念不满足 Fornell–Larcker 判据：{'；'.join(w.zh for w in broken)}。",
            f"{len(broken)} of {len(pairs)} pairs fail the Fornell–Larcker criterion: {'; '.join(w.en for w in broken)}.",
        )
    return Sentences((said,))


def _pair(names: Names, first: str, second: str) -> Words:
    one, other = names.construct(first), names.construct(second)
    return Words(f"{one.zh}与{other.zh}", f"{one.en} and {other.en}")


def ratio_blocks(measured: Measurement, names: Names) -> list[Block]:
    """Return what the heterotrait-monotrait ratios say, and all of them, the largest first."""
    what = Words("HTMT", "HTMT")
    if isinstance(measured.htmt, NotAvailable):
        return [missing(what, measured.htmt)]
    second = () if isinstance(measured.htmt2, NotAvailable) else measured.htmt2
    other = {(each.first, each.second): each for each in second}
    rows = []
    for each in sorted(measured.htmt, key=lambda ratio: -_known(ratio)):
        twin = other.get((each.first, each.second))
        below = {True: Words("是", "yes"), False: Words("否", "no"), None: Words("—", "—")}[each.below]
        rows.append(
            (
                text(_pair(names, each.first, each.second)),
                of_one(each.value, "bad" if each.below is False else ""),
                _ends(each.interval),
                of_one(twin.value) if twin else dash(),
                _ends(twin.interval) if twin else dash(),
                text(below),
            )
        )
    level = next((each.interval.level for each in measured.htmt if isinstance(each.interval, Interval)), 0.90)
    reach = f"{percent(level, 0).en}"
    head = (
        Words("构念对", "Pair"),
        Words("HTMT", "HTMT"),
        Words(f"{reach} 区间", f"{reach} CI"),
        Words("HTMT2", "HTMT2"),
        Words(f"{reach} 区间", f"{reach} CI"),
        Words("上限低于 0.85", "Upper end below .85"),
    )
    note = Words(
        "自助法区间；HTMT：Henseler 等（2015）；HTMT2：Roemer 等（2021）。",
        "Bootstrap intervals; HTMT: Henseler et al. (2015); HTMT2: Roemer et al. (2021).",
    )
    table = Table("htmt", Words("异质-单质比率（HTMT）", "Heterotrait–monotrait ratios (HTMT)"), head, tuple(rows), (note,), detail=len(rows) > 15)  # fmt: skip
    return [_ratio_verdict(measured.htmt, names), table]


def _ratio_verdict(ratios: tuple[TraitRatio, ...], names: Names) -> Sentences:
    top = max(ratios, key=_known)
    pair = _pair(names, top.first, top.second)
    value = bounded(top.value)
    reach = _ends(top.interval).words
    above = [each for each in ratios if each.below is False]
    first = Words(
        f"最大的 HTMT 在{pair.zh}之间：{value.zh} {reach.zh}。",
        f"The largest HTMT is that of {pair.en}: {value.en} {reach.en}.",
    )
    if above:
        listed = [_pair(names, each.first, each.second) for each in above]
        more = Words(
            f"{len(above)} 对构念的区间上限不低于 0.85，不能认为已区分开：{'；'.join(w.zh for w in listed)}。",
            f"For {len(above)} of {len(ratios)} pairs the interval reaches .85, so that they are not told apart: {'; '.join(w.en for w in listed)}.",
        )
    else:
        more = Words("没有一对构念的区间上限达到 0.85。", "No interval reaches .85.")
    return Sentences((first, more))


def _known(ratio: TraitRatio) -> float:
    return float("-inf") if isinstance(ratio.value, NotAvailable) else ratio.value


def _ends(reach: Interval | NotAvailable) -> Cell:
    return dash() if isinstance(reach, NotAvailable) else ends(reach.lower, reach.upper, bound=True)
