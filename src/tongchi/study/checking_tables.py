"""What is wrong with the tables of a study: events, indicators, waves, ledger and the dynamic model?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from tongchi.errors import TongchiError
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.tables import Event, Indicator, Problem, Wave, scan_events, scan_indicators, scan_waves
from tongchi.study.faults import Fault, words_of
from tongchi.study.folder import StudyFolder
from tongchi.study.ledger import LEDGER, scan_ledger
from tongchi.study.settings import nearest
from tongchi.study.table_rows import table_text
from tongchi.text.encoding import decode_text

Row = TypeVar("Row", Event, Indicator, Wave)


def check_tables(folder: StudyFolder) -> tuple[list[Event], list[Fault]]:
    """Return the events that can be read, and every fault of the tables that there are."""
    events, faults = _scan(folder, "events.csv", scan_events)
    indicators, more = _scan(folder, "indicators.csv", scan_indicators)
    waves, others = _scan(folder, "waves.csv", scan_waves)
    faults += [*more, *others, *_event_faults(folder, events)]
    faults += _party_faults(folder, "indicators.csv", indicators)
    faults += _party_faults(folder, "waves.csv", waves)
    return events, [*faults, *_ledger_faults(folder), *_model_faults(folder)]


def _scan(
    folder: StudyFolder, name: str, scan: Callable[[str], tuple[list[Row], list[Problem]]]
) -> tuple[list[Row], list[Fault]]:
    path = folder.file(name)
    if path is None:
        return [], []
    text, faults = table_text(path.read_bytes(), name)
    if faults:
        return [], faults
    rows, problems = scan(text)
    return rows, [fault_of(problem, name) for problem in problems]


def fault_of(problem: Problem, file: str) -> Fault:
    """Return the fault that a problem of a table amounts to."""
    kind = _kind_of(problem)
    facts = {"found": problem.found, "expected": problem.expected, "near": ""}
    if kind == "row-uneven":
        facts["expected"] = problem.expected.split(" ")[0]
    elif kind == "cell-choice":
        facts["known"] = problem.expected
        facts["near"] = nearest(problem.found, problem.expected.split(", "))
    elif kind == "rows-none":
        return Fault(kind, file, facts={"columns": problem.expected})
    elif kind == "cell-number":
        facts["expected"] = _NUMBERS.get(problem.expected, problem.expected)
    return Fault(kind, file, problem.line, problem.column, facts)


_NUMBERS = {"> 0": "大于 0 的数字 / a number above 0", "0–1": "0 到 1 之间的数字 / a number from 0 to 1"}
_BY_FOUND = {
    "（缺列 / no such column）": "column-missing",
    "（没有数据行 / no rows）": "rows-none",
    "重复 / twice": "row-twice",
    "": "cell-empty",
}
_BY_COLUMN = {"date": "cell-date", "period": "cell-period", "low": "cell-bounds"}


def _kind_of(problem: Problem) -> str:
    if problem.found in _BY_FOUND:
        return _BY_FOUND[problem.found]
    if problem.expected.endswith("columns"):
        return "row-uneven"
    if "/ line" in problem.expected:
        return "indicator-changes"
    if problem.expected in ("数字 / a number", *_NUMBERS) or problem.column in ("mean", "se", "n"):
        return "cell-number"
    return _BY_COLUMN.get(problem.column, "cell-choice")


def _party_faults(folder: StudyFolder, file: str, rows: Iterable[Indicator | Wave]) -> list[Fault]:
    faults = [fault for row in rows if (fault := _unknown_party(folder, file, row.line, row.party, "party"))]
    if folder.last:
        faults += [
            Fault("date-later", file, row.line, "period", {"found": row.period.label, "last": folder.last.label})
            for row in rows
            if row.period.start > folder.last.start + 1
        ]
    return faults


def _event_faults(folder: StudyFolder, events: Sequence[Event]) -> list[Fault]:
    found = [
        _unknown_party(folder, "events.csv", event.line, name, "parties") for event in events for name in event.parties
    ]
    faults = [fault for fault in found if fault]
    end = folder.as_of
    if end and folder.last:
        faults += [
            Fault("date-later", "events.csv", each.line, "date", {"found": f"{each.date}", "last": folder.last.label})
            for each in events
            if each.date > end
        ]
    return faults


def _unknown_party(folder: StudyFolder, file: str, line: int, name: str, column: str) -> Fault | None:
    if not folder.parties or folder.party(name):
        return None
    known = [word for party in folder.parties for word in (party.code, party.zh)]
    facts = {"found": name, "known": ", ".join(known), "near": nearest(name, known)}
    return Fault("party-unknown", file, line, column, facts)


def _ledger_faults(folder: StudyFolder) -> list[Fault]:
    path = folder.file(LEDGER)
    if path is None:
        return []
    text, faults = table_text(path.read_bytes(), LEDGER)
    if faults:
        return faults
    entries, faults = scan_ledger(text, parties=folder.parties, matters=folder.matters)
    end = folder.as_of
    faults += [
        Fault("done-later", LEDGER, entry.line, "done", {"found": f"{entry.done.first}", "as_of": f"{end}"})
        for entry in entries
        if end and entry.done and entry.done.first > end
    ]
    return faults


def _model_faults(folder: StudyFolder) -> list[Fault]:
    path = folder.file("model.toml")
    if path is None:
        return []
    try:
        DynamicModel.parse(decode_text(path.read_bytes(), file=path.name), file=path.name)
    except TongchiError as error:
        return [Fault("model-bad", path.name, facts={"found": words_of(error)})]
    return []
