"""How well are articles linked and differences typed on pairs that the models never saw?

Leave one pair out: for every labelled pair the three models are trained on all other pairs, then judged on it. Gold pairs and our
own labels are reported apart; figures over gold are the ones that a report may print.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from scripts.labelled_pairs import load_pairs
from scripts.train_comparison import (
    TrainingPair,
    prepare_training,
    train_alignment,
    train_difference,
    train_strength,
)
from tongchi.comparison.alignment import AlignedArticles, Alignment, align_articles
from tongchi.comparison.difference import judge_links
from tongchi.comparison.model import Link, QuantityDifference
from tongchi.provisions.model import Measure

COARSE = {"identical": "same", "wording": "same"}


@dataclass
class Tally:
    """Counts over some pairs, from which all figures follow."""

    counts: Counter[str] = field(default_factory=Counter)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    calibration: list[tuple[float, bool]] = field(default_factory=list)

    def ratio(self, part: str, whole: str) -> float:
        """Return one count as a share of another, NaN when there is none."""
        return self.counts[part] / self.counts[whole] if self.counts[whole] else float("nan")

    def f1(self, kind: str) -> float:
        """Return F1 of the links, strict or lenient."""
        return 2 * self.counts[f"{kind} right"] / (self.counts[f"{kind} found"] + self.counts[f"{kind} gold"])


def evaluate(data: Path) -> dict[str, Tally]:
    """Return the tallies "gold" and "own labels", and one per pair."""
    pairs = [prepare_training(pair) for pair in load_pairs(data)]
    tallies: dict[str, Tally] = {"gold": Tally(), "own labels": Tally()}
    for held_out in pairs:
        others = [each for each in pairs if each is not held_out]
        single = tallies.setdefault(held_out.pair.name, Tally())
        group = tallies["gold" if held_out.pair.gold else "own labels"]
        _judge_pair(held_out, others, (single, group))
    return tallies


def _judge_pair(held_out: TrainingPair, others: Sequence[TrainingPair], tallies: Sequence[Tally]) -> None:
    pair = held_out.pair
    alignment = align_articles(pair.a, pair.b, model=train_alignment(others), strength_model=train_strength(others))
    gold_links = tuple(
        AlignedArticles(pair.a.position[link["a"]], pair.b.position[link["b"]], 1.0, "primary", False)
        for link in pair.links
    )
    typed = judge_links(
        Alignment(pair.a, pair.b, gold_links, alignment.segments, alignment.similarity), model=train_difference(others)
    )
    for tally in tallies:
        _count_links(tally, held_out, alignment)
        for gold, link in zip(pair.links, typed, strict=True):
            _count_type(tally, gold, link)


def _count_links(tally: Tally, held_out: TrainingPair, alignment: Alignment) -> None:
    linked, partial = held_out.linked > 0, held_out.partial
    found = np.zeros_like(linked)
    for link in alignment.links:
        found[link.a, link.b] = True
        tally.calibration.append((link.probability, bool(linked[link.a, link.b])))
        if linked[link.a, link.b]:
            tally.counts["strength gold"] += 1
            tally.counts["strength right"] += (link.strength == "partial") == bool(partial[link.a, link.b])
    many = linked & ((linked.sum(1, keepdims=True) > 1) | (linked.sum(0, keepdims=True) > 1))
    for kind, counted in (("strict", np.ones_like(linked)), ("lenient", ~partial)):
        tally.counts[f"{kind} right"] += int((found & linked & counted).sum())
        tally.counts[f"{kind} found"] += int((found & counted).sum())
        tally.counts[f"{kind} gold"] += int((linked & counted).sum())
    tally.counts["many gold"] += int(many.sum())
    tally.counts["many right"] += int((many & found).sum())


def _count_type(tally: Tally, gold: dict[str, Any], link: Link) -> None:
    label, found = gold["label"], link.type.value
    tally.confusion[label, found] += 1
    tally.counts["type gold"] += 1
    tally.counts["type right"] += label == found
    tally.counts["type right or also"] += found in {label, *gold["also"]}
    tally.counts["coarse right"] += COARSE.get(label, "differs") == link.coarse
    if label in ("stricter", "looser") and found in ("stricter", "looser"):
        tally.counts["direction gold"] += 1
        tally.counts["direction right"] += label == found
    for each in gold["quantities"]:
        if each["a"] and each["b"]:
            _count_quantity(tally, each, link.quantities)


def _count_quantity(tally: Tally, gold: dict[str, Any], found: Sequence[QuantityDifference]) -> None:
    tally.counts["quantity gold"] += 1
    for each in found:
        if each.a and each.b and _ends(each.a) == _gold_ends(gold["a"]) and _ends(each.b) == _gold_ends(gold["b"]):
            tally.counts["quantity found"] += 1
            tally.counts["quantity direction right"] += each.direction.value == gold["dir"]
            return


def _ends(measure: Measure) -> tuple[float, float]:
    low = measure.lo if measure.lo is not None else measure.hi
    high = measure.hi if measure.hi is not None else measure.lo
    return round(low or 0.0, 4), round(high or 0.0, 4)


def _gold_ends(gold: dict[str, Any]) -> tuple[float, float]:
    low = gold["lo"] if gold["lo"] is not None else gold["hi"]
    high = gold["hi"] if gold["hi"] is not None else gold["lo"]
    return round(low or 0.0, 4), round(high or 0.0, 4)


def calibration_error(pairs: Sequence[tuple[float, bool]], bins: int = 6) -> float:
    """Return the expected calibration error of the found links: mean |stated - observed| over equal-width bins."""
    if not pairs:
        return float("nan")
    stated = np.array([each[0] for each in pairs])
    right = np.array([each[1] for each in pairs], dtype=float)
    which = np.minimum((stated * bins).astype(int), bins - 1)
    gaps = [
        abs(stated[which == each].mean() - right[which == each].mean()) * (which == each).sum()
        for each in range(bins)
        if (which == each).any()
    ]
    return float(sum(gaps) / len(stated))


def rows(tallies: dict[str, Tally]) -> list[tuple[str, str, float]]:
    """Return (measure, on what, value) for the two groups."""
    table = []
    for group in ("gold", "own labels"):
        tally = tallies[group]
        table += [
            ("article link F1, strict", group, tally.f1("strict")),
            ("article link F1, lenient", group, tally.f1("lenient")),
            ("article link precision", group, tally.ratio("strict right", "strict found")),
            ("article link recall", group, tally.ratio("strict right", "strict gold")),
            ("many-to-many link recall", group, tally.ratio("many right", "many gold")),
            ("link probability, calibration error", group, calibration_error(tally.calibration)),
            ("strength of found links", group, tally.ratio("strength right", "strength gold")),
            ("difference type given gold links", group, tally.ratio("type right", "type gold")),
            ("difference type, label or also", group, tally.ratio("type right or also", "type gold")),
            ("coarse answer: same or differs", group, tally.ratio("coarse right", "type gold")),
            ("direction where both say stricter/looser", group, tally.ratio("direction right", "direction gold")),
            ("two-sided quantities found", group, tally.ratio("quantity found", "quantity gold")),
            ("direction of found quantities", group, tally.ratio("quantity direction right", "quantity found")),
        ]
    return table
