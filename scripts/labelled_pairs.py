"""Which pairs of real regulations are labelled, and what do the labels say?

Two sources: the gold pairs of the data folder (`alignment/dev-*.jsonl`) and our own labels (`labels/alignment/*.jsonl`), which
name documents and articles but hold no texts. Both follow the guideline beside the gold pairs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tongchi.comparison.segments import Sheet, prepare
from tongchi.documents import read

OWN_LABELS = Path(__file__).resolve().parents[1] / "labels" / "alignment"


@dataclass(frozen=True)
class LabelledPair:
    """Two prepared documents and the links between them; `gold` tells the data folder's labels from our own."""

    name: str
    gold: bool
    a: Sheet
    b: Sheet
    links: tuple[dict[str, Any], ...]

    def matrix(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return 1 where two articles are linked, and where the link is partial."""
        return link_matrix(self.a, self.b, self.links)


def link_matrix(
    a: Sheet, b: Sheet, links: Iterable[Mapping[str, Any]]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return 1 where two units of prepared texts are linked, and where the link is partial."""
    linked = np.zeros((len(a.numbers), len(b.numbers)))
    partial = np.zeros(linked.shape, dtype=bool)
    for link in links:
        at = a.position[link["a"]], b.position[link["b"]]
        linked[at] = 1
        partial[at] = link["strength"] == "partial"
    return linked, partial


def load_pairs(data: Path) -> list[LabelledPair]:
    """Read all labelled pairs, gold first, each in the order of file names."""
    pairs = []
    for folder, gold in ((data / "alignment", True), (OWN_LABELS, False)):
        for file in sorted(folder.glob("*.jsonl")):
            lines = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
            head = lines[0]
            pairs.append(
                LabelledPair(
                    name=file.stem,
                    gold=gold,
                    a=prepare(read(data / "laws" / head["a_path"])),
                    b=prepare(read(data / "laws" / head["b_path"])),
                    links=tuple(line for line in lines if line["type"] == "link"),
                )
            )
    return pairs
