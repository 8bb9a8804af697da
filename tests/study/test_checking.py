"""`check_study`: whatever is wrong with a study folder is said with file and line, each fault by its own message, and all at once."""

from __future__ import annotations

import string
from collections.abc import Iterable
from pathlib import Path

import pytest

from tongchi.study.checking import StudyCheck, check_study
from tongchi.study.faults import Fault, catalogue, in_language
from tongchi.study.template import template_files, write_template

Edit = tuple[str, str, str]
"""File, what stands there, and what takes its place; where nothing is named that stands there, the text is added at the end."""
CAR = "documents/jiangzhou/公务用车管理办法.md"
MATTER = '\n[[matter]]\ncode = "{code}"\nzh = "{zh}"\nen = "{zh}"\ndocuments = {{ {documents} }}\n'
LANZHOU = 'lanzhou = "公务用车管理办法.md"'
EVIDENCE = "E9{n},barrier,{hypothesis},supports,{kind},{reference},{quote},甲,\n"
WAVES = "party,period,construct,mean,se\n江州市,2021,trust,0.4,0.02\n"

FAULTS: dict[str, tuple[str, str, list[Edit]]] = {  # what is wrong: (kind, file, edits)
    "a key that is misspelt": ("key-unknown", "study.toml", [("study.toml", "language =", 'langauge = "zh"\nlanguage =')]),
    "no English title": ("key-missing", "study.toml", [("study.toml", "title_en =", "# title_en =")]),
    "a number where a text belongs": ("key-type", "study.toml", [("study.toml", 'en = "Lanzhou"', "en = 7")]),
    "a code that is no code": ("code-bad", "study.toml", [("study.toml", "# --- 事项", '[[party]]\ncode = "3 east"\nzh = "东州市"\nen = "East"\n# --- 事项')]),
    "two parties of one name": ("party-twice", "study.toml", [("study.toml", "# --- 事项", '[[party]]\ncode = "west"\nzh = "江州市"\nen = "West"\n# --- 事项')]),
    "two centres": ("central-twice", "study.toml", [("study.toml", "# --- 事项", '[[party]]\ncode = "c2"\nzh = "中央二"\nen = "C2"\nrole = "central"\n# --- 事项')]),
    "an unknown estimator": ("choice-unknown", "study.toml", [("study.toml", 'estimator = "MLR" ', 'estimator = "MRL" ')]),
    "no draws": ("number-range", "study.toml", [("study.toml", "draws = 200", "draws = 0")]),
    "periods reversed": ("periods-reversed", "study.toml", [("study.toml", "first = 2021 ", "first = 2031 ")]),
    "a matter twice": ("matter-twice", "study.toml", [("study.toml", "# --- 时期", MATTER.format(code="vehicles", zh="车", documents=f'{LANZHOU.replace("管理", "旧")}') + "# --- 时期"), ("documents/lanzhou/公务用车旧办法.md", "", "# 旧\n\n第一条　应当节约。\n")]),
    "a matter without documents": ("matter-empty", "study.toml", [("study.toml", "# --- 时期", MATTER.format(code="empty", zh="空", documents="") + "# --- 时期")]),
    "a matter of an unknown party": ("matter-party", "study.toml", [("study.toml", "# --- 时期", MATTER.format(code="strange", zh="奇", documents='lanzhuo = "x.md"') + "# --- 时期")]),
    "a document that is not there": ("document-missing", "study.toml", [("study.toml", "# --- 时期", MATTER.format(code="gone", zh="缺", documents='lanzhou = "公务用车管理办法2.md"') + "# --- 时期")]),
    "a document outside its folder": ("document-outside", "study.toml", [("study.toml", "# --- 时期", MATTER.format(code="out", zh="外", documents='lanzhou = "../../../secret.md"') + "# --- 时期")]),
    "a document of no readable type": ("document-suffix", "study.toml", [("study.toml", "# --- 时期", MATTER.format(code="sheet", zh="表", documents='lanzhou = "台账.xlsx"') + "# --- 时期"), ("documents/lanzhou/台账.xlsx", "", "x")]),
    "a document in two matters": ("document-shared", "study.toml", [("study.toml", "# --- 时期", MATTER.format(code="again", zh="又", documents=LANZHOU) + "# --- 时期")]),
    "a matter of one party": ("matter-one-sided", "study.toml", [("study.toml", "# --- 时期", MATTER.format(code="alone", zh="独", documents='jiangzhou = "独.md"') + "# --- 时期"), ("documents/jiangzhou/独.md", "", "# 独\n\n第一条　应当节约。\n")]),
    "a document that is cut off": ("document-unreadable", "documents/lanzhou/断.docx", [("documents/lanzhou/断.docx", "", "PK\x03\x04 cut off")]),
    "a document of two encodings": ("encoding-mixed", "documents/lanzhou/混.md", [("documents/lanzhou/混.md", "", "# 关于公务用车的办法\n\n第一条　公务用车应当节约使用。\n"), ("documents/lanzhou/混.md", "gb18030", "第二条　公务用车应当定期保养维修。\n")]),
    "the same document twice": ("document-copy", "documents/lanzhou/同.md", [("study.toml", "# --- 时期", MATTER.format(code="copy", zh="同", documents='jiangzhou = "同.md", lanzhou = "同.md"') + "# --- 时期"), ("documents/jiangzhou/同.md", "", "# 同\n\n第一条　应当节约。\n"), ("documents/lanzhou/同.md", "", "# 同\n\n第一条　应当节约。\n")]),
    "a document in no matter": ("document-unused", "documents/lanzhou/闲.md", [("documents/lanzhou/闲.md", "", "# 闲\n\n第一条　应当节约。\n")]),
    "a folder of no party": ("folder-unknown", "documents/jiangzhuo", [("documents/jiangzhuo/x.md", "", "# 办法\n\n第一条　应当节约。\n")]),
    "an event on no date": ("cell-date", "events.csv", [("events.csv", "2021-05-20,day", "20/5/2021,day")]),
    "an event of an unknown kind": ("cell-choice", "events.csv", [("events.csv", ",agreement,", ",agreemnt,")]),
    "an event without title": ("cell-empty", "events.csv", [("events.csv", "上级印发区域协同指导意见", "")]),
    "an event of an unknown party": ("party-unknown", "events.csv", [("events.csv", "江州市,complaint", "江洲市,complaint")]),
    "a row with too many cells": ("row-uneven", "events.csv", [("events.csv", "联合标准执行检查", "联合标准执行检查,第二次")]),
    "an event after the last period": ("date-later", "events.csv", [("events.csv", "", "2062-01-01,day,江州市,other,,将来,x,low\n")]),
    "an event twice": ("row-twice", "events.csv", [("events.csv", "", "2025-02-18,day,江州市,other,,互认首批维修企业名录,x,low\n")]),
    "an indicator of no period": ("cell-period", "indicators.csv", [("indicators.csv", "江州市,2021,高层会商", "江州市,21年,高层会商")]),
    "a value that is no number": ("cell-number", "indicators.csv", [("indicators.csv", "江州市,2022,高层会商,willingness,3,", "江州市,2022,高层会商,willingness,三,")]),
    "bounds reversed": ("cell-bounds", "indicators.csv", [("indicators.csv", "高层会商,willingness,4,次,+,0,12", "高层会商,willingness,4,次,+,12,0")]),
    "an indicator that changes its unit": ("indicator-changes", "indicators.csv", [("indicators.csv", "互认事项,trust,15,项", "互认事项,trust,15,件")]),
    "a missing column": ("column-missing", "waves.csv", [("waves.csv", "", WAVES)]),
    "an id twice": ("id-twice", "ledger.csv", [("ledger.csv", "C02,", "C01,")]),
    "an unknown matter": ("matter-unknown", "ledger.csv", [("ledger.csv", "维修企业本地注册要求,vehicles", "维修企业本地注册要求,vehicle")]),
    "a promise to oneself": ("promise-to-self", "ledger.csv", [("ledger.csv", "C04,commitment,岚州市,江州市", "C04,commitment,岚州市,岚州市")]),
    "done after the last day": ("done-later", "ledger.csv", [("ledger.csv", "", "C09,commitment,岚州市,江州市,x,,2031,2062-12,,s,\n")]),
    "a column that nobody reads": ("column-unknown", "ledger.csv", [("ledger.csv", "source,note", "source,notes")]),
    "a respondent twice": ("respondent-twice", "responses.csv", [("responses.csv", "\nSYN00002,", "\nSYN00001,")]),
    "a column of no item": ("item-unknown", "responses.csv", [("responses.csv", ",trust2,", ",trsut2,")]),
    "an item without answers": ("item-absent", "responses.csv", [("responses.csv", ",trust3,", ",x3,")]),
    "an answer beyond the scale": ("answer-unknown", "responses.csv", [("responses.csv", "SYN00003,", "SYN00003,jiangzhou,200" + ",9" * 48 + "\nX,")]),
    "hypotheses in a circle": ("hypothesis-loop", "questionnaire.toml", [("questionnaire.toml", "", '\n[[hypothesis]]\nid = "H99"\nkind = "direct"\npath = ["willingness", "scale_gap"]\nsign = "+"\nzh = "x"\nen = "x"\n')]),
    "no column for the groups": ("group-missing", "study.toml", [("study.toml", 'group = "region"', 'group = "regoin"')]),
    "a model with an unknown lever": ("model-bad", "model.toml", [("model.toml", "", "[levers]\nrewrad = 0.4\n")]),
    "a quote of no clause": ("evidence-clause", "evidence.csv", [("evidence.csv", "vehicles:jiangzhou:art_4", "vehicles:jiangzhou:art_44")]),
    "a quote of no event": ("evidence-event", "evidence.csv", [("evidence.csv", "", EVIDENCE.format(n=1, hypothesis="", kind="event", reference="2025-02-18+互认", quote=""))]),
    "a quote of no item": ("evidence-item", "evidence.csv", [("evidence.csv", "incentive1", "incentive11")]),
    "evidence for no hypothesis": ("evidence-hypothesis", "evidence.csv", [("evidence.csv", "", EVIDENCE.format(n=2, hypothesis="H77", kind="interview", reference="访谈", quote="x"))]),
    "codings that cannot be opened": ("codings-bad", "codings.qdpx", [("codings.qdpx", "", "no zip")]),
}  # fmt: skip
ALONE: dict[str, tuple[str, str, list[Edit]]] = {  # faults behind which others cannot be seen
    "no TOML": ("toml-syntax", "study.toml", [("study.toml", 'language = "zh"', 'language = "zh')]),
    "no party": ("party-none", "study.toml", [("study.toml", "[[party]]", "[[participant]]")]),
    "no list": ("not-a-list", "study.toml", [("study.toml", "[[matter]]", "[matter]")]),
    "no table": ("not-a-table", "study.toml", [("study.toml", "[survey]", "[[survey]]")]),
    "a central text without a centre": ("central-none", "study.toml", [("study.toml", 'role = "central"', "")]),
    "a last period that is none": ("period-bad", "study.toml", [("study.toml", "last = 2025", 'last = "someday"')]),
    "a ledger without periods": ("periods-needed", "study.toml", [("study.toml", "[periods]", "[period]")]),
    "a table of two encodings": ("encoding-mixed", "events.csv", [("events.csv", "gb18030", "2025-03,month,江州市,other,,两市联合检查公务用车维修服务,日报,low\n")]),
    "a quotation mark left open": ("quote-open", "ledger.csv", [("ledger.csv", "提出维修服务规范意见", '"提出维修服务规范意见')]),
    "no text at all": ("encoding", "events.csv", [("events.csv", "", "\x00\x01\x02\x00")]),
    "a table without rows": ("rows-none", "waves.csv", [("waves.csv", "", "party,period,construct,mean,se,n\n")]),
    "a column twice": ("column-twice", "ledger.csv", [("ledger.csv", "source,note", "source,source")]),
    "a questionnaire with an unknown construct": ("instrument-bad", "questionnaire.toml", [("questionnaire.toml", 'construct = "trust"', 'construct = "trsut"')]),
    "answers that lead to no item": ("responses-unreadable", "responses.csv", [("responses.csv", "id,region", "a;b\n1;2\nid;region")]),
    "answers in two files": ("responses-twice", "responses.xlsx", [("responses.xlsx", "", "x")]),
    "groups that are no parties": ("group-party", "responses.csv", [("study.toml", 'code = "lanzhou"', 'code = "lanzhu"'), ("study.toml", 'en = "Lanzhou"', 'en = "Lanzhu"'), ("study.toml", 'zh = "岚州市"', 'zh = "岚洲市"')]),
    "an analysis without data": ("analysis-without-data", "study.toml", [("study.toml", "[analysis]", "[analysis]\nsurvey = true"), ("responses.csv", "*", "")]),
}  # fmt: skip


def spoil(folder: Path, edits: Iterable[Edit]) -> None:
    for name, old, new in edits:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = path.read_bytes() if path.exists() else b""
        if old == "*":
            path.unlink()
        elif old in ("", "gb18030"):
            path.write_bytes(data + new.encode(old or "utf-8"))
        else:
            assert old.encode() in data, f"{name}: {old}"
            path.write_bytes(data.replace(old.encode(), new.encode()))


TEMPLATE = template_files()


def check(folder: Path, edits: Iterable[Edit]) -> StudyCheck:
    for name, data in TEMPLATE.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    spoil(folder, edits)
    return check_study(folder)


def of_kind(faults: Iterable[Fault], kind: str, file: str) -> list[Fault]:
    return [fault for fault in faults if (fault.kind, fault.file) == (kind, file)]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What is said of the template, which is what each fault comes on top of."""
    folder = tmp_path_factory.mktemp("clean")
    write_template(folder)
    return {fault.message() for fault in check_study(folder).faults}


def test_the_template_can_run_as_it_is(tmp_path: Path) -> None:
    write_template(tmp_path)
    found = check_study(tmp_path)
    assert not found.errors
    assert [fault.kind for fault in found.warnings] == ["hypothesis-loop"]
    assert found.folder
    assert all(vars(found.folder.analyses).values())


def test_the_template_is_the_same_each_time() -> None:
    assert template_files() == template_files()
    assert all("SYNTHETIC" in data.decode() or "样例" in data.decode() or "SYN" in data.decode()
               for name, data in template_files().items() if name != "questionnaire.toml")  # fmt: skip


@pytest.mark.parametrize(("kind", "file", "edits"), (FAULTS | ALONE).values(), ids=FAULTS | ALONE)
def test_each_fault_has_its_own_message(
    kind: str, file: str, edits: list[Edit], tmp_path: Path, clean: set[str]
) -> None:
    faults = [fault for fault in check(tmp_path, edits).faults if fault.message() not in clean]
    found = of_kind(faults, kind, file)
    assert found, [fault.message() for fault in faults]
    for fault in found:
        zh, en = fault.message("zh"), fault.message("en")
        assert "\n" not in zh + en
        assert zh.startswith(file)
        assert en.startswith(file)
        assert "{" not in (zh + en).replace('{ party = "file" }', "")


def test_all_faults_are_found_in_one_go(tmp_path: Path) -> None:
    found = check(tmp_path, [edit for _, _, edits in FAULTS.values() for edit in edits])
    missing = [name for name, (kind, file, _) in FAULTS.items() if not of_kind(found.faults, kind, file)]
    assert missing == []
    assert len({kind for kind, _, _ in FAULTS.values()}) >= 30
    messages = [fault.message() for fault in found.faults]
    assert len(messages) == len(set(messages))


LINES = {  # a fault: the words of the file on whose line it stands
    "two parties of one name": 'zh = "江州市"\nen = "West"',
    "a document that is not there": "公务用车管理办法2.md",
    "a document in two matters": 'documents = { lanzhou = "公务用车管理办法.md" }',
    "no draws": "draws = 0",
    "an event on no date": "20/5/2021",
    "a row with too many cells": "第二次",
    "a value that is no number": ",三,",
    "an id twice": "C01,commitment,岚州市",
    "a quote of no clause": "art_44",
    "a quote of no item": "incentive11",
    "hypotheses in a circle": 'path = ["willingness", "scale_gap"]',
    "a column of no item": "trsut2",
    "no TOML": 'language = "zh ',
    "a quotation mark left open": '"提出维修服务规范意见',
    "a questionnaire with an unknown construct": 'code = "trust"\n',
    "a document of two encodings": "第二条",
}


@pytest.mark.parametrize(("name", "words"), LINES.items(), ids=LINES)
def test_a_fault_names_its_line(name: str, words: str, tmp_path: Path) -> None:
    kind, file, edits = (FAULTS | ALONE)[name]
    fault = of_kind(check(tmp_path, edits).faults, kind, file)[-1 if name == "hypotheses in a circle" else 0]
    data = (tmp_path / file).read_bytes()
    at = max(data.find(words.encode()), data.find(words.encode("gb18030")))
    assert at >= 0
    assert fault.line == data[:at].count(b"\n") + 1


def test_without_study_toml_the_other_files_are_still_looked_at(tmp_path: Path) -> None:
    edits = [edit for name in ("no TOML", "an event on no date", "an id twice") for edit in (FAULTS | ALONE)[name][2]]
    kinds = {fault.kind for fault in check(tmp_path, edits).faults}
    assert {"toml-syntax", "cell-date", "id-twice"} <= kinds
    (tmp_path / "study.toml").unlink()
    assert {"study-missing", "cell-date"} <= {fault.kind for fault in check_study(tmp_path).faults}


def test_what_there_is_not_is_no_fault(tmp_path: Path) -> None:
    write_template(tmp_path)
    for name in ("events.csv", "ledger.csv", "indicators.csv", "evidence.csv", "responses.csv", "questionnaire.toml"):
        (tmp_path / name).unlink()
        assert not [fault for fault in check_study(tmp_path).errors if fault.kind != "evidence-event"], name


def test_the_texts_need_not_be_read(tmp_path: Path) -> None:
    write_template(tmp_path)
    spoil(tmp_path, [*FAULTS["a document that is cut off"][2], *FAULTS["a quote of no clause"][2]])
    assert not check_study(tmp_path, read_documents=False).errors
    assert len(check_study(tmp_path).errors) == 2


def test_the_order_in_which_files_were_made_changes_nothing(tmp_path: Path) -> None:
    edits = [edit for _, _, some in FAULTS.values() for edit in some]
    first = check(tmp_path / "a", edits).faults
    files = sorted((path for path in (tmp_path / "a").rglob("*") if path.is_file()), reverse=True)
    for path in files:
        copy = tmp_path / "b" / path.relative_to(tmp_path / "a")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    assert [fault.message() for fault in check_study(tmp_path / "b").faults] == [fault.message() for fault in first]


@pytest.mark.parametrize("name", catalogue())
def test_both_languages_of_a_message_name_the_same_facts(name: str) -> None:
    kind = catalogue()[name]
    slots = [{slot for _, slot, _, _ in string.Formatter().parse(text) if slot} for text in (kind.zh, kind.en)]
    assert slots[0] - {"near"} == slots[1] - {"near"}
    assert kind.severity in ("error", "warning")


def test_every_kind_of_fault_is_proved_here() -> None:
    proved = {kind for kind, _, _ in (FAULTS | ALONE).values()} | {"study-missing"}
    assert set(catalogue()) == proved


def test_a_text_in_two_languages_is_shown_in_one() -> None:
    assert in_language("数字 / a number", "zh") == "数字"
    assert in_language("a / b", "zh") == "a / b"
    assert in_language(("甲", "A"), "en") == "A"
