"""What do people say of the links? A link that they reject is left out, one that they accept or add is there; the rest is the machine's.

The correction decides only whether two articles govern the same question. How they differ is judged as for every other link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tongchi.comparison.alignment import AlignedArticles, Alignment
from tongchi.comparison.segments import Sheet
from tongchi.errors import ComparisonError


@dataclass(frozen=True, slots=True)
class LinkCorrection:
    """Two articles (places of their documents in the comparison, and their eIds) that do, or do not, belong together."""

    a: int
    a_eid: str
    b: int
    b_eid: str
    linked: bool


def apply_corrections(alignment: Alignment, corrections: Sequence[LinkCorrection]) -> Alignment:
    """Return the alignment with the corrections applied, in the order of A's articles, then B's; the last word on a pair counts.

    A link that people have added is primary, with probability 1. An accepted one keeps the machine's probability. Raises
    `ComparisonError` for an article that is not there.
    """
    if not corrections:
        return alignment
    first, second = _places(alignment.a), _places(alignment.b)
    links = {(link.a, link.b): link for link in alignment.links}
    for each in corrections:
        place = (_place(first, each.a_eid), _place(second, each.b_eid))
        if not each.linked:
            links.pop(place, None)
        elif place not in links:
            links[place] = AlignedArticles(*place, probability=1.0, strength="primary", identical=False)
    return replace(alignment, links=tuple(links[place] for place in sorted(links)))


def corrections_of(corrections: Sequence[LinkCorrection], i: int, j: int) -> list[LinkCorrection]:
    """Return those of documents i and j, with i as side A."""
    turned = [
        LinkCorrection(each.b, each.b_eid, each.a, each.a_eid, each.linked) if (each.a, each.b) == (j, i) else each
        for each in corrections
    ]
    return [each for each in turned if (each.a, each.b) == (i, j)]


def check_corrections(corrections: Sequence[LinkCorrection], documents: int) -> None:
    """Raise `ComparisonError` where a correction is of a document and itself, or of one that is not compared."""
    for each in corrections:
        if each.a == each.b or not (0 <= each.a < documents and 0 <= each.b < documents):
            raise ComparisonError(found=f"{each.a}, {each.b}", expected=f"0…{documents - 1}", advice="")


def _places(sheet: Sheet) -> dict[str, int]:
    return {sheet.document.nodes[node].eid: at for at, node in enumerate(sheet.nodes)}


def _place(places: dict[str, int], eid: str) -> int:
    if eid not in places:
        raise ComparisonError(found=eid, expected="条文的编号 / the id of an article", advice="")
    return places[eid]
