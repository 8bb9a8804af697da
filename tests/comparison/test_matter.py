"""Rows across N parties: grown from the strongest links, agreed by half, at most three articles of a party, and in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import PLACES, THEMES, regulation

from tongchi.comparison import DifferenceType, Direction, Link, MatterRow, PairComparison, ScaleGap, compare_all
from tongchi.comparison.matter import align_matter
from tongchi.comparison.segments import Sheet, prepare

SIZE = 4
SHEETS = [prepare(regulation([theme.text for theme in THEMES[:SIZE]], place=place)) for place in PLACES[:SIZE]]
Article = tuple[int, int]
"""A party and the number of one of its articles."""
Strong = Mapping[tuple[Article, Article], float]


def link(a: int, b: int, probability: float, *, partial: bool = False) -> Link:
    """Return a link between articles of these numbers, as far as rows look at it."""
    return Link(
        a=str(a),
        b=str(b),
        a_eid=f"art_{a}",
        b_eid=f"art_{b}",
        probability=probability,
        strength="partial" if partial else "primary",
        type=DifferenceType.WORDING,
        other_types=(),
        direction=Direction.EQUAL,
        coarse="same",
        quantities=(),
        quotes=(),
        slot="",
        value_a="",
        value_b="",
        severity=0.1,
    )


def aligned(links: Strong, *, partial: Strong | None = None, sheets: Sequence[Sheet] = SHEETS) -> tuple[MatterRow, ...]:
    """Align parties whose articles are linked so; of two linked articles the one of the earlier party comes first."""
    found: dict[tuple[int, int], list[Link]] = {pair: [] for pair in combinations(range(len(sheets)), 2)}
    for each, weak in ((links, False), (partial or {}, True)):
        for ((first, a), (second, b)), probability in each.items():
            found[first, second].append(link(a, b, probability, partial=weak))
    none = ScaleGap(0.0, 0.0, 0.0, (), None, None)
    pairs = {
        (i, j): PairComparison(sheets[i].document, sheets[j].document, tuple(held), (), none)
        for (i, j), held in found.items()
    }
    return align_matter(sheets, pairs)


def groups(rows: Sequence[MatterRow]) -> set[frozenset[Article]]:
    """Return the rows as sets of articles."""
    return {
        frozenset((party, int(number)) for party, numbers in enumerate(row.articles) for number in numbers)
        for row in rows
    }


def together(rows: Sequence[MatterRow]) -> set[frozenset[Article]]:
    """Return the rows of more than one article."""
    return {group for group in groups(rows) if len(group) > 1}


# --- which articles share a row ---------------------------------------------------------------------------

A1, A2, B1, B2, B3, B4, C1, C2, D1 = (0, 1), (0, 2), (1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2), (3, 1)
JOINED = {  # what the case guards: (links, rows of more than one article)
    "nothing linked, nothing joined": ({}, []),
    "one link, one row": ({(A1, B2): 0.5}, [{A1, B2}]),
    "all parties linked with all": ({(A1, B1): 0.9, (A1, C1): 0.8, (B1, C1): 0.7}, [{A1, B1, C1}]),
    "a chain of three: half of the pairs agree": ({(A1, B1): 0.9, (B1, C1): 0.8}, [{A1, B1, C1}]),
    "two pairs held by one link stay apart": ({(A1, B1): 0.9, (C1, D1): 0.9, (B1, C1): 0.8}, [{A1, B1}, {C1, D1}]),
    "two pairs held by two links are one row": (
        {(A1, B1): 0.9, (C1, D1): 0.9, (B1, C1): 0.8, (A1, D1): 0.7},
        [{A1, B1, C1, D1}],
    ),
    "a chain of four is cut where it is weakest": (
        {(A1, B1): 0.7, (B1, C1): 0.9, (C1, D1): 0.8},
        [{B1, C1, D1}],
    ),
    "the stronger of two rivals wins": (
        {(A1, B1): 0.9, (B1, C1): 0.8, (A1, C2): 0.3, (A2, C1): 0.85, (A2, B2): 0.95},
        [{A1, B1, C2}, {A2, B2, C1}],
    ),
    "one article against two": ({(A1, B1): 0.9, (A1, B2): 0.8}, [{A1, B1, B2}]),
    "never more than three articles of a party, the strongest stay": (
        {(A1, B1): 0.6, (A1, B2): 0.9, (A1, B3): 0.8, (A1, B4): 0.7},
        [{A1, B2, B3, B4}],
    ),
}


@pytest.mark.parametrize(("links", "rows"), JOINED.values(), ids=JOINED)
def test_which_articles_share_a_row(links: Strong, rows: list[set[Article]]) -> None:
    assert together(aligned(links)) == {frozenset(row) for row in rows}


def test_partial_links_join_nothing() -> None:
    assert together(aligned({(A1, B1): 0.5}, partial={(A1, C1): 1.0, (B1, C1): 1.0, (A2, B2): 1.0})) == {
        frozenset({A1, B1})
    }


def test_articles_of_a_repeated_number_are_told_apart() -> None:
    lines = [theme.text for theme in THEMES[:2]]
    repeated = prepare(regulation([lines[0], f"{lines[1]}\n第二条　{THEMES[2].text}"]))
    assert repeated.numbers == ("1", "2", "2")
    pair = compare_all([repeated.document, regulation([THEMES[2].text, lines[1]], place="上海市")])
    assert [row.articles for row in pair.rows] == [(("1",), ()), (("2",), ("2",)), (("2",), ("1",))]


# --- how rows look ----------------------------------------------------------------------------------------


def test_rows_follow_the_first_party_then_the_second() -> None:
    rows = aligned({(A2, B1): 0.9, (B2, C1): 0.9, ((1, 2), (3, 3)): 0.9, (C1, (3, 3)): 0.9})
    assert [row.articles for row in rows[:7]] == [
        (("1",), (), (), ()),
        (("2",), ("1",), (), ()),
        (("3",), (), (), ()),
        (("4",), (), (), ()),
        ((), ("2",), ("1",), ("3",)),
        ((), ("3",), (), ()),
        ((), ("4",), (), ()),
    ]
    assert [row.articles[3] for row in rows if not any(row.articles[:3])] == [("1",), ("2",), ("4",)]


def test_several_articles_of_a_party_stand_in_its_order() -> None:
    (row,) = [row for row in aligned({(A1, B3): 0.9, (A1, B1): 0.8}) if len(row.articles[1]) > 1]
    assert row.articles == (("1",), ("1", "3"), (), ())


LABELS = {  # what the case guards: (first article, label)
    "up to the first comma": ("阅览室应当免费开放，法定节假日不得关闭。", "阅览室应当免费开放"),
    "up to the full stop": ("阅览室应当免费开放。法定节假日不得关闭。", "阅览室应当免费开放"),
    "twenty-four characters at most": (f"{'阅览室' * 10}应当开放。", "阅览室" * 8),
}


@pytest.mark.parametrize(("text", "label"), LABELS.values(), ids=LABELS)
def test_label(text: str, label: str) -> None:
    sheets = [prepare(regulation([text])), prepare(regulation(["别的文字。"], place="上海市"))]
    assert aligned({(A1, B1): 0.9}, sheets=sheets)[0].label == label


def test_a_row_is_named_by_the_first_party_in_it() -> None:
    rows = aligned({(B2, C1): 0.9})
    (row,) = [row for row in rows if row.articles[2] == ("1",)]
    assert row.label == THEMES[1].text.split("，")[0]


# --- laws -------------------------------------------------------------------------------------------------

ARTICLES = [(party, number) for party in range(SIZE) for number in range(1, SIZE + 1)]
PAIRS = [(x, y) for x, y in combinations(ARTICLES, 2) if x[0] != y[0]]


@st.composite
def distinct_links(draw: st.DrawFn) -> dict[tuple[Article, Article], float]:
    """Draw links of which no two are equally probable."""
    chosen = draw(st.lists(st.sampled_from(PAIRS), max_size=20, unique=True))
    return {pair: 1 - at / 100 for at, pair in enumerate(chosen)}


@settings(max_examples=30)
@given(distinct_links())
def test_each_article_is_in_one_row_and_rows_hold_together(links: Strong) -> None:
    rows = aligned(links)
    held = Counter(each for group in groups(rows) for each in group)
    assert held == Counter(ARTICLES)
    for group in groups(rows):
        assert max(Counter(party for party, _ in group).values()) <= 3
        reached = {min(group)}
        while more := {each for pair in links if reached & set(pair) for each in pair if each in group} - reached:
            reached |= more
        assert reached == group
    places = [min((party, int(numbers[0])) for party, numbers in enumerate(r.articles) if numbers) for r in rows]
    assert places == sorted(places)


@settings(max_examples=30)
@given(distinct_links(), st.sampled_from(list(permutations(range(SIZE)))))
def test_the_order_of_parties_does_not_change_the_rows(links: Strong, order: tuple[int, ...]) -> None:
    """So long as no two links are equally probable; else the earlier party's article comes first."""

    def renamed(article: Article) -> Article:
        return order[article[0]], article[1]

    moved = {}
    for (x, y), probability in links.items():
        first, second = sorted((renamed(x), renamed(y)))
        moved[first, second] = probability
    sheets = [SHEETS[order.index(party)] for party in range(SIZE)]
    expected = {frozenset(renamed(each) for each in group) for group in groups(aligned(links))}
    assert groups(aligned(moved, sheets=sheets)) == expected


@settings(max_examples=6)
@given(st.lists(st.permutations(range(6)), min_size=3, max_size=3), st.lists(st.booleans(), min_size=18, max_size=18))
def test_one_row_per_theme_whatever_its_place_and_numbers(orders: list[list[int]], changed: list[bool]) -> None:
    turns = iter(changed)
    texts = [[THEMES[at].changed if next(turns) else THEMES[at].text for at in order] for order in orders]
    found = compare_all([regulation(text, place=place) for text, place in zip(texts, PLACES, strict=False)])
    themes = [{orders[party][number - 1] for party, number in group} for group in groups(found.rows)]
    assert sorted(map(sorted, themes)) == [[theme] for theme in range(6)]
