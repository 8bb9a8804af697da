"""Do the weights that ship fit the features of today?"""

from __future__ import annotations

from tongchi.barriers.features import FAMILIES, feature_names
from tongchi.barriers.judge import Scores, joint_features
from tongchi.barriers.rules import RULES
from tongchi.barriers.wording import model_from_text, model_to_json, shipped_wording
from tongchi.learned import shipped_model


def test_weights_are_for_the_features_that_are_looked_at() -> None:
    assert shipped_model("barriers", "rules").names == feature_names()


def test_every_rule_is_weighed_in_one_family() -> None:
    members = [name for family in FAMILIES.values() for name in family]
    assert sorted(members) == sorted(RULES)


def test_the_joint_model_weighs_what_is_measured() -> None:
    assert shipped_model("barriers", "barriers").names == tuple(joint_features(Scores(0.0, 0.0, False, False)))


def test_words_that_speak_for_openness_speak_against_a_barrier() -> None:
    weights = shipped_wording().weight
    assert weights["不限"] < 0
    assert weights["自愿"] < 0 < weights["方可"]


def test_weights_come_back_from_their_text() -> None:
    model = shipped_wording()
    assert model_from_text(model_to_json(model)) == model
