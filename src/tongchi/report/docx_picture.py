"""How is a picture put into a word-processor file? As a group of drawn shapes, sharp in print and open to the user's hand."""

from __future__ import annotations

from tongchi.errors import Language
from tongchi.report.docx_parts import fonts, safe
from tongchi.report.picture import LOOKS, Box, Ellipse, Line, Picture, Point, Shape, Text, text_width

_EMU = 9525  # English Metric Units in a pixel
_WIDEST = 610.0  # pixels between the margins of A4
_TALLEST = 800.0


def picture_run(picture: Picture, number: int, language: Language) -> str:
    """Return a run that holds the picture, shrunk to the page; `number` tells pictures of one file apart."""
    scale = min(1.0, _WIDEST / picture.width, _TALLEST / picture.height)
    width, height = _emu(picture.width * scale), _emu(picture.height * scale)
    shapes = "".join(
        _shape(each, scale, 1000 * number + at, language) for at, each in enumerate(picture.shapes, start=1)
    )
    title = safe(picture.title.pick(language))
    group = (
        "<wpg:wgp><wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm>"
        f'<a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/><a:chOff x="0" y="0"/><a:chExt cx="{width}" cy="{height}"/>'
        f"</a:xfrm></wpg:grpSpPr>{shapes}</wpg:wgp>"
    )
    uri = "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"
    drawing = (
        f'<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{number}" name="Picture {number}" descr="{title}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{uri}">{group}</a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
    fallback = f"<w:t>[{title}]</w:t>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wpg">{drawing}</mc:Choice>'
        f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def _shape(shape: Shape, scale: float, number: int, language: Language) -> str:
    if isinstance(shape, Text):
        return _text(shape, scale, number, language)
    if isinstance(shape, Line):
        return _line(shape, scale, number)
    if isinstance(shape, Ellipse):
        place = _frame(shape.x - shape.rx, shape.y - shape.ry, 2 * shape.rx, 2 * shape.ry, scale)
        return _solid(place, "ellipse", shape.look, number)
    return _box(shape, scale, number)


def _box(box: Box, scale: float, number: int) -> str:
    return _solid(_frame(box.x, box.y, box.width, box.height, scale), "rect", box.look, number)


def _solid(place: str, form: str, look: str, number: int) -> str:
    geometry = f'<a:prstGeom prst="{form}"><a:avLst/></a:prstGeom>'
    return _wsp(f"{place}{geometry}{_look(look)}", number)


def _wsp(properties: str, number: int, content: str = "", box: str = "") -> str:
    return (
        f'<wps:wsp><wps:cNvPr id="{number}" name="Shape {number}"/><wps:cNvSpPr{box}/>'
        f"<wps:spPr>{properties}</wps:spPr>{content or '<wps:bodyPr/>'}</wps:wsp>"
    )


def _line(line: Line, scale: float, number: int) -> str:
    left, top = min(x for x, _ in line.points), min(y for _, y in line.points)
    width = max(1.0, max(x for x, _ in line.points) - left)
    height = max(1.0, max(y for _, y in line.points) - top)

    def point(at: Point) -> str:
        return f'<a:pt x="{_emu((at[0] - left) * scale)}" y="{_emu((at[1] - top) * scale)}"/>'

    first, *rest = line.points
    moves = [f"<a:moveTo>{point(first)}</a:moveTo>"]
    if line.curved:
        for at in range(0, len(rest), 3):
            moves.append(f"<a:cubicBezTo>{''.join(map(point, rest[at : at + 3]))}</a:cubicBezTo>")
    else:
        moves += [f"<a:lnTo>{point(each)}</a:lnTo>" for each in rest]
    fill = "norm" if LOOKS[line.look].fill else "none"
    if fill == "norm":
        moves.append("<a:close/>")
    path = f'<a:path w="{_emu(width * scale)}" h="{_emu(height * scale)}" fill="{fill}">{"".join(moves)}</a:path>'
    geometry = (
        '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
        f"<a:pathLst>{path}</a:pathLst></a:custGeom>"
    )
    return _wsp(f"{_frame(left, top, width, height, scale)}{geometry}{_look(line.look, line.head)}", number)


def _text(text: Text, scale: float, number: int, language: Language) -> str:
    shown = text.words.pick(language)
    if not shown:
        return ""
    size = text.size * scale
    width, height = text_width(shown, text.size) * 1.12 + 6, text.size * 1.5
    left = text.x - {"start": 0.0, "middle": width / 2, "end": width}[text.anchor]
    place = _frame(left, text.y - 1.12 * text.size, width, height, scale)
    align = {"start": "left", "middle": "center", "end": "right"}[text.anchor]
    look = f'{fonts("黑体")}{"<w:b/>" if text.bold else ""}<w:color w:val="{text.colour[1:]}"/><w:sz w:val="{max(10, round(size * 1.5))}"/>'
    paragraph = (
        f'<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="{align}"/></w:pPr>'
        f"<w:r><w:rPr>{look}</w:rPr><w:t>{safe(shown)}</w:t></w:r></w:p>"
    )
    content = (
        f"<wps:txbx><w:txbxContent>{paragraph}</w:txbxContent></wps:txbx>"
        '<wps:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"><a:noAutofit/></wps:bodyPr>'
    )
    geometry = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln>'
    return _wsp(place + geometry, number, content, ' txBox="1"')


def _frame(left: float, top: float, width: float, height: float, scale: float) -> str:
    return (
        f'<a:xfrm><a:off x="{_emu(left * scale)}" y="{_emu(top * scale)}"/>'
        f'<a:ext cx="{_emu(width * scale)}" cy="{_emu(height * scale)}"/></a:xfrm>'
    )


def _look(name: str, head: str = "none") -> str:
    look = LOOKS[name]
    fill = f'<a:solidFill><a:srgbClr val="{look.fill[1:]}"/></a:solidFill>' if look.fill else "<a:noFill/>"
    if not look.stroke:
        return f"{fill}<a:ln><a:noFill/></a:ln>"
    dash = f'<a:prstDash val="{"sysDot" if look.dash[0] < 3 else "dash"}"/>' if look.dash else ""
    ends = "" if head == "none" else '<a:tailEnd type="triangle"/>'
    begins = '<a:headEnd type="triangle"/>' if head == "both" else ""
    return (
        f'{fill}<a:ln w="{round(look.width * _EMU)}"><a:solidFill><a:srgbClr val="{look.stroke[1:]}"/></a:solidFill>'
        f"{dash}{begins}{ends}</a:ln>"
    )


def _emu(pixels: float) -> int:
    return round(pixels * _EMU)
