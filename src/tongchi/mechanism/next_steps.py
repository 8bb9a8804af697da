"""What should be done next, and why? From the construct that holds the next stage back, or from those that bind.

A suggestion names its ground; the step itself is a line of `stage_rules.toml`, which a user may replace.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tongchi.mechanism.diagnosis import Diagnosis
from tongchi.mechanism.indices import IndexSeries
from tongchi.mechanism.measures import ELEMENT_OF, LESS_IS_MORE
from tongchi.mechanism.names import CONSTRUCT_NAMES, ELEMENT_NAMES
from tongchi.mechanism.stages import NextStep, StagePath, StageRules
from tongchi.survey.unavailable import NotAvailable


@dataclass(frozen=True)
class Suggestion:
    """A step for a construct, with the reason for which it is that one; `step` is None where the rules hold none."""

    construct: str
    step: NextStep | None
    reason_zh: str
    reason_en: str


def holding_back(indices: IndexSeries, path: StagePath) -> Suggestion | NotAvailable:
    """Return the construct that stands lowest in the index of the next stage, in the last period that has it.

    In the last stage it is the lowest construct of purpose. This is a level, not an effect: `diagnose` asks what binds.
    """
    current = path.current
    if current is None:
        return NotAvailable("next_step", "阶段无法判断。", "The stage cannot be told.")
    stages = path.rules.stages
    at = stages.index(current)
    following = stages[at + 1] if at + 1 < len(stages) else None
    element = following.index if following else stages[-1].index
    levels = _levels(indices, element, path.party)
    if not levels:
        return NotAvailable("next_step", "没有该指数的指标。", "No measure belongs to that index.")
    lowest = min(levels, key=lambda code: (levels[code], code))
    zh, en = CONSTRUCT_NAMES[lowest]
    element_zh, element_en = ELEMENT_NAMES[element]
    low = "（已按方向换算，越高越好）" if lowest in LESS_IS_MORE else ""
    turned = " (turned, so that more is better)" if lowest in LESS_IS_MORE else ""
    if following:
        reason_zh = f"进入“{following.zh}”要看{element_zh}指数（需达到 {following.threshold + path.rules.band:.2f}），其中最低的是{zh}：{levels[lowest]:.2f}{low}。"
        reason_en = f"The stage “{following.en}” asks for the index of {element_en} ({following.threshold + path.rules.band:.2f}); lowest in it is {en}, {levels[lowest]:.2f}{turned}."
    else:
        reason_zh = f"已在最后阶段；{element_zh}指数中最低的是{zh}：{levels[lowest]:.2f}{low}。"
        reason_en = (
            f"This is the last stage; lowest in the index of {element_en} is {en}, {levels[lowest]:.2f}{turned}."
        )
    return Suggestion(lowest, path.next_step(lowest), reason_zh, reason_en)


def _levels(indices: IndexSeries, element: str, party: str) -> dict[str, float]:
    """Return the last known level of each construct of an element, the mean over its measures (and parties)."""
    found = {}
    for construct in dict.fromkeys(m.construct for m in indices.measures if ELEMENT_OF[m.construct] == element):
        values = np.array([m.values for m in indices.measures if m.construct == construct])
        own = (
            values[:, indices.parties.index(party)] if party in indices.parties else values.reshape(-1, values.shape[2])
        )
        known = np.flatnonzero(np.isfinite(own).any(axis=0))
        if len(known):
            found[construct] = float(np.nanmean(own[:, known[-1]]))
    return found


_READINGS = {
    "average": ("平均效应", "average effect"),
    "necessity": ("必要条件", "necessity"),
    "shadow": ("影子价值", "shadow value"),
}


def steps_for(diagnosis: Diagnosis, rules: StageRules | None = None) -> tuple[Suggestion, ...]:
    """Return a step for each construct that binds by some reading, those named by more readings first."""
    chosen = rules or StageRules.default()
    named: dict[str, list[str]] = {}
    for reading, one in diagnosis.known.items():
        named.setdefault(one.construct, []).append(reading)
    found = []
    for construct, readings in sorted(named.items(), key=lambda pair: -len(pair[1])):
        zh = "、".join(_READINGS[one][0] for one in readings)
        en = ", ".join(_READINGS[one][1] for one in readings)
        found.append(Suggestion(construct, chosen.steps.get(construct), f"它按{zh}是瓶颈。", f"It binds by {en}."))
    return tuple(found)
