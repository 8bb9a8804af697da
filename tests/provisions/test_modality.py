"""The word that governs a sentence decides what kind of norm it states."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.provisions import REGULATION_CUES, STANDARD_CUES, STATUTE_CUES, Modality, find_modality

OBL, X, P, E = Modality.OBLIGATION, Modality.PROHIBITION, Modality.PERMISSION, Modality.ENCOURAGEMENT
S, F, D = Modality.SANCTION, Modality.DEFINITION, Modality.DECLARATION

CASES = {  # what the case guards: (sentence, modality)
    "the negation belongs to the cue": ("不得限定在本地登记注册。", X),
    "cue inside a noun phrase is no norm": ("对相应材料存档。", None),
    "compounds with 应": ("供应、适应、应急、应用和响应的情况，由单位说明。", None),
    "compounds with 可": ("许可证、可能性、可行性和不可抗力的认定标准另行公布。", None),
    "负责人 and 负责制 are nouns": ("主要负责人名单和目标责任负责制的情况向社会公布。", None),
    "负责制定 is a duty": ("某部门负责制定规划。", OBL),
    "relative clause 负责…的部门": ("负责安全监督的部门依照职责实施检查。", None),
    "负责…的工作 is a duty": ("某部门负责本辖区登记的组织、协调和指导工作。", OBL),
    "the leftmost cue governs": ("甲部门应当公开目录，可以公开附件，不得收费。", OBL),
    "duty to encourage": ("各级政府应当鼓励创新。", OBL),
    "encouragement": ("国家鼓励、支持和引导社会力量参与。", E),
    "支持 as a noun": ("资金支持和政策支持的标准由某部门公布。", None),
    "failure in a condition, then sanction": ("应当备案而未备案的，由某部门责令改正。", S),
    "condition that runs over commas": ("违反规定，应当备案，逾期未备案的，由某部门处一千元罚款。", S),
    "duty, then condition": ("单位应当建立台账，发现遗失的，及时报告。", OBL),
    "relative clause before the subject's own cue": ("应当公开的信息不得收费。", X),
    "cue in the object does not undo the first": ("村委会应当移交账目以及其他应当移交的事项。", OBL),
    "的 of 目的 closes no condition": ("药品应当用于特定医疗目的。", OBL),
    "exception before the cue": ("除依法应当保密的外，目录可以公开。", P),
    "cue in quotes": ("设置“禁止吸烟”标志的位置由单位确定。", None),
    "cue in brackets": ("费用（不得含税）由单位承担。", None),
    "only permission": ("取得许可后，方可经营。", P),
    "right": ("当事人有权查询。", P),
    "所有权人 has no 有权": ("房屋所有权人名册由登记机构保管。", None),
    "penalty under 可以": ("违反规定的，可以处一千元罚款。", S),
    "discipline under 应当": ("造成损失的，应当给予处分。", S),
    "duty to act on a report is no sanction": ("某部门接到举报后，应当依法处理。", OBL),
    "duty to order is an obligation": ("某部门发现隐患的，应当责令排除。", OBL),
    "order alone": ("违反规定的，由某部门责令限期改正。", S),
    "suffered penalty is a fact": ("被吊销许可证的，三年内不得申请。", X),
    "confiscated goods are a noun": ("依法没收的财物上缴国库。", None),
    "criminal liability": ("构成犯罪的，依法追究刑事责任。", S),
    "civil liability": ("造成损失的，依法承担赔偿责任。", S),
    "不允许 forbids": ("车辆不允许停在通道内。", X),
    "definition": ("本办法所称网约车，是指经平台预约的客运车辆。", F),
    "definition before the cue": ("本条例所称企业，是指应当登记的经营单位。", F),
    "declaration": ("本条例自公布之日起施行。", None),
    "half-width comma": ("应当备案而未备案的,由某部门处一千元罚款。", S),
}


@pytest.mark.parametrize(("sentence", "modality"), CASES.values(), ids=CASES)
def test_modality_of_a_sentence(sentence: str, modality: Modality | None) -> None:
    cue = find_modality(sentence)
    assert (cue.modality if cue else None) is modality


STANDARD = {  # the common reading; tests/provisions/test_provision_types.py has the types
    "requirement": ("墙体应采用不燃材料。", OBL),
    "requirement not to": ("通道不应小于1.2 m。", X),
    "recommendation": ("室温宜为26 ℃。", E),
    "permission": ("可采用其他方法。", P),
    "capability is a statement": ("系统能记录温度。", D),
    "an instruction is a duty": ("开启记录仪。", OBL),
    "an instruction not to": ("在关闭阀门前不启动该装置。", X),
    "no need is a permission": ("不必另行登记。", P),
    "compound": ("相应的性能见表1。", None),
    "事宜 is a noun": ("有关事宜见附录A。", None),
}


@pytest.mark.parametrize(("sentence", "modality"), STANDARD.values(), ids=STANDARD)
def test_modality_in_a_standard(sentence: str, modality: Modality | None) -> None:
    cue = find_modality(sentence, STANDARD_CUES)
    assert (cue.modality if cue else None) is modality


STATUTE = {
    "duty": ("A controller shall respond within 45 days.", OBL),
    "negation": ("A person may not sell personal data.", X),
    "power": ("The attorney general may bring an action.", P),
    "penalty": ("A violator is liable for a civil penalty of $500.", S),
    "definition": ("“Consumer” means a resident of the state.", F),
    "part of a word": ("The dismay of the mayor.", None),
}


@pytest.mark.parametrize(("sentence", "modality"), STATUTE.values(), ids=STATUTE)
def test_modality_in_a_statute(sentence: str, modality: Modality | None) -> None:
    cue = find_modality(sentence, STATUTE_CUES)
    assert (cue.modality if cue else None) is modality


@given(st.text(alphabet="应当不得可以的，；。处罚款责令由部门负支持制定", max_size=50))
def test_the_span_of_a_cue_lies_in_the_sentence(sentence: str) -> None:
    cue = find_modality(sentence, REGULATION_CUES)
    if cue:
        assert 0 <= cue.span.start < cue.span.end <= len(sentence)


def test_a_table_of_ones_own() -> None:
    cue = find_modality("各方承诺互认结果。", {"承诺": OBL})
    assert cue is not None
    assert cue.modality is OBL
