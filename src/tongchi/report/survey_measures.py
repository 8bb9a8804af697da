"""Do the items measure the constructs? Loadings, reliability and validity in the tables that journals ask for."""

from __future__ import annotations

from functools import partial

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
from tongchi.report.survey_validity import correlation_blocks, ratio_blocks
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.analysis_measurement import ConstructMeasurement, ItemLoading, Measurement, OfficeAgreement
from tongchi.survey.unavailable import NotAvailable

_ENOUGH, _AVE, _WEAK = 0.7, 0.5, 0.5
_RELIABILITY = Words("信度与收敛效度", "Reliability and convergent validity")


def measurement_part(analysis: SurveyAnalysis, names: Names) -> Part:
    """Return the part on reliability and validity."""
    measured = analysis.measurement
    blocks: list[Block] = [Heading(Words("测量模型", "Measurement model")), *fit_sentences(analysis.cfa, _CFA)]
    blocks += [Heading(_RELIABILITY), _verdict(measured, names), _reliability(measured, names)]
    blocks += _loadings(measured, names)
    blocks += [Heading(Words("区分效度", "Discriminant validity")), *correlation_blocks(measured, names)]
    blocks += ratio_blocks(measured, names)
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
    low = low_reliability(measured, names)
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


def low_reliability(measured: Measurement, names: Names) -> list[Words]:
    """Return the constructs whose composite reliability, or else alpha, is below .70."""
    return [names.construct(each.construct) for each in measured.constructs if _below(_best(each), _ENOUGH)]


def _best(each: ConstructMeasurement) -> float | NotAvailable:
    found = each.composite_reliability
    if isinstance(found, NotAvailable) and not isinstance(each.alpha, NotAvailable):
        return each.alpha.total.raw
    return found


def _below(value: float | NotAvailable, limit: float) -> bool:
    return not isinstance(value, NotAvailable) and value < limit


def _reliability(measured: Measurement, names: Names) -> Table:
    rows = tuple(_reliability_row(each, names) for each in measured.constructs)
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
    return Table("reliability", _RELIABILITY, head, rows, (key, *gone))


def _reliability_row(each: ConstructMeasurement, names: Names) -> tuple[Cell, ...]:
    alpha = each.alpha
    if isinstance(alpha, NotAvailable):
        of_alpha = dash(), dash()
    else:
        of_alpha = of_one(alpha.total.raw), ends(alpha.interval.lower, alpha.interval.upper, bound=True)
    return (
        text(names.construct(each.construct)),
        whole(len(each.items)),
        whole(each.n),
        *of_alpha,
        of_one(each.ordinal_alpha),
        of_one(each.omega),
        _judged(each.composite_reliability, _ENOUGH),
        _judged(each.average_variance_extracted, _AVE),
    )


def _judged(value: float | NotAvailable, limit: float) -> Cell:
    return of_one(value, "bad" if _below(value, limit) else "")


def _loadings(measured: Measurement, names: Names) -> list[Block]:
    rows = [
        (text(names.construct(each.construct)), *_loading(loading, names))
        for each in measured.constructs
        if not isinstance(each.loadings, NotAvailable)
        for loading in each.loadings
    ]
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
    return [Table("loadings", caption, head, tuple(rows), (note, *reasons(gone)), texts=(0, 1))]


def _loading(loading: ItemLoading, names: Names) -> tuple[Cell, ...]:
    said, reach = names.item(loading.item), loading.interval
    return (
        text(Words(f"{loading.item}　{said.zh}", f"{loading.item} {said.en}")),
        of_one(loading.value, "bad" if abs(loading.value) < _WEAK else ""),
        of_one(loading.standard_error),
        ends(reach.lower, reach.upper, bound=True) if reach else dash(),
    )


def _factors(analysis: SurveyAnalysis) -> list[Block]:
    measured = analysis.measurement
    blocks: list[Block] = []
    said: list[Words] = []
    for what, value, write in (
        (Words("KMO", "KMO"), measured.sampling_adequacy, _adequacy),
        (Words("Bartlett 球形检验", "Bartlett's test"), measured.sphericity, _sphericity),
        (Words("平行分析", "Parallel analysis"), measured.parallel, partial(_parallel, len(measured.constructs))),
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


def _parallel(constructs: int, value: object) -> Words:
    found = value.suggested  # type: ignore[attr-defined]
    draws = count(value.draws).en  # type: ignore[attr-defined]
    same = found == constructs
    return Words(
        f"平行分析（{draws} 次抽取）建议 {found} 个因子，与 {constructs} 个构念{'一致' if same else '不一致'}。",
        f"Parallel analysis ({draws} draws) suggests {found} factor{'s' if found != 1 else ''}, {'as many as there are constructs' if same else f'while there are {constructs} constructs'}.",
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
