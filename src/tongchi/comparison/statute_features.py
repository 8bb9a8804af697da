"""What speaks for a link between two provisions of English statutes? Few features, each the same when the sides change places.

The features of Chinese articles (`alignment_features`) are forty and their weights are learnt from Chinese; here some hundred
labelled links must do, so only those are kept that a reader would name: how alike, the best match of either side or not, answered
in part or as a whole, for the same purpose, and whether the two texts are on one matter at all.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from tongchi.comparison.alignment_features import strongest_rival
from tongchi.comparison.article_functions import ArticleFunction
from tongchi.comparison.segments import Sheet
from tongchi.comparison.similarity import Matrix, measure_similarity
from tongchi.provisions.measures_en import find_measures_en
from tongchi.provisions.model import MeasureKind

FEATURES = (
    "log_cosine", "log_best", "phrases", "reach_low", "relative", "lead_low", "lead_high", "matter", "measures",
    "same_function", "other_function",
)  # fmt: skip
_LEAST = 0.02
_ON_ONE_MATTER = float(np.log(0.2))  # likeness beyond that tells nothing more of whether the matter is the same
_NEAREST = 6  # candidates: the other side's provisions that are among the nearest of either


def statute_features(a: Sheet, b: Sheet) -> tuple[dict[str, Matrix], NDArray[np.bool_], Matrix]:
    """Return the features by name, which pairs are candidates at all, and the likeness of segments.

    `FEATURES` are those of the models; "cosine" and "mass" are for the caller.
    """
    words, phrases = measure_similarity(a, b, 2), measure_similarity(a, b, 3)
    to_a, to_b = _lead(words.cosine), _lead(words.cosine.T).T
    features = {
        "cosine": words.cosine,
        "mass": words.mass,
        "log_cosine": np.log(words.cosine + _LEAST),
        "log_best": np.log(words.best + _LEAST),
        "phrases": phrases.cosine,
        "reach_low": np.minimum(words.reach_a, words.reach_b),
        "relative": words.relative,
        "lead_low": np.minimum(to_a, to_b),
        "lead_high": np.maximum(to_a, to_b),
        "matter": np.full(words.cosine.shape, min(_ON_ONE_MATTER, np.log(_mean_best(words.cosine) + _LEAST))),
        "measures": _shared_measures(a, b),
        "same_function": _same_function(a, b),
        "other_function": _other_function(a, b),
    }
    return features, _near(words.cosine) | _near(words.best), words.segments


def _mean_best(cosine: Matrix) -> float:
    return float(np.concatenate([cosine.max(1), cosine.max(0)]).mean())


def _lead(values: Matrix) -> Matrix:
    """Log ratio to the strongest competitor of the row: above 0 for the best of a row."""
    lead: Matrix = np.log((values + _LEAST) / (strongest_rival(values) + _LEAST))
    return lead


def _near(values: Matrix) -> NDArray[np.bool_]:
    """Tell which values are among the highest of their row or of their column, and not 0."""

    def among(table: Matrix) -> NDArray[np.bool_]:
        least = np.sort(table, axis=1)[:, -min(_NEAREST, table.shape[1])]
        return np.asarray(table >= least[:, None])

    return (among(values) | among(values.T).T) & (values > 0)


def _shared_measures(a: Sheet, b: Sheet) -> Matrix:
    """Cosine of the kinds of quantities that two provisions set: both a deadline, both a fine; rare kinds weigh more."""
    kinds = [[_kinds_of_measures(text) for text in sheet.texts] for sheet in (a, b)]
    everywhere = Counter(kind for side in kinds for found in side for kind in found)
    total = len(a.texts) + len(b.texts)
    weight = {kind: math.log((total + 1) / (count + 0.5)) ** 2 for kind, count in everywhere.items()}
    size = [[sum(weight[kind] for kind in found) for found in side] for side in kinds]
    return np.array(
        [
            [
                sum(weight[kind] for kind in left & right) / max(1e-9, (size[0][i] * size[1][j]) ** 0.5)
                for j, right in enumerate(kinds[1])
            ]
            for i, left in enumerate(kinds[0])
        ]
    )


def _kinds_of_measures(text: str) -> frozenset[tuple[MeasureKind, bool, bool]]:
    return frozenset((each.kind, each.lo is None, each.hi is None) for each in find_measures_en(text))


def _same_function(a: Sheet, b: Sheet) -> Matrix:
    """1 where both define, fine, commence … and not merely both set duties."""
    first, second = np.array(a.functions), np.array(b.functions)
    same = (first[:, None] == second[None, :]) & (first != ArticleFunction.DUTY)[:, None]
    return np.asarray(same, dtype=np.float64)


def _other_function(a: Sheet, b: Sheet) -> Matrix:
    first, second = np.array(a.functions), np.array(b.functions)
    return np.asarray(first[:, None] != second[None, :], dtype=np.float64)
