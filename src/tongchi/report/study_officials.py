"""Question 2, what do officials say? Constructs by party, the hypotheses, and where answers contradict the documents."""

from __future__ import annotations

from collections.abc import Iterator

from tongchi.report.study_charts import Interval, Series, interval_chart
from tongchi.report.study_question import Material, Question
from tongchi.report.study_triangulation import answer_said, source_name
from tongchi.report.study_words import Link, Said, StudyBlock, evident, listed, plainly, say
from tongchi.report.survey_content import Figure, Heading, Names, Table, missing, text
from tongchi.report.survey_numbers import count, p_value
from tongchi.report.survey_structure import structure_part
from tongchi.report.words import Words
from tongchi.study.triangulation import TriangulationRow, disagreements
from tongchi.study.triangulation_answer import SourceAnswer
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.unavailable import NotAvailable

TITLE = Words("干部怎么说？", "What do officials say?")
VERDICTS = {
    "supported": Words("✓ 支持", "✓ supported"),
    "contradicted": Words("✗ 不支持", "✗ contradicted"),
    "undecided": Words("○ 未定", "○ undecided"),
}
_SAID = {
    "supported": Words("支持", "supported"),
    "contradicted": Words("不支持", "contradicted"),
    "undecided": Words("未定", "undecided"),
}
_LOOKS = {"supported": "good", "contradicted": "bad"}
_NEEDED = 2


def officials(material: Material) -> Question:
    """Return the answer."""
    survey = material.result.survey
    if isinstance(survey, NotAvailable):
        return Question("officials", TITLE, (), missing=(missing(Words("问卷", "Questionnaire"), survey),))
    return Question(
        "officials",
        TITLE,
        (*_verdicts(material), *_extremes(material), *_first_contradiction(material)),
        tuple(filter(None, (_picture(material, survey),))),
        more=(*_basis(material), *_differences(material)),
        blocks=tuple(_blocks(material, survey)),
    )


def _verdicts(material: Material) -> Iterator[Said]:
    parts = []
    for row in material.rows("verdicts"):
        verdict = str(row["verdict"])
        if verdict in _SAID:
            n = material.numbers.cell("verdicts", (verdict,), "hypotheses", count)
            if not n.value:
                continue
            ids = "" if verdict == "supported" else str(row["ids"])
            which = Words(f"（{ids}）", f" ({ids.replace('、', ', ')})") if ids else Words("", "")
            parts.append(say("{n} 条{what}{which}", "{n} {what}{which}", n=n, what=_SAID[verdict], which=which))
    if parts:
        yield say(
            "理论的各条假设，答卷{parts}。",
            "Of the hypotheses of the theory, by the answers: {parts}.",
            parts=listed(parts),
        )


def _extremes(material: Material) -> Iterator[Said]:
    rows = [row for row in material.rows("survey_constructs") if row["mean"] is not None]
    if len(rows) < _NEEDED:
        return
    ranked = sorted(rows, key=lambda row: (float(str(row["mean"])), str(row["construct"])))
    low, high = (str(row["construct"]) for row in (ranked[0], ranked[-1]))
    yield say(
        "均分最低的是{low}（{at}），最高的是{high}（{top}）。",
        "The lowest mean is that of {low} ({at}), the highest that of {high} ({top}).",
        low=material.names.construct(low),
        at=_mean(material, low),
        high=material.names.construct(high),
        top=_mean(material, high),
    )


def _mean(material: Material, construct: str) -> Said:
    ends = material.numbers.between("survey_constructs", (construct,), ("lower", "upper"))
    value = material.numbers.cell("survey_constructs", (construct,), "mean")
    return say("{value}，95% 区间 {ends}", "{value}, 95% interval {ends}", value=value, ends=ends or "—")


def opposed(material: Material) -> tuple[TriangulationRow, ...]:
    """Return the hypotheses on which the questionnaire and another source say opposite things."""
    rows = material.result.triangulation
    return () if isinstance(rows, NotAvailable) else disagreements(rows)


def _first_contradiction(material: Material) -> Iterator[Said]:
    """Say plainly on what the questionnaire and another source disagree."""
    rows = opposed(material)
    if not rows:
        if not isinstance(material.result.triangulation, NotAvailable):
            yield plainly(
                Words(
                    "没有发现问卷与文本、事件说法相反的假设。",
                    "On no hypothesis do the answers and the documents or events say opposite things.",
                )
            )
        return
    ids = [Link(f"tri-{row.id}", Words(row.id, row.id)) for row in rows]
    names = listed([say("{id}", "{id}", id=each) for each in ids])
    first = rows[0]
    stated = Words(first.hypothesis.zh.rstrip("。"), first.hypothesis.en.rstrip("."))
    others = listed([say("{name}", "{name}", name=source_name(one.source)) for one in _against(first)])
    yield say(
        "问卷与其他证据相反的是{ids}：例如“{stated}”，问卷{asked}，{others}相反。",
        "Answers and other evidence contradict each other on {ids}: “{stated}”, for one, is {asked} by the answers and not by the {others}.",
        ids=names,
        stated=stated,
        asked=Words("支持", "supported") if first.of("questionnaire").answer == "supports" else Words("不支持", "contradicted"),
        others=others,
    )  # fmt: skip


def _against(row: TriangulationRow) -> list[SourceAnswer]:
    asked = row.of("questionnaire").answer
    return [one for one in row.telling if one.answer != asked]


def _picture(material: Material, survey: SurveyAnalysis) -> Figure | None:
    rows = material.rows("survey_groups")
    constructs = list(dict.fromkeys(str(row["construct"]) for row in material.rows("survey_constructs")))
    if not constructs:
        return None
    groups = list(dict.fromkeys(str(row["group"]) for row in rows))
    table = {(str(row["construct"]), str(row["group"])): _interval(row) for row in rows}
    series = [Series(material.names.group(g), [table.get((c, g)) for c in constructs]) for g in groups[:2]]
    if not series:
        whole = {str(row["construct"]): _interval(row) for row in material.rows("survey_constructs")}
        series = [Series(Words("全体", "all"), [whole[c] for c in constructs])]
    scale = survey.instrument.scale
    title = Words("各构念均分与 95% 区间", "Mean of each construct, with 95% intervals")
    axis = Words("均分（虚线为量表中点）", "mean (dashes: middle of the scale)")
    names = [material.names.construct(code) for code in constructs]
    return Figure(
        interval_chart(title, names, series, (scale.low, scale.high), cut=scale.midpoint, axis_name=axis), title
    )


def _interval(row: dict[str, object]) -> Interval | None:
    values = [row[name] for name in ("mean", "lower", "upper")]
    if any(value is None for value in values):
        return None
    mean, low, high = (float(str(value)) for value in values)
    return mean, low, high


def _basis(material: Material) -> Iterator[Said]:
    rows = material.rows("survey_sample")
    if not rows:
        return
    whole = next((row for row in rows if row["group"] in ("", "all")), None)
    if whole is None:
        return
    key = (whole["group"],)
    yield say(
        "依据 {used} 份答卷（收到 {given} 份，其余因作答质量未纳入）。",
        "Based on {used} questionnaires of {given} received; the others were set aside for the quality of their answers.",
        used=material.numbers.cell("survey_sample", key, "used", count),
        given=material.numbers.cell("survey_sample", key, "given", count),
    )


def _differences(material: Material) -> Iterator[Said]:
    """Say on which constructs two parties differ by more than the interval of the difference."""
    parts = []
    for row in material.rows("survey_differences"):
        low, high = row["g_lower"], row["g_upper"]
        if low is None or high is None or float(str(low)) <= 0 <= float(str(high)):
            continue
        key = (row["construct"], row["first"], row["second"])
        parts.append(
            say(
                "{construct}（g = {g}）",
                "{construct} (g = {g})",
                construct=material.names.construct(str(row["construct"])),
                g=material.numbers.cell("survey_differences", key, "g"),
            )
        )
    if parts:
        first = material.rows("survey_differences")[0]
        yield say(
            "{a}与{b}区间不含零的差异（标准化，前者减后者）：{parts}；未作多重校正，题目能否跨组比较见方法一节。",
            "Standardised differences of {a} less {b} whose interval leaves out zero: {parts}; not corrected for their number. Whether items can be compared over groups stands under method.",
            a=material.names.group(str(first["first"])),
            b=material.names.group(str(first["second"])),
            parts=listed(parts),
        )


def _blocks(material: Material, survey: SurveyAnalysis) -> Iterator[StudyBlock]:
    yield _hypotheses(material)
    drawn = [block for block in structure_part(survey, Names(survey.instrument)).blocks if isinstance(block, Figure)]
    yield from drawn[:1]
    rows = opposed(material)
    if rows:
        yield Heading(Words("问卷与其他证据相反之处", "Where the answers contradict other evidence"))
        yield _contradictions(material, rows)


def _hypotheses(material: Material) -> Table:
    rows = []
    for row in material.rows("hypotheses"):
        key = (row["id"],)
        verdict = str(row["verdict"] or "")
        rows.append(
            (
                text(str(row["id"])),
                text(Words(str(row["statement_zh"]).rstrip("。"), str(row["statement_en"]).rstrip("."))),
                text(VERDICTS.get(verdict, Words("— 无法判定", "— not testable")), _LOOKS.get(verdict, "")),
                evident(material.numbers.known("hypotheses", key, "standardised")),
                evident(material.numbers.between("hypotheses", key, ("std_lower", "std_upper"))),
                evident(material.numbers.known("hypotheses", key, "p_adjusted", p_value)),
                evident(material.numbers.known("hypotheses", key, "n", count)),
                text(Words(str(row["reason_zh"] or "—"), str(row["reason_en"] or "—"))),
            )
        )
    head = (
        *(Words("假设", "Hypothesis"), Words("表述", "Statement"), Words("结论", "Verdict"), Words("标准化效应", "Standardised effect")),
        *(Words("95% 区间", "95% interval"), Words("校正后的 p", "Adjusted p"), Words("n", "n"), Words("理由", "Reason")),
    )  # fmt: skip
    return Table("hypotheses", Words("假设检验", "Tests of the hypotheses"), head, tuple(rows), texts=(0, 1, 7))


def _contradictions(material: Material, rows: tuple[TriangulationRow, ...]) -> Table:
    body = []
    for row in rows:
        against = _against(row)
        stated = Words(f"{row.id} {row.hypothesis.zh.rstrip('。')}", f"{row.id} {row.hypothesis.en.rstrip('.')}")
        body.append(
            (
                text(stated),
                evident(answer_said(material, row.id, row.of("questionnaire"))),
                evident(listed([answer_said(material, row.id, one) for one in against], zh="；", en="; ")),
            )
        )
    head = (Words("假设", "Hypothesis"), Words("问卷", "Answers"), Words("其他证据", "Other evidence"))
    return Table(
        "opposed", Words("问卷与其他证据相反的假设", "Hypotheses on which sources contradict each other"), head, tuple(body), texts=(0, 1, 2)
    )  # fmt: skip
