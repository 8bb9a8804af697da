"""The state of a promise is one thing, asked of a row or of the database."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from tongchi.workbench.due import STATES, in_state, state_of
from tongchi.workbench.models import Promise

TODAY = date(2026, 3, 2)
DAYS = [TODAY + timedelta(days=days) for days in (-400, -1, 0, 1, 29, 30, 31, 400)]


@pytest.fixture
def rows(circle):
    """Promises that are due, and were kept or not, on all days that make a difference."""
    for due, kept_on in product(DAYS, [None, *DAYS]):
        Promise.objects.create(workspace=circle.workspace, party=circle.sichuan, what="一事", due=due, kept_on=kept_on)
    return Promise.objects.all()


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.code)
def test_the_database_finds_what_the_row_says(rows, state):
    expected = {row.pk for row in rows if state_of(row, TODAY) is state}
    assert expected
    assert set(rows.filter(in_state(state.code, TODAY)).values_list("pk", flat=True)) == expected
