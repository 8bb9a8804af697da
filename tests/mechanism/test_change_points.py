"""Change points: the exact optimum, the Nile as published, and honest uncertainty of the date."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.errors import SeriesError
from tongchi.mechanism.change_points import change_date, change_points

# Annual flow of the Nile at Aswan 1871-1970, 10^8 m3 (Cobb 1978, Biometrika 65, table 1).
NILE = [
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
    1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
    831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
    781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
    744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
]  # fmt: skip


def test_the_nile_fell_after_1898() -> None:
    found = change_points(NILE)
    assert [1871 + end for end in found.ends] == [1898]
    assert found.levels == pytest.approx((1097.75, 849.972222), abs=1e-6)


def test_the_date_of_the_nile_is_known_to_a_few_years() -> None:
    date = change_date(NILE)
    assert 1871 + date.best == 1898
    assert date.probability.sum() == pytest.approx(1.0)
    assert {1871 + at for at in date.credible_set(0.9)} <= set(range(1894, 1903))


def brute_force(values: np.ndarray, changes: int, shortest: int) -> float:
    best = np.inf
    for ends in combinations(range(len(values) - 1), changes):
        parts = np.split(values, [end + 1 for end in ends])
        if min(map(len, parts)) >= shortest:
            best = min(best, sum(float(((part - part.mean()) ** 2).sum()) for part in parts))
    return best


@given(st.integers(0, 2**32 - 1), st.integers(6, 12), st.integers(1, 3), st.integers(1, 2))
@settings(max_examples=40, deadline=None)
def test_no_partition_is_better(seed: int, size: int, changes: int, shortest: int) -> None:
    values = np.random.default_rng(seed).normal(size=size)
    if changes <= size // shortest - 1:
        found = change_points(values, changes=changes, shortest=shortest)
        assert found.cost == pytest.approx(brute_force(values, changes, shortest), abs=1e-9)


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 100), st.floats(-50, 50))
@settings(max_examples=25, deadline=None)
def test_units_and_zero_point_do_not_move_the_change(seed: int, unit: float, zero: float) -> None:
    rng = np.random.default_rng(seed)
    values = np.concatenate([rng.normal(0, 1, 12), rng.normal(2, 1, 9)])
    assert change_points(values * unit + zero, changes=1).ends == change_points(values, changes=1).ends


def test_noise_alone_seldom_shows_a_change() -> None:
    rng = np.random.default_rng(7)
    false = sum(bool(change_points(rng.normal(size=24)).ends) for _ in range(200))
    assert false <= 20


def test_the_credible_set_holds_the_true_date_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(400):
        true = int(rng.integers(4, 20))
        values = np.concatenate([rng.normal(0, 1, true + 1), rng.normal(1.2, 1, 24 - true - 1)])
        held += true in change_date(values, shortest=1).credible_set(0.9)
    assert held / 400 > 0.85


def test_counts_of_events_change_by_their_rate() -> None:
    counts = [0, 1, 0, 0, 1, 0, 0, 1, 4, 6, 5, 3, 7, 4]
    assert change_points(counts, kind="count").ends == (7,)
    assert change_date(counts, kind="count").best == 7


BAD = {  # what is wrong: (series, options, what is said)
    "a gap": ([1.0, float("nan"), 2.0, 3.0], {}, "missing"),
    "one period": ([1.0], {}, "1 期"),
    "constant": ([2.0] * 8, {}, "constant"),
    "negative counts": ([1, -1, 2, 3], {"kind": "count"}, "no counts"),
    "more changes than fit": ([1, 2, 3, 4.0], {"changes": 3}, "changes = 3"),
}


@pytest.mark.parametrize(("series", "options", "said"), BAD.values(), ids=BAD)
def test_a_series_that_cannot_be_used_is_refused(series: list[float], options: dict[str, object], said: str) -> None:
    with pytest.raises(SeriesError, match=said):
        change_points(series, **options)  # type: ignore[arg-type]
