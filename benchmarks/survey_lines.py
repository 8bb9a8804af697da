"""What do the survey benchmarks say in a table: our time, the reach, the ratio to a peer, and what lavaan took elsewhere?

lavaan runs in R and is not installed here; its times were measured on another machine with two cores, so they carry no ratio.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Result = dict[str, Any]
Line = tuple[str, str, str]
_ELSEWHERE = "lavaan, stated elsewhere: "


def survey_lines(results: Mapping[str, Result]) -> Iterator[Line]:
    """Yield task, figures and target of every part that ran or says why it did not; first, whether the machine was busy."""
    loads = [(result["load"], result["processors"]) for result in results.values() if "load" in result]
    if any(load > processors + 1 for load, processors in loads):
        busiest = max(load for load, _ in loads)
        yield (
            "survey",
            f"the machine was busy (load {busiest:.0f}, {loads[0][1]} processors): absolute times say little",
            "",
        )
    for part, lines in _PARTS.items():
        result = results[f"survey {part}"]
        if "error" in result:
            yield f"survey: {part}", f"not run: {result['error']}", ""
        else:
            yield from lines(result)


def _holzinger(result: Result) -> Iterator[Line]:
    real = _data(result)
    yield f"9 tests, ML with all output{real}", f"{result['milliseconds']:.1f} ms ({_ELSEWHERE}70 ms)", "≤ 6 ms"
    yield from _peer("semopy", result["peer"], result["milliseconds"])
    ladder = f"{result['ladder_milliseconds']:.0f} ms ({_ELSEWHERE}290 ms)"
    yield f"ladder of 4 invariance models{real}", ladder, "≤ 50 ms"


def _large(result: Result) -> Iterator[Line]:
    stated = {"ML": ("1.16 s", "≤ 70 ms"), "MLM": ("4.5 s", "≤ 250 ms"), "MLR": ("14.4 s", "≤ 600 ms")}
    for name, time in result["milliseconds"].items():
        seconds, reach = stated[name]
        yield f"20,000 × 60 items, {name}{_data(result)}", f"{time:.0f} ms ({_ELSEWHERE}{seconds})", reach
        if name == "ML":
            yield from _peer("semopy", result["peer"], time)


def _ordinal(result: Result) -> Iterator[Line]:
    figure = f"{result['milliseconds']:.0f} ms ({_ELSEWHERE}1.26 s)"
    yield f"25 ordinal items, WLSMV with all output{_data(result)}", figure, "≤ 120 ms"


def _missing(result: Result) -> Iterator[Line]:
    stated = {"ML": ("2.7 s", "≤ 500 ms"), "MLR": ("9.4 s", "≤ 1000 ms")}
    for name, time in result["milliseconds"].items():
        seconds, reach = stated[name]
        yield f"25 items with gaps, FIML, {name}{_data(result)}", f"{time:.0f} ms ({_ELSEWHERE}{seconds})", reach


def _draws(result: Result) -> Iterator[Line]:
    real = _data(result)
    yield f"5,000 draws, observed mediation{real}", f"{result['observed']:.0f} ms ({_ELSEWHERE}116 s)", "≤ 300 ms"
    yield from _peer("statsmodels, from the time of fewer draws", result["peer"], result["observed"])
    yield f"5,000 draws, latent mediation{real}", f"{result['latent']:.0f} ms ({_ELSEWHERE}100 s)", "≤ 1500 ms"


def _power(result: Result) -> Iterator[Line]:
    task = f"power, {result['replications']} replications × {result['sizes']} sizes, 11 constructs"
    yield task, f"{result['seconds']:.1f} s", "≤ 20 s"


def _data(result: Result) -> str:
    return "" if result["real"] else ", synthetic"


def _peer(name: str, peer: Result, own: float) -> Iterator[Line]:
    if "error" in peer:
        yield f"  the same by {name}", f"not run: {peer['error']}", ""
        return
    yield f"  the same by {name}", f"{peer['milliseconds']:.0f} ms", ""
    yield "    ratio", f"{peer['milliseconds'] / own:.1f} × the time", ""


_PARTS = {
    "holzinger": _holzinger,
    "large": _large,
    "ordinal": _ordinal,
    "missing": _missing,
    "draws": _draws,
    "power": _power,
}
