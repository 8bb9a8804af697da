"""Is a penalty or liability the consequence that a sentence states?

Penalties are those of the Administrative Penalty Law, art. 9, and the disciplinary, civil and criminal liabilities that
the chapter 法律责任 of a regulation refers to. 责令改正 alone is an order, not a penalty (art. 28): it makes a sentence a
sanction only where nothing else governs it.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Sanction(NamedTuple):
    """Where the first verb of the sanction stands; `hard` where a penalty or liability, not only an order, follows."""

    start: int
    end: int
    hard: bool


_PENALISE = ("处罚", "处理", "处分", "查处", "取缔", "赔偿")
_PENALTY = r"罚款|拘留|徒刑|罚金|拘役|警告|死刑|管制|处罚"
_LIABILITY = (
    r"给予(?=[^，。；]{0,32}(?:警告|处分|处罚|罚款|批评|拘留|记过|开除|制裁|撤职|降级|政务))"
    r"|予以(?=(?:警告|没收|取缔|处罚|罚款|撤职|开除|通报|追缴|拘留|处分|辞退|吊销|训诫|查处|查封|行政))"
    rf"|处以|并处(?!于)|处(?=[^，。；分]{{0,45}}?(?:{_PENALTY}))"
    r"|没收(?!的)|吊销(?!的)|暂扣(?!的)"
    r"|撤销(?=[^，。；的]{0,12}(?:资质|资格|许可|登记|证书|职务))"
    r"|追究(?=[^，。；]{0,20}责任)"
    r"|承担(?=[^，。；]{0,12}(?:赔偿|民事|刑事|法律|侵权|违约|连带|行政|补偿|修复)[^，。；]{0,4}责任)"
    r"|通报批评" + "".join(rf"|{word}(?<=(?:规定|依法|予以|给予){word})(?=[，。；：]|$)" for word in _PENALISE)
)
_SANCTION = re.compile(rf"责令|{_LIABILITY}")
_HARD = re.compile(_LIABILITY)
_SOFT = ("责令", "处理", "查处", "暂扣")  # orders and handling: where 应当 or 可以 stands before, that governs
_DELIMITER = re.compile(r"[，；：。！？]")
_AFTER_NOUN = re.compile(
    r"[^，；。]{0,25}的(?:决定|权力|通知|情形|程序|案件|种类|期限|财物|当事人|人员|单位|行为|事项|依据|条件|权限|建议|标准|机关|部门|违法)"
)
_BEFORE = re.compile(r"(?:被|受到|受|不予|不|免予|拟|作出|是否|不再|需要|认为|有权|的|曾|因|对|或者|和)$")


def find_sanction(masked: str) -> Sanction | None:
    """Return the first sanction that is a consequence, not a fact (被吊销…的，) or a noun (没收的财物)."""
    position = 0
    while match := _SANCTION.search(masked, position):
        start, end = match.span()
        if _is_consequence(masked, start, end):
            hard = match.group() not in _SOFT or _has_penalty(masked, end)
            return Sanction(start, end, hard)
        position = end
    return None


def _has_penalty(masked: str, start: int) -> bool:
    return any(match.group() not in _SOFT for match in _HARD.finditer(masked, start))


def _is_consequence(masked: str, start: int, end: int) -> bool:
    delimiter = _DELIMITER.search(masked, end)
    stop = delimiter.start() if delimiter else len(masked)
    if masked[stop - 1] == "的" or _BEFORE.search(masked, max(0, start - 3), start):
        return False
    if masked[start:end] not in ("给予", "处") and _AFTER_NOUN.match(masked, end, stop):
        return False
    return _has_penal_context(masked, start)


def _has_penal_context(masked: str, start: int) -> bool:
    """A sanction follows a condition, an authority (由…), or opens a clause of its own."""
    before = masked[:start]
    if "的，" in before or "违反" in before or "由" in before or "：" in before or "的，" in masked[start:]:
        return True
    return (
        not before
        or before[-1] in "；。，"
        or before.startswith("对")
        or "一律" in before
        or "应当" in before
        or "可以" in before
    )
