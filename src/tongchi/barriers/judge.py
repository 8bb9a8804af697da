"""Does a clause restrict competition, how sure is that, and why? Rules find, wording adds what they do not foresee.

Three small models, all made by `scripts/train_barriers.py` and shipped as text: `rules` weighs the rules that are met and what
undoes them, `wording` the n-grams of the clause, and `barriers` both, by the register of the text. In laws and regulations only
a rule makes a finding: their language is known, and almost every clause is none. In policy papers wording alone may.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from tongchi.barriers.abstraction import abstract
from tongchi.barriers.codes import choose_code
from tongchi.barriers.features import Seen, features_of, look, look_all
from tongchi.barriers.model import Clause, Evidence, Judgement, Severity
from tongchi.barriers.reading import Reading, read_clause
from tongchi.barriers.register import is_policy_paper
from tongchi.barriers.rules import RULES
from tongchi.barriers.standing import contexts_of, negated_spans
from tongchi.barriers.wording import WordingModel, shipped_wording
from tongchi.learned import LinearModel, shipped_model

NO_RULE = 0.01  # share of barriers among clauses of laws that meet no rule, rounded up: docs/explanation/screening.md
NO_RULE_SCORE = -4.0
WORDING = "wording"  # stands in the place of a rule's name where wording alone decides
_SOFT = frozenset({"encourages", "may", "by_rules"})


class Scores(NamedTuple):
    """The log-odds by rules and by wording, whether a rule is met, whether its wording may decide (`wording_may_decide`)."""

    rules: float
    wording: float
    met: bool
    policy: bool


def judge(clause: Clause) -> Judgement:
    """Judge one clause. A clause whose text is blank is none."""
    reading = read_clause(clause)
    return _judge(reading, look(reading))


def judge_all(clauses: Sequence[Clause]) -> list[Judgement]:
    """Judge many clauses: the same as `judge` of each, several times faster."""
    readings = [read_clause(clause) for clause in clauses]
    return [_judge(reading, seen) for reading, seen in zip(readings, look_all(readings), strict=True)]


def barriers_among(clauses: Sequence[Clause]) -> Iterator[tuple[int, Judgement]]:
    """Yield the clauses that are barriers, by their place, in order: what `judge_all` says of them."""
    readings = [read_clause(clause) for clause in clauses]
    for at, (reading, seen) in enumerate(zip(readings, look_all(readings), strict=True)):
        if seen.evidence or is_policy_paper(reading.clause):
            judgement = _judge(reading, seen)
            if judgement.barrier:
                yield at, judgement


def _judge(reading: Reading, seen: Seen) -> Judgement:
    clause = reading.clause
    policy = wording_may_decide(reading, seen)
    if not clause.text.strip() or not (seen.evidence or policy):
        return Judgement(clause, False, NO_RULE, "", (), None, False, (), tuple(seen.contexts))
    model = shipped_model("barriers", "barriers")
    scores = score(reading, seen, policy, shipped_model("barriers", "rules"), shipped_wording())
    probability = probability_of(scores, model)
    barrier = probability >= model.threshold
    if seen.evidence or not barrier:
        code, alternatives = choose_code(seen.evidence)
        evidence, contexts = seen.evidence, tuple(seen.contexts)
        local = any(RULES[each.rule].local for each in evidence)
    else:
        code, alternatives, evidence, local = _by_wording(reading, shipped_wording())
        contexts = tuple(contexts_of(reading))
    severity = _severity(seen, contexts) if barrier else None
    return Judgement(clause, barrier, probability, code, alternatives, severity, local, evidence, contexts)


def wording_may_decide(reading: Reading, seen: Seen) -> bool:
    """Whether a clause may be a finding by its wording.

    It may in a policy paper, unless it forbids, punishes or quotes restrictions or says that all are treated alike.
    """
    if not is_policy_paper(reading.clause):
        return False
    if seen.evidence:
        return True
    contexts = contexts_of(reading)
    return not (seen.undone or "same_for_all" in contexts or negated_spans(reading, contexts))


def score(reading: Reading, seen: Seen, policy: bool, rules: LinearModel, wording: WordingModel) -> Scores:
    """Weigh a clause by its rules and by its wording."""
    met = bool(seen.evidence)
    by_rules = float(rules.scores(vector(features_of(seen), rules)[None, :])[0, 0]) if met else NO_RULE_SCORE
    return Scores(by_rules, wording.score(abstract(reading)), met, policy)


def joint_features(scores: Scores) -> dict[str, float]:
    """Return what the joint model weighs."""
    policy, met = float(scores.policy), float(scores.met)
    return {
        "rules": scores.rules,
        "wording": scores.wording,
        "policy": policy,
        "met": met,
        "wording in policy": scores.wording * policy,
        "rules in policy": scores.rules * policy,
        "wording where a rule is met in law": scores.wording * (1 - policy) * met,
    }


def probability_of(scores: Scores, model: LinearModel) -> float:
    """Return the calibrated probability that the clause is a barrier."""
    return float(model.probabilities(vector(joint_features(scores), model)[None, :])[0])


def vector(values: Mapping[str, float], model: LinearModel) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Lay named values out in the order of a model; what is not named is zero."""
    return np.array([values.get(name, 0.0) for name in model.names])


def _severity(seen: Seen, contexts: tuple[str, ...]) -> Severity:
    """Return CLEAR where a rule with a plain criterion is met and nothing softens it (鼓励, 可以, 按规定, public interest)."""
    clear = any(RULES[each.rule].severity is Severity.CLEAR for each in seen.evidence)
    softened = _SOFT.intersection(contexts) or "public_interest" in contexts
    return Severity.CLEAR if clear and not softened else Severity.ARGUABLE


def _by_wording(reading: Reading, wording: WordingModel) -> tuple[str, tuple[str, ...], tuple[Evidence, ...], bool]:
    text = abstract(reading)
    code, alternatives = wording.code(text)
    published = reading.clause.lead_in + reading.clause.text
    evidence = tuple(Evidence(WORDING, start, end, published[start:end]) for start, end in wording.deciding(text))
    return code, alternatives, evidence, "ⓧ" in text.signs or "ⓗ" in text.signs
