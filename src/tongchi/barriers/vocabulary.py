"""Which words name those who compete, what they sell, and what may be asked of them?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tongchi.barriers.places import ELSEWHERE, HERE, ZONE

OPERATOR = (
    r"(?:企业|公司|(?<!用人)单位|机构|经营者|经营户|经营主体|市场主体|供应商|投标人|承包[商人]|承运人|商户|商家|旅行社|演出队|表演队|演出团体"
    r"|剧团|合作社|驾校|门店|连锁店|便利店|经销商|代理商|平台|工厂|厂家|事务所|车辆(?=[^，。；]{0,30}(?:营|运输|经营|承运))|船舶|施工队|驾驶人(?=从事)"
    r"|生产者|销售者|服务商|运营商|开发商|团队|业户|个体工商户|组织|主体|经营单位|商会)"
)
GOODS = (
    r"(?:产品|商品|货物|品牌|材料|药品|药材|酒|盐|卷烟|烟叶|砂浆|混凝土|水泥|钢材|农产品|水果|种子|种苗|品种|蚕种|机动车|汽车|燃气|煤炭|"
    r"设备|器材|食品|食用农产品|肉品|肉类|生猪|砂石|矿产品|木材|石材|饲料|肥料|农药|饮料|大米|粮食|蔬菜|茶叶|建材|技术|服务|原料|资源)"
)
DUTY = (
    r"(?:备案|登记|告知|报告|报送|报备|审核|审查|审批|批准|核准|同意|许可|手续|领取|申领|申请|换领|核验|查验|验证|培训|考核|缴纳|交纳"
    r"|提交|通行证|资格证|准入证|施工证|提供担保|信用管理)"
)
MUST = r"(?:应当|应|须|必须|需|方可|凭|经|一律|先|后[，,]?(?:方|才)?可?)"
AWARD = r"(?:奖励|奖补|补助|补贴|资助|扶持|贴息|政策支持|资金支持|财政支持|支持资金|专项资金|经费支持|补偿金|奖金)"
TENDER = r"(?:投标|评标|评分|招标|政府采购|供应商|磋商|竞争性谈判|采购人|中标|入库|入围|承建|承揽|发包|评审|标段|响应文件|成交|采购项目|采购文件|国企采购|采购总额)"
NUMBER = r"(?:百分之[一二三四五六七八九十百零点〇两]+|[0-9.]+%|[0-9一二三四五六七八九十百千万亿零两]+(?:元|万元|倍|分))"

_MACROS = {
    "OUT": ELSEWHERE, "HERE": HERE, "ZONE": ZONE, "OP": OPERATOR, "GOODS": GOODS, "DUTY": DUTY, "MUST": MUST,
    "AWARD": AWARD, "TENDER": TENDER, "NUM": NUMBER,
}  # fmt: skip
_MACRO = re.compile(r"<([A-Z]+)>|~(\d+)|≈(\d+)")


class Pattern:
    """A regular expression that is compiled when it is first used: together they take seconds, and few are used on one file."""

    __slots__ = ("_compiled", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The expression, compiled."""
        if self._compiled is None:
            self._compiled = re.compile(self.text)
        return self._compiled

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in a text, or None."""
        return self.compiled.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches in a text, in order."""
        return self.compiled.finditer(text)


def pattern(text: str) -> Pattern:
    """Write a pattern in which <OUT>, <HERE> … stand for vocabularies, ~20 for up to 20 characters of one clause

    (no ，。；) and ≈40 for up to 40 of one sentence (no 。；).
    """

    def expand(match: re.Match[str]) -> str:
        if match[1]:
            return _MACROS[match[1]]
        if match[2]:
            return f"[^，。；]{{0,{match[2]}}}?"
        return f"[^。；]{{0,{match[3]}}}?"

    return Pattern(_MACRO.sub(expand, text))
