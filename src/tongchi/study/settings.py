"""What does study.toml say? Title, parties, matters, periods and options, with every mistake and its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Any

from tongchi.errors import Language
from tongchi.mechanism.tables import Period
from tongchi.study.faults import Fault
from tongchi.study.toml_lines import TomlLines
from tongchi.survey.sem.request import ESTIMATORS

STUDY = "study.toml"
DOCUMENTS = "documents"
CENTRAL = "central"
ANALYSES = ("documents", "barriers", "commitments", "events", "survey", "mechanism")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "": ("title_zh", "title_en", "language", "illustrative_zh", "illustrative_en", "party", "matter", "periods",
         "analysis", "survey"),
    "party": ("code", "zh", "en", "level", "role"),
    "matter": ("code", "zh", "en", "documents", "central"),
    "periods": ("first", "last"),
    "analysis": (*ANALYSES, "seed", "draws", "members"),
    "survey": ("group", "office", "estimator"),
}  # fmt: skip


@dataclass(frozen=True)
class Party:
    """A region that takes part, or the centre, whose texts are the baseline. `code` names its folder below documents/."""

    code: str
    zh: str
    en: str
    level: str = ""
    role: str = ""

    @property
    def is_central(self) -> bool:
        """Whether the texts of this party are the baseline for those of the others."""
        return self.role == CENTRAL

    def name(self, language: Language = "zh") -> str:
        """Return the name in one language."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Matter:
    """What is being standardised, and which documents rule it: paths below the study folder, by code of the party."""

    code: str
    zh: str
    en: str
    documents: Mapping[str, tuple[str, ...]]
    central: tuple[str, ...] = ()

    def name(self, language: Language = "zh") -> str:
        """Return the name in one language."""
        return self.zh if language == "zh" else self.en

    @property
    def files(self) -> tuple[str, ...]:
        """Every document of the matter, the parties' in their order and then the central ones."""
        return (*(path for paths in self.documents.values() for path in paths), *self.central)


@dataclass(frozen=True)
class Options:
    """Settings of the calculations: seed of all random numbers, draws of each bootstrap, members of the dynamic model."""

    seed: int = 1
    draws: int = 1000
    members: int = 2000
    group: str | None = None
    office: str | None = None
    estimator: str = "MLR"


@dataclass(frozen=True)
class Settings:
    """What study.toml says; `asked` holds the analyses that it switches on or off."""

    title_zh: str
    title_en: str
    language: Language
    illustrative_zh: str
    illustrative_en: str
    parties: tuple[Party, ...]
    matters: tuple[Matter, ...]
    first: Period | None
    last: Period | None
    asked: Mapping[str, bool]
    options: Options
    lines: TomlLines = field(compare=False, repr=False)

    @classmethod
    def empty(cls) -> Settings:
        """Return what a file without any entry says."""
        return cls("", "", "zh", "", "", (), (), None, None, {}, Options(), TomlLines(""))


def scan_settings(text: str) -> tuple[Settings | None, list[Fault]]:
    """Return what study.toml says, as far as it can be read, and what is wrong with it; None where it is no TOML."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else len(text.splitlines())
        reason = re.sub(r"\s*\(at [^)]*\)", "", str(error))
        return None, [Fault("toml-syntax", STUDY, line, "", {"found": reason})]
    reader = _Reader(data, TomlLines(text))
    return reader.settings(), reader.faults


class _Table:
    """One table of the file: values are taken with a type, and what does not fit becomes a fault."""

    def __init__(self, reader: _Reader, name: str, index: int, values: Mapping[str, Any]) -> None:
        self._reader, self.name, self.index, self.values = reader, name, index, values
        for key in values:
            if key not in _KEYS[name]:
                self.fault("key-unknown", key, found=key, known=", ".join(_KEYS[name]), near=nearest(key, _KEYS[name]))

    def fault(self, kind: str, key: str, word: str = "", **facts: str) -> None:
        line = self._reader.lines.line(self.name, self.index, key, word)
        place = f"[{self.name}] {key}".strip() if self.name else key
        self._reader.faults.append(Fault(kind, STUDY, line, place, facts))

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if isinstance(value, str) and (value.strip() or value == default):
            return value.strip()
        if value is None or value == "":
            self.fault("key-missing", key)
        else:
            self.fault("key-type", key, found=repr(value), expected="一段文字 / a text")
        return ""

    def code(self) -> str:
        value = self.text("code")
        if value and not _CODE.fullmatch(value):
            self.fault("code-bad", "code", found=value)
        return value

    def flag(self, key: str) -> bool | None:
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return value
        self.fault("key-type", key, found=repr(value), expected="true 或 false / true or false")
        return None

    def number(self, key: str, default: int, low: int) -> int:
        value = self.values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool):
            if value >= low:
                return value
            self.fault("number-range", key, found=str(value), low=str(low))
        else:
            self.fault("key-type", key, found=repr(value), expected="整数 / a whole number")
        return default

    def one_of(self, key: str, default: str, known: Sequence[str]) -> str:
        value = self.text(key, default)
        if value not in known:
            near = nearest(value, known)
            self.fault("choice-unknown", key, found=value, known=", ".join(each for each in known if each), near=near)
            return default
        return value

    def names(self, key: str, value: Any) -> tuple[str, ...]:
        """Return one file name or a list of them."""
        listed = [value] if isinstance(value, str) else value
        if isinstance(listed, list) and listed and all(isinstance(each, str) and each for each in listed):
            return tuple(listed)
        self.fault("key-type", key, found=repr(value), expected="文件名或其列表 / a file name or a list of them")
        return ()


class _Reader:
    def __init__(self, data: Mapping[str, Any], lines: TomlLines) -> None:
        self.data, self.lines = data, lines
        self.faults: list[Fault] = []

    def settings(self) -> Settings:
        top = _Table(self, "", 0, self.data)
        parties = self._parties()
        matters = self._matters(parties)
        first, last = self._periods()
        analysis = self._single("analysis")
        survey = self._single("survey")
        asked = {name: on for name in ANALYSES if (on := analysis.flag(name)) is not None}
        options = Options(
            seed=analysis.number("seed", 1, 0),
            draws=analysis.number("draws", 1000, 1),
            members=analysis.number("members", 2000, 1),
            group=survey.text("group", "") or None,
            office=survey.text("office", "") or None,
            estimator=survey.one_of("estimator", "MLR", tuple(ESTIMATORS)),
        )
        zh, en = top.text("title_zh"), top.text("title_en")
        language: Language = "en" if top.one_of("language", "zh", ("zh", "en")) == "en" else "zh"
        note_zh, note_en = top.text("illustrative_zh", ""), top.text("illustrative_en", "")
        for given, key in ((note_zh, "illustrative_en"), (note_en, "illustrative_zh")):
            if given and not (note_zh and note_en):
                top.fault("key-missing", key)
        return Settings(
            zh, en, language, note_zh, note_en, parties, matters, first, last, asked, options, self.lines
        )  # fmt: skip

    def _rows(self, name: str) -> list[_Table]:
        found = self.data.get(name, [])
        if isinstance(found, list) and all(isinstance(row, dict) for row in found):
            return [_Table(self, name, index, row) for index, row in enumerate(found)]
        self.faults.append(Fault("not-a-list", STUDY, self._line(name), name, {"name": name}))
        return []

    def _single(self, name: str) -> _Table:
        found = self.data.get(name, {})
        if isinstance(found, dict):
            return _Table(self, name, 0, found)
        self.faults.append(Fault("not-a-table", STUDY, self._line(name), name, {"name": name}))
        return _Table(self, name, 0, {})

    def _line(self, name: str) -> int:
        return self.lines.line(name) or self.lines.line("", 0, name)

    def _parties(self) -> tuple[Party, ...]:
        rows = self._rows("party")
        if not rows and "party" not in self.data:
            self.faults.append(Fault("party-none", STUDY))
        parties = []
        for row in rows:
            role = row.one_of("role", "", ("", CENTRAL))
            parties.append(Party(row.code(), row.text("zh"), row.text("en"), row.text("level", ""), role))
        for row, party in zip(rows, parties, strict=True):
            if row.index and party.is_central and any(each.is_central for each in parties[: row.index]):
                row.fault("central-twice", "role", found=party.code)
        _report_twice(rows, parties, ("code", "zh", "en"), "party-twice")
        return tuple(parties)

    def _matters(self, parties: tuple[Party, ...]) -> tuple[Matter, ...]:
        rows = self._rows("matter")
        matters = [_matter(row, parties) for row in rows]
        _report_twice(rows, matters, ("code",), "matter-twice")
        return tuple(matters)

    def _periods(self) -> tuple[Period | None, Period | None]:
        row = self._single("periods")
        found: dict[str, Period | None] = {"first": None, "last": None}
        for key in found:
            value = row.values.get(key)
            if value is None:
                if row.values:
                    row.fault("key-missing", key)
                continue
            found[key] = Period.parse(str(value))
            if found[key] is None:
                row.fault("period-bad", key, found=str(value))
        first, last = found["first"], found["last"]
        if first and last and first.start > last.start:
            row.fault("periods-reversed", "last", first=first.label, last=last.label)
        return first, last


def _matter(row: _Table, parties: tuple[Party, ...]) -> Matter:
    named = row.values.get("documents", {})
    if not isinstance(named, dict):
        row.fault("key-type", "documents", found=repr(named), expected='{ party = "file" }')
        named = {}
    regions = [party.code for party in parties if not party.is_central]
    documents = {}
    for code, value in named.items():
        if code not in regions:
            row.fault("matter-party", "documents", found=code, known=", ".join(regions), near=nearest(code, regions))
            continue
        documents[code] = tuple(path_below(code, name) for name in row.names("documents", value))
    if not any(documents.values()):
        row.fault("matter-empty", "documents", found=str(row.values.get("code", "")))
    elif len(documents) == 1 and len(regions) > 1:
        row.fault("matter-one-sided", "documents", party=next(iter(documents)))
    ordered = {code: documents[code] for code in regions if code in documents}
    code = row.code()
    return Matter(code, row.text("zh"), row.text("en"), ordered, _central(row, parties))


def _central(row: _Table, parties: tuple[Party, ...]) -> tuple[str, ...]:
    if "central" not in row.values:
        return ()
    names = row.names("central", row.values["central"])
    party = next((each for each in parties if each.is_central), None)
    if party is None:
        row.fault("central-none", "central")
        return ()
    return tuple(path_below(party.code, name) for name in names)


def path_below(party: str, name: str) -> str:
    """Return the path of a party's document below the study folder, "." and ".." resolved as far as they go."""
    parts: list[str] = []
    for part in PurePosixPath(DOCUMENTS, party, name.replace("\\", "/")).parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return, to stand right behind a word, a question for the known word most like it; empty if none is."""
    close = get_close_matches(word, [each for each in known if each], n=1, cutoff=0.6)
    return f"（是否指 {close[0]}？） /  (did you mean {close[0]}?)" if close else ""


def _report_twice(rows: Sequence[_Table], made: Sequence[Any], keys: Sequence[str], kind: str) -> None:
    """Report names that were given before, whichever of `keys` gave them."""
    seen: dict[str, int] = {}
    for row, one in zip(rows, made, strict=True):
        for key in keys:
            name = getattr(one, key)
            first = seen.setdefault(name, row.index)
            if name and first != row.index:
                row.fault(kind, key, found=name, first=str(first + 1))
