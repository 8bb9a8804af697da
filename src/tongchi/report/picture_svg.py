"""How is a picture put into a page? As SVG that carries both languages and needs no style sheet but the page's own."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from tongchi.errors import Language
from tongchi.report.picture import LOOKS, Box, Ellipse, Line, Picture, Point, Shape, Text
from tongchi.report.words import Words

_FONT = (
    '"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei","Hiragino Sans GB",system-ui,sans-serif'
)
_HEAD = 8.0


def picture_svg(picture: Picture, *, css: str = "picture", language: Language | None = None) -> str:
    """Return the picture as an inline SVG; it shrinks with the page and keeps its own size where there is room.

    Without a `language` it holds both, of which the page shows one; a file of its own needs one.
    """
    if language is not None:
        picture = _in_one(picture, language)
    title = picture.title
    name = title.zh if title.zh == title.en else f"{title.zh} / {title.en}"
    width, height = _n(picture.width), _n(picture.height)
    body = "".join(_shape(each) for each in picture.shapes)
    return (
        f'<svg class="{css}" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family=\'{_FONT}\'>'
        f"<title>{escape(name)}</title>{body}</svg>"
    )


def _in_one(picture: Picture, language: Language) -> Picture:
    def only(words: Words) -> Words:
        return Words(words.pick(language), words.pick(language))

    texts = [replace(each, words=only(each.words)) if isinstance(each, Text) else each for each in picture.shapes]
    kept = tuple(each for each in texts if not isinstance(each, Text) or each.words.zh)
    return replace(picture, title=only(picture.title), shapes=kept)


def _shape(shape: Shape) -> str:
    if isinstance(shape, Text):
        return _text(shape)
    if isinstance(shape, Line):
        return _line(shape)
    if isinstance(shape, Ellipse):
        place = f'cx="{_n(shape.x)}" cy="{_n(shape.y)}" rx="{_n(shape.rx)}" ry="{_n(shape.ry)}"'
        return f"<ellipse {place}{_look(shape.look)}>{_tip(shape.tip)}</ellipse>"
    return _box(shape)


def _box(box: Box) -> str:
    place = f'x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}"'
    return f"<rect {place}{_look(box.look)}/>"


def _line(line: Line) -> str:
    colour = LOOKS[line.look].stroke
    heads = ""
    if line.head != "none":
        heads = _arrow(line.points[-2], line.points[-1], colour)
    if line.head == "both":
        heads += _arrow(line.points[1], line.points[0], colour)
    return f'<g>{_tip(line.tip)}<path d="{_path(line)}"{_look(line.look)}/>{heads}</g>'


def _path(line: Line) -> str:
    first, *rest = line.points
    kind = "C" if line.curved else "L"
    return f"M{_pair(first)}{kind}" + " ".join(_pair(each) for each in rest)


def _arrow(before: Point, tip: Point, colour: str) -> str:
    corners = " ".join(_pair(each) for each in arrow_head(before, tip))
    return f'<polygon points="{corners}" fill="{colour}"/>'


def arrow_head(before: Point, tip: Point) -> tuple[Point, Point, Point]:
    """Return the corners of an arrow head at `tip` that comes from `before`."""
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    ux, uy = dx / length, dy / length
    back = tip[0] - _HEAD * ux, tip[1] - _HEAD * uy
    half = 0.42 * _HEAD
    return tip, (back[0] - half * uy, back[1] + half * ux), (back[0] + half * uy, back[1] - half * ux)


def _text(text: Text) -> str:
    weight = ' font-weight="600"' if text.bold else ""
    place = (
        f'x="{_n(text.x)}" y="{_n(text.y)}" font-size="{_n(text.size)}" '
        f'text-anchor="{text.anchor}" fill="{text.colour}"{weight}'
    )
    if text.words.zh == text.words.en:
        return f"<text {place}>{escape(text.words.zh)}</text>"
    return "".join(
        f'<text class="{language}" {place}>{escape(words)}</text>'
        for language, words in (("zh", text.words.zh), ("en", text.words.en))
        if words
    )


def _look(name: str) -> str:
    look = LOOKS[name]
    dash = f' stroke-dasharray="{" ".join(map(_n, look.dash))}"' if look.dash else ""
    stroke = f' stroke="{look.stroke}" stroke-width="{_n(look.width)}"{dash}' if look.stroke else ""
    return f' fill="{look.fill or "none"}"{stroke}'


def _tip(words: Words | None) -> str:
    if words is None:
        return ""
    shown = words.zh if words.zh == words.en else f"{words.zh} / {words.en}"
    return f"<title>{escape(shown)}</title>"


def _pair(point: Point) -> str:
    return f"{_n(point[0])},{_n(point[1])}"


def _n(value: float) -> str:
    """Return a length with at most one digit after the point."""
    return f"{value:.1f}".removesuffix(".0") if round(value, 1) else "0"
