"""What does a Chinese law, regulation or document say about itself: title, issuer, jurisdiction, level, number, stage?

Read from title, history notes, last articles and signature; what the text does not say stays empty. Levels
follow the Legislation Law of the PRC: laws (art. 10), administrative regulations (art. 72), local regulations (art. 80),
rules (arts 91, 93, 95: passed by a 部务会议 or a 政府常务会议). Where no issuer is named, the name alone may tell the level: no rule of a department or government
may be called 条例 (规章制定程序条例, art. 7), so a 条例 of a place is a local regulation and one of no place an
administrative regulation (行政法规制定程序条例, art. 5).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, takewhile

from tongchi.documents.events import date_in_name, find_dates, iso_date, starts_to_apply, without_dates, without_quotes
from tongchi.documents.metadata_standard import find_standard_metadata
from tongchi.documents.metadata_statute import find_statute_metadata
from tongchi.documents.model import DocumentKind, Level, Metadata, Node, NodeKind
from tongchi.documents.places import NATION, PROVINCE, PROVINCES, place_of_issuer, place_of_title
from tongchi.documents.provenance import infer_provenance

__all__ = ["find_metadata", "iso_date"]

_LOCAL = r"(?:[一-龥]{1,12}?(?:省|市|自治区|自治州|州|县|区))?"
_BODY = (
    rf"(?:{_LOCAL}人民代表大会(?:常务委员会)?|{_LOCAL}人民政府(?:办公[厅室])?|国务院(?:办公厅)?|中共中央(?:办公厅)?|中央军委|中央军事委员会|政务院|"
    r"总参谋部|总后勤部|(?!经|由|和|常务|务委)[一-龥]{1,16}?(?:部|委员会|总局|局|署|办公[厅室]|总社|总行|银行|法院|检察院|协会|联合会))"
)
_CONGRESS = re.compile(
    r"(?:经)?(?:第[一二三四五六七八九十百]+届(全国)|([一-龥]{0,12}?(?:省|市|自治区|自治州|自治县|县|全国))?(?:第?[一二三四五六七八九十百]+届)?)"
    r"(人民代表大会(?:常务委员会)?|人大(?:常委会)?)"
)
_COMMITTEE = re.compile(r"(?<![一-龥])(常务委员会)第[一二三四五六七八九十百]+次会议")
_MEETING = re.compile(
    rf"({_BODY})[\s　]*(?:\d{{4}}年)?第?[\d一二三四五六七八九十百]*次?(?:部务|室务|局务|署务|行务|委务)会议"
)
_DECREE = re.compile(
    rf"((?:中华人民共和国)?{_BODY}(?:[、\s　]+(?:中华人民共和国)?{_BODY})*)[\s　]*"
    r"(?:令|公告|第|〔|[\d]+号|(?:批准)?(?:公布|发布|颁布|印发))"
)
_OWN_NAME = re.compile(
    rf"(?:{NATION})?((?:{PROVINCE}|[一-龥]{{1,8}}?[市县州])?{_BODY}(?:、?(?:{PROVINCE})?{_BODY})*)(?:关于|印发|转发|批转)"
)
_NUMBER = re.compile(
    r"(?:[一-龥、]{2,40}?)?(?:令|公告)[\s　]*(?:[〔\[［（(][^〕\]］）)]{1,8}[〕\]］）)])?[\s　]*第?[\s　]*[\d一二三四五六七八九十百]+[\s　]*号"
    r"|[一-龥]{1,12}[〔\[［（(][\s　]*\d{4}[\s　]*[〕\]］）)][\s　]*(?:第[\s　]*)?\d+[\s　]*号|[一-龥]{2,24}委员会第\d+号(?=公布)"
)
_DOCUMENT_NUMBER = re.compile(r"[一-龥]{1,12}[〔\[［（(]\s*\d{4}\s*[〕\]］）)]")
_NOTICE_TITLE = re.compile(r"(?:通知|意见|方案|批复|纲要|公告|通告|函|请示|报告|公报|要点|计划|规划)(?:[（(].*)?$")
_NAMED_REGULATION = re.compile(r"条例(?:实施细则)?(?:[（(].*[）)])?$")
_CLOSING_LINES = 4
_LONGEST = 20_000  # characters of history; more is no history


def find_metadata(nodes: Sequence[Node], kind: DocumentKind, *, file: str = "") -> Metadata:
    """Read the metadata from title, history, last articles and signature of a parsed text, and the name of its file.

    The name is looked at only for a date in the form title(2012-04-19), and only for laws and regulations.
    """
    if kind is DocumentKind.STANDARD:
        return find_standard_metadata(nodes)
    if kind is DocumentKind.STATUTE:
        return find_statute_metadata(nodes)
    front = list(takewhile(lambda node: node.kind in (NodeKind.TITLE, NodeKind.HISTORY), nodes))
    title = "".join(node.text for node in front if node.kind is NodeKind.TITLE)
    history = "\n".join(node.text for node in front if node.kind is NodeKind.HISTORY and node.text not in title)[
        :_LONGEST
    ]
    signed = list(takewhile(lambda node: node.kind is NodeKind.SIGNATURE, reversed(nodes)))
    signature = "\n".join(node.text for node in reversed(signed))
    dates = find_dates(history, _commencement(nodes), signature, date_in_name(file, title))
    told = without_dates(without_quotes(history))
    issuer = _issuer(told, signature, title)
    level = _level(title, told, issuer)
    if not issuer or level is Level.UNKNOWN:
        date = dates.amended[-1] if dates.amended else dates.adopted or dates.effective
        inferred = infer_provenance(title, _closing(nodes), date, is_national=_is_national(nodes))
        issuer = issuer or inferred.issuer
        level = inferred.level if level is Level.UNKNOWN else level
    number = _NUMBER.search(told + "\n" + signature)
    return Metadata(
        title=title,
        issuer=issuer,
        jurisdiction=_jurisdiction(title, issuer, level, nodes),
        level=level,
        number=number.group(0).strip() if number else "",
        adopted=dates.adopted,
        amended=dates.amended,
        effective=dates.effective,
        stage=_stage(title, told),
        dated_by_name=dates.by_name,
    )


def _closing(nodes: Sequence[Node]) -> str:
    """Return the last paragraphs of the body, where a text tells whom it repeals."""
    body = (node.text for node in reversed(nodes) if node.text and not node.eid.startswith("att_"))
    return "\n".join(reversed(list(islice(body, _CLOSING_LINES))))


def _commencement(nodes: Sequence[Node]) -> str:
    """Return the last paragraph of the body that tells since when it is in force."""
    found: list[str] = []
    for index in range(len(nodes) - 1, -1, -1):
        node = nodes[index]
        if node.kind is NodeKind.PARAGRAPH and "起" in node.text and starts_to_apply(node.text):
            found.append(node.text)
            if not node.eid.startswith("att_"):
                break
    return "\n".join(reversed(found))


# --- issuer ------------------------------------------------------------------------------------------------


def _issuer(history: str, signature: str, title: str) -> str:
    """Return who adopted the text; of a text that another body approved, who published it.

    Several issuers are joined by 、. The order is: passage by a congress, decree or publication, title, signature.
    """
    congress = _CONGRESS.search(history)
    if congress:
        place = congress.group(1) or congress.group(2) or ""
        if place in ("", "省", "市", "县"):
            place = place_of_title(title) or _place_in(history)
        body = congress.group(3).replace("人大", "人民代表大会").replace("常委会", "常务委员会")
        return place + body
    decree = None
    for decree in _DECREE.finditer(history):
        if "批准" not in history[decree.start() : decree.end()] or "发布" in decree.group(0):
            break
    if decree:
        return "、".join(each.replace(NATION, "") for each in re.split(r"[、\s　]+", decree.group(1)) if each)
    if meeting := _MEETING.search(history):
        return meeting.group(1).replace(NATION, "")
    if _COMMITTEE.search(history) and place_of_title(title):  # its first half was lost
        return place_of_title(title) + "人民代表大会常务委员会"
    if "国务院" in history or title.startswith((NATION + "国务院", "国务院")):
        return "国务院"
    lines = [line.strip() for line in signature.split("\n") if line.strip() and not iso_date(line) and len(line) < 30]
    if lines:
        return "、".join(lines)
    own = _OWN_NAME.match(title)
    return own.group(1) if own else ""


def _place_in(history: str) -> str:
    """Return the first full name of a place in the history, where 市十四届人大常委会 names none."""
    match = re.search(r"([一-龥]{2,12}?(?:省|市|自治区|自治州|自治县|县))(?:第[一-龥]{1,4}届)?人民代表大会", history)
    return match.group(1) if match else ""


# --- level, jurisdiction, stage ----------------------------------------------------------------------------


def _level(title: str, history: str, issuer: str) -> Level:
    if _NOTICE_TITLE.search(title):
        return Level.NORMATIVE_DOCUMENT
    if issuer.startswith("全国人民代表大会"):
        return Level.LAW
    if "人民代表大会" in issuer or "人民代表大会" in title[:24]:
        return Level.LOCAL_REGULATION
    if issuer.startswith(("国务院", "政务院", "中共中央、国务院")) or re.search("国务院|政务院", history):
        return Level.ADMINISTRATIVE_REGULATION
    if re.search(r"(?:部|委员会|总局|局|署|人民政府)[\s　]*令", history) or _MEETING.search(history):
        return Level.RULE
    if issuer.endswith("人民政府") and not _DOCUMENT_NUMBER.search(history):
        return Level.RULE
    if issuer or _DOCUMENT_NUMBER.search(history):
        return Level.NORMATIVE_DOCUMENT
    if _NAMED_REGULATION.search(title):
        return Level.LOCAL_REGULATION if place_of_title(title) else Level.ADMINISTRATIVE_REGULATION
    return Level.UNKNOWN


_NATIONAL_BODY = re.compile(r"国务院|公安部|国家[一-龥]{2,10}(?:总局|局|委员会|部门)|国家经委")
_OF_A_PLACE = re.compile(r"本(?:省|市|自治[区州县]|州|县|区|特区)|[全我]省")
_NATIONAL = (Level.LAW, Level.ADMINISTRATIVE_REGULATION)


def _jurisdiction(title: str, issuer: str, level: Level, nodes: Sequence[Node]) -> str:
    """Return the place whose rules these are, 全国 for the nation; "" where the text does not say.

    A text without issuer and place is national if its duties are (`_is_national`).
    """
    if title.startswith(NATION):
        return "全国"
    place = place_of_issuer(issuer)
    titled = place_of_title(title)
    is_narrower = titled not in PROVINCES.values() and titled.endswith(("市", "经济特区", "自治县", "自治州"))
    if place and not (is_narrower and (place not in PROVINCES.values() or titled.endswith("经济特区"))):
        return place
    if titled:
        return titled
    return "全国" if issuer or level in _NATIONAL or _is_national(nodes) else ""


def _is_national(nodes: Sequence[Node]) -> bool:
    """Whether a text gives duties to all provinces, or to bodies of the nation and to no 本省, 本市 …"""
    text = "\n".join(node.text for node in nodes)
    if "省、自治区、直辖市" in text:
        return True
    return bool(_NATIONAL_BODY.search(text)) and not _OF_A_PLACE.search(text)


def _stage(title: str, history: str) -> str:
    """Return draft, repealed or in_force where title or history say so; `history` is without quoted titles."""
    if re.search(r"征求意见稿|送审稿|草案|讨论稿|报批稿", title):
        return "draft"
    if re.search(r"[（(](?:已|现)?(?:废止|失效)[）)]$", title) or re.search(
        r"(?:已|予以|现)[^，。]{0,8}(?:废止|失效)|日[\s　]*废止", history
    ):
        return "repealed"
    return "in_force" if re.search(r"现行有效", history) else ""
