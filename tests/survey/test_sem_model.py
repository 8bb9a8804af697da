"""What a fit must do whatever the data: invariances that theory demands, and plain words for what cannot be estimated.

All answers here are invented by a seeded generator.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from tongchi.errors import NotIdentifiedError, SampleError, TongchiError, UnknownVariableError, UnsupportedModelError
from tongchi.survey.sem import Fit, Model
from tongchi.survey.sem.assembly import Assembly, Moments, assemble
from tongchi.survey.sem.ml import Discrepancy
from tongchi.survey.sem.syntax import read_syntax
from tongchi.survey.sem.table import Options, Variables, build_table

SYNTAX = """
trust =~ t1 + t2 + t3
will =~ w1 + w2 + w3
act =~ a1 + a2 + a3
will ~ trust
act ~ b*will + c*trust
through := b * c
"""


def answers(count: int = 400, seed: int = 7) -> dict[str, np.ndarray[Any, Any]]:
    rng = np.random.default_rng(seed)
    trust = rng.normal(size=count)
    will = 0.5 * trust + rng.normal(size=count)
    act = 0.4 * will + 0.2 * trust + rng.normal(size=count)
    data = {}
    for letter, construct in (("t", trust), ("w", will), ("a", act)):
        for number, loading in enumerate((1.0, 0.8, 1.2), start=1):
            data[f"{letter}{number}"] = 3.0 + loading * construct + rng.normal(scale=0.8, size=count)
    data["region"] = np.where(np.arange(count) % 3 == 0, "north", "south")
    return data


def column(fit: Fit, name: str) -> dict[tuple[str, str, str], float]:
    return {(row["lhs"], row["op"], row["rhs"]): row[name] for row in fit.estimates}


def test_the_order_of_items_and_formulas_changes_nothing() -> None:
    shuffled = "act ~ c*trust + b*will\nact =~ a1 + a3 + a2\nwill ~ trust\nwill =~ w1 + w3 + w2\ntrust =~ t1 + t3 + t2"
    one, other = Model(SYNTAX).fit(answers()), Model(shuffled).fit(answers())
    assert other.fitmeasures["chisq"] == pytest.approx(one.fitmeasures["chisq"], rel=1e-9)
    for name in ("est", "se", "std.all"):
        first, second = column(one, name), column(other, name)
        assert {key: second[key] for key in second} == pytest.approx({key: first[key] for key in second}, abs=1e-9)


@pytest.mark.parametrize("factor", [1e-3, 7.0, 1e4])
def test_rescaling_items_leaves_test_and_standardised_solution(factor: float) -> None:
    data = answers()
    one = Model(SYNTAX).fit(data)
    other = Model(SYNTAX).fit({n: v * factor if n.startswith("w") else v for n, v in data.items()})
    assert other.converged
    assert other.fitmeasures["chisq"] == pytest.approx(one.fitmeasures["chisq"], rel=1e-8)
    assert [row["est.std"] for row in other.standardized] == pytest.approx(
        [row["est.std"] for row in one.standardized], abs=1e-9
    )
    assert column(other, "est")["act", "~", "will"] == pytest.approx(
        column(one, "est")["act", "~", "will"] / factor, rel=1e-8
    )


def test_data_given_twice_shrink_errors_by_the_root_of_two() -> None:
    data = answers()
    one, two = Model(SYNTAX).fit(data), Model(SYNTAX).fit({n: np.concatenate([v, v]) for n, v in data.items()})
    assert column(two, "est") == pytest.approx(column(one, "est"), abs=1e-10)
    assert {key: value * 2**0.5 for key, value in column(two, "se").items()} == pytest.approx(
        column(one, "se"), abs=1e-10
    )
    assert two.fitmeasures["chisq"] == pytest.approx(2 * (one.fitmeasures["chisq"] or 0.0), rel=1e-9)


def test_group_labels_in_another_order_swap_the_groups() -> None:
    equal = ["loadings", "intercepts"]
    one = Model(SYNTAX.replace("b*", "").replace("c*", "").replace("through := b * c", ""))
    north = one.fit(answers(), group="region", group_equal=equal, group_labels=["north", "south"])
    south = one.fit(answers(), group="region", group_equal=equal, group_labels=["south", "north"])
    assert north.sample.labels == ("north", "south")
    assert south.fitmeasures["chisq"] == pytest.approx(north.fitmeasures["chisq"], rel=1e-9)
    assert south.rsquare == [pytest.approx(part, abs=1e-9) for part in reversed(north.rsquare)]


def test_the_two_ways_to_scale_a_construct_agree() -> None:
    one, other = Model(SYNTAX).fit(answers()), Model(SYNTAX).fit(answers(), std_lv=True)
    assert other.fitmeasures["chisq"] == pytest.approx(one.fitmeasures["chisq"], rel=1e-9)
    assert column(other, "std.all") == pytest.approx(column(one, "std.all"), abs=1e-9)


def test_a_mean_structure_without_constraints_changes_no_covariance_result() -> None:
    one, other = Model(SYNTAX).fit(answers()), Model(SYNTAX).fit(answers(), meanstructure=True)
    assert other.fitmeasures["chisq"] == pytest.approx(one.fitmeasures["chisq"], rel=1e-9)
    assert column(other, "se")["act", "~", "will"] == pytest.approx(column(one, "se")["act", "~", "will"], rel=1e-9)


def test_constraints_hold_and_inequalities_bind_only_when_broken() -> None:
    held = Model(SYNTAX + "\nb == 2*c").fit(answers())
    values = column(held, "est")
    assert values["act", "~", "will"] == pytest.approx(2 * values["act", "~", "trust"], abs=1e-12)
    free = Model(SYNTAX).fit(answers())
    assert held.fitmeasures["df"] == (free.fitmeasures["df"] or 0) + 1
    assert column(Model(SYNTAX + "\nb > 0").fit(answers()), "est") == column(free, "est")
    bound = Model(SYNTAX + "\nb < 0.1").fit(answers())
    assert column(bound, "est")["act", "~", "will"] == pytest.approx(0.1, abs=1e-12)


def assembled(estimator: str) -> tuple[Assembly, Discrepancy, np.ndarray[Any, Any]]:
    formulas = read_syntax("f =~ a + b + c\ng =~ d + e + h\ng ~ f + x\nf ~ 1\na ~~ b\na ~ 0*1")
    variables = Variables.of(formulas, fixed_x=False)
    rows = build_table(formulas, 1, Options(meanstructure=True, fixed_x=False))
    rng = np.random.default_rng(3)
    whole = rng.normal(size=(60, len(variables.observed))) @ rng.normal(size=(7, 7)) + 1.0
    sample = Moments(60, np.cov(whole.T, bias=True), whole.mean(axis=0), 60)
    assembly = assemble(rows, variables, [sample], [])
    start = {"=~": 0.8, "~": 0.3, "~~": 0.1, "~1": 0.5}
    eta = np.array([3.0 if (r := rows[at]).op == "~~" and r.lhs == r.rhs else start[r.op] for at in assembly.free_rows])
    return assembly, Discrepancy(assembly, [sample], estimator), eta + 0.05 * rng.normal(size=len(eta))  # type: ignore[arg-type]


@pytest.mark.parametrize("estimator", ["ML", "GLS", "ULS"])
def test_gradient_and_hessian_are_the_derivatives(estimator: str) -> None:
    _, discrepancy, eta = assembled(estimator)
    point, step = discrepancy.point(eta), 1e-5
    for at in range(len(eta)):
        up, down = eta.copy(), eta.copy()
        up[at] += step
        down[at] -= step
        slope = (discrepancy.value(up) - discrepancy.value(down)) / (2 * step)
        assert point.gradient[at] == pytest.approx(slope, rel=1e-5, abs=1e-7)
        bend = (discrepancy.point(up).gradient - discrepancy.point(down).gradient) / (2 * step)
        assert point.observed is not None
        assert point.observed[at] == pytest.approx(bend, rel=1e-5, abs=1e-6)


def with_constant() -> dict[str, Any]:
    return answers() | {"t2": np.full(400, 4.0)}


def with_copy() -> dict[str, Any]:
    data = answers()
    return data | {"t2": 2.0 * data["t1"] - 1.0}


def with_text() -> dict[str, Any]:
    return answers() | {"t2": ["agree"] * 400}


def with_nothing() -> dict[str, Any]:
    return answers() | {"t2": np.full(400, np.nan)}


def with_few_rows() -> dict[str, Any]:
    return {name: values[:8] for name, values in answers().items()}


REFUSED: dict[str, tuple[Callable[[], dict[str, Any]], str, type[TongchiError], str]] = {
    # what the case guards: (data, syntax, error, what its message names)
    "constant item": (with_constant, SYNTAX, SampleError, "t2"),
    "copied item": (with_copy, SYNTAX, SampleError, "t1"),
    "text for numbers": (with_text, SYNTAX, SampleError, "t2"),
    "empty item": (with_nothing, SYNTAX, SampleError, "t2"),
    "fewer rows than items": (with_few_rows, SYNTAX, SampleError, "8"),
    "misspelt item": (answers, SYNTAX.replace("w3", "w33"), UnknownVariableError, "w3"),
    "misspelt label": (answers, SYNTAX + "\nb == d", UnknownVariableError, "line 9"),
    "more parameters than moments": (answers, "f =~ t1 + t2", NotIdentifiedError, "f=~t2"),
    "two loops": (answers, "f =~ t1 + t2 + t3\ng =~ w1 + w2 + w3\nf ~ g\ng ~ f", NotIdentifiedError, "f~g"),
    "construct without a scale": (answers, "f =~ NA*t1 + t2 + t3 + w1", NotIdentifiedError, "f~~f"),
    "free mean of a construct": (answers, "f =~ t1 + t2 + t3 + w1\nf ~ 1", NotIdentifiedError, "f~1"),
    "non-linear constraint": (answers, SYNTAX + "\nb == c^2", UnsupportedModelError, "b==c^2"),
    "thresholds": (answers, "f =~ t1 + t2 + t3\nt1 | k1", UnsupportedModelError, "k1"),
    "contradiction": (answers, SYNTAX + "\nb == c\nb == c + 1", NotIdentifiedError, "b==c"),
}


@pytest.mark.parametrize(("data", "syntax", "error", "names"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_estimated_is_refused_by_name(
    data: Callable[[], dict[str, Any]], syntax: str, error: type[TongchiError], names: str
) -> None:
    with pytest.raises(error) as caught:
        Model(syntax).fit(data())
    assert names in caught.value.message("zh")
    assert names in caught.value.message("en")


def test_a_negative_variance_converges_but_is_not_admissible() -> None:
    rng = np.random.default_rng(1)
    cov = np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.4], [0.8, 0.4, 1.0]])
    raw = rng.normal(size=(200, 3))
    raw = (raw - raw.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T))).T @ np.linalg.cholesky(cov).T
    fit = Model("f =~ a + b + c").fit({"a": raw[:, 0], "b": raw[:, 1], "c": raw[:, 2]})
    assert fit.converged
    assert not fit.admissible
    assert any("a~~a" in note for note in fit.notes)
    assert fit.rsquare[0]["a"] is None


def test_rows_with_missing_answers_are_left_out_and_counted() -> None:
    data = answers()
    data["t1"][:10] = np.nan
    found = Model(SYNTAX).fit(pl.DataFrame(data)).to_json()
    assert (found["nobs"], found["norig"]) == (390, 400)


def test_the_frame_holds_the_estimates() -> None:
    frame = Model(SYNTAX).fit(answers()).to_frame()
    assert frame.columns[:6] == ["lhs", "op", "rhs", "label", "est", "se"]
    assert frame.filter(pl.col("op") == ":=")["lhs"].to_list() == ["through"]


def test_constructs_in_very_different_units_are_not_taken_for_unidentified() -> None:
    units = {"t": 1e-3, "w": 1e3, "a": 1.0}
    two = "trust =~ t1 + t2\nwill =~ w1 + w2\nact =~ a1 + a2\nwill ~ trust\nact ~ will"
    one = Model(two).fit(answers())
    other = Model(two).fit({n: v * units[n[0]] for n, v in answers().items() if n[0] in units})
    assert other.converged
    assert other.fitmeasures["chisq"] == pytest.approx(one.fitmeasures["chisq"], rel=1e-7)


@pytest.mark.parametrize("seed", range(12))
def test_a_gradient_that_is_not_zero_is_never_called_converged(seed: int) -> None:
    rng = np.random.default_rng(seed)
    construct = rng.normal(size=30)
    data = {f"x{at}": at**3 * (0.4 * construct + rng.normal(size=30)) for at in range(1, 6)}
    fit = Model("f =~ x1 + x2\ng =~ x3 + x4 + x5").fit(data)
    assert fit.converged == (fit.gradient < 1e-8)
    assert fit.converged or any("not converged" in note for note in fit.notes)
