"""What does a paragraph inherit from its style in Word: outline level, numbering, the role of title?

A style inherits along w:basedOn (ECMA-376-1, 17.7.4.3); the direct properties of the paragraph win.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from tongchi.documents.blocks import BlockKind
from tongchi.documents.docx_parts import W

_MAX_CHAIN = 20
_BODY_LEVEL = 9  # w:outlineLvl 9 is body text


@dataclass(frozen=True, slots=True)
class _Style:
    base: str
    name: str
    outline: int | None
    number: str | None
    level: int | None


class Styles:
    """The paragraph and numbering styles of a document, by id."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, _Style] = {}
        self._default = ""
        self._chains: dict[str, list[tuple[str, _Style]]] = {}
        self.list_styles: dict[str, str] = {}
        for each in root.iterfind(f"{W}style") if root is not None else ():
            key, kind = each.get(f"{W}styleId", ""), each.get(f"{W}type", "paragraph")
            style = _read_style(each)
            if kind == "numbering":
                self.list_styles[key] = style.number or ""
            elif kind == "paragraph":
                self._styles[key] = style
                if each.get(f"{W}default") in ("1", "true", "on"):
                    self._default = key

    def kind(self, properties: etree._Element | None) -> BlockKind:
        """Return TITLE for the style named Title, HEADING where the outline level is 1–9, else TEXT."""
        outline = _outline(properties)
        for _, style in self._chain(properties):
            if style.name.lower() in ("title", "标题") and outline is None:
                return BlockKind.TITLE
            outline = style.outline if outline is None else outline
        return BlockKind.HEADING if outline is not None and outline < _BODY_LEVEL else BlockKind.TEXT

    def numbering(self, properties: etree._Element | None) -> tuple[str, int | None, str] | None:
        """Return list id, level (None: the one tied to the style) and style id of a numbered paragraph, else None."""
        number, level = _number(properties)
        holder = ""
        for key, style in self._chain(properties):
            if number is not None:
                break
            if style.number is not None:
                number, holder = style.number, key
                level = style.level if level is None else level
        if number in (None, "", "0"):
            return None
        return number or "", 0 if level is None and not holder else level, holder

    def _chain(self, properties: etree._Element | None) -> list[tuple[str, _Style]]:
        named = properties.find(f"{W}pStyle") if properties is not None else None
        key = named.get(f"{W}val", "") if named is not None else self._default
        if key not in self._chains:
            self._chains[key] = self._follow(key)
        return self._chains[key]

    def _follow(self, key: str) -> list[tuple[str, _Style]]:
        found: list[tuple[str, _Style]] = []
        while key in self._styles and len(found) < _MAX_CHAIN:
            found.append((key, self._styles[key]))
            key = self._styles[key].base
        return found


def _read_style(element: etree._Element) -> _Style:
    base, name = element.find(f"{W}basedOn"), element.find(f"{W}name")
    properties = element.find(f"{W}pPr")
    number, level = _number(properties)
    return _Style(
        base="" if base is None else base.get(f"{W}val", ""),
        name="" if name is None else name.get(f"{W}val", ""),
        outline=_outline(properties),
        number=number,
        level=level,
    )


def _outline(properties: etree._Element | None) -> int | None:
    found = properties.find(f"{W}outlineLvl") if properties is not None else None
    return None if found is None else _digit(found.get(f"{W}val", ""), _BODY_LEVEL)


def _number(properties: etree._Element | None) -> tuple[str | None, int | None]:
    found = properties.find(f"{W}numPr") if properties is not None else None
    if found is None:
        return None, None
    number, level = found.find(f"{W}numId"), found.find(f"{W}ilvl")
    return (
        None if number is None else number.get(f"{W}val", ""),
        None if level is None else _digit(level.get(f"{W}val", ""), 0),
    )


def _digit(text: str, default: int) -> int:
    return int(text) if len(text) == 1 and text in "0123456789" else default
