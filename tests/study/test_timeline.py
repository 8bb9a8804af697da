"""Dated rows speak of constructs as the theory's table has it, and a change of their pace is found with its uncertainty."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from triangulation_cases import event, ledger, promise

from tongchi.mechanism.tables import CONSTRUCTS
from tongchi.study.timeline import MASS, PaceChange, Timeline, pace_change, time_points, timeline
from tongchi.survey.unavailable import NotAvailable

ROWS = {  # what a ledger row is evidence of: (kind, due, done, status, constructs)
    "done in time": ("commitment", "2021", "2021-03-01", "kept", ["involvement", "trust"]),
    "done late": ("commitment", "2021", "2022-03-01", "late", ["involvement"]),
    "done without a date to keep": ("commitment", "", "2022-03-01", "kept", ["involvement"]),
    "broken": ("commitment", "2021", None, "broken", []),
    "open": ("commitment", "2030", None, "open", []),
    "done after the day of the study": ("commitment", "2030", "2029-01-01", "open", []),
    "reward": ("reward", "", "2022-03-01", "kept", ["incentive"]),
    "sanction": ("sanction", "", "2022-03-01", "kept", ["incentive"]),
}


@pytest.mark.parametrize(("kind", "due", "done", "status", "constructs"), ROWS.values(), ids=ROWS)
def test_a_ledger_row_speaks_of_its_constructs(
    kind: str, due: str, done: str | None, status: str, constructs: list[str]
) -> None:
    points = time_points([], ledger(promise(4, due, done, kind=kind, status=status)))
    assert [point.construct for point in points] == constructs
    assert all((point.link.kind, point.link.line) == ("ledger", 4) for point in points)


def test_events_without_a_construct_are_left_out_and_rectifications_turn_round() -> None:
    events = [
        event("2020-01-01", "", 2),
        event("2021-01-01", "barrier", 3, "rectification"),
        event("2019-01-01", "barrier", 4),
    ]
    assert [(point.link.line, point.sign) for point in time_points(events)] == [(4, 1), (3, -1)]


@settings(deadline=None, max_examples=40)
@given(rows=st.lists(st.tuples(st.integers(2001, 2024), st.sampled_from(CONSTRUCTS)), min_size=1, max_size=40))
def test_counts_by_year_add_up_to_the_rows(rows: list[tuple[int, str]]) -> None:
    found = timeline([event(f"{year}-06-01", construct, n) for n, (year, construct) in enumerate(rows, start=2)])
    assert isinstance(found, Timeline)
    assert sum(n for each in found.constructs for _, n in each.counts) == len(rows)
    for each in found.constructs:
        assert [year for year, _ in each.counts] == list(found.years)
        assert [point.day for point in each.points] == sorted(point.day for point in each.points)
    assert [each.construct for each in found.constructs] == [c for c in CONSTRUCTS if any(c == one for _, one in rows)]


def test_years_can_be_limited() -> None:
    found = timeline([event(f"{year}-01-01", "trust", year) for year in range(2010, 2020)], first=2012, last=2021)
    assert isinstance(found, Timeline)
    assert found.years == tuple(range(2012, 2022))
    trust = found.of("trust")
    assert trust is not None
    assert [n for _, n in trust.counts] == [1] * 8 + [0] * 2
    assert found.of("barrier") is None


def test_a_change_of_pace_is_found_where_it_was_made() -> None:
    counts = [(2010 + n, 0 if n < 6 else 5) for n in range(12)]
    found = pace_change(counts)
    assert isinstance(found, PaceChange)
    assert (found.years, found.levels) == ((2016,), (0.0, 5.0))
    assert sum(p for _, p in found.probability) == pytest.approx(1)
    assert max(found.probability, key=lambda pair: pair[1])[0] == 2016
    assert 2016 in found.within
    assert sum(p for year, p in found.probability if year in found.within) >= MASS


NONE = {
    "too short": [(2010 + n, n) for n in range(5)],
    "never varies": [(2010 + n, 2) for n in range(9)],
    "varies by chance": [(2010 + n, n % 2) for n in range(12)],
}


@pytest.mark.parametrize("counts", NONE.values(), ids=NONE)
def test_no_change_says_why(counts: list[tuple[int, int]]) -> None:
    found = pace_change(counts)
    assert isinstance(found, NotAvailable)
    assert found.zh
    assert found.en


def test_nothing_dated_gives_no_timeline() -> None:
    assert isinstance(timeline([event("2020-01-01", "", 2)]), NotAvailable)
