"""Question 1, where do we stand? Gaps with their age, local-protection findings, commitments kept and broken, and the stage."""

from __future__ import annotations

from collections.abc import Iterator

from tongchi.mechanism.indices import JOINT
from tongchi.mechanism.measures import ELEMENTS
from tongchi.mechanism.stages import describe
from tongchi.report.mechanism_stages import stages_report
from tongchi.report.mechanism_words import ELEMENTS as ELEMENT_WORDS
from tongchi.report.study_charts import Interval, Segment, Series, count_bars, interval_chart, line_chart
from tongchi.report.study_gap_tables import conformity_table, gap_table, key_of, pair_name, pairs_of
from tongchi.report.study_grids import grid, namers
from tongchi.report.study_question import Material, Question
from tongchi.report.study_record import entry_words
from tongchi.report.study_words import Link, Said, StudyBlock, listed, plainly, say
from tongchi.report.survey_content import Figure, Heading, missing
from tongchi.report.survey_numbers import count, number, percent
from tongchi.report.words import Words
from tongchi.study.result import LedgerLine, MatterResult, PairOfParties
from tongchi.survey.unavailable import NotAvailable

TITLE = Words("我们处在什么位置？", "Where do we stand?")
_GAP = Words("尺度差异（0 相同，1 毫无共同）", "scale gap (0 the same, 1 nothing in common)")
_APART = 1.0
_LINE = 3


def standing(material: Material) -> Question:
    """Return the answer."""
    result = material.result
    pairs = list(pairs_of(material))
    said = [*_gaps(material, pairs), *_findings(material), *_ledger(material), *_stage(material)]
    absent = [
        missing(name, part)
        for name, part in (
            (Words("条款对照", "Comparison of clauses"), result.matters),
            (Words("地方保护筛查", "Screening for local protection"), result.findings),
            (Words("承诺台账", "Ledger of commitments"), result.ledger),
            (Words("阶段", "Stages"), result.stages),
        )
        if isinstance(part, NotAvailable)
    ]
    return Question(
        "standing",
        TITLE,
        tuple(said),
        tuple(_pictures(material, pairs)),
        more=(*_vintages(material, pairs), *_broken(material)),
        blocks=(*_blocks(material, pairs), *_stage_blocks(material)),
        missing=tuple(absent),
    )


def _gaps(material: Material, pairs: list[tuple[MatterResult, PairOfParties]]) -> Iterator[Said]:
    if not pairs:
        return
    ranked = sorted(pairs, key=lambda one: (-one[1].pair.gap.value, key_of(*one)))
    first, last = ranked[0], ranked[-1]
    if len(ranked) == 1:
        yield say(
            "“{matter}”的规则尺度差异为 {gap}。",
            "The rules on {matter} are {gap} apart.",
            matter=pair_name(*first, material.names, within=True),
            gap=_gap(material, *first),
        )
        return
    yield say(
        "规则差得最远的是{most}：{high}；最近的是{least}：{low}。",
        "The rules are furthest apart on {most}: {high}; nearest on {least}: {low}.",
        most=pair_name(*first, material.names, within=True),
        high=_gap(material, *first),
        least=pair_name(*last, material.names, within=True),
        low=_gap(material, *last),
    )
    if first[1].pair.gap.low <= last[1].pair.gap.high:
        yield plainly(
            Words(
                "各事项的区间相互重叠，先后只是估计。",
                "The intervals of the matters overlap, so that their order is an estimate.",
            )
        )


def _gap(material: Material, matter: MatterResult, pair: PairOfParties) -> Said:
    key = key_of(matter, pair)
    ends = material.numbers.between("gaps", key, ("low", "high"))
    value = material.numbers.cell("gaps", key, "gap")
    return say("{value}（95% 区间 {ends}）", "{value} (95% interval {ends})", value=value, ends=ends or "")


def _findings(material: Material) -> Iterator[Said]:
    rows = sorted(material.rows("finding_parties"), key=lambda row: -int(str(row["total"])))
    if not rows:
        return
    parts = []
    for row in rows:
        party = str(row["party"])
        cells = {name: material.numbers.cell("finding_parties", (party,), name, count) for name in ("total", "clear")}
        if not row["total"]:
            parts.append(say("{party} {n} 条", "{party} {n}", party=material.names.party(party), n=cells["total"]))
            continue
        parts.append(
            say(
                "{party} {total} 条（{clear} 条写在字面上）",
                "{party} {total} ({clear} in plain words)",
                party=material.names.party(party),
                **cells,
            )
        )
    if not any(row["total"] for row in rows):
        yield say(
            "没有发现地方保护线索：{parts}。",
            "No clause that may protect locals: {parts}.",
            parts=listed(parts, zh="，"),
        )
        return
    yield say(
        "地方保护线索：{parts}，见{link}。",
        "Clauses that may protect locals: {parts}; see {link}.",
        parts=listed(parts, zh="，"),
        link=Link("findings", Words("逐条依据", "article and remedy")),
    )


def _ledger(material: Material) -> Iterator[Said]:
    parts = []
    for row in material.rows("ledger_records"):
        if row["kind"] != "commitment":
            continue
        key = (row["party"], row["kind"])
        names = ("kept", "late", "broken", "open", "one_sided", "entries")
        cells = {name: material.numbers.cell("ledger_records", key, name, count) for name in names}
        parts.append(
            say(
                "{party} {entries} 项中按期 {kept}、逾期 {late}、未兑现 {broken}、未到期 {open}（单方承诺 {one_sided}）",
                "{party}, of {entries}: {kept} kept, {late} late, {broken} broken, {open} not due ({one_sided} one-sided)",
                party=material.names.party(str(row["party"])),
                **cells,
            )
        )
    if parts:
        yield say("承诺：{parts}。", "Commitments: {parts}.", parts=listed(parts, zh="；", en="; "))
    else:
        yield from _promised(material)


def _promised(material: Material) -> Iterator[Said]:
    """Say what the texts promise, where no ledger tells what became of it."""
    parts = []
    for row in material.rows("commitment_parties"):
        key = (row["party"],)
        names = ("clauses", "binding", "mutual", "one_sided")
        cells = {name: material.numbers.cell("commitment_parties", key, name, count) for name in names}
        parts.append(
            say(
                "{party} {clauses} 条（“应当” {binding} 条，对等 {mutual} 条，单方 {one_sided} 条）",
                "{party} {clauses} ({binding} with “shall”, {mutual} mutual, {one_sided} one-sided)",
                party=material.names.party(str(row["party"])),
                **cells,
            )
        )
    if parts:
        yield say(
            "文本中的协同承诺：{parts}。", "Commitments in the texts: {parts}.", parts=listed(parts, zh="；", en="; ")
        )


def _stage(material: Material) -> Iterator[Said]:
    stages = material.result.stages
    if isinstance(stages, NotAvailable):
        return
    path = stages.joint
    current, since = path.current, path.since()
    if current is None or since is None:
        yield plainly(Words(describe(path, "zh"), describe(path, "en")))
        return
    last = next(p for p, s in zip(reversed(path.periods), reversed(path.stages), strict=True) if s is not None)
    indices = []
    for element in ELEMENTS:
        value = material.numbers.known("indices", (JOINT, last.label, element, path.weighting), "value")
        if value:
            indices.append(say("{name} {value}", "{name} {value}", name=ELEMENT_WORDS[element], value=value))
    yield say(
        "协同自 {since} 年起处于“{stage}”阶段（{last} 年指数：{indices}；0–1）。",
        "Since {since} the collaboration has been in the stage “{stage}” (indices of {last}: {indices}; 0–1).",
        since=since.label,
        stage=Words(current.zh, current.en),
        last=last.label,
        indices=listed(indices),
    )


def _vintages(material: Material, pairs: list[tuple[MatterResult, PairOfParties]]) -> Iterator[Said]:
    apart, unknown = [], []
    for matter, pair in pairs:
        years = material.numbers.known("gaps", key_of(matter, pair), "years", lambda value: number(value, 1))
        name = pair_name(matter, pair, material.names, within=True)
        if years is None:
            unknown.append(plainly(name))
        elif abs(years.value) >= _APART:
            apart.append(say("{name}（{years} 年）", "{name} ({years} years)", name=name, years=years))
    if apart:
        yield say(
            "有的差异部分来自年代：两份文本的版本相隔一年以上的有{apart}，正数表示 B 较新。",
            "Part of a gap may be age: texts more than a year apart are those on {apart}; positive where B is newer.",
            apart=listed(apart),
        )
    if unknown:
        yield say(
            "文本没有写明日期、无法判断年代影响的有{unknown}。",
            "Where the texts state no date, age cannot be judged: {unknown}.",
            unknown=listed(unknown),
        )


def _broken(material: Material) -> Iterator[Said]:
    """Name the commitments that were broken, and those that the other side has not given."""
    ledger = material.result.ledger
    if isinstance(ledger, NotAvailable):
        return
    promised = ledger.of_kind("commitment")
    broken = [_named(material, line) for line in promised if line.status == "broken"]
    alone = [_named(material, line) for line in promised if not line.is_mutual]
    if broken:
        yield say("未兑现的承诺：{which}。", "Broken: {which}.", which=listed(broken, zh="；", en="; "))
    if alone:
        yield say(
            "对方没有同样承诺的：{which}。",
            "Promised by one side only: {which}.",
            which=listed(alone, zh="；", en="; "),
        )


def _named(material: Material, line: LedgerLine) -> Said:
    return say("{link}", "{link}", link=Link(f"ledger-{line.entry.line}", entry_words(line.entry, material.names)))


def _pictures(material: Material, pairs: list[tuple[MatterResult, PairOfParties]]) -> Iterator[Figure]:
    """Yield the gaps, the commitments and the indices, as far as there are any."""
    if pairs:
        yield _gap_picture(material, pairs)
    yield from filter(None, (_ledger_picture(material), _index_picture(material)))


def _gap_picture(material: Material, pairs: list[tuple[MatterResult, PairOfParties]]) -> Figure:
    title = Words("各事项的尺度差异与 95% 区间", "Scale gap by matter, with 95% intervals")
    rows = [pair_name(matter, pair, material.names) for matter, pair in pairs]
    values: list[Interval | None] = [(p.pair.gap.value, p.pair.gap.low, p.pair.gap.high) for _, p in pairs]
    return Figure(interval_chart(title, rows, (Series(_GAP, values),), (0.0, 1.0), axis_name=_GAP), title)


def _ledger_picture(material: Material) -> Figure | None:
    result = material.result
    if isinstance(result.ledger, NotAvailable) or not result.ledger.records:
        return None
    title = Words("各方承诺的履行", "What became of each party's commitments")
    kinds = (
        ("kept", "ground", Words("按期", "kept")),
        ("late", "band_inner", Words("逾期", "late")),
        ("broken", "empty", Words("未兑现", "broken")),
        ("open", "ground_none", Words("未到期", "not due")),
    )
    rows = [
        (material.names.party(record.party), [Segment(look, name, getattr(record, kind)) for kind, look, name in kinds])
        for record in result.ledger.records
    ]
    return Figure(count_bars(title, rows), title)


def _index_picture(material: Material) -> Figure | None:
    stages = material.result.stages
    if isinstance(stages, NotAvailable) or len(stages.indices.periods) < _LINE:
        return None
    path = stages.joint
    tracks = [(ELEMENT_WORDS[element], stages.indices.series(element, JOINT, path.weighting)) for element in ELEMENTS]
    strips: list[tuple[float, Words]] = []
    for period, stage in zip(path.periods, path.stages, strict=True):
        name = Words(stage.zh, stage.en) if stage else Words("", "")
        if not strips or strips[-1][1] != name:
            strips.append((period.start, name))
    title = Words("动机、路径、目的指数与阶段", "Indices of motive, path, purpose, and stages")
    periods = [(period.start, period.label) for period in path.periods]
    return Figure(line_chart(title, periods, tracks, strips), title)


def _blocks(material: Material, pairs: list[tuple[MatterResult, PairOfParties]]) -> Iterator[StudyBlock]:
    if pairs:
        yield gap_table(material, pairs)
    if material.rows("conformity"):
        yield conformity_table(material)
    if material.rows("finding_counts"):
        yield grid(
            material.tables["finding_counts"],
            material.numbers,
            namers(material.names),
            caption=Words(
                "地方保护线索：各方与《公平竞争审查条例》条项", "Findings by party and item of the review regulation"
            ),
        )


def _stage_blocks(material: Material) -> Iterator[StudyBlock]:
    stages = material.result.stages
    if isinstance(stages, NotAvailable):
        return
    yield Heading(Words("动机、路径、目的：各期指数与阶段", "Motive, path, purpose: indices and stages over time"))
    yield next(block for block in stages_report(stages).parts[0].blocks if isinstance(block, Figure))
    if material.rows("changes"):
        yield grid(
            material.tables["changes"],
            material.numbers,
            {"element": lambda code: ELEMENT_WORDS.get(code, Words(code, code))},
            columns=("element", "period", "level_before", "level_after", "probability", "within"),
            writers={"probability": lambda value: percent(value, 0)},
        )
