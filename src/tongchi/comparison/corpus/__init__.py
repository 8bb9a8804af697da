"""Thousands of documents in one index: the nearest clauses elsewhere, and the families of documents by matter."""

from tongchi.comparison.corpus.families import families
from tongchi.comparison.corpus.index import CorpusIndex, IndexReport, index_folder, load_index
from tongchi.comparison.corpus.nearest import all_pairs, nearest
from tongchi.comparison.corpus.store import BadFile

__all__ = ["BadFile", "CorpusIndex", "IndexReport", "all_pairs", "families", "index_folder", "load_index", "nearest"]
