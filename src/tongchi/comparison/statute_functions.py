"""What is a section of an English statute for? By its heading, else by the words with which such sections are drafted."""

from __future__ import annotations

import re

from tongchi.comparison.article_functions import ArticleFunction

_BY_HEADING = (
    (ArticleFunction.DEFINITION, r"definitions?|definition of terms"),
    (ArticleFunction.PURPOSE, r"(?:short )?titles?\b|purposes?\b|findings?\b|(?:legislative )?intent|declaration of policy"),
    (ArticleFunction.COMMENCEMENT, r"effective date|severability|commencement|repeal"),
    (ArticleFunction.SANCTION, r"(?:civil |criminal |administrative |private )?(?:penalt(?:y|ies)|enforcement|violations?|remed(?:y|ies)|action|relief|sanctions?)\b(?! of)"),
    (ArticleFunction.SCOPE, r"(?:.*\b)?(?:applicability|exemptions?|exceptions?|scope|exclusions?)\b"),
    (ArticleFunction.COMPETENCE, r"(?:.*\b)?(?:rules|regulations|rulemaking|administration)$"),
)  # fmt: skip
_HEADINGS = tuple((function, re.compile(words, re.I)) for function, words in _BY_HEADING)
_DEFINITION = re.compile(
    r"(?:as used in|for (?:the )?purposes? of|in) th(?:is|e|ese) [^.;]{0,60}?(?::|,|the terms?\b|unless\b|[“\"'‘])"
    r"|(?:the )?following (?:words|terms|definitions)|(?:words|terms) (?:used )?in",
    re.I,
)
_MEANS = re.compile(r"\b(?:means?|includes?|ha(?:s|ve) the (?:same |following )?meanings?)\b")
_CAPTION = re.compile(r"([A-Z][A-Za-z,; ]{3,60})\.(?:[—–-]+|\s)")  # Timing. An entity shall …
_PURPOSE = re.compile(
    r"(?:the )?(?:legislature|general assembly|state|council)?\s*(?:hereby )?(?:finds?|declares?)\b|it is the (?:intent|purpose|policy)|"
    r"(?:the )?(?:purposes?|intent) of th|.{0,60}\b(?:may be|known and|be) cited as\b|.{0,40}\bshall be known\b",
    re.I,
)
_COMMENCEMENT = re.compile(
    r"(?:this|the) (?:act|section|law|chapter|amendment)[^.]{0,60}?\b(?:takes? effect|(?:be|become|is) (?:in )?(?:effective|force)|takes? effect)"
    r"|if any (?:section|provision|part|clause)[^.]{0,160}(?:invalid|unconstitutional)|.{0,80}\bare severable\b",
    re.I,
)
_SCOPE = re.compile(
    r"(?:this|the provisions of this) [a-z]+ (?:does|do|shall) not apply\b|.{0,80}\b(?:is|are) exempt from this", re.I
)
_PENALTY = re.compile(
    r"\b(?:civil|administrative|criminal) (?:penalt(?:y|ies)|action|fine)|\bfined?\b|\bdamages\b|\bliable\b|\bguilty of\b|\bmisdemeanor\b|"
    r"\binjunct|\bbring an action\b|\bunlawful (?:or deceptive )?practice|\bdeceptive trade practice|\bshall enforce\b|\bprosecute\b",
    re.I,
)  # fmt: skip
_BREACH = re.compile(r"\bviolat|\baggrieved\b|\binjured\b|\bfails? to comply|\benforce\b|\bprosecute\b", re.I)
_COMPETENCE = re.compile(
    r"(?:the )?(?:department|commissioner|director|secretary|attorney general|agency|board|commission)[^.;]{0,60}?"
    r"\b(?:shall|may) (?:administer|adopt|promulgate|issue|make)\b[^.]{0,60}\b(?:rules|regulations|act|chapter)\b",
    re.I,
)


def find_statute_function(text: str, heading: str) -> ArticleFunction:
    """Say what a section or subsection is for, by the first rule that fits; `heading` is its own or its section's."""
    body = " ".join(text.split())
    caption = _CAPTION.match(body)
    for own in (caption.group(1) if caption else "", heading.split("\n")[0]):
        for function, pattern in _HEADINGS:
            if pattern.match(own):
                return function
    if caption:
        body = body[caption.end() :].lstrip()
    opening = body[:300]
    if _DEFINITION.match(opening) and _MEANS.search(body[:600]):
        return ArticleFunction.DEFINITION
    if _PURPOSE.match(opening):
        return ArticleFunction.PURPOSE
    if _COMMENCEMENT.match(opening) and len(body) < 700:
        return ArticleFunction.COMMENCEMENT
    if _SCOPE.match(opening):
        return ArticleFunction.SCOPE
    if _PENALTY.search(body[:800]) and _BREACH.search(opening):
        return ArticleFunction.SANCTION
    return ArticleFunction.COMPETENCE if _COMPETENCE.match(opening) else ArticleFunction.DUTY
