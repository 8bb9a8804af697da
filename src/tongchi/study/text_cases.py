"""How much of each construct does each text of a region show, and in which clauses?

As the theory's table has it: the mean gap to the texts of the other regions on the matter (scale_gap, 0 to 1); how far the text keeps
what the centre rules (central_push, 0 to 1); its clauses of co-operation by construct, all of them being declarations of will; its
local-protection findings that turn on locality (barrier), both per article. Localism and development are not read in texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tongchi.study.sources import SourceLink, clause_link
from tongchi.survey.unavailable import NotAvailable

if TYPE_CHECKING:
    from tongchi.study.result import MatterResult, PlacedFinding, TextCommitment

THERE = {"scale_gap": 0.1, "central_push": 0.5}
"""From where on a measured construct counts as there: a gap beyond mere wording, and half of what the centre rules."""
COUNTED = ("willingness", "incentive", "involvement", "standardisation", "coordination", "trust", "barrier")


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


def apart(case: TextCase, cause: str, effect: str) -> TextCase:
    """Leave clauses that speak of cause and effect alike out of the cause: they would make the two agree by themselves."""
    shared = set(case.links.get(effect, ()))
    own = tuple(link for link in case.links.get(cause, ()) if link not in shared)
    if cause not in case.counts or len(own) == case.counts[cause]:
        return case
    levels = {**case.levels, cause: len(own) / case.articles}
    return replace(case, levels=levels, counts={**case.counts, cause: len(own)}, links={**case.links, cause: own})


def by_matter(cases: Sequence[TextCase]) -> list[TextCase]:
    """Join the texts of each matter to one case, for a gap is one number of both sides: levels are means, clauses all."""
    joined = []
    for matter in dict.fromkeys(case.matter for case in cases):
        own = [case for case in cases if case.matter == matter]
        names = sorted({name for case in own for name in case.levels})
        levels = {}
        for name in names:
            known = [case.levels[name] for case in own if name in case.levels]
            levels[name] = sum(known) / len(known)
        links = {name: clauses_of(own, name) for name in names}
        joined.append(TextCase("", matter, "", sum(case.articles for case in own), levels, {}, links))
    return joined


def clauses_of(cases: Sequence[TextCase], construct: str) -> tuple[SourceLink, ...]:
    """Return the clauses of a construct in all the texts."""
    return once(link for case in cases for link in case.links.get(construct, ()))


def once(links: Iterable[SourceLink]) -> tuple[SourceLink, ...]:
    """Return each link once, in order."""
    return tuple(dict.fromkeys(links))
