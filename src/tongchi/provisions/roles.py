"""Who does what, under which condition and with which exception, in one sentence?

Positions decide, not meaning: conditions end in 的，; the subject stands before the cue; the predicate after it. Where a
part cannot be told apart, it stays empty.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tongchi.provisions.actors import find_subject, prefix_subject, split_actors
from tongchi.provisions.lexicon import ADVERBS, VERBS
from tongchi.provisions.masking import SourceSpan, mask_inserts
from tongchi.provisions.modality import ModalityCue
from tongchi.provisions.model import Modality, ProvisionType
from tongchi.provisions.statute_roles import statute_roles

_SEGMENT_END = re.compile(r"[，；：。！？]")
_CONDITIONAL_END = ("情况下", "情形下", "条件下", "期间", "时", "后", "前")
_CONDITIONAL_START = ("因", "经", "违反", "未经", "如", "根据需要", "必要时")
_EXCEPTION = re.compile(
    r"(?:但)?除[^，。；]{1,90}?(?:以外|之外|外)(?=[，。；]|$)|除[^，。；]{2,60}?(?:外|以外)(?=应当|不得|可以|[，。；])"
    r"|(?:但是?，?)[^。；]{2,120}?(?:除外|不受[^。；，]{1,20}限制|不适用[^。；，]{0,20}|不在此限)"
    r"|[^，。；]{2,60}?(?:另有|有其他|有特别)(?:[^，。；]{0,6})?(?:规定|约定|要求)的?(?:除外|，?从其(?:规定|约定)|，?(?:适用|依照|按照|依|按)其(?:规定|约定))"
    r"|(?:但)?[^，。；]{2,60}?的除外"
)
_NO_BY = ("理由", "自由", "事由", "案由", "由此", "由于")
_PAYS = re.compile(r"[^，。；]{2,30}(?:承担|负担|支付)，")
_BY = re.compile(r"由([^，。；：]{2,80})")
_PERCEIVES = re.compile(r"发现|认为|接到|收到|受理|审查|经|查明|确认")
_OTHER_PARTY = re.compile(r"[^，。；]{0,6}(?:要求|对|向|责令|通知|为|给予|告知)其")
_ADVERBS = re.compile(rf"(?:{ADVERBS}|，)*")
_ABOUT = re.compile(
    r"对([^，。；]{1,60}?)(?:依法|及时|定期|统一)*(?:(?:进行|予以|给予|加以)(?=[^，。；])|(?=实施|实行|作出|开展|采取))"
)
_MOVE = re.compile(
    r"(?:将|把)([^，。；]{1,60}?)(?=纳入|作为|列入|报|移送|送|交|提交|用于|转|告知|通知|公布|通报|存|出租|委托|记|计|向|与|公开|抄送|退还)"
)
_TOWARDS = re.compile(r"(?:向|为|与)([^，。；]{1,40}?)(?=[^，。；]{2})")
_CUE_VERBS = re.compile(r"[、和或者及]*(?:鼓励|支持|引导|倡导|提倡|扶持|推动|促进)")


class Roles(NamedTuple):
    """The parts of one norm; `named` tells that the text names another subject than an actor."""

    actors: tuple[str, ...] = ()
    action: str = ""
    object: str = ""
    condition: str = ""
    exception: str = ""
    named: bool = False


def find_roles(
    sentence: str, cue: ModalityCue | None, *, masked: str | None = None, actors: tuple[str, ...] | None = None
) -> Roles:
    """Return the parts of `sentence`, whose governing word is `cue`.

    `actors` are those who bear the norm: the subject of 应当 / 不得 / 可以, the authority after 由 of a sanction or a
    passive, the addressee of 禁止. Where they are already known (an item under its lead-in), they may be given.
    `action` is the verb after the cue (coordinated verbs together), `object` what follows it up to the next comma; the
    object of 对…进行 and 将… stands there too. `masked` is `mask_inserts(sentence)`, if the caller has it.
    """
    masked = mask_inserts(sentence) if masked is None else masked
    if cue and masked[cue.span.start] < "\x80":
        bearers, ground, unless = statute_roles(sentence, *cue.span)
        return Roles(bearers if actors is None else actors, condition=ground, exception=unless, named=not bearers)
    condition, main = _condition(masked, cue.span.start if cue else -1)
    exception = _exception(sentence, masked)
    subject, named = (None, False) if actors is not None else _subject(masked, cue, main, condition)
    if actors is None:
        actors = split_actors(sentence[subject.start : subject.end]) if subject else ()
    if subject and condition and condition.start == subject.start < condition.end:
        condition = SourceSpan(min(subject.end, condition.end), condition.end)
    action, target = _predicate(sentence, masked, cue, subject)
    text = sentence[condition.start : condition.end].strip("，") if condition else ""
    return Roles(actors, action, target, text, exception, named)


def _condition(masked: str, cue: int) -> tuple[SourceSpan | None, int]:
    """Return the span of the conditions before the cue, and where the main clause begins."""
    stop = cue if cue >= 0 else len(masked)
    close = masked.rfind("的，", 0, stop)
    main = close + 2 if close >= 0 else 0
    start, end = -1, close + 1
    if close >= 0:
        start = max(masked.rfind("；", 0, close), masked.rfind("：", 0, close)) + 1
        if masked[start : start + 1] == "除" and (past := masked.find("外，", start, close)) >= 0:
            start = past + 2
    at = main
    while (comma := masked.find("，", at, stop)) >= 0:
        segment = masked[at:comma]
        if segment.endswith(_CONDITIONAL_END) or segment.startswith(_CONDITIONAL_START):
            start, end = (at if start < 0 else start), comma
        at = comma + 1
    return (SourceSpan(start, end) if start >= 0 else None), main


def _exception(sentence: str, masked: str) -> str:
    if "除" not in masked and "但" not in masked and "另有" not in masked and "特别规定" not in masked:
        return ""
    match = _EXCEPTION.search(masked)
    return sentence[match.start() : match.end()] if match else ""


def _subject(
    masked: str, cue: ModalityCue | None, main: int, condition: SourceSpan | None
) -> tuple[SourceSpan | None, bool]:
    if cue is None:
        return _declared(masked, main)
    modality, (start, end) = cue.modality, cue.span
    if cue.provision_type is ProvisionType.INSTRUCTION:
        return (_of_condition(masked, condition) if condition else None), False
    if modality is Modality.DEFINITION:
        return None, True
    if modality is Modality.SANCTION:
        return _punisher(masked, start)
    if masked[start:end] in ("禁止", "严禁", "允许") and start == (masked.rfind("，", main, start) + 1 or main):
        stop = _SEGMENT_END.search(masked, end)
        length = prefix_subject(masked[end : stop.start() if stop else len(masked)])
        rest = masked[end + length : end + length + 1]
        return (SourceSpan(end, end + length), False) if length and rest not in "，。；" else (None, False)
    agent = _agent_after(masked, end) if modality is Modality.OBLIGATION else None
    if agent:
        return agent, False
    subject, named = find_subject(masked, main, start)
    if subject is None and not named and condition and main:
        subject = _of_condition(masked, condition)
        if subject and _OTHER_PARTY.match(masked, end) and not _PERCEIVES.match(masked, subject.end):
            subject = None
    return subject, named


def _declared(masked: str, main: int) -> tuple[SourceSpan | None, bool]:
    """A sentence without a cue: …由 actor + verb, else the actor that the main clause begins with."""
    first = masked.find("的，") + 1
    for by in _BY.finditer(masked, first):
        length = prefix_subject(by[1])
        if length and length < len(by[1]):
            return SourceSpan(by.start(1), by.start(1) + length), False
    for at in sorted({main, first + 1 if first else 0, 0}, reverse=True) if main else (0,):
        stop = _SEGMENT_END.search(masked, at)
        length = prefix_subject(masked[at : stop.start() if stop else len(masked)])
        if length and masked[at + length : at + length + 1] not in ("", "。", "；", "："):
            return SourceSpan(at, at + length), False
    return None, True


def _punisher(masked: str, start: int) -> tuple[SourceSpan | None, bool]:
    """The authority stands after the last 由 before the sanction, else as its subject; liability has no authority."""
    close = max(masked.rfind("的，", 0, start) + 2, masked.rfind("；", 0, start) + 1, 0)
    close = 0 if close == 1 else close
    by = masked.rfind("由", close, start)
    while by >= 0 and (
        masked[by - 1 : by + 1] in _NO_BY or masked[by : by + 2] in _NO_BY or _PAYS.match(masked, by, start)
    ):
        by = masked.rfind("由", close, by)
    if by >= 0:
        length = prefix_subject(masked[by + 1 : start])
        if not length and (comma := masked.find("，", by, start)) >= 0:
            length = prefix_subject(masked[by + 1 : comma])
        return (SourceSpan(by + 1, by + 1 + length), False) if length else (None, True)
    near = max(close, masked.rfind("，", close, start) + 1)
    subject = None if masked.startswith("对", close) else find_subject(masked, near, start)[0]
    return subject, subject is None and masked.startswith(("追究", "承担", "赔偿", "依法赔偿"), start)


def _agent_after(masked: str, end: int) -> SourceSpan | None:
    """应当由 actor + verb."""
    at = _ADVERBS.match(masked, end)
    position = at.end() if at and at.end() - end < 30 else end
    if masked[position : position + 1] != "由":
        return None
    stop = _SEGMENT_END.search(masked, position)
    length = prefix_subject(masked[position + 1 : stop.start() if stop else len(masked)])
    return SourceSpan(position + 1, position + 1 + length) if length else None


def _of_condition(masked: str, condition: SourceSpan) -> SourceSpan | None:
    """The subject of the condition, its last clause first, where the main clause has none of its own."""
    end = condition.end
    while end > condition.start:
        start = max(masked.rfind("，", condition.start, end) + 1, condition.start)
        length = prefix_subject(masked[start:end])
        if length:
            return SourceSpan(start, start + length)
        end = start - 1
    return None


def _predicate(sentence: str, masked: str, cue: ModalityCue | None, subject: SourceSpan | None) -> tuple[str, str]:
    if cue is None:
        position = subject.end if subject else -1
        return _verb_and_object(sentence, masked, position) if position >= 0 else ("", "")
    start, end = cue.span
    word = sentence[start:end]
    if cue.provision_type is ProvisionType.INSTRUCTION:
        opening = max(masked.rfind(mark, 0, start) for mark in "，；：。") + 1
        action, target = _verb_and_object(sentence, masked, opening)
        return (action, target) if action else (word, _to_segment_end(sentence, masked, end))
    if cue.modality is Modality.DEFINITION:
        return "", ""
    if cue.modality is Modality.SANCTION:
        return word, sentence[end:].rstrip("。；")
    if cue.modality is Modality.ENCOURAGEMENT:
        return _encouraged(sentence, masked, start, end)
    if subject and subject.start >= end:
        end = subject.end
    action, target = _verb_and_object(sentence, masked, end)
    if not action and word == "负责":
        return word, _to_segment_end(sentence, masked, end)
    return action, target


def _encouraged(sentence: str, masked: str, start: int, end: int) -> tuple[str, str]:
    while more := _CUE_VERBS.match(masked, end):
        end = more.end()
    return sentence[start:end], _to_segment_end(sentence, masked, end)


def _to_segment_end(sentence: str, masked: str, start: int) -> str:
    stop = _SEGMENT_END.search(masked, start)
    return sentence[start : stop.start() if stop else len(sentence)]


def _verb_and_object(sentence: str, masked: str, position: int) -> tuple[str, str]:
    """Read adverbs, then 对…进行 V, 将… V, 向… V or a plain verb; ("", "") where no known verb stands there."""
    skipped = _ADVERBS.match(masked, position)
    position = skipped.end() if skipped else position
    target = ""
    first = masked[position : position + 1]
    pattern = {"对": _ABOUT, "将": _MOVE, "把": _MOVE, "向": _TOWARDS, "为": _TOWARDS, "与": _TOWARDS}.get(first)
    if pattern is _TOWARDS:
        position = _verb_within(masked, position + 2)
        if position < 0:
            return "", ""
    elif pattern:
        match = pattern.match(masked, position)
        if not match:
            return "", ""
        target, position = sentence[match.start(1) : match.end(1)], match.end()
    return _plain(sentence, masked, position, target, light=pattern is _ABOUT)


def _verb_within(masked: str, position: int) -> int:
    """Return where the first known verb of the segment stands, -1 if there is none."""
    for at in range(position, min(position + 30, len(masked) - 1)):
        if masked[at] in "，；：。":
            return -1
        if masked[at : at + 2] in VERBS:
            return at
    return -1


def _plain(sentence: str, masked: str, position: int, target: str, *, light: bool) -> tuple[str, str]:
    if masked[position : position + 2] not in VERBS:
        if not light:
            return "", ""
        return _to_segment_end(sentence, masked, position), target
    end = position + 2
    while masked[end : end + 1] in ("、", "和") and masked[end + 1 : end + 3] in VERBS:
        end += 3
    if masked[end : end + 2] == "或者" and masked[end + 2 : end + 4] in VERBS:
        end += 4
    rest = _to_segment_end(sentence, masked, end).lstrip("、和")
    return sentence[position:end], target or rest
