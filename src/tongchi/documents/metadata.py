"""What does the text say about itself: title, issuer, jurisdiction, level, dates, number, stage of validity?

Read from title, history notes and the commencement article only; what the text does not say stays empty.
Levels follow the Legislation Law of the PRC: laws (art. 10), administrative regulations (art. 72), local regulations (art. 80),
rules (arts 91, 93).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tongchi.documents.model import DocumentKind, Level, Metadata, Node, NodeKind

_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_EVENT = re.compile(r"(\d{4}年\d{1,2}月\d{1,2}日)((?:(?!\d{4}年\d{1,2}月\d{1,2}日).)*)", re.S)
_NATION = "中华人民共和国"
_PROVINCES = (
    "北京市|天津市|上海市|重庆市|河北省|山西省|辽宁省|吉林省|黑龙江省|江苏省|浙江省|安徽省|福建省|江西省|山东省|河南省|湖北省|湖南省|"
    "广东省|海南省|四川省|贵州省|云南省|陕西省|甘肃省|青海省|台湾省|内蒙古自治区|广西壮族自治区|西藏自治区|宁夏回族自治区|新疆维吾尔自治区"
)
_PLACE = re.compile(
    rf"^(?:{_PROVINCES}|[一-龥]{{1,10}}?(?:自治州|自治县|经济特区|地区|盟|市|县))(?=[一-龥《〈（])(?!(?:场|政|容|民|级|内))"
)
_ISSUER = re.compile(
    r"(?:(全国|[一-龥]{1,12}?(?:省|市|自治区|自治州|自治县|县))(?:第[一二三四五六七八九十百]+届)?(人民代表大会(?:常务委员会)?))"
)
_DECREE = re.compile(
    r"((?:中华人民共和国)?[一-龥]{2,20}?(?:人民政府|国务院|部|委员会|总局|局|署|办公室|办公厅))\s*令?\s*(?:第|〔)"
)
_NUMBER = re.compile(
    r"[一-龥]{0,24}?令\s*第?\s*\d+\s*号|[一-龥]{1,12}[〔\[［（(]\d{4}[〕\]］）)]\s*(?:第\s*)?\d+\s*号|公告\s*第?\s*\d+\s*号|(?:GB|DB\d{2}|T/[A-Z]+)(?:/[TZ])?\s*\d[\d.]*[—\-–]\d{4}"
)
_EFFECTIVE = re.compile(r"自\s*(\d{4}年\d{1,2}月\d{1,2}日)\s*起\s*(?:施行|实施|执行|生效)")
_FROM_ISSUE = re.compile(r"自(?:公布|发布|颁布|印发)之日起(?:施行|实施|执行|生效)")


def iso_date(text: str) -> str | None:
    """Return the first date in `text` as YYYY-MM-DD, None if there is none."""
    match = _DATE.search(text)
    if not match:
        return None
    year, month, day = (int(each) for each in match.groups())
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def find_metadata(nodes: Sequence[Node], kind: DocumentKind) -> Metadata:
    """Read the metadata from title, history, last articles and signature of a parsed text."""
    title = "".join(node.text for node in nodes if node.kind is NodeKind.TITLE)
    history = "\n".join(node.text for node in nodes if node.kind is NodeKind.HISTORY)
    signature = "\n".join(node.text for node in nodes if node.kind is NodeKind.SIGNATURE)
    closing = "\n".join(node.text for node in nodes[-12:] if node.kind is NodeKind.PARAGRAPH)
    adopted, amended = _adoption(history)
    issuer = _issuer(history, signature, title)
    number = _NUMBER.search(history + "\n" + signature)
    return Metadata(
        title=title,
        issuer=issuer,
        jurisdiction=_jurisdiction(title, issuer),
        level=_level(title, history, issuer, kind),
        number=number.group(0).strip() if number else "",
        adopted=adopted or iso_date(signature),
        amended=amended,
        effective=_effective(history, closing, adopted or iso_date(signature)),
        stage=_stage(title, history),
    )


def _adoption(history: str) -> tuple[str | None, tuple[str, ...]]:
    """Return the date of adoption and those of the amendments, in order.

    The first event is adoption; for a city's regulation the approval (批准) by the province follows and is no
    amendment. A revision (修订), a correction (修正) or a decision to amend (关于修改…的决定) is one.
    """
    adopted: str | None = None
    amended: list[str] = []
    for match in _EVENT.finditer(history):
        date, words = iso_date(match.group(1)), match.group(2)
        if not date:
            continue
        if re.search(r"修正|修订|修改|修改〈", words):
            amended.append(date)
        elif adopted is None and not re.match(r"\s*起?施行", words):
            adopted = date
    if adopted is None and amended:
        return amended[0], tuple(sorted(set(amended[1:])))
    return adopted, tuple(sorted(set(amended)))


def _effective(history: str, closing: str, adopted: str | None) -> str | None:
    match = _EFFECTIVE.search(closing) or re.search(r"(\d{4}年\d{1,2}月\d{1,2}日)\s*起?施行", history)
    if match:
        return iso_date(match.group(1))
    return adopted if _FROM_ISSUE.search(closing) else None


def _issuer(history: str, signature: str, title: str) -> str:
    match = _ISSUER.search(history)
    if match:
        return f"{match.group(1)}{match.group(2)}"
    decree = _DECREE.search(history)
    if decree:
        return decree.group(1).removeprefix("中华人民共和国") or decree.group(1)
    if "国务院" in history or title.startswith("国务院"):
        return "国务院"
    lines = [line for line in signature.split("\n") if line and not _DATE.search(line)]
    return lines[0].strip() if lines else ""


def _jurisdiction(title: str, issuer: str) -> str:
    """Return the place whose rules these are, 全国 for the nation; "" where the text does not say.

    A place other than a province that opens the title counts only where the issuer is of that place, for 城市… and
    the like open many national titles.
    """
    if title.startswith(_NATION):
        return "全国"
    province = re.match(rf"(?:关于)?({_PROVINCES})", title)
    if province:
        return province.group(1)
    local = _PLACE.match(issuer)
    place = _PLACE.match(title)
    if place and (place.group(0).endswith(("经济特区", "自治县", "自治州")) or issuer[:2] == title[:2]):
        return place.group(0)
    if local:
        return local.group(0)
    if issuer:
        return "全国"
    return place.group(0) if place else ""


def _level(title: str, history: str, issuer: str, kind: DocumentKind) -> Level:
    if kind is DocumentKind.STANDARD:
        return Level.STANDARD
    if kind is DocumentKind.STATUTE:
        return Level.STATUTE
    if re.search(r"(?:通知|意见|方案|批复|纲要|公告)(?:[（(].*)?$", title):
        return Level.NORMATIVE_DOCUMENT
    if issuer.startswith("全国人民代表大会"):
        return Level.LAW
    if "人民代表大会" in issuer:
        return Level.LOCAL_REGULATION
    if issuer.startswith("国务院") or "国务院" in history:
        return Level.ADMINISTRATIVE_REGULATION
    if issuer.endswith("人民政府") or re.search(r"(?:部|委员会|总局|局|署|人民政府)\s*令", history):
        return Level.RULE
    if issuer:
        return Level.NORMATIVE_DOCUMENT
    return Level.UNKNOWN


def _stage(title: str, history: str) -> str:
    """Return draft, repealed or in_force where title or history say so."""
    if re.search(r"征求意见稿|送审稿|草案|讨论稿|报批稿", title):
        return "draft"
    if re.search(r"(?:已|予以|现行)?(?:废止|失效)", title + history):
        return "repealed"
    return "in_force" if re.search(r"现行有效", history) else ""
