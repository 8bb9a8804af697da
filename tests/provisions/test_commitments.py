"""Which clauses bind regions together, and which only look as if they did."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tongchi
from tongchi.documents import Document, parse_document
from tongchi.documents.markdown import read_markdown
from tongchi.provisions import (
    Commitment,
    CommitmentKind,
    Construct,
    Reach,
    Strength,
    commitments_frame,
    find_commitments,
)

K, S = CommitmentKind, Strength
LABELS = Path(__file__).resolve().parents[2] / "labels" / "commitments"


def regulation(text: str, place: str = "重庆市") -> Document:
    lines = [f"# {place}阅览室管理条例", "", "2020年3月1日 通过", "", "第一条　" + text.replace("\n", "\n\n"), ""]
    return parse_document(read_markdown("\n".join(lines)), file=f"{place}阅览室管理条例.md")


CASES: dict[str, tuple[str, set[CommitmentKind], Strength]] = {  # what the case guards: (clause, kinds, strength)
    "named province": ("本市应当与四川省建立阅览协作机制。", {K.JOINT_BODY}, S.SHALL),
    "community": ("本市推动成渝地区双城经济圈阅览证互认。", {K.MUTUAL_RECOGNITION}, S.DECLARE),
    "neighbours, brackets inside the name": (
        "本市应当加强与周边省（自治区、直辖市）的应急联动。",
        {K.JOINT_EMERGENCY},
        S.SHALL,
    ),
    "neighbouring counties": ("区县人民政府可以与相邻县联合执法。", {K.JOINT_ENFORCEMENT}, S.MAY),
    "across borders": ("有关部门应当推进跨区域数据共享。", {K.DATA_SHARING}, S.SHALL),
    "services across provinces": ("市人民政府应当推进政务服务跨省通办。", {K.ONE_STOP}, S.SHALL),
    "the regions must agree": ("跨行政区域的阅览纠纷，由有关人民政府协商解决。", {K.DISPUTE_HANDLING}, S.DECLARE),
    "notice to the neighbour": (
        "发生污染的，所在地人民政府应当及时通报毗邻地区的人民政府。",
        {K.DATA_SHARING},
        S.SHALL,
    ),
    "compensation upstream and downstream": (
        "上下游地区人民政府应当建立横向生态保护补偿机制。",
        {K.JOINT_FUNDING, K.JOINT_BODY},
        S.SHALL,
    ),
    "legislation together": ("本市与四川省开展协同立法。", {K.JOINT_STANDARDS}, S.DECLARE),
    "no more than co-operation": ("本市加强与其他省、自治区、直辖市的交流合作。", {K.CO_OPERATION}, S.DECLARE),
    "encouragement between named regions": (
        "支持本市行业协会与四川省行业协会开展交流合作。",
        {K.CO_OPERATION},
        S.ENCOURAGE,
    ),
}


@pytest.mark.parametrize(("text", "kinds", "strength"), CASES.values(), ids=CASES)
def test_a_commitment_with_its_kind_and_strength(text: str, kinds: set[CommitmentKind], strength: Strength) -> None:
    (found,) = find_commitments(regulation(text))
    assert set(found.kinds) >= kinds
    assert found.strength is strength


NONE = {  # what the case guards: clause
    "departments of one government": "市文化部门应当会同公安、财政部门建立信息共享机制。",
    "international exchange": "鼓励开展国际交流合作。",
    "enterprises": "鼓励企业开展跨区域合作经营。",
    "enterprises bear the duty": "运营企业应当与其他省市的运营企业联合经营。",
    "purpose": "为了推动成渝地区双城经济圈协同发展，根据有关法律，制定本条例。",
    "competence of a common superior": "跨行政区域的阅览室，由共同的上一级人民政府批准。",
    "competence of the centre": "跨省、自治区、直辖市的阅览室，由国务院有关部门批准。",
    "aid in one direction": "市人民政府应当做好对其他省受援地区的对口支援工作，加强与受援地区的联系。",
    "recognition inside one region": "本市推进阅览室之间检验结果互认。",
    "balance of city and countryside": "市人民政府应当促进城乡统筹和区域协调发展。",
    "own name": "重庆市人民政府应当加强部门协作。",
    "surroundings of a building": "阅览室周边区域内的建筑应当与环境相协调，禁止共享单车停放。",
    "city landscape beside 周围": "广告设施应当与周围市容环境相协调。",
    "chambers of commerce are no consultation": "四川省的协会商会名录另行公布。",
    "people from elsewhere": "港澳居民在合作区内享有同等待遇。",
    "zone named after co-operation": "深港科技创新合作区内的阅览室由管理机构负责。",
    "definition": "本条例所称联盟，是指与四川省合作设立的组织。",
    "prohibition": "不得与四川省的阅览室联合收费。",
    "trucks": "跨省运输图书的，应当办理运输手续。",
}


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_no_commitment(text: str) -> None:
    assert find_commitments(regulation(text)) == ()


ITEMS = "本市与四川省协同推进以下工作：\n（一）标准统一、证照互认；\n（二）执法联动；\n（三）其他协商确定的事项。"


def test_items_carry_their_lead_in() -> None:
    document = regulation(ITEMS)
    found = find_commitments(document)
    assert [each.eid[-9:] for each in found] == ["subpara_1", "subpara_2", "subpara_3"]
    assert found[0].quote.startswith("本市与四川省协同推进以下工作：标准统一")
    assert set(found[0].kinds) == {K.JOINT_STANDARDS, K.MUTUAL_RECOGNITION}
    assert {party.name for each in found for party in each.parties} == {"四川省"}
    assert all(each.who == ("本市",) for each in found)
    party = found[2].parties[0]
    assert document.source[party.start : party.end] == "四川省"


def test_constructs_follow_from_kind_strength_and_actor() -> None:
    (found,) = find_commitments(regulation("市人民政府应当每年与四川省人民政府召开联席会议，推进证照互认。"))
    assert {Construct.INVOLVEMENT, Construct.COORDINATION, Construct.TRUST} <= set(found.constructs)
    assert found.deadline.startswith("每年")
    assert found.reciprocal is None


def test_an_assessed_duty_is_evidence_for_incentive() -> None:
    (found,) = find_commitments(regulation("市人民政府应当将与四川省的协作情况纳入考核。"))
    assert Construct.INCENTIVE in found.constructs


REACH = {  # what the case guards: (place, clause, reach)
    "a neighbouring province": ("重庆市", "本市加强与毗邻省的合作。", Reach.OUTWARD),
    "counties of one city": ("重庆市", "相邻区县应当开展联合执法。", Reach.INWARD),
    "the words allow both": ("重庆市", "本市推进跨区域执法协作。", Reach.OPEN),
}


@pytest.mark.parametrize(("place", "text", "reach"), REACH.values(), ids=REACH)
def test_reach(place: str, text: str, reach: Reach) -> None:
    (found,) = find_commitments(regulation(text, place))
    assert found.reach is reach


@given(st.lists(st.sampled_from([*(case[0] for case in CASES.values()), *NONE.values()]), min_size=1, max_size=4))
def test_quotes_and_parties_stand_in_the_source(texts: list[str]) -> None:
    document = regulation("\n".join(texts))
    found = find_commitments(document)
    assert found == find_commitments(document)
    for each in found:
        assert each.quote.endswith(document.source[each.start : each.end])
        assert each.parties
        assert each.kinds
        assert each.constructs
        assert each.action in document.source
        for party in each.parties:
            assert document.source[party.start : party.end] == party.text
    frame = commitments_frame(found, "x")
    assert frame.height == len(found)
    assert frame.schema == commitments_frame(()).schema


def test_commitments_takes_a_path(tmp_path: Path) -> None:
    file = tmp_path / "重庆市阅览室管理条例.md"
    file.write_text("# 重庆市阅览室管理条例\n\n第一条　本市与四川省建立协作机制。\n", encoding="utf-8")
    (found,) = tongchi.commitments(file)
    assert isinstance(found, Commitment)
    assert found.article == "1"


KNOWN = {  # promise: (file, eId)
    "重庆市优化营商环境条例": ("DLC/重庆地方法规/地方性法规/重庆/重庆市优化营商环境条例(2021-03-31).md", "art_9__para_2__subpara_2"),
    "四川省安全生产条例": ("四川/四川省安全生产条例(2023-05-25).md", "art_58__para_1"),
    "四川省地质灾害防治条例": ("四川/四川省地质灾害防治条例(2025-03-28).md", "art_8__para_1"),
    "重庆市铁路安全管理条例": ("DLC/重庆地方法规/地方性法规/重庆/重庆市铁路安全管理条例(2022-03-30).md", "art_47__para_2"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "eid"), KNOWN.values(), ids=KNOWN)
def test_known_commitments_of_real_laws(shared_data: Path, file: str, eid: str) -> None:
    assert eid in {each.eid for each in tongchi.commitments(shared_data / "laws" / file)}


@pytest.mark.slow
@pytest.mark.parametrize("part", ["seen", "unseen", "third"])
def test_labelled_clauses_of_real_laws(shared_data: Path, part: str) -> None:
    """Floors a little below what was measured; docs/explanation/commitments.md has the figures."""
    right = wrong = 0
    for label in map(json.loads, (LABELS / f"{part}.jsonl").read_text("utf-8").splitlines()):
        found = {each.eid for each in tongchi.commitments(shared_data / "laws" / label["document"])}
        right += (label["eid"] in found) and label["commitment"]
        wrong += (label["eid"] in found) != label["commitment"]
    assert 2 * right / (2 * right + wrong) >= 0.9
