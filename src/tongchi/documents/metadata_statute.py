"""What does an American statute or bill say about itself: title, state, legislature, number, dates, stage?

Read from the lines above the first section, the credits of sections and the sections on commencement. A date of
commencement counts for the whole text only where it says so of the act, chapter or section at hand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tongchi.documents.model import Level, Metadata, Node, NodeKind

STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|District of Columbia|Florida|Georgia|Guam|Hawaii|Idaho|Illinois|"
    "Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|"
    "New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Puerto Rico|Rhode Island|"
    "South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virgin Islands|West Virginia|Virginia|Washington|Wisconsin|Wyoming"
)
_ABBREVIATED = {
    "Ala": "Alabama", "Ariz": "Arizona", "Ark": "Arkansas", "Cal": "California", "Colo": "Colorado", "Conn": "Connecticut",
    "Del": "Delaware", "D.C": "District of Columbia", "Fla": "Florida", "Ga": "Georgia", "Haw": "Hawaii", "Ill": "Illinois",
    "Ind": "Indiana", "Kan": "Kansas", "Ky": "Kentucky", "La": "Louisiana", "Me": "Maine", "Md": "Maryland", "Mass": "Massachusetts",
    "Mich": "Michigan", "Minn": "Minnesota", "Miss": "Mississippi", "Mo": "Missouri", "Mont": "Montana", "Neb": "Nebraska",
    "Nev": "Nevada", "N.H": "New Hampshire", "N.J": "New Jersey", "N.M": "New Mexico", "N.Y": "New York", "N.C": "North Carolina",
    "N.D": "North Dakota", "Okla": "Oklahoma", "Or": "Oregon", "Pa": "Pennsylvania", "P.R": "Puerto Rico", "R.I": "Rhode Island",
    "S.C": "South Carolina", "S.D": "South Dakota", "Tenn": "Tennessee", "Tex": "Texas", "Vt": "Vermont", "Va": "Virginia",
    "V.I": "Virgin Islands", "Wash": "Washington", "W.Va": "West Virginia", "Wis": "Wisconsin", "Wyo": "Wyoming",
    "ILCS": "Illinois", "GCA": "Guam",
}  # fmt: skip
_STATE = re.compile(rf"\b({STATES})\b", re.I)
_OF_STATE = re.compile(rf"\b(?:State|Commonwealth|People|Legislature|Assembly) of (?:the State of )?({STATES})\b", re.I)
_CITATION = re.compile(
    r"^(?:\d+ )?([A-Z][A-Za-z.]*?)\.? (?:[A-Z]|[tT]it|ch|§)|^\d+ ([A-Z][a-z]+)\. Stat|^\d+ (ILCS|GCA)"
)
_CITED = re.compile(r"§|\bch\. |ILCS|\btit\. |GCA")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_SHORT_MONTHS = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_DATE = rf"((?:{_MONTHS}|(?:{_SHORT_MONTHS})\.?)\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})"
_ENACTED = re.compile(rf"\b(?:approved|enacted|adopted|passed|signed|ratified|chaptered)\b[^.;§]{{0,40}}?{_DATE}", re.I)
_EFFECTIVE = re.compile(
    rf"(?:\bthis (?:act|chapter|section|article|part|law|title)\b[^.;]{{0,60}}?\b(?:takes?|shall take|is|becomes?|shall become|shall be)\s+"
    rf"(?:in\s+)?(?:full\s+)?(?:force\s+and\s+)?(?:effect|effective|operative|in force)[^.;]{{0,40}}?{_DATE}"
    rf"|^\s*effective (?:date)?[:\s]+{_DATE}|\bsection effective on\s+{_DATE})",
    re.I,
)
_AMENDED = re.compile(rf"\bamended\b[^.;§]{{0,20}}?{_DATE}", re.I)
_BILL_NUMBER = re.compile(
    r"\b(?:(?:HOUSE|SENATE|House|Senate|ASSEMBLY|Assembly)\s+(?:BILL|Bill|FILE|File|Joint Memorial)|[HS]\.? ?[BF]\.?|SB|HB|AB|HF|SF)\s*(?:No\.?|NO\.?)?\s*\d{1,5}\b|^[AS]\d{2,4}\b"
)
_CHAMBER = re.compile(
    r"(?<![.\w])((?:General Assembly|Legislature|Legislative Assembly|General Court|House of Representatives|GENERAL ASSEMBLY|LEGISLATURE|"
    r"LEGISLATIVE ASSEMBLY|HOUSE OF REPRESENTATIVES)"
    rf"(?: (?:of|OF) (?:(?:the|THE) )?(?:(?:State|Commonwealth|STATE|COMMONWEALTH) (?:of|OF) )?(?:{STATES}|{STATES.upper()}))?)"
)
_DRAFT = re.compile(
    r"\bintroduced\b|\ba bill (?:for|to be)\b|\bprefiled\b|\bprinter's no\b|\bbill text\b|\bengrossed\b", re.I
)
_ENACTED_TEXT = re.compile(
    r"\benrolled act\b|\bpublic (?:chapter|act)\b|\bratified\b|\bapproved by the governor\b", re.I
)
_TITLE_LENGTH = 300


def find_statute_metadata(nodes: Sequence[Node]) -> Metadata:
    """Read the metadata; `number` is the bill's number or the citation (Cal. Civ. Code § 1798.100 et seq.)."""
    title = " ".join(node.text for node in nodes if node.kind is NodeKind.TITLE)[:_TITLE_LENGTH].strip()
    front = [node.text for node in nodes if node.kind in (NodeKind.TITLE, NodeKind.HISTORY)]
    head = "\n".join(front)
    body = [node.text for node in nodes if node.kind not in (NodeKind.TITLE, NodeKind.HISTORY)]
    citation = next((line for line in front[1:4] if _CITED.search(line) and len(line) < 90), "")
    bill = _BILL_NUMBER.search(head[:4000])
    amended = sorted(
        {
            date
            for text in body
            if text.startswith(("(Amended", "[Amended", "Amended"))
            for date in _dates(_AMENDED, text)
        }
    )
    chamber = _CHAMBER.search(head)
    return Metadata(
        title=title,
        issuer=re.sub(r"\s+", " ", chamber.group(1)) if chamber else "",
        jurisdiction=_jurisdiction(title, head, citation, body),
        level=Level.STATUTE,
        number=citation or (re.sub(r"\s+", " ", bill.group(0)) if bill else ""),
        adopted=next(iter(_dates(_ENACTED, head)), None),
        amended=tuple(amended),
        effective=_effective(head, body),
        stage="draft" if not citation and _DRAFT.search(head) and not _ENACTED_TEXT.search(head) else "",
    )


def _jurisdiction(title: str, head: str, citation: str, body: Sequence[str]) -> str:
    """Return the state: by the citation, State of … in the head, the title, else the one named most often."""
    cited = _CITATION.match(citation)
    if cited:
        state = _ABBREVIATED.get(next(each for each in cited.groups() if each).rstrip("."), "")
        if state:
            return state
    for text, pattern in ((head, _OF_STATE), (title, _STATE)):
        match = pattern.search(text)
        if match:
            return _spelling(match.group(1))
    counts: dict[str, int] = {}
    for match in _STATE.finditer(" ".join([head, *body])[:100_000]):
        counts[_spelling(match.group(1))] = counts.get(_spelling(match.group(1)), 0) + 1
    best = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return best[0][0] if best and best[0][1] >= 2 and (len(best) == 1 or best[0][1] > 2 * best[1][1]) else ""


def _spelling(state: str) -> str:
    return next(each for each in STATES.split("|") if each.lower() == state.lower())


def _effective(head: str, body: Sequence[str]) -> str | None:
    for text in (head, *reversed(body)):
        if ("ffect" in text or "perative" in text) and (found := _dates(_EFFECTIVE, text)):
            return found[0]
    return None


def _dates(pattern: re.Pattern[str], text: str) -> list[str]:
    return [date for match in pattern.finditer(text) for group in match.groups() if group and (date := _iso(group))]


def _iso(text: str) -> str | None:
    match = re.match(r"([A-Za-z]{3})[A-Za-z]*\.?\s+(\d{1,2})\D*?,?\s+(\d{4})$", text.strip())
    if not match:
        return None
    month = [each[:3] for each in _MONTHS.split("|")].index(match.group(1).title()) + 1
    day = int(match.group(2))
    return f"{match.group(3)}-{month:02d}-{day:02d}" if 1 <= day <= 31 else None
