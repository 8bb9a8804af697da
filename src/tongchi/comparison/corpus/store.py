"""How does an index lie on disk? Parquet for what has columns, `.npy` for arrays that are mapped, one stamp.

    index.json         stamp: format, version, counts; written last, so that a half-written index is none
    documents.parquet  one row per document
    units.parquet      one row per unit: document (row number), number, eid
    text.npy offsets.npy  the units' texts, UTF-16, and where each begins
    order.npy blocks.npy weights.npy pointers.npy lists.npy masses.npy  see `postings`
    bad_files.json     files that could not be read, with the reason
    .tongchi-parts/    only while an index is being built: what was parsed so far

The same documents give the same bytes.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tongchi.comparison.corpus.hashing import BITS
from tongchi.comparison.corpus.postings import Postings
from tongchi.documents.collection import TextUnits, map_array, open_collection
from tongchi.errors import IndexFormatError

FORMAT = "tongchi-corpus"
VERSION = 1
PARTS = ".tongchi-parts"
_FRESH = ".tongchi-fresh"

DOCUMENT_SCHEMA = {
    "id": pl.String, "title": pl.String, "issuer": pl.String, "jurisdiction": pl.String, "province": pl.String,
    "level": pl.String, "number": pl.String, "adopted": pl.String, "vintage": pl.String, "effective": pl.String,
    "stage": pl.String, "units": pl.Int64, "size": pl.Int64, "sha256": pl.String,
}  # fmt: skip
UNIT_SCHEMA = {"document": pl.Int32, "number": pl.String, "eid": pl.String}


@dataclass(frozen=True, slots=True)
class Entry:
    """One parsed file: the row of `documents.parquet` and its units."""

    row: dict[str, Any]
    numbers: tuple[str, ...]
    eids: tuple[str, ...]
    texts: TextUnits

    @property
    def key(self) -> tuple[str, int, str]:
        """What tells that a file is the same: path, size and hash."""
        return self.row["id"], self.row["size"], self.row["sha256"]


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file that could not be read: path in the folder, error code and message in both languages."""

    path: str
    code: str
    zh: str
    en: str


def write_part(folder: Path, name: str, entries: Sequence[Entry]) -> None:
    """Write parsed files as one part, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    head = [{"row": each.row, "numbers": each.numbers, "eids": each.eids} for each in entries]
    lengths = [np.diff(each.texts.offsets) for each in entries]
    texts = [each.texts.text for each in entries]
    passing = folder / f"{name}.tmp"
    with passing.open("wb") as stream:
        np.savez(
            stream,
            head=np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), dtype=np.uint8),
            lengths=np.concatenate([*lengths, np.zeros(0, dtype=np.int64)]),
            text=np.concatenate([*texts, np.zeros(0, dtype=np.uint16)]),
        )
    passing.replace(folder / f"{name}.npz")


def read_parts(folder: Path) -> Iterator[Entry]:
    """Yield what was parsed before a run was stopped; a part that is not whole is passed over."""
    for path in sorted(folder.glob("*.npz")):
        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as part:
                head = json.loads(part["head"].tobytes())
                lengths, text = part["lengths"], part["text"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            continue
        unit, at = 0, 0
        for each in head:
            here = lengths[unit : unit + len(each["numbers"])]
            offsets = np.concatenate(([0], np.cumsum(here))).astype(np.int64)
            texts = TextUnits(text[at : at + int(offsets[-1])], offsets)
            yield Entry(each["row"], tuple(each["numbers"]), tuple(each["eids"]), texts)
            unit, at = unit + len(here), at + int(offsets[-1])


def join_entries(entries: Sequence[Entry]) -> tuple[pl.DataFrame, pl.DataFrame, TextUnits]:
    """Lay entries under each other: documents, units and texts."""
    documents = pl.DataFrame([each.row for each in entries], schema=DOCUMENT_SCHEMA, orient="row")
    sizes = [len(each.numbers) for each in entries]
    units = pl.DataFrame(
        {
            "document": np.repeat(np.arange(len(entries), dtype=np.int32), sizes),
            "number": [number for each in entries for number in each.numbers],
            "eid": [eid for each in entries for eid in each.eids],
        },
        schema=UNIT_SCHEMA,
    )
    lengths = np.concatenate([np.zeros(1, dtype=np.int64), *[np.diff(each.texts.offsets) for each in entries]])
    text = np.concatenate([np.zeros(0, dtype=np.uint16), *[each.texts.text for each in entries]])
    return documents, units, TextUnits(text, np.cumsum(lengths))


def split_entries(documents: pl.DataFrame, units: pl.DataFrame, texts: TextUnits) -> Iterator[Entry]:
    """Undo `join_entries`."""
    numbers, eids = units["number"].to_list(), units["eid"].to_list()
    first = 0
    for row in documents.iter_rows(named=True):
        last = first + row["units"]
        begin, end = int(texts.offsets[first]), int(texts.offsets[last])
        own = TextUnits(texts.text[begin:end], np.asarray(texts.offsets[first : last + 1]) - begin)
        yield Entry(row, tuple(numbers[first:last]), tuple(eids[first:last]), own)
        first = last


def read_bad_files(folder: Path) -> list[BadFile]:
    """Return the files that could not be read when the index was made. Raises `IndexFormatError` where that is not known."""
    path = folder / "bad_files.json"
    try:
        return [BadFile(**each) for each in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError, TypeError) as error:
        raise IndexFormatError(file=str(path), found=str(error), expected="完整的索引 / a whole index") from error


def write_index(
    folder: Path, documents: pl.DataFrame, units: pl.DataFrame, texts: TextUnits, postings: Postings,
    bad: Sequence[BadFile],
) -> None:  # fmt: skip
    """Write all files next to the old ones, then put them in their place and the stamp last."""
    fresh = folder / _FRESH
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    _write_table(fresh / "documents.parquet", documents)
    _write_table(fresh / "units.parquet", units)
    np.save(fresh / "text.npy", texts.text)
    np.save(fresh / "offsets.npy", texts.offsets)
    for name in Postings.names():
        np.save(fresh / f"{name}.npy", getattr(postings, name))
    _write_json(fresh / "bad_files.json", [asdict(each) for each in bad])
    stamp = {"format": FORMAT, "version": VERSION, "bits": BITS, "documents": len(documents), "units": len(texts)}
    (folder / "index.json").unlink(missing_ok=True)
    for path in sorted(fresh.iterdir()):
        os.replace(path, folder / path.name)
    fresh.rmdir()
    _write_json(fresh.with_name("index.json.tmp"), stamp)
    os.replace(folder / "index.json.tmp", folder / "index.json")


def _write_table(path: Path, table: pl.DataFrame) -> None:
    """Write a table by way of memory: Polars tells a full disk from a bad table by its message alone."""
    buffer = io.BytesIO()
    table.write_parquet(buffer, compression="zstd")
    path.write_bytes(buffer.getvalue())


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_index(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame, TextUnits, Postings]:
    """Read tables and map arrays. Raises `IndexFormatError` where the stamp or an array is not as expected."""
    stamp = _read_stamp(folder)
    collection = open_collection(folder)
    try:
        postings = Postings(*[map_array(folder, name) for name in Postings.names()])
    except (OSError, ValueError, EOFError) as error:
        raise IndexFormatError(file=str(folder), found=str(error), expected="完整的索引 / a whole index") from error
    documents, units, texts = collection.documents, collection.units, collection.texts
    counts = {stamp["units"], len(units), len(texts), len(postings.order), len(postings.masses)}
    if len(counts) > 1 or stamp["documents"] != len(documents):
        raise IndexFormatError(
            file=str(folder), found=f"{sorted(counts)} 条 / units", expected=f"{stamp['units']} 条 / units"
        )
    return documents, units, texts, postings


def _read_stamp(folder: Path) -> dict[str, Any]:
    expected = f"{FORMAT} {VERSION}"
    path = folder / "index.json"
    if not path.is_file():
        raise IndexFormatError(file=str(folder), found="没有 index.json / no index.json", expected=expected)
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise IndexFormatError(file=str(path), found=str(error), expected=expected) from error
    if not isinstance(stamp, dict) or (stamp.get("format"), stamp.get("version")) != (FORMAT, VERSION):
        found = f"{stamp.get('format')} {stamp.get('version')}" if isinstance(stamp, dict) else type(stamp).__name__
        raise IndexFormatError(file=str(path), found=found, expected=expected)
    if stamp.get("bits") != BITS:
        raise IndexFormatError(file=str(path), found=f"{stamp.get('bits')} bits", expected=f"{BITS} bits")
    return stamp
