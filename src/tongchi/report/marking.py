"""Which words differ between two quotes, as phrases that can be read?

Tokens are aligned by runs that occur once on each side (the idea of patience diff, B. Cohen 2003), from long runs to
short, so that the cost stays near the length of the texts. Place names, the own title and words such as 本市 or
本条例 count as equal, whitespace and punctuation do not count. Equal islands too short to help a reader are merged
into the marked phrase around them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

MarkKind = Literal["changed", "moved", "shared"]
_HERE = "本市|本省|本自治区|本区|本县|全市|全省|全自治区"
_SELF = "本条例|本办法|本规定|本细则|本法"
_LEVEL = "(?:省|市|自治区)(?=人民政府|人民代表大会|人大)"
_DATE = r"\d{4}年\d{1,2}月\d{1,2}日"
_ITEM_LABEL = "（[一二三四五六七八九十]+）"
_WORD = "|".join((
    _DATE, r"[〇零一二两三四五六七八九十百千万亿]{2,}", r"\d[\d.,]*", "[A-Za-z]+",
    "应当|可以|不得|必须|禁止|鼓励|支持|有权", r"[^\W_]",
))  # fmt: skip
_NUMERAL = re.compile(r"[〇零一二两三四五六七八九十百千万亿\d]")
_RUN_LENGTHS = (5, 3, 2)
_MOVED_RUN = 8
_SHORT_ISLAND = 4
_FIRST_CODE = 0xF0000
_LABEL = re.compile(_ITEM_LABEL)
_PHRASE = re.compile(r"\w(?:[^\n]*\w)?")
_SHARED_RUN = 4


class Mark(NamedTuple):
    """Offsets in one quote: words that the other has not (changed), has in another place (moved), or has too (shared)."""

    start: int
    end: int
    kind: MarkKind


class Marking(NamedTuple):
    """Marks of both sides; `shared` is the share of tokens that both have in the same order, 0 to 1."""

    a: tuple[Mark, ...]
    b: tuple[Mark, ...]
    shared: float


class _Tokens(NamedTuple):
    """The tokens of one quote: what they are compared by, the same as one character each, and where they stand."""

    keys: list[str]
    codes: str
    spans: list[tuple[int, int]]


class _Change(NamedTuple):
    """Token ranges that stand for each other; one of them may be empty."""

    a0: int
    a1: int
    b0: int
    b1: int


class Masks:
    """Words that name the same thing on both sides: the places and the own titles of two documents."""

    def __init__(self, places: Iterable[str], titles: Iterable[str]) -> None:
        names = sorted({form for place in places for form in _forms(place)}, key=lambda name: (-len(name), name))
        owns = sorted({title for title in titles if title}, key=lambda name: (-len(name), name))
        place = "|".join([*map(re.escape, names), _HERE, _LEVEL])
        own = "|".join([*(f"《?{re.escape(title)}》?" for title in owns), _SELF])
        self._pattern = re.compile(f"(?P<skip>{_ITEM_LABEL})|(?P<own>{own})|(?P<place>{place})|{_WORD}")
        self._known: dict[str, _Tokens] = {}
        self._codes: dict[str, str] = {}

    def tokens(self, text: str) -> _Tokens:
        """Return the tokens of a text; a masked one has a key that no word has, a label （一） is none."""
        if text not in self._known:
            found = [each for each in self._pattern.finditer(text) if each.lastgroup != "skip"]
            keys = [f"<{each.lastgroup}>" if each.lastgroup else each[0] for each in found]
            codes = "".join(key if len(key) == 1 else self._code(key) for key in keys)
            self._known[text] = _Tokens(keys, codes, [each.span() for each in found])
        return self._known[text]

    def _code(self, key: str) -> str:
        """Return the private-use character that stands for a longer token."""
        return self._codes.setdefault(key, chr(_FIRST_CODE + len(self._codes)))


def _forms(place: str) -> list[str]:
    """Return a place name with and without its rank: 江州市, 江州."""
    bare = re.sub(r"(?:维吾尔|壮族|回族)?(?:自治区|自治州|自治县|省|市|县|区)$", "", place)
    return [form for form in (place, bare) if len(form) >= 2]


def mark_differences(a: str, b: str, masks: Masks) -> Marking:
    """Return what differs between two quotes."""
    tokens_a, tokens_b = masks.tokens(a), masks.tokens(b)
    codes_a, codes_b = tokens_a.codes, tokens_b.codes
    partner = _align(codes_a, codes_b)
    changes = _merge_islands(_changes(partner, len(codes_b)), tokens_a.keys)
    total = len(codes_a) + len(codes_b)
    changed = sum(each.a1 - each.a0 + each.b1 - each.b0 for each in changes)
    moved_a, moved_b = _moved(codes_a, codes_b, changes)
    return Marking(
        _marks(tokens_a, [(each.a0, each.a1) for each in changes], moved_a),
        _marks(tokens_b, [(each.b0, each.b1) for each in changes], moved_b),
        1 - changed / total if total else 1.0,
    )


def shared_phrases(text: str, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return the phrases that are not marked as changed, where they are long enough to mean something.

    For quotes that share so little that marking the rest would mark nearly all.
    """
    found: list[Mark] = []
    start = 0
    bare = _LABEL.sub(lambda label: "\n" * len(label[0]), text)
    for mark in [*(each for each in marks if each.kind == "changed"), Mark(len(text), len(text), "changed")]:
        for phrase in _PHRASE.finditer(bare, start, mark.start):
            if len(phrase[0]) >= _SHARED_RUN:
                found.append(Mark(*phrase.span(), "shared"))
        start = mark.end
    return tuple(found)


def _align(a: str, b: str) -> list[int]:
    """Return for each token of `a` the index of its partner in `b`, -1 for none; partners ascend."""
    partner = [-1] * len(a)
    todo = [(0, len(a), 0, len(b))]
    while todo:
        a0, a1, b0, b1 = todo.pop()
        while a0 < a1 and b0 < b1 and a[a0] == b[b0]:
            partner[a0] = b0
            a0, b0 = a0 + 1, b0 + 1
        while a0 < a1 and b0 < b1 and a[a1 - 1] == b[b1 - 1]:
            a1, b1 = a1 - 1, b1 - 1
            partner[a1] = b1
        if a0 == a1 or b0 == b1:
            continue
        anchors = _anchors(a, b, (a0, a1, b0, b1))
        if not anchors:
            continue
        for i, j in anchors:
            todo.append((a0, i, b0, j))
            partner[i] = j
            a0, b0 = i + 1, j + 1
        todo.append((a0, a1, b0, b1))
    return partner


def _anchors(a: str, b: str, box: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """Return ascending pairs of tokens that start a run found once on either side, by the longest runs there are."""
    a0, a1, b0, b1 = box
    for length in _RUN_LENGTHS:
        if min(a1 - a0, b1 - b0) < length:
            continue
        runs_a, runs_b = _runs(a, a0, a1, length), _runs(b, b0, b1, length)
        pairs = [
            (a.index(run, a0, a1), b.index(run, b0, b1))
            for run in runs_a.keys() & runs_b.keys()
            if runs_a[run] == 1 and runs_b[run] == 1
        ]
        if pairs:
            return _longest_ascent(sorted(pairs))
    return []


def _runs(codes: str, start: int, end: int, length: int) -> Counter[str]:
    """Count the runs of `length` tokens."""
    return Counter([codes[at : at + length] for at in range(start, end - length + 1)])


def _longest_ascent(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest subsequence in which both numbers ascend."""
    tails: list[int] = []
    tail_at: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        place = bisect_left(tails, j)
        before.append(tail_at[place - 1] if place else -1)
        if place == len(tails):
            tails.append(j)
            tail_at.append(index)
        else:
            tails[place], tail_at[place] = j, index
    chain: list[tuple[int, int]] = []
    index = tail_at[-1]
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _changes(partner: Sequence[int], length_b: int) -> list[_Change]:
    """Return the ranges between the matched tokens."""
    found: list[_Change] = []
    a0 = b0 = 0
    for i, j in enumerate([*partner, length_b]):
        if j < 0:
            continue
        if i > a0 or j > b0:
            found.append(_Change(a0, i, b0, j))
        a0, b0 = i + 1, j + 1
    return found


def _merge_islands(changes: Sequence[_Change], keys: Sequence[str]) -> list[_Change]:
    """Join changes that are parted by an island of fewer than two characters, or by one shorter than both of them."""
    merged: list[_Change] = []
    for change in changes:
        while merged and _is_island(merged[-1], change, keys):
            last = merged.pop()
            change = _Change(last.a0, change.a1, last.b0, change.b1)
        merged.append(change)
    return merged


def _is_island(left: _Change, right: _Change, keys: Sequence[str]) -> bool:
    between = keys[left.a1 : right.a0]
    size = sum(map(len, between))
    if size < 2:
        return not any(map(_NUMERAL.match, between))
    widest = min(max(each.a1 - each.a0, each.b1 - each.b0) for each in (left, right))
    return size <= _SHORT_ISLAND and size < widest


def _moved(a: str, b: str, changes: Sequence[_Change]) -> tuple[set[int], set[int]]:
    """Return the changed tokens of both sides that stand on the other side too, as a long run in another place."""
    runs: dict[str, int] = {}
    for each in changes:
        for at in range(each.b0, each.b1 - _MOVED_RUN + 1):
            runs.setdefault(b[at : at + _MOVED_RUN], at)
    moved_a: set[int] = set()
    moved_b: set[int] = set()
    for each in changes:
        for at in range(each.a0, each.a1 - _MOVED_RUN + 1):
            found = runs.get(a[at : at + _MOVED_RUN])
            if found is not None:
                moved_a.update(range(at, at + _MOVED_RUN))
                moved_b.update(range(found, found + _MOVED_RUN))
    return moved_a, moved_b


def _marks(tokens: _Tokens, ranges: Sequence[tuple[int, int]], moved: set[int]) -> tuple[Mark, ...]:
    """Turn token ranges into marks with offsets, parted where moved words begin or end."""
    marks: list[Mark] = []
    for first, last in ranges:
        at = first
        while at < last:
            stop = at
            while stop < last and (stop in moved) == (at in moved):
                stop += 1
            kind: MarkKind = "moved" if at in moved else "changed"
            marks.append(Mark(tokens.spans[at][0], tokens.spans[stop - 1][1], kind))
            at = stop
    return tuple(marks)
