"""The gap: laws that hold for any links and weights, and for changes made to whole texts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from invented import THEMES, regulation, regulations

from tongchi.comparison import DifferenceType, Direction, GapWeights, Link, ScaleGap, compare
from tongchi.comparison.gap import measure_gap
from tongchi.comparison.segments import Sheet, prepare
from tongchi.documents import Document, read

SIZE = 6
A = prepare(regulation([theme.text for theme in THEMES[:SIZE]]))
B = prepare(regulation([theme.text for theme in THEMES[:SIZE]], place="上海市"))
TYPES = sorted(DifferenceType, key=lambda kind: GapWeights().of(kind))


def link(a: int, b: int, kind: DifferenceType, *, partial: bool = False) -> Link:
    """Return a link between the articles with these numbers, as far as the gap looks at it."""
    return Link(
        a=str(a),
        b=str(b),
        a_eid=f"art_{a}",
        b_eid=f"art_{b}",
        probability=0.9,
        strength="partial" if partial else "primary",
        type=kind,
        other_types=(),
        direction=Direction.EQUAL,
        coarse="differs",
        quantities=(),
        quotes=(),
        slot="",
        value_a="",
        value_b="",
        severity=0.0,
    )


def gap(links: tuple[Link, ...], weights: GapWeights | None = None, a: Sheet = A, b: Sheet = B) -> ScaleGap:
    return measure_gap(a, b, links, (), weights=weights, draws=100)


def mirrored(links: tuple[Link, ...]) -> tuple[Link, ...]:
    return tuple(replace(each, a=each.b, b=each.a, a_eid=each.b_eid, b_eid=each.a_eid) for each in links)


PLACE = st.integers(1, SIZE)
LINKS = st.lists(
    st.builds(link, PLACE, PLACE, st.sampled_from(TYPES), partial=st.booleans()),
    max_size=12,
    unique_by=lambda each: (each.a, each.b),
).map(tuple)
WEIGHTS = st.builds(GapWeights, *[st.floats(0, 1) for _ in DifferenceType])


# --- by hand ----------------------------------------------------------------------------------------------

BY_HAND = {  # what the case guards: (links, gap of two texts with six articles each)
    "nothing in common": ((), 1.0),
    "one identical article each": ((link(1, 1, DifferenceType.IDENTICAL),), 10 / 12),
    "one conflict counts as missing": ((link(1, 1, DifferenceType.CONFLICT),), 1.0),
    "one quantity": ((link(1, 1, DifferenceType.QUANTITY),), 11 / 12),
    "mean over two links of one article": (
        (link(1, 1, DifferenceType.WORDING), link(1, 2, DifferenceType.SCOPE)),
        (0.3 + 0.1 + 0.5 + 9) / 12,
    ),
    "a partial link counts half": (
        (link(1, 1, DifferenceType.WORDING), link(1, 2, DifferenceType.CONFLICT, partial=True)),
        ((0.1 + 0.5) / 1.5 + 0.1 + 1.0 + 9) / 12,
    ),
    "an identical counterpart settles its article": (
        (link(1, 1, DifferenceType.IDENTICAL), link(1, 2, DifferenceType.SCOPE)),
        (0 + 0 + 0.5 + 9) / 12,
    ),
}


@pytest.mark.parametrize(("links", "value"), BY_HAND.values(), ids=BY_HAND)
def test_the_formula_by_hand(links: tuple[Link, ...], value: float) -> None:
    assert gap(links).value == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("weight", [-0.01, 1.01, float("nan")])
def test_a_weight_outside_its_range_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="weight of scope"):
        GapWeights(scope=weight)


# --- laws over links --------------------------------------------------------------------------------------


@given(LINKS, WEIGHTS)
def test_value_interval_and_parts_agree(links: tuple[Link, ...], weights: GapWeights) -> None:
    found = gap(links, weights)
    assert 0 <= found.low <= found.value + 1e-6
    assert found.value <= found.high + 1e-6 <= 1 + 2e-6
    for split in ("type", "chapter"):
        parts = [part for part in found.parts if part.split == split]
        assert sum(part.contribution for part in parts) == pytest.approx(found.value, abs=1e-4)
    assert sum(part.count for part in found.parts if part.split == "chapter") == 2 * SIZE


@given(LINKS, WEIGHTS)
def test_sides_may_change_places(links: tuple[Link, ...], weights: GapWeights) -> None:
    there, back = gap(links, weights), gap(mirrored(links), weights, B, A)
    assert (there.value, there.low, there.high) == (back.value, back.low, back.high)


@given(LINKS, WEIGHTS, st.sampled_from(TYPES), st.floats(0, 1))
def test_a_higher_weight_never_lowers_the_gap(
    links: tuple[Link, ...], weights: GapWeights, kind: DifferenceType, higher: float
) -> None:
    assume(higher >= weights.of(kind))
    assert gap(links, replace(weights, **{kind.value: higher})).value >= gap(links, weights).value - 1e-6


@given(LINKS, st.data())
def test_a_graver_type_never_lowers_the_gap(links: tuple[Link, ...], data: st.DataObject) -> None:
    assume(links)
    at = data.draw(st.integers(0, len(links) - 1))
    graver = data.draw(st.sampled_from([k for k in TYPES if GapWeights().of(k) >= GapWeights().of(links[at].type)]))
    assume(graver is not DifferenceType.IDENTICAL or links[at].type is DifferenceType.IDENTICAL)
    changed = (*links[:at], replace(links[at], type=graver), *links[at + 1 :])
    assert gap(changed).value >= gap(links).value - 1e-6


@given(LINKS, st.data())
def test_losing_the_only_link_of_both_articles_never_lowers_the_gap(
    links: tuple[Link, ...], data: st.DataObject
) -> None:
    alone = [
        each
        for each in links
        if sum(other.a == each.a for other in links) == 1 == sum(other.b == each.b for other in links)
    ]
    assume(alone)
    gone = data.draw(st.sampled_from(alone))
    assert gap(tuple(each for each in links if each is not gone)).value >= gap(links).value - 1e-6


# --- laws over texts --------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(regulations())
def test_a_text_has_no_gap_with_itself(document: Document) -> None:
    found = compare(document, document).gap
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_real_shapes_have_no_gap_with_themselves(samples: tuple[Path, Path]) -> None:
    for path in samples:
        assert compare(path, path).gap.value == 0.0


SWAPPED = {
    DifferenceType.STRICTER: DifferenceType.LOOSER,
    DifferenceType.LOOSER: DifferenceType.STRICTER,
    Direction.STRICTER: Direction.LOOSER,
    Direction.LOOSER: Direction.STRICTER,
}


def assert_mirrored(a: Document | Path, b: Document | Path) -> None:
    there, back = compare(a, b), compare(b, a)
    assert (there.gap.value, there.gap.low, there.gap.high) == (back.gap.value, back.gap.low, back.gap.high)
    assert {(each.side, each.eid) for each in there.only} == {
        ("b" if each.side == "a" else "a", each.eid) for each in back.only
    }
    forth = {(each.a_eid, each.b_eid): each for each in there.links}
    home = {(each.b_eid, each.a_eid): each for each in back.links}
    assert forth.keys() == home.keys()
    for key, first in forth.items():
        second = home[key]
        assert SWAPPED.get(first.type, first.type) is second.type
        assert SWAPPED.get(first.direction, first.direction) is second.direction
        assert {SWAPPED.get(kind, kind) for kind in first.other_types} == set(second.other_types)
        assert (first.probability, first.strength, first.coarse) == (second.probability, second.strength, second.coarse)
        assert {(q.a, q.b, q.direction) for q in first.quantities} == {
            (q.b, q.a, SWAPPED.get(q.direction, q.direction)) for q in second.quantities
        }


@settings(max_examples=25)
@given(regulations(), regulations(place="上海市"))
def test_comparing_the_other_way_round_mirrors_everything(a: Document, b: Document) -> None:
    assert_mirrored(a, b)


def test_the_sample_pair_mirrors_too(samples: tuple[Path, Path]) -> None:
    assert_mirrored(*samples)


@settings(max_examples=25)
@given(st.integers(0, len(THEMES) - 1))
def test_changing_a_provision_further_widens_the_gap(at: int) -> None:
    """Identical, then with another number or modality, then deleted."""
    texts = [theme.text for theme in THEMES]
    changed = [*texts[:at], THEMES[at].changed, *texts[at + 1 :]]
    a = regulation(texts)
    values = [
        compare(a, regulation(each, place="上海市")).gap.value
        for each in (texts, changed, [*texts[:at], *texts[at + 1 :]])
    ]
    assert values[0] == 0.0 < values[1] <= values[2]


@settings(max_examples=25)
@given(st.sets(st.integers(0, len(THEMES) - 1), max_size=len(THEMES) - 1), st.integers(0, len(THEMES) - 1))
def test_each_further_deletion_widens_the_gap(gone: set[int], further: int) -> None:
    texts = [theme.text for theme in THEMES]
    assume(further not in gone and len(gone) < len(texts) - 1)
    a = regulation(texts)
    fewer, fewest = (
        regulation([text for at, text in enumerate(texts) if at not in out], place="上海市")
        for out in (gone, gone | {further})
    )
    assert compare(a, fewer).gap.value < compare(a, fewest).gap.value


def test_other_weights_reach_links_and_gap() -> None:
    a = regulation([theme.text for theme in THEMES])
    b = regulation([theme.changed for theme in THEMES], place="上海市")
    pair = compare(a, b, weights=GapWeights(quantity=0.2, stricter=0.2))
    assert {each.severity for each in pair.links} == {0.2}
    assert pair.gap.value == pytest.approx(0.2)


GOLD = ("dev-bidding", "dev-business", "dev-smoke", "dev-volunteer")


@pytest.mark.parametrize("name", GOLD)
def test_real_pairs_mirror_and_have_no_gap_with_themselves(name: str, shared_data: Path) -> None:
    head = json.loads((shared_data / "alignment" / f"{name}.jsonl").read_text("utf-8").splitlines()[0])
    a, b = (read(shared_data / "laws" / head[key]) for key in ("a_path", "b_path"))
    assert_mirrored(a, b)
    assert compare(a, a).gap.value == compare(b, b).gap.value == 0.0


def test_adoption_dates_stand_beside_the_gap(samples: tuple[Path, Path]) -> None:
    found = compare(*samples).gap
    assert (found.vintage_a, found.vintage_b) == ("2017-05-16", "2023-09-12")
