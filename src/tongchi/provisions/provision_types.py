"""Of what type is a provision of a standard: requirement, instruction, recommendation, permission, statement?

GB/T 1.1-2020, annex C, names the words: 应 / 不应, an imperative without auxiliary, 宜 / 不宜, 可 / 不必, 能 / 不能, with the
equivalents that it admits in special cases (只准许, 建议, 无须, 能够). Words that it forbids but drafters use (必须, 不得, 禁止)
are read as the requirement that they mean. Foreword, introduction, scope, normative references, terms (8.3–8.8), notes
and examples state facts, whatever their words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from tongchi.documents import Document, NodeKind
from tongchi.provisions.cues import cue_pattern, governing_word
from tongchi.provisions.imperatives import find_imperative
from tongchi.provisions.masking import SourceSpan, mask_inserts
from tongchi.provisions.model import Modality, ProvisionType

_R, _REC, _P, _S = (
    ProvisionType.REQUIREMENT, ProvisionType.RECOMMENDATION, ProvisionType.PERMISSION, ProvisionType.STATEMENT,
)  # fmt: skip

STANDARD_CUES: Mapping[str, ProvisionType] = MappingProxyType({
    "应": _R, "应该": _R, "应当": _R, "须": _R, "必须": _R, "只准许": _R,
    "不应": _R, "不应该": _R, "不应当": _R, "不得": _R, "不准许": _R, "不允许": _R, "严禁": _R, "禁止": _R,
    "宜": _REC, "不宜": _REC, "推荐": _REC, "不推荐": _REC, "建议": _REC, "不建议": _REC,
    "可": _P, "可以": _P, "允许": _P, "不必": _P, "无须": _P, "无需": _P,
    "能": _S, "能够": _S, "可能": _S, "不能": _S, "不能够": _S, "不可能": _S,
})  # fmt: skip

_NORMS = cue_pattern(tuple(word for word, type_ in STANDARD_CUES.items() if type_ is not _S))
_FACTS = cue_pattern(tuple(word for word, type_ in STANDARD_CUES.items() if type_ is _S))
_DENIES = ("不", "无", "严禁", "禁止")
_COMMON = {
    ProvisionType.REQUIREMENT: Modality.OBLIGATION,
    ProvisionType.INSTRUCTION: Modality.OBLIGATION,
    ProvisionType.RECOMMENDATION: Modality.ENCOURAGEMENT,
    ProvisionType.PERMISSION: Modality.PERMISSION,
    ProvisionType.STATEMENT: Modality.DECLARATION,
}
_LABELLED = re.compile(r"注|示例|例|图")
_INFORMATIVE = re.compile(
    r"范围|规范性引用文件|(?:术语|定义|符号|缩略语|代号)(?:(?:[、和及与]|以及)(?:术语|定义|符号|缩略语|代号))*"
)
_NO_NORMS = frozenset({"att_bibliography", "att_index"})


class ProvisionTypeCue(NamedTuple):
    """The type and where the word stands that decides it: the cue, or the verb of an imperative."""

    provision_type: ProvisionType
    span: SourceSpan
    is_negated: bool

    @property
    def modality(self) -> Modality:
        """The common reading, in which provisions of standards and of regulations can be set side by side."""
        modality = _COMMON[self.provision_type]
        return Modality.PROHIBITION if self.is_negated and modality is Modality.OBLIGATION else modality


def find_provision_type(sentence: str) -> ProvisionTypeCue | None:
    """Return the type that the words of a sentence show, None for a plain statement (是, 为, 由, 见).

    The leftmost of 应, 宜, 可 and their kin governs, passed over where a regulation's cue would be; then an imperative;
    能 and 可能 only where neither stands. What the place of a sentence tells (`is_informative`) is not looked at.
    """
    return governing_type(mask_inserts(sentence))


def governing_type(masked: str) -> ProvisionTypeCue | None:
    """Do the work of `find_provision_type` on a sentence whose inserts are already covered."""
    if norm := governing_word(masked, _NORMS):
        return _cue(norm)
    if imperative := find_imperative(masked):
        return ProvisionTypeCue(ProvisionType.INSTRUCTION, imperative.verb, imperative.is_negated)
    fact = governing_word(masked, _FACTS)
    return _cue(fact) if fact else None


def _cue(word: re.Match[str]) -> ProvisionTypeCue:
    text = word.group()
    return ProvisionTypeCue(STANDARD_CUES[text], SourceSpan(*word.span()), text.startswith(_DENIES))


def is_informative(document: Document, index: int) -> bool:
    """Return whether a node of a standard stands where only facts may be stated: notes, foreword, scope, terms …"""
    nodes = document.nodes
    if _LABELLED.match(nodes[index].label):
        return True
    while index >= 0:
        node = nodes[index]
        if node.kind is NodeKind.PREAMBLE or node.eid in _NO_NORMS:
            return True
        if node.kind is NodeKind.CLAUSE and node.eid.startswith("cl_"):
            return bool(_INFORMATIVE.fullmatch(re.sub(r"\s", "", node.heading)))
        index = node.parent
    return False
