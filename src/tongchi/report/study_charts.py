"""How are the four answers drawn? Small charts with one axis, in which a row may hold several series, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongchi.report.mechanism_charts import Panel, coefficient_short
from tongchi.report.picture import SOFT, Box, Ellipse, Line, Picture, Shape, Text, widest
from tongchi.report.survey_charts import Axis, ticks
from tongchi.report.words import Words

WIDTH = 520.0
_SIZE = 12.0
_NONE = Words("", "")
Interval = tuple[float, float, float]
"""A value with the ends of its interval; both equal to the value where there is none."""


@dataclass(frozen=True, slots=True)
class Series:
    """One set of values by row, None where there is none."""

    name: Words
    values: Sequence[Interval | None]


def interval_chart(
    title: Words,
    rows: Sequence[Words],
    series: Sequence[Series],
    axis: tuple[float, float],
    *,
    cut: float | None = None,
    axis_name: Words = _NONE,
    strong: int | None = None,
) -> Picture:
    """Return one row for each name with a point and its interval per series; `cut` is a line across, `strong` a row that stands out."""
    label = min(210.0, 12.0 + max((widest(name, _SIZE) for name in rows), default=60.0))
    pitch = 13.0 * max(len(series), 1) + (5.0 if len(series) > 1 else 10.0)
    top = 24.0 if len(series) > 1 else 6.0
    height = pitch * len(rows)
    frame = _Frame(label, top, WIDTH - label - 16.0, height, axis)
    shapes: list[Shape] = list(_key(series, label)) if len(series) > 1 else []
    if strong is not None:
        shapes.append(Box(0.0, top + pitch * strong, WIDTH, pitch, "ground"))
    shapes += frame.grid(cut)
    for at, name in enumerate(rows):
        middle = top + pitch * (at + 0.5)
        shapes.append(Text(label - 8.0, middle + 4.0, name, _SIZE, "end"))
        for k, one in enumerate(series):
            y = middle + 12.0 * (k - (len(series) - 1) / 2)
            shapes += frame.reach(one.values[at], y, k)
    bottom = top + height
    shapes.append(Text(label + frame.width / 2, bottom + 31.0, axis_name, _SIZE - 1.0, "middle", SOFT))
    return Picture(WIDTH, bottom + (38.0 if axis_name.zh else 22.0), title, tuple(shapes))


@dataclass(frozen=True, slots=True)
class _Frame:
    left: float
    top: float
    width: float
    height: float
    axis: tuple[float, float]

    def x(self, value: float) -> float:
        low, high = self.axis
        return self.left + self.width * min(1.0, max(0.0, (value - low) / ((high - low) or 1.0)))

    def grid(self, cut: float | None) -> list[Shape]:
        shapes: list[Shape] = []
        bottom = self.top + self.height
        for value in ticks(*self.axis, 5):
            x = self.x(value)
            shown = coefficient_short(value)
            shapes.append(Line(((x, self.top), (x, bottom)), "grid"))
            shapes.append(Text(x, bottom + 15.0, Words(shown, shown), _SIZE - 1.5, "middle", SOFT))
        if cut is not None and self.axis[0] <= cut <= self.axis[1]:
            shapes.append(Line(((self.x(cut), self.top), (self.x(cut), bottom)), "cut"))
        shapes.append(Line(((self.left, bottom), (self.left + self.width, bottom)), "axis"))
        return shapes

    def reach(self, one: Interval | None, y: float, k: int) -> list[Shape]:
        if one is None:
            return [Text(self.left + 6.0, y + 4.0, Words("—", "—"), _SIZE, "start", SOFT)]
        value, low, high = one
        look = "point" if k % 2 == 0 else "point_other"
        line = "reach" if k % 2 == 0 else "holds"
        shapes: list[Shape] = []
        if high > low:
            shapes.append(Line(((self.x(low), y), (self.x(high), y)), line))
        if k % 2:
            return [*shapes, Box(self.x(value) - 4.0, y - 4.0, 8.0, 8.0, look)]
        return [*shapes, Ellipse(self.x(value), y, 4.5, 4.5, look)]


def _key(series: Sequence[Series], left: float) -> list[Shape]:
    shapes: list[Shape] = []
    x = left
    for k, one in enumerate(series):
        if k % 2:
            shapes.append(Box(x, 5.0, 8.0, 8.0, "point_other"))
        else:
            shapes.append(Ellipse(x + 4.0, 9.0, 4.5, 4.5, "point"))
        shapes.append(Text(x + 14.0, 13.0, one.name, _SIZE - 1.0, "start", SOFT))
        x += 30.0 + widest(one.name, _SIZE - 1.0)
    return shapes


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar: how it looks, what it is called, and how many."""

    look: str
    name: Words
    count: int


def count_bars(title: Words, rows: Sequence[tuple[Words, Sequence[Segment]]]) -> Picture:
    """Return one bar for each name, made of counted segments, with a key above."""
    label = min(210.0, 12.0 + max((widest(name, _SIZE) for name, _ in rows), default=60.0))
    most = max((sum(s.count for s in segments) for _, segments in rows), default=0) or 1
    width, top, pitch = WIDTH - label - 16.0, 26.0, 27.0
    shapes: list[Shape] = []
    x = label
    for one in {s.name: s for _, segments in rows for s in segments}.values():
        shapes.append(Box(x, 5.0, 10.0, 10.0, one.look))
        shapes.append(Text(x + 15.0, 14.0, one.name, _SIZE - 1.0, "start", SOFT))
        x += 30.0 + widest(one.name, _SIZE - 1.0)
    for at, (name, segments) in enumerate(rows):
        y = top + pitch * at
        shapes.append(Text(label - 8.0, y + 15.0, name, _SIZE, "end"))
        x = label
        for one in segments:
            if one.count:
                long = width * one.count / most
                shapes.append(Box(x, y + 2.0, long - 1.5, 18.0, one.look))
                shown = str(one.count)
                shapes.append(Text(x + long / 2, y + 15.5, Words(shown, shown), _SIZE - 1.0, "middle"))
                x += long
    return Picture(WIDTH, top + pitch * len(rows) + 4.0, title, tuple(shapes))


_LINES = ("middle", "holds", "compared")
_ROW = 20.0


def line_chart(
    title: Words,
    periods: Sequence[tuple[float, str]],
    tracks: Sequence[tuple[Words, Sequence[float | None]]],
    strips: Sequence[tuple[float, Words]],
) -> Picture:
    """Return up to three lines on a scale of 0 to 1 over the periods, with the stages that begin at each time named above."""
    left, top, width, height = 34.0, 46.0, WIDTH - 50.0, 110.0
    low, high = periods[0][0], periods[-1][0]
    panel = Panel((left, top, width, height), Axis(low, high, _NONE), Axis(0.0, 1.0, _NONE), _NONE)
    panel.frame([periods[at] for at in range(0, len(periods), -(-len(periods) // 8))])
    for (name, values), look in zip(tracks, _LINES, strict=False):
        panel.line([time for time, _ in periods], values, look, name)
    shapes: list[Shape] = list(panel.shapes)
    x = left
    for (name, _), look in zip(tracks, _LINES, strict=False):
        shapes.append(Line(((x, 9.0), (x + 22.0, 9.0)), look))
        shapes.append(Text(x + 28.0, 13.0, name, _SIZE - 1.0, "start", SOFT))
        x += 46.0 + widest(name, _SIZE - 1.0)
    for at, (time, name) in enumerate(strips):
        begin, _ = panel.point(time, 0.0)
        if at:
            shapes.append(Line(((begin, top - 14.0), (begin, top + height)), "cut"))
        end = panel.point(strips[at + 1][0], 0.0)[0] if at + 1 < len(strips) else left + width
        if widest(name, _SIZE - 1.5) < end - begin:
            shapes.append(Text(begin + 4.0, top - 5.0, name, _SIZE - 1.5, "start", SOFT))
    return Picture(WIDTH, top + height + 24.0, title, tuple(shapes))


def years_chart(
    title: Words, years: Sequence[int], rows: Sequence[tuple[Words, Mapping[int, int], Sequence[int]]]
) -> Picture:
    """Return a dot for each year in which a row has events, its area by their number, and a line where their pace changes."""
    wide = 720.0
    label = min(200.0, 12.0 + max((widest(name, _SIZE) for name, _, _ in rows), default=60.0))
    step = (wide - label - 20.0) / max(len(years), 1)
    most = max((n for _, counts, _ in rows for n in counts.values()), default=1) or 1
    bottom = 8.0 + _ROW * len(rows)
    shapes: list[Shape] = []
    for at, (name, counts, changes) in enumerate(rows):
        y = 8.0 + _ROW * (at + 0.5)
        shapes.append(Text(label - 8.0, y + 4.0, name, _SIZE, "end"))
        shapes.append(Line(((label, y), (wide - 20.0, y)), "grid"))
        for year in changes:
            x = label + step * (year - years[0])
            shapes.append(Line(((x, y - 9.0), (x, y + 9.0)), "change"))
        for year, n in sorted(counts.items()):
            if n:
                radius = max(2.2, 7.5 * (n / most) ** 0.5)
                shapes.append(Ellipse(label + step * (year - years[0] + 0.5), y, radius, radius, "point"))
    for at, year in enumerate(years):
        if at % -(-len(years) // 12) == 0:
            shown = str(year)
            shapes.append(
                Text(label + step * (at + 0.5), bottom + 15.0, Words(shown, shown), _SIZE - 1.5, "middle", SOFT)
            )
    return Picture(wide, bottom + 22.0, title, tuple(shapes))
