"""What is a drawing made of? Few plain shapes, so that one description serves the page and the word processor.

Lengths are in pixels of 1/96 inch, x to the right and y downward. Colours come from `LOOKS` by name; no shape relies on
colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tongchi.report.words import Words

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
Head = Literal["none", "end", "both"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a shape is stroked and filled; "" is none. `dash` holds the lengths of line and gap."""

    stroke: str = ""
    fill: str = ""
    width: float = 1.0
    dash: tuple[float, ...] = ()


INK, SOFT, RULE, RED, BLUE, GREEN = "#1b1d1f", "#55595e", "#c9cdd1", "#9c3a22", "#1d5a9e", "#26705f"
LOOKS: Mapping[str, Look] = {
    "construct": Look(INK, "#ffffff", 1.3),
    "item": Look(SOFT, "#f3f4f5", 0.8),
    "positive": Look(INK, "", 1.6),
    "negative": Look(RED, "", 1.6),
    "positive_open": Look(SOFT, "", 1.3, (6, 4)),
    "negative_open": Look(RED, "", 1.3, (6, 4)),
    "elsewhere": Look(SOFT, "", 1.2, (1.5, 3.5)),
    "label": Look("", "#ffffff"),
    "label_negative": Look(RED, "#ffffff", 0.8),
    "loading": Look(SOFT, "", 0.7),
    "axis": Look(INK, "", 1.0),
    "grid": Look(RULE, "", 0.8),
    "cut": Look(SOFT, "", 1.0, (4, 4)),
    "point": Look("#ffffff", BLUE, 0.8),
    "point_other": Look("#ffffff", GREEN, 0.8),
    "reach": Look(BLUE, "", 1.2),
    "step": Look(RED, "", 1.8),
    "trend": Look(BLUE, "", 1.8, (7, 3)),
    "empty": Look("", "#f7ddd5"),
    "band": Look("", "#dbe7f3"),
    "band_inner": Look("", "#b4cde6"),
    "middle": Look(BLUE, "", 2.0),
    "compared": Look(SOFT, "", 1.6, (5, 4)),
    "change": Look(RED, "", 1.4, (2, 3)),
    "flow": Look("#8a9096", "", 0.9),
    "bar": Look("", BLUE),
    "bar_other": Look("", "#9fb9d6"),
    "ground": Look("", "#e3f0ea"),
    "ground_other": Look("", "#f7ddd5"),
    "ground_none": Look("", "#eceef0"),
    "holds": Look(GREEN, "", 2.4),
    "repels": Look(RED, "", 1.8, (5, 4)),
    "holds_point": Look("#ffffff", GREEN, 1.2),
    "repels_point": Look(RED, "#ffffff", 1.8),
}


@dataclass(frozen=True, slots=True)
class Ellipse:
    """An ellipse by its centre and half axes."""

    x: float
    y: float
    rx: float
    ry: float
    look: str
    tip: Words | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its left upper corner."""

    x: float
    y: float
    width: float
    height: float
    look: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line through `points`; a curved one reads them as start, then two controls and an end for each piece."""

    points: tuple[Point, ...]
    look: str
    head: Head = "none"
    curved: bool = False
    tip: Words | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """One line of lettering on its base line."""

    x: float
    y: float
    words: Words
    size: float = 12.0
    anchor: Anchor = "middle"
    colour: str = INK
    bold: bool = False


Shape = Ellipse | Box | Line | Text


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes in the order in which they are drawn; `title` names the picture for who cannot see it."""

    width: float
    height: float
    title: Words
    shapes: tuple[Shape, ...]


def text_width(text: str, size: float) -> float:
    """Return about how wide `text` is: a Chinese character takes 1 em, another about 0.56.

    >>> text_width("互信", 10)
    20.0
    """
    return size * sum(1.0 if ord(each) > 0x2E7F else 0.56 for each in text)


def widest(words: Words, size: float) -> float:
    """Return the width of the longer of the two languages."""
    return max(text_width(words.zh, size), text_width(words.en, size))


def bezier(points: tuple[Point, Point, Point, Point], t: float) -> Point:
    """Return the point at `t` (0 to 1) of a cubic curve."""
    weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    return (
        sum(w * p[0] for w, p in zip(weights, points, strict=True)),
        sum(w * p[1] for w, p in zip(weights, points, strict=True)),
    )
