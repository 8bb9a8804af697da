"""Is a clause from a law or regulation, or from a policy paper? The two are drafted, and restrict, in different ways.

A regulation is titled as the Legislation Law has it (条例, 规定, 办法 of a named place; 法). Notices, scoring rules, tender
documents, minutes, plans are policy papers. What is not known counts as one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tongchi.barriers.model import Clause
from tongchi.barriers.reading import is_national, is_place

_INSTRUMENT = re.compile(r"(?:条例|法|规定|决定|章程|办法|细则|规则|决议)(?:（[^）]*）)?$")
_NAMED = re.compile(r"^(?:中华人民共和国|国务院|全国|[一-龥]{2,12}?(?:省|市|县|区|州|自治县|自治区|旗|特区))")


def is_policy_paper(clause: Clause) -> bool:
    """Whether the text is none of the state and its title not that of a regulation of a named place."""
    return _is_policy_paper(clause.title, clause.jurisdiction)


@lru_cache(maxsize=4096)
def _is_policy_paper(title: str, jurisdiction: str) -> bool:
    if is_national(title, jurisdiction):
        return False
    if not _INSTRUMENT.search(title):
        return True
    return not (_NAMED.search(title) or is_place(jurisdiction))
