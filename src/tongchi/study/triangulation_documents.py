"""What do the documents say of a hypothesis?

The case is a text of a region on a matter, with what it shows of each construct (`text_cases`). Clauses that speak of cause and effect
alike are left out of the cause.

* A path: do cause and effect vary together (Kendall's tau-b) over the texts, or over the matters where the gap is one of the two?
  Where chance cannot be excluded, presence may still speak: three cases or more show the cause, most of them show the effect, and few
  of two or more without the cause do (support); or few of those with the cause show the effect, and no more than without it
  (contradiction); turned round for a negative path. That is congruence, the weaker word. Effects that are there with the cause and
  without it, or causes that are everywhere, say nothing.
* A mediated path: each of its steps, all of them.
* A level: do most of the texts hold the construct, or few?
* Groups: do the texts of the regions differ in their clauses per article, beyond chance? No difference shown is no support.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scipy.stats import binomtest, chisquare

from tongchi.mechanism.names import construct_name
from tongchi.study.text_cases import COUNTED, TextCase, apart, by_matter, clauses_of, once
from tongchi.study.triangulation_answer import (
    ALPHA,
    DIFFERENT,
    FEW,
    MOST,
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

FEWEST = 3
"""Cases with the cause below which presence decides nothing."""
_SMALLEST = 2
RULES: Mapping[HypothesisKind, tuple[str, str]] = {
    HypothesisKind.DIRECT: (
        "以各方各事项的文本为例：因与果的强弱一同变化（Kendall τ，双侧 p ≤ 0.10）为准；否则看有无：至少三例有因，其中多数（≥ 2/3）有果，而至少两例无因者中少数（≤ 1/3）有果，为支持；有因者少数有果且不多于无因者，为不支持（负向相反）。同时说明因与果的条款不计入因。",
        "Cases are the texts of each region and matter: cause and effect vary together (Kendall's tau, two-sided p ≤ 0.10); else presence: of three or more cases with the cause most (≥ 2/3) show the effect and of two or more without it few (≤ 1/3) do, which supports; few with the cause show it, and no more than without, which contradicts (turned round for a negative path). Clauses of both are left out of the cause.",
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
    known = [apart(case, cause, effect) for case in cases if cause in case.levels and effect in case.levels]
    unit_zh, unit_en = "份文本", "texts"
    if "scale_gap" in (cause, effect):
        known, unit_zh, unit_en = by_matter(known), "个事项", "matters"
    if len(known) < _SMALLEST:
        return silent("documents", "未涉及：可比的文本不足两份。", "Silent: fewer than two texts measure both.", rule)
    table = _Presence(known, cause, effect, prefix)
    numbers, zh, en = table.numbers((unit_zh, unit_en)), *table.words((unit_zh, unit_en))
    answer = _congruence(table.with_cause, table.without, sign)
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
        zh += "；这里只看有无"
        en += "; this goes by presence alone"
    links = once((*clauses_of(known, cause), *clauses_of(known, effect)))
    return SourceAnswer("documents", answer, *rule, f"{zh}。", f"{en}.", tuple(numbers), links, basis)


@dataclass(frozen=True)
class _Presence:
    """In how many cases the effect is there, with the cause and without it."""

    cases: Sequence[TextCase]
    cause: str
    effect: str
    prefix: str

    @property
    def with_cause(self) -> tuple[int, int]:
        return self._counted(there=True)

    @property
    def without(self) -> tuple[int, int]:
        return self._counted(there=False)

    def _counted(self, *, there: bool) -> tuple[int, int]:
        return len(self._both(there=there)), sum(case.has(self.cause) is there for case in self.cases)

    def _both(self, *, there: bool) -> list[TextCase]:
        return [case for case in self.cases if case.has(self.cause) is there and case.has(self.effect)]

    def numbers(self, unit: tuple[str, str]) -> list[Measured]:
        cause, effect = ((construct_name(one), construct_name(one, "en")) for one in (self.cause, self.effect))
        shown = f"其中有{effect[0]}的", f"of these, with {effect[1]}"
        both, other = (clauses_of(self._both(there=there), self.effect) for there in (True, False))
        return [
            Measured(f"{self.prefix}texts", len(self.cases), f"{unit[0][1:]}数", unit[1]),
            Measured(f"{self.prefix}cause", self.with_cause[1], f"有{cause[0]}的", f"with {cause[1]}"),
            Measured(f"{self.prefix}both", self.with_cause[0], *shown, both),
            Measured(f"{self.prefix}lack", self.without[1], f"没有{cause[0]}的", f"without {cause[1]}"),
            Measured(f"{self.prefix}other", self.without[0], *shown, other),
        ]

    def words(self, unit: tuple[str, str]) -> tuple[str, str]:
        cause, effect = ((construct_name(one), construct_name(one, "en")) for one in (self.cause, self.effect))
        texts, having, both, lacking, other = (
            f"{{{self.prefix}{name}}}" for name in ("texts", "cause", "both", "lack", "other")
        )
        zh = f"{texts} {unit[0]}中，有{cause[0]}的 {having}，其中有{effect[0]}的 {both}"
        en = f"Of {texts} {unit[1]}, {having} show {cause[1]}, {both} of these {effect[1]}"
        if not self.without[1]:
            return zh, en
        zh += f"；没有{cause[0]}的 {lacking}，其中有{effect[0]}的 {other}"
        return zh, en + f"; {lacking} do not show it, {other} of these {effect[1]}"


def _congruence(with_cause: tuple[int, int], without: tuple[int, int], sign: Sign | None) -> Answer:
    """Return what presence says, from (cases with the effect, cases) with the cause and without it."""
    if sign is None or with_cause[1] < FEWEST:
        return Answer.SILENT
    share = with_cause[0] / with_cause[1]
    base = without[0] / without[1] if without[1] else share
    if sign == "-":
        share, base = 1 - share, 1 - base
    if share >= MOST and without[1] >= _SMALLEST and base <= FEW:
        return Answer.SUPPORTS
    return Answer.CONTRADICTS if share <= FEW and share <= base else Answer.SILENT


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
        once(link for part in parts for link in part.links),
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
        Measured("having", len(having), f"有{zh}条款的文本", f"texts with clauses of {en}", clauses_of(having, target)),
    )
    return SourceAnswer(
        "documents",
        by_share(len(having) / len(known), hypothesis.sign) if len(known) >= FEWEST else Answer.SILENT,
        *rule,
        f"{{texts}} 份文本中有 {{having}} 份含{zh}条款。",
        f"{{having}} of {{texts}} texts hold clauses of {en}.",
        numbers,
        clauses_of(having, target),
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
        once(link for construct in shown for link in clauses_of(cases, construct)),
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
