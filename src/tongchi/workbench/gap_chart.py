"""How has the gap of a matter moved? One line with its interval, as SVG; colours come from the style sheet, figures stand in a table too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 320, 120
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 12, 10, 22


@dataclass(frozen=True)
class GapPoint:
    """The gap that one comparison found, with its interval where the engine gave one."""

    pk: int
    at: datetime
    day: date
    gap: float
    low: float | None = None
    high: float | None = None


def gap_chart(points: Sequence[GapPoint], title: str) -> SafeString:
    """Return the line of a matter's gaps, the earliest first; "" without points. The axis begins at 0, for a gap of 0 means none."""
    if not points:
        return SafeString("")
    top = _ceiling(max(max(point.gap, point.high or 0) for point in points))
    places = [(_x(points, point), point) for point in points]
    line = " ".join(f"{x:.1f},{_y(point.gap, top):.1f}" for x, point in places)
    return format_html(
        '<svg class="gap" role="img" viewBox="0 0 {} {}"><title>{}</title>{}{}<polyline points="{}"/>{}{}</svg>',
        WIDTH,
        HEIGHT,
        title,
        format_html_join("", '<line class="grid" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/><text x="{3}" y="{4}">{5}</text>', (
            (_LEFT, WIDTH - _RIGHT, f"{_y(value, top):.1f}", 2, f"{_y(value, top) + 4:.1f}", f"{value:.2f}") for value in (0.0, top / 2, top)
        )),
        _intervals(places, top),
        line,
        format_html_join("", '<circle cx="{}" cy="{}" r="3.5"><title>{} {}</title></circle>', (
            (f"{x:.1f}", f"{_y(point.gap, top):.1f}", point.day.isoformat(), f"{point.gap:.3f}") for x, point in places
        )),
        _days(points),
    )  # fmt: skip


def _intervals(places: Sequence[tuple[float, GapPoint]], top: float) -> SafeString:
    rows = (
        (f"{x:.1f}", f"{_y(point.low, top):.1f}", f"{_y(point.high, top):.1f}")
        for x, point in places
        if point.low is not None and point.high is not None
    )
    return format_html_join("", '<line class="interval" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>', rows)


def _days(points: Sequence[GapPoint]) -> SafeString:
    first, last = points[0].day.isoformat(), points[-1].day.isoformat()
    left = format_html('<text x="{}" y="{}">{}</text>', _LEFT, HEIGHT - 5, first)
    if first == last:
        return left
    right = format_html('<text class="end" x="{}" y="{}">{}</text>', WIDTH - _RIGHT, HEIGHT - 5, last)
    return left + right


def _ceiling(value: float) -> float:
    """Return the next tenth, so that the axis ends on a round figure."""
    return max(0.1, math.ceil(value * 10 - 1e-9) / 10)


def _x(points: Sequence[GapPoint], point: GapPoint) -> float:
    span = (points[-1].at - points[0].at).total_seconds()
    share = (point.at - points[0].at).total_seconds() / span if span else 0.5
    return _LEFT + 6 + share * (WIDTH - _LEFT - _RIGHT - 12)


def _y(value: float, top: float) -> float:
    return HEIGHT - _BOTTOM - value / top * (HEIGHT - _TOP - _BOTTOM)
