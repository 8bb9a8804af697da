"""The model syntax: what each form says, and that what cannot be read is named with line and token."""

from __future__ import annotations

import math

import pytest

from tongchi.errors import ModelSyntaxError, TongchiError, UnsupportedModelError
from tongchi.survey.sem.syntax import Term, read_syntax

FORMS = {  # what the case guards: (text, terms)
    "several items": ("f =~ a + b", [("f", "=~", "a"), ("f", "=~", "b")]),
    "a line that ends in plus goes on": ("f =~ a +\n  b", [("f", "=~", "a"), ("f", "=~", "b")]),
    "a line that begins with plus continues": ("f =~ a\n  + b", [("f", "=~", "a"), ("f", "=~", "b")]),
    "comments and semicolons": (
        "f =~ a # x\n! all\ng =~ b; a ~~ b",
        [("f", "=~", "a"), ("g", "=~", "b"), ("a", "~~", "b")],
    ),
    "several outcomes": ("y + z ~ x", [("y", "~", "x"), ("z", "~", "x")]),
    "intercept": ("y ~ 1", [("y", "~1", "")]),
    "intercept and cause": ("y ~ 1 + x", [("y", "~1", ""), ("y", "~", "x")]),
    "thresholds and scales": ("u | t1 + t2\nu ~*~ u", [("u", "|", "t1"), ("u", "|", "t2"), ("u", "~*~", "u")]),
    "chinese names": ("信任 =~ 题1 + 题2", [("信任", "=~", "题1"), ("信任", "=~", "题2")]),
    "names with dots": ("f.1 =~ a.b", [("f.1", "=~", "a.b")]),
    "a covariance said twice is one": ("a ~~ b\nb ~~ b1*a", [("a", "~~", "b")]),
}


@pytest.mark.parametrize(("text", "terms"), FORMS.values(), ids=FORMS)
def test_relations(text: str, terms: list[tuple[str, str, str]]) -> None:
    assert [(term.lhs, term.op, term.rhs) for term in read_syntax(text).terms] == terms


MODIFIERS = {  # what the case guards: (modifier, fixed, start, label)
    "fixed value": ("0.5*", (0.5,), (), ()),
    "negative value": ("-1*", (-1.0,), (), ()),
    "label": ("a*", (), (), ("a",)),
    "quoted label": ('"a b"*', (), (), ("a b",)),
    "start": ("start(0.7)*", (), (0.7,), ()),
    "start by question mark": ("0.7?", (), (0.7,), ()),
    "label function": ('label("a")*', (), (), ("a",)),
    "values by group": ("c(1, 0.5)*", (1.0, 0.5), (), ()),
    "labels by group": ("c(a, b)*", (), (), ("a", "b")),
    "starts by group": ("start(c(.1, .2))*", (), (0.1, 0.2), ()),
    "label and start": ("a*start(0.7)*", (), (0.7,), ("a",)),
}


@pytest.mark.parametrize(("text", "fixed", "start", "label"), MODIFIERS.values(), ids=MODIFIERS)
def test_modifiers(text: str, fixed: tuple[float, ...], start: tuple[float, ...], label: tuple[str, ...]) -> None:
    assert read_syntax(f"f =~ {text}x + y").terms[0] == Term("f", "=~", "x", 1, fixed, start, label)


def test_na_frees_what_would_be_fixed() -> None:
    (term,) = read_syntax("f =~ NA*x").terms
    assert term.fixed[0] is not None
    assert math.isnan(term.fixed[0])


def test_definitions_and_constraints() -> None:
    read = read_syntax("y ~ a*x + b*m\nm ~ c*x\nind := b*c\na == b\nc > 0\na + 1 < 2*b^2")
    assert [one.name for one in read.definitions] == ["ind"]
    assert [one.op for one in read.constraints] == ["==", ">", "<"]
    assert read.definitions[0].expression.value({"b": 2.0, "c": 3.0}) == 6.0
    assert read.definitions[0].expression.derivatives({"b": 2.0, "c": 3.0}) == {"b": 3.0, "c": 2.0}


BROKEN = {  # what the case guards: (text, place, token)
    "no operator": ("f =~ x\ny z", "line 2", "y"),
    "unknown sign": ("f =~ x\n\ng =~ x $ y", "line 3", "$"),
    "two operators": ("f =~ x ~ y", "line 1", "~"),
    "plus at the end": ("f =~ x + y +", "line 1", "公式末尾 / end of formula"),
    "missing plus": ("f =~ x y", "line 1", "y"),
    "number without star": ("f =~ 2 x", "line 1", "2"),
    "minus": ("f =~ x\ny ~ - x", "line 2", "-x"),
    "no left side": ("=~ x", "line 1", "=~"),
    "a construct as its own item": ("f =~ f", "line 1", "f"),
    "unknown modifier": ("f =~ begin(1)*x", "line 1", "begin"),
    "code in a definition": ("f =~ x\nd := __import__('os')", "line 2", "__import__('os')"),
    "empty": ("  # nothing", "line 1", "# nothing"),
}


@pytest.mark.parametrize(("text", "place", "token"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_named(text: str, place: str, token: str) -> None:
    with pytest.raises(ModelSyntaxError) as caught:
        read_syntax(text)
    assert (caught.value.place, caught.value.facts["found"]) == (place, token)


@pytest.mark.parametrize("text", ["f <~ x + y", "group: 1\nf =~ x", "level: 1\nf =~ x"])
def test_what_is_out_of_scope_says_so(text: str) -> None:
    with pytest.raises(UnsupportedModelError):
        read_syntax(text)


@pytest.mark.parametrize(
    "text", ["~", "f =~", "((", "f =~ c(", "a := ", "==", "f =~ *x", "f =~ c()*x", "1 =~ x", "f =~ +"]
)
def test_scraps_raise_errors_of_ours(text: str) -> None:
    with pytest.raises(TongchiError):
        read_syntax(text)
