"""From hypotheses to a model: no loop, no lost hypothesis, names that last, and effects that follow their paths."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.survey.instrument import Construct, Hypothesis, HypothesisKind, Instrument, Item, Scale
from tongchi.survey.sem import Model
from tongchi.survey.simulation import Truth, simulate_responses
from tongchi.survey.structural_model import StructuralModel, StructuralModels, structural_models
from tongchi.survey.unavailable import NotAvailable

SCALE = Scale(1, 5, tuple("12345"), tuple("12345"))


def direct(name: str, cause: str, effect: str) -> Hypothesis:
    return Hypothesis(name, HypothesisKind.DIRECT, "", "", path=(cause, effect), sign="+")


def mediated(name: str, *path: str) -> Hypothesis:
    return Hypothesis(name, HypothesisKind.MEDIATED, "", "", path=path, sign="+")


def instrument(codes: str, *hypotheses: Hypothesis, items: int = 3) -> Instrument:
    return Instrument(
        "test",
        "",
        "",
        SCALE,
        constructs=tuple(Construct(code, code, code) for code in codes),
        items=tuple(Item(f"{code}{at}", code, "", "") for code in codes for at in range(1, items + 1)),
        hypotheses=hypotheses,
    )


def models(codes: str, *hypotheses: Hypothesis) -> StructuralModels:
    found = structural_models(instrument(codes, *hypotheses))
    assert isinstance(found, StructuralModels)
    return found


def is_acyclic(model: StructuralModel) -> bool:
    """Kahn's algorithm: take away constructs at which no path ends until none is left."""
    left, paths = set(model.constructs), list(model.paths)
    while free := left - {path.effect for path in paths}:
        left -= free
        paths = [path for path in paths if path.cause in left]
    return not left


def edges(model: StructuralModel) -> set[str]:
    return {path.cause + path.effect for path in model.paths}


EDGES = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")).filter(lambda e: e[0] != e[1]), min_size=1
)


@given(EDGES)
def test_no_model_has_a_loop_and_every_direct_hypothesis_is_tested_somewhere(pairs: list[tuple[str, str]]) -> None:
    found = models("abcde", *(direct(f"H{at}", *pair) for at, pair in enumerate(pairs)))
    assert all(is_acyclic(model) for model in found.all)
    assert set(found.model_of) == {f"H{at}" for at in range(len(pairs))}
    assert not found.not_tested
    for at, pair in enumerate(pairs):
        assert found.model_of[f"H{at}"].path(*pair) is not None


@given(EDGES)
def test_the_first_hypothesis_is_never_left_out_of_the_main_model(pairs: list[tuple[str, str]]) -> None:
    found = models("abcde", *(direct(f"H{at}", *pair) for at, pair in enumerate(pairs)))
    assert found.main.path(*pairs[0]) is not None
    assert {path.label for path in found.main.left_out}.isdisjoint(path.label for path in found.main.paths)


def test_a_loop_is_opened_where_it_closes_and_turned_round_in_the_alternative() -> None:
    found = models("abc", direct("H1", "a", "b"), direct("H2", "b", "c"), direct("H3", "c", "a"))
    assert edges(found.main) == {"ab", "bc"}
    assert [edges(model) for model in found.alternatives] == [{"bc", "ca"}]
    assert [model.name for model in found.model_of.values()] == ["main", "main", "alternative 1"]
    assert set(found.loops[0]) == set("abc")


def test_the_shipped_instrument_leaves_out_what_theory_calls_the_loop() -> None:
    found = structural_models(Instrument.default())
    assert isinstance(found, StructuralModels)
    assert [path.label for path in found.main.left_out] == ["H8a"]
    assert [path.label for path in found.alternatives[0].left_out] == ["H3"]
    assert found.model_of["H8b"] is found.model_of["H8a"] is found.alternatives[0]
    assert found.alternatives[0].effects[0].labels == ("H7", "H8a")


def test_a_mediated_effect_brings_its_segments_and_the_path_beside_it() -> None:
    found = models("abc", direct("H1", "a", "b"), mediated("H2", "a", "b", "c"))
    assert edges(found.main) == {"ab", "bc", "ac"}
    assert found.main.effects[0].labels == ("H1", "H2_2")
    assert "H2 := H1*H2_2" in found.main.syntax
    assert not [path for path in found.main.paths if path.label == "H2_2" and path.stated]
    bare = structural_models(instrument("abc", mediated("H2", "a", "b", "c")), direct_effects=False)
    assert isinstance(bare, StructuralModels)
    assert edges(bare.main) == {"ab", "bc"}


def test_a_mediated_effect_round_a_loop_is_tested_by_none_and_says_so() -> None:
    found = models("ab", direct("H1", "a", "b"), mediated("H2", "a", "b", "a"))
    assert isinstance(found.not_tested["H2"], NotAvailable)
    assert "H1" in found.model_of


NAMES = {"hyphen": "H-1", "digit first": "1a", "name of a construct": "a", "chinese": "假设一", "name of an item": "b1"}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_any_name_of_a_hypothesis_becomes_a_label_that_the_syntax_reads(name: str) -> None:
    found = models("abc", direct(name, "a", "b"), mediated(f"{name}m", "a", "b", "c"))
    formulas = Model(found.main.syntax).formulas
    labels = {label for term in formulas.terms for label in term.label}
    assert labels == {path.label for path in found.main.paths}
    assert not labels & {"a", "b", "c", "a1", "b1", "c1"}


def test_constructs_without_items_are_named_and_single_items_stand_for_themselves() -> None:
    whole = instrument("abc", direct("H1", "a", "b"), direct("H2", "b", "c"))
    found = structural_models(whole, {"a": ["a1"], "b": ["b1", "b2", "b3"]})
    assert isinstance(found, StructuralModels)
    assert "c" in found.not_tested["H2"].en
    assert re.search(r"^b ~ H1\*a1$", found.main.syntax, flags=re.MULTILINE)
    assert "a =~" not in found.main.syntax
    answers = simulate_responses(whole, 400, Truth(paths={("a", "b"): 0.5}), seed=2).responses.scored()
    fit = Model(found.main.syntax).fit(answers, fixed_x=False)
    row = next(row for row in fit.estimates if row["label"] == "H1")
    assert row["z"] > 5


def test_nothing_to_model_is_said() -> None:
    assert isinstance(structural_models(instrument("ab")), NotAvailable)
    assert isinstance(structural_models(instrument("ab", direct("H1", "a", "b")), {"a": ["a1"]}), NotAvailable)


def test_exogenous_constructs_covary_and_the_product_is_what_it_says() -> None:
    whole = instrument("abcd", direct("H1", "a", "c"), direct("H2", "b", "c"), mediated("H3", "a", "c", "d"))
    paths = {("a", "c"): 0.4, ("b", "c"): 0.3, ("c", "d"): 0.5}
    answers = simulate_responses(whole, 3000, Truth(paths=paths, loading=0.85), seed=5).responses.scored()
    found = structural_models(whole)
    assert isinstance(found, StructuralModels)
    fit = Model(found.main.syntax).fit(answers, fixed_x=False)
    rows = {row["label"]: row for row in fit.estimates if row["label"]}
    assert ("a", "b") in {(row["lhs"], row["rhs"]) for row in fit.estimates if row["op"] == "~~"}
    assert rows["H3"]["est"] == pytest.approx(rows["H1"]["est"] * rows["H3_2"]["est"])
    assert rows["H3"]["std.all"] == pytest.approx(0.2, abs=0.05)
    assert fit.fitmeasures["pvalue"] is not None
    assert fit.fitmeasures["pvalue"] > 0.001


@given(st.permutations(range(4)))
def test_labels_stay_with_their_hypotheses_whatever_the_order(order: list[int]) -> None:
    stated = [direct("H1", "a", "b"), direct("H2", "b", "c"), direct("H3", "c", "d"), direct("H4", "a", "d")]
    found = structural_models(replace(instrument("abcd"), hypotheses=tuple(np.array(stated, dtype=object)[order])))
    assert isinstance(found, StructuralModels)
    assert {path.label: path.cause + path.effect for path in found.main.paths} == {
        "H1": "ab",
        "H2": "bc",
        "H3": "cd",
        "H4": "ad",
    }
