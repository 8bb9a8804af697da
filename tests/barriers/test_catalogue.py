"""Does the catalogue hold every item of articles 8 to 11, in both languages, with its source and in words of its own?"""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from tongchi.barriers.catalogue import CatalogueEntry, load_catalogue
from tongchi.text import write_chinese

CODES = [f"{article}.{item}" for article, items in ((8, 5), (9, 6), (10, 4), (11, 4)) for item in range(1, items + 1)]
ENTRIES = list(load_catalogue().values())
OPEN_ITEMS = {"8.5", "9.6", "10.4", "11.4"}
LONGEST_BORROWED = 12
"""Characters in a row that may stand in the official text too: names of things, no sentences."""

SOURCES = {  # what the case guards: (code, source in Chinese)
    "first item, refined by the first article on standards": (
        "8.1",
        "《公平竞争审查条例》第八条第（一）项；《公平竞争审查条例实施办法》第九条",
    ),
    "numerals above ten are written out": (
        "10.2",
        "《公平竞争审查条例》第十条第（二）项；《公平竞争审查条例实施办法》第十九条",
    ),
    "an open item rests on the general clause": (
        "9.6",
        "《公平竞争审查条例》第九条第（六）项；《公平竞争审查条例实施办法》第二十四条",
    ),
}


def test_every_item_has_its_entry_in_the_order_of_the_regulation() -> None:
    assert list(load_catalogue()) == CODES


def test_entries_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        load_catalogue()["8.1"] = ENTRIES[1]  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        ENTRIES[0].code = "8.2"  # type: ignore[misc]


@pytest.mark.parametrize(("code", "source"), SOURCES.values(), ids=SOURCES)
def test_source_is_cited_as_a_reviewer_does(code: str, source: str) -> None:
    assert load_catalogue()[code].source_zh == source


@pytest.mark.parametrize("entry", ENTRIES, ids=CODES)
def test_an_entry_is_complete_and_says_the_same_in_both_languages(entry: CatalogueEntry) -> None:
    assert entry.code == f"{entry.article}.{entry.item}"
    assert entry.reads
    assert entry.lawful
    for zh, en in texts_of(entry):
        assert re.search(r"[一-龥]", zh), zh
        assert en.strip(), zh
        assert not re.search(r"[一-龥]", en), en


@pytest.mark.parametrize("entry", ENTRIES, ids=CODES)
def test_a_wording_names_an_item_of_the_measures(entry: CatalogueEntry) -> None:
    known = set(entry.measures_items) or {0}
    assert {each.item for each in entry.reads} <= known
    assert (not entry.measures_items) == (entry.code in OPEN_ITEMS)


@pytest.mark.parametrize("entry", ENTRIES, ids=CODES)
def test_items_exist_and_no_sentence_is_borrowed(entry: CatalogueEntry, shared_data: Path) -> None:
    path = shared_data / "fair_competition" / "review_standards.json"
    if not path.is_file():
        pytest.skip(f"the review standards are not here: {path.name} is absent")
    standards = json.loads(path.read_text("utf-8"))
    articles = {(book, each["no"]): each for book in ("条例", "实施办法") for each in standards[book]}
    regulation = articles["条例", f"第{write_chinese(entry.article)}条"]
    measures = articles["实施办法", f"第{write_chinese(entry.measures_article)}条"]
    assert entry.item <= len(regulation["items"])
    assert list(entry.measures_items) == list(range(1, len(measures["items"]) + 1))
    official = "\n".join([regulation["lead"], *regulation["items"], measures["lead"], *measures["items"]])
    for zh, _ in texts_of(entry):
        size = LONGEST_BORROWED + 1
        assert [zh[at : at + size] for at in range(len(zh) - size + 1) if zh[at : at + size] in official] == []


def texts_of(entry: CatalogueEntry) -> list[tuple[str, str]]:
    pairs = [(entry.name_zh, entry.name_en), (entry.forbids_zh, entry.forbids_en), (entry.remedy_zh, entry.remedy_en)]
    return pairs + [(each.zh, each.en) for each in (*entry.reads, *entry.lawful)]
