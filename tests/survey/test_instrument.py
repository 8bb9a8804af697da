"""The instrument: the shipped one is whole, and every mistake in a file is named with its line, all at once."""

from __future__ import annotations

import pickle
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.errors import EncodingError, InstrumentError, MissingFileError
from tongchi.survey.instrument import HypothesisKind, Instrument, default_text

SMALL = """id = "small"
title_zh = "小问卷"
title_en = "A small questionnaire"

[scale]
low = 1
high = 5
zh = ["1", "2", "3", "4", "5"]
en = ["a", "b", "c", "d", "e"]

[[construct]]
code = "trust"
zh = "互信"
en = "Trust"

[[construct]]
code = "barrier"
zh = "壁垒"
en = "Barrier"

[[item]]
code = "t1"
construct = "trust"
zh = "甲"
en = "A"

[[item]]
code = "b1"
construct = "barrier"
zh = "乙"
en = "B"
reverse = true

[[group]]
code = "region"
zh = "地区"
en = "Region"

[[hypothesis]]
id = "H1"
kind = "direct"
path = ["trust", "barrier"]
sign = "-"
zh = "互信减少壁垒"
en = "Trust lowers barriers"
"""

MISTAKES = {  # what the case guards: (replaced, by, words of the message)
    "scale turned round": ("low = 1", "low = 6", ("line 7", "low 6, high 5", "2–101")),
    "label missing": ('"d", "e"', '"d"', ("line 9 [scale] en", "4 个标签", "5 个")),
    "misspelt construct, with a suggestion": (
        'construct = "trust"',
        'construct = "trsut"',
        ("line 23", "“trsut”", "did you mean “trust”"),
    ),
    "misspelt key, with a suggestion": (
        "reverse = true",
        "revers = true",
        ("line 32", "“revers”", "did you mean “reverse”"),
    ),
    "truth value as text": ("reverse = true", 'reverse = "yes"', ("line 32", "'yes'", "true | false")),
    "code that no model syntax could hold": ('code = "t1"', 'code = "1 t"', ("line 22", "“1 t”", "a letter")),
    "code used twice": ('code = "b1"', 'code = "t1"', ("line 28", "repeated “t1”", "rename")),
    "construct without items": (
        'construct = "barrier"\n',
        'construct = "trust"\n',
        ("line 17", "“barrier”", "add items"),
    ),
    "text left out": ('zh = "甲"\n', "", ("line 21 [item] zh", "no such key “zh”", "fill in zh")),
    "unknown kind of hypothesis": (
        'kind = "direct"',
        'kind = "dirct"',
        ("line 41", "“dirct”", "did you mean “direct”"),
    ),
    "sign that is none": ('sign = "-"', 'sign = "minus"', ("line 43", "'minus'", '"+" | "-"')),
    "direct path of one": ('path = ["trust", "barrier"]', 'path = ["trust"]', ("line 42", "['trust']", "two")),
    "path of three is mediated": ('kind = "direct"', 'kind = "mediated"', ("line 42", "three or more")),
    "level names no target": ('kind = "direct"', 'kind = "level"', ("exactly one of the two",)),
    "group hypothesis without group": ('kind = "direct"', 'kind = "group"', ("no such key “group”",)),
    "no scale at all": ("[scale]", "[skale]", ("no [scale]", "“skale”", "did you mean “scale”")),
    "no TOML": ('id = "small"', "id = small", ("line 1", "valid TOML")),
}


@pytest.mark.parametrize(("replaced", "by", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_line_found_expected_and_advice(replaced: str, by: str, words: tuple[str, ...]) -> None:
    assert SMALL.count(replaced) >= 1
    with pytest.raises(InstrumentError) as caught:
        Instrument.parse(SMALL.replace(replaced, by, 1), file="small.toml")
    message = str(caught.value)
    assert message.startswith("[T540] small.toml: ")
    assert [word for word in words if word not in message] == []
    assert "\n" not in message


def test_all_mistakes_come_at_once() -> None:
    text = SMALL.replace("high = 5", "high = 1").replace('"trsut"', "").replace('sign = "-"', 'sign = "?"')
    with pytest.raises(InstrumentError) as caught:
        Instrument.parse(text.replace('construct = "trust"', 'construct = "x"'), file="small.toml")
    assert caught.value.facts["count"] == 6
    assert all(f"({n}) " in str(caught.value) for n in range(1, 7))


def test_the_small_one_is_read() -> None:
    instrument = Instrument.parse(SMALL)
    assert instrument.item_codes == ("t1", "b1")
    assert instrument.reverse_codes == {"b1"}
    assert instrument.scale.midpoint == 3
    assert (instrument.respondent, instrument.duration) == ("id", "duration_s")
    assert instrument.hypotheses[0].path == ("trust", "barrier")
    assert instrument.hypotheses[0].sign == "-"


ENCODINGS = {"UTF-8": "utf-8", "UTF-8 with a mark": "utf-8-sig", "GB18030 as Windows saves it": "gb18030"}


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
def test_load_reads_what_editors_write(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "instrument.toml"
    path.write_bytes(default_text().encode(encoding))
    assert Instrument.load(path) == Instrument.default()


def test_load_refuses_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        Instrument.load(tmp_path / "none.toml")
    (tmp_path / "x.toml").write_bytes(b"\x00\x01\x02\xff" * 50)
    with pytest.raises(EncodingError):
        Instrument.load(tmp_path / "x.toml")


def test_the_shipped_instrument_has_four_items_for_each_of_eleven_constructs() -> None:
    instrument = Instrument.default()
    counts = Counter(item.construct for item in instrument.items)
    assert len(instrument.constructs) == 11
    assert counts.pop("") == 2
    assert set(counts.values()) == {4}
    assert all(sum(item.reverse for item in instrument.items_of(c.code)) == 1 for c in instrument.constructs)
    assert all(construct.note_zh and construct.note_en for construct in instrument.constructs)
    assert len({item.zh for item in instrument.items}) == len({item.en for item in instrument.items}) == 46
    assert len(instrument.checks) == 2


def test_the_shipped_hypotheses_are_those_of_the_theory() -> None:
    hypotheses = {hypothesis.id: hypothesis for hypothesis in Instrument.default().hypotheses}
    direct = "H1a H1b H2 H3 H4 H5 H6 H7 H8a H9 H10"
    assert " ".join(h for h, x in hypotheses.items() if x.kind is HypothesisKind.DIRECT) == direct
    assert {h for h, x in hypotheses.items() if x.sign == "-"} == {"H3", "H8a", "H8b", "L1"}
    assert hypotheses["H8b"].path == ("coordination", "trust", "barrier")
    assert {hypotheses[h].reference for h in ("L1", "L2", "L3")} == {3.0}
    assert hypotheses["L3"].items == ("urgency1", "urgency2")
    assert len(hypotheses["G1"].constructs) == 11
    assert len(hypotheses) == 16


def test_an_instrument_goes_to_another_process() -> None:
    instrument = Instrument.default()
    assert pickle.loads(pickle.dumps(instrument)) == instrument


@given(st.integers(0, len(SMALL) - 1), st.integers(0, 60))
def test_a_damaged_text_is_read_or_refused_and_nothing_else(start: int, length: int) -> None:
    try:
        Instrument.parse(SMALL[:start] + SMALL[start + length :])
    except InstrumentError as error:
        assert error.facts["count"]  # noqa: PT017
