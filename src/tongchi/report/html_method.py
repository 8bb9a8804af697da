"""What should a reader know about how the page was made and how far to trust it?"""

from __future__ import annotations

from tongchi.report.accuracy import Accuracy
from tongchi.report.html_clauses import kind_chip
from tongchi.report.markup import both, phrase, table
from tongchi.report.page import bullets
from tongchi.report.words import KIND_NOTES, Words

_TYPES = ("identical", "conflict", "quantity", "stricter", "looser", "scope", "wording")
_NOT_MEASURED = Words("未测", "not measured")
METHOD = (
    Words(
        "逐条对应：两个文本的条、款、项两两比较，允许一对多、多对多和次序交叉；地名、自身名称不计入相似。每个对应附校准概率。",
        "Alignment: articles, paragraphs and items are compared across both texts; one-to-many, many-to-many and crossing matches are allowed; place names and own titles do not count. Each match carries a calibrated probability.",
    ),
    Words(
        "类型按下列次序取第一个成立的：相同、冲突、数量、更严、更宽、范围、措辞。严与宽都是 B 相对于 A，只有数值、规范强度或者要求多少能决定时才判定。",
        "Type: the first that holds, in the order identical, conflict, quantity, stricter, looser, scope, wording. Stricter and looser are said of B against A, and only where a number, a modality or the amount required decides it.",
    ),
    Words(
        "标尺差距 = 两侧全部条文的差异度之和 ÷ 两侧条文总数。没有对应的条文差异度为 1，有相同条文的为 0，其余取其各处对应权重的平均（默认：措辞 0.1，范围、数量、更严、更宽 0.5，冲突 1；部分对应折半计入）。A、B 对调不变；区间为按条重抽样的 95% 范围。",
        "Gap = sum of the grades of all articles of both sides ÷ their number. The grade is 1 without counterpart, 0 with an identical one, else the mean weight of its matches (by default wording 0.1; scope, quantity, stricter, looser 0.5; conflict 1; a partial match counts half). It is symmetric in A and B; the interval is the 95% range of a bootstrap over articles.",
    ),
)
LIMITS = (
    Words(
        "对应和类型由程序判定，会有错误；使用前请打开并列原文核对。原文是证据，标记只是提示。",
        "Matches and types are found by a program and can be wrong; open the quotes before relying on them. The quote is the proof, the mark only a pointer.",
    ),
    Words(
        "只比较文本写了什么，不比较执行情况；未写入文本而在其他文件中规定的事项会显示为缺失。",
        "Texts are compared, not practice; what another instrument regulates shows as missing here.",
    ),
    Words(
        "没有核实文本是否现行有效。年代不同的文本，差距的一部分来自年代。",
        "Whether the texts are in force was not checked. Between texts of different years part of the gap is age.",
    ),
)


def method_section(accuracy: Accuracy) -> str:
    """Return method, limits and measured accuracy."""
    return (
        f"{bullets(METHOD)}<h3>{phrase('各类差异的含义与实测准确度', 'What each type means, and its measured accuracy')}</h3>"
        f'<div class="scroll">{_types(accuracy)}</div>{_others(accuracy)}{_measured_on(accuracy)}'
        f"<h3>{phrase('局限', 'Limits')}</h3>{bullets(LIMITS)}"
    )


def _types(accuracy: Accuracy) -> str:
    head = [
        phrase("类型", "Type"),
        phrase("含义", "Meaning"),
        phrase("精确率", "Precision"),
        phrase("召回率", "Recall"),
        phrase("样本", "Cases"),
    ]
    rows = [
        [kind_chip(kind), both(KIND_NOTES[kind]), *(_figure(accuracy, f"type:{kind}", key) for key in ("precision", "recall")), _cases(accuracy, f"type:{kind}")]
        for kind in _TYPES
    ]  # fmt: skip
    return table(head, rows, "nums accuracy")


def _others(accuracy: Accuracy) -> str:
    shown = (
        ("link", "f1", Words("逐条对应 F1", "Article matches, F1")),
        ("direction", "accuracy", Words("严宽方向正确率", "Direction, accuracy")),
        ("quantities", "found", Words("数值找到率", "Quantities found")),
        ("quantities", "right", Words("数值正确率", "Quantities right")),
    )
    rows = [[both(name), _figure(accuracy, subject, key), _cases(accuracy, subject)] for subject, key, name in shown]
    head = [phrase("测量", "Measure"), phrase("值", "Value"), phrase("样本", "Cases")]
    return f'<div class="scroll">{table(head, rows, "nums")}</div>'


def _figure(accuracy: Accuracy, subject: str, key: str) -> str:
    value = accuracy.of(subject).get(key)
    return f'<span class="none">{both(_NOT_MEASURED)}</span>' if value is None else f"{value:.2f}"


def _cases(accuracy: Accuracy, subject: str) -> str:
    cases = accuracy.of(subject).get("n")
    return '<span class="none">—</span>' if cases is None else f"{cases:.0f}"


def _measured_on(accuracy: Accuracy) -> str:
    if not accuracy.measured_on.zh and not accuracy.measured_on.en:
        return ""
    return f'<p class="facts">{both(accuracy.measured_on)}</p>'
