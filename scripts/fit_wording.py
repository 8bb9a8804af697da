"""How are the weights of n-grams found? Penalised logistic regression on sparse counts, by L-BFGS from zero."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from tongchi.barriers.abstraction import Abstract
from tongchi.barriers.wording import WordingModel, grams_of

FEWEST = 4  # clauses that must hold an n-gram
PENALTY = 0.1
SMALLEST = 0.5  # n-grams whose weights by item are all below this have none in the table
Array = NDArray[np.float64]


def fit_wording(
    texts: Sequence[Abstract], barrier: NDArray[np.bool_], codes: Sequence[str], weight: Array, *, items: bool
) -> WordingModel:
    """Fit the n-grams of labelled clauses: to be a barrier or not, and, if `items`, for barriers to the item violated."""
    counts = [Counter(grams_of(text.signs)) for text in texts]
    spread = Counter(gram for each in counts for gram in each)
    grams = sorted(gram for gram, held in spread.items() if held >= FEWEST)
    rarity = {gram: math.log((1 + len(texts)) / (1 + spread[gram])) + 1 for gram in grams}
    matrix = _matrix(counts, grams, rarity)
    signs = np.where(barrier, 1.0, -1.0)
    weights, intercept = _binary(matrix, signs, weight)
    values = dict(zip(grams, weights.tolist(), strict=True))
    if not items:
        return WordingModel(intercept, (), (), rarity, values, {})
    names = tuple(sorted({code for code, yes in zip(codes, barrier, strict=True) if yes}, key=_order))
    rows = np.flatnonzero(barrier)
    classes = np.array([names.index(codes[row]) for row in rows])
    by_code, code_intercepts = _softmax(matrix[rows], classes, len(names))
    kept = np.flatnonzero(np.abs(by_code).max(1) >= SMALLEST)
    return WordingModel(
        intercept, names, tuple(float(each) for each in code_intercepts), rarity,
        values, {grams[at]: tuple(by_code[at].tolist()) for at in kept},
    )  # fmt: skip


def _order(code: str) -> tuple[int, int]:
    article, _, item = code.partition(".")
    return int(article), int(item or 0)


def _matrix(counts: Sequence[Counter[str]], grams: Sequence[str], rarity: dict[str, float]) -> sparse.csr_matrix:
    column = {gram: at for at, gram in enumerate(grams)}
    data, columns, ends = [], [], [0]
    for each in counts:
        values = {column[gram]: (1 + math.log(n)) * rarity[gram] for gram, n in each.items() if gram in column}
        length = math.sqrt(sum(value * value for value in values.values())) or 1.0
        for at in sorted(values):
            columns.append(at)
            data.append(values[at] / length)
        ends.append(len(columns))
    return sparse.csr_matrix((data, columns, ends), shape=(len(counts), len(grams)))


def _binary(matrix: sparse.csr_matrix, signs: Array, weight: Array) -> tuple[Array, float]:
    def loss(flat: Array) -> tuple[float, Array]:
        margin = signs * (matrix @ flat[:-1] + flat[-1])
        value = float((np.logaddexp(0, -margin) * weight).sum() + PENALTY / 2 * (flat[:-1] ** 2).sum())
        slope = -signs * weight / (1 + np.exp(np.clip(margin, -40, 40)))
        return value, np.append(matrix.T @ slope + PENALTY * flat[:-1], slope.sum())

    found = minimize(loss, np.zeros(matrix.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return found.x[:-1], float(found.x[-1])


def _softmax(matrix: sparse.csr_matrix, classes: NDArray[np.int64], count: int) -> tuple[Array, Array]:
    width = matrix.shape[1]
    wanted = np.eye(count)[classes]

    def loss(flat: Array) -> tuple[float, Array]:
        weights, intercept = flat[: width * count].reshape(width, count), flat[width * count :]
        scores = matrix @ weights + intercept
        scores -= scores.max(1, keepdims=True)
        total = np.log(np.exp(scores).sum(1, keepdims=True))
        value = float((total[:, 0] - (scores * wanted).sum(1)).sum() + PENALTY / 2 * (weights**2).sum())
        slope = np.exp(scores - total) - wanted
        return value, np.append((matrix.T @ slope + PENALTY * weights).ravel(), slope.sum(0))

    start = np.zeros((width + 1) * count)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 100})
    return found.x[: width * count].reshape(width, count), found.x[width * count :]
