"""What happened when, construct by construct, and did the pace change? Dated rows of events and ledger, counted by year.

A row is dated evidence of a construct as the theory's table has it:

* an event, of the construct that it names; a rectification, of the barrier dissolving;
* a commitment that was done, of involvement, and of the construct that the ledger names; done in time, of trust as well;
* a reward or sanction, of incentive.

The pace is the number of rows in a year. Its change points minimise the penalised Poisson deviance of `mechanism.change_points`; where
there is one, its date has a posterior. Years without rows between the first and the last of the timeline count as 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tongchi.mechanism.change_points import change_date, change_points
from tongchi.mechanism.tables import CONSTRUCTS, Event
from tongchi.study.ledger import LEDGER
from tongchi.study.sources import SourceLink, row_link
from tongchi.survey.unavailable import NotAvailable

if TYPE_CHECKING:
    from tongchi.study.result import LedgerSection

EVENTS = "events.csv"
MASS = 0.9
"""Probability with which the change lies in the years that are named."""
_SHORTEST = 6
_REGIME = 2
_DONE = ("kept", "late")


@dataclass(frozen=True, slots=True)
class TimePoint:
    """One dated row as evidence of a construct. `sign` is −1 where it tells of less of it: a barrier that was removed.

    `day` is the first that the date allows; `title` what happened, `kind` that of the event or ledger entry.
    """

    day: date
    precision: str
    construct: str
    sign: int
    parties: tuple[str, ...]
    kind: str
    title: str
    link: SourceLink


@dataclass(frozen=True, slots=True)
class PaceChange:
    """A change in the number of rows per year: the levels before and after each change, and how sure the date of a single one is.

    `years` are the first years of the new regimes. `probability` holds for each year the chance that the new regime begins in it,
    given that there is one change; `within` the fewest years that hold it with probability `MASS`.
    """

    years: tuple[int, ...]
    levels: tuple[float, ...]
    probability: tuple[tuple[int, float], ...]
    within: tuple[int, ...]


@dataclass(frozen=True)
class ConstructTimeline:
    """The rows of one construct in order, their number by year, and the change of their pace."""

    construct: str
    points: tuple[TimePoint, ...]
    counts: tuple[tuple[int, int], ...]
    change: PaceChange | NotAvailable


@dataclass(frozen=True)
class Timeline:
    """The timelines of all constructs that have rows, in the order of the theory; `years` from the first to the last."""

    years: tuple[int, ...]
    constructs: tuple[ConstructTimeline, ...]

    def of(self, construct: str) -> ConstructTimeline | None:
        """Return the timeline of a construct, None where no row speaks of it."""
        return next((one for one in self.constructs if one.construct == construct), None)


def timeline(
    events: Sequence[Event],
    ledger: LedgerSection | NotAvailable | None = None,
    *,
    first: int | None = None,
    last: int | None = None,
) -> Timeline | NotAvailable:
    """Return the timelines of a study; `first` and `last` year limit them where given."""
    points = time_points(events, ledger)
    years = sorted({point.day.year for point in points})
    if not years:
        return NotAvailable("timeline", "没有带日期的事件或台账记录。", "There are no dated events or ledger entries.")
    begin, end = years[0] if first is None else first, years[-1] if last is None else last
    span = tuple(range(begin, end + 1))
    inside = [point for point in points if begin <= point.day.year <= end]
    found = []
    for construct in CONSTRUCTS:
        own = tuple(point for point in inside if point.construct == construct)
        if own:
            counts = tuple((year, sum(point.day.year == year for point in own)) for year in span)
            found.append(ConstructTimeline(construct, own, counts, pace_change(counts)))
    return Timeline(span, tuple(found))


def time_points(events: Sequence[Event], ledger: LedgerSection | NotAvailable | None = None) -> tuple[TimePoint, ...]:
    """Return every dated row once for each construct that it is evidence of, by day, file and line."""
    points = [
        TimePoint(
            day=event.date,
            precision=event.precision,
            construct=event.construct,
            sign=-1 if event.kind == "rectification" and event.construct == "barrier" else 1,
            parties=event.parties,
            kind=event.kind,
            title=event.title,
            link=row_link("event", EVENTS, event.line, event.title),
        )
        for event in events
        if event.construct
    ]
    if ledger is not None and not isinstance(ledger, NotAvailable):
        points += _from_ledger(ledger)
    order = {construct: at for at, construct in enumerate(CONSTRUCTS)}
    return tuple(
        sorted(points, key=lambda one: (one.day, one.link.file, one.link.line, order.get(one.construct, len(order))))
    )


def _from_ledger(ledger: LedgerSection) -> list[TimePoint]:
    points = []
    for line in ledger.lines:
        entry = line.entry
        if entry.done is None or entry.done.first > ledger.as_of:
            continue
        constructs = [entry.construct]
        if entry.kind == "commitment":
            constructs = ["involvement", entry.construct, *(["trust"] if line.status == "kept" and entry.due else [])]
            if line.status not in _DONE:
                continue
        for construct in dict.fromkeys(constructs):
            points.append(
                TimePoint(
                    day=entry.done.first,
                    precision=entry.done.precision,
                    construct=construct,
                    sign=1,
                    parties=(entry.party,),
                    kind=entry.kind,
                    title=entry.what,
                    link=row_link("ledger", LEDGER, entry.line, entry.what),
                )
            )
    return points


def pace_change(counts: Sequence[tuple[int, int]]) -> PaceChange | NotAvailable:
    """Return where the number of rows per year changes; not available for fewer than six years or a pace that never varies."""
    numbers = [n for _, n in counts]
    if len(numbers) < _SHORTEST:
        return NotAvailable(
            "change", f"只有 {len(numbers)} 年，不足 6 年。", f"Only {len(numbers)} years; six are needed."
        )
    if len(set(numbers)) == 1:
        return NotAvailable("change", "各年数目相同。", "The number is the same in each year.")
    found = change_points(numbers, kind="count", shortest=_REGIME)
    if not found.ends:
        return NotAvailable(
            "change",
            "没有变化点：节奏的起伏不超出偶然。",
            "There is no change point: the pace varies no more than by chance.",
        )
    years = [year for year, _ in counts]
    dated = change_date(numbers, kind="count", shortest=_REGIME)
    return PaceChange(
        years=tuple(years[end + 1] for end in found.ends),
        levels=found.levels,
        probability=tuple((years[at + 1], float(p)) for at, p in enumerate(dated.probability)),
        within=tuple(years[at + 1] for at in dated.credible_set(MASS)),
    )
