"""Which words never count as a difference? Jurisdiction names, the own title, renamed departments, citations' numbers.

Two regions' rules name themselves and their offices all the time; those words would make provisions on one question look
apart, and provisions of one text alike. The mask replaces them by one neutral word each, for similarity only: quotes and
offsets always come from the text as published.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tongchi.documents.model import Metadata

PLACES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|"
    "台湾|内蒙古|广西|西藏|宁夏|新疆"
)
_OWN_PLACE = r"(?:本|全|我)(?:市|省|自治区|自治州|县|行政区域)|(?:本|全)行政区域|行政区域"
_COUNTY = (
    r"区、?县[（(]自治县[）)]|区、县[（(](?:自治县|市)[）)]|县[（(](?:市、区|市|区)[）)]|区[（(]县[）)]|市、县[（(]市、区[）)]|设区的市|"
    r"区、县|区县|市、县|自治县|(?:县级|区级|市级|省级)"
)
# One office under its names before and after the reforms of 2008, 2013 and 2018.
_OFFICES = (
    ("市场监管", "工商行政管理|质量技术监督|食品药品监督管理|市场监督管理"),
    ("自然资源", "国土资源|国土房管|规划和自然资源|规划自然资源"),
    ("生态环境", "环境保护行政|环境保护主管|环境保护(?=部门|局)|环境保护行政主管"),
    ("应急", "安全生产监督管理|应急管理"),
    ("卫生", "卫生和计划生育|卫生计生|卫生健康|人口和计划生育"),
    ("广电", "新闻出版广电|广播电影电视|广播电视"),
    ("文旅", "文化和旅游|文化旅游"),
    ("交通", "交通运输"),
    ("住建", "住房和城乡建设|住房城乡建设|城乡建设|建设行政"),
    ("人社", "人力资源和社会保障|人力资源社会保障|人力社保|劳动和社会保障|劳动保障"),
    ("农业", "农业农村|农牧"),
    ("公安", "公安机关交通管理|公安交通管理"),
    ("部门", "行政主管部门|主管部门|行政部门|行政管理部门|监督管理部门|监管部门|管理部门"),
)
_INSTRUMENT = re.compile(r"(?:若干规定|实施办法|实施细则|条例|规定|办法|细则)$")

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"《[^《》]*(?:《[^》]*》[^《》]*)*》"), "某规"),
    (re.compile(rf"(?:{PLACES})(?:市|省|自治区|壮族自治区|回族自治区|维吾尔自治区)?"), ""),
    (re.compile(_COUNTY), "县"),
    (re.compile(_OWN_PLACE), ""),
    (re.compile(r"本(?:条例|规定|办法|细则|法)"), "本规"),
    (re.compile(r"第[一二三四五六七八九十百千零〇]+[条款项章节编](?:之[一二三四五六七八九十])?"), "某条"),
    *((re.compile(words), short) for short, words in _OFFICES),
)


def matter_of(metadata: Metadata) -> str:
    """Return the matter that a title names: 重庆市志愿服务条例 → 志愿服务; "" when the title does not tell."""
    title = re.sub(r"^(?:中华人民共和国|国务院关于)", "", metadata.title)
    if metadata.jurisdiction and title.startswith(metadata.jurisdiction):
        title = title[len(metadata.jurisdiction) :]
    title = re.sub(rf"^(?:{PLACES})(?:市|省|自治区)?", "", title)
    implemented = re.search(r"实施[《〈](?:中华人民共和国)?(.+?)[》〉]", title)
    if implemented:
        title = implemented.group(1)
    return re.sub(r"法$", "", _INSTRUMENT.sub("", title))


def make_mask(metadata: Metadata) -> Callable[[str], str]:
    """Return the function that masks a text of the document with this metadata."""
    matter = matter_of(metadata)
    place = _own_name(metadata)

    def mask(text: str) -> str:
        text = place.sub("", text) if place else text
        for pattern, word in _RULES:
            text = pattern.sub(word, text)
        return text.replace(matter, "") if len(matter) >= 2 else text

    return mask


def _own_name(metadata: Metadata) -> re.Pattern[str] | None:
    """Match the name of the text's own city or county (青岛市, 青岛), which no list of provinces holds."""
    name = metadata.jurisdiction
    if len(name) < 2 or name == "全国":
        return None
    short = re.sub(r"(?:市|省|自治区|自治州|自治县|区|县)$", "", name)
    return re.compile(f"{re.escape(name)}|{re.escape(short)}" if len(short) >= 2 else re.escape(name))


_OWN_WORDS = re.compile(rf"(?:{PLACES})(?:市|省|自治区|壮族自治区|回族自治区|维吾尔自治区)?|{_OWN_PLACE}")
_OWN_COUNTY = re.compile(_COUNTY)
_NOT_WORDS = re.compile(r"(?!(?<=\d)[.．]\d|(?<!\d)[-－−]\d)[^一-龥〇A-Za-z0-9%％‰℃]")


def plain_text(text: str, metadata: Metadata) -> str:
    """Return the words that count for equality: without places, own title, white space and punctuation."""
    text = text.replace(metadata.title, "") if metadata.title else text
    place = _own_name(metadata)
    text = place.sub("", text) if place else text
    text = _OWN_COUNTY.sub("县", _OWN_WORDS.sub("", text))
    return _NOT_WORDS.sub("", re.sub(r"本(?:条例|规定|办法|细则|法)", "本规", text))
