"""Codings go to coding software and come back the same; those of other programs are read; hostile files are refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tongchi.documents import read
from tongchi.errors import (
    DamagedFileError,
    EvidenceError,
    MissingFileError,
    TongchiError,
    UnsafeFileError,
    UnsupportedFormatError,
)
from tongchi.mechanism.names import CONSTRUCT_NAMES
from tongchi.study.codings_qdpx import NAMESPACE, import_qdpx
from tongchi.study.codings_qdpx_writing import qdpx_bytes
from tongchi.study.evidence import CaseSources, EvidenceKind, EvidenceRow, Stance, read_evidence

CHENGYU = Path(__file__).parents[2] / "examples" / "chengyu"
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)


@st.composite
def codings(draw: st.DrawFn) -> list[EvidenceRow]:
    rows = []
    for n in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(EvidenceKind))
        reference = "m:p:art_1" if kind is EvidenceKind.DOCUMENT else draw(WORDS)
        quote = draw(st.one_of(WORDS, st.just("一行\r\n二行"), st.just("𠮷野"), st.just("")))
        for coder in draw(st.lists(st.sampled_from(["c1", "c2", "甲 乙"]), min_size=1, max_size=2, unique=True)):
            rows.append(
                EvidenceRow(
                    id=f"E{n}",
                    construct=draw(st.sampled_from(sorted(CONSTRUCT_NAMES))),
                    hypothesis=draw(st.sampled_from(["", "H1a", "my own"])),
                    stance=draw(st.sampled_from(Stance)),
                    kind=kind,
                    reference=reference,
                    quote=quote,
                    coder=coder,
                    memo=draw(st.one_of(st.just(""), WORDS.filter(lambda memo: "stance" not in memo.lower()))),
                    line=len(rows) + 2,
                )
            )
    return rows


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(rows=codings())
def test_rows_come_back_exactly(rows: list[EvidenceRow], tmp_path: Path) -> None:
    file = tmp_path / "codings.qdpx"
    file.write_bytes(qdpx_bytes(rows, title="研究"))
    found = import_qdpx(file)
    assert list(found.rows) == rows
    assert found.notes == ()
    assert file.read_bytes() == qdpx_bytes(rows, title="研究")


def test_the_sample_study_goes_out_in_its_own_texts_and_comes_back(tmp_path: Path) -> None:
    rows = read_evidence(CHENGYU / "evidence.csv")
    file = tmp_path / "codings.qdpx"
    file.write_bytes(qdpx_bytes(rows, title="川渝", sources=_sources()))
    assert list(import_qdpx(file).rows) == rows
    with zipfile.ZipFile(file) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("Sources/")]
    coded = {row.reference.rpartition(":")[0] for row in rows if row.kind == "document"}
    whole = {f"{matter}:{party}" for matter, party in _sources().documents}
    assert sum("第一条" in text for text in texts) == len(coded & whole) >= 4


def test_a_project_keeps_to_the_order_of_the_schema() -> None:
    root = _project(qdpx_bytes(read_evidence(CHENGYU / "evidence.csv"), title="川渝"))
    assert [etree.QName(each).localname for each in root] == ["Users", "CodeBook", "Sources", "Notes"]
    guids = [each.get("guid") for each in root.iter() if each.get("guid")]
    assert len(guids) == len(set(guids))
    names = [each.get("name") for each in root.iter(f"{{{NAMESPACE}}}Code")]
    assert len(names) == len(set(names))
    known = {guid for guid in guids if guid}
    for each in root.iter():
        for name in ("targetGUID", "creatingUser"):
            assert each.get(name) is None or each.get(name) in known


def test_a_coding_twice_and_control_characters_are_refused() -> None:
    row = EvidenceRow("E1", "trust", "", Stance.SUPPORTS, EvidenceKind.INTERVIEW, "N1", "好", "c1", "", 2)
    with pytest.raises(EvidenceError, match="E1"):
        qdpx_bytes([row, row], title="")
    with pytest.raises(EvidenceError):
        qdpx_bytes([row], title="\x0b")


# --- projects of other programs ---------------------------------------------------------------------------

U, C, S = (
    "11111111-0000-0000-0000-000000000001",
    "22222222-0000-0000-0000-00000000000",
    "33333333-0000-0000-0000-000000000001",
)
CODES = f"""
<Code guid="{{{C}1}}" name="协同互信" isCodable="true"><Code guid="{C}2" name="互认" isCodable="true"/>
<Code guid="{C}3" name="trust -" isCodable="true"/><Code guid="{C}4" name="（不支持）" isCodable="true"/></Code>
<Code guid="{C}5" name="H7" isCodable="true"/><Code guid="{C}6" name="Weather" isCodable="true"/>
<Code guid="{C}7" name="walls" isCodable="true"/>
<Code guid="{C}8" name="假设" isCodable="false"><Code guid="{C}9" name="own one" isCodable="true"/></Code>
"""
TEXT = "他们认我们的报告。\r\n我们不认他们的。\r\n"


def test_codes_map_to_constructs_by_name_place_and_suffix(tmp_path: Path) -> None:
    cases = {"1": Stance.SUPPORTS, "2": Stance.SUPPORTS, "3": Stance.CONTRADICTS, "4": Stance.CONTRADICTS}
    for code, stance in cases.items():
        (row,) = import_qdpx(_foreign(tmp_path, [(0, 9, [code], "")])).rows
        assert (row.construct, row.stance) == ("trust", stance)
        assert (row.id, row.quote, row.coder) == ("Q001", "他们认我们的报告。", "李")
        assert (row.kind, row.reference) == (EvidenceKind.INTERVIEW, "访谈一")


def test_a_second_code_names_the_hypothesis_and_a_memo_the_stance(tmp_path: Path) -> None:
    file = _foreign(tmp_path, [(0, 9, ["1", "5", "9"], "想过\n立场：不支持")])
    rows = import_qdpx(file).rows
    assert [(row.hypothesis, row.stance) for row in rows] == [
        ("H7", Stance.CONTRADICTS),
        ("own one", Stance.CONTRADICTS),
    ]
    assert {row.memo for row in rows} == {"想过\n立场：不支持"}
    assert {row.id for row in rows} == {"Q001"}


def test_codes_that_are_no_construct_are_told_or_named_by_the_user(tmp_path: Path) -> None:
    file = _foreign(tmp_path, [(0, 9, ["6", "7"], "")])
    found = import_qdpx(file)
    assert found.rows == ()
    assert [en for _, en in found.notes] == [
        "Code “Weather” is no construct: 1 coding(s) left out.",
        "Code “walls” is no construct: 1 coding(s) left out.",
    ]
    assert [row.construct for row in import_qdpx(file, names={"Walls": "barrier"}).rows] == ["barrier"]


LINE_ENDS = {  # how the program counts CR LF: (origin, offsets of the second sentence)
    "as two characters": ("NVivo", (11, 19)),
    "as one, as ATLAS.ti does": ("ATLAS.ti", (10, 18)),
    "as one, which only the name of the selection tells": ("other", (10, 18)),
}


@pytest.mark.parametrize(("origin", "span"), LINE_ENDS.values(), ids=LINE_ENDS)
def test_line_ends_are_counted_as_the_program_counts(tmp_path: Path, origin: str, span: tuple[int, int]) -> None:
    file = _foreign(tmp_path, [(*span, ["1"], "")], origin=origin, name="我们不认...")
    assert [row.quote for row in import_qdpx(file).rows] == ["我们不认他们的。"]


def test_positions_outside_the_text_and_texts_outside_the_file_are_left_out_and_told(tmp_path: Path) -> None:
    found = import_qdpx(_foreign(tmp_path, [(5, 999, ["1"], ""), (7, 3, ["1"], ""), (0, 9, ["1"], "")]))
    assert len(found.rows) == 1
    assert "2 selections that lie outside" in found.notes[0][1]
    outside = import_qdpx(_foreign(tmp_path, [(0, 9, ["1"], "")], path="relative://../../etc/passwd"))
    assert outside.rows == ()
    assert "text is not in the file" in outside.notes[0][1]


def test_a_source_that_is_a_text_of_the_study_gives_clauses(tmp_path: Path) -> None:
    document = _sources().documents["logistics", "sichuan"][0]
    at = document.source.index("房屋结构安全")
    for name in (Path(document.file).name, "logistics:sichuan", document.metadata.title):
        file = _foreign(tmp_path, [(at, at + 6, ["1"], "")], text=document.source, source=name)
        (row,) = import_qdpx(file, sources=_sources()).rows
        assert row.kind is EvidenceKind.DOCUMENT
        assert row.reference.startswith("logistics:sichuan:art_6")


HOSTILE = {  # what is wrong: (parts of the zip, error)
    "entities that grow": (
        {"project.qde": b'<!DOCTYPE x [<!ENTITY a "aa">]><Project xmlns="urn:QDA-XML:project:1.0"/>'},
        UnsafeFileError,
    ),
    "nesting without end": ({"project.qde": b"<a>" * 5000}, UnsafeFileError),
    "no XML": ({"project.qde": b"hello"}, DamagedFileError),
    "no project": ({"other.txt": b"hello"}, UnsupportedFormatError),
    "another namespace": ({"project.qde": b'<Project xmlns="urn:other"/>'}, UnsupportedFormatError),
    "a bomb": ({"project.qde": b" " * 30_000_000}, UnsafeFileError),
}


@pytest.mark.parametrize(("parts", "error"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused(tmp_path: Path, parts: dict[str, bytes], error: type[TongchiError]) -> None:
    file = tmp_path / "bad.qdpx"
    file.write_bytes(_zip(parts))
    with pytest.raises(error):
        import_qdpx(file)


def test_no_file_and_no_zip_are_said(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        import_qdpx(tmp_path / "none.qdpx")
    (tmp_path / "text.qdpx").write_text("no zip")
    with pytest.raises(DamagedFileError):
        import_qdpx(tmp_path / "text.qdpx")


def _sources() -> CaseSources:
    folder = CHENGYU / "documents"
    named = {"logistics": "机关后勤服务", "vehicles": "公务用车"}
    parties = {"sichuan": "四川省", "chongqing": "重庆市"}
    return CaseSources(
        {
            (matter, party): (read(folder / party / f"{zh}{title}管理办法（示例）.md"),)
            for matter, title in named.items()
            for party, zh in parties.items()
        }
    )


def _project(data: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read("project.qde"))


def _foreign(
    folder: Path,
    selections: list[tuple[int, int, list[str], str]],
    *,
    origin: str = "NVivo",
    text: str = TEXT,
    source: str = "访谈一",
    name: str = "",
    path: str = f"internal://{S}.txt",
) -> Path:
    """Write a project as other programs do: GUIDs in braces and either case, codings by user, memos as notes."""
    marked, notes = "", ""
    for at, (start, end, codes, memo) in enumerate(selections):
        note = f"44444444-0000-0000-0000-{at:012}"
        ref = f'<NoteRef targetGUID="{note.upper()}"/>' if memo else ""
        notes += f'<Note guid="{note}"><PlainTextContent>{memo}</PlainTextContent></Note>' if memo else ""
        inside = "".join(
            f'<Coding guid="{at}-{code}" creatingUser="{{{U}}}"><CodeRef targetGUID="{(C + code).upper()}"/>{ref}</Coding>'
            for code in codes
        )
        marked += f'<PlainTextSelection guid="{at}" name="{name}" startPosition="{start}" endPosition="{end}">{inside}</PlainTextSelection>'
    xml = (
        f'<?xml version="1.0" encoding="utf-8"?><Project name="p" origin="{origin}" xmlns="{NAMESPACE}"><Users><User guid="{U}" name="李"/></Users>'
        f"<CodeBook><Codes>{CODES}</Codes></CodeBook><Sources>"
        f'<TextSource guid="{S}" name="{source}" plainTextPath="{path}">{marked}</TextSource></Sources><Notes>{notes}</Notes></Project>'
    )
    file = folder / "foreign.qdpx"
    file.write_bytes(_zip({"project.qde": xml.encode(), f"sources/{S}.txt": b"\xef\xbb\xbf" + text.encode()}))
    return file


def _zip(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()
