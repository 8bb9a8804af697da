"""Has every rule its advice, and is none left over?"""

from __future__ import annotations

from tongchi.barriers.advice import load_advice
from tongchi.barriers.rules import RULES


def test_every_rule_has_its_advice_and_no_more() -> None:
    assert set(load_advice()) == set(RULES)
