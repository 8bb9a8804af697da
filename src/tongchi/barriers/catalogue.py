"""What does each item of the yardstick forbid, how does it read, and what resembles it but is lawful?

Source: 公平竞争审查条例 (State Council Order 783, 2024) arts 8-11 and 公平竞争审查条例实施办法 (SAMR Order 99, 2025) arts
9-24. `catalogue.toml` says it in words of its own; its wordings are invented.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from tongchi.text import write_chinese

REGULATION = "《公平竞争审查条例》"
MEASURES = "《公平竞争审查条例实施办法》"


@dataclass(frozen=True, slots=True)
class Phrase:
    """The same words in both languages. `item` counts the items of the 实施办法 article, 0 where it has none or does not matter."""

    zh: str
    en: str
    item: int = 0


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One item of articles 8 to 11.

    `code` is article.item of the 公平竞争审查条例. `reads` are invented wordings, `lawful` what looks alike and is not
    meant. `measures_items` is empty where the item rests on the general clause, 实施办法 art. 24.
    """

    code: str
    name_zh: str
    name_en: str
    forbids_zh: str
    forbids_en: str
    reads: tuple[Phrase, ...]
    lawful: tuple[Phrase, ...]
    remedy_zh: str
    remedy_en: str
    article: int
    item: int
    measures_article: int
    measures_items: tuple[int, ...]

    @property
    def source_zh(self) -> str:
        """The articles as a reviewer cites them."""
        return f"{REGULATION}{_article(self.article)}{_item(self.item)}；{MEASURES}{_article(self.measures_article)}"

    @property
    def source_en(self) -> str:
        """The articles in English: art. 8(1) of the regulation, art. 9 of the measures."""
        return (
            f"Fair Competition Review Regulation art. {self.article}({self.item}); "
            f"Implementing Measures art. {self.measures_article}"
        )


@cache
def load_catalogue() -> Mapping[str, CatalogueEntry]:
    """Return all entries by code, in the order of the regulation: 8.1 … 11.4."""
    text = resources.files("tongchi.barriers").joinpath("catalogue.toml").read_text("utf-8")
    entries = {}
    for row in tomllib.loads(text)["entry"]:
        for name in ("reads", "lawful"):
            row[name] = tuple(Phrase(**each) for each in row[name])
        row["measures_items"] = tuple(row["measures_items"])
        entries[row["code"]] = CatalogueEntry(**row)
    return MappingProxyType(entries)


def _article(number: int) -> str:
    return f"第{write_chinese(number)}条"


def _item(number: int) -> str:
    return f"第（{write_chinese(number)}）项"
