"""A fit that goes on from another one of the same rows with gaps is the fit that it would have been alone."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tongchi.survey.sem import Fit, Model

MEASURED = "a =~ a1 + a2 + a3\nb =~ b1 + b2 + b3"
PATHS = f"{MEASURED}\nb ~ a"


def answers(seed: int = 4, n: int = 300) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    cause = rng.normal(size=(n, 1))
    effect = 0.5 * cause + rng.normal(size=(n, 1))
    items = np.hstack([cause + rng.normal(size=(n, 3)), effect + rng.normal(size=(n, 3))])
    items[rng.random(items.shape) < 0.08] = np.nan
    columns = dict(zip(("a1", "a2", "a3", "b1", "b2", "b3"), items.T, strict=True))
    frame = pl.DataFrame(columns).fill_nan(None)
    return frame.with_columns(pl.Series("place", np.where(np.arange(n) % 2, "x", "y")))


def assert_same(one: Fit, other: Fit) -> None:
    assert one.values == pytest.approx(other.values, abs=1e-9)
    assert one.vcov == pytest.approx(other.vcov, rel=1e-6, abs=1e-10)
    for name, value in other.fitmeasures.items():
        assert one.fitmeasures[name] == (value if value is None else pytest.approx(value, rel=1e-7, abs=1e-9)), name
    assert one.notes == other.notes


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
@pytest.mark.parametrize("std_lv", [False, True])
def test_another_model_of_the_same_rows(estimator: str, std_lv: bool) -> None:
    data = answers()
    first = Model(MEASURED).fit(data, estimator, missing="fiml")
    alone = Model(PATHS).fit(data, estimator, missing="fiml", std_lv=std_lv)
    assert_same(Model(PATHS).fit(data, estimator, missing="fiml", std_lv=std_lv, after=first), alone)


def test_groups_with_more_and_more_equal() -> None:
    data = answers()
    before = Model(MEASURED).fit(data, "MLR", "place", missing="fiml")
    for equal in (["loadings"], ["loadings", "intercepts"]):
        alone = Model(MEASURED).fit(data, "MLR", "place", missing="fiml", group_equal=equal)
        before = Model(MEASURED).fit(data, "MLR", "place", missing="fiml", group_equal=equal, after=before)
        assert_same(before, alone)


OTHERS = {  # what the case guards: what is asked of the second fit
    "fewer variables": ("a =~ a1 + a2 + a3", {"missing": "fiml"}),
    "complete rows only": (PATHS, {}),
    "another division of the rows": (PATHS, {"missing": "fiml", "group": "place"}),
    "a covariate that must be there": (f"{MEASURED}\nb ~ a3x", {"missing": "fiml"}),
}


@pytest.mark.parametrize(("syntax", "options"), OTHERS.values(), ids=OTHERS)
def test_what_an_earlier_fit_found_is_not_taken_where_other_rows_are_asked_for(
    syntax: str, options: dict[str, str]
) -> None:
    data = answers().with_columns(pl.col("a3").alias("a3x") * 0.5 + pl.Series("noise", np.arange(300) % 7))
    first = Model(MEASURED).fit(data, missing="fiml")
    assert_same(Model(syntax).fit(data, after=first, **options), Model(syntax).fit(data, **options))  # type: ignore[arg-type]
