"""Which numbers is a clause judged by? The rules it meets, what undoes them, and how firmly it speaks.

A rule that is met inside words which forbid, quote or define the restriction does not count; the rest is weighed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongchi.barriers.model import Evidence
from tongchi.barriers.reading import Reading
from tongchi.barriers.rules import BOOK, RULES
from tongchi.barriers.standing import contexts_of, negated_spans

FAMILIES: dict[str, tuple[str, ...]] = {
    "outsider_duty": ("outsider_duty", "cross_province_duty", "outsider_inspection"),
    "outsider_penalty": ("outsider_penalty",),
    "outsider_ban": ("outsider_ban", "service_outflow"),
    "only_locals": ("only_locals", "named_place_registered", "local_seat_condition"),
    "forced_establishment": ("forced_establishment", "investment_threshold", "tender_facility"),
    "no_leaving": ("no_leaving",),
    "outside_goods": ("outside_goods_check",),
    "goods_kept_in": ("goods_kept_in",),
    "local_goods_first": ("local_goods_first",),
    "unequal_charge": ("unequal_charge", "subsidy_for_local_goods"),
    "credit_by_place": ("credit_by_place",),
    "tender": ("tender_registration", "tender_performance", "tender_tax_social", "tender_consortium", "tender_hurdle", "tender_local_first"),
    "tender_catalogue": ("tender_catalogue_first",),
    "permit": ("local_permit", "zone_approval", "third_party_consent"),
    "exclusive": ("exclusive_operation", "incumbent_first"),
    "designated": ("designated_provider", "designated_checkup"),
    "refused": ("others_refused",),
    "unified": ("unified_supply",),
    "roster": ("provider_roster", "extra_filing"),
    "entry_condition": ("household_registration", "local_plate", "oversized_condition"),
    "entry_quota": ("entry_quota", "compulsory_membership"),
    "tax_relief": ("tax_relief",),
    "tax_linked": ("tax_linked_award",),
    "award_seat": ("award_for_local_seat",),
    "award_local": ("award_for_locals", "award_by_list"),
    "zone_favours": ("zone_favours",),
    "factor": ("factor_favour", "named_favour"),
    "association": ("association_pricing",),
    "price": ("ultra_vires_price", "price_band"),
    "hidden_entry": ("closed_to_third", "letter_of_one_body", "exit_hurdle", "tailored_condition", "choice_punished"),
    "named_provider": ("named_provider",),
    "hidden_flow": ("outflow_limit", "checkpoint", "locals_served_first", "industry_for_resource", "tender_local_ties", "counted_here"),
    "hidden_cost": ("hidden_tax_cut", "named_award", "special_rate"),
    "hidden_conduct": ("price_told", "concert", "operations_ordered"),
}  # fmt: skip
# What the law of the state itself provides has its basis; only its barriers between provinces are looked at.
_NATIONAL = frozenset(
    {"cross_province_duty", "outsider_penalty", "forced_establishment", "outsider_ban", "unequal_charge"}
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules see in a clause: evidence that stands, evidence that is undone, contexts."""

    evidence: tuple[Evidence, ...]
    undone: tuple[Evidence, ...]
    contexts: dict[str, float]


NOTHING = Seen((), (), {})


def look(reading: Reading) -> Seen:
    """Meet a clause with all rules."""
    return _seen(reading, list(BOOK.meet(reading)))


def look_all(readings: Sequence[Reading]) -> list[Seen]:
    """Meet many clauses with all rules: the same as `look`, faster."""
    return [_seen(reading, met) for reading, met in zip(readings, BOOK.meet_all(readings), strict=True)]


def _seen(reading: Reading, met: Sequence[Evidence]) -> Seen:
    if not met:
        return NOTHING
    contexts = contexts_of(reading)
    spans = negated_spans(reading, contexts)
    standing: list[Evidence] = []
    undone: list[Evidence] = []
    for evidence in met:
        lost = any(start <= evidence.end - 1 < end and evidence.start >= start - 1 for start, end in spans)
        if reading.national and evidence.rule not in _NATIONAL:
            lost = True
        (undone if lost else standing).append(evidence)
    return Seen(tuple(standing), tuple(undone), contexts)


def feature_names() -> tuple[str, ...]:
    """Return the names of the features, in order."""
    from tongchi.barriers.standing import CONTEXT_NAMES

    return (
        *(f"rule:{name}" for name in FAMILIES),
        "clear_rule",
        "several_rules",
        "undone",
        *(f"context:{name}" for name in CONTEXT_NAMES),
    )


def features_of(seen: Seen) -> dict[str, float]:
    """Return the features that are not zero."""
    rules = {each.rule for each in seen.evidence}
    found: dict[str, float] = {}
    for family, members in FAMILIES.items():
        if rules.intersection(members):
            found[f"rule:{family}"] = 1.0
    if any(RULES[name].severity.value == "clear" for name in rules):
        found["clear_rule"] = 1.0
    if len(rules) > 1:
        found["several_rules"] = 1.0
    if seen.undone:
        found["undone"] = 1.0
    if rules:
        found.update({f"context:{name}": value for name, value in seen.contexts.items()})
    return found
