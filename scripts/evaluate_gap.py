"""How near does the gap that is found come to the gap that follows from the labels?

    python -m scripts.evaluate_gap --data ../shared/data

For each labelled pair the models are trained on all other pairs; the gap of their links and types is set beside the gap of the
annotator's links and types, by the same formula.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scripts.labelled_pairs import LabelledPair, load_pairs
from scripts.train_comparison import prepare_training, train_alignment, train_difference, train_strength
from tongchi.comparison.alignment import align_articles
from tongchi.comparison.difference import judge_links
from tongchi.comparison.gap import measure_gap
from tongchi.comparison.model import DifferenceType, Direction, Link, Only, ScaleGap
from tongchi.comparison.segments import Sheet


@dataclass(frozen=True)
class GapPair:
    """Both gaps of one labelled pair."""

    name: str
    gold: bool
    labelled: ScaleGap
    found: ScaleGap


def evaluate(data: Path) -> list[GapPair]:
    """Return both gaps of every labelled pair, gold pairs first."""
    pairs = [prepare_training(pair) for pair in load_pairs(data)]
    results = []
    for held_out in pairs:
        others = [each for each in pairs if each is not held_out]
        pair = held_out.pair
        alignment = align_articles(pair.a, pair.b, model=train_alignment(others), strength_model=train_strength(others))
        links = judge_links(alignment, model=train_difference(others))
        results.append(GapPair(pair.name, pair.gold, _gap(pair, _labelled_links(pair)), _gap(pair, links)))
    return results


def _gap(pair: LabelledPair, links: tuple[Link, ...]) -> ScaleGap:
    only: tuple[Only, ...] = ()  # articles without a link count by themselves
    return measure_gap(pair.a, pair.b, links, only)


def _labelled_links(pair: LabelledPair) -> tuple[Link, ...]:
    return tuple(
        Link(
            a=each["a"], b=each["b"], a_eid=_eid(pair.a, each["a"]), b_eid=_eid(pair.b, each["b"]), probability=1.0, strength=each["strength"],
            type=DifferenceType(each["label"]), other_types=(), direction=Direction.MIXED, coarse="differs",
            quantities=(), quotes=(), slot="", value_a="", value_b="", severity=0.0,
        )
        for each in pair.links
    )  # fmt: skip


def _eid(sheet: Sheet, number: str) -> str:
    return sheet.document.nodes[sheet.nodes[sheet.position[number]]].eid


def main() -> None:
    """Print both gaps of each pair, and mean error and mean absolute error of the two groups."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    results = evaluate(parser.parse_args().data)
    print(f"{'pair':14} labelled  found  interval")
    for each in results:
        inside = "" if each.found.low <= each.labelled.value <= each.found.high else "  labelled gap outside"
        interval = f"{each.found.low:.2f}–{each.found.high:.2f}"
        print(f"{each.name:14} {each.labelled.value:8.2f} {each.found.value:6.2f}  {interval}{inside}")
    for group, name in ((True, "gold"), (False, "own labels")):
        errors = np.array([each.found.value - each.labelled.value for each in results if each.gold is group])
        print(f"{name}: mean error {errors.mean():+.3f}, mean absolute error {np.abs(errors).mean():.3f}")


if __name__ == "__main__":
    main()
