"""How is the questionnaire filled in on a screen without a network? One page that writes the answers as CSV.

The columns of the CSV are the codes of the instrument, so that `read_responses` reads it as it is. Nothing leaves the page
but the file that the respondent saves.
"""

from __future__ import annotations

import json
from html import escape

from tongchi.report.form_content import (
    FormLanguage,
    Question,
    blocks_of,
    instruction,
    introduction,
    part_title,
    questions_of,
    thanks,
)
from tongchi.report.markup import both, phrase, tag
from tongchi.report.page import Look, page_html, section
from tongchi.report.words import Words
from tongchi.survey.instrument import Group, Instrument, Scale

_LOOK = Look(styles=("form.css",), scripts=("form.js",))


def form_html(instrument: Instrument, *, language: FormLanguage = "both") -> str:
    """Return the questionnaire as a page to print, or to fill in and save as CSV.

    "both" shows Chinese first and lets the reader switch; "zh" and "en" hold one language only.
    """
    questions = questions_of(instrument)
    blocks = blocks_of(questions)
    first = "".join(f"<p>{both(_of(words, language))}</p>" for words in introduction(instrument))
    fields = "".join(_field(group, language) for group in instrument.groups)
    parts = [section("start", _of(Words("说明", "Before you start"), language), first + fields)]
    for at, block in enumerate(blocks, start=1):
        name = _of(part_title(at, len(blocks)), language)
        body = f"<p>{both(_of(instruction(), language))}</p>{_matrix(block, instrument.scale, language)}"
        parts.append(section(f"part{at}", name, body))
    parts.append(_end(language))
    title = _of(Words(instrument.title_zh, instrument.title_en), language)
    form = tag("form", "\n".join(parts), {"id": "form", "data-form": _columns(instrument, questions)})
    page = page_html(title, [form], [], look=_LOOK, language="en" if language == "en" else "zh")
    return page if language == "both" else page.replace('<div class="lang"', '<div hidden class="lang"')


def form_columns(instrument: Instrument) -> tuple[str, ...]:
    """Return the columns of the CSV that the page writes: respondent, groups, duration, questions as they are asked."""
    groups = (group.code for group in instrument.groups)
    return (instrument.respondent, *groups, instrument.duration, *(each.code for each in questions_of(instrument)))


def _columns(instrument: Instrument, questions: tuple[Question, ...]) -> str:
    facts = {
        "columns": form_columns(instrument),
        "respondent": instrument.respondent,
        "duration": instrument.duration,
        "file": f"{instrument.id}-answers.csv",
        "questions": [each.code for each in questions],
    }
    return json.dumps(facts, ensure_ascii=False)


def _of(words: Words, language: FormLanguage) -> Words:
    if language == "both":
        return words
    only = words.zh if language == "zh" else words.en
    return Words(only, only)


def _field(group: Group, language: FormLanguage) -> str:
    legend = tag("legend", both(_of(Words(group.zh, group.en), language)))
    if not group.values:
        return tag("fieldset", legend + f'<input type="text" name="{escape(group.code)}" autocomplete="off">')
    choices = "".join(
        f'<label><input type="radio" name="{escape(group.code)}" value="{escape(value.code)}"> '
        f"{both(_of(Words(value.zh, value.en), language))}</label>"
        for value in group.values
    )
    return tag("fieldset", legend + choices)


def _matrix(block: tuple[Question, ...], scale: Scale, language: FormLanguage) -> str:
    labels = [_of(Words(*each), language) for each in zip(scale.zh, scale.en, strict=True)]
    codes = range(scale.low, scale.high + 1)
    if len(labels) > 7:
        labels = [
            Words(f"{code} {each.zh}", f"{code} {each.en}") if code in (scale.low, scale.high) else Words(str(code), str(code))
            for code, each in zip(codes, labels, strict=True)
        ]  # fmt: skip
    head = "".join(f'<th scope="col">{both(each)}</th>' for each in labels)
    rows = "".join(_row(question, labels, scale, language) for question in block)
    return f'<table class="matrix"><thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(question: Question, labels: list[Words], scale: Scale, language: FormLanguage) -> str:
    code = escape(question.code)
    cells = "".join(
        f'<td><label><input type="radio" name="{code}" value="{scale.low + at}"><span>{both(label)}</span></label></td>'
        for at, label in enumerate(labels)
    )
    text = both(_of(question.text, language))
    return (
        f'<tr role="radiogroup" aria-labelledby="q-{code}" data-code="{code}">'
        f'<th scope="row" id="q-{code}"><span class="no">{question.number}</span>{text}</th>{cells}</tr>'
    )


def _end(language: FormLanguage) -> str:
    def of(zh: str, en: str) -> str:
        words = _of(Words(zh, en), language)
        return phrase(words.zh, words.en)

    return (
        f'<section id="end"><p>{both(_of(thanks(), language))}</p>'
        f'<p class="left" role="status" hidden>{of("还有未答的题：", "Not answered yet: ")}<span class="list"></span></p>'
        f'<p class="buttons"><button type="submit">{of("保存答卷（CSV）", "Save answers (CSV)")}</button> '
        f'<button type="button" data-print>{of("打印", "Print")}</button></p>'
        f"<p><small>{of('答案只保存在您下载的文件里，不会通过网络发送。', 'Answers are kept only in the file that you save; nothing is sent.')}</small></p></section>"
    )
