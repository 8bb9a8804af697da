"""The ledger: what was promised, and where it stands on a stated day, never on the day the program runs."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.errors import IndicatorTableError, MissingFileError
from tongchi.study.ledger import LedgerEntry, Record, Status, read_ledger, records, scan_ledger
from tongchi.study.settings import Matter, Party
from tongchi.study.table_rows import Day

HEADER = "id,kind,party,counterpart,what,matter,due,done,construct,source,note\n"
PARTIES = (Party("north", "江州市", "Jiangzhou"), Party("south", "岚州市", "Lanzhou"))
MATTERS = (Matter("cars", "公务用车", "Vehicles", {}),)
END = date(2025, 12, 31)

CASES = {  # what the case guards: (due, done, status on 2025-12-31, days late)
    "done before it is due": ("2024-06-30", "2024-05-01", "kept", 0),
    "done on the day": ("2024-06-30", "2024-06-30", "kept", 0),
    "done the day after": ("2024-06-30", "2024-07-01", "late", 1),
    "not done, and due has passed": ("2024-06-30", "", "broken", 0),
    "not done, and not yet due": ("2026-06-30", "", "open", 0),
    "due on the last day is still open": ("2025-12-31", "", "open", 0),
    "no date is never broken": ("", "", "open", 0),
    "no date is kept once done": ("", "2023", "kept", 0),
    "done after the last day is not done yet": ("2025-06-30", "2026-02-01", "broken", 216),
    "a month in which it was due gets the benefit of the doubt": ("2024-06-10", "2024-06", "kept", 0),
    "a due month lasts to its end": ("2024-06", "2024-06-30", "kept", 0),
    "the month after a due month is late": ("2024-06", "2024-07", "late", 1),
    "a due year lasts to its end": ("2024", "2024-12-31", "kept", 0),
    "the year after is late": ("2024", "2025-01-02", "late", 2),
}


def ledger(due: str, done: str) -> LedgerEntry:
    text = f"{HEADER}C1,commitment,江州市,岚州市,提出草案,公务用车,{due},{done},,台账,\n"
    [entry], faults = scan_ledger(text, parties=PARTIES, matters=MATTERS)
    assert not faults
    return entry


@pytest.mark.parametrize(("due", "done", "status", "days"), CASES.values(), ids=CASES)
def test_where_a_commitment_stands(due: str, done: str, status: str, days: int) -> None:
    entry = ledger(due, done)
    assert entry.status(END) is Status(status)
    assert entry.days_late == days


def test_names_become_codes_and_the_construct_follows_from_the_kind() -> None:
    entry = ledger("2024", "")
    assert (entry.party, entry.counterpart, entry.matter) == ("north", ("south",), "cars")
    assert entry.construct == "involvement"
    [reward], _ = scan_ledger(HEADER + "R1,reward,south,,加分,,,2024,,台账,\n")
    assert (reward.construct, reward.counterpart) == ("incentive", ())
    [named], _ = scan_ledger(HEADER + "R1,sanction,south,,约谈,,,2024,barrier,台账,\n")
    assert named.construct == "barrier"


DATES = st.dates(date(2015, 1, 1), date(2030, 12, 31))
DAYS = st.builds(lambda day: Day(day, day), DATES)


def entry_of(due: Day | None, done: Day | None) -> LedgerEntry:
    return LedgerEntry("C1", "commitment", "north", (), "x", "", due, done, "involvement", "s", "", 2)


@given(due=st.none() | DAYS, done=st.none() | DAYS, day=DATES, later=st.integers(0, 4000))
def test_what_is_settled_in_time_or_broken_never_opens_again(
    due: Day | None, done: Day | None, day: date, later: int
) -> None:
    """As days go by, open may become anything, broken may only become late, kept and late stay."""
    entry = entry_of(due, done)
    before, after = entry.status(day), entry.status(day + timedelta(days=later))
    allowed = {
        Status.OPEN: set(Status),
        Status.BROKEN: {Status.BROKEN, Status.LATE},
        Status.KEPT: {Status.KEPT},
        Status.LATE: {Status.LATE},
    }
    assert after in allowed[before]


@given(due=DAYS, done=DAYS, day=DATES, shift=st.integers(-2000, 2000))
def test_a_shift_of_all_dates_changes_nothing(due: Day, done: Day, day: date, shift: int) -> None:
    by = timedelta(days=shift)
    moved = entry_of(Day(due.first + by, due.last + by), Day(done.first + by, done.last + by))
    assert moved.status(day + by) is entry_of(due, done).status(day)
    assert moved.days_late == entry_of(due, done).days_late


@given(st.lists(st.tuples(st.sampled_from("ab"), st.none() | DAYS, st.none() | DAYS), max_size=12), DATES)
def test_records_count_every_commitment_once(rows: list[tuple[str, Day | None, Day | None]], day: date) -> None:
    entries = [
        LedgerEntry(str(at), "commitment", party, (), "x", "", due, done, "involvement", "s", "", at)
        for at, (party, due, done) in enumerate(rows)
    ]
    found = records(entries, day)
    assert sum(one.settled + one.open for one in found) == len(entries)
    assert sorted(one.party for one in found) == sorted({party for party, _, _ in rows})


def test_records_are_by_party_and_of_one_kind() -> None:
    text = HEADER + (
        "C1,commitment,north,south,a,,2024,2024-03,,s,\nC2,commitment,north,south,b,,2024,,,s,\n"
        "C3,commitment,south,north,c,,2024,2025-02,,s,\nR1,reward,north,,d,,,2024,,s,\n"
    )
    entries, _ = scan_ledger(text)
    assert records(entries, END) == (Record("north", 1, 0, 1, 0), Record("south", 0, 1, 0, 0))
    assert records(entries, END, kind="reward") == (Record("north", 1, 0, 0, 0),)


FAULTS = {  # what is wrong: (row, kind, column, word of the message)
    "no id": (",commitment,north,south,a,,2024,,,s,", "cell-empty", "id", "填写"),
    "unknown kind": ("C9,commitmnt,north,south,a,,2024,,,s,", "cell-choice", "kind", "是否指 commitment"),
    "due is no date": ("C9,commitment,north,south,a,,30/6/2024,,,s,", "cell-date", "due", "2021-07-01"),
    "done is no date": ("C9,commitment,north,south,a,,2024,已完成,,s,", "cell-date", "done", "已完成"),
    "no such day": ("C9,commitment,north,south,a,,2024-02-30,,,s,", "cell-date", "due", "2024-02-30"),
    "unknown party": ("C9,commitment,norht,south,a,,2024,,,s,", "party-unknown", "party", "是否指 north"),
    "unknown counterpart": ("C9,commitment,north,east,a,,2024,,,s,", "party-unknown", "counterpart", "east"),
    "unknown matter": ("C9,commitment,north,south,a,carz,2024,,,s,", "matter-unknown", "matter", "是否指 cars"),
    "a promise to oneself": ("C9,commitment,north,江州市,a,,2024,,,s,", "promise-to-self", "counterpart", "north"),
    "unknown construct": ("C9,commitment,north,south,a,,2024,,luck,s,", "cell-choice", "construct", "luck"),
    "id used before": ("C1,commitment,north,south,b,,2024,,,s,", "id-twice", "id", "第 2 行"),
    "too few cells": ("C9,commitment,north", "row-uneven", "", "3 格"),
}
FIRST = "C1,commitment,north,south,a,,2024,,,s,\n"


@pytest.mark.parametrize(("row", "kind", "column", "word"), FAULTS.values(), ids=FAULTS)
def test_a_wrong_row_is_named_with_its_line_and_the_others_are_read(
    row: str, kind: str, column: str, word: str
) -> None:
    entries, faults = scan_ledger(HEADER + FIRST + row + "\n", parties=PARTIES, matters=MATTERS)
    assert [(fault.kind, fault.line, fault.place) for fault in faults] == [(kind, 3, column)]
    assert word in faults[0].message("zh")
    assert [entry.id for entry in entries] == ["C1"]


def test_all_mistakes_come_in_one_error(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row, *_ in FAULTS.values()), "utf-8")
    with pytest.raises(IndicatorTableError) as refused:
        read_ledger(path, parties=PARTIES, matters=MATTERS)
    message = refused.value.message("en")
    assert all(f"line {line} " in message or f"line {line}:" in message for line in range(2, 11))
    with pytest.raises(MissingFileError):
        read_ledger(tmp_path / "none.csv")


def test_a_missing_column_is_named_with_the_one_that_may_be_meant() -> None:
    _, faults = scan_ledger(HEADER.replace("counterpart", "counterparty") + FIRST)
    assert ("column-missing", "counterpart") in {(fault.kind, fault.place) for fault in faults}
    assert "counterparty" in next(fault for fault in faults if fault.kind == "column-missing").message("en")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_ledger_may_come_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "ledger.csv"
    row = "C1,commitment,江州市,岚州市,提出公务用车维修服务规范草案,公务用车,2024年6月30日,2024/6/1,,会议纪要,\n"
    path.write_bytes((HEADER + row).encode(encoding))
    [entry] = read_ledger(path, parties=PARTIES, matters=MATTERS)
    assert (entry.party, entry.due, entry.status(END)) == ("north", Day.parse("2024-06-30"), Status.KEPT)


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2024-02-05", date(2024, 2, 5), date(2024, 2, 5), "day"),
        ("2024.2.5", date(2024, 2, 5), date(2024, 2, 5), "day"),
        ("2024年2月", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2024年", date(2024, 1, 1), date(2024, 12, 31), "year"),
    ],
)
def test_a_date_may_be_known_to_the_day_the_month_or_the_year(
    text: str, first: date, last: date, precision: str
) -> None:
    day = Day.parse(text)
    assert day == Day(first, last)
    assert day.precision == precision


@pytest.mark.parametrize("text", ["", "soon", "24-01-01", "2024-13", "2024-00-01", "2024-02-30", "2024-1-1-1"])
def test_anything_else_is_no_date(text: str) -> None:
    assert Day.parse(text) is None
