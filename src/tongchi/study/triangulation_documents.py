"""What do the documents say of a hypothesis?

The case is a text of a region on a matter. What is read in it, as the theory's table has it: the mean gap to the texts of the other
regions on the matter (scale_gap, 0 to 1); how far it keeps what the centre rules (central_push, 0 to 1); its clauses of co-operation by
construct, all of them being declarations of will; its local-protection findings that turn on locality (barrier), both per article.
Localism and development are not read in texts. Clauses that speak of cause and effect alike are left out of the cause.

* A path: do cause and effect vary together over the texts (Kendall's tau-b), or over the matters where the gap is one of the two? Where chance cannot be excluded: do most of the texts
  that have the cause have the effect as well (or, for a negative path, few of them)? That is congruence, and the weaker word.
* A mediated path: each of its steps, all of them.
* A level: do most of the texts hold the construct, or few?
* Groups: do the texts of the regions differ in their clauses per article, beyond chance? No difference shown is no support.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from scipy.stats import binomtest, chisquare

from tongchi.mechanism.names import construct_name
from tongchi.study.sources import SourceLink, clause_link
from tongchi.study.triangulation_answer import (
    ALPHA,
    DIFFERENT,
    Answer,
    Basis,
    Measured,
    SourceAnswer,
    by_share,
    concordance,
    expected,
    silent,
)
from tongchi.survey.instrument import Hypothesis, HypothesisKind, Sign
from tongchi.survey.multiplicity import adjust_p_values
from tongchi.survey.unavailable import NotAvailable

if TYPE_CHECKING:
    from tongchi.study.result import MatterResult, PlacedFinding, TextCommitment

THERE = {"scale_gap": 0.1, "central_push": 0.5}
"""From where on a measured construct counts as there: a gap beyond mere wording, and half of what the centre rules."""
COUNTED = ("willingness", "incentive", "involvement", "standardisation", "coordination", "trust", "barrier")
FEWEST = 3
"""Texts below which presence decides nothing."""
_SMALLEST = 2
RULES: Mapping[HypothesisKind, tuple[str, str]] = {
    HypothesisKind.DIRECT: (
        "以各方各事项的文本为例：因与果的强弱一同变化（Kendall τ，双侧 p ≤ 0.10）为准；否则看有因的文本（至少三份）中是否多数（≥ 2/3）有果（负向：少数，≤ 1/3）。同时说明因与果的条款不计入因。",
        "Cases are the texts of each region and matter: cause and effect vary together (Kendall's tau, two-sided p ≤ 0.10); else most (≥ 2/3) of three or more texts with the cause have the effect (negative path: few, ≤ 1/3). Clauses of both are left out of the cause.",
    ),
    HypothesisKind.MEDIATED: (
        "中介路径：每一段都按路径规则判断，全部支持才算支持，任一段不支持即为不支持。",
        "Mediated path: each step by the rule for paths; supported where all are, contradicted where any is.",
    ),
    HypothesisKind.LEVEL: (
        "以各方各事项的文本为例（至少三份）：多数（≥ 2/3）文本有相应条款为高，少数（≤ 1/3）为低。",
        "Cases are the texts of each region and matter, three at least: high where most (≥ 2/3) hold such a clause, low where few (≤ 1/3) do.",
    ),
    HypothesisKind.GROUP: (
        "比较各方文本每条的条款数；经 Holm 校正 p ≤ 0.05 为有差异，即不支持“相等”。没有显出差异不等于相等。",
        "Clauses per article of the regions' texts: a difference at p ≤ 0.05 after Holm's correction contradicts equality. No difference shown is no equality.",
    ),
}


@dataclass(frozen=True)
class TextCase:
    """One text as a case: how much of each construct it shows, and the clauses behind that.

    `levels` are per article for counted constructs; a construct that is not measured in this text is not in it. `counts` are the
    clauses, `links` where they stand.
    """

    party: str
    matter: str
    path: str
    articles: int
    levels: Mapping[str, float]
    counts: Mapping[str, int]
    links: Mapping[str, tuple[SourceLink, ...]]

    def has(self, construct: str) -> bool:
        """Whether the construct counts as there."""
        return self.levels[construct] >= THERE.get(construct, 1e-12)


def text_cases(
    matters: Sequence[MatterResult],
    findings: Sequence[PlacedFinding] | NotAvailable,
    commitments: Sequence[TextCommitment] | NotAvailable,
) -> tuple[TextCase, ...]:
    """Return the texts of the regions as cases, by matter and in its order."""
    cases = []
    for result in matters:
        central = {pair.a.path for pair in result.central_pairs}
        for text in result.texts:
            if text.path in central:
                continue
            articles = max(1, len(text.document.articles))
            links = _clauses(text.path, findings, commitments)
            counts = {construct: len(found) for construct, found in links.items()}
            levels = {construct: count / articles for construct, count in counts.items()}
            for construct, value, proof in (_gap(result, text.path), _kept(result, text.path)):
                if value is not None:
                    levels[construct], links[construct] = value, proof
            cases.append(TextCase(text.party, result.matter.code, text.path, articles, levels, counts, links))
    return tuple(cases)


def _clauses(
    path: str,
    findings: Sequence[PlacedFinding] | NotAvailable,
    commitments: Sequence[TextCommitment] | NotAvailable,
) -> dict[str, tuple[SourceLink, ...]]:
    found: dict[str, tuple[SourceLink, ...]] = {}
    if not isinstance(commitments, NotAvailable):
        own = [one.commitment for one in commitments if one.path == path]
        for construct in COUNTED[:-1]:
            found[construct] = tuple(
                clause_link(path, one.eid, one.quote) for one in own if construct in one.constructs
            )
    if not isinstance(findings, NotAvailable):
        local = [one.finding for one in findings if one.path == path and one.finding.turns_on_locality]
        found["barrier"] = tuple(clause_link(path, one.clause_id, one.quote) for one in local)
    return found


def _gap(result: MatterResult, path: str) -> tuple[str, float | None, tuple[SourceLink, ...]]:
    """Return the mean gap of a text to those of the other regions, and the clauses that weigh most in it."""
    own = [pair for pair in result.pairs if path in (pair.a.path, pair.b.path)]
    if not own:
        return "scale_gap", None, ()
    links = []
    for pair in own:
        side = "a" if pair.a.path == path else "b"
        graver = sorted(pair.pair.links, key=lambda link: (-link.severity, link.a, link.b))[:3]
        for link in graver:
            quote = next((one.text for one in link.quotes if one.side == side), "")
            links.append(clause_link(path, link.a_eid if side == "a" else link.b_eid, quote))
    return "scale_gap", sum(pair.pair.gap.value for pair in own) / len(own), tuple(links)


def _kept(result: MatterResult, path: str) -> tuple[str, float | None, tuple[SourceLink, ...]]:
    if isinstance(result.conformity, NotAvailable):
        return "central_push", None, ()
    own = [one.kept for one in result.conformity if one.document == path and one.kept is not None]
    return "central_push", sum(own) / len(own) if own else None, ()


def documents_answer(
    hypothesis: Hypothesis,
    cases: Sequence[TextCase],
    signs: Mapping[tuple[str, str], Sign] | None = None,
    names: Mapping[str, tuple[str, str]] | None = None,
) -> SourceAnswer:
    """Return what the texts say of a hypothesis; `signs` are those of single steps, for mediated paths, `names` of the parties."""
    rule = RULES[hypothesis.kind]
    if not cases:
        return silent("documents", "未涉及：没有成对的文本。", "Silent: there are no texts to compare.", rule)
    if hypothesis.kind is HypothesisKind.GROUP:
        return _groups(cases, rule, names or {})
    if hypothesis.kind is HypothesisKind.LEVEL:
        return _level(hypothesis, cases, rule)
    named = [one for one in hypothesis.path if not any(one in case.levels for case in cases)]
    if named:
        return _unread(named, rule)
    if hypothesis.kind is HypothesisKind.DIRECT:
        return _path(hypothesis.path, hypothesis.sign, cases, rule)
    return _mediated(hypothesis, cases, signs or {}, rule)


def _unread(constructs: Sequence[str], rule: tuple[str, str]) -> SourceAnswer:
    zh = "、".join(construct_name(one) for one in constructs)
    en = ", ".join(construct_name(one, "en") for one in constructs)
    return silent("documents", f"未涉及：文本中没有量到{zh}。", f"Silent: the texts give no measure of {en}.", rule)


def _path(
    path: Sequence[str], sign: Sign | None, cases: Sequence[TextCase], rule: tuple[str, str], prefix: str = ""
) -> SourceAnswer:
    cause, effect = path[0], path[-1]
    known = [_apart(case, cause, effect) for case in cases if cause in case.levels and effect in case.levels]
    unit_zh, unit_en = "份文本", "texts"
    if "scale_gap" in (cause, effect):
        known, unit_zh, unit_en = _by_matter(known), "个事项", "matters"
    if len(known) < _SMALLEST:
        return silent("documents", "未涉及：可比的文本不足两份。", "Silent: fewer than two texts measure both.", rule)
    having = [case for case in known if case.has(cause)]
    both = [case for case in having if case.has(effect)]
    names_zh, names_en = ((construct_name(cause, at), construct_name(effect, at)) for at in ("zh", "en"))
    numbers = [
        Measured(f"{prefix}texts", len(known), f"{unit_zh[1:]}数", unit_en),
        Measured(f"{prefix}cause", len(having), f"有{names_zh[0]}的{unit_zh[1:]}", f"{unit_en} with {names_en[0]}"),
        Measured(
            f"{prefix}both", len(both), f"其中有{names_zh[1]}的", f"of these, with {names_en[1]}", _all(both, effect)
        ),
    ]
    zh = f"{{{prefix}texts}} {unit_zh}中，{{{prefix}cause}} {unit_zh[0]}有{names_zh[0]}，其中 {{{prefix}both}} {unit_zh[0]}有{names_zh[1]}"
    en = f"Of {{{prefix}texts}} {unit_en}, {{{prefix}cause}} show {names_en[0]}, and {{{prefix}both}} of these {names_en[1]}"
    answer = by_share(len(both) / len(having), sign) if len(having) >= FEWEST else Answer.SILENT
    basis: Basis = "congruence"
    together = concordance([case.levels[cause] for case in known], [case.levels[effect] for case in known])
    if together is not None:
        tau, p_value = together
        numbers += [
            Measured(f"{prefix}tau", tau, "Kendall τ", "Kendall's tau"),
            Measured(f"{prefix}p", p_value, "双侧 p", "two-sided p"),
        ]
        zh += f"；两者强弱的 τ = {{{prefix}tau}}（p = {{{prefix}p}}）"
        en += f"; tau of the two is {{{prefix}tau}} (p = {{{prefix}p}})"
        if p_value <= ALPHA:
            answer, basis = expected(sign, tau > 0), "test"
    if answer is not Answer.SILENT and basis == "congruence":
        zh += "；只是同时存在与否，没有看到一同变化"
        en += "; this is presence alone, the two are not seen to vary together"
    links = _once((*_all(known, cause), *_all(known, effect)))
    return SourceAnswer("documents", answer, *rule, f"{zh}。", f"{en}.", tuple(numbers), links, basis)


def _apart(case: TextCase, cause: str, effect: str) -> TextCase:
    """Leave clauses that speak of cause and effect alike out of the cause: they would make the two agree by themselves."""
    shared = set(case.links.get(effect, ()))
    own = tuple(link for link in case.links.get(cause, ()) if link not in shared)
    if cause not in case.counts or len(own) == case.counts[cause]:
        return case
    levels = {**case.levels, cause: len(own) / case.articles}
    return replace(case, levels=levels, counts={**case.counts, cause: len(own)}, links={**case.links, cause: own})


def _once(links: Iterable[SourceLink]) -> tuple[SourceLink, ...]:
    return tuple(dict.fromkeys(links))


def _by_matter(cases: Sequence[TextCase]) -> list[TextCase]:
    """Join the texts of each matter to one case, for a gap is one number of both sides: levels are means, clauses all."""
    joined = []
    for matter in dict.fromkeys(case.matter for case in cases):
        own = [case for case in cases if case.matter == matter]
        names = sorted({name for case in own for name in case.levels})
        levels = {}
        for name in names:
            known = [case.levels[name] for case in own if name in case.levels]
            levels[name] = sum(known) / len(known)
        links = {name: _all(own, name) for name in names}
        joined.append(TextCase("", matter, "", sum(case.articles for case in own), levels, {}, links))
    return joined


def _all(cases: Sequence[TextCase], construct: str) -> tuple[SourceLink, ...]:
    return _once(link for case in cases for link in case.links.get(construct, ()))


def _mediated(
    hypothesis: Hypothesis,
    cases: Sequence[TextCase],
    signs: Mapping[tuple[str, str], Sign],
    rule: tuple[str, str],
) -> SourceAnswer:
    steps = list(pairwise(hypothesis.path))
    parts = []
    for at, step in enumerate(steps):
        last: Sign | None = hypothesis.sign if at == len(steps) - 1 else "+"
        parts.append(_path(step, signs.get(step, last), cases, rule, prefix=f"step{at + 1}_"))
    said = {part.answer for part in parts}
    answer = Answer.SILENT
    if Answer.CONTRADICTS in said:
        answer = Answer.CONTRADICTS
    elif said == {Answer.SUPPORTS}:
        answer = Answer.SUPPORTS
    return SourceAnswer(
        "documents",
        answer,
        *rule,
        "".join(part.text_zh for part in parts),
        " ".join(part.text_en for part in parts),
        tuple(number for part in parts for number in part.numbers),
        _once(link for part in parts for link in part.links),
        "congruence" if any(part.basis == "congruence" for part in parts) else parts[0].basis,
    )


def _level(hypothesis: Hypothesis, cases: Sequence[TextCase], rule: tuple[str, str]) -> SourceAnswer:
    target = hypothesis.target
    known = [case for case in cases if target in case.levels]
    if not target:
        return silent("documents", "未涉及：只有问卷问到。", "Silent: only the questionnaire asks it.", rule)
    if not known:
        return _unread([target], rule)
    having = [case for case in known if case.has(target)]
    zh, en = construct_name(target), construct_name(target, "en")
    numbers = (
        Measured("texts", len(known), "文本数", "texts"),
        Measured("having", len(having), f"有{zh}条款的文本", f"texts with clauses of {en}", _all(having, target)),
    )
    return SourceAnswer(
        "documents",
        by_share(len(having) / len(known), hypothesis.sign) if len(known) >= FEWEST else Answer.SILENT,
        *rule,
        f"{{texts}} 份文本中有 {{having}} 份含{zh}条款。",
        f"{{having}} of {{texts}} texts hold clauses of {en}.",
        numbers,
        _all(having, target),
        "share",
    )


def _groups(cases: Sequence[TextCase], rule: tuple[str, str], names: Mapping[str, tuple[str, str]]) -> SourceAnswer:
    parties = list(dict.fromkeys(case.party for case in cases))
    if len(parties) < _SMALLEST:
        return silent("documents", "未涉及：只有一方的文本。", "Silent: the texts are of one party.", rule)
    tested: list[tuple[str, list[int], float]] = []
    articles = [sum(case.articles for case in cases if case.party == party) for party in parties]
    for construct in COUNTED:
        counts = [sum(case.counts.get(construct, 0) for case in cases if case.party == party) for party in parties]
        if sum(counts):
            tested.append((construct, counts, _differ(counts, articles)))
    if not tested:
        return silent("documents", "未涉及：各方文本都没有相应条款。", "Silent: no text holds such clauses.", rule)
    corrected = adjust_p_values([p for _, _, p in tested])
    apart = [one for one, p in zip(tested, corrected, strict=True) if p <= DIFFERENT]
    shown = [construct for construct, _, _ in apart or tested]
    called = [names.get(party, (party, party)) for party in parties]
    numbers = [
        Measured(
            f"{construct}_{at}",
            count,
            f"{called[at][0]}：{construct_name(construct)}条款",
            f"{called[at][1]}: clauses of {construct_name(construct, 'en')}",
        )
        for construct, counts, _ in tested
        for at, count in enumerate(counts)
    ]
    numbers.append(Measured("p", min(corrected), "最小的校正后 p", "smallest corrected p"))
    zh, en = (_listed(shown, len(parties), language) for language in ("zh", "en"))
    order_zh, order_en = ("、".join(one[0] for one in called), ", ".join(one[1] for one in called))
    told = ("有差异", "differ") if apart else ("没有显出差异", "show no difference")
    return SourceAnswer(
        "documents",
        Answer.CONTRADICTS if apart else Answer.SILENT,
        *rule,
        f"条款数（依次为 {order_zh}）{told[0]}：{zh}（最小的校正后 p = {{p}}）。",
        f"Clauses ({order_en}) {told[1]}: {en} (smallest corrected p = {{p}}).",
        tuple(numbers),
        _once(link for construct in shown for link in _all(cases, construct)),
        "test",
    )


def _listed(constructs: Sequence[str], parties: int, language: str) -> str:
    """Return the counts of each construct, party by party, as names of numbers."""
    parted, between = (" 比 ", "；") if language == "zh" else (" to ", "; ")
    return between.join(
        f"{construct_name(one, language)} " + parted.join(f"{{{one}_{at}}}" for at in range(parties))
        for one in constructs
    )


def _differ(counts: Sequence[int], articles: Sequence[int]) -> float:
    """Return the p of equal numbers per article: exact for two parties, chi-square for more."""
    if len(counts) == _SMALLEST:
        return float(binomtest(counts[0], sum(counts), articles[0] / sum(articles)).pvalue)
    fair = [sum(counts) * one / sum(articles) for one in articles]
    return float(chisquare(counts, fair).pvalue)
