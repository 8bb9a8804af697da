"""What do the sources say of each hypothesis, as tables? Answers with their numbers, the timeline, and the coded quotes."""

from __future__ import annotations

from collections.abc import Sequence

from tongchi.study.coder_agreement import KrippendorffAlpha
from tongchi.study.evidence import ClauseTarget
from tongchi.study.result import EvidenceSection, StudyResult
from tongchi.study.sources import SourceLink
from tongchi.study.tables import Key, Names, StudyTable, TableSpec, columns, table
from tongchi.study.timeline import Timeline
from tongchi.study.triangulation import TriangulationRow
from tongchi.survey.unavailable import NotAvailable

Row = tuple[object, ...]
Sources = dict[Key, Sequence[SourceLink]]

TRIANGULATION = TableSpec(
    "triangulation", "多源互证", "Triangulation", ("hypothesis", "source"),
    columns("""
    hypothesis s 假设 | hypothesis
    source s 来源 | source
    construct s 构念 | construct
    answer s 判断 | answer
    agreement s 各来源是否一致 | whether the sources agree
    text_zh s 说明 | words (zh)
    text_en s 说明（英） | words
    rule_zh s 规则 | rule (zh)
    rule_en s 规则（英） | rule
    """), (),
)  # fmt: skip
TRIANGULATION_NUMBERS = TableSpec(
    "triangulation_numbers", "多源互证的数", "Numbers of the triangulation", ("hypothesis", "source", "name"),
    columns("""
    hypothesis s 假设 | hypothesis
    source s 来源 | source
    name s 数 | number
    construct s 构念 | construct
    value f 值 | value
    zh s 是什么 | what it is (zh)
    en s 是什么（英） | what it is
    """), ("value",), "=construct",
)  # fmt: skip
PACE = TableSpec(
    "pace", "时间线（按构念和年份）", "Timeline by construct and year", ("construct", "year"),
    columns("""
    construct s 构念 | construct
    year s 年份 | year
    rows i 记录数 | rows
    """), ("rows",), "=construct",
)  # fmt: skip
PACE_CHANGES = TableSpec(
    "pace_changes", "时间线的变点", "Change points of the timeline", ("construct", "number"),
    columns("""
    construct s 构念 | construct
    number i 序号 | number
    year s 新节奏的首年 | first year of the new pace
    level_before f 之前每年 | per year before
    level_after f 之后每年 | per year after
    probability f 该年的概率 | probability of that year
    within s 九成可能所在的年份 | years that hold it with 90 %
    """), ("level_before", "level_after", "probability"), "=construct",
)  # fmt: skip
EVIDENCE = TableSpec(
    "evidence", "编码的证据", "Coded evidence", ("number",),
    columns("""
    number i 序号 | number
    id s 编号 | id
    construct s 构念 | construct
    hypothesis s 假设 | hypothesis
    stance s 立场 | stance
    kind s 类别 | kind
    reference s 引用 | reference
    quote s 引文 | quote
    coder s 编码者 | coder
    memo s 备忘 | memo
    path s 文件 | file
    eid s 条款号 | eId
    missing_zh s 未找到的原因 | why it was not found (zh)
    missing_en s 未找到的原因（英） | why it was not found
    """), (),
)  # fmt: skip
AGREEMENT = TableSpec(
    "coder_agreement", "编码者一致性", "Agreement of the coders", ("of",),
    columns("""
    of s 编码内容 | what was coded
    alpha f Krippendorff α | Krippendorff's alpha
    lower f 区间下限 | lower end
    upper f 区间上限 | upper end
    units i 引文数 | quotes
    coders i 编码者数 | coders
    alike f 编码相同的比例 | share coded alike
    reason_zh s 没有的原因 | why there is none (zh)
    reason_en s 没有的原因（英） | why there is none
    """), ("alpha", "lower", "upper", "units", "coders", "alike"),
)  # fmt: skip


def case_tables(result: StudyResult, names: Names) -> list[StudyTable]:
    """Return the tables of triangulation, timeline and evidence."""
    rows = () if isinstance(result.triangulation, NotAvailable) else result.triangulation
    return [
        *_triangulation(rows, names),
        *_timeline(result.timeline, names),
        *_evidence(result.evidence, names),
    ]


def _triangulation(found: Sequence[TriangulationRow], names: Names) -> list[StudyTable]:
    answers: list[Row] = []
    numbers: list[Row] = []
    sources: Sources = {}
    for row in found:
        construct = row.hypothesis.path[-1] if row.hypothesis.path else row.hypothesis.target or ""
        for one in row.answers:
            words = (one.said("zh"), one.said("en"), one.rule_zh, one.rule_en)
            answers.append((row.id, one.source, construct, one.answer.value, row.agreement, *words))
            for number in one.numbers:
                numbers.append((row.id, one.source, number.name, construct, float(number.value), number.zh, number.en))
                sources[row.id, one.source, number.name] = number.links or one.links
    return [
        table(TRIANGULATION, answers, names=names),
        table(TRIANGULATION_NUMBERS, numbers, sources=sources, names=names),
    ]


def _timeline(found: Timeline | NotAvailable, names: Names) -> list[StudyTable]:
    counts: list[Row] = []
    changes: list[Row] = []
    sources: Sources = {}
    for one in () if isinstance(found, NotAvailable) else found.constructs:
        for year, count in one.counts:
            counts.append((one.construct, str(year), count))
            sources[one.construct, str(year)] = [point.link for point in one.points if point.day.year == year]
        change = one.change
        if isinstance(change, NotAvailable):
            continue
        chance = dict(change.probability)
        for number, year in enumerate(change.years, start=1):
            likely = chance.get(year) if len(change.years) == 1 else None
            within = "、".join(map(str, change.within)) if len(change.years) == 1 else ""
            levels = change.levels[number - 1 : number + 1]
            changes.append((one.construct, number, str(year), *levels, likely, within))
            sources[one.construct, str(number)] = [point.link for point in one.points]
    return [
        table(PACE, counts, sources=sources, names=names),
        table(PACE_CHANGES, changes, sources=sources, names=names),
    ]


def _evidence(found: EvidenceSection | NotAvailable, names: Names) -> list[StudyTable]:
    if isinstance(found, NotAvailable):
        return [table(EVIDENCE, [], names=names), table(AGREEMENT, [], names=names)]
    rows: list[Row] = []
    for number, link in enumerate(found.links, start=1):
        one, target = link.row, link.target
        place = (target.document, target.eid) if isinstance(target, ClauseTarget) else ("", "")
        why = (target.zh, target.en) if isinstance(target, NotAvailable) else ("", "")
        rows.append(
            (number, one.id, one.construct, one.hypothesis, one.stance.value, one.kind.value, one.reference, one.quote, one.coder,
             one.memo, *place, *why)
        )  # fmt: skip
    alphas = {"construct": found.agreement.construct, "stance": found.agreement.stance}
    return [
        table(EVIDENCE, rows, names=names),
        table(AGREEMENT, [(name, *_alpha(alpha)) for name, alpha in alphas.items()], names=names),
    ]


def _alpha(found: KrippendorffAlpha | NotAvailable) -> Row:
    if isinstance(found, NotAvailable):
        return (None, None, None, None, None, None, found.zh, found.en)
    interval = found.interval
    ends = (None, None) if isinstance(interval, NotAvailable) else (interval.lower, interval.upper)
    return (found.value, *ends, found.units, found.coders, found.alike, "", "")
