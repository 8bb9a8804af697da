"""Run all benchmarks, each in a process of its own, and print one table: figure, target, ratio to the peer.

    python -m benchmarks.run --data ../shared/data [--only survey|game|mechanism]

Peers run right after our own method, on the same texts, so that a busy machine slows all alike. A benchmark that
cannot run (a package is missing, a part is not there) has a line that says why. All figures go to out/bench.json.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.game_lines import GAME_PARTS, game_lines
from benchmarks.mechanism import MECHANISM_PARTS, mechanism_lines
from benchmarks.survey_lines import survey_lines

Result = dict[str, Any]
PEERS = ("sparse_dot_topn", "scikit_learn")
SURVEY_PARTS = ("holzinger", "large", "ordinal", "missing", "draws", "power")


def run_child(module: str, *arguments: str) -> Result:
    """Run one benchmark; a result that holds only `error` where it failed."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["no message"])[-1]}
    result: Result = json.loads(done.stdout)
    return result


def run_all(data: Path, out: Path) -> dict[str, Result]:
    """Run every benchmark; the corpus is indexed first, since the searches start from that index."""
    laws, index = data / "laws", out / "index"
    results = {"parse": run_child("parsing", "--laws", str(laws))}
    results["index"] = run_child("parsing", "--laws", str(laws), "--index", str(index))
    where = ["--index", str(index), "--data", str(data), "--task", str(out / "task.jsonl")]
    run_child("corpus", *where, "--method", "prepare")
    for method in ("tongchi", *PEERS, "all_pairs", "families"):
        results[method] = run_child("corpus", *where, "--method", method)
    results["compare"] = run_child("comparing", "--laws", str(laws))
    for part in ("screen", "peer", "file"):
        results[f"screening {part}"] = run_child(
            "screening", "--index", str(index), "--laws", str(laws), "--part", part
        )
    return results | run_survey(data) | run_game() | run_mechanism()


def run_survey(data: Path) -> dict[str, Result]:
    """Run the benchmarks of the survey room, one process each."""
    return {f"survey {part}": run_child("survey", "--data", str(data), "--part", part) for part in SURVEY_PARTS}


def run_game() -> dict[str, Result]:
    """Run the network game of the room `mechanism` and its peers, one process each."""
    return {f"game {part}": run_child("mechanism_game", "--part", part) for part in GAME_PARTS}


def run_mechanism() -> dict[str, Result]:
    """Run the dynamic model's ensembles, sensitivity and calibration, one process each."""
    return {f"mechanism {part}": run_child("mechanism", "--part", part) for part in MECHANISM_PARTS}


def table(results: dict[str, Result]) -> list[tuple[str, str, str]]:
    """Return the lines to print: task, figures, target."""
    lines = [] if "parse" not in results else [*_parsing_lines(results), *_search_lines(results)]
    lines += [] if "compare" not in results else [*_comparison_lines(results), *_screening_lines(results)]
    lines += [] if "survey power" not in results else list(survey_lines(results))
    lines += [] if "mechanism sobol" not in results else list(mechanism_lines(results))
    return [*lines, *(game_lines(results) if "game ring" in results else [])]


def _parsing_lines(results: dict[str, Result]) -> list[tuple[str, str, str]]:
    parse, index = results["parse"], results["index"]
    return [
        _line(
            "parse all files, 2 processes",
            parse,
            lambda r: f"{r['articles_per_second']:,.0f} articles/s ({r['seconds']:.2f} s), {r['peak_mb']:.0f} MB",
            "≥ 100,000 articles/s, < 400 MB",
        ),
        _line(
            "index all files from nothing",
            index,
            lambda r: (
                f"{r['seconds']:.1f} s (unchanged: {r['again_seconds']:.1f} s), {r['peak_mb']:.0f} MB, "
                f"{r['index_mb']:.0f} MB on disk"
            ),
            "a few seconds",
        ),
    ]


def _search_lines(results: dict[str, Result]) -> list[tuple[str, str, str]]:
    own = results["tongchi"]
    lines = [_line("Chongqing in all other provinces", own, _search_figures, "≤ 300 MB")]
    for name in PEERS:
        peer = results[name]
        lines.append(_line(f"  the same by {name}", peer, _search_figures, ""))
        if "error" not in own and "error" not in peer:
            times = f"{peer['seconds'] / own['seconds']:.1f} × the time, {peer['cpu_seconds'] / own['cpu_seconds']:.1f} × the CPU"
            memory = f"{peer['peak_mb'] / own['peak_mb']:.1f} × the memory of tongchi"
            lines.append(("    ratio", f"{times}, {memory}", "≥ 15 ×, hit@5 not lower" if name == PEERS[0] else ""))
    lines.append(
        _line(
            "all clauses against all",
            results["all_pairs"],
            lambda r: (
                f"{r['seconds']:.1f} s ({r['cpu_seconds']:.1f} s CPU), {r['peak_mb']:.0f} MB, {r['units']:,} clauses"
            ),
            "≤ 15 s, ≤ 700 MB",
        )
    )
    figures = results["families"]
    lines.append(
        _line(
            "families", figures, lambda r: f"{r['seconds']:.1f} s, {r['peak_mb']:.0f} MB, {r['families']} families", ""
        )
    )
    return lines


def _search_figures(result: Result) -> str:
    hits = f"hit@5 {result['hit5_province']:.3f} in the partner's province, {result['hit5_all']:.3f} in all"
    return f"{result['seconds']:.2f} s, {result['peak_mb']:.0f} MB, {hits}"


def _comparison_lines(results: dict[str, Result]) -> list[tuple[str, str, str]]:
    return [
        _line(
            "one comparison, warm, without / with report",
            results["compare"],
            lambda r: (
                f"{r['milliseconds']:.0f} ms / {r['with_report_milliseconds']:.0f} ms, {r['peak_mb']:.0f} MB, "
                f"{r['articles'][0]} and {r['articles'][1]} articles"
            ),
            "≤ 150 ms / ≤ 400 ms",
        )
    ]


def _screening_lines(results: dict[str, Result]) -> list[tuple[str, str, str]]:
    own, peer = results["screening screen"], results["screening peer"]
    lines = [
        _line(
            "screen all clauses of the index, 2 processes",
            own,
            lambda r: (
                f"{r['clauses_per_second']:,.0f} clauses/s ({r['seconds']:.1f} s), {r['peak_mb']:.0f} MB, "
                f"{r['findings']} findings"
            ),
            "≥ 30,000 clauses/s, < 600 MB",
        ),
        _line(
            "  the same clauses by scikit_learn, 1 process",
            peer,
            lambda r: f"{r['clauses_per_second']:,.0f} clauses/s",
            "",
        ),
    ]
    if "error" not in own and "error" not in peer:
        lines.append(("    ratio", f"{own['clauses_per_second'] / peer['clauses_per_second']:.1f} × the clauses/s", ""))
    lines.append(
        _line(
            "screen one file of 80 articles, warm",
            results["screening file"],
            lambda r: f"{r['milliseconds']:.0f} ms",
            "< 100 ms",
        )
    )
    return lines


def _line(task: str, result: Result, figures: Any, target: str) -> tuple[str, str, str]:
    return task, f"not run: {result['error']}" if "error" in result else figures(result), target


def main() -> None:
    parser = argparse.ArgumentParser(description="Run all benchmarks.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds laws/ and alignment/")
    parser.add_argument("--out", type=Path, default=Path("out"))
    parser.add_argument("--only", choices=["survey", "game", "mechanism"], help="run one room's benchmarks alone")
    arguments = parser.parse_args()
    if not arguments.only and not (arguments.data / "laws").is_dir():
        sys.exit(f"no laws in {arguments.data}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.only:
        rooms = {"survey": lambda: run_survey(arguments.data), "game": run_game, "mechanism": run_mechanism}
        results = rooms[arguments.only]()
    else:
        results = run_all(arguments.data, arguments.out / "bench")
    (arguments.out / "bench.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    lines = [("task", "measured", "reach"), *table(results)]
    first, second = (max(len(line[at]) for line in lines) for at in (0, 1))
    for task, measured, target in lines:
        print(f"{task:<{first}}  {measured:<{second}}  {target}".rstrip())


if __name__ == "__main__":
    main()
