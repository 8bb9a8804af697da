"""What is asked, on which scale, and which hypotheses is it meant to test?

An instrument is a TOML file: response scale, constructs, items in Chinese and English, attention checks, groups and
hypotheses. `Instrument.load` reads one, `Instrument.default` the one that is shipped, for the eleven constructs of
Liu and Li (2024); its items are worded here and were not taken from any other questionnaire.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import Literal

from tongchi.errors import MissingFileError
from tongchi.text.encoding import decode_text

Sign = Literal["+", "-"]


class HypothesisKind(StrEnum):
    """What a hypothesis speaks about."""

    DIRECT = "direct"
    MEDIATED = "mediated"
    LEVEL = "level"
    GROUP = "group"


@dataclass(frozen=True)
class Scale:
    """Response categories, coded `low`, `low` + 1, … `high`, with one label each in both languages."""

    low: int
    high: int
    zh: tuple[str, ...]
    en: tuple[str, ...]
    missing: tuple[float, ...] = ()
    """Codes that stand for "no answer" in exports of this study, over and above the usual ones."""

    @property
    def midpoint(self) -> float:
        """Middle of the scale; it is half a code where the number of categories is even."""
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Construct:
    """A latent variable; `code` is its name in models, data and reports."""

    code: str
    zh: str
    en: str
    note_zh: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class Item:
    """One statement. `construct` is empty for an item that is read alone; `reverse` marks one keyed against it."""

    code: str
    construct: str
    zh: str
    en: str
    reverse: bool = False


@dataclass(frozen=True)
class AttentionCheck:
    """A statement that tells which answer to give: `expected`."""

    code: str
    zh: str
    en: str
    expected: int


@dataclass(frozen=True)
class GroupValue:
    """One group, for instance a region; `zh` and `en` are what an export may show in place of `code`."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Group:
    """A column that divides the respondents. Without `values` every value that occurs is a group."""

    code: str
    zh: str
    en: str
    values: tuple[GroupValue, ...] = ()


@dataclass(frozen=True)
class Hypothesis:
    """One expectation. Which fields count depends on `kind`.

    direct, mediated : `path` (two, or more than two constructs in causal order) and `sign` of the whole effect.
    level : the mean of `target` (a construct) or of `items` lies above ("+") or below ("-") `reference`.
    group : the groups of `group` have equal latent means on each of `constructs`; `sign` is None.
    """

    id: str
    kind: HypothesisKind
    zh: str
    en: str
    path: tuple[str, ...] = ()
    sign: Sign | None = None
    target: str = ""
    items: tuple[str, ...] = ()
    reference: float | None = None
    group: str = ""
    constructs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Instrument:
    """A questionnaire and what it is meant to find out."""

    id: str
    title_zh: str
    title_en: str
    scale: Scale
    constructs: tuple[Construct, ...]
    items: tuple[Item, ...]
    checks: tuple[AttentionCheck, ...] = ()
    groups: tuple[Group, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    respondent: str = "id"
    """Column that names the respondent."""
    duration: str = "duration_s"
    """Column with the seconds that answering took."""
    order: tuple[str, ...] = ()
    """Codes of items and checks as they stand in the file; empty where there was none."""

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Instrument:
        """Read and check an instrument. Raise `InstrumentError` with every mistake and its line."""
        file = Path(path)
        if not file.is_file():
            raise MissingFileError(file=str(path), found="folder" if file.is_dir() else "nothing")
        return cls.parse(decode_text(file.read_bytes(), file=file.name), file=file.name)

    @classmethod
    def parse(cls, text: str, *, file: str = "") -> Instrument:
        """Read an instrument from TOML text; `file` is the name that error messages show."""
        from tongchi.survey.instrument_reading import parse_instrument  # it builds these types

        return parse_instrument(text, file)

    @classmethod
    def default(cls) -> Instrument:
        """Return the shipped instrument: 11 constructs with 4 items each, 2 single items and 2 attention checks."""
        return cls.parse(default_text(), file=DEFAULT_NAME)

    @cached_property
    def item_by_code(self) -> Mapping[str, Item]:
        """Items by code."""
        return {item.code: item for item in self.items}

    @property
    def item_codes(self) -> tuple[str, ...]:
        """Codes of all items in the order in which they are asked."""
        return tuple(item.code for item in self.items)

    @property
    def reverse_codes(self) -> frozenset[str]:
        """Codes of the items that are keyed against their construct."""
        return frozenset(item.code for item in self.items if item.reverse)

    def items_of(self, construct: str) -> tuple[Item, ...]:
        """Return the items of a construct in order; empty if no construct has that code."""
        return tuple(item for item in self.items if item.construct == construct)


DEFAULT_NAME = "default_instrument.toml"


def default_text() -> str:
    """Return the shipped instrument as TOML, the template for one of one's own."""
    return resources.files("tongchi.survey").joinpath(DEFAULT_NAME).read_text("utf-8")
