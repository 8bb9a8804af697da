"""What is wrong with the questionnaire of a study, and with the file of answers to it?"""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl

from tongchi.errors import InstrumentError, TongchiError
from tongchi.study.faults import Both, Fault, in_language, words_of
from tongchi.study.folder import StudyFolder
from tongchi.study.mixed_encoding import decode
from tongchi.study.settings import STUDY, nearest
from tongchi.study.toml_lines import TomlLines
from tongchi.survey.instrument import Group, Instrument
from tongchi.survey.responses import Responses, read_responses
from tongchi.survey.structural_model import structural_models
from tongchi.survey.unavailable import NotAvailable

QUESTIONNAIRE = "questionnaire.toml"
_SHOWN = 8


def check_survey(folder: StudyFolder) -> tuple[Instrument | None, list[Fault]]:
    """Return the instrument by which answers are read, None where it cannot be, and every fault of it and of the answers."""
    instrument, faults = _instrument(folder)
    if instrument is None:
        return None, faults
    faults += _loops(instrument, folder)
    path = folder.responses
    if path is None:
        return instrument, faults
    asked = _with_groups(instrument, folder)
    try:
        responses = read_responses(path, asked, mapping=folder.file("mapping.csv"))
    except TongchiError as error:
        return instrument, [*faults, Fault("responses-unreadable", path.name, facts={"found": words_of(error)})]
    return instrument, [*faults, *_answer_faults(responses, path.name), *_group_faults(responses, folder, path.name)]


def _instrument(folder: StudyFolder) -> tuple[Instrument | None, list[Fault]]:
    path = folder.file(QUESTIONNAIRE)
    if path is None:
        return Instrument.default(), []
    text, faults = decode(path.read_bytes(), path.name)
    if faults:
        return None, faults
    try:
        return Instrument.parse(text, file=path.name), []
    except InstrumentError as error:
        return None, [_instrument_fault(mistake) for mistake in _mistakes(error)]


def _mistakes(error: InstrumentError) -> list[str]:
    parts = re.split(r"(?:^|；)\(\d+\) ", str(error.facts["mistakes"]))
    return [part for part in parts if part]


def _instrument_fault(mistake: str) -> Fault:
    """A mistake of an instrument names its line in both languages; a mistake of TOML in English."""
    placed = re.match(r"第\d+行 / line (\d+) (.*?): (.*)", mistake, re.DOTALL)
    line = placed or re.search(r"line (\d+)", mistake)
    place, words = (placed[2], placed[3]) if placed else ("", mistake)
    facts = {"found": _in_both(words)}
    return Fault("instrument-bad", QUESTIONNAIRE, int(line[1]) if line else 0, place, facts)


def _in_both(mistake: str) -> Both:
    """Take apart what an instrument says in both languages at once: found，应… / expected …; advice."""
    parts = re.fullmatch(r"(.*?)，应(\S*) / expected (.*); (.*)", mistake, re.DOTALL)
    if parts is None:
        return mistake, mistake
    found, should, expected, advice = parts.groups()
    wanted = f"应为{in_language(expected, 'zh')}" if should == "为" else f"应{should}"
    zh = f"{in_language(found, 'zh')}，{wanted}。{in_language(advice, 'zh')}"
    en = f"{in_language(found, 'en')}; expected {in_language(expected, 'en')}. {in_language(advice, 'en')}"
    return zh, en


def _loops(instrument: Instrument, folder: StudyFolder) -> list[Fault]:
    """Find loops of hypotheses, with the path that the main model leaves out."""
    path = folder.file(QUESTIONNAIRE)
    models = structural_models(instrument)
    if path is None or isinstance(models, NotAvailable):
        return []
    lines = TomlLines(decode(path.read_bytes(), path.name)[0])
    places = {one.id: lines.line("hypothesis", index, "path") for index, one in enumerate(instrument.hypotheses)}
    faults = []
    for loop, cut in zip(models.loops, models.main.left_out, strict=True):
        facts = {"loop": " → ".join((*loop, loop[0])), "path": f"{cut.cause} → {cut.effect} ({cut.origin})"}
        faults.append(Fault("hypothesis-loop", QUESTIONNAIRE, places.get(cut.origin, 0), cut.origin, facts))
    return faults


def _with_groups(instrument: Instrument, folder: StudyFolder) -> Instrument:
    """Count the columns that study.toml divides the answers by as groups, even where the instrument does not list them."""
    known = {group.code for group in instrument.groups} | set(instrument.item_codes)
    names = dict.fromkeys((folder.options.group, folder.options.office))
    extra = [Group(name, name, name) for name in names if name and name not in known]
    return replace(instrument, groups=(*instrument.groups, *extra))


def _answer_faults(responses: Responses, file: str) -> list[Fault]:
    names = responses.frame[responses.instrument.respondent]
    counts = names.filter(names != "").value_counts().filter(pl.col("count") > 1).sort(names.name)
    faults = [
        Fault("respondent-twice", file, 0, responses.instrument.respondent, {"found": name, "count": str(count)})
        for name, count in counts.iter_rows()
    ]
    for each in responses.unknown:
        near = (
            f"（是否指 {each.suggestions[0]}？） /  (did you mean {each.suggestions[0]}?)" if each.suggestions else ""
        )
        faults.append(Fault("item-unknown", file, 1, "", {"found": each.column, "near": near}))
    items = [code for code in responses.absent if code in responses.instrument.item_by_code]
    if items:
        more = f" … ({len(items)})" if len(items) > _SHOWN else ""
        faults.append(Fault("item-absent", file, 1, "", {"found": ", ".join(items[:_SHOWN]) + more}))
    faults += [
        Fault("answer-unknown", file, 0, wrong.code, {"found": wrong.answer, "count": str(wrong.count)})
        for wrong in responses.unreadable
    ]
    return faults + _beyond_scale(responses, file)


def _beyond_scale(responses: Responses, file: str) -> list[Fault]:
    """Find numbers that stand for no category of the scale."""
    scale = responses.instrument.scale
    faults = []
    for code in responses.items:
        answers = responses.frame[code].drop_nulls()
        strange = answers.filter((answers < scale.low) | (answers > scale.high) | (answers != answers.round()))
        for value, count in strange.value_counts().sort(code).iter_rows():
            faults.append(Fault("answer-unknown", file, 0, code, {"found": f"{value:g}", "count": str(count)}))
    return faults


def _group_faults(responses: Responses, folder: StudyFolder, file: str) -> list[Fault]:
    """Find columns that study.toml names and the answers lack, and groups that are no parties."""
    faults = []
    columns = responses.frame.columns
    unread = [each.column for each in responses.unknown]
    for key, name in (("group", folder.options.group), ("office", folder.options.office)):
        if name and name not in columns:
            facts = {"found": name, "near": nearest(name, (*columns, *unread)), "file": file}
            faults.append(Fault("group-missing", STUDY, 0, f"[survey] {key}", facts))
    group = folder.options.group
    if group and group in columns and folder.parties:
        values = [str(value) for value in responses.frame[group].drop_nulls().unique().sort() if str(value)]
        strange = [value for value in values if folder.party(value) is None]
        if strange:
            shown = ", ".join(strange[:_SHOWN])
            facts = {"found": group, "values": shown, "near": nearest(strange[0], [p.code for p in folder.parties])}
            faults.append(Fault("group-party", file, 0, group, facts))
    return faults
