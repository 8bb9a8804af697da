"""Do the items measure the constructs? Loadings, reliability and validity in the tables that journals ask for."""

from __future__ import annotations

from tongchi.report.survey_common import method_blocks
from tongchi.report.survey_content import (
    Block,
    Cell,
    Heading,
    Names,
    Part,
    Sentences,
    Table,
    dash,
    ends,
    missing,
    of_one,
    reasons,
    text,
    whole,
)
from tongchi.report.survey_fit import fit_sentences
from tongchi.report.survey_numbers import bounded, count, number, p_equals, percent
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.analysis_measurement import ConstructMeasurement, Measurement, OfficeAgreement
from tongchi.survey.reliability import Interval
from tongchi.survey.unavailable import NotAvailable
from tongchi.survey.validity import TraitRatio

_ENOUGH, _AVE, _RATIO = 0.7, 0.5, 0.85
_RELIABILITY = Words("信度与收敛效度", "Reliability and convergent validity")


def measurement_part(analysis: SurveyAnalysis, names: Names) -> Part:
    """Return the part on reliability and validity."""
    measured = analysis.measurement
    blocks: list[Block] = [Heading(Words("测量模型", "Measurement model")), *fit_sentences(analysis.cfa, _CFA)]
    blocks += [Heading(_RELIABILITY), _verdict(measured, names), _reliability(measured, names)]
    blocks += _loadings(measured, names)
    blocks += [Heading(Words("区分效度", "Discriminant validity")), *_correlations(measured, names)]
    blocks += _ratios(measured, names)
    blocks += [
        Heading(Words("因子结构与共同方法", "Factors and common method")),
        *_factors(analysis),
        *method_blocks(analysis, names),
    ]
    if not isinstance(measured.offices, NotAvailable):
        blocks += [Heading(Words("单位内一致性", "Agreement within offices")), _offices(measured.offices, names)]
    return Part("measurement", Words("测量", "Measurement"), tuple(blocks))


_CFA = Words("验证性因子分析", "Confirmatory factor analysis")


def _verdict(measured: Measurement, names: Names) -> Sentences:
    """Say which constructs fall short of what is usually asked; the figures are in the table."""
    low = [names.construct(each.construct) for each in measured.constructs if _below(_best(each), _ENOUGH)]
    thin = [
        names.construct(each.construct) for each in measured.constructs if _below(each.average_variance_extracted, _AVE)
    ]
    said = []
    for found, zh, en, fine_zh, fine_en in (
        (low, "组合信度低于 0.70 的构念", "Composite reliability is below .70 for", "所有构念的组合信度都不低于 0.70。", "Composite reliability is at least .70 for all constructs."),
        (thin, "平均提取方差（AVE）低于 0.50 的构念", "Average variance extracted (AVE) is below .50 for", "所有构念的 AVE 都不低于 0.50。", "AVE is at least .50 for all constructs."),
    ):  # fmt: skip
        if found:
            said.append(Words(f"{zh}：{'、'.join(w.zh for w in found)}。", f"{en}: {', '.join(w.en for w in found)}."))
        elif measured.constructs:
            said.append(Words(fine_zh, fine_en))
    return Sentences(tuple(said) or (Words("没有两题以上的构念。", "No construct has two items."),))


def _best(each: ConstructMeasurement) -> float | NotAvailable:
    found = each.composite_reliability
    if isinstance(found, NotAvailable) and not isinstance(each.alpha, NotAvailable):
        return each.alpha.total.raw
    return found


def _below(value: float | NotAvailable, limit: float) -> bool:
    return not isinstance(value, NotAvailable) and value < limit


def _reliability(measured: Measurement, names: Names) -> Table:
    rows = []
    for each in measured.constructs:
        alpha = each.alpha
        known = not isinstance(alpha, NotAvailable)
        rows.append(
            (
                text(names.construct(each.construct)),
                whole(len(each.items)),
                whole(each.n),
                of_one(alpha.total.raw) if known else dash(),  # type: ignore[union-attr]
                ends(alpha.interval.lower, alpha.interval.upper, bound=True) if known else dash(),  # type: ignore[union-attr]
                of_one(each.ordinal_alpha),
                of_one(each.omega),
                _judged(each.composite_reliability, _ENOUGH),
                _judged(each.average_variance_extracted, _AVE),
            )
        )
    head = tuple(
        Words(zh, en)
        for zh, en in (
            ("构念", "Construct"),
            ("题数", "Items"),
            ("n", "n"),
            ("α", "α"),
            ("α 的 95% 区间", "95% CI of α"),
            ("有序 α", "Ordinal α"),
            ("ω", "ω"),
            ("CR", "CR"),
            ("AVE", "AVE"),
        )
    )
    key = Words(
        "α：Cronbach 系数（Feldt 区间）；ω：单因子 McDonald 系数；CR：组合信度；AVE：平均提取方差，由标准化负荷计算（Fornell 和 Larcker，1981）。",
        "α: Cronbach's alpha (Feldt interval); ω: McDonald's omega of one factor; CR: composite reliability; AVE: average variance extracted, both from standardised loadings (Fornell & Larcker, 1981).",
    )
    gone = reasons(
        (names.construct(each.construct), value)
        for each in measured.constructs
        for value in (each.alpha, each.ordinal_alpha, each.omega, each.composite_reliability)
    )
    return Table(
        "reliability",
        _RELIABILITY,
        head,
        tuple(rows),
        (key, *gone),
    )


def _judged(value: float | NotAvailable, limit: float) -> Cell:
    return of_one(value, "bad" if _below(value, limit) else "")


def _loadings(measured: Measurement, names: Names) -> list[Block]:
    rows = []
    for each in measured.constructs:
        if isinstance(each.loadings, NotAvailable):
            continue
        for loading in each.loadings:
            said = names.item(loading.item)
            reach = loading.interval
            rows.append(
                (
                    text(names.construct(each.construct)),
                    text(Words(f"{loading.item}　{said.zh}", f"{loading.item} {said.en}")),
                    of_one(loading.value, "bad" if abs(loading.value) < 0.5 else ""),
                    of_one(loading.standard_error),
                    ends(reach.lower, reach.upper, bound=True) if reach else dash(),
                )
            )
    gone = [(names.construct(each.construct), each.loadings) for each in measured.constructs]
    if not rows:
        why = next((reason for _, reason in gone if isinstance(reason, NotAvailable)), None)
        return [missing(Words("因子负荷", "Loadings"), why)] if why else []
    head = (
        Words("构念", "Construct"),
        Words("题目", "Item"),
        Words("负荷", "Loading"),
        Words("标准误", "SE"),
        Words("95% 区间", "95% CI"),
    )
    note = Words(
        "完全标准化的解；标准误由 delta 法得出。",
        "Completely standardised solution; standard errors by the delta method.",
    )
    caption = Words("标准化因子负荷", "Standardised loadings")
    return [
        Table(
            "loadings",
            caption,
            head,
            tuple(rows),
            (note, *reasons(gone)),
            texts=(0, 1),
        )
    ]


def _numbered(names: Names, codes: tuple[str, ...]) -> list[Words]:
    found = [names.construct(code) for code in codes]
    return [Words(f"{at} {each.zh}", f"{at} {each.en}") for at, each in enumerate(found, start=1)]


def _correlations(measured: Measurement, names: Names) -> list[Block]:
    what = Words("Fornell–Larcker 判据", "Fornell–Larcker criterion")
    cor, pairs = measured.construct_cor, measured.fornell_larcker
    if isinstance(cor, NotAvailable):
        return [missing(what, cor)]
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
    if isinstance(pairs, NotAvailable):
        return [table, missing(what, pairs)]
    broken = [each for each in pairs if not each.holds]
    if not broken:
        said = Words(
            "每一对构念都满足 Fornell–Larcker 判据。", "Every pair of constructs meets the Fornell–Larcker criterion."
        )
    else:
        shown = [_pair(names, each.first, each.second) for each in broken]
        said = Words(
            f"{len(broken)} 对构念不满足 Fornell–Larcker 判据：{'；'.join(w.zh for w in shown)}。",
            f"{len(broken)} of {len(pairs)} pairs fail the Fornell–Larcker criterion: {'; '.join(w.en for w in shown)}.",
        )
    return [table, Sentences((said,))]


def _pair(names: Names, first: str, second: str) -> Words:
    one, other = names.construct(first), names.construct(second)
    return Words(f"{one.zh}与{other.zh}", f"{one.en} and {other.en}")


def _ratios(measured: Measurement, names: Names) -> list[Block]:
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


def _factors(analysis: SurveyAnalysis) -> list[Block]:
    measured = analysis.measurement
    blocks: list[Block] = []
    said: list[Words] = []
    for what, value, write in (
        (Words("KMO", "KMO"), measured.sampling_adequacy, _adequacy),
        (Words("Bartlett 球形检验", "Bartlett's test"), measured.sphericity, _sphericity),
        (Words("平行分析", "Parallel analysis"), measured.parallel, _parallel),
        (Words("单因子所占方差", "Share of a single factor"), analysis.single_factor, _single),
    ):
        if isinstance(value, NotAvailable):
            blocks.append(missing(what, value))
        else:
            said.append(write(value))
    return [Sentences(tuple(said), listed=True), *blocks] if said else blocks


def _adequacy(value: object) -> Words:
    shown = bounded(value.overall)  # type: ignore[attr-defined]
    return Words(f"KMO 取样适切性：{shown.zh}。", f"KMO measure of sampling adequacy: {shown.en}.")


def _sphericity(value: object) -> Words:
    stat = f"χ²({count(value.freedom).en}) = {number(value.chi_square).en}"  # type: ignore[attr-defined]
    p = p_equals(value.p_value)  # type: ignore[attr-defined]
    return Words(f"Bartlett 球形检验：{stat}，{p.zh}。", f"Bartlett's test of sphericity: {stat}, {p.en}.")


def _parallel(value: object) -> Words:
    found = value.suggested  # type: ignore[attr-defined]
    draws = count(value.draws).en  # type: ignore[attr-defined]
    return Words(
        f"平行分析（{draws} 次抽取）建议 {found} 个因子。",
        f"Parallel analysis ({draws} draws) suggests {found} factor{'s' if found != 1 else ''}.",
    )


def _single(value: object) -> Words:
    shown = percent(value)  # type: ignore[arg-type]
    above = value > 0.5  # type: ignore[operator]
    return Words(
        f"单因子占全部题目方差的 {shown.zh}，{'超过' if above else '未超过'}惯用的 50% 警戒线；这一检验本身较弱，不能排除共同方法偏差。",
        f"A single factor takes {shown.en} of the variance of all items, {'above' if above else 'below'} the customary alarm of 50%; the check is weak and cannot rule out common-method bias.",
    )


def _offices(offices: tuple[OfficeAgreement, ...], names: Names) -> Table:
    rows = []
    for each in offices:
        nested = each.nested
        known = not isinstance(nested, NotAvailable)
        rows.append(
            (
                text(names.construct(each.construct)),
                of_one(nested.icc1) if known else dash(),  # type: ignore[union-attr]
                of_one(nested.icc2) if known else dash(),  # type: ignore[union-attr]
                of_one(each.median_r_wg),
            )
        )
    head = (
        Words("构念", "Construct"),
        Words("ICC(1)", "ICC(1)"),
        Words("ICC(2)", "ICC(2)"),
        Words("r_wg 中位数", "Median r_wg"),
    )
    gone = reasons((names.construct(each.construct), each.nested) for each in offices)
    return Table(
        "offices", Words("同一单位的人回答是否一致", "Do people of one office answer alike?"), head, tuple(rows), gone
    )
