"""Which characters do the runs of a Word paragraph print, and what hangs on them: notes, text boxes, pictures?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from tongchi.documents.docx_numbering import format_number
from tongchi.documents.docx_parts import W
from tongchi.documents.model import Notice

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_V = "{urn:schemas-microsoft-com:vml}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SKIPPED = frozenset(
    f"{W}{name}"
    for name in (
        "pPr", "rPr", "sdtPr", "sdtEndPr", "del", "moveFrom", "delText", "delInstrText", "fldData",
        "rubyPr", "rt", "annotationRef", "footnoteRef", "endnoteRef", "separator", "continuationSeparator",
        "lastRenderedPageBreak", "softHyphen", "pgNum", "commentReference", "customXmlPr", "smartTagPr",
    )
)  # fmt: skip
_CHARACTERS = {
    f"{W}tab": " ",
    f"{W}ptab": " ",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
SUPERSCRIPT = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_SYMBOLS = {  # of the fonts Symbol and Wingdings, whose codes lie in the private area F000–F0FF
    "symbol": {
        0xA3: "≤", 0xB3: "≥", 0xB0: "°", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xA5: "∞", 0xB7: "•",
        0xD7: "⋅", 0xE5: "∑", 0xD6: "√", 0x6D: "μ", 0x61: "α", 0x62: "β", 0x67: "γ", 0x64: "δ", 0x44: "Δ", 0x71: "θ",
        0x6C: "λ", 0x70: "π", 0x72: "ρ", 0x73: "σ", 0x66: "φ", 0x77: "ω", 0x57: "Ω", 0xA2: "′", 0xB2: "″", 0xAE: "→",
        0xCE: "∈", 0x2D: "−", 0x3C: "<", 0x3D: "=", 0x3E: ">", 0x2B: "+", 0x25: "%",
    },
    "wingdings": {
        0xFC: "√", 0xFB: "×", 0xFE: "☑", 0x52: "☑", 0xFD: "☒", 0xA8: "□", 0x6F: "□", 0x71: "□", 0x72: "□", 0x6E: "■",
        0x6C: "●", 0xA1: "○", 0x9F: "•", 0x76: "❖", 0xD8: "➢", 0xE0: "→", 0xDF: "←",
        **{0x81 + at: chr(0x2460 + at) for at in range(10)},
    },
    "wingdings 2": {0x52: "☑", 0x50: "√", 0x4F: "×", 0xA3: "□", 0x51: "☒", 0x53: "☒"},
}  # fmt: skip


@dataclass(slots=True)
class Attached:
    """What a paragraph's runs refer to, in order: notes as (footnote or endnote, id) and text box contents."""

    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)


class RunReader:
    """Reads paragraphs and counts what it met that holds no text."""

    def __init__(self) -> None:
        self.pictures = 0
        self.objects = 0
        self.graphics = 0
        self._parts: list[str] = []
        self._fields: list[int] = []
        self._code = ""
        self._attached = Attached()

    def read(self, paragraph: etree._Element) -> tuple[str, Attached]:
        r"""Return the printed text of a paragraph, manual line breaks as ``\n``, and what hangs on it."""
        self._parts, self._fields, self._attached = [], [], Attached()
        self._children(paragraph)
        return "".join(self._parts), self._attached

    def notices(self) -> list[Notice]:
        """Return one notice for each kind of content that was met and not read."""
        kinds = (
            ("picture", self.pictures, "幅图片中的文字未读取", "pictures were not read"),
            ("embedded", self.objects, "个嵌入对象未读取", "embedded objects were not read"),
            ("graphic", self.graphics, "个图表或智能图形未读取", "charts or diagrams were not read"),
        )
        return [Notice(code, "", f"{count} {zh}。", f"{count} {en}.") for code, count, zh, en in kinds if count]

    @staticmethod
    def branch(alternate: etree._Element) -> etree._Element:
        """Return the branch of mc:AlternateContent to read: the first that holds text, else the first."""
        branches = [child for child in alternate if child.tag in (f"{_MC}Choice", f"{_MC}Fallback")]
        for each in branches:
            if next(each.iter(f"{W}t", f"{_M}t"), None) is not None:
                return each
        return branches[0] if branches else alternate

    def _children(self, element: etree._Element) -> None:
        for child in element:
            self._element(child)

    def _element(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == f"{W}t":
            self._text(element)
        elif tag in _SKIPPED:
            return
        elif tag in _CHARACTERS:
            self._parts.append(_CHARACTERS[tag])
        elif tag == f"{W}sym":
            self._parts.append(_symbol(element))
        elif tag == f"{W}fldChar":
            self._field(element.get(f"{W}fldCharType", ""))
        elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            kind = "footnote" if tag == f"{W}footnoteReference" else "endnote"
            self._attached.notes.append((kind, element.get(f"{W}id", "")))
        elif tag == f"{W}txbxContent":
            self._attached.boxes.append(element)
        elif tag == f"{_MC}AlternateContent":
            self._children(self.branch(element))
        elif tag == f"{W}object":
            self.objects += 1
        elif tag == f"{W}instrText":
            self._code += element.text or ""
        elif tag == f"{_V}textpath":
            self._parts.append(f"\n{element.get('string', '')}\n")
        elif isinstance(tag, str) and tag.startswith(_M):
            self._formula(element, tag[len(_M) :])
        else:
            self._count_graphics(element)
            self._children(element)

    def _text(self, element: etree._Element) -> None:
        text = element.text or ""
        if element.get(_XML_SPACE) != "preserve":
            text = text.strip(" \t\r\n")
        text = text.replace("\n", " ").replace("\r", " ")
        run = element.getparent()
        raised = run.find(f"{W}rPr/{W}vertAlign") if run is not None else None
        if raised is not None and raised.get(f"{W}val") == "superscript":
            text = text.translate(SUPERSCRIPT)
        self._parts.append(text)

    def _field(self, kind: str) -> None:
        """What stands between begin and separate (or end) is code; an unfinished field keeps its text."""
        if kind == "begin":
            self._fields.append(len(self._parts))
            self._code = ""
        elif self._fields and kind in ("separate", "end"):
            start = self._fields.pop()
            if start >= 0:
                del self._parts[start:]
                self._parts.append(_equation(self._code))
            if kind == "separate":
                self._fields.append(-1)

    def _formula(self, element: etree._Element, name: str) -> None:
        """Write a formula on one line: a/b, a^b, √(a); everything else in reading order."""
        if name == "t":
            self._parts.append(element.text or "")
        elif name == "f":
            self._two(element, ("num", "/", "den"))
        elif name in ("sSup", "sSub"):
            self._two(element, ("e", "^" if name == "sSup" else "_", "sup" if name == "sSup" else "sub"))
        elif name == "rad":
            inner = element.find(f"{_M}e")
            self._parts.append("√(")
            self._children(element if inner is None else inner)
            self._parts.append(")")
        elif name in ("d", "nary"):
            self._enclosed(element, name)
        elif not name.endswith("Pr"):
            self._children(element)

    def _enclosed(self, element: etree._Element, name: str) -> None:
        """Write brackets and big operators, whose characters stand in the properties, with what they hold."""
        values = {each.tag[len(_M) :]: each.get(f"{_M}val", "") for each in element.iterfind(f"{_M}{name}Pr/*")}
        inner = [each for each in element if each.tag != f"{_M}{name}Pr"]
        if name == "nary":
            self._parts.append(values.get("chr", "∫"))
            for mark, part in zip(("_", "^"), inner[:2], strict=False):
                self._parts.append(mark if "".join(str(text) for text in part.itertext()).strip() else "")
                self._children(part)
            self._parts.append(" ")
            inner = inner[2:]
        else:
            self._parts.append(values.get("begChr", "("))
        for at, each in enumerate(inner):
            self._parts.append(values.get("sepChr", "|") if at else "")
            self._children(each)
        self._parts.append(values.get("endChr", ")") if name == "d" else "")

    def _two(self, element: etree._Element, form: tuple[str, str, str]) -> None:
        first, mark, second = form
        pieces = []
        for name in (first, second):
            outer, self._parts = self._parts, []
            inner = element.find(f"{_M}{name}")
            if inner is not None:
                self._children(inner)
            text, self._parts = "".join(self._parts), outer
            pieces.append(text if len(text) <= 1 or text.isalnum() else f"({text})")
        if mark == "^" and pieces[1].isdecimal():
            self._parts.append(pieces[0] + pieces[1].translate(SUPERSCRIPT))
        else:
            self._parts.append(mark.join(pieces))

    def _count_graphics(self, element: etree._Element) -> None:
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if name in ("blip", "imagedata"):
            self.pictures += 1
        elif name in ("chart", "relIds"):
            self.graphics += 1


def _equation(code: str) -> str:
    r"""Return what a field EQ prints, which has no result: a character in a ring as \o\ac(○,1), a fraction as \f(1,3).

    "" for all other fields and equations.
    """
    if match := _RING.search(code):
        number = match.group(1)
        return format_number(int(number), "decimalEnclosedCircle") if number.isdecimal() else f"({number})"
    match = _FRACTION.search(code)
    return f"{match.group(1)}/{match.group(2)}" if match else ""


_RING = re.compile(r"^\s*eq\s*\\o\\a?c?\([○◯〇]\s*[,，;；]\s*([^()\s]{1,3})\)", re.IGNORECASE)
_FRACTION = re.compile(r"^\s*eq\s*\\f\(([^(),;]{1,20})[,;]([^(),;]{1,20})\)", re.IGNORECASE)


def _symbol(element: etree._Element) -> str:
    try:
        code = int(element.get(f"{W}char", ""), 16)
    except ValueError:
        return ""
    font = element.get(f"{W}font", "").lower()
    if font in _SYMBOLS and (0xF000 <= code <= 0xF0FF or 0x20 <= code <= 0xFF):
        return _SYMBOLS[font].get(code & 0xFF, chr(code))
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else ""
