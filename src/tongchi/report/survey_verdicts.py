"""What became of each hypothesis? Estimate, interval, verdict and the rule by which it was reached."""

from __future__ import annotations

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
    figure,
    missing,
    plain,
    probability,
    text,
)
from tongchi.report.survey_fit import fit_line
from tongchi.report.survey_sensitivity import sensitivity_blocks
from tongchi.report.survey_words import CORRECTIONS, KINDS, VERDICT_LOOKS, VERDICTS, named
from tongchi.report.words import Words
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.hypotheses import HypothesisResult, HypothesisTable
from tongchi.survey.hypotheses_effects import EffectEstimate
from tongchi.survey.unavailable import NotAvailable

_TITLE = Words("假设", "Hypotheses")
_METHODS = {
    "delta": Words("delta 法", "delta method"),
    "bootstrap": Words("自助法", "bootstrap"),
    "t": Words("t 分布", "Student's t"),
    "latent": Words("潜均值", "latent means"),
    "welch": Words("Welch t", "Welch's t"),
}


def verdicts_part(analysis: SurveyAnalysis, names: Names) -> Part:
    """Return the part on hypotheses."""
    found = analysis.hypotheses
    if isinstance(found, NotAvailable):
        return Part("hypotheses", _TITLE, (missing(_TITLE, found),))
    table: HypothesisTable = found
    rule = Sentences((Words(table.rule.text("zh"), table.rule.text("en")),))
    blocks: list[Block] = [rule, *_basis(analysis, table, names), _table(table), _reasons(table)]
    for one in table.results:
        if one.parts:
            blocks += [
                Heading(Words(f"{one.id} 的各项比较", f"{one.id}, construct by construct")),
                _parts(one, names, table),
            ]
    return Part("hypotheses", _TITLE, (*blocks, *sensitivity_blocks(analysis.sensitivity)))


def _basis(analysis: SurveyAnalysis, table: HypothesisTable, names: Names) -> list[Block]:
    """Say on which model the paths rest where it is not the one of the path diagram, and how that fits."""
    column = analysis.paths_within
    fit = table.fits.get("main")
    if column is None or fit is None or isinstance(fit, NotAvailable):
        return []
    by, line = names.column(column), fit_line(fit.fitmeasures)
    return [
        Sentences(
            (
                Words(
                    f"路径在“{by.zh}”的各组之内估计，负荷与路径设为相等，使组间的整体差异不会被当成路径；因此数值与结构模型一节（各组合并）略有出入。拟合：{line.zh}。",
                    f"Paths are estimated within the groups of “{by.en}”, with loadings and paths equal in all, so that a difference between whole groups does not pass for a path; figures therefore differ a little from the section on the structural model, which pools the groups. Fit: {line.en}.",
                ),
            )
        )
    ]


def statement(one: HypothesisResult) -> Words:
    """Return what a hypothesis says, without its full stop."""
    return Words(one.hypothesis.zh.rstrip("。"), one.hypothesis.en.rstrip("."))


def verdict_cell(one: HypothesisResult) -> Cell:
    """Return the verdict with its sign."""
    if isinstance(one.verdict, NotAvailable):
        return text(Words("— 无法判定", "— not testable"))
    return text(named(one.verdict.value, VERDICTS), VERDICT_LOOKS.get(one.verdict.value, ""))


def _table(table: HypothesisTable) -> Table:
    rows = []
    for one in table.results:
        sign = {"+": "+", "-": "−", None: "="}[one.hypothesis.sign]
        kind = named(one.hypothesis.kind.value, KINDS)
        stated = (
            text(one.id),
            text(statement(one)),
            verdict_cell(one),
            text(Words(f"{kind.zh} {sign}", f"{kind.en} {sign}")),
        )
        rows.append((*stated, *_effect(one.effect), probability(one.p_adjusted)))
    heads = (
        ("假设", "No."), ("内容", "Statement"), ("判定", "Verdict"), ("类型与方向", "Kind, sign"), ("估计值", "Estimate"), ("95% 区间", "95% CI"),
        ("标准化", "Std."), ("标准化的 95% 区间", "95% CI of std."), ("p", "p"), ("校正 p", "Adj. p"),
    )  # fmt: skip
    adjustment = named(table.adjustment, CORRECTIONS)
    level = f"{100 * table.rule.level:g}%"
    notes = (
        Words(
            f"估计值：路径为非标准化系数，水平为均值减参照值，组间为差异最大的一项；标准化：路径为 β，水平与组间以标准差为单位。校正 p：{adjustment.zh}，只供参考，判定依区间与效应大小。",
            f"Estimate: unstandardised for paths, mean minus reference for levels, the largest difference for groups; std.: β for paths, standard deviations for levels and groups. Adjusted p ({adjustment.en}) is for information: verdicts rest on intervals and sizes.",
        ),
    )
    columns = tuple(Words(zh.replace("95%", level), en.replace("95%", level)) for zh, en in heads)
    return Table(
        "hypotheses",
        Words("假设检验结果", "Verdicts on the hypotheses"),
        columns,
        tuple(rows),
        notes,
        texts=(0, 1),
    )


def _effect(effect: EffectEstimate | NotAvailable) -> tuple[Cell, ...]:
    if isinstance(effect, NotAvailable):
        return (dash(),) * 5
    reach, scaled = effect.interval, effect.standardised_interval
    return (
        figure(effect.estimate),
        ends(reach.lower, reach.upper),
        figure(effect.standardised),
        ends(scaled.lower, scaled.upper),
        probability(effect.p_value),
    )


def _reasons(table: HypothesisTable) -> Sentences:
    """Return why the verdicts are what they are, hypotheses with the same reason and cautions together, and the methods."""
    alike: dict[Words, list[str]] = {}
    ways: dict[str, list[str]] = {}
    for one in table.results:
        alike.setdefault(_why(one), []).append(one.id)
        if not isinstance(one.effect, NotAvailable):
            ways.setdefault(one.effect.method, []).append(one.id)
    said = [
        Words(f"{'、'.join(ids)}：{why.zh}。", f"{', '.join(ids)}: {why.en}.") for why, ids in alike.items()
    ]  # fmt: skip
    if ways:
        zh = "；".join(f"{named(way, _METHODS).zh}（{'、'.join(ids)}）" for way, ids in ways.items())
        en = "; ".join(f"{named(way, _METHODS).en} ({', '.join(ids)})" for way, ids in ways.items())
        said.append(Words(f"区间的来源：{zh}。", f"Intervals: {en}."))
    return Sentences(tuple(said), listed=True)


def _why(one: HypothesisResult) -> Words:
    untested = isinstance(one.verdict, NotAvailable)
    verdict = Words("无法判定", "not testable") if untested else VERDICTS[one.verdict.value]  # type: ignore[union-attr]
    zh = [one.why("zh").rstrip("。"), *(note[0].rstrip("。") for note in one.notes)]
    en = [one.why("en").rstrip("."), *(note[1].rstrip(".") for note in one.notes)]
    why = plain(Words("；".join(zh), "; ".join(en)))
    return Words(
        f"{verdict.zh.lstrip('✓×? ')}，{why.zh.rstrip('。')}", f"{verdict.en.lstrip('✓×? ')}, {why.en.rstrip('.')}"
    )


def _parts(one: HypothesisResult, names: Names, table: HypothesisTable) -> Table:
    rows = []
    for part in one.parts:
        first, second = (names.group(one.hypothesis.group, each) for each in (part.first, part.second))
        pair = Words(f"{first.zh} − {second.zh}", f"{first.en} − {second.en}")
        kind = Words("潜均值", "latent") if part.latent else Words("量表均分", "scale score")
        rows.append(
            (
                text(names.construct(part.construct)),
                text(pair),
                *_effect(part.effect),
                probability(part.p_adjusted),
                text(kind),
            )
        )
    heads = (
        ("构念", "Construct"), ("比较", "Groups"), ("差异", "Difference"), ("区间", "CI"), ("标准化", "Std."),
        ("标准化区间", "CI of std."), ("p", "p"), ("校正 p", "Adj. p"), ("依据", "Basis"),
    )  # fmt: skip
    caption = Words(f"{one.id}：各构念的组间差异", f"{one.id}: differences between groups by construct")
    note = Words(f"区间水平 {100 * table.rule.level:g}%。", f"Intervals at {100 * table.rule.level:g}%.")
    return Table(
        f"groups_{one.id}",
        caption,
        tuple(Words(*each) for each in heads),
        tuple(rows),
        (note,),
        texts=(0, 1),
    )
