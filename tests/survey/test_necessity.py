"""Necessary conditions: the published example, the laws of the ceilings, and data that allow no analysis."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.errors import SampleError, UnknownVariableError, UnsupportedModelError
from tongchi.survey.necessity import ConditionNecessity, Rule, necessity
from tongchi.survey.necessity_bottleneck import bottleneck_table
from tongchi.survey.necessity_ceilings import CEILINGS, Ceiling, Floats, Scope, ceiling_zone, find_peers, line_zone
from tongchi.survey.necessity_permutation import permutation_test, permuted_effects, random_tables
from tongchi.survey.unavailable import NotAvailable

EXAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "mechanism" / "nca_example.csv"
needs_example = pytest.mark.skipif(
    not EXAMPLE.is_file(),
    reason="the published example is not here: ../shared/data/mechanism/nca_example.csv is absent",
)
LIKERT = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=4, max_size=40).filter(
    lambda pairs: len({x for x, _ in pairs}) > 1 and len({y for _, y in pairs}) > 1
)


def one(x: object, y: object, **options: object) -> ConditionNecessity:
    result = necessity({"x": x, "y": y}, ["x"], "y", **options).conditions["x"]  # type: ignore[arg-type,dict-item]
    assert isinstance(result, ConditionNecessity)
    return result


def columns(pairs: list[tuple[int, int]]) -> tuple[Floats, Floats]:
    table = np.array(pairs, dtype=np.float64)
    return table[:, 0], table[:, 1]


def zone_by_grid(x: Floats, y: Floats, cells: int) -> float:
    """Share of the scope above the steps, counted on a fine grid: the definition, without any formula."""
    across = x.min() + (np.arange(cells) + 0.5) / cells * np.ptp(x)
    up = y.min() + (np.arange(cells) + 0.5) / cells * np.ptp(y)
    highest = np.array([y[x <= at].max() for at in across])
    return float((up[None, :] > highest[:, None]).mean())


@needs_example
def test_the_published_example() -> None:
    with EXAMPLE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    data = {name: [float(row[name]) for row in rows] for name in ("Individualism", "Innovation performance")}
    found = necessity(data, ["Individualism"], "Innovation performance").conditions["Individualism"]
    assert isinstance(found, ConditionNecessity)
    steps, line = found.ceilings["ce_fdh"], found.ceilings["cr_fdh"]
    assert steps.effect_size == pytest.approx(0.4155, abs=5e-5)
    assert line.effect_size == pytest.approx(0.3066, abs=5e-5)
    assert (line.slope, line.intercept) == (pytest.approx(2.2302299458, abs=1e-10), pytest.approx(28.3527091318))
    assert line.accuracy == pytest.approx(100 * 26 / 28)
    assert line.peers.x.tolist() == [18, 46, 63, 71, 91]
    assert line.peers.y.tolist() == [42.3, 171.6, 173.1, 184.9, 214.4]


@given(LIKERT)
def test_the_steps_bound_what_the_definition_says(pairs: list[tuple[int, int]]) -> None:
    x, y = columns(pairs)
    cells = int(np.ptp(x) * np.ptp(y)) * 12
    assert one(x, y).ceilings["ce_fdh"].effect_size == pytest.approx(zone_by_grid(x, y, cells), abs=1e-9)


@given(LIKERT)
def test_an_envelope_lies_above_all_cases_and_the_concave_one_above_the_steps(pairs: list[tuple[int, int]]) -> None:
    found = one(*columns(pairs), ceilings=CEILINGS).ceilings
    assert found["ce_fdh"].accuracy == found["ce_vrs"].accuracy == 100
    assert 0 <= found["ce_vrs"].effect_size <= found["ce_fdh"].effect_size + 1e-12
    assert all(0 <= each.effect_size <= 1 for each in found.values())


@given(LIKERT, st.floats(0.1, 100), st.floats(-50, 50))
def test_effects_do_not_depend_on_units(pairs: list[tuple[int, int]], factor: float, shift: float) -> None:
    x, y = columns(pairs)
    plain, changed = (
        one(x, y, ceilings=CEILINGS).ceilings,
        one(factor * x + shift, y / factor, ceilings=CEILINGS).ceilings,
    )
    for name in CEILINGS:
        assert changed[name].effect_size == pytest.approx(plain[name].effect_size, abs=1e-8)


@given(LIKERT)
def test_turning_the_data_turns_the_corner(pairs: list[tuple[int, int]]) -> None:
    x, y = columns(pairs)
    plain = one(x, y, ceilings=CEILINGS)
    for corner, (sign_x, sign_y) in {2: (-1, 1), 3: (1, -1), 4: (-1, -1)}.items():
        turned = one(sign_x * x, sign_y * y, ceilings=CEILINGS, corner=corner)
        for name in CEILINGS:
            ours, theirs = turned.ceilings[name], plain.ceilings[name]
            assert ours.effect_size == pytest.approx(theirs.effect_size)
            assert ours.accuracy == theirs.accuracy
            if not isinstance(ours.slope, NotAvailable) and not isinstance(ours.intercept, NotAvailable):
                assert ours.slope == pytest.approx(sign_x * sign_y * theirs.slope)
                fitted = ours.intercept + ours.slope * ours.peers.x
                assert (ours.peers.count @ (fitted - ours.peers.y)) == pytest.approx(0, abs=1e-9)


@settings(deadline=None, max_examples=30)
@given(LIKERT, st.integers(0, 2**32 - 1))
def test_shuffled_effects_are_those_of_the_shuffled_data(pairs: list[tuple[int, int]], seed: int) -> None:
    x, y = columns(pairs)
    scope = Scope(float(x.min()), float(x.max()), float(y.min()), float(y.max()))
    effects = permuted_effects([x], y, [scope], CEILINGS, draws=6, rng=np.random.default_rng(seed))[0]
    shuffled = np.random.default_rng(seed).permuted(np.broadcast_to(y, (6, len(y))), axis=1)
    for draw, row in enumerate(shuffled):
        for name in CEILINGS:
            peers = find_peers(np.sort(x), row, concave=name.endswith("vrs"))
            assert effects[name][draw] == pytest.approx(ceiling_zone(name, peers, scope) / scope.area, abs=1e-12)


def test_tables_drawn_with_the_margins_are_shuffles() -> None:
    rng = np.random.default_rng(6)
    x, y = np.repeat([1.0, 2, 4], [5, 4, 3]), np.repeat([1.0, 3], [8, 4])
    highest, stand = random_tables(x, y, draws=20_000, rng=rng)
    shuffled = rng.permuted(np.broadcast_to(y, (20_000, 12)), axis=1)
    for column, part in enumerate((shuffled[:, :5], shuffled[:, 5:9], shuffled[:, 9:])):
        tops = part.max(axis=1)
        assert (highest[:, column] == 3).mean() == pytest.approx((tops == 3).mean(), abs=0.02)
        on_top = (part == tops[:, None]).sum(axis=1)
        for cases in range(1, 6):
            assert (stand[:, column] == cases).mean() == pytest.approx((on_top == cases).mean(), abs=0.02)


def test_a_million_answers_are_tested_by_their_table() -> None:
    rng = np.random.default_rng(2)
    x = rng.integers(1, 6, 1_000_000).astype(float)
    y = np.minimum(rng.integers(1, 6, 1_000_000), x + 2)
    test = one(x, y, rng=rng, draws=200).ceilings["ce_fdh"].test
    assert not isinstance(test, NotAvailable)
    assert test.p_value == pytest.approx(1 / 201)


def test_cases_on_one_peer_pull_the_line_as_many() -> None:
    once = one([1, 3, 5, 5], [1, 4, 5, 1])
    thrice = one([1, 3, 3, 3, 5, 5], [1, 4, 4, 4, 5, 1])
    slope, intercept = np.polyfit([1, 3, 3, 3, 5], [1, 4, 4, 4, 5], 1)
    line = thrice.ceilings["cr_fdh"]
    assert (line.slope, line.intercept) == (pytest.approx(slope), pytest.approx(intercept))
    assert line.slope == once.ceilings["cr_fdh"].slope, "x is symmetric here: the slope stays"
    assert line.intercept != pytest.approx(once.ceilings["cr_fdh"].intercept)


def test_a_condition_that_binds_is_found_and_one_that_does_not_is_not() -> None:
    rng = np.random.default_rng(11)
    needed, idle = rng.uniform(size=300), rng.uniform(size=300)
    outcome = needed * rng.uniform(size=300)
    result = necessity({"needed": needed, "idle": idle, "y": outcome}, ["needed", "idle"], "y", rng=rng, draws=2000)
    verdicts = {name: one.ceilings["ce_fdh"].verdict() for name, one in result.conditions.items() if one}  # type: ignore[union-attr]
    assert verdicts == {"needed": "necessary", "idle": "not_necessary"}
    strict = result.conditions["needed"]
    assert isinstance(strict, ConditionNecessity)
    assert strict.ceilings["ce_fdh"].verdict(Rule(smallest_effect=0.9)) == "not_necessary"


def test_p_is_never_zero_and_holds_its_monte_carlo_interval() -> None:
    test = permutation_test(0.5, np.linspace(0, 0.4, 999))
    assert (test.p_value, test.monte_carlo.lower) == (pytest.approx(0.001), 0.0)
    assert test.monte_carlo.upper == pytest.approx(1 - 0.025 ** (1 / 999))
    assert permutation_test(0.0, np.linspace(0, 0.4, 999)).p_value == 1.0


def test_the_same_generator_gives_the_same_p_value() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.integers(1, 6, 80), rng.integers(1, 6, 80)
    first, second = (one(x, y, rng=np.random.default_rng(9), draws=500).ceilings["cr_fdh"].test for _ in range(2))
    assert first == second


def test_p_values_are_uniform_or_larger_where_nothing_binds() -> None:
    rng = np.random.default_rng(5)
    found = []
    for _ in range(200):
        case = one(rng.normal(size=25), rng.normal(size=25), rng=rng, draws=99)
        test = case.ceilings["ce_fdh"].test
        assert not isinstance(test, NotAvailable)
        found.append(test.p_value)
    assert np.mean(np.array(found) <= 0.1) < 0.17  # .1 and three standard errors


CELLS: dict[str, tuple[Ceiling, dict[str, str], list[str]]] = {
    # data (0,0) (2,4) (4,8), a line y = 2x: outcome 0, 4, 8
    "range": ("cr_fdh", {}, ["NN", "50.0", "100.0"]),
    "actual": ("cr_fdh", {"condition_form": "actual"}, ["NN", "2.0", "4.0"]),
    "percentile": ("cr_fdh", {"condition_form": "percentile"}, ["NN", "75.0", "100.0"]),
    "steps": ("ce_fdh", {"condition_form": "actual"}, ["NN", "2.0", "4.0"]),
}


@pytest.mark.parametrize(("ceiling", "options", "expected"), CELLS.values(), ids=CELLS)
def test_what_a_level_of_the_outcome_takes(ceiling: Ceiling, options: dict[str, str], expected: list[str]) -> None:
    result = necessity({"x": [0, 2, 4, 1], "y": [0, 4, 8, 0]}, ["x"], "y")
    table = bottleneck_table(result, ceiling, steps=2, **options)  # type: ignore[arg-type]
    assert table.table()["x"].to_list() == expected
    assert table.requirements["x"][1].short == 50.0, "two of four cases lie below x = 2"


def test_an_obstacle_must_not_exceed_its_level() -> None:
    result = necessity({"x": [4, 2, 0, 3], "y": [0, 4, 8, 0]}, ["x"], "y", corner=2)
    table = bottleneck_table(result, "ce_fdh", steps=2, condition_form="actual")
    assert table.table()["x"].to_list() == ["NN", "≤ 2.0", "≤ 0.0"]
    assert table.requirements["x"][1].short == 50.0, "two of four cases lie above x = 2"


def test_a_level_that_no_condition_is_known_to_allow() -> None:
    limits = {"y": (0.0, 16.0)}
    result = necessity({"x": [0, 2, 4], "y": [0, 4, 8]}, ["x"], "y", scope=limits)
    assert bottleneck_table(result, "ce_fdh", steps=2).table()["x"].to_list() == ["NN", "100.0", "NA"]


@given(LIKERT)
def test_no_case_contradicts_the_table_of_an_envelope(pairs: list[tuple[int, int]]) -> None:
    x, y = columns(pairs)
    table = bottleneck_table(necessity({"x": x, "y": y}, ["x"], "y"), "ce_fdh", steps=4)
    for level, cell in zip(table.levels, table.requirements["x"], strict=True):
        able = x[y >= level - 1e-9]
        assert cell.status != "NA"
        assert cell.level is None or able.min() == cell.level


def test_a_wider_scope_leaves_more_room() -> None:
    x, y = [2, 3, 4], [2, 3, 3]
    seen, wide = one(x, y), one(x, y, scope={"x": (1.0, 5.0), "y": (1.0, 5.0)})
    assert wide.scope.area == 16
    # left of x = 2: 1 × 4; from 2 to 3 above 2: 1 × 3; from 3 to 5 above 3: 2 × 2
    assert wide.ceilings["ce_fdh"].zone == 11
    assert seen.ceilings["ce_fdh"].zone == 1


def test_a_line_that_leaves_the_scope_is_cut_at_its_edges() -> None:
    scope = Scope(0.0, 4.0, 0.0, 2.0)
    zone = line_zone(np.array([-2.0]), np.array([2.0]), scope)
    assert zone[0] == pytest.approx(1 * 2 + 0.5 * 1 * 2)  # floor to x = 1, then up to the roof at x = 2


REFUSED = {
    "constant condition": ({"x": [1, 1, 1, 1], "y": [1, 2, 3, 4]}, "constant"),
    "constant outcome": ({"x": [1, 2, 3, 4], "y": [1, 1, 1, 1]}, "constant"),
    "two complete cases": ({"x": [1, 2, None, 4], "y": [1, None, 3, 4]}, "2 complete cases"),
    "all missing": ({"x": [None] * 4, "y": [1, 2, 3, 4]}, "0 complete cases"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_condition_that_cannot_be_analysed_says_why_and_spoils_no_other(
    data: dict[str, list[float | None]], reason: str
) -> None:
    frame = pl.DataFrame(data | {"z": [1.0, 2.0, 4.0, 3.0]}, strict=False)
    result = necessity(frame, ["x", "z"], "y")
    assert isinstance(result.conditions["x"], NotAvailable)
    assert reason in str(result.conditions["x"])
    outcome_varies = len(set(data["y"])) > 1
    assert isinstance(result.conditions["z"], ConditionNecessity) is outcome_varies
    assert result.table()["reason"].null_count() < result.table().height


def test_incomplete_cases_are_counted() -> None:
    found = one(np.array([1, 2, np.nan, 4.0]), np.array([1, 2, 3, 4.0]))
    assert (found.n, found.left_out) == (3, 1)


def test_one_peer_makes_no_line() -> None:
    line = one([1, 2, 3], [5, 4, 1]).ceilings["cr_fdh"]
    assert line.effect_size == 0
    assert isinstance(line.slope, NotAvailable)
    assert line.verdict() == "not_necessary"


def test_requests_that_make_no_sense_are_refused() -> None:
    data = {"x": [1, 2, 3], "y": [1, 2, 3], "words": ["a", "b", "c"]}
    with pytest.raises(UnknownVariableError, match="nobody"):
        necessity(data, ["nobody"], "y")
    with pytest.raises(SampleError, match="words"):
        necessity(data, ["words"], "y")
    with pytest.raises(SampleError, match="1 … 3"):
        necessity(data, ["x"], "y", scope={"x": (2.0, 3.0)})
    with pytest.raises(UnsupportedModelError, match="ce_fdh"):
        necessity(data, ["x"], "y", ceilings=["spline"])
    with pytest.raises(UnsupportedModelError, match=r"percentage\.range"):
        bottleneck_table(necessity(data, ["x"], "y"), condition_form="inches")
