"""How well do comparison and screening do on texts they never saw, type by type?

The figures are measured by `make eval` and ship as `assets/accuracy.json`:

    {"measured_on": {"zh": "…", "en": "…"},
     "link": {"precision": 0.9, "recall": 0.9, "f1": 0.9, "n": 217},
     "types": {"quantity": {"precision": 0.8, "recall": 0.7, "n": 40}, …},
     "direction": {"accuracy": 0.9, "n": 60},
     "quantities": {"found": 0.98, "right": 0.95, "n": 200},
     "barriers": {"measured_on": {"zh": "…", "en": "…"},
                  "real": {"precision": 0.9, "recall": 0.8, "f1": 0.85, "n": 900},
                  "composed": {…}, "article": {"accuracy": 0.95, "n": 100}, "cases": {"found": 0.9, "n": 100}, …}}

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
_NOWHERE = Words("", "")


@dataclass(frozen=True)
class Accuracy:
    """Measured figures by subject: link, type:quantity, barriers:real …; an empty mapping where nothing was measured."""

    measured_on: Words
    figures: Mapping[str, Figures] = field(default_factory=dict)
    barriers_on: Words = _NOWHERE

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
    found: dict[str, Figures] = {}
    for subject in ("link", "direction", "quantities"):
        found[subject] = _figures(data.get(subject))
    for group, prefix in (("types", "type"), ("barriers", "barriers")):
        for name, figures in _part(data, group).items():
            found[f"{prefix}:{name}"] = _figures(figures)
    return Accuracy(_words(data), found, _words(_part(data, "barriers")))


def _part(data: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = data.get(name)
    return part if isinstance(part, dict) else {}


def _words(data: Mapping[str, object]) -> Words:
    texts = _part(data, "measured_on")
    return Words(str(texts.get("zh", "")), str(texts.get("en", "")))


def _figures(part: object) -> Figures:
    if not isinstance(part, dict):
        return {}
    return {str(key): float(value) for key, value in part.items() if isinstance(value, int | float)}
