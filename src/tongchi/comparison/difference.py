"""How does B differ from A in one link? One type by the first rule of the ladder that applies, with both values.

The ladder (alignment guideline, §3): identical · conflict · quantity · stricter / looser · scope · wording. Identical texts,
opposite commands and differing numbers are decided by rules; what remains by a small softmax model over the features of
`difference_features`, whose measured accuracy stands in every report.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tongchi.comparison.alignment import AlignedArticles, Alignment
from tongchi.comparison.article_functions import ArticleFunction
from tongchi.comparison.difference_features import (
    LinkedSegments,
    SegmentTable,
    answering_pairs,
    difference_features,
    modal_strength,
)
from tongchi.comparison.model import DifferenceType, Direction, Link, QuantityDifference, Quote, Side
from tongchi.comparison.quantities import (
    PlacedMeasure,
    has_like_measure,
    pair_measures,
    place_measures,
    quantity_difference,
)
from tongchi.comparison.segments import Segment, Sheet
from tongchi.comparison.small_changes import find_conflict, judge_small_change, leave_against_ban
from tongchi.learned import LinearModel, shipped_model
from tongchi.provisions.model import Measure

_ALSO = 0.30


def judge_links(alignment: Alignment, *, model: LinearModel | None = None) -> tuple[Link, ...]:
    """Type every link of an alignment."""
    model = model or shipped_model("comparison", "difference")
    table = SegmentTable(alignment)
    degree_a = Counter(link.a for link in alignment.links)
    degree_b = Counter(link.b for link in alignment.links)
    judge = _Judge(alignment, model)
    return tuple(
        judge.judge(link, table.linked(link.a, link.b), (degree_a[link.a], degree_b[link.b]))
        for link in alignment.links
    )


class MeasureTable:
    """The measures of every article of an alignment, each found once."""

    def __init__(self, alignment: Alignment) -> None:
        self.alignment = alignment
        self._found: dict[tuple[str, int], tuple[PlacedMeasure, ...]] = {}

    def of(self, side: Side, at: int) -> tuple[PlacedMeasure, ...]:
        """Return the measures of the article at this place of a side."""
        if (side, at) not in self._found:
            sheet = self.alignment.a if side == "a" else self.alignment.b
            self._found[side, at] = place_measures(sheet.document, sheet.segments[at])
        return self._found[side, at]

    def elsewhere(self, a: int, b: int) -> tuple[tuple[PlacedMeasure, ...], tuple[PlacedMeasure, ...]]:
        """Return the measures of all other articles of either side; of English statutes only, where deadlines stand apart."""
        if not self.alignment.english:
            return (), ()
        first = tuple(each for at in range(len(self.alignment.a.numbers)) if at != a for each in self.of("a", at))
        second = tuple(each for at in range(len(self.alignment.b.numbers)) if at != b for each in self.of("b", at))
        return first, second


def measured_quantities(
    first: tuple[PlacedMeasure, ...],
    second: tuple[PlacedMeasure, ...],
    segments: LinkedSegments,
    *,
    elsewhere: tuple[tuple[PlacedMeasure, ...], tuple[PlacedMeasure, ...]] = ((), ()),
) -> tuple[QuantityDifference, ...]:
    """Return the parameters that the two articles of a link bound by numbers.

    A number that only one side states is left out where another article of the other side answers its segment better: it
    belongs to that other link. So is one that is like a number `elsewhere` on the other side (in A's, in B's other articles).
    """
    return tuple(
        quantity_difference(a, b)
        for a, b in pair_measures(first, second)
        if (a and b)
        or not (
            _stands_in(a, segments.a, segments.moved_a)
            or _stands_in(b, segments.b, segments.moved_b)
            or has_like_measure(a, elsewhere[1])
            or has_like_measure(b, elsewhere[0])
        )
    )


def _stands_in(placed: PlacedMeasure | None, segments: tuple[Segment, ...], marked: NDArray[np.bool_]) -> bool:
    return placed is not None and any(
        each.start <= placed.start < each.end for each, chosen in zip(segments, marked, strict=True) if chosen
    )


def lone_measures(quantities: tuple[QuantityDifference, ...]) -> tuple[list[Measure], list[Measure]]:
    """Return the measures that only A states, and those that only B states."""
    return [each.a for each in quantities if each.a and not each.b], [
        each.b for each in quantities if each.b and not each.a
    ]


class _Judge:
    def __init__(self, alignment: Alignment, model: LinearModel) -> None:
        self.alignment = alignment
        self.model = model
        self.measures = MeasureTable(alignment)

    def judge(self, link: AlignedArticles, segments: LinkedSegments, degrees: tuple[int, int]) -> Link:
        if link.identical:
            return self._identical(link)
        quantities = measured_quantities(
            self.measures.of("a", link.a),
            self.measures.of("b", link.b),
            segments,
            elsewhere=self.measures.elsewhere(link.a, link.b),
        )
        probabilities = self._probabilities(link, segments, degrees, quantities)
        conflict = find_conflict(segments)
        changed = [each for each in quantities if each.a and each.b and each.direction is not Direction.EQUAL]
        learned = max(probabilities, key=lambda kind: (probabilities[kind], kind.value))
        if not self._only_introduces(link):
            learned = judge_small_change(segments) or learned
            if learned is DifferenceType.WORDING:
                learned = _by_lone_numbers(quantities)
        found = DifferenceType.CONFLICT if conflict else DifferenceType.QUANTITY if changed else learned
        others = _other_types(found, probabilities, bool(changed), segments)
        slot, value_a, value_b = self._slot(segments, changed, conflict)
        return self._link(
            link,
            type=found,
            other_types=others,
            direction=_direction(found, changed, probabilities),
            coarse="same" if found is DifferenceType.WORDING else "differs",
            quantities=quantities,
            quotes=self._quotes(segments),
            slot=slot,
            value_a=value_a,
            value_b=value_b,
        )

    def _only_introduces(self, link: AlignedArticles) -> bool:
        """Purpose and commencement bind nobody, so that more or fewer words there are no duty (guideline, §3, rule 6)."""
        functions = (self.alignment.a.functions[link.a], self.alignment.b.functions[link.b])
        return all(each in (ArticleFunction.PURPOSE, ArticleFunction.COMMENCEMENT) for each in functions)

    def _probabilities(
        self,
        link: AlignedArticles,
        segments: LinkedSegments,
        degrees: tuple[int, int],
        quantities: tuple[QuantityDifference, ...],
    ) -> dict[DifferenceType, float]:
        features = difference_features(
            self.alignment,
            (link.a, link.b),
            segments,
            degrees=degrees,
            lone_measures=lone_measures(quantities),
        )
        row = np.array([[features[name] for name in self.model.names]])
        values = self.model.probabilities(row)[0]
        return {DifferenceType(name): float(value) for name, value in zip(self.model.classes, values, strict=True)}

    def _identical(self, link: AlignedArticles) -> Link:
        a, b = self.alignment.a, self.alignment.b
        quotes = tuple(
            [_quote("a", a, segment) for segment in a.segments[link.a]]
            + [_quote("b", b, segment) for segment in b.segments[link.b]]
        )
        return self._link(
            link,
            type=DifferenceType.IDENTICAL,
            other_types=(),
            direction=Direction.EQUAL,
            coarse="same",
            quantities=(),
            quotes=quotes,
            slot="",
            value_a="",
            value_b="",
        )

    def _link(
        self,
        link: AlignedArticles,
        *,
        type: DifferenceType,
        other_types: tuple[DifferenceType, ...],
        direction: Direction,
        coarse: Literal["same", "differs"],
        quantities: tuple[QuantityDifference, ...],
        quotes: tuple[Quote, ...],
        slot: str,
        value_a: str,
        value_b: str,
    ) -> Link:
        a, b = self.alignment.a, self.alignment.b
        return Link(
            a=a.numbers[link.a],
            b=b.numbers[link.b],
            a_eid=a.document.nodes[a.nodes[link.a]].eid,
            b_eid=b.document.nodes[b.nodes[link.b]].eid,
            probability=link.probability,
            strength=link.strength,
            type=type,
            other_types=other_types,
            direction=direction,
            coarse=coarse,
            quantities=quantities,
            quotes=quotes,
            slot=slot,
            value_a=value_a,
            value_b=value_b,
            severity=0.0,
        )

    def _quotes(self, segments: LinkedSegments) -> tuple[Quote, ...]:
        """Quote the segments that answer each other and those that stand alone; what belongs to other links is left out."""
        return tuple(
            [_quote("a", self.alignment.a, each) for each in _kept(segments.a, segments.moved_a)]
            + [_quote("b", self.alignment.b, each) for each in _kept(segments.b, segments.moved_b)]
        )

    def _slot(
        self,
        segments: LinkedSegments,
        changed: list[QuantityDifference],
        conflict: tuple[Segment, Segment] | None,
    ) -> tuple[str, str, str]:
        """Name the slot that differs first, and its words on both sides."""
        a, b = self.alignment.a, self.alignment.b
        if conflict:
            return "modality", _words(a, conflict[0]), _words(b, conflict[1])
        if changed and changed[0].a and changed[0].b:
            return "measure", changed[0].a.text, changed[0].b.text
        for at, to in answering_pairs(segments.likeness, 0.4, mutual=segments.english):
            left, right = segments.a[at], segments.b[to]
            if abs(modal_strength(left.masked) - modal_strength(right.masked)) == 1.0:
                return "modality", _modal_word(left.masked), _modal_word(right.masked)
        extra_a = [each for each, alone in zip(segments.a, segments.extra_a, strict=True) if alone]
        extra_b = [each for each, alone in zip(segments.b, segments.extra_b, strict=True) if alone]
        if extra_a or extra_b:
            return (
                "extra_provision",
                _words(a, max(extra_a, key=_size)) if extra_a else "",
                _words(b, max(extra_b, key=_size)) if extra_b else "",
            )
        return "wording", "", ""


def _quote(side: Side, sheet: Sheet, segment: Segment) -> Quote:
    eid = sheet.document.nodes[segment.node].eid
    return Quote(side, eid, segment.start, segment.end, _words(sheet, segment))


def _kept(segments: tuple[Segment, ...], moved: NDArray[np.bool_]) -> tuple[Segment, ...]:
    return tuple(each for each, away in zip(segments, moved, strict=True) if not away) or segments


def _size(segment: Segment) -> tuple[int, int]:
    return (len(segment.masked), -segment.start)


def _words(sheet: Sheet, segment: Segment) -> str:
    return sheet.document.source[segment.start : segment.end]


def _modal_word(text: str) -> str:
    match = _MODAL_WORD.search(text)
    return match.group() if match else ""


_MODAL_WORD = re.compile(
    r"应当|必须|不得|禁止|严禁|不准|可以|鼓励|支持|引导|倡导|提倡|\b(?i:(?:shall|must|may|can)(?: ?not)?)\b"
)


def _by_lone_numbers(quantities: tuple[QuantityDifference, ...]) -> DifferenceType:
    """A number that only one side states is never wording: stricter, looser, or scope (guideline, §3, rule 3)."""
    directions = {each.direction for each in quantities if not (each.a and each.b)}
    match sorted(directions):
        case []:
            return DifferenceType.WORDING
        case [Direction.STRICTER]:
            return DifferenceType.STRICTER
        case [Direction.LOOSER]:
            return DifferenceType.LOOSER
    return DifferenceType.SCOPE


def _other_types(
    found: DifferenceType, probabilities: dict[DifferenceType, float], changed: bool, segments: LinkedSegments
) -> tuple[DifferenceType, ...]:
    others = [kind for kind, value in probabilities.items() if value >= _ALSO and kind is not found]
    if changed and found is not DifferenceType.QUANTITY:
        others.insert(0, DifferenceType.QUANTITY)
    if found is not DifferenceType.CONFLICT and leave_against_ban(segments):
        others.append(DifferenceType.CONFLICT)
    order = list(DifferenceType)
    return tuple(sorted(set(others) - {DifferenceType.WORDING}, key=order.index))


def _direction(
    found: DifferenceType, changed: list[QuantityDifference], probabilities: dict[DifferenceType, float]
) -> Direction:
    if found is DifferenceType.STRICTER:
        return Direction.STRICTER
    if found is DifferenceType.LOOSER:
        return Direction.LOOSER
    if found is DifferenceType.QUANTITY:
        directions = {each.direction for each in changed}
        return directions.pop() if len(directions) == 1 else Direction.MIXED
    return Direction.EQUAL if found is DifferenceType.WORDING else Direction.MIXED
