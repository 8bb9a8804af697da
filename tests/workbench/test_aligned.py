"""What a clause starts from, what is proposed for it, and what has changed between two texts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.workbench.aligned import aligned_rows, merged, proposals, stricter_of
from tongchi.workbench.text_difference import difference

DIFFERENCES = {  # what the case guards: (before, after, pieces)
    "one word, with the 十 between": ("不应超过三十平方米", "不应超过二十四平方米", "不应超过 -三十 +二十四 平方米"),
    "nothing": ("同", "同", "同"),
    "from nothing": ("", "甲", "+甲"),
    "to nothing": ("甲", "", "-甲"),
}
RESULT = {
    "documents": [
        {"id": "A", "articles": [{"number": "1", "eid": "art_1", "text": "甲一"}, {"number": "2", "eid": "art_2", "text": "甲二"}]},
        {"id": "B", "articles": [{"number": "7", "eid": "art_7", "text": "乙七"}]},
    ],
    "pairs": [{"a": "A", "b": "B", "links": [{"a_eid": "art_1", "b_eid": "art_7", "direction": "S"}]}],
    "rows": [
        {"label": "一", "cells": [{"document": "A", "articles": ["1"]}, {"document": "B", "articles": ["7"]}]},
        {"label": "二", "cells": [{"document": "A", "articles": ["2"]}, {"document": "B", "articles": []}]},
        {"label": "空", "cells": [{"document": "A", "articles": []}, {"document": "B", "articles": []}]},
    ],
}  # fmt: skip


def test_rows_of_a_comparison_with_their_texts():
    rows = aligned_rows(RESULT)
    assert [(row.label, [cell.text for cell in row.cells]) for row in rows] == [
        ("一", ["甲一", "乙七"]),
        ("二", ["甲二"]),
    ]
    assert aligned_rows({}) == []


SIDES = {  # what the case guards: (direction, one, other, stricter)
    "B is stricter": ("S", (0, "art_1"), (1, "art_7"), 1),
    "whichever is named first": ("S", (1, "art_7"), (0, "art_1"), 0),
    "B is looser": ("L", (0, "art_1"), (1, "art_7"), 0),
    "mixed is neither": ("N", (0, "art_1"), (1, "art_7"), None),
    "equal is neither": ("=", (0, "art_1"), (1, "art_7"), None),
    "not linked": ("S", (0, "art_2"), (1, "art_7"), None),
}


@pytest.mark.parametrize(("direction", "one", "other", "stricter"), SIDES.values(), ids=SIDES)
def test_which_of_two_is_stricter(direction, one, other, stricter):
    link = {"a_eid": "art_1", "b_eid": "art_7", "direction": direction}
    assert stricter_of({**RESULT, "pairs": [{"a": "A", "b": "B", "links": [link]}]}, one, other) == stricter


def test_what_is_proposed():
    found = proposals(["甲。同。", "乙。同。"], 1)
    assert [(each.origin, each.text) for each in found] == [
        ("keep_a", "甲。同。"), ("keep_b", "乙。同。"), ("stricter", "乙。同。"), ("merge", "甲。同。乙。"),
    ]  # fmt: skip
    assert [each.origin for each in proposals(["甲。", ""], None)] == ["keep_a"]
    assert [each.origin for each in proposals(["甲。", "甲。"], None)] == ["keep_a", "keep_b"]


@given(st.text("甲乙丙，。；\n", max_size=30), st.text("甲乙丙，。；\n", max_size=30))
@settings(max_examples=150, deadline=None)
def test_a_merged_text_says_each_sentence_once(one, other):
    found = merged([one, other])
    assert merged([found, found]) == found


@pytest.mark.parametrize(("before", "after", "shown"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_small_islands_are_joined(before, after, shown):
    signs = {"same": "", "out": "-", "in": "+"}
    assert " ".join(signs[kind] + text for kind, text in difference(before, after)) == shown


@given(st.text("甲乙丙丁", max_size=25), st.text("甲乙丙丁", max_size=25))
@settings(max_examples=200, deadline=None)
def test_the_pieces_make_up_both_texts(before, after):
    pieces = difference(before, after)
    assert "".join(text for kind, text in pieces if kind != "in") == before
    assert "".join(text for kind, text in pieces if kind != "out") == after
