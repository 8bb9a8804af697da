"""Where does each construct stand, so that causes are above effects and few arrows cross?

Layers after Sugiyama, Tagawa and Toda (1981): arrows that close a loop are turned round, layers are longest paths from
the sources, orders come from barycentre sweeps of which the best is kept, and places from isotonic regression, which is
the nearest order-keeping set of places to the wished ones. Everything follows the order in which nodes are given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import isotonic_regression

Arrow = tuple[str, str]
_SWEEPS = 12
_PASSES = 8


@dataclass(frozen=True)
class Layout:
    """Places in units of node distance: `across` from the left, `layer` from the top.

    `bends` gives, for each arrow that passes layers, its places in those between, in the arrow's direction; `loops` are
    the arrows that close a loop and run upward.
    """

    across: Mapping[str, float]
    layer: Mapping[str, int]
    bends: Mapping[Arrow, tuple[float, ...]]
    loops: tuple[Arrow, ...]

    @property
    def depth(self) -> int:
        """Number of layers."""
        return max(self.layer.values(), default=-1) + 1


def lay_out(nodes: Sequence[str], arrows: Sequence[Arrow]) -> Layout:
    """Return places for `nodes`; arrows between other names, from a node to itself, or given twice are left out."""
    known = [each for each in dict.fromkeys(arrows) if each[0] in nodes and each[1] in nodes and each[0] != each[1]]
    loops = _loop_closing(nodes, known)
    down = [each for each in known if each not in loops]
    layer = _layers(nodes, down)
    rows, segments = _rows(nodes, down, layer)
    _reduce_crossings(rows, segments)
    across = _places(rows, segments)
    bends = {
        (source, target): tuple(across[_bend(source, target, at)] for at in range(layer[source] + 1, layer[target]))
        for source, target in down
    }
    return Layout({name: across[name] for name in nodes}, layer, bends, tuple(loops))


def _loop_closing(nodes: Sequence[str], arrows: Sequence[Arrow]) -> list[Arrow]:
    """Return the arrows that would close a loop where arrows are taken in the order given."""
    taken: dict[str, list[str]] = {name: [] for name in nodes}
    closing = []
    for source, target in arrows:
        if _reaches(taken, target, source):
            closing.append((source, target))
        else:
            taken[source].append(target)
    return closing


def _reaches(taken: Mapping[str, Sequence[str]], start: str, goal: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        for after in taken[name]:
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return False


def _layers(nodes: Sequence[str], down: Sequence[Arrow]) -> dict[str, int]:
    """Return longest-path layers; a source stands just above its first target rather than at the top."""
    layer = dict.fromkeys(nodes, 0)
    for _ in nodes:
        for source, target in down:
            layer[target] = max(layer[target], layer[source] + 1)
    with_cause = {target for _, target in down}
    for name in nodes:
        targets = [layer[target] for source, target in down if source == name]
        if name not in with_cause and targets:
            layer[name] = min(targets) - 1
    return layer


def _bend(source: str, target: str, layer: int) -> str:
    return f"{source}\0{target}\0{layer}"


def _rows(
    nodes: Sequence[str], down: Sequence[Arrow], layer: Mapping[str, int]
) -> tuple[list[list[str]], list[list[Arrow]]]:
    """Return the names of each layer, with a bend for each arrow that passes it, and the segments below each layer."""
    depth = max(layer.values(), default=0) + 1
    rows = [[name for name in nodes if layer[name] == at] for at in range(depth)]
    segments: list[list[Arrow]] = [[] for _ in range(depth)]
    for source, target in down:
        before = source
        for at in range(layer[source] + 1, layer[target]):
            rows[at].append(_bend(source, target, at))
            segments[at - 1].append((before, rows[at][-1]))
            before = rows[at][-1]
        segments[layer[target] - 1].append((before, target))
    return rows, segments


def _reduce_crossings(rows: list[list[str]], segments: Sequence[Sequence[Arrow]]) -> None:
    """Order each row in place by the mean place of its neighbours, down and up in turn; the best order is kept."""
    best, fewest = [list(row) for row in rows], _crossings(rows, segments)
    for sweep in range(_SWEEPS):
        downward = sweep % 2 == 0
        order = range(1, len(rows)) if downward else range(len(rows) - 2, -1, -1)
        for at in order:
            beside = rows[at - 1] if downward else rows[at + 1]
            place = {name: index for index, name in enumerate(beside)}
            links = segments[at - 1] if downward else segments[at]
            pairs = [(target, source) if downward else (source, target) for source, target in links]
            rows[at] = _by_barycentre(rows[at], pairs, place)
        found = _crossings(rows, segments)
        if found < fewest:
            best, fewest = [list(row) for row in rows], found
    rows[:] = best


def _by_barycentre(row: Sequence[str], pairs: Sequence[Arrow], place: Mapping[str, int]) -> list[str]:
    def centre(item: tuple[int, str]) -> float:
        index, name = item
        found = [place[other] for own, other in pairs if own == name]
        return sum(found) / len(found) if found else float(index)

    return [name for _, name in sorted(enumerate(row), key=centre)]


def _crossings(rows: Sequence[Sequence[str]], segments: Sequence[Sequence[Arrow]]) -> int:
    total = 0
    for at, links in enumerate(segments[:-1]):
        above = {name: index for index, name in enumerate(rows[at])}
        below = {name: index for index, name in enumerate(rows[at + 1])}
        ends = [(above[source], below[target]) for source, target in links]
        total += sum((a - c) * (b - d) < 0 for i, (a, b) in enumerate(ends) for c, d in ends[:i])
    return total


def _places(rows: Sequence[Sequence[str]], segments: Sequence[Sequence[Arrow]]) -> dict[str, float]:
    """Return places at least one unit apart (half a unit beside a bend) that follow the neighbours' mean."""
    near: dict[str, list[str]] = {name: [] for row in rows for name in row}
    for links in segments:
        for source, target in links:
            near[source].append(target)
            near[target].append(source)
    across = {name: index - (len(row) - 1) / 2 for row in rows for index, name in enumerate(row)}
    for _ in range(_PASSES):
        for row in rows:
            if not row:
                continue
            wished = np.array([np.mean([across[other] for other in near[name]] or [across[name]]) for name in row])
            gaps = [_gap(before, name) for before, name in pairwise(row)]
            offset = np.concatenate([[0.0], np.cumsum(gaps)])
            weights = [0.5 if "\0" in name else 1.0 for name in row]
            found = isotonic_regression(wished - offset, weights=np.array(weights)).x + offset
            across |= dict(zip(row, map(float, found), strict=True))
    left = min(across.values(), default=0.0)
    return {name: value - left for name, value in across.items()}


def _gap(one: str, other: str) -> float:
    """Return how far apart two neighbours of a layer stand; a bend takes less room than a node."""
    return 1.0 - 0.25 * (("\0" in one) + ("\0" in other))
