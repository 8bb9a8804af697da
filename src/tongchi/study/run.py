"""What does a study come to? One folder through every analysis that it allows, step by step, each kept for the next run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import TypeVar

from tongchi.mechanism.diagnosis import Diagnosis
from tongchi.mechanism.levels import Level
from tongchi.mechanism.stage_result import StageResult
from tongchi.mechanism.tables import Wave
from tongchi.study.cache import StepCache, file_hash
from tongchi.study.folder import RESPONSES, StudyFolder
from tongchi.study.result import (
    BrokenFile,
    EvidenceSection,
    MatterResult,
    PlacedFinding,
    ScenarioSection,
    StudyResult,
    TextCommitment,
)
from tongchi.study.steps_evidence import case_sources, gather_evidence
from tongchi.study.steps_mechanism import (
    ModelStart,
    diagnose_study_now,
    measured_levels,
    run_study_scenarios,
    set_up_model,
)
from tongchi.study.steps_record import Note, Record, find_stages, judge_ledger, read_record, with_ledger
from tongchi.study.steps_survey import SurveyFiles, analyse_survey, read_survey_files, survey_waves
from tongchi.study.steps_texts import (
    MatterTexts,
    ReadTexts,
    compare_matter,
    compare_matters,
    matter_texts,
    read_texts,
    screen_texts,
    text_commitments,
)
from tongchi.study.timeline import timeline
from tongchi.study.triangulation import cases_of_matters, triangulate
from tongchi.survey.analysis import SurveyAnalysis
from tongchi.survey.instrument import Instrument
from tongchi.survey.unavailable import NotAvailable

Value = TypeVar("Value")
Progress = Callable[[str, int, int], None]
"""Called with the step that begins, the number done and the number of steps; "" at the end."""
STEPS = (
    "texts", "matters", "findings", "record", "commitments", "survey", "stages", "diagnosis", "scenarios", "evidence",
)  # fmt: skip
__all__ = ["STEPS", "Progress", "run_study"]


def run_study(
    folder: StudyFolder | str | PathLike[str],
    *,
    cache_dir: str | PathLike[str] | None = None,
    workers: int = 2,
    progress: Progress | None = None,
    cache: StepCache | None = None,
) -> StudyResult:
    """Run everything that a study folder allows, and return the result.

    A section that has no data, is switched off, or cannot be worked out holds the reason. A document or table that cannot be read is
    named in `broken`, and the rest goes on.

    Parameters
    ----------
    cache_dir : folder in which each step is kept under the hash of its inputs; a run that was killed goes on from there. None keeps
        nothing. The result is the same either way, whatever `workers` is.
    cache : one of the caller's own instead, which then tells which steps were found

    Raises
    ------
    MissingFileError, StudyFolderError
        no folder, or mistakes in study.toml
    """
    study = folder if isinstance(folder, StudyFolder) else StudyFolder.load(folder)
    kept = cache or StepCache(Path(cache_dir) if cache_dir is not None else None)
    return _Run(study, kept, workers, progress or _silent).result()


def _silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""


_PENDING = NotAvailable("triangulation", "尚未进行。", "It is still to come.")
_LACKS: Mapping[str, tuple[str, str]] = {
    "matters": ("研究没有写明事项的文本。", "The study names no texts of matters."),
    "findings": ("研究没有文本。", "The study has no texts."),
    "commitments": ("研究没有文本。", "The study has no texts."),
    "stages": ("研究没有各时期的事件或指标。", "The study has no events or indicators by period."),
    "survey": ("研究没有问卷答卷。", "The study has no answers to a questionnaire."),
    "diagnosis": (
        "研究没有问卷答卷，也没有指标、历次问卷或模型文件：无从测得各构念的水平。",
        "The study has neither answers nor indicators, waves or a model file: no level of a construct is measured.",
    ),
}


def _off(folder: StudyFolder, name: str) -> NotAvailable:
    """Return why a section is not worked out: it has no data, or it is switched off."""
    there = set(folder.tables)
    has = {
        "matters": bool(folder.matters),
        "findings": bool(folder.documents),
        "commitments": bool(folder.documents),
        "stages": bool(there & {"events.csv", "indicators.csv", "waves.csv"}),
        "survey": folder.responses is not None,
        "diagnosis": bool(there & {*RESPONSES, "indicators.csv", "waves.csv", "model.toml"}),
    }
    asked = "diagnosis" if name == "scenarios" else name
    if has[asked]:
        return NotAvailable(name, "study.toml 的 [analysis] 关闭了它。", "[analysis] in study.toml switches it off.")
    return NotAvailable(name, *_LACKS[asked])


@dataclass(frozen=True)
class _Run:
    folder: StudyFolder
    cache: StepCache
    workers: int
    progress: Progress

    def result(self) -> StudyResult:
        folder = self.folder
        texts = self._step("texts", self._texts)
        matters = self._step("matters", lambda: self._matters(texts))
        findings = self._step("findings", lambda: self._findings(texts))
        record = self._step("record", self._record)
        ledger = judge_ledger(folder, record.entries, texts.texts)
        promised = self._step("commitments", lambda: self._commitments(texts, matters))
        commitments = promised if isinstance(promised, NotAvailable) else with_ledger(promised, ledger)
        files = read_survey_files(folder)
        survey = self._step("survey", lambda: self._survey(files))
        waves = survey_waves(folder, survey)
        stages, notes = self._step("stages", lambda: self._stages(record, waves))
        known = () if isinstance(matters, NotAvailable) else matters
        levels = measured_levels(survey, record.waves, stages)
        start = set_up_model(folder, matters=known, survey_waves=waves, waves=record.waves, levels=levels)
        diagnosis = self._step("diagnosis", lambda: self._diagnosis(survey, start, levels))
        scenarios = self._step("scenarios", lambda: self._scenarios(start))
        evidence, lost = self._step("evidence", lambda: self._evidence(texts, record, files.instrument))
        broken = (*texts.broken, *record.broken, *files.broken, *start.broken, *lost)
        found = StudyResult(
            folder=folder, software=f"Tongchi {version('tongchi')}", synthetic=self._is_synthetic(survey), texts=texts.texts,
            broken=broken, skipped=texts.skipped, events=record.events, indicators=record.indicators, waves=record.waves,
            matters=matters, findings=findings, commitments=commitments, ledger=ledger, stages=stages, survey=survey,
            diagnosis=diagnosis, scenarios=scenarios, timeline=_PENDING, triangulation=_PENDING,
            evidence=evidence, notes=notes,
        )  # fmt: skip
        self.progress("", len(STEPS), len(STEPS))
        return triangulated(found, files.instrument)

    def _step(self, name: str, work: Callable[[], Value]) -> Value:
        self.progress(name, STEPS.index(name), len(STEPS))
        return work()

    def _inputs(
        self, tables: Iterable[str] = (), *, documents: Iterable[str] = (), options: bool = False
    ) -> list[object]:
        """Return what a step depends on: parties, matters, periods, the bytes of these tables and documents, and options."""
        folder = self.folder
        settings = [
            [asdict(party) for party in folder.parties],
            [[matter.code, matter.zh, matter.en, dict(matter.documents), matter.central] for matter in folder.matters],
            [period.label if period else "" for period in (folder.first, folder.last)],
            asdict(folder.options) if options else {},
        ]
        names = sorted({*(name for name in tables if name in folder.tables), *documents})
        return [*settings, [[name, file_hash(folder.path / name)] for name in names]]

    def _texts(self) -> ReadTexts:
        return self.cache.step("texts", self._inputs(documents=self.folder.documents), lambda: read_texts(self.folder))

    def _matters(self, texts: ReadTexts) -> tuple[MatterResult, ...] | NotAvailable:
        """Compare matter by matter, each kept by its own texts, so that a changed text costs its own matter only."""
        folder = self.folder
        if not folder.analyses.documents:
            return _off(self.folder, "matters")
        parts = matter_texts(folder, texts.texts)
        keys = {part.matter.code: self._matter_inputs(part) for part in parts}
        missing = [part for part in parts if not self.cache.has(f"matter-{part.matter.code}", keys[part.matter.code])]
        fresh = compare_matters(missing, workers=self.workers)
        return tuple(
            self.cache.step(
                f"matter-{part.matter.code}",
                keys[part.matter.code],
                lambda part=part: fresh[part.matter.code] if part.matter.code in fresh else compare_matter(part),  # type: ignore[misc]
            )
            for part in parts
        )

    def _matter_inputs(self, part: MatterTexts) -> list[object]:
        files = [[text.path, text.party, file_hash(self.folder.path / text.path)] for text in part.texts]
        return [part.matter.code, part.matter.zh, part.matter.en, part.central, files]

    def _findings(self, texts: ReadTexts) -> tuple[PlacedFinding, ...] | NotAvailable:
        if not self.folder.analyses.barriers:
            return _off(self.folder, "findings")
        inputs = self._inputs(documents=self.folder.documents)
        return self.cache.step("findings", inputs, lambda: screen_texts(texts.of_regions(self._centre)))

    def _commitments(
        self, texts: ReadTexts, matters: tuple[MatterResult, ...] | NotAvailable
    ) -> tuple[TextCommitment, ...] | NotAvailable:
        if not self.folder.analyses.commitments:
            return _off(self.folder, "commitments")
        if not texts.texts:
            return NotAvailable("commitments", "研究没有可读的文本。", "The study has no readable text.")
        known = () if isinstance(matters, NotAvailable) else matters
        inputs = [*self._inputs(documents=self.folder.documents), bool(known)]
        return self.cache.step("commitments", inputs, lambda: text_commitments(texts.of_regions(self._centre), known))

    @property
    def _centre(self) -> str:
        return self.folder.central.code if self.folder.central else ""

    def _record(self) -> Record:
        return self.cache.step("record", self._inputs(_RECORD), lambda: read_record(self.folder))

    def _survey(self, files: SurveyFiles) -> SurveyAnalysis | NotAvailable:
        if not self.folder.analyses.survey:
            return _off(self.folder, "survey")
        return self.cache.step(
            "survey", self._inputs(_SURVEY, options=True), lambda: analyse_survey(self.folder, files)
        )

    def _stages(self, record: Record, waves: Sequence[Wave]) -> tuple[StageResult | NotAvailable, tuple[Note, ...]]:
        if not self.folder.analyses.events:
            return _off(self.folder, "stages"), ()
        return self.cache.step(
            "stages", self._inputs((*_RECORD, *_SURVEY), options=True), lambda: find_stages(self.folder, record, waves)
        )

    def _diagnosis(
        self, survey: SurveyAnalysis | NotAvailable, start: ModelStart, levels: Mapping[str, Level]
    ) -> Diagnosis | NotAvailable:
        if not self.folder.analyses.mechanism:
            return _off(self.folder, "diagnosis")
        return self.cache.step(
            "diagnosis", self._whole(), lambda: diagnose_study_now(self.folder, survey, start, levels)
        )

    def _scenarios(self, start: ModelStart) -> ScenarioSection | NotAvailable:
        if not self.folder.analyses.mechanism:
            return _off(self.folder, "scenarios")
        return self.cache.step(
            "scenarios", self._whole(), lambda: run_study_scenarios(self.folder, start, workers=self.workers)
        )

    def _whole(self) -> list[object]:
        """Return what the mechanism depends on: everything that a level can be measured by."""
        asked = [asdict(self.folder.analyses)]
        tables = (*_RECORD, *_SURVEY, "model.toml")
        return [asked, *self._inputs(tables, documents=self.folder.documents, options=True)]

    def _evidence(
        self, texts: ReadTexts, record: Record, instrument: Instrument | None
    ) -> tuple[EvidenceSection | NotAvailable, tuple[BrokenFile, ...]]:
        return gather_evidence(self.folder, case_sources(self.folder, texts.texts, record.events, instrument))

    def _is_synthetic(self, survey: SurveyAnalysis | NotAvailable) -> bool:
        marked = any(_MARK in (self.folder.path / name).read_bytes() for name in self.folder.tables if name in _MARKED)
        return marked or (not isinstance(survey, NotAvailable) and survey.synthetic)


_MARK = b"SYNTHETIC"
_RECORD = ("events.csv", "indicators.csv", "waves.csv", "ledger.csv")
_SURVEY = ("questionnaire.toml", *RESPONSES, "mapping.csv")
_MARKED = (*_RECORD, "questionnaire.toml", "responses.csv", "evidence.csv", "model.toml")


def triangulated(found: StudyResult, instrument: Instrument | None) -> StudyResult:
    """Return the result with its timeline and with what each source says of each hypothesis.

    The hypotheses are those of the study's instrument, or of the shipped one where it has none.
    """
    folder = found.folder
    asked = instrument or Instrument.default()
    judged = found.survey if isinstance(found.survey, NotAvailable) else found.survey.hypotheses
    rows = triangulate(
        asked.hypotheses,
        documents=cases_of_matters(found.matters, found.findings, found.commitments),
        events=found.events,
        indicators=found.indicators,
        ledger=found.ledger,
        survey=judged,
        instrument=asked,
        evidence=() if isinstance(found.evidence, NotAvailable) else [link.row for link in found.evidence.links],
        names={party.code: (party.zh, party.en) for party in folder.parties},
    )
    first, last = (int(period.start) if period else None for period in (folder.first, folder.last))
    return replace(found, timeline=timeline(found.events, found.ledger, first=first, last=last), triangulation=rows)
