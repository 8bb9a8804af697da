"""What does a quantity measure: the fine, the deadline for which act, the height of what?

Read from the clause around it: a noun that follows (以下罚款, 名以上执法人员), the act due within a period (内答复), or
the subject before it (任期五年, 宽度不低于三米). No dictionary of words is needed but a short one of acts.
"""

from __future__ import annotations

import re

from tongchi.provisions.model import MeasureKind

_ENDS = "，。；：、（）()“”《》,;:\n"
_DIGITS = "0123456789一二两三四五六七八九十百千万半"
_SEGMENT = re.compile(rf"[^{_ENDS}]*")
_PENALTY = re.compile(
    r"的?(?:处以|处)?(罚款|罚金|滞纳金|拘留|拘役|有期徒刑|管制|违约金|赔偿金?|奖励|补助|补贴|保证金|经济补偿金?|补偿|利息|工资)"
)
_ACT = re.compile(
    r"(?<!的)(?:"
    r"答复|作出|做出|办结|办理|报送|上报|报告|备案|公布|公示|公告|公开|通知|告知|送达|移送|移交|转送|缴纳|交纳|支付|退还|返还|归还|签订|订立|提出"
    r"|申请|受理|审查|审核|审批|核发|颁发|发放|完成|整改|改正|拆除|清理|清除|恢复|登记|起诉|复核|抄送|提交|提供|召开|组织|出具|反馈|补办|补正|变更"
    r"|注销|核实|处理|批准|制定|修订|领取|安排|确定|征求|送交|开展|进行|举行|检查|检测|实施|搬迁|腾退|履行|投入|建成|处置|纠正|回复|答辩|选举|补选"
    r"|核查|评估|修复|保存|保管|删除|停止|换领|交付|结案|承担|启动|更新|公证|张贴|演练|培训|维护|体检|修编|审议|申诉|申报|撤除|开工|竣工|尸检|拆卸"
    r"|复议|缴存|补交|上缴|补缴|动工|复工|派出|派员|赶到|到达|处结|裁决|仲裁|决定|转交|立案|查处|验收|鉴定|复检|指导|回迁|安葬|回访|补种|迁出|投放"
    r"|清运|归档|续展|延续|参加|配备|宣布|通报|披露|释放|放行|汇总|编制|发布|评审|评标|开标|答疑|审结|终结|复审|复查|调解|赔偿|赔付|补偿|审计|更换"
    r"|维修|修理|招标|换证|年检|送|报|发|交|换"
    r")(?!的|人|机关|部门|单位|机构|通知|期|条件|材料|书|费|权|者|义务|职责)"
)
_LEAD = re.compile(
    r"(?:的|，|应当|书面|可以|必须|须|应|可|依法|予以|给予|及时|主动|一次性|以书面形式|免费|统一|再次|还|即|就|都|又|均|由其|并|未|仍|按照规定|按规定){1,4}"
)
_TAIL = re.compile(
    r"(?:不得|不应|应当|(?<![供响适反效感相对])应|(?<![适事便])宜|不宜|一般|原则上|可以|最[长高低多少迟]|至少|至多|可|为|是|在|达到|达|共|约|分别|均|各|计|只|仅|按照|按|以|至|从|自|由|有|设|处|并处|处以|给予|人民币|或者|并|但是|但|全部|满|每|连续|近|少于|多于|超过|低于|不|前|每次|其|延长|累计|不足|距离|的){1,4}$"
)
_CUT_BEFORE = re.compile(
    r".*(?:的|以[上下内外]|设(?![计施备立置定])|应当|不得|必须|或者|以及|及其|和(?!解)|与|对(?!象)|将|把|向|在(?![校建职地])|于|由"
    r"|可以|从(?![业事])|经(?![营济费常办销])|以(?![上下内外前后])|内(?!部|容)|处(?![理置分])|，)(?=.{2})"
)
_CUT_AFTER = re.compile(
    r"应当|可以|不得|必须|或者|以及|和|及|与|的|由|向|对|在|将|参加|组成|通过|联名|同意|出席|给|从事|设立|签名|以上|以下|提议|提出|进行|并|时|内|为|担任|作为"
)


_COMPARED = re.compile(
    r"(.*?)(?:不得|不应|应当|一般|可以)*(?:不少于|不低于|不小于|不超过|不高于|不大于|不足|少于|低于|小于|超过|高于|大于|达到|占|为)"
)
_DEADLINE = re.compile(r"(?:内|前|后|为限|以[内前后]|之[内前后])$")


def name_measured(text: str, start: int, end: int, kind: MeasureKind) -> str:
    """Return the noun phrase that the quantity `text[start:end]` measures, at most 16 characters, or "".

    >>> name_measured("应当自收到申请之日起五日内作出答复。", 10, 13, MeasureKind.PERIOD)
    '作出答复期限'
    """
    after = _segment_after(text, end)
    if penalty := _PENALTY.match(after):
        return penalty[1]
    before = _segment_before(text, start)
    if kind is MeasureKind.PERIOD:
        return _name_period(before, after, text, start, end)
    if kind is MeasureKind.FREQUENCY:
        return _act(text[start:end]) or _act(after) or _noun_before(before)
    if kind is MeasureKind.AGE:
        return _noun_after(text, end) or "年龄"
    if kind in (MeasureKind.COUNT, MeasureKind.OTHER):
        return _noun_after(text, end) or _noun_before(before)
    if kind in (MeasureKind.MONEY, MeasureKind.MULTIPLE, MeasureKind.SHARE) and _is_fine(text, start, end, before):
        return "罚款"
    if kind in (MeasureKind.SHARE, MeasureKind.MULTIPLE) and (compared := _COMPARED.match(before)):
        return _noun_before(compared[1]) or _noun_before(before[compared.end() :])
    return _noun_before(before) or _noun_after(text, end)


def _is_fine(text: str, start: int, end: int, before: str) -> bool:
    """Whether an amount is one of several that lead up to the word: 处违法所得一倍以上三倍以下或者…罚款."""
    if before.endswith(("处", "处以", "罚款")):
        return True
    sentence = re.split("[。；\n]", text[end : end + 60], maxsplit=1)[0]
    return "处" in before and "罚款" in sentence


def _segment_after(text: str, end: int) -> str:
    match = _SEGMENT.match(text, end + 1 if text[end : end + 1] in ("，", ",") else end)
    return match[0] if match else ""


def _segment_before(text: str, start: int) -> str:
    """Return the words before `start` back to punctuation; over a comma and a condition (…的，) if there are none."""
    at = _last_end(text, start)
    for _ in range(2):
        if start - at > 2 and not text[at + 1 : start].strip().endswith("的"):
            break
        if at <= 0 or text[at] not in "，,":
            break
        start, at = at, _last_end(text, at)
    return text[at + 1 : start].strip()


def _last_end(text: str, start: int) -> int:
    return max(text.rfind(each, 0, start) for each in _ENDS)


def _name_period(before: str, after: str, text: str, start: int, end: int) -> str:
    quantity = text[start:end]
    if _DEADLINE.search(quantity):
        act = _act(after)
        if act.startswith(("不得", "禁止", "不予")):
            return act
        return act + ("提前期" if quantity.endswith("前") else "期限") if act else _short(after)
    if before.endswith("延长至"):
        return "延长后期限"
    return _noun_before(before) or _act(after) or _noun_after(text, end)


def _short(clause: str) -> str:
    return clause if 2 <= len(clause) <= 10 and clause[0] not in "向对由到在将把与从，" else ""


def _act(clause: str) -> str:
    """Return the act a clause demands (作出决定), or 不得 … with what it forbids."""
    if lead := _LEAD.match(clause):
        clause = clause[lead.end() :]
    if clause.startswith(("不得", "禁止", "不予")):
        return clause[:12]
    match = _ACT.search(clause)
    if match and len(match[0]) == 1:  # 报…备案: what is done with it comes later
        match = _ACT.search(clause, match.end()) or match
    if match is None:
        return ""
    rest = clause[match.end() :]
    if cut := _CUT_AFTER.search(rest):
        rest = rest[: cut.start()]
    vague = len(rest) > 6 or any(c in _DIGITS for c in rest)
    return match[0] + ("" if vague else rest)


def _noun_before(clause: str) -> str:
    for _ in range(2):
        clause = _TAIL.sub("", clause)
    if cut := _CUT_BEFORE.match(clause):
        clause = clause[cut.end() :]
    return clause if 2 <= len(clause) <= 16 and clause[0] not in _DIGITS else ""


def _noun_after(text: str, end: int) -> str:
    clause = _segment_after(text, end).removeprefix("的") if text[end : end + 1] not in _ENDS else ""
    if cut := _CUT_AFTER.search(clause):
        clause = clause[: cut.start()]
    return clause if 2 <= len(clause) <= 12 else ""
