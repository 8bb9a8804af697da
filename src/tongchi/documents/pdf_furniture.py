"""What on a printed page is not its text: running heads, feet, page numbers, what a browser adds?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tongchi.documents.pdf_lines import Line, Page, common_leading, common_size

TITLE_RATIO = 1.15
_PAGE_NUMBER = re.compile(
    r"(?:[-—–－·.•\s]*\d{1,4}[-—–－·.•\s]*|第\s*[\d一二三四五六七八九十百]+\s*页(?:[\s,，/（(]*共\s*[\d一二三四五六七八九十百]+\s*页[)）]?)?"
    r"|\d{1,4}\s*/\s*\d{1,4}|(?i:page)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|[ivxlc]{1,6})$"
)
_BROWSER = re.compile(  # the head and foot that browsers print: date and title, address and page
    r"^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},?\s.{0,6}\d{1,2}:\d{2}|^\S{3,5}://\S+(?:\s+\d{1,4}\s*/\s*\d{1,4})?$"
    r"|\s第\s?\d{1,4}\s?页$"
)


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """Leave out what stands at the edge of a page, apart from the text, and is repeated or numbers the page.

    What stands at the same height on most pages is a head or foot even if it is not apart. A document of one page
    repeats nothing; there a line in small type above the title is the head.
    """
    body_size = common_size(pages)
    leading = common_leading(pages)
    edges = [_edges(page, leading, body_size) for page in pages]
    seen = Counter(key for page in edges for key in {_signature(line, place) for line, place, _ in page})
    enough = 2 if len(pages) <= 5 else 3
    most = max(enough, 0.6 * len(pages))
    kept = []
    for number, (page, edge) in enumerate(zip(pages, edges, strict=True), start=1):
        dropped: list[Line] = []
        for line, place, is_apart in edge:
            count = seen[_signature(line, place)]
            is_number = bool(_PAGE_NUMBER.match(line.text.strip()))
            is_own_number = (
                is_number and is_apart and (not line.text.strip().isdecimal() or line.text.strip() == str(number))
            )
            is_head = len(pages) == 1 and place == "top" and is_apart and _is_head(line, page, body_size)
            is_repeated = count >= enough and (is_apart or is_number or count >= most)
            if is_repeated or is_own_number or is_head or (is_apart and _BROWSER.search(line.text)):
                dropped.append(line)
        kept.append(Page([line for line in page.lines if not any(line is each for each in dropped)], page.width))
    return kept


def _is_head(line: Line, page: Page, body_size: float) -> bool:
    """Return whether the first line of a page is in small type, or repeats the title that stands below it."""
    title = max(page.lines, key=lambda each: each.size)
    return line.size < 0.85 * body_size or (title.size >= TITLE_RATIO * line.size and title.text.strip() in line.text)


def _edges(page: Page, leading: float, body_size: float) -> list[tuple[Line, str, bool]]:
    """Return the two outer lines at top and bottom with their edge, and whether they stand apart from the text."""
    ordered = sorted(page.lines, key=lambda line: -line.y)
    found: list[tuple[Line, str, bool]] = []
    for place, lines in (("top", ordered), ("bottom", ordered[::-1])):
        for at, line in enumerate(lines[:2]):
            following = lines[at + 1] if at + 1 < len(lines) else None
            gap = abs(line.y - following.y) if following else leading * 2
            is_apart = gap > 1.2 * leading or abs(line.size - body_size) > 0.1 * body_size
            found.append((line, place, is_apart))
            if gap < 0.5 * line.size:  # left and right part of one head
                continue
    return found


def _signature(line: Line, place: str) -> tuple[str, str, int]:
    text = re.sub(r"\d+", "#", re.sub(r"\s+", "", line.text))
    return place, text, round(line.y / 6)
