"""What is a commitment between regions? Who promises what, to whom, how strongly and by when.

The construct codes are those of the theory that Tongchi runs (motive – path – purpose): what a commitment is evidence for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


class CommitmentKind(StrEnum):
    """What regions promise to do together; `CO_OPERATION` where the clause says no more than that."""

    JOINT_PLANNING = "joint_planning"
    JOINT_STANDARDS = "joint_standards"  # also rules and legislation made together
    MUTUAL_RECOGNITION = "mutual_recognition"  # 互认
    DATA_SHARING = "data_sharing"  # also notice to the other region
    ONE_STOP = "one_stop"  # 通办
    JOINT_ENFORCEMENT = "joint_enforcement"
    JOINT_EMERGENCY = "joint_emergency"  # also 联防联控
    JOINT_BODY = "joint_body"  # also a standing mechanism
    JOINT_FUNDING = "joint_funding"  # also compensation between regions
    TALENT_EXCHANGE = "talent_exchange"
    DISPUTE_HANDLING = "dispute_handling"
    CO_OPERATION = "co_operation"


class Strength(StrEnum):
    """How strongly the clause binds, from the word that governs it."""

    SHALL = "shall"
    MAY = "may"
    ENCOURAGE = "encourage"
    DECLARE = "declare"


class PartyKind(StrEnum):
    """How the text names the other side."""

    COMMUNITY = "community"  # 长三角, 京津冀
    NAMED = "named"  # 四川省
    NEIGHBOUR = "neighbour"  # 毗邻省市
    OTHER = "other"  # 其他省、自治区、直辖市
    CROSSING = "crossing"  # 跨行政区域
    BASIN = "basin"  # 上下游地区


class Reach(StrEnum):
    """Whether the other side lies beyond the text's own territory; `OPEN` where the words allow both."""

    OUTWARD = "outward"
    INWARD = "inward"
    OPEN = "open"


class Construct(StrEnum):
    """The construct of the theory that a commitment is evidence for."""

    WILLINGNESS = "willingness"
    INCENTIVE = "incentive"
    INVOLVEMENT = "involvement"
    STANDARDISATION = "standardisation"
    COORDINATION = "coordination"
    TRUST = "trust"


@dataclass(frozen=True, slots=True)
class Party:
    """The other side: canonical `name` (长三角, 四川省, 毗邻省级地区), and the words with their offsets in `Document.source`."""

    name: str
    kind: PartyKind
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Commitment:
    """One sentence, or one item under its lead-in, by which a region binds itself towards another.

    `source[start:end]` is the sentence; `quote` is the same with the lead-in in front where it is an item. `who` is empty
    where the text names no actor, `deadline` ("" if none) holds the words on time (每五年一次, 及时). `reciprocal` stays None
    until two texts are compared. `action` is the part of the sentence that says what is done.
    """

    eid: str
    article: str
    quote: str
    start: int
    end: int
    parties: tuple[Party, ...]
    kinds: tuple[CommitmentKind, ...]
    strength: Strength
    who: tuple[str, ...]
    action: str
    deadline: str
    reach: Reach
    constructs: tuple[Construct, ...]
    reciprocal: bool | None = None


def commitments_frame(commitments: Iterable[Commitment], document: str = "") -> pl.DataFrame:
    """Return one row per commitment, in order; lists are joined by 、, `document` fills the first column."""
    import polars as pl

    rows = [
        (
            document, c.article, c.eid, c.strength.value, "、".join(kind.value for kind in c.kinds),
            "、".join(dict.fromkeys(party.name for party in c.parties)), "、".join(c.who), c.action, c.deadline,
            c.reach.value, "、".join(each.value for each in c.constructs), c.reciprocal, c.quote, c.start, c.end,
        )
        for c in commitments
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_schema(), orient="row")


def _schema() -> dict[str, type[pl.DataType]]:
    import polars as pl

    text = (
        "document", "article", "eid", "strength", "kinds", "parties", "who", "action", "deadline", "reach", "constructs",
    )  # fmt: skip
    return {
        **dict.fromkeys(text, pl.String),
        "reciprocal": pl.Boolean,
        "quote": pl.String,
        "start": pl.Int64,
        "end": pl.Int64,
    }
