"""Which procedures come with the site, and what makes a procedure one? One TOML file each in `presets/`.

A workspace takes one into rows, and writes others of the same form from it; what could not be carried out is refused here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Formatter
from typing import Any

from tongchi.errors import WorkbenchError
from tongchi.workbench.procedures.machine import KINDS, StageRule

FOLDER = files("tongchi.workbench.procedures") / "presets"
STAGE_KEYS = {"kind", "zh", "en", "materials", "comment_days", "favour", "count_abstentions"}
SEGMENT_KEYS = {"party", "pattern", "first", "last"}
LONGEST_NAME, LONGEST_PATTERN = 60, 80
MOST_DAYS, LAST_NUMBER = 3650, 10**9


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
    found = StageRule(
        order=order,
        kind=row["kind"],
        zh=row["zh"],
        en=row["en"],
        materials=tuple(row.get("materials", ())),
        comment_days=int(row.get("comment_days", 0)),
        favour=float(row.get("favour", 0.0)),
        count_abstentions=bool(row.get("count_abstentions", False)),
    )
    _fits(found.zh, f"阶段名称 1–{LONGEST_NAME} 字 / name of a stage", 0 < len(found.zh) <= LONGEST_NAME)
    _fits(found.en, f"阶段英文名称 ≤ {LONGEST_NAME} / English name of a stage", len(found.en) <= LONGEST_NAME)
    names = found.materials
    whole = len(set(names)) == len(names) and all(0 < len(name) <= LONGEST_NAME for name in names)
    _fits("、".join(names), f"互不相同的材料，各 1–{LONGEST_NAME} 字 / different materials", whole)
    _fits(found.comment_days, f"征求意见 0–{MOST_DAYS} 日 / days", 0 <= found.comment_days <= MOST_DAYS)
    _fits(found.favour, "赞成比例 0–1 / share in favour", 0.0 <= found.favour <= 1.0)
    return found


def _segment(row: Mapping[str, Any]) -> SegmentRule:
    """Return a segment. Its pattern may name the number and the year and nothing else: it is filled in when a standard is issued."""
    _known(row, SEGMENT_KEYS)
    found = SegmentRule(row.get("party", ""), row["pattern"], int(row["first"]), int(row["last"]))
    fields = _fields(found.pattern)
    plain = "number" in fields and set(fields) <= {"number", "year"} and len(found.pattern) <= LONGEST_PATTERN
    _fits(found.pattern, "{number}、{year}，如 DB50/T {number}—{year}", plain)
    _fits(
        f"{found.first}–{found.last}", f"0 < first ≤ last < {LAST_NUMBER}", 0 < found.first <= found.last < LAST_NUMBER
    )
    return found


def _fields(pattern: str) -> Sequence[str]:
    """Return the names in braces, with whatever else stands in the braces; a name alone is a plain one."""
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError:
        return ()
    return ["".join((name, spec or "", turn or "")) for _, name, spec, turn in parts if name is not None]


def _fits(found: object, expected: str, holds: bool) -> None:
    if not holds:
        raise WorkbenchError(found=str(found)[:120] or "—", expected=expected, advice="")


def _known(row: Mapping[str, Any], keys: set[str]) -> None:
    """Raise WorkbenchError for a key that means nothing here: a condition misspelt would be a condition not kept."""
    if strange := set(row) - keys:
        raise WorkbenchError(found="、".join(sorted(strange)), expected="、".join(sorted(keys)), advice="")
