"""What does a model file say? Regions, coupling, start, levers, parameters with the ranges in which they may lie.

A file of one's own is laid over the shipped `default_model.toml` and need only hold what differs: `[parameters]` with
`name = value` or `name = {value, low, high}`, `[levers]`, `[initial]` or `[initial.REGION]`, `regions`, `coupling`, `horizon`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from tongchi.errors import MechanismModelError, MissingFileError
from tongchi.mechanism.dynamics import LEVERS, PARAMETERS, STATES, Array
from tongchi.text.encoding import decode_text

DEFAULT_NAME = "default_model.toml"


@dataclass(frozen=True)
class ParameterSpec:
    """One parameter: its value, the range [low, high] of its uniform prior, unit, meaning in two languages, and source."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    zh: str
    en: str
    source: str


@dataclass(frozen=True)
class DynamicModel:
    """A dynamic model of R regions; arrays follow the order of `STATES`, `LEVERS` and `PARAMETERS`."""

    id: str
    title_zh: str
    title_en: str
    period: str
    horizon: float
    regions: tuple[str, ...]
    coupling: Array
    """(R, R); row r weighs the partners of region r and sums to 1."""
    initial: Array
    """(R, 8) states at time 0, in [0, 1]."""
    lever_values: Array
    """(5,) levers, in [0, 1]."""
    parameters: tuple[ParameterSpec, ...]

    @classmethod
    def default(cls) -> DynamicModel:
        """Return the shipped model of two regions."""
        return _from_data(tomllib.loads(default_text()), DEFAULT_NAME)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> DynamicModel:
        """Read a model file. Raise `MechanismModelError` for what does not fit, with the nearest name that exists."""
        file = Path(path)
        if not file.is_file():
            raise MissingFileError(file=str(path), found="folder" if file.is_dir() else "nothing")
        return cls.parse(decode_text(file.read_bytes(), file=file.name), file=file.name)

    @classmethod
    def parse(cls, text: str, *, file: str = "") -> DynamicModel:
        """Read a model from TOML text laid over the default; `file` is the name that messages show."""
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise MechanismModelError(file=file, found=str(error), expected="TOML", advice="") from None
        return _overlay(cls.default(), data, file)

    @property
    def values(self) -> Array:
        """(P,) parameter values."""
        return np.array([one.value for one in self.parameters])

    @property
    def bounds(self) -> Array:
        """(P, 2) low and high of each parameter."""
        return np.array([(one.low, one.high) for one in self.parameters])

    def with_parameters(self, values: Mapping[str, float]) -> DynamicModel:
        """Return the model with some parameters set; a value outside its range is refused."""
        parameters = list(self.parameters)
        for name, value in values.items():
            at = _place(name, PARAMETERS, "")
            parameters[at] = _within(replace(parameters[at], value=float(value)), "")
        return replace(self, parameters=tuple(parameters))

    def with_levers(self, values: Mapping[str, float]) -> DynamicModel:
        """Return the model with some levers set, each in [0, 1]."""
        levers = self.lever_values.copy()
        for name, value in values.items():
            levers[self.lever_index(name)] = _share(value, name, "")
        return replace(self, lever_values=levers)

    def single(self) -> DynamicModel:
        """Return the model of one region that stands for all: they behave alike, so each is its own partner."""
        mean = self.initial.mean(axis=0, keepdims=True)
        return replace(self, regions=("all",), coupling=np.eye(1), initial=mean)

    def lever_index(self, name: str) -> int:
        """Return the place of a lever; an unknown one is refused with the nearest name."""
        return _place(name, LEVERS, "")


def default_text() -> str:
    """Return the shipped model as TOML, the template for one of one's own."""
    return resources.files("tongchi.mechanism").joinpath(DEFAULT_NAME).read_text("utf-8")


def _from_data(data: Mapping[str, Any], file: str) -> DynamicModel:
    parameters = tuple(_within(ParameterSpec(**one), file) for one in data["parameter"])
    if tuple(one.name for one in parameters) != PARAMETERS:
        raise MechanismModelError(file=file, found="[[parameter]]", expected=", ".join(PARAMETERS), advice="")
    regions = tuple(data["regions"])
    start = np.array([data["initial"][name] for name in STATES])
    return DynamicModel(
        id=data["id"],
        title_zh=data["title_zh"],
        title_en=data["title_en"],
        period=data["period"],
        horizon=float(data["horizon"]),
        regions=regions,
        coupling=_coupling(data["coupling"], regions, file),
        initial=np.tile(start, (len(regions), 1)),
        lever_values=np.array([data["levers"][name] for name in LEVERS]),
        parameters=parameters,
    )


_TOP = ("id", "title_zh", "title_en", "period", "horizon", "regions", "coupling", "initial", "levers", "parameters")


def _overlay(base: DynamicModel, data: Mapping[str, Any], file: str) -> DynamicModel:
    for key in data:
        _place(key, (*_TOP, "parameter"), file)
    regions = tuple(str(region) for region in data.get("regions", base.regions))
    if not regions or len(set(regions)) < len(regions):
        raise MechanismModelError(
            file=file, found=f"regions = {list(regions)}", expected="互不相同 / distinct", advice=""
        )
    words = {key: str(data[key]) for key in ("id", "title_zh", "title_en", "period") if key in data}
    horizon = _number(data.get("horizon", base.horizon), "horizon", file)
    if not 0 < horizon <= 200:
        raise MechanismModelError(file=file, found=f"horizon = {horizon:g}", expected="0 < horizon ≤ 200", advice="")
    return replace(
        base,
        **words,
        horizon=horizon,
        regions=regions,
        coupling=_coupling(data.get("coupling"), regions, file),
        initial=_initial(base, regions, data.get("initial", {}), file),
        lever_values=_levers(base, data.get("levers", {}), file),
        parameters=_parameters(base, data, file),
    )


def _coupling(rows: Any, regions: tuple[str, ...], file: str) -> Array:
    """Return the coupling; without one, all partners count alike."""
    size = len(regions)
    if rows is None:
        return np.eye(1) if size == 1 else (np.ones((size, size)) - np.eye(size)) / (size - 1)
    try:
        matrix = np.array(rows, dtype=np.float64)
    except (TypeError, ValueError):
        matrix = np.empty(0)
    if matrix.shape != (size, size) or not (matrix >= 0).all() or not np.allclose(matrix.sum(axis=1), 1.0, atol=1e-9):
        raise MechanismModelError(
            file=file,
            found=f"coupling {matrix.shape}",
            expected=f"{size}×{size}，非负，每行之和为 1 / {size}×{size}, none negative, rows that sum to 1",
            advice="",
        )
    return matrix


def _initial(base: DynamicModel, regions: tuple[str, ...], data: Mapping[str, Any], file: str) -> Array:
    start = np.tile(base.initial[0], (len(regions), 1))
    for key, value in data.items():
        if isinstance(value, Mapping):
            row = _place(key, regions, file)
            for state, one in value.items():
                start[row, _place(state, STATES, file)] = _share(one, f"{key}.{state}", file)
        else:
            start[:, _place(key, (*STATES, *regions), file)] = _share(value, key, file)
    return start


def _levers(base: DynamicModel, data: Mapping[str, Any], file: str) -> Array:
    levers = base.lever_values.copy()
    for name, value in data.items():
        levers[_place(name, LEVERS, file)] = _share(value, name, file)
    return levers


def _parameters(base: DynamicModel, data: Mapping[str, Any], file: str) -> tuple[ParameterSpec, ...]:
    parameters = list(base.parameters)
    given = dict(data.get("parameters", {}))
    given |= {
        str(one.get("name", "")): {k: v for k, v in one.items() if k != "name"} for one in data.get("parameter", [])
    }
    for name, value in given.items():
        at = _place(name, PARAMETERS, file)
        changes = dict(value) if isinstance(value, Mapping) else {"value": value}
        for key in changes:
            _place(key, ("value", "low", "high", "unit", "zh", "en", "source"), file)
            if key in {"value", "low", "high"}:
                changes[key] = _number(changes[key], f"{name}.{key}", file)
        parameters[at] = _within(replace(parameters[at], **changes), file)
    return tuple(parameters)


def _place(name: str, known: tuple[str, ...], file: str) -> int:
    if name in known:
        return known.index(name)
    near = get_close_matches(name, known, n=1)
    raise MechanismModelError(
        file=file,
        found=f"未知名称 {name!r} / unknown name {name!r}",
        expected=", ".join(known),
        advice=f"→ {near[0]}?" if near else "",
    )


def _number(value: Any, name: str, file: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise MechanismModelError(file=file, found=f"{name} = {value!r}", expected="数字 / a number", advice="")
    return float(value)


def _share(value: Any, name: str, file: str) -> float:
    number = _number(value, name, file)
    if not 0 <= number <= 1:
        raise MechanismModelError(file=file, found=f"{name} = {number:g}", expected="0–1", advice="")
    return number


def _within(spec: ParameterSpec, file: str) -> ParameterSpec:
    if not 0 <= spec.low <= spec.value <= spec.high:
        raise MechanismModelError(
            file=file,
            found=f"{spec.name} = {spec.value:g}",
            expected=f"0 ≤ {spec.low:g} ≤ value ≤ {spec.high:g}",
            advice="请改数值，或同时写明 low 与 high。/ Change the value, or give low and high with it.",
        )
    if spec.name in {"partner_need", "sanction_hold"} and spec.high > 1:
        raise MechanismModelError(file=file, found=f"{spec.name}: high = {spec.high:g}", expected="≤ 1", advice="")
    return spec
