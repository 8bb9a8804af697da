"""Groups on scores: the reference tests, what must not depend on units or labels, and groups that cannot be compared."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tongchi.errors import SampleError, UnknownVariableError, UnsupportedModelError
from tongchi.survey.groups import (
    EffectSize,
    GroupComparisons,
    PairComparison,
    WelchTest,
    compare_groups,
    noncentrality_interval,
)
from tongchi.survey.multiplicity import adjust_p_values
from tongchi.survey.unavailable import NotAvailable

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "survey" / "i_governance_likert"
needs_reference = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="reference results are not here: ../shared/data/survey/i_governance_likert is absent"
)
CONSTRUCTS = ("collab", "trust", "fair", "capacity", "protect")


def sample(seed: int = 1, sizes: tuple[int, ...] = (30, 40), step: float = 0.4) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    labels = [f"g{at}" for at, n in enumerate(sizes) for _ in range(n)]
    shift = np.repeat(step * np.arange(len(sizes)), sizes)
    return pl.DataFrame({"group": labels, "x": rng.normal(size=len(labels)) + shift})


def pair_of(result: GroupComparisons, variable: str = "x") -> PairComparison:
    pair = result.of(variable).pairs[0]
    assert isinstance(pair, PairComparison)
    return pair


@needs_reference
@pytest.mark.parametrize("name", CONSTRUCTS)
def test_two_groups_against_the_reference(name: str) -> None:
    with (FOLDER / "clean_reversed_complete.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    scores = {one: [np.mean([float(row[f"{one}{at}"]) for at in range(1, 5)]) for row in rows] for one in CONSTRUCTS}
    result = compare_groups(pl.DataFrame({"region": [row["region"] for row in rows]} | scores), CONSTRUCTS, "region")
    ours, theirs = (
        pair_of(result, name),
        json.loads((FOLDER / "psychometrics.json").read_text())["group"]["tests"][name],
    )
    assert isinstance(ours.hedges_g, EffectSize)
    found = (
        ours.t,
        ours.df,
        ours.p_value,
        ours.interval.lower,
        ours.interval.upper,
        ours.cohens_d,
        ours.hedges_g.value,
    )
    welch = theirs["welch"]
    expected = (welch["t"], welch["df"], welch["p"], *welch["ci"], theirs["d_pooled"], theirs["hedges_g_exact"])
    assert found == pytest.approx(expected, rel=1e-8)
    assert ours.ranks.statistic == theirs["wilcox"]["W"]
    assert (ours.ranks.p_value, ours.ranks.rank_biserial) == pytest.approx(
        (theirs["wilcox"]["p_correct"], theirs["cliffs_delta"]), rel=1e-8
    )


def test_welch_for_two_groups_is_the_t_test() -> None:
    result = compare_groups(sample(), ["x"], "group")
    welch, pair = result.of("x").welch, pair_of(result)
    assert isinstance(welch, WelchTest)
    assert (welch.f, welch.p_value) == (pytest.approx(pair.t**2), pytest.approx(pair.p_value))


def test_three_groups_against_published_formulas() -> None:
    frame = sample(3, (12, 20, 16))
    parts = [frame.filter(pl.col("group") == f"g{at}")["x"].to_numpy() for at in range(3)]
    one = compare_groups(frame, ["x"], "group").of("x")
    weights = [len(part) / part.var(ddof=1) for part in parts]
    centre = np.average([part.mean() for part in parts], weights=weights)
    above = sum(w * (part.mean() - centre) ** 2 for w, part in zip(weights, parts, strict=True)) / 2
    spread = sum((1 - w / sum(weights)) ** 2 / (len(part) - 1) for w, part in zip(weights, parts, strict=True))
    assert isinstance(one.welch, WelchTest)
    assert one.welch.f == pytest.approx(above / (1 + spread / 4))
    assert one.welch.df == pytest.approx((2, 8 / (3 * spread)))
    assert one.ranks.p_value == pytest.approx(stats.kruskal(*parts).pvalue)  # type: ignore[union-attr]
    assert [(pair.first, pair.second) for pair in one.pairs if pair] == [("g0", "g1"), ("g0", "g2"), ("g1", "g2")]  # type: ignore[union-attr]


def test_games_howell_is_more_careful_than_single_tests() -> None:
    three = compare_groups(sample(3, (12, 20, 16)), ["x"], "group").of("x").pairs
    for pair in three:
        assert isinstance(pair, PairComparison)
        assert pair.p_value > 2 * stats.t.sf(abs(pair.t), pair.df)
        assert (pair.interval.lower > 0 or pair.interval.upper < 0) == (pair.p_value < 0.05)


@given(st.floats(-6, 6), st.integers(4, 400))
def test_the_interval_of_delta_has_the_tails_it_claims(t: float, df: int) -> None:
    low, high = noncentrality_interval(t, df, 0.9)
    assert stats.nct.sf(t, df, low) == pytest.approx(0.05, abs=1e-7)
    assert stats.nct.cdf(t, df, high) == pytest.approx(0.05, abs=1e-7)


def test_the_interval_of_g_covers_the_truth_as_often_as_it_says() -> None:
    rng, hits = np.random.default_rng(8), 0
    labels = ["a"] * 15 + ["b"] * 10
    for _ in range(300):
        values = rng.normal(size=25) + np.repeat([0.8, 0.0], [15, 10])
        g = pair_of(compare_groups(pl.DataFrame({"group": labels, "x": values}), ["x"], "group")).hedges_g
        assert isinstance(g, EffectSize)
        hits += g.interval.lower <= 0.8 <= g.interval.upper
    assert hits / 300 == pytest.approx(0.95, abs=0.04)


@given(st.floats(0.1, 1000), st.floats(-100, 100))
def test_effects_do_not_depend_on_units_and_turn_with_the_order_of_groups(factor: float, shift: float) -> None:
    frame = sample()
    plain = pair_of(compare_groups(frame, ["x"], "group"))
    other = frame.with_columns(pl.col("x") * factor + shift)
    turned = pair_of(compare_groups(other, ["x"], "group", labels=["g1", "g0"]))
    assert isinstance(plain.hedges_g, EffectSize)
    assert isinstance(turned.hedges_g, EffectSize)
    assert turned.hedges_g.value == pytest.approx(-plain.hedges_g.value)
    assert turned.hedges_g.interval.lower == pytest.approx(-plain.hedges_g.interval.upper)
    assert turned.ranks.rank_biserial == pytest.approx(-plain.ranks.rank_biserial)  # type: ignore[operator]
    assert turned.p_value == pytest.approx(plain.p_value)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_corrections_reject_what_their_step_procedures_reject(values: list[float]) -> None:
    holm, fdr = adjust_p_values(values), adjust_p_values(values, "benjamini-hochberg")
    assert fdr == pytest.approx(stats.false_discovery_control(values))
    ordered, count, alpha = sorted(values), len(values), 0.05
    rejected = 0
    while rejected < count and ordered[rejected] <= alpha / (count - rejected):
        rejected += 1
    assert sum(p <= alpha for p in holm) == rejected
    assert all(p <= f <= h for p, f, h in zip(values, fdr, holm, strict=True))


def test_the_correction_spans_the_variables() -> None:
    frame = sample().with_columns(y=pl.Series(np.random.default_rng(4).normal(size=70)))
    result = compare_groups(frame, ["x", "y"], "group")
    raw = [result.of(name).welch.p_value for name in ("x", "y")]  # type: ignore[union-attr]
    assert [result.of(name).p_adjusted for name in ("x", "y")] == pytest.approx(adjust_p_values(raw))
    assert result.adjustment == "holm"


def test_whether_means_may_be_compared_is_said() -> None:
    assert compare_groups(sample(), ["x"], "group").means_comparable is None
    failed = NotAvailable("latent_means", "不成立", "The step does not hold.")
    assert compare_groups(sample(), ["x"], "group", latent=failed).means_comparable is False
    assert compare_groups(sample(), ["x"], "group", latent=()).means_comparable is True


def test_groups_that_cannot_be_compared_say_why() -> None:
    frame = pl.DataFrame({"group": ["a", "a", "b", "b", "c"], "x": [1.0, 1, 2, 2, 3], "y": [1.0, 2, 2, 4, None]})
    lone = compare_groups(frame, ["x"], "group").of("x")
    assert isinstance(lone.welch, NotAvailable)
    assert "c" in lone.welch.en
    flat = compare_groups(frame, ["x", "y"], "group", labels=["a", "b"])
    assert isinstance(flat.of("x").pairs[0], NotAvailable)
    assert flat.of("x").p_adjusted.__class__ is NotAvailable
    assert flat.of("y").p_adjusted == flat.of("y").welch.p_value  # type: ignore[union-attr]
    assert flat.table().height == 1
    with pytest.raises(SampleError, match="group"):
        compare_groups(frame, ["x"], "group", labels=["a", "z"])
    with pytest.raises(SampleError):
        compare_groups(frame.filter(pl.col("group") == "a"), ["x"], "group")
    with pytest.raises(UnknownVariableError, match="office"):
        compare_groups(frame, ["x"], "office")
    with pytest.raises(UnsupportedModelError, match="bonferroni"):
        compare_groups(sample(), ["x"], "group", adjustment="bonferroni")
