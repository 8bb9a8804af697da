"""Who bears the norm of an English sentence? The noun phrase before shall, must or may.

A leading If/When/Except clause is the condition or exception; what follows that, who or which describes the actor and is
left out. Passive sentences (shall be made) name no actor, except after `by`.
"""

from __future__ import annotations

import re

_LEADING = re.compile(
    r"(?:If|When|Where|Upon|Unless|Except|Notwithstanding|In|For|After|Before|Subject to)\b[^;]*?,\s+", re.I
)
_RELATIVE = re.compile(r",?\s+(?:that|who|which|whose|required|subject to|described|under)\b.*$|,.*$", re.S)
_ARTICLE = re.compile(r"^(?:an?|the|any|each|every|no|such|all)\s+", re.I)
_PASSIVE = re.compile(r"\s+(?:not\s+)?be\s+\w+(?:ed|en|de|nt|ld|wn)\b")
_BY = re.compile(r"\bby\s+(?:an?|the|any)\s+([a-z][a-z ]{2,40}?)(?=[,;.]| to | in | if | within |$)")
_LONGEST = 60


def statute_roles(sentence: str, start: int, end: int) -> tuple[tuple[str, ...], str, str]:
    """Return actors, condition and exception of a sentence whose cue is `sentence[start:end]`."""
    leading = _LEADING.match(sentence, 0, start)
    opening = leading.group().rstrip(", ") if leading else ""
    excepted = opening.lower().startswith(("except", "unless", "notwithstanding"))
    condition, exception = ("", opening) if excepted else (opening, "")
    if _PASSIVE.match(sentence, end):
        by = _BY.search(sentence, end)
        return ((by[1],) if by else ()), condition, exception
    subject = _RELATIVE.sub("", sentence[leading.end() if leading else 0 : start].strip())
    subject = _ARTICLE.sub("", subject).strip()
    if not subject or len(subject) > _LONGEST:
        return (), condition, exception
    return tuple(part for part in re.split(r"\s+(?:or|and)\s+", subject) if part), condition, exception
