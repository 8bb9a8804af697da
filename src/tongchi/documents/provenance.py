"""Who issued a text, and of what rank is it, where no history or signature says so? Title and closing articles may tell.

Each rule was checked on the texts of the corpus that do name their issuer; the count stands beside it. Rejected: whoever
interprets the text (本办法由…负责解释) is its issuer in no more than a third of them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tongchi.documents.model import Level
from tongchi.documents.places import place_of_title

_PASSED_BY = re.compile(r"经([一-龥]{2,12}人民代表大会(?:常务委员会)?)(?:审议)?通过")
_SENTENCE = re.compile(r"[^。\n]+")
_REPEALS = re.compile(r".*(?:同时|即行)[^；]{0,3}废止")
_OF_CONGRESS = re.compile(
    r"(?:人民代表大会(?:常务委员会)?|人大常委会)(?:第[一二三四五六七八九十百]+次会议)[^。；《》]{0,40}(?:通过|修正|修订)的?《"
)
_OF_STATE_COUNCIL = re.compile(r"日国务院(?:令第\d+号)?(?:发布|公布|颁布)的?《")
_NAMESAKE = re.compile(
    r"(?:(?<=日)(?P<issuer>[一-龥、]{2,20}?)(?:令第?\d+号)?(?:发布|公布|颁布))?的?《(?P<title>[^《》]+)》(?:[（(](?P<by>[一-龥]{2,20}?)令第?\d+号[）)])?"
)
_LAW = re.compile(r"法(?:[（(].*[）)])?$")
_REGULATION = re.compile(r"条例(?:[（(].*[）)])?$")
_NOT_OF_STATE = re.compile(r"中国共产党|中国人民解放军|中国共产主义青年团")
_RESERVED_SINCE = "2002-01-01"


class Provenance(NamedTuple):
    """Issuer ("" if not known) and rank (UNKNOWN if not known)."""

    issuer: str = ""
    level: Level = Level.UNKNOWN


def infer_provenance(title: str, closing: str, date: str | None, *, is_national: bool) -> Provenance:
    """Return what the title and the last articles (`closing`) tell; `date` is that of the text.

    - 本条例经…人民代表大会常务委员会通过: that body.
    - Rules that begin with the name of a standing committee, or rules of procedure of a congress, are its own (49 of 49).
    - A text that repeals what a congress or its standing committee passed is a local regulation (226 of 226), though
      either of the two may have passed it.
    - A text that repeals its namesake is of the same issuer (25 of 25 where that still exists under its name); what
      was published by decree is a rule.
    - What repeals a text of the State Council, and is no law, is of the State Council (66 of 66).
    - Since 2002 no other national body may call a text 条例 (行政法规制定程序条例 art. 5; 规章制定程序条例 art. 7; 417 of 418).
    """
    place = place_of_title(title)
    if passed := _PASSED_BY.search(closing):
        return Provenance(passed.group(1), Level.LOCAL_REGULATION)
    own = re.match(rf"{place}人民代表大会(?:常务委员会(?!及)|(?=议事规则|关于))", title) if place else None
    if own:
        return Provenance(own.group(0), Level.LOCAL_REGULATION)
    sentences = (_REPEALS.match(each) for each in _SENTENCE.findall(closing))  # one search over all would be quadratic
    repeals = "\n".join(each[0] for each in sentences if each)
    if place:
        return Provenance(level=Level.LOCAL_REGULATION if _OF_CONGRESS.search(repeals) else Level.UNKNOWN)
    if _OF_STATE_COUNCIL.search(repeals) and "批准" not in repeals and not _LAW.search(title):
        return Provenance("国务院", Level.ADMINISTRATIVE_REGULATION)
    if (
        is_national
        and date
        and date >= _RESERVED_SINCE
        and _REGULATION.search(title)
        and not _NOT_OF_STATE.match(title)
    ):
        return Provenance("国务院", Level.ADMINISTRATIVE_REGULATION)
    return _of_namesake(title, repeals)


def _of_namesake(title: str, repeals: str) -> Provenance:
    if "批准" in repeals:
        return Provenance()
    for match in _NAMESAKE.finditer(repeals):
        issuer = match["by"] or match["issuer"] or ""
        if match["title"] == title and issuer and not issuer.startswith(("原", "中央人民政府")):
            return Provenance(issuer, Level.RULE if match["by"] or "令第" in match[0] else Level.UNKNOWN)
    return Provenance()
