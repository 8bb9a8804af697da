"""What does a provision say? Actor, modality, action, condition, exception, citations, measures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Modality(StrEnum):
    """What kind of norm a sentence states."""

    OBLIGATION = "obligation"
    PROHIBITION = "prohibition"
    PERMISSION = "permission"
    ENCOURAGEMENT = "encouragement"
    DECLARATION = "declaration"
    DEFINITION = "definition"
    SANCTION = "sanction"


class ProvisionType(StrEnum):
    """What a provision of a standard is (GB/T 1.1-2020, annex C)."""

    REQUIREMENT = "requirement"  # 应, 不应: to be met by whoever claims conformity
    INSTRUCTION = "instruction"  # an imperative: an action to be carried out
    RECOMMENDATION = "recommendation"  # 宜, 不宜
    PERMISSION = "permission"  # 可, 不必
    STATEMENT = "statement"  # 能, 不能, 可能; 是, 为 and all else that tells a fact


class MeasureKind(StrEnum):
    """What a quantity measures."""

    MONEY = "money"  # unit 元
    MULTIPLE = "multiple"  # 倍
    SHARE = "share"  # %
    PERIOD = "period"  # 日, 个工作日, 小时, 分钟, 个月, 年
    FREQUENCY = "frequency"  # 次/年, 次/季度 …
    COUNT = "count"  # 人, 次, 个, 名, 户, 家 …
    DISTANCE = "distance"  # 米
    AREA = "area"  # 平方米
    VOLUME = "volume"  # 立方米, 升
    MASS = "mass"  # 吨, 千克
    TEMPERATURE = "temperature"  # 摄氏度
    AGE = "age"  # 周岁
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity in the text.

    A single value has `lo == hi`; an open end is None (以上: `hi is None`, 以下: `lo is None`). `unit` is canonical
    and `lo`/`hi` are converted to it (五千吨 → 5000 吨; 万元 → 元). `start:end` are offsets in the text searched;
    `what` is the noun phrase that the quantity measures, as far as the words before or after it tell, else "".
    """

    kind: MeasureKind
    lo: float | None
    hi: float | None
    lo_inclusive: bool
    hi_inclusive: bool
    unit: str
    text: str
    start: int
    end: int
    what: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference to a provision or an instrument.

    `title` is the cited instrument without 《》, "" for the text itself (本条例); `article`, `paragraph`,
    `subparagraph` are canonical numbers or ""; `eid` is set when the target was found in the same document.
    """

    title: str
    article: str
    paragraph: str
    subparagraph: str
    text: str
    start: int
    end: int
    eid: str = ""


@dataclass(frozen=True, slots=True)
class Provision:
    """One norm: a sentence of a paragraph, or a subparagraph read under its lead-in.

    Offsets are in `Document.source`. `modality_text` is the word that decides the modality; for items it may
    stand in `lead_in`. Empty strings mean that the text does not say. `provision_type` is what the provision is in a
    standard, None in laws, regulations and statutes; `modality` is then its common reading: a requirement or an
    instruction is an obligation, or a prohibition where it denies, a recommendation an encouragement.
    """

    eid: str
    article: str
    text: str
    lead_in: str
    start: int
    end: int
    modality: Modality
    modality_text: str
    actors: tuple[str, ...]
    action: str
    object: str
    condition: str
    exception: str
    citations: tuple[Citation, ...]
    measures: tuple[Measure, ...]
    provision_type: ProvisionType | None = None
