"""Does a line of an English statute open a section, or a chapter, article or part above sections?

Sections are printed as Section 1., SECTION 2., Sec. 3., § 1798.100, or in a code by the bare number (23-371. Definitions).
A line may also begin with a citation (Section 2004 of Title 12 …): a label ends in a full stop or opens a heading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tongchi.documents.blocks import BlockKind

_NUMBER = (
    r"(?:\d+(?:[A-Z]\d+|[A-Za-z]{0,3}(?![A-Za-z]))|[IVXLC]+\b)"
    r"(?:[-.:/–‑](?:\d+[A-Za-z]{0,3}|[A-Z]{1,2}|[a-z]{1,3}(?<![-.:/]s))(?![A-Za-z]))*"
)
_SECTION = re.compile(
    rf"(?:\*\s*)?(?:NEW SECTION\.\s*)?(?:SECTION|Section|SEC\.|Sec\.|Sect\.|§)[\s\u2003]*({_NUMBER})(?:[\s\u2003]*([.:](?!\d)(?:[\s\u2003]*[—–-]{{1,2}})?))?"
)
_BARE = re.compile(r"(\d+[A-Za-z]{0,2}(?:[-.:/–‑]\d+[A-Za-z]{0,2})+)(\.)?(?=[\s\u2003])")
_ARTICLE = re.compile(r"(?:Article|ARTICLE)[\s\u2003]+(\d{1,4})[.:]?(?=[\s\u2003]|$)")
_CONTAINER = re.compile(
    r"(SUBCHAPTER|Subchapter|CHAPTER|Chapter|ARTICLE|Article|PART|Part|TITLE|Title|DIVISION|Division)[\s\u2003]+"
    r"([IVXLC]+|\d+[A-Z]{0,2}(?:\.\d+)?|[A-Z])(?:[.:—–-]|[\s\u2003]|$)"
)
_CITES = re.compile(
    r"[\s\u2003]*(?:of|and|is|are|or|to|as|which|in|shall|through|et seq|inclusive|does|that|by|for|with|must|may|applies)\b|[\s\u2003]*[,;)]"
)
_VERB = re.compile(
    r"\b(?:shall|is|are|may|means?|was|were|be|been|amended|applies|apply|takes?|has|have|does|do|must|mean|include[sd]?|becomes?|affects?|reads?)\b",
    re.I,
)
_HEADING = re.compile(r"[\s\u2003]*([^\s(“\"].{1,180}?(?:\.[—–-]{1,2}|[.:—](?=[\s\u2003]|$)))")
_FIRST_MARK = re.compile(r"[\s\u2003]*(?:\((?:a|A|1|i|I)\)|(?:1|A|a|I)\.[\s\u2003])")
_WORDS = 14


@dataclass(frozen=True, slots=True)
class SectionLabel:
    """`number` as cited, the end of the label in the line, and the end of the heading after it."""

    number: str
    label_end: int
    heading_end: int


def opens_section(text: str, kind: BlockKind = BlockKind.TEXT) -> SectionLabel | None:
    """Return the label of the section that the line opens, None if it opens none."""
    match = _SECTION.match(text)
    if match:
        rest = text[match.end() :]
        stopped = bool(match.group(2)) or not rest
        if _CITES.match(rest) or not (stopped or _is_heading_line(text, rest, kind)):
            return None
    else:
        match = _BARE.match(text)
        if not match or not _is_bare_heading(match, text, kind):
            return None
    end = match.end()
    return SectionLabel(match.group(1).replace("–", "-").replace("‑", "-"), end, _heading_end(text, end, kind))


def _is_heading_line(text: str, rest: str, kind: BlockKind) -> bool:
    if kind is BlockKind.HEADING:
        return True
    return text.startswith("§") and bool(re.match(r"[\s\u2003]+[A-Z“\"(]", rest)) and len(text) < 200


def _is_bare_heading(match: re.Match[str], text: str, kind: BlockKind) -> bool:
    rest = text[match.end() :]
    if kind is BlockKind.HEADING:
        return True
    if not re.match(r"[\s\u2003]+[A-Z“\"\[(]", rest):
        return False
    if (
        re.fullmatch(r"\d+/\d+[A-Z]?", match.group(1))
        and len(rest) < 100
        and text[-1] not in ".;:,"
        and not _VERB.search(rest)
    ):
        return True  # 815 ILCS 530/5 is cited as 530/5
    return bool(match.group(2)) or bool(re.search(r"\.[—–-]", rest[:120]))


def opens_article(text: str) -> SectionLabel | None:
    """Return the label of a line Article 12 …, as translations of laws number their articles."""
    match = _ARTICLE.match(text)
    if not match or _CITES.match(text[match.end() :]):
        return None
    return SectionLabel(match.group(1), match.end(), match.end())


def opens_container(text: str) -> tuple[str, str, int] | None:
    """Return the word (chapter …), the number and the end of the label of a heading above sections, or None."""
    match = _CONTAINER.match(text)
    if not match or len(text) > 120 or text[-1] in ",;" or _CITES.match(text[match.end(2) :]):
        return None
    rest = text[match.end() :]
    if (text.endswith(".") and len(rest) > 60) or (
        rest and not rest.strip()[:1].isupper() and match.group(1)[1].islower()
    ):
        return None
    return match.group(1).lower(), match.group(2), match.end(2)


def _heading_end(text: str, start: int, kind: BlockKind) -> int:
    """Return where the heading after the label ends: the first sentence, if it is short and has no verb."""
    rest = text[start:]
    is_sign_line = text.startswith("§") and text[start - 1] not in ".:—–-" and text[-1] not in ".;:,"
    if kind is BlockKind.HEADING or (is_sign_line and not _FIRST_MARK.match(rest)):
        return len(text)
    bracketed = re.match(r"[\s\u2003]*[({\[][A-Z][^)}\]]{0,80}[)}\]]", rest)
    skipped = bracketed.end() if bracketed else 0
    match = _HEADING.match(rest, skipped)
    if not match:
        is_line = (
            0 < len(rest.strip()) < 100
            and not _VERB.search(rest)
            and rest[-1] not in ",;"
            and not _FIRST_MARK.match(rest)
        )
        return len(text) if is_line else start
    sentence = match.group(1)
    followed_by_mark = bool(_FIRST_MARK.match(rest, match.end()))
    if followed_by_mark and not re.search(r"\bshall\b", sentence):
        return start + match.end()
    if len(sentence.split()) <= _WORDS and not _VERB.search(sentence) and sentence[-1] != ":":
        return start + match.end()
    return start
