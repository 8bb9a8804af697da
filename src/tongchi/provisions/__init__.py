"""A paragraph to its norms: actor, modality, action, condition, exception, citations, measures."""

from tongchi.provisions.citations import find_citations, resolve_citations
from tongchi.provisions.masking import SourceSpan
from tongchi.provisions.measures import find_measures
from tongchi.provisions.modality import REGULATION_CUES, STANDARD_CUES, STATUTE_CUES, ModalityCue, find_modality
from tongchi.provisions.model import Citation, Measure, MeasureKind, Modality, Provision
from tongchi.provisions.read import read_provisions, read_provisions_of
from tongchi.provisions.roles import Roles, find_roles
from tongchi.provisions.sentences import split_sentences

__all__ = [
    "REGULATION_CUES",
    "STANDARD_CUES",
    "STATUTE_CUES",
    "Citation",
    "Measure",
    "MeasureKind",
    "Modality",
    "ModalityCue",
    "Provision",
    "Roles",
    "SourceSpan",
    "find_citations",
    "find_measures",
    "find_modality",
    "find_roles",
    "read_provisions",
    "read_provisions_of",
    "resolve_citations",
    "split_sentences",
]
