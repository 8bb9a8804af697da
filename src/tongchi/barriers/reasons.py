"""Why is a clause a barrier, or why is it none, in one sentence?

For a barrier: who is treated worse and how, and the words that decide. For none: what undoes the words that were met (a
ban on the restriction, a quotation …), what was weighed against them, or that none of the yardstick's wordings was met.
"""

from __future__ import annotations

from typing import NamedTuple

from tongchi.barriers.model import Judgement
from tongchi.barriers.reading import Reading, read_clause
from tongchi.barriers.screen import finding_of
from tongchi.barriers.standing import CONTEXTS, contexts_of

_LONGEST = 40
_NEAR = 0.1  # above it the wording of a clause is worth a word, though no rule is met


class Reason(NamedTuple):
    """One sentence in both languages."""

    zh: str
    en: str


# What takes the sting out of words of restriction, in the order in which it is named.
_UNDOES: dict[str, Reason] = {
    "lead_forbids": Reason("禁止性规定：本项列举的是不得实施的行为", "Prohibition: the item names what must not be done"),
    "lead_official": Reason("禁止性规定：本项列举的是要追究责任的行为", "Prohibition: the item names what officials answer for"),
    "forbids": Reason("禁止性规定：条文禁止这种限制，而不是设置限制", "Prohibition: the clause forbids such a restriction"),
    "forbids_all": Reason("禁止性规定：条文禁止这种行为，而不是设置限制", "Prohibition: the clause forbids such conduct"),
    "official_fault": Reason("禁止性规定：条文追究公职人员的责任", "Prohibition: the clause holds officials to account"),
    "quotes": Reason("引述、清理或者废止：条文谈到限制，但不设置限制", "Quotation or repeal: the clause speaks of a restriction and makes none"),
    "defines": Reason("定义或者适用范围：条文不设置限制", "Definition or scope: the clause makes no restriction"),
    "national": Reason("国家法律、行政法规自身的规定，有上位法依据", "National law: the rule has its basis in the law itself"),
}  # fmt: skip
_AGAINST: dict[str, Reason] = {
    "equal": Reason("要求同等对待或者放开", "equal treatment or openness"),
    "parallel": Reason("本地和外地经营者义务相同", "the same duty for locals and outsiders"),
    "welcomes": Reason("引进、支持或者便利性质的规定", "a rule that invites or supports"),
    "goes_out": Reason("本地经营者走出去", "own operators going out"),
    "state_monopoly": Reason("国家专营或者严格管制", "a state monopoly or strictly controlled goods"),
    "national_tax": Reason("国家税收规定", "national tax rules"),
    "by_rules": Reason("按照国家规定或者法律执行", "done as national rules or laws provide"),
    "public_interest": Reason("防疫、安全、生态等公共利益", "disease control, safety, environment or the like"),
    "competitive": Reason("以公开竞争方式确定", "open competition"),
    "persons": Reason("针对自然人的权利或者管理", "rights or duties of natural persons"),
    "internal": Reason("机关内部事务", "internal affairs of public bodies"),
    "office_task": Reason("规定机关的职责", "tasks of an authority"),
    "procedure": Reason("程序性规定", "a matter of procedure"),
    "encourages": Reason("鼓励性措辞", "words of encouragement"),
}
_UNRELATED = Reason(
    "与公平竞争审查标准无关：没有出现条例第八条至第十一条所列限制的写法。",
    "Unrelated to the review standards: no wording of a restriction under articles 8 to 11 was met.",
)
_NEAR_WORDS = Reason(
    "措辞与限制相近，但没有触及条例第八条至第十一条的写法，综合判断不构成",
    "Worded much like a restriction, but no wording under articles 8 to 11 was met, and on the whole it is none",
)


def reason_of(judgement: Judgement) -> Reason:
    """Return the sentence; judgements of one clause by one version give one sentence."""
    if judgement.barrier:
        return _barrier(judgement)
    reading = read_clause(judgement.clause)
    if judgement.evidence:
        return _weighed(judgement)
    contexts = judgement.contexts or tuple(
        name for name in contexts_of(reading) if name.startswith(("forbids", "lead_"))
    )
    for name, reason in _UNDOES.items():
        if name in contexts:
            zh, en = _quoted(name, reading)
            return Reason(f"{reason.zh}{zh}。", f"{reason.en}{en}.")
    if judgement.probability >= _NEAR:
        chance = f"{judgement.probability:.2f}"
        return Reason(f"{_NEAR_WORDS.zh}（概率 {chance}）。", f"{_NEAR_WORDS.en} (probability {chance}).")
    return _UNRELATED


def _barrier(judgement: Judgement) -> Reason:
    finding = finding_of(judgement, document="", label="")
    words = [_short(each) for each in dict.fromkeys(finding.deciding_words)]
    zh = f"{finding.mechanism_zh}决定性词句：{''.join(f'“{each}”' for each in words)}。"
    return Reason(zh, f"{finding.mechanism_en} Deciding words: {', '.join(f'“{each}”' for each in words)}.")


def _weighed(judgement: Judgement) -> Reason:
    words = _short(judgement.evidence[0].words)
    against = [reason for name, reason in _AGAINST.items() if name in judgement.contexts]
    zh = "、".join(each.zh for each in against) or "整条读来不足以认定"
    en = "; ".join(each.en for each in against) or "read as a whole it does not bear the finding out"
    chance = f"{judgement.probability:.2f}"
    return Reason(
        f"词句“{words}”近似限制，但综合判断不构成（概率 {chance}）：{zh}。",
        f"“{words}” resembles a restriction, but on the whole it is none (probability {chance}): {en}.",
    )


def _quoted(name: str, reading: Reading) -> tuple[str, str]:
    match = CONTEXTS[name].search(reading.text) if name in CONTEXTS else None
    if not match:
        return "", ""
    words = _short(reading.clause.text[match.start() : match.end()])
    return f"（“{words}”）", f" (“{words}”)"


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
