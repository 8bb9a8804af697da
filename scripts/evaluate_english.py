"""How well are English statutes aligned? Figures for `make eval`, each matter judged by models that never saw it.

Our own links at the level of subsections; passages of bills that others judged to match; and texts on different matters, which
should share no link and lie further apart than texts on one matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.english_pairs import BILLS, load_matters, load_passages, pairs_of_one_matter, pairs_of_other_matters
from scripts.evaluate_comparison import Tally, calibration_error
from scripts.train_english import EnglishTraining, prepare_english, train_alignment_en, train_strength_en
from tongchi.comparison.alignment import Alignment, align_articles
from tongchi.comparison.difference import judge_links
from tongchi.comparison.gap import measure_gap
from tongchi.comparison.segments import Sheet
from tongchi.learned import LinearModel

__all__ = ["BILLS", "evaluate"]

Row = tuple[str, str, float]
_LABELS, _PASSAGES, _MATTERS = "own labels", "matched passages", "bills and statutes"


class _LeftOut:
    """Models without some matters, each pair of models fitted once."""

    def __init__(self, training: Sequence[EnglishTraining]) -> None:
        self.training = training
        self._fitted: dict[frozenset[str], tuple[LinearModel, LinearModel]] = {}

    def without(self, *families: str) -> tuple[LinearModel, LinearModel]:
        key = frozenset(families) & {each.pair.family for each in self.training if each.pair}
        if key not in self._fitted:
            rest = [each for each in self.training if not key & set(each.families)]
            self._fitted[key] = train_alignment_en(rest), train_strength_en(rest)
        return self._fitted[key]

    def align(self, a: Sheet, b: Sheet, *families: str) -> Alignment:
        model, strength = self.without(*families)
        return align_articles(a, b, model=model, strength_model=strength)


def evaluate(data: Path) -> tuple[list[Row], dict[str, Tally]]:
    """Return (measure, on what, value), and the tallies of our own labels by matter."""
    models = _LeftOut(prepare_english(data))
    tallies = _own_labels(models)
    rows = [*_label_rows(tallies["all"]), *_passages(data, models), *_matters(data, models)]
    return rows, tallies


def _own_labels(models: _LeftOut) -> dict[str, Tally]:
    tallies = {"all": Tally()}
    for each in models.training:
        if each.pair is None:
            continue
        alignment = models.align(each.pair.a, each.pair.b, each.pair.family)
        for tally in (tallies["all"], tallies.setdefault(each.pair.family, Tally())):
            _count(tally, alignment, each.linked > 0, each.partial)
    return tallies


def _count(tally: Tally, alignment: Alignment, linked: NDArray[np.bool_], partial: NDArray[np.bool_]) -> None:
    found = _found(alignment)
    for link in alignment.links:
        right = bool(linked[link.a, link.b])
        tally.calibration.append((link.probability, right))
        if right:
            tally.counts["strength gold"] += 1
            tally.counts["strength right"] += (link.strength == "partial") == bool(partial[link.a, link.b])
    for kind, counted in (("strict", np.ones_like(linked)), ("lenient", ~partial)):
        tally.counts[f"{kind} right"] += int((found & linked & counted).sum())
        tally.counts[f"{kind} found"] += int((found & counted).sum())
        tally.counts[f"{kind} gold"] += int((linked & counted).sum())


def _found(alignment: Alignment) -> NDArray[np.bool_]:
    found = np.zeros((len(alignment.a.numbers), len(alignment.b.numbers)), dtype=bool)
    for link in alignment.links:
        found[link.a, link.b] = True
    return found


def _label_rows(tally: Tally) -> list[Row]:
    return [
        ("link F1, strict", _LABELS, tally.f1("strict")),
        ("link F1, lenient", _LABELS, tally.f1("lenient")),
        ("link precision", _LABELS, tally.ratio("strict right", "strict found")),
        ("link recall", _LABELS, tally.ratio("strict right", "strict gold")),
        ("link probability, calibration error", _LABELS, calibration_error(tally.calibration)),
        ("strength of found links", _LABELS, tally.ratio("strength right", "strength gold")),
    ]


def _passages(data: Path, models: _LeftOut) -> list[Row]:
    """The bills of the passages are in no training pair, so the models that ship are asked."""
    counts: Counter[str] = Counter()
    for a, b in load_passages(data):
        found = _found(models.align(a, b))
        counts["gold"] += len(found)
        counts["found"] += int(found.sum())
        counts["right"] += int(np.trace(found))
    return [
        ("matched passages linked", _PASSAGES, counts["right"] / counts["gold"]),
        ("links that join a match", _PASSAGES, counts["right"] / counts["found"]),
    ]


def _matters(data: Path, models: _LeftOut) -> list[Row]:
    matters = load_matters(data)
    near = [_gap(models.align(a, b, matter)) for matter, a, b in pairs_of_one_matter(matters)]
    far, links, units = [], 0, 0
    for families, a, b in pairs_of_other_matters(matters):
        alignment = models.align(a, b, *families)
        far.append(_gap(alignment))
        links += len(alignment.links)
        units += len(a.numbers) + len(b.numbers)
    order = np.subtract.outer(np.array(far), np.array(near))
    return [
        ("links per 100 units, other matters", _MATTERS, 100 * links / units),
        ("mean gap, one matter", _MATTERS, float(np.mean(near))),
        ("mean gap, other matters", _MATTERS, float(np.mean(far))),
        ("gap of one matter below other matters", _MATTERS, float((order > 0).mean() + (order == 0).mean() / 2)),
    ]


def _gap(alignment: Alignment) -> float:
    return measure_gap(alignment.a, alignment.b, judge_links(alignment), (), draws=1).value
