"""What of a file of answers was read, and what do the cleaning rules say of it, in a terminal window?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tongchi.errors import Language
from tongchi.report.words import Words
from tongchi.survey.analysis_sample import CleaningDecision, group_labels
from tongchi.survey.instrument import AttentionCheck, Group, Instrument, Item
from tongchi.survey.responses import Responses
from tongchi.survey.unavailable import NotAvailable

_WIDTH = 46
_PATTERNS = 6
_HOW = {
    "table": Words("对照表", "mapping table"),
    "code": Words("代码", "code"),
    "label": Words("标签", "label"),
    "text": Words("题干", "text"),
    "platform": Words("平台的列", "platform's column"),
}


def print_responses(
    responses: Responses, decision: CleaningDecision | NotAvailable, console: Console, *, language: Language = "zh"
) -> None:
    """Print how columns lead to items, what could not be read, what the rules flag, and what is missing."""
    _print_counts(responses, console, language)
    _print_columns(responses, console, language)
    _print_left_over(responses, console, language)
    if isinstance(decision, NotAvailable):
        console.print(decision.zh if language == "zh" else decision.en, markup=False)
        return
    _print_rules(decision, console, language)
    _print_missing(decision, console, language)


def _title(console: Console, words: Words, language: Language) -> None:
    console.print(f"\n[bold]{escape(words.pick(language))}[/bold]")


def _table(heads: Sequence[Words], language: Language, *, numbers: Iterable[int] = ()) -> Table:
    table, right = Table(box=None, pad_edge=False), set(numbers)
    for at, head in enumerate(heads):
        table.add_column(head.pick(language), justify="right" if at in right else "left", overflow="fold")
    return table


def _short(text: str) -> str:
    return escape(text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…")


def _print_counts(responses: Responses, console: Console, language: Language) -> None:
    frame, instrument = responses.frame, responses.instrument
    asked = len(instrument.items) + len(instrument.checks)
    found = asked - len(responses.absent)
    line = Words(
        f"{frame.height:,} 份答卷；{asked} 题中有 {found} 题找到了列",
        f"{frame.height:,} responses; columns found for {found} of {asked} items",
    )
    console.print(f"[bold]{line.pick(language)}[/bold]")
    for group in instrument.groups:
        if group.code in frame.columns:
            shown = ", ".join(_count_of(responses, group.code))
            console.print(f"{group.zh if language == 'zh' else group.en} ({group.code}): {shown}", markup=False)


def _count_of(responses: Responses, group: str) -> list[str]:
    column = responses.frame[group]
    counts = [f"{label} {int((column == label).sum()):,}" for label in group_labels(responses.instrument, responses.frame, group)]  # fmt: skip
    return [*counts, *([f"- {column.null_count():,}"] if column.null_count() else [])]


def _print_columns(responses: Responses, console: Console, language: Language) -> None:
    _title(console, Words("各列对应的题项", "Which column answers what"), language)
    table = _table(
        (Words("列", "Column"), Words("代码", "Code"), Words("依据", "Known by"), Words("题干", "Item")), language
    )
    texts = _texts(responses.instrument, language)
    for each in responses.mapped:
        table.add_row(_short(each.column), each.code, _HOW[each.how].pick(language), _short(texts.get(each.code, "")))
    console.print(table)


def _texts(instrument: Instrument, language: Language) -> dict[str, str]:
    asked: list[Item | AttentionCheck | Group] = [*instrument.items, *instrument.checks, *instrument.groups]
    return {each.code: each.zh if language == "zh" else each.en for each in asked}


def _print_left_over(responses: Responses, console: Console, language: Language) -> None:
    if responses.unknown:
        _title(console, Words("没有读入的列", "Columns that were not read"), language)
        table = _table((Words("列", "Column"), Words("原因", "Reason"), Words("可能是", "Perhaps")), language)
        for column in responses.unknown:
            table.add_row(_short(column.column), escape(column.reason), ", ".join(column.suggestions) or "-")
        console.print(table)
        advice = Words(
            "用 --mapping 给出两列（列名，代码）的对照表。",
            "Give a table of two columns (header, code) with --mapping.",
        )
        console.print(advice.pick(language), markup=False)
    if responses.absent:
        line = Words("文件中没有的题项", "Items that the file does not have")
        console.print(f"\n{line.pick(language)}: {', '.join(responses.absent)}", markup=False)
    if responses.ignored:
        line = Words("平台自带、不需要的列", "Columns of the platform, not needed")
        console.print(f"\n{line.pick(language)}: {', '.join(responses.ignored)}", markup=False)
    if responses.unreadable:
        _title(
            console, Words("读不懂的回答（记为缺失）", "Answers that stand for no code (taken as missing)"), language
        )
        table = _table((Words("题项", "Item"), Words("回答", "Answer"), Words("次数", "Count")), language, numbers=[2])
        for answer in responses.unreadable[:20]:
            table.add_row(answer.code, _short(answer.answer), f"{answer.count:,}")
        console.print(table)
        if len(responses.unreadable) > 20:
            console.print(f"… {len(responses.unreadable) - 20:,}", markup=False)


def _print_rules(decision: CleaningDecision, console: Console, language: Language) -> None:
    _title(console, Words("清洗规则", "Cleaning rules"), language)
    heads = (Words("规则", "Rule"), Words("标记条件", "Flagged where"), Words("人数", "Count"), Words("占比", "Share"), Words("排除", "Set aside"), Words("说明", "Note"))  # fmt: skip
    table = _table(heads, language, numbers=[2, 3])
    yes = Words("是", "yes").pick(language)
    for row in decision.cleaning.summary(language).iter_rows(named=True):
        known = row["count"] is not None
        count, share = (f"{row['count']:,}", f"{row['share']:.1%}") if known else ("-", "-")
        aside = yes if known and row["rule"] in decision.rules else ""
        table.add_row(row["name"], escape(row["cutoff"]), count, share, aside, escape(row["reason"]))
    console.print(table)
    line = Words(
        f"主分析排除 {decision.removed:,} 人（一人可被多条规则标记），保留 {decision.excluded.frame.height:,} 人。",
        f"The main analysis sets {decision.removed:,} aside (several rules may flag one) and keeps "
        f"{decision.excluded.frame.height:,}.",
    )
    console.print(line.pick(language), markup=False)


def _print_missing(decision: CleaningDecision, console: Console, language: Language) -> None:
    cleaning = decision.cleaning
    _title(console, Words("缺失", "Missing answers"), language)
    frame, items = cleaning.responses.frame, cleaning.responses.items
    gaps = {code: frame[code].null_count() for code in items}
    cells = max(frame.height * len(items), 1)
    most = sorted((code for code in items if gaps[code]), key=lambda code: -gaps[code])[:5]
    named = ", ".join(f"{code} {gaps[code] / frame.height:.1%}" for code in most) or "-"
    line = Words(
        f"题项单元格缺失 {sum(gaps.values()) / cells:.2%}；最多的题项：{named}",
        f"{sum(gaps.values()) / cells:.2%} of the cells; most in: {named}",
    )
    console.print(line.pick(language), markup=False)
    if isinstance(little := cleaning.little, NotAvailable):
        console.print(f"Little MCAR: {little.zh if language == 'zh' else little.en}", markup=False)
    else:
        p = "< .001" if little.p < 0.001 else f"= {little.p:.3f}"
        console.print(f"Little MCAR: χ²({little.df}) = {little.statistic:.2f}, p {p}", markup=False)
    table = _table((Words("一同缺失的题项", "Missing together"), Words("人数", "Count")), language, numbers=[1])
    for pattern in cleaning.patterns[:_PATTERNS]:
        names = ", ".join(pattern.items) or Words("无缺失", "nothing").pick(language)
        table.add_row(escape(names), f"{pattern.count:,}")
    console.print(table)
    if len(cleaning.patterns) > _PATTERNS:
        rest = len(cleaning.patterns) - _PATTERNS
        console.print(Words(f"另有 {rest:,} 种缺失组合", f"and {rest:,} more patterns").pick(language), markup=False)
