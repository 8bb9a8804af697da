"""Which procedures come with the site? One TOML file each in `presets/`; a workspace copies one into rows and may then change them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from tongchi.errors import WorkbenchError
from tongchi.workbench.procedures.machine import KINDS, StageRule

FOLDER = files("tongchi.workbench.procedures") / "presets"
STAGE_KEYS = {"kind", "zh", "en", "materials", "comment_days", "favour", "count_abstentions"}
SEGMENT_KEYS = {"party", "pattern", "first", "last"}


@dataclass(frozen=True)
class SegmentRule:
    """Numbers reserved for joint standards of one party, named by its code; "" is all parties together."""

    party: str
    pattern: str
    first: int
    last: int


@dataclass(frozen=True)
class Preset:
    """A procedure as shipped."""

    code: str
    zh: str
    en: str
    source: str
    stages: tuple[StageRule, ...]
    segments: tuple[SegmentRule, ...]


def presets() -> tuple[Preset, ...]:
    """Return all shipped procedures in the order of their codes."""
    names = sorted(entry.name for entry in FOLDER.iterdir() if entry.name.endswith(".toml"))
    return tuple(load_preset(name.removesuffix(".toml")) for name in names)


def load_preset(code: str) -> Preset:
    """Return the shipped procedure of that code. Raises WorkbenchError where there is none."""
    path = FOLDER / f"{code}.toml"
    if not code.isidentifier() or not path.is_file():
        known = "、".join(sorted(entry.name.removesuffix(".toml") for entry in FOLDER.iterdir()))
        raise WorkbenchError(found=code, expected=known, advice="请选用已有的程序。Choose one of those.")
    return read_preset(tomllib.loads(path.read_text("utf-8")))


def read_preset(table: Mapping[str, Any]) -> Preset:
    """Return the procedure of a TOML table. Raises WorkbenchError for what could not be carried out."""
    stages = tuple(_stage(order, row) for order, row in enumerate(table["stages"], start=1))
    segments = tuple(_segment(row) for row in table.get("segments", ()))
    kinds = [stage.kind for stage in stages]
    if kinds != sorted(kinds, key=KINDS.index) or not {"drafting", "issue"} <= set(kinds):
        raise WorkbenchError(
            found="、".join(kinds),
            expected="、".join(KINDS),
            advice="阶段须依次排列，至少含起草和发布。Stages follow this order; drafting and issue must be among them.",
        )
    return Preset(table["code"], table["zh"], table["en"], table.get("source", ""), stages, segments)


def _stage(order: int, row: Mapping[str, Any]) -> StageRule:
    _known(row, STAGE_KEYS)
    return StageRule(
        order=order,
        kind=row["kind"],
        zh=row["zh"],
        en=row["en"],
        materials=tuple(row.get("materials", ())),
        comment_days=int(row.get("comment_days", 0)),
        favour=float(row.get("favour", 0.0)),
        count_abstentions=bool(row.get("count_abstentions", False)),
    )


def _segment(row: Mapping[str, Any]) -> SegmentRule:
    _known(row, SEGMENT_KEYS)
    found = SegmentRule(row.get("party", ""), row["pattern"], int(row["first"]), int(row["last"]))
    if "{number}" not in found.pattern or found.first > found.last:
        raise WorkbenchError(
            found=f"{found.pattern} {found.first}–{found.last}", expected="{number}, first ≤ last", advice=""
        )
    return found


def _known(row: Mapping[str, Any], keys: set[str]) -> None:
    """Raise WorkbenchError for a key that means nothing here: a condition misspelt would be a condition not kept."""
    if strange := set(row) - keys:
        raise WorkbenchError(found="、".join(sorted(strange)), expected="、".join(sorted(keys)), advice="")
