"""Train the two models that link English statutes and write them to `src/tongchi/comparison/weights/`.

    python -m scripts.train_english --data ../shared/data

alignment_en: is this pair of provisions a link?  strength_en: is a link primary?  Learnt from our own labels and from pairs
of texts on different matters, between which nothing is a link; such a pair counts less, for there are more of them, and
some of their candidates do answer each other (this act takes effect …).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.english_pairs import EnglishPair, load_matters, load_pairs, pairs_of_other_matters
from scripts.fit_linear import fit_linear
from scripts.train_comparison import PARTIAL_WEIGHT, WEIGHTS
from tongchi.comparison.statute_features import FEATURES, statute_features
from tongchi.learned import LinearModel

OTHER_MATTER_WEIGHT = 0.3
PENALTY = 3.0
THRESHOLD = 0.30


@dataclass(frozen=True)
class EnglishTraining:
    """Features and labels of one pair; `families` are the matters of its two texts."""

    families: tuple[str, str]
    pair: EnglishPair | None
    features: dict[str, NDArray[np.float64]]
    candidate: NDArray[np.bool_]
    linked: NDArray[np.float64]
    partial: NDArray[np.bool_]


def prepare_english(data: Path) -> list[EnglishTraining]:
    """Return the labelled pairs, then every second pair of texts on different matters."""
    prepared = []
    for pair in load_pairs(data):
        features, candidate, _ = statute_features(pair.a, pair.b)
        prepared.append(EnglishTraining((pair.family, pair.family), pair, features, candidate, *pair.matrix()))
    for matters, a, b in pairs_of_other_matters(load_matters(data))[::2]:
        features, candidate, _ = statute_features(a, b)
        nothing = np.zeros(candidate.shape)
        prepared.append(EnglishTraining(matters, None, features, candidate, nothing, nothing > 0))
    return prepared


def train_alignment_en(pairs: Sequence[EnglishTraining]) -> LinearModel:
    """Fit the link model on all candidates of the pairs."""
    rows = [np.stack([each.features[name][each.candidate] for name in FEATURES], axis=1) for each in pairs]
    labels = [each.linked[each.candidate] for each in pairs]
    weight = [
        np.where(each.partial[each.candidate], PARTIAL_WEIGHT, 1.0) * (1.0 if each.pair else OTHER_MATTER_WEIGHT)
        for each in pairs
    ]
    return fit_linear(
        np.concatenate(rows),
        np.concatenate(labels).astype(np.int64),
        FEATURES,
        ("no", "link"),
        sample_weight=np.concatenate(weight),
        penalty=PENALTY,
        threshold=THRESHOLD,
        trained_on=describe(pairs),
    )


def train_strength_en(pairs: Sequence[EnglishTraining]) -> LinearModel:
    """Fit primary against partial on the linked pairs."""
    chosen = [(each, each.linked > 0) for each in pairs if each.pair]
    rows = [np.stack([each.features[name][at] for name in FEATURES], axis=1) for each, at in chosen]
    labels = np.concatenate([~each.partial[at] for each, at in chosen]).astype(np.int64)
    return fit_linear(
        np.concatenate(rows),
        labels,
        FEATURES,
        ("partial", "primary"),
        sample_weight=np.ones(len(labels)),
        penalty=PENALTY,
        threshold=0.5,
        trained_on=describe(pairs),
    )


def describe(pairs: Sequence[EnglishTraining]) -> str:
    """Say in one line what a model was trained on."""
    own = [each.pair for each in pairs if each.pair]
    links = sum(len(each.links) for each in own)
    matters = len({each.family for each in own})
    return (
        f"{links} links of {len(own)} pairs of English statutes and bills on {matters} matters (own labels), "
        f"and {len(pairs) - len(own)} pairs of texts on different matters"
    )


def main() -> None:
    """Train on all labelled pairs and write the two files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    pairs = prepare_english(arguments.data)
    for name, model in (("alignment_en", train_alignment_en(pairs)), ("strength_en", train_strength_en(pairs))):
        (WEIGHTS / f"{name}.json").write_text(model.to_json() + "\n", "utf-8")
        print(f"{name}: {len(model.names)} features, {model.trained_on}")


if __name__ == "__main__":
    main()
