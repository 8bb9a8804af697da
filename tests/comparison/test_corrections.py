"""People's word on a link holds against the machine's, in the links, the rows and the gap; all else stays as it was."""

from __future__ import annotations

from itertools import product

import pytest
from invented import PLACES, THEMES, regulation

from tongchi.comparison import Comparison, LinkCorrection, compare_all
from tongchi.errors import ComparisonError

TEXTS = [theme.text for theme in THEMES][:4]
CHANGED = [theme.changed for theme in THEMES][:4]


@pytest.fixture(scope="module")
def documents():
    return [regulation(texts, place=place) for texts, place in zip((TEXTS, CHANGED), PLACES, strict=False)]


@pytest.fixture(scope="module")
def plain(documents) -> Comparison:
    return compare_all(documents)


def links(comparison: Comparison) -> set[tuple[str, str]]:
    return {(link.a_eid, link.b_eid) for link in comparison.pairs[0].links}


def test_a_rejected_link_is_left_out_of_links_rows_and_gap(documents, plain):
    link = plain.pairs[0].links[0]
    other = compare_all(documents, corrections=[LinkCorrection(0, link.a_eid, 1, link.b_eid, False)])
    assert links(other) == links(plain) - {(link.a_eid, link.b_eid)}
    assert {(only.side, only.eid) for only in other.pairs[0].only} >= {("a", link.a_eid), ("b", link.b_eid)}
    assert len(other.rows) == len(plain.rows) + 1
    assert other.pairs[0].gap.value > plain.pairs[0].gap.value


def test_an_added_link_is_there_and_judged_like_the_others(documents, plain):
    eids = [[node.eid for node in map(document.nodes.__getitem__, document.articles)] for document in documents]
    for a, b in sorted(set(product(*eids)) - links(plain))[:6]:
        other = compare_all(documents, corrections=[LinkCorrection(0, a, 1, b, True)])
        assert links(other) == links(plain) | {(a, b)}
        added = next(link for link in other.pairs[0].links if (link.a_eid, link.b_eid) == (a, b))
        assert (added.probability, added.strength) == (1.0, "primary")


def test_sides_may_be_named_either_way_and_an_accepted_link_stays_the_machines(documents, plain):
    link = plain.pairs[0].links[0]
    assert compare_all(documents, corrections=[LinkCorrection(1, link.b_eid, 0, link.a_eid, True)]) == plain
    turned = compare_all(documents, corrections=[LinkCorrection(1, link.b_eid, 0, link.a_eid, False)])
    assert (link.a_eid, link.b_eid) not in links(turned)


def test_the_last_word_counts(documents, plain):
    link = plain.pairs[0].links[0]
    said = [LinkCorrection(0, link.a_eid, 1, link.b_eid, linked) for linked in (True, False)]
    assert links(compare_all(documents, corrections=said)) == links(plain) - {(link.a_eid, link.b_eid)}


@pytest.mark.parametrize("wrong", [(0, "art_1", 0, "art_2"), (0, "art_1", 2, "art_1"), (0, "art_99", 1, "art_1")])
def test_a_correction_of_what_is_not_there_is_refused(documents, wrong):
    with pytest.raises(ComparisonError):
        compare_all(documents, corrections=[LinkCorrection(*wrong, True)])
