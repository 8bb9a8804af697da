"""Which norms does a document state? Every sentence, and every subparagraph or item read under its lead-in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from tongchi.documents import Document, DocumentKind, Node, NodeKind
from tongchi.provisions.citations import find_citations, resolve_citations
from tongchi.provisions.masking import SourceSpan, mask_inserts
from tongchi.provisions.measures import find_measures
from tongchi.provisions.modality import REGULATION_CUES, STANDARD_CUES, STATUTE_CUES, ModalityCue, governing_cue
from tongchi.provisions.model import Citation, Modality, Provision
from tongchi.provisions.roles import find_roles
from tongchi.provisions.sentences import split_sentences

_CUES: dict[DocumentKind, Mapping[str, Modality]] = {
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


_NO_LEAD = _Lead()


class _Reader:
    """Reads node after node and remembers the lead-in that each may be for its children."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.cues = _CUES[document.kind]
        self.leads: dict[int, _Lead] = {}

    def read(self, index: int, node: Node) -> Iterator[Provision]:
        lead = self.leads.get(node.parent, _NO_LEAD) if node.kind in _LISTED else _NO_LEAD
        text, offset = node.text, _offset(self.document, node)
        citations = find_citations(text)
        if citations:
            citations = resolve_citations(self.document, node.eid, citations, antecedent=lead.antecedent)
        article = self._article(index)
        actors, opened = lead.actors, 0
        sentence, modality, word = "", lead.modality, lead.word
        for span in split_sentences(text, self.cues):
            opened = opened if sentence.endswith("；") else span.start
            sentence = text[span.start : span.end]
            masked = mask_inserts(sentence)
            cue = governing_cue(masked, self.cues)
            if cue is not None and lead.text and not _stands(masked, cue, lead):
                cue = None
            inherited = cue is None and (lead.actors != () or (lead.text != "" and lead.modality is not _OPEN))
            roles = find_roles(sentence, cue, masked=masked, actors=lead.actors if inherited else None)
            modality = cue.modality if cue else lead.modality
            word = sentence[cue.span.start : cue.span.end] if cue else lead.word
            own = roles.actors or (() if roles.named else actors)
            actors = own or (actors if opened < span.start else ())
            yield Provision(
                node.eid, article, sentence, lead.text, offset + span.start, offset + span.end, modality, word,
                own, roles.action, roles.object, roles.condition,
                roles.exception, _within(citations, span), find_measures(sentence),
            )  # fmt: skip
        if sentence and self.document.children[index]:
            antecedent = next(
                (each for each in reversed(citations) if each.article and not each.title), lead.antecedent
            )
            self.leads[index] = _Lead(lead.text + text[opened:], modality, word, actors, antecedent)

    def _article(self, index: int) -> str:
        nodes = self.document.nodes
        while index >= 0 and nodes[index].kind not in _NUMBERED:
            index = nodes[index].parent
        return nodes[index].number if index >= 0 else ""


def _stands(masked: str, cue: ModalityCue, lead: _Lead) -> bool:
    """Whether an item's own cue overrules its lead-in: never under 不得, under a list of facts only after 的，."""
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
