"""How are the parts of a study put on paper? Numbered headings, sentences with references, tables and pictures numbered through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tongchi.errors import Language
from tongchi.report.docx_blocks import BlockWriter
from tongchi.report.docx_document import Document, Run
from tongchi.report.study_paper_sources import References
from tongchi.report.study_words import Saying, StudyBlock
from tongchi.report.survey_content import Heading, Part, Table
from tongchi.report.words import Words

_DIGITS = "一二三四五六七八九"


class StudyPaper(BlockWriter):
    """Writes parts; while `refers` is set, sentences carry references to the list of sources."""

    def __init__(self, paper: Document, language: Language) -> None:
        super().__init__(paper, language)
        self.references = References()
        self.refers = True
        self._parts = 0
        self._headings = 0
        self._depth = 2

    def part(self, title: Words, blocks: Iterable[StudyBlock], *, numbered: bool = True, listed: bool = True) -> None:
        """Write a part under its heading; the contents list the headings within it where `listed`."""
        if numbered:
            self._parts += 1
            title = Words(f"{chinese(self._parts)}、{title.zh}", f"{self._parts}. {title.en}")
        self._headings = 0
        self._depth = 2 if listed else 3
        self.paper.heading(self.say(title))
        for block in blocks:
            self.add(block)

    def chapters(self, title: Words, parts: Iterable[Part]) -> None:
        """Write parts of another report under one heading, without its tables for reference.

        Their own headings stand one step lower and have no numbers.
        """
        self.part(title, ())
        for part in parts:
            self.heading(part.title)
            for block in part.blocks:
                if isinstance(block, Heading):
                    self.paper.heading(self.say(block.words), 3)
                elif not (isinstance(block, Table) and block.detail):
                    self.add(block)

    def add(self, block: StudyBlock) -> None:
        """Write one block."""
        if isinstance(block, Saying):
            self._saying(block)
        elif isinstance(block, Table):
            super().add(replace(block, detail=False))
        else:
            super().add(block)

    def heading(self, words: Words) -> None:
        """Write a numbered heading within a part."""
        self._headings += 1
        at = self._headings
        title = Words(f"（{chinese(at)}）{words.zh}", f"{self._parts}.{at} {words.en}")
        self.paper.heading(self.say(title), self._depth)

    def _saying(self, block: Saying) -> None:
        said = [
            self.references.runs(each, self.language) if self.refers else [Run(self.say(each.words))]
            for each in block.said
        ]
        if block.listed:
            for runs in said:
                self.paper.paragraph(*runs, style="Bullet")
        else:
            gap = [] if self.language == "zh" else [Run(" ")]
            self.paper.paragraph(*(run for at, runs in enumerate(said) for run in ([*gap, *runs] if at else runs)))


def chinese(number: int) -> str:
    """Return a number from 1 to 99 as headings are numbered.

    >>> [chinese(n) for n in (1, 10, 12, 20, 31)]
    ['一', '十', '十二', '二十', '三十一']
    """
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens - 1]}十"
    return lead + (_DIGITS[ones - 1] if ones else "")
