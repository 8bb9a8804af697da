"""Where are the points, the ceiling and the quadrants? Charts on two axes, in shapes that page and paper share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tongchi.report.picture import SOFT, Box, Ellipse, Line, Picture, Point, Shape, Text, widest
from tongchi.report.survey_numbers import coefficient
from tongchi.report.words import Words

_WIDTH, _HEIGHT = 460.0, 380.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 18.0, 34.0, 52.0
_SIZE = 11.5
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis with its ends and what it shows."""

    low: float
    high: float
    name: Words


class Plot:
    """A frame on two axes to draw in."""

    def __init__(self, title: Words, x: Axis, y: Axis) -> None:
        self._title, self._x, self._y = title, _roomy(x), _roomy(y)
        self.shapes: list[Shape] = []

    def point(self, x: float, y: float) -> Point:
        """Return where values lie, in pixels."""
        across = (x - self._x.low) / (self._x.high - self._x.low)
        up = (y - self._y.low) / (self._y.high - self._y.low)
        return _LEFT + across * (_WIDTH - _LEFT - _RIGHT), _HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM)

    def picture(self) -> Picture:
        """Return the frame, then what was drawn in it."""
        return Picture(_WIDTH, _HEIGHT, self._title, (*self._frame(), *self.shapes))

    def _frame(self) -> list[Shape]:
        left, bottom = self.point(self._x.low, self._y.low)
        right, top = self.point(self._x.high, self._y.high)
        shapes: list[Shape] = []
        for value in ticks(self._x.low, self._x.high):
            x, _ = self.point(value, self._y.low)
            shapes.append(Line(((x, top), (x, bottom)), "grid"))
            shapes.append(_label(x, bottom + 15, value))
        for value in ticks(self._y.low, self._y.high):
            _, y = self.point(self._x.low, value)
            shapes.append(Line(((left, y), (right, y)), "grid"))
            shapes.append(_label(left - 6, y + 4, value, "end"))
        shapes.append(Line(((left, top), (left, bottom), (right, bottom)), "axis"))
        shapes.append(
            Text((left + right) / 2, _HEIGHT - 10, Words(f"{self._x.name.zh} →", f"{self._x.name.en} →"), _SIZE + 0.5)
        )
        shapes.append(Text(4, 14, Words(f"↑ {self._y.name.zh}", f"↑ {self._y.name.en}"), _SIZE + 0.5, "start"))
        return shapes


def _label(x: float, y: float, value: float, anchor: str = "middle") -> Text:
    shown = f"{value:g}".replace("-", "−")
    return Text(x, y, Words(shown, shown), _SIZE - 1, anchor, SOFT)  # type: ignore[arg-type]


def _roomy(axis: Axis) -> Axis:
    """Return the axis with ends that differ."""
    return axis if axis.high > axis.low else Axis(axis.low - 0.5, axis.low + 0.5, axis.name)


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round values between the ends.

    >>> ticks(1, 5), ticks(0, 0.43)
    ([1.0, 2.0, 3.0, 4.0, 5.0], [0.0, 0.1, 0.2, 0.3, 0.4])
    """
    raw = (high - low) / most
    size = 10 ** math.floor(math.log10(raw))
    step = next(factor * size for factor in (1, 2, 5, 10) if factor * size >= raw)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(at * step, 10) for at in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with its name, its ends to either side where there are any."""

    x: float
    y: float
    name: Words
    x_ends: tuple[float, float] | None = None
    y_ends: tuple[float, float] | None = None


def quadrant_chart(
    title: Words, x: Axis, y: Axis, marks: Sequence[Mark], *, cut: Point, corners: Sequence[Words]
) -> Picture:
    """Return named points with cross hairs at `cut`; many points are numbered and named below.

    `corners` names lower right, upper right, lower left, upper left.
    """
    plot = Plot(title, x, y)
    (x0, y0), (x1, y1) = plot.point(x.low, y.low), plot.point(x.high, y.high)
    cx, cy = plot.point(*cut)
    plot.shapes += [Line(((cx, y0), (cx, y1)), "cut"), Line(((x0, cy), (x1, cy)), "cut")]
    for words, (at_x, at_y, anchor) in zip(
        corners, ((x1 - 4, y0 - 6, "end"), (x1 - 4, y1 + 13, "end"), (x0 + 5, y0 - 6, "start"), (x0 + 5, y1 + 13, "start")), strict=True
    ):  # fmt: skip
        plot.shapes.append(Text(at_x, at_y, words, _SIZE - 1, anchor, SOFT))  # type: ignore[arg-type]
    taken: list[tuple[float, float, float, float]] = []
    for mark in marks:
        px, py = plot.point(mark.x, mark.y)
        taken.append((px - 5, py - 5, px + 5, py + 5))
        for end in mark.x_ends or ():
            reach = plot.point(end, mark.y)[0]
            taken.append((min(px, reach), py - 1, max(px, reach), py + 1))
        for end in mark.y_ends or ():
            reach = plot.point(mark.x, end)[1]
            taken.append((px - 1, min(py, reach), px + 1, max(py, reach)))
    many = len(marks) > _NAMED
    for at, mark in enumerate(marks, start=1):
        shown = Words(str(at), str(at)) if many else mark.name
        plot.shapes += _mark(plot, mark, shown, taken)
    return _with_key(plot.picture(), marks) if many else plot.picture()


def _with_key(picture: Picture, marks: Sequence[Mark]) -> Picture:
    """Return the picture with the names of numbered points below it, in two columns."""
    half = math.ceil(len(marks) / 2)
    shapes: list[Shape] = []
    for at, mark in enumerate(marks):
        column, row = divmod(at, half)
        x, y = _LEFT + column * (_WIDTH - _LEFT) / 2, picture.height + 14 + 16 * row
        name = Words(*(f"{at + 1}　{each}" for each in mark.name))
        size = min(_SIZE, _SIZE * ((_WIDTH - _LEFT) / 2 - 6) / widest(name, _SIZE))
        shapes.append(Text(x, y, name, size, "start"))
    return Picture(picture.width, picture.height + 16 * half + 6, picture.title, (*picture.shapes, *shapes))


def _mark(plot: Plot, mark: Mark, shown: Words, taken: list[tuple[float, float, float, float]]) -> list[Shape]:
    px, py = plot.point(mark.x, mark.y)
    shapes: list[Shape] = []
    if mark.x_ends:
        (left, _), (right, _) = plot.point(mark.x_ends[0], mark.y), plot.point(mark.x_ends[1], mark.y)
        shapes.append(Line(((left, py), (right, py)), "reach"))
    if mark.y_ends:
        (_, low), (_, high) = plot.point(mark.x, mark.y_ends[0]), plot.point(mark.x, mark.y_ends[1])
        shapes.append(Line(((px, low), (px, high)), "reach"))
    tip = Words(*(f"{name} ({coefficient(mark.x)}, {coefficient(mark.y)})" for name in mark.name))
    shapes.append(Ellipse(px, py, 4.5, 4.5, "point", tip))
    width = widest(shown, _SIZE) + 2
    beside = [
        (px + 5, py - 6),
        (px - width - 5, py - 6),
        (px + 5, py + 15),
        (px - width - 5, py + 15),
        (px + 8, py + 4),
    ]
    spots = [
        (px - width / 2, py - 9),
        (px - width / 2, py + 19),
        *beside,
        (px - width / 2, py - 22),
        (px - width / 2, py + 32),
    ]
    x, y = min(spots, key=lambda spot: _overlap(spot, width, taken))
    x = max(_LEFT + 2, min(x, _WIDTH - width - 2))
    taken.append((x, y - _SIZE, x + width, y + 3))
    shapes.append(Text(x + width / 2, y, shown, _SIZE))
    return shapes


def _overlap(spot: Point, width: float, taken: Sequence[tuple[float, float, float, float]]) -> float:
    left, top, right, bottom = spot[0], spot[1] - _SIZE, spot[0] + width, spot[1] + 3
    covered = sum(
        max(0.0, min(right, box[2]) - max(left, box[0])) * max(0.0, min(bottom, box[3]) - max(top, box[1]))
        for box in taken
    )
    outside = max(0.0, _LEFT - left) + max(0.0, right - _WIDTH)
    return covered + 30 * outside


def ceiling_chart(
    title: Words,
    x: Axis,
    y: Axis,
    cases: tuple[Sequence[float], Sequence[float]],
    *,
    steps: Sequence[Point],
    line: tuple[Point, Point] | None,
) -> Picture:
    """Return cases as circles whose areas are their counts, the step ceiling, and the straight one where there is one."""
    plot = Plot(title, x, y)
    places, counts = np.unique(np.column_stack(cases), axis=0, return_counts=True)
    largest = counts.max(initial=1)
    for (cx, cy), n in zip(places.tolist(), counts.tolist(), strict=True):
        px, py = plot.point(cx, cy)
        radius = max(1.3, 5.5 * math.sqrt(n / largest))
        plot.shapes.append(Ellipse(px, py, radius, radius, "point"))
    if len(steps) > 1:
        plot.shapes.append(Line(tuple(plot.point(*each) for each in steps), "step"))
    if line:
        plot.shapes.append(Line(tuple(plot.point(*each) for each in line), "trend"))
    plot.shapes += _ceiling_key(line is not None)
    return plot.picture()


def _ceiling_key(with_line: bool) -> list[Shape]:
    x, y = _WIDTH - _RIGHT - 150, _HEIGHT - _BOTTOM - 12
    rows = [("step", "CE-FDH")] + ([("trend", "CR-FDH")] if with_line else [])
    shapes: list[Shape] = [Box(x - 6, y - 14 * len(rows) - 2, 150, 14 * len(rows) + 10, "label")]
    for at, (look, name) in enumerate(rows):
        top = y - 14 * at
        shapes.append(Line(((x, top), (x + 26, top)), look))
        shapes.append(Text(x + 32, top + 4, Words(name, name), _SIZE - 1, "start", SOFT))
    return shapes
