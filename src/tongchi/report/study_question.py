"""What is one of the four questions, and its answer? A sentence, a small picture, and below it the tables that bear it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tongchi.report.study_names import StudyNames
from tongchi.report.study_words import Numbers, Said, StudyBlock
from tongchi.report.survey_content import Figure, Missing
from tongchi.report.words import Words
from tongchi.study.result import StudyResult
from tongchi.study.tables import StudyTable


@dataclass(frozen=True)
class Material:
    """What answers are made of: the result, its tables, its figures, and names."""

    result: StudyResult
    tables: Mapping[str, StudyTable]
    numbers: Numbers
    names: StudyNames

    def rows(self, table: str) -> list[dict[str, object]]:
        """Return the rows of a table, none where the study has no such table."""
        return list(self.tables[table].frame.iter_rows(named=True)) if table in self.tables else []


@dataclass(frozen=True)
class Question:
    """A question with its answer: `said` and `pictures` for the first page, and the rest in a part of its own.

    `pictures` are small ones for the first page; `beside` are two blocks that are read against each other; `missing` says what could not be answered, and why.
    """

    name: str
    title: Words
    said: tuple[Said, ...]
    pictures: tuple[Figure, ...] = ()
    more: tuple[Said, ...] = ()
    beside: tuple[StudyBlock, ...] = ()
    blocks: tuple[StudyBlock, ...] = ()
    missing: tuple[Missing, ...] = field(default=())
