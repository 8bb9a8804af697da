"""Which commitments were kept, which came late, which were broken, and which rewards and sanctions followed?

A ledger is a table: id, kind (commitment, reward, sanction), party, counterpart, what, matter, due, done, source; construct and
note if there are any. Its status is computed for a stated day and never written down, so that it can be asked of any past day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from os import PathLike
from pathlib import Path

from tongchi.errors import IndicatorTableError, MissingFileError
from tongchi.mechanism.tables import CONSTRUCTS, parties_in
from tongchi.study.faults import Fault, in_order
from tongchi.study.settings import Matter, Party, nearest
from tongchi.study.table_rows import Day, Row, scan_rows, table_text

LEDGER = "ledger.csv"
KINDS: Mapping[str, str] = {"commitment": "involvement", "reward": "incentive", "sanction": "incentive"}
"""Kind of an entry to the construct that it speaks of, where the ledger names no other."""
COLUMNS = ("id", "kind", "party", "counterpart", "what", "matter", "due", "done", "source")
OPTIONAL = ("construct", "note")


class Status(StrEnum):
    """Where a commitment stands on a given day."""

    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"
    OPEN = "open"


@dataclass(frozen=True)
class LedgerEntry:
    """What one party owes to others, or what it got for it. `counterpart` is empty for what is owed to nobody in particular."""

    id: str
    kind: str
    party: str
    counterpart: tuple[str, ...]
    what: str
    matter: str
    due: Day | None
    done: Day | None
    construct: str
    source: str
    note: str
    line: int

    def status(self, as_of: date) -> Status:
        """Return where the entry stands at the end of a day.

        Late only where even the earliest day that `done` allows lies after the last day that `due` allows: a date known to the
        month gets the benefit of the doubt. What is done after `as_of` is not done yet; what is due on `as_of` is still open.
        Without a due date it is kept once done, and open before.
        """
        if self.done and self.done.first <= as_of:
            return Status.LATE if self.days_late else Status.KEPT
        return Status.BROKEN if self.due and self.due.last < as_of else Status.OPEN

    @property
    def days_late(self) -> int:
        """Days by which what was done came after its due date at the least; 0 if in time, not done, or never due."""
        if self.due is None or self.done is None:
            return 0
        return max(0, (self.done.first - self.due.last).days)


@dataclass(frozen=True)
class Record:
    """How many commitments of a party stood how on one day."""

    party: str
    kept: int
    late: int
    broken: int
    open: int

    @property
    def settled(self) -> int:
        """Commitments whose outcome is known: kept, late or broken."""
        return self.kept + self.late + self.broken


def read_ledger(
    path: str | PathLike[str], *, parties: Sequence[Party] = (), matters: Sequence[Matter] = ()
) -> list[LedgerEntry]:
    """Read a ledger; one error names every mistake.

    With `parties` and `matters`, names in either language become codes, and others are mistakes; without, they stay as they are.
    """
    file = Path(path)
    if not file.is_file():
        raise MissingFileError(file=str(path), found="folder" if file.is_dir() else "nothing")
    text, faults = table_text(file.read_bytes(), file.name)
    entries: list[LedgerEntry] = []
    if not faults:
        entries, faults = scan_ledger(text, parties=parties, matters=matters, file=file.name)
    errors = [fault for fault in faults if fault.is_error]
    if errors:
        shown = "；".join(f"{each.message('zh')} / {each.message('en')}" for each in errors[:20])
        more = f" … 共 {len(errors)} 处 / {len(errors)} in all" if len(errors) > 20 else ""
        raise IndicatorTableError(
            file=file.name, found=shown + more, expected="上列各值 / the values listed", advice=""
        )
    return entries


def scan_ledger(
    text: str, *, parties: Sequence[Party] = (), matters: Sequence[Matter] = (), file: str = LEDGER
) -> tuple[list[LedgerEntry], list[Fault]]:
    """Return the entries that can be read, in the order of the file, and what is wrong with the others."""
    rows, faults = scan_rows(text, file, needed=COLUMNS, optional=OPTIONAL)
    entries: list[LedgerEntry] = []
    lines: dict[str, int] = {}
    for row in rows:
        entry = _entry(row)
        first = lines.setdefault(entry.id, row.line)
        if entry.id and first != row.line:
            row.report("id-twice", "id", found=entry.id, first=str(first))
        entry = _coded(entry, row, parties, matters)
        if not any(fault.is_error for fault in row.faults):
            entries.append(entry)
        faults += row.faults
    return entries, in_order(faults)


def _entry(row: Row) -> LedgerEntry:
    kind = row.one_of("kind", tuple(KINDS))
    named = row.get("construct")
    return LedgerEntry(
        id=row.text("id"),
        kind=kind,
        party=row.text("party"),
        counterpart=parties_in(row.get("counterpart")),
        what=row.text("what"),
        matter=row.get("matter"),
        due=row.day("due"),
        done=row.day("done"),
        construct=row.one_of("construct", CONSTRUCTS) if named else KINDS[kind],
        source=row.text("source"),
        note=row.get("note"),
        line=row.line,
    )


def _coded(entry: LedgerEntry, row: Row, parties: Sequence[Party], matters: Sequence[Matter]) -> LedgerEntry:
    """Put codes in place of names, and report names that the study does not have."""
    party = _code_of(row, "party", entry.party, parties) if entry.party else ""
    counterpart = tuple(_code_of(row, "counterpart", name, parties) for name in entry.counterpart)
    matter = _code_of(row, "matter", entry.matter, matters) if entry.matter else ""
    if party and party in counterpart:
        row.report("promise-to-self", "counterpart", found=entry.party)
    return replace(entry, party=party, counterpart=counterpart, matter=matter)


def _code_of(row: Row, column: str, name: str, known: Sequence[Party] | Sequence[Matter]) -> str:
    found = next((each.code for each in known if name in (each.code, each.zh, each.en)), None)
    if found is None and known:
        kind = "matter-unknown" if column == "matter" else "party-unknown"
        names = [word for each in known for word in (each.code, each.zh)]
        row.report(kind, column, found=name, known=", ".join(names), near=nearest(name, names))
    return found or name


def records(entries: Iterable[LedgerEntry], as_of: date, *, kind: str = "commitment") -> tuple[Record, ...]:
    """Return how the commitments of each party stood on a day, parties in the order in which they appear."""
    counts: dict[str, dict[str, int]] = {}
    for entry in entries:
        if entry.kind == kind:
            counts.setdefault(entry.party, dict.fromkeys(Status, 0))[entry.status(as_of)] += 1
    return tuple(Record(party, **{str(status): n for status, n in found.items()}) for party, found in counts.items())
