"""What do people say of a hypothesis: the officials who filled in the questionnaire, and the quotes that coders read?

* Questionnaire: the verdict of `survey.hypotheses`, by its rule of interval and smallest effect; undecided is silent.
* Coded quotes: one for each quote, however many coders read it; divided where as many coders say the one as the other. Most
  (≥ 2/3) of at least three quotes decide. Coders choose what they quote: this tells what was found by those who looked for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from tongchi.study.evidence import EvidenceRow, Stance
from tongchi.study.sources import SourceLink, items_link, row_link
from tongchi.study.triangulation_answer import Answer, Measured, SourceAnswer, by_share, silent
from tongchi.survey.hypotheses import HypothesisResult, HypothesisTable
from tongchi.survey.hypotheses_effects import EffectEstimate
from tongchi.survey.hypotheses_rule import Verdict
from tongchi.survey.instrument import Hypothesis, HypothesisKind, Instrument
from tongchi.survey.unavailable import NotAvailable

FEWEST = 3
"""Quotes below which coded evidence decides nothing."""
_ANSWERS = {
    Verdict.SUPPORTED: Answer.SUPPORTS,
    Verdict.CONTRADICTED: Answer.CONTRADICTS,
    Verdict.UNDECIDED: Answer.SILENT,
}
CODED_RULE = (
    "每段引文算一次，编码者各半为分歧；至少三段且多数（≥ 2/3）支持或不支持才算数。引文由编码者挑选。",
    "Each quote counts once, divided where coders are; at least three quotes, of which most (≥ 2/3) decide. Coders choose what they quote.",
)


def questionnaire_answer(hypothesis: Hypothesis, table: HypothesisTable, instrument: Instrument) -> SourceAnswer:
    """Return the verdict of the answers on a hypothesis, with its estimate and the items behind it."""
    rule = table.rule.text("zh"), table.rule.text("en")
    found = next((one for one in table.results if one.id == hypothesis.id), None)
    if found is None:
        return silent(
            "questionnaire", "未涉及：问卷没有检验这一假设。", "Silent: the questionnaire does not test it.", rule
        )
    if isinstance(found.verdict, NotAvailable):
        why = found.verdict
        return silent("questionnaire", f"无法判断：{why.zh}", f"Silent: {why.en}", rule)
    if hypothesis.kind is HypothesisKind.GROUP:
        return _groups(found, found.verdict, instrument, rule)
    if isinstance(found.effect, NotAvailable):
        return silent("questionnaire", f"无法判断：{found.effect.zh}", f"Silent: {found.effect.en}", rule)
    effect, links = found.effect, _items(hypothesis, instrument, found.effect.n)
    return SourceAnswer(
        "questionnaire",
        _ANSWERS[found.verdict],
        *rule,
        f"标准化效应 {{standardised}}（{{lower}} 至 {{upper}}），n = {{n}}：{found.why('zh')}。",
        f"Standardised effect {{standardised}} ({{lower}} to {{upper}}), n = {{n}}: {found.why('en')}.",
        _numbers(found, effect, links),
        links,
        "verdict",
    )


def _numbers(found: HypothesisResult, effect: EffectEstimate, links: tuple[SourceLink, ...]) -> tuple[Measured, ...]:
    low, high = effect.standardised_interval.lower, effect.standardised_interval.upper
    numbers = [
        Measured("standardised", effect.standardised, "标准化效应", "standardised effect", links),
        Measured("lower", low, "区间下限", "lower limit", links),
        Measured("upper", high, "区间上限", "upper limit", links),
        Measured("n", effect.n, "回答人数", "respondents", links),
        Measured("estimate", effect.estimate, "估计值", "estimate", links),
    ]
    if not isinstance(found.p_adjusted, NotAvailable):
        numbers.append(Measured("p", found.p_adjusted, "校正后 p", "corrected p", links))
    return tuple(numbers)


def _groups(found: HypothesisResult, verdict: Verdict, instrument: Instrument, rule: tuple[str, str]) -> SourceAnswer:
    numbers: list[Measured] = []
    known = {one.code: one for one in instrument.constructs}
    words_zh, words_en = [], []
    for at, part in enumerate(found.parts):
        if isinstance(part.effect, NotAvailable):
            continue
        zh, en = (
            (known[part.construct].zh, known[part.construct].en) if part.construct in known else (part.construct,) * 2
        )
        pair, own = f"{part.first} − {part.second}", _items_of([part.construct], instrument, part.effect.n)
        numbers.append(
            Measured(
                f"part{at}",
                part.effect.standardised,
                f"{zh}：{pair}（标准差）",
                f"{en}: {pair} (standard deviations)",
                own,
            )
        )
        words_zh.append(f"{zh} {{part{at}}}")
        words_en.append(f"{en} {{part{at}}}")
    why = found.why("en")
    listed = ("：" + "、".join(words_zh), ": " + ", ".join(words_en)) if numbers else ("", "")
    return SourceAnswer(
        "questionnaire",
        _ANSWERS[verdict],
        *rule,
        f"{found.why('zh')}{listed[0]}。",
        f"{why[:1].upper()}{why[1:]}{listed[1]}.",
        tuple(numbers),
        _items(found.hypothesis, instrument, None),
        "verdict",
    )


def _items(hypothesis: Hypothesis, instrument: Instrument, n: int | None) -> tuple[SourceLink, ...]:
    if hypothesis.kind is HypothesisKind.LEVEL and hypothesis.items:
        return (items_link(hypothesis.items, n),)
    return _items_of(hypothesis.path or hypothesis.constructs or (hypothesis.target,), instrument, n)


def _items_of(constructs: Sequence[str], instrument: Instrument, n: int | None) -> tuple[SourceLink, ...]:
    codes = [tuple(item.code for item in instrument.items_of(construct)) for construct in constructs]
    return tuple(items_link(items, n) for items in codes if items)


def coded_answer(hypothesis: Hypothesis, rows: Sequence[EvidenceRow]) -> SourceAnswer:
    """Return what the quotes that coders put to a hypothesis say."""
    own = [row for row in rows if row.hypothesis == hypothesis.id]
    if not own:
        return silent("coded", "未涉及：没有编到这一假设的引文。", "Silent: no quote was coded to it.", CODED_RULE)
    quotes: dict[tuple[str, str, str], list[EvidenceRow]] = {}
    for row in own:
        quotes.setdefault((row.kind, row.reference, row.quote), []).append(row)
    sides: dict[int, list[EvidenceRow]] = {-1: [], 0: [], 1: []}
    counts = dict.fromkeys(sides, 0)
    for found in quotes.values():
        stances = {(row.coder, row.stance) for row in found}
        votes = sum(1 if stance is Stance.SUPPORTS else -1 for _, stance in stances)
        side = (votes > 0) - (votes < 0)
        sides[side] += found
        counts[side] += 1
    decided = counts[1] + counts[-1]
    answer = by_share(counts[1] / len(quotes)) if decided >= FEWEST else Answer.SILENT
    if answer is Answer.CONTRADICTS and by_share(counts[-1] / len(quotes)) is not Answer.SUPPORTS:
        answer = Answer.SILENT
    names = {
        1: ("supports", "支持的引文", "quotes that support"),
        -1: ("contradicts", "不支持的引文", "quotes that contradict"),
        0: ("divided", "编码者分歧的引文", "quotes on which coders divide"),
    }
    numbers = tuple(Measured(name, counts[side], zh, en, _links(sides[side])) for side, (name, zh, en) in names.items())
    coders = Measured("coders", len({row.coder for row in own}), "编码者", "coders", _links(own))
    return SourceAnswer(
        "coded",
        answer,
        *CODED_RULE,
        "{coders} 位编码者的引文：支持 {supports} 段，不支持 {contradicts} 段，分歧 {divided} 段。",
        "Quotes read by {coders} coder(s): {supports} support, {contradicts} contradict, {divided} divide them.",
        (*numbers, coders),
        _links(own),
        "share",
    )


def _links(rows: Sequence[EvidenceRow]) -> tuple[SourceLink, ...]:
    return tuple(dict.fromkeys(row_link("evidence", row.file, row.line, row.quote) for row in rows))
