"""Who bears the norm? The noun phrase before the cue, after 由, or after 禁止, divided at its conjunctions."""

from __future__ import annotations

import re

from tongchi.provisions.lexicon import AFTER_SUBJECT, HEAD, MAKING, PREPOSITIONS, PURE_VERBS, REGION_SUBJECT, VERBS
from tongchi.provisions.masking import SourceSpan

_JOINTS = re.compile(r"及其|以及|或者|、|和|或|及|与")
_JOINT_AT = re.compile(r"(?:以及|或者|及其|、|和|或|及|与)(?:其他|其|有关|相关)*")
_LEAD = re.compile(
    r"(?:依法|应(?=对)|但是?|并且?|同时|其中|因此|此外|以及|对于|凡是?|经[^，]{1,8}，|必要时|特殊情况下|一般|原则上|在[^，。；的]{1,30}?(?:内|中|时|期间|情况下|前|后|上)(?!从事|进行|设|举办|经营|的|[一-龥]{0,14}的))"
)
_TAIL = re.compile(
    r"(?:依法|可以|应当|均|都|也|还|一律|原则上|一般|同时|另|则|又|只|仅|共同|分别|应|并|必要时|具体|统一|主要|直接|每年|不|牵头|及时|积极|优先|大力|负责|各自|统筹|自觉"
    r"|(?:按照|依照|根据|依据|遵循|会同|通过|在|自|于|对|向|将|为|以|因|经|按)[^，。；]*)$"
)
_NEVER = re.compile(
    r"对|或|及(?!其)|和|以及|不是|无需|请|报|交(?!通|易)|应当|可以|提请|必须|由|将|把|向|按|根据|依照|依据|除|违反|凡|当(?!事)|认为|要求|收到|接到|经过|有下列|前款|本条|下列|其中|逾期|情节|构成|如|并|自(?!然|治|来水|贸|愿|主|动|媒)"
)
_OPEN = re.compile(
    r"在(?!职|校|建|编|岗|线)|因|经(?!济|营|办|理|销|纪)|为|以|从(?!业)|未(?!成年)|不(?!动产)|属于|符合|发生|造成|通过|需要|应|可|拒不|擅自|发现"
    r"|新建|改建|扩建|列入|没有|申请(?!人)|使用(?!人|者|单位)|设置|设立(?!人|单位)|举办(?!人|者|单位)|开展|进行|制定(?!机关)|编制(?!机关|单位)"
    r"|实施(?!机关|主体|单位)|取得|受(?!让|送|益|托|害|赠|理|援|助|聘|教)|被(?!监护|申请|征收|许可|检查|保险|拆迁|告|侵|害|救|收|代|抚|选|执|继|聘|投|授|派)|拟|具有|负有|承担|参加|提供(?!者|方|单位)"
)
_BREAK = re.compile(
    r"在(?!职|校|建|编|岗|线)(?<!所在)|对(?!外|口|象)|将(?!军)|把|向|从(?!业|事)|因(?!素)|由(?<![自理事来]由)|经(?!济|营|办|理|销|纪|贸|费|验|授权)"
    r"|应当|不得|可以|适用(?!人)|是(?!否)|会同|报(?!告|社|业|刊|名|警|关|检)|不符合|请到|派(?!出)|未(?!成年|来)|必须|已|被(?!监护|申请|征收|许可|检查|保险|拆迁|征|告|侵|害|救|收|代|抚|选|执|继|聘|投)|按(?!揭)|依照|根据"
)
_NAMED_BY_TASK = re.compile(r"(?:负责|承担|主管|设立|设置|指定|确定|授权|委托|具有|从事|管理|所属)[^，；]*的")
_DESCRIBES = re.compile(r"[^，。；的]{2,6}的(?!，|$)")
_TASK_OFFICE = re.compile(
    r"(?:(?:负责|承担)[^，；。的]{1,25}|指定|确定|设立|设置|授权|委托|所属|认定|公布)的[^，；。的]{0,8}?(?:部门|机构|机关|单位)"
)
_LATE = ("对", "将", "把", "由", "应当", "不得", "可以", "适用")
_ATTACH = re.compile(
    r"[^，。；、的]{0,14}?(?:部门|机构|人员|负责人|代表人|委员会|机关|单位|工作者|管理者|所有人|使用者|管理人|经营者)"
)
_SHARED_HEAD = re.compile(r"[^，。；的]{2,90}?等(?:有关|相关|行政|主管|行政主管|行政管理)?(?:部门|机构|机关|单位)")
_REPRESENTS = ("代表本", "代表其", "代表政府", "代表国家")
_OFFICES = ("部门", "机构", "机关")
_LEVEL = r"(?:国家|省级?|自治区|直辖市|设区的市级?|地级市|不设区的市|市级?|区县级?|县级?|区级?|旗|自治州|自治县|州|乡镇?|镇|民族乡|街道|各级|上级|本级|[市县区乡镇](?:（[^）]*）|\([^)]*\)))(?:（[^）]*）|\([^)]*\))?"
_LEVELS = re.compile(
    rf"((?:{_LEVEL})(?:(?:、|和|或者|以及|及){_LEVEL})+)(人民政府|政府|人民法院|人民检察院|人民代表大会(?:常务委员会)?)(.*)"
)
_ANYONE = re.compile(r"任何(单位|组织|企业|机构|法人|公民)(和|或者|、|及|或)(个人|单位|组织|公民)$")


def split_actors(phrase: str) -> tuple[str, ...]:
    """Divide a subject at its conjunctions: 市、区人民政府及其有关部门 → 市人民政府, 区人民政府, 有关部门.

    A list whose members share one head stays together (市场监管、交通等部门), unless they are levels of government;
    so does a phrase that a relative clause describes as a whole (从事…的单位和个人).
    """
    phrase = phrase.strip("，、 　")
    if not phrase:
        return ()
    if anyone := _ANYONE.match(phrase):
        return (f"任何{anyone[1]}", f"任何{anyone[3]}")
    members = _members(phrase)
    found: list[str] = []
    for member in members:
        levels = _LEVELS.fullmatch(member)
        if levels:
            found.extend(level + levels[2] + levels[3] for level in _level_names(levels[1]))
        else:
            found.append(member)
    return tuple(found)


def _level_names(text: str) -> list[str]:
    return re.findall(_LEVEL, text)


def _members(phrase: str) -> list[str]:
    """Cut at conjunctions whose left side ends in a head; what a list is only described by (…等单位的职工) is not cut."""
    if not _JOINTS.search(phrase):
        return [phrase]
    listed = re.search(r"等[^、和及]{0,20}的", phrase)
    ends = {match.end() for match in HEAD.finditer(phrase)}
    members, start = [], 0
    for joint in _JOINTS.finditer(phrase, listed.end() if listed else 0):
        inside = phrase.count("（", 0, joint.start()) > phrase.count("）", 0, joint.start())
        right = phrase[joint.end() :]
        if joint.start() not in ends or joint.start() <= start or inside or right.startswith("等"):
            continue
        described = "的" in phrase[start : joint.start()].replace("设区的市", "") and joint.group() != "及其"
        if described and len(right) <= 4:
            continue
        members.append(phrase[start : joint.start()])
        start = joint.end()
    members.append(phrase[start:])
    return [member for member in members if member]


def find_subject(masked: str, start: int, cue: int) -> tuple[SourceSpan | None, bool]:
    """Return the subject of a clause `masked[start:cue]` and whether the clause names something else instead.

    `masked` has its inserts covered. The segment next to the cue is read first, then those before it.
    """
    start = max(start, masked.rfind("；", start, cue) + 1, masked.rfind("：", start, cue) + 1)
    region_start = masked.rfind("，", start, cue) + 1 or start
    near = _stripped(masked, region_start, cue)
    if near.start < near.end and not (_NEVER.match(masked, near.start) and masked[near.start] != "由"):
        text = masked[near.start : near.end]
        inner = text.rfind("由")
        if inner >= 0 and _ends_in_head(text[inner + 1 :]):
            return SourceSpan(near.start + inner + 1, near.end), False
        if _ends_in_head(text) and not _verb_after_head(text):
            return near, False
        prefix = prefix_subject(text)
        if prefix:
            return SourceSpan(near.start, near.start + prefix), False
        if region_start == start or not _is_adverbial(text):
            return None, True
    return _from_earlier(masked, start, region_start)


def _from_earlier(masked: str, start: int, stop: int) -> tuple[SourceSpan | None, bool]:
    """Look through the segments before the cue's own, the nearest last."""
    at, named = start, False
    while at < stop:
        end = masked.find("，", at, stop)
        end = stop if end < 0 else end
        opened = at + _lead_length(masked, at, end)
        text = masked[opened:end]
        length = prefix_subject(text)
        if length:
            if length < len(text) and "的" in text[length:] and _is_described(text, length):
                length = len(text)
            return SourceSpan(opened, opened + length), False
        named = named or not _is_adverbial(text)
        at = end + 1
    return None, named


def _is_described(text: str, length: int) -> bool:
    """Whether what follows the first actor belongs to one long noun phrase: 歌舞娱乐场所等不适宜…进入的场所."""
    return text[length - 1] == "等" and _ends_in_head(text)


def _is_adverbial(text: str) -> bool:
    """A segment that sets time, ground or topic and so leaves the subject open."""
    return (
        bool(_NEVER.match(text) or _OPEN.match(text)) or text[-1:] in "时后前内中外的" or not text or text[:2] in VERBS
    )


def _lead_length(masked: str, start: int, end: int) -> int:
    lead = _LEAD.match(masked, start, end)
    return lead.end() - start if lead else 0


def _stripped(masked: str, start: int, end: int) -> SourceSpan:
    start += _lead_length(masked, start, end)
    while start < end and (tail := _TAIL.search(masked, start, end)):
        if tail.start() == start and masked[start:end] in VERBS:
            break
        if ("的" in tail[0] or tail[0][0] not in "对将向按依根会") and _ends_in_head(masked[start:end]):
            break
        end = tail.start()
    return SourceSpan(start, end)


def _ends_in_head(text: str) -> bool:
    if text.endswith("等"):
        return HEAD.search(text) is not None
    length = len(text)
    return any(head.end() == length for head in HEAD.finditer(text, max(0, length - 12), length))


def _verb_after_head(text: str) -> bool:
    """Whether an earlier noun phrase takes a verb, so that the last one is its object: 建设单位委托监理单位."""
    length = prefix_subject(text)
    return 0 < length < len(text) and not _NAMED_BY_TASK.match(text, length)


def prefix_subject(text: str) -> int:
    """Return the length of the actor that `text` begins with, 0 where it begins with something else."""
    region = REGION_SUBJECT.match(text)
    if region:
        return region.end()
    if _NEVER.match(text) or (_OPEN.match(text) and "的" not in text):
        return 0
    head = HEAD.search(text)
    if not head or _breaks(text, head) or (_OPEN.match(text) and "的" not in text[: head.start()]):
        return 0
    fallback = 0
    while head:
        end = head.end()
        if text.startswith("等", end):
            end += 1
        if end >= len(text):
            return len(text)
        step = _continues(text, end)
        if step == 0:
            return end
        fallback = end if text[end] == "与" else fallback
        head = HEAD.search(text, step) if step > 0 else None
    return fallback


def _continues(text: str, end: int) -> int:
    """After a head: 0 the subject ends here, -1 it is none, else the offset from which to look for its last head."""
    joint = _JOINT_AT.match(text, end)
    if joint:
        return joint.end() if text[end : end + 2] != "与其" and _head_near(text, joint.end()) else 0
    following = text[end]
    if following in "（(":
        close = max(text.find("）", end), text.find(")", end))
        if 0 <= close < len(text) - 1:
            return _continues(text, close + 1)
        return 0
    if following == "的":
        return end + 1 if _head_near(text, end + 1) else -1
    word = text[end : end + 2]
    if text.startswith(_REPRESENTS, end):
        return 0
    if HEAD.match(text, end):
        return end
    if office := _TASK_OFFICE.match(text, end):
        return office.end() - 2
    if word in MAKING and _DESCRIBES.match(text, end):
        return -1
    if word in PURE_VERBS or word in AFTER_SUBJECT:
        return 0
    shared = _SHARED_HEAD.match(text, end)
    if shared and not _BREAK.search(shared.group()):
        return shared.end() - 2
    attached = _ATTACH.match(text, end)
    if attached and not _BREAK.search(attached.group()):
        return end
    if following in PREPOSITIONS or following in "一二两三四五六七八九十" or word in VERBS:
        return 0
    return -1


def _head_near(text: str, start: int) -> bool:
    """Whether another actor follows before a preposition breaks the phrase off."""
    head = HEAD.search(text, start, start + 40)
    return bool(head) and not _BREAK.search(text, start, head.start() if head else start)


def _breaks(text: str, head: re.Match[str]) -> bool:
    """Whether a preposition or verb stands before the first head, so that it is part of a phrase, not the subject."""
    before = text[: head.start()].replace("设区的市", "")
    if "的" in before:
        inner = _BREAK.search(before)
        return bool(inner and inner.start() > 0 and inner.group() in _LATE and not _OPEN.match(text))
    return bool(_BREAK.search(before)) or (before[:2] in PURE_VERBS and not _names_by_verb(before, head[0]))


def _names_by_verb(before: str, head: str) -> bool:
    """Whether a verb makes part of the name: 控制吸烟主管部门, 购买者."""
    return head in _OFFICES or (len(head) == 1 and len(before) <= 3)
