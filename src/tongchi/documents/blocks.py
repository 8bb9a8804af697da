"""What do the readers of all formats hand on? A sequence of blocks: one printed line or paragraph each.

Readers know files; `law_structure`, `standard_structure` and `statute_structure` know texts. Between them travel only
these blocks, so that the same text gives the same tree whatever format it came from.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class BlockKind(StrEnum):
    """What a reader knows about a block from the file's own markup."""

    TEXT = "text"
    TITLE = "title"  # the document's title, where the format marks it
    HEADING = "heading"  # any marked heading below the title
    TABLE = "table"  # one row per line, cells joined by " | "
    FOOTNOTE = "footnote"


class Block(NamedTuple):
    """One paragraph, heading, table or footnote.

    `text` has its automatic numbering rendered, no line breaks except between table rows, and no leading or trailing
    white space. `place` says where in the file it stands ("line 12", "page 3", "body/p[14]"), for errors.
    """

    text: str
    kind: BlockKind = BlockKind.TEXT
    place: str = ""
