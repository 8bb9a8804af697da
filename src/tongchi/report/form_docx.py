"""How is the questionnaire handed out as a paper? A word-processor file to print, or to tick on the screen."""

from __future__ import annotations

from tongchi.report.docx_document import CheckBox, Document, Piece, Run
from tongchi.report.form_content import (
    FormLanguage,
    Question,
    blocks_of,
    instruction,
    introduction,
    part_title,
    questions_of,
    shown,
    thanks,
)
from tongchi.report.words import Words
from tongchi.survey.instrument import Group, Instrument, Scale


def form_docx(instrument: Instrument, *, language: FormLanguage = "both") -> bytes:
    """Return the questionnaire as .docx with a box to tick for each answer; its tag is item code and answer, `trust1_4`."""
    title = Words(instrument.title_zh, instrument.title_en)
    paper = Document(shown(title, language, between="　"), "en" if language == "en" else "zh")
    paper.paragraph(shown(title, language), style="Title")
    for words in introduction(instrument):
        _in_turn(paper, words, language, "Body")
    for group in instrument.groups:
        _field(paper, group, language)
    blocks = blocks_of(questions_of(instrument))
    for at, block in enumerate(blocks, start=1):
        paper.heading(shown(part_title(at, len(blocks)), language, between="　"))
        paper.paragraph(shown(instruction(), language, between="　"), style="Normal")
        _matrix(paper, block, instrument.scale, language)
    _in_turn(paper, thanks(), language, "Normal")
    return paper.to_bytes()


def _in_turn(paper: Document, words: Words, language: FormLanguage, style: str) -> None:
    for each in ("zh", "en") if language == "both" else (language,):
        paper.paragraph(words.zh if each == "zh" else words.en, style=style)


def _field(paper: Document, group: Group, language: FormLanguage) -> None:
    """Add a field to tick where the groups are listed, else a line to write on."""
    name = shown(Words(group.zh, group.en), language, between=" ")
    pieces: list[Piece] = [Run(f"{name}{'：' if language != 'en' else ': '}", bold=True)]
    for value in group.values:
        label = shown(Words(value.zh, value.en), language, between=" ")
        pieces += [CheckBox(f"{group.code}_{value.code}"), f" {label}　　"]
    paper.paragraph(*(pieces if group.values else [*pieces, "_" * 24]), style="Normal")


def _matrix(paper: Document, block: tuple[Question, ...], scale: Scale, language: FormLanguage) -> None:
    codes = range(scale.low, scale.high + 1)
    labels = [shown(Words(*each), language) for each in zip(scale.zh, scale.en, strict=True)]
    many = len(labels) > 7
    head = ["", "", *(map(str, codes) if many else labels)]
    rows: list[list[Piece]] = []
    for question in block:
        boxes = [CheckBox(f"{question.code}_{code}") for code in codes]
        rows.append([str(question.number), shown(question.text, language), *boxes])
    if many:
        ends = (f"{code} = {label}".replace("\n", " ") for code, label in zip(codes, labels, strict=True))
        paper.paragraph("；".join(ends) if language != "en" else "; ".join(ends), style="Note")
    answer = max(0.45, min(1.6, 8.0 / len(labels)))
    paper.table(head, rows, [0.7, 5.6, *[answer] * len(labels)], borders="grid", left=(1,))
