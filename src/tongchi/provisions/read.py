"""Which norms does a document state? Every sentence, and every subparagraph or item read under its lead-in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from tongchi.documents import Document, DocumentKind, Node, NodeKind
from tongchi.provisions.citations import find_citations, resolve_citations
from tongchi.provisions.masking import SourceSpan, mask_inserts
from tongchi.provisions.measures import find_measures
from tongchi.provisions.modality import REGULATION_CUES, STATUTE_CUES, CueTable, ModalityCue, governing_cue
from tongchi.provisions.model import Citation, Modality, Provision, ProvisionType
from tongchi.provisions.provision_types import STANDARD_CUES, is_informative
from tongchi.provisions.roles import find_roles
from tongchi.provisions.sentences import split_sentences

_CUES: dict[DocumentKind, CueTable] = {
    DocumentKind.LAW: REGULATION_CUES,
    DocumentKind.STANDARD: STANDARD_CUES,
    DocumentKind.STATUTE: STATUTE_CUES,
}
_READ = frozenset({
    NodeKind.PREAMBLE, NodeKind.ARTICLE, NodeKind.PARAGRAPH, NodeKind.SUBPARAGRAPH, NodeKind.ITEM, NodeKind.CLAUSE,
    NodeKind.SUBCLAUSE, NodeKind.LIST_ITEM,
})  # fmt: skip
_LISTED = frozenset({NodeKind.SUBPARAGRAPH, NodeKind.ITEM, NodeKind.LIST_ITEM})
_FACTS = re.compile(r"(?:情形|行为|情况|条件)之一|下列(?:情形|行为(?!规|准|要))")
_STEPS = re.compile(r"步骤|程序|流程|方法|操作|[按照](?:下列|以下)")
_OPEN = Modality.DECLARATION
_NUMBERED = frozenset({NodeKind.ARTICLE, NodeKind.CLAUSE, NodeKind.SUBCLAUSE})


def read_provisions(document: Document) -> tuple[Provision, ...]:
    """Return the provisions of all articles, paragraphs, subparagraphs and items, in reading order.

    A subparagraph takes modality and actor from its lead-in unless it states its own; a sentence without subject takes
    the actor of the sentence before it in the same paragraph. Offsets of measures and citations are relative to
    `Provision.text`; those of the provision itself are in `Document.source`. Titles, tables, contents, signatures
    and footnotes state no provisions.
    """
    return tuple(_read(document, range(len(document.nodes))))


def read_provisions_of(document: Document, article_index: int) -> tuple[Provision, ...]:
    """Return the provisions of one node of `Document.nodes` and all below it."""
    return tuple(_read(document, document.subtree(article_index)))


def _read(document: Document, indices: Iterator[int] | range) -> Iterator[Provision]:
    reader = _Reader(document)
    for index in indices:
        node = document.nodes[index]
        if node.kind in _READ and node.text:
            yield from reader.read(index, node)


class _Lead(NamedTuple):
    """What a lead-in hands down to its items: all of its last sentence, also the tiers before a ；."""

    text: str = ""
    modality: Modality = Modality.DECLARATION
    word: str = ""
    actors: tuple[str, ...] = ()
    antecedent: Citation | None = None
    provision_type: ProvisionType | None = None


_NO_LEAD = _Lead()
_FACT = _Lead(provision_type=ProvisionType.STATEMENT)


class _Reader:
    """Reads node after node and remembers the lead-in that each may be for its children."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.cues = _CUES[document.kind]
        self.no_lead = _FACT if document.kind is DocumentKind.STANDARD else _NO_LEAD
        self.leads: dict[int, _Lead] = {}

    def read(self, index: int, node: Node) -> Iterator[Provision]:
        lead = self.leads.get(node.parent, self.no_lead) if node.kind in _LISTED else self.no_lead
        text, offset = node.text, _offset(self.document, node)
        citations = find_citations(text)
        if citations:
            citations = resolve_citations(self.document, node.eid, citations, antecedent=lead.antecedent)
        article, only_facts = self._article(index), self.no_lead is _FACT and is_informative(self.document, index)
        actors, opened, sentence, last = lead.actors, 0, "", lead
        for span in split_sentences(text, self.cues):
            opened = opened if sentence.endswith("；") else span.start
            sentence = text[span.start : span.end]
            masked = mask_inserts(sentence)
            cue = None if only_facts else self._cue(masked, lead)
            last = _norm(sentence, cue, lead)
            inherited = cue is None and (lead.actors != () or (lead.text != "" and lead.modality is not _OPEN))
            roles = find_roles(sentence, cue, masked=masked, actors=lead.actors if inherited else None)
            own = roles.actors or (() if roles.named else actors)
            actors = own or (actors if opened < span.start else ())
            yield Provision(
                node.eid, article, sentence, lead.text, offset + span.start, offset + span.end, last.modality,
                last.word, own, roles.action, roles.object, roles.condition, roles.exception,
                _within(citations, span), find_measures(sentence), last.provision_type,
            )  # fmt: skip
        if sentence and self.document.children[index]:
            antecedent = next(
                (each for each in reversed(citations) if each.article and not each.title), lead.antecedent
            )
            self.leads[index] = last._replace(text=lead.text + text[opened:], actors=actors, antecedent=antecedent)

    def _cue(self, masked: str, lead: _Lead) -> ModalityCue | None:
        """Return the cue of a sentence, None where it has none or its lead-in overrules it."""
        cue = governing_cue(masked, self.cues)
        return cue if cue is None or not lead.text or _stands(masked, cue, lead) else None

    def _article(self, index: int) -> str:
        nodes = self.document.nodes
        while index >= 0 and nodes[index].kind not in _NUMBERED:
            index = nodes[index].parent
        return nodes[index].number if index >= 0 else ""


def _norm(sentence: str, cue: ModalityCue | None, lead: _Lead) -> _Lead:
    """Return modality, word and type that a sentence has by its own cue, else by its lead-in; imperatives have no word."""
    if cue is None:
        return lead
    is_imperative = cue.provision_type is ProvisionType.INSTRUCTION
    word = "" if is_imperative else sentence[cue.span.start : cue.span.end]
    return lead._replace(modality=cue.modality, word=word, provision_type=cue.provision_type)


def _stands(masked: str, cue: ModalityCue, lead: _Lead) -> bool:
    """Whether an item's own cue overrules its lead-in: never under 不得, under a list of facts only after 的，.

    An imperative does only where the lead-in states no norm and announces steps, for lists of contents read alike.
    """
    if cue.provision_type is ProvisionType.INSTRUCTION:
        return lead.modality is _OPEN and bool(_STEPS.search(lead.text))
    if lead.modality is Modality.PROHIBITION:
        return cue.modality is Modality.PROHIBITION
    if lead.modality is Modality.SANCTION or _FACTS.search(lead.text):
        return cue.modality is Modality.SANCTION or "的，" in masked[: cue.span.start]
    return True


def _offset(document: Document, node: Node) -> int:
    """Return where the words of a node begin in the source: they end where the node's own span ends."""
    start = node.end - len(node.text)
    if document.source.startswith(node.text, start):
        return start
    return max(node.start, document.source.find(node.text, node.start))


def _within(citations: tuple[Citation, ...], span: SourceSpan) -> tuple[Citation, ...]:
    """Return the citations inside a sentence, their offsets counted from its start."""
    if not citations:
        return ()
    if span.start == 0:
        return tuple(each for each in citations if each.start < span.end)
    return tuple(
        replace(each, start=each.start - span.start, end=each.end - span.start)
        for each in citations
        if span.start <= each.start < span.end
    )
