"""Which lines of a Chinese text stand around its body: number, title, notes on adoption; at the end the signature?

Laws carry the title, then notes on adoption and amendment. Documents of governments carry the number (川府发〔2021〕12号)
or the letterhead, the issuers' names and the title on lines of their own, and end with issuer and date (党政机关公文格式,
GB/T 9704-2012, 7.2–7.3).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tongchi.documents.blocks import Block, BlockKind

_DATE_LINE = re.compile(
    r"[（(]?[\d二〇○零一三四五六七八九]{4}[\s　]*年[\s　]*[\d一二三四五六七八九十]{1,3}[\s　]*月[\s　]*[\d一二三四五六七八九十]{1,3}[\s　]*日[）)]?$"
)
_HISTORY = re.compile(r"通过|修正|修订|公布|批准|发布|施行|令第|\d号")
_UNNUMBERED_HEADING = re.compile(r"(?:总[\s　]*则|序[\s　]*言|前[\s　]*言|引[\s　]*言)$")
_INSTRUMENT = re.compile(
    r"(?:条例|规定|办法|细则|决定|决议|规则|通知|意见|方案|法|章程|规范|标准|制度|公约|命令|解释|纲要|规程|准则|指南|目录|批复|公告)(?:[（(].*[）)])?$"
)
_NUMBER_LINE = re.compile(r"[一-龥]{1,12}[〔\[［（(][\s　]*\d{4}[\s　]*[〕\]］）)][\s　]*(?:第[\s　]*)?\d+[\s　]*号$")
_LETTERHEAD = re.compile(r"[一-龥、\s　]{4,60}文[\s　]*件$")
_OFFICE = re.compile(r"[一-龥]{2,30}(?:人民政府|办公[厅室]|委员会|厅|局|部|署|国务院|中共中央)$")


def leading_lines(blocks: Sequence[Block]) -> int:
    """Return how many lines with letterhead or number stand above the title."""
    count = 0
    while count < min(3, len(blocks) - 1) and blocks[count].kind is not BlockKind.TITLE:
        text = blocks[count].text
        if not (_NUMBER_LINE.match(text) or (_LETTERHEAD.match(text) and not _INSTRUMENT.search(text))):
            break
        count += 1
    return count


def title_length(blocks: Sequence[Block]) -> int:
    """Return how many of the first blocks are the title.

    More than one where the format marks so, where the first breaks off before 条例, 办法 …, and where the names of the
    issuers stand on lines above 关于…的通知.
    """
    if not blocks:
        return 0
    marked = sum(1 for block in blocks[:4] if block.kind is BlockKind.TITLE)
    if marked > 1:
        return marked
    offices = 0
    while offices < min(5, len(blocks) - 1) and _OFFICE.match(blocks[offices].text):
        offices += 1
    if offices and blocks[offices].text.startswith(("关于", "印发", "转发")):
        return offices + title_length(blocks[offices:])
    if len(blocks) > 2 and not _INSTRUMENT.search(blocks[0].text) and len(blocks[0].text) < 40:
        second = blocks[1].text
        if len(second) < 30 and _INSTRUMENT.search(second) and not re.search(r"\d{4}年", second):
            return 2
    return 1


def is_history(text: str) -> bool:
    """Adoption and amendment notes stand between title and body and do not end like a sentence of the body."""
    if text[:1] in "（(" and _HISTORY.search(text):
        return True
    return not _UNNUMBERED_HEADING.match(text) and (text[-1:] not in "。：:；" or bool(_DATE_LINE.match(text)))


def signature_start(blocks: Sequence[Block]) -> int:
    """Return the index of the first line of the signature (issuer, date) at the end, or the number of blocks."""
    count = len(blocks)
    if count < 4 or not _DATE_LINE.match(blocks[-1].text):
        return count
    start = count - 1
    while start > 1 and len(blocks[start - 1].text) < 30 and blocks[start - 1].text[-1:] not in "。；：，":
        if blocks[start - 1].text[:1] in "第（(附":
            break
        start -= 1
    return start
