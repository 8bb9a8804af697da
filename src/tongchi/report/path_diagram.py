"""Which construct acts on which, and how strongly? A structural model drawn from its fit, causes above effects.

An arrow bears its standardised coefficient, with stars for p (* < .05, ** < .01, *** < .001) and its interval below. What
is not significant is dashed; what is negative is red, framed and bears a minus sign, so that print without colour says
the same. Arrows that close a loop run up the right-hand side.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tongchi.errors import Language
from tongchi.report.path_layout import Arrow, Layout, lay_out
from tongchi.report.picture import (
    SOFT,
    Box,
    Ellipse,
    Line,
    Picture,
    Point,
    Shape,
    Text,
    bezier,
    text_width,
    widest,
)
from tongchi.report.picture_svg import picture_svg
from tongchi.report.survey_numbers import coefficient, stars
from tongchi.report.words import Words
from tongchi.survey.sem.result import Fit, Row

_NAME, _SMALL, _FIGURE = 14.0, 11.5, 13.5
_RX, _RY, _LAYER, _MARGIN, _APART = 68.0, 31.0, 132.0, 10.0, 22.0
_LOOP = 40.0
_ITEM_WIDTH, _ITEM_HEIGHT, _ITEM_GAP = 98.0, 16.0, 30.0
_LIMIT = 0.05
TITLE = Words("路径图", "Path diagram")


@dataclass(frozen=True, slots=True)
class ItemLoading:
    """An item below its construct, with its standardised loading (None where there is none)."""

    code: str
    loading: float | None


@dataclass(frozen=True, slots=True)
class PathNode:
    """A construct; `r_squared` is None where nothing acts on it or there is no such value."""

    code: str
    name: Words
    r_squared: float | None = None
    items: tuple[ItemLoading, ...] = ()


@dataclass(frozen=True, slots=True)
class PathArrow:
    """A path with its standardised coefficient, interval and p; `value` is None where it was not estimated here."""

    source: str
    target: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    p: float | None = None

    @property
    def significant(self) -> bool:
        """Whether p is below .05; without a p, whether the interval leaves zero out."""
        if self.p is not None:
            return self.p < _LIMIT
        return self.lower is not None and self.upper is not None and self.lower * self.upper > 0


@dataclass(frozen=True, slots=True)
class PathDiagram:
    """Constructs and the paths between them, in the order in which a model names them."""

    nodes: tuple[PathNode, ...]
    arrows: tuple[PathArrow, ...]
    title: Words = field(default=TITLE)


def diagram_of_fit(
    fit: Fit,
    names: Mapping[str, Words] | None = None,
    *,
    items: bool = False,
    elsewhere: Sequence[Arrow] = (),
    group: int = 1,
) -> PathDiagram:
    """Return the structural part of `fit` as a diagram.

    Parameters
    ----------
    names : what to write in place of a variable's name
    items : whether the items of each construct are drawn with their loadings
    elsewhere : paths of the theory that this model leaves out; they are drawn dotted
    group : the group whose estimates are shown, from 1
    """
    names = names or {}
    rows = [row for row in fit.standardized if row.get("group", 1) == group]
    arrows = [
        PathArrow(row["rhs"], row["lhs"], row["est.std"], row["ci.lower"], row["ci.upper"], row["pvalue"])
        for row in rows
        if row["op"] == "~"
    ]
    given = {(each.source, each.target) for each in arrows}
    arrows += [PathArrow(source, target, None) for source, target in elsewhere if (source, target) not in given]
    latent = [row["lhs"] for row in rows if row["op"] == "=~"]
    codes = dict.fromkeys([*latent, *(end for each in arrows for end in (each.source, each.target))])
    shares = fit.rsquare[group - 1]
    hit = {each.target for each in arrows if each.value is not None}
    nodes = tuple(
        PathNode(
            code,
            names.get(code, Words(code, code)),
            shares.get(code) if code in hit else None,
            _items_of(code, rows) if items else (),
        )
        for code in codes
    )
    return PathDiagram(nodes, tuple(arrows))


def _items_of(code: str, rows: Sequence[Row]) -> tuple[ItemLoading, ...]:
    return tuple(ItemLoading(row["rhs"], row["est.std"]) for row in rows if row["op"] == "=~" and row["lhs"] == code)


def path_diagram_svg(diagram: PathDiagram, *, language: Language | None = None) -> str:
    """Return the diagram as SVG; the same diagram gives the same text.

    With a `language` it is fit for a file of its own; without, it is a part of a page that shows one of both.
    """
    return picture_svg(draw_paths(diagram), css="picture paths", language=language)


def draw_paths(diagram: PathDiagram) -> Picture:
    """Return the diagram as shapes."""
    layout = lay_out([each.code for each in diagram.nodes], [(each.source, each.target) for each in diagram.arrows])
    grid = _Grid(diagram, layout)
    lines: list[Shape] = []
    labels = _Labels([grid.block(each) for each in diagram.nodes])
    for arrow in diagram.arrows:
        if (arrow.source, arrow.target) in grid.routes:
            route = grid.routes[arrow.source, arrow.target]
            lines.append(Line(tuple(route), _look(arrow), "end", curved=True, tip=_tip(arrow, grid.names)))
            labels.add(arrow, route)
    nodes = [shape for each in diagram.nodes for shape in _node(each, grid)]
    looks = {_look(each) for each in diagram.arrows}
    key = _key(grid.height, grid.width, _keys(looks))
    return Picture(grid.width, grid.height + key.height, diagram.title, (*lines, *nodes, *labels.shapes, *key.shapes))


class _Grid:
    """Pixels of nodes and routes."""

    def __init__(self, diagram: PathDiagram, layout: Layout) -> None:
        self.names = {each.code: each.name for each in diagram.nodes}
        tall = max((len(each.items) for each in diagram.nodes), default=0)
        self._side = _ITEM_GAP + _ITEM_WIDTH if tall else 0.0
        self._unit = 2 * _RX + self._side + _APART
        self._layer = max(_LAYER, tall * _ITEM_HEIGHT + 50.0)
        self._layout = layout
        self._reach = max(
            [*layout.across.values(), *(at for each in layout.bends.values() for at in each)], default=0.0
        )
        loops = _LOOP * len(layout.loops)
        self._left = _MARGIN + _RX + (loops if tall else 0.0)  # items stand on the right, so loops run on the left
        self.width = 2 * _MARGIN + 2 * _RX + self._side + self._reach * self._unit + loops
        self.height = 2 * _MARGIN + 2 * _RY + max(0, layout.depth - 1) * self._layer + max(0.0, tall * 7.5 - _RY) * 2
        self._top = _MARGIN + max(_RY, tall * 7.5)
        self.routes = self._routes(diagram)

    def centre(self, code: str) -> Point:
        return self._x(self._layout.across[code]), self._top + self._layout.layer[code] * self._layer

    def block(self, node: PathNode) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of what a label must not cover."""
        x, y = self.centre(node.code)
        return x - _RX, y - _RY, x + _RX + (self._side if node.items else 0.0), y + _RY

    def _x(self, across: float) -> float:
        return self._left + across * self._unit

    def _routes(self, diagram: PathDiagram) -> dict[Arrow, list[Point]]:
        arrows = [(each.source, each.target) for each in diagram.arrows]
        down = [each for each in arrows if each in self._layout.bends]
        routes = {each: self._down(each, down) for each in down}
        for at, arrow in enumerate(self._layout.loops):
            routes[arrow] = self._loop(arrow, _LOOP * (len(self._layout.loops) - 1 - at))
        return routes

    def _loop(self, arrow: Arrow, inside: float) -> list[Point]:
        """Return the way round the side; where a node of the same layer is in the way, below or above that layer."""
        side = -1.0 if self._side else 1.0
        x = _MARGIN + inside if self._side else self.width - _MARGIN - inside
        (sx, sy), (tx, ty) = self.centre(arrow[0]), self.centre(arrow[1])
        middle = (sy + ty) / 2
        if self._blocked(arrow[0], side):
            start, out = (sx + side * 0.6 * _RX, sy + 0.8 * _RY), sy + _RY + 44
        else:
            start, out = (sx + side * _RX, sy), sy
        if self._blocked(arrow[1], side):
            end, back = (tx + side * 0.6 * _RX, ty - 0.8 * _RY - 2), ty - _RY - 44
        else:
            end, back = (tx + side * (_RX + 2), ty), ty
        return [start, (sx + side * _RX, out), (x, out), (x, middle), (x, back), (tx + side * 1.6 * _RX, back), end]

    def _blocked(self, code: str, side: float) -> bool:
        own, layer = self._layout.across[code], self._layout.layer[code]
        return any(
            layer == other and side * (self._layout.across[name] - own) > 0
            for name, other in self._layout.layer.items()
        )

    def _down(self, arrow: Arrow, down: Sequence[Arrow]) -> list[Point]:
        source, target = arrow
        (sx, sy), (tx, ty) = self.centre(source), self.centre(target)
        leaves = self._port(arrow, [each for each in down if each[0] == source], end=1)
        lands = self._port(arrow, [each for each in down if each[1] == target], end=0)
        stops = [(sx + leaves, sy + _RY * _arc(leaves / _RX))]
        layers = range(self._layout.layer[source] + 1, self._layout.layer[target])
        for at, across in zip(layers, self._layout.bends[arrow], strict=True):
            y = self._top + at * self._layer
            stops += [(self._x(across), y - _RY), (self._x(across), y + _RY)]
        stops.append((tx + lands, ty - _RY * _arc(lands / _RX) - 2))
        route = [stops[0]]
        for before, after in pairwise(stops):
            middle = (before[1] + after[1]) / 2
            bent = [(before[0], middle), (after[0], middle)]
            route += [*(bent if len(stops) > 2 else [_along(before, after, 0.35), _along(before, after, 0.65)]), after]
        return route

    def _port(self, arrow: Arrow, beside: Sequence[Arrow], *, end: int) -> float:
        """Return how far from the middle of an ellipse an arrow touches it; arrows keep the order of their other ends."""
        order = sorted(beside, key=lambda each: self._toward(each, end))
        step = min(0.42 * _RX, 1.3 * _RX / max(1, len(order)))
        return (order.index(arrow) - (len(order) - 1) / 2) * step

    def _toward(self, arrow: Arrow, end: int) -> tuple[float, str]:
        bends = self._layout.bends[arrow]
        across = (bends[0] if end else bends[-1]) if bends else self._layout.across[arrow[end]]
        return across, arrow[end]


def _along(before: Point, after: Point, share: float) -> Point:
    return before[0] + share * (after[0] - before[0]), before[1] + share * (after[1] - before[1])


def _arc(share: float) -> float:
    return math.sqrt(max(0.0, 1.0 - share * share))


class _Labels:
    """Figures on arrows, each put where it covers no node and no other figure."""

    def __init__(self, taken: list[tuple[float, float, float, float]]) -> None:
        self._taken = taken
        self.shapes: list[Shape] = []

    def add(self, arrow: PathArrow, route: Sequence[Point]) -> None:
        lines = _figures(arrow)
        width = max(widest(words, size) for words, size in lines) + 8
        height = sum(size + 2 for _, size in lines) + 7
        x, y = self._free(route, width, height)
        self._taken.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
        negative = arrow.value is not None and arrow.value < 0
        look = "label_negative" if negative else "label"
        self.shapes.append(Box(x - width / 2, y - height / 2, width, height, look))
        base = y - height / 2 + 2
        for at, (words, size) in enumerate(lines):
            base += size + 2
            self.shapes.append(Text(x, base, words, size, colour=SOFT if at else "#1b1d1f", bold=not at))

    def _free(self, route: Sequence[Point], width: float, height: float) -> Point:
        pieces = [(route[at], route[at + 1], route[at + 2], route[at + 3]) for at in range(0, len(route) - 3, 3)]
        spots = [
            bezier(piece, t)
            for t in (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.24, 0.76, 0.18, 0.82)
            for piece in pieces
        ]
        return min(spots, key=lambda spot: self._covered(spot, width, height))

    def _covered(self, spot: Point, width: float, height: float) -> float:
        left, top = spot[0] - width / 2 - 2, spot[1] - height / 2 - 2
        right, bottom = left + width + 4, top + height + 4
        return sum(
            max(0.0, min(right, box[2]) - max(left, box[0])) * max(0.0, min(bottom, box[3]) - max(top, box[1]))
            for box in self._taken
        )


def _figures(arrow: PathArrow) -> list[tuple[Words, float]]:
    if arrow.value is None:
        return [(Words("另行估计", "elsewhere"), _SMALL)]
    mark = stars(arrow.p)
    shown = coefficient(arrow.value) + mark
    lines = [(Words(shown, shown), _FIGURE)]
    if arrow.lower is not None and arrow.upper is not None:
        reach = f"[{coefficient(arrow.lower)}, {coefficient(arrow.upper)}]"
        lines.append((Words(reach, reach), _SMALL))
    return lines


def _look(arrow: PathArrow) -> str:
    if arrow.value is None:
        return "elsewhere"
    return ("negative" if arrow.value < 0 else "positive") + ("" if arrow.significant else "_open")


def _tip(arrow: PathArrow, names: Mapping[str, Words]) -> Words:
    source, target = names[arrow.source], names[arrow.target]
    value = "" if arrow.value is None else f" {coefficient(arrow.value, 3)}"
    return Words(f"{source.zh} → {target.zh}{value}", f"{source.en} → {target.en}{value}")


def _node(node: PathNode, grid: _Grid) -> list[Shape]:
    x, y = grid.centre(node.code)
    shapes: list[Shape] = [Ellipse(x, y, _RX, _RY, "construct", node.name)]
    share = None if node.r_squared is None else coefficient(node.r_squared)
    for language in ("zh", "en"):
        lines = _lines(node.name.zh if language == "zh" else node.name.en)
        base = y - (len(lines) * (_NAME + 2) + (_SMALL + 1 if share else 0)) / 2 - 1.5
        for line in lines:
            base += _NAME + 2
            size = min(_NAME, _NAME * (2 * _RX - 18) / max(1.0, text_width(line, _NAME)))
            words = Words(line, "") if language == "zh" else Words("", line)
            shapes.append(Text(x, base, words, size, bold=True))
    if share:
        shapes.append(Text(x, y + _RY - 7, Words(f"R² = {share}", f"R² = {share}"), _SMALL - 1, colour=SOFT))
    return shapes + _items(node, grid)


def _lines(name: str) -> list[str]:
    """Return a name on one line, or on two of about the same width where it has a place to break."""
    if text_width(name, _NAME) <= 2 * _RX - 22:
        return [name]
    breaks = [at for at, each in enumerate(name) if each in " /-、"]
    if not breaks:
        return [name]
    at = min(breaks, key=lambda place: abs(place - len(name) / 2))
    return [name[: at + 1].strip(), name[at + 1 :].strip()]


def _items(node: PathNode, grid: _Grid) -> list[Shape]:
    x, y = grid.centre(node.code)
    left = x + _RX + _ITEM_GAP
    shapes: list[Shape] = []
    for at, item in enumerate(node.items):
        middle = y + (at - (len(node.items) - 1) / 2) * _ITEM_HEIGHT
        shown = item.code if item.loading is None else f"{item.code} {coefficient(item.loading)}"
        size = min(9.5, 9.5 * (_ITEM_WIDTH - 4) / text_width(shown, 9.5))
        shapes += [
            Line(((x + _RX, y), (left, middle)), "loading"),
            Box(left, middle - 6.5, _ITEM_WIDTH, 13.0, "item"),
            Text(left + _ITEM_WIDTH / 2, middle + 3.5, Words(shown, shown), size),
        ]
    return shapes


def _keys(looks: Collection[str]) -> set[str]:
    """Return the lines to explain: a colour and a dash each once, however they are combined."""
    dashed = {"positive_open"} if any(each.endswith("_open") for each in looks) else set()
    negative = {"negative"} if any(each.startswith("negative") for each in looks) else set()
    return ({"positive", "elsewhere"} & set(looks)) | dashed | negative


def _key(top: float, width: float, used: Collection[str]) -> Picture:
    """Return what the lines mean, in as many rows as the width asks for."""
    every = (
        ("positive", Words("p < 0.05", "p < .05")),
        ("positive_open", Words("不显著", "not significant")),
        ("negative", Words("负向（红色、加框）", "negative (red, framed)")),
        ("elsewhere", Words("本模型未估计", "not estimated here")),
    )
    shapes: list[Shape] = []
    x, y = _MARGIN, top + 14.0
    for look, words in (each for each in every if each[0] in used):
        need = 34 + widest(words, _SMALL) + 14
        if x + need > width and x > _MARGIN:
            x, y = _MARGIN, y + 17.0
        shapes.append(Line(((x, y), (x + 28, y)), look, "end"))
        shapes.append(Text(x + 34, y + 4, words, _SMALL, "start", SOFT))
        x += need
    return Picture(width, y + 14 - top, TITLE, tuple(shapes))
