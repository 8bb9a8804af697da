"""Which word decides what kind of norm a sentence states?

Regulations mark norms with 应当 / 不得 / 可以 (立法技术规范（试行）（一）, no. 11-12); standards with 应 / 宜 / 可 / 能
(GB/T 1.1-2020, annex C); English statutes with shall / must / may. Each kind of document is read with its own table.
Standards have types of provisions of their own (`provision_types`), of which the modality is the common reading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from tongchi.provisions.cues import cue_pattern, governing_word
from tongchi.provisions.masking import SourceSpan, mask_inserts
from tongchi.provisions.model import Modality, ProvisionType
from tongchi.provisions.provision_types import STANDARD_CUES, governing_type
from tongchi.provisions.sanctions import Sanction, find_sanction

_O, _X, _P, _E = Modality.OBLIGATION, Modality.PROHIBITION, Modality.PERMISSION, Modality.ENCOURAGEMENT

REGULATION_CUES: Mapping[str, Modality] = MappingProxyType({
    "应当": _O, "必须": _O, "须": _O, "应": _O, "负责": _O, "有义务": _O, "负有": _O, "履行下列": _O,
    "不得": _X, "禁止": _X, "严禁": _X, "不准": _X, "不许": _X, "不允许": _X, "不应当": _X, "不应": _X, "无权": _X,
    "可以": _P, "有权": _P, "方可": _P, "可": _P, "允许": _P, "享有": _P,
    "鼓励": _E, "支持": _E, "倡导": _E, "提倡": _E, "引导": _E,
})  # fmt: skip
STATUTE_CUES: Mapping[str, Modality] = MappingProxyType({
    "shall not": _X, "must not": _X, "may not": _X, "is prohibited": _X, "are prohibited": _X, "no person shall": _X,
    "shall": _O, "must": _O, "is required to": _O, "are required to": _O,
    "may": _P, "is entitled to": _P, "has the right to": _P, "is encouraged to": _E, "are encouraged to": _E,
})  # fmt: skip

CueTable = Mapping[str, Modality] | Mapping[str, ProvisionType]

_REGULATION_PATTERN = cue_pattern(tuple(REGULATION_CUES))
_DEFINITION = re.compile(
    r"是指|系指|所称(?=[^。；]*(?:是指|系指|，是|，为|，指|包括|，即|系))|所指的|用语的?含义|(?<=含义)：|，指(?=[^定导])|的含义(?:是|为)?："
)


class ModalityCue(NamedTuple):
    """The kind of norm and where the word stands that decides it; in a standard also the type of provision."""

    modality: Modality
    span: SourceSpan
    provision_type: ProvisionType | None = None


def find_modality(sentence: str, cues: CueTable = REGULATION_CUES) -> ModalityCue | None:
    """Return the cue that governs a sentence, or None if it states no norm.

    The leftmost cue of the main clause governs; cues inside quotes, brackets, compounds (相应, 许可), conditions
    (应当…而未…的，) and relative clauses (负责…的部门) are passed over. A regulation's sentence is a sanction where the
    consequence is a penalty or liability, also under 可以 or 应当; a definition where 所称 or 是指 comes before any cue.
    With `STANDARD_CUES` the answer is the common reading of `find_provision_type`.
    """
    return governing_cue(mask_inserts(sentence), cues)


def governing_cue(masked: str, cues: CueTable = REGULATION_CUES) -> ModalityCue | None:
    """Do the work of `find_modality` on a sentence whose inserts are already covered."""
    if cues is STATUTE_CUES:
        return _statute_cue(masked)
    if cues is STANDARD_CUES:
        found = governing_type(masked)
        return ModalityCue(found.modality, found.span, found.provision_type) if found else None
    word = governing_word(masked, _REGULATION_PATTERN if cues is REGULATION_CUES else cue_pattern(tuple(cues)))
    cue = ModalityCue(Modality(cues[word.group()]), SourceSpan(*word.span())) if word else None
    if "指" in masked or "所称" in masked or "含义" in masked:
        definition = _DEFINITION.search(masked)
        if definition and (cue is None or definition.start() < cue.span.start):
            return ModalityCue(Modality.DEFINITION, SourceSpan(*definition.span()))
    sanction = find_sanction(masked)
    if sanction is None or (cue is not None and not _punishes(masked, cue, sanction)):
        return cue
    return ModalityCue(Modality.SANCTION, SourceSpan(sanction.start, sanction.end))


def _punishes(masked: str, cue: ModalityCue, sanction: Sanction) -> bool:
    """Whether a sanction decides although the sentence has a cue as well: it comes first, or is what the cue asks."""
    if sanction.start < cue.span.start:
        return True
    if cue.modality not in (Modality.OBLIGATION, Modality.PERMISSION) or not sanction.hard:
        return False
    between = masked[cue.span.end : sanction.start]
    return len(between) <= 14 and "，" not in between and "；" not in between


_STATUTE_PATTERN = re.compile(
    r"\b(?:" + "|".join(sorted(STATUTE_CUES, key=len, reverse=True)).replace(" ", r"\s+") + r")\b", re.IGNORECASE
)
_STATUTE_DEFINITION = re.compile(
    r"[”\"]\s*(?:means|includes|has the (?:same )?meaning)\b|\bshall mean\b", re.IGNORECASE
)
_STATUTE_SANCTION = re.compile(
    r"\b(?:is|are|shall be|may be)\s+(?:subject to|liable for|guilty of|punishable by)\b|\bcivil penalty of\b"
    r"|\bshall be (?:fined|punished|imprisoned)\b",
    re.IGNORECASE,
)


def _statute_cue(text: str) -> ModalityCue | None:
    for modality, pattern in ((Modality.DEFINITION, _STATUTE_DEFINITION), (Modality.SANCTION, _STATUTE_SANCTION)):
        if special := pattern.search(text):
            return ModalityCue(modality, SourceSpan(*special.span()))
    match = _STATUTE_PATTERN.search(text)
    if not match:
        return None
    return ModalityCue(STATUTE_CUES[" ".join(match.group().lower().split())], SourceSpan(*match.span()))
