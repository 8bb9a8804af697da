"""How does a package offer a function that is called like one of its modules?

Importing a submodule puts the module into the package under its name, in the place of a function of that name. A package of the class
made here keeps the function there, and loads its module only when the function is first asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType


def package_with_functions(package: str, homes: Mapping[str, str]) -> type[ModuleType]:
    """Return the class for the module of `package`; `homes` leads from each function to the module that defines it."""
    kind = type("Package", (ModuleType,), {"__doc__": "A package whose functions stay where modules have their names."})
    for name, home in homes.items():
        setattr(kind, name, _function(f"{package}.{home}", name))
    return kind


def _function(home: str, name: str) -> property:
    def load(_: ModuleType) -> object:
        return getattr(import_module(home), name)

    def keep(_: ModuleType, __: object) -> None:
        """The import system offers the module here; the function stays."""

    return property(load, keep)
