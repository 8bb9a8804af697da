"""What is an article of a Chinese regulation for? By the words with which such articles are drafted."""

from __future__ import annotations

import re
from enum import IntEnum


class ArticleFunction(IntEnum):
    """What an article is for; links join like with like (alignment guideline, §2)."""

    DUTY = 0
    PURPOSE = 1
    SCOPE = 2
    DEFINITION = 3
    PRINCIPLE = 4
    COMPETENCE = 5
    SANCTION = 6
    COMMENCEMENT = 7


_PURPOSE = re.compile(r"^(?:为|为了)[^。]*制定本|根据[^。]*制定本(?:条例|规定|办法|细则|法)")
_COMMENCEMENT = re.compile(r"本(?:条例|规定|办法|细则|法)自[^。]{2,24}起?(?:施行|实施)")
_DEFINITION = re.compile(
    r"所称[^。]{1,60}(?:是指|包括|，指)|下列用语的?(?:含义|含意)|本(?:条例|规定|办法|法)[^。]{0,12}含义"
)
_SCOPE = re.compile(r"适用本(?:条例|规定|办法|细则|法)|(?:应当|必须)?遵守本(?:条例|规定|办法|细则|法)[。；]")
_PENALTY = re.compile(
    r"罚款|给予警告|(?:行政|政务)?处分|追究[^。]{0,8}(?:刑事)?责任|没收|吊销|责令[^。]{0,8}改正|承担[^。]{0,8}(?:赔偿|民事)责任|治安管理处罚"
)
_BREACH = re.compile(
    r"违反|有下列(?:情形|行为)之一|[^，。]的，(?:由|依法|处|责令|给予|按照|没收)|不履行|未按|擅自|拒不"
)
_PRINCIPLE = re.compile(r"(?:坚持|遵循|实行|贯彻)[^。]*(?:原则|方针)")
_COMPETENCE = re.compile(
    r"人民政府[^。]{0,20}(?:应当)?加强[^。]{0,30}领导|部门[^。]{0,40}(?:负责|主管)[^。]{0,40}(?:工作|管理|监督|指导|协调)|按照各自职责|履行下列职责"
)


def find_function(text: str, heading: str) -> ArticleFunction:
    """Say what an article is for, by the first rule that fits."""
    body = text.strip()
    if _PURPOSE.search(body[:400]):
        return ArticleFunction.PURPOSE
    if _COMMENCEMENT.search(body) and len(body) < 240:
        return ArticleFunction.COMMENCEMENT
    if _DEFINITION.search(body[:160]):
        return ArticleFunction.DEFINITION
    if _SCOPE.search(body) and len(body) < 400:
        return ArticleFunction.SCOPE
    if "法律责任" in heading or "罚则" in heading or (_PENALTY.search(body) and _BREACH.search(body)):
        return ArticleFunction.SANCTION
    if _PRINCIPLE.search(body[:200]) and len(body) < 300:
        return ArticleFunction.PRINCIPLE
    if _COMPETENCE.search(body[:260]):
        return ArticleFunction.COMPETENCE
    return ArticleFunction.DUTY
