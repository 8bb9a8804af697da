"""The table of agreement reads what a reference says of itself, and says no where a number is off or absent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scripts.evaluate_survey_calls import reference_call
from scripts.evaluate_survey_fits import agreement_of

from tongchi.survey.sem import Model

SYNTAX = "f =~ x1 + x2 + x3 + x4"
META: dict[str, Any] = {
    "model": SYNTAX,
    "call": 'cfa(model, data, estimator="ML")',
    "estimator": "ML",
    "se": "standard",
    "test": "standard",
    "missing": "listwise",
    "information": ["expected", "expected"],
    "meanstructure": False,
    "parameterization": "delta",
    "std.lv": False,
    "likelihood": "normal",
    "group.equal": [],
}
SAYINGS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {  # what is said: changes of meta, estimator, options
    "nothing special": ({}, "ML", {}),
    "the name of a robust estimator stands in the call": ({"call": 'cfa(m, d, estimator="MLM")'}, "MLM", {}),
    "a variable for it leaves the robust parts to tell": (
        {"call": "cfa(m, d, estimator=est)", "se": "robust.huber.white", "test": "yuan.bentler.mplus"},
        "MLR",
        {},
    ),
    "what may differ between groups is only in the call": (
        {"call": 'cfa(m, d, group.equal=c("loadings", "intercepts"), group.partial="x3~1")'},
        "ML",
        {"group_equal": ("loadings", "intercepts"), "group_partial": ("x3~1",)},
    ),
    "a variable for equalities leaves them to meta": (
        {"call": "cfa(m, d, group.equal=L[[k]])", "group.equal": "loadings"},
        "ML",
        {"group_equal": ("loadings",)},
    ),
    "gaps, ordinal items and scales": (
        {"call": 'cfa(m, d, ordered=TRUE, estimator="WLSMV")', "missing": "pairwise", "parameterization": "theta"},
        "WLSMV",
        {"ordered": ("x1", "x2", "x3", "x4"), "parameterization": "theta", "missing": "pairwise"},
    ),
}


@pytest.fixture
def reference(tmp_path: Path) -> Callable[..., Path]:
    rng = np.random.default_rng(5)
    answers = rng.normal(size=(120, 1)) * 0.8 + rng.normal(size=(120, 4))
    frame = pl.DataFrame({f"x{at + 1}": column for at, column in enumerate(answers.T)})
    frame.write_csv(tmp_path / "data.csv")
    frame.head(40).write_csv(tmp_path / "another.csv")  # the same columns, other rows
    result = Model(SYNTAX).fit(frame).to_json()

    def write(meta: dict[str, Any] | None = None, change: Callable[[dict[str, Any]], object] | None = None) -> Path:
        content: dict[str, Any] = json.loads(json.dumps(result)) | {"meta": META | (meta or {}), "polish": {"ok": True}}
        if change:
            change(content)
        path = tmp_path / "fit.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(("meta", "estimator", "options"), SAYINGS.values(), ids=SAYINGS)
def test_a_call_is_read_from_the_words_and_figures_of_a_reference(
    reference: Callable[..., Path], meta: dict[str, Any], estimator: str, options: dict[str, Any]
) -> None:
    call = reference_call(reference(meta))
    assert (call.estimator, call.options, call.data.name) == (estimator, options, "data.csv")


def test_our_own_result_agrees_with_itself(reference: Callable[..., Path]) -> None:
    found = agreement_of(reference())
    assert found.within
    assert max(found.worst.values()) < 1e-12
    assert {"est", "se", "test", "measures", "std", "std.se", "rsquare", "implied", "sample", "vcov"} <= set(
        found.worst
    )


CHANGES: dict[str, tuple[str, Callable[[dict[str, Any]], object]]] = {  # what is off: part, change of the reference
    "an estimate": ("est", lambda c: c["estimates"][1].update(est=c["estimates"][1]["est"] + 1e-7)),
    "an error": ("se", lambda c: c["estimates"][1].update(se=c["estimates"][1]["se"] + 1e-7)),
    "a small index": ("measures", lambda c: c["fitmeasures"].update(srmr=c["fitmeasures"]["srmr"] * (1 + 1e-5))),
    "a test": ("test", lambda c: c["tests"][0].update(stat=c["tests"][0]["stat"] * (1 + 1e-5))),
    "an implied covariance": ("implied", lambda c: c["implied"][0]["cov"]["values"][1].__setitem__(0, 9.0)),
}


@pytest.mark.parametrize(("part", "change"), CHANGES.values(), ids=CHANGES)
def test_a_number_that_is_off_is_seen(
    reference: Callable[..., Path], part: str, change: Callable[[dict[str, Any]], object]
) -> None:
    found = agreement_of(reference(change=change))
    assert not found.within
    assert [name for name in found.worst if found.beyond(name)] == [part]


def test_a_number_that_only_the_reference_has_is_missing(reference: Callable[..., Path]) -> None:
    found = agreement_of(reference(change=lambda content: content["fitmeasures"].update(unheard_of=0.5)))
    assert found.missing == ["measures unheard_of"]
    assert not found.within


def test_a_reference_without_its_data_says_so(reference: Callable[..., Path]) -> None:
    found = agreement_of(reference(change=lambda content: content.update(norig=121)))
    assert "no data of 121 rows" in found.reason
    assert not found.within
