"""Which lines of a Markdown text are title, heading or plain text?

The layout is that of published collections of laws: `# title`, history, `<!-- INFO END -->`, `## 第一章 …`, one line
per paragraph. Marks, HTML comments and blank lines are not text. A corpus has hundreds of thousands of lines, so marks
other than headings are looked for only in files that contain their characters at all.
"""

from __future__ import annotations

import re

from tongchi.documents.blocks import Block, BlockKind

_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_QUOTE_OR_BULLET = re.compile(r"(?:>[ \t]?|[-*+][ \t]+)+")
_TABLE_RULE = frozenset(" \t:|-")


def read_markdown(text: str) -> list[Block]:
    """Return the blocks of a decoded Markdown text, see `split_markdown`; rows of `|` tables join to one block."""
    lines, marks = split_markdown(text)
    if "|" in text and any(line.startswith("|") for line in lines):
        return _with_tables(lines, marks)
    blocks = list(map(Block, lines))
    for index, kind in marks.items():
        blocks[index] = Block(lines[index], kind)
    return blocks


def split_markdown(text: str) -> tuple[list[str], dict[int, BlockKind]]:
    """Return the lines that hold text, without marks and outer white space, and the kind of the marked ones.

    `# ` marks the title, more signs a heading; a heading without words is dropped. List bullets are dropped, too:
    they number nothing.
    """
    if "<!--" in text:
        text = _without_comments(text)
    if "**" in text or "\\" in text or "](" in text or "\n- " in text or "\n>" in text:
        text = _without_inline_marks(text)
    lines = [stripped for line in text.split("\n") if (stripped := line.strip())]
    marks: dict[int, BlockKind] = {}
    marked = [index for index, line in enumerate(lines) if line[0] == "#"]
    for index in marked:
        line = lines[index]
        words = line.lstrip("#")
        level = len(line) - len(words)
        if level <= 6 and words[:1] in ("", " ", "\u3000"):
            marks[index] = BlockKind.TITLE if level == 1 else BlockKind.HEADING
            lines[index] = words.strip(" \u3000#")
    if any(not lines[index] for index in marks):
        return _without_empty(lines, marks)
    return lines, marks


def _without_empty(lines: list[str], marks: dict[int, BlockKind]) -> tuple[list[str], dict[int, BlockKind]]:
    kept = [index for index, line in enumerate(lines) if line]
    kinds = {new: marks[old] for new, old in enumerate(kept) if old in marks}
    return [lines[index] for index in kept], kinds


def _without_comments(text: str) -> str:
    """Cut out HTML comments; one that is never closed is text."""
    parts, position = [], 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        parts.append(text[position:start])
        position = end + 3
    parts.append(text[position:])
    return "".join(parts)


def _without_inline_marks(text: str) -> str:
    lines = text.split("\n")
    for index, line in enumerate(lines):
        bullet = _QUOTE_OR_BULLET.match(line)
        if bullet:
            line = line[bullet.end() :]
        if "](" in line:
            line = _LINK.sub(r"\1", line)
        if line.count("**") % 2 == 0:
            line = line.replace("**", "")
        lines[index] = _ESCAPE.sub(r"\1", line) if "\\" in line else line
    return "\n".join(lines)


def _with_tables(lines: list[str], marks: dict[int, BlockKind]) -> list[Block]:
    blocks: list[Block] = []
    rows: list[str] = []
    for index, line in enumerate(lines):
        if line.startswith("|") and index not in marks:
            if not _TABLE_RULE.issuperset(line):
                rows.append(" | ".join(cell.strip() for cell in line.strip("|").split("|")))
            continue
        if rows:
            blocks.append(Block("\n".join(rows), BlockKind.TABLE))
            rows = []
        blocks.append(Block(line, marks.get(index, BlockKind.TEXT)))
    if rows:
        blocks.append(Block("\n".join(rows), BlockKind.TABLE))
    return blocks
