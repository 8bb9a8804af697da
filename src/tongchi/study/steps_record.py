"""What happened, what was promised and kept, and which stage does that make? Events, indicators, waves and the ledger of a study."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from tongchi.errors import TongchiError
from tongchi.mechanism.indices import measure_indices
from tongchi.mechanism.stage_result import StageResult
from tongchi.mechanism.tables import Event, Indicator, Period, Wave, read_events, read_indicators, read_waves
from tongchi.study.folder import StudyFolder
from tongchi.study.ledger import LedgerEntry, read_ledger, records
from tongchi.study.result import BrokenFile, LedgerLine, LedgerSection, StudyText, TextCommitment
from tongchi.survey.unavailable import NotAvailable, unless_refused

Row = TypeVar("Row")
Note = tuple[str, str]


@dataclass(frozen=True)
class Record:
    """The tables of what happened, parties by code. `outside` counts events before the first or after the last period."""

    events: tuple[Event, ...]
    indicators: tuple[Indicator, ...]
    waves: tuple[Wave, ...]
    entries: tuple[LedgerEntry, ...]
    broken: tuple[BrokenFile, ...]
    outside: int


def read_record(folder: StudyFolder) -> Record:
    """Read events.csv, indicators.csv, waves.csv and ledger.csv; one that cannot be read is noted, and the others stand."""
    broken: list[BrokenFile] = []
    events = [_coded(folder, event) for event in _table(folder, "events.csv", read_events, broken)]
    indicators = [
        replace(row, party=_code(folder, row.party))
        for row in _table(folder, "indicators.csv", read_indicators, broken)
    ]
    waves = [replace(row, party=_code(folder, row.party)) for row in _table(folder, "waves.csv", read_waves, broken)]
    entries = _table(
        folder,
        "ledger.csv",
        lambda path: read_ledger(path, parties=folder.parties, matters=folder.matters),
        broken,
    )
    outside = sum(not _within(folder, event) for event in events)
    return Record(tuple(events), tuple(indicators), tuple(waves), tuple(entries), tuple(broken), outside)


def _table(folder: StudyFolder, name: str, read: Callable[[Path], list[Row]], broken: list[BrokenFile]) -> list[Row]:
    path = folder.file(name)
    if path is None:
        return []
    try:
        return read(path)
    except TongchiError as error:
        broken.append(BrokenFile(name, "", error.message("zh"), error.message("en")))
        return []


def _code(folder: StudyFolder, name: str) -> str:
    party = folder.party(name)
    return party.code if party else name


def _coded(folder: StudyFolder, event: Event) -> Event:
    return replace(event, parties=tuple(dict.fromkeys(_code(folder, name) for name in event.parties)))


def _within(folder: StudyFolder, event: Event) -> bool:
    """Return whether an event lies in the periods of the study, which end with the last day of the last one."""
    if folder.first and event.date.year + (event.date.month - 1) / 12 < folder.first.start:
        return False
    return folder.as_of is None or event.date <= folder.as_of


# --- stages ----------------------------------------------------------------------------------------------


def find_stages(
    folder: StudyFolder, record: Record, survey_waves: Sequence[Wave] = ()
) -> tuple[StageResult | NotAvailable, tuple[Note, ...]]:
    """Return indices, stages and change points, and notes on what went into them.

    Events of the centre count for every region. The study's own questionnaire joins earlier waves as the last one; alone it does
    not enter, for it would lift or lower the last period for no other reason than that it was asked then.
    """
    regions = [party.code for party in folder.regions]
    events = [_for_regions(event, regions) for event in record.events if _within(folder, event)]
    events = [event for event in events if event.parties and event.construct]
    indicators = [row for row in record.indicators if row.party in regions and _in_periods(folder, row.period)]
    waves = [row for row in record.waves if row.party in regions and _in_periods(folder, row.period)]
    notes = _notes(record, bool(waves), bool(survey_waves))
    if waves:
        known = {(row.party, row.period.start, row.construct) for row in waves}
        waves += [row for row in survey_waves if (row.party, row.period.start, row.construct) not in known]
    periods = [*(row.period for row in indicators), *(row.period for row in waves)]
    events += _empty_years(folder, events, periods)
    if not (events or indicators or waves):
        zh, en = "研究没有各时期的事件或指标。", "The study has no events or indicators by period."
        return NotAvailable("stages", zh, en), notes
    found = unless_refused(
        "stages",
        lambda: StageResult.of(measure_indices(indicators, waves, events, seed=folder.options.seed)),
    )
    return found, notes


def _for_regions(event: Event, regions: Sequence[str]) -> Event:
    """Return the event with the regions that it counts for: all of them where the centre acts."""
    if event.kind == "central" or any(party not in regions for party in event.parties):
        own = [party for party in event.parties if party in regions]
        return replace(event, parties=tuple(own or (regions if event.kind == "central" else ())))
    return event


def _empty_years(folder: StudyFolder, events: Sequence[Event], periods: Sequence[Period]) -> list[Event]:
    """Return a blank row, of no construct, for each year of the study in which nothing happened.

    An index is measured in the periods that its rows name; without these rows a year without events would not count as one, and the
    change from one level to another would be dated along a line with holes. Studies by parts of a year are left as they are.
    """
    if not events or folder.first is None or folder.last is None or any(each.start % 1 for each in periods):
        return []
    party = events[0].parties[:1]
    known = {event.date.year for event in events}
    years = range(int(folder.first.start), int(folder.last.start) + 1)
    return [
        Event(date(year, 1, 1), "year", party, "other", "", "", "", "high", 0) for year in years if year not in known
    ]


def _in_periods(folder: StudyFolder, period: Period) -> bool:
    after = folder.first is None or period.start >= folder.first.start
    return after and (folder.last is None or period.start <= folder.last.start + 1 - 1e-9)


def _notes(record: Record, waves: bool, survey: bool) -> tuple[Note, ...]:
    notes: list[Note] = []
    if record.outside:
        zh = f"{record.outside} 个事件在研究时段之外：列在时间线上，不计入指数。"
        notes.append(
            (zh, f"{record.outside} event(s) lie outside the periods: shown on the timeline, not in the indices.")
        )
    if survey and not waves:
        zh = "问卷只有一次，不并入各期指数：否则最后一期只因做了问卷而变动。"
        en = "There is one survey only; it stays out of the indices, or the last period would move for having been asked."
        notes.append((zh, en))
    return tuple(notes)


# --- ledger ----------------------------------------------------------------------------------------------


def judge_ledger(
    folder: StudyFolder, entries: Sequence[LedgerEntry], texts: Iterable[StudyText]
) -> LedgerSection | NotAvailable:
    """Return the ledger on the last day of the last period, each entry with the clause that it names as its source."""
    if not entries:
        return NotAvailable("ledger", "研究没有台账。", "The study has no ledger.")
    as_of = folder.as_of
    if as_of is None:
        zh, en = (
            "study.toml 没有写 [periods] last，无法判断是否逾期。",
            "study.toml has no [periods] last: what is overdue cannot be told.",
        )
        return NotAvailable("ledger", zh, en)
    listed = tuple(texts)
    promised = [entry for entry in entries if entry.kind == "commitment"]
    lines = tuple(
        LedgerLine(entry, entry.status(as_of), _clause(entry, listed), _is_mutual(entry, promised)) for entry in entries
    )
    return LedgerSection(as_of, lines, records(entries, as_of))


def _clause(entry: LedgerEntry, texts: Iterable[StudyText]) -> tuple[str, str] | None:
    """Return the clause that a source names: an eId, or an eId behind the name of a document and a space or colon."""
    for text in texts:
        if text.party != entry.party or (entry.matter and text.matter and text.matter != entry.matter):
            continue
        for word in (entry.source, *entry.source.replace("：", ":").replace(":", " ").split()):
            if text.document.find(word) >= 0:
                return text.path, word
    return None


def _is_mutual(entry: LedgerEntry, promised: Iterable[LedgerEntry]) -> bool:
    return entry.kind == "commitment" and any(
        other.party in entry.counterpart
        and entry.party in other.counterpart
        and other.matter == entry.matter
        and other.construct == entry.construct
        for other in promised
    )


def with_ledger(
    commitments: Sequence[TextCommitment], ledger: LedgerSection | NotAvailable
) -> tuple[TextCommitment, ...]:
    """Return the commitments of the texts with the ledger entries that go back to their clause or to the article above it."""
    if isinstance(ledger, NotAvailable):
        return tuple(commitments)
    named: Mapping[tuple[str, str], list[str]] = _by_clause(ledger)
    return tuple(replace(each, ledger=tuple(_entries(named, each.path, each.commitment.eid))) for each in commitments)


def _by_clause(ledger: LedgerSection) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for line in ledger.lines:
        if line.clause and line.entry.kind == "commitment":
            found.setdefault(line.clause, []).append(line.entry.id)
    return found


def _entries(named: Mapping[tuple[str, str], Sequence[str]], path: str, eid: str) -> Iterable[str]:
    for (where, clause), ids in named.items():
        if where == path and (clause == eid or eid.startswith(clause + "__") or clause.startswith(eid + "__")):
            yield from ids
