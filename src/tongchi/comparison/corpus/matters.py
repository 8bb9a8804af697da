"""Which matter does a title name? 重庆市道路运输管理条例 → 道路运输; 浙江省实施《献血法》办法 → 献血.

What opens a title (nation, place, 关于, 实施《…》), what closes it (kind of instrument, 若干, 暂行) and the words that
name only the manner of ruling (管理, 监督, 促进 …) are taken away. What is left names the matter, and equals for texts
of the same matter in most cases; `grouping` settles the rest by content.
"""

from __future__ import annotations

import re

from tongchi.comparison.corpus.places import without_place

_BRACKETS = re.compile(r"[（(〔\[][^（()）〕\]]*[）)〕\]]")
_CITED = re.compile(r"(?:实施|执行|贯彻)?[《〈]([^《》〈〉]{2,60})[》〉]")
_ORGAN = r"(?:(?:全国)?人民代表大会(?:常务委员会)?|国务院(?:办公厅)?|人民政府(?:办公厅)?)(?=关于|实施|执行|贯彻)"
_OPENING = re.compile(
    rf"^(?:中华人民共和国|中国(?=[^人]|人民[^解银])|{_ORGAN}|关于|实施|执行|贯彻|施行|进一步|加强|促进|鼓励|保障|推进|的)"
)
_KIND = re.compile(
    r"(?:实施条例|实施办法|实施细则|实施规定|暂行条例|暂行办法|暂行规定|试行条例|试行办法|条例实施|法实施|特别规定|补充规定|若干规定|"
    r"若干问题|若干意见|条例|办法|规定|细则|规则|规程|章程|决定|决议|通则|标准|法典|通知|意见|方案|批复|(?<![基立执司宪方无])法)$"
)
_CLOSING = re.compile(
    r"(?:的|若干|暂行|试行|实施|具体|有关|问题|监督管理|管理监督|保护管理|管理保护|管理|监督|促进|工作|发展|规范|保障和促进|保障|服务管理|行业|事业|与|和)$"
)
_KEPT = ("社会保障", "劳动保障", "军人保障", "法律监督", "科学技术发展")


def matter_of(title: str) -> str:
    """Return what a title says the text is about; never empty unless the title is."""
    plain = _BRACKETS.sub("", title.strip())
    cited = _CITED.search(plain)
    if cited and re.match(r".{0,24}?(?:实施|执行|贯彻)?$", plain[: cited.start()]) and "修改" not in plain:
        plain = cited.group(1)
    words = _strip_opening(plain)
    words = _strip_closing(words)
    return words if len(words) >= 2 else _strip_opening(plain) or plain


def _strip_opening(words: str) -> str:
    while True:
        shorter = _OPENING.sub("", without_place(words))
        if shorter == words or len(shorter) < 2:
            return words
        words = shorter


def _strip_closing(words: str) -> str:
    while not words.endswith(_KEPT):
        shorter = _KIND.sub("", words)
        if shorter == words or len(shorter) < 2:
            shorter = _CLOSING.sub("", words)
        if shorter == words or len(shorter) < 2:
            return words
        words = shorter
    return words
