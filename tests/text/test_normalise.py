"""Normalised text keeps the words, and every character leads back to where it was published."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchi.text import normalise

ODD = "\r\n\x0b\x0c\x85\u2028\u2029\xa0\u2003\u3000\u202f\xad\u200b\u200d\u2060\ufeff"
TEXTS = st.text(alphabet=st.one_of(st.sampled_from(ODD), st.sampled_from("第一条，１２Ａa \n")), max_size=60)

CASES = {  # what the case guards: (published, normalised)
    "windows line ends": ("甲\r\n乙\r丙", "甲\n乙\n丙"),
    "byte order mark": ("\ufeff第一条", "第一条"),
    "full-width space": ("第一条\u3000本法", "第一条 本法"),
    "no-break space": ("5\xa0日", "5 日"),
    "zero-width and soft hyphen": ("三\u200b十\xad日", "三十日"),
    "line separator": ("甲\u2028乙", "甲\n乙"),
    "full-width digits and letters stay": ("５万元Ａ", "５万元Ａ"),
    "plain text is untouched": ("第一条 本法。\n", "第一条 本法。\n"),
}


@pytest.mark.parametrize(("published", "expected"), CASES.values(), ids=CASES)
def test_normalised(published: str, expected: str) -> None:
    assert normalise(published).text == expected


@given(TEXTS)
def test_every_character_leads_back_to_its_own(published: str) -> None:
    result = normalise(published)
    for offset, character in enumerate(result.text):
        origin = published[result.to_published(offset)]
        assert origin == character or (character in " \n" and origin in ODD)


@given(TEXTS)
def test_offsets_rise_and_the_end_is_the_end(published: str) -> None:
    result = normalise(published)
    offsets = [result.to_published(at) for at in range(len(result.text) + 1)]
    assert offsets == sorted(set(offsets))
    assert offsets[-1] == len(published)


@given(TEXTS)
def test_normalising_twice_changes_nothing(published: str) -> None:
    once = normalise(published).text
    assert normalise(once).text == once


@given(TEXTS, st.data())
def test_a_span_normalises_to_itself(published: str, data: st.DataObject) -> None:
    result = normalise(published)
    start = data.draw(st.integers(0, len(result.text)))
    end = data.draw(st.integers(start, len(result.text)))
    first, last = result.span_to_published(start, end)
    assert normalise(published[first:last]).text == result.text[start:end]


def test_offsets_outside_the_text_are_refused() -> None:
    with pytest.raises(IndexError):
        normalise("一").to_published(2)
