"""What does a web page say? Its block elements become blocks, with the numbers that a browser would print.

Left out by rule, since they are not the page's text: scripts, styles, navigation, footers, form controls, embedded
frames, phonetic guides (rt, rp), and the running heads and feet that LibreOffice writes as div title="header". A link in raised type to a note inside the page moves that note behind the paragraph
that refers to it. Source: HTML Living Standard, 15.3 (rendering), and CSS Text 3, 4.1.1 (a line break in the source
between two Chinese characters prints nothing; LibreOffice alone breaks lines only where a space was).
"""

from __future__ import annotations

import re

from lxml import etree
from lxml import html as lxml_html

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.docx_numbering import format_number
from tongchi.documents.docx_run import SUPERSCRIPT
from tongchi.documents.joining import join_lines
from tongchi.errors import DamagedFileError, UnsafeFileError
from tongchi.text.encoding import clean_text

MAX_MARKS = 250_000  # tags and attributes; 10,000 paragraphs as Word exports them have 100,000
MAX_DEPTH = 200

_DROPPED = frozenset(
    (
        "script", "style", "nav", "footer", "aside", "template", "noscript", "iframe", "embed", "svg", "canvas", "audio",
        "video", "head", "select", "option", "button", "input", "textarea", "rt", "rp", "map", "area",
    )
)  # fmt: skip
_BLOCKS = frozenset(
    (
        "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "form", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu",
        "ol", "p", "pre", "section", "summary", "ul", "h1", "h2", "h3", "h4", "h5", "h6", "table",
    )
)  # fmt: skip
_GRID = ("thead", "tbody", "tfoot", "tr")
_HEADINGS = {f"h{level}": BlockKind.HEADING for level in range(2, 7)} | {"h1": BlockKind.TITLE}
_LIST_FORMATS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_STYLE_FORMATS = {
    "lower-alpha": "lowerLetter", "lower-latin": "lowerLetter", "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter", "lower-roman": "lowerRoman", "upper-roman": "upperRoman",
    "cjk-ideographic": "chineseCounting", "simp-chinese-informal": "chineseCounting",
    "trad-chinese-informal": "chineseCounting", "cjk-decimal": "ideographDigital", "none": "",
}  # fmt: skip
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([a-z-]+)")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BREAK_IN_CHINESE = re.compile(r"(?<=[\u2e80-\uffe6])[ \t]*[\r\n][ \t\r\n]*(?=[\u2e80-\uffe6])")
_BACK_LINK = re.compile(r"^[\s\[(（]*(?:[↩↑^]|返回)[\s\])）\ufe0e]*$")
_NOTE_MARK = re.compile(r"[\s\[(（〔【]*(?:注?\s*[\d*†‡※①-⑳]{1,4}|[a-z]|注)[\s\])）〕】]*$")
_BREAKS_AT_SPACES = re.compile(r"LibreOffice|OpenOffice")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BREAK = "\ue000"  # a <br>, until white space is collapsed; private use, removed from the page before


def read_html(text: str, *, file: str = "") -> list[Block]:
    """Return the blocks of a decoded page.

    Raises `UnsafeFileError` for too many or too deeply nested tags, `DamagedFileError` where no tree can be built.
    """
    if text.count("<") + text.count("=") > MAX_MARKS:
        raise _unsafe("标签与属性过多 / tags and attributes", f"{MAX_MARKS:,}", file)
    data = _DECLARATION.sub("", text.replace(_BREAK, "")).encode("utf-8")
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        message = str(error)[:120]
        raise DamagedFileError(file=file, found=message, expected="HTML", advice="") from None
    if root is None:
        return []
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise _unsafe("嵌套过深 / nested too deeply", str(MAX_DEPTH), file)
    walker = _Walker(root, file)
    walker.element(root, 0)
    walker.flush()
    walker.add_unreferred_notes()
    return walker.blocks


class _Walker:
    def __init__(self, root: etree._Element, file: str) -> None:
        self.file = file
        self.blocks: list[Block] = []
        self.parts: list[str] = []
        self.notes: list[etree._Element] = []
        self.kind = BlockKind.TEXT
        self.place = ""
        self.targets = _note_targets(root)
        self.is_note = frozenset(self.targets.values())
        self.labels: dict[etree._Element, str] = {}
        self.is_pre = False
        self.breaks_at_spaces = any(
            each.get("name", "").lower() == "generator" and _BREAKS_AT_SPACES.match(each.get("content", ""))
            for each in root.iter("meta")
        )

    def flush(self) -> None:
        """Close the block that is open; a <br> inside begins a new one, except in a heading."""
        raw, self.parts = "".join(self.parts), []
        lines = [_collapse(line, self.breaks_at_spaces) for line in (raw.split("\n") if self.is_pre else [raw])]
        pieces = [clean_text(piece) for line in lines for piece in line.split(_BREAK)]
        found = [each.strip() for piece in pieces for each in piece.split("\n") if each.strip()]
        if self.kind is not BlockKind.TEXT and found:
            found = [join_lines(found)]
        self.blocks.extend(Block(each, self.kind, self.place) for each in found)
        notes, self.notes = self.notes, []
        for each in notes:
            self._note(each)

    def add_unreferred_notes(self) -> None:
        """Add the notes whose marks stand in a part that was left out."""
        for each in dict.fromkeys(self.targets.values()):
            self._note(each)

    def element(self, element: etree._Element, depth: int) -> None:
        """Read an element; its tail belongs to the parent."""
        if depth > MAX_DEPTH:
            raise _unsafe("嵌套过深 / nested too deeply", str(MAX_DEPTH), self.file)
        tag = element.tag
        if not isinstance(tag, str) or tag in _DROPPED or element in self.is_note:
            return
        if tag == "div" and self.breaks_at_spaces and element.get("title") in ("header", "footer"):
            return
        if tag == "br":
            self.parts.append(_BREAK)
        elif tag == "table":
            self.flush()
            self._table(element, depth)
        elif tag in _BLOCKS:
            self._block(element, tag, depth)
        elif tag in ("sup", "a"):
            self._raised(element, depth)
        else:
            self._inside(element, depth)

    def _block(self, element: etree._Element, tag: str, depth: int) -> None:
        self.flush()
        outer = self.kind, self.place, self.is_pre
        self.kind = _HEADINGS.get(tag, self.kind)
        self.place, self.is_pre = f"line {element.sourceline}", self.is_pre or tag == "pre"
        if tag == "ol":
            self.labels.update(_list_labels(element))
        elif tag == "li":
            self.parts.append(self.labels.pop(element, ""))
        self._inside(element, depth)
        self.flush()
        self.kind, self.place, self.is_pre = outer

    def _inside(self, element: etree._Element, depth: int) -> None:
        if element.text:
            self.parts.append(element.text)
        for child in element:
            self.element(child, depth + 1)
            if child.tail:
                self.parts.append(child.tail)

    def _raised(self, element: etree._Element, depth: int) -> None:
        """A note mark goes, and its note follows the block; a raised number becomes raised characters (m²)."""
        target = self.targets.get(_note_key(element))
        text = (element.text or "").strip() if len(element) == 0 else ""
        if target is not None and target not in self.notes:
            self.notes.append(target)
        if target is not None and _NOTE_MARK.match("".join(str(each) for each in element.itertext())):
            return
        if element.tag == "sup" and text.isascii() and text.lstrip("+-").isdecimal():
            self.parts.append(text.translate(SUPERSCRIPT))
        else:
            self._inside(element, depth)

    def _note(self, element: etree._Element) -> None:
        """Add a note once, without the link that leads back to its mark."""
        keys = [key for key, each in self.targets.items() if each is element]
        for key in keys:
            del self.targets[key]
        pieces = [element.text or ""]
        for each in element.iterdescendants():
            is_back_link = each.tag == "a" and _BACK_LINK.match(each.text or "") is not None
            pieces += ["" if is_back_link or not isinstance(each.tag, str) else each.text or "", each.tail or ""]
        text = clean_text(_collapse("".join(pieces))).strip()
        if text and keys:
            self.blocks.append(Block(text, BlockKind.FOOTNOTE, f"line {element.sourceline}"))

    def _table(self, element: etree._Element, depth: int) -> None:
        """One block per table, one line per row. A table with one column, or with tables inside, is only layout."""
        cells = _rows(element)
        self._strays(element, depth)
        self.flush()
        is_layout = all(len(row) <= 1 for row in cells) or next(element.iterdescendants("table"), None) is not None
        place = f"line {element.sourceline}"
        for caption in element.iterchildren("caption"):
            self._block(caption, "caption", depth + 1)
        if is_layout:
            for row in cells:
                for cell in row:
                    self._block(cell, "div", depth + 2)
            return
        lines = [" | ".join(self._cell(cell, depth + 2) for cell in row) for row in cells]
        text = "\n".join(line for line in lines if line.strip(" |"))
        if text:
            self.blocks.append(Block(text, BlockKind.TABLE, place))

    def _strays(self, container: etree._Element, depth: int) -> None:
        """Read what stands in a table outside its cells, where a browser would move it in front of the table."""
        self.parts.append(container.text or "")
        for child in container:
            if child.tag in _GRID:
                self._strays(child, depth + 1)
            elif child.tag not in ("td", "th", "caption", "colgroup", "col"):
                self.element(child, depth + 1)
            self.parts.append(child.tail or "")

    def _cell(self, element: etree._Element, depth: int) -> str:
        outer, self.blocks = self.blocks, []
        self._block(element, "div", depth)
        inner, self.blocks = self.blocks, outer
        return " ".join(block.text.replace("\n", " ") for block in inner)


def _rows(container: etree._Element) -> list[list[etree._Element]]:
    """Return the cells of a table by rows; cells outside any row make one of their own."""
    rows: list[list[etree._Element]] = [[]]
    for child in container:
        if child.tag in ("td", "th"):
            rows[-1].append(child)
        elif child.tag in _GRID:
            rows += [*_rows(child), []]
    return [row for row in rows if row]


def _note_targets(root: etree._Element) -> dict[str, etree._Element]:
    """Return id → element for the notes that marks in raised type link to: list items, paragraphs, boxes."""
    wanted = {_note_key(element) for element in root.iter("sup", "a")} - {""}
    found: dict[str, etree._Element] = {}
    for element in root.iter("li", "p", "div", "dd", "aside") if wanted else ():
        key = element.get("id", "")
        if key in wanted and key not in found and next(element.iterdescendants("sup"), None) is None:
            found[key] = element
    return found


def _note_key(element: etree._Element) -> str:
    """Return the id that a note mark links to: a link in raised type or raised type in a link; "" for others."""
    first = element[0] if len(element) else None
    if first is None or first.tag not in ("sup", "a") or first.tag == element.tag:
        return ""
    address = (first if first.tag == "a" else element).get("href", "")
    return address[1:] if address.startswith("#") else ""


def _list_labels(element: etree._Element) -> dict[etree._Element, str]:
    """Return for the items of an ordered list the numbers that a browser prints before them."""
    number, labels = _integer(element.get("start", "")), {}
    number = 1 if number is None else number
    for item in element.iterchildren("li"):
        value = _integer(item.get("value", ""))
        number = number if value is None else value
        style = _LIST_STYLE.search(f"{item.get('style', '')};{element.get('style', '')}"[:1000])
        format_ = _LIST_FORMATS.get(item.get("type", element.get("type", "1")), "decimal")
        if style and style.group(1) in _STYLE_FORMATS:
            format_ = _STYLE_FORMATS[style.group(1)]
        mark = "、" if format_ in ("chineseCounting", "ideographDigital") else ". "
        labels[item] = format_number(number, format_) + mark if format_ else ""
        number += 1
    return labels


def _integer(text: str) -> int | None:
    text = text.strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else None


def _collapse(text: str, breaks_at_spaces: bool = False) -> str:
    """White space as a browser prints it; only ASCII white space collapses, U+3000 and no-break spaces stay."""
    return _SPACES.sub(" ", text if breaks_at_spaces else _BREAK_IN_CHINESE.sub("", text)).strip(" ")


def _unsafe(found: str, limit: str, file: str) -> UnsafeFileError:
    advice = "请另存为较简单的网页或文本后再试。 / Save it as a simpler page or as text and retry."
    return UnsafeFileError(file=file, found=found, expected=limit, advice=advice)
