"""How are a hundred thousand documents screened? In parts that are written as they are done, so that a run can go on.

Two sources: files of a folder, which are parsed, or a corpus index, which keeps the texts. A part is named by what is in it
and by the rules and weights it was judged with; a part that is there already is not screened again. The result is the same
whichever engine runs the parts, in whatever order, after however many interruptions.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from tongchi.barriers.clauses import article_label, clauses_of, clauses_of_article
from tongchi.barriers.judge import barriers_among
from tongchi.barriers.model import Clause, Finding
from tongchi.barriers.rules import ALL_RULES
from tongchi.barriers.screen import FINDING_SCHEMA, finding_of, findings_frame, screen_placed
from tongchi.documents import Document, read
from tongchi.documents.collection import open_collection
from tongchi.errors import TongchiError
from tongchi.partitions import Engine, run_partitions

Progress = Callable[[int, int], None]
PARTS = ".tongchi-parts"
FILES_A_PART = 64
UNITS_A_PART = 4000


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file of a batch that could not be read: its path, the code of the error and the message in both languages."""

    path: str
    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Screening:
    """What screening many documents gave: counts, all findings (columns of `FINDING_SCHEMA`), files not read."""

    documents: int
    clauses: int
    findings: pl.DataFrame
    unread: tuple[UnreadFile, ...]


class Part(NamedTuple):
    """What one worker screens at a time: some files, or the rows first to last - 1 of an index."""

    key: str
    source: str
    files: tuple[str, ...] = ()
    first: int = 0
    last: int = 0


def plan_files(files: Sequence[Path]) -> list[Part]:
    """Lay files out in parts, in the order given; a file that changed makes its part a new one."""
    parts = []
    for at in range(0, len(files), FILES_A_PART):
        some = files[at : at + FILES_A_PART]
        stamps = "\n".join(f"{path}|{_stamp(path)}" for path in some)
        parts.append(Part(_key(stamps), "", tuple(str(path) for path in some)))
    return parts


def plan_index(index: Path) -> list[Part]:
    """Lay the documents of an index out in parts of about `UNITS_A_PART` articles."""
    collection = open_collection(index)
    digests, sizes = collection.documents["sha256"].to_list(), collection.documents["units"].to_list()
    parts, first, units = [], 0, 0
    for row, size in enumerate(sizes):
        units += size
        if units >= UNITS_A_PART or row == len(sizes) - 1:
            parts.append(Part(_key("\n".join(digests[first : row + 1])), str(index), (), first, row + 1))
            first, units = row + 1, 0
    return parts


def screen_parts(
    parts: Sequence[Part],
    out: Path,
    *,
    engine: Engine = "local",
    workers: int = 2,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> Screening:
    """Screen all parts and return their findings in the order of the parts.

    What is done lies under `out` until `forget_parts` is called; a second call goes on from there. `progress` is called
    with the number of parts done and their total.
    """
    folder = out / PARTS
    folder.mkdir(parents=True, exist_ok=True)
    todo = [part for part in parts if not _done(folder, part)]
    if progress:
        progress(len(parts) - len(todo), len(parts))
    work = partial(screen_part, str(folder))
    results = run_partitions(work, todo, engine=engine, workers=workers, scheduler=scheduler)
    for count, _ in enumerate(results, len(parts) - len(todo) + 1):
        if progress:
            progress(count, len(parts))
    return _join(folder, parts)


def forget_parts(out: Path) -> None:
    """Remove what was kept for going on after an interruption."""
    folder = out / PARTS
    if folder.is_dir():
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def screen_part(folder: str, part: Part) -> str:
    """Screen one part, write its findings whole or not at all, and return its key."""
    counts: dict[str, Any] = {"documents": 0, "clauses": 0, "unread": []}
    findings = _screen_files(part, counts) if part.files else _screen_rows(part, counts)
    target = Path(folder)
    table = io.BytesIO()  # by way of memory: on a full disk Polars speaks of a bad table, the system of the disk
    findings_frame(findings).write_parquet(table)
    _write(target / f"{part.key}.parquet", lambda path: path.write_bytes(table.getvalue()))
    text = json.dumps(counts, ensure_ascii=False, indent=1)
    _write(target / f"{part.key}.json", lambda path: path.write_text(text, "utf-8"))
    return part.key


def _screen_files(part: Part, counts: dict[str, Any]) -> list[Finding]:
    findings: list[Finding] = []
    for name in part.files:
        try:
            document = read(name)
        except TongchiError as error:
            counts["unread"].append([name, error.code, error.message("zh"), error.message("en")])
            continue
        counts["documents"] += 1
        findings += _screen_document(document, name, counts)
    return findings


def _screen_document(document: Document, name: str, counts: dict[str, Any]) -> list[Finding]:
    clauses = list(clauses_of(document))
    counts["clauses"] += len(clauses)
    return screen_placed(clauses, name)


def _screen_rows(part: Part, counts: dict[str, Any]) -> list[Finding]:
    clauses: list[Clause] = []
    origins: list[tuple[str, str]] = []
    for row, articles in open_collection(part.source).articles(part.first, part.last):
        counts["documents"] += 1
        for article in articles:
            some = list(clauses_of_article(article.eid, article.text, row["title"], row["jurisdiction"]))
            clauses += some
            origins += [(row["id"], article.number)] * len(some)
    counts["clauses"] += len(clauses)
    return [
        finding_of(judgement, document=origins[at][0], label=article_label(origins[at][1]))
        for at, judgement in barriers_among(clauses)
    ]


def _join(folder: Path, parts: Sequence[Part]) -> Screening:
    documents = clauses = 0
    unread: list[UnreadFile] = []
    frames = [pl.DataFrame(schema=FINDING_SCHEMA)]
    for part in parts:
        counts = json.loads((folder / f"{part.key}.json").read_text("utf-8"))
        documents, clauses = documents + counts["documents"], clauses + counts["clauses"]
        unread += [UnreadFile(*each) for each in counts["unread"]]
        frames.append(pl.read_parquet(folder / f"{part.key}.parquet"))
    return Screening(documents, clauses, pl.concat(frames), tuple(unread))


def _done(folder: Path, part: Part) -> bool:
    return (folder / f"{part.key}.json").is_file() and (folder / f"{part.key}.parquet").is_file()


def _write(path: Path, write: Callable[[Path], object]) -> None:
    passing = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    write(passing)
    passing.replace(path)


def _stamp(path: Path) -> str:
    """Return what tells that a file is the same; a missing file has a stamp of its own and is reported when read."""
    try:
        about = path.stat()
    except OSError:
        return "missing"
    return f"{about.st_size}|{about.st_mtime_ns}"


def _key(text: str) -> str:
    return hashlib.sha256(f"{rules_stamp()}\n{text}".encode()).hexdigest()[:24]


@cache
def rules_stamp() -> str:
    """Return a hash of the rules and weights: findings of another stamp were judged otherwise."""
    digest = hashlib.sha256()
    for each in ALL_RULES:
        for pattern in (*each.words, each.context, each.unless):
            digest.update(f"{each.name}|{pattern.text if pattern else ''}".encode())
    for name in ("barriers.json", "rules.json", "wording.jsonl"):
        digest.update(resources.files("tongchi.barriers").joinpath("weights", name).read_bytes())
    return digest.hexdigest()
