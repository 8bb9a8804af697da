"""How alike are two articles? Weighted n-gram overlap, between whole articles and between their segments.

Weights are log inverse document frequencies inside the two documents alone: within a matter they beat weights from the whole
corpus by 4–9 points of F1, for the matter's own words (every article of a fire code says 消防) then weigh nothing. All
matrices are (articles of A) × (articles of B), with values in [0, 1] where nothing else is said.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tongchi.comparison.english_words import word_codes
from tongchi.comparison.segments import Sheet
from tongchi.documents.model import DocumentKind

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Similarity:
    """All similarity matrices of one n-gram length.

    cosine: of whole articles. expanded: of articles joined with those they cite. cover_a, cover_b: weight share of A's (B's)
    n-grams that the other holds. best: highest cosine of two segments. reach_a: weighted mean over A's segments of their best
    match in B's article, reach_b likewise. mass: best cosine times the square root of the shared weight (not bounded by 1).
    mutual: best cosine of two segments that are each other's best in the documents, else 0. relative: best of cosine^½ times
    the ratio to the segments' best match anywhere. segments: cosine of every segment of A with every segment of B.
    """

    cosine: Matrix
    expanded: Matrix
    cover_a: Matrix
    cover_b: Matrix
    best: Matrix
    reach_a: Matrix
    reach_b: Matrix
    mass: Matrix
    mutual: Matrix
    relative: Matrix
    segments: Matrix


@dataclass(frozen=True)
class SegmentGrams:
    """n-gram counts of all segments of two documents over one vocabulary; A's rows come first."""

    counts: sparse.csr_matrix
    article_of: NDArray[np.int64]
    segments_a: int


def measure_similarity(a: Sheet, b: Sheet, length: int) -> Similarity:
    """Compare every article of A with every article of B by n-grams of `length` characters."""
    grams = count_grams(a, b, length)
    return _Measurer(a, b, grams).measure()


def count_grams(a: Sheet, b: Sheet, length: int) -> SegmentGrams:
    """Count n-grams of Chinese characters, letters and digits in every segment; none crosses punctuation.

    Between two English statutes a word takes the place of two characters: words for 2, pairs of words for 3; function words
    are passed over.
    """
    if a.document.kind is DocumentKind.STATUTE and b.document.kind is DocumentKind.STATUTE:
        return _grams_of_codes(a, b, word_codes(a, b), length - 1)
    text = "\n".join(
        [each.masked.replace("\n", " ") for sheet in (a, b) for article in sheet.segments for each in article]
    )
    return _grams_of_codes(a, b, np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.int64), length)


def _grams_of_codes(a: Sheet, b: Sheet, codes: NDArray[np.int64], length: int) -> SegmentGrams:
    segments = [each for sheet in (a, b) for article in sheet.segments for each in article]
    owners = [at for sheet in (a, b) for at, article in enumerate(sheet.segments) for _ in article]
    row = np.cumsum(codes == ord("\n"))
    size = len(codes) - length + 1
    if size <= 0:
        return SegmentGrams(sparse.csr_matrix((len(segments), 1)), np.array(owners), _count_segments(a))
    kept = _is_word(codes)
    key = np.zeros(size, dtype=np.int64)
    whole = np.ones(size, dtype=bool)
    for shift in range(length):
        key = key * 0x20000 + codes[shift : shift + size]
        whole &= kept[shift : shift + size]
    _, column = np.unique(key[whole], return_inverse=True)
    width = int(column.max()) + 1 if len(column) else 1
    counts = sparse.csr_matrix((np.ones(len(column)), (row[:size][whole], column)), shape=(len(segments), width))
    counts.sum_duplicates()
    return SegmentGrams(counts, np.array(owners), _count_segments(a))


def _count_segments(sheet: Sheet) -> int:
    return sum(len(article) for article in sheet.segments)


def _is_word(codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    ideograph = (codes >= 0x4E00) & (codes <= 0x9FFF)
    digit = (codes >= 0x30) & (codes <= 0x39)
    letter = ((codes >= 0x41) & (codes <= 0x5A)) | ((codes >= 0x61) & (codes <= 0x7A))
    return np.asarray(ideograph | digit | letter)


class _Measurer:
    def __init__(self, a: Sheet, b: Sheet, grams: SegmentGrams) -> None:
        self.a, self.b = a, b
        counts = grams.counts
        first = grams.segments_a
        self.owner_a, self.owner_b = grams.article_of[:first], grams.article_of[first:]
        self.segments_a, self.segments_b = counts[:first], counts[first:]
        self.articles_a = _gather(self.segments_a, self.owner_a, len(a.numbers))
        self.articles_b = _gather(self.segments_b, self.owner_b, len(b.numbers))
        present = np.bincount(
            np.concatenate([self.articles_a.indices, self.articles_b.indices]), minlength=counts.shape[1]
        )
        total = len(a.numbers) + len(b.numbers)
        self.weight = np.log((total + 1) / (present + 0.5))

    def measure(self) -> Similarity:
        vectors_a, vectors_b = self._weighted(self.articles_a), self._weighted(self.articles_b)
        cover_a, cover_b = self._cover()
        return Similarity(
            cosine=_cosine(vectors_a, vectors_b),
            expanded=self._expanded(),
            cover_a=cover_a,
            cover_b=cover_b,
            **self._between_segments(),
        )

    def _weighted(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        weighted = counts.copy()
        weighted.data = (1 + np.log(weighted.data)) * self.weight[weighted.indices]
        return weighted

    def _cover(self) -> tuple[Matrix, Matrix]:
        weight = sparse.diags(self.weight)
        present_a, present_b = self.articles_a.sign(), self.articles_b.sign()
        shared = np.asarray((present_a @ weight @ present_b.T).todense())
        total_a = np.asarray(present_a @ self.weight).ravel() + 1e-9
        total_b = np.asarray(present_b @ self.weight).ravel() + 1e-9
        return shared / total_a[:, None], shared / total_b[None, :]

    def _expanded(self) -> Matrix:
        """A sanction says 违反第十条规定的; what it punishes stands in article 10, so that text is joined to it."""
        wide_a = _join_cited(self.articles_a, self.a)
        wide_b = _join_cited(self.articles_b, self.b)
        return _cosine(self._weighted(wide_a), self._weighted(wide_b))

    def _between_segments(self) -> dict[str, Matrix]:
        vectors_a, vectors_b = self._weighted(self.segments_a), self._weighted(self.segments_b)
        weight_a = np.asarray(vectors_a.sum(1)).ravel()
        weight_b = np.asarray(vectors_b.sum(1)).ravel()
        cosine = _cosine(vectors_a, vectors_b)
        starts_a = np.searchsorted(self.owner_a, np.arange(len(self.a.numbers)))
        starts_b = np.searchsorted(self.owner_b, np.arange(len(self.b.numbers)))

        def best(values: Matrix) -> Matrix:
            wide = np.maximum.reduceat(values, starts_b, axis=1)
            return np.asarray(np.maximum.reduceat(wide, starts_a, axis=0))

        to_b = np.maximum.reduceat(cosine, starts_b, axis=1)
        to_a = np.maximum.reduceat(cosine, starts_a, axis=0)
        sum_a = np.add.reduceat(weight_a, starts_a)[:, None] + 1e-9
        sum_b = np.add.reduceat(weight_b, starts_b)[None, :] + 1e-9
        row_best, column_best = cosine.max(1, keepdims=True), cosine.max(0, keepdims=True)
        is_mutual = (cosine >= row_best - 1e-9) & (cosine >= column_best - 1e-9)
        ratio = np.minimum(cosine / (row_best + 1e-9), cosine / (column_best + 1e-9))
        return {
            "best": np.maximum.reduceat(to_b, starts_a, axis=0),
            "reach_a": np.add.reduceat(to_b * weight_a[:, None], starts_a, axis=0) / sum_a,
            "reach_b": np.add.reduceat(to_a * weight_b[None, :], starts_b, axis=1) / sum_b,
            "mass": best(np.sqrt(np.minimum(weight_a[:, None], weight_b[None, :])) * cosine),
            "mutual": best(is_mutual * cosine),
            "relative": best(ratio * np.sqrt(cosine)),
            "segments": cosine,
        }


def _gather(segments: sparse.csr_matrix, owner: NDArray[np.int64], articles: int) -> sparse.csr_matrix:
    """Add up the rows of each article's segments."""
    join = sparse.csr_matrix((np.ones(len(owner)), (owner, np.arange(len(owner)))), shape=(articles, len(owner)))
    return sparse.csr_matrix(join @ segments)


def _join_cited(articles: sparse.csr_matrix, sheet: Sheet) -> sparse.csr_matrix:
    rows = [at for at, cited in enumerate(sheet.cited) for _ in cited]
    columns = [each for cited in sheet.cited for each in cited]
    size = len(sheet.numbers)
    join = sparse.identity(size, format="csr") + sparse.csr_matrix(
        (np.ones(len(rows)), (rows, columns)), shape=(size, size)
    )
    return sparse.csr_matrix(join @ articles)


def _cosine(first: sparse.csr_matrix, second: sparse.csr_matrix) -> Matrix:
    return np.asarray((_unit(first) @ _unit(second).T).todense())


def _unit(vectors: sparse.csr_matrix) -> sparse.csr_matrix:
    length = np.sqrt(np.asarray(vectors.multiply(vectors).sum(1)).ravel())
    length[length == 0] = 1
    return sparse.csr_matrix(sparse.diags(1 / length) @ vectors)
