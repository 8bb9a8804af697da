"""Does the other side's law promise the same?

A commitment is reciprocal where the other text holds one that answers it: they share a kind and a subject, and each of the two
is directed at the other's region. The subject is shared where both texts rule one matter; in texts on different matters the
words of the two must be alike, for a mechanism against accidents does not answer one for telephone hotlines. A named region is directed at by name, a community through its
members, 毗邻 through the borders of the provinces; 其他省 and 跨省 are directed at everybody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tongchi.comparison.masking import matter_of
from tongchi.comparison.model import PairComparison, Side
from tongchi.documents import Document, NodeKind
from tongchi.documents.places import PROVINCES
from tongchi.provisions import Commitment, CommitmentKind, PartyKind, Reach, find_commitments

MEMBERS = {
    "长三角": "上海 江苏 浙江 安徽",
    "京津冀": "北京 天津 河北",
    "成渝地区双城经济圈": "重庆 四川",
    "粤港澳大湾区": "广东 香港 澳门",
    "泛珠三角": "福建 江西 湖南 广东 广西 海南 四川 贵州 云南 香港 澳门",
    "长江经济带": "上海 江苏 浙江 安徽 江西 湖北 湖南 重庆 四川 贵州 云南",
    "黄河流域": "青海 四川 甘肃 宁夏 内蒙古 陕西 山西 河南 山东",
}
BORDERS = {
    "北京": "天津 河北", "天津": "北京 河北", "河北": "北京 天津 内蒙古 辽宁 山西 河南 山东", "山西": "河北 内蒙古 河南 陕西",
    "内蒙古": "黑龙江 吉林 辽宁 河北 山西 陕西 宁夏 甘肃", "辽宁": "吉林 内蒙古 河北", "吉林": "黑龙江 内蒙古 辽宁",
    "黑龙江": "内蒙古 吉林", "上海": "江苏 浙江", "江苏": "上海 浙江 安徽 山东", "浙江": "上海 江苏 安徽 江西 福建",
    "安徽": "江苏 浙江 江西 湖北 河南 山东", "福建": "浙江 江西 广东", "江西": "浙江 福建 广东 湖南 湖北 安徽",
    "山东": "河北 河南 安徽 江苏", "河南": "河北 山西 陕西 湖北 安徽 山东", "湖北": "河南 安徽 江西 湖南 重庆 陕西",
    "湖南": "湖北 江西 广东 广西 贵州 重庆", "广东": "福建 江西 湖南 广西 香港 澳门 海南", "广西": "广东 湖南 贵州 云南",
    "海南": "广东", "重庆": "湖北 湖南 贵州 四川 陕西", "四川": "青海 甘肃 陕西 重庆 贵州 云南 西藏",
    "贵州": "四川 重庆 湖南 广西 云南", "云南": "西藏 四川 贵州 广西", "西藏": "新疆 青海 四川 云南",
    "陕西": "内蒙古 山西 河南 湖北 重庆 四川 甘肃 宁夏", "甘肃": "新疆 青海 四川 陕西 宁夏 内蒙古",
    "青海": "新疆 甘肃 四川 西藏", "宁夏": "内蒙古 甘肃 陕西", "新疆": "西藏 青海 甘肃",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reciprocity:
    """One commitment of a pair and what answers it on the other side.

    `commitment.reciprocal` is True where `answers` holds something, False where the other side is meant and says nothing, None
    where the commitment is not directed at it. `is_linked` tells that the best answer stands in a linked article.
    """

    side: Side
    commitment: Commitment
    answers: tuple[Commitment, ...]
    is_linked: bool


def find_reciprocity(pair: PairComparison) -> tuple[Reciprocity, ...]:
    """Return every commitment of both texts with its answers, A's first, best answer first."""
    linked = {(link.a, link.b) for link in pair.links}
    a, b = find_commitments(pair.a), find_commitments(pair.b)
    back = {(second, first) for first, second in linked}
    return (
        *(_answer("a", each, b, (pair.a, pair.b), linked) for each in a),
        *(_answer("b", each, a, (pair.b, pair.a), back) for each in b),
    )


def _answer(
    side: Side,
    commitment: Commitment,
    others: Sequence[Commitment],
    documents: tuple[Document, Document],
    linked: set[tuple[str, str]],
) -> Reciprocity:
    own, other = documents
    if not is_directed_at(commitment, own, other):
        return Reciprocity(side, commitment, (), False)
    one_matter = matter_of(own.metadata) == matter_of(other.metadata)
    found = [
        (not _is_linked(commitment, each, linked), -len(_shared(commitment, each)), at)
        for at, each in enumerate(others)
        if is_directed_at(each, other, own)
        and _shared(commitment, each)
        and (one_matter or _likeness(commitment.action, each.action) >= _ALIKE)
    ]
    answers = tuple(others[at] for _, _, at in sorted(found))
    return Reciprocity(
        side, replace(commitment, reciprocal=bool(answers)), answers, bool(answers) and not min(found)[0]
    )


def _is_linked(one: Commitment, other: Commitment, linked: set[tuple[str, str]]) -> bool:
    return (one.article, other.article) in linked


def _likeness(one: str, other: str) -> float:
    """Return the share of the shorter text's pairs of characters that the other holds, words of co-operation left out."""
    first, second = ({text[at : at + 2] for at in range(len(text) - 1)} for text in (_bare(one), _bare(other)))
    return len(first & second) / max(1, min(len(first), len(second)))


def _bare(text: str) -> str:
    return _COMMON.sub("", text)


_ALIKE = 0.35
_COMMON = re.compile(
    r"[，。；、：（）]|建立|健全|完善|推动|推进|加强|应当|机制|工作|协[作同商调]|合作|联动|共同|区域|地区|有关|相关|本[市省]|人民政府|部门|实现|促进|发展"
)


def _shared(one: Commitment, other: Commitment) -> set[CommitmentKind]:
    return set(one.kinds) & set(other.kinds)


def is_directed_at(commitment: Commitment, own: Document, other: Document) -> bool:
    """Return whether a commitment of `own` reaches the region of `other`."""
    mine, theirs = region_of(own), region_of(other)
    if not theirs or mine == theirs or commitment.reach is Reach.INWARD:
        return False
    for party in commitment.parties:
        if party.kind is PartyKind.NAMED and party.name.startswith(theirs):
            return True
        if party.kind is PartyKind.COMMUNITY and theirs in MEMBERS.get(party.name, party.name):
            return True
        if party.name == "毗邻省级地区" and theirs in BORDERS.get(mine, ""):
            return True
        if party.name == "毗邻地区" and theirs in BORDERS.get(mine, ""):
            return True
        if party.name in ("其他省级地区", "跨省"):
            return True
    return False


def region_of(document: Document) -> str:
    """Return the short name of the province a text belongs to (重庆), or of its place where no province is known."""
    place = document.metadata.jurisdiction
    history = "".join(node.text for node in document.nodes if node.kind is NodeKind.HISTORY)
    for name in PROVINCES.values():
        if place == name or (place != name and place not in PROVINCES.values() and name in history):
            return _short(name)
    return place.removesuffix("市") if place != "全国" else ""


def _short(name: str) -> str:
    return name[: 3 if name.startswith(("内蒙古", "黑龙江")) else 2]
