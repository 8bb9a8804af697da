"""What does a study rest on? study.toml, the documents of each party, and the tables that lie beside it.

| file | what it is |
|---|---|
| study.toml | title, parties, matters with their documents, periods, options |
| documents/PARTY/… | the parties' texts in any format that is read |
| questionnaire.toml | the instrument; without it answers are read by the shipped one |
| responses.csv, .xlsx or .sav | answers; mapping.csv (column, code) where their headers are no codes |
| events.csv, indicators.csv, waves.csv | what happened, what was counted, what earlier surveys found |
| ledger.csv | commitments, rewards and sanctions |
| evidence.csv, codings.qdpx | quotes coded to constructs |
| model.toml | the dynamic model, where it differs from the shipped one |
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from os import PathLike
from pathlib import Path

from tongchi.documents.folder import SUFFIXES, files_under
from tongchi.errors import Language, MissingFileError, StudyFolderError
from tongchi.mechanism.tables import Period
from tongchi.study.faults import Fault, in_order
from tongchi.study.mixed_encoding import decode
from tongchi.study.settings import DOCUMENTS, STUDY, Matter, Options, Party, Settings, scan_settings

__all__ = ["TABLES", "Analyses", "Matter", "Options", "Party", "StudyFolder", "scan_study"]

RESPONSES = ("responses.csv", "responses.xlsx", "responses.sav")
TABLES = (
    "questionnaire.toml", *RESPONSES, "mapping.csv", "events.csv", "indicators.csv", "waves.csv", "ledger.csv",
    "evidence.csv", "codings.qdpx", "model.toml",
)  # fmt: skip
"""Files that a study may hold beside study.toml and its documents."""


@dataclass(frozen=True)
class Analyses:
    """Which parts of the study run: those that study.toml switches on or off, and otherwise those that there are data for."""

    documents: bool
    barriers: bool
    commitments: bool
    events: bool
    survey: bool
    mechanism: bool


@dataclass(frozen=True)
class StudyFolder:
    """A study as it lies on disk. Paths of documents and tables are relative to `path` and sorted."""

    path: Path
    title_zh: str
    title_en: str
    language: Language
    illustrative_zh: str
    illustrative_en: str
    parties: tuple[Party, ...]
    """In the order of study.toml, the centre among them."""
    matters: tuple[Matter, ...]
    first: Period | None
    last: Period | None
    analyses: Analyses
    options: Options
    documents: tuple[str, ...]
    """Every text below documents/, whether a matter names it or not."""
    tables: tuple[str, ...]
    """Those of `TABLES` that there are."""

    @classmethod
    def load(cls, path: str | PathLike[str]) -> StudyFolder:
        """Read a study folder.

        Raises
        ------
        MissingFileError : no folder
        StudyFolderError : every mistake of study.toml, and every document that it names and that is not there
        """
        folder, faults = scan_study(path)
        errors = [fault for fault in faults if fault.is_error]
        if errors or folder is None:
            mistakes = "；".join(f"({n}) {_both(fault)}" for n, fault in enumerate(errors, start=1))
            raise StudyFolderError(file=str(path), count=len(errors), mistakes=mistakes)
        return folder

    @property
    def regions(self) -> tuple[Party, ...]:
        """The parties but the centre."""
        return tuple(party for party in self.parties if not party.is_central)

    @property
    def central(self) -> Party | None:
        """The party whose texts are the baseline."""
        return next((party for party in self.parties if party.is_central), None)

    @property
    def as_of(self) -> date | None:
        """The day at which the study looks at commitments: the last of its last period; None without periods."""
        return last_day(self.last) if self.last else None

    def party(self, name: str) -> Party | None:
        """Return the party of a code or of a name in either language; None for any other word."""
        return next((each for each in self.parties if name.strip() in (each.code, each.zh, each.en)), None)

    def file(self, name: str) -> Path | None:
        """Return the path of one of `TABLES`, None where the study has none."""
        return self.path / name if name in self.tables else None

    @property
    def responses(self) -> Path | None:
        """The file of answers, None where the study has none."""
        return next((self.path / name for name in RESPONSES if name in self.tables), None)

    def documents_of(self, party: str) -> tuple[str, ...]:
        """Return the texts below the folder of a party, whether a matter names them or not."""
        return tuple(path for path in self.documents if path.startswith(f"{DOCUMENTS}/{party}/"))

    def title(self, language: Language = "zh") -> str:
        """Return the title in one language."""
        return self.title_zh if language == "zh" else self.title_en


def _both(fault: Fault) -> str:
    return f"{fault.message('zh')} / {fault.message('en')}"


def scan_study(path: str | PathLike[str]) -> tuple[StudyFolder | None, list[Fault]]:
    """Return the folder and what is wrong with study.toml and the documents that it names; None where study.toml is unread.

    Raises `MissingFileError` where `path` is no folder. What is in the other files is not looked at: `check_study` does.
    """
    folder = Path(path)
    if not folder.is_dir():
        what = "这是文件，不是文件夹 / a file, no folder" if folder.exists() else "没有这个文件夹 / no such folder"
        raise MissingFileError(file=str(path), found=what)
    if not (folder / STUDY).is_file():
        return None, [Fault("study-missing", STUDY)]
    text, unread = decode((folder / STUDY).read_bytes(), STUDY)
    if unread:
        return None, unread
    settings, faults = scan_settings(text)
    if settings is None:
        return None, faults
    found, tables = found_files(folder)
    faults += [*_check_documents(folder, settings), *_check_asked(settings, tables)]
    return _folder(folder, settings, found, tables), in_order(faults)


def found_files(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the texts below documents/ and those of `TABLES` that lie in a folder, by their paths relative to it."""
    below = files_under(folder / DOCUMENTS) if (folder / DOCUMENTS).is_dir() else []
    return tuple(f"{DOCUMENTS}/{name}" for name in below), tuple(name for name in TABLES if (folder / name).is_file())


def bare_folder(path: Path) -> StudyFolder:
    """Return a folder whose study.toml is not known, so that its other files can be looked at by themselves."""
    found, tables = found_files(path)
    return _folder(path, Settings.empty(), found, tables)


def _folder(path: Path, settings: Settings, found: tuple[str, ...], tables: tuple[str, ...]) -> StudyFolder:
    possible = _possible(settings, found, tables)
    return StudyFolder(
        path=path,
        title_zh=settings.title_zh,
        title_en=settings.title_en,
        language=settings.language,
        illustrative_zh=settings.illustrative_zh,
        illustrative_en=settings.illustrative_en,
        parties=settings.parties,
        matters=settings.matters,
        first=settings.first,
        last=settings.last,
        analyses=Analyses(**{name: settings.asked.get(name, possible[name]) for name in possible}),
        options=settings.options,
        documents=found,
        tables=tables,
    )


def _possible(settings: Settings, found: Iterable[str], tables: Iterable[str]) -> dict[str, bool]:
    """Return for each analysis whether the study holds data for it."""
    there = set(tables)
    texts = bool(tuple(found))
    events = bool(there & {"events.csv", "indicators.csv", "ledger.csv"})
    survey = bool(there & set(RESPONSES))
    return {
        "documents": any(matter.documents for matter in settings.matters),
        "barriers": texts,
        "commitments": texts or "ledger.csv" in there,
        "events": events,
        "survey": survey,
        "mechanism": survey or bool(there & {"indicators.csv", "waves.csv", "model.toml"}),
    }


_NEEDS: Mapping[str, str] = {
    "documents": "[[matter]]",
    "barriers": f"{DOCUMENTS}/",
    "commitments": f"{DOCUMENTS}/ | ledger.csv",
    "events": "events.csv | indicators.csv | ledger.csv",
    "survey": "responses.csv",
}


def _check_asked(settings: Settings, tables: tuple[str, ...]) -> list[Fault]:
    """Find analyses that are switched on without data, answers in several files, and a group without answers."""
    faults = []
    texts = [path for matter in settings.matters for path in matter.files]
    possible = _possible(settings, texts, tables)
    for name, needed in _NEEDS.items():
        if settings.asked.get(name) and not possible[name]:
            line = settings.lines.line("analysis", 0, name)
            faults.append(Fault("analysis-without-data", STUDY, line, name, {"name": name, "needed": needed}))
    answers = [name for name in RESPONSES if name in tables]
    if len(answers) > 1:
        faults.append(Fault("responses-twice", answers[1], facts={"first": answers[0]}))
    if "ledger.csv" in tables and settings.last is None:
        line = settings.lines.line("periods")
        faults.append(Fault("periods-needed", STUDY, line, "[periods] last"))
    return faults


def _check_documents(folder: Path, settings: Settings) -> list[Fault]:
    """Find documents that are named and not there, that lie outside their folder, and that are named twice."""
    faults: list[Fault] = []
    named: dict[str, str] = {}
    for index, matter in enumerate(settings.matters):
        for path in matter.files:
            word = path.rsplit("/", 1)[-1]
            line = settings.lines.line("matter", index, "documents", word)
            where = settings.lines.line("matter", index, "central", word) if path in matter.central else line
            fault = _document_fault(folder, path)
            if fault:
                faults.append(
                    Fault(fault, STUDY, where, "[matter] documents", {"path": path, "near": _near(folder, path)})
                )
            elif path not in matter.central and named.setdefault(path, matter.code) != matter.code:
                facts = {"path": path, "first": named[path], "second": matter.code}
                faults.append(Fault("document-shared", STUDY, where, "[matter] documents", facts))
    return faults


def _document_fault(folder: Path, path: str) -> str:
    """Return the kind of the fault of a path, empty where it has none."""
    if len(path.split("/")) < 3 or not path.startswith(f"{DOCUMENTS}/"):
        return "document-outside"
    if not (folder / path).is_file():
        return "document-missing"
    return "" if Path(path).suffix.lower() in SUFFIXES else "document-suffix"


def _near(folder: Path, path: str) -> str:
    """Return what there is in the folder where a document is looked for, the likeliest first."""
    place = (folder / path).parent
    names = sorted(each.name for each in place.iterdir() if each.is_file()) if place.is_dir() else []
    close = get_close_matches(Path(path).name, names, n=3, cutoff=0.3) or names[:3]
    return ", ".join(close) or "（空） / (empty)"


def last_day(period: Period) -> date:
    """Return the last day of a year, half, quarter or month.

    >>> last_day(Period.parse("2021H1"))
    datetime.date(2021, 6, 30)
    """
    year = int(period.start)
    begin = round((period.start - year) * 12)
    label = period.label.upper()
    months = 6 if "H" in label else 3 if "Q" in label else 1 if "-" in label else 12
    month = begin + months
    return date(year, month, calendar.monthrange(year, month)[1])
