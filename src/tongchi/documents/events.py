"""Which dates does the history of a text tell: adoption, approval, publication, amendments, commencement?

The history is a row of events, each a date and the words up to the next date. Adoption is the first passage (通过), or
where none is told the first approval, publication or issue. The approval of a city's regulation by the province
(Legislation Law of the PRC, art. 81) is no event of its own. A revision (修订), a correction (修正) or a decision to
amend (修改) is an amendment, also where it comes first: then the text does not say when it was adopted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_DIGIT = "零〇○O一二三四五六七八九"
_WESTERN_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_CHINESE_DATE = re.compile(
    rf"([{_DIGIT}]{{4}})\s*年\s*([一二三四五六七八九十]{{1,3}})\s*月\s*([一二三四五六七八九十]{{1,3}})\s*日"
)
_DATE = re.compile(rf"{_WESTERN_DATE.pattern}|{_CHINESE_DATE.pattern}")
_QUOTED = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》")
_HALF_QUOTED = re.compile(r"^[^《》]*》|《[^《》]*$")
_AMENDS = re.compile(r"修正|修订|修改")
_PASSES = re.compile(r"通过")
_APPROVES_ONLY = re.compile(r"批准")
_PUBLISHES = re.compile(r"公布|发布|颁布|印发|令")
_COMMENCES = re.compile(r"[\s　]*起?[\s　]*(?:施行|实施|生效)")
_START = r"(?:施行|实施|执行|实行|生效)"
_EFFECTIVE = re.compile(rf"[自从][\s　]*({_DATE.pattern})[\s　]*(?:起|之日起)?[\s　]*{_START}")
_FROM_ISSUE = re.compile(rf"[自从](?:修订)?(公布|发布|颁布|印发|通过|批准)之日起[，]?(?:正式)?{_START}")
_IN_HISTORY = re.compile(rf"({_DATE.pattern})[\s　]*起?[\s　]*{_START}")


@dataclass(frozen=True, slots=True)
class Dates:
    """ISO dates that a text tells of itself; `amended` in order."""

    adopted: str | None
    amended: tuple[str, ...]
    effective: str | None


@dataclass(frozen=True, slots=True)
class _Event:
    date: str
    words: str  # without titles in quotation marks


def iso_date(text: str) -> str | None:
    """Return the first date in `text` as YYYY-MM-DD, None if there is none; 二〇二四年三月五日 is read, too.

    >>> iso_date("自二○○四年十月一日起施行")
    '2004-10-01'
    """
    match = _DATE.search(text)
    if not match:
        return None
    groups = match.groups()
    year, month, day = (int(each) for each in groups[:3]) if groups[0] else _chinese(groups[3:])
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _chinese(groups: Iterable[str]) -> tuple[int, int, int]:
    year, month, day = groups
    digits = "".join(str(max(0, _DIGIT.index(each) - 3)) for each in year)
    return int(digits), _small(month), _small(day)


def _small(numeral: str) -> int:
    """Return the number below 100 that 十, 十二, 二十, 三十一 … stand for; 0 for anything else."""
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return _DIGIT.find(numeral) - 3 if len(numeral) == 1 else 0
    return 10 * (_DIGIT.find(tens) - 3 if tens else 1) + (_DIGIT.find(ones) - 3 if ones else 0)


def without_quotes(text: str) -> str:
    """Return `text` without the titles of other documents, in 《》, even where a line break cut one in two."""
    return _HALF_QUOTED.sub("", _QUOTED.sub("", text)) if "《" in text or "》" in text else text


def without_dates(text: str) -> str:
    """Return `text` with a line end in place of each date."""
    return _DATE.sub("\n", text)


def starts_to_apply(text: str) -> bool:
    """Return whether a paragraph tells since when its document is in force."""
    return bool(_EFFECTIVE.search(text) or _FROM_ISSUE.search(text))


def find_dates(history: str, closing: str, signature: str) -> Dates:
    """Return the dates told by the history, the commencement article (`closing`) and the signature.

    A text that is in force from its issue is effective on the date of publication, where that is told apart from
    passage; a decision or notice is of the date of its signature.
    """
    events = _events(history)
    adopted, amended = _adoption(events)
    signed = iso_date(signature) if signature else None
    published = next(
        (each.date for each in events if _PUBLISHES.search(each.words) and not _AMENDS.search(each.words)), None
    )
    effective = _effective(history, closing, published, adopted or signed)
    return Dates(adopted or (None if amended else signed), amended, effective)


def _events(history: str) -> list[_Event]:
    events = []
    matches = list(_DATE.finditer(history))
    for match, end in zip(matches, [*(each.start() for each in matches[1:]), len(history)], strict=False):
        date = iso_date(match.group(0))
        words = history[match.end() : end]
        if date:
            events.append(_Event(date, without_quotes(words)))
    return events


def _adoption(events: list[_Event]) -> tuple[str | None, tuple[str, ...]]:
    adopted: str | None = None
    amended: set[str] = set()
    passed = ""  # a passage that is neither the adoption nor yet known to be an amendment
    for event in events:
        words = event.words
        if _AMENDS.search(words):
            amended.add(passed if passed and _APPROVES_ONLY.search(words) else event.date)
            passed = ""
        elif _COMMENCES.match(words):
            continue
        elif adopted is None and not amended:
            adopted = event.date
        elif _PASSES.search(words):
            passed = event.date
    return adopted, tuple(sorted(amended))


def _effective(history: str, closing: str, published: str | None, adopted: str | None) -> str | None:
    match = _EFFECTIVE.search(closing)
    if match:
        return iso_date(match.group(1))
    since = _FROM_ISSUE.search(closing)
    if since:
        return adopted if since.group(1) == "通过" else published or adopted
    match = _IN_HISTORY.search(history)
    return iso_date(match.group(1)) if match else None
