"""What does the cover of a standard say: number, title, issuer, jurisdiction, dates of issue and commencement?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tongchi.documents.events import iso_date
from tongchi.documents.model import Level, Metadata, Node, NodeKind
from tongchi.documents.places import PROVINCES, place_of_issuer
from tongchi.documents.standard_front import STANDARD_NUMBER

_DATE = r"(\d{4})\s*(?:[-—–.．/]|年)\s*(\d{1,2}|XX)\s*(?:[-—–.．/]|月)\s*(\d{1,2}|XX)\s*日?"
_ISSUED = re.compile(rf"{_DATE}[\s　]*(?:发[\s　]*布|批[\s　]*准)")
_IN_FORCE = re.compile(rf"{_DATE}[\s　]*(?:起)?[\s　]*实[\s　]*施")
_ISSUER = re.compile(r"([一-龥（）()、\s　]{4,80}?)[\s　]*(?:联合)?发[\s　]*布$")
_DRAFT = re.compile(r"征求意见稿|送审稿|报批稿|讨论稿|草案")


def find_standard_metadata(nodes: Sequence[Node]) -> Metadata:
    """Read the metadata from the cover; a place is told by the code in DB51/T … or by the issuer."""
    cover = [node.text for node in nodes if node.kind is NodeKind.HISTORY]
    titles = dict.fromkeys(node.text for node in nodes if node.kind is NodeKind.TITLE)
    joined = "\n".join(cover)
    number = STANDARD_NUMBER.search(joined)
    issuer = _issuer(cover)
    return Metadata(
        title=_title(list(titles)),
        issuer=issuer,
        jurisdiction=_jurisdiction(number.group(0) if number else "", issuer),
        level=Level.STANDARD,
        number=number.group(0) if number else "",
        adopted=_date(_ISSUED, joined),
        effective=_date(_IN_FORCE, joined),
        stage="draft" if _DRAFT.search(joined) or any(_DRAFT.search(each) for each in titles) else "",
    )


def _title(lines: list[str]) -> str:
    """Join the lines of the title; a line that only repeats the others above clause 1 is left out."""
    kept: list[str] = []
    for line in lines:
        squeezed = re.sub(r"[\s　]", "", line)
        if squeezed and squeezed not in re.sub(r"[\s　]", "", "".join(kept)) and squeezed != "".join(kept):
            kept.append(line)
    return "　".join(kept)


def _issuer(cover: list[str]) -> str:
    """Return the name before 发布; several names stand on the lines above it."""
    for index, line in enumerate(cover):
        if iso_date(line) or re.search(r"\d{4}", line):
            continue
        match = _ISSUER.match(line)
        if match:
            return "、".join(each for each in re.split(r"[、\s　]+", match.group(1)) if each)
        if re.match(r"(?:联合)?发[\s　]*布$", line):
            names: list[str] = []
            while index and re.fullmatch(r"[一-龥（）()]{4,30}", cover[index - 1]):
                index -= 1
                names.insert(0, cover[index])
            return "、".join(names)
    return ""


def _jurisdiction(number: str, issuer: str) -> str:
    code = re.match(r"DB(\d\d)", number)
    if code and not place_of_issuer(issuer).count("、"):
        return PROVINCES.get(code.group(1), "")
    return place_of_issuer(issuer) or ("全国" if number.startswith("GB") or re.match(r"[A-Z]{2}/", number) else "")


def _date(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    if not match or not all(each.isdigit() for each in match.groups()):
        return None
    year, month, day = (int(each) for each in match.groups())
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None
