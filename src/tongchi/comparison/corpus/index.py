"""How does a folder of files become an index? Parsed by several processes, encoded in one pass, resumable.

A file that is known by path, size and hash, from a finished index or from a run that was stopped, is not parsed
again. One bad file is reported and the rest goes on. The result does not depend on the order in which workers finish.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tongchi.comparison.corpus import store
from tongchi.comparison.corpus.encode import Engine
from tongchi.comparison.corpus.places import NATION, Place, place_of
from tongchi.comparison.corpus.postings import Postings, build_postings
from tongchi.comparison.corpus.store import BadFile, Entry
from tongchi.documents.collection import TextUnits
from tongchi.documents.folder import files_under
from tongchi.documents.model import Document, Level, Metadata, NodeKind
from tongchi.documents.read import read
from tongchi.documents.units import unit_number
from tongchi.errors import IndexFormatError, MissingFileError, TongchiError, UsageError
from tongchi.partitions import run_partitions

Progress = Callable[[int, int], None]

_BATCH = 48


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What indexing did: documents and units in the index, files taken over unparsed, files that could not be read."""

    folder: Path
    documents: int
    units: int
    reused: int
    bad: tuple[BadFile, ...]


@dataclass(frozen=True)
class CorpusIndex:
    """An index of n units of documents, mapped from disk; a unit's number is its row in `units`."""

    documents: pl.DataFrame
    units: pl.DataFrame
    texts: TextUnits
    postings: Postings

    @cached_property
    def document_of(self) -> NDArray[np.int32]:
        """Row in `documents` of each unit."""
        return self.units["document"].to_numpy()

    @cached_property
    def province_of(self) -> NDArray[np.int32]:
        """Number of the province of each unit; documents whose province is unknown have numbers of their own."""
        names = self.documents["province"].to_list()
        numbers = {name: number for number, name in enumerate(sorted(set(names) - {""}))}
        each = [numbers.get(name, len(numbers) + row) for row, name in enumerate(names)]
        return np.array(each, dtype=np.int32)[self.document_of]

    def units_of(self, document: int) -> range:
        """Return the units of a document, given its row."""
        first, last = np.searchsorted(self.document_of, [document, document + 1])
        return range(int(first), int(last))


def load_index(folder: str | Path) -> CorpusIndex:
    """Open an index. Raises `IndexFormatError` where the folder holds none, or one of another version."""
    return CorpusIndex(*store.read_index(Path(folder)))


def index_folder(
    folder: str | Path, out: str | Path, *, workers: int = 2, progress: Progress | None = None, engine: Engine = "auto"
) -> IndexReport:
    """Index all readable files under `folder` into `out`, which may hold an index or a part of one.

    `progress` is called with the number of files done and their total. With more than one worker and many files,
    processes are started by "spawn": a script must then guard its entry with `if __name__ == "__main__"`.
    """
    source, target = Path(folder), Path(out)
    if not source.is_dir():
        raise MissingFileError(file=str(source), found="没有这个文件夹 / no such folder")
    paths = files_under(source, without=target)
    if target.exists() and not target.is_dir():
        raise UsageError(found=f"{target} 是文件 / is a file", expected="一个文件夹 / a folder")
    target.mkdir(parents=True, exist_ok=True)
    done = _known_entries(source, target, paths)
    reused = len(done)
    todo = [path for path in paths if path not in done]
    bad: list[BadFile] = []
    count = reused
    if progress:
        progress(count, len(paths))
    for entries, failures in _parse_all(source, target / store.PARTS, todo, workers):
        done.update({each.row["id"]: each for each in entries})
        bad += failures
        count += len(entries) + len(failures)
        if progress:
            progress(count, len(paths))
    documents, units, texts = store.join_entries([done.pop(path) for path in sorted(done)])
    postings = build_postings(texts, workers=workers, engine=engine)
    bad.sort(key=lambda each: each.path)
    store.write_index(target, documents, units, texts, postings, bad)
    shutil.rmtree(target / store.PARTS, ignore_errors=True)
    return IndexReport(target, len(documents), len(units), reused, tuple(bad))


def _known_entries(source: Path, target: Path, paths: Sequence[str]) -> dict[str, Entry]:
    """Return the entries that need no parsing: path, size and hash are as they were."""
    wanted = set(paths)
    known: dict[str, Entry] = {}
    for entry in _former_entries(target):
        path, size, digest = entry.key
        file = source / path
        if path in wanted and file.stat().st_size == size and _digest(file.read_bytes()) == digest:
            known[path] = entry
    return known


def _former_entries(target: Path) -> Iterator[Entry]:
    try:
        documents, units, texts, _ = store.read_index(target)
    except IndexFormatError:
        pass
    else:
        yield from store.split_entries(documents, units, TextUnits(np.array(texts.text), np.array(texts.offsets)))
    yield from store.read_parts(target / store.PARTS)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _parse_all(
    source: Path, parts: Path, paths: Sequence[str], workers: int
) -> Iterator[tuple[list[Entry], list[BadFile]]]:
    """Parse files in batches, each of which is written as a part before it is returned."""
    batches = [paths[at : at + _BATCH] for at in range(0, len(paths), _BATCH)]
    return run_partitions(partial(parse_batch, source, parts), batches, workers=workers if len(batches) > 2 else 1)


def parse_batch(source: Path, parts: Path, paths: Iterable[str]) -> tuple[list[Entry], list[BadFile]]:
    """Parse some files, keep them as one part, and return them with those that failed."""
    entries: list[Entry] = []
    bad: list[BadFile] = []
    for path in paths:
        try:
            entries.append(_entry(source, path))
        except TongchiError as error:
            bad.append(BadFile(path, error.code, error.message("zh"), error.message("en")))
        except OSError as error:
            bad.append(BadFile(path, "T101", str(error), str(error)))
    if entries:
        name = _digest("".join(f"{each.key}" for each in entries).encode())[:16]
        store.write_part(parts, name, entries)
    return entries, bad


def _entry(source: Path, path: str) -> Entry:
    file = source / path
    data = file.read_bytes()
    document = read(file)
    units = units_of(document)
    about = document.metadata
    place = place_of(about.title, jurisdiction=about.jurisdiction, issuer=about.issuer, path=path)
    row = {
        "id": path, "title": about.title, "issuer": about.issuer, "jurisdiction": place.name,
        "province": place.province, "level": _level(about, place), "number": about.number, "adopted": about.adopted,
        "vintage": about.vintage, "effective": about.effective, "stage": about.stage, "units": len(units),
        "size": len(data), "sha256": _digest(data),
    }  # fmt: skip
    texts = TextUnits.of([document.full_text(unit) for unit in units])
    numbers = tuple(unit_number(document, at) for at in units)
    return Entry(row, numbers, tuple(document.nodes[at].eid for at in units), texts)


def _level(about: Metadata, place: Place) -> str:
    """Return the level that the text states; else a place's 条例 is a local regulation (Legislation Law, art. 82)."""
    if about.level is Level.UNKNOWN and place.province not in ("", NATION) and about.title.endswith("条例"):
        return Level.LOCAL_REGULATION.value
    return about.level.value


def units_of(document: Document) -> tuple[int, ...]:
    """Return the nodes that are indexed: the articles, or the paragraphs of a text that has none."""
    if document.articles:
        return document.articles
    return tuple(at for at, node in enumerate(document.nodes) if node.kind is NodeKind.PARAGRAPH)
