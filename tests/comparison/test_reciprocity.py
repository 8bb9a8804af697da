"""Does the other side's law promise the same?"""

from __future__ import annotations

import pytest
from tests.comparison.invented import regulation

import tongchi
from tongchi.comparison.reciprocity import BORDERS, Reciprocity, find_reciprocity

CASES = {  # what the case guards: (Chongqing's clause, Sichuan's clause, A reciprocal, B reciprocal)
    "both name the other": ("本市与四川省推进证照互认。", "本省与重庆市推进证照互认。", True, True),
    "through a community": ("本市推进成渝地区双城经济圈证照互认。", "本省与重庆市推进证照互认。", True, True),
    "through the border": ("本市与毗邻省建立协作机制。", "本省与毗邻省、直辖市建立协作机制。", True, True),
    "another kind": ("本市与四川省推进证照互认。", "本省与重庆市联合执法。", False, False),
    "another region": ("本市与四川省推进证照互认。", "本省与贵州省推进证照互认。", False, None),
}


@pytest.mark.parametrize(("a", "b", "first", "second"), CASES.values(), ids=CASES)
def test_reciprocal_or_one_sided(a: str, b: str, first: bool | None, second: bool | None) -> None:
    found = _results(a, b)
    assert [each.commitment.reciprocal for each in found] == [first, second]


def test_nothing_promised_is_one_sided() -> None:
    (found,) = _results("本市与四川省推进证照互认。", "阅览室应当每周开放。")
    assert (found.side, found.commitment.reciprocal, found.answers) == ("a", False, ())


def test_another_matter_does_not_answer() -> None:
    a = regulation(["本市与四川省建立事故救援协作机制。"], place="重庆市", matter="安全生产")
    b = regulation(["本省与重庆市建立热线联动机制。"], place="四川省", matter="营商环境")
    found = find_reciprocity(tongchi.compare(a, b))
    assert [each.commitment.reciprocal for each in found] == [False, False]


def test_borders_are_shared() -> None:
    for one, others in BORDERS.items():
        for other in others.split():
            if other in BORDERS:
                assert one in BORDERS[other].split(), (one, other)


def _results(a: str, b: str) -> tuple[Reciprocity, ...]:
    first, second = regulation([a], place="重庆市"), regulation([b], place="四川省")
    return find_reciprocity(tongchi.compare(first, second))
