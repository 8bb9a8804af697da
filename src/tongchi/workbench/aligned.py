"""From which provisions can a clause start, and what is proposed for it? Read from the engine's own comparison; no Django here.

A comparison (`Comparison.result`, the engine's JSON) has rows of aligned articles and links between them. Which of two provisions is the
stricter is what its link says, and nothing is proposed where the engine does not say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST = 8  # texts that a clause is offered one by one
_SENTENCE = re.compile(r"[^。；\n]+[。；]?")


@dataclass(frozen=True)
class Cell:
    """One party's article in an aligned row: the document's place in the comparison, the article's id, number and text."""

    at: int
    eid: str
    number: str
    text: str


@dataclass(frozen=True)
class AlignedRow:
    """Articles of several documents that govern the same question."""

    number: int
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Proposal:
    """A text that a clause can take over, and how it came about: keep_a, keep_b …, stricter, merge. `side` is its source's place."""

    origin: str
    text: str
    side: int = -1


def aligned_rows(result: Mapping[str, Any]) -> list[AlignedRow]:
    """Return the rows of a comparison in which at least one document has an article."""
    documents = result.get("documents", [])
    places = {each["id"]: at for at, each in enumerate(documents)}
    articles = [{each["number"]: each for each in document["articles"]} for document in documents]
    rows = []
    for number, row in enumerate(result.get("rows", [])):
        cells = [
            Cell(at, articles[at][name]["eid"], name, articles[at][name]["text"])
            for cell in row["cells"]
            if (at := places.get(cell["document"], -1)) >= 0
            for name in cell["articles"]
            if name in articles[at]
        ]
        if cells:
            rows.append(AlignedRow(number, row["label"], tuple(cells)))
    return rows


def stricter_of(result: Mapping[str, Any], one: tuple[int, str], other: tuple[int, str]) -> int | None:
    """Return 0 or 1: which of two articles (place of the document, id) is the stricter; None where no link says so."""
    ids = [each["id"] for each in result.get("documents", [])]
    for pair in result.get("pairs", []):
        for link in pair["links"]:
            a, b = (ids.index(pair["a"]), link["a_eid"]), (ids.index(pair["b"]), link["b_eid"])
            if {a, b} == {one, other} and link["direction"] in {"S", "L"}:
                stricter = b if link["direction"] == "S" else a
                return 0 if stricter == one else 1
    return None


def proposals(texts: Sequence[str], stricter: int | None) -> list[Proposal]:
    """Return what can be taken over: each text as it is, the stricter one, all of them merged. Empty and equal texts are left out."""
    found = [Proposal(f"keep_{chr(97 + at)}", text, at) for at, text in enumerate(texts[:MOST]) if text]
    if stricter is not None:
        found.append(Proposal("stricter", texts[stricter], stricter))
    if len({text for text in texts if text}) > 1:
        found.append(Proposal("merge", merged([text for text in texts if text])))
    return found


def merged(texts: Sequence[str]) -> str:
    """Return the sentences of all texts in order, each once: a beginning for the hand, not a finished clause."""
    sentences = [sentence.strip() for text in texts for sentence in _SENTENCE.findall(text)]
    return "".join(dict.fromkeys(sentence for sentence in sentences if sentence))
