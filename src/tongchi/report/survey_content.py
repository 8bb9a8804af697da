"""What does a report on a questionnaire consist of? Parts with sentences, tables and pictures, before any file is written.

Page, paper and workbook are made from the same content, so that they cannot disagree; a cell keeps its number beside the
words that show it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tongchi.report.picture import Picture
from tongchi.report.survey_numbers import (
    DASH,
    Statistic,
    bounded,
    count,
    exists,
    interval,
    number,
    p_value,
    percent,
)
from tongchi.report.words import Words
from tongchi.survey.instrument import Instrument
from tongchi.survey.unavailable import NotAvailable


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows, and the number behind it where it shows one."""

    words: Words
    value: float | None = None
    look: str = ""
    """"strong" for what stands out, "bad" for what fails, "good" for what holds; never the only sign."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table under its caption; `key` names its sheet in the workbook. The first column heads the rows.

    `texts` are the columns that hold sentences and are set from the left.
    """

    key: str
    caption: Words
    head: tuple[Words, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Words, ...] = ()
    texts: tuple[int, ...] = (0,)
    detail: bool = False
    """Whether it is for reference: folded on the page, left to the workbook on paper."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with what to read from it below."""

    picture: Picture
    caption: Words
    notes: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a part."""

    words: Words


@dataclass(frozen=True, slots=True)
class Sentences:
    """A paragraph, or a list where `listed`."""

    words: tuple[Words, ...]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """In the place of what does not exist: its name and the reason."""

    what: Words
    reason: Words


_CODE = re.compile(r"\[T\d+\] ?")
_ENGLISH = re.compile(r"\s*/\s*(?=[A-Za-z0-9])[^\u2e80-\u9fff，。；：）]*")
_CHINESE = re.compile(r"\s*\d*\s*[\u2e80-\u9fff][^/]*/\s*")

Block = Table | Figure | Heading | Sentences | Missing


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the report; `name` is its anchor."""

    name: str
    title: Words
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report; `mark` stands on every page and is None for real answers."""

    title: Words
    headline: tuple[Words, ...]
    parts: tuple[Part, ...]
    mark: Words | None = field(default=None)


class Names:
    """What constructs, items and groups are called; what the instrument does not know keeps its code."""

    def __init__(self, instrument: Instrument) -> None:
        self._constructs = {each.code: Words(each.zh, each.en) for each in instrument.constructs}
        self._items = {each.code: Words(each.zh, each.en) for each in instrument.items}
        self._groups = {
            (group.code, value.code): Words(value.zh, value.en) for group in instrument.groups for value in group.values
        }
        self._columns = {group.code: Words(group.zh, group.en) for group in instrument.groups}

    def construct(self, code: str) -> Words:
        """Return the name of a construct, or the text of an item that is read alone."""
        return self._constructs.get(code) or self._items.get(code) or Words(code, code)

    def item(self, code: str) -> Words:
        """Return the text of an item."""
        return self._items.get(code, Words(code, code))

    def group(self, column: str, code: str) -> Words:
        """Return the name of a group."""
        return self._groups.get((column, code), Words(str(code), str(code)))

    def column(self, code: str) -> Words:
        """Return what a column of groups is called."""
        return self._columns.get(code, Words(code, code))


def text(words: Words | str, look: str = "") -> Cell:
    """Return a cell of words."""
    return Cell(words if isinstance(words, Words) else Words(words, words), None, look)


def figure(value: Statistic, write: Callable[[Statistic], Words] = number, look: str = "") -> Cell:
    """Return a cell of one number, written by `write`; a dash where there is none."""
    known = float(value) if exists(value) and not isinstance(value, NotAvailable) and value is not None else None
    return Cell(write(value), known, look)


def of_one(value: Statistic, look: str = "") -> Cell:
    """Return a cell of a number that 1 bounds."""
    return figure(value, bounded, look)


def three(value: Statistic) -> Cell:
    """Return a cell of a bounded number with three digits, as fit measures are given."""
    return figure(value, lambda each: bounded(each, 3))


def probability(value: Statistic) -> Cell:
    """Return a cell of a p value."""
    return figure(value, p_value)


def whole(value: Statistic) -> Cell:
    """Return a cell of a count."""
    return figure(value, count)


def share(value: Statistic) -> Cell:
    """Return a cell of a percentage; the number behind it is the share of 1."""
    return figure(value, percent)


def ends(lower: Statistic, upper: Statistic, *, bound: bool = False) -> Cell:
    """Return a cell of an interval."""
    return Cell(interval(lower, upper, bound=bound))


def dash() -> Cell:
    """Return an empty cell."""
    return text(DASH)


def missing(what: Words, reason: NotAvailable) -> Missing:
    """Return what stands in the place of a section that is not available."""
    return Missing(what, reason_words(reason))


def reason_words(reason: NotAvailable) -> Words:
    """Return a reason, each language by itself."""
    return plain(Words(reason.zh, reason.en))


def plain(words: Words) -> Words:
    """Return words without the codes of errors, whose facts may be in both languages on either side.

    >>> plain(Words("[T554] 不能用：5 行 / 5 rows，应为更多。", "[T554] Unusable: 5 行 / 5 rows, expected more."))
    Words(zh='不能用：5 行，应为更多。', en='Unusable: 5 rows, expected more.')
    """
    if not _CODE.search(words.zh + words.en):
        return words
    zh, en = _CODE.sub("", words.zh), _CODE.sub("", words.en)
    return Words(_ENGLISH.sub("", zh), _CHINESE.sub(" ", en).strip())


def reasons(statistics: Iterable[tuple[Words, object]]) -> tuple[Words, ...]:
    """Return one note for each statistic that is not available; equal reasons are given once."""
    found: dict[Words, list[Words]] = {}
    for what, value in statistics:
        if isinstance(value, NotAvailable):
            found.setdefault(reason_words(value), []).append(what)
    return tuple(
        Words(f"{joined(names).zh}：{sentence(reason).zh}", f"{joined(names).en}: {sentence(reason).en}")
        for reason, names in found.items()
    )


def sentence(words: Words) -> Words:
    """Return words that end with a full stop."""
    zh, en = words.zh.rstrip(), words.en.rstrip()
    return Words(
        zh if zh.endswith(("。", "！", "？")) else zh.rstrip(".") + "。",
        en if en.endswith((".", "!", "?")) else f"{en}.",
    )


def joined(names: Sequence[Words]) -> Words:
    """Return names one after the other, each once.

    >>> joined([Words("甲", "A"), Words("乙", "B"), Words("丙", "C")])
    Words(zh='甲、乙、丙', en='A, B and C')
    """
    once = list(dict.fromkeys(names))
    zh = "、".join(each.zh for each in once)
    english = [each.en for each in once]
    return Words(zh, " and ".join(filter(None, [", ".join(english[:-1]), english[-1]])) if english else "")
