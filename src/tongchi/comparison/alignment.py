"""Which articles of two texts govern the same question? Many-to-many links, each with a probability and its evidence.

A link joins (part of) an article of A with (part of) one of B that a lawyer would put into one row of a table. Links may
cross and an article may have several, so each pair of candidates is decided on its own features, among them how it stands
against its competitors. The probability is that of the logistic model, calibrated on labelled pairs that it had not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tongchi.comparison.alignment_features import alignment_features
from tongchi.comparison.masking import matter_of, plain_text
from tongchi.comparison.segments import Sheet
from tongchi.comparison.statute_features import statute_features
from tongchi.documents.model import DocumentKind
from tongchi.learned import LinearModel, shipped_model

_CERTAIN = 0.999
_LEAST_SHARED = 0.5  # best cosine of two segments × √weight; no right link of the labelled pairs has less than 0.44
# Mean best cosine of the articles of two texts: 0.146–0.46 for pairs on one matter, 0.07–0.123 for others (39 real pairs).
STRANGERS_BELOW = 0.135
_STRANGER_LOGIT = -3.0


@dataclass(frozen=True, slots=True)
class AlignedArticles:
    """One link: places of the two articles in their sheets, probability, strength, and whether the texts are equal."""

    a: int
    b: int
    probability: float
    strength: Literal["primary", "partial"]
    identical: bool


@dataclass(frozen=True)
class Alignment:
    """All links between two prepared documents, in the order of A's articles, then B's.

    `segments` holds the likeness of every segment of A with every one of B, on which the difference is judged.
    """

    a: Sheet
    b: Sheet
    links: tuple[AlignedArticles, ...]
    segments: NDArray[np.float64]
    similarity: NDArray[np.float64]

    @property
    def english(self) -> bool:
        """Whether both are English statutes, which are read by words."""
        return _are_english(self.a, self.b)


def align_articles(
    a: Sheet, b: Sheet, *, model: LinearModel | None = None, strength_model: LinearModel | None = None
) -> Alignment:
    """Link the articles of two documents; two English statutes by features and weights of their own."""
    english = _are_english(a, b)
    model = model or shipped_model("comparison", "alignment_en" if english else "alignment")
    strength_model = strength_model or shipped_model("comparison", "strength_en" if english else "strength")
    if not a.numbers or not b.numbers:
        empty = np.zeros((len(a.numbers), len(b.numbers)))
        return Alignment(a, b, (), empty, empty)
    features, candidate, segments = statute_features(a, b) if english else alignment_features(a, b)
    probability = np.zeros(candidate.shape)
    logit = model.scores(model.stack(features, candidate))[:, 0]
    if not english and are_strangers(a, b, features["cosine"]):
        logit = logit + _STRANGER_LOGIT
    probability[candidate] = 1 / (1 + np.exp(-np.clip(logit, -40, 40)))
    equal = _equal_articles(a, b)
    probability = np.where(equal, np.maximum(probability, _CERTAIN), _drop_rivals(probability, equal))
    chosen = (probability >= model.threshold) & (equal | (features["mass"] >= _LEAST_SHARED))
    primary = np.zeros(candidate.shape)
    if chosen.any():
        primary[chosen] = strength_model.probabilities(strength_model.stack(features, chosen))
    links = tuple(
        AlignedArticles(
            int(i),
            int(j),
            round(float(probability[i, j]), 4),
            "primary" if equal[i, j] or primary[i, j] >= strength_model.threshold else "partial",
            bool(equal[i, j]),
        )
        for i, j in zip(*np.nonzero(chosen), strict=True)
    )
    return Alignment(a, b, links, segments, features["cosine"])


def _are_english(a: Sheet, b: Sheet) -> bool:
    return a.document.kind is DocumentKind.STATUTE and b.document.kind is DocumentKind.STATUTE


def are_strangers(a: Sheet, b: Sheet, cosine: NDArray[np.float64]) -> bool:
    """Tell whether two documents are on different matters, so that the best match of an article is mostly a chance one.

    The link model has learnt from texts on one matter, where the best match of an article usually is its counterpart. Titles
    that name the same matter decide; else the mean best likeness of the articles.
    """
    first, second = matter_of(a.document.metadata), matter_of(b.document.metadata)
    if min(len(first), len(second)) >= 2 and (first in second or second in first):
        return False
    return float(np.concatenate([cosine.max(1), cosine.max(0)]).mean()) < STRANGERS_BELOW


def _equal_articles(a: Sheet, b: Sheet) -> NDArray[np.bool_]:
    """Tell which articles are the same but for jurisdiction names, own titles, white space and punctuation.

    Of an article that has nothing else (××××) every character counts.
    """
    first = [plain_text(text, a.document.metadata) or text for text in a.texts]
    second = [plain_text(text, b.document.metadata) or text for text in b.texts]
    return np.array([[left == right for right in second] for left in first])


def _drop_rivals(probability: NDArray[np.float64], equal: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Where both articles stand word for word on the other side, what else they share is said there already."""
    settled = np.any(equal, axis=1, keepdims=True) & np.any(equal, axis=0, keepdims=True)
    return np.where(settled, 0.0, probability)
