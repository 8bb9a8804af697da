"""How do templates say things in two languages? These tags are built in: no `{% load %}` is needed.

`{% tr "中文" "English" %}`, `{{ choice|lang }}` for "中文 / English", `{{ row|name }}` for a row with `zh` and `en`,
`{{ error|said }}` for a TongchiError, `{{ share|percent }}` for 75%, `{% may "document.upload" as can_upload %}` for what the actor's role permits,
`{% moment row.at %}` for a `<time>`, `{% query page=2 %}` for the current address with a changed parameter,
`{% exports "promises" %}` for the links to a list as a file.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from tongchi.errors import TongchiError
from tongchi.workbench import access
from tongchi.workbench.context import language

register = template.Library()


@register.simple_tag
def tr(zh: str, en: str, **facts: object) -> str:
    """Return the text in the language of the page, its {slots} filled."""
    text = zh if language() == "zh" else en
    return text.format(**facts) if facts else text


@register.filter
def lang(label: object) -> str:
    """Return the half of "中文 / English" in the language of the page, or the whole where there is no such half."""
    zh, bar, en = str(label).partition(" / ")
    return en if bar and language() == "en" else zh


@register.filter
def name(row: Any) -> str:
    """Return `zh` or `en` of a row; the other where one is empty; "" for None."""
    if row is None:
        return ""
    first, second = (row.en, row.zh) if language() == "en" else (row.zh, row.en)
    return str(first or second)


@register.filter
def percent(share: float) -> str:
    """Return a share as whole per cent: 75%."""
    return f"{share:.0%}"


@register.filter
def said(error: TongchiError) -> str:
    """Return the message of an error in the language of the page."""
    return error.message(language())


@register.simple_tag(takes_context=True)
def may(context: template.Context, act: str) -> bool:
    """Return whether the actor's role permits the act."""
    actor = context.get("actor")
    return bool(actor and access.may(actor, act))


@register.simple_tag
def moment(at: datetime | date | None) -> SafeString | str:
    """Return a `<time>`: to the minute for a moment, to the day for a date; a dash for None."""
    if at is None:
        return "—"
    shown = localtime(at).strftime("%Y-%m-%d %H:%M") if isinstance(at, datetime) else at.isoformat()
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), shown)


@register.inclusion_tag("exports.html")
def exports(table: str, pk: int = 0) -> dict[str, object]:
    """Show the ways to take a list away."""
    return {"table": table, "pk": pk, "forms": ("xlsx", "csv")}


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """Return the query string of the current address with some parameters changed; None takes one out."""
    parameters: QueryDict = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None:
            parameters.pop(key, None)
        else:
            parameters[key] = str(value)
    return f"?{parameters.urlencode()}"
