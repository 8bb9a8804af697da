"""Which stage is the collaboration in, since when, how sure is that date, and what comes next?

Stages are configuration (`stage_rules.toml`): in order, each with the index that must have passed its threshold. Hysteresis keeps a
stage from flickering: it is entered at threshold + band and lost below threshold − band.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import numpy as np

from tongchi.errors import MechanismModelError, SeriesError
from tongchi.mechanism.change_points import ChangeDate, Segments, change_date, change_points
from tongchi.mechanism.indices import JOINT, IndexSeries
from tongchi.mechanism.measures import ELEMENTS
from tongchi.mechanism.tables import CONSTRUCTS, Period

_SHORTEST = 6  # periods below which a change point of an index is not sought
_REGIME = 3  # periods that make a regime; two alike are soon met by chance


@dataclass(frozen=True)
class StageRule:
    """One stage: what it is called and, but for the first, which index must have passed which threshold."""

    id: str
    zh: str
    en: str
    note_zh: str
    note_en: str
    index: str = ""
    threshold: float = 0.0


@dataclass(frozen=True)
class NextStep:
    """What to do where a construct binds, with the section of the theory that grounds it."""

    construct: str
    zh: str
    en: str
    theory: int


@dataclass(frozen=True)
class StageRules:
    """Stages in order, hysteresis, periods a change must last, and next steps by construct."""

    stages: tuple[StageRule, ...]
    band: float
    stay: int
    steps: Mapping[str, NextStep]

    @classmethod
    def default(cls) -> StageRules:
        """Return the shipped rules."""
        return cls.parse(resources.files("tongchi.mechanism").joinpath("stage_rules.toml").read_text("utf-8"))

    @classmethod
    def parse(cls, text: str, *, file: str = "stage_rules.toml") -> StageRules:
        """Read rules from TOML. Raise `MechanismModelError` for what does not fit."""
        try:
            data = tomllib.loads(text)
            stages = tuple(StageRule(**row) for row in data["stage"])
            steps = {row["construct"]: NextStep(**row) for row in data.get("step", [])}
        except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
            expected = "[[stage]] id, zh, en, note_zh, note_en, index, threshold"
            raise MechanismModelError(file=file, found=str(error), expected=expected, advice="") from None
        return _checked(cls(stages, float(data.get("band", 0.0)), int(data.get("stay", 1)), steps), file)


def _checked(rules: StageRules, file: str) -> StageRules:
    def refuse(found: str, expected: str) -> MechanismModelError:
        return MechanismModelError(file=file, found=found, expected=expected, advice="")

    if len(rules.stages) < 2 or rules.stages[0].index:
        raise refuse(
            f"{len(rules.stages)} [[stage]]",
            "第一阶段无 index，其后各有 / the first without an index, the others with one",
        )
    for stage in rules.stages[1:]:
        if stage.index not in ELEMENTS or not 0 < stage.threshold < 1:
            raise refuse(f"{stage.id}: {stage.index} {stage.threshold:g}", f"{', '.join(ELEMENTS)}; 0 < threshold < 1")
    if not 0 <= rules.band < 0.5 or rules.stay < 1:
        raise refuse(f"band = {rules.band:g}, stay = {rules.stay}", "0 ≤ band < 0.5, stay ≥ 1")
    for construct in rules.steps:
        if construct not in CONSTRUCTS:
            raise refuse(construct, ", ".join(CONSTRUCTS))
    return rules


@dataclass(frozen=True)
class StagePath:
    """The stage of each period, None where an index it needs is missing; for one party or jointly."""

    party: str
    weighting: str
    periods: tuple[Period, ...]
    stages: tuple[StageRule | None, ...]
    rules: StageRules

    @property
    def current(self) -> StageRule | None:
        """The last stage that is known."""
        known = [stage for stage in self.stages if stage is not None]
        return known[-1] if known else None

    def since(self) -> Period | None:
        """Return the period in which the current stage began."""
        begin = None
        for period, stage in zip(self.periods, self.stages, strict=True):
            if stage is None:
                continue
            if stage is not self.current:
                begin = None
            elif begin is None:
                begin = period
        return begin

    def next_step(self, binding: str) -> NextStep | None:
        """Return what to do where this construct binds; None if the rules hold no step for it."""
        return self.rules.steps.get(binding)


def stage_path(
    indices: IndexSeries, rules: StageRules | None = None, *, party: str = JOINT, weighting: str = "equal"
) -> StagePath:
    """Return the stage of each period."""
    chosen = rules or StageRules.default()
    if party not in indices.rows:
        raise SeriesError(found=party, expected=", ".join(indices.rows), advice="")
    columns = {element: indices.series(element, party, weighting) for element in ELEMENTS}
    passed = [False] * len(chosen.stages)
    found: list[StageRule | None] = []
    held, waiting, waited = 0, 0, 0
    for at in range(len(indices.periods)):
        reached = _reached(chosen, passed, {element: columns[element][at] for element in ELEMENTS})
        if reached is None:
            found.append(None)
            continue
        waited = waited + 1 if reached == waiting else 1
        waiting = reached
        if not any(stage is not None for stage in found) or waited >= chosen.stay:
            held = reached
        found.append(chosen.stages[held])
    return StagePath(party, weighting, indices.periods, tuple(found), chosen)


def _reached(rules: StageRules, passed: list[bool], values: Mapping[str, float | None]) -> int | None:
    """Return the highest stage reached, remembering in `passed` which thresholds hold; None if a needed index is missing."""
    for k, stage in enumerate(rules.stages):
        if not stage.index:
            continue
        value = values[stage.index]
        if value is None:
            return None
        edge = stage.threshold - rules.band if passed[k] else stage.threshold + rules.band
        passed[k] = value >= edge
    reached = 0
    for k, stage in enumerate(rules.stages):
        if stage.index and not passed[k]:
            break
        reached = k
    return reached


@dataclass(frozen=True)
class IndexChange:
    """Change points of one index: the segments, and the posterior of the date of the largest one if there is one."""

    element: str
    periods: tuple[Period, ...]
    segments: Segments
    date: ChangeDate | None

    def when(self) -> list[Period]:
        """Return the first period of each new regime."""
        return [self.periods[end + 1] for end in self.segments.ends]

    def within(self, mass: float = 0.9) -> list[Period]:
        """Return the periods in which the (single) change lies with at least this probability."""
        return [self.periods[at + 1] for at in self.date.credible_set(mass)] if self.date else []


def index_changes(indices: IndexSeries, *, party: str = JOINT, weighting: str = "equal") -> dict[str, IndexChange]:
    """Return the change points of each index with six periods or more; shorter or constant ones are left out."""
    found = {}
    for element in ELEMENTS:
        values = indices.series(element, party, weighting)
        known = [(p, v) for p, v in zip(indices.periods, values, strict=True) if v is not None]
        numbers = np.array([v for _, v in known])
        if len(known) < _SHORTEST or np.ptp(numbers) == 0:
            continue
        segments = change_points(numbers, shortest=_REGIME)
        date = change_date(numbers, shortest=_REGIME) if segments.ends else None
        found[element] = IndexChange(element, tuple(p for p, _ in known), segments, date)
    return found


def describe(path: StagePath, language: str = "zh") -> str:
    """Return the present stage in one sentence."""
    current, since = path.current, path.since()
    if current is None:
        return "阶段无法判断：指标缺失。" if language == "zh" else "The stage cannot be told: indicators are missing."
    name = current.zh if language == "zh" else current.en
    when = since.label if since else ""
    if language == "zh":
        return f"自 {when} 起处于“{name}”：{current.note_zh}"
    return f"In the stage “{name}” since {when}: {current.note_en}"
