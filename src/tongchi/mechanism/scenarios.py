"""Which course of action does best, how surely, and what would one regret? Scenarios as data, run on the same members.

Every scenario runs with the parameters of the same members, so that differences between scenarios do not carry the luck of a draw.
Regret of a scenario in a member: the best outcome any scenario reaches there, less its own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tongchi.errors import MechanismModelError, MissingFileError
from tongchi.mechanism.dynamics import Array
from tongchi.mechanism.ensembles import MEMBERS, Ensemble, Progress, draw_parameters, run_ensemble
from tongchi.mechanism.model_spec import DynamicModel
from tongchi.mechanism.names import construct_name
from tongchi.mechanism.shadow_values import DISMANTLED
from tongchi.partitions import Engine
from tongchi.text.encoding import decode_text

OUTCOME = "development"


@dataclass(frozen=True)
class LeverChange:
    """One lever from period `start` on (0 is the first): set, added or multiplied, then kept within [0, 1]."""

    lever: str
    amount: float
    how: str  # "set", "add" or "times"
    start: int = 0

    def apply(self, value: float) -> float:
        """Return the changed setting."""
        changed = {"set": self.amount, "add": value + self.amount, "times": value * (1.0 + self.amount)}[self.how]
        return float(min(1.0, max(0.0, changed)))


@dataclass(frozen=True)
class Scenario:
    """A course of action: its names and what it does to the levers."""

    id: str
    zh: str
    en: str
    changes: tuple[LeverChange, ...] = ()

    def schedule(self, model: DynamicModel) -> Array:
        """Return (K, L) levers by period."""
        periods = max(1, int(np.ceil(model.horizon)))
        levers = np.tile(model.lever_values, (periods, 1))
        for change in self.changes:
            at = model.lever_index(change.lever)
            levers[change.start :, at] = [change.apply(float(value)) for value in levers[change.start :, at]]
        return levers


_AMOUNT = re.compile(r"^(?P<sign>[+\-−])?(?P<number>\d+(?:\.\d+)?)(?P<share>%)?(?:@(?P<start>\d+))?$")


def parse_change(text: str, model: DynamicModel) -> LeverChange:
    """Read ``reward=+20%``, ``reward=+0.1``, ``reward=0.6`` or ``reward=0.6@3`` (from the third period after the start on)."""
    name, _, amount = text.replace(" ", "").partition("=")
    model.lever_index(name)
    found = _AMOUNT.match(amount)
    if not found:
        raise MechanismModelError(
            place="--lever", found=text, expected="reward=0.6 · reward=+0.1 · reward=+20% · reward=0.6@3", advice=""
        )
    number = float(found["number"]) * (-1.0 if found["sign"] in {"-", "−"} else 1.0)
    if found["share"] and not found["sign"]:
        raise MechanismModelError(place="--lever", found=text, expected="+20% / −20%", advice="")
    how = "times" if found["share"] else "add" if found["sign"] else "set"
    if how == "set" and number > 1:
        raise MechanismModelError(place="--lever", found=text, expected="0–1", advice="")
    return LeverChange(name, number / 100.0 if found["share"] else number, how, int(found["start"] or 0))


def default_scenarios(model: DynamicModel) -> tuple[Scenario, ...]:
    """Return the shipped scenarios: as now, reward reform, sanctions, central push, joint standards, both."""
    text = resources.files("tongchi.mechanism").joinpath("scenarios.toml").read_text("utf-8")
    return parse_scenarios(text, model, file="scenarios.toml")


def load_scenarios(path: str | PathLike[str], model: DynamicModel) -> tuple[Scenario, ...]:
    """Read a file of scenarios. Raise `MechanismModelError` for what does not fit."""
    file = Path(path)
    if not file.is_file():
        raise MissingFileError(file=str(path), found="folder" if file.is_dir() else "nothing")
    return parse_scenarios(decode_text(file.read_bytes(), file=file.name), model, file=file.name)


def parse_scenarios(text: str, model: DynamicModel, *, file: str = "") -> tuple[Scenario, ...]:
    """Read scenarios from TOML; the first one is the baseline the others are held against."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MechanismModelError(file=file, found=str(error), expected="TOML", advice="") from None
    rows = data.get("scenario", [])
    scenarios = tuple(_scenario(row, model, file) for row in rows)
    if not scenarios or len({one.id for one in scenarios}) < len(scenarios):
        raise MechanismModelError(
            file=file,
            found=f"{len(rows)} [[scenario]]",
            expected="至少一个，id 互不相同 / one or more with distinct ids",
            advice="",
        )
    return scenarios


def _scenario(row: Mapping[str, Any], model: DynamicModel, file: str) -> Scenario:
    unknown = set(row) - {"id", "zh", "en", "levers", "start"}
    if unknown or "id" not in row or not isinstance(row.get("levers", {}), Mapping):
        raise MechanismModelError(
            file=file,
            found=", ".join(sorted(unknown)) or str(dict(row)),
            expected="id, zh, en, levers, start",
            advice="",
        )
    start = int(row.get("start", 0))
    changes = []
    for lever, amount in row.get("levers", {}).items():
        change = parse_change(f"{lever}={amount}", model)
        changes.append(LeverChange(change.lever, change.amount, change.how, max(change.start, start)))
    name = str(row["id"])
    return Scenario(name, str(row.get("zh", name)), str(row.get("en", name)), tuple(changes))


@dataclass(frozen=True)
class ScenarioRuns:
    """All scenarios on the same members; the first is the baseline. `outcome` names the state that is judged."""

    scenarios: tuple[Scenario, ...]
    ensembles: tuple[Ensemble, ...]
    outcome: str

    def outcomes(self) -> Array:
        """Return (scenarios, M) outcomes at the end of the horizon."""
        return np.array([ensemble.outcome(self.outcome) for ensemble in self.ensembles])

    def table(self) -> pl.DataFrame:
        """Return one row per scenario: the outcome's median with 50 and 90 % bands, the gain on the baseline in the same member
        with its band (less is a gain where the outcome is a gap, a barrier or localism), the shares of members in which it beats the baseline and in which it does best, and its regret."""
        found = self.outcomes()
        wanted = -found if self.outcome in DISMANTLED else found
        gain = wanted - wanted[0]
        regret = wanted.max(axis=0) - wanted
        best = wanted.argmax(axis=0)
        rows = []
        for at, scenario in enumerate(self.scenarios):
            low, quarter, middle, three, high = np.quantile(found[at], [0.05, 0.25, 0.5, 0.75, 0.95]).tolist()
            gains = np.quantile(gain[at], [0.05, 0.5, 0.95]).tolist()
            rows.append(
                {
                    "scenario": scenario.id,
                    "zh": scenario.zh,
                    "en": scenario.en,
                    "q05": low,
                    "q25": quarter,
                    "q50": middle,
                    "q75": three,
                    "q95": high,
                    "gain_q05": gains[0],
                    "gain_q50": gains[1],
                    "gain_q95": gains[2],
                    "better_than_baseline": float((gain[at] > 1e-9).mean()),
                    "best": float((best == at).mean()),
                    "regret_mean": float(regret[at].mean()),
                    "regret_max": float(regret[at].max()),
                    "left_the_trap": self._left(at),
                }
            )
        return pl.DataFrame(rows)

    def _left(self, at: int) -> float:
        """Return the share of members that end with more involvement than barrier: the sign of the exit."""
        ensemble = self.ensembles[at]
        return float((ensemble.outcome("involvement") > ensemble.outcome("barrier")).mean())

    def sentence(self, language: str = "zh") -> str:
        """Return what a leader needs to know in one sentence, with how sure it is."""
        table = self.table()
        rows = table.filter(pl.col("scenario") != self.scenarios[0].id)
        base = table.row(0, named=True)
        if not len(rows):
            text = {"zh": "只有一种方案，没有可比较的。", "en": "There is one scenario only, nothing to compare."}
            return text[language]
        top = rows.sort(["gain_q50", "scenario"], descending=[True, False]).row(0, named=True)
        return _sentence(top, base, construct_name(self.outcome, language), language)


def _sentence(top: Mapping[str, Any], base: Mapping[str, Any], outcome: str, language: str) -> str:
    sure = f"{top['better_than_baseline']:.0%}"
    band = f"{top['gain_q05']:+.2f} – {top['gain_q95']:+.2f}"
    left, before = f"{top['left_the_trap']:.0%}", f"{base['left_the_trap']:.0%}"
    if top["gain_q50"] <= 0.005:
        if language == "zh":
            return f"在设定的参数范围内，没有一种方案使“{outcome}”有可见的改善（最好的“{top['zh']}”中位增益 {top['gain_q50']:+.3f}）。"
        return f"Within the stated ranges no scenario visibly improves {outcome} (the best, “{top['en']}”, by {top['gain_q50']:+.3f} at the median)."
    if language == "zh":
        return (
            f"在设定的参数范围内，“{top['zh']}”最有利：期末“{outcome}”比“{base['zh']}”中位改善 {top['gain_q50']:.2f}"
            f"（90% 带 {band}），在 {sure} 的成员中优于它；走出困局的成员由 {before} 升到 {left}。这是情景，不是预测。"
        )
    return (
        f"Within the stated ranges “{top['en']}” does best: {outcome} at the end is better than “{base['en']}” by {top['gain_q50']:.2f} at the "
        f"median (90 % band {band}) and better in {sure} of the members; those that leave the trap rise from {before} to {left}. "
        "This is a scenario, not a forecast."
    )


def run_scenarios(
    model: DynamicModel,
    scenarios: Sequence[Scenario] | None = None,
    *,
    members: int = MEMBERS,
    seed: int = 0,
    parameters: Array | None = None,
    outcome: str = OUTCOME,
    engine: Engine = "local",
    workers: int = 2,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> ScenarioRuns:
    """Run all scenarios on the same members; `parameters` (M, P), for instance from a calibration, replace draws from the ranges."""
    chosen = tuple(scenarios) if scenarios is not None else default_scenarios(model)
    drawn = draw_parameters(model, members, seed) if parameters is None else parameters
    ensembles = []
    for at, scenario in enumerate(chosen):
        told = None if progress is None else _shifted(progress, at, len(chosen))
        ensembles.append(
            run_ensemble(
                model,
                seed=seed,
                parameters=drawn,
                levers=scenario.schedule(model),
                engine=engine,
                workers=workers,
                scheduler=scheduler,
                progress=told,
            )
        )
    return ScenarioRuns(chosen, tuple(ensembles), outcome)


def _shifted(progress: Progress, at: int, count: int) -> Progress:
    def told(done: int, members: int) -> None:
        progress(at * members + done, count * members)

    return told
