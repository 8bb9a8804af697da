"""What `tongchi show --provisions` prints above each provision: its type in a standard, elsewhere its modality."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tongchi.documents import Block, Document, parse_document
from tongchi.errors import Language
from tongchi.report.document_view import print_provisions

STANDARD = (
    "T/SAMPLE 009—2024",
    "样品登记规范",
    "1 范围",
    "本文件规定了登记。",
    "2 步骤",
    "开启记录仪。",
    "通道不应小于1 m。",
    "室温宜为26 ℃。",
    "可另行登记。",
)
LAW = ("江州市示例办法", "第一条 单位应当登记。", "第二条 单位可以另行登记。")
SHOWN: dict[str, tuple[tuple[str, ...], Language, list[str]]] = {
    "a standard": (STANDARD, "zh", ["陈述", "指示", "要求", "推荐", "允许"]),
    "a standard in English": (
        STANDARD, "en", ["statement", "instruction", "requirement", "recommendation", "permission"]),
    "a regulation": (LAW, "en", ["obligation", "permission"]),
}  # fmt: skip


def shown(document: Document, language: Language) -> str:
    console = Console(file=io.StringIO(), width=200)
    print_provisions(document, console, language=language)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(("lines", "language", "kinds"), SHOWN.values(), ids=SHOWN)
def test_kind_of_each_provision(lines: tuple[str, ...], language: Language, kinds: list[str]) -> None:
    text = shown(parse_document([Block(line) for line in lines]), language)
    heads = [line.split()[1] for line in text.split("\n") if line and not line.startswith(" ") and " " in line]
    assert heads == kinds
