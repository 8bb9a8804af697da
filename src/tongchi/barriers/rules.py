"""All rules, in the order in which the item of the review regulation is chosen where several are met."""

from __future__ import annotations

from tongchi.barriers.rule import Rule, RuleBook
from tongchi.barriers.rules_conduct import CONDUCT_RULES
from tongchi.barriers.rules_cost import COST_RULES
from tongchi.barriers.rules_entry import ENTRY_RULES
from tongchi.barriers.rules_flow import FLOW_RULES
from tongchi.barriers.rules_hidden import HIDDEN_RULES
from tongchi.barriers.rules_tender import TENDER_RULES

ALL_RULES: tuple[Rule, ...] = TENDER_RULES + FLOW_RULES + COST_RULES + ENTRY_RULES + CONDUCT_RULES + HIDDEN_RULES
RULES = {each.name: each for each in ALL_RULES}
BOOK = RuleBook(ALL_RULES)
