"""Each source answers by its own rule, with numbers that recompute and links to what they count; none speaks for another."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest
from triangulation_cases import (
    BY_ID,
    INSTRUMENT,
    everything,
    one,
    table,
)

from tongchi.study.evidence import EvidenceKind, EvidenceRow, Stance
from tongchi.study.triangulation import TriangulationRow, disagreements, triangulate
from tongchi.study.triangulation_answer import SOURCES, Answer, Measured, SourceAnswer
from tongchi.survey.hypotheses_rule import Verdict
from tongchi.survey.unavailable import NotAvailable

# --- every answer -----------------------------------------------------------------------------------------


def test_a_study_without_anything_is_silent_and_says_why() -> None:
    for row in triangulate(INSTRUMENT.hypotheses):
        assert row.agreement == "silent"
        assert tuple(answer.source for answer in row.answers) == SOURCES
        for answer in row.answers:
            assert "未涉及" in answer.said("zh")
            assert "Silent" in answer.said("en")


def test_a_part_that_is_missing_gives_its_reason() -> None:
    why = NotAvailable("matters", "没有成对的文件。", "There is no pair.")
    row = one(BY_ID["H1a"], documents=why, survey=why, instrument=INSTRUMENT)
    for source in ("documents", "questionnaire"):
        assert "没有成对的文件" in row.of(cast(Any, source)).said("zh")
        assert "There is no pair" in row.of(cast(Any, source)).said("en")


def test_every_number_of_a_sentence_is_a_figure_and_both_languages_use_the_same() -> None:
    for row in triangulate(INSTRUMENT.hypotheses, **everything()):
        for answer in row.answers:
            names = {number.name for number in answer.numbers}
            assert len(names) == len(answer.numbers)
            for text in (answer.text_zh, answer.text_en):
                assert set(re.findall(r"\{(\w+)\}", text)) <= names
                assert not re.search(r"(?<![\w{])\d", re.sub(r"\{\w+\}", "", text))
            assert set(re.findall(r"\{(\w+)\}", answer.text_zh)) == set(re.findall(r"\{(\w+)\}", answer.text_en))
            shown = answer.said("zh", show=lambda number: f"<{number.name}>")
            assert "{" not in shown


def test_answers_do_not_turn_on_the_order_of_rows() -> None:
    whole = everything()
    turned = {name: value[::-1] if isinstance(value, list) else value for name, value in whole.items()}
    first, second = triangulate(INSTRUMENT.hypotheses, **whole), triangulate(INSTRUMENT.hypotheses, **turned)
    for one_row, other_row in zip(first, second, strict=True):
        for here, there in zip(one_row.answers, other_row.answers, strict=True):
            assert here.answer is there.answer
            assert sorted(n.value for n in here.numbers) == pytest.approx(sorted(n.value for n in there.numbers))
            assert set(here.links) == set(there.links)


AGREEMENT: dict[str, tuple[list[Answer], str]] = {
    "nobody tells": ([Answer.SILENT] * 4, "silent"),
    "one tells": ([Answer.SUPPORTS, Answer.SILENT, Answer.SILENT, Answer.SILENT], "single"),
    "a silent source disturbs nobody": ([Answer.SUPPORTS, Answer.SILENT, Answer.SUPPORTS, Answer.SILENT], "agree"),
    "one against three": ([Answer.SUPPORTS, Answer.SUPPORTS, Answer.CONTRADICTS, Answer.SUPPORTS], "disagree"),
}


@pytest.mark.parametrize(("answers", "agreement"), AGREEMENT.values(), ids=AGREEMENT)
def test_agreement_is_said_of_those_that_tell(answers: list[Answer], agreement: str) -> None:
    given_ = tuple(
        SourceAnswer(source, answer, "", "", "", "") for source, answer in zip(SOURCES, answers, strict=True)
    )
    row = TriangulationRow(BY_ID["H2"], given_)
    assert row.agreement == agreement
    assert (row in disagreements([row])) == (agreement == "disagree")


# --- questionnaire and coded quotes -----------------------------------------------------------------------

VERDICTS = {
    Verdict.SUPPORTED: Answer.SUPPORTS,
    Verdict.CONTRADICTED: Answer.CONTRADICTS,
    Verdict.UNDECIDED: Answer.SILENT,
}


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_questionnaire_answers_by_its_verdict(verdict: Verdict) -> None:
    found = one(BY_ID["H2"], survey=table(BY_ID["H2"], verdict), instrument=INSTRUMENT).of("questionnaire")
    assert found.answer is VERDICTS[verdict]
    assert found.number("n").value == 300
    items = [item.code for code in BY_ID["H2"].path for item in INSTRUMENT.items_of(code)]
    assert [code for link in found.links for code in link.items] == items


def test_groups_show_each_construct() -> None:
    found = one(BY_ID["G1"], survey=table(BY_ID["G1"], Verdict.CONTRADICTED), instrument=INSTRUMENT).of("questionnaire")
    assert found.answer is Answer.CONTRADICTS
    assert [number.value for number in found.numbers] == [0.3]


def test_a_hypothesis_that_was_not_tested_is_silent() -> None:
    found = one(BY_ID["H3"], survey=table(BY_ID["H2"], Verdict.SUPPORTED), instrument=INSTRUMENT).of("questionnaire")
    assert found.answer is Answer.SILENT


CODED: dict[str, tuple[str, Answer, tuple[int, int, int]]] = {  # stances of each quote by its coders; s, c, divided
    "three of three": ("s s s", Answer.SUPPORTS, (3, 0, 0)),
    "three of four": ("s s c s", Answer.SUPPORTS, (3, 1, 0)),
    "two are too few": ("s s", Answer.SILENT, (2, 0, 0)),
    "half and half": ("s c s c", Answer.SILENT, (2, 2, 0)),
    "against": ("c c c s", Answer.CONTRADICTS, (1, 3, 0)),
    "coders of one quote count once": ("sss s c", Answer.SUPPORTS, (2, 1, 0)),
    "coders who divide": ("sc s s s", Answer.SUPPORTS, (3, 0, 1)),
    "division is no contradiction": ("sc sc sc sc s c c", Answer.SILENT, (1, 2, 4)),
}


@pytest.mark.parametrize(("quotes", "answer", "counts"), CODED.values(), ids=CODED)
def test_coded_quotes_count_once_each(quotes: str, answer: Answer, counts: tuple[int, int, int]) -> None:
    rows = [
        EvidenceRow(f"E{n}", "trust", "H7", Stance.SUPPORTS if each == "s" else Stance.CONTRADICTS, EvidenceKind.INTERVIEW, "N", f"话{n}", f"c{at}", "", 2 + n)
        for n, stances in enumerate(quotes.split())
        for at, each in enumerate(stances)
    ]  # fmt: skip
    found = one(BY_ID["H7"], evidence=rows).of("coded")
    assert found.answer is answer
    assert tuple(found.number(name).value for name in ("supports", "contradicts", "divided")) == counts
    assert one(BY_ID["H2"], evidence=rows).of("coded").answer is Answer.SILENT


def test_a_number_is_printed_plainly_unless_told_otherwise() -> None:
    answer = SourceAnswer(
        "events",
        Answer.SILENT,
        "",
        "",
        "{a} 与 {b}",
        "{a} and {b}",
        (Measured("a", 3, "", ""), Measured("b", 0.5, "", "")),
    )
    assert answer.said() == "3 与 0.50"
    assert answer.said("en", lambda number: f"[{number.value:.1f}]") == "[3.0] and [0.5]"
