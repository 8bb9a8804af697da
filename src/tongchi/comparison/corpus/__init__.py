"""Thousands of documents in one index: the nearest clauses elsewhere, and the families of documents by matter."""
