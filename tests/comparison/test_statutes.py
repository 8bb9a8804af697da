"""English statutes side by side: links of subsections, numbers, modality, functions. All texts are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongchi.comparison import DifferenceType, Direction, Link, PairComparison, compare
from tongchi.comparison.alignment import align_articles
from tongchi.comparison.article_functions import ArticleFunction
from tongchi.comparison.english_words import count_words, singular
from tongchi.comparison.segments import prepare
from tongchi.comparison.statute_features import FEATURES, statute_features
from tongchi.comparison.statute_functions import find_statute_function
from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.model import Document
from tongchi.documents.structure import parse_document

FERNIA = (
    "(a) An office that loses a record with the address of a person shall notify the person not later than 30 days after discovery of the loss.",
    "(b) The notice required by this section may be delayed if a court finds that the notice will impede an investigation.",
    "(c) Notice may be provided by letter, by telephone, or by publication if the cost of letters would exceed $50,000.",
    "(d) A keeper that stores records for an office shall tell the office of any loss at once and assist it.",
    "(e) An office that violates this section is liable for a civil penalty of not more than $500 for each person.",
    "(f) In this section, “record” means a paper or a file that names a person.",
)
ORLAND = (
    "(1) A keeper that holds records on behalf of an office shall inform the office of any loss at once.",
    "(2) An office that loses a record with the address of a person shall notify the person within 60 days after discovery of the loss.",
    "(3) The notice may be provided by letter, or by publication if the cost of letters would exceed ten thousand dollars ($10,000).",
    "(4) A notice required by this section may be delayed if a court finds that it will impede an investigation.",
    "(5) An office that violates this section is liable for a civil penalty of not more than $2,000 for each person.",
    "(6) For purposes of this section, “record” means any paper, card or file that names a person.",
)


def statute(*lines: str, name: str = "Fernia", label: str = "§ 8-101 Notice of lost records") -> Document:
    return parse_document([Block(f"{name} Lost Records Act", BlockKind.TITLE), Block(label), *map(Block, lines)])


@pytest.fixture(scope="module")
def pair() -> PairComparison:
    return compare(statute(*FERNIA), statute(*ORLAND, name="Orland", label="§ 41 Lost records"))


def link_of(pair: PairComparison, a: str, b: str) -> Link:
    return next(each for each in pair.links if (each.a, each.b) == (f"8-101({a})", f"41({b})"))


def test_subsections_are_linked_across_their_order(pair: PairComparison) -> None:
    found = {(each.a, each.b) for each in pair.links}
    wanted = {(f"8-101({a})", f"41({b})") for a, b in zip("abcdef", "243156", strict=True)}
    assert found >= wanted
    assert len(found) <= len(wanted) + 1


def test_quotes_are_the_words_of_the_source(pair: PairComparison) -> None:
    for each in pair.links:
        for quote in each.quotes:
            document = pair.a if quote.side == "a" else pair.b
            assert document.source[quote.start : quote.end] == quote.text
            assert quote.text == quote.text.strip()


def test_a_longer_deadline_is_looser_and_a_higher_penalty_stricter(pair: PairComparison) -> None:
    deadline, penalty = link_of(pair, "a", "2"), link_of(pair, "e", "5")
    assert (deadline.type, deadline.direction) == (DifferenceType.QUANTITY, Direction.LOOSER)
    assert (deadline.value_a, deadline.value_b) == ("not later than 30 days", "within 60 days")
    assert (penalty.type, penalty.direction) == (DifferenceType.QUANTITY, Direction.STRICTER)


def test_a_sum_that_only_opens_another_way_has_no_direction(pair: PairComparison) -> None:
    (cost,) = link_of(pair, "c", "3").quantities
    assert cost.direction is Direction.MIXED
    assert cost.b is not None
    assert cost.b.text == "exceed ten thousand dollars ($10,000)"


def test_strangers_share_no_link() -> None:
    other = statute(
        "(a) A boat on the lake shall carry two lamps between sunset and sunrise.",
        "(b) A skipper shall keep to the right in the channel and sound the horn in fog.",
        "(c) The harbor master may close the channel when the ice is thin.",
        name="Lakeside",
    )
    assert compare(statute(*FERNIA), other).links == ()


DEADLINES = {  # two real statutes, the units that set the deadline, and B against A
    "60 days against 45": ("NH_NH", "359-C:20(I)", "AZ_AZ", "18-552(B)", Direction.STRICTER),
    "30 days against 60": ("CO_CO", "6-1-716(2)", "DE_DE", "3(c)", Direction.LOOSER),
    "60 days on both sides": ("DE_DE", "3(c)", "NH_NH", "359-C:20(I)", Direction.EQUAL),
}


@pytest.mark.parametrize(("a", "unit_a", "b", "unit_b", "direction"), DEADLINES.values(), ids=DEADLINES)
def test_real_deadlines_to_notify_are_set_side_by_side(
    shared_data: Path, a: str, unit_a: str, b: str, unit_b: str, direction: Direction
) -> None:
    folder = shared_data / "english" / "us_state_statutes"
    if not folder.is_dir():
        pytest.skip("real statutes are not here: ../shared/data/english is absent")
    links = compare(folder / f"{a}_Breach.md", folder / f"{b}_Breach.md").links
    link = next(each for each in links if (each.a, each.b) == (unit_a, unit_b))
    both = [each for each in link.quantities if each.a and each.b]
    assert [each.direction for each in both] == [direction]


# What the case guards: subsection of A, subsection of B, type, direction. The others are the same on both sides.
CASES = {
    "forty-five days against 30 is looser": ("shall act within 30 days after the loss.", "shall act within forty-five days after the loss.", "quantity", "L"),
    "no case later than is a deadline, too": ("shall act in no case later than 60 days after the loss.", "shall act within 45 days after the loss.", "quantity", "S"),
    "one number in words and digits is the same": ("shall act within thirty (30) days after the loss.", "shall act within 30 days after the loss.", "wording", "="),
    "a share that must be kept": ("shall keep at least 10 percent of the copies.", "shall keep at least 20 percent of the copies.", "quantity", "S"),
    "copies kept for a longer period": ("shall keep copies for a period of 2 years.", "shall keep copies for a period of 5 years.", "quantity", "S"),
    "more than 1,000 persons only says when": (
        "shall, if the loss concerns more than 1,000 persons, tell the board.", "shall, if the loss concerns more than 500 persons, tell the board.", "quantity", "N"),
    "shall against may is looser": ("shall publish a list of the lost copies on its website.", "may publish a list of the lost copies on its website.", "looser", "L"),
    "may against must is stricter": ("may publish a list of the lost copies on its website.", "must publish a list of the lost copies on its website.", "stricter", "S"),
    "shall against shall not is a conflict": (
        "shall disclose the name of the person to the board.", "shall not disclose the name of the person to the board.", "conflict", "N"),
    "may against may not is stricter": (
        "may disclose the name of the person to the board.", "may not disclose the name of the person to the board.", "stricter", "S"),
    "no archive may is a ban": (
        "A private archive may sell the lost copies to a collector.", "No private archive may sell the lost copies to a collector.", "stricter", "S"),
    "a period of account sets no bound": (
        "shall write once during each 12-month period.", "shall write once during each 6-month period.", "quantity", "N"),
    "a caption is no rule": ("shall keep copies of each letter.", "Copies. An archive shall keep copies of each letter.", "wording", "="),
    "a sentence more is stricter": (
        "shall keep copies of each letter.", "shall keep copies of each letter. It shall give the board a yearly list of all of them by mail.", "stricter", "S"),
}  # fmt: skip


@pytest.mark.parametrize(("a", "b", "kind", "direction"), CASES.values(), ids=CASES)
def test_difference_of_two_sentences(a: str, b: str, kind: str, direction: str) -> None:
    first, second = (each if each[0].isupper() else f"An archive {each}" for each in (a, b))
    pair = compare(statute(*FERNIA[1:4], f"(g) {first}"), statute(*FERNIA[1:4], f"(g) {second}", name="Orland"))
    link = next(each for each in pair.links if each.a == each.b == "8-101(g)")
    assert (link.type.value, link.direction.value) == (kind, direction)


def test_a_deadline_that_stands_elsewhere_is_not_missing() -> None:
    a = statute(
        "(a) An office shall notify the person of the loss of a record.",
        "(b) Notice to the person shall be given within 30 days after discovery of the loss.",
    )
    b = statute("(a) An office shall notify the person of the loss of a record within 60 days after discovery of the loss.", "(b) Notice to the person shall be given by letter and be free of charge.", name="Orland")  # fmt: skip
    lone = [each for link in compare(a, b).links for each in link.quantities if not (each.a and each.b)]
    assert lone == []


FUNCTIONS = {
    "a heading": ("Anything.", "Definitions", ArticleFunction.DEFINITION),
    "a caption": ("Penalties. An office that fails to act pays.", "", ArticleFunction.SANCTION),
    "the enforcement of another law is no sanction": ("An office shall help.", "Enforcement of tax laws", ArticleFunction.DUTY),
    "as used in this act": ("As used in this act: (1) “Office” means a bureau.", "", ArticleFunction.DEFINITION),
    "for purposes of this section with one duty": ("For purposes of this section, an office shall act.", "", ArticleFunction.DUTY),
    "it takes effect": ("This act takes effect on July 1, 2030.", "", ArticleFunction.COMMENCEMENT),
    "it is severable": ("If any provision of this act is held invalid, the rest stands.", "", ArticleFunction.COMMENCEMENT),
    "the legislature finds": ("The legislature finds that records are lost.", "", ArticleFunction.PURPOSE),
    "it may be cited": ("This act may be cited as the Lost Records Act.", "", ArticleFunction.PURPOSE),
    "it does not apply": ("This section does not apply to a court.", "", ArticleFunction.SCOPE),
    "rules": ("The department may adopt rules under this act.", "", ArticleFunction.COMPETENCE),
    "who violates": ("A person who violates this act is guilty of a misdemeanor.", "", ArticleFunction.SANCTION),
}  # fmt: skip


@pytest.mark.parametrize(("text", "heading", "function"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_function_of_a_provision(text: str, heading: str, function: ArticleFunction) -> None:
    assert find_statute_function(text, heading) is function


SENTENCES = {
    "abbreviations end no sentence": ("It follows 15 U.S.C. Sec. 7001 and No. 4. It may do more.", 2),
    "a semicolon parts": ("It may write; it may call; or it may publish.", 3),
    "a caption alone is kept": ("Reserved powers.", 1),
}


@pytest.mark.parametrize(("text", "count"), SENTENCES.values(), ids=SENTENCES)
def test_segments_of_a_subsection(text: str, count: int) -> None:
    sheet = prepare(statute(f"(a) {text}", "(b) An office shall act."))
    assert len(sheet.segments[0]) == count


def test_features_are_the_same_when_sides_change_places() -> None:
    a, b = prepare(statute(*FERNIA)), prepare(statute(*ORLAND))
    (there, candidate, _), (back, mirrored, _) = statute_features(a, b), statute_features(b, a)
    assert (candidate == mirrored.T).all()
    for name in FEATURES:
        assert there[name] == pytest.approx(back[name].T), name


def test_links_do_not_depend_on_which_side_comes_first() -> None:
    a, b = prepare(statute(*FERNIA)), prepare(statute(*ORLAND))
    there = [(each.a, each.b, each.probability) for each in align_articles(a, b).links]
    back = [(each.b, each.a, each.probability) for each in align_articles(b, a).links]
    assert there == sorted(back)


def test_words_in_the_singular() -> None:
    words = ("agencies", "residents", "person’s", "business", "notice", "status", "businesses'")
    assert [singular(each) for each in words] == ["agency", "resident", "person", "business", "notice", "status", "businesse"]  # fmt: skip
    assert all(singular(singular(each)) == singular(each) for each in words)
    assert count_words("within 30 days, $5,000 or the person's own") == 8
