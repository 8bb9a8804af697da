"""Agreement: the published example of Shrout and Fleiss, hand-made cases, invariances, and where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from psychometric_reference import assert_close

from tongchi.errors import ConstantItemError, ItemMatrixError
from tongchi.survey.agreement import (
    NestedAgreement,
    intraclass_correlations,
    nested_agreement,
    within_group_agreement,
)
from tongchi.survey.unavailable import NotAvailable

Floats = NDArray[np.float64]
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
)
PUBLISHED = {  # form: (value, lower, upper), the example of Shrout and Fleiss (1979), table 4, as psych::ICC prints it
    "ICC1": (0.17, -0.13, 0.72),
    "ICC2": (0.29, 0.02, 0.76),
    "ICC3": (0.71, 0.34, 0.95),
    "ICC1k": (0.44, -0.88, 0.91),
    "ICC2k": (0.62, 0.07, 0.93),
    "ICC3k": (0.91, 0.68, 0.99),
}


def offices(seed: int, between: float, groups: int = 40, size: int = 8) -> tuple[Floats, list[str]]:
    rng = np.random.default_rng(seed)
    levels = np.repeat(rng.normal(size=groups) * np.sqrt(between), size)
    return levels + rng.normal(size=groups * size) * np.sqrt(1 - between), [
        f"处{at // size}" for at in range(groups * size)
    ]


def nested(values: Floats, groups: list[str]) -> NestedAgreement:
    found = nested_agreement(values, groups)
    assert not isinstance(found, NotAvailable)
    return found


def test_the_six_forms_agree_with_shrout_and_fleiss() -> None:
    found = intraclass_correlations(SHROUT_FLEISS)
    assert not isinstance(found, NotAvailable)
    for each in found:
        ours = (each.value, each.interval.lower, each.interval.upper)
        assert_close(ours, PUBLISHED[each.form], rtol=0, atol=0.0051)
    assert {each.form: each.freedom for each in found}["ICC2"] == (5, 15)
    assert found[0].p_value == pytest.approx(0.16, abs=0.01)


def test_nested_agreement_of_equal_groups_is_the_one_way_form() -> None:
    found = intraclass_correlations(SHROUT_FLEISS)
    assert not isinstance(found, NotAvailable)
    ours = nested(SHROUT_FLEISS.ravel(), [str(at // 4) for at in range(24)])
    assert ours.mean_size == 4
    assert_close((ours.icc1, ours.icc2, ours.f), (found[0].value, found[1].value, found[0].f))
    assert ours.interval.upper == pytest.approx(found[0].interval.upper)


@pytest.mark.parametrize("between", [0.05, 0.2, 0.5])
def test_the_share_between_offices_is_recovered(between: float) -> None:
    found = nested(*offices(3, between, groups=400))
    assert found.icc1 == pytest.approx(between, abs=0.05)
    assert found.interval.lower < between < found.interval.upper


@given(st.integers(0, 5_000), st.floats(0.1, 10), st.floats(-9, 9), st.booleans())
def test_order_labels_scale_and_direction_do_not_matter(seed: int, factor: float, shift: float, reverse: bool) -> None:
    values, groups = offices(seed, 0.3, groups=6, size=5)
    values, groups = values[:-3], groups[:-3]
    order = np.random.default_rng(seed).permutation(len(values))
    before = nested(values, groups)
    after = nested((shift + (-factor if reverse else factor) * values)[order], [f"新{groups[at]}" for at in order])
    assert after.icc1 == pytest.approx(before.icc1)
    assert after.p_value == pytest.approx(before.p_value)


def test_a_missing_value_leaves_out_the_person() -> None:
    values, groups = offices(1, 0.3)
    values[0] = np.nan
    assert nested(values, groups).icc1 == pytest.approx(nested(values[1:], groups[1:]).icc1)


WITHIN = {  # what the case guards: (answers of one office on five points, value)
    "full agreement": ([[4, 5], [4, 5], [4, 5]], 1.0),
    "one item: 1 - s²/2": ([[4], [5], [3]], 0.5),
    "two items: 2 · .5 / (2 · .5 + .5)": ([[4, 3], [5, 4], [3, 2]], 2 / 3),
    "more variance than at random counts as none": ([[1], [5], [1], [5]], 0.0),
}


@pytest.mark.parametrize(("answers", "value"), WITHIN.values(), ids=WITHIN)
def test_r_wg(answers: list[list[int]], value: float) -> None:
    (found,) = within_group_agreement(answers, ["甲"] * len(answers), 5)
    assert found.value == pytest.approx(value)
    assert found.n == len(answers)


def test_r_wg_keeps_the_order_of_groups_and_takes_another_null() -> None:
    groups = within_group_agreement([4.0, 3, 5, 2], ["乙", "甲", "乙", "丙"], 5, null_variance=1.0)
    assert [each.group for each in groups] == ["乙", "甲", "丙"]
    assert groups[0].value == pytest.approx(0.5)
    assert isinstance(groups[1].value, NotAvailable)


NONE = {  # why there is no coefficient: (values, groups)
    "one group": ([1.0, 2, 3], ["a", "a", "a"]),
    "nobody shares a group": ([1.0, 2, 3], ["a", "b", "c"]),
    "no difference within groups": ([1.0, 1, 3, 3], ["a", "a", "b", "b"]),
    "no difference at all": ([1.0, 1, 1, 1], ["a", "a", "b", "b"]),
    "all missing": ([np.nan, np.nan], ["a", "a"]),
}


@pytest.mark.parametrize(("values", "groups"), NONE.values(), ids=NONE)
def test_a_coefficient_that_does_not_exist_says_why(values: list[float], groups: list[str]) -> None:
    assert isinstance(nested_agreement(values, groups), NotAvailable)


def test_raters_that_differ_by_a_constant_have_no_error() -> None:
    assert isinstance(intraclass_correlations([[1, 2], [2, 3], [4, 5]]), NotAvailable)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ItemMatrixError):
        intraclass_correlations([[1, 2]])
    with pytest.raises(ItemMatrixError):
        intraclass_correlations(np.array([[1.0, 2.0], [np.nan, 1.0]]))
    with pytest.raises(ConstantItemError):
        intraclass_correlations(np.ones((3, 3)))
    with pytest.raises(ItemMatrixError):
        nested_agreement([1.0, 2], ["a"])
    with pytest.raises(ItemMatrixError):
        within_group_agreement([1.0, 2], ["a", "a"], 1)
    with pytest.raises(ItemMatrixError):
        within_group_agreement([1.0, np.nan], ["a", "a"], 5)
