"""A paragraph to its norms: actor, modality, action, condition, exception, citations, measures."""

from tongchi.provisions.citations import find_citations, resolve_citations
from tongchi.provisions.commitment_model import (
    Commitment,
    CommitmentKind,
    Construct,
    Party,
    PartyKind,
    Reach,
    Strength,
    commitments_frame,
)
from tongchi.provisions.commitments import commitments_of, find_commitments
from tongchi.provisions.masking import SourceSpan
from tongchi.provisions.measures import find_measures
from tongchi.provisions.modality import REGULATION_CUES, STATUTE_CUES, ModalityCue, find_modality
from tongchi.provisions.model import Citation, Measure, MeasureKind, Modality, Provision, ProvisionType
from tongchi.provisions.provision_types import STANDARD_CUES, ProvisionTypeCue, find_provision_type
from tongchi.provisions.read import read_provisions, read_provisions_of
from tongchi.provisions.roles import Roles, find_roles
from tongchi.provisions.sentences import split_sentences

__all__ = [
    "REGULATION_CUES",
    "STANDARD_CUES",
    "STATUTE_CUES",
    "Citation",
    "Commitment",
    "CommitmentKind",
    "Construct",
    "Measure",
    "MeasureKind",
    "Modality",
    "ModalityCue",
    "Party",
    "PartyKind",
    "Provision",
    "ProvisionType",
    "ProvisionTypeCue",
    "Reach",
    "Roles",
    "SourceSpan",
    "Strength",
    "commitments_frame",
    "commitments_of",
    "find_citations",
    "find_commitments",
    "find_measures",
    "find_modality",
    "find_provision_type",
    "find_roles",
    "read_provisions",
    "read_provisions_of",
    "resolve_citations",
    "split_sentences",
]
