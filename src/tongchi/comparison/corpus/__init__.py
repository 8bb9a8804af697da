"""Thousands of documents in one index: the nearest clauses elsewhere, and the families of documents by matter.

The names are looked up when they are first used: a program that only searches arrays need not load the tables.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tongchi.comparison.corpus.grouping import families
    from tongchi.comparison.corpus.index import CorpusIndex, IndexReport, index_folder, load_index
    from tongchi.comparison.corpus.neighbours import all_pairs, nearest
    from tongchi.comparison.corpus.store import BadFile

__all__ = ["BadFile", "CorpusIndex", "IndexReport", "all_pairs", "families", "index_folder", "load_index", "nearest"]

_HOMES = {
    "BadFile": "store",
    "CorpusIndex": "index",
    "IndexReport": "index",
    "index_folder": "index",
    "load_index": "index",
    "all_pairs": "neighbours",
    "families": "grouping",
    "nearest": "neighbours",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
