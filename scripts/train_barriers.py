"""Train the three models by which a clause is judged (`src/tongchi/barriers/weights/`).

    python -m scripts.train_barriers --data ../shared/data

`rules.json` is trained on the clauses that meet a rule, `wording.jsonl` on all and on a background of ordinary clauses, and `barriers.json` on the scores that these two
give clauses they were not trained on. Clauses of one document are never parted between training and judging.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.fit_linear import fit_linear
from scripts.fit_wording import fit_wording
from scripts.labelled_clauses import LabelledClause, load_background, load_clauses
from tongchi.barriers.abstraction import Abstract, abstract
from tongchi.barriers.anchors import anchor_key, anchors_of
from tongchi.barriers.features import Seen, feature_names, features_of, look
from tongchi.barriers.judge import (
    NO_RULE,
    NO_RULE_SCORE,
    Scores,
    joint_features,
    probability_of,
    vector,
    wording_may_decide,
)
from tongchi.barriers.reading import read_clause
from tongchi.barriers.rules import ALL_RULES
from tongchi.barriers.wording import WordingModel, model_to_json
from tongchi.learned import LinearModel

WEIGHTS = Path(__file__).resolve().parents[1] / "src" / "tongchi" / "barriers" / "weights"
THRESHOLD = 0.5
INNER = 4  # parts within the training clauses, for the joint model
WEIGHT = {"own: drawn": 0.7, "own: met a rule": 0.7, "background": 0.3}
Chosen = NDArray[np.int64]


@dataclass(frozen=True)
class Material:
    """Labelled clauses as the models see them."""

    rows: Sequence[LabelledClause]
    seen: Sequence[Seen]
    texts: Sequence[Abstract]
    policy: NDArray[np.bool_]
    barrier: NDArray[np.bool_]
    weight: NDArray[np.float64]

    @staticmethod
    def of(rows: Sequence[LabelledClause]) -> Material:
        """Look at every clause once."""
        readings = [read_clause(row.clause) for row in rows]
        seen = [look(reading) for reading in readings]
        return Material(
            rows,
            seen,
            [abstract(reading) for reading in readings],
            np.array([wording_may_decide(*each) for each in zip(readings, seen, strict=True)]),
            np.array([row.barrier for row in rows]),
            np.array([WEIGHT.get(row.source, 1.0) for row in rows]),
        )

    def folds(self, count: int, among: Chosen) -> NDArray[np.int64]:
        """Give each of some clauses a part; those of one group get the same."""
        groups = sorted({self.rows[at].group for at in among})
        np.random.default_rng(1).shuffle(groups)
        part = {group: number % count for number, group in enumerate(groups)}
        return np.array([part[self.rows[at].group] for at in among])


@dataclass(frozen=True)
class Judges:
    """The three models."""

    rules: LinearModel
    wording: WordingModel
    joint: LinearModel

    def probabilities(self, material: Material, chosen: Chosen) -> NDArray[np.float64]:
        """Return what `judge` would say of some clauses."""
        scores = score_all(material, chosen, self.rules, self.wording)
        return np.array([probability_of(each, self.joint) if each.met or each.policy else NO_RULE for each in scores])


def train(material: Material, chosen: Chosen, *, items: bool = False) -> Judges:
    """Train all three on some clauses; `items` also trains which item a wording speaks for."""
    parts = material.folds(INNER, chosen)
    scores: dict[int, Scores] = {}
    for part in range(INNER):
        rules, wording = _first(material, chosen[parts != part], items=False)
        left = chosen[parts == part]
        scores.update(zip(left.tolist(), score_all(material, left, rules, wording), strict=True))
    judged = [at for at in chosen.tolist() if scores[at].met or scores[at].policy]
    names = tuple(joint_features(scores[judged[0]]))
    joint = fit_linear(
        np.array([list(joint_features(scores[at]).values()) for at in judged]),
        material.barrier[judged].astype(np.int64),
        names,
        ("none", "barrier"),
        sample_weight=material.weight[judged],
        penalty=1.0,
        threshold=THRESHOLD,
        trained_on=f"{len(judged)} labelled clauses, {int(material.barrier[judged].sum())} of them barriers",
    )
    return Judges(*_first(material, chosen, items=items), joint)


def _first(material: Material, chosen: Chosen, *, items: bool) -> tuple[LinearModel, WordingModel]:
    names = feature_names()
    met = [at for at in chosen.tolist() if material.seen[at].evidence]
    values = [features_of(material.seen[at]) for at in met]
    rules = fit_linear(
        np.array([[each.get(name, 0.0) for name in names] for each in values]),
        material.barrier[met].astype(np.int64),
        names,
        ("none", "barrier"),
        sample_weight=material.weight[met],
        penalty=2.0,
        threshold=THRESHOLD,
        trained_on=f"{len(met)} labelled clauses that meet a rule, {int(material.barrier[met].sum())} of them barriers",
    )
    some = chosen.tolist()
    wording = fit_wording(
        [material.texts[at] for at in some],
        material.barrier[chosen],
        [material.rows[at].label for at in some],
        material.weight[chosen],
        items=items,
    )
    return rules, wording


def score_all(material: Material, chosen: Chosen, rules: LinearModel, wording: WordingModel) -> list[Scores]:
    """Return the scores of some clauses."""
    scores = []
    for at in chosen.tolist():
        seen = material.seen[at]
        met = bool(seen.evidence)
        by_rules = float(rules.scores(vector(features_of(seen), rules)[None, :])[0, 0]) if met else NO_RULE_SCORE
        scores.append(Scores(by_rules, wording.score(material.texts[at]), met, bool(material.policy[at])))
    return scores


def load_material(data: Path) -> Material:
    """Read the labelled clauses and the background."""
    return Material.of([*load_clauses(data), *load_background(data)])


def write_anchors() -> None:
    """Write the words that each wording cannot do without."""
    found = {
        anchor_key(words.text): [sorted(group) for group in anchors_of(words.text)]
        for each in ALL_RULES
        for words in each.words
    }
    lines = ",\n".join(f'"{key}": {json.dumps(found[key], ensure_ascii=False)}' for key in sorted(found))
    (WEIGHTS / "anchors.json").write_text(f"{{\n{lines}\n}}\n", "utf-8")


def main() -> None:
    """Train on all labelled clauses and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    write_anchors()
    material = load_material(parser.parse_args().data)
    judges = train(material, np.arange(len(material.rows)), items=True)
    (WEIGHTS / "rules.json").write_text(judges.rules.to_json() + "\n", "utf-8")
    (WEIGHTS / "wording.jsonl").write_text(model_to_json(judges.wording), "utf-8")
    (WEIGHTS / "barriers.json").write_text(judges.joint.to_json() + "\n", "utf-8")
    print(f"rules: {judges.rules.trained_on}\nbarriers: {judges.joint.trained_on}")


if __name__ == "__main__":
    main()
