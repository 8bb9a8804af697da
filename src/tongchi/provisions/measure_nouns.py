"""What does a quantity measure: the fine, the deadline for which act, the height of what?

Read from the clause around it: a noun that follows (以下罚款, 名以上执法人员), the act due within a period (内答复), or
the subject before it (任期五年, 宽度不低于三米). No dictionary of words is needed but a short one of acts.
"""

from __future__ import annotations

import re

from tongchi.provisions.model import MeasureKind

_ENDS = "，。；：、（）()“”《》\n"
_SEGMENT = re.compile(rf"[^{_ENDS}]*")
_PENALTY = re.compile(
    r"的?(罚款|罚金|滞纳金|拘留|拘役|有期徒刑|管制|违约金|赔偿金?|奖励|补助|补贴|保证金|经济补偿金?|补偿|利息|工资)"
)
_ACT = re.compile(
    r"答复|作出|做出|办结|办理|报送|上报|报告|备案|公布|公示|公告|公开|通知|告知|送达|移送|移交|转送|缴纳|交纳|支付|退还|返还"
    r"|归还|签订|订立|提出|申请|受理|审查|审核|审批|核发|颁发|发放|完成|整改|改正|拆除|清理|清除|恢复|登记|起诉|复核|抄送|提交"
    r"|提供|召开|组织|书面|出具|反馈|补办|补正|变更|注销|核实|处理|批准|制定|修订|领取|安排|确定|征求|送交|开展|进行|举行|检查"
    r"|检测|实施|搬迁|腾退|履行|投入|建成|处置|纠正|回复|答辩|选举|补选|核查|评估|修复|保存|保管|删除|停止|换领|交付|结案|承担"
    r"|启动|更新|公证|张贴|演练|培训|维护|体检|修编|审议|送|报|发|交|换"
)
_LEAD = re.compile(
    r"(?:的|，|应当|可以|必须|须|应|可|依法|予以|给予|及时|主动|一次性|以书面形式|免费|统一|再次|还|即|就|都|又|均|由其|并|未|仍|按照规定|按规定){1,4}"
)
_TAIL = re.compile(
    r"(?:不得|不应|应当|一般|原则上|可以|最[长高低多少迟]|至少|至多|可|为|是|在|达到|达|共|约|分别|均|各|计|只|仅|按照|按|以|至|从|自|由|有|设|处|并处|处以|给予|全部|满|每|连续|近|少于|多于|超过|低于|不|前|每次|其|延长|累计|不足|距离|的){1,4}$"
)
_CUT_BEFORE = re.compile(
    r".*(?:的|应当|不得|可以|必须|或者|以及|及其|和|与|对|将|把|向|在|于|由|从|经|以|内|处|，)(?=.{2})"
)
_CUT_AFTER = re.compile(
    r"应当|可以|不得|必须|或者|以及|和|及|与|的|由|向|对|在|将|参加|组成|通过|联名|同意|出席|签名|以上|以下|提议|提出|进行|并|时|内|为|担任|作为"
)


def name_measured(text: str, start: int, end: int, kind: MeasureKind) -> str:
    """Return the noun phrase that the quantity `text[start:end]` measures, at most 14 characters, or ""."""
    after = _segment_after(text, end)
    if penalty := _PENALTY.match(after):
        return penalty[1]
    before = _segment_before(text, start)
    if kind is MeasureKind.PERIOD:
        return _name_period(text, end, before, after, text[start:end])
    if kind is MeasureKind.FREQUENCY:
        return _act(text[start:end]) or _act(after) or _noun_before(before)
    if kind in (MeasureKind.COUNT, MeasureKind.AGE, MeasureKind.OTHER):
        return _noun_after(after) or _noun_before(before)
    if kind in (MeasureKind.MONEY, MeasureKind.MULTIPLE) and _is_fine(text, start, end):
        return "罚款"
    return _noun_before(before) or _noun_after(after)


def _segment_after(text: str, end: int) -> str:
    match = _SEGMENT.match(text, end)
    return match[0] if match else ""


def _segment_before(text: str, start: int) -> str:
    return text[max(text.rfind(each, 0, start) for each in _ENDS) + 1 : start]


def _is_fine(text: str, start: int, end: int) -> bool:
    """Whether the amount is that of a fine named later in the list, or before: 罚款五百元, 处一万元、…罚款."""
    return text[max(0, start - 3) : start].endswith(("处", "罚款", "处以")) or text[end : end + 3].startswith("的罚款")


def _name_period(text: str, end: int, before: str, after: str, quantity: str) -> str:
    if quantity[-1] in "内前后" or quantity.endswith("为限"):
        due = after or _segment_after(text, end + 1)
        if act := _act(due):
            return act + ("提前期" if quantity.endswith("前") and "不得" not in act else "期限")
    noun = _noun_before(before)
    if noun:
        return noun
    return _act(after) or _noun_after(after)


def _act(clause: str) -> str:
    """Return the act a clause demands (作出决定), or 不得 … with what it forbids."""
    if lead := _LEAD.match(clause):
        clause = clause[lead.end() :]
    if clause.startswith(("不得", "禁止", "不予")):
        return clause[:12]
    match = _ACT.search(clause)
    if match is None:
        return ""
    phrase = clause[match.start() : match.end() + 6]
    rest = phrase[len(match[0]) :]
    cut = _CUT_AFTER.search(rest)
    if cut:
        rest = rest[: cut.start()]
    elif len(clause) > match.end() + 6:
        rest = ""
    return match[0] + ("" if any("0" <= c <= "9" or c in "一二两三四五六七八九十" for c in rest) else rest)


def _noun_before(clause: str) -> str:
    for _ in range(2):
        clause = _TAIL.sub("", clause)
    if cut := _CUT_BEFORE.match(clause):
        clause = clause[cut.end() :]
    return clause if 2 <= len(clause) <= 14 else clause[-8:] if len(clause) > 14 else ""


def _noun_after(clause: str) -> str:
    if lead := _LEAD.match(clause):
        clause = clause[lead.end() :]
    cut = _CUT_AFTER.search(clause)
    if cut:
        clause = clause[: cut.start()]
    return clause if 2 <= len(clause) <= 12 else ""
