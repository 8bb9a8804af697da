"""What is wrong with a study, all at once? Every file of the folder is looked at, whatever is wrong with the others."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from tongchi.study.checking_documents import Tell, check_documents
from tongchi.study.checking_evidence import check_evidence
from tongchi.study.checking_survey import check_survey
from tongchi.study.checking_tables import check_tables
from tongchi.study.faults import Fault, in_order
from tongchi.study.folder import StudyFolder, bare_folder, scan_study


@dataclass(frozen=True)
class StudyCheck:
    """A study and its faults in the order of files and lines; `folder` is None where study.toml cannot be read."""

    folder: StudyFolder | None
    faults: tuple[Fault, ...]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """What keeps the study from running."""
        return tuple(fault for fault in self.faults if fault.is_error)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What the study runs in spite of."""
        return tuple(fault for fault in self.faults if not fault.is_error)


def check_study(path: str | PathLike[str], *, read_documents: bool = True, progress: Tell | None = None) -> StudyCheck:
    """Look at every file of a study.

    Parameters
    ----------
    read_documents : without it the texts are neither read nor looked up for evidence, which is what takes time
    progress : called with the number of documents read and their number

    Raises
    ------
    MissingFileError : no folder
    """
    folder, faults = scan_study(path)
    at = folder or bare_folder(Path(path))
    events, more = check_tables(at)
    faults += more
    documents = None
    if read_documents:
        documents, more = check_documents(at, progress)
        faults += more
    instrument, more = check_survey(at)
    faults += [*more, *check_evidence(at, documents if folder else None, events, instrument)]
    return StudyCheck(folder, tuple(in_order(faults)))
