"""What do the benchmarks of the network game say in a table: our time, the reach, the ratio to a peer?

Mesa is optional; where it is missing, the time stated elsewhere stands in its line without a ratio.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Result = dict[str, Any]
GRAPHS = ("ring", "mutation", "star", "scale_free")
GAME_PARTS = (*GRAPHS, "mesa")


def game_lines(results: Mapping[str, Result]) -> Iterator[tuple[str, str, str]]:
    """Yield task, figures and target for the table of all benchmarks."""
    for part in GRAPHS:
        result = results[f"game {part}"]
        task = f"network game, {part.replace('_', '-')}, 3,000 × 1,000 × 100"
        if "error" in result:
            yield task, f"not run: {result['error']}", ""
            continue
        one, peer = result["one_worker"], result["numpy"]
        figures = f"{result['seconds']:.2f} s (1 worker: {one['seconds']:.2f} s), {result['peak_mb']:.0f} MB"
        yield task, figures, "≤ 300 MB"
        yield "  the same by NumPy, batched", f"{peer['seconds']:.1f} s, from {peer['rounds']} rounds", ""
        processor = peer["cpu_seconds"] / one["cpu_seconds"]
        ratio = f"{peer['seconds'] / result['seconds']:.1f} × the time; {processor:.1f} × the CPU of 1 worker"
        yield "    ratio", ratio, "≥ 2 ×" if part in {"ring", "mutation"} else "≥ 1 ×"
    yield from _mesa_lines(results)


def _mesa_lines(results: Mapping[str, Result]) -> Iterator[tuple[str, str, str]]:
    peer, own = results["game mesa"], results["game ring"]
    if "error" in peer:
        yield "  the ring by Mesa", f"not run: {peer['error']} (stated elsewhere: 527 s)", "≥ 150 ×"
        return
    yield "  the ring by Mesa", f"{peer['seconds']:.0f} s, from {peer['rounds']} rounds of one replicate", ""
    if "error" not in own:
        yield "    ratio", f"{peer['seconds'] / own['seconds']:.0f} × the time", "≥ 150 ×"
