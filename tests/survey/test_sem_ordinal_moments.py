"""Thresholds, polychoric and polyserial correlations, and how sure all of them are together."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tongchi.survey.sem.ordinal_moments import OrdinalMoments, ordinal_moments

ITEMS = [letter + str(at) for letter in "ACENO" for at in range(1, 6)]


def coded(values: NDArray[np.float64], continuous: tuple[int, ...] = ()) -> OrdinalMoments:
    """Moments of answers by their ranks, as a reader of data makes them."""
    codes = np.full(values.shape, -1, dtype=np.int64)
    sizes = []
    for at in range(values.shape[1]):
        known = np.isfinite(values[:, at])
        found, codes[known, at] = np.unique(values[known, at], return_inverse=True)
        sizes.append(0 if at in continuous else len(found))
    return ordinal_moments(codes, values, tuple(sizes))


def responses(seed: int, n: int = 400, p: int = 4) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    return np.asarray(0.7 * rng.standard_normal((n, 1)) + 0.8 * rng.standard_normal((n, p)), dtype=np.float64)


def answered(seed: int, n: int = 400, p: int = 4) -> NDArray[np.float64]:
    return np.digitize(responses(seed, n, p), [-1.0, -0.2, 0.9]).astype(np.float64)


@pytest.mark.parametrize(
    ("file", "data"),
    {"complete answers": ("wlsmv", "complete"), "pairs of answers": ("wlsmv_pairwise_missing", "full")}.values(),
)
def test_thresholds_and_correlations_are_those_of_lavaan(shared_data: Path, file: str, data: str) -> None:
    folder = shared_data / "survey" / "d_bfi_ordinal"
    if not folder.is_dir():
        pytest.skip("reference results are not here: ../shared/data/survey is absent")
    expected = json.loads((folder / f"{file}.json").read_text(encoding="utf-8"))["sampstat"][0]
    answers = pl.read_csv(folder / f"data_{data}.csv", null_values=["NA", ""]).select(ITEMS)
    found = coded(answers.to_numpy().astype(np.float64))
    assert np.concatenate(found.thresholds) == pytest.approx(list(expected["th"].values()), abs=1e-12)
    assert np.abs(found.cov - expected["cov"]["values"]).max() < 5e-8


def test_asymptotic_variances_are_those_of_lavaan(shared_data: Path) -> None:
    folder = shared_data / "survey" / "d_bfi_ordinal"
    if not folder.is_dir():
        pytest.skip("reference results are not here: ../shared/data/survey is absent")
    expected = json.loads((folder / "nacov_diag.json").read_text(encoding="utf-8"))
    answers = pl.read_csv(folder / "data_complete.csv").select(ITEMS).to_numpy().astype(np.float64)
    assert np.diag(coded(answers).gamma) == pytest.approx(expected["diag_nacov"], rel=2e-7)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_categories_is_all_that_counts(seed: int) -> None:
    answers = answered(seed)
    stretched = np.array([-7.0, 0.0, 0.5, 90.0])[answers.astype(int)]
    one, other = coded(answers), coded(stretched)
    assert np.array_equal(one.stacked, other.stacked)
    assert np.array_equal(one.gamma, other.gamma)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_reversed_item_turns_signs_and_nothing_else(seed: int) -> None:
    answers = answered(seed)
    turned = answers.copy()
    turned[:, 1] = -turned[:, 1]
    one, other = coded(answers), coded(turned)
    sign = np.array([1.0, -1.0, 1.0, 1.0])
    assert other.cov == pytest.approx(one.cov * np.outer(sign, sign), abs=1e-9)
    assert other.thresholds[1] == pytest.approx(-one.thresholds[1][::-1], abs=1e-12)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_data_twice_over_say_the_same_just_as_surely_per_row(seed: int) -> None:
    answers = answered(seed)
    one, other = coded(answers), coded(np.vstack([answers, answers]))
    assert other.stacked == pytest.approx(one.stacked, abs=1e-9)
    assert other.gamma == pytest.approx(one.gamma, rel=1e-6, abs=1e-7)


def test_a_finely_cut_item_correlates_as_the_response_itself() -> None:
    whole = responses(3, 20_000, 3)
    cut = whole.copy()
    cut[:, 0] = np.digitize(whole[:, 0], np.linspace(-2.0, 2.0, 11))
    cut[:, 1] = np.digitize(whole[:, 1], np.linspace(-2.0, 2.0, 11))
    found = coded(cut, continuous=(2,))
    expected = np.atleast_2d(np.corrcoef(whole.T))
    sd = np.sqrt(found.cov[2, 2])
    assert found.cov[1, 0] == pytest.approx(expected[1, 0], abs=0.006)  # two standard errors of the cut
    assert found.cov[2, 0] / sd == pytest.approx(expected[2, 0], abs=0.006)
    assert found.cov[2, 2] == pytest.approx(whole[:, 2].var(), rel=1e-12)


def test_continuous_variables_alone_have_product_moment_covariances() -> None:
    whole = responses(4, 300, 3)
    found = coded(whole, continuous=(0, 1, 2))
    assert found.cov == pytest.approx(np.cov(whole.T, ddof=0), abs=1e-9)
    assert found.mean == pytest.approx(whole.mean(axis=0), abs=1e-12)


def test_gamma_is_what_repeated_samples_show() -> None:
    draws = []
    for seed in range(200):
        answers = answered(seed, 500, 3)
        mixed = answers.copy()
        mixed[:, 2] = responses(seed, 500, 3)[:, 2]
        draws.append(coded(mixed, continuous=(2,)).stacked)
    one = answered(1000, 40_000, 3)
    one[:, 2] = responses(1000, 40_000, 3)[:, 2]
    expected = np.diag(coded(one, continuous=(2,)).gamma)
    assert 500 * np.var(draws, axis=0) == pytest.approx(expected, rel=0.36)  # 3.6 standard errors of 200 draws


def test_missing_answers_are_left_out_pair_by_pair() -> None:
    answers = answered(5, 600, 3)
    answers[:200, 0] = np.nan
    found = coded(answers)
    assert found.thresholds[0] == pytest.approx(coded(answers[200:]).thresholds[0], abs=1e-12)
    assert found.cov[2, 1] == pytest.approx(coded(answers[:, 1:]).cov[1, 0], abs=1e-9)


def test_an_item_and_its_copy_are_listed_as_one_without_end() -> None:
    answers = answered(6)
    answers[:, 1] = answers[:, 0]
    assert coded(answers).at_bound == ((1, 0),)
