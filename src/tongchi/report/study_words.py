"""How does a sentence keep the numbers in it tied to their sources? Words with figures and links, in both languages.

A sentence is made by `say` from a Chinese and an English pattern and the same parts; page and paper print it, the page with each
number as a link to its proof, and `Said.figures` names the numbers that it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from string import Formatter

from tongchi.errors import Language
from tongchi.report.survey_content import Block, Cell
from tongchi.report.survey_numbers import Statistic, number
from tongchi.report.words import Words
from tongchi.study.figures import Figures, figure_id

Writer = Callable[[Statistic], Words]


@dataclass(frozen=True, slots=True)
class Num:
    """A number as it is written, and the id of its figure in `evidence.json`."""

    figure: str
    words: Words
    value: float


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a place in the report; `anchor` is its id on the page."""

    anchor: str
    words: Words


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in both languages, each as words, numbers and links in the order in which they are read."""

    zh: tuple[str | Num | Link, ...]
    en: tuple[str | Num | Link, ...]

    def parts(self, language: Language) -> tuple[str | Num | Link, ...]:
        """Return the parts in one language."""
        return self.zh if language == "zh" else self.en

    @property
    def words(self) -> Words:
        """The sentence as plain words."""
        return Words(
            "".join(p if isinstance(p, str) else p.words.zh for p in self.zh),
            "".join(p if isinstance(p, str) else p.words.en for p in self.en),
        )

    @property
    def figures(self) -> tuple[str, ...]:
        """The ids of the figures in it, each once."""
        return tuple(dict.fromkeys(p.figure for p in (*self.zh, *self.en) if isinstance(p, Num)))


Part = str | Num | Link | Words | Said


def say(zh: str, en: str, /, **parts: Part) -> Said:
    """Return a sentence from a pattern in each language, with {names} where the parts go.

    >>> say("差距最大的是{which}。", "The gap is widest in {which}.", which=Words("车辆", "vehicles")).words.en
    'The gap is widest in vehicles.'
    """
    return Said(_filled(zh, parts, "zh"), _filled(en, parts, "en"))


def _filled(pattern: str, parts: dict[str, Part], language: Language) -> tuple[str | Num | Link, ...]:
    found: list[str | Num | Link] = []
    for before, name, _, _ in Formatter().parse(pattern):
        found.append(before)
        if name is None:
            continue
        part = parts[name]
        if isinstance(part, Said):
            found += part.parts(language)
        else:
            found.append(part.pick(language) if isinstance(part, Words) else part)
    return tuple(part for part in found if part != "")


def listed(said: Sequence[Said], *, zh: str = "、", en: str = ", ") -> Said:
    """Return sentences or parts of one after the other, parted by a sign in each language."""
    return Said(_between([s.zh for s in said], zh), _between([s.en for s in said], en))


def _between(many: Iterable[tuple[str | Num | Link, ...]], sign: str) -> tuple[str | Num | Link, ...]:
    found: list[str | Num | Link] = []
    for at, parts in enumerate(many):
        found += [sign, *parts] if at and sign else parts
    return tuple(found)


def plainly(words: Words) -> Said:
    """Return words that hold no number as a sentence."""
    return Said((words.zh,), (words.en,))


@dataclass(frozen=True, slots=True)
class Saying:
    """Sentences within a part of the report: a paragraph, or a list where `listed`."""

    said: tuple[Said, ...]
    listed: bool = False


StudyBlock = Block | Saying


@dataclass(frozen=True, slots=True)
class Evident(Cell):
    """A cell of a table whose words are a sentence with figures, of which a single number is the shortest."""

    said: Said | None = None


def evident(said: Said | Num | None, look: str = "") -> Cell:
    """Return a cell of a sentence or of one number; a dash where there is none."""
    if said is None:
        return Cell(Words("—", "—"))
    if isinstance(said, Num):
        return Evident(said.words, said.value, look, said=Said((said,), (said,)))
    return Evident(said.words, None, look, said=said)


class Numbers:
    """The figures of a study, ready to be written."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures

    def cell(self, table: str, key: Sequence[object], column: str, write: Writer = number) -> Num:
        """Return the number in a cell. Raises `StudyError` where there is none."""
        found = self.figures.cell(table, key, column)
        return Num(found.id, write(found.value), float(found.value))

    def known(self, table: str, key: Sequence[object], column: str, write: Writer = number) -> Num | None:
        """Return the number in a cell, None where there is none."""
        return self.cell(table, key, column, write) if figure_id(table, key, column) in self.figures else None

    def between(
        self, table: str, key: Sequence[object], columns: tuple[str, str], write: Writer = number
    ) -> Said | None:
        """Return an interval, None where an end is missing."""
        low, high = (self.known(table, key, column, write) for column in columns)
        if low is None or high is None:
            return None
        return say("{low} 至 {high}", "{low} to {high}", low=low, high=high)
