"""Which documents of which jurisdictions govern the same matter?

Texts whose titles name the same matter (`matters`) are one group. Groups are then joined, the most alike first, where

    mean likeness of their documents + TITLE_SHARE * likeness of their matters' names >= THRESHOLD,

unless they hold texts of the same places: a legislator rules a matter once, so that 法官法 and 检察官法, alike as they
are, stay apart, and 煤矿安全生产条例 stays out of 安全生产. Likeness of documents is the search score over whole
documents, mean of both directions; that of names is the Jaccard index of their characters and pairs of characters.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from tongchi.comparison.corpus.encode import Engine
from tongchi.comparison.corpus.index import CorpusIndex
from tongchi.comparison.corpus.matters import matter_of
from tongchi.comparison.corpus.places import NATION
from tongchi.comparison.corpus.postings import build_postings
from tongchi.comparison.corpus.search import search
from tongchi.documents.collection import TextUnits

THRESHOLD = 0.265
TITLE_SHARE = 0.25
LEAST_LIKENESS = 0.10  # no two groups are joined whose texts have less in common, whatever their names
OVERLAP = 0.25  # share of the places of the smaller group that may also be in the other
SAME_NAME = 0.85  # names so alike that the same place may be in both: a slip of the pen, or a new title
_NEIGHBOURS = 64
_SHARE = 0.1  # a family may hold many documents: features of up to a tenth of them are kept

_Edges = dict[tuple[int, int], float]


@dataclass
class _Group:
    """A set of documents on its way to become a family."""

    names: list[str]
    documents: list[int]
    places: set[str]


def families(index: CorpusIndex, *, least: int = 2, workers: int = 2, engine: Engine = "auto") -> pl.DataFrame:
    """Return the families, one row per document, the largest families first.

    A family has at least `least` texts, versions of one text (same title and place) counted once.

    Columns: `family` (number from 0), `matter` (the family's label), `document`, `title`, `jurisdiction`, `province`,
    `level`, `adopted`, `vintage`, `effective`, `latest` (false for a text of the same title and place with a later
    vintage in the index), `likeness` (mean search score with the other documents of the family; null if alone).
    """
    titles = index.documents["title"].to_list()
    places = [place or NATION for place in index.documents["jurisdiction"].to_list()]
    pairs = _document_likeness(index, workers=workers, engine=engine)
    groups = _initial_groups([matter_of(title) for title in titles], places)
    _join_groups(groups, pairs, len(titles))
    found = [group for group in groups if _texts(group, titles, places) >= max(1, least)]
    found.sort(key=lambda group: (-len(group.documents), _label(group)))
    return _frame(index, found, pairs)


def _texts(group: _Group, titles: Sequence[str], places: Sequence[str]) -> int:
    return len({(titles[row], places[row]) for row in group.documents})


def _document_likeness(index: CorpusIndex, *, workers: int, engine: Engine) -> _Edges:
    """Return the likeness of documents, (lower row, higher row) → [0, 1], of those that are near."""
    count = len(index.documents)
    borders = np.searchsorted(index.document_of, np.arange(count + 1))
    texts = TextUnits(index.texts.text, np.asarray(index.texts.offsets)[borders])
    postings = build_postings(texts, share=_SHARE, workers=workers, engine=engine)
    own = np.arange(count, dtype=np.int32)
    found = search(postings, texts, _NEIGHBOURS, group=own, banned=own, workers=workers, engine=engine)
    pairs: _Edges = defaultdict(float)
    query, place = np.nonzero(found.units >= 0)
    scores = found.scores[query, place].tolist()
    for a, b, score in zip(query.tolist(), found.units[query, place].tolist(), scores, strict=True):
        pairs[min(a, b), max(a, b)] += score / 2
    return dict(pairs)


def _initial_groups(matters: Sequence[str], places: Sequence[str]) -> list[_Group]:
    by_matter: dict[str, list[int]] = defaultdict(list)
    for row, matter in enumerate(matters):
        by_matter[matter].append(row)
    # A matter of which the title says nothing is no ground for a group.
    groups = [
        _Group([name] * len(rows), rows, {places[row] for row in rows}) for name, rows in by_matter.items() if name
    ]
    return groups + [_Group([""], [row], {places[row]}) for row in by_matter.get("", [])]


def _join_groups(groups: list[_Group], pairs: _Edges, count: int) -> None:
    """Join groups by falling likeness until none reaches the threshold; a joined group is left empty."""
    group_of = np.empty(count, dtype=np.int64)
    for number, group in enumerate(groups):
        group_of[group.documents] = number
    sums: list[dict[int, float]] = [defaultdict(float) for _ in groups]
    for (a, b), score in pairs.items():
        one, two = int(group_of[a]), int(group_of[b])
        if one != two:
            sums[one][two] += score
            sums[two][one] += score
    heap = [
        (-strength, one, two, 0)
        for one, others in enumerate(sums)
        for two, total in others.items()
        if one < two and (strength := _strength(groups[one], groups[two], total)) >= THRESHOLD
    ]
    heapq.heapify(heap)
    version = [0] * len(groups)
    while heap:
        _, one, two, stamp = heapq.heappop(heap)
        if stamp != version[one] + version[two] or not groups[one].documents or not groups[two].documents:
            continue
        _merge(groups, sums, one, two)
        version[one] += 1
        version[two] += 1
        for other, total in sums[one].items():
            strength = _strength(groups[one], groups[other], total)
            if strength >= THRESHOLD:
                low, high = min(one, other), max(one, other)
                heapq.heappush(heap, (-strength, low, high, version[one] + version[other]))


def _merge(groups: list[_Group], sums: list[dict[int, float]], one: int, two: int) -> None:
    """Move the documents of group `two` to group `one`, and its sums of likeness with it."""
    groups[one].names += groups[two].names
    groups[one].documents += groups[two].documents
    groups[one].places |= groups[two].places
    groups[two] = _Group([], [], set())
    for other, total in sums[two].items():
        del sums[other][two]
        if other != one:
            sums[one][other] += total
            sums[other][one] += total
    sums[two] = {}


def _strength(one: _Group, two: _Group, total: float) -> float:
    """Return how much two groups belong together; 0 where they must stay apart."""
    likeness = total / (len(one.documents) * len(two.documents))
    if likeness < LEAST_LIKENESS or likeness + TITLE_SHARE < THRESHOLD:
        return 0.0
    names = max(_name_likeness(a, b) for a in set(one.names) for b in set(two.names))
    shared = len(one.places & two.places)
    if shared > OVERLAP * min(len(one.places), len(two.places)) and names < SAME_NAME:
        return 0.0
    return likeness + TITLE_SHARE * names


def _name_likeness(a: str, b: str) -> float:
    one, two = _name_parts(a), _name_parts(b)
    return len(one & two) / max(1, len(one | two))


def _name_parts(name: str) -> set[str]:
    return set(name) | {name[at : at + 2] for at in range(len(name) - 1)}


def _label(group: _Group) -> str:
    """Return the commonest name; of equally common ones the shortest, then the first by code point."""
    counts = Counter(group.names)
    return min(counts, key=lambda name: (-counts[name], len(name), name))


def _frame(index: CorpusIndex, found: Sequence[_Group], pairs: _Edges) -> pl.DataFrame:
    documents = index.documents
    latest = documents.select(
        pl.col("vintage").fill_null("").eq(pl.col("vintage").fill_null("").max().over("title", "jurisdiction"))
    ).to_series()
    rows = [row for group in found for row in sorted(group.documents)]
    numbers = [number for number, group in enumerate(found) for _ in group.documents]
    labels = [_label(group) for group in found]
    likeness = [value for group in found for value in _likeness_within(sorted(group.documents), pairs)]
    about = documents[rows].select(
        pl.col("id").alias("document"),
        *("title", "jurisdiction", "province", "level", "adopted", "vintage", "effective"),
    )
    return about.select(
        pl.Series("family", numbers, dtype=pl.Int32),
        pl.Series("matter", [labels[number] for number in numbers], dtype=pl.String),
        pl.all(),
        pl.Series("latest", latest[rows], dtype=pl.Boolean),
        pl.Series("likeness", likeness, dtype=pl.Float64),
    )


def _likeness_within(rows: Sequence[int], pairs: _Edges) -> list[float | None]:
    """Return for each document the mean likeness with the others of its family."""
    if len(rows) < 2:
        return [None] * len(rows)
    return [
        sum(pairs.get((min(row, other), max(row, other)), 0.0) for other in rows if other != row) / (len(rows) - 1)
        for row in rows
    ]
