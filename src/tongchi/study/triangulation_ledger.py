"""What does the ledger say of a hypothesis? Commitments kept in time, and what followed from keeping or breaking them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from scipy.stats import chi2_contingency

from tongchi.study.ledger import LEDGER
from tongchi.study.sources import SourceLink, row_link
from tongchi.study.timeline import TimePoint
from tongchi.study.triangulation_answer import (
    DIFFERENT,
    Answer,
    Measured,
    Reading,
    SourceAnswer,
    by_share,
    expected,
    fisher,
    silent,
)
from tongchi.survey.instrument import Hypothesis, Sign

if TYPE_CHECKING:
    from tongchi.study.result import LedgerLine, LedgerSection

KEPT_TELLS = ("involvement", "trust")
"""Effects of which the keeping of commitments is evidence."""
_SETTLED = ("kept", "late", "broken")


def promises_reading(
    effect: str, causes: Sequence[TimePoint], ledger: LedgerSection | None, sign: Sign | None, prefix: str
) -> Reading | None:
    """Return whether commitments due after the first row of the cause are kept in time more often; None where that cannot be asked."""
    if effect not in KEPT_TELLS or ledger is None or not causes:
        return None
    first = min(one.day for one in causes)
    settled = [line for line in _settled(ledger) if line.entry.due is not None]
    sides = [
        [line for line in settled if line.entry.due and (line.entry.due.last > first) is later]
        for later in (True, False)
    ]
    (kept, whole), (kept_before, whole_before) = (
        (sum(one.status == "kept" for one in side), len(side)) for side in sides
    )
    if not (whole and whole_before):
        return None
    p_value = fisher((kept, whole - kept), (kept_before, whole_before - kept_before))
    links = _lines(settled)
    return Reading(
        expected(sign, kept / whole > kept_before / whole_before),
        p_value,
        f"因出现后到期的承诺按期履行 {{{prefix}kept}}/{{{prefix}due}}，此前 {{{prefix}kept_before}}/{{{prefix}due_before}}（p = {{{prefix}kept_p}}）",
        f"of commitments due after the cause appears {{{prefix}kept}} of {{{prefix}due}} were kept in time, before {{{prefix}kept_before}} of {{{prefix}due_before}} (p = {{{prefix}kept_p}})",
        (
            Measured(f"{prefix}kept", kept, "其后按期履行", "kept in time after", _lines(sides[0])),
            Measured(f"{prefix}due", whole, "其后到期", "due after", _lines(sides[0])),
            Measured(f"{prefix}kept_before", kept_before, "此前按期履行", "kept in time before", _lines(sides[1])),
            Measured(f"{prefix}due_before", whole_before, "此前到期", "due before", _lines(sides[1])),
            Measured(f"{prefix}kept_p", p_value, "履约：双侧 p", "commitments: two-sided p"),
        ),
        links,
    )


def _settled(ledger: LedgerSection) -> list[LedgerLine]:
    return [line for line in ledger.lines if line.entry.kind == "commitment" and line.status in _SETTLED]


def _lines(lines: Iterable[LedgerLine]) -> tuple[SourceLink, ...]:
    return tuple(row_link("ledger", LEDGER, one.entry.line, one.entry.what) for one in lines)


def ledger_level(hypothesis: Hypothesis, ledger: LedgerSection | None, rule: tuple[str, str]) -> SourceAnswer:
    """Return how often rewards or sanctions followed, for a hypothesis on the level of incentive."""
    if hypothesis.target != "incentive":
        return silent("events", "未涉及：事件说明不了这一水平。", "Silent: events do not tell this level.", rule)
    settled = [] if ledger is None else _settled(ledger)
    if ledger is None or not settled:
        return silent(
            "events", "未涉及：台账中没有已有结果的承诺。", "Silent: the ledger holds no settled commitment.", rule
        )
    given = [line for line in ledger.lines if line.entry.kind in ("reward", "sanction") and line.entry.done]
    followed = [line for line in settled if any(_follows(one, line) for one in given)]
    numbers = (
        Measured("settled", len(settled), "已有结果的承诺", "settled commitments", _lines(settled)),
        Measured(
            "followed", len(followed), "其后有奖惩的", "followed by a reward or sanction", _lines((*followed, *given))
        ),
    )
    return SourceAnswer(
        "events",
        by_share(len(followed) / len(settled), hypothesis.sign),
        *rule,
        "已有结果的 {settled} 项承诺中，{followed} 项之后有奖励或问责。",
        "Of {settled} settled commitments {followed} were followed by a reward or sanction.",
        numbers,
        _lines((*settled, *given)),
        "share",
    )


def _follows(given: LedgerLine, promise: LedgerLine) -> bool:
    """Whether a reward or sanction may be for a commitment: of its party, on its matter, no earlier than its outcome."""
    one, entry = given.entry, promise.entry
    outcome = entry.done.first if promise.status == "kept" and entry.done else entry.due.last if entry.due else None
    fits = (one.kind == "reward") == (promise.status == "kept")
    same = one.party == entry.party and one.matter in ("", entry.matter)
    return fits and same and one.done is not None and (outcome is None or one.done.last >= outcome)


def ledger_groups(
    ledger: LedgerSection | None, rule: tuple[str, str], names: Mapping[str, tuple[str, str]]
) -> SourceAnswer:
    """Return whether the parties keep their commitments in time alike."""
    settled = [] if ledger is None else _settled(ledger)
    parties = list(dict.fromkeys(line.entry.party for line in settled))
    if len(parties) < 2:
        return silent(
            "events",
            "未涉及：台账中不足两方有已有结果的承诺。",
            "Silent: fewer than two parties have settled commitments.",
            rule,
        )
    sides = [[line for line in settled if line.entry.party == party] for party in parties]
    table = [(sum(one.status == "kept" for one in side), sum(one.status != "kept" for one in side)) for side in sides]
    p_value = _differ(table)
    called = [names.get(party, (party, party)) for party in parties]
    numbers = [
        Measured(f"{word}_{at}", value, f"{called[at][0]}：{zh}", f"{called[at][1]}: {en}", _lines(side))
        for at, (side, (kept, not_kept)) in enumerate(zip(sides, table, strict=True))
        for word, value, zh, en in (
            ("kept", kept, "按期履行", "kept in time"),
            ("settled", kept + not_kept, "已有结果", "settled"),
        )
    ]
    numbers.append(Measured("p", p_value, "双侧 p", "two-sided p"))
    zh = "，".join(f"{one[0]} {{kept_{at}}}/{{settled_{at}}}" for at, one in enumerate(called))
    en = ", ".join(f"{one[1]} {{kept_{at}}} of {{settled_{at}}}" for at, one in enumerate(called))
    return SourceAnswer(
        "events",
        Answer.CONTRADICTS if p_value <= DIFFERENT else Answer.SILENT,
        *rule,
        f"按期履行的承诺：{zh}（p = {{p}}）。",
        f"Commitments kept in time: {en} (p = {{p}}).",
        tuple(numbers),
        _lines(settled),
        "test",
    )


def _differ(table: Sequence[tuple[int, int]]) -> float:
    """Return the p of equal shares: exact for two parties, chi-square for more."""
    if not all(sum(column) for column in zip(*table, strict=True)):
        return 1.0
    return fisher(table[0], table[1]) if len(table) == 2 else float(chi2_contingency(table).pvalue)
