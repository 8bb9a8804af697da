"""Rest points: nothing moves there, eigenvalues tell who returns, and running on confirms it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.mechanism.dynamics import LEVERS, STATES
from tongchi.mechanism.equilibria import jacobian, lever_vector, rates_at, rest_points, terms_of
from tongchi.mechanism.integration import integrate
from tongchi.mechanism.model_spec import DynamicModel

MODEL = DynamicModel.default()


def test_the_default_model_has_a_trap_and_an_exit() -> None:
    points = {point.name: point for point in rest_points(MODEL) if point.stable}
    assert set(points) == {"trap", "exit"}
    assert points["trap"].value("involvement") < 0.15
    assert points["trap"].value("barrier") > 0.5
    assert points["exit"].value("involvement") > 0.35
    assert points["exit"].value("barrier") < 0.25


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=12, deadline=None)
def test_nothing_moves_at_a_rest_point_whatever_the_parameters(seed: int) -> None:
    rng = np.random.default_rng(seed)
    low, high = MODEL.bounds.T
    drawn = dict(zip((one.name for one in MODEL.parameters), low + (high - low) * rng.random(len(low)), strict=True))
    model = MODEL.with_parameters(drawn)
    pulled = rng.random(len(LEVERS))
    points = rest_points(model, pulled, starts=8)
    assert any(point.stable for point in points)
    for point in points:
        assert np.abs(rates_at(point.state, terms_of(model, pulled), model.coupling)).max() < 1e-9


def test_runs_end_at_stable_points_only() -> None:
    start = np.random.default_rng(2).random((60, *MODEL.initial.shape))
    last = integrate(MODEL, initial=start, times=[600.0]).values[:, -1]
    stable = np.array([point.state for point in rest_points(MODEL) if point.stable])
    assert np.abs(last[:, None] - stable).max(axis=(2, 3)).min(axis=1).max() < 1e-3


def test_a_corner_that_repels_is_no_end() -> None:
    """With the gap at 0 a run stays on that face; the smallest gap leads away from it, as the eigenvalue says."""
    closed = next(p for p in rest_points(MODEL) if p.value("scale_gap") == 0 and not p.stable)
    assert closed.eigenvalues[0].real > 0
    pushed = closed.state.copy()
    pushed[:, STATES.index("scale_gap")] = 1e-3
    last = integrate(MODEL, initial=pushed, times=[400.0]).values[0, -1]
    assert np.abs(last - closed.state).max() > 0.1


def test_eigenvalues_come_from_the_true_derivatives() -> None:
    state = np.random.default_rng(4).random(MODEL.initial.shape)
    terms = terms_of(MODEL, MODEL.lever_values)
    exact = jacobian(state, terms, MODEL.coupling)
    step = 1e-6
    for at in range(state.size):
        moved = np.zeros(state.size)
        moved[at] = step
        moved = moved.reshape(state.shape)
        ahead, behind = (rates_at(state + sign * moved, terms, MODEL.coupling) for sign in (1, -1))
        assert np.allclose(exact[:, at], (ahead - behind).ravel() / (2 * step), atol=1e-8)


def test_zero_levers_and_zero_gap_give_no_change() -> None:
    """Nobody pushes and there is nothing to unify: what rests without collaboration rests on."""
    pulled = lever_vector(MODEL, central_push=0, reward=0, sanction=0, joint_standards=0, data_sharing=0)
    rest = rest_points(MODEL, pulled)[0]
    for state in ("scale_gap", "willingness", "involvement", "standardisation", "trust", "development"):
        assert rest.value(state) == pytest.approx(0, abs=1e-12)
    path = integrate(MODEL, initial=rest.state, levers=pulled, times=[0.0, 5.0, 50.0]).values[0]
    assert np.abs(path - rest.state).max() < 1e-9


def test_renaming_regions_gives_the_same_points() -> None:
    three = DynamicModel.parse('regions = ["甲", "乙", "丙"]')
    states = [p.state for p in rest_points(three, starts=4) if np.ptp(p.state, axis=0).max() < 1e-6]
    two = [p.state for p in rest_points(MODEL, starts=4) if np.ptp(p.state, axis=0).max() < 1e-6]
    assert np.allclose([s[0] for s in states], [s[0] for s in two])
