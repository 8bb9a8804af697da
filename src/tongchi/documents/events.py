"""Which dates does the history of a text tell: adoption, approval, publication, amendments, commencement?

The history is a row of events, each a date and the words up to the next date. Adoption is the first passage (通过), or
where none is told the first approval, publication or issue. The approval of a city's regulation by the province
(Legislation Law of the PRC, art. 81) is no event of its own. A revision (修订), a correction (修正) or a decision to
amend (修改) is an amendment, also where it comes first: then the text does not say when it was adopted. A second passage
long after the first, with no word of what was passed, is an amendment: nobody adopts a text twice.

Where a text tells no date, the file's name may, in the form that collections use, title(2012-04-19): the date of the
text as it stands. It is the adoption unless commencement came before it. A name whose date lies months after the last
date of the history tells of an amendment that the history leaves out; publication and approval take less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

_DIGIT = "零〇○O一二三四五六七八九"
_WESTERN_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_CHINESE_DATE = re.compile(
    rf"([{_DIGIT}]{{4}})\s*年\s*([一二三四五六七八九十]{{1,3}})\s*月\s*([一二三四五六七八九十]{{1,3}})\s*日"
)
_DATE = re.compile(rf"{_WESTERN_DATE.pattern}|{_CHINESE_DATE.pattern}")
_QUOTED = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》")
_CUT = "\x00"  # stands for a removed title
_HALF_QUOTED = re.compile(rf"{_CUT}[^《》{_CUT}\n]*》|^[^《》{_CUT}\n]*》|《[^《》\n]*$", re.MULTILINE)
_AMENDS = re.compile(r"修正|修订|修改")
_PASSES = re.compile(r"通过")
_APPROVES_ONLY = re.compile(r"批准")
_PUBLISHES = re.compile(r"公布|发布|颁布|印发|令")
_COMMENCES = re.compile(r"[\s　]*起?[\s　]*(?:施行|实施|生效)")
_START = r"(?:施行|实施|执行|实行|生效)"
_EFFECTIVE = re.compile(rf"[自从][\s　]*({_DATE.pattern})[\s　]*(?:起|之日起)?[\s　]*{_START}")
_FROM_ISSUE = re.compile(rf"[自从](?:修订)?(公布|发布|颁布|印发|通过|批准)之日起[，]?(?:正式)?{_START}")
_IN_NAME = re.compile(r"(.+?)[(（](\d{4})-(\d{2})-(\d{2})[)）]")
_NOT_IN_NAMES = re.compile(r"[\s　《》〈〉<>（）()“”·、，：:_-]|中华人民共和国")
_ANOTHER_MATTER = 183  # days after which a second passage is no part of the first
_LAG = 120  # days within which approval and publication follow; in the corpus 97 at most
_IN_HISTORY = re.compile(rf"({_DATE.pattern})[\s　]*起?[\s　]*{_START}")


@dataclass(frozen=True, slots=True)
class Dates:
    """ISO dates that a text tells of itself; `amended` in order; `by_name` is the one that only the file's name tells."""

    adopted: str | None
    amended: tuple[str, ...]
    effective: str | None
    by_name: str | None = None


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
    """Return `text` without the titles of other documents, in 《》, even where a line break or a stray mark cut one in two."""
    if "《" not in text and "》" not in text:
        return text
    return _HALF_QUOTED.sub("", _QUOTED.sub(_CUT, text)).replace(_CUT, "")


def date_in_name(file: str, title: str) -> str | None:
    """Return the date of a file named title(2012-04-19), None for any other name.

    >>> date_in_name("laws/价格管理条例(1987-09-10).md", "中华人民共和国价格管理条例")
    '1987-09-10'
    """
    match = _IN_NAME.fullmatch(PurePath(file).stem)
    if not match or _NOT_IN_NAMES.sub("", match[1]) != _NOT_IN_NAMES.sub("", title):
        return None
    return iso_date("{}年{}月{}日".format(*match.groups()[1:]))


def without_dates(text: str) -> str:
    """Return `text` with a line end in place of each date."""
    return _DATE.sub("\n", text)


def starts_to_apply(text: str) -> bool:
    """Return whether a paragraph tells since when its document is in force."""
    return bool(_EFFECTIVE.search(text) or _FROM_ISSUE.search(text))


def find_dates(history: str, closing: str, signature: str, named: str | None = None) -> Dates:
    """Return the dates told by the history, the commencement article (`closing`), the signature and the file's name.

    A text that is in force from its issue is effective on the date of publication, where that is told apart from
    passage; a decision or notice is of the date of its signature. `named` is `date_in_name`.
    """
    events = _events(history)
    adopted, amended = _adoption(events)
    if adopted is None and not amended and signature:
        adopted = iso_date(signature)
    published = next(
        (each.date for each in events if _PUBLISHES.search(each.words) and not _AMENDS.search(each.words)), None
    )
    effective = _effective(history, closing, published, adopted)
    last = max([*(each.date for each in events), *amended, adopted or ""], default="")
    if not named or (last and _days(named) - _days(last) < _LAG):
        return Dates(adopted, amended, effective)
    if last or (effective and effective < named):
        return Dates(adopted, (*amended, named), effective, named)
    return Dates(named, (), _effective(history, closing, None, named), named)


def _days(date: str) -> float:
    """Return a count of days good enough for distances of months; 2024-02-31 has one, too."""
    year, month, day = (int(part) for part in date.split("-"))
    return year * 365.25 + month * 30.44 + day


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
            approved = bool(_APPROVES_ONLY.search(words))
            if passed and (approved or _is_later(passed, adopted, amended)):
                amended.add(passed)
            if not (passed and approved):
                amended.add(event.date)
            passed = ""
        elif _COMMENCES.match(words):
            continue
        elif adopted is None and not amended:
            adopted = event.date
        elif _PASSES.search(words):
            if passed and _is_later(passed, adopted, amended):
                amended.add(passed)
            passed = event.date
    if passed and _is_later(passed, adopted, amended):
        amended.add(passed)
    return adopted, tuple(sorted(amended))


def _is_later(passed: str, adopted: str | None, amended: set[str]) -> bool:
    return _days(passed) - _days(max([adopted or "0000-01-01", *amended])) > _ANOTHER_MATTER


def _effective(history: str, closing: str, published: str | None, adopted: str | None) -> str | None:
    match = _EFFECTIVE.search(closing)
    if match:
        return iso_date(match.group(1))
    since = _FROM_ISSUE.search(closing)
    if since:
        return adopted if since.group(1) == "通过" else published or adopted
    match = _IN_HISTORY.search(history)
    return iso_date(match.group(1)) if match else None
