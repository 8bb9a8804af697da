"""A study folder: what study.toml says is read whole, and what it says wrong is refused with line and file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tongchi.errors import MissingFileError, StudyFolderError
from tongchi.mechanism.tables import Period
from tongchi.study.folder import StudyFolder, last_day, scan_study

STUDY = """\
title_zh = "甲乙两地机关事务"
title_en = "Office affairs of A and B"

[[party]]
code = "north"
zh = "江州市"
en = "Jiangzhou"

[[party]]
code = "south"
zh = "岚州市"
en = "Lanzhou"

[[party]]
code = "state"
zh = "中央"
en = "Centre"
role = "central"

[[matter]]
code = "offices"
zh = "办公用房"
en = "Office space"
central = "条例.md"
[matter.documents]
south = ["岚州市办法.md", "细则.md"]
north = "江州市办法.md"

[periods]
first = 2018
last = "2026H1"
"""
FILES = ("north/江州市办法.md", "south/岚州市办法.md", "south/细则.md", "state/条例.md", "north/旧办法.md")


def write_study(folder: Path, text: str = STUDY, files: tuple[str, ...] = FILES) -> Path:
    for name in files:
        path = folder / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n\n第一条　应当节约。\n", "utf-8")
    (folder / "study.toml").write_text(text, "utf-8")
    return folder


def test_a_study_is_read_whole(tmp_path: Path) -> None:
    study = StudyFolder.load(write_study(tmp_path))
    assert [party.code for party in study.parties] == ["north", "south", "state"]
    assert [party.code for party in study.regions] == ["north", "south"]
    assert study.central == study.parties[2]
    [matter] = study.matters
    assert list(matter.documents.items()) == [
        ("north", ("documents/north/江州市办法.md",)),
        ("south", ("documents/south/岚州市办法.md", "documents/south/细则.md")),
    ]
    assert matter.central == ("documents/state/条例.md",)
    assert set(matter.files) == set(study.documents) - {"documents/north/旧办法.md"}
    assert study.documents_of("north") == ("documents/north/旧办法.md", "documents/north/江州市办法.md")
    assert (study.first, study.last) == (Period(2018.0, "2018"), Period(2026.0, "2026H1"))
    assert study.as_of == date(2026, 6, 30)
    assert (study.options.seed, study.options.draws, study.options.estimator) == (1, 1000, "MLR")


def test_a_party_goes_by_its_code_and_by_both_its_names(tmp_path: Path) -> None:
    study = StudyFolder.load(write_study(tmp_path))
    assert [study.party(name) for name in ("north", "江州市", "Jiangzhou", " 江州市 ")] == [study.parties[0]] * 4
    assert study.party("江州") is None


def test_what_runs_follows_from_what_there_is_unless_the_study_says_otherwise(tmp_path: Path) -> None:
    study = StudyFolder.load(write_study(tmp_path))
    assert study.analyses.documents
    assert study.analyses.commitments
    assert not study.analyses.survey
    assert not study.analyses.events
    (tmp_path / "responses.csv").write_text("id\n", "utf-8")
    write_study(tmp_path, STUDY + "[analysis]\nbarriers = false\n")
    study = StudyFolder.load(tmp_path)
    assert study.analyses.survey
    assert study.analyses.mechanism
    assert not study.analyses.barriers
    assert study.responses == tmp_path / "responses.csv"


def test_a_study_may_have_a_questionnaire_only(tmp_path: Path) -> None:
    head = STUDY.split("[[matter]]", maxsplit=1)[0]
    (tmp_path / "responses.csv").write_text("id\n", "utf-8")
    study = StudyFolder.load(write_study(tmp_path, head, ()))
    assert study.matters == ()
    assert not study.analyses.documents
    assert study.as_of is None


@pytest.mark.parametrize(
    ("label", "day"),
    [
        ("2024", date(2024, 12, 31)),
        ("2024年", date(2024, 12, 31)),
        ("2024H1", date(2024, 6, 30)),
        ("2024h2", date(2024, 12, 31)),
        ("2024Q1", date(2024, 3, 31)),
        ("2024Q3", date(2024, 9, 30)),
        ("2024-02", date(2024, 2, 29)),
        ("2023-12", date(2023, 12, 31)),
    ],
)
def test_a_period_ends_on_its_last_day(label: str, day: date) -> None:
    period = Period.parse(label)
    assert period
    assert last_day(period) == day


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_ends_in_itself(month: int) -> None:
    period = Period.parse(f"2025-{month:02d}")
    assert period
    assert last_day(period).month == month


def test_load_refuses_with_every_mistake_in_both_languages(tmp_path: Path) -> None:
    text = STUDY.replace('zh = "岚州市"', 'zh = "江州市"').replace("条例.md", "条列.md").replace("2018", "2028")
    with pytest.raises(StudyFolderError) as refused:
        StudyFolder.load(write_study(tmp_path, text))
    message = refused.value.message("zh")
    assert "3 处错误" in message
    for part in ("study.toml 第11行 [party] zh", "条列.md", "那里有：条例.md", "第一个时期 2028 晚于", "Swap them."):
        assert part in message


def test_warnings_do_not_keep_a_study_from_loading(tmp_path: Path) -> None:
    text = STUDY.replace('south = ["岚州市办法.md", "细则.md"]\n', "")
    folder, faults = scan_study(write_study(tmp_path, text))
    assert [fault.kind for fault in faults] == ["matter-one-sided"]
    assert folder == StudyFolder.load(tmp_path)


def test_no_folder_and_no_study_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        StudyFolder.load(tmp_path / "nowhere")
    with pytest.raises(StudyFolderError, match=r"tongchi new"):
        StudyFolder.load(tmp_path)


def test_a_file_named_by_a_path_below_its_party_is_found(tmp_path: Path) -> None:
    text = STUDY.replace('"江州市办法.md"', '"./2020/江州市办法.md"')
    study = StudyFolder.load(write_study(tmp_path, text, (*FILES, "north/2020/江州市办法.md")))
    assert study.matters[0].documents["north"] == ("documents/north/2020/江州市办法.md",)
