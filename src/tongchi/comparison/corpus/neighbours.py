"""For each clause of a document, which clauses elsewhere are nearest? And for every clause of a corpus?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tongchi.comparison.corpus.encode import Engine
from tongchi.comparison.corpus.index import CorpusIndex, units_of
from tongchi.comparison.corpus.places import place_of
from tongchi.comparison.corpus.search import Neighbours, search
from tongchi.documents.collection import TextUnits
from tongchi.documents.model import Document
from tongchi.documents.units import unit_number
from tongchi.errors import UsageError

Exclude = Literal["document", "jurisdiction", "none"]

_NOWHERE = -1  # the group that no unit has


def nearest(
    index: CorpusIndex,
    clauses: Document | Sequence[str],
    top: int = 5,
    *,
    exclude: Exclude = "document",
    workers: int = 2,
    engine: Engine = "auto",
) -> pl.DataFrame:
    """Return the `top` nearest indexed clauses for each clause of a document, or for each given text.

    One row per hit, best first: `query` (number of the clause, from 0), `query_article` ("" for texts), `rank` from 1,
    `score` in [0, 1], then of the clause found `document` (its path), `title`, `jurisdiction`, `vintage`, `article`,
    `eid`, `unit` (its row in the index) and `text`. A clause that shares no telling word with any other has no rows.

    `exclude="document"` leaves out the document itself (same title and date), "jurisdiction" all texts of its
    province, cities included. For texts that belong to no document nothing is left out.
    """
    _check_top(top)
    if isinstance(clauses, Document):
        at = units_of(clauses)
        texts = TextUnits.of([clauses.full_text(unit) for unit in at])
        articles = [unit_number(clauses, unit) for unit in at]
        group, banned = _group_of(index, clauses, exclude)
    else:
        texts, articles = TextUnits.of(list(clauses)), [""] * len(clauses)
        group, banned = index.document_of, _NOWHERE
    found = search(
        index.postings, texts, top, group=group, banned=np.full(len(texts), banned, dtype=np.int32),
        workers=workers, engine=engine,
    )  # fmt: skip
    return _hits(index, found, articles)


def all_pairs(
    index: CorpusIndex, top: int = 5, *, exclude: Exclude = "document", workers: int = 2, engine: Engine = "auto"
) -> pl.DataFrame:
    """Return the `top` nearest clauses of every clause of the index.

    One row per pair: `unit`, `rank` from 1, `other`, `score` in [0, 1]; units are rows of `index.units`, in order.
    """
    _check_top(top)
    group = index.province_of if exclude == "jurisdiction" else index.document_of
    banned = group
    if exclude == "none":  # a clause is not its own neighbour
        group = banned = np.arange(len(index.texts), dtype=np.int32)
    found = search(index.postings, index.texts, top, group=group, banned=banned, workers=workers, engine=engine)
    query, place = np.nonzero(found.units >= 0)
    return pl.DataFrame(
        {
            "unit": query.astype(np.int32),
            "rank": (place + 1).astype(np.int8 if top < 128 else np.int32),
            "other": found.units[query, place],
            "score": found.scores[query, place].astype(np.float32),
        }
    )


def _check_top(top: int) -> None:
    if top < 1:
        raise UsageError(found=f"top={top}", expected="1 或更大 / 1 or more")


def _group_of(index: CorpusIndex, document: Document, exclude: Exclude) -> tuple[NDArray[np.int32], int]:
    """Return the grouping of the units and the group that is left out for this document."""
    about = document.metadata
    if exclude == "jurisdiction":
        place = place_of(about.title, jurisdiction=about.jurisdiction, issuer=about.issuer, path=document.file)
        same = index.documents["province"].to_numpy() == place.province
        rows = np.flatnonzero(same) if place.province else np.empty(0, dtype=np.int64)
    elif exclude == "document":
        titles, vintages = index.documents["title"], index.documents["vintage"]
        rows = np.flatnonzero(
            (titles == about.title) & vintages.eq_missing(pl.Series([about.vintage], dtype=pl.String))
        )
    else:
        rows = np.empty(0, dtype=np.int64)
    return np.isin(index.document_of, rows).astype(np.int32), 1


def _hits(index: CorpusIndex, found: Neighbours, articles: Sequence[str]) -> pl.DataFrame:
    query, place = np.nonzero(found.units >= 0)
    unit = found.units[query, place]
    documents = index.documents[index.document_of[unit].tolist()]
    units = index.units[unit.tolist()]
    return pl.DataFrame(
        {
            "query": query.astype(np.int32),
            "query_article": [articles[at] for at in query.tolist()],
            "rank": (place + 1).astype(np.int32),
            "score": found.scores[query, place],
            "document": documents["id"],
            "title": documents["title"],
            "jurisdiction": documents["jurisdiction"],
            "vintage": documents["vintage"],
            "article": units["number"],
            "eid": units["eid"],
            "unit": unit,
            "text": [index.texts[at] for at in unit.tolist()],
        },
        schema_overrides={"query_article": pl.String, "text": pl.String},
    )
