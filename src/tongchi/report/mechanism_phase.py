"""What do trap and exit look like? Phase portrait, rest points along a lever, and where each start ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tongchi.mechanism.bifurcation import Basins, Bifurcation, PhasePlane
from tongchi.mechanism.dynamics import STATES, Array
from tongchi.mechanism.equilibria import RestPoint
from tongchi.report.mechanism_charts import Panel
from tongchi.report.mechanism_words import lever_name, name_of
from tongchi.report.picture import SOFT, Box, Ellipse, Line, Picture, Point, Shape, Text, widest
from tongchi.report.survey_charts import Axis
from tongchi.report.words import Words

_WIDTH, _HEIGHT = 560.0, 460.0
_PLACE = (56.0, 40.0, 480.0, 360.0)
NAMES = {
    "trap": Words("困局", "trap"),
    "exit": Words("出路", "exit"),
    "rest": Words("静止点", "rest point"),
    "saddle": Words("鞍点", "saddle"),
    "source": Words("排斥点", "source"),
}


def phase_portrait(plane: PhasePlane, *, arrows: int = 17) -> Picture:
    """Return the plane of involvement and barrier: arrows of motion, the lines where either rests, and the rest points."""
    title = Words("卷入与壁垒的相平面", "Phase plane of involvement and barrier")
    panel = _frame(title, "involvement", "barrier")
    _arrows(panel, plane, arrows)
    for part, look in ((plane.involvement_rate, "middle"), (plane.barrier_rate, "step")):
        for piece in _zero_line(plane.grid, part):
            panel.shapes.append(Line(tuple(panel.point(*each) for each in piece), look))
    key = [("middle", Words("卷入不变", "involvement rests")), ("step", Words("壁垒不变", "barrier rests"))]
    _points(panel, plane.points, "involvement", "barrier")
    return Picture(_WIDTH, _HEIGHT, title, (*panel.shapes, *_lines_key(key)))


def bifurcation_diagram(found: Bifurcation, state: str = "involvement", *, now: float | None = None) -> Picture:
    """Return a state at the rest points along a lever: full lines hold, broken ones repel; folds and `now` are marked."""
    lever, name = lever_name(found.lever), name_of(state)
    title = Words(f"{name.zh}的静止点随“{lever.zh}”变化", f"Rest points of {name.en} along {lever.en}")
    low, high = 0.0, 1.0
    panel = Panel(_PLACE, Axis(low, high, lever), Axis(0.0, 1.0, name), Words(f"↑ {name.zh}", f"↑ {name.en}"))
    panel.frame()
    panel.shapes.append(_below(lever))
    values = found.state[:, STATES.index(state)]
    for piece, stable in _pieces(found.stable):
        line = tuple(panel.point(float(found.setting[k]), float(values[k])) for k in piece)
        if len(line) > 1:
            panel.shapes.append(Line(line, "holds" if stable else "repels"))
    for setting in {found.threshold, found.return_point} - {None}:
        panel.upright(float(setting or 0.0), "change")
        x, _ = panel.point(float(setting or 0.0), 0.0)
        shown = f"{setting:.3f}"
        left = setting != found.threshold
        panel.shapes.append(
            Text(x + (-4 if left else 4), _PLACE[1] + 12, Words(shown, shown), 11.0, "end" if left else "start", SOFT)
        )
    if now is not None:
        panel.upright(now, "cut", Words("现在", "now"))
        x, y = panel.point(now, 0.0)
        panel.shapes.append(Text(x + 5.0, y - 8.0, Words("现在", "now"), 11.0, "start", SOFT))
    key = [
        ("holds", Words("稳定", "stable")),
        ("repels", Words("不稳定", "unstable")),
        ("change", Words("折点", "fold")),
    ]
    return Picture(_WIDTH, _HEIGHT, title, (*panel.shapes, *_lines_key(key)))


def basin_chart(found: Basins) -> Picture:
    """Return where starts on a plane of two states end; grey where none of the rest points is reached."""
    x, y = name_of(found.x), name_of(found.y)
    title = Words(f"从哪里出发会到哪里：{x.zh}与{y.zh}", f"Which start ends where: {x.en} and {y.en}")
    panel = _frame(title, found.x, found.y)
    names = [point.name for point in found.points]
    half = float(found.grid[1] - found.grid[0]) / 2
    for row, down in enumerate(found.grid):
        for start, end, at in _stretches(found.end[row]):
            look = "ground_none" if at < 0 else "ground" if names[at] == "exit" else "ground_other"
            left, top = panel.point(float(found.grid[start]) - half, float(down) + half)
            right, bottom = panel.point(float(found.grid[end]) + half, float(down) - half)
            panel.shapes.insert(0, Box(left, top, right - left, bottom - top + 0.4, look))
    _points(panel, found.points, found.x, found.y)
    keys = [("ground_other", NAMES["trap"]), ("ground", NAMES["exit"])]
    shapes: list[Shape] = []
    for at, (look, words) in enumerate(keys):
        left = _PLACE[0] + 300.0 + at * 90.0
        shapes += [
            Box(left, 14.0, 18.0, 12.0, look),
            Text(left + 24.0, 24.0, Words(f"到{words.zh}", f"to {words.en}"), 11.0, "start"),
        ]
    return Picture(_WIDTH, _HEIGHT, title, (*panel.shapes, *shapes))


def _frame(title: Words, x: str, y: str) -> Panel:
    up = name_of(y)
    panel = Panel(_PLACE, Axis(0.0, 1.0, name_of(x)), Axis(0.0, 1.0, up), Words(f"↑ {up.zh}", f"↑ {up.en}"))
    panel.frame()
    panel.shapes.append(_below(name_of(x)))
    return panel


def _below(name: Words) -> Text:
    left, top, width, height = _PLACE
    return Text(left + width / 2, top + height + 38.0, Words(f"{name.zh} →", f"{name.en} →"), 12.0)


def _lines_key(rows: Sequence[tuple[str, Words]]) -> list[Shape]:
    shapes: list[Shape] = []
    right = _PLACE[0] + _PLACE[2]
    for look, words in reversed(rows):
        right -= widest(words, 11.0) + 44.0
        shapes += [Line(((right, 20.0), (right + 20.0, 20.0)), look), Text(right + 25.0, 24.0, words, 11.0, "start")]
    return shapes


def _points(panel: Panel, points: Sequence[RestPoint], x: str, y: str) -> None:
    for point in points:
        at = panel.point(point.value(x), point.value(y))
        name = NAMES[point.name]
        tip = Words(
            f"{name.zh} ({point.value(x):.2f}, {point.value(y):.2f})",
            f"{name.en} ({point.value(x):.2f}, {point.value(y):.2f})",
        )
        panel.shapes.append(Ellipse(*at, 5.5, 5.5, "holds_point" if point.stable else "repels_point", tip))
        if point.stable:
            panel.shapes.append(Text(at[0] + 10.0, at[1] - 8.0, name, 12.0, "start", bold=True))


def _arrows(panel: Panel, plane: PhasePlane, count: int) -> None:
    """Draw arrows of one length: where the plane moves, not how fast."""
    places = np.linspace(0, len(plane.grid) - 1, count).round().astype(int)[1:-1]
    length = 0.8 * _PLACE[2] / count
    for row in places:
        for column in places:
            dx, dy = float(plane.involvement_rate[row, column]), float(plane.barrier_rate[row, column])
            x, y = panel.point(float(plane.grid[column]), float(plane.grid[row]))
            across, up = dx * _PLACE[2], -dy * _PLACE[3]
            norm = math.hypot(across, up)
            if norm < 1e-9:
                continue
            end = (x + length * across / norm, y + length * up / norm)
            panel.shapes.append(Line(((x, y), end), "flow"))
            panel.shapes += _barbs((x, y), end)


def _barbs(start: Point, end: Point) -> list[Shape]:
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    found: list[Shape] = []
    for side in (2.6, -2.6):
        back = (end[0] + 4.2 * math.cos(angle + side), end[1] + 4.2 * math.sin(angle + side))
        found.append(Line((end, back), "flow"))
    return found


def _zero_line(grid: Array, values: Array) -> list[tuple[Point, ...]]:
    """Return the pieces, in values of the axes, along which a field (rows y, columns x) crosses zero: marching squares."""
    found = []
    for row in range(len(grid) - 1):
        for column in range(len(grid) - 1):
            corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
            cuts = []
            for (i, j), (k, m) in zip(corners, corners[1:] + corners[:1], strict=True):
                a, b = float(values[j, i]), float(values[m, k])
                if (a > 0) != (b > 0):
                    share = a / (a - b)
                    cuts.append(
                        (float(grid[i] + share * (grid[k] - grid[i])), float(grid[j] + share * (grid[m] - grid[j])))
                    )
            found += [tuple(cuts[at : at + 2]) for at in range(0, len(cuts) - 1, 2)]
    return found


def _pieces(stable: NDArray[np.bool_]) -> list[tuple[range, bool]]:
    """Return the stretches of a curve that hold or repel; each begins where the one before ends."""
    edges = [0, *(int(k) + 1 for k in np.flatnonzero(np.diff(stable.astype(int)))), len(stable)]
    return [(range(a, min(b + 1, len(stable))), bool(stable[a])) for a, b in pairwise(edges) if b > a]


def _stretches(row: NDArray[np.intp]) -> list[tuple[int, int, int]]:
    """Return (first, last, value) of the runs of one value."""
    edges = [0, *(int(k) + 1 for k in np.flatnonzero(np.diff(row))), len(row)]
    return [(a, b - 1, int(row[a])) for a, b in pairwise(edges) if b > a]
