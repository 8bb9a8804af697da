"""How are indices, fans, indices of sensitivity and readings of a bottleneck drawn? Panels with bands, bars and intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongchi.report.picture import SOFT, Box, Ellipse, Line, Picture, Point, Shape, Text, widest
from tongchi.report.survey_charts import Axis, ticks
from tongchi.report.survey_numbers import coefficient
from tongchi.report.words import Words

WIDTH = 720.0
_SIZE = 11.5
Series = Sequence[float | None]


class Panel:
    """A frame on two axes within a picture; `left`, `top`, `width`, `height` bound the frame in pixels."""

    def __init__(self, place: tuple[float, float, float, float], x: Axis, y: Axis, title: Words) -> None:
        self.left, self.top, self.width, self.height = place
        self.x, self.y, self.title = x, y, title
        self.shapes: list[Shape] = []

    def point(self, x: float, y: float) -> Point:
        """Return where values lie, in pixels; what is beyond an end of the axes lies on it."""
        across = min(1.0, max(0.0, (x - self.x.low) / ((self.x.high - self.x.low) or 1.0)))
        up = min(1.0, max(0.0, (y - self.y.low) / ((self.y.high - self.y.low) or 1.0)))
        return self.left + across * self.width, self.top + (1.0 - up) * self.height

    def frame(self, marks: Sequence[tuple[float, str]] | None = None) -> Panel:
        """Draw the grid, the ends of the axes and the title; `marks` name places on the x axis, round numbers by default."""
        low, high = self.top + self.height, self.top
        for value in ticks(self.y.low, self.y.high, 4):
            _, y = self.point(self.x.low, value)
            self.shapes.append(Line(((self.left, y), (self.left + self.width, y)), "grid"))
            self.shapes.append(_label(self.left - 6, y + 4, coefficient_short(value), "end"))
        places = marks if marks is not None else [(v, coefficient_short(v)) for v in ticks(self.x.low, self.x.high)]
        for value, shown in places:
            x, _ = self.point(value, self.y.low)
            self.shapes.append(Line(((x, low), (x, low + 4)), "axis"))
            self.shapes.append(_label(x, low + 16, shown))
        self.shapes.append(Line(((self.left, high), (self.left, low), (self.left + self.width, low)), "axis"))
        self.shapes.append(Text(self.left, high - 8, self.title, _SIZE + 0.5, "start", bold=True))
        return self

    def band(self, x: Sequence[float], low: Series, high: Series, look: str) -> None:
        """Fill between two lines, in pieces where values are missing."""
        for run in _runs(x, low, high):
            points = [self.point(a, b) for a, b, _ in run] + [self.point(a, c) for a, _, c in reversed(run)]
            self.shapes.append(Line((*points, points[0]), look))

    def line(self, x: Sequence[float], y: Series, look: str, tip: Words | None = None) -> None:
        """Draw a line, in pieces where values are missing; a piece of one point is a dot."""
        for run in _runs(x, y, y):
            points = tuple(self.point(a, b) for a, b, _ in run)
            if len(points) > 1:
                self.shapes.append(Line(points, look, tip=tip))
            else:
                self.shapes.append(Ellipse(*points[0], 2.6, 2.6, "point", tip))

    def upright(self, x: float, look: str, tip: Words | None = None) -> None:
        """Draw a line from bottom to top at x."""
        (at, low), (_, high) = self.point(x, self.y.low), self.point(x, self.y.high)
        self.shapes.append(Line(((at, low), (at, high)), look, tip=tip))


def coefficient_short(value: float) -> str:
    """Return a number for an axis, with a real minus sign."""
    return f"{value:g}".replace("-", "−")


def _label(x: float, y: float, shown: str, anchor: str = "middle") -> Text:
    return Text(x, y, Words(shown, shown), _SIZE - 1.5, anchor, SOFT)  # type: ignore[arg-type]


def _runs(x: Sequence[float], low: Series, high: Series) -> list[list[tuple[float, float, float]]]:
    """Return the stretches in which nothing is missing."""
    found: list[list[tuple[float, float, float]]] = [[]]
    for a, b, c in zip(x, low, high, strict=True):
        if b is None or c is None:
            found.append([])
        else:
            found[-1].append((a, b, c))
    return [run for run in found if run]


@dataclass(frozen=True, slots=True)
class Fan:
    """A median with the bands of 50 and 90 %, and the median of what it is compared with."""

    name: Words
    time: Sequence[float]
    q05: Series
    q25: Series
    q50: Series
    q75: Series
    q95: Series
    compared: Series | None = None


def fan_chart(title: Words, fans: Sequence[Fan], *, start: float = 0.0) -> Picture:
    """Return one panel for each state, two in a row; `start` is added to the time, for calendar years."""
    width, height, row = 290.0, 120.0, 178.0
    shapes: list[Shape] = []
    for at, fan in enumerate(fans):
        left, top = 40.0 + (at % 2) * (width + 62.0), 34.0 + (at // 2) * row
        time = [start + t for t in fan.time]
        panel = Panel((left, top, width, height), Axis(time[0], time[-1], fan.name), Axis(0.0, 1.0, fan.name), fan.name)
        panel.band(time, fan.q05, fan.q95, "band")
        panel.band(time, fan.q25, fan.q75, "band_inner")
        panel.frame()
        if fan.compared is not None:
            panel.line(time, fan.compared, "compared")
        panel.line(time, fan.q50, "middle", fan.name)
        shapes += panel.shapes
    rows = -(-len(fans) // 2)
    return Picture(WIDTH, 34.0 + rows * row - 20.0, title, tuple(shapes))


@dataclass(frozen=True, slots=True)
class Track:
    """One index over the periods with its band, and the periods with which a new regime begins."""

    name: Words
    value: Series
    low: Series
    high: Series
    changes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Strip:
    """The stage that holds from one time to another."""

    start: float
    end: float
    name: Words
    step: int


_STRIPS = ("ground_none", "band", "band_inner", "ground")


def index_chart(
    title: Words, periods: Sequence[tuple[float, str]], tracks: Sequence[Track], strips: Sequence[Strip]
) -> Picture:
    """Return one panel for each index under the other, change points as dotted lines, and the stages as a strip below."""
    times = [time for time, _ in periods]
    step = (times[-1] - times[0]) / max(len(times) - 1, 1)
    x = Axis(times[0] - step / 2, times[-1] + step / 2, Words("", ""))
    left, width, height, gap = 48.0, 640.0, 92.0, 50.0
    marks = [periods[k] for k in range(0, len(periods), -(-len(periods) // 12))]
    shapes: list[Shape] = []
    for at, track in enumerate(tracks):
        panel = Panel((left, 30.0 + at * (height + gap), width, height), x, Axis(0.0, 1.0, track.name), track.name)
        panel.band(times, track.low, track.high, "band")
        panel.frame(marks)
        for change in track.changes:
            panel.upright(change - step / 2, "change", Words("变点", "change point"))
        panel.line(times, track.value, "middle", track.name)
        shapes += panel.shapes
    top = 30.0 + len(tracks) * (height + gap) - 12.0
    for strip in strips:
        start = left + width * (strip.start - step / 2 - x.low) / (x.high - x.low)
        end = left + width * (strip.end + step / 2 - x.low) / (x.high - x.low)
        shapes.append(Box(start, top, end - start, 24.0, _STRIPS[min(strip.step, len(_STRIPS) - 1)]))
        shapes.append(Line(((start, top), (start, top + 24.0)), "axis"))
        if widest(strip.name, _SIZE) < end - start:
            shapes.append(Text((start + end) / 2, top + 16.0, strip.name, _SIZE))
    return Picture(WIDTH, top + 34.0, title, tuple(shapes))


@dataclass(frozen=True, slots=True)
class Reach:
    """A value with the ends of its interval and, where there is one, of a narrower one; None where it does not exist."""

    value: float
    low: float
    high: float
    inner: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One measure of all rows on an axis of its own; `look` "bar" draws from zero, "point" a point with its interval."""

    name: Words
    values: Sequence[Reach | None]
    look: str = "point"
    low: float | None = None
    high: float | None = None
    strong: int | None = None
    """The row that stands out, which is marked with a frame."""


def column_chart(title: Words, rows: Sequence[Words], columns: Sequence[Column]) -> Picture:
    """Return measures side by side, one row for each name; a missing value is a dash."""
    label = min(350.0, 14.0 + max((widest(name, _SIZE) for name in rows), default=60.0))
    each, row, top = (WIDTH - label - 8.0) / max(len(columns), 1), 26.0, 48.0
    height = top + row * len(rows) + 30.0
    shapes: list[Shape] = []
    for at, name in enumerate(rows):
        shapes.append(Text(label - 8.0, top + row * at + 17.0, name, _SIZE, "end"))
        shapes.append(Line(((0.0, top + row * at), (WIDTH, top + row * at)), "grid"))
    for at, column in enumerate(columns):
        place = (label + at * each + 12.0, top, each - 24.0, row * len(rows))
        shapes += _column(column, place, row)
    return Picture(WIDTH, height, title, tuple(shapes))


def _column(column: Column, place: tuple[float, float, float, float], row: float) -> list[Shape]:
    left, top, width, height = place
    low, high = _limits(column)
    panel = Panel(place, Axis(low, high, column.name), Axis(0.0, 1.0, column.name), column.name)
    shapes: list[Shape] = [Text(left + width / 2, 20.0, column.name, _SIZE, "middle", bold=True)]
    if low < 0.0 < high:
        x, _ = panel.point(0.0, 0.0)
        shapes.append(Line(((x, top), (x, top + height)), "cut"))
    for value in _few(low, high):
        x, _ = panel.point(value, 0.0)
        shapes.append(_label(x, top + height + 16.0, coefficient_short(value)))
    if column.strong is not None:
        shapes.append(Box(left - 8.0, top + row * column.strong + 2.0, width + 16.0, row - 4.0, "ground"))
    for at, one in enumerate(column.values):
        y = top + row * at + row / 2
        if one is None:
            shapes.append(Text(left + width / 2, y + 4.0, Words("—", "—"), _SIZE, "middle", SOFT))
            continue
        shapes += _reach(panel, one, y, column)
    shapes.append(Line(((left, top), (left, top + height), (left + width, top + height)), "axis"))
    return shapes


def _few(low: float, high: float) -> list[float]:
    """Return at most three round values, so that their labels have room."""
    found = ticks(low, high, 3)
    return found if len(found) <= 4 else found[::2]


def _limits(column: Column) -> tuple[float, float]:
    known = [one for one in column.values if one is not None]
    low = min([0.0, *(min(one.low, one.value) for one in known)]) if column.low is None else column.low
    high = max([0.0, *(max(one.high, one.value) for one in known)]) if column.high is None else column.high
    return (low, high) if high > low else (low, low + 1.0)


def _reach(panel: Panel, one: Reach, y: float, column: Column) -> list[Shape]:
    (at, _), (start, _), (end, _) = (panel.point(v, 0.0) for v in (one.value, one.low, one.high))
    tip = Words(
        *(f"{name}: {coefficient(one.value)} [{coefficient(one.low)}, {coefficient(one.high)}]" for name in column.name)
    )
    shapes: list[Shape] = []
    if column.look == "bar":
        zero, _ = panel.point(0.0, 0.0)
        shapes.append(Box(min(zero, at), y - 6.0, max(abs(at - zero), 0.6), 12.0, "bar_other"))
    shapes.append(Line(((start, y), (end, y)), "reach", tip=tip))
    if one.inner is not None:
        (a, _), (b, _) = panel.point(one.inner[0], 0.0), panel.point(one.inner[1], 0.0)
        shapes.append(Box(a, y - 3.0, max(b - a, 0.6), 6.0, "bar"))
    shapes.append(Ellipse(at, y, 4.0, 4.0, "point", tip))
    return shapes
