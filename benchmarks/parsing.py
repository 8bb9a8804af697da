"""How many articles per second are parsed, and how long does it take to index the whole corpus from its files?"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

WORKERS = 2


def parse_files(paths: list[Path]) -> tuple[int, int, float]:
    """Parse files; return how many articles they hold, the process's number and its peak memory in MB."""
    import os

    from tongchi.documents.read import read

    articles = sum(len(read(path).articles) for path in paths)
    return articles, os.getpid(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_parsing(laws: Path, repeats: int = 3) -> dict[str, Any]:
    """Parse every file with two processes that are already up; the fastest of some runs."""
    paths = sorted(laws.rglob("*.md"))
    batches = [paths[at : at + 32] for at in range(0, len(paths), 32)]
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(parse_files, [paths[:4]] * (2 * WORKERS)))
        seconds, articles, peaks = [], 0, {}
        for _ in range(repeats):
            start = time.perf_counter()
            results = list(pool.map(parse_files, batches))
            seconds.append(time.perf_counter() - start)
            articles = sum(count for count, _, _ in results)
            peaks = {process: peak for _, process, peak in results}
    rate = articles / min(seconds)
    return {"seconds": min(seconds), "articles": articles, "articles_per_second": rate, "peak_mb": sum(peaks.values())}


def run_indexing(laws: Path, out: Path) -> dict[str, Any]:
    """Index every file from nothing, then again with nothing changed."""
    from tongchi.comparison.corpus import index_folder

    shutil.rmtree(out, ignore_errors=True)
    start = time.perf_counter()
    report = index_folder(laws, out, workers=WORKERS)
    first = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.perf_counter()
    index_folder(laws, out, workers=WORKERS)
    again = time.perf_counter() - start
    size = sum(path.stat().st_size for path in out.iterdir()) / 2**20
    return {"seconds": first, "again_seconds": again, "peak_mb": peak, "units": report.units, "index_mb": size}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--laws", type=Path, required=True)
    parser.add_argument("--index", type=Path, default=None, help="index into this folder instead of parsing only")
    arguments = parser.parse_args()
    result = run_indexing(arguments.laws, arguments.index) if arguments.index else run_parsing(arguments.laws)
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
