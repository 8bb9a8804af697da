"""How well does the comparison do on texts it never saw, type by type?

The figures are measured by `make eval` and ship as `assets/accuracy.json`:

    {"measured_on": {"zh": "…", "en": "…"},
     "link": {"precision": 0.9, "recall": 0.9, "f1": 0.9, "n": 217},
     "types": {"quantity": {"precision": 0.8, "recall": 0.7, "n": 40}, …},
     "direction": {"accuracy": 0.9, "n": 60},
     "quantities": {"found": 0.98, "right": 0.95, "n": 200}}

Every part may be absent; what is absent is shown as not measured.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import cast

from tongchi.report.words import Words

Figures = Mapping[str, float]


@dataclass(frozen=True)
class Accuracy:
    """Measured figures by subject: link, type:quantity, direction …; an empty mapping where nothing was measured."""

    measured_on: Words
    figures: Mapping[str, Figures] = field(default_factory=dict)

    def of(self, subject: str) -> Figures:
        """Return the figures of one subject, empty where it was not measured."""
        return self.figures.get(subject, {})


def read_accuracy() -> Accuracy:
    """Return the figures that ship with the package."""
    file = resources.files("tongchi.report") / "assets" / "accuracy.json"
    if not file.is_file():
        return Accuracy(Words("", ""))
    return accuracy_from_json(cast("dict[str, object]", json.loads(file.read_text(encoding="utf-8"))))


def accuracy_from_json(data: Mapping[str, object]) -> Accuracy:
    """Return the figures in `data`, laid out as the module says."""
    measured = data.get("measured_on")
    texts = measured if isinstance(measured, dict) else {}
    found: dict[str, Figures] = {}
    for subject in ("link", "direction", "quantities"):
        found[subject] = _figures(data.get(subject))
    types = data.get("types")
    for name, figures in (types if isinstance(types, dict) else {}).items():
        found[f"type:{name}"] = _figures(figures)
    return Accuracy(Words(str(texts.get("zh", "")), str(texts.get("en", ""))), found)


def _figures(part: object) -> Figures:
    if not isinstance(part, dict):
        return {}
    return {str(key): float(value) for key, value in part.items() if isinstance(value, int | float)}
