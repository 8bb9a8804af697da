"""Where does each number of the four answers come from, on paper? References in the sentences, and a list of them at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tongchi.errors import Language
from tongchi.report.docx_document import Run
from tongchi.report.picture import BLUE
from tongchi.report.study_names import StudyNames
from tongchi.report.study_paper_clauses import shortened
from tongchi.report.study_words import Num, Said
from tongchi.report.survey_content import Cell, Part, Sentences, Table, text
from tongchi.report.words import Words
from tongchi.study.figures import Figure, Figures
from tongchi.study.sources import SourceLink

TITLE = Words("附录：数字的出处", "Appendix: where the numbers come from")
_DOT = " · "
_SHOWN = 3
_QUOTE = 60
_FILES = {"event": Words("事件", "event"), "ledger": Words("台账", "ledger"), "indicator": Words("指标", "indicator")}


class References:
    """Numbers the figures in the order in which sentences name them."""

    def __init__(self) -> None:
        self._at: dict[str, tuple[int, Num]] = {}

    def runs(self, said: Said, language: Language) -> list[Run]:
        """Return a sentence as runs, its references raised at its end, or before its full stop in Chinese."""
        numbers = sorted({self._number(p) for p in said.parts(language) if isinstance(p, Num)})
        words = said.words.pick(language)
        if not numbers:
            return [Run(words)]
        mark = Run(f"[{spans(numbers)}]", colour=BLUE, raised=True)
        if language == "zh" and words.endswith(("。", "；")):
            return [Run(words[:-1]), mark, Run(words[-1])]
        return [Run(words), mark]

    def _number(self, num: Num) -> int:
        return self._at.setdefault(num.figure, (len(self._at) + 1, num))[0]

    def part(self, figures: Figures, names: StudyNames) -> Part | None:
        """Return the list of what the references stand for; None where no sentence held a number."""
        if not self._at:
            return None
        head = (
            *(Words("编号", "No."), Words("数", "Number")),
            *(Words("是什么", "What it is"), Words("依据", "What it rests on")),
        )
        rows = tuple(_row(group, figures, names) for group in _groups(self._at, figures))
        said = Words(
            "编号即正文方括号中的数。每个数都是一张表中的一格；全部依据见 evidence.json，表格见 tables.xlsx。",
            "Numbers are those in brackets in the text. Each is a cell of a table; evidence.json names all that it rests on, tables.xlsx holds the tables.",
        )
        table = Table("references", TITLE, head, rows, texts=(2, 3))
        return Part("references", TITLE, (Sentences((said,)), table))


def spans(numbers: Sequence[int]) -> str:
    """Return rising numbers with runs joined.

    >>> spans([1, 2, 3, 5, 7, 8])
    '1–3, 5, 7, 8'
    """
    runs: list[list[int]] = []
    for each in numbers:
        if runs and each == runs[-1][-1] + 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    shown = [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(shown)


Numbered = tuple[int, Num]


def _groups(at: Mapping[str, Numbered], figures: Figures) -> list[list[Numbered]]:
    """Return the numbers in their order, those of one row of a table together where they follow each other and rest on the same."""
    found: list[list[Numbered]] = []
    for number, num in at.values():
        if found and _basis(figures[num.figure]) == _basis(figures[found[-1][-1][1].figure]):
            found[-1].append((number, num))
        else:
            found.append([(number, num)])
    return found


def _basis(figure: Figure) -> tuple[object, ...]:
    own, *others = figure.sources
    return own.table, own.row, *others


def _row(group: Sequence[Numbered], figures: Figures, names: StudyNames) -> tuple[Cell, ...]:
    own = [figures[num.figure] for _, num in group]
    shown = [num.words for _, num in group]
    places = "\n".join(f"[{number}]" for number, _ in group)
    return (
        text(places),
        text(Words("\n".join(each.zh for each in shown), "\n".join(each.en for each in shown))),
        text(Words(_together([each.text_zh for each in own]), _together([each.text_en for each in own]))),
        text(_sources(own[0].sources if len(own) == 1 else _merged(own), names)),
    )


def _together(said: Sequence[str]) -> str:
    """Return what numbers of one row are: what they share once, then the columns.

    >>> _together(["差距 · 车辆 · 差距", "差距 · 车辆 · 上限"])
    '差距 · 车辆：差距；上限'
    """
    heads = {each.rpartition(_DOT)[0] for each in said}
    if len(said) == 1 or len(heads) > 1:
        return "\n".join(said)
    head = heads.pop()
    sign, gap = ("：", "；") if any(ord(each) > 0x2E7F for each in head) else (": ", "; ")
    return f"{head}{sign}{gap.join(each.rpartition(_DOT)[2] for each in said)}"


def _merged(own: Sequence[Figure]) -> tuple[SourceLink, ...]:
    """Return the proofs of several columns of one row; their cell names all the columns."""
    first, *others = own[0].sources
    return replace(first, column=", ".join(each.sources[0].column for each in own)), *others


def _sources(links: Sequence[SourceLink], names: StudyNames) -> Words:
    """Return up to three proofs; where there is nothing but the cell itself, the cell."""
    own, *others = links
    shown = [_source(each, names) for each in others[:_SHOWN]] or [_cell(own)]
    if len(others) > _SHOWN:
        shown.append(Words(f"等共 {len(others)} 处", f"{len(others)} in all"))
    return Words("\n".join(each.zh for each in shown), "\n".join(each.en for each in shown))


def _source(link: SourceLink, names: StudyNames) -> Words:
    if link.kind == "clause":
        clause, quote = names.clause(link.document, link.eid).words, shortened(link.quote, _QUOTE)
        return Words(f"{clause.zh}：“{quote}”", f"{clause.en}: “{quote}”") if quote else clause
    if link.kind == "items":
        codes = ", ".join(link.items)
        n = "" if link.n is None else f"，n = {link.n}"
        return Words(f"问卷题项 {codes}{n}", f"items {codes}{n.replace('，', ', ')}")
    if link.kind == "table":
        return _cell(link)
    kind, quote = _FILES[link.kind], shortened(link.quote, _QUOTE)
    return Words(
        f"{kind.zh}（{link.file} 第 {link.line} 行）：{quote}", f"{kind.en} ({link.file}, line {link.line}): {quote}"
    )


def _cell(link: SourceLink) -> Words:
    values = [value for _, value in link.row]
    zh, en = (f"（{'，'.join(values)}）", f" ({', '.join(values)})") if values else ("", "")
    return Words(f"表 {link.table}{zh}的 {link.column} 列", f"table {link.table}{en}, column {link.column}")
