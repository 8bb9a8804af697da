"""How do the texts of thousands of documents lie on disk so that they can be read again without parsing?

    documents.parquet     one row per document
    units.parquet         one row per unit: document (row number), number, eid
    text.npy offsets.npy  the units' texts, UTF-16, and where each begins

A corpus index (`tongchi.comparison.corpus`) is a collection with postings beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tongchi.errors import IndexFormatError

_RUN = 4096  # texts that are laid out at a time


@dataclass(frozen=True)
class TextUnits:
    """The texts of n units in one array: unit i is `text[offsets[i]:offsets[i + 1]]`, UTF-16 code units."""

    text: NDArray[np.uint16]
    offsets: NDArray[np.int64]

    @staticmethod
    def of(texts: Sequence[str]) -> TextUnits:
        """Lay the texts under each other."""
        laid = bytearray()
        lengths = np.zeros(len(texts) + 1, dtype=np.int64)
        for at in range(0, len(texts), _RUN):
            some = texts[at : at + _RUN]
            encoded = "".join(some).encode("utf-16-le", "surrogatepass")
            laid += encoded
            lengths[at + 1 : at + 1 + len(some)] = _lengths(some, len(encoded) // 2)
        return TextUnits(np.frombuffer(laid, dtype=np.uint16), np.cumsum(lengths))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, unit: int) -> str:
        codes = self.text[self.offsets[unit] : self.offsets[unit + 1]]
        return codes.tobytes().decode("utf-16-le", "surrogatepass")


def _lengths(texts: Sequence[str], total: int) -> list[int]:
    """Return how many UTF-16 units each text takes, given how many they take together."""
    lengths = [len(text) for text in texts]
    if sum(lengths) == total:
        return lengths
    return [len(text.encode("utf-16-le", "surrogatepass")) // 2 for text in texts]


class StoredArticle(NamedTuple):
    """A unit of a stored document: its canonical number, eId and full text."""

    number: str
    eid: str
    text: str


@dataclass(frozen=True)
class Collection:
    """Documents and their units as stored; a document's units are the rows of `units` that name its row number."""

    documents: pl.DataFrame
    units: pl.DataFrame
    texts: TextUnits

    def articles(self, first: int, last: int) -> Iterator[tuple[dict[str, Any], list[StoredArticle]]]:
        """Yield the rows first to last - 1 of `documents`, each with its articles in order."""
        sizes = self.documents["units"].to_numpy()
        begin = int(sizes[:first].sum())
        for row in self.documents[first:last].iter_rows(named=True):
            end = begin + row["units"]
            part = self.units[begin:end]
            names = zip(part["number"].to_list(), part["eid"].to_list(), range(begin, end), strict=True)
            yield row, [StoredArticle(number, eid, self.texts[unit]) for number, eid, unit in names]
            begin = end


def open_collection(folder: str | Path) -> Collection:
    """Open the documents of an index without its postings. Raises `IndexFormatError` where the folder holds none."""
    source = Path(folder)
    try:
        documents = pl.read_parquet(source / "documents.parquet")
        units = pl.read_parquet(source / "units.parquet")
        texts = TextUnits(map_array(source, "text"), map_array(source, "offsets"))
    except (OSError, ValueError, EOFError, pl.exceptions.PolarsError) as error:
        raise IndexFormatError(file=str(source), found=str(error), expected="完整的索引 / a whole index") from error
    if len(texts) != len(units) or int(documents["units"].sum()) != len(units):
        found = f"{len(texts)} ≠ {len(units)} 条 / units"
        raise IndexFormatError(file=str(source), found=found, expected="完整的索引 / a whole index")
    return Collection(documents, units, texts)


def map_array(folder: Path, name: str) -> NDArray[Any]:
    """Map `name`.npy into memory; a small one is read."""
    path = folder / f"{name}.npy"
    array: NDArray[Any] = np.load(path, mmap_mode="r" if path.stat().st_size > 4096 else None, allow_pickle=False)
    return array.view(np.ndarray)  # a plain view of the same memory: cutting a memmap costs ten times as much
