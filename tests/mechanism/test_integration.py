"""Paths of the dynamic model: exact to the tolerance, the same for any company and any number of workers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from tongchi.errors import EnsembleError, MechanismModelError
from tongchi.mechanism.dynamics import LEVERS, PARAMETERS, STATES, rates
from tongchi.mechanism.integration import integrate
from tongchi.mechanism.model_spec import DynamicModel

MODEL = DynamicModel.default()


def drawn(members: int, seed: int) -> np.ndarray:
    low, high = MODEL.bounds.T
    return low + (high - low) * np.random.default_rng(seed).random((members, len(PARAMETERS)))


def reference(parameters: np.ndarray, levers: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The same path by SciPy's LSODA, one period of the levers after the other."""

    def slope(_: float, flat: np.ndarray, pulled: np.ndarray) -> np.ndarray:
        return rates(flat.reshape(2, len(STATES)), parameters, pulled, MODEL.coupling).ravel()

    state, found = MODEL.initial.ravel(), [MODEL.initial]
    for start, end in pairwise(times):
        pulled = levers[min(int(start), len(levers) - 1)]
        done = solve_ivp(slope, (start, end), state, method="LSODA", rtol=1e-11, atol=1e-12, args=(pulled,))
        state = done.y[:, -1]
        found.append(state.reshape(2, len(STATES)))
    return np.array(found)


@pytest.mark.parametrize("seed", range(4))
def test_paths_agree_with_lsoda_where_levers_change_by_period(seed: int) -> None:
    parameters = drawn(1, seed)[0]
    levers = np.random.default_rng(seed).random((6, len(LEVERS)))
    times = np.arange(10.0)
    found = integrate(MODEL, parameters=parameters, levers=levers, times=times)
    assert np.abs(found.values[0] - reference(parameters, levers, times)).max() < 1e-6
    assert found.error.max() <= 1e-6


def test_times_within_a_period_lie_on_the_same_path() -> None:
    levers = np.random.default_rng(3).random((4, len(LEVERS)))
    coarse = integrate(MODEL, levers=levers, times=np.arange(6.0))
    fine = integrate(MODEL, levers=levers, times=np.arange(0, 5.01, 0.25))
    assert np.abs(fine.values[:, ::4] - coarse.values).max() < 1e-6


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_no_state_leaves_the_unit_interval(seed: int) -> None:
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 2, MODEL.initial.shape) * 1.0 if seed % 2 else rng.random(MODEL.initial.shape)
    found = integrate(MODEL, parameters=drawn(20, seed), levers=rng.random(len(LEVERS)), initial=start)
    assert found.values.min() > -1e-9
    assert found.values.max() < 1 + 1e-9


def test_a_member_does_not_depend_on_its_company_or_on_the_workers() -> None:
    parameters = drawn(2500, 5)
    whole = integrate(MODEL, parameters=parameters, workers=2)
    assert np.array_equal(whole.values, integrate(MODEL, parameters=parameters, workers=1).values)
    assert np.abs(whole.values[2400] - integrate(MODEL, parameters=parameters[2400]).values[0]).max() < 1e-13


def test_renaming_the_regions_changes_nothing() -> None:
    start = np.random.default_rng(1).random(MODEL.initial.shape)
    one = integrate(MODEL, initial=start).values
    other = integrate(MODEL, initial=start[::-1]).values
    assert np.abs(one - other[:, :, ::-1]).max() < 1e-13


def test_a_fast_member_runs_with_shorter_steps_and_a_hopeless_one_is_told() -> None:
    fast = MODEL.values.copy()
    fast[PARAMETERS.index("blocking")] = 12.0
    found = integrate(MODEL, parameters=fast)
    assert found.error.max() <= 1e-6
    assert np.abs(found.values[0] - reference(fast, MODEL.lever_values[None], np.arange(16.0))).max() < 1e-6
    fast[PARAMETERS.index("blocking")] = 1e9
    with pytest.raises(EnsembleError, match="member 0 moves too fast"):
        integrate(MODEL, parameters=fast)


def test_a_state_is_read_by_name_in_a_region_or_over_all() -> None:
    found = integrate(MODEL)
    assert np.allclose(found.state("trust"), (found.state("trust", "A") + found.state("trust", "B")) / 2)
    with pytest.raises(MechanismModelError, match="faith"):
        found.state("faith")
    with pytest.raises(MechanismModelError, match="A, B"):
        found.state("trust", "C")


@pytest.mark.parametrize(
    ("given_", "error"),
    [
        ({"levers": [0.1, 0.2]}, MechanismModelError),
        ({"levers": [0.1, 0.2, 0.3, 0.4, 1.5]}, MechanismModelError),
        ({"parameters": -MODEL.values}, MechanismModelError),
        ({"initial": MODEL.initial[:1]}, MechanismModelError),
        ({"times": [0.0, 2.0, 1.0]}, MechanismModelError),
        ({"times": [-1.0, 2.0]}, MechanismModelError),
        ({"parameters": np.empty((0, len(PARAMETERS)))}, EnsembleError),
        ({"parameters": np.tile(MODEL.values, (3, 1)), "initial": np.tile(MODEL.initial, (2, 1, 1))}, EnsembleError),
    ],
)
def test_what_does_not_fit_is_refused(given_: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        integrate(MODEL, **given_)  # type: ignore[arg-type]
