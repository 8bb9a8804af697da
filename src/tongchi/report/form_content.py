"""What does a respondent read, in which order? Introduction, fields, questions and thanks of a questionnaire.

Constructs are not named, so that nobody is led. Attention checks stand where the instrument's file puts them; where all of
them follow the last item, they are spread evenly, for a check at the end checks nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from tongchi.report.words import Words
from tongchi.survey.instrument import AttentionCheck, Instrument, Item

FormLanguage = Literal["zh", "en", "both"]
BLOCK = 12
_SECONDS_PER_QUESTION = 8
_DIGITS = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Question:
    """A numbered statement to be answered on the scale."""

    number: int
    code: str
    text: Words


def questions_of(instrument: Instrument) -> tuple[Question, ...]:
    """Return items and attention checks in the order in which they are asked."""
    both: list[Item | AttentionCheck] = [*instrument.items, *instrument.checks]
    asked = {each.code: each for each in both}
    codes = _order(instrument)
    return tuple(
        Question(number, code, Words(asked[code].zh, asked[code].en)) for number, code in enumerate(codes, start=1)
    )


def _order(instrument: Instrument) -> list[str]:
    items, checks = list(instrument.item_codes), [check.code for check in instrument.checks]
    order = [*instrument.order] or [*items, *checks]
    if not checks or order[-len(checks) :] != checks:
        return order
    step = len(items) / (len(checks) + 1)
    mixed = list(items)
    for at, code in reversed(list(enumerate(checks, start=1))):
        mixed.insert(round(at * step), code)
    return mixed


def blocks_of(questions: Sequence[Question]) -> list[tuple[Question, ...]]:
    """Return the questions in blocks of about equal length, at most `BLOCK`, each to stand under its own head."""
    count = max(1, math.ceil(len(questions) / BLOCK))
    ends = [round(at * len(questions) / count) for at in range(count + 1)]
    return [tuple(questions[start:end]) for start, end in pairwise(ends)]


def minutes(instrument: Instrument) -> int:
    """Return about how long answering takes."""
    questions = len(instrument.items) + len(instrument.checks) + len(instrument.groups)
    return max(1, math.ceil(questions * _SECONDS_PER_QUESTION / 60))


def introduction(instrument: Instrument) -> tuple[Words, ...]:
    """Return what a respondent is told before the first question."""
    time = minutes(instrument)
    count = len(instrument.items) + len(instrument.checks)
    unit = "minute" if time == 1 else "minutes"
    return (
        Words(
            f"您好！本问卷用于研究，想了解您在工作中的实际感受。共 {count} 题，约需 {time} 分钟。",
            f"This questionnaire serves research into how matters stand in your daily work. It has {count} statements and takes about {time} {unit}.",
        ),
        Words(
            "问卷不记姓名，不记录联系方式；结果只作汇总分析，不会公布任何个人的回答。参加与否由您自己决定，可以随时停止。",
            "It asks for no name and no contact. Answers are analysed together and nobody's own answers are published. Taking part is your choice, and you may stop at any time.",
        ),
        Words(
            "答案没有对错之分。请按第一感觉，每题只选一项；确实不了解的可以空着。",
            "There are no right or wrong answers. Please follow your first impression and choose one answer for each statement; leave out what you do not know.",
        ),
    )


def thanks() -> Words:
    """Return what stands below the last question."""
    return Words("问卷到此结束，感谢您的参与！", "That was the last question. Thank you for taking part!")


def part_title(number: int, count: int) -> Words:
    """Return the heading of a block; a single block is not counted."""
    if count == 1:
        return Words("请判断下列说法", "Please judge these statements")
    digits = _DIGITS[number - 1] if number <= len(_DIGITS) else str(number)
    return Words(f"第{digits}部分", f"Part {number} of {count}")


def instruction() -> Words:
    """Return what to do in a block."""
    return Words("您在多大程度上同意下列说法？", "How far do you agree with each statement?")


def shown(words: Words, language: FormLanguage, *, between: str = "\n") -> str:
    """Return the words in the language of the form, in both one after the other."""
    if language != "both" or words.zh == words.en:
        return words.zh if language != "en" else words.en
    return f"{words.zh}{between}{words.en}"
