"""How do learned weights become a probability? A logistic or softmax model over named, standardised features.

Weights ship as JSON text in `weights/`, with the names of their features and a note on what they were trained on; they are
made by `scripts/train_comparison.py` and, those for English, `scripts/train_english.py`, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class LinearModel:
    """Class scores `intercept[k] + sum_i weights[k, i] * (feature_i - mean_i) / scale_i`.

    With one row of weights the model is logistic and `probabilities` gives P(yes); with several it is a softmax.
    """

    names: tuple[str, ...]
    classes: tuple[str, ...]
    mean: Vector
    scale: Vector
    weights: NDArray[np.float64]
    intercept: Vector
    threshold: float
    trained_on: str

    def scores(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the class scores of each row of `features` (columns in the order of `names`)."""
        result: NDArray[np.float64] = (features - self.mean) / self.scale @ self.weights.T + self.intercept
        return result

    def probabilities(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return P(yes) per row for a logistic model, else one column per class."""
        scores = self.scores(features)
        if scores.shape[1] == 1:
            result: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(scores[:, 0], -40, 40)))
            return result
        shifted = np.exp(scores - scores.max(1, keepdims=True))
        return np.asarray(shifted / shifted.sum(1, keepdims=True))

    def stack(self, features: Mapping[str, NDArray[np.float64]], where: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the rows of the chosen cells of feature matrices."""
        return np.stack([features[name][where] for name in self.names], axis=1)

    def to_json(self) -> str:
        """Return the model as JSON text with six significant digits."""
        return json.dumps(
            {
                "trained_on": self.trained_on,
                "classes": list(self.classes),
                "threshold": self.threshold,
                "intercept": _round(self.intercept),
                "features": {
                    name: {
                        "mean": _round(self.mean[at]),
                        "scale": _round(self.scale[at]),
                        "weights": _round(self.weights[:, at]),
                    }
                    for at, name in enumerate(self.names)
                },
            },
            ensure_ascii=False,
            indent=1,
        )


def model_from_json(text: str) -> LinearModel:
    """Read a model back from its JSON text."""
    raw = json.loads(text)
    features = raw["features"]
    return LinearModel(
        names=tuple(features),
        classes=tuple(raw["classes"]),
        mean=np.array([each["mean"] for each in features.values()]),
        scale=np.array([each["scale"] for each in features.values()]),
        weights=np.array([each["weights"] for each in features.values()]).T,
        intercept=np.array(raw["intercept"]),
        threshold=float(raw["threshold"]),
        trained_on=raw["trained_on"],
    )


@cache
def shipped_model(room: str, name: str) -> LinearModel:
    """Return the weights `name` that ship with a room, such as "alignment" of "comparison" or "barriers" of "barriers"."""
    return model_from_json(resources.files(f"tongchi.{room}").joinpath(f"weights/{name}.json").read_text("utf-8"))


def _round(values: object) -> object:
    if isinstance(values, np.ndarray):
        return [float(f"{each:.6g}") for each in values.tolist()]
    return float(f"{values:.6g}")
