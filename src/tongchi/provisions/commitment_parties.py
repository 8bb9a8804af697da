"""Which other region does a sentence name: a community, a province, a neighbour, the far side of a border?

Communities are those that national plans and the regions' own laws name. Names of provinces: GB/T 2260 (`documents.places`).
A text's own region is no party to its own promise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tongchi.documents.places import PROVINCES
from tongchi.provisions.commitment_model import PartyKind, Reach

COMMUNITIES = {
    r"长(?:江)?三角(?:洲)?(?:生态绿色一体化发展示范区)?(?:区域|地区)?": "长三角",
    r"沪?苏浙皖": "长三角",
    r"京津冀(?:区域|地区)?": "京津冀",
    r"成渝地区双城经济圈|成渝(?:地区|双城|两地)?|川渝(?:地区|两地)?": "成渝地区双城经济圈",
    r"粤港澳大湾区|(?:粤港澳|大湾区)(?!大湾区)": "粤港澳大湾区",
    r"泛珠(?:三角|江三角洲)(?:区域|地区)?": "泛珠三角",
    r"长江经济带|长江中游(?:城市群|地区)": "长江经济带",
    r"黄河流域(?:其他)?(?=[^，。；]{0,8}(?:省|城市|市|生态保护和高质量发展))": "黄河流域",
    r"(?:省会|胶东|鲁南)经济圈": "省内经济圈",
    r"(?:环)?渤海(?:湾)?(?:地区|经济圈)|淮海经济区|海峡西岸|中原(?:经济区|城市群)|关中平原城市群|北部湾(?:城市群|经济区)": "经济区",
    r"[一-龥]{2,3}(?:都市圈|城市群|都市区)(?<!现代化都市圈)(?<!形成都市圈)": "都市圈",
    r"(?:粤港|粤澳|深港|川陕|鄂湘赣|浙闽|闽浙|苏皖|津冀|豫鲁|晋陕豫)(?:地区|两地|三地)?": "",
}
_SHORT = {name[: 3 if name.startswith(("内蒙古", "黑龙江")) else 2]: name for name in PROVINCES.values()}
_NO_PLACE = r"(?!大学|学院|路|镇|街|银行|村|海峡|湖|河|商会|同胞|投资者|标准)"
_SPECIAL = r"港澳(?:台)?(?:地区)?|香港(?:特别行政区)?|澳门(?:特别行政区)?"
_FULL = "|".join(name for name in PROVINCES.values() if name != "台湾省")
_BRIEF = "|".join(name for name in _SHORT if name != "台湾")
_NAMED = re.compile(
    rf"(?P<full>{_FULL})|(?P<special>{_SPECIAL}){_NO_PLACE}|(?<=[与同和、])(?P<brief>{_BRIEF}){_NO_PLACE}"
)
_BRACKET = r"(?:（[^（）]*）)?"
_UNIT = rf"(?:省{_BRACKET}|自治区|直辖市|设区的市|市|自治州|州|县级?|区|旗|城市|行政区域?|行政区划|乡|镇|乡镇|街道|地市|县市区)"
_NEAR = r"(?:毗邻|相邻|邻近|周边|接壤|临近|周围|交界|毗连)(?:的)?(?:其他|沿海|有关|相关)?"
_OF_STATE = r"(?:人民政府|政府|[^，。；、]{0,12}?(?:部门|机关|机构|指挥))"
_NEIGHBOUR = re.compile(
    rf"{_NEAR}(?P<unit>{_UNIT}(?![域容场政级民])(?:[、和或及]{_UNIT}(?![域容场政级民]))*)(?:人民政府)?|{_NEAR}(?P<state>人民政府|地区{_OF_STATE})"
)
_NEAR_AREA = re.compile(
    rf"{_NEAR}(?:地区|区域|地方|地带)|(?:行政区域)?界线毗邻的|(?:交界|接壤|毗邻|结合部)(?:的)?(?:地区|地带|区域|地|水域|海域)"
)
_OTHER = re.compile(
    rf"(?:其他|各|有关|相关|兄弟|外|沿江|沿线|沿海|沿黄)(?:的)?(?P<unit>省(?!级|政府|有关|人民|直|辖|内)(?:{_BRACKET}|[、和或]?(?:自治区|直辖市|区、市|市|区)?(?:、?直辖市)?)|兄弟省|省[、]?市)(?:人民政府)?"
    r"|(?:其他|兄弟|国内)(?:的)?(?P<area>城市|地市|设区的市|港口城市|中心城市|县(?!级)|行政区域|省际)"
    r"|外省(?:市)?|其他省级|相关市(?!场|政|容|民|级|直)|省际间?|省市间|市际|区际|(?:异地|省外)(?:的)?(?:人民政府|行政机关|[^，。；、的]{0,6}部门)|所跨行政区域的"
)
_CROSSING = re.compile(
    r"跨(?:部门|层级|领域|行业|系统|业务|警种|学科|所有制|市场|隶属|、|和|跨|及|与|或|者|以)*?"
    r"(?P<unit>省际|省域|省级|省辖市|省|设区的市|地市|市域|市|自治州|州|县|行政区域?|行政区划|行政辖区|辖区|区域|地区|地域|流域|区县?|界(?=河|水|污染|流域|断面|湖|大气|联|的?突发))(?!级|场|容|位)"
)
_BASIN = re.compile(
    r"上下游|[上下]游(?:地区|[^，。；、]{0,6}人民政府)|流域(?:内)?(?:有关|各|相关)?(?:省|市|县|地区|地方)|左右岸|库区(?:与|和)受(?:水|益)区|受益(?:地区|区)[^，。；]{0,8}(?:保护|供水)|调出[^，。；]{0,6}调入"
)
_AREA = re.compile(
    r"区域(?:间|之间|性|警务|信用|大气污染|污染|环境|流域|水|[应急灾生态防治执法旅游金融人才科技创新政务立法]{0,6})?(?=(?:的)?(?:合作|协作|联动|联防|联控|通办|协同(?!标准)|协同标准|互认|间|一体化))|异地(?=通办|协作|协查|执法|处理经济补偿|处置补偿)"
    r"|(?:有关|相关|所在地|涉及)(?:的)?(?:沿海|沿河)?(?:地方|设区的市|市|县|区|县级以上)(?:[^，。；]{0,12})(?:人民政府|主管部门)(?=[^，。；]{0,12}(?:协商|会商|共同|联合|商定))"
)
_ABROAD = re.compile(r"国际|境外|国外|海外|外国|跨境|国内外|边境")


_ATTRIBUTE = re.compile(
    r"所属|[^，。；、]{0,6}领导小组|(?:的)?(?:居民|青年|企业|投资|同胞|人士|学生|公民|永久|专业人士|律师|机动车|品牌|海湾|人员|籍|户籍|品种|资金)|[^，。；、]{0,12}合作区|(?:的)?(?:迁移|经营|变更|流动|调运|调水|运输|转移|执业|就业|销售|从事|旅客|客运|班|输电|电网|作业|流通|学习|联合授信|多点)"
)


class Found(NamedTuple):
    """A party inside a sentence; `certain` where the words can mean nothing but another region."""

    name: str
    kind: PartyKind
    start: int
    end: int
    certain: bool


def find_parties(masked: str, own: str, history: str = "") -> tuple[Found, ...]:
    """Return the parties that a masked sentence of a text of the place `own` names, in order and without overlaps.

    `own` is "" for a national text. A province named in `history` has approved the text and is no party.
    """
    found = sorted(_all(masked, own), key=lambda each: (each.start, -each.end))
    found = [
        each
        for each in found
        if not _ATTRIBUTE.match(masked, each.end) and not (each.name in history and each.kind is PartyKind.NAMED)
    ]
    kept: list[Found] = []
    for each in found:
        before = kept[-1] if kept else None
        if before and each.start < before.end:
            continue
        is_same = before and before.kind is PartyKind.COMMUNITY and each.kind is PartyKind.OTHER
        if not (before and is_same and each.start - before.end <= 3):  # 长三角区域相关省 are members, no third party
            kept.append(each)
    return tuple(kept)


def _all(masked: str, own: str) -> Iterator[Found]:
    for pattern, name in _COMMUNITIES:
        for match in pattern.finditer(masked):
            yield Found(name or match.group(), PartyKind.COMMUNITY, *match.span(), bool(own))
    if own:  # a national law lists provinces only to say where something lies
        for match in _NAMED.finditer(masked):
            full = match["full"] or match["special"] or _SHORT[match["brief"]]
            if full != own and not own.startswith(full):
                yield Found(_special(full), PartyKind.NAMED, *match.span(), True)
    for match in _NEIGHBOUR.finditer(masked):
        yield Found(_near_name(match["unit"] or ""), PartyKind.NEIGHBOUR, *match.span(), bool(own))
    for match in _NEAR_AREA.finditer(masked):
        yield Found("毗邻地区", PartyKind.NEIGHBOUR, *match.span(), False)
    for match in _OTHER.finditer(masked):
        yield Found(_other_name(match.group()), PartyKind.OTHER, *match.span(), bool(own))
    for match in _CROSSING.finditer(masked):
        yield Found(_cross_name(match["unit"]), PartyKind.CROSSING, *match.span(), False)
    for match in _BASIN.finditer(masked):
        yield Found("上下游地区", PartyKind.BASIN, *match.span(), False)
    for match in _AREA.finditer(masked):
        if not _ABROAD.search(masked, max(0, match.start() - 6), match.end() + 6):
            yield Found("相关地区", PartyKind.CROSSING, *match.span(), False)


_COMMUNITIES = tuple((re.compile(pattern), name) for pattern, name in COMMUNITIES.items())


def _special(name: str) -> str:
    return {"香港": "香港特别行政区", "澳门": "澳门特别行政区"}.get(name, "港澳" if name.startswith("港澳") else name)


def _near_name(unit: str) -> str:
    if unit.startswith(("省", "自治区", "直辖市")):
        return "毗邻省级地区"
    if unit.startswith(("市", "设区的市", "城市", "自治州", "州", "地市")):
        return "毗邻城市"
    if unit.startswith(("县", "区", "旗")):
        return "毗邻县区"
    return "毗邻地区"


def _other_name(text: str) -> str:
    return "其他省级地区" if "省" in text else "其他地区"


def _cross_name(unit: str) -> str:
    if unit.startswith("省") and unit != "省辖市":
        return "跨省"
    if unit in ("省辖市", "设区的市", "地市", "市", "市域", "自治州", "州"):
        return "跨市"
    if unit in ("县", "区", "区县"):
        return "跨县区"
    return "跨区域"


def reach_of(parties: tuple[Found, ...], masked: str, own: str) -> Reach:
    """Tell whether the other side lies outside the territory `own` ("" for the nation)."""
    if not own or _WITHIN.search(masked):
        return Reach.INWARD
    own_is_province = own in PROVINCES.values()
    names = {each.name for each in parties}
    if any(each.kind in (PartyKind.COMMUNITY, PartyKind.NAMED) and each.name != "省内经济圈" for each in parties):
        return Reach.OUTWARD
    if names & {"毗邻省级地区", "其他省级地区", "跨省"}:
        return Reach.OUTWARD
    small = {"毗邻县区", "跨县区"} if not own_is_province else {"毗邻县区", "跨县区", "毗邻城市", "跨市"}
    if names and names <= small:
        return Reach.INWARD
    if not own_is_province and names & {"毗邻城市", "跨市", "省内经济圈", "其他地区"}:
        return Reach.OUTWARD
    return Reach.OPEN


_WITHIN = re.compile(
    r"(?:本省|省内|本市|全市|全省|市内|本自治区)(?:行政区域)?内?跨|本(?:省|市)(?:行政区域)?内[^，。；]{0,6}(?:区域|跨|各地)|全省(?:各地|范围)"
)
