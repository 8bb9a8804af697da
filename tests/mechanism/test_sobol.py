"""Sensitivity indices: the published values, what must hold for any function, and the dynamic model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.errors import EnsembleError, MechanismModelError
from tongchi.mechanism.dynamics import PARAMETERS
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.morris import morris_effects
from tongchi.mechanism.sensitivity import sensitivity
from tongchi.mechanism.sobol import sobol_indices

TURN = [[-np.pi, np.pi]] * 3


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami_to_three_digits() -> None:
    found = sobol_indices(ishigami, TURN, base=16384)
    assert found.first == pytest.approx([0.3139051911, 0.4424111448, 0.0], abs=1e-3)
    assert found.total == pytest.approx([0.5575888552, 0.4424111448, 0.2436836641], abs=1e-3)
    assert found.runs == 5 * 16384


def test_intervals_hold_the_exact_indices() -> None:
    found = sobol_indices(ishigami, TURN, base=2048, seed=3)
    exact = np.array([[0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]])
    for value, interval in zip(exact, (found.first_interval, found.total_interval), strict=True):
        assert (interval[:, 0] <= value).all()
        assert (value <= interval[:, 1]).all()


@given(st.lists(st.floats(0.1, 5.0), min_size=2, max_size=5))
@settings(max_examples=15, deadline=None)
def test_a_sum_has_no_interactions(slopes: list[float]) -> None:
    weights = np.array(slopes)
    found = sobol_indices(lambda x: x @ weights + 100.0, [[0.0, 1.0]] * len(slopes), base=1024)
    assert found.first == pytest.approx(weights**2 / (weights**2).sum(), abs=0.01)
    assert found.total == pytest.approx(found.first, abs=0.01)


def test_an_input_that_does_nothing_has_index_zero() -> None:
    found = sobol_indices(lambda x: x[:, 0] ** 2, [[0.0, 1.0]] * 2, base=512)
    assert found.total[1] == 0
    assert morris_effects(lambda x: x[:, 0] ** 2, [[0.0, 1.0]] * 2).mean_absolute[1] == 0


def test_elementary_effects_of_a_line_are_its_slopes() -> None:
    found = morris_effects(lambda x: x @ np.array([2.0, -3.0, 0.5]), [[0.0, 1.0], [0.0, 2.0], [-1.0, 1.0]], paths=10)
    assert found.mean == pytest.approx([2.0, -6.0, 1.0])
    assert found.deviation == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    assert found.runs == 40


def test_elementary_effects_find_the_ten_that_matter_of_twenty() -> None:
    rng = np.random.default_rng(5)
    weights = np.concatenate([rng.uniform(1, 3, 10), np.full(10, 0.01)])
    found = morris_effects(lambda x: np.sin(x @ weights), [[0.0, 1.0]] * 20, paths=60)
    best = found.to_frame()["input"].to_list()[:10]
    assert set(best) == {f"x{k}" for k in range(1, 11)}


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, other = (sobol_indices(ishigami, TURN, base=256, seed=9) for _ in range(2))
    assert one.first_interval.tobytes() == other.first_interval.tobytes()


def test_the_dynamic_model_is_screened_and_then_measured() -> None:
    model = DynamicModel.default()
    found = sensitivity(model, kept=4, base=256, paths=20)
    assert set(found.screening.names) == set(PARAMETERS)
    assert len(found.indices.names) == 4
    assert (found.indices.total > found.indices.first - 0.1).all()
    with pytest.raises(MechanismModelError, match="blocking"):
        sensitivity(model, parameters=["blockin"])
    with pytest.raises(MechanismModelError, match="growth"):
        sensitivity(model, outcome="growth")


@pytest.mark.parametrize(
    "call",
    [
        lambda: sobol_indices(ishigami, TURN, base=1000),
        lambda: sobol_indices(ishigami, [[1.0, 0.0]]),
        lambda: sobol_indices(lambda x: np.ones(len(x)), TURN, base=64),
        lambda: sobol_indices(lambda x: np.full(len(x), np.nan), TURN, base=64),
        lambda: morris_effects(ishigami, TURN, paths=1),
        lambda: morris_effects(lambda x: x, TURN),
    ],
)
def test_designs_that_cannot_be_run_are_refused(call: object) -> None:
    with pytest.raises(EnsembleError):
        call()  # type: ignore[operator]
