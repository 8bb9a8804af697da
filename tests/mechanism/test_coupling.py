"""Coupling coordination and synergy: the right formulas, and a word where they mislead."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.errors import SeriesError
from tongchi.mechanism.coupling import coupling_coordination
from tongchi.mechanism.synergy import synergy, synergy_of_changes

LEVEL = st.floats(0.0, 1.0)


def test_two_systems_as_published() -> None:
    found = coupling_coordination([0.3, 0.6])
    assert found.coupling == pytest.approx(0.9428090416, abs=1e-10)
    assert found.coordination == pytest.approx(0.6513555624, abs=1e-10)
    assert found.modified_coupling == pytest.approx(0.5916079783, abs=1e-10)
    assert found.modified_coordination == pytest.approx(0.5159685942, abs=1e-10)
    assert found.grades() == ["初级协调"]
    assert found.grades("en") == ["primary co-ordination"]


@given(st.lists(LEVEL, min_size=2, max_size=5), st.randoms())
def test_degrees_lie_in_the_unit_interval_whatever_the_order(levels: list[float], random: object) -> None:
    found = coupling_coordination(levels)
    for degree in (found.coupling, found.coordination, found.modified_coupling, found.modified_coordination):
        assert 0 <= degree <= 1
    again = coupling_coordination(levels[::-1])
    assert again.coordination == pytest.approx(float(found.coordination), abs=1e-12)
    assert again.modified_coupling == pytest.approx(float(found.modified_coupling), abs=1e-9)


@given(st.floats(0.01, 1.0), st.integers(2, 5))
def test_equal_systems_are_fully_coupled_however_low(level: float, size: int) -> None:
    found = coupling_coordination([level] * size)
    assert found.coupling == pytest.approx(1.0)
    assert found.modified_coupling == pytest.approx(1.0)
    assert found.coordination == pytest.approx(np.sqrt(level))


def test_equally_bad_systems_get_a_warning_in_both_languages() -> None:
    (zh, en), *_ = coupling_coordination([0.1, 0.11]).warnings
    assert "同样落后" in zh
    assert "equally low" in en
    assert not coupling_coordination([0.2, 0.9]).warnings


def test_nothing_at_all_is_zero_and_not_missing() -> None:
    found = coupling_coordination([[0.0, 0.0], [0.0, 0.5]])
    assert found.coordination.tolist() == [0.0, 0.0]
    assert np.isfinite(found.modified_coordination).all()


def test_synergy_as_published() -> None:
    assert synergy_of_changes([0.10, 0.40]) == pytest.approx(0.20)
    assert synergy_of_changes([0.10, -0.40]) == pytest.approx(-0.20)
    assert synergy_of_changes([-0.10, -0.40]) == pytest.approx(-0.20)
    assert synergy_of_changes([0.0, 0.40]) == 0


@given(st.lists(st.lists(LEVEL, min_size=3, max_size=3), min_size=2, max_size=6))
def test_synergy_over_time_starts_from_nothing(order: list[list[float]]) -> None:
    found = synergy(order)
    assert found[0] == 0
    assert (np.abs(found) <= 1).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: coupling_coordination([0.5]),
        lambda: coupling_coordination([0.5, 1.2]),
        lambda: coupling_coordination([0.5, float("nan")]),
        lambda: coupling_coordination([0.5, 0.6], [0.5, 0.6]),
        lambda: synergy_of_changes([0.5]),
        lambda: synergy([[0.1, 0.2]]),
        lambda: synergy([[0.1, 0.2], [0.2, 0.3]], base=5),
    ],
)
def test_what_is_no_level_is_refused(call: object) -> None:
    with pytest.raises(SeriesError):
        call()  # type: ignore[operator]
