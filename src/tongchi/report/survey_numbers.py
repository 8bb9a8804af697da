"""How is a statistic written? In English as APA style asks, without a zero before the point where 1 is the limit.

A value that does not exist is a dash here and its reason stands in a note; nothing ever prints as NaN.
"""

from __future__ import annotations

import math

from tongchi.report.words import Words
from tongchi.survey.unavailable import NotAvailable

Statistic = float | int | NotAvailable | None
DASH = "—"
_MINUS = "−"


def exists(value: Statistic) -> bool:
    """Return whether there is a number to print."""
    return value is not None and not isinstance(value, NotAvailable) and math.isfinite(value)


def coefficient(value: Statistic, digits: int = 2) -> str:
    """Return a number that 1 does not bound, with a real minus sign.

    >>> coefficient(-0.426), coefficient(-0.001), coefficient(None)
    ('−0.43', '0.00', '—')
    """
    if value is None or isinstance(value, NotAvailable) or not math.isfinite(value):
        return DASH
    shown = f"{value:,.{digits}f}"
    if shown.startswith("-"):
        shown = shown[1:] if float(shown.replace(",", "")) == 0 else _MINUS + shown[1:]
    return shown


def number(value: Statistic, digits: int = 2) -> Words:
    """Return a number that 1 does not bound: a mean, a chi-square, a standardised path."""
    shown = coefficient(value, digits)
    return Words(shown, shown)


def bounded(value: Statistic, digits: int = 2) -> Words:
    """Return a number whose size 1 bounds: a reliability, a correlation, a CFI.

    >>> bounded(0.913), bounded(1.0)
    (Words(zh='0.91', en='.91'), Words(zh='1.00', en='1.00'))
    """
    shown = coefficient(value, digits)
    bare = shown.removeprefix(_MINUS)
    return Words(shown, shown.replace("0.", ".", 1) if bare.startswith("0.") else shown)


def p_value(value: Statistic) -> Words:
    """Return the value alone: "< 0.001" or three digits.

    >>> p_value(0.0004), p_value(0.0312)
    (Words(zh='< 0.001', en='< .001'), Words(zh='0.031', en='.031'))
    """
    if exists(value) and float(value) < 0.001:  # type: ignore[arg-type]
        return Words("< 0.001", "< .001")
    return bounded(value, 3)


def p_equals(value: Statistic, symbol: str = "p") -> Words:
    """Return the value with its sign.

    >>> p_equals(0.0004).en, p_equals(0.0312).zh
    ('p < .001', 'p = 0.031')
    """
    zh, en = p_value(value)
    return Words(*(f"{symbol} {each}" if each.startswith("<") else f"{symbol} = {each}" for each in (zh, en)))


def interval(lower: Statistic, upper: Statistic, digits: int = 2, *, bound: bool = False) -> Words:
    """Return both ends in brackets, a dash where one does not exist."""
    if not (exists(lower) and exists(upper)):
        return Words(DASH, DASH)
    write = bounded if bound else number
    low, high = write(lower, digits), write(upper, digits)
    return Words(f"[{low.zh}, {high.zh}]", f"[{low.en}, {high.en}]")


def percent(share: Statistic, digits: int = 1) -> Words:
    """Return a share of 1 as a percentage."""
    if share is None or isinstance(share, NotAvailable) or not math.isfinite(share):
        return Words(DASH, DASH)
    shown = f"{coefficient(100 * share, digits)}%"
    return Words(shown, shown)


def count(value: Statistic) -> Words:
    """Return a whole number with thousands parted."""
    return number(value, 0)


def stars(p: Statistic) -> str:
    """Return * for p < .05, ** for p < .01, *** for p < .001, else nothing."""
    if p is None or isinstance(p, NotAvailable) or not math.isfinite(p):
        return ""
    return "*" * sum(p < limit for limit in (0.05, 0.01, 0.001))
