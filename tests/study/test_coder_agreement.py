"""Alpha is that of the published examples, keeps its laws, and is not given where it does not exist."""

from __future__ import annotations

import random
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.errors import EvidenceError
from tongchi.study.coder_agreement import (
    LEVELS,
    KrippendorffAlpha,
    Level,
    Value,
    coding_agreement,
    krippendorff_alpha,
)
from tongchi.study.evidence import EvidenceKind, EvidenceRow, Stance
from tongchi.survey.reliability import Interval
from tongchi.survey.unavailable import NotAvailable


def units(*coders: str) -> list[list[Value | None]]:
    """Turn one line per coder into units by coders: a dot is missing, digits are numbers."""
    columns = zip(*(line.split() for line in coders), strict=True)
    return [[None if each == "." else int(each) if each.isdigit() else each for each in column] for column in columns]


# Krippendorff (2011), Computing Krippendorff's alpha-reliability: sections A, B and C with their results.
BINARY = units("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
NOMINAL = units("a a b b d c c c e d d a", "b a b b b c c c e d d d")
FOUR = units(
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
PUBLISHED: dict[str, tuple[list[list[Value | None]], Level, float]] = {
    "two coders, binary": (BINARY, "nominal", 0.095),
    "two coders, nominal": (NOMINAL, "nominal", 0.692),
    "four coders with gaps, nominal": (FOUR, "nominal", 0.743),
    "four coders with gaps, ordinal": (FOUR, "ordinal", 0.815),
    "four coders with gaps, interval": (FOUR, "interval", 0.849),
    "four coders with gaps, ratio": (FOUR, "ratio", 0.797),
}


@pytest.mark.parametrize(("ratings", "level", "value"), PUBLISHED.values(), ids=PUBLISHED)
def test_alpha_of_the_published_examples(ratings: list[list[Value | None]], level: Level, value: float) -> None:
    assert known(krippendorff_alpha(ratings, level)).value == pytest.approx(value, abs=5e-4)


def test_what_an_alpha_rests_on_is_told() -> None:
    found = known(krippendorff_alpha(FOUR))
    assert (found.units, found.coders, found.values) == (11, 4, 40)
    assert found.alike == pytest.approx(8 / 11)
    assert found.value == pytest.approx(1 - found.observed / found.expected)


def test_alpha_is_that_of_its_definition_pair_by_pair() -> None:
    def apart(a: float, b: float, level: str) -> float:
        return (
            float(a != b) if level == "nominal" else (a - b) ** 2 if level == "interval" else ((a - b) / (a + b)) ** 2
        )

    rng = random.Random(7)
    for level in ("nominal", "interval", "ratio"):
        ratings = [[rng.choice([None, 1, 2, 3, 5]) for _ in range(3)] for _ in range(9)]
        kept = [[v for v in row if v is not None] for row in ratings]
        kept = [row for row in kept if len(row) > 1]
        whole = [v for row in kept for v in row]
        within = sum(apart(a, b, level) / (len(row) - 1) for row in kept for a in row for b in row)
        between = sum(apart(a, b, level) for a in whole for b in whole)
        expected = 1 - (len(whole) - 1) * within / between
        assert known(krippendorff_alpha(ratings, level)).value == pytest.approx(expected)  # type: ignore[arg-type]


RATINGS = st.lists(st.lists(st.sampled_from([None, 1, 2, 3]), min_size=3, max_size=3), min_size=5, max_size=12)


@settings(deadline=None, max_examples=60)
@given(ratings=RATINGS, level=st.sampled_from(LEVELS), seed=st.integers(0, 9))
def test_the_order_of_units_and_coders_does_not_matter(
    ratings: list[list[int | None]], level: Level, seed: int
) -> None:
    rng = random.Random(seed)
    columns = rng.sample(range(3), 3)
    mixed = [[row[at] for at in columns] for row in rng.sample(ratings, len(ratings))]
    one, other = krippendorff_alpha(ratings, level, draws=0), krippendorff_alpha(mixed, level, draws=0)
    if isinstance(one, NotAvailable):
        assert isinstance(other, NotAvailable)
        return
    assert known(other).value == pytest.approx(one.value)
    assert one.value <= 1


@settings(deadline=None, max_examples=40)
@given(ratings=RATINGS)
def test_agreement_is_one_only_where_all_agree(ratings: list[list[int | None]]) -> None:
    found = krippendorff_alpha(ratings, draws=0)
    if isinstance(found, KrippendorffAlpha):
        assert (found.value == pytest.approx(1)) == (found.alike == 1)


def test_the_interval_holds_alpha_and_is_the_same_each_time() -> None:
    one, again = (known(krippendorff_alpha(FOUR * 4, draws=500, seed=3)) for _ in range(2))
    assert one == again
    assert isinstance(one.interval, Interval)
    assert one.interval.lower < one.value < one.interval.upper
    assert known(krippendorff_alpha(FOUR * 4, draws=500, seed=4)).interval != one.interval


def test_more_units_make_the_interval_narrower() -> None:
    widths = []
    for times in (2, 20):
        interval = known(krippendorff_alpha(NOMINAL * times)).interval
        assert isinstance(interval, Interval)
        widths.append(interval.upper - interval.lower)
    assert widths[1] < widths[0] / 2


NONE: dict[str, list[list[Value | None]]] = {
    "nothing": [],
    "one coder": [["a"], ["b"]],
    "no unit with two": [["a", None], [None, "b"]],
    "one value": [["a", "a"], ["a", "a"]],
}


@pytest.mark.parametrize("ratings", NONE.values(), ids=NONE)
def test_alpha_that_does_not_exist_says_why(ratings: list[list[Value | None]]) -> None:
    found = krippendorff_alpha(ratings)
    assert isinstance(found, NotAvailable)
    assert found.zh
    assert found.en


def test_an_interval_that_does_not_exist_says_why() -> None:
    few = known(krippendorff_alpha([["a", "b"], ["a", "a"], ["b", "b"]]))
    rare = known(krippendorff_alpha([["a", "a"]] * 9 + [["a", "b"]]))
    for found in (few, rare, known(krippendorff_alpha(FOUR, draws=0))):
        assert isinstance(found.interval, NotAvailable)


BAD: dict[str, tuple[list[list[Value | None]], str, list[Value] | None]] = {
    "words are no numbers": ([["a", "b"]], "interval", None),
    "below zero there is no ratio": ([[-1, 2]], "ratio", None),
    "a level that is none": ([[1, 2]], "cardinal", None),
    "rows of two lengths": ([[1, 2], [1]], "nominal", None),
    "a value outside its order": ([["low", "mid"]], "ordinal", ["low", "high"]),
}


@pytest.mark.parametrize(("ratings", "level", "order"), BAD.values(), ids=BAD)
def test_values_that_do_not_fit_are_refused(
    ratings: list[list[Value | None]], level: Literal["nominal"], order: list[Value] | None
) -> None:
    with pytest.raises(EvidenceError):
        krippendorff_alpha(ratings, level, order=order)


def test_words_can_be_put_in_order() -> None:
    words: dict[Value | None, Value | None] = {1: "none", 2: "some", 3: "much", 4: "very", 5: "all", None: None}
    ratings = [[words[value] for value in row] for row in FOUR]
    found = known(krippendorff_alpha(ratings, "ordinal", order=["none", "some", "much", "very", "all"]))
    assert found.value == pytest.approx(0.815, abs=5e-4)


def test_coders_of_evidence_are_set_against_each_other_by_quote() -> None:
    rows = [
        *coded("E1", "一", c1="trust", c2="trust"),
        *coded("E2", "二", c1="barrier", c2="localism"),
        *coded("E3", "三", c1="barrier", c2="barrier"),
        *coded("E4", "四", c1="trust"),
        *coded("E5", "五", c1="incentive", c2="incentive"),
        *coded("E5b", "五", c2="trust"),
    ]
    found = coding_agreement(rows)
    assert (found.coders, found.coded, found.shared, found.differing) == (("c1", "c2"), 5, 4, ("E2", "E5"))
    expected = krippendorff_alpha(units("t b b i", "t l b it"))
    assert known(found.construct).value == pytest.approx(known(expected).value)
    assert isinstance(found.stance, NotAvailable)
    assert coding_agreement(rows[::-1]) == found


def test_one_coder_alone_has_no_agreement() -> None:
    found = coding_agreement(coded("E1", "一", c1="trust"))
    assert isinstance(found.construct, NotAvailable)
    assert (found.coded, found.shared) == (1, 0)


def coded(name: str, quote: str, **constructs: str) -> list[EvidenceRow]:
    return [
        EvidenceRow(name, construct, "", Stance.SUPPORTS, EvidenceKind.INTERVIEW, "N1", quote, coder, "", 2)
        for coder, construct in constructs.items()
    ]


def known(found: KrippendorffAlpha | NotAvailable) -> KrippendorffAlpha:
    assert isinstance(found, KrippendorffAlpha)
    return found
