"""Likeness of articles: bounds, equality, symmetry, and words that every article has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from invented import THEMES, regulation, regulations

from tongchi.comparison.segments import prepare
from tongchi.comparison.similarity import measure_similarity
from tongchi.documents import Document

BOUNDED = ("cosine", "expanded", "cover_a", "cover_b", "best", "reach_a", "reach_b", "mutual", "relative", "segments")
SWAPPED = {"cover_a": "cover_b", "cover_b": "cover_a", "reach_a": "reach_b", "reach_b": "reach_a"}


@settings(max_examples=25)
@given(regulations(), regulations(place="上海市"))
def test_values_are_shares_and_sides_may_change_places(first: Document, second: Document) -> None:
    a, b = prepare(first), prepare(second)
    for length in (2, 3):
        there, back = measure_similarity(a, b, length), measure_similarity(b, a, length)
        for name in (*BOUNDED, "mass"):
            values = getattr(there, name)
            assert (values >= 0).all()
            assert name == "mass" or (values <= 1 + 1e-9).all()
            assert np.allclose(values, getattr(back, SWAPPED.get(name, name)).T)


def test_equal_articles_are_fully_alike_and_each_others_best() -> None:
    texts = [theme.text for theme in THEMES]
    a, b = prepare(regulation(texts)), prepare(regulation(texts[::-1], place="上海市"))
    found = measure_similarity(a, b, 2)
    assert np.allclose(np.fliplr(found.cosine).diagonal(), 1)
    assert (found.cosine.argmax(1) == np.arange(len(texts))[::-1]).all()
    assert np.allclose(np.fliplr(found.cover_a).diagonal(), 1)


def test_words_of_every_article_weigh_next_to_nothing() -> None:
    texts = [f"阅览室管理机构应当{theme.text[4:]}" for theme in THEMES]
    shared = measure_similarity(prepare(regulation(texts)), prepare(regulation(texts[::-1])), 2)
    strangers = shared.cosine[:, ::-1][~np.eye(len(texts), dtype=bool)]
    assert strangers.max() < 0.2


@pytest.mark.parametrize("text", ["甲。", "一二三四五六。"])
def test_a_text_of_few_words_is_measured_too(text: str) -> None:
    sheet = prepare(regulation([text, "阅览室应当免费开放。"]))
    found = measure_similarity(sheet, sheet, 3)
    assert np.isfinite(found.cosine).all()
