"""What do all pages share? One file that needs no network, in Chinese and English, on screen or paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from importlib import resources
from typing import NamedTuple

from tongchi.errors import Language
from tongchi.report.markup import both, phrase
from tongchi.report.words import Words


class Look(NamedTuple):
    """Files of `assets` that a page holds besides those that all have."""

    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


def page_html(
    title: Words, body: Iterable[str], contents: Sequence[tuple[str, Words]], *, look: Look, language: Language
) -> str:
    """Return a page: `contents` names its parts by id, `language` is the one shown first."""
    links = "".join(f'<a href="#{name}">{both(words)}</a>' for name, words in contents)
    sections = "\n".join(body)
    styles = "".join(map(_asset, ("report.css", *look.styles)))
    scripts = "".join(map(_asset, ("page.js", *look.scripts)))
    return f"""<!DOCTYPE html>
<html lang="{"zh-Hans" if language == "zh" else "en"}" data-lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Tongchi">
<title>{escape(title.pick(language))}</title>
<style>
{styles}</style>
</head>
<body>
<header>
<p class="brand">同尺 Tongchi</p>
<h1>{both(title)}</h1>
<div class="lang" role="group" aria-label="语言 Language"><button type="button" data-set="zh" lang="zh-Hans">中文</button><button type="button" data-set="en" lang="en">English</button></div>
<nav>{links}</nav>
</header>
<main>
{sections}
</main>
<footer>{phrase("由 Tongchi 生成。同样的输入得到同样的页面。", "Made by Tongchi. The same input gives the same page.")}</footer>
<script>
{scripts}</script>
</body>
</html>
"""


@cache
def _asset(name: str) -> str:
    return (resources.files("tongchi.report") / "assets" / name).read_text(encoding="utf-8")


def section(name: str, title: Words, body: str, *, note: str = "") -> str:
    """Return a part of the page under its heading; `note` is markup that stands beside it."""
    return f'<section id="{name}"><h2>{both(title)}{note}</h2>\n{body}\n</section>'


def bullets(items: Iterable[Words]) -> str:
    """Return a list of sentences."""
    return f"<ul>{''.join(f'<li>{both(each)}</li>' for each in items)}</ul>"


def headline(sentences: Sequence[Words]) -> str:
    """Return the sentences that sum a result up, the first of them large."""
    first, *rest = [both(each) for each in sentences]
    tail = "".join(f"<li>{each}</li>" for each in rest)
    return f'<p class="lead">{first}</p><ul class="sum">{tail}</ul>'


def select(name: str, label: Words, options: Iterable[tuple[str, Words]], *, every: bool = True) -> str:
    """Return a field to choose from; `every` puts "all" before the options."""
    first = '<option value="" data-zh="全部" data-en="all">全部</option>' if every else ""
    rest = "".join(
        f'<option value="{escape(value)}" data-zh="{escape(words.zh)}" data-en="{escape(words.en)}">{escape(words.zh)}</option>'
        for value, words in options
    )
    return f'<label>{both(label)} <select name="{name}">{first}{rest}</select></label>'


def search_field() -> str:
    """Return a field to search in."""
    return f'<label>{phrase("搜索", "Search")} <input type="search" name="text" size="12"></label>'


def reset_button() -> str:
    """Return what clears the fields."""
    return f'<button type="reset">{phrase("清除", "Clear")}</button>'
