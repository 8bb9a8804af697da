"""What tells whether B is stricter, looser, of other scope, or the same in other words? Features of one link.

Every feature is either symmetric (`sum_`, `low_`, `gap_`, `both_`: unchanged when the sides change places) or a signed
difference B − A (`more_`: changes its sign). The model weighs stricter and looser by the same symmetric and by opposite
signed weights, so that A against B and B against A never contradict each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tongchi.comparison.alignment import Alignment
from tongchi.comparison.article_functions import ArticleFunction
from tongchi.comparison.english_words import count_words
from tongchi.comparison.segments import Segment
from tongchi.provisions.model import Measure

# Chinese and English words in one pattern each: neither language has the other's. "No person may" bans.
NO_ONE_MAY = r"(?i:no (?!later|more|less|fewer|longer)[a-z]+(?: [a-z,]+){0,12}? (?:may|shall|can))\b"
DUTY = re.compile(
    r"应当|必须|不得|禁止|严禁|不准|有义务|\b(?i:shall(?! (?:mean|have the (?:same |following )?meaning|be (?:construed|known|cited)))|must|"
    rf"(?:may|can) ?not|(?:is|are) (?:required to|prohibited)|unlawful (?:for|to))\b|\b{NO_ONE_MAY}"
)
LEAVE = re.compile(
    r"可以|鼓励|支持|引导|倡导|提倡|\b(?i:may(?! not| be (?:construed|cited))|(?:is|are) (?:authorized|entitled|encouraged|permitted) to)\b"
)
PENALTY = re.compile(
    r"罚款|处分|警告|没收|吊销|责令|追究|暂停|\b(?i:fines?|fined|penalt(?:y|ies)|damages|injunct\w+|liable|misdemeanor|felony|imprison\w*|revo\w+)\b"
)
MATCHED = 0.30
ELSEWHERE = 0.05


@dataclass(frozen=True)
class LinkedSegments:
    """The segments of two linked articles and how each is answered.

    `likeness` is (segments of a) × (segments of b). `extra_a` marks A's segments that neither B's article nor the rest of B
    answers; `moved_a` those that another article of B answers better (they are no difference of this link, guideline §6).
    """

    a: tuple[Segment, ...]
    b: tuple[Segment, ...]
    likeness: NDArray[np.float64]
    extra_a: NDArray[np.bool_]
    extra_b: NDArray[np.bool_]
    moved_a: NDArray[np.bool_]
    moved_b: NDArray[np.bool_]
    english: bool = False


class SegmentTable:
    """Finds the segments of any link in the likeness matrix of a whole alignment."""

    def __init__(self, alignment: Alignment) -> None:
        self.alignment = alignment
        self.starts_a = np.cumsum([0, *(len(each) for each in alignment.a.segments)])
        self.starts_b = np.cumsum([0, *(len(each) for each in alignment.b.segments)])

    def linked(self, i: int, j: int) -> LinkedSegments:
        """Return the segments of article i of A and article j of B."""
        table = self.alignment.segments
        rows = slice(self.starts_a[i], self.starts_a[i + 1])
        columns = slice(self.starts_b[j], self.starts_b[j + 1])
        likeness = table[rows, columns]
        best_a, best_b = likeness.max(1), likeness.max(0)
        other_a = _best_outside(table[rows], columns, 1)
        other_b = _best_outside(table[:, columns], rows, 0)
        answered_a = (other_a >= MATCHED + ELSEWHERE) & (other_a > best_a)
        answered_b = (other_b >= MATCHED + ELSEWHERE) & (other_b > best_b)
        return LinkedSegments(
            self.alignment.a.segments[i],
            self.alignment.b.segments[j],
            likeness,
            (best_a < MATCHED) & ~answered_a,
            (best_b < MATCHED) & ~answered_b,
            (best_a < MATCHED) & answered_a,
            (best_b < MATCHED) & answered_b,
            self.alignment.english,
        )


def _best_outside(values: NDArray[np.float64], inside: slice, axis: int) -> NDArray[np.float64]:
    outside = np.delete(values, inside, axis=axis)
    if outside.shape[axis] == 0:
        return np.zeros(values.shape[1 - axis])
    return np.asarray(outside.max(axis))


def difference_features(
    alignment: Alignment,
    link: tuple[int, int],
    segments: LinkedSegments,
    *,
    degrees: tuple[int, int],
    lone_measures: tuple[list[Measure], list[Measure]],
) -> dict[str, float]:
    """Return the named features of one link; `degrees` is how many links its two articles have."""
    i, j = link
    first, second = (
        _Side(segments.a, segments.extra_a, segments.moved_a, segments.english),
        _Side(segments.b, segments.extra_b, segments.moved_b, segments.english),
    )
    features: dict[str, float] = {}
    for name, (left, right) in {
        "length": (np.log(first.length + 5), np.log(second.length + 5)),
        "extra": (first.share(first.extra), second.share(second.extra)),
        "extra_length": (np.log1p(first.extra_length), np.log1p(second.extra_length)),
        "moved": (first.share(first.moved), second.share(second.moved)),
        "reach": (first.mean(segments.likeness.max(1)), second.mean(segments.likeness.max(0))),
        "duties": (first.count(DUTY), second.count(DUTY)),
        "extra_duties": (first.count_extra(DUTY), second.count_extra(DUTY)),
        "leave": (first.leave_share(), second.leave_share()),
        "penalties": (first.count(PENALTY), second.count(PENALTY)),
        "segments": (np.log(len(segments.a)), np.log(len(segments.b))),
        "degree": (np.log(degrees[0]), np.log(degrees[1])),
        "lone_measures": (len(lone_measures[0]) ** 0.5, len(lone_measures[1]) ** 0.5),
        "modality": _modality(segments),
    }.items():
        features[f"sum_{name}"] = float(left + right)
        features[f"low_{name}"] = float(min(left, right))
        features[f"gap_{name}"] = float(abs(right - left))
        features[f"more_{name}"] = float(right - left)
    features["both_cosine"] = float(alignment.similarity[i, j])
    features["both_best"] = float(segments.likeness.max())
    for function in ArticleFunction:
        held = (alignment.a.functions[i] == function) + (alignment.b.functions[j] == function)
        features[f"both_{function.name.lower()}"] = float(held)
    return features


class _Side:
    def __init__(
        self, segments: tuple[Segment, ...], extra: NDArray[np.bool_], moved: NDArray[np.bool_], english: bool
    ) -> None:
        self.lengths = np.array([extent(each.masked, english=english) for each in segments], dtype=np.float64)
        self.length = float(self.lengths.sum())
        self.extra, self.moved = extra, moved
        self.text = "\n".join(each.masked for each in segments)
        self.extra_text = "\n".join(each.masked for each, alone in zip(segments, extra, strict=True) if alone)
        self.extra_length = extent(self.extra_text, english=english)

    def share(self, marked: NDArray[np.bool_]) -> float:
        return float((self.lengths * marked).sum() / max(self.length, 1))

    def mean(self, values: NDArray[np.float64]) -> float:
        return float((self.lengths * values).sum() / max(self.length, 1))

    def count(self, cue: re.Pattern[str]) -> float:
        return float(np.log1p(len(cue.findall(self.text))))

    def count_extra(self, cue: re.Pattern[str]) -> float:
        return float(np.log1p(len(cue.findall(self.extra_text))))

    def leave_share(self) -> float:
        return len(LEAVE.findall(self.text)) / (1 + len(DUTY.findall(self.text)))


def extent(text: str, *, english: bool) -> int:
    """Return the length of a text in characters; an English word counts as two, as where n-grams are counted."""
    return 2 * count_words(text) if english else len(text)


def answering_pairs(
    likeness: NDArray[np.float64], least: float, *, mutual: bool = False
) -> tuple[tuple[int, int], ...]:
    """Return the segments that answer each other: each side's best match, where it is at least `least` alike.

    With `mutual` only those that are the best match of each other: English sentences repeat the words of the one before, so
    that "notice may be delayed" would also answer "notice shall be made when …".
    """
    by_row = {(at, int(row.argmax())) for at, row in enumerate(likeness) if row.max() >= least}
    by_column = {(int(column.argmax()), at) for at, column in enumerate(likeness.T) if column.max() >= least}
    return tuple(sorted(by_row & by_column if mutual else by_row | by_column))


def _modality(segments: LinkedSegments) -> tuple[float, float]:
    """Mean strength of the modality in segments that answer each other: duty 1, leave 0, nothing 0.5."""
    pairs = answering_pairs(segments.likeness, 0.4, mutual=segments.english)
    if not pairs:
        return 0.5, 0.5
    left = [modal_strength(segments.a[at].masked) for at, _ in pairs]
    right = [modal_strength(segments.b[to].masked) for _, to in pairs]
    return float(np.mean(left)), float(np.mean(right))


def modal_strength(text: str) -> float:
    """Return 1 where the first modal word orders or forbids, 0 where it allows or encourages, 0.5 where there is none."""
    duty, leave = DUTY.search(text), LEAVE.search(text)
    if duty and (not leave or duty.start() <= leave.start()):
        return 1.0
    return 0.0 if leave else 0.5
