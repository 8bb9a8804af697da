"""The diagnosis keeps its three readings apart, says how sure each is, and says plainly when they disagree."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tongchi.errors import MechanismModelError, MissingFileError
from tongchi.mechanism.diagnosis import Diagnosis, diagnose
from tongchi.mechanism.indices import measure_indices
from tongchi.mechanism.levels import Level, model_levels, start_at, wave_levels
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.next_steps import steps_for
from tongchi.mechanism.shadow_values import ShadowValues
from tongchi.mechanism.stage_result import StageResult
from tongchi.mechanism.study_folder import StudyFolder, diagnose_study
from tongchi.mechanism.survey_reading import SurveyReading, read_survey
from tongchi.mechanism.tables import scan_indicators, scan_waves
from tongchi.survey.analysis_bottleneck import Outcome
from tongchi.survey.bottleneck import bottlenecks
from tongchi.survey.importance_performance import Effect, ImportancePerformance, MappedConstruct, Quadrant
from tongchi.survey.instrument import Instrument
from tongchi.survey.necessity import Necessity, necessity
from tongchi.survey.necessity_bottleneck import bottleneck_table
from tongchi.survey.reliability import Interval
from tongchi.survey.simulation import simulate_responses
from tongchi.survey.unavailable import NotAvailable

NONE = NotAvailable("part", "没有。", "There is none.")
LEVELS = {"trust": Level(0.3, 0.25, 0.35, "survey")}


def average_of(gains: dict[str, tuple[float, float]], target: str = "development") -> ImportancePerformance:
    """Return a map with these gains and shares of being first."""
    found = [
        MappedConstruct(
            construct=name,
            importance=Effect(gain, 0.05, Interval(gain - 0.1, gain + 0.1, 0.95)),
            unstandardised=Effect(gain, 0.05, Interval(gain - 0.1, gain + 0.1, 0.95)),
            performance=50.0,
            performance_interval=Interval(45.0, 55.0, 0.95),
            favourable=50.0,
            quadrant=Quadrant.ACT,
            certain=True,
            gain=gain,
            first_share=sure,
        )
        for name, (gain, sure) in gains.items()
    ]
    return ImportancePerformance(target, "main", tuple(sorted(found, key=lambda one: -one.gain)), 0.2, 50.0, 40.0)


def needing(seed: int = 3, n: int = 300) -> Necessity:
    """Return the analysis of a cloud under a ceiling of trust; involvement has nothing to do with the outcome."""
    rng = np.random.default_rng(seed)
    trust, other = rng.random(n) ** 2, rng.random(n)
    outcome = rng.random(n) * np.minimum(1.0, 0.1 + 1.1 * trust)
    data = pl.DataFrame({"trust": trust, "involvement": other, "development": outcome})
    return necessity(data, ["trust", "involvement"], "development", rng=np.random.default_rng(1), draws=300)


def survey_of(average: ImportancePerformance | NotAvailable, need: Necessity | NotAvailable) -> SurveyReading:
    outcome = Outcome("development", average, need, bottlenecks("development", average, need))
    return SurveyReading(Instrument.default(), pl.DataFrame(), {}, (outcome,))


def shadow_of(first: str, outcome: str = "development", members: int = 200) -> ShadowValues:
    """Return shadow values in which `first` is the largest in three members of four."""
    names = ("willingness", "trust", "involvement", "standardisation")
    values = np.tile(np.array([0.1, 0.2, 0.3, 0.4])[:, None], (1, members))
    values[names.index(first), : members * 3 // 4] = 1.0
    return ShadowValues(names, values, outcome)


def diagnosed(average: str, shadow: str) -> Diagnosis:
    gains = {"trust": (0.1, 0.1), "involvement": (0.2, 0.2), average: (0.4, 0.7)}
    survey = survey_of(average_of(gains), needing())
    return diagnose(survey, shadow_of(shadow), levels=LEVELS, levers=NONE)


def test_each_reading_keeps_the_numbers_of_its_own_result() -> None:
    need = needing()
    found = diagnose(
        survey_of(average_of({"trust": (0.3, 0.9), "involvement": (0.1, 0.1)}), need),
        shadow_of("involvement"),
        levels=LEVELS,
        levers=NONE,
    )
    row = found.table().filter(pl.col("construct") == "trust").row(0, named=True)
    assert (row["level"], row["level_lower"], row["level_source"]) == (0.3, 0.25, "survey")
    assert (row["effect"], row["gain"], row["average_binding"]) == (0.3, 0.3, 0.9)
    estimate = need.conditions["trust"].ceilings["ce_fdh"]  # type: ignore[union-attr]
    assert row["d"] == estimate.effect_size
    assert row["p_value"] == estimate.test.p_value  # type: ignore[union-attr]
    assert row["shadow_q50"] == 0.2


AGREEMENT = {  # what is promised: (binds on average, binds by shadow value, agreement, words in zh, words in en)
    "three that agree are said to agree": ("trust", "trust", "all", "3 种读法一致", "3 readings agree"),
    "two of three are said to be two of three": ("involvement", "involvement", "some", "其中两种同指协同卷入", "Two of them name involvement"),
    "three that differ are said to disagree": ("willingness", "involvement", "none", "不一致", "disagree"),
}  # fmt: skip


@pytest.mark.parametrize(("average", "shadow", "agreement", "zh", "en"), AGREEMENT.values(), ids=AGREEMENT)
def test_whether_the_readings_agree_is_said_in_both_languages(
    average: str, shadow: str, agreement: str, zh: str, en: str
) -> None:
    found = diagnosed(average, shadow)
    assert found.known["necessity"].construct == "trust"
    assert found.agreement == agreement
    assert zh in found.sentence("zh")
    assert en in found.sentence("en")
    assert ("不合成一个答案" in found.sentence("zh")) is (agreement != "all")


def test_the_probability_of_the_shadow_value_is_the_share_of_members() -> None:
    found = diagnosed("trust", "involvement")
    one = found.known["shadow"]
    assert (one.construct, one.probability) == ("involvement", 0.75)
    assert one.second == ("standardisation", 0.25)
    assert math.isclose(sum(row.shadow.binding for row in found.rows if row.shadow), 1.0)  # type: ignore[union-attr]


def test_who_lacks_a_necessary_condition_is_what_the_bottleneck_table_says() -> None:
    need = needing()
    found = diagnose(survey_of(NONE, need), NONE, levels={}, levers=NONE, aim=0.8)
    table = bottleneck_table(need, "ce_fdh", steps=10)
    for row in found.rows:
        assert not isinstance(row.necessity, NotAvailable)
        cell = table.requirements[row.construct][8]  # 80 % of the range of the outcome
        assert math.isclose(row.necessity.unmet, cell.short / 100)
        assert (row.necessity.required is None) == (cell.shown is None)
        if cell.shown is not None and row.necessity.required is not None:
            assert math.isclose(row.necessity.required, cell.shown / 100)


def test_a_condition_that_is_not_necessary_never_binds_by_necessity() -> None:
    found = diagnosed("trust", "trust")
    by_name = {row.construct: row.necessity for row in found.rows}
    assert by_name["involvement"].verdict == "not_necessary"  # type: ignore[union-attr]
    assert by_name["involvement"].binding == 0.0  # type: ignore[union-attr]
    assert by_name["trust"].binding > 0.95  # type: ignore[union-attr]


def test_the_same_seed_gives_the_same_shares_and_resampling_is_not_certain_of_near_ties() -> None:
    rng = np.random.default_rng(8)
    a, b = rng.random(120), rng.random(120)
    outcome = rng.random(120) * np.minimum(1.0, 0.1 + 1.2 * np.minimum(a, b))
    data = pl.DataFrame({"trust": a, "involvement": b, "development": outcome})
    need = necessity(data, ["trust", "involvement"], "development", rng=np.random.default_rng(1), draws=300)
    survey = survey_of(NONE, need)
    one, again = (diagnose(survey, NONE, levels={}, levers=NONE, seed=4) for _ in range(2))
    assert one.table().equals(again.table())
    shares = [row.necessity.binding for row in one.rows]  # type: ignore[union-attr]
    assert min(shares) > 0.02
    assert max(shares) < 0.98
    assert sum(shares) <= 1.0 + 1e-12


def test_a_target_that_is_to_fall_turns_the_shadow_values_round() -> None:
    shadow = ShadowValues(("trust", "localism"), np.array([[-0.5, -0.4], [-0.1, -0.2]]), "barrier")
    found = diagnose(NONE, shadow, levels={}, levers=shadow, target="barrier")
    assert found.known["shadow"].construct == "trust"
    assert found.rows[0].shadow.q50 == pytest.approx(0.45)  # type: ignore[union-attr]
    assert found.levers.values[0, 0] == 0.5  # type: ignore[union-attr]


MISSING = {
    "only the model": (NONE, shadow_of("trust"), {"shadow"}),
    "only the average effects": (survey_of(average_of({"trust": (0.3, 0.9)}), NONE), NONE, {"average"}),
    "only necessity": (survey_of(NONE, needing()), NONE, {"necessity"}),
}


@pytest.mark.parametrize(("survey", "shadow", "known"), MISSING.values(), ids=MISSING)
def test_a_part_that_is_missing_says_why_and_the_others_stand(
    survey: SurveyReading | NotAvailable, shadow: ShadowValues | NotAvailable, known: set[str]
) -> None:
    found = diagnose(survey, shadow, levels=LEVELS, levers=NONE)
    assert set(found.known) == known
    assert found.agreement == "single"
    assert "无从互证" in found.sentence("zh")
    table = found.binding_table()
    assert table["reason_en"].null_count() == len(known)
    assert not any(table[name].is_nan().any() for name in ("probability", "second_probability"))


def test_readings_that_do_not_have_a_construct_are_named() -> None:
    found = diagnosed("trust", "standardisation")
    assert any("标准化执行" in zh and "平均效应" in zh for zh, _ in found.notes)


REFUSED = {
    "a target that no part has": ({"target": "profit"}, "profit"),
    "an aim of nothing": ({"aim": 0.0}, "aim"),
    "no draws": ({"draws": 0}, "draws"),
}


@pytest.mark.parametrize(("asked", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_diagnosed_is_refused(asked: dict[str, object], words: str) -> None:
    with pytest.raises(MechanismModelError, match=words):
        diagnose(NONE, shadow_of("trust"), levels={}, levers=NONE, **asked)  # type: ignore[arg-type]


def test_without_any_part_there_is_nothing_to_diagnose() -> None:
    with pytest.raises(MechanismModelError):
        diagnose(NONE, NONE, levels={}, levers=NONE)


def test_a_step_is_suggested_for_each_construct_that_binds_the_one_named_most_first() -> None:
    first, *rest = steps_for(diagnosed("involvement", "involvement"))
    assert first.construct == "involvement"
    assert "平均效应、影子价值" in first.reason_zh
    assert [one.construct for one in rest] == ["trust"]
    assert all(one.step is not None and one.step.construct == one.construct for one in (first, *rest))


def test_what_holds_the_next_stage_back_is_the_lowest_construct_of_its_index() -> None:
    rows = ["party,period,indicator,construct,value,unit,direction,low,high,source"]
    values = {"gap": ("scale_gap", 80), "push": ("central_push", 70), "will": ("willingness", 75)}
    values |= {
        "reward": ("incentive", 30),
        "acts": ("involvement", 20),
        "kept": ("standardisation", 40),
        "joint": ("coordination", 25),
    }
    values |= {"faith": ("trust", 20), "limits": ("barrier", 60), "growth": ("development", 30)}
    rows += [
        f"A,{year},{name},{code},{value},%,+,0,100,ledger"
        for year in (2020, 2021)
        for name, (code, value) in values.items()
    ]
    result = StageResult.of(measure_indices(scan_indicators("\n".join(rows))[0]))
    assert result.joint.current is not None
    assert result.joint.current.id == "motive"
    found = result.suggestion
    assert not isinstance(found, NotAvailable)
    assert found.construct == "involvement"
    assert "0.20" in found.reason_en
    assert found.step is not None


# --- levels and the folder --------------------------------------------------------------------------------

WAVES = """party,period,construct,mean,se,n
A,2021,trust,0.20,0.03,100
A,2022,trust,0.30,0.03,100
B,2022,trust,0.50,0.04,100
A,2022,incentive,0.25,0.02,100
"""


def test_the_level_of_a_wave_is_the_last_one_s_mean_with_the_error_of_that_mean() -> None:
    levels = wave_levels(scan_waves(WAVES)[0])
    assert levels["trust"].value == pytest.approx(0.4)
    reach = 1.959963984540054 * math.hypot(0.03, 0.04) / 2
    assert levels["trust"].upper == pytest.approx(0.4 + reach)


def test_the_model_starts_where_the_waves_stand_region_by_region() -> None:
    model = DynamicModel.parse('regions = ["A", "B"]')
    waves = scan_waves(WAVES)[0]
    started, measured = start_at(model, wave_levels(waves), waves)
    assert measured == ["trust"]
    assert started.initial[:, 4].tolist() == [0.30, 0.50]
    others = [0, 1, 2, 3, 5, 6, 7]
    assert np.array_equal(started.initial[:, others], model.initial[:, others])
    assert model_levels(started)["trust"].value == pytest.approx(0.4)


def test_a_questionnaire_alone_is_read_and_put_beside_the_shipped_model(tmp_path: Path) -> None:
    small = Instrument.parse(SMALL)
    drawn = simulate_responses(small, 150, seed=2).responses
    drawn.frame.write_csv(tmp_path / "responses.csv")
    (tmp_path / "questionnaire.toml").write_text(SMALL, encoding="utf-8")
    found = diagnose_study(StudyFolder.read(tmp_path), members=60, draws=50)
    assert set(found.diagnosis.known) >= {"average", "shadow"}
    assert any("model.toml" in zh and "假设" in zh for zh, _ in found.diagnosis.notes)
    reading = read_survey(small, drawn)
    trust = next(row for row in found.diagnosis.rows if row.construct == "trust")
    scores = reading.answers.select(pl.mean_horizontal("trust1", "trust2", "trust3")).to_series()
    assert isinstance(trust.level, Level)
    assert trust.level.value == pytest.approx((float(scores.mean()) - 1) / 4)  # type: ignore[arg-type]
    assert found.model.initial[0, 4] == pytest.approx(trust.level.value)
    assert isinstance(found.stage, NotAvailable)


def test_a_model_alone_is_diagnosed_from_its_own_start(tmp_path: Path) -> None:
    (tmp_path / "model.toml").write_text("# SYNTHETIC\n[initial]\ntrust = 0.33\n", encoding="utf-8")
    study = StudyFolder.read(tmp_path)
    assert study.synthetic
    found = diagnose_study(study, members=40)
    assert set(found.diagnosis.known) == {"shadow"}
    trust = next(row for row in found.diagnosis.rows if row.construct == "trust")
    assert trust.level == Level(pytest.approx(0.33), None, None, "model")


def test_a_folder_without_any_of_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"responses\.csv"):
        StudyFolder.read(tmp_path)


def _item(code: str) -> str:
    return f'[[item]]\ncode = "{code}"\nconstruct = "{code[:-1]}"\nzh = "{code}题"\nen = "{code} words"\n'


SMALL = """id = "small"
title_zh = "小"
title_en = "Small"
[scale]
low = 1
high = 5
zh = ["一", "二", "三", "四", "五"]
en = ["a", "b", "c", "d", "e"]
""" + "".join(
    f'[[construct]]\ncode = "{code}"\nzh = "{code}名"\nen = "{code} name"\n' + "".join(_item(f"{code}{k}") for k in (1, 2, 3))
    for code in ("trust", "standardisation", "development")
) + "".join(
    f'[[hypothesis]]\nid = "H{k}"\nkind = "direct"\npath = ["{cause}", "{effect}"]\nsign = "+"\nzh = "正"\nen = "plus"\n'
    for k, (cause, effect) in enumerate((("trust", "standardisation"), ("standardisation", "development")))
)  # fmt: skip
