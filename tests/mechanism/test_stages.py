"""Indices and stages: scaled as said, weighed in the open, missing left missing, and no flicker."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.errors import MechanismModelError, SeriesError
from tongchi.mechanism.indices import JOINT, measure_indices
from tongchi.mechanism.measures import ELEMENTS
from tongchi.mechanism.stages import StageRules, describe, index_changes, stage_path
from tongchi.mechanism.tables import CONSTRUCTS, Indicator, Period, Wave, scan_events


def indicator(party: str, year: int, name: str, construct: str, value: float, **more: object) -> Indicator:
    given_ = {"unit": "次", "direction": 1, "low": 0.0, "high": 10.0, "source": "台账", "line": 1} | more
    return Indicator(
        party=party, period=Period(year, str(year)), indicator=name, construct=construct, value=value, **given_
    )  # type: ignore[arg-type]


def waves(party: str, levels: dict[str, list[float]], start: int = 2018) -> list[Wave]:
    return [
        Wave(party, Period(start + k, str(start + k)), construct, value, 0.02, 200, 1)
        for construct, values in levels.items()
        for k, value in enumerate(values)
    ]


def three(motive: list[float], path: list[float], purpose: list[float]) -> list[Wave]:
    """Waves of one party whose indices are exactly these."""
    return waves("甲", {"willingness": motive, "involvement": path, "trust": purpose})


def test_an_indicator_is_scaled_by_its_bounds_and_turned_by_its_direction() -> None:
    rows = [
        indicator("甲", 2020, "会议", "involvement", 2.0),
        indicator("甲", 2021, "会议", "involvement", 8.0),
        indicator("甲", 2020, "时限", "willingness", 8.0, direction=-1),
        indicator("甲", 2021, "时限", "willingness", 5.0, direction=-1),
    ]
    found = measure_indices(rows)
    assert found.series("path") == pytest.approx([0.2, 0.8])
    assert found.series("motive") == pytest.approx([0.2, 0.5])
    assert found.series("purpose") == [None, None]


def test_a_barrier_counts_against_the_purpose() -> None:
    found = measure_indices(waves=waves("甲", {"barrier": [0.9, 0.2]}))
    assert found.series("purpose") == pytest.approx([0.1, 0.8])


def test_bounds_that_are_not_given_are_taken_from_all_values_and_said() -> None:
    rows = [indicator(p, y, "会议", "involvement", v, low=None, high=None) for p, y, v in
            [("甲", 2020, 3.0), ("甲", 2021, 9.0), ("乙", 2020, 1.0), ("乙", 2021, 5.0)]]  # fmt: skip
    found = measure_indices(rows)
    assert found.series("path", "甲") == pytest.approx([0.25, 1.0])
    assert "最小值 1 和最大值 9" in found.notes[0][0]
    assert found.series("path") == pytest.approx([0.125, 0.75])


def test_a_fixed_base_year_sets_one_half() -> None:
    rows = [indicator("甲", y, "会议", "involvement", v, low=None, high=None) for y, v in [(2020, 4.0), (2021, 12.0)]]
    assert measure_indices(rows, base_period="2020").series("path") == pytest.approx([0.5, 0.75])
    with pytest.raises(SeriesError, match="2020, 2021"):
        measure_indices(rows, base_period="1999")


def test_all_weightings_are_shown_and_sum_to_one_in_each_element() -> None:
    rows = [indicator("甲", y, n, "involvement", v) for n, vs in {"会议": (1, 9), "文件": (4, 5)}.items()
            for y, v in zip((2020, 2021), vs, strict=True)]  # fmt: skip
    found = measure_indices(rows, weights={"会议": 0.25, "文件": 0.75})
    assert set(found.values) == {"equal", "entropy", "user"}
    for scheme in found.weights.values():
        assert sum(scheme.values()) == pytest.approx(1.0)
    assert found.weights["entropy"]["会议"] > found.weights["entropy"]["文件"]
    assert found.series("path", weighting="user") == pytest.approx([0.325, 0.6])
    with pytest.raises(SeriesError, match=r"sum to 0\.75"):
        measure_indices(rows, weights={"文件": 0.75})
    with pytest.raises(SeriesError, match="会"):
        measure_indices(rows, weights={"会": 1.0})


def test_a_period_without_half_of_the_weight_is_missing_and_not_filled_in() -> None:
    levels = {"willingness": [0.4, 0.5, 0.6], "involvement": [0.3, 0.3, 0.3]}
    rows = [w for w in waves("甲", levels) if not (w.construct == "involvement" and w.period.label == "2019")]
    found = measure_indices(waves=rows)
    assert found.series("path") == [0.3, None, 0.3]
    frame = found.to_frame()
    assert frame.filter(frame["value"].is_null())["period"].unique().to_list() != []
    assert not frame["value"].is_nan().any()


def test_bands_hold_the_index_and_grow_with_the_error() -> None:
    rows = waves(
        "甲", {"willingness": [0.4, 0.6], "scale_gap": [0.5, 0.5], "involvement": [0.3, 0.5], "trust": [0.3, 0.4]}
    )
    found = measure_indices(waves=rows)
    values = found.values["equal"]
    assert (found.lower <= values + 1e-9).all()
    assert (values <= found.upper + 1e-9).all()


def test_events_are_a_stock_that_fades() -> None:
    text = """\
date,precision,parties,kind,construct,title,source,confidence
2020-01-01,day,甲;乙,meeting,coordination,会,网,high
2021-01-01,day,甲;乙,meeting,coordination,又会,网,high
2024-01-01,day,甲,meeting,trust,别的,网,high
"""
    events, problems = scan_events(text)
    assert not problems
    found = measure_indices(events=events, half_life=1.0)
    path = [value for value in found.series("path") if value is not None]
    assert path == pytest.approx([2 / 3, 1.0, 0.125], abs=0.01)  # ½, ¼ + ½, and three years on 1/32 + 1/16
    with pytest.raises(SeriesError, match="half_life"):
        measure_indices(events=events, half_life=0.0)


def test_stages_follow_one_another() -> None:
    found = stage_path(measure_indices(waves=three([0.2, 0.6, 0.7, 0.7], [0.1, 0.2, 0.6, 0.7], [0.1, 0.1, 0.2, 0.7])))
    assert [stage.id for stage in found.stages if stage] == ["bottleneck", "motive", "path", "purpose"]
    assert found.since() == Period(2021.0, "2021")
    assert "目的期" in describe(found)
    assert "purpose" in describe(found, "en")


@given(st.lists(st.floats(-0.029, 0.029), min_size=8, max_size=8), st.sampled_from([0.45, 0.3]))
@settings(max_examples=8, deadline=None)
def test_noise_within_the_band_never_moves_the_stage(noise: list[float], level: float) -> None:
    found = stage_path(measure_indices(waves=three([level + n for n in noise], [0.1] * 8, [0.1] * 8)))
    assert len({stage.id for stage in found.stages if stage}) == 1


def test_a_change_that_does_not_stay_does_not_count() -> None:
    text = 'band=0\nstay=2\n[[stage]]\nid="a"\nzh="a"\nen="a"\nnote_zh=""\nnote_en=""\n[[stage]]\nid="b"\nzh="b"\nen="b"\nnote_zh=""\nnote_en=""\nindex="motive"\nthreshold=0.5'
    rules = StageRules.parse(text)
    found = stage_path(measure_indices(waves=three([0.2, 0.8, 0.2, 0.8, 0.8], [0.1] * 5, [0.1] * 5)), rules)
    assert [stage.id for stage in found.stages if stage] == ["a", "a", "a", "a", "b"]


def test_there_is_a_next_step_for_every_construct_with_its_ground_in_the_theory() -> None:
    rules = StageRules.default()
    assert set(rules.steps) == set(CONSTRUCTS)
    assert all(step.zh and step.en and step.theory in {1, 2, 3} for step in rules.steps.values())
    found = stage_path(measure_indices(waves=three([0.6, 0.6], [0.1, 0.1], [0.1, 0.1])))
    step = found.next_step("incentive")
    assert step is not None
    assert "考核" in step.zh


def test_change_points_of_an_index_come_with_the_uncertainty_of_their_date() -> None:
    rng = np.random.default_rng(0)
    path = np.clip(np.concatenate([np.full(6, 0.2), np.full(6, 0.6)]) + rng.normal(0, 0.03, 12), 0, 1).tolist()
    found = index_changes(measure_indices(waves=three(rng.uniform(0.4, 0.6, 12).tolist(), path, [0.1] * 12)))
    assert [p.label for p in found["path"].when()] == ["2024"]
    assert "2024" in [p.label for p in found["path"].within(0.9)]
    assert "purpose" not in found  # constant: nothing to date


def test_coupling_and_synergy_of_the_elements() -> None:
    found = measure_indices(waves=three([0.3, 0.4], [0.3, 0.5], [0.3, 0.6]))
    periods, coupling = found.coupling()
    assert len(periods) == 2
    assert coupling.coupling[0] == pytest.approx(1.0)
    _, degree = found.synergy()
    assert degree.tolist() == pytest.approx([0.0, (0.1 * 0.2 * 0.3) ** (1 / 3)])
    with pytest.raises(SeriesError, match="all three elements"):
        measure_indices(waves=waves("甲", {"trust": [0.1, 0.2]})).coupling()


BAD = {  # what is wrong: (rows, what is said)
    "one period": (lambda: measure_indices(waves=waves("甲", {"trust": [0.5]})), "1 期"),
    "nothing": (lambda: measure_indices(), "0 期"),
    "constant without bounds": (
        lambda: measure_indices([indicator("甲", y, "会议", "trust", 3.0, low=None, high=None) for y in (2020, 2021)]),
        "everywhere",
    ),
    "unknown party": (
        lambda: stage_path(measure_indices(waves=three([0.1, 0.2], [0.1, 0.2], [0.1, 0.2])), party="丙"),
        "甲",
    ),
}


@pytest.mark.parametrize(("call", "said"), BAD.values(), ids=BAD)
def test_what_cannot_be_an_index_is_refused(call: object, said: str) -> None:
    with pytest.raises(SeriesError, match=said):
        call()  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[[stage]]\nid=1",
        StageRules.__doc__ or "",
        'band=0.9\n[[stage]]\nid="a"\nzh="a"\nen="a"\nnote_zh=""\nnote_en=""',
    ],
)
def test_rules_that_do_not_fit_are_refused(text: str) -> None:
    with pytest.raises(MechanismModelError):
        StageRules.parse(text)


def test_the_joint_index_is_the_mean_of_the_parties_and_missing_if_one_is() -> None:
    rows = waves("甲", {"trust": [0.2, 0.4]}) + waves("乙", {"trust": [0.6]})
    found = measure_indices(waves=rows)
    assert found.series("purpose", JOINT) == [pytest.approx(0.4), None]
    assert found.rows == ("甲", "乙", JOINT)
    assert ELEMENTS == ("motive", "path", "purpose")
