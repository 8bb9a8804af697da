"""A path diagram shows every path with its figure, below its causes, and says without colour what is negative."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.report.path_diagram import (
    ItemLoading,
    PathArrow,
    PathDiagram,
    PathNode,
    diagram_of_fit,
    draw_paths,
    path_diagram_svg,
)
from tongchi.report.path_layout import lay_out
from tongchi.report.picture import Box, Ellipse, Line, Text
from tongchi.report.words import Words
from tongchi.survey import sem

NAMES = "abcdefgh"
ARROWS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=14)


def node(code: str, **more: object) -> PathNode:
    return PathNode(code, Words(f"构念{code}", f"construct {code}"), **more)  # type: ignore[arg-type]


def diagram(*arrows: PathArrow) -> PathDiagram:
    codes = dict.fromkeys(end for each in arrows for end in (each.source, each.target))
    return PathDiagram(tuple(map(node, codes)), arrows)


@given(ARROWS)
@settings(deadline=None, max_examples=60)
def test_every_arrow_runs_downward_unless_it_closes_a_loop(arrows: list[tuple[str, str]]) -> None:
    layout = lay_out(NAMES, arrows)
    for source, target in {each for each in arrows if each[0] != each[1]}:
        upward = layout.layer[source] >= layout.layer[target]
        assert upward == ((source, target) in layout.loops)


@given(ARROWS)
@settings(deadline=None, max_examples=60)
def test_no_construct_covers_another(arrows: list[tuple[str, str]]) -> None:
    layout = lay_out(NAMES, arrows)
    for layer in set(layout.layer.values()):
        places = sorted(layout.across[name] for name in NAMES if layout.layer[name] == layer)
        assert all(after - before > 0.99 for before, after in pairwise(places))


def test_crossings_are_taken_out_where_an_order_without_them_exists() -> None:
    layout = lay_out(["a", "b", "c", "x", "y", "z"], [("a", "z"), ("b", "y"), ("c", "x")])
    order = {name: layout.across[name] for name in layout.across}
    assert [order["a"] < order["b"], order["b"] < order["c"]] == [order["z"] < order["y"], order["y"] < order["x"]]


def test_the_loop_of_barrier_and_trust_is_drawn() -> None:
    shown = diagram(
        PathArrow("trust", "barrier", -0.4, -0.5, -0.3, 0.0001),
        PathArrow("involvement", "trust", 0.5, 0.4, 0.6, 0.0001),
        PathArrow("barrier", "involvement", None),
    )
    lines = [each for each in draw_paths(shown).shapes if isinstance(each, Line) and each.curved]
    assert len(lines) == 3
    assert "另行估计" in path_diagram_svg(shown)


def test_a_negative_path_bears_a_minus_sign_and_a_frame() -> None:
    shapes = draw_paths(diagram(PathArrow("a", "b", -0.42, -0.5, -0.34, 0.0001))).shapes
    assert any(isinstance(each, Text) and each.words.en == "−0.42***" for each in shapes)
    assert any(isinstance(each, Box) and each.look == "label_negative" for each in shapes)


@pytest.mark.parametrize(("p", "look"), [(0.2, "positive_open"), (0.04, "positive")])
def test_a_path_is_dashed_where_it_is_not_significant(p: float, look: str) -> None:
    shapes = draw_paths(diagram(PathArrow("a", "b", 0.1, -0.05, 0.25, p))).shapes
    assert look in [each.look for each in shapes if isinstance(each, Line) and each.curved]


def test_nothing_lies_outside_the_picture() -> None:
    items = tuple(ItemLoading(f"standardisation{at}", 0.7) for at in range(5))
    arrows = (PathArrow("a", "b", 0.5), PathArrow("b", "c", 0.4), PathArrow("a", "c", 0.3), PathArrow("c", "a", 0.2))
    picture = draw_paths(PathDiagram((node("a", items=items), node("b"), node("c")), arrows))
    for each in picture.shapes:
        if isinstance(each, Ellipse):
            assert each.x - each.rx >= 0
            assert each.x + each.rx <= picture.width
        if isinstance(each, Box):
            assert min(each.x, each.y) >= 0
            assert each.x + each.width <= picture.width
            assert each.y + each.height <= picture.height


def test_figures_are_those_of_the_fit() -> None:
    rng = np.random.default_rng(5)
    latent = rng.normal(size=400)
    outcome = -0.5 * latent + rng.normal(size=400)
    columns = [f + rng.normal(scale=0.6, size=400) for f in (latent, outcome) for _ in range(3)]
    data = dict(zip(["x1", "x2", "x3", "y1", "y2", "y3"], columns, strict=True))
    fit = sem.Model("f =~ x1 + x2 + x3\ng =~ y1 + y2 + y3\ng ~ f").fit(data)
    shown = diagram_of_fit(fit, {"f": Words("甲", "F")}, items=True)
    row = next(each for each in fit.standardized if each["op"] == "~")
    assert [(each.source, each.target, each.value, each.p) for each in shown.arrows] == [
        ("f", "g", row["est.std"], row["pvalue"])
    ]
    assert [each.r_squared for each in shown.nodes] == [None, fit.rsquare[0]["g"]]
    assert [len(each.items) for each in shown.nodes] == [3, 3]


def test_the_same_diagram_gives_the_same_text_and_no_missing_number() -> None:
    shown = diagram(PathArrow("a", "b", 0.3, None, None, None), PathArrow("b", "c", None))
    text = path_diagram_svg(shown)
    assert text == path_diagram_svg(shown)
    assert not re.search(r"nan|None|inf\b", text)


@pytest.mark.parametrize(("language", "shown", "hidden"), [("zh", "构念a", "construct"), ("en", "construct", "构念a")])
def test_a_file_of_its_own_holds_one_language(language: Literal["zh", "en"], shown: str, hidden: str) -> None:
    lettering = re.sub(
        r"<ellipse.*?</ellipse>|<g>.*?</g>", "", path_diagram_svg(diagram(PathArrow("a", "b", 0.4)), language=language)
    )
    assert shown in lettering
    assert hidden not in lettering
    assert 'class="zh"' not in lettering
