"""Does the quick look at a clause's words ever miss what a pattern would find?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.barriers.anchors import anchor_key, anchors_of, shipped_anchors
from tongchi.barriers.clauses import clauses_of
from tongchi.barriers.model import Clause
from tongchi.barriers.reading import Reading, read_clause
from tongchi.barriers.rule import match_wording, rule
from tongchi.barriers.rules import ALL_RULES, BOOK
from tongchi.documents import read

ANCHORS = {  # what the case guards: (pattern, sets of words of which every match holds one)
    "a literal": (r"备案", ({"备案"},)),
    "either of two": (r"(?:备案|登记)", ({"备案", "登记"},)),
    "what may be absent is no anchor": (r"(?:备案)?登记", ({"登记"},)),
    "a common beginning": (r"备案|备查", ({"备"},)),
    "the longer word holds the shorter": (r"(?:许可|许可证)", ({"许可"},)),
    "a branch without words leaves none": (r"(?:备案|.)企业", ({"企业"},)),
}


@pytest.mark.parametrize(("pattern", "wanted"), ANCHORS.values(), ids=ANCHORS)
def test_words_that_a_match_cannot_do_without(pattern: str, wanted: tuple[set[str], ...]) -> None:
    found = anchors_of(pattern)
    for words in found:
        for match in ("备案企业", "登记", "备案", "备查", "许可证", "许可", "备案登记", "企业"):
            if re.fullmatch(pattern, match):
                assert any(word in match for word in words)
    assert found


def test_every_wording_has_words_it_cannot_do_without() -> None:
    for each in ALL_RULES:
        for words in each.words:
            needed = anchors_of(words.text)
            assert needed, f"{each.name}: {words.text}"
            assert shipped_anchors()[anchor_key(words.text)] == needed, f"{each.name}: run scripts.train_barriers"


def test_names_of_rules_are_unique() -> None:
    names = [each.name for each in ALL_RULES]
    assert len(names) == len(set(names))


def test_unless_undoes_only_its_own_sentence() -> None:
    each = rule("test", "9.5", r"外地企业~10备案", unless=r"自愿")
    met = read_clause(Clause("1", "", "外地企业可以自愿备案。外地企业应当备案。", "", ""))
    found = match_wording(each, each.words[0], met)
    assert found is not None
    assert found.words == "外地企业应当备案"


def test_words_must_end_in_the_clause_itself() -> None:
    each = rule("test", "9.5", r"外地企业~10备案")
    lead_only = Reading(
        Clause("1", "外地企业应当备案：", "（一）姓名；", "", ""), "外地企业应当备案：（一）姓名；", 9, False
    )
    assert match_wording(each, each.words[0], lead_only) is None


def test_the_quick_look_finds_all_on_real_texts(shared_data: Path) -> None:
    files = sorted((shared_data / "laws").rglob("*.md"))[::97]
    for file in files:
        readings = [read_clause(placed.clause) for placed in clauses_of(read(file))]
        slow = [
            [found for each in ALL_RULES for words in each.words if (found := match_wording(each, words, reading))]
            for reading in readings
        ]
        assert [list(BOOK.meet(reading)) for reading in readings] == slow
        assert BOOK.meet_all(readings) == slow


@given(st.lists(st.text(alphabet="外省地企业应当备案本市，。：𠀀\n（）优先采购", max_size=40), min_size=1, max_size=6))
def test_many_clauses_meet_what_each_meets_alone(texts: list[str]) -> None:
    readings = [read_clause(Clause("1", "", text, "江州市条例")) for text in texts]
    assert BOOK.meet_all(readings) == [list(BOOK.meet(reading)) for reading in readings]
