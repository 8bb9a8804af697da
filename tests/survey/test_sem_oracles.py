"""Estimates, standard errors, tests and measures agree with lavaan's polished solutions.

The reference files come from lavaan 0.6-19, polished by Newton steps to a gradient of 3e-14; they stay outside the repository.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tongchi.survey.sem import Fit, Model

CASES: dict[str, dict[str, Any]] = {  # reference file: options that its meta does not hold
    "a_holzinger_cfa/ml.json": {},
    "a_holzinger_cfa/ml_labels_defined.json": {},
    "a_holzinger_cfa/ml_mimic_fixedx.json": {},
    "a_holzinger_cfa/ml_observed_info.json": {},
    "a_holzinger_cfa/ml_second_order.json": {},
    "a_holzinger_cfa/ml_stdlv_mean.json": {},
    "a_holzinger_cfa/orthogonal.json": {"orthogonal": True},
    "a_holzinger_cfa/ml_wishart.json": {"likelihood": "wishart"},
    "a_holzinger_cfa/gls.json": {},
    "a_holzinger_cfa/uls.json": {},
    "b_political_democracy/ml.json": {},
    "b_political_democracy/ml_equal_loadings_indirect.json": {},
    "c_holzinger_invariance_school/ml_configural.json": {},
    "c_holzinger_invariance_school/ml_metric.json": {},
    "c_holzinger_invariance_school/ml_scalar.json": {},
    "c_holzinger_invariance_school/ml_partial_scalar.json": {"group_partial": ("x3~1", "x7~1")},
    "c_holzinger_invariance_school/ml_strict.json": {},
    "c_holzinger_invariance_school/ml_means.json": {},
    "g_large_n20000_60x10/ml.json": {},
}
ESTIMATES = 1e-9
DELTA_ERRORS = 5e-8  # lavaan differentiates the standardised solution numerically
MEASURES = 1e-9
INTERVAL = 2e-6  # lavaan's root search for the RMSEA interval stops there
Key = tuple[str, str, str, int]


@pytest.fixture(scope="module")
def references(shared_data: Path) -> Path:
    folder = shared_data / "survey"
    if not folder.is_dir():
        pytest.skip("reference results are not here: ../shared/data/survey is absent")
    return folder


@cache
def fit_case(references: Path, name: str) -> tuple[Fit, dict[str, Any]]:
    expected: dict[str, Any] = json.loads((references / name).read_text(encoding="utf-8"))
    data = pl.read_csv(references / name.split("/")[0] / "data.csv", null_values=["NA", ""])
    meta = expected["meta"]
    equal = meta["group.equal"]
    fit = Model(meta["model"]).fit(
        data,
        meta["estimator"],
        "school" if expected["group_label"] else None,
        std_lv=meta["std.lv"],
        meanstructure=meta["meanstructure"],
        group_equal=[equal] if isinstance(equal, str) else equal,
        information=meta["information"][0],
        **CASES[name],
    )
    return fit, expected


def by_relation(rows: list[dict[str, Any]]) -> dict[Key, dict[str, Any]]:
    return {(row["lhs"], row["op"], row["rhs"], row.get("group", 1)): row for row in rows}


def near(value: float | None, tolerance: float) -> Any:
    return value if value is None else pytest.approx(value, rel=tolerance, abs=tolerance)


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_the_polished_reference(references: Path, name: str) -> None:
    fit, expected = fit_case(references, name)
    found = fit.to_json()
    assert fit.converged
    assert fit.gradient < 1e-11
    assert [found[key] for key in ("npar", "nobs", "group_label")] == [
        expected[key] for key in ("npar", "nobs", "group_label")
    ]
    rows, others = by_relation(found["estimates"]), by_relation(expected["estimates"])
    assert list(rows) == list(others)
    for key, other in others.items():
        columns = set(other) - {"lhs", "op", "rhs", "block", "group", "label"}
        assert {c: rows[key][c] for c in columns} == {c: near(other[c], ESTIMATES) for c in columns}, key
        assert rows[key].get("label", "") == other.get("label", ""), key


@pytest.mark.parametrize("name", CASES)
def test_standardised_solution_and_explained_variance(references: Path, name: str) -> None:
    fit, expected = fit_case(references, name)
    rows, others = by_relation(fit.standardized), by_relation(expected["standardized"])
    for key, other in others.items():
        assert rows[key]["est.std"] == near(other["est.std"], ESTIMATES), key
        assert rows[key]["se"] == near(other["se"], DELTA_ERRORS), key
    shares = expected["rsquare"]
    shares = list(shares.values()) if isinstance(shares, dict) else shares
    assert fit.rsquare == [{name: near(value, ESTIMATES) for name, value in group.items()} for group in shares]


@pytest.mark.parametrize("name", CASES)
def test_measures_of_fit(references: Path, name: str) -> None:
    fit, expected = fit_case(references, name)
    measures = dict(fit.fitmeasures)
    for key, value in expected["fitmeasures"].items():
        assert measures[key] == near(value, INTERVAL if "rmsea.ci" in key else MEASURES), key


@pytest.mark.parametrize("name", CASES)
def test_implied_moments_and_covariance_of_estimates(references: Path, name: str) -> None:
    fit, expected = fit_case(references, name)
    found = fit.to_json()
    assert found["vcov"]["rows"] == expected["vcov"]["rows"]
    for mine, theirs in zip(found["vcov"]["values"], expected["vcov"]["values"], strict=True):
        assert mine == [near(value, ESTIMATES) for value in theirs]
    for part in ("implied", "sampstat"):
        mine, theirs = found[part], expected[part]
        pairs = (
            zip(mine.values(), theirs.values(), strict=True)
            if isinstance(theirs, dict)
            else zip(mine, theirs, strict=True)
        )
        for one, other in pairs:
            assert one["cov"]["rows"] == other["cov"]["rows"]
            for line, reference in zip(one["cov"]["values"], other["cov"]["values"], strict=True):
                assert line == [near(value, ESTIMATES) for value in reference]
