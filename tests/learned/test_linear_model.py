"""The small model: its arithmetic by hand, its laws, its JSON."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tongchi.learned import LinearModel, Vector, model_from_json

YES_NO = ("no", "yes")


def model(
    weights: list[list[float]],
    intercept: list[float],
    *,
    mean: list[float] | None = None,
    scale: list[float] | None = None,
    names: tuple[str, ...] = (),
) -> LinearModel:
    """Return a model with one row of weights per class; features are named f0, f1 … unless names are given."""
    width = len(weights[0])
    return LinearModel(
        names=names or tuple(f"f{at}" for at in range(width)),
        classes=YES_NO if len(weights) == 1 else tuple(f"k{at}" for at in range(len(weights))),
        mean=np.array(mean or [0.0] * width),
        scale=np.array(scale or [1.0] * width),
        weights=np.array(weights),
        intercept=np.array(intercept),
        threshold=0.5,
        trained_on="两对虚构文本 / two invented pairs",
    )


FEW = st.floats(-20, 20)


@st.composite
def models(draw: st.DrawFn, classes: int | None = None) -> LinearModel:
    """Draw a model of one to five features and of one (logistic) to four classes."""
    width = draw(st.integers(1, 5))
    rows = classes or draw(st.integers(1, 4))

    def numbers(count: int, each: st.SearchStrategy[float] = FEW) -> list[float]:
        return draw(st.lists(each, min_size=count, max_size=count))

    return model(
        [numbers(width) for _ in range(rows)],
        numbers(rows),
        mean=numbers(width),
        scale=numbers(width, st.floats(0.01, 100)),
    )


def rows_for(drawn: LinearModel) -> st.SearchStrategy[Vector]:
    shape = st.tuples(st.integers(1, 4), st.just(len(drawn.names)))
    return arrays(np.float64, shape, elements=st.floats(-1e6, 1e6))


# --- arithmetic -------------------------------------------------------------------------------------------

BY_HAND = {  # what the case guards: (model, one row of features, probabilities)
    "an indifferent logistic model": (model([[0.0]], [0.0]), [7.0], [0.5]),
    "the intercept alone": (model([[1.0]], [math.log(3)]), [0.0], [0.75]),
    "the mean is taken off": (model([[5.0]], [0.0], mean=[2.0]), [2.0], [0.5]),
    "the scale divides": (model([[1.0]], [0.0], scale=[4.0]), [4 * math.log(9)], [0.9]),
    "features add up": (model([[1.0, -2.0]], [0.0]), [math.log(4), 0.0 - math.log(2) / 2], [8 / 9]),
    "softmax of equal scores": (model([[0.0], [0.0], [0.0]], [1.0, 1.0, 1.0]), [3.0], [1 / 3, 1 / 3, 1 / 3]),
    "softmax by hand": (model([[1.0], [-1.0]], [0.0, 0.0]), [math.log(2)], [0.8, 0.2]),
    "each class has its own weights": (
        model([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], [0.0, 0.0, math.log(5)]),
        [math.log(2), math.log(3)],
        [0.2, 0.3, 0.5],
    ),
}


@pytest.mark.parametrize(("given_model", "row", "expected"), BY_HAND.values(), ids=BY_HAND)
def test_probabilities_by_hand(given_model: LinearModel, row: list[float], expected: list[float]) -> None:
    found = given_model.probabilities(np.array([row, row]))
    assert found.shape == ((2,) if len(expected) == 1 else (2, len(expected)))
    assert np.allclose(found[0], expected)
    assert np.array_equal(found[0], found[1])


@settings(max_examples=25)
@given(st.data())
def test_probabilities_are_probabilities_however_large_the_features(data: st.DataObject) -> None:
    """Warnings are errors, so an overflow fails here too."""
    drawn = data.draw(models())
    found = drawn.probabilities(data.draw(rows_for(drawn)))
    assert ((found >= 0) & (found <= 1)).all()
    if len(drawn.intercept) > 1:
        assert np.allclose(found.sum(1), 1)


@settings(max_examples=25)
@given(st.data())
def test_the_likeliest_class_is_the_one_with_the_highest_score(data: st.DataObject) -> None:
    drawn = data.draw(models(classes=3))
    rows = data.draw(rows_for(drawn))
    scores, found = drawn.scores(rows), drawn.probabilities(rows)
    best = np.take_along_axis(found, scores.argmax(1, keepdims=True), 1)[:, 0]
    assert np.array_equal(best, found.max(1))


@settings(max_examples=25)
@given(st.data(), FEW)
def test_softmax_looks_at_differences_of_scores_alone(data: st.DataObject, shift: float) -> None:
    drawn = data.draw(models(classes=3))
    rows = data.draw(rows_for(drawn)) / 1e5
    moved = replace(drawn, intercept=drawn.intercept + shift)
    assert np.allclose(drawn.probabilities(rows), moved.probabilities(rows), atol=1e-6)


@settings(max_examples=25)
@given(st.data(), st.floats(0.01, 100))
def test_the_unit_of_a_feature_does_not_matter(data: st.DataObject, unit: float) -> None:
    drawn = data.draw(models())
    rows = data.draw(rows_for(drawn)) / 1e5
    other = replace(drawn, mean=drawn.mean * unit, scale=drawn.scale * unit)
    assert np.allclose(drawn.scores(rows), other.scores(rows * unit))


def test_chosen_cells_come_row_by_row_in_the_order_of_the_names() -> None:
    features = {"unused": np.full((2, 2), -1.0), "b": np.array([[1.0, 2], [3, 4]]), "a": np.array([[5.0, 6], [7, 8]])}
    where = np.array([[False, True], [True, True]])
    stacked = model([[1.0, 1.0]], [0.0], names=("a", "b")).stack(features, where)
    assert stacked.tolist() == [[6, 2], [7, 3], [8, 4]]


# --- JSON -------------------------------------------------------------------------------------------------


def fields(each: LinearModel) -> tuple[object, ...]:
    numbers = (each.mean, each.scale, each.weights, each.intercept)
    return each.names, each.classes, each.threshold, each.trained_on, *[array.tolist() for array in numbers]


@settings(max_examples=25)
@given(models())
def test_json_keeps_six_digits_and_is_stable_from_then_on(drawn: LinearModel) -> None:
    back = model_from_json(drawn.to_json())
    assert (back.names, back.classes, back.trained_on) == (drawn.names, drawn.classes, drawn.trained_on)
    for name in ("mean", "scale", "weights", "intercept"):
        assert getattr(back, name).shape == getattr(drawn, name).shape
        assert np.allclose(getattr(back, name), getattr(drawn, name), rtol=5.1e-6, atol=0)
    assert back.to_json() == drawn.to_json()


def test_json_is_read_by_people() -> None:
    text = model([[1 / 3]], [2 / 3], names=("余弦",)).to_json()
    assert '"余弦"' in text
    assert "两对虚构文本" in text
    assert "0.333333\n" in text
    assert "0.3333333" not in text
