"""Train the three models of `comparison` and write them to `src/tongchi/comparison/weights/`.

    python -m scripts.train_comparison --data ../shared/data

alignment: is this pair of articles a link?  strength: is a link primary?  difference: wording, stricter, looser or scope?
(identical, conflict and quantity are decided by rules.) Gold pairs count twice, our own labels once: whoever judges the result
judges it by the gold annotator's habits.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scripts.fit_linear import fit_linear
from scripts.labelled_pairs import LabelledPair, load_pairs
from tongchi.comparison.alignment import Alignment
from tongchi.comparison.alignment_features import alignment_features
from tongchi.comparison.difference import MeasureTable, lone_measures, measured_quantities
from tongchi.comparison.difference_features import SegmentTable, difference_features
from tongchi.learned import LinearModel

WEIGHTS = Path(__file__).resolve().parents[1] / "src" / "tongchi" / "comparison" / "weights"
GOLD_WEIGHT = 2.0
PARTIAL_WEIGHT = 0.6
ALIGNMENT_PENALTY = 20.0
DIFFERENCE_PENALTY = 20.0
THRESHOLD = 0.40
CLASSES = ("wording", "stricter", "looser", "scope")
SWAPPED = {"stricter": "looser", "looser": "stricter"}


@dataclass(frozen=True)
class TrainingPair:
    """A labelled pair with the features of all candidate links and of all gold links."""

    pair: LabelledPair
    features: dict[str, NDArray[np.float64]]
    candidate: NDArray[np.bool_]
    linked: NDArray[np.float64]
    partial: NDArray[np.bool_]
    differences: tuple[dict[str, float], ...]
    quantities: tuple[Any, ...]


def prepare_training(pair: LabelledPair) -> TrainingPair:
    """Compute the features of one labelled pair."""
    features, candidate, segments = alignment_features(pair.a, pair.b)
    linked, partial = pair.matrix()
    alignment = Alignment(pair.a, pair.b, (), segments, features["cosine"])
    table, measures = SegmentTable(alignment), MeasureTable(alignment)
    degree_a, degree_b = Counter(link["a"] for link in pair.links), Counter(link["b"] for link in pair.links)
    differences, quantities = [], []
    for link in pair.links:
        at = pair.a.position[link["a"]], pair.b.position[link["b"]]
        joined = table.linked(*at)
        found = measured_quantities(measures.of("a", at[0]), measures.of("b", at[1]), joined)
        quantities.append(found)
        differences.append(
            difference_features(
                alignment,
                at,
                joined,
                degrees=(degree_a[link["a"]], degree_b[link["b"]]),
                lone_measures=lone_measures(found),
            )
        )
    return TrainingPair(pair, features, candidate, linked, partial, tuple(differences), tuple(quantities))


def describe(pairs: Sequence[TrainingPair]) -> str:
    """Say in one line what a model was trained on."""
    gold = sum(each.pair.gold for each in pairs)
    links = sum(len(each.pair.links) for each in pairs)
    return f"{links} links of {len(pairs)} pairs of regulations ({gold} gold, {len(pairs) - gold} own labels)"


def train_alignment(pairs: Sequence[TrainingPair]) -> LinearModel:
    """Fit the link model on all candidates of the pairs."""
    names = list(pairs[0].features)
    rows = [np.stack([each.features[name][each.candidate] for name in names], axis=1) for each in pairs]
    labels = [each.linked[each.candidate] for each in pairs]
    weight = [
        np.where(each.partial[each.candidate], PARTIAL_WEIGHT, 1.0) * (GOLD_WEIGHT if each.pair.gold else 1.0)
        for each in pairs
    ]
    return fit_linear(
        np.concatenate(rows),
        np.concatenate(labels).astype(np.int64),
        names,
        ("no", "link"),
        sample_weight=np.concatenate(weight),
        penalty=ALIGNMENT_PENALTY,
        threshold=THRESHOLD,
        trained_on=describe(pairs),
    )


def train_strength(pairs: Sequence[TrainingPair]) -> LinearModel:
    """Fit primary against partial on the linked pairs."""
    names = list(pairs[0].features)
    linked = [each.linked > 0 for each in pairs]
    rows = [
        np.stack([each.features[name][at] for name in names], axis=1) for each, at in zip(pairs, linked, strict=True)
    ]
    labels = [~each.partial[at] for each, at in zip(pairs, linked, strict=True)]
    weight = [
        np.full(int(at.sum()), GOLD_WEIGHT if each.pair.gold else 1.0) for each, at in zip(pairs, linked, strict=True)
    ]
    return fit_linear(
        np.concatenate(rows),
        np.concatenate(labels).astype(np.int64),
        names,
        ("partial", "primary"),
        sample_weight=np.concatenate(weight),
        penalty=2 * ALIGNMENT_PENALTY,
        threshold=0.5,
        trained_on=describe(pairs),
    )


def train_difference(pairs: Sequence[TrainingPair]) -> LinearModel:
    """Fit the type of difference on the gold links, each seen from both sides, and make the weights exactly symmetric."""
    rows: list[dict[str, float]] = []
    labels: list[int] = []
    weight: list[float] = []
    for each in pairs:
        for link, features in zip(each.pair.links, each.differences, strict=True):
            if link["label"] not in CLASSES:
                continue
            for seen, label in (
                (features, link["label"]),
                (_swap(features), SWAPPED.get(link["label"], link["label"])),
            ):
                rows.append(seen)
                labels.append(CLASSES.index(label))
                weight.append(GOLD_WEIGHT if each.pair.gold else 1.0)
    names = list(rows[0])
    model = fit_linear(
        np.array([[row[name] for name in names] for row in rows]),
        np.array(labels),
        names,
        CLASSES,
        sample_weight=np.array(weight),
        penalty=DIFFERENCE_PENALTY,
        threshold=0.0,
        trained_on=describe(pairs),
    )
    return _symmetric(model)


def _swap(features: dict[str, float]) -> dict[str, float]:
    return {name: -value if name.startswith("more_") else value for name, value in features.items()}


def _symmetric(model: LinearModel) -> LinearModel:
    """Seen from both sides the optimum is symmetric; rounding is not, so make it so."""
    signed = np.array([name.startswith("more_") for name in model.names])
    weights, intercept = model.weights.copy(), model.intercept.copy()
    stricter, looser = CLASSES.index("stricter"), CLASSES.index("looser")
    others = [CLASSES.index("wording"), CLASSES.index("scope")]
    even = (weights[stricter] + weights[looser]) / 2
    odd = (weights[stricter] - weights[looser]) / 2
    weights[stricter] = np.where(signed, odd, even)
    weights[looser] = np.where(signed, -odd, even)
    for other in others:
        weights[other, signed] = 0.0
    intercept[stricter] = intercept[looser] = (intercept[stricter] + intercept[looser]) / 2
    return replace(model, weights=weights, intercept=intercept, mean=np.where(signed, 0.0, model.mean))


def main() -> None:
    """Train on all labelled pairs and write the three files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    pairs = [prepare_training(pair) for pair in load_pairs(arguments.data)]
    for name, model in (
        ("alignment", train_alignment(pairs)),
        ("strength", train_strength(pairs)),
        ("difference", train_difference(pairs)),
    ):
        (WEIGHTS / f"{name}.json").write_text(model.to_json() + "\n", "utf-8")
        print(f"{name}: {len(model.names)} features, {model.trained_on}")


if __name__ == "__main__":
    main()
