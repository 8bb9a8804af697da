"""What stands in the place of a statistic that does not exist for these data?

A NaN says nothing and travels on through sums; `NotAvailable` names the statistic and says why there is none, in both
languages, and is neither a number nor true.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tongchi.errors import TongchiError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NotAvailable:
    """A statistic that does not exist for these data, with the reason."""

    statistic: str
    zh: str
    en: str

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return f"{self.statistic}: {self.en}"


def value_of(statistic: float | NotAvailable) -> float:
    """Return the number, for code that has seen to it that there is one.

    Raises
    ------
    ValueError
        with the reason, where there is none.
    """
    if isinstance(statistic, NotAvailable):
        raise ValueError(str(statistic))
    return statistic


def unless_refused(statistic: str, compute: Callable[[], T]) -> T | NotAvailable:
    """Return what `compute` returns, or the reason for which it refuses, so that one section does not stop the others."""
    try:
        return compute()
    except TongchiError as error:
        return NotAvailable(statistic, error.message("zh"), error.message("en"))
