"""Encoding: texts in one array, folding, and one set of features whichever engine makes them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.comparison.corpus.encode import compiled_loops, fold, unit_features
from tongchi.comparison.corpus.postings import Postings, build_postings
from tongchi.comparison.corpus.search import search
from tongchi.documents.collection import TextUnits

CLAUSES = st.lists(st.text(alphabet="甲乙丙丁戊a bZ1，。\n𠀀é", max_size=40), min_size=1, max_size=30)
needs_numba = pytest.mark.skipif(compiled_loops() is None, reason="the extra `fast` is not installed: no numba")


@given(st.lists(st.text(max_size=20)))
def test_units_give_their_texts_back(texts: list[str]) -> None:
    units = TextUnits.of(texts)
    assert [units[at] for at in range(len(units))] == texts


FOLDED = {  # what the case guards: (text, text with the same features)
    "full-width letters and digits": ("ＡＢ１２公里", "ab12公里"),
    "case": ("Data Breach", "data breach"),
    "kind of punctuation": ("甲，乙", "甲。乙"),
    "white space is a border, how much of it does not matter": ("甲乙 丙丁", "甲乙\n\n丙丁"),
}


@pytest.mark.parametrize(("text", "same"), FOLDED.values(), ids=FOLDED)
def test_folding_joins(text: str, same: str) -> None:
    assert _features(text) == _features(same)


def test_n_grams_do_not_cross_punctuation() -> None:
    assert not _features("甲，乙，丙")
    assert _features("甲乙") != _features("甲，乙")


def test_a_latin_word_is_read_as_one() -> None:
    assert _features("notification") & _features("the notification of")
    assert not _features("notification") & _features("notifies")


def test_words_do_not_run_over_the_border_of_a_unit() -> None:
    together = TextUnits.of(["data", "breach"])
    codes, offsets = fold(together)
    assert np.diff(offsets).tolist() == [2, 2]
    assert codes[:2].tolist() == fold(TextUnits.of(["data"]))[0].tolist()


def test_an_n_gram_counts_again_at_its_second_third_and_fifth_occurrence() -> None:
    counts = [len(unit_features(*fold(TextUnits.of(["，".join(["甲乙"] * n)])))[1]) for n in range(1, 8)]
    assert counts == [1, 2, 3, 3, 4, 4, 4]


@needs_numba
@settings(deadline=None, max_examples=25)
@given(CLAUSES, st.integers(1, 3))
def test_both_engines_give_the_same_index_and_the_same_neighbours(texts: list[str], top: int) -> None:
    units = TextUnits.of(texts)
    slow, fast = build_postings(units, engine="numpy", workers=1), build_postings(units, engine="numba")
    for name in Postings.names():
        assert np.array_equal(getattr(slow, name), getattr(fast, name)), name
    group = np.arange(len(texts), dtype=np.int32) // 2
    one = search(slow, units, top, group=group, banned=group, engine="numpy", workers=1)
    two = search(fast, units, top, group=group, banned=group, engine="numba")
    assert np.array_equal(one.units, two.units)
    assert np.array_equal(one.scores, two.scores)


def _features(text: str) -> set[int]:
    return set(unit_features(*fold(TextUnits.of([text])))[1].tolist())
