"""How many barriers are found, how many are false, and is the item of the regulation right?

    python -m scripts.evaluate_barriers ../shared/data [--errors SOURCE]

Grouped cross-validation: clauses of one document (or of one topic, where composed) are judged by weights that saw none of
them. The rules themselves were written with the dev clauses in view, which no fold can undo: docs/explanation/screening.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.labelled_clauses import LabelledClause, load_quoted
from scripts.train_barriers import THRESHOLD, Material, load_material, train
from tongchi.barriers import judge
from tongchi.barriers.codes import choose_code
from tongchi.barriers.judge import NO_RULE

FOLDS = 5
GROUPS = {
    "dev, all": ("dev: real", "dev: random", "dev: composed"),
    "dev, real": ("dev: real", "dev: random"),
    "dev, composed": ("dev: composed",),
    "own, drawn": ("own: drawn",),
    "own, met a rule": ("own: met a rule",),
    "own, composed": ("own: composed",),
    "own, composed second": ("own: composed second",),
    "background": ("background",),
}
Probabilities = NDArray[np.float64]


def evaluate(data: Path) -> list[tuple[str, str, float]]:
    """Return rows (what was measured, on what, value) for `data`, the folder with barriers/ and laws/."""
    material = load_material(data)
    rows = material.rows
    probability = left_out(material)
    measured = []
    for name, sources in GROUPS.items():
        chosen = np.array([row.source in sources for row in rows])
        precision, recall, f1 = scores(rows, probability, chosen)
        measured += [("barrier precision", name, precision), ("barrier recall", name, recall), ("barrier F1", name, f1)]
    firm = np.array([row.source.startswith("dev") and not row.disputed for row in rows])
    measured.append(("barrier F1", "dev, undisputed", scores(rows, probability, firm)[2]))
    for reason in ("prohibition", "neutral-local-scope", "outward-friendly"):
        chosen = np.array([row.source.startswith("dev") and row.reason == reason for row in rows])
        measured.append(
            (f"false alarms: {reason}", f"of {chosen.sum()}", float((probability[chosen] >= THRESHOLD).sum()))
        )
    measured += _types(material, probability)
    quoted = load_quoted(data)
    hits = sum(judge(clause).barrier for clause, _ in quoted)
    measured.append(("quoted clauses found", f"{len(quoted)} of published cases", hits / len(quoted)))
    measured.append(("calibration error", "dev, all", calibration_error(rows, probability)))
    return measured


def left_out(material: Material) -> Probabilities:
    """Return for each clause the probability by models trained without its group."""
    everything = np.arange(len(material.rows))
    folds = material.folds(FOLDS, everything)
    probability = np.full(len(material.rows), NO_RULE)
    for fold in range(FOLDS):
        judges = train(material, everything[folds != fold])
        probability[folds == fold] = judges.probabilities(material, everything[folds == fold])
    return probability


def scores(
    rows: Sequence[LabelledClause], probability: Probabilities, chosen: NDArray[np.bool_]
) -> tuple[float, float, float]:
    """Return precision, recall and F1 of "is a barrier" over the chosen clauses."""
    said = probability >= THRESHOLD
    true = np.array([row.barrier for row in rows])
    right, too_much, missed = (said & true & chosen).sum(), (said & ~true & chosen).sum(), (~said & true & chosen).sum()
    return (
        float(right / max(1, right + too_much)),
        float(right / max(1, right + missed)),
        float(2 * right / max(1, 2 * right + too_much + missed)),
    )


def calibration_error(rows: Sequence[LabelledClause], probability: Probabilities) -> float:
    """Return the expected calibration error over ten bins, dev clauses that met a rule."""
    chosen = np.array([row.source.startswith("dev") for row in rows]) & (probability != NO_RULE)
    true = np.array([row.barrier for row in rows], dtype=float)
    bins = np.clip((probability * 10).astype(int), 0, 9)
    error = 0.0
    for each in range(10):
        here = chosen & (bins == each)
        if here.any():
            error += here.sum() * abs(float(probability[here].mean() - true[here].mean()))
    return error / max(1, int(chosen.sum()))


def _types(material: Material, probability: Probabilities) -> list[tuple[str, str, float]]:
    found = [
        (row, choose_code(seen.evidence)[0])
        for row, seen, chance in zip(material.rows, material.seen, probability, strict=True)
        if row.source.startswith("dev") and row.barrier and chance >= THRESHOLD and seen.evidence
    ]
    lenient = sum(code in (row.label, *row.alternatives) for row, code in found)
    exact = sum(code == row.label for row, code in found)
    article = sum(_article(code) in map(_article, (row.label, *row.alternatives)) for row, code in found)
    on = f"{len(found)} dev barriers found by a rule"
    return [
        ("type: item or its alternatives", on, lenient / max(1, len(found))),
        ("type: item exactly", on, exact / max(1, len(found))),
        ("type: article", on, article / max(1, len(found))),
    ]


def _article(code: str) -> str:
    return code.partition(".")[0]


def main() -> None:
    """Print the figures, and on request the clauses judged wrongly."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--errors", help="print the wrong ones of this source instead, e.g. 'dev: real'")
    options = parser.parse_args()
    if not options.errors:
        for name, on, value in evaluate(options.data):
            print(f"{name:34} {on:28} {value:.3f}")
        return
    material = load_material(options.data)
    for row, seen, chance in zip(material.rows, material.seen, left_out(material), strict=True):
        if row.source == options.errors and (chance >= THRESHOLD) != row.barrier:
            rules = sorted({each.rule for each in seen.evidence})
            print(f"{'missed' if row.barrier else 'too much'} {chance:.2f} {row.label} {row.reason} {rules}")
            print(f"    {row.group} {row.clause.id}: {row.clause.lead_in[-60:]} | {row.clause.text[:160]}")


if __name__ == "__main__":
    main()
