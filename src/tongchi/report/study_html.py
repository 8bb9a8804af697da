"""How is a study read on a screen? One page in both languages, offline: four questions first, then all that bears them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

from tongchi.errors import Language
from tongchi.report.markup import both, phrase
from tongchi.report.page import Look, page_html, section
from tongchi.report.picture_svg import picture_svg
from tongchi.report.study_binding import binding
from tongchi.report.study_clauses import clause_tables, full_texts
from tongchi.report.study_details import detail_tables, items_markup
from tongchi.report.study_evidence import agreement_said, evidence_table, pace_blocks
from tongchi.report.study_findings import findings_markup
from tongchi.report.study_marks import mark_of
from tongchi.report.study_methods import methods_part
from tongchi.report.study_moving import moving
from tongchi.report.study_names import StudyNames
from tongchi.report.study_officials import officials
from tongchi.report.study_proofs import Proofs
from tongchi.report.study_question import Material, Question
from tongchi.report.study_record import commitments_table, ledger_table, timeline_table
from tongchi.report.study_standing import standing
from tongchi.report.study_triangulation import triangulation_blocks
from tongchi.report.study_words import Numbers, Saying
from tongchi.report.study_writer import Writer, absent
from tongchi.report.survey_content import missing
from tongchi.report.words import Words
from tongchi.study.all_tables import study_tables
from tongchi.study.figures import figures_of
from tongchi.study.result import StudyResult
from tongchi.study.tables import StudyTable
from tongchi.survey.unavailable import NotAvailable

_LOOK = Look(styles=("survey.css", "study.css"), scripts=("study.js",))
_FRONT = Words("四个问题", "Four questions")
Section = tuple[str, Words, str]


def questions(material: Material) -> tuple[Question, ...]:
    """Return the four questions with their answers; page and paper print the same ones."""
    return standing(material), officials(material), binding(material), moving(material)


def material_of(result: StudyResult, tables: Mapping[str, StudyTable] | None = None) -> Material:
    """Return what answers are made of; `tables` are those of the result where they are worked out already."""
    known = study_tables(result) if tables is None else tables
    return Material(result, known, Numbers(figures_of(known)), StudyNames(result))


def study_html(
    result: StudyResult, *, language: Language = "zh", tables: Mapping[str, StudyTable] | None = None
) -> str:
    """Return the page; `language` is the one shown first, the reader may switch."""
    material = material_of(result, tables)
    proofs = Proofs(material.numbers.figures, material.names)
    writer = Writer(proofs)
    asked = questions(material)
    sections: list[Section] = [("front", _FRONT, _front(result, asked, writer))]
    writer.first = False
    sections += [_question(each, at, writer) for at, each in enumerate(asked, start=1)]
    sections += _evidence_sections(material, writer)
    sections += _record_sections(material, writer)
    sections += _back_sections(material, writer, proofs)
    body = [section(name, title, markup) for name, title, markup in sections]
    title = Words(result.folder.title_zh, result.folder.title_en)
    mark = mark_of(result)
    if mark:
        body = [
            _margin(mark),
            f'<p class="mark" role="note">{both(mark)}</p>',
            *body,
            f'<p class="mark foot">{both(mark)}</p>',
        ]
    contents = [(name, words) for name, words, _ in sections]
    return page_html(title, body, contents, look=_LOOK, language=language)


def write_study_html(
    result: StudyResult,
    path: Path | str,
    *,
    language: Language = "zh",
    tables: Mapping[str, StudyTable] | None = None,
) -> Path:
    """Write the page and return its path."""
    Path(path).write_bytes(study_html(result, language=language, tables=tables).encode("utf-8"))
    return Path(path)


def _margin(mark: Words) -> str:
    """Return the style that prints the mark at the top of every page, in the language that is shown."""
    zh, en = (words.replace("\\", "").replace('"', "'").replace("<", "") for words in mark)
    font = "font:7.5pt sans-serif;color:#9c3a22"
    return (
        f'<style>@page zh{{@top-center{{content:"{zh}";{font}}}}}@page en{{@top-center{{content:"{en}";{font}}}}}'
        "@media print{[data-lang=zh] body{page:zh}[data-lang=en] body{page:en}}</style>"
    )


def _front(result: StudyResult, asked: tuple[Question, ...], writer: Writer) -> str:
    cards = "".join(_card(each, at, writer) for at, each in enumerate(asked, start=1))
    hint = phrase(
        "点任何一个带下划虚线的数字，看它的出处。",
        "Click any number with a dotted line to see where it comes from.",
    )
    broken = "".join(
        f'<p class="absent"><b><code>{escape(each.path)}</code></b> {both(Words(each.zh, each.en))}</p>'
        for each in result.broken
    )
    return f'<p class="facts hint">{hint}</p><div class="four">{cards}</div>{broken}'


def _card(question: Question, at: int, writer: Writer) -> str:
    said = "".join(f'<p class="say">{writer.said(each)}</p>' for each in question.said)
    drawn = "".join(
        f"<figure><figcaption>{both(each.caption)}</figcaption>{picture_svg(each.picture)}</figure>"
        for each in question.pictures
    )
    gone = "".join(map(absent, question.missing))
    more = f'<p class="more"><a href="#{question.name}">{phrase("细看", "In full")} →</a></p>' if question.said else ""
    head = f'<h3><span class="no">{at}</span> {both(question.title)}</h3>'
    return f"<article>{head}{said}{drawn}{gone}{more}</article>"


def _question(question: Question, at: int, writer: Writer) -> Section:
    title = Words(f"{at}　{question.title.zh}", f"{at}. {question.title.en}")
    said = writer.block(Saying((*question.said, *question.more), listed=True)) if question.said else ""
    beside = f'<div class="beside">{"".join(f"<div>{writer.block(each)}</div>" for each in question.beside)}</div>'
    rest = (beside if question.beside else "") + writer.blocks(question.blocks)
    return question.name, title, said + "".join(map(absent, question.missing)) + rest


def _evidence_sections(material: Material, writer: Writer) -> Iterator[Section]:
    result, names = material.result, material.names
    title = Words("证据互证", "Triangulation")
    if isinstance(result.triangulation, NotAvailable):
        yield "triangulation", title, absent(missing(title, result.triangulation))
    else:
        yield "triangulation", title, writer.blocks(triangulation_blocks(material))
    title = Words("条款对照", "Clauses side by side")
    if isinstance(result.matters, NotAvailable):
        yield "clauses", title, absent(missing(title, result.matters))
    else:
        parts = []
        for matter, drawn in clause_tables(result.matters, names):
            name = both(names.matter(matter.matter.code))
            gone = absent(missing(title, matter.comparison)) if isinstance(matter.comparison, NotAvailable) else ""
            if drawn or gone:
                parts.append(f'<h3 id="m-{escape(matter.matter.code)}">{name}</h3>{gone}{drawn}')
        yield "clauses", title, "".join(parts)
    title = Words("地方保护线索", "Findings of local protection")
    if isinstance(result.findings, NotAvailable):
        yield "findings", title, absent(missing(title, result.findings))
    else:
        none = f"<p>{phrase('没有发现。', 'Nothing was found.')}</p>"
        yield "findings", title, findings_markup(result.findings, names) or none


def _record_sections(material: Material, writer: Writer) -> Iterator[Section]:
    result, names = material.result, material.names
    title = Words("承诺与台账", "Commitments and ledger")
    body = ""
    for what, part in (
        (Words("文本中的承诺", "Commitments in the texts"), result.commitments),
        (Words("台账", "Ledger"), result.ledger),
    ):
        body += absent(missing(what, part)) if isinstance(part, NotAvailable) else f"<h3>{both(what)}</h3>"
        if isinstance(part, tuple):
            body += commitments_table(part, names)
        elif not isinstance(part, NotAvailable):
            day = f"<time>{part.as_of.isoformat()}</time>"
            body += f"<p>{phrase('状态截至', 'Status as of')} {day}</p>{ledger_table(part, names)}"
    yield "record", title, body
    if result.events:
        pace = writer.blocks(pace_blocks(material))
        yield "timeline", Words("时间线", "Timeline"), pace + timeline_table(result.events, names)
    title = Words("编码的证据", "Coded evidence")
    if isinstance(result.evidence, NotAvailable):
        yield "evidence", title, absent(missing(title, result.evidence))
    else:
        said = writer.block(Saying(tuple(agreement_said(material, result.evidence)), listed=True))
        yield "evidence", title, said + evidence_table(result.evidence, names)


def _back_sections(material: Material, writer: Writer, proofs: Proofs) -> Iterator[Section]:
    details = writer.blocks(detail_tables(material))
    if details:
        yield "details", Words("问卷与模型的细节", "Details of survey and model"), details + items_markup(material)
    part = methods_part(material.result)
    yield "method", part.title, writer.blocks(part.blocks)
    hint = phrase(
        "每个数字在 evidence.json 中有同样的条目；下面按页面出现的顺序列出。",
        "evidence.json holds the same entry for each number; here they stand in the order of the page.",
    )
    yield (
        "proofs",
        Words("数字的出处", "Where the numbers come from"),
        f'<p class="facts">{hint}</p>{proofs.register()}',
    )
    if material.names.documents:
        yield "texts", Words("全文", "Full texts"), full_texts(material.names)
