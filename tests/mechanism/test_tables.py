"""Tables of indicators, events and waves: what is right is read, and every mistake is named with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tongchi.errors import IndicatorTableError, MissingFileError
from tongchi.mechanism.tables import Period, read_events, read_indicators, read_waves, scan_events, scan_indicators

INDICATORS = """\
# SYNTHETIC
party,period,indicator,construct,value,unit,direction,source,low,high
甲省,2021,联席会议,involvement,2,次,+,台账,0,8
甲省,2022,联席会议,involvement,"1,004",次,+,台账,0,2000
乙市,2021H2,审批时限,barrier,30,日,-,台账,,
"""
EVENTS = """\
date,precision,parties,kind,construct,title,source,confidence
2022-08,month,甲省；乙市,standard,standardisation,下达计划,网站,high
2021-07-01,day,甲省、乙市,legislation,,条例同步施行,日报,medium
"""


def test_indicators_are_read_with_their_bounds(tmp_path: Path) -> None:
    file = tmp_path / "indicators.csv"
    file.write_bytes(INDICATORS.encode("gb18030"))
    rows = read_indicators(file)
    assert [row.value for row in rows] == [2.0, 1004.0, 30.0]
    assert [row.direction for row in rows] == [1, 1, -1]
    assert rows[2].period == Period(2021.5, "2021H2")
    assert rows[2].low is None
    assert rows[0].line == 3


def test_events_come_in_the_order_of_their_dates(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_bytes(EVENTS.encode("utf-8-sig"))
    rows = read_events(file)
    assert [row.date for row in rows] == [date(2021, 7, 1), date(2022, 8, 1)]
    assert rows[0].parties == ("甲省", "乙市")
    assert rows[1].parties == ("甲省", "乙市")
    assert rows[0].construct == ""


@pytest.mark.parametrize(
    ("text", "start"),
    [("2021", 2021.0), ("2021年", 2021.0), ("2021H2", 2021.5), ("2021q3", 2021.5), ("2021-07", 2021.5), ("21", None)],
)
def test_periods_are_years_halves_quarters_or_months(text: str, start: float | None) -> None:
    found = Period.parse(text)
    assert (found.start if found else None) == start


def test_every_mistake_of_a_file_is_named_at_once() -> None:
    text = """\
party,period,indicator,construct,value,unit,direction,source,low,high
,2021,a,involvement,2,次,+,台账,0,8
甲,21,a,involvement,2,次,+,台账,0,8
甲,2021,a,involvment,2,次,+,台账,0,8
甲,2022,a,involvement,two,次,+,台账,0,8
甲,2023,a,involvement,2,次,up,台账,0,8
甲,2024,a,involvement,2,次,+,,0,8
甲,2025,a,involvement,2,次,+,台账,8,0
甲,2026,a,involvement,2,次,+,台账
"""
    rows, problems = scan_indicators(text)
    assert not rows
    found = {(problem.line, problem.column) for problem in problems}
    expected = {
        (2, "party"), (3, "period"), (4, "construct"), (5, "value"), (6, "direction"), (7, "source"), (8, "low"), (9, ""),
    }  # fmt: skip
    assert found == expected


def test_a_value_given_twice_or_in_another_unit_is_a_mistake() -> None:
    text = """\
party,period,indicator,construct,value,unit,direction,source
甲,2021,a,trust,2,次,+,台账
甲,2021,a,trust,3,次,+,台账
甲,2022,a,trust,3,件,-,台账
"""
    _, problems = scan_indicators(text)
    assert [(p.line, p.column) for p in problems] == [(3, "party, period, indicator"), (4, "unit"), (4, "direction")]
    assert "2" in problems[0].expected


def test_a_missing_column_is_named_and_nothing_else() -> None:
    _, problems = scan_events("date,title\n2021,x\n")
    assert [p.column for p in problems] == ["precision", "parties", "kind", "construct", "source", "confidence"]


def test_the_error_shows_file_and_lines(tmp_path: Path) -> None:
    file = tmp_path / "waves.csv"
    file.write_text("party,period,construct,mean,se,n\n甲,2021,trust,3.4,0.02,100\n甲,2022,trust,0.4,0,100\n", "utf-8")
    with pytest.raises(IndicatorTableError, match=r"waves\.csv.*line 2 mean.*line 3 se"):
        read_waves(file)
    with pytest.raises(MissingFileError):
        read_waves(tmp_path / "none.csv")


def test_a_file_without_rows_is_a_mistake() -> None:
    assert scan_events("date,precision,parties,kind,construct,title,source,confidence\n")[1]
    assert scan_events("")[1]
