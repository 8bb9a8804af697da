"""Is this TOML text an instrument? All mistakes are gathered, each with its line, before anything is refused.

`tomllib` keeps no line numbers, so `_Lines` finds the header of the n-th table and its keys again in the text.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from tongchi.errors import InstrumentError
from tongchi.survey.instrument import (
    AttentionCheck,
    Construct,
    Group,
    GroupValue,
    Hypothesis,
    HypothesisKind,
    Instrument,
    Item,
    Scale,
    Sign,
)

_T = TypeVar("_T")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_HEADER = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]?\]")
_KEY = re.compile(r"\s*([\w-]+)\s*=")
_CORRECT = "请改正 / correct it"
_CODE_RULE = "字母开头的字母、数字、下划线 / a letter, then letters, digits, underscores"
_KEYS: Mapping[str, tuple[str, ...]] = {
    "scale": ("low", "high", "zh", "en", "missing"),
    "construct": ("code", "zh", "en", "note_zh", "note_en"),
    "item": ("code", "construct", "zh", "en", "reverse"),
    "attention_check": ("code", "zh", "en", "expected"),
    "group": ("code", "zh", "en", "values"),
    "hypothesis": ("id", "kind", "zh", "en", "path", "sign", "target", "items", "reference", "group", "constructs"),
}
_TOP = ("id", "title_zh", "title_en", "respondent", "duration")


def parse_instrument(text: str, file: str) -> Instrument:
    """Return the instrument that `text` describes; raise one `InstrumentError` that names every mistake."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        mistake = f"{error}，应为合乎语法的 TOML / expected valid TOML; 引号、括号是否成对 / check quotes and brackets"
        raise InstrumentError(file=file, count=1, mistakes=mistake) from error
    reader = _Reader(data, text)
    instrument = reader.instrument()
    if reader.mistakes:
        mistakes = "；".join(f"({n}) {line}" for n, line in enumerate(reader.mistakes, start=1))
        raise InstrumentError(file=file, count=len(reader.mistakes), mistakes=mistakes)
    return instrument


class _Lines:
    """Line numbers of the tables of a TOML text and of the keys in them."""

    def __init__(self, text: str) -> None:
        self._keys: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
        seen: dict[str, int] = defaultdict(int)
        table = ("", 0)
        for number, line in enumerate(text.splitlines(), start=1):
            if header := _HEADER.match(line):
                table = (header[1], seen[header[1]])
                seen[header[1]] += 1
                self._keys[table][""] = number
            elif key := _KEY.match(line):
                self._keys[table].setdefault(key[1], number)

    def order(self, **codes: list[str]) -> tuple[str, ...]:
        """Return the codes of several tables as they follow one another in the text."""
        lines = {
            code: self._keys.get((table, index), {}).get("", 0)
            for table, names in codes.items()
            for index, code in enumerate(names)
        }
        return tuple(sorted(lines, key=lambda code: lines[code]))

    def place(self, table: str, index: int, key: str) -> str:
        keys = self._keys.get((table, index), {})
        line = keys.get(key, keys.get(""))
        name = f"[{table}] {key}".strip() if table else key
        return f"第{line}行 / line {line} {name}" if line else name


class _Row:
    """One table of the file: its values are taken with a type, and what does not fit becomes a mistake."""

    def __init__(self, reader: _Reader, table: str, index: int, values: Mapping[str, Any]) -> None:
        self._reader, self.table, self.index, self.values = reader, table, index, values
        for key in values:
            allowed = _KEYS[table] if table else (*_TOP, *_KEYS)
            if key not in allowed:
                self.mistake(key, f"未知的键 / unknown key “{key}”", " | ".join(allowed), _closest(key, allowed))

    def mistake(self, key: str, found: str, expected: str, advice: str = _CORRECT) -> None:
        place = self._reader.lines.place(self.table, self.index, key)
        self._reader.mistakes.append(f"{place}: {found}，应为 / expected {expected}; {advice}")

    def take(self, key: str, kind: type[_T], default: _T | None = None, *, expected: str) -> _T:
        """Return the value of `key`; where it is absent without default or of another type, note a mistake."""
        value: object = self.values.get(key, default)
        bool_for_int = isinstance(value, bool) and kind is not bool
        if isinstance(value, kind) and not bool_for_int and (value != "" or default == ""):
            return value
        found = f"没有这个键 / no such key “{key}”" if value is None else f"{value!r}"
        self.mistake(key, found, expected, f"填写 {key} / fill in {key}")
        return kind() if default is None else default

    def text(self, key: str, default: str | None = None) -> str:
        return self.take(key, str, default, expected="一段文字 / a text")

    def code(self, key: str = "code") -> str:
        value = self.text(key)
        if value and not _CODE.fullmatch(value):
            self.mistake(key, f"“{value}”", _CODE_RULE)
        return value

    def texts(self, key: str, default: list[str] | None = None) -> tuple[str, ...]:
        values = self.take(key, list, default, expected="文字的列表 / a list of texts")
        if all(isinstance(value, str) for value in values):
            return tuple(values)
        self.mistake(key, f"{values!r}", "文字的列表 / a list of texts")
        return ()

    def known(self, key: str, names: Iterable[str], allowed: Iterable[str]) -> None:
        """Note each of `names` that is not among `allowed`."""
        choices = list(allowed)
        for name in names:
            if name not in choices:
                self.mistake(
                    key, f"没有定义的 / undefined “{name}”", "已定义的代码 / a defined code", _closest(name, choices)
                )


class _Reader:
    def __init__(self, data: Mapping[str, Any], text: str) -> None:
        self.data, self.lines = data, _Lines(text)
        self.mistakes: list[str] = []

    def instrument(self) -> Instrument:
        top = _Row(self, "", 0, self.data)
        scale = self._scale(top)
        constructs = self._tables("construct", _construct)
        names = [construct.code for construct in constructs]
        items = self._tables("item", lambda row: _item(row, names))
        checks = self._tables("attention_check", lambda row: _check(row, scale))
        groups = self._tables("group", _group)
        known = _Known(names, [item.code for item in items], [group.code for group in groups], scale)
        hypotheses = self._tables("hypothesis", lambda row: _hypothesis(row, known))
        respondent, duration = top.text("respondent", "id"), top.text("duration", "duration_s")
        self._unique("code", constructs, items, checks, groups, taken={respondent, duration})
        self._unique("id", hypotheses, taken=set())
        self._enough_items(constructs, items)
        titles = top.text("id"), top.text("title_zh"), top.text("title_en")
        return Instrument(
            *titles,
            scale,
            constructs=tuple(constructs),
            items=tuple(items),
            checks=tuple(checks),
            groups=tuple(groups),
            hypotheses=tuple(hypotheses),
            respondent=respondent,
            duration=duration,
            order=self.lines.order(item=[item.code for item in items], attention_check=[each.code for each in checks]),
        )

    def _tables(self, name: str, build: Callable[[_Row], _T]) -> list[_T]:
        found = self.data.get(name, [])
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            self.mistakes.append(f"{self.lines.place('', 0, name)}: {found!r}，应为 / expected [[{name}]]; {_CORRECT}")
            return []
        if not found and name in ("construct", "item"):
            self.mistakes.append(f"没有 / no [[{name}]]，应至少一个 / expected at least one; 补上 / add it")
        return [build(_Row(self, name, index, row)) for index, row in enumerate(found)]

    def _scale(self, top: _Row) -> Scale:
        values = self.data.get("scale")
        if not isinstance(values, dict):
            top.mistake("scale", "没有 / no [scale]", "[scale] low, high, zh, en", "补上量表 / add the scale")
            return Scale(1, 5, (), ())
        row = _Row(self, "scale", 0, values)
        low = row.take("low", int, expected="整数 / an integer")
        high = row.take("high", int, expected="整数 / an integer")
        zh, en = row.texts("zh"), row.texts("en")
        count = high - low + 1
        if not 2 <= count <= 101:
            row.mistake("high", f"low {low}, high {high}", "2–101 个等级 / categories")
        for key, labels in (("zh", zh), ("en", en)):
            if len(labels) != count or len(set(labels)) != len(labels):
                row.mistake(key, f"{len(set(labels))} 个标签 / labels", f"{count} 个互不相同的 / different ones")
        missing = row.take("missing", list, [], expected="数字的列表 / a list of numbers")
        wrong = [code for code in missing if isinstance(code, bool) or not isinstance(code, int | float)]
        if wrong or any(low <= code <= high for code in missing):
            row.mistake("missing", f"{missing}", f"{low}–{high} 以外的数字 / numbers outside")
            missing = []
        return Scale(low, high, zh, en, tuple(float(code) for code in missing))

    def _unique(self, key: str, *lists: Iterable[Any], taken: set[str]) -> None:
        for table, rows in zip(("construct", "item", "attention_check", "group"), lists, strict=False):
            for index, row in enumerate(rows):
                name = getattr(row, key)
                if name and name in taken:
                    where = self.lines.place(table if key == "code" else "hypothesis", index, key)
                    self.mistakes.append(
                        f"{where}: 重复的 / repeated “{name}”，应为唯一 / expected a unique {key}; 改名 / rename it"
                    )
                taken.add(name)

    def _enough_items(self, constructs: list[Construct], items: list[Item]) -> None:
        for index, construct in enumerate(constructs):
            if construct.code and not any(item.construct == construct.code for item in items):
                where = self.lines.place("construct", index, "code")
                found = f"“{construct.code}” 没有题项 / has no item"
                self.mistakes.append(f"{where}: {found}，应至少一个 / expected at least one; 补上题项 / add items")


class _Known:
    """What a hypothesis may name."""

    def __init__(self, constructs: list[str], items: list[str], groups: list[str], scale: Scale) -> None:
        self.constructs, self.items, self.groups, self.scale = constructs, items, groups, scale


def _construct(row: _Row) -> Construct:
    return Construct(row.code(), row.text("zh"), row.text("en"), row.text("note_zh", ""), row.text("note_en", ""))


def _item(row: _Row, constructs: list[str]) -> Item:
    construct = row.text("construct", "")
    row.known("construct", [construct] if construct else [], constructs)
    reverse = row.take("reverse", bool, False, expected="true | false")
    return Item(row.code(), construct, row.text("zh"), row.text("en"), reverse)


def _check(row: _Row, scale: Scale) -> AttentionCheck:
    expected = row.take("expected", int, expected=f"{scale.low}–{scale.high}")
    if "expected" in row.values and not scale.low <= expected <= scale.high:
        row.mistake("expected", f"{expected}", f"{scale.low}–{scale.high}")
    return AttentionCheck(row.code(), row.text("zh"), row.text("en"), expected)


def _group(row: _Row) -> Group:
    values = []
    for value in row.take("values", list, [], expected="列表 / a list of { code, zh, en }"):
        if isinstance(value, dict) and {"code", "zh", "en"} == set(value) and all(map(_is_text, value.values())):
            values.append(GroupValue(value["code"], value["zh"], value["en"]))
        else:
            row.mistake("values", f"{value!r}", '{ code = "…", zh = "…", en = "…" }')
    if len({value.code for value in values}) != len(values):
        row.mistake("values", "重复的代码 / a repeated code", "互不相同的代码 / different codes")
    return Group(row.code(), row.text("zh"), row.text("en"), tuple(values))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _hypothesis(row: _Row, known: _Known) -> Hypothesis:
    kinds = [kind.value for kind in HypothesisKind]
    name, kind = row.code("id"), row.text("kind")
    zh, en = row.text("zh"), row.text("en")
    if kind not in kinds:
        row.mistake("kind", f"“{kind}”", " | ".join(kinds), _closest(kind, kinds))
        return Hypothesis(name, HypothesisKind.DIRECT, zh, en)
    if kind == HypothesisKind.GROUP:
        return Hypothesis(name, HypothesisKind.GROUP, zh, en, **_group_fields(row, known))
    sign: Sign = "-" if row.text("sign") in ("-", "−", "–") else "+"
    if row.values.get("sign") not in (None, "+", "-", "−", "–"):
        row.mistake("sign", f"{row.values['sign']!r}", '"+" | "-"')
    if kind == HypothesisKind.LEVEL:
        return Hypothesis(name, HypothesisKind.LEVEL, zh, en, sign=sign, **_level_fields(row, known))
    path = row.texts("path")
    row.known("path", path, known.constructs)
    right = len(path) == 2 if kind == HypothesisKind.DIRECT else len(path) > 2
    if not right or len(set(path)) != len(path):
        wanted = "两个 / two" if kind == HypothesisKind.DIRECT else "至少三个 / three or more"
        row.mistake("path", f"{list(path)}", f"{wanted} 不同的构念 / different constructs")
    return Hypothesis(name, HypothesisKind(kind), zh, en, path=path, sign=sign)


def _group_fields(row: _Row, known: _Known) -> dict[str, Any]:
    group = row.text("group")
    row.known("group", [group] if group else [], known.groups)
    if row.values.get("constructs", "all") == "all":
        return {"group": group, "constructs": tuple(known.constructs)}
    constructs = row.texts("constructs")
    row.known("constructs", constructs, known.constructs)
    return {"group": group, "constructs": constructs}


def _level_fields(row: _Row, known: _Known) -> dict[str, Any]:
    target, items = row.text("target", ""), row.texts("items", [])
    row.known("target", [target] if target else [], known.constructs)
    row.known("items", items, known.items)
    if bool(target) == bool(items):
        row.mistake("target", f"target “{target}”, items {list(items)}", "其中恰好一个 / exactly one of the two")
    reference = row.values.get("reference", "midpoint")
    if reference == "midpoint":
        return {"target": target, "items": items, "reference": known.scale.midpoint}
    if isinstance(reference, bool) or not isinstance(reference, int | float) or not math.isfinite(reference):
        row.mistake("reference", f"{reference!r}", '"midpoint" | 数字 / a number')
        reference = known.scale.midpoint
    return {"target": target, "items": items, "reference": float(reference)}


def _closest(word: str, choices: Iterable[str]) -> str:
    close = get_close_matches(word, list(choices), n=1, cutoff=0.5)
    return f"是否指 / did you mean “{close[0]}”?" if close else _CORRECT
