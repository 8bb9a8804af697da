"""What was read from a file? Its metadata, tree and provisions, in a terminal window, for checking."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from tongchi.documents.model import Document, Node
from tongchi.errors import Language
from tongchi.provisions import Measure, Modality, Provision, ProvisionType, read_provisions
from tongchi.report.words import Words, measure_words

_TEXT = 60
_LABELS = {
    "title": Words("标题", "Title"),
    "issuer": Words("发布机关", "Issuer"),
    "jurisdiction": Words("适用地区", "Jurisdiction"),
    "level": Words("位阶", "Level"),
    "number": Words("文号", "Number"),
    "adopted": Words("通过", "Adopted"),
    "amended": Words("修改", "Amended"),
    "effective": Words("施行", "Effective"),
    "stage": Words("效力", "Stage"),
}


def print_document(document: Document, console: Console, *, language: Language = "zh") -> None:
    """Print metadata, the tree with ids and shortened text, and the notices of a document."""
    console.print(_metadata(document, language))
    root = Tree(f"[bold]{escape(document.metadata.title)}[/bold]")
    branches: dict[int, Tree] = {-1: root}
    for index, node in enumerate(document.nodes):
        branches[index] = branches.get(node.parent, root).add(_line(node))
    console.print(root)
    for notice in document.notices:
        console.print(f"⚠ {notice.eid}: {notice.zh if language == 'zh' else notice.en}", markup=False)


def _metadata(document: Document, language: Language) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, words in _LABELS.items():
        value = getattr(document.metadata, name)
        shown = ", ".join(value) if isinstance(value, tuple) else str(value or "")
        if shown:
            table.add_row(words.pick(language), escape(shown))
    units = Words("比较单元", "Units compared").pick(language)
    table.add_row(units, str(len(document.articles)))
    return table


def _line(node: Node) -> str:
    label = " ".join(part for part in (node.label.strip(), node.heading.strip()) if part)
    text = node.text if len(node.text) <= _TEXT else node.text[: _TEXT - 1] + "…"
    return f"[dim]{escape(node.eid)}[/dim] {escape(label)} {escape(text)}".rstrip()


def print_provisions(document: Document, console: Console, *, language: Language = "zh") -> None:
    """Print each provision: id and modality (of a standard its type), its words, and below what was read from it."""
    console.print(f"[bold]{escape(document.metadata.title)}[/bold]")
    for provision in read_provisions(document):
        kind = _TYPES[provision.provision_type] if provision.provision_type else _MODALITIES[provision.modality]
        console.print(f"\n[cyan]{escape(provision.eid)}[/cyan] [bold]{kind.pick(language)}[/bold]")
        console.print(f"  {escape(provision.text)}")
        for words, value in _slots(provision, language):
            if value:
                console.print(f"  [dim]{words.pick(language)}[/dim] {escape(value)}")


_MODALITIES = {
    Modality.OBLIGATION: Words("义务", "obligation"),
    Modality.PROHIBITION: Words("禁止", "prohibition"),
    Modality.PERMISSION: Words("许可", "permission"),
    Modality.ENCOURAGEMENT: Words("鼓励", "encouragement"),
    Modality.DECLARATION: Words("宣示", "declaration"),
    Modality.DEFINITION: Words("定义", "definition"),
    Modality.SANCTION: Words("责任", "sanction"),
}
_TYPES = {  # GB/T 1.1-2020, annex C
    ProvisionType.REQUIREMENT: Words("要求", "requirement"),
    ProvisionType.INSTRUCTION: Words("指示", "instruction"),
    ProvisionType.RECOMMENDATION: Words("推荐", "recommendation"),
    ProvisionType.PERMISSION: Words("允许", "permission"),
    ProvisionType.STATEMENT: Words("陈述", "statement"),
}


def _slots(provision: Provision, language: Language) -> tuple[tuple[Words, str], ...]:
    cited = (each.text + (f" → {each.eid}" if each.eid else "") for each in provision.citations)
    return (
        (Words("引领句", "Lead-in"), provision.lead_in),
        (Words("主体", "Actors"), "、".join(provision.actors)),
        (Words("规范词", "Cue"), provision.modality_text),
        (Words("行为", "Action"), provision.action),
        (Words("对象", "Object"), provision.object),
        (Words("条件", "Condition"), provision.condition),
        (Words("例外", "Exception"), provision.exception),
        (Words("数量", "Measures"), "；".join(_measure(each, language) for each in provision.measures)),
        (Words("引用", "Citations"), "；".join(cited)),
    )


def _measure(measure: Measure, language: Language) -> str:
    what = f"{measure.what} " if measure.what else ""
    return f"{what}{measure_words(measure).pick(language)}"
