"""Differing words are marked as phrases, and what is marked is all that differs."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.report.marking import Mark, Masks, mark_differences, shared_phrases

MASKS = Masks(["江州市", "岚州市"], ["江州市接待办法", "岚州市接待办法"])
CASES = {  # what the case guards: (a, b, marked words of a, marked words of b)
    "a numeral is marked whole": ("不少于一百二十五克。", "不少于二百克。", ["一百二十五"], ["二百"]),
    "working days against days": ("十日内办结", "十个工作日内办结", [], ["个工作"]),
    "modality is one word": ("机关可以安装终端", "机关应当安装终端", ["可以"], ["应当"]),
    "place names and own titles count as equal": (
        "江州市按照本办法执行《江州市接待办法》",
        "岚州市按照本办法执行《岚州市接待办法》",
        [],
        [],
    ),
    "本市 and 全省 count as equal": ("本市机关", "全省机关", [], []),
    "punctuation and line breaks do not count": ("接待，应当\n登记。", "接待应当登记；", [], []),
    "item labels do not count": ("（一）登记", "（三）登记", [], []),
    "an island of one character is merged": ("甲乙和丙丁", "戊己和庚辛", ["甲乙和丙丁"], ["戊己和庚辛"]),
    "an addition is marked on its side": ("予以通报，作为依据。", "予以通报。", ["作为依据"], []),
    "a date is marked whole": ("自2017年7月1日起", "自2023年11月1日起", ["2017年7月1日"], ["2023年11月1日"]),
}


def words(text: str, marks: tuple[Mark, ...]) -> list[str]:
    return [text[mark.start : mark.end] for mark in marks]


@pytest.mark.parametrize(("a", "b", "marked_a", "marked_b"), CASES.values(), ids=CASES)
def test_marked_words(a: str, b: str, marked_a: list[str], marked_b: list[str]) -> None:
    marking = mark_differences(a, b, MASKS)
    assert words(a, marking.a) == marked_a
    assert words(b, marking.b) == marked_b


def test_a_sentence_that_moved_is_marked_as_moved() -> None:
    first = "办公用房应当集中统一管理并且定期清查登记"
    second = "公务用车实行编制管理和标识管理并公示"
    marking = mark_differences(f"{first}。{second}。", f"{second}。{first}。", MASKS)
    assert {mark.kind for mark in (*marking.a, *marking.b)} == {"moved"}


def test_what_two_different_quotes_share_can_be_marked_instead() -> None:
    a = "市人民政府制定总体规划，并对申请材料实行形式审查。"
    b = "登记机关公布办事指南，可以对申请材料实行形式审查。"
    marking = mark_differences(a, b, MASKS)
    assert words(a, shared_phrases(a, marking.a)) == ["对申请材料实行形式审查"]
    assert words(b, shared_phrases(b, marking.b)) == ["对申请材料实行形式审查"]


texts = st.text(alphabet="机关应当办公用房不得三十日内，。本市", max_size=60)


@given(texts)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    marking = mark_differences(text, text, MASKS)
    assert marking == ((), (), 1.0)


@given(texts, texts)
def test_what_is_not_marked_is_the_same_on_both_sides(a: str, b: str) -> None:
    marking = mark_differences(a, b, MASKS)
    rests = []
    for text, marks in ((a, marking.a), (b, marking.b)):
        assert all(0 <= mark.start < mark.end <= len(text) for mark in marks)
        assert all(left.end <= right.start for left, right in pairwise(marks))
        kept = [at for at in range(len(text)) if not any(mark.start <= at < mark.end for mark in marks)]
        rests.append("".join(text[at] for at in kept if text[at] not in "，。"))
    assert rests[0] == rests[1]
    assert 0 <= marking.shared <= 1
