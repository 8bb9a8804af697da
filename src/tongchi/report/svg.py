"""How are counts drawn? As bars whose widths are percentages, so that the lettering stays the same size on any screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tongchi.report.words import Words

_ROW = 40
_BAR_TOP = 18
_BAR = 16
_ROOM_FOR_COUNT = 3.5


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar: its difference type, which sets the colour, and its count."""

    kind: str
    name: Words
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A labelled bar made of segments, drawn one after the other."""

    label: Words
    segments: tuple[Segment, ...]

    @property
    def total(self) -> int:
        """Sum of the counts."""
        return sum(segment.count for segment in self.segments)


def stacked_bars(title: Words, bars: Sequence[Bar]) -> str:
    """Return an inline SVG with one bar under the other; the longest fills the width."""
    longest = max((bar.total for bar in bars), default=0) or 1
    body = "".join(_bar(bar, at * _ROW, longest) for at, bar in enumerate(bars))
    name = f"{title.zh} / {title.en}"
    return (
        f'<svg class="bars" role="img" width="100%" height="{len(bars) * _ROW}">'
        f"<title>{escape(name)}</title>{body}</svg>"
    )


def _bar(bar: Bar, top: int, longest: int) -> str:
    parts = [_label(bar, top)]
    left = 0.0
    for segment in bar.segments:
        if segment.count:
            width = 100 * segment.count / longest
            parts.append(_segment(segment, left, width, top + _BAR_TOP))
            left += width
    return "".join(parts)


def _label(bar: Bar, top: int) -> str:
    if bar.label.zh == bar.label.en:
        return f'<text x="0" y="{top + 13}">{escape(bar.label.zh)} <tspan class="n">{bar.total}</tspan></text>'
    return "".join(
        f'<text class="{language}" x="0" y="{top + 13}">{escape(name)} <tspan class="n">{bar.total}</tspan></text>'
        for language, name in (("zh", bar.label.zh), ("en", bar.label.en))
    )


def _segment(segment: Segment, left: float, width: float, top: int) -> str:
    name = f"{segment.name.zh} {segment.name.en} {segment.count}"
    drawn = (
        f'<rect class="k-{segment.kind}" x="{left:.2f}%" y="{top}" width="{width:.2f}%" height="{_BAR}">'
        f"<title>{escape(name)}</title></rect>"
    )
    if width >= _ROOM_FOR_COUNT:
        drawn += f'<text class="c k-{segment.kind}" x="{left + width / 2:.2f}%" y="{top + 12}">{segment.count}</text>'
    return drawn
