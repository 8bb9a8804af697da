"""What do events, indicators and the ledger say of a hypothesis?

Up to three readings of a path, each a two-sided test, at `ALPHA` after Holm's correction for their number:

* *order*: of all pairs of a row of the cause and a row of the effect (see `timeline`), in how many does the cause come first? Mann and
  Whitney's test. For a negative path there is no such row, for what did not happen has no date, except where barriers were removed;
  there the share of the effect among the other rows is set before and after the first row of the cause (Fisher's test).
* *indicators*: does the effect change the year after the cause does (Kendall's tau over the years of each party)? Changes, not levels,
  are set against each other, for two series that both grow agree in any case.
* *ledger*, where the effect is involvement or trust: are commitments that fall due after the first row of the cause kept in time more
  often than those before (Fisher's test)?

Supported or contradicted where every reading that can tell tells the same; silent where none can, or they divide. An order in time is
no proof of a cause. Rows that speak of both cause and effect are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from scipy.stats import mannwhitneyu

from tongchi.mechanism.names import construct_name
from tongchi.mechanism.tables import Event, Indicator
from tongchi.study.sources import SourceLink, row_link
from tongchi.study.timeline import TimePoint, time_points
from tongchi.study.triangulation_answer import (
    ALPHA,
    Answer,
    Measured,
    Reading,
    SourceAnswer,
    concordance,
    expected,
    fisher,
    silent,
)
from tongchi.study.triangulation_ledger import ledger_groups, ledger_level, promises_reading
from tongchi.survey.instrument import Hypothesis, HypothesisKind, Sign
from tongchi.survey.multiplicity import adjust_p_values
from tongchi.survey.unavailable import NotAvailable

if TYPE_CHECKING:
    from tongchi.study.result import LedgerSection

INDICATORS = "indicators.csv"
RULES: Mapping[HypothesisKind, tuple[str, str]] = {
    HypothesisKind.DIRECT: (
        "三种读法各作双侧检验（经 Holm 校正 p ≤ 0.10）：先后（因先于果的配对比例；负向则看因出现后果所占比例）、指标（因变之次年果是否随变）、台账（果为协同卷入或互信时，按期履约率是否变化）。能判断的读法一致才算数，分歧则不作判断。先后不等于因果。",
        "Three readings, each tested two-sided (p ≤ 0.10 after Holm's correction): order (share of pairs in which the cause comes first; for a negative path the share of the effect after the cause appears), indicators (does the effect change the year after the cause), ledger (for involvement and trust: commitments kept in time). Those that can tell must agree. Order is not cause.",
    ),
    HypothesisKind.MEDIATED: (
        "中介路径：每一段都按路径规则判断，全部支持才算支持，任一段不支持即为不支持。",
        "Mediated path: each step by the rule for paths; supported where all are, contradicted where any is.",
    ),
    HypothesisKind.LEVEL: (
        "奖惩机制：已有结果的承诺中，多数（≥ 2/3）之后有奖励或问责为高，少数（≤ 1/3）为低。其他构念的水平事件说明不了。",
        "Incentive: high where most (≥ 2/3) of the settled commitments were followed by a reward or sanction, low where few (≤ 1/3) were. Events do not tell the level of other constructs.",
    ),
    HypothesisKind.GROUP: (
        "比较各方按期履约的比例；p ≤ 0.05 为有差异，即不支持“相等”。没有显出差异不等于相等。",
        "Share of commitments kept in time by party: a difference at p ≤ 0.05 contradicts equality. No difference shown is no equality.",
    ),
}


@dataclass(frozen=True)
class Record:
    """What events.csv, indicators.csv and the ledger hold; `ledger` is None where there is none."""

    points: tuple[TimePoint, ...]
    indicators: tuple[Indicator, ...]
    ledger: LedgerSection | None


def record(
    events: Sequence[Event], indicators: Sequence[Indicator], ledger: LedgerSection | NotAvailable | None
) -> Record:
    """Return the record of a study, ready to be read."""
    known = None if isinstance(ledger, NotAvailable) else ledger
    return Record(time_points(events, known), tuple(indicators), known)


def events_answer(
    hypothesis: Hypothesis,
    known: Record,
    signs: Mapping[tuple[str, str], Sign] | None = None,
    names: Mapping[str, tuple[str, str]] | None = None,
) -> SourceAnswer:
    """Return what the record says of a hypothesis; `signs` are those of single steps, for mediated paths, `names` of the parties."""
    rule = RULES[hypothesis.kind]
    if not (known.points or known.indicators or known.ledger):
        return silent(
            "events", "未涉及：没有事件、指标或台账。", "Silent: there are no events, indicators or ledger.", rule
        )
    if hypothesis.kind is HypothesisKind.GROUP:
        return ledger_groups(known.ledger, rule, names or {})
    if hypothesis.kind is HypothesisKind.LEVEL:
        return ledger_level(hypothesis, known.ledger, rule)
    steps = list(pairwise(hypothesis.path))
    parts = []
    for at, step in enumerate(steps):
        last: Sign | None = hypothesis.sign if at == len(steps) - 1 else "+"
        sign = hypothesis.sign if len(steps) == 1 else (signs or {}).get(step, last)
        prefix = "" if len(steps) == 1 else f"step{at + 1}_"
        parts.append(_path(step, sign, known, rule, prefix))
    return parts[0] if len(parts) == 1 else _joined(parts, rule)


def _joined(parts: Sequence[SourceAnswer], rule: tuple[str, str]) -> SourceAnswer:
    said = {part.answer for part in parts}
    answer = Answer.SUPPORTS if said == {Answer.SUPPORTS} else Answer.SILENT
    answer = Answer.CONTRADICTS if Answer.CONTRADICTS in said else answer
    return SourceAnswer(
        "events",
        answer,
        *rule,
        "".join(part.text_zh for part in parts),
        " ".join(part.text_en for part in parts),
        tuple(number for part in parts for number in part.numbers),
        _once(link for part in parts for link in part.links),
        "test",
    )


def _path(step: tuple[str, str], sign: Sign | None, known: Record, rule: tuple[str, str], prefix: str) -> SourceAnswer:
    readings = [
        one
        for one in (
            _order(step, sign, known, prefix),
            _indicators(step, sign, known, prefix),
            promises_reading(step[1], _causes(step[0], known), known.ledger, sign, prefix),
        )
        if one is not None
    ]
    names = [construct_name(one, at) for one in step for at in ("zh", "en")]
    if not readings:
        return silent(
            "events",
            f"未涉及：{names[0]}与{names[2]}没有足够的带日期的记录。",
            f"Silent: too few dated rows of {names[1]} and {names[3]}.",
            rule,
        )
    corrected = adjust_p_values([one.p_value for one in readings])
    told = {one.leaning for one, p in zip(readings, corrected, strict=True) if p <= ALPHA} - {Answer.SILENT}
    divided = len(told) > 1
    return SourceAnswer(
        "events",
        told.pop() if len(told) == 1 else Answer.SILENT,
        *rule,
        f"{names[0]} → {names[2]}："
        + "；".join(one.zh for one in readings)
        + ("；各读法不一致。" if divided else "。"),
        f"{names[1]} → {names[3]}: "
        + "; ".join(one.en for one in readings)
        + ("; the readings divide." if divided else "."),
        tuple(number for one in readings for number in one.numbers),
        _once(link for one in readings for link in one.links),
        "test",
    )


def _once(links: Iterable[SourceLink]) -> tuple[SourceLink, ...]:
    return tuple(dict.fromkeys(links))


def _order(step: tuple[str, str], sign: Sign | None, known: Record, prefix: str) -> Reading | None:
    cause, effect = step
    causes = _causes(cause, known)
    effects = [one for one in known.points if one.construct == effect]
    removed = [one for one in effects if one.sign < 0]
    shared = {one.link for one in causes} & {one.link for one in effects}
    causes = [one for one in causes if one.link not in shared]
    if sign == "-" and removed:
        effects, sign = removed, "+"
    elif sign == "-":
        rest = [one for one in effects if one.link not in shared]
        return _share_after(causes, rest, known, prefix)
    else:
        effects = [one for one in effects if one.sign > 0]
    effects = [one for one in effects if one.link not in shared]
    if len(causes) * len(effects) < 3 or len({one.day for one in (*causes, *effects)}) < 2:
        return None
    before = mannwhitneyu(
        [one.day.toordinal() for one in effects], [one.day.toordinal() for one in causes], method="auto"
    )
    share, p_value = float(before.statistic) / (len(causes) * len(effects)), float(before.pvalue)
    links = _once(one.link for one in (*causes, *effects))
    numbers = (
        Measured(f"{prefix}causes", len(causes), "因的记录数", "rows of the cause", _once(one.link for one in causes)),
        Measured(
            f"{prefix}effects", len(effects), "果的记录数", "rows of the effect", _once(one.link for one in effects)
        ),
        Measured(f"{prefix}first", share, "因在前的配对比例", "share of pairs with the cause first", links),
        Measured(f"{prefix}order_p", p_value, "先后：双侧 p", "order: two-sided p"),
    )
    return Reading(
        expected(sign, share > 0.5),
        p_value,
        f"因 {{{prefix}causes}} 条、果 {{{prefix}effects}} 条记录，因在前的配对占 {{{prefix}first}}（p = {{{prefix}order_p}}）",
        f"rows of the cause {{{prefix}causes}}, of the effect {{{prefix}effects}}, and the cause comes first in {{{prefix}first}} of the pairs (p = {{{prefix}order_p}})",
        numbers,
        links,
    )


def _causes(construct: str, known: Record) -> list[TimePoint]:
    return [one for one in known.points if one.construct == construct and one.sign > 0]


def _share_after(
    causes: Sequence[TimePoint], effects: Sequence[TimePoint], known: Record, prefix: str
) -> Reading | None:
    """Set the share of the effect among other rows before and after the first row of the cause, for a negative path."""
    if not causes or not effects:
        return None
    first = min(one.day for one in causes)
    named = {one.link for one in (*causes, *effects)}
    others = {one.link: one.day for one in known.points if one.link not in named}
    after = sum(one.day > first for one in effects), sum(day > first for day in others.values())
    before = len(effects) - after[0], len(others) - after[1]
    if not (sum(after) and sum(before)):
        return None
    p_value = fisher(after, before)
    fell = after[0] / sum(after) < before[0] / sum(before)
    numbers = (
        Measured(f"{prefix}after", after[0], "因出现后果的记录数", "rows of the effect after the cause"),
        Measured(f"{prefix}after_all", sum(after), "其后全部记录", "all rows after it"),
        Measured(f"{prefix}before", before[0], "此前果的记录数", "rows of the effect before"),
        Measured(f"{prefix}before_all", sum(before), "此前全部记录", "all rows before"),
        Measured(f"{prefix}order_p", p_value, "先后：双侧 p", "order: two-sided p"),
    )
    return Reading(
        expected("+", fell),
        p_value,
        f"因出现后果占 {{{prefix}after}}/{{{prefix}after_all}}，此前 {{{prefix}before}}/{{{prefix}before_all}}（p = {{{prefix}order_p}}）",
        f"after the cause appears the effect makes {{{prefix}after}} of {{{prefix}after_all}} rows, before {{{prefix}before}} of {{{prefix}before_all}} (p = {{{prefix}order_p}})",
        numbers,
        _once(one.link for one in (*causes, *effects)),
    )


def _indicators(step: tuple[str, str], sign: Sign | None, known: Record, prefix: str) -> Reading | None:
    cause, effect = ([one for one in known.indicators if one.construct == name] for name in step)
    x: list[float] = []
    y: list[float] = []
    for party in sorted({one.party for one in cause} & {one.party for one in effect}):
        first = _changes([one for one in cause if one.party == party])
        then = _changes([one for one in effect if one.party == party])
        years = sorted(year for year in first if year + 1 in then)
        x += [first[year] for year in years]
        y += [then[year + 1] for year in years]
    found = concordance(x, y)
    if found is None:
        return None
    tau, p_value = found
    links = _once(row_link("indicator", INDICATORS, one.line, one.indicator) for one in (*cause, *effect))
    return Reading(
        expected(sign, tau > 0),
        p_value,
        f"{{{prefix}changes}} 对逐年变化中，因变与次年果变的 τ = {{{prefix}lag_tau}}（p = {{{prefix}lag_p}}）",
        f"over {{{prefix}changes}} yearly changes, tau of the cause's and the effect's a year later is {{{prefix}lag_tau}} (p = {{{prefix}lag_p}})",
        (
            Measured(f"{prefix}changes", len(x), "逐年变化的对数", "pairs of yearly changes", links),
            Measured(f"{prefix}lag_tau", tau, "指标：滞后一年的 τ", "indicators: tau at a lag of one year", links),
            Measured(f"{prefix}lag_p", p_value, "指标：双侧 p", "indicators: two-sided p"),
        ),
        links,
    )


def _changes(rows: Sequence[Indicator]) -> dict[int, float]:
    """Return by year the mean change of a party's indicators since the year before, each in units of its own range, more being more."""
    found: dict[int, list[float]] = {}
    for name in sorted({one.indicator for one in rows}):
        own = {int(one.period.start): one for one in rows if one.indicator == name and one.period.start % 1 == 0}
        values = [one.value for one in own.values()]
        spread = max(values, default=0.0) - min(values, default=0.0)
        for year, one in own.items():
            if year - 1 in own and spread > 0:
                found.setdefault(year, []).append(one.direction * (one.value - own[year - 1].value) / spread)
    return {year: sum(changes) / len(changes) for year, changes in found.items()}
