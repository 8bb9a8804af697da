"""Which parts does a word-processor file have besides its text? Styles, settings, header, footer and how they hang together.

ECMA-376 (Office Open XML), as little of it as Word, WPS and LibreOffice need. Chinese is set in 仿宋 with headings in 黑体,
Latin letters in Times New Roman, after the manner of official papers (GB/T 9704).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
        "wpg": "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    }.items()
)
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FONTS = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="{east}"/>'


def safe(text: str) -> str:
    """Return text as XML can hold it, without control characters."""
    return escape(_CONTROL.sub("", text), quote=True)


def fonts(east: str) -> str:
    """Return the run property that sets Chinese letters in `east`."""
    return _FONTS.format(east=east)


def package(body: str, *, title: str, mark: str, language: str) -> Mapping[str, str]:
    """Return every part of a file by name; `body` is the content of the document, `mark` stands in red on every page."""
    root = f'{NAMESPACES} mc:Ignorable="w14"'
    return {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "word/document.xml")})
        .replace("</Relationships>", _core_relation() + "</Relationships>"),
        "docProps/core.xml": _core(title),
        "word/document.xml": f"{_DECLARATION}<w:document {root}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations(
            {
                "rId1": ("styles", "styles.xml"),
                "rId2": ("settings", "settings.xml"),
                "rId3": ("header", "header1.xml"),
                "rId4": ("footer", "footer1.xml"),
                "rId5": ("numbering", "numbering.xml"),
            }
        ),
        "word/styles.xml": _styles(language),
        "word/settings.xml": f'{_DECLARATION}<w:settings {NAMESPACES}><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>',
        "word/numbering.xml": _numbering(),
        "word/header1.xml": f'{_DECLARATION}<w:hdr {root}>{_header(title, mark)}</w:hdr>',
        "word/footer1.xml": f'{_DECLARATION}<w:ftr {root}>{_footer()}</w:ftr>',
    }  # fmt: skip


def section_properties() -> str:
    """Return page size (A4), margins, header and footer."""
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId3"/><w:footerReference w:type="default" r:id="rId4"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1247" w:bottom="1304" w:left="1247" '
        'w:header="680" w:footer="624" w:gutter="0"/></w:sectPr>'
    )


def _content_types() -> str:
    kinds = {
        "document": "document.main",
        "styles": "styles",
        "settings": "settings",
        "numbering": "numbering",
        "header1": "header",
        "footer1": "footer",
    }
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}{kind}+xml"/>' for name, kind in kinds.items()
    )
    return (
        f'{_DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{overrides}</Types>"
    )


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="{name}" Type="{_RELATION}{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_DECLARATION}<Relationships xmlns="{space}">{rows}</Relationships>'


def _core_relation() -> str:
    kind = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    return f'<Relationship Id="rId2" Type="{kind}" Target="docProps/core.xml"/>'


def _core(title: str) -> str:
    return (
        f'{_DECLARATION}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>'
        f"{safe(title)}</dc:title><dc:creator>Tongchi</dc:creator></cp:coreProperties>"
    )


def _style(name: str, label: str, look: str, *, paragraph: str = "", based: bool = True, follow: str = "") -> str:
    after = f'<w:next w:val="{follow}"/>' if follow else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"{"" if based else " w:default=" + chr(34) + "1" + chr(34)}>'
        f'<w:name w:val="{label}"/>{"<w:basedOn w:val=" + chr(34) + "Normal" + chr(34) + "/>" if based else ""}{after}'
        f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{look}</w:rPr></w:style>"
    )


def _styles(language: str) -> str:
    body, head = fonts("仿宋"), fonts("黑体")
    indent = '<w:ind w:firstLineChars="200" w:firstLine="440"/>' if language == "zh" else ""
    parts = [
        _style("Normal", "Normal", f'{body}<w:sz w:val="22"/>', paragraph=_spacing(60, 60, 300), based=False),
        _style("Body", "Body Text", "", paragraph=f'{_spacing(60, 60, 320)}{indent}<w:jc w:val="both"/>'),
        _style("Title", "Title", f'{head}<w:b/><w:sz w:val="34"/>', paragraph=f'{_spacing(0, 160, 420)}<w:jc w:val="center"/>', follow="Body"),
        _style("Subtitle", "Subtitle", '<w:sz w:val="24"/>', paragraph=f'{_spacing(40, 40, 340)}<w:jc w:val="center"/>', follow="Body"),
        _style("Lead", "Lead", '<w:b/><w:sz w:val="25"/>', paragraph=_spacing(80, 120, 350)),
        _style("Caption", "caption", f'{head}<w:sz w:val="20"/>', paragraph=f'<w:keepNext/>{_spacing(180, 60, 280)}<w:jc w:val="center"/>'),
        _style("Note", "Note", '<w:sz w:val="18"/>', paragraph=_spacing(40, 140, 240)),
        _style("Cell", "Cell", '<w:sz w:val="18"/>', paragraph=_spacing(20, 20, 240)),
        _style("CellSmall", "Small Cell", '<w:sz w:val="15"/>', paragraph=_spacing(20, 20, 200)),
        _style("Bullet", "List Bullet", "", paragraph='<w:numPr><w:numId w:val="1"/></w:numPr>' + _spacing(30, 30, 300)),
        _style("Header", "header", '<w:sz w:val="17"/>', paragraph=f'{_spacing(0, 0, 240)}<w:jc w:val="center"/>'),
        _style("Footer", "footer", '<w:sz w:val="18"/>', paragraph=f'{_spacing(0, 0, 240)}<w:jc w:val="center"/>'),
        *(
            _style(f"Heading{level}", f"heading {level}", f'{head}<w:b/><w:sz w:val="{size}"/>',
                   paragraph=f'<w:keepNext/><w:keepLines/>{_spacing(280 - 60 * level, 100, 340)}<w:outlineLvl w:val="{level - 1}"/>', follow="Body")
            for level, size in ((1, 28), (2, 24), (3, 22))
        ),
        *(_style(f"TOC{level}", f"toc {level}", "", paragraph=f'{_spacing(10, 10, 280)}<w:ind w:left="{240 * (level - 1)}"/>') for level in (1, 2)),
    ]  # fmt: skip
    tongue = '<w:lang w:val="en-US" w:eastAsia="zh-CN"/>'  # zh-CN on Latin letters would break words anywhere
    defaults = f"<w:docDefaults><w:rPrDefault><w:rPr>{body}{tongue}</w:rPr></w:rPrDefault></w:docDefaults>"
    return f"{_DECLARATION}<w:styles {NAMESPACES}>{defaults}{''.join(parts)}</w:styles>"


def _spacing(before: int, after: int, line: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="atLeast"/>'


def _numbering() -> str:
    level = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="420" w:hanging="300"/></w:pPr></w:lvl>'
    )
    return (
        f'{_DECLARATION}<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def _header(title: str, mark: str) -> str:
    red = f'<w:r><w:rPr><w:b/><w:color w:val="9C3A22"/></w:rPr><w:t xml:space="preserve">{safe(mark)}　</w:t></w:r>'
    return (
        f'<w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{red if mark else ""}<w:r><w:t>{safe(title)}</w:t></w:r></w:p>'
    )


def _footer() -> str:
    parts = (field("PAGE"), '<w:r><w:t xml:space="preserve"> / </w:t></w:r>', field("NUMPAGES"))
    return f'<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{"".join(parts)}</w:p>'


def field(instruction: str, shown: str = "1") -> str:
    """Return a field whose value the word processor works out."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {safe(instruction)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:t>{safe(shown)}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
