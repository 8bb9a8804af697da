r"""What binds now? Level, average effect, necessity and shadow value of each construct, side by side.

Three readings, which answer three questions and are never averaged:

* *average effect* (survey): what more of a construct brings on average; the one with the largest gain binds, and its
  probability is the share of joint draws of effects and levels in which its gain is largest;
* *necessity* (survey): of the constructs that the rule of necessity names, the one that most respondents lack at the aim,
  a level of the outcome; its probability is the share of resamples of the respondents in which it is that one;
* *shadow value* (dynamic model): what one more unit of help brings by the end of the horizon; its probability is the share
  of members, parameters drawn from their ranges or from a calibration, in which its value is largest.

Each probability is joint over all constructs of its own reading. A construct that a reading does not know is left out of it,
so that readings can differ for want of a construct as well; this is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import polars as pl

from tongchi.errors import MechanismModelError
from tongchi.mechanism.diagnosis_necessity import NecessityReading, read_necessity
from tongchi.mechanism.levels import Level
from tongchi.mechanism.names import construct_name
from tongchi.mechanism.shadow_values import DISMANTLED, ShadowValues
from tongchi.mechanism.survey_reading import SurveyReading
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.analysis_bottleneck import Outcome
from tongchi.survey.importance_performance import ImportancePerformance
from tongchi.survey.unavailable import NotAvailable

Reading = Literal["average", "necessity", "shadow"]
READINGS: tuple[Reading, ...] = ("average", "necessity", "shadow")
AIM = 0.8
Part = TypeVar("Part")
Survey = SurveyAnalysis | SurveyReading
"""Either has the answers' bottlenecks; a reading takes seconds where the whole analysis takes minutes."""
Agreement = Literal["all", "some", "none", "single", "nothing"]


@dataclass(frozen=True)
class AverageReading:
    """Standardised total effect on the target with its 95 % interval, the gain, and how often the gain is the largest."""

    effect: float
    lower: float
    upper: float
    gain: float
    binding: float | NotAvailable


@dataclass(frozen=True)
class ShadowReading:
    """Change of the target at the end of the horizon per unit of help: median, 90 % band, and how often it is the largest."""

    q05: float
    q50: float
    q95: float
    binding: float


@dataclass(frozen=True)
class ConstructReading:
    """One construct by all readings; what does not exist says why."""

    construct: str
    level: Level | NotAvailable
    average: AverageReading | NotAvailable
    necessity: NecessityReading | NotAvailable
    shadow: ShadowReading | NotAvailable


@dataclass(frozen=True)
class Binding:
    """The construct that binds by one reading, the probability that it does, and the next one with its own."""

    construct: str
    probability: float | NotAvailable
    second: tuple[str, float] | None


@dataclass(frozen=True)
class Diagnosis:
    """All constructs side by side, and what binds by each reading.

    `levers` are shadow values of the levers; their unit (a lever raised for the whole horizon) is not that of help to a construct, so
    that they have a table of their own. `notes` (zh, en) say what the readings rest on and what was missing.
    """

    target: str
    rows: tuple[ConstructReading, ...]
    bindings: Mapping[Reading, Binding | NotAvailable]
    levers: ShadowValues | NotAvailable
    aim: float
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def known(self) -> dict[Reading, Binding]:
        """The readings that name a construct."""
        return {name: one for name, one in self.bindings.items() if isinstance(one, Binding)}

    @property
    def agreement(self) -> Agreement:
        """Whether the readings name one construct: "all" of two or more, "some" of three, "none"; "single" or "nothing" to compare."""
        found = [one.construct for one in self.known.values()]
        if len(found) < 2:
            return "single" if found else "nothing"
        if len(set(found)) == 1:
            return "all"
        return "some" if len(set(found)) < len(found) else "none"

    def table(self) -> pl.DataFrame:
        """Return one row for each construct; what does not exist is null."""
        return pl.DataFrame([_row(one) for one in self.rows], schema=_SCHEMA, orient="row")

    def binding_table(self) -> pl.DataFrame:
        """Return one row for each reading: the construct, its probability, the next one, or why there is none."""
        rows = []
        for name, one in self.bindings.items():
            if isinstance(one, NotAvailable):
                rows.append((name, None, None, None, None, one.zh, one.en))
                continue
            sure = None if isinstance(one.probability, NotAvailable) else one.probability
            rows.append((name, one.construct, sure, *(one.second or (None, None)), None, None))
        names = ["reading", "construct", "probability", "second", "second_probability", "reason_zh", "reason_en"]
        kinds = [pl.String, pl.String, pl.Float64, pl.String, pl.Float64, pl.String, pl.String]
        return pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")

    def sentence(self, language: str = "zh") -> str:
        """Return what binds by each reading and whether the readings agree."""
        zh = language == "zh"
        parts = [_said(name, one, language) for name, one in self.known.items()]
        if not parts:
            return (
                "没有一种读法可用：原因见各节。"
                if zh
                else "No reading is available; the reasons stand in the sections."
            )
        joined = "；".join(parts) + "。" if zh else "; ".join([parts[0][0].upper() + parts[0][1:], *parts[1:]]) + "."
        return joined + _verdict(self, language)


def diagnose(
    survey: Survey | NotAvailable,
    shadow: ShadowValues | NotAvailable,
    *,
    levels: Mapping[str, Level],
    levers: ShadowValues | NotAvailable,
    target: str | None = None,
    aim: float = AIM,
    draws: int = 400,
    seed: int = 0,
    notes: Sequence[tuple[str, str]] = (),
) -> Diagnosis:
    """Lay the readings side by side.

    Parameters
    ----------
    survey, shadow, levers : results; a `NotAvailable` says why a part is missing, and the others stand
    levels : of as many constructs as are known, on [0, 1]
    target : the outcome; None takes that of the shadow values, or development, or the survey's first outcome
    aim : level of the outcome, as a share of its observed range, at which necessary conditions are read
    draws : resamples of the respondents for the necessity reading

    Raises
    ------
    MechanismModelError
        for a target that no part has, an aim outside (0, 1], or fewer than one draw.
    """
    if not 0 < aim <= 1 or draws < 1:
        raise MechanismModelError(found=f"aim = {aim:g}, draws = {draws}", expected="0 < aim ≤ 1, draws ≥ 1", advice="")
    chosen = _target(survey, shadow, target)
    outcome = _outcome(survey, chosen)
    average = _averages(outcome)
    needed = outcome if isinstance(outcome, NotAvailable) else outcome.necessity
    necessary = needed if isinstance(needed, NotAvailable) else read_necessity(needed, aim=aim, draws=draws, seed=seed)
    shadows = _shadows(shadow, chosen)
    parts = (average, necessary, shadows)
    named = dict.fromkeys(name for part in parts if not isinstance(part, NotAvailable) for name in part)
    names = [name for name in dict.fromkeys((*named, *levels)) if name != chosen]
    rows = tuple(
        ConstructReading(
            name, levels.get(name, _NO_LEVEL), _of(average, name), _of(necessary, name), _of(shadows, name)
        )
        for name in names
    )
    bindings: dict[Reading, Binding | NotAvailable] = {
        "average": average if isinstance(average, NotAvailable) else _largest_gain(average),
        "necessity": necessary if isinstance(necessary, NotAvailable) else _most_lacked(necessary, aim),
        "shadow": shadows if isinstance(shadows, NotAvailable) else _largest_shadow(shadows),
    }
    said = (*notes, *_left_out(rows))
    return Diagnosis(chosen, rows, bindings, _turned(levers, chosen), aim, said)


_NO_LEVEL = NotAvailable("level", "没有测量。", "It was not measured.")
_NOT_IN = NotAvailable("reading", "这一读法不含该构念。", "This reading does not have the construct.")


def _of(part: Mapping[str, Part] | NotAvailable, name: str) -> Part | NotAvailable:
    return part if isinstance(part, NotAvailable) else part.get(name, _NOT_IN)


def _target(survey: Survey | NotAvailable, shadow: ShadowValues | NotAvailable, target: str | None) -> str:
    known = [] if isinstance(shadow, NotAvailable) else [shadow.outcome]
    if not isinstance(survey, NotAvailable) and not isinstance(survey.bottlenecks, NotAvailable):
        known += [one.construct for one in survey.bottlenecks]
    if target is None:
        if not known:
            raise MechanismModelError(
                found="没有结果变量 / no outcome", expected="问卷或模型 / a questionnaire or a model", advice=""
            )
        return "development" if "development" in known else known[0]
    if target not in known:
        raise MechanismModelError(found=target, expected=", ".join(dict.fromkeys(known)), advice="")
    return target


def _outcome(survey: Survey | NotAvailable, target: str) -> Outcome | NotAvailable:
    if isinstance(survey, NotAvailable):
        return survey
    if isinstance(survey.bottlenecks, NotAvailable):
        return survey.bottlenecks
    found = [one for one in survey.bottlenecks if one.construct == target]
    ends = "、".join(one.construct for one in survey.bottlenecks)
    none = NotAvailable(
        "outcome", f"问卷的假设止于 {ends}，不含 {target}。", f"The survey's hypotheses end at {ends}, not at {target}."
    )
    return found[0] if found else none


def _averages(outcome: Outcome | NotAvailable) -> dict[str, AverageReading] | NotAvailable:
    found: ImportancePerformance | NotAvailable = outcome if isinstance(outcome, NotAvailable) else outcome.importance
    if isinstance(found, NotAvailable):
        return found
    return {
        one.construct: AverageReading(
            one.importance.value,
            one.importance.interval.lower,
            one.importance.interval.upper,
            one.gain,
            one.first_share,
        )
        for one in found.constructs
    }


def _turned(shadow: ShadowValues | NotAvailable, target: str) -> ShadowValues | NotAvailable:
    """Return the values with a plus for what is wanted: less of a target that is to be dismantled."""
    if isinstance(shadow, NotAvailable) or target not in DISMANTLED:
        return shadow
    return ShadowValues(shadow.names, -shadow.values, shadow.outcome)


def _shadows(shadow: ShadowValues | NotAvailable, target: str) -> dict[str, ShadowReading] | NotAvailable:
    if isinstance(shadow, NotAvailable):
        return shadow
    if shadow.outcome != target:
        zh = f"影子价值是对 {shadow.outcome} 算的，不是对 {target}。"
        return NotAvailable("shadow", zh, f"The shadow values are those for {shadow.outcome}, not for {target}.")
    turned = _turned(shadow, target)
    assert isinstance(turned, ShadowValues)
    frame = turned.to_frame()
    return {
        row["name"]: ShadowReading(row["q05"], row["q50"], row["q95"], row["binding"])
        for row in frame.iter_rows(named=True)
    }


def _largest_gain(found: Mapping[str, AverageReading]) -> Binding:
    shares = {name: one.binding for name, one in found.items() if not isinstance(one.binding, NotAvailable)}
    first = max(found, key=lambda name: found[name].gain)
    return Binding(first, found[first].binding, _second(shares, first))


def _most_lacked(found: Mapping[str, NecessityReading], aim: float) -> Binding | NotAvailable:
    needed = {name: one for name, one in found.items() if one.verdict == "necessary"}
    if not needed:
        return NotAvailable(
            "necessity", "没有构念达到必要条件的标准。", "No construct counts as necessary by the rule."
        )
    first = max(needed, key=lambda name: (needed[name].unmet, needed[name].effect_size))
    if needed[first].unmet == 0:
        zh = f"必要条件在结果达到其范围的 {aim:.0%} 时人人都已满足，没有缺口。"
        en = f"At {aim:.0%} of the outcome's range everybody meets the necessary conditions; none binds."
        return NotAvailable("necessity", zh, en)
    shares = {name: one.binding for name, one in found.items()}
    return Binding(first, found[first].binding, _second(shares, first))


def _largest_shadow(found: Mapping[str, ShadowReading]) -> Binding:
    shares = {name: one.binding for name, one in found.items()}
    first = max(found, key=lambda name: (found[name].binding, found[name].q50))
    return Binding(first, shares[first], _second(shares, first))


def _second(shares: Mapping[str, float], first: str) -> tuple[str, float] | None:
    others = {name: share for name, share in shares.items() if name != first and share > 0}
    if not others:
        return None
    name = max(others, key=lambda one: others[one])
    return name, others[name]


def _left_out(rows: Sequence[ConstructReading]) -> list[tuple[str, str]]:
    """Say which constructs one reading has and another has not."""
    found = []
    for name, zh, en in (
        ("average", "平均效应", "average effect"),
        ("necessity", "必要条件", "necessity"),
        ("shadow", "影子价值", "shadow value"),
    ):
        missing = [one.construct for one in rows if getattr(one, name) is _NOT_IN]
        if missing:
            listed = "、".join(construct_name(code) for code in missing)
            english = ", ".join(construct_name(code, "en") for code in missing)
            found.append((f"“{zh}”不含：{listed}。", f"The reading by {en} does not have: {english}."))
    return found


_SAYS = {
    "average": ("按平均效应，卡在{name}{sure}", "by average effect {name} binds{sure}"),
    "necessity": ("按必要条件，卡在{name}{sure}", "by necessity {name} binds{sure}"),
    "shadow": ("按动态模型的影子价值，卡在{name}{sure}", "by shadow value in the dynamic model {name} binds{sure}"),
}


def _said(reading: Reading, one: Binding, language: str) -> str:
    zh = language == "zh"
    sure = ""
    if not isinstance(one.probability, NotAvailable):
        sure = f"（概率 {one.probability:.0%}）" if zh else f" (probability {one.probability:.0%})"
    return _SAYS[reading][0 if zh else 1].format(name=construct_name(one.construct, language), sure=sure)


def _verdict(found: Diagnosis, language: str) -> str:
    zh = language == "zh"
    named = [one.construct for one in found.known.values()]
    count = len(named)
    if found.agreement == "single":
        return "只有这一种读法可用，无从互证。" if zh else " It is the only reading available; nothing confirms it."
    if found.agreement == "all":
        return f"{count} 种读法一致。" if zh else f" The {count} readings agree."
    split = (
        f"{count} 种读法不一致：它们回答不同的问题，这里不合成一个答案。"
        if zh
        else f" The {count} readings disagree: they answer different questions and are not merged into one answer."
    )
    if found.agreement == "some":
        twice = construct_name(max(set(named), key=lambda one: (named.count(one), one)), language)
        split += f"其中两种同指{twice}。" if zh else f" Two of them name {twice}."
    return split


_SCHEMA = {
    "construct": pl.String,
    "level": pl.Float64,
    "level_lower": pl.Float64,
    "level_upper": pl.Float64,
    "level_source": pl.String,
    "effect": pl.Float64,
    "effect_lower": pl.Float64,
    "effect_upper": pl.Float64,
    "gain": pl.Float64,
    "average_binding": pl.Float64,
    "d": pl.Float64,
    "p_value": pl.Float64,
    "necessary": pl.String,
    "required": pl.Float64,
    "unmet": pl.Float64,
    "necessity_binding": pl.Float64,
    "shadow_q05": pl.Float64,
    "shadow_q50": pl.Float64,
    "shadow_q95": pl.Float64,
    "shadow_binding": pl.Float64,
}


def _row(one: ConstructReading) -> tuple[object, ...]:
    level, average, need, shadow = one.level, one.average, one.necessity, one.shadow
    cells: list[object] = [one.construct]
    cells += [None] * 4 if isinstance(level, NotAvailable) else [level.value, level.lower, level.upper, level.source]
    if isinstance(average, NotAvailable):
        cells += [None] * 5
    else:
        sure = None if isinstance(average.binding, NotAvailable) else average.binding
        cells += [average.effect, average.lower, average.upper, average.gain, sure]
    if isinstance(need, NotAvailable):
        cells += [None] * 6
    else:
        cells += [need.effect_size, need.p_value, need.verdict, need.required, need.unmet, need.binding]
    cells += [None] * 4 if isinstance(shadow, NotAvailable) else [shadow.q05, shadow.q50, shadow.q95, shadow.binding]
    return tuple(cells)
