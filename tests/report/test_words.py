"""Values, names and measured figures read well in both languages."""

from __future__ import annotations

import dataclasses

import pytest

from tongchi.comparison.model import PairComparison
from tongchi.provisions.model import Measure, MeasureKind
from tongchi.report.accuracy import accuracy_from_json, read_accuracy
from tongchi.report.html_method import method_section
from tongchi.report.rows import view_comparison
from tongchi.report.words import measure_words


def measure(lo: float | None, hi: float | None, unit: str, *, inclusive: bool = True) -> Measure:
    return Measure(MeasureKind.OTHER, lo, hi, inclusive, inclusive, unit, "原文", 0, 2)


VALUES = {  # what the case guards: (measure, zh, en)
    "a single value": (measure(60, 60, "日"), "60 日", "60 days"),
    "an upper bound": (measure(None, 28, "平方米"), "≤ 28 平方米", "≤ 28 m²"),
    "a lower bound outside": (measure(500, None, "吨", inclusive=False), "> 500 吨", "> 500 t"),
    "a range in 万元": (measure(10_000, 50_000, "元"), "1–5 万元", "10,000–50,000 yuan"),
    "a range across 万": (measure(5_000, 20_000, "元"), "5000–20,000 元", "5000–20,000 yuan"),
    "whole kilometres": (measure(30_000, 30_000, "米"), "30 公里", "30 km"),
    "a third": (measure(None, 100 / 3, "%"), "≤ 33.33%", "≤ 33.33%"),
    "a share": (measure(30, 30, "%"), "30%", "30%"),
    "a rare frequency": (measure(0.333333, 0.333333, "次/年"), "每 3 年 1 次", "once in 3 years"),
    "a frequency": (measure(2, 2, "次/年"), "2 次/年", "2 times a year"),
    "one of a kind": (measure(None, 1, "年"), "≤ 1 年", "≤ 1 year"),
    "one working day": (measure(1, 1, "个工作日"), "1 个工作日", "1 working day"),
    "once": (measure(1, 1, "次/年"), "1 次/年", "1 time a year"),
    "no number at all": (measure(None, None, ""), "原文", "原文"),
    "an unknown unit": (measure(3, 3, "盏"), "3 盏", "3 盏"),
    "nothing stated": (None, "未规定", "not stated"),
    "a fraction": (measure(1.8, 1.8, "升"), "1.8 升", "1.8 L"),
}


@pytest.mark.parametrize(("value", "zh", "en"), VALUES.values(), ids=VALUES)
def test_values(value: Measure | None, zh: str, en: str) -> None:
    assert measure_words(value) == (zh, en)


def test_names_tell_texts_of_one_place_apart(sample_pair: PairComparison) -> None:
    metadata = dataclasses.replace(sample_pair.b.metadata, jurisdiction="江州市")
    pair = dataclasses.replace(sample_pair, b=dataclasses.replace(sample_pair.b, metadata=metadata))
    assert [each.name for each in view_comparison(pair).documents] == ["江州市 2017", "江州市 2023"]


def test_rows_stand_in_the_order_of_a_then_of_b(sample_pair: PairComparison) -> None:
    (pair,) = view_comparison(sample_pair).pairs
    first = [int(row.a.number) for row in pair.rows if row.a]
    assert first == sorted(first)
    assert [row.b.number for row in pair.rows if row.kind == "only_b" and row.b] == ["10", "19", "35", "40", "42"]


def test_measured_figures_are_shown_and_missing_ones_said_to_be_missing() -> None:
    accuracy = accuracy_from_json(
        {"measured_on": {"zh": "四对文本", "en": "four pairs"}, "types": {"quantity": {"precision": 0.81, "n": 40}}}
    )
    shown = method_section(accuracy)
    assert "0.81" in shown
    assert "四对文本" in shown
    assert "未测" in shown


def test_the_figures_that_ship_can_be_read() -> None:
    accuracy = read_accuracy()
    assert all(0 <= value <= 1 for part in accuracy.figures.values() for key, value in part.items() if key != "n")
