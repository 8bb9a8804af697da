"""Which provisions of N parties belong in one row of the matter's table?

Rows are grown from the strongest pairwise links: two groups are joined when the links between them agree, and never so that
a row holds half of a text. Weak and partial links join nothing; they stay visible in the pair tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongchi.comparison.model import MatterRow, PairComparison
from tongchi.comparison.segments import Sheet

_LARGEST_SHARE = 3  # articles of one party in one row
_AGREEMENT = 0.5


def align_matter(sheets: Sequence[Sheet], pairs: Mapping[tuple[int, int], PairComparison]) -> tuple[MatterRow, ...]:
    """Group the articles of all parties into rows; each article is in exactly one row.

    Rows follow the first party's order, then the second's for rows without the first, and so on.
    """
    strength = _link_strength(sheets, pairs)
    group_of: dict[tuple[int, int], int] = {}
    members: dict[int, list[tuple[int, int]]] = {}
    for party, sheet in enumerate(sheets):
        for place in range(len(sheet.numbers)):
            group_of[party, place] = len(members)
            members[len(members)] = [(party, place)]
    for (first, second), _ in sorted(strength.items(), key=lambda item: (-item[1], item[0])):
        left, right = group_of[first], group_of[second]
        if left != right and _may_join(members[left], members[right], strength):
            for each in members[right]:
                group_of[each] = left
            members[left] = sorted(members[left] + members.pop(right))
    rows = sorted(members.values(), key=lambda row: row[0])
    return tuple(_row(sheets, row) for row in rows)


def _link_strength(
    sheets: Sequence[Sheet], pairs: Mapping[tuple[int, int], PairComparison]
) -> dict[tuple[tuple[int, int], tuple[int, int]], float]:
    place = [{sheet.document.nodes[node].eid: at for at, node in enumerate(sheet.nodes)} for sheet in sheets]
    return {
        ((i, place[i][link.a_eid]), (j, place[j][link.b_eid])): link.probability
        for (i, j), pair in pairs.items()
        for link in pair.links
        if link.strength == "primary"
    }


def _may_join(
    left: list[tuple[int, int]],
    right: list[tuple[int, int]],
    strength: Mapping[tuple[tuple[int, int], tuple[int, int]], float],
) -> bool:
    """At least half of the cross pairs of different parties are linked, and no party gets more than three articles."""
    joined = left + right
    if any(sum(party == each for party, _ in joined) > _LARGEST_SHARE for each, _ in joined):
        return False
    cross = [(min(x, y), max(x, y)) for x in left for y in right if x[0] != y[0]]
    if not cross:
        return False
    return sum(pair in strength for pair in cross) >= _AGREEMENT * len(cross)


def _row(sheets: Sequence[Sheet], row: list[tuple[int, int]]) -> MatterRow:
    party, place = row[0]
    text = sheets[party].texts[place]
    label = text.split("。")[0].split("，")[0][:24]
    return MatterRow(
        label=label,
        articles=tuple(
            tuple(sheets[each].numbers[at] for held, at in row if held == each) for each in range(len(sheets))
        ),
    )
