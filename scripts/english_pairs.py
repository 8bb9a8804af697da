"""Which English texts are there to measure on, and what is known of them?

Three sources: our own labels (`labels/alignment_english`, document and unit ids only); bills by model law and statutes on data
breach, of which texts on different matters share no rule; and passages of other bills that were judged to match or not. The
bills of the passages are not in the data, so a passage stands for a section of its own.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.labelled_pairs import link_matrix
from tongchi.comparison.segments import Sheet, prepare
from tongchi.documents import read
from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.model import Document
from tongchi.documents.plain import read_plain
from tongchi.documents.structure import parse_document

LABELS = Path(__file__).resolve().parents[1] / "labels" / "alignment_english"
BILLS = Path("english/dssg_policy_diffusion/labeled_bills_clean.json")
PASSAGES = Path("english/dssg_policy_diffusion/training_data_alignment_classifier.csv")
STATUTES = Path("english/us_state_statutes")
# Families 0, 1 and 2 are three model laws on paid sick leave; families of one bill are left out.
MATTERS = {0: "sick leave", 1: "sick leave", 2: "sick leave", 3: "immigration", 4: "fracking", 5: "defence",
           6: "climate", 8: "religion", 9: "voting", 10: "infection"}  # fmt: skip
_IN_ONE_TEXT = 13


@dataclass(frozen=True)
class EnglishPair:
    """Two prepared texts on one matter and the labelled links between them."""

    name: str
    family: str
    a: Sheet
    b: Sheet
    links: tuple[Mapping[str, str], ...]

    def matrix(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return 1 where two units are linked, and where the link is partial."""
        return link_matrix(self.a, self.b, self.links)


def load_pairs(data: Path) -> list[EnglishPair]:
    """Return the labelled pairs in the order of file names."""
    pairs = []
    for file in sorted(LABELS.glob("*.jsonl")):
        head, *links = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        a, b = (prepare(load_document(data, head[side])) for side in ("a_path", "b_path"))
        pairs.append(EnglishPair(file.stem, head["family"], a, b, tuple(links)))
    return pairs


def load_document(data: Path, path: str) -> Document:
    """Read a file of the data folder, or one bill of the file of bills (…json#31)."""
    file, _, bill = path.partition("#")
    return parse_document(read_plain(_bills(data / file)[bill]["text"]), file=path) if bill else read(data / file)


def load_matters(data: Path) -> dict[str, list[Sheet]]:
    """Return the bills and the statutes on data breach by matter; texts of a single unit and statutes that lost their numbers are left out."""
    found: dict[str, list[Sheet]] = {}
    for key, bill in _bills(data / BILLS).items():
        if bill["family"] in MATTERS:
            found.setdefault(MATTERS[bill["family"]], []).append(prepare(load_document(data, f"{BILLS}#{key}")))
    files = [file for file in sorted((data / STATUTES).glob("*_Breach.md")) if "\n## § " in file.read_text("utf-8")]
    found["breach"] = [prepare(read(file)) for file in files]
    return {matter: [each for each in sheets if len(each.numbers) > 1] for matter, sheets in found.items()}


def load_passages(data: Path) -> list[tuple[Sheet, Sheet]]:
    """Return texts made of the passages judged to match: section n of A matches section n of B, and no other."""
    with (data / PASSAGES).open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] == "1"]
    return [(_sections(group, "left"), _sections(group, "right")) for group in _dealt(rows)]


def _dealt(rows: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    """Deal the passages to texts so that no text has two passages of one bill, which may match each other, too."""
    groups: list[list[dict[str, str]]] = [[] for _ in range(len(rows) // _IN_ONE_TEXT)]
    for at, row in enumerate(rows):
        bills = {row["left_doc_id"], row["right_doc_id"]}
        free = [
            group
            for group in groups[at % len(groups) :] + groups[: at % len(groups)]
            if not any(bills & {each["left_doc_id"], each["right_doc_id"]} for each in group)
        ]
        min(free or groups, key=len).append(row)
    return groups


def _sections(rows: list[dict[str, str]], side: str) -> Sheet:
    title = Block("An Act relating to several matters", BlockKind.TITLE)
    lines = [" ".join(word for word in row[side].split() if word != "-") for row in rows]
    blocks = [Block(text) for n, line in enumerate(lines, start=1) for text in (f"Sec. {n}.", f"It says: {line}")]
    return prepare(parse_document([title, *blocks]))


@cache
def _bills(file: Path) -> dict[str, dict[str, object]]:
    return {each["id"]: each for each in json.loads(file.read_text("utf-8"))}


def picked(matters: Mapping[str, list[Sheet]]) -> dict[str, list[Sheet]]:
    """Return at most `_MOST` texts of each matter, spread over its list, so that no matter outweighs the others."""
    return {
        matter: [sheets[at * len(sheets) // _MOST] for at in range(_MOST)] if len(sheets) > _MOST else sheets
        for matter, sheets in matters.items()
    }


def pairs_of_one_matter(matters: Mapping[str, list[Sheet]]) -> list[tuple[str, Sheet, Sheet]]:
    """Return all pairs of the picked texts of each matter."""
    return [(matter, a, b) for matter, sheets in picked(matters).items() for a, b in combinations(sheets, 2)]


def pairs_of_other_matters(matters: Mapping[str, list[Sheet]]) -> list[tuple[tuple[str, str], Sheet, Sheet]]:
    """Return, for each two matters, pairs in which every picked text of either stands once or more."""
    texts, pairs = picked(matters), []
    for (_, first), (shift, second) in combinations(enumerate(sorted(texts)), 2):
        left, right = texts[first], texts[second]
        for at in range(max(len(left), len(right))):
            pairs.append(((first, second), left[at % len(left)], right[(at + shift) % len(right)]))
    return pairs


_MOST = 8
