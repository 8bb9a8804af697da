"""What speaks for a link between two articles, and what against? Named features, one matrix each.

Absolute likeness alone does not decide: the same cosine is a link where it is the best either article can get, and none
where three others are better. So each likeness also enters as rank and as ratio to the strongest competitor, beside what the
articles are for, where they stand and how long they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tongchi.comparison.article_functions import ArticleFunction
from tongchi.comparison.segments import Sheet
from tongchi.comparison.similarity import Matrix, Similarity, measure_similarity

_GENERAL = (
    ArticleFunction.PURPOSE,
    ArticleFunction.SCOPE,
    ArticleFunction.DEFINITION,
    ArticleFunction.PRINCIPLE,
    ArticleFunction.COMMENCEMENT,
)


def alignment_features(a: Sheet, b: Sheet) -> tuple[dict[str, Matrix], NDArray[np.bool_], Matrix]:
    """Return the features by name, which pairs are candidates at all (the others are no links), and segment likeness."""
    pairs, triples = measure_similarity(a, b, 2), measure_similarity(a, b, 3)
    features = _likeness(pairs, triples)
    for name in ("cosine", "best", "reach_high", "expanded"):
        features.update(_competition(name, features[name]))
    features.update(_place(a, b, pairs.cosine))
    features.update(_function(a, b))
    features.update(_length(a, b))
    candidate = (features["cosine_rank_low"] < np.log1p(10)) | (features["best_rank_low"] < np.log1p(6))
    return features, candidate, pairs.segments


def _likeness(pairs: Similarity, triples: Similarity) -> dict[str, Matrix]:
    return {
        "cosine": pairs.cosine,
        "expanded": pairs.expanded,
        "cover_low": np.minimum(pairs.cover_a, pairs.cover_b),
        "cover_high": np.maximum(pairs.cover_a, pairs.cover_b),
        "best": pairs.best,
        "reach_low": np.minimum(pairs.reach_a, pairs.reach_b),
        "reach_high": np.maximum(pairs.reach_a, pairs.reach_b),
        "mass": pairs.mass,
        "mutual": pairs.mutual,
        "relative": pairs.relative,
        "cosine_3": triples.cosine,
        "best_3": triples.best,
        "expanded_3": triples.expanded,
        "relative_3": triples.relative,
        "reach_high_3": np.maximum(triples.reach_a, triples.reach_b),
        "reach_low_3": np.minimum(triples.reach_a, triples.reach_b),
    }


def _competition(name: str, values: Matrix) -> dict[str, Matrix]:
    """Rank and ratio against the competitors of either article; lower and higher of the two, so that sides may change."""
    ratio_a = values / (strongest_rival(values) + 0.02)
    ratio_b = values / (strongest_rival(values.T).T + 0.02)
    rank_a, rank_b = _log_rank(values), _log_rank(values.T).T
    return {
        f"{name}_rank_low": np.minimum(rank_a, rank_b),
        f"{name}_rank_high": np.maximum(rank_a, rank_b),
        f"{name}_ratio_low": np.log(np.minimum(ratio_a, ratio_b) + 0.05),
        f"{name}_ratio_high": np.log(np.maximum(ratio_a, ratio_b) + 0.05),
    }


def strongest_rival(values: Matrix) -> Matrix:
    """For each cell, the highest other value of its row; 0 where the row has no other."""
    rows, columns = values.shape
    if columns < 2:
        return np.zeros_like(values)
    order = np.argpartition(-values, 1, axis=1)[:, :2]
    at = np.arange(rows)
    top_two = values[at[:, None], order]
    highest = top_two.max(1)
    second = top_two.min(1)
    result = np.repeat(highest[:, None], columns, axis=1)
    result[at, values.argmax(1)] = second
    return result


def _log_rank(values: Matrix) -> Matrix:
    """log(1 + number of higher values in the row); equal values share the better rank, whatever their order."""
    ordered = np.sort(-values, axis=1)
    ranks = np.stack([np.searchsorted(line, -row) for line, row in zip(ordered, values, strict=True)])
    return np.log1p(ranks.astype(np.float64))


def _place(a: Sheet, b: Sheet, cosine: Matrix) -> dict[str, Matrix]:
    """Distance of relative positions, likeness of the neighbours, and of the headings above."""
    first = np.arange(len(a.numbers)) / max(1, len(a.numbers) - 1)
    second = np.arange(len(b.numbers)) / max(1, len(b.numbers) - 1)
    padded = np.pad(cosine, 1)
    along = np.maximum(padded[:-2, :-2], padded[2:, 2:])
    across = np.maximum.reduce([padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]])
    return {
        "distance": np.abs(first[:, None] - second[None, :]),
        "neighbours_along": along,
        "neighbours_across": across,
        "heading": _heading_likeness(a.headings, b.headings),
    }


def _heading_likeness(first: tuple[str, ...], second: tuple[str, ...]) -> Matrix:
    """Share of common bigrams in the nearest headings; 0.3 where one has none, as for unrelated ones."""

    def bigrams(heading: str) -> frozenset[str]:
        nearest = heading.split("\n")[0]
        return frozenset(nearest[at : at + 2] for at in range(len(nearest) - 1))

    names_a, index_a = np.unique(np.array(first or [""]), return_inverse=True)
    names_b, index_b = np.unique(np.array(second or [""]), return_inverse=True)
    table = np.full((len(names_a), len(names_b)), 0.3)
    for i, left in enumerate(map(bigrams, names_a.tolist())):
        for j, right in enumerate(map(bigrams, names_b.tolist())):
            if left and right:
                table[i, j] = len(left & right) / np.sqrt(len(left) * len(right))
    return table[index_a][:, index_b]


def _function(a: Sheet, b: Sheet) -> dict[str, Matrix]:
    first, second = np.array(a.functions), np.array(b.functions)
    same = first[:, None] == second[None, :]
    sanction_a, sanction_b = first == ArticleFunction.SANCTION, second == ArticleFunction.SANCTION
    return {
        "same_function": same.astype(np.float64),
        "same_general": (same & np.isin(first, _GENERAL)[:, None]).astype(np.float64),
        "both_competence": (same & (first == ArticleFunction.COMPETENCE)[:, None]).astype(np.float64),
        "both_sanction": (sanction_a[:, None] & sanction_b[None, :]).astype(np.float64),
        "one_sanction": (sanction_a[:, None] ^ sanction_b[None, :]).astype(np.float64),
    }


def _length(a: Sheet, b: Sheet) -> dict[str, Matrix]:
    first = np.array([len(text) for text in a.texts], dtype=np.float64)[:, None]
    second = np.array([len(text) for text in b.texts], dtype=np.float64)[None, :]
    shorter, longer = np.minimum(first, second), np.maximum(first, second)
    return {
        "length_ratio": shorter / longer,
        "length_shorter": np.log1p(shorter),
        "length_longer": np.log1p(longer),
        "pairs": np.full(shorter.shape, np.log(shorter.size)),
    }
