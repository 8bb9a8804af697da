"""A paragraph is cut into sentences that each state one norm."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.provisions import split_sentences

CASES = {  # what the case guards: (paragraph, sentences)
    "one sentence": ("单位应当登记。", ["单位应当登记。"]),
    "two sentences": ("单位应当登记。个人可以登记。", ["单位应当登记。", "个人可以登记。"]),
    "semicolon between full norms": (
        "甲部门应当登记；乙部门应当备案。",
        ["甲部门应当登记；", "乙部门应当备案。"],
    ),
    "semicolon inside a list of things stays": ("档案包括：图纸；照片；说明。", ["档案包括：图纸；照片；说明。"]),
    "tiers of a sanction are apart": (
        "由某部门处一千元罚款；情节严重的，处二千元罚款。",
        ["由某部门处一千元罚款；", "情节严重的，处二千元罚款。"],
    ),
    "stop inside quotes": ("标明“不得吸烟。违者罚款”字样。", ["标明“不得吸烟。违者罚款”字样。"]),
    "stop inside brackets": ("费用（含税。不含运费）应当公开。", ["费用（含税。不含运费）应当公开。"]),
    "white space around": ("　单位应当登记。 个人可以登记。", ["单位应当登记。", "个人可以登记。"]),
    "English": ("The agency shall report. It may delay.", ["The agency shall report.", "It may delay."]),
    "English abbreviation": ("See No. 5 of Sec. A. It applies.", ["See No. 5 of Sec. A. It applies."]),
    "blank": (" \n", []),
}


@pytest.mark.parametrize(("text", "sentences"), CASES.values(), ids=CASES)
def test_sentences_of_a_paragraph(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


@given(st.text(alphabet="应当不得可以的，；。！“”《》（） 甲乙\n", max_size=60))
def test_nothing_but_white_space_is_lost_and_spans_are_in_order(text: str) -> None:
    spans = split_sentences(text)
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())
    assert all(left.end <= right.start for left, right in itertools.pairwise(spans))
    assert all(start < end for start, end in spans)
