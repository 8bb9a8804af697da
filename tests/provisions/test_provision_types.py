"""A provision of a standard is a requirement, instruction, recommendation, permission or statement."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.documents import Block, parse_document, read
from tongchi.provisions import Modality, Provision, ProvisionType, find_provision_type, read_provisions

R, I, REC, P, S = ProvisionType  # noqa: E741
SAMPLE = Path(__file__).resolve().parents[2] / "examples/standard-sample/机关事务管理_公务接待服务规范.md"

CASES = {  # what the case guards: (sentence, type)
    "requirement": ("墙体应采用不燃材料。", R),
    "requirement not to": ("通道不应小于1.2 m。", R),
    "word that drafters use against the rule": ("现场禁止吸烟。", R),
    "不允许 forbids": ("车辆不允许停在通道内。", R),
    "recommendation": ("室温宜为26 ℃。", REC),
    "recommendation not to": ("室温不宜高于26 ℃。", REC),
    "equivalent of 宜": ("来访单位建议提前一天告知。", REC),
    "建议 as a noun": ("评价小组提出建议。", None),
    "推荐性标准 is a noun": ("本文件是推荐性标准。", None),
    "permission": ("可采用其他方法。", P),
    "no need": ("不必另行登记。", P),
    "equivalent of 不必": ("复印件无须盖章。", P),
    "capability": ("系统能记录温度。", S),
    "possibility": ("数值可能偏高。", S),
    "a norm goes before a capability": ("系统能接入网络时，应开启备份。", R),
    "plain statement with 是": ("服务单位是承担接待的机关。", None),
    "plain statement with 为": ("室内温度为26 ℃。", None),
    "reference to a table": ("标准见表A.1。", None),
    "compound": ("相应的性能见表1。", None),
    "事宜 is a noun": ("有关事宜见附录A。", None),
    "imperative": ("开启记录仪。", I),
    "imperative with a place": ("在105 ℃下干燥2 h。", I),
    "imperative with a tool": ("用移液管移取10 mL溶液。", I),
    "imperative with a rule": ("按5.2的规定进行试验。", I),
    "imperative with its object first": ("将试样放入烘箱中。", I),
    "imperative towards somebody": ("向来访单位发出公函。", I),
    "imperative with an adverb": ("主动问候宾客。", I),
    "imperative with a deadline": ("3 个工作日内答复申请单位。", I),
    "imperative after a condition": ("收到申请后，登记编号。", I),
    "imperative after a purpose": ("为保证安全，切断电源。", I),
    "imperative not to": ("在关闭阀门前不启动该装置。", I),
    "refusal": ("无公函的，不予接待。", I),
    "a subject makes it a statement": ("在会议前工作人员检查设备。", None),
    "the one who acts makes it a statement": ("多个单位来访的，由牵头单位联系。", None),
    "result of a verb is a noun": ("测量结果取三次平均值。", None),
    "who does it is a noun": ("使用单位自行维护设备。", None),
    "an instrument is a noun": ("记录仪的精度为0.1。", None),
    "definition": ("记载一次接待的人员、时间和费用的单据。", None),
    "negated statement": ("表1的人数不包括工作人员。", None),
    "purpose of a regulation": ("为规范接待，制定本文件。", None),
}


@pytest.mark.parametrize(("sentence", "type_"), CASES.values(), ids=CASES)
def test_type_of_a_sentence(sentence: str, type_: ProvisionType | None) -> None:
    cue = find_provision_type(sentence)
    assert (cue.provision_type if cue else None) is type_


COMMON = {
    "应": ("记录应保存。", Modality.OBLIGATION),
    "不应": ("记录不应丢弃。", Modality.PROHIBITION),
    "imperative": ("保存全部单据原件。", Modality.OBLIGATION),
    "denied imperative": ("不使用破损的餐具。", Modality.PROHIBITION),
    "宜": ("记录宜保存。", Modality.ENCOURAGEMENT),
    "不宜": ("记录不宜外借。", Modality.ENCOURAGEMENT),
    "可": ("记录可外借。", Modality.PERMISSION),
    "不必": ("记录不必盖章。", Modality.PERMISSION),
    "不能": ("系统不能删除记录。", Modality.DECLARATION),
}


@pytest.mark.parametrize(("sentence", "modality"), COMMON.values(), ids=COMMON)
def test_the_common_reading(sentence: str, modality: Modality) -> None:
    cue = find_provision_type(sentence)
    assert cue is not None
    assert cue.modality is modality


LINES = (
    "团体标准", "T/SAMPLE 009—2024", "样品登记服务规范", "前言", "请注意专利。登记单位应知悉。", "1 范围", "本文件可用于机关。",
    "3 术语和定义", "3.1", "样品", "可用于测定的物品。", "4 步骤", "4.1 操作步骤如下：", "a) 开启记录仪；", "b) 箱内温度应为4 ℃；", "c) 温度记录单。",
    "4.2 登记内容包括：", "a) 核对编号；", "4.3 登记时应按下列时限办理：", "a) 3 个工作日内答复送样单位；", "b) 可推迟一次。",
    "4.4 称取10 g试样；加入50 mL水；冷却至室温。", "注：登记单应保存。", "示例：编号可写作A1。",
)  # fmt: skip
READ = {  # what the case guards: (eid, types)
    "the foreword states facts": ("preamble_foreword__para_1", (S, S)),
    "the scope states facts": ("cl_1__para_1", (S,)),
    "a definition states a fact": ("cl_3.1__para_1", (S,)),
    "a lead-in to steps": ("cl_4.1__para_1", (S,)),
    "a step": ("cl_4.1__para_1__point_a", (I,)),
    "a step with 应": ("cl_4.1__para_1__point_b", (R,)),
    "a thing among steps": ("cl_4.1__para_1__point_c", (S,)),
    "contents are no steps": ("cl_4.2__para_1__point_a", (S,)),
    "an item under a requirement": ("cl_4.3__para_1__point_a", (R,)),
    "an item with its own cue": ("cl_4.3__para_1__point_b", (P,)),
    "instructions are parted at ；": ("cl_4.4__para_1", (I, I, I)),
    "a note states facts": ("cl_4.4__para_2", (S,)),
    "an example states facts": ("cl_4.4__para_3", (S,)),
}


@pytest.fixture(scope="module")
def provisions() -> tuple[Provision, ...]:
    return read_provisions(parse_document([Block(line) for line in LINES]))


@pytest.mark.parametrize(("eid", "types"), READ.values(), ids=READ)
def test_type_by_place(provisions: tuple[Provision, ...], eid: str, types: tuple[ProvisionType, ...]) -> None:
    assert tuple(each.provision_type for each in provisions if each.eid == eid) == types


def test_what_an_instruction_asks(provisions: tuple[Provision, ...]) -> None:
    step = next(each for each in provisions if each.eid == "cl_4.1__para_1__point_a")
    assert (step.action, step.object, step.modality_text, step.actors) == ("开启", "记录仪", "", ())


def test_a_regulation_has_no_types() -> None:
    rules = parse_document([Block(line) for line in ("江州市示例办法", "第一条 单位应当登记。", "第二条 开启记录仪。")])
    assert [each.provision_type for each in read_provisions(rules)] == [None, None]


def test_types_of_the_sample() -> None:
    """Read by eye; what stands in a list under 应 is required with it, the two notes and the example state facts."""
    found = read_provisions(read(SAMPLE))
    count = {type_: sum(each.provision_type is type_ for each in found) for type_ in ProvisionType}
    assert count == {R: 22, I: 0, REC: 2, P: 1, S: 32}


@given(st.text(alphabet="应不可宜能在将按对用，；：。的前后开启记录仪进行取每日予", max_size=60))
def test_any_text_has_a_type_or_none(sentence: str) -> None:
    cue = find_provision_type(sentence)
    assert cue is None or 0 <= cue.span.start < cue.span.end <= len(sentence)


@pytest.mark.parametrize(
    "text", ["在" * 20_000, "在中" * 10_000, "将对按" * 7_000, "在甲前，" * 5_000, "及时" * 10_000]
)
def test_hostile_text_is_read_in_time(text: str) -> None:
    start = time.perf_counter()
    find_provision_type(text)
    assert time.perf_counter() - start < 2
