"""How is a phrase put into the page safely, in both languages?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from tongchi.report.words import Words


def both(words: Words) -> str:
    """Return a phrase in both languages; the page shows one of them."""
    if words.zh == words.en:
        return escape(words.zh)
    return f'<span class="zh">{escape(words.zh)}</span><span class="en" lang="en">{escape(words.en)}</span>'


def tag(name: str, content: str, attributes: Mapping[str, str | int | float | None] | None = None) -> str:
    """Return an element around markup; attribute values are escaped, None leaves the attribute out."""
    given = "".join(f' {key}="{escape(str(value))}"' for key, value in (attributes or {}).items() if value is not None)
    return f"<{name}{given}>{content}</{name}>"


def phrase(zh: str, en: str) -> str:
    """Return two phrases written in the code as `both` does."""
    return both(Words(zh, en))


def table(head: Iterable[str], rows: Iterable[Iterable[str]], css: str) -> str:
    """Return a table of markup cells; the first cell of a row is its head."""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body: list[str] = []
    for row in rows:
        first, *rest = row
        body.append(f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>')
    return f'<table class="{css}"><thead><tr>{top}</tr></thead><tbody>{"".join(body)}</tbody></table>'
