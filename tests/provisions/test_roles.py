"""Who does what, under which condition, with which exception."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.provisions import STATUTE_CUES, find_modality, find_roles

ACTORS = {  # what the case guards: (sentence, actors)
    "plain subject": ("建设单位应当备案。", ("建设单位",)),
    "levels share a head": ("市、区县（自治县）人民政府应当公开。", ("市人民政府", "区县（自治县）人民政府")),
    "government and departments": ("市人民政府及其有关部门应当公开。", ("市人民政府", "有关部门")),
    "departments stay readable": ("市场监管、交通等部门应当公开。", ("市场监管、交通等部门",)),
    "anyone": ("任何单位和个人不得转让。", ("任何单位", "任何个人")),
    "relative clause": ("在本市从事经营活动的单位和个人应当登记。", ("在本市从事经营活动的单位和个人",)),
    "office named by its task": ("负有登记职责的部门应当公开。", ("负有登记职责的部门",)),
    "自 in 自然": ("规划和自然资源主管部门应当公开。", ("规划和自然资源主管部门",)),
    "subject before an adverbial": ("主管部门根据需要，可以抽查。", ("主管部门",)),
    "subject of the condition": ("当事人对决定不服的，可以申请复议。", ("当事人",)),
    "condition and its own subject": ("材料齐全的，登记机关应当受理。", ("登记机关",)),
    "verb and its object": ("慈善组织开展活动，应当公开。", ("慈善组织",)),
    "passive with 由": ("申请应当由登记机关受理。", ("登记机关",)),
    "declared with 由": ("具体办法由市人民政府制定。", ("市人民政府",)),
    "authority of a sanction": ("违反规定的，由公安机关处一千元罚款。", ("公安机关",)),
    "one to be punished is no actor": ("造成损失的，对主管人员给予处分。", ()),
    "who pays is no authority": ("逾期不拆除的，强制拆除，费用由违法者承担，处一千元罚款。", ()),
    "addressee of a ban": ("禁止任何单位和个人倾倒垃圾。", ("任何单位", "任何个人")),
    "thing as subject": ("建设项目应当符合规划。", ()),
    "activity as subject": ("用水必须坚持节约优先。", ()),
    "prepositional opening": ("对符合条件的学生，学校应当颁发证书。", ("学校",)),
    "region": ("本市鼓励创新。", ("本市",)),
    "made by an office": ("登记机关制作的证书具有同等效力。", ()),
}


@pytest.mark.parametrize(("sentence", "actors"), ACTORS.values(), ids=ACTORS)
def test_actors(sentence: str, actors: tuple[str, ...]) -> None:
    assert find_roles(sentence, find_modality(sentence)).actors == actors


STATUTE = {  # what the case guards: (sentence, actors, condition, exception)
    "subject": ("A controller shall respond.", ("controller",), "", ""),
    "two subjects": ("Any person or business must notify residents.", ("person", "business"), "", ""),
    "relative clause": ("A collector that owns data shall notify residents.", ("collector",), "", ""),
    "condition first": ("If a breach occurs, the collector shall act.", ("collector",), "If a breach occurs", ""),
    "exception first": ("Except as stated, a person may act.", ("person",), "", "Except as stated"),
    "passive": ("The notice shall be made without delay.", (), "", ""),
    "passive with by": ("The notice shall be given by the collector.", ("collector",), "", ""),
}


@pytest.mark.parametrize(("sentence", "actors", "condition", "exception"), STATUTE.values(), ids=STATUTE)
def test_roles_in_a_statute(sentence: str, actors: tuple[str, ...], condition: str, exception: str) -> None:
    roles = find_roles(sentence, find_modality(sentence, STATUTE_CUES))
    assert (roles.actors, roles.condition, roles.exception) == (actors, condition, exception)


PREDICATES = {  # what the case guards: (sentence, action, object)
    "verb and object": ("单位应当依法及时提交报告。", "提交", "报告"),
    "coordinated verbs": ("部门应当组织、指导、协调工作。", "组织、指导、协调", "工作"),
    "对…进行": ("部门应当对材料进行审查。", "审查", "材料"),
    "向 whom": ("单位应当向登记机关提交报告。", "提交", "报告"),
    "将": ("单位应当将结果纳入档案。", "纳入", "结果"),
    "adverbial of rule": ("单位应当按照国家有关规定办理手续。", "办理", "手续"),
    "encouragement": ("国家鼓励和支持社会力量办学。", "鼓励和支持", "社会力量办学"),
    "duty of a field": ("某部门负责本辖区的登记工作。", "负责", "本辖区的登记工作"),
    "unknown verb stays open": ("单位应当甲乙丙丁。", "", ""),
}


@pytest.mark.parametrize(("sentence", "action", "target"), PREDICATES.values(), ids=PREDICATES)
def test_action_and_object(sentence: str, action: str, target: str) -> None:
    roles = find_roles(sentence, find_modality(sentence))
    assert (roles.action, roles.object) == (action, target)


LIMITS = {  # what the case guards: (sentence, condition, exception)
    "condition": ("材料齐全的，登记机关应当受理。", "材料齐全的", ""),
    "its subject is left out": ("当事人不服的，可以申请复议。", "不服的", ""),
    "circumstances": ("紧急情况下，单位可以先行处置。", "紧急情况下", ""),
    "exception at the front": ("除法律另有规定外，目录应当公开。", "", "除法律另有规定外"),
    "proviso": ("目录应当公开，但是涉及国家秘密的除外。", "", "但是涉及国家秘密的除外"),
    "other rules prevail": ("目录应当公开，法律、法规另有规定的，从其规定。", "", "法律、法规另有规定的，从其规定"),
    "neither": ("目录应当公开。", "", ""),
}


@pytest.mark.parametrize(("sentence", "condition", "exception"), LIMITS.values(), ids=LIMITS)
def test_condition_and_exception(sentence: str, condition: str, exception: str) -> None:
    roles = find_roles(sentence, find_modality(sentence))
    assert (roles.condition, roles.exception) == (condition, exception)


@given(st.text(alphabet="市人民政府部门单位应当不得的，；由对将处罚款除外但规定（）和、及其", max_size=60))
def test_any_text_is_read(sentence: str) -> None:
    roles = find_roles(sentence, find_modality(sentence))
    assert roles.condition in sentence
    assert roles.exception in sentence
