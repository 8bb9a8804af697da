"""Which words of an English statute tell its provisions apart? All but function words; plural and singular are one.

Frequent words of the matter itself need no list: their weight inside the pair is nearly nothing (`similarity`). Function words
do, for in two short texts "from" or "within" may stand in two provisions by chance and then weighs as much as "encrypted".
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from tongchi.comparison.segments import Sheet

_FUNCTION_WORDS = """
    a an and any all are as at be been being but by can could did do does each either every for from had has have he her hers him
    his if in into is it its may might must neither no nor not of on or other our shall she should so some such than that the
    their them then there these they this those to under until upon was we were what when where whether which while who whom
    whose will with within without would you your
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
_TOKEN = re.compile(r"[a-z0-9][a-z0-9$%'’-]*|[^\sa-z0-9]")
_FIRST_IDEOGRAPH = 0x4E00
_IDEOGRAPHS = 0x5200


def word_codes(a: Sheet, b: Sheet) -> NDArray[np.int64]:
    """Give each distinct word the code of one ideograph, so that words are counted as characters are; 0 is a break."""
    known: dict[str, int] = {}
    codes: list[int] = []
    segments = [each for sheet in (a, b) for article in sheet.segments for each in article]
    for at, segment in enumerate(segments):
        if at:
            codes.append(ord("\n"))
        for word in _TOKEN.findall(segment.masked.lower()):
            if not word[0].isalnum():
                codes.append(0)
            elif word not in FUNCTION_WORDS:
                codes.append(_FIRST_IDEOGRAPH + known.setdefault(singular(word), len(known)) % _IDEOGRAPHS)
    return np.array(codes, dtype=np.int64)


def singular(word: str) -> str:
    """Return a word without possessive and plural ending (Harman's S-stemmer, 1991).

    >>> [singular(each) for each in ("agencies", "residents", "person’s", "business", "notice", "status")]
    ['agency', 'resident', 'person', 'business', 'notice', 'status']
    """
    word = re.sub(r"['’]s?$", "", word)
    if len(word) > 4 and word.endswith("ies") and word[-4] not in "ae":
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and word[-2] not in "us":
        return word[:-1]
    return word


def count_words(text: str) -> int:
    """Return how many words and numbers a text has."""
    return len(_WORD.findall(text))


_WORD = re.compile(r"[A-Za-z0-9][\w$%'’.,-]*")


def content_words(text: str) -> frozenset[str]:
    """Return the words of a text without function words, in the singular."""
    words = (word for word in _TOKEN.findall(text.lower()) if word[0].isalnum())
    return frozenset(singular(word) for word in words if word not in FUNCTION_WORDS)
