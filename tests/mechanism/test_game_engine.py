"""The engine of the network game against exact chains, closed forms and the equations of a large population."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.errors import EnsembleError, GraphError
from tongchi.mechanism.game.death_birth import DeathBirth
from tongchi.mechanism.game.exact_chain import change_chances, exact_fixation, exact_single_fixation
from tongchi.mechanism.game.fixation import fermi_fixation, moran_fixation
from tongchi.mechanism.game.fixation_trials import FixationTrials, fixation_trials
from tongchi.mechanism.game.graph_families import complete_graph, ring_graph, scale_free_graph, star_graph
from tongchi.mechanism.game.graphs import RegionGraph
from tongchi.mechanism.game.imitation import Imitation
from tongchi.mechanism.game.payoffs import CollaborationGame, PayoffTerms, matrix_game
from tongchi.mechanism.game.population import Population, Setting
from tongchi.mechanism.game.replicator import imitation_path, replicator_path
from tongchi.mechanism.game.rounds import Rule, Scheme
from tongchi.mechanism.game.simulation import GamePaths, simulate_game
from tongchi.mechanism.game.trust import TrustRule
from tongchi.survey.unavailable import NotAvailable, value_of

DONATION = [[2.0, -1.0], [3.0, 0.0]]  # benefit 3, cost 1
RULES: dict[str, Rule] = {
    "imitation": Imitation(0.3),
    "death-birth": DeathBirth(0.1),
    "death-birth, linear": DeathBirth(0.1, "linear"),
}
GRAPHS = {
    "complete": complete_graph(8),
    "cycle": ring_graph(8),
    "ring lattice": ring_graph(9, 4),
    "star": star_graph(8),
}


def weighted(graph: RegionGraph, seed: int = 0) -> RegionGraph:
    once = graph.owners < graph.neighbours
    weights = np.random.default_rng(seed).uniform(0.2, 2.0, graph.edges)
    return RegionGraph.from_pairs(graph.size, graph.owners[once], graph.neighbours[once], weights=weights)


def uneven(graph: RegionGraph, seed: int = 1) -> PayoffTerms:
    rng = np.random.default_rng(seed)
    given = {"standard_benefit": 2.0, "adopters_benefit": 0.5, "spill_over": 0.4, "subsidy": 0.2, "sanction": 0.1}
    game = CollaborationGame(cost=rng.uniform(0.5, 1.5, graph.size), **given, prize=0.5, visible_output=0.3)
    return game.terms(graph)


# --- fixation: exact chains against closed forms, trials against exact chains ---


@given(st.lists(st.floats(-2, 3), min_size=4, max_size=4), st.integers(2, 7), st.floats(0, 2), st.floats(-1, 2))
@settings(max_examples=25)
def test_exact_chain_of_a_complete_graph_is_the_closed_form(
    table: list[float], size: int, selection: float, subsidy: float
) -> None:
    payoffs, graph = np.reshape(table, (2, 2)), complete_graph(size)
    found = exact_fixation(graph, matrix_game(payoffs, graph, subsidy=subsidy), Imitation(selection))
    for start in range(size + 1):
        expected = fermi_fixation(payoffs, size, selection, subsidy=subsidy, start=start)
        assert found[2**start - 1] == pytest.approx(expected, rel=1e-7, abs=1e-10)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_exact_chain_does_not_depend_on_the_order_of_the_regions(rule: Rule) -> None:
    graph = weighted(scale_free_graph(7, 2, np.random.default_rng(3)))
    terms, order = uneven(graph), np.random.default_rng(4).permutation(7)
    once = exact_fixation(graph, terms, rule)
    again = exact_fixation(graph.relabelled(order), terms.relabelled(order), rule)
    states = np.arange(2**7)
    moved = sum(((states >> int(region)) & 1) << place for place, region in enumerate(order))
    assert again[moved] == pytest.approx(once, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
@pytest.mark.parametrize("rule", [Imitation(0.7), DeathBirth(0.7)], ids=["imitation", "death-birth"])
def test_without_levers_and_costs_nobody_gains_and_drift_decides(graph: RegionGraph, rule: Rule) -> None:
    assert exact_single_fixation(graph, CollaborationGame(cost=0.0).terms(graph), rule) == pytest.approx(
        1 / graph.size, rel=1e-9
    )


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_trials_find_the_exact_fixation_probability(graph: RegionGraph, rule: Rule) -> None:
    assert_within_four_errors(graph, matrix_game(DONATION, graph), rule, trials=100_000)


@pytest.mark.slow
@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_million_trials_find_the_exact_fixation_probability(graph: RegionGraph, rule: Rule) -> None:
    assert_within_four_errors(graph, matrix_game(DONATION, graph), rule, trials=1_000_000)


@pytest.mark.parametrize(
    "rule", [Imitation(1.0), DeathBirth(1.0), DeathBirth(3.0)], ids=["imitation", "death-birth", "strong death-birth"]
)
def test_trials_with_uneven_costs_and_weights(rule: Rule) -> None:
    graph = weighted(scale_free_graph(8, 2, np.random.default_rng(5)))
    assert_within_four_errors(graph, uneven(graph), rule, trials=20_000)


def test_a_hundred_thousand_trials_as_in_traulsen() -> None:
    graph = complete_graph(20)
    for subsidy, expected in ((0.0, 0.0134414277611), (1.2, 0.0520252036140)):
        terms = matrix_game(DONATION, graph, subsidy=subsidy)
        found = fixation_trials(graph, terms, Imitation(0.1), trials=100_000, seed=6)
        assert abs(value_of(found.probability) - expected) <= 4 * value_of(found.standard_error)


def test_death_birth_with_constant_fitness_fixes_less_than_birth_death() -> None:
    """Kaveh, Komarova & Kohandel (2015): on a complete graph ρ = (1 − 1/N)(1 − 1/r)/(1 − r^{−(N−1)})."""
    size, fitness = 10, 1.1
    graph = complete_graph(size)
    constant = matrix_game([[np.log(fitness)] * 2, [0.0, 0.0]], graph)
    expected = (1 - 1 / size) * moran_fixation(size - 1, fitness)
    assert exact_single_fixation(graph, constant, DeathBirth(1.0)) == pytest.approx(expected, rel=1e-9)


def test_collaboration_is_favoured_above_the_critical_ratio_and_not_below() -> None:
    """Cycle of 10: (b/c)* = 8/3; what weak selection adds to 1/N changes sign there (Ohtsuki et al. 2006)."""
    graph, weak = ring_graph(10), 1e-5
    found = [
        exact_single_fixation(graph, matrix_game([[b - 1, -1], [b, 0]], graph), DeathBirth(weak)) - 0.1
        for b in (8 / 3 - 0.1, 8 / 3, 8 / 3 + 0.1)
    ]
    assert found[0] < -1e-9
    assert abs(found[1]) < 1e-10
    assert found[2] > 1e-9


def test_trials_start_where_they_are_told() -> None:
    graph = star_graph(7)
    terms, rule = matrix_game(DONATION, graph), Imitation(0.5)
    exact = exact_fixation(graph, terms, rule)
    for places in ([0], [3], [2, 5]):
        found = fixation_trials(graph, terms, rule, trials=20_000, start=places, seed=7)
        expected = exact[sum(1 << place for place in places)]
        assert abs(value_of(found.probability) - expected) <= 4 * np.sqrt(expected * (1 - expected) / 20_000)


def test_trials_that_have_not_ended_are_counted_and_not_guessed() -> None:
    graph = ring_graph(30)
    found = fixation_trials(graph, matrix_game(DONATION, graph), Imitation(0.1), trials=500, start=15, most_steps=5)
    assert found.open > 400
    assert isinstance(found.probability, NotAvailable)
    assert isinstance(found.standard_error, NotAvailable)


def assert_within_four_errors(graph: RegionGraph, terms: PayoffTerms, rule: Rule, trials: int) -> None:
    expected = exact_single_fixation(graph, terms, rule)
    found = fixation_trials(graph, terms, rule, trials=trials, seed=11)
    assert found.fixed + found.lost == trials
    assert abs(value_of(found.probability) - expected) <= 4 * np.sqrt(expected * (1 - expected) / trials)


# --- paths: every round against the exact distribution over all states ---


def exact_shares(
    graph: RegionGraph, terms: PayoffTerms, rule: Rule, *, scheme: Scheme, mutation: float, rounds: int
) -> np.ndarray:
    """Return the mean shares (rounds + 1,) from a start in which each region collaborates with chance 0.3."""
    size = graph.size
    does = (np.arange(2**size)[:, None] >> np.arange(size)) & 1
    change = (1 - mutation) * change_chances(graph, terms, rule) + mutation / 2
    step = np.zeros((2**size, 2**size))
    if scheme == "synchronous":
        for state in range(2**size):
            step[state] = np.where(does != does[state], change[state], 1 - change[state]).prod(axis=1)
    else:
        for region in range(size):
            step[np.arange(2**size), np.arange(2**size) ^ (1 << region)] = change[:, region] / size
        step[np.diag_indices(2**size)] = 1 - step.sum(axis=1)
        step = np.linalg.matrix_power(step, size)
    chance = np.where(does, 0.3, 0.7).prod(axis=1)
    shares = [chance @ does.mean(axis=1)]
    for _ in range(rounds):
        chance = chance @ step
        shares.append(chance @ does.mean(axis=1))
    return np.array(shares)


@pytest.mark.parametrize("scheme", ["synchronous", "asynchronous"])
@pytest.mark.parametrize("mutation", [0.0, 0.05])
@pytest.mark.parametrize("rule", [Imitation(1.0), DeathBirth(0.8)], ids=["imitation", "death-birth"])
def test_mean_shares_follow_the_exact_chain(scheme: Scheme, mutation: float, rule: Rule) -> None:
    graph = weighted(scale_free_graph(6, 2, np.random.default_rng(8)))
    terms = uneven(graph)
    paths = simulate_game(
        graph, terms, rule, rounds=12, replicates=10_000, start=0.3, scheme=scheme, mutation=mutation, seed=9
    )
    expected = exact_shares(graph, terms, rule, scheme=scheme, mutation=mutation, rounds=12)
    error = paths.shares.std(axis=0) / np.sqrt(10_000)
    assert (np.abs(paths.shares.mean(axis=0) - expected) <= 4 * error).all()


def test_a_large_mixed_population_follows_the_imitation_equation() -> None:
    graph, selection = complete_graph(400), 0.8
    terms = matrix_game([[0.0, 2.0], [1.0, 0.0]], graph)  # each does well to do what few do: both persist
    paths = simulate_game(
        graph, terms, Imitation(selection), rounds=10, replicates=64, start=0.15, scheme="asynchronous", seed=1
    )
    expected = imitation_path(lambda x: 2 * (1 - x) - x, [0.15], np.arange(11.0), selection)[:, 0]
    error = paths.shares.std(axis=0) / np.sqrt(64)
    assert (np.abs(paths.shares.mean(axis=0) - expected) <= 4 * error + 1 / 400).all()
    assert expected[-1] - expected[0] > 0.3


def test_a_large_mixed_population_under_weak_selection_follows_the_replicator() -> None:
    graph, selection = complete_graph(1000), 0.04
    terms = matrix_game([[0.0, 2.0], [1.0, 0.0]], graph)
    paths = simulate_game(
        graph, terms, Imitation(selection), rounds=100, replicates=100, start=0.15, record_every=20, seed=2
    )
    times = np.maximum(paths.rounds * selection / 2, 1e-9)  # tanh(βΔ/2) is βΔ/2
    expected = replicator_path(lambda x: 2 * (1 - x) - x, [0.15], times)[:, 0]
    error = paths.shares.std(axis=0) / np.sqrt(100)
    assert (np.abs(paths.shares.mean(axis=0) - expected) <= 4 * error + 1 / 400).all()
    assert expected[-1] - expected[0] > 0.3


def test_another_order_of_the_regions_changes_no_share() -> None:
    graph = weighted(scale_free_graph(60, 2, np.random.default_rng(10)))
    terms, order = uneven(graph), np.random.default_rng(11).permutation(60)

    def run(on: RegionGraph, by: PayoffTerms, seed: int) -> GamePaths:
        return simulate_game(on, by, Imitation(1.0), rounds=30, replicates=4000, seed=seed, record_every=10)

    one, other = run(graph, terms, 12), run(graph.relabelled(order), terms.relabelled(order), 13)
    error = np.sqrt((one.shares.var(axis=0) + other.shares.var(axis=0)) / 4000)
    assert (np.abs(one.shares.mean(axis=0) - other.shares.mean(axis=0)) <= 4 * error).all()
    p = one.final.mean(axis=0)[order]
    spread = np.sqrt(2 * p * (1 - p) / 4000)
    assert (np.abs(other.final.mean(axis=0) - p) <= 5 * spread + 1e-9).all()


# --- laws of the engine ---


@pytest.mark.parametrize("scheme", ["synchronous", "asynchronous"])
@pytest.mark.parametrize("rule", [Imitation(1.0), DeathBirth(0.5)], ids=["imitation", "death-birth"])
def test_same_seed_same_bytes_for_any_number_of_workers(scheme: Scheme, rule: Rule) -> None:
    graph = weighted(ring_graph(40, 4))
    runs = [
        simulate_game(
            graph, uneven(graph), rule, rounds=3, replicates=5000, scheme=scheme, mutation=0.01, seed=3, workers=workers
        )
        for workers in (1, 3)
    ]
    assert runs[0].shares.tobytes() == runs[1].shares.tobytes()
    assert runs[0].final.tobytes() == runs[1].final.tobytes()
    other = simulate_game(graph, uneven(graph), rule, rounds=3, replicates=5000, scheme=scheme, mutation=0.01, seed=4)
    assert other.shares.tobytes() != runs[0].shares.tobytes()


def test_trials_are_the_same_for_any_number_of_workers() -> None:
    graph = ring_graph(7)
    runs = [
        fixation_trials(graph, matrix_game(DONATION, graph), DeathBirth(0.2), trials=60_000, seed=3, workers=workers)
        for workers in (1, 3)
    ]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("trust", [None, TrustRule(0.3)], ids=["without trust", "with trust"])
def test_every_region_is_counted_once_in_every_round(trust: TrustRule | None) -> None:
    graph = weighted(ring_graph(24, 4))
    paths = simulate_game(graph, uneven(graph), Imitation(2.0), rounds=60, replicates=300, trust=trust, seed=5)
    counts = paths.shares * graph.size
    assert np.abs(counts - np.rint(counts)).max() < 1e-9
    assert np.array_equal(np.rint(counts[:, -1]), paths.final.sum(axis=1))
    assert paths.all_collaborate + paths.all_protect + paths.mixed == pytest.approx(1.0)
    ended = (counts[:, 20] == 0) | (counts[:, 20] == graph.size)
    assert ended.any()
    assert (counts[ended, 20:] == counts[ended, 20:21]).all()


@pytest.mark.parametrize("scheme", ["synchronous", "asynchronous"])
def test_who_agrees_stays_agreed_without_mutation_and_not_with_it(scheme: Scheme) -> None:
    graph = weighted(ring_graph(20, 4))
    for start in (0.0, 1.0):
        paths = simulate_game(graph, uneven(graph), Imitation(5.0), rounds=5, start=start, scheme=scheme)
        assert (paths.shares == start).all()
        moved = simulate_game(graph, uneven(graph), Imitation(5.0), rounds=5, start=start, scheme=scheme, mutation=0.2)
        assert (moved.shares[:, -1] != start).any()


def test_trust_grows_where_all_keep_their_word_and_decays_where_none_does() -> None:
    graph, rule, rounds = ring_graph(12, 4), TrustRule(0.25, growth=0.2, decay=0.1), np.arange(11)
    terms = uneven(graph)
    for scheme in ("synchronous", "asynchronous"):
        kept = simulate_game(graph, terms, Imitation(1.0), rounds=10, start=1.0, trust=rule, scheme=scheme)
        broken = simulate_game(graph, terms, Imitation(1.0), rounds=10, start=0.0, trust=rule, scheme=scheme)
        assert np.allclose(kept.trust, 1 - 0.75 * 0.8**rounds, atol=1e-6)
        assert np.allclose(broken.trust, 0.25 * 0.9**rounds, atol=1e-6)


@pytest.mark.parametrize("scheme", ["synchronous", "asynchronous"])
def test_full_trust_that_never_decays_is_the_game_without_trust(scheme: Scheme) -> None:
    graph, sure = ring_graph(30, 4), TrustRule(1.0, growth=0.0, decay=0.0)
    terms = CollaborationGame(cost=0.5, standard_benefit=2.0).terms(graph)  # numbers that floats hold exactly
    plain, trusting = (
        simulate_game(graph, terms, Imitation(1.0), rounds=8, replicates=400, trust=rule, scheme=scheme, seed=2)
        for rule in (None, sure)
    )
    assert plain.shares.tobytes() == trusting.shares.tobytes()
    assert isinstance(plain.trust, NotAvailable)
    assert not isinstance(trusting.trust, NotAvailable)
    assert (trusting.trust == 1.0).all()


def test_distrust_holds_collaboration_back() -> None:
    graph = ring_graph(40, 4)
    terms = CollaborationGame(cost=0.6, standard_benefit=1.5).terms(graph)
    low, high = (
        simulate_game(
            graph, terms, Imitation(4.0), rounds=40, replicates=200, trust=TrustRule(level, 0.02, 0.02), seed=4
        )
        for level in (0.1, 1.0)
    )
    assert high.shares[:, -1].mean() > low.shares[:, -1].mean() + 0.2


def test_subsidy_and_sanction_help_alike_and_a_cost_hurts() -> None:
    graph = weighted(ring_graph(40, 4))

    def share(**given: float) -> float:
        game = CollaborationGame(**{"cost": 0.8, "standard_benefit": 1.5, **given})
        paths = simulate_game(graph, game.terms(graph), Imitation(2.0), rounds=40, replicates=400, seed=5)
        return float(paths.shares[:, -1].mean())

    base = share()
    assert share(subsidy=0.5) > base + 0.1
    assert share(sanction=0.5) == pytest.approx(share(subsidy=0.5), abs=1e-3)
    assert share(cost=1.3) < base - 0.1


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_a_flip_tells_the_neighbours_what_a_fresh_count_would(seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph = weighted(scale_free_graph(12, 2, rng), seed)
    setting = Setting(graph, uneven(graph), TrustRule(rng.random(graph.edges)), np.float64)
    population = Population(setting, (rng.random((12, 5)) < 0.5).astype(float))
    for _ in range(6):
        columns = np.flatnonzero(rng.random(5) < 0.7)
        rows = rng.integers(12, size=len(columns))
        population.flip(rows * 5 + columns, rows)
    counts, near, kept = population.counts.copy(), population.near.copy(), population.kept.copy()  # type: ignore[union-attr]
    population.refresh()
    assert population.counts.tolist() == counts.tolist()
    assert population.near == pytest.approx(near, abs=1e-12)
    assert population.kept == pytest.approx(kept, abs=1e-12)


@given(st.integers(0, 10_000), st.floats(0, 20))
@settings(max_examples=20)
def test_no_neighbour_convinces_more_than_the_limit_says(seed: int, selection: float) -> None:
    rng = np.random.default_rng(seed)
    graph = weighted(scale_free_graph(6, 2, rng), seed)
    terms, rule = uneven(graph, seed), Imitation(selection)
    limits = rule.limits(Setting(graph, terms, None, np.float32))
    does = (np.arange(2**6)[:, None] >> np.arange(6)) & 1
    change = change_chances(graph, terms, rule)
    assert (change <= np.where(does == 1, limits[1], limits[0]) + 1e-12).all()


def test_results_come_as_tables() -> None:
    graph = ring_graph(10)
    paths = simulate_game(graph, uneven(graph), Imitation(1.0), rounds=7, replicates=50, record_every=3, seed=1)
    assert paths.rounds.tolist() == [0, 3, 6, 7]
    assert paths.bands()["mean"].to_list() == pytest.approx(paths.shares.mean(axis=0))
    assert paths.regions().shape == (10, 2)
    seen: list[tuple[int, int]] = []
    simulate_game(graph, uneven(graph), Imitation(1.0), rounds=1, replicates=50, progress=lambda *at: seen.append(at))
    assert seen[-1] == (50, 50)


REFUSED = {
    "no rounds": {"rounds": 0},
    "no replicates": {"replicates": 0},
    "start above 1": {"start": 1.2},
    "start of another length": {"start": [0.5, 0.5]},
    "mutation": {"mutation": -0.1},
    "scheme": {"scheme": "sideways"},
    "record_every": {"record_every": 0},
    "trust of another length": {"trust": TrustRule([0.5, 0.5])},
}


@pytest.mark.parametrize("given", REFUSED.values(), ids=REFUSED)
def test_settings_out_of_range_are_refused(given: dict[str, object]) -> None:
    graph = ring_graph(10)
    with pytest.raises(EnsembleError):
        simulate_game(graph, uneven(graph), Imitation(1.0), **{"rounds": 2, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "call",
    [
        lambda: Imitation(-1.0),
        lambda: DeathBirth(float("nan")),
        lambda: DeathBirth(1.0, "cubic"),  # type: ignore[arg-type]
        lambda: TrustRule(1.5),
        lambda: fixation_trials(ring_graph(5), uneven(ring_graph(5)), Imitation(1.0), start=5),
        lambda: fixation_trials(ring_graph(5), uneven(ring_graph(5)), Imitation(1.0), start=[7]),
        lambda: fixation_trials(ring_graph(5), uneven(ring_graph(6)), Imitation(1.0)),
        lambda: fixation_trials(ring_graph(5), uneven(ring_graph(5)), Imitation(1.0), trials=0),
        lambda: replace(uneven(ring_graph(5)), alone=np.full((2, 5), np.nan)),
    ],
)
def test_arguments_outside_their_range_are_refused(call: object) -> None:
    with pytest.raises(EnsembleError):
        call()  # type: ignore[operator]


def test_linear_fitness_below_zero_is_refused_with_a_way_out() -> None:
    graph = ring_graph(6)
    with pytest.raises(EnsembleError, match="exponential"):
        simulate_game(graph, matrix_game(DONATION, graph), DeathBirth(1.0, "linear"), rounds=1)


def test_an_exact_chain_of_many_regions_is_refused() -> None:
    graph = ring_graph(20)
    with pytest.raises(GraphError, match="fixation_trials"):
        exact_fixation(graph, matrix_game(DONATION, graph), Imitation(1.0))


def test_a_probability_never_stands_without_an_error() -> None:
    assert value_of(FixationTrials(100, 0, 100, 0, 1).standard_error) > 0
