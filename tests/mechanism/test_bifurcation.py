"""The threshold of a lever: below it a run stays in the trap, above it the same start leads out."""

from __future__ import annotations

import numpy as np
import pytest

from tongchi.errors import MechanismModelError
from tongchi.mechanism.bifurcation import basins, bifurcation, phase_plane, thresholds
from tongchi.mechanism.dynamics import LEVERS
from tongchi.mechanism.equilibria import lever_vector, rates_at, rest_points, terms_of
from tongchi.mechanism.integration import integrate
from tongchi.mechanism.model_spec import DynamicModel

MODEL = DynamicModel.default()


@pytest.mark.parametrize("lever", LEVERS)
def test_the_trap_ends_at_the_threshold_of_each_lever(lever: str) -> None:
    threshold = bifurcation(MODEL, lever).threshold
    assert threshold is not None
    trap = next(p for p in rest_points(MODEL) if p.name == "trap")
    ends = []
    for setting in (threshold - 0.01, threshold + 0.01):
        pulled = lever_vector(MODEL, **{lever: setting})
        ends.append(integrate(MODEL, initial=trap.state, levers=pulled, times=[900.0]).state("involvement")[0, -1])
    assert ends[0] < 0.2 < ends[1]


def test_the_way_back_is_longer_than_the_way_out() -> None:
    curve = bifurcation(MODEL, "reward")
    assert curve.threshold is not None
    assert curve.return_point is not None
    assert curve.return_point < curve.threshold


@pytest.mark.parametrize("lever", ["reward", "central_push"])
def test_below_the_return_point_the_exit_is_lost_and_above_it_holds(lever: str) -> None:
    back = bifurcation(MODEL, lever).return_point
    assert back is not None
    ends = []
    for setting in (back - 0.01, back + 0.01):
        above = rest_points(MODEL, lever_vector(MODEL, **{lever: back + 0.01}))
        leaving = next(p for p in above if p.name == "exit")
        pulled = lever_vector(MODEL, **{lever: setting})
        ends.append(integrate(MODEL, initial=leaving.state, levers=pulled, times=[900.0]).state("involvement")[0, -1])
    assert ends[0] < 0.2 < ends[1]


def test_every_point_of_the_curve_is_a_rest_point() -> None:
    curve = bifurcation(MODEL, "central_push")
    for at in range(0, len(curve.setting), 50):
        terms = terms_of(MODEL, lever_vector(MODEL, central_push=float(curve.setting[at])))
        state = np.tile(curve.state[at], (2, 1))
        assert np.abs(rates_at(state, terms, MODEL.coupling)).max() < 1e-9
    assert curve.stable.any()
    assert not curve.stable.all()


def test_at_a_fold_an_eigenvalue_passes_zero() -> None:
    curve = bifurcation(MODEL, "reward")
    setting, involvement = curve.folds[0]
    near = [p for p in rest_points(MODEL, lever_vector(MODEL, reward=setting - 1e-6)) if p.value("scale_gap") > 0.5]
    alike = [
        p for p in near if np.ptp(p.state, axis=0).max() < 1e-6 and abs(p.value("involvement") - involvement) < 0.01
    ]
    assert len(alike) == 2
    assert sorted(p.stable for p in alike) == [False, True]


def test_a_model_without_trust_effect_has_no_trap_to_leave() -> None:
    flat = DynamicModel.parse("[parameters]\ndissolving = { value = 0.0, low = 0.0 }\npartner_need = 0.5\n")
    assert bifurcation(flat, "reward").threshold is None
    assert set(thresholds(flat)) == set(LEVERS)


def test_the_plane_of_starts_is_parted_between_trap_and_exit() -> None:
    found = basins(MODEL, size=9)
    assert {point.name for point in found.points} == {"trap", "exit"}
    assert set(np.unique(found.end)) == {0, 1}
    for row in found.end:  # more involvement at the start never leads into the trap
        assert (np.diff(row) >= 0).all()
    with pytest.raises(MechanismModelError, match="faith"):
        basins(MODEL, "faith")


def test_the_phase_plane_is_still_where_the_model_rests() -> None:
    plane = phase_plane(MODEL, size=101)
    trap = next(p for p in plane.points if p.name == "trap")
    column = round(trap.value("involvement") * 100)
    row = round(trap.value("barrier") * 100)
    around = plane.involvement_rate[row - 2 : row + 3, column - 2 : column + 3]
    assert around.min() < 0 < around.max()
    assert [p.name for p in plane.points] == ["trap", "saddle", "exit"]
    assert plane.barrier_rate[0].min() > 0
    assert plane.barrier_rate[-1].max() < 0
