"""Corpus search against its peers: time, memory and hit@5, each method in a process of its own.

The task: the five nearest clauses, in all other provinces, of every clause of Chongqing, from texts in memory to
neighbours, vectorising included. hit@5: the share of the labelled clauses, of Chongqing and of its partners, with a
linked clause among the five nearest; once among the clauses of the partner's province, once among those of all other
provinces.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HOME, NATION, TOP = "重庆", "全国", 5

Ints = NDArray[np.int64]
Nearest = Callable[[list[int], Ints], Ints]


@dataclass(frozen=True)
class Task:
    """Clauses of all provinces, targets first, then the queries; the province of each; labelled links both ways."""

    texts: list[str]
    targets: int
    province: list[str]
    links: dict[int, list[int]]


def prepare(index_folder: Path, data: Path, file: Path) -> None:
    """Write the task, so that each method starts from plain texts."""
    from tongchi.comparison.corpus import load_index

    index = load_index(index_folder)
    province = np.array(index.documents["province"].to_list())[index.document_of]
    asked = np.flatnonzero(province == HOME)
    searched = np.flatnonzero((province != HOME) & (province != NATION) & (province != ""))
    units = np.concatenate((searched, asked)).tolist()
    texts = [index.texts[unit] for unit in units]
    head = {"targets": len(searched), "province": province[units].tolist(), "links": _links(index, data, units)}
    with file.open("w", encoding="utf-8") as stream:
        for record in (head, *texts):
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")


def _links(index: Any, data: Path, units: list[int]) -> dict[int, list[int]]:
    """Return for the place of each labelled clause the places of the clauses that it is linked to."""
    rows = {path: row for row, path in enumerate(index.documents["id"].to_list())}
    numbers = index.units["number"].to_list()
    place = {unit: at for at, unit in enumerate(units)}
    links: dict[int, list[int]] = {}
    for file in sorted((data / "alignment").glob("*.jsonl")):
        head, *records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        a = {numbers[unit]: place[unit] for unit in index.units_of(rows[head["a_path"]])}
        b = {numbers[unit]: place[unit] for unit in index.units_of(rows[head["b_path"]])}
        for record in records:
            if record["type"] == "link":
                links.setdefault(a[record["a"]], []).append(b[record["b"]])
                links.setdefault(b[record["b"]], []).append(a[record["a"]])
    return links


def read_task(file: Path) -> Task:
    """Read what `prepare` wrote."""
    with file.open(encoding="utf-8") as stream:  # line by line: what the reading takes must not hide the method's peak
        head = json.loads(next(stream))
        texts = [json.loads(line) for line in stream]
    links = {int(at): linked for at, linked in head["links"].items()}
    return Task(texts, head["targets"], [sys.intern(name) for name in head["province"]], links)


def hits(task: Task, nearest: Nearest) -> dict[str, float]:
    """Return both hit@5; `nearest(queries, among)` returns the five nearest of some clauses among others."""
    names = np.array(task.province)
    near, far = [], []
    for at, linked in sorted(task.links.items()):
        partner = np.flatnonzero(names == task.province[linked[0]])
        others = np.flatnonzero(names != task.province[at])
        near.append(not set(linked).isdisjoint(nearest([at], partner)[0].tolist()))
        far.append(not set(linked).isdisjoint(nearest([at], others)[0].tolist()))
    return {"hit5_province": float(np.mean(near)), "hit5_all": float(np.mean(far)), "labelled": len(near)}


def run_tongchi(task: Task, repeats: int = 5) -> dict[str, Any]:
    """Encode, index and search with this package; the median of some runs, compiled loops warmed up before."""
    from tongchi.comparison.corpus.postings import build_postings
    from tongchi.comparison.corpus.search import search
    from tongchi.documents.collection import TextUnits

    group = np.zeros(task.targets, dtype=np.int32)
    asked, searched = task.texts[task.targets :], task.texts[: task.targets]

    def once() -> None:
        postings = build_postings(TextUnits.of(searched))
        queries = TextUnits.of(asked)
        search(postings, queries, TOP, group=group, banned=np.full(len(queries), -9, dtype=np.int32))

    warm = TextUnits.of(asked[:50])
    search(build_postings(warm), warm, TOP, group=group[:50], banned=group[:50] - 9)
    wall, cpu = [], []
    peak = 0.0
    for _ in range(repeats):
        start, used = time.perf_counter(), time.process_time()
        once()
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
        peak = peak or _peak()  # of one run, as for the peers
    everything = build_postings(TextUnits.of(task.texts))

    def nearest(rows: list[int], among: Ints) -> Ints:
        allowed = np.full(len(task.texts), -1, dtype=np.int32)
        allowed[among] = 0
        queries = TextUnits.of([task.texts[row] for row in rows])
        found = search(everything, queries, TOP, group=allowed, banned=np.full(len(rows), -9, dtype=np.int32))
        return found.units.astype(np.int64)

    figures = {"seconds": statistics.median(wall), "fastest": min(wall), "cpu_seconds": statistics.median(cpu)}
    return {**figures, "peak_mb": peak, **hits(task, nearest)}


def _vectors(task: Task) -> tuple[Any, Any]:
    """Return the vectors of queries and targets by scikit-learn's character TF-IDF."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriser = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), dtype=np.float32)
    targets = vectoriser.fit_transform(task.texts[: task.targets])
    return vectoriser.transform(task.texts[task.targets :]), targets


def run_sparse_dot_topn(task: Task) -> dict[str, Any]:
    """Run scikit-learn's character TF-IDF and sparse_dot_topn's product with two threads."""
    from sparse_dot_topn import sp_matmul_topn

    start, used = time.perf_counter(), time.process_time()
    queries, targets = _vectors(task)
    sp_matmul_topn(queries, targets.T.tocsr(), top_n=TOP, n_threads=2, sort=True)
    return _peer(task, queries, targets, start, used)


def run_scikit_learn(task: Task) -> dict[str, Any]:
    """Run scikit-learn's character TF-IDF and its brute-force nearest neighbours by cosine, two jobs."""
    from sklearn.neighbors import NearestNeighbors

    start, used = time.perf_counter(), time.process_time()
    queries, targets = _vectors(task)
    finder = NearestNeighbors(n_neighbors=TOP, metric="cosine", algorithm="brute", n_jobs=2).fit(targets)
    for first in range(0, queries.shape[0], 256):  # in parts: all distances at once would take 1.4 GB
        finder.kneighbors(queries[first : first + 256])
    return _peer(task, queries, targets, start, used)


def _peer(task: Task, queries: Any, targets: Any, start: float, used: float) -> dict[str, Any]:
    from scipy.sparse import vstack

    seconds, cpu, peak = time.perf_counter() - start, time.process_time() - used, _peak()
    everything = vstack([targets, queries]).tocsr()

    def nearest(rows: list[int], among: Ints) -> Ints:
        scores = (everything[rows] @ everything.T).toarray()[:, among]
        best: Ints = among[np.argsort(-scores, axis=1, kind="stable")[:, :TOP]]
        return best

    return {"seconds": seconds, "fastest": seconds, "cpu_seconds": cpu, "peak_mb": peak, **hits(task, nearest)}


def run_all_pairs(folder: Path) -> dict[str, Any]:
    """Search the five nearest of every clause of the corpus in all other documents, from the finished index."""
    from tongchi.comparison.corpus import all_pairs, load_index, nearest

    index = load_index(folder)
    nearest(index, ["应当"], 1)
    start, used = time.perf_counter(), time.process_time()
    pairs = all_pairs(index, TOP)
    seconds, cpu = time.perf_counter() - start, time.process_time() - used
    return {"seconds": seconds, "cpu_seconds": cpu, "peak_mb": _peak(), "units": len(index.texts), "pairs": len(pairs)}


def run_families(folder: Path) -> dict[str, Any]:
    """Group the corpus into families."""
    from tongchi.comparison.corpus import families, load_index, nearest

    index = load_index(folder)
    nearest(index, ["应当"], 1)
    start = time.perf_counter()
    found = families(index)
    return {"seconds": time.perf_counter() - start, "peak_mb": _peak(), "families": found["family"].n_unique()}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


METHODS = {"tongchi": run_tongchi, "sparse_dot_topn": run_sparse_dot_topn, "scikit_learn": run_scikit_learn}
WHOLE = {"all_pairs": run_all_pairs, "families": run_families}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--task", type=Path, required=True)
    parser.add_argument("--method", required=True, choices=["prepare", *METHODS, *WHOLE])
    arguments = parser.parse_args()
    if arguments.method == "prepare":
        prepare(arguments.index, arguments.data, arguments.task)
        result: dict[str, Any] = {}
    elif arguments.method in WHOLE:
        result = WHOLE[arguments.method](arguments.index)
    else:
        result = METHODS[arguments.method](read_task(arguments.task))
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
