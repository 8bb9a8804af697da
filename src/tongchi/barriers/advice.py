"""What is the drafter told about a rule that was met: who is treated worse and how, and how could the clause read?"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Advice:
    """The mechanism of a pattern in one sentence and a redraft that keeps its legitimate aim, in both languages.

    × and … in a redraft stand for what only the drafter knows.
    """

    rule: str
    mechanism_zh: str
    mechanism_en: str
    remedy_zh: str
    remedy_en: str


@cache
def load_advice() -> Mapping[str, Advice]:
    """Return the advice by the name of the rule; every rule of `tongchi.barriers.rules` has one."""
    text = resources.files("tongchi.barriers").joinpath("advice.toml").read_text("utf-8")
    return MappingProxyType({name: Advice(name, **row) for name, row in tomllib.loads(text).items()})
