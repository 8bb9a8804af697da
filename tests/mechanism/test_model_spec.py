"""Model files: the default holds together, one's own is laid over it, and each mistake is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tongchi.errors import MechanismModelError, MissingFileError
from tongchi.mechanism.dynamics import LEVERS, PARAMETERS, STATES
from tongchi.mechanism.model_spec import DynamicModel


def test_the_default_says_what_each_parameter_means_and_rests_on() -> None:
    model = DynamicModel.default()
    assert tuple(one.name for one in model.parameters) == PARAMETERS
    assert all(one.zh and one.en and one.source and one.unit in {"1", "1/year"} for one in model.parameters)
    assert np.allclose(model.coupling.sum(axis=1), 1)
    assert model.initial.shape == (2, len(STATES))
    assert len(model.lever_values) == len(LEVERS)


def test_a_file_holds_only_what_differs(tmp_path: Path) -> None:
    file = tmp_path / "model.toml"
    text = """
    horizon = 8
    regions = ["四川", "重庆", "陕西"]
    [initial]
    trust = 0.3
    [initial."重庆"]
    trust = 0.5
    [levers]
    reward = 0.6
    [parameters]
    blocking = 1.0
    dissolving = { value = 3.0, high = 4.0 }
    """
    file.write_text(text, "utf-8")
    model = DynamicModel.load(file)
    assert model.regions == ("四川", "重庆", "陕西")
    assert np.allclose(model.coupling, (1 - np.eye(3)) / 2)
    assert model.initial[:, STATES.index("trust")].tolist() == [0.3, 0.5, 0.3]
    assert model.lever_values[LEVERS.index("reward")] == 0.6
    assert model.values[PARAMETERS.index("dissolving")] == 3.0
    assert model.values[PARAMETERS.index("gain")] == DynamicModel.default().values[PARAMETERS.index("gain")]


MISTAKES = {  # what is wrong: (text, what the message says)
    "a lever that does not exist": ("[levers]\nrewards = 0.2", "reward?"),
    "a parameter that does not exist": ("[parameters]\nblockin = 1.0", "blocking?"),
    "a parameter out of range": ("[parameters]\nblocking = 9.0", "0.5 ≤ value ≤ 3"),
    "a share above one": ("[parameters]\npartner_need = { value = 1.2, high = 1.5 }", "≤ 1"),
    "a lever above one": ("[levers]\nreward = 20", "reward = 20"),
    "a word for a number": ('[parameters]\nblocking = "high"', "a number"),
    "a start outside": ("[initial]\ntrust = -0.1", "trust"),
    "an unknown state": ("[initial]\nfaith = 0.1", "faith"),
    "coupling that does not sum to one": ("coupling = [[0, 1], [0.5, 0.4]]", "rows that sum to 1"),
    "coupling of another size": ("coupling = [[1]]", "2×2"),
    "two regions of one name": ('regions = ["A", "A"]', "distinct"),
    "no time": ("horizon = 0", "horizon"),
    "an unknown key": ("horizn = 3", "horizon?"),
    "no TOML": ("[levers", "TOML"),
}


@pytest.mark.parametrize(("text", "said"), MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_is_named(text: str, said: str) -> None:
    with pytest.raises(MechanismModelError) as caught:
        DynamicModel.parse(text, file="model.toml")
    assert said in str(caught.value)
    assert "model.toml" in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        DynamicModel.load(tmp_path / "none.toml")


def test_levers_and_parameters_can_be_set_by_name() -> None:
    model = DynamicModel.default()
    assert model.with_levers({"reward": 0.9}).lever_values[LEVERS.index("reward")] == 0.9
    assert model.with_parameters({"gain": 0.5}).values[PARAMETERS.index("gain")] == 0.5
    with pytest.raises(MechanismModelError, match="reward"):
        model.with_levers({"rewad": 0.9})
    with pytest.raises(MechanismModelError):
        model.with_parameters({"gain": 5.0})
