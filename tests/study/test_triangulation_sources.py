"""What documents, events, indicators and the ledger say of a hypothesis, case by case, and the exact tests behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact, kendalltau
from triangulation_cases import (
    BY_ID,
    CAUSES_FIRST,
    case,
    event,
    indicator,
    ledger,
    one,
    path,
    promise,
)

from tongchi.study.table_rows import Day
from tongchi.study.text_cases import TextCase
from tongchi.study.triangulation_answer import Answer, concordance, fisher
from tongchi.survey.instrument import Hypothesis

# --- documents --------------------------------------------------------------------------------------------

DOCUMENTS: dict[str, tuple[Hypothesis, list[TextCase], Answer, str]] = {
    "cause and effect grow together": (
        path("incentive", "involvement"),
        [case(f"m{n}", "a", incentive=n, involvement=n) for n in range(5)],
        Answer.SUPPORTS,
        "test",
    ),
    "the effect falls where the cause grows": (
        path("incentive", "involvement"),
        [case(f"m{n}", "a", incentive=n, involvement=5 - n) for n in range(5)],
        Answer.CONTRADICTS,
        "test",
    ),
    "which a negative path expects": (
        path("barrier", "involvement", "-"),
        [case(f"m{n}", "a", barrier=n, involvement=5 - n) for n in range(5)],
        Answer.SUPPORTS,
        "test",
    ),
    "most texts with the cause have the effect, few without": (
        path("incentive", "involvement"),
        [case(f"m{n}", "a", incentive=n % 3, involvement=int(n % 3 == 1)) for n in range(6)],
        Answer.SILENT,
        "congruence",
    ),
    "the effect is there with the cause and not without": (
        path("incentive", "involvement"),
        [case(f"m{n}", "a", incentive=n, involvement=int(n > 0)) for n in (0, 0, 1, 2, 3)],
        Answer.SUPPORTS,
        "congruence",
    ),
    "the effect is there with the cause and without": (
        path("incentive", "involvement"),
        [case(f"m{n}", "a", incentive=n % 2, involvement=1) for n in range(8)],
        Answer.SILENT,
        "congruence",
    ),
    "a cause that is everywhere says nothing": (
        path("incentive", "involvement"),
        [case(f"m{n}", "a", incentive=1, involvement=1) for n in range(8)],
        Answer.SILENT,
        "congruence",
    ),
    "no text with the cause has the effect": (
        path("incentive", "involvement"),
        [case(f"m{n}", "a", incentive=1, involvement=0) for n in range(4)],
        Answer.CONTRADICTS,
        "congruence",
    ),
    "two texts are too few for presence": (
        path("incentive", "involvement"),
        [case(f"m{n}", "a", incentive=1, involvement=1) for n in range(2)],
        Answer.SILENT,
        "congruence",
    ),
    "no text has the cause": (
        path("incentive", "involvement"),
        [case(f"m{n}", "a", incentive=0, involvement=1) for n in range(4)],
        Answer.SILENT,
        "congruence",
    ),
    "localism is not read in texts": (path("localism", "barrier"), [case("m", "a", barrier=1)] * 4, Answer.SILENT, "none"),
    "few texts hold incentive clauses": (
        BY_ID["L1"],
        [case(f"m{n}", "a", incentive=int(n == 0)) for n in range(6)],
        Answer.SUPPORTS,
        "share",
    ),
    "most texts hold incentive clauses": (
        BY_ID["L1"],
        [case(f"m{n}", "a", incentive=int(n > 0)) for n in range(6)],
        Answer.CONTRADICTS,
        "share",
    ),
    "urgency is only asked": (BY_ID["L3"], [case("m", "a", incentive=1)], Answer.SILENT, "none"),
    "parties differ beyond chance": (
        BY_ID["G1"],
        [case("m1", "a", barrier=9), case("m1", "b", barrier=0)],
        Answer.CONTRADICTS,
        "test",
    ),
    "no difference shown is no equality": (
        BY_ID["G1"],
        [case("m1", "a", barrier=3), case("m1", "b", barrier=2)],
        Answer.SILENT,
        "test",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("hypothesis", "cases", "answer", "basis"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_what_documents_say(hypothesis: Hypothesis, cases: list[TextCase], answer: Answer, basis: str) -> None:
    found = one(hypothesis, documents=cases).of("documents")
    assert (found.answer, found.basis) == (answer, basis)
    assert found.rule_zh
    assert found.rule_en


def test_texts_rarely_support_what_is_not_so() -> None:
    rng = np.random.default_rng(4)
    for rate in (0.3, 0.7, 1.5):
        answers = []
        for _ in range(150):
            drawn = rng.poisson(rate, (6, 2)).tolist()
            cases = [case(f"m{n}", "a", incentive=x, involvement=y) for n, (x, y) in enumerate(drawn)]
            answers.append(one(path("incentive", "involvement"), documents=cases).of("documents").answer)
        assert answers.count(Answer.SUPPORTS) <= 0.12 * len(answers)


def test_events_rarely_tell_what_is_not_so() -> None:
    rng = np.random.default_rng(5)
    answers = []
    for _ in range(80):
        days = [f"{year}-{month:02}-01" for year, month in rng.integers((2010, 1), (2026, 13), (12, 2)).tolist()]
        events = [event(day, "coordination" if n < 6 else "trust", n) for n, day in enumerate(days)]
        grown = rng.normal(0.5, 1, (2, 10)).cumsum(axis=1).tolist()
        rows = [
            indicator(name, 2015 + n, v)
            for name, values in zip(("coordination", "trust"), grown, strict=True)
            for n, v in enumerate(values)
        ]
        answers.append(one(BY_ID["H7"], events=events, indicators=rows).of("events").answer)
    told = len(answers) - answers.count(Answer.SILENT)
    assert told <= 0.2 * len(answers)  # tested at 0.1 in all; 80 draws may show twice that


def test_a_clause_of_both_does_not_make_cause_and_effect_agree() -> None:
    both = [case(f"m{n}", "a", involvement=1) for n in range(4)]
    cases = [replace(each, levels={**each.levels, "standardisation": 0.1}, counts={**each.counts, "standardisation": 1}, links={**each.links, "standardisation": each.links["involvement"]}) for each in both]  # fmt: skip
    found = one(path("involvement", "standardisation"), documents=cases).of("documents")
    assert found.answer is Answer.SILENT
    assert found.number("cause").value == 0


def test_the_gap_is_one_case_per_matter() -> None:
    cases = [case(f"m{n}", party, gap=0.2 + n / 10, willingness=n) for n in range(4) for party in "ab"]
    found = one(BY_ID["H1a"], documents=cases).of("documents")
    assert found.number("texts").value == 4
    assert found.number("p").value == pytest.approx(2 / 24)
    assert found.answer is Answer.SUPPORTS


def test_a_mediated_path_needs_every_step() -> None:
    good = [case(f"m{n}", "a", coordination=n, trust=n, barrier=5 - n) for n in range(5)]
    assert one(BY_ID["H8b"], documents=good).of("documents").answer is Answer.SUPPORTS
    broken = [replace(each, levels={**each.levels, "barrier": each.levels["trust"]}) for each in good]
    assert one(BY_ID["H8b"], documents=broken).of("documents").answer is Answer.CONTRADICTS


def test_numbers_of_documents_lead_to_the_clauses_they_count() -> None:
    cases = [case(f"m{n}", "a", incentive=n + 1, involvement=n) for n in range(5)]
    found = one(path("incentive", "involvement"), documents=cases).of("documents")
    assert {link.eid for link in found.links} >= {"art_incentive_0", "art_involvement_0"}
    assert len(found.number("both").links) == sum(range(5))


# --- events -----------------------------------------------------------------------------------------------


def test_order_supports_where_the_cause_comes_first_and_contradicts_where_last() -> None:
    found = one(BY_ID["H7"], events=CAUSES_FIRST).of("events")
    assert (found.answer, found.number("first").value) == (Answer.SUPPORTS, 1.0)
    assert one(path("trust", "coordination"), events=CAUSES_FIRST).of("events").answer is Answer.CONTRADICTS
    assert {link.line for link in found.links} == {*range(4), *range(10, 14)}


def test_few_events_tell_nothing() -> None:
    assert one(BY_ID["H7"], events=[CAUSES_FIRST[0], *CAUSES_FIRST[4:6]]).of("events").answer is Answer.SILENT


def test_barriers_that_are_removed_after_trust_support_a_negative_path() -> None:
    events = [event(f"201{n}-01-01", "trust", n) for n in range(4)]
    events += [event(f"202{n}-01-01", "barrier", 10 + n, "rectification") for n in range(4)]
    assert one(BY_ID["H8a"], events=events).of("events").answer is Answer.SUPPORTS


def test_complaints_that_cease_among_other_events_support_a_negative_path() -> None:
    events = [event(f"2011-0{n}-01", "barrier", n, "complaint") for n in range(1, 7)]
    events += [event("2015-01-01", "trust", 10)]
    events += [event(f"2016-0{n}-01", "willingness", 20 + n) for n in range(1, 7)]
    found = one(BY_ID["H8a"], events=events).of("events")
    assert found.answer is Answer.SUPPORTS
    assert found.number("before").value == 6
    assert found.number("after").value == 0


def test_indicators_are_read_by_their_changes_a_year_later() -> None:
    wave = [0, 3, 1, 4, 1, 5, 9, 2, 6, 5]
    rows = [indicator("standardisation", 2010 + n, value) for n, value in enumerate(wave)]
    rows += [indicator("development", 2011 + n, value) for n, value in enumerate(wave)]
    found = one(BY_ID["H10"], indicators=rows).of("events")
    assert (found.answer, found.number("lag_tau").value) == (Answer.SUPPORTS, pytest.approx(1.0))
    turned = [replace(row, direction=-1) if row.construct == "development" else row for row in rows]
    assert one(BY_ID["H10"], indicators=turned).of("events").answer is Answer.CONTRADICTS


def test_two_series_that_merely_grow_tell_nothing() -> None:
    rows = [indicator(name, 2010 + n, n) for name in ("standardisation", "development") for n in range(10)]
    assert one(BY_ID["H10"], indicators=rows).of("events").answer is Answer.SILENT


def test_readings_that_divide_decide_nothing() -> None:
    wave = [0, 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
    rows = [indicator("coordination", 2010 + n, value) for n, value in enumerate(wave)]
    rows += [replace(indicator("trust", 2011 + n, value), direction=-1) for n, value in enumerate(wave)]
    found = one(BY_ID["H7"], events=CAUSES_FIRST, indicators=rows).of("events")
    assert found.answer is Answer.SILENT
    assert "不一致" in found.said("zh")


def test_commitments_kept_after_the_first_reward_support_incentive() -> None:
    before = [promise(n, "2018-06-01", None, status="broken") for n in range(6)]
    after = [promise(10 + n, "2021-06-01", "2021-05-01") for n in range(6)]
    reward = promise(30, "", "2020-01-01", kind="reward")
    found = one(BY_ID["H4"], ledger=ledger(*before, *after, reward)).of("events")
    assert found.answer is Answer.SUPPORTS
    assert (found.number("kept").value, found.number("kept_before").value) == (6, 0)


def test_commitments_without_consequence_show_that_incentive_is_low() -> None:
    broken = [promise(n, "2018-06-01", None, status="broken") for n in range(6)]
    sanction = promise(9, "", "2019-01-01", kind="sanction")
    assert one(BY_ID["L1"], ledger=ledger(*broken)).of("events").answer is Answer.SUPPORTS
    found = one(BY_ID["L1"], ledger=ledger(*broken, sanction)).of("events")
    assert (found.answer, found.number("followed").value) == (Answer.CONTRADICTS, 6)
    early = replace(sanction, entry=replace(sanction.entry, done=Day.parse("2017")))
    assert one(BY_ID["L1"], ledger=ledger(*broken, early)).of("events").number("followed").value == 0


def test_parties_that_keep_their_word_unlike_contradict_equality() -> None:
    lines = [promise(n, "2018-06-01", "2018-05-01") for n in range(6)]
    lines += [promise(10 + n, "2018-06-01", None, party="b", status="broken") for n in range(6)]
    assert one(BY_ID["G1"], ledger=ledger(*lines)).of("events").answer is Answer.CONTRADICTS
    assert one(BY_ID["G1"], ledger=ledger(*lines[:2], *lines[6:8])).of("events").answer is Answer.SILENT


# --- the tests behind the answers -------------------------------------------------------------------------

SMALL = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=3, max_size=5)


@settings(deadline=None, max_examples=40)
@given(pairs=SMALL)
def test_the_exact_p_of_tau_counts_every_order(pairs: list[tuple[int, int]]) -> None:
    x, y = [float(a) for a, _ in pairs], [float(b) for _, b in pairs]
    found = concordance(x, y)
    if len(set(x)) < 2 or len(set(y)) < 2:
        assert found is None
        return
    assert found is not None

    def total(values: Sequence[float]) -> float:
        return sum(
            (
                1
                if (x[i] - x[j]) * (values[i] - values[j]) > 0
                else -1
                if (x[i] - x[j]) * (values[i] - values[j]) < 0
                else 0
            )
            for i in range(len(x))
            for j in range(i)
        )

    orders = list(permutations(y))
    expected = sum(abs(total(order)) >= abs(total(y)) for order in orders) / len(orders)
    assert found[0] == pytest.approx(kendalltau(x, y).statistic)
    assert found[1] == pytest.approx(expected)


@settings(deadline=None, max_examples=60)
@given(table=st.tuples(*[st.integers(0, 7)] * 4).filter(any))
def test_fisher_is_the_exact_test(table: tuple[int, int, int, int]) -> None:
    a, b, c, d = table
    assert fisher((a, b), (c, d)) == pytest.approx(fisher_exact([[a, b], [c, d]]).pvalue)
