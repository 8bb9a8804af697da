"""Which place does a title or the name of an issuer begin with? Provinces by list, cities and counties by their suffix.

Names and codes of provinces: GB/T 2260-2007, first two digits; the codes also stand in the numbers of local standards
(DB51/T …).
"""

from __future__ import annotations

import re

NATION = "中华人民共和国"
PROVINCES = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区", "21": "辽宁省", "22": "吉林省",
    "23": "黑龙江省", "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省",
    "37": "山东省", "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区", "46": "海南省",
    "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省", "54": "西藏自治区", "61": "陕西省", "62": "甘肃省",
    "63": "青海省", "64": "宁夏回族自治区", "65": "新疆维吾尔自治区", "71": "台湾省",
}  # fmt: skip
PROVINCE = "|".join(PROVINCES.values())
_SHORT = {name[: 3 if name.startswith(("内蒙古", "黑龙江")) else 2]: name for name in PROVINCES.values()}
_OPENING = r"^(?:关于|印发|中国[（(])?"
_LONG_NAME = re.compile(rf"{_OPENING}({PROVINCE})")
_SHORT_NAME = re.compile(rf"{_OPENING}({'|'.join(_SHORT)})")
_LOWER = re.compile(
    r"^(?!城市|乡镇|都市|超市|上市|各市|关于)([一-龥]{2,8}?(?:经济特区)|[一-龥]{2,14}?(?:自治州|自治县|自治旗)|[一-龥]{1,4}?(?:地区|盟|市|县))"
    r"(?!场|容|级|内|政(?:设施|公用|工程))"
)


def place_of_title(title: str) -> str:
    """Return the place that opens the title (上海市, 杭州市, 深圳经济特区), "" if none does.

    上海港口条例 and 中国（上海）自由贸易试验区条例 are of 上海市. 城市… and the like are no places.
    """
    match = _LONG_NAME.match(title)
    if match:
        return match.group(1)
    match = _LOWER.match(title)
    if match and not re.match(r".{2,3}城市$", match.group(1)):  # 杭州城市大脑…
        return match.group(1)
    match = _SHORT_NAME.match(title)
    return _SHORT[match.group(1)] if match else ""


def place_of_issuer(issuer: str) -> str:
    """Return the place of which the issuer is, "" for a national body; places of joint issuers are joined by 、."""
    places: list[str] = []
    for each in issuer.split("、"):
        match = _LONG_NAME.match(each) or _LOWER.match(each)
        if match and match.group(1) not in places:
            places.append(match.group(1))
    return "、".join(places)
