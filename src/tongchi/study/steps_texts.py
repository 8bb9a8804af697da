"""What do the texts of a study say? Read, compared by matter, held against the centre, screened, and searched for commitments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tongchi.barriers.screen import screen
from tongchi.comparison.compare import compare_all
from tongchi.comparison.model import Comparison, DifferenceType, Direction, PairComparison
from tongchi.comparison.reciprocity import Reciprocity, find_reciprocity, is_directed_at
from tongchi.documents.read import read
from tongchi.errors import TongchiError
from tongchi.partitions import run_partitions
from tongchi.provisions.commitment_model import Commitment
from tongchi.provisions.commitments import find_commitments
from tongchi.study.folder import StudyFolder
from tongchi.study.result import (
    BrokenFile,
    Conformity,
    MatterResult,
    PairOfParties,
    PlacedFinding,
    Standing,
    StudyText,
    TextCommitment,
    VintageNote,
)
from tongchi.study.settings import Matter
from tongchi.survey.unavailable import NotAvailable, unless_refused

_LARGE = 400_000  # characters of one study above which matters are compared in processes of their own
_APART = 1.0  # years between two texts from which their vintages are noted


@dataclass(frozen=True)
class ReadTexts:
    """The documents of a study: once for each matter that names them, or with no matter; and those that could not be read."""

    texts: tuple[StudyText, ...]
    broken: tuple[BrokenFile, ...]
    skipped: tuple[str, ...]

    def of_regions(self, central: str) -> tuple[StudyText, ...]:
        """Return each text of the regions once, under its first matter."""
        found: dict[str, StudyText] = {}
        for text in self.texts:
            if text.party != central:
                found.setdefault(text.path, text)
        return tuple(found.values())


def read_texts(folder: StudyFolder) -> ReadTexts:
    """Read every document that a matter names, and every other one below documents/; what is broken is noted and left out."""
    places = _places(folder)
    documents = {}
    broken = []
    for path, party in {path: party for path, party, _ in places}.items():
        try:
            document = read(folder.path / path)
        except TongchiError as error:
            broken.append(BrokenFile(path, party, error.message("zh"), error.message("en")))
            continue
        documents[path] = replace(document, id=path, file=path)  # no report names a place on this machine
    texts = tuple(
        StudyText(party, matter, path, documents[path]) for path, party, matter in places if path in documents
    )
    skipped = tuple(path for path, _, matter in places if not matter)
    return ReadTexts(texts, tuple(broken), skipped)


def _places(folder: StudyFolder) -> list[tuple[str, str, str]]:
    """Return path, party and matter of every document, in the order of matters and parties, those without a matter last."""
    places = []
    central = folder.central.code if folder.central else ""
    for matter in folder.matters:
        places += [(path, central, matter.code) for path in matter.central]
        places += [(path, party, matter.code) for party, paths in matter.documents.items() for path in paths]
    named = {path for path, _, _ in places}
    parties = {party.code for party in folder.parties}
    for path in folder.documents:
        party = path.split("/")[1] if path.count("/") > 1 else ""
        if path not in named and party in parties:
            places.append((path, party, ""))
    return places


# --- matters ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MatterTexts:
    """What the comparison of one matter works on: its texts, those of the centre first."""

    matter: Matter
    texts: tuple[StudyText, ...]
    central: str


def matter_texts(folder: StudyFolder, texts: Iterable[StudyText]) -> tuple[MatterTexts, ...]:
    """Return each matter with its texts."""
    central = folder.central.code if folder.central else ""
    listed = tuple(texts)
    return tuple(
        MatterTexts(matter, tuple(each for each in listed if each.matter == matter.code), central)
        for matter in folder.matters
    )


def compare_matters(parts: Sequence[MatterTexts], *, workers: int = 1) -> dict[str, MatterResult]:
    """Return the result of each matter by its code; large texts are compared in processes of their own."""
    size = sum(len(text.document.source) for part in parts for text in part.texts)
    used = workers if size > _LARGE else 1
    found = {each.matter.code: each for each in run_partitions(compare_matter, parts, workers=used)}
    return {part.matter.code: found[part.matter.code] for part in parts}


def compare_matter(part: MatterTexts) -> MatterResult:
    """Compare the texts of one matter; a text without articles is left out, and the reason stands in its place."""
    texts = tuple(text for text in part.texts if text.document.articles)
    baseline = 0 if texts and texts[0].party == part.central else None
    comparison = _comparison(part, texts, baseline)
    if isinstance(comparison, NotAvailable):
        return MatterResult(part.matter, texts, comparison, (), (), _no_centre(comparison), ())
    named = {document.id: text for document, text in zip(comparison.documents, texts, strict=True)}
    pairs = tuple(PairOfParties(named[each.a.id], named[each.b.id], each) for each in comparison.pairs)
    apart = [each for each in pairs if each.a.party != each.b.party]
    regions = tuple(each for each in apart if part.central not in (each.a.party, each.b.party))
    central = tuple(each for each in apart if each.a.party == part.central)
    conformity: tuple[Conformity, ...] | NotAvailable = tuple(_conformity(each) for each in central)
    if not central:
        zh, en = "该事项没有中央文本。", "The matter has no central text."
        conformity = NotAvailable("conformity", zh, en)
    vintages = tuple(note for each in apart if (note := _vintage(part.matter.code, each.pair)))
    return MatterResult(part.matter, texts, comparison, regions, central, conformity, vintages)


def _comparison(part: MatterTexts, texts: Sequence[StudyText], baseline: int | None) -> Comparison | NotAvailable:
    if len(texts) < 2:
        zh = f"“{part.matter.zh}”可读的文本只有 {len(texts)} 份，至少要两份才能比较。"
        return NotAvailable(
            "matter", zh, f"“{part.matter.en}” has {len(texts)} readable text(s); a comparison takes two."
        )
    documents = [text.document for text in texts]
    return unless_refused("matter", lambda: compare_all(documents, matter=part.matter.zh, baseline=baseline))


def _no_centre(reason: NotAvailable) -> NotAvailable:
    return NotAvailable("conformity", reason.zh, reason.en)


def _conformity(each: PairOfParties) -> Conformity:
    pair = each.pair
    severities: dict[str, list[tuple[float, float]]] = {}
    for link in pair.links:
        weight = 1.0 if link.strength == "primary" else 0.5
        severities.setdefault(link.a_eid, []).append((link.severity, weight))
    kept = [1 - sum(s * w for s, w in found) / sum(w for _, w in found) for found in severities.values()]
    return Conformity(
        party=each.b.party,
        document=each.b.path,
        central=each.a.path,
        gap=pair.gap,
        articles=len(pair.a.articles),
        answered=len(severities),
        kept=round(sum(kept) / len(kept), 6) if kept else None,
        looser=tuple((link.a_eid, link.b_eid) for link in pair.links if _asks_less(link.type, link.direction)),
        conflicts=tuple((link.a_eid, link.b_eid) for link in pair.links if link.type is DifferenceType.CONFLICT),
    )


def _asks_less(kind: DifferenceType, direction: Direction) -> bool:
    return kind is DifferenceType.LOOSER or (kind is DifferenceType.QUANTITY and direction is Direction.LOOSER)


def _vintage(matter: str, pair: PairComparison) -> VintageNote | None:
    """Return a note where the two texts lie a year or more apart, or where a date is not known."""
    a, b = pair.a.metadata.vintage, pair.b.metadata.vintage
    years = None
    if a and b:
        years = round((date.fromisoformat(b) - date.fromisoformat(a)).days / 365.25, 1)
        if abs(years) < _APART:
            return None
    return VintageNote(matter, pair.a.id, pair.b.id, a, b, years)


# --- findings --------------------------------------------------------------------------------------------


def screen_texts(texts: Iterable[StudyText]) -> tuple[PlacedFinding, ...]:
    """Return the local-protection findings of each text, in the order of the texts and their clauses."""
    return tuple(
        PlacedFinding(text.party, text.matter, text.path, finding)
        for text in texts
        for finding in screen(text.document)
    )


# --- commitments -----------------------------------------------------------------------------------------


def text_commitments(texts: Sequence[StudyText], matters: Iterable[MatterResult]) -> tuple[TextCommitment, ...]:
    """Return the commitments of each text towards other regions, with the parties that they are directed at and their answers."""
    answers: dict[tuple[str, str], list[tuple[str, Reciprocity]]] = {}
    for result in matters:
        for each in result.pairs:
            for found in find_reciprocity(each.pair):
                own, other = (each.a, each.b) if found.side == "a" else (each.b, each.a)
                answers.setdefault((own.path, _place(found.commitment)), []).append((other.path, found))
    return tuple(
        _text_commitment(text, commitment, texts, answers.get((text.path, _place(commitment)), []))
        for text in texts
        for commitment in find_commitments(text.document)
    )


def _place(commitment: Commitment) -> str:
    return f"{commitment.eid}:{commitment.start}"


def _text_commitment(
    text: StudyText, commitment: Commitment, texts: Sequence[StudyText], found: Sequence[tuple[str, Reciprocity]]
) -> TextCommitment:
    towards = tuple(dict.fromkeys(_directed(text, commitment, texts)))
    answers = tuple((path, each.eid) for path, one in found for each in one.answers)
    standing: Standing = "mutual" if answers else "one_sided" if towards else "undirected"
    reciprocal = bool(answers) if towards else None
    return TextCommitment(
        text.party,
        text.matter,
        text.path,
        replace(commitment, reciprocal=reciprocal),
        towards,
        standing,
        tuple(dict.fromkeys(answers)),
    )


def _directed(text: StudyText, commitment: Commitment, texts: Iterable[StudyText]) -> Iterator[str]:
    for other in texts:
        if other.party != text.party and is_directed_at(commitment, text.document, other.document):
            yield other.party
