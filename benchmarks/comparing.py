"""How long does one full comparison of two regulations of about 80 articles take, without and with the report?"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PAIR = ("重庆市优化营商环境条例", "上海市优化营商环境条例")


def run_comparison(laws: Path, repeats: int = 9) -> dict[str, Any]:
    """Compare a pair again and again; medians in milliseconds, of runs after the first two."""
    import tongchi
    from tongchi.report.comparison_html import write_html

    a, b = (tongchi.read(sorted(laws.rglob(f"{name}*.md"))[0]) for name in PAIR)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        bare = _median(lambda: tongchi.compare(a, b), repeats)
        full = _median(lambda: write_html(tongchi.compare(a, b), page), repeats)
        size = page.stat().st_size / 2**10
    return {
        "milliseconds": bare,
        "with_report_milliseconds": full,
        "articles": [len(a.articles), len(b.articles)],
        "report_kb": size,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _median(action: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats + 2):
        start = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[2:])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--laws", type=Path, required=True)
    json.dump(run_comparison(parser.parse_args().laws), sys.stdout)


if __name__ == "__main__":
    main()
