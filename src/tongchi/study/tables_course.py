"""What does the course of a study come to, as tables? Events, ledger, indices, stages, what binds, and what would move it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tongchi.mechanism.diagnosis import Diagnosis
from tongchi.mechanism.stage_result import StageResult
from tongchi.study import table_specs_course as specs
from tongchi.study.ledger import Status
from tongchi.study.result import LedgerLine, LedgerSection, ScenarioSection, StudyResult
from tongchi.study.sources import SourceLink, clause_link, row_link
from tongchi.study.table_rows import Day
from tongchi.study.tables import Key, Names, StudyTable, TableSpec, table
from tongchi.survey.unavailable import NotAvailable

Row = tuple[object, ...]
Sources = dict[Key, Sequence[SourceLink]]


def course_tables(result: StudyResult, names: Names) -> list[StudyTable]:
    """Return the tables of events, ledger, indicators, stages, diagnosis and scenarios."""
    return [
        _overview(result, names),
        *_event_tables(result, names),
        *_ledger_tables(result.ledger, result, names),
        *_measure_tables(result, names),
        *_stage_tables(result.stages, names),
        *_diagnosis_tables(result.diagnosis, names),
        *_scenario_tables(result.scenarios, names),
    ]


def _overview(result: StudyResult, names: Names) -> StudyTable:
    def count(section: Sequence[object] | NotAvailable) -> int | None:
        return None if isinstance(section, NotAvailable) else len(section)

    matters = () if isinstance(result.matters, NotAvailable) else result.matters
    pairs = [each.pair for matter in matters for each in matter.pairs]
    numbers = {
        "parties": len(result.folder.regions),
        "documents": len({text.path for text in result.texts}),
        "broken": len(result.broken),
        "articles": sum(len(document.articles) for document in {t.path: t.document for t in result.texts}.values()),
        "matters": count(result.matters),
        "compared": sum(bool(matter.pairs) for matter in matters) if matters else None,
        "links": sum(len(pair.links) for pair in pairs) if pairs else None,
        "findings": count(result.findings),
        "commitments": count(result.commitments),
        "events": len(result.events),
        "ledger": None if isinstance(result.ledger, NotAvailable) else len(result.ledger.lines),
        "evidence": None if isinstance(result.evidence, NotAvailable) else len(result.evidence.links),
        "answers": None if isinstance(result.survey, NotAvailable) else result.survey.sample.given,
        "used": None if isinstance(result.survey, NotAvailable) else result.survey.sample.used,
    }
    return table(specs.OVERVIEW, [row for row in numbers.items() if row[1] is not None], names=names)


# --- events, ledger, measures ----------------------------------------------------------------------------


def _event_tables(result: StudyResult, names: Names) -> list[StudyTable]:
    first, last = (int(period.start) if period else None for period in (result.folder.first, result.folder.last))
    rows: list[Row] = []
    for event in result.events:
        year = event.date.year
        counted = (first is None or year >= first) and (last is None or year <= last)
        shown = event.date.isoformat()[: {"year": 4, "month": 7}.get(event.precision, 10)]
        rows.append(
            (event.line, shown, event.precision, "、".join(event.parties), event.kind, event.construct, event.title, event.source,
             event.confidence, counted)
        )  # fmt: skip
    by_year: list[Row] = []
    by_construct: list[Row] = []
    sources: Sources = {}
    named = dict.fromkeys(event.construct for event in result.events if event.construct)
    for construct in sorted(named):
        own = [event for event in result.events if event.construct == construct]
        by_construct.append((construct, len(own), own[0].date.isoformat(), own[-1].date.isoformat()))
        sources[(construct,)] = [row_link("event", "events.csv", event.line, event.title) for event in own]
        for year in sorted({event.date.year for event in own}):
            some = [event for event in own if event.date.year == year]
            by_year.append((construct, str(year), len(some)))
            sources[construct, str(year)] = [row_link("event", "events.csv", e.line, e.title) for e in some]
    return [
        table(specs.EVENTS, rows, names=names),
        table(specs.EVENT_CONSTRUCTS, by_construct, sources=sources, names=names),
        table(specs.EVENT_YEARS, by_year, sources=sources, names=names),
    ]


def _ledger_tables(ledger: LedgerSection | NotAvailable, result: StudyResult, names: Names) -> list[StudyTable]:
    lines = () if isinstance(ledger, NotAvailable) else ledger.lines
    rows: list[Row] = []
    links: Sources = {}
    for line in lines:
        entry = line.entry
        rows.append(
            (entry.id, entry.kind, entry.party, "、".join(entry.counterpart), entry.what, entry.matter, _day(entry.due),
             _day(entry.done), line.status.value, entry.days_late, line.is_mutual, entry.construct,
             line.clause[0] if line.clause else "", line.clause[1] if line.clause else "", entry.source, entry.note, entry.line)
        )  # fmt: skip
        links[(entry.id,)] = _line_links(line, result)
    records: list[Row] = []
    for party in dict.fromkeys(line.entry.party for line in lines):
        for kind in ("commitment", "reward", "sanction"):
            own = [line for line in lines if line.entry.party == party and line.entry.kind == kind]
            if own:
                records.append((party, kind, *_record(own)))
                links |= _record_links((party, kind), own, result)
    return [
        table(specs.LEDGER, rows, sources=links, names=names),
        table(specs.LEDGER_RECORDS, records, sources=links, names=names),
    ]


def _day(day: Day | None) -> str:
    return day.first.isoformat()[: {"year": 4, "month": 7}.get(day.precision, 10)] if day else ""


def _line_links(line: LedgerLine, result: StudyResult) -> list[SourceLink]:
    found = [row_link("ledger", "ledger.csv", line.entry.line, line.entry.what)]
    text = result.text(line.clause[0]) if line.clause else None
    if line.clause and text:
        document = text.document
        found.append(clause_link(line.clause[0], line.clause[1], document.full_text(document.find(line.clause[1]))))
    return found


_OWED = ("kept", "late", "broken", "open")


def _record(own: Sequence[LedgerLine]) -> Row:
    """Return the counts of a kind; rewards and sanctions are owed to nobody, so that they have no record of being kept."""
    head: Row = (own[0].entry.construct if own[0].entry.kind != "commitment" else "involvement", len(own))
    if own[0].entry.kind != "commitment":
        return (*head, None, None, None, None, None, None, None, None)
    counts = {status: sum(line.status is status for line in own) for status in Status}
    settled = counts[Status.KEPT] + counts[Status.LATE] + counts[Status.BROKEN]
    mutual = sum(line.is_mutual for line in own)
    share = round(counts[Status.KEPT] / settled, 6) if settled else None
    return (*head, *(counts[Status(name)] for name in _OWED), settled, share, mutual, len(own) - mutual)


def _record_links(key: Key, own: Sequence[LedgerLine], result: StudyResult) -> Sources:
    def links(some: Sequence[LedgerLine]) -> list[SourceLink]:
        return [link for line in some for link in _line_links(line, result)]

    settled = [line for line in own if line.status is not Status.OPEN]
    found: Sources = {key: links(own), (*key, "settled"): links(settled), (*key, "on_time"): links(settled)}
    for name in _OWED:
        found[*key, name] = links([line for line in own if line.status.value == name])
    found[*key, "mutual"] = links([line for line in own if line.is_mutual])
    found[*key, "one_sided"] = links([line for line in own if not line.is_mutual])
    return found


def _measure_tables(result: StudyResult, names: Names) -> list[StudyTable]:
    indicators = [
        (row.party, row.period.label, row.indicator, row.construct, row.value, row.unit, row.direction, row.low, row.high, row.source,
         row.line)
        for row in result.indicators
    ]  # fmt: skip
    sources: Sources = {
        (row.party, row.period.label, row.indicator): [
            row_link("indicator", "indicators.csv", row.line, f"{row.indicator} {row.value:g} {row.unit}".strip())
        ]
        for row in result.indicators
    }
    waves = [(row.party, row.period.label, row.construct, row.mean, row.se, row.n) for row in result.waves]
    return [table(specs.INDICATORS, indicators, sources=sources, names=names), table(specs.WAVES, waves, names=names)]


# --- stages ----------------------------------------------------------------------------------------------


def _stage_tables(stages: StageResult | NotAvailable, names: Names) -> list[StudyTable]:
    if isinstance(stages, NotAvailable):
        return [table(spec, [], names=names) for spec in (specs.INDICES, specs.STAGES, specs.CHANGES)]
    paths = [
        (party, period.label, *((stage.id, stage.zh, stage.en) if stage else ("", "", "")))
        for party, path in stages.paths.items()
        for period, stage in zip(path.periods, path.stages, strict=True)
    ]
    return [
        table(specs.INDICES, _rows_of(stages.indices.to_frame(), specs.INDICES), names=names),
        table(specs.STAGES, paths, names=names),
        table(specs.CHANGES, _changes(stages), names=names),
    ]


def _changes(stages: StageResult) -> list[Row]:
    rows: list[Row] = []
    for element, change in stages.changes.items():
        single = change.date if change.date and len(change.segments.ends) == 1 else None
        levels = change.segments.levels
        within = "、".join(period.label for period in change.within()) if single else ""
        for number, end in enumerate(change.segments.ends, start=1):
            chance = float(single.probability[end]) if single else None
            rows.append(
                (element, number, change.periods[end + 1].label, levels[number - 1], levels[number], chance, within)
            )
    return rows


# --- diagnosis and scenarios -----------------------------------------------------------------------------


def _diagnosis_tables(diagnosis: Diagnosis | NotAvailable, names: Names) -> list[StudyTable]:
    if isinstance(diagnosis, NotAvailable):
        return [table(spec, [], names=names) for spec in (specs.DIAGNOSIS, specs.BINDING, specs.LEVERS)]
    levers = [] if isinstance(diagnosis.levers, NotAvailable) else _rows_of(diagnosis.levers.to_frame(), specs.LEVERS)
    return [
        table(specs.DIAGNOSIS, _rows_of(diagnosis.table(), specs.DIAGNOSIS), names=names),
        table(specs.BINDING, _rows_of(diagnosis.binding_table(), specs.BINDING), names=names),
        table(specs.LEVERS, levers, names=names),
    ]


def _scenario_tables(found: ScenarioSection | NotAvailable, names: Names) -> list[StudyTable]:
    listed = (
        specs.SCENARIOS, specs.SCENARIO_BANDS, specs.SCENARIO_ENDS, specs.SCENARIO_LEVERS, specs.MODEL_START, specs.MODEL_PARAMETERS,
    )  # fmt: skip
    if isinstance(found, NotAvailable):
        return [table(spec, [], names=names) for spec in listed]
    last = found.bands["time"].max()
    ends = found.bands.filter(pl.col("time") == last).select("scenario", "region", "state", "time", "q05", "q50", "q95")
    parameters = [(p.name, p.value, p.low, p.high, p.unit, p.zh, p.en, p.source) for p in found.model.parameters]
    start = [(one.region, one.state, one.value, one.source) for one in found.start]
    rows: list[Sequence[Row]] = [
        _rows_of(found.table, specs.SCENARIOS),
        _rows_of(found.bands, specs.SCENARIO_BANDS),
        _rows_of(ends, specs.SCENARIO_ENDS),
        found.settings.rows(),
        start,
        parameters,
    ]
    return [table(spec, own, names=names) for spec, own in zip(listed, rows, strict=True)]


def _rows_of(frame: pl.DataFrame, spec: TableSpec) -> list[Row]:
    """Return the rows of a frame under the columns of a table, NaN as nothing; names in the frame count by their place."""
    assert frame.width == len(spec.columns), (spec.name, frame.columns)
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None)).rows()
