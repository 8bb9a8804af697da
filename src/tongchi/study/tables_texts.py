"""What do the texts come to, as tables? Each number with the clauses that it counts or weighs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tongchi.barriers.model import Severity
from tongchi.comparison.model import DifferenceType, Link, QuantityDifference
from tongchi.provisions.commitment_model import Strength
from tongchi.provisions.model import Measure
from tongchi.study import table_specs_texts as specs
from tongchi.study.result import MatterResult, PairOfParties, PlacedFinding, StudyResult, TextCommitment
from tongchi.study.sources import SourceLink, clause_link
from tongchi.study.tables import Key, Names, StudyTable, table
from tongchi.survey.unavailable import NotAvailable

_MOST = 24  # clauses that a number of many names; the others stand in the table of clauses
Row = tuple[object, ...]
Sources = dict[Key, Sequence[SourceLink]]


def text_tables(result: StudyResult, names: Names) -> list[StudyTable]:
    """Return the tables of documents, matters, findings and commitments."""
    matters = () if isinstance(result.matters, NotAvailable) else result.matters
    findings = () if isinstance(result.findings, NotAvailable) else result.findings
    commitments = () if isinstance(result.commitments, NotAvailable) else result.commitments
    return [
        _documents(result, names),
        *_pair_tables(matters, names),
        _conformity(matters, names),
        _findings(findings, names),
        *_finding_counts(result, findings, names),
        _commitments(commitments, names),
        *_commitment_counts(commitments, names),
    ]


def _documents(result: StudyResult, names: Names) -> StudyTable:
    rows: list[Row] = []
    for text in result.texts:
        data = text.document.metadata
        cells = (data.title, data.level.value, data.vintage or "", len(text.document.articles), "", "")
        rows.append((text.matter, text.path, text.party, *cells))
    named = {text.path for text in result.texts}
    rows += [
        ("", each.path, each.party, "", "", "", None, each.zh, each.en)
        for each in result.broken
        if each.path not in named
    ]
    return table(specs.DOCUMENTS, rows, names=names)


# --- pairs -----------------------------------------------------------------------------------------------


def _pair_tables(matters: Sequence[MatterResult], names: Names) -> list[StudyTable]:
    gaps: list[Row] = []
    sources: Sources = {}
    parts: list[Row] = []
    clauses: list[Row] = []
    links: Sources = {}
    quantities: list[Row] = []
    for matter in matters:
        count = len(matter.pairs)
        for at, each in enumerate((*matter.pairs, *matter.central_pairs)):
            key = (matter.matter.code, each.a.path, each.b.path)
            if at < count:
                gaps.append(_gap_row(key, each))
                sources |= _gap_sources(key, each)
                parts += [
                    (*key, part.split, part.side, part.name, part.contribution, part.count)
                    for part in each.pair.gap.parts
                ]
            for number, (row, own) in enumerate(_clause_rows(each), start=1):
                clauses.append((*key, number, *row))
                links[*key, str(number)] = own
            quantities += _quantity_rows(key, each)
    return [
        table(specs.GAPS, gaps, sources=sources, names=names),
        table(specs.GAP_PARTS, parts, names=names),
        table(specs.CLAUSES, clauses, sources=links, names=names),
        table(specs.QUANTITIES, quantities, names=names),
    ]


def _gap_row(key: Key, each: PairOfParties) -> Row:
    pair = each.pair
    gap, counts = pair.gap, [sum(link.type is kind for link in pair.links) for kind in _ORDER]
    only = [sum(one.side == side for one in pair.only) for side in ("a", "b")]
    return (
        *key, each.a.party, each.b.party, gap.value, gap.low, gap.high, gap.vintage_a or "", gap.vintage_b or "",
        years_between(gap.vintage_a, gap.vintage_b), len(pair.a.articles), len(pair.b.articles), len(pair.links), *counts, *only,
    )  # fmt: skip


_ORDER = (
    DifferenceType.IDENTICAL, DifferenceType.WORDING, DifferenceType.SCOPE, DifferenceType.QUANTITY, DifferenceType.STRICTER,
    DifferenceType.LOOSER, DifferenceType.CONFLICT,
)  # fmt: skip


def years_between(first: str | None, second: str | None) -> float | None:
    """Return by how many years the second date lies behind the first; None where one is missing."""
    from datetime import date

    if not first or not second:
        return None
    return round((date.fromisoformat(second) - date.fromisoformat(first)).days / 365.25, 1)


def _gap_sources(key: Key, each: PairOfParties) -> Sources:
    """The gap rests on its heaviest differences and on what has no counterpart; a count of a type on its clauses."""
    pair = each.pair
    heavy = sorted((link for link in pair.links if link.severity > 0), key=lambda link: -link.severity)
    alone = {
        side: [_clause(each, one.side, one.eid, one.text) for one in pair.only if one.side == side]
        for side in ("a", "b")
    }
    whole = [found for link in heavy[:_MOST] for found in _link_clauses(each, link)]
    found: Sources = {key: (*whole, *alone["a"][:_MOST], *alone["b"][:_MOST])}
    for kind in _ORDER:
        own = [clause for link in pair.links if link.type is kind for clause in _link_clauses(each, link)]
        found[*key, kind.value] = own
    for side in ("a", "b"):
        found[*key, f"only_{side}"] = alone[side]
    for column in ("articles_a", "articles_b", "years"):
        found[*key, column] = ()
    return found


def _link_clauses(each: PairOfParties, link: Link) -> list[SourceLink]:
    quotes = {side: "".join(quote.text for quote in link.quotes if quote.side == side) for side in ("a", "b")}
    return [
        clause_link(each.a.path, link.a_eid, quotes["a"]),
        clause_link(each.b.path, link.b_eid, quotes["b"]),
    ]


def _clause(each: PairOfParties, side: str, eid: str, quote: str) -> SourceLink:
    return clause_link((each.a if side == "a" else each.b).path, eid, quote)


def _clause_rows(each: PairOfParties) -> Iterable[tuple[Row, list[SourceLink]]]:
    parties = (each.a.party, each.b.party)
    for link in each.pair.links:
        first, second = _link_clauses(each, link)
        row = (
            *parties, link.a, link.b, link.a_eid, link.b_eid, link.type.value, link.direction.value, link.slot, link.value_a,
            link.value_b, round(link.probability, 6), link.severity, first.quote, second.quote,
        )  # fmt: skip
        yield row, [first, second]
    for one in each.pair.only:
        in_a = one.side == "a"
        sides = (one.number, "", one.eid, "") if in_a else ("", one.number, "", one.eid)
        quotes = (one.text, "") if in_a else ("", one.text)
        yield (
            (*parties, *sides, "only", "", "", "", "", None, 1.0, *quotes),
            [_clause(each, one.side, one.eid, one.text)],
        )


def _quantity_rows(key: Key, each: PairOfParties) -> list[Row]:
    rows: list[Row] = []
    for number, link in enumerate(each.pair.links, start=1):
        for at, one in enumerate(link.quantities, start=1):
            rows.append((*key, number, at, *_quantity(one)))
    return rows


def _quantity(one: QuantityDifference) -> Row:
    a, b = one.a, one.b
    unit = (a.unit if a else "") or (b.unit if b else "")
    return (one.what, *_ends(a), *_ends(b), unit, a.text if a else "", b.text if b else "", one.direction.value)


def _ends(measure: Measure | None) -> tuple[float | None, float | None]:
    return (measure.lo, measure.hi) if measure else (None, None)


def _conformity(matters: Sequence[MatterResult], names: Names) -> StudyTable:
    rows: list[Row] = []
    sources: Sources = {}
    for matter in matters:
        if isinstance(matter.conformity, NotAvailable):
            continue
        pairs = {(each.b.path, each.a.path): each for each in matter.central_pairs}
        for one in matter.conformity:
            key = (matter.matter.code, one.document, one.central)
            each = pairs[one.document, one.central]
            rows.append(
                (*key, one.party, one.articles, one.answered, one.kept, len(one.looser), len(one.conflicts), one.gap.value,
                 one.gap.low, one.gap.high)
            )  # fmt: skip
            by_place = {(link.a_eid, link.b_eid): _link_clauses(each, link) for link in each.pair.links}
            answered = [clause for found in by_place.values() for clause in found]
            sources[key] = answered[: 2 * _MOST]
            sources[*key, "articles"] = ()
            sources[*key, "looser"] = [clause for place in one.looser for clause in by_place[place]]
            sources[*key, "conflicts"] = [clause for place in one.conflicts for clause in by_place[place]]
    return table(specs.CONFORMITY, rows, sources=sources, names=names)


# --- findings --------------------------------------------------------------------------------------------


def _findings(findings: Sequence[PlacedFinding], names: Names) -> StudyTable:
    rows: list[Row] = []
    sources: Sources = {}
    counts: dict[str, int] = {}
    for each in findings:
        one = each.finding
        counts[each.path] = number = counts.get(each.path, 0) + 1
        rows.append(
            (each.path, number, each.party, each.matter, one.clause_id, one.label, one.code, "、".join(one.alternatives),
             one.severity.value, one.probability, one.quote, "、".join(one.deciding_words), one.mechanism_zh, one.mechanism_en,
             one.exception_zh, one.exception_en, one.remedy_zh, one.remedy_en)
        )  # fmt: skip
        sources[each.path, str(number)] = [_finding_link(each)]
    return table(specs.FINDINGS, rows, sources=sources, names=names)


def _finding_link(each: PlacedFinding) -> SourceLink:
    return clause_link(each.path, each.finding.clause_id, each.finding.quote)


def _finding_counts(result: StudyResult, findings: Sequence[PlacedFinding], names: Names) -> list[StudyTable]:
    by_code: list[Row] = []
    by_party: list[Row] = []
    sources: Sources = {}
    regions = [party.code for party in result.folder.regions]
    searched = not isinstance(result.findings, NotAvailable)
    for party in regions if searched else ():
        own = [each for each in findings if each.party == party]
        texts = {text.path: text.document for text in result.texts if text.party == party}
        by_party.append(
            (party, len(texts), sum(len(document.articles) for document in texts.values()), *_severities(own))
        )
        sources |= _severity_sources((party,), own) | {(party, "documents"): (), (party, "articles"): ()}
        for code in sorted({each.finding.code for each in own}, key=_code_order):
            some = [each for each in own if each.finding.code == code]
            by_code.append((party, code, *_severities(some)))
            sources |= _severity_sources((party, code), some)
    return [
        table(specs.FINDING_COUNTS, by_code, sources=sources, names=names),
        table(specs.FINDING_PARTIES, by_party, sources=sources, names=names),
    ]


def _code_order(code: str) -> tuple[tuple[int, ...], str]:
    return tuple(int(part) for part in code.split(".") if part.isdigit()), code


def _severities(findings: Sequence[PlacedFinding]) -> tuple[int, int, int]:
    clear = sum(each.finding.severity is Severity.CLEAR for each in findings)
    return clear, len(findings) - clear, len(findings)


def _severity_sources(key: Key, findings: Sequence[PlacedFinding]) -> Sources:
    found: Sources = {key: [_finding_link(each) for each in findings]}
    for severity in Severity:
        found[*key, severity.value] = [_finding_link(each) for each in findings if each.finding.severity is severity]
    return found


# --- commitments -----------------------------------------------------------------------------------------


def _commitments(commitments: Sequence[TextCommitment], names: Names) -> StudyTable:
    rows: list[Row] = []
    counts: dict[str, int] = {}
    for each in commitments:
        one = each.commitment
        counts[each.path] = number = counts.get(each.path, 0) + 1
        rows.append(
            (each.path, number, each.party, each.matter, one.eid, one.article, one.strength.value,
             "、".join(kind.value for kind in one.kinds), "、".join(each.towards), "、".join(one.who), one.action, one.deadline,
             each.standing, "；".join(f"{path}#{eid}" for path, eid in each.answers), "、".join(each.ledger),
             "、".join(construct.value for construct in one.constructs), one.quote)
        )  # fmt: skip
    return table(specs.COMMITMENTS, rows, names=names)


def _commitment_counts(commitments: Sequence[TextCommitment], names: Names) -> list[StudyTable]:
    by_matter: list[Row] = []
    by_party: list[Row] = []
    sources: Sources = {}
    for party in dict.fromkeys(each.party for each in commitments):
        own = [each for each in commitments if each.party == party]
        by_party.append((party, *_standings(own)))
        sources |= _standing_sources((party,), own)
        for matter in dict.fromkeys(each.matter for each in own):
            some = [each for each in own if each.matter == matter]
            by_matter.append((party, matter, *_standings(some)))
            sources |= _standing_sources((party, matter), some)
    return [
        table(specs.COMMITMENT_COUNTS, by_matter, sources=sources, names=names),
        table(specs.COMMITMENT_PARTIES, by_party, sources=sources, names=names),
    ]


_STANDINGS = ("mutual", "one_sided", "undirected")


def _standings(commitments: Sequence[TextCommitment]) -> tuple[int, ...]:
    binding = sum(_binds(each) for each in commitments)
    return (len(commitments), binding, *(sum(each.standing == name for each in commitments) for name in _STANDINGS))


def _binds(each: TextCommitment) -> bool:
    return each.commitment.strength is Strength.SHALL


def _standing_sources(key: Key, commitments: Sequence[TextCommitment]) -> Sources:
    def links(some: Iterable[TextCommitment]) -> list[SourceLink]:
        return [clause_link(each.path, each.commitment.eid, each.commitment.quote) for each in some]

    found: Sources = {key: links(commitments), (*key, "binding"): links(filter(_binds, commitments))}
    for name in _STANDINGS:
        found[*key, name] = links(each for each in commitments if each.standing == name)
    return found
