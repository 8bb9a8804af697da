"""How many clauses that bind regions together are found, and are their kind and strength right?

Yardstick: paragraphs and items labelled by eye (labels/commitments, see GUIDELINE.md there); a clause counts as found where any
of its sentences is read as a commitment. Run: python -m scripts.evaluate_commitments ../shared/data [--errors seen|unseen|third]
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tongchi.documents import read
from tongchi.provisions import Commitment, find_commitments

LABELS = Path(__file__).resolve().parents[1] / "labels" / "commitments"
PARTS = {
    "seen": "81 clauses used in building",
    "unseen": "85 clauses, mended since",
    "third": "65 clauses, mended since",
}


@dataclass
class Score:
    """Counts over labelled clauses; kinds are compared on clauses that are found."""

    right: int = 0
    too_much: int = 0
    missed: int = 0
    kinds_right: int = 0
    kinds_said: int = 0
    kinds_labelled: int = 0
    strength_right: int = 0

    @property
    def precision(self) -> float:
        """Share of clauses said to be commitments that are."""
        return self.right / max(1, self.right + self.too_much)

    @property
    def recall(self) -> float:
        """Share of labelled commitments that are found."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / max(1, 2 * self.right + self.too_much + self.missed)


def evaluate(data: Path) -> list[tuple[str, str, float]]:
    """Return rows (what was measured, on what, value from 0 to 1) for `data`, the folder with laws/."""
    rows = []
    for part, name in PARTS.items():
        score = score_part(data / "laws", part)
        rows += [
            ("commitment precision", name, score.precision),
            ("commitment recall", name, score.recall),
            ("commitment F1", name, score.f1),
            ("commitment kinds, F1", name, 2 * score.kinds_right / max(1, score.kinds_said + score.kinds_labelled)),
            ("commitment strength", name, score.strength_right / max(1, score.right)),
        ]
    return rows


def score_part(laws: Path, part: str, *, show: bool = False) -> Score:
    """Compare the labels of one part with what is read now."""
    score = Score()
    for label in map(json.loads, (LABELS / f"{part}.jsonl").read_text("utf-8").splitlines()):
        found = [each for each in _commitments(laws / label["document"]) if each.eid == label["eid"]]
        _count(score, label, found)
        if show and bool(found) != label["commitment"]:
            print("missed" if label["commitment"] else "too much", label["document"], label["eid"])
    return score


@cache
def _commitments(path: Path) -> tuple[Commitment, ...]:
    return find_commitments(read(path))


def _count(score: Score, label: dict[str, Any], found: list[Commitment]) -> None:
    score.too_much += bool(found) and not label["commitment"]
    score.missed += not found and label["commitment"]
    if not found or not label["commitment"]:
        return
    kinds = {kind.value for each in found for kind in each.kinds}
    if len(kinds) > 1:
        kinds.discard("co_operation")
    score.right += 1
    score.kinds_right += len(kinds & set(label["kinds"]))
    score.kinds_said += len(kinds)
    score.kinds_labelled += len(label["kinds"])
    score.strength_right += found[0].strength.value == label["strength"]


def main() -> None:
    """Print the table, and with --errors PART the clauses of one part that are read wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--errors", default="", choices=("", *PARTS))
    options = parser.parse_args()
    if options.errors:
        score_part(options.data / "laws", options.errors, show=True)
    for what, where, value in evaluate(options.data):
        print(f"{what:25}  {where:30}  {value:.3f}")


if __name__ == "__main__":
    main()
