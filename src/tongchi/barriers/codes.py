"""Under which item of the review regulation does a clause fall, where several rules are met?

The specific goes before the general: a tender before goods, a difference in money before a duty, an office before a filing,
an award or a price before the market that it is given in (the labelling guideline of docs/explanation/screening.md, section 4).
"""

from __future__ import annotations

from collections.abc import Iterable

from tongchi.barriers.model import Evidence
from tongchi.barriers.rules import RULES

_ORDER = (
    "tender_consortium", "tender_tax_social", "unequal_charge", "credit_by_place", "subsidy_for_local_goods",
    "tender_performance", "tender_hurdle", "tender_facility", "award_for_local_seat", "no_leaving", "tender_local_first", "tender_local_ties",
    "household_registration", "local_plate", "oversized_condition", "investment_threshold", "forced_establishment",
    "tax_linked_award", "hidden_tax_cut", "tax_relief", "award_for_locals", "counted_here",
    "outside_goods_check", "local_goods_first", "tender_registration", "cross_province_duty", "outsider_ban",
    "outsider_duty", "outsider_penalty", "service_outflow", "outflow_limit", "goods_kept_in", "zone_favours",
    "factor_favour",
)  # fmt: skip
_RANK = {name: at for at, name in enumerate(_ORDER)}
_PLACE = {name: at for at, name in enumerate(RULES)}


def choose_code(evidence: Iterable[Evidence]) -> tuple[str, tuple[str, ...]]:
    """Return the item and its alternatives, "" and none where no rule is met."""
    names = _by_rank(evidence)
    if not names:
        return "", ()
    code = RULES[names[0]].code
    others = [RULES[name].code for name in names[1:]] + [also for name in names for also in RULES[name].alternatives]
    return code, tuple(dict.fromkeys(each for each in others if each != code))


def leading_rule(evidence: Iterable[Evidence]) -> str:
    """Return the name of the rule that decides the item."""
    return _by_rank(evidence)[0]


def _by_rank(evidence: Iterable[Evidence]) -> list[str]:
    return sorted({each.rule for each in evidence}, key=lambda name: (_RANK.get(name, len(_RANK)), _PLACE[name]))
