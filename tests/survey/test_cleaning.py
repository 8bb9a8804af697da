"""Cleaning: every rule finds what it is for, says how many, and removes nothing unless asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import chi2

from tongchi.errors import CleaningError
from tongchi.survey import careless
from tongchi.survey.cleaning import COMBINED, Cleaning, clean
from tongchi.survey.cleaning_rules import RULES, Cutoffs
from tongchi.survey.instrument import Instrument
from tongchi.survey.missing_pattern import (
    LittleTest,
    NormalEstimate,
    estimate_normal,
    little_test,
    missing_patterns,
    squared_distances,
)
from tongchi.survey.responses import Responses, read_responses
from tongchi.survey.unavailable import NotAvailable

NAN = np.nan
CONSTRUCTS = ("collab", "trust", "fair", "capacity", "protect")
REVERSED = ("trust4", "protect3")
CODES = tuple(f"{construct}{n}" for construct in CONSTRUCTS for n in range(1, 5))


def governance_instrument() -> Instrument:
    lines = ['id = "governance"', 'title_zh = "协同"', 'title_en = "Governance"', "[scale]", "low = 1", "high = 5"]
    lines += ['zh = ["一", "二", "三", "四", "五"]', 'en = ["one", "two", "three", "four", "five"]']
    for code in CONSTRUCTS:
        lines += ["[[construct]]", f'code = "{code}"', f'zh = "{code}"', f'en = "{code}"']
    for code in CODES:
        lines += ["[[item]]", f'code = "{code}"', f'construct = "{code[:-1]}"', f'zh = "{code}"', f'en = "{code}"']
        lines += [f"reverse = {'true' if code in REVERSED else 'false'}"]
    lines += ["[[attention_check]]", 'code = "check1"', 'zh = "请选二"', 'en = "Choose two"', "expected = 2"]
    return Instrument.parse("\n".join(lines))


INSTRUMENT = governance_instrument()


def attentive(n: int, seed: int = 1) -> np.ndarray:
    """Answers of n careful people: five correlated constructs, four items each, two of them turned round."""
    rng = np.random.default_rng(seed)
    general = rng.standard_normal((n, 1))
    factors = 0.6 * general + 0.8 * rng.standard_normal((n, 5))
    latent = 0.8 * np.repeat(factors, 4, axis=1) + 0.6 * rng.standard_normal((n, 20))
    answers = np.clip(np.round(3 + latent), 1, 5)
    turned = [CODES.index(code) for code in REVERSED]
    answers[:, turned] = 6 - answers[:, turned]
    return answers


def responses_of(answers: np.ndarray, **columns: object) -> Responses:
    n = len(answers)
    frame = pl.DataFrame({"id": [f"p{i}" for i in range(n)], "duration_s": np.full(n, 300.0)})
    frame = frame.with_columns(pl.Series(code, answers[:, i]).fill_nan(None) for i, code in enumerate(CODES))
    frame = frame.with_columns(pl.Series("check1", np.full(n, 2.0)))
    frame = frame.with_columns(pl.Series(name, values) for name, values in columns.items())  # type: ignore[arg-type]
    return Responses(INSTRUMENT, frame, (), (), (), (), ())


def flagged(cleaning: Cleaning, rule: str) -> list[int]:
    return np.flatnonzero(cleaning.flags[rule].flagged).tolist()


PLANTED: dict[str, tuple[str, list[float]]] = {  # what the case guards: (rule, row of answers)
    "a straight line": ("longest_string", [3.0] * 20),
    "a straight line with a gap": ("longest_string", [3.0] * 9 + [NAN] + [3.0] * 10),
    "a zigzag": ("regular_string", [1.0, 5.0] * 10),
    "a staircase": ("regular_string", [1.0, 2, 3, 4, 5, 4, 3, 2] * 2 + [1.0, 2, 3, 4]),
    "no variability at all": ("variability", [3.0] * 20),
    "nothing but extremes that fit nothing": (
        "mahalanobis",
        [1.0, 5, 5, 1, 5, 1, 1, 5, 1, 5, 1, 5, 5, 1, 5, 1, 1, 5, 5, 1],
    ),
    "contradiction within constructs": ("spread", [1.0, 5, 5, 1, 5, 1, 1, 5, 1, 5, 1, 5, 5, 1, 5, 1, 1, 5, 5, 1]),
    "even items against odd ones": ("even_odd", [1.0, 5, 1, 5, 5, 1, 5, 5, 1, 5, 1, 5, 5, 1, 5, 1, 3, 3, 3, 3]),
    "synonyms answered apart": ("synonyms", [1.0, 5, 1, 5, 5, 1, 5, 5, 1, 5, 1, 5, 5, 1, 5, 1, 3, 3, 3, 3]),
    "beyond the scale": ("out_of_range", [3.0] * 19 + [55.0]),
    "between two codes": ("out_of_range", [3.0] * 19 + [2.5]),
    "five of twenty left out": ("missing", [NAN] * 5 + [3.0, 4, 2] * 5),
}


@pytest.mark.parametrize(("rule", "row"), PLANTED.values(), ids=PLANTED)
def test_a_rule_flags_what_it_is_for(rule: str, row: list[float]) -> None:
    answers = attentive(400)
    answers[7] = row
    cleaning = clean(responses_of(answers), Cutoffs(synonym_r=0.4))
    assert 7 in flagged(cleaning, rule)
    assert cleaning.flags[rule].count == len(flagged(cleaning, rule)) < 40
    assert cleaning.responses.frame.height == 400


def test_checks_time_and_duplicates() -> None:
    answers = attentive(50)
    answers[9] = answers[4]
    ids = [f"p{i}" for i in range(50)]
    ids[20] = ids[19]
    seconds = np.full(50, 300.0)
    seconds[3] = 41.0
    checks: list[float | None] = [2.0] * 50
    checks[5], checks[6] = 4.0, None
    cleaning = clean(responses_of(answers, id=ids, duration_s=seconds, check1=checks))
    assert flagged(cleaning, "duplicates") == [9, 20]
    assert flagged(cleaning, "too_fast") == [3]
    assert flagged(cleaning, "attention") == [5]
    assert cleaning.table()["attention_score"][6] is None


def test_careful_people_are_seldom_flagged() -> None:
    cleaning = clean(responses_of(attentive(1_000)))
    shares = {rule: flag.count / 1_000 for rule, flag in cleaning.flags.items()}
    assert all(share < 0.05 for rule, share in shares.items() if rule not in ("even_odd", "synonyms")), shares
    assert shares["even_odd"] < 0.15  # correlations over five constructs
    assert shares["synonyms"] < 0.25  # and over few pairs are unsteady


def test_the_summary_counts_every_rule_or_says_why_not() -> None:
    responses = responses_of(attentive(60))
    bare = Responses(INSTRUMENT, responses.frame.drop("duration_s", "check1"), (), (), (), (), ())
    for language, reason in (("zh", "没有作答时间"), ("en", "how long")):
        summary = clean(bare).summary(language)  # type: ignore[arg-type]
        assert summary["rule"].to_list() == [*RULES, COMBINED]
        left_out = summary.filter(pl.col("count").is_null())
        assert {"attention", "too_fast"} <= set(left_out["rule"])
        assert (left_out["reason"] != "").all()
        assert any(reason in text for text in left_out["reason"])


def test_exclusion_says_who_went_and_why() -> None:
    answers = attentive(100)
    answers[7], answers[8] = 3.0, [1.0, 5.0] * 10
    cleaning = clean(responses_of(answers))
    rest = cleaning.exclude("longest_string", "regular_string")
    assert rest.removed == ("p7", "p8")
    assert rest.counts == {"longest_string": 1, "regular_string": 2}
    assert rest.frame.height == rest.scored.height == 98
    assert cleaning.exclude().frame.height == 100
    with pytest.raises(CleaningError, match="did you mean “longest_string”"):
        cleaning.exclude("longstring")
    with pytest.raises(CleaningError, match="mahalanobis_p"):
        clean(responses_of(answers), Cutoffs(mahalanobis_p=-1.0))


HOPELESS: dict[str, np.ndarray] = {  # what the case guards: answers
    "no rows": np.empty((0, 20)),
    "one row": np.full((1, 20), 3.0),
    "nobody answered": np.full((30, 20), NAN),
    "everybody says the same": np.full((30, 20), 3.0),
    "fewer rows than items": attentive(8),
    "an item twice": np.column_stack([attentive(60)[:, :19], attentive(60)[:, 0]]),
    "an item that nobody answered": np.column_stack([attentive(60)[:, :19], np.full(60, NAN)]),
}


@pytest.mark.parametrize("answers", HOPELESS.values(), ids=HOPELESS)
def test_what_cannot_be_computed_is_not_available_and_says_why(answers: np.ndarray) -> None:
    cleaning = clean(responses_of(answers))
    assert isinstance(cleaning.not_available["mahalanobis"], NotAvailable)
    assert isinstance(cleaning.little, NotAvailable)
    assert cleaning.table().height == len(answers)
    assert set(cleaning.flags) | set(cleaning.not_available) == {*RULES, COMBINED}
    assert np.isfinite(cleaning.index).all()


@settings(max_examples=8)
@given(st.permutations(range(40)))
def test_the_order_of_respondents_does_not_matter(order: list[int]) -> None:
    answers = attentive(40)
    answers[3, 5] = NAN
    straight, mixed = clean(responses_of(answers)), clean(responses_of(answers[order]))
    assert np.allclose(straight.index[order], mixed.index)
    assert {r: f.count for r, f in straight.flags.items()} == {r: f.count for r, f in mixed.flags.items()}


cells = st.one_of(st.just(NAN), st.integers(1, 5).map(float))


@given(arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 9)), elements=cells))
def test_runs_and_variability_agree_with_plain_loops(answers: np.ndarray) -> None:
    for row, longest, regular, sd in zip(
        answers,
        careless.longest_string(answers),
        careless.longest_regular_string(answers),
        careless.intra_individual_variability(answers),
        strict=True,
    ):
        known = row[~np.isnan(row)].tolist()
        best = run = 0
        for i, value in enumerate(known):
            run = run + 1 if i and known[i - 1] == value else 1
            best = max(best, run)
        assert longest == best
        assert 0 <= regular <= len(row)
        assert np.isnan(sd) if len(known) < 2 else np.isclose(sd, np.std(known, ddof=1))
        if not np.isnan(row).any():
            assert regular >= min(longest, len(row))


@given(arrays(np.float64, (6, 8), elements=cells))
def test_row_correlations_agree_with_numpy(values: np.ndarray) -> None:
    for a, b, found in zip(values, values[::-1], careless.row_correlations(values, values[::-1]), strict=True):
        both = ~np.isnan(a) & ~np.isnan(b)
        if both.sum() < 3 or a[both].std() == 0 or b[both].std() == 0:
            assert np.isnan(found)
        else:
            assert np.isclose(found, np.corrcoef(a[both], b[both])[0, 1])


def with_gaps(n: int, seed: int, *, at_random: bool) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = rng.multivariate_normal(np.zeros(4), 0.5 + 0.5 * np.eye(4), n)
    gone = rng.random((n, 4)) < 0.15
    gone[:, 0] = False
    if not at_random:
        gone[:, 3] = values[:, 0] > 0.8
    return np.where(gone, NAN, values)


def test_little_keeps_its_level_and_finds_what_depends_on_other_answers() -> None:
    kept = [little_test(with_gaps(300, seed, at_random=True)) for seed in range(120)]
    rejected = np.mean([isinstance(test, LittleTest) and test.p < 0.05 for test in kept])
    assert 0.01 <= rejected <= 0.10
    found = little_test(with_gaps(300, 1, at_random=False))
    assert isinstance(found, LittleTest)
    assert found.p < 1e-6


def test_little_is_the_sum_over_patterns_of_the_definition() -> None:
    values = with_gaps(200, 5, at_random=True)
    found = little_test(values)
    assert isinstance(found, LittleTest)
    seen = ~np.isnan(values)
    total, df = 0.0, -4
    for pattern in np.unique(seen, axis=0):
        rows = values[(seen == pattern).all(axis=1)][:, pattern]
        away = rows.mean(axis=0) - found.estimate.mean[pattern]
        total += len(rows) * away @ np.linalg.solve(found.estimate.cov[np.ix_(pattern, pattern)], away)
        df += int(pattern.sum())
    assert found.statistic == pytest.approx(total, rel=1e-10)
    assert found.df == df
    assert found.p == pytest.approx(chi2.sf(total, df))


def test_em_reaches_the_maximum_of_the_likelihood() -> None:
    values = with_gaps(200, 7, at_random=False)
    found = estimate_normal(values, tolerance=1e-12)
    assert isinstance(found, NormalEstimate)
    assert found.converged

    def deviance(mean: np.ndarray, cov: np.ndarray) -> float:
        total = 0.0
        for row in values:
            o = ~np.isnan(row)
            part = cov[np.ix_(o, o)]
            total += np.linalg.slogdet(part)[1] + (row[o] - mean[o]) @ np.linalg.solve(part, row[o] - mean[o])
        return total

    rng = np.random.default_rng(0)
    for _ in range(10):
        shift, turn = rng.standard_normal(4) * 1e-4, rng.standard_normal((4, 4)) * 1e-4
        slope = deviance(found.mean + shift, found.cov + turn + turn.T) - deviance(
            found.mean - shift, found.cov - turn - turn.T
        )
        assert abs(slope) < 1e-6


def test_em_of_complete_rows_is_the_closed_form() -> None:
    values = attentive(100)
    found = estimate_normal(values)
    assert isinstance(found, NormalEstimate)
    assert np.allclose(found.cov, np.cov(values, rowvar=False, ddof=0))
    distance, count = squared_distances(values, found)
    assert distance.sum() == pytest.approx(100 * 20)
    assert set(count.tolist()) == {20}


def test_patterns_are_listed_by_frequency() -> None:
    found = missing_patterns(np.array([[1.0, NAN], [1, NAN], [1, 2], [NAN, NAN]]), ("a", "b"))
    assert [(pattern.items, pattern.count) for pattern in found] == [(("b",), 2), ((), 1), (("a", "b"), 1)]


def test_the_known_careless_answers_are_found(shared_data: Path) -> None:
    folder = shared_data / "survey" / "i_governance_likert"
    if not folder.is_dir():
        pytest.skip("answers with known careless rows are not here: ../shared/data/survey is absent")
    responses = read_responses(folder / "data.csv", INSTRUMENT)
    truth = pl.read_csv(folder / "truth_careless.csv")
    kind = responses.frame.join(truth, on="id", how="left", maintain_order="left")["kind"].to_numpy()
    cleaning = clean(responses)
    assert careless.area_under_curve(cleaning.index, kind != "ok") > 0.95
    for name, least in (("straightline", 0.99), ("zigzag", 0.95), ("random", 0.91)):
        rows = (kind == name) | (kind == "ok")
        assert careless.area_under_curve(cleaning.index[rows], kind[rows] == name) > least
    assert isinstance(cleaning.little, LittleTest)
    assert cleaning.little.p > 0.05  # its missing values were planted completely at random
