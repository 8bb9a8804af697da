"""How B differs from A: one type by the ladder, with the slot, both values, both quotes and the direction."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
from invented import THEMES, regulation

from tongchi.comparison import DifferenceType, Direction, Link, PairComparison, compare

T, S, L, N, E = DifferenceType, Direction.STRICTER, Direction.LOOSER, Direction.MIXED, Direction.EQUAL
REST = [theme.text for theme in THEMES[2:8]]


def compared(first: str, second: str) -> tuple[PairComparison, Link]:
    """Compare two texts whose first articles are these, and return the link between them."""
    pair = compare(regulation([first, *REST]), regulation([second, *REST], place="上海市"))
    return pair, next(link for link in pair.links if (link.a, link.b) == ("1", "1"))


LADDER = {  # what the case guards: (A, B, type, direction, slot)
    "ordered here, forbidden there": (
        "阅览室的过期报刊应当向社会公开出售。",
        "阅览室的过期报刊不得向社会公开出售。",
        T.CONFLICT,
        N,
        "modality",
    ),
    "one clause of a longer sentence is forbidden": (
        "阅览室闲置超过三个月的，由街道收回；无法调剂的，应当向社会公开出租。",
        "阅览室闲置超过三个月的，由街道收回；无法调剂的，不得向社会公开出租。",
        T.CONFLICT,
        N,
        "modality",
    ),
    "each gives the task to whom the other forbids it": (
        "书架的维修由使用单位自行组织实施，市文化主管部门不得代为组织。",
        "书架的维修由市文化主管部门统一组织实施，使用单位不得自行组织。",
        T.CONFLICT,
        N,
        "modality",
    ),
    "leave becomes an order": (
        "阅览室可以安装自助借还设备。",
        "阅览室应当安装自助借还设备。",
        T.STRICTER,
        S,
        "modality",
    ),
    "encouragement becomes an order": (
        "鼓励阅览室安装自助借还设备。",
        "阅览室应当安装自助借还设备。",
        T.STRICTER,
        S,
        "modality",
    ),
    "an order becomes leave": (
        "阅览室应当安装自助借还设备，并接入全市平台。",
        "阅览室可以安装自助借还设备，并接入全市平台。",
        T.LOOSER,
        L,
        "modality",
    ),
    "a further duty": (
        "阅览室应当建立借阅登记制度。",
        "阅览室应当建立借阅登记制度。管理员每季度核对登记信息，发现错误的，应当及时更正并通知借阅人。",
        T.STRICTER,
        S,
        "extra_provision",
    ),
    "a duty less": (
        "阅览室应当建立借阅登记制度，登记信息应当加密保存，不得向第三方提供。",
        "阅览室应当建立借阅登记制度。",
        T.LOOSER,
        L,
        "wording",
    ),
    "an exception less": (
        "阅览室应当对所有读者免费开放，但是举办收费培训的除外。",
        "阅览室应当对所有读者免费开放。",
        T.STRICTER,
        S,
        "wording",
    ),
    "another number comes before another modality": (
        "阅览室可以每年举办一次书展。",
        "阅览室应当每年举办两次书展。",
        T.QUANTITY,
        S,
        "measure",
    ),
    "synonyms": (
        "阅览室应当建立健全借阅登记制度。",
        "阅览室应当建立和完善借阅登记制度。",
        T.WORDING,
        E,
        "wording",
    ),
    "another word for the same order": (
        "阅览室应当安装自助借还设备。",
        "阅览室必须安装自助借还设备。",
        T.WORDING,
        E,
        "wording",
    ),
    "an office under its new name": (
        "阅览室的经营活动由工商行政管理部门监督检查。",
        "阅览室的经营活动由市场监督管理部门监督检查。",
        T.WORDING,
        E,
        "wording",
    ),
    "nothing": ("阅览室应当免费开放。", "阅览室应当免费开放。", T.IDENTICAL, E, ""),
}


@pytest.mark.parametrize(("first", "second", "kind", "direction", "slot"), LADDER.values(), ids=LADDER)
def test_the_ladder(first: str, second: str, kind: DifferenceType, direction: Direction, slot: str) -> None:
    _, link = compared(first, second)
    assert (link.type, link.direction, link.slot) == (kind, direction, slot)
    assert link.coarse == ("same" if kind in (T.IDENTICAL, T.WORDING) else "differs")


def test_leave_against_a_ban_is_no_conflict_but_notes_it() -> None:
    _, stricter = compared("阅览室可以收取押金。", "阅览室不得收取押金。")
    _, looser = compared("阅览室不得收取押金。", "阅览室可以收取押金。")
    assert (stricter.type, looser.type) == (T.STRICTER, T.LOOSER)
    assert T.CONFLICT in stricter.other_types
    assert T.CONFLICT in looser.other_types


def test_another_modality_beside_another_number_is_noted() -> None:
    _, link = compared("阅览室可以每年举办一次书展。", "阅览室应当每年举办两次书展。")
    assert T.STRICTER in link.other_types


def test_values_name_the_words_that_differ() -> None:
    _, modality = compared("阅览室可以安装自助借还设备。", "阅览室应当安装自助借还设备。")
    assert (modality.value_a, modality.value_b) == ("可以", "应当")
    _, number = compared("管理员应当在十五日内答复。", "管理员应当在十日内答复。")
    assert ("十五日" in number.value_a, "十日" in number.value_b) == (True, True)


def test_quotes_are_the_published_words_at_their_offsets(samples: tuple[Path, Path]) -> None:
    pair = compare(*samples)
    for link in pair.links:
        assert {quote.side for quote in link.quotes} == {"a", "b"}
        for quote in link.quotes:
            document, eid = (pair.a, link.a_eid) if quote.side == "a" else (pair.b, link.b_eid)
            assert document.source[quote.start : quote.end] == quote.text != ""
            assert quote.eid.startswith(eid)
            start, end = document.span(document.find(eid))
            assert start <= quote.start < quote.end <= end


# What must be found of each type among the sample pair's links, a little under what is found today: quantity and identical
# all but one (33 → 39 is one paragraph of two), conflict two of three, scope none of three, others all but two.
LEAST = {
    "identical": 0.8,
    "wording": 1.0,
    "quantity": 1.0,
    "conflict": 0.66,
    "stricter": 0.7,
    "looser": 1.0,
    "scope": 0.0,
}


def test_the_differences_set_on_purpose_are_found(samples: tuple[Path, Path]) -> None:
    truth = json.loads((samples[0].parent / "truth.json").read_text("utf-8"))["links"]
    found = {(link.a, link.b): link for link in compare(*samples).links}
    right: dict[str, list[bool]] = defaultdict(list)
    for each in truth:
        link = found.get((each["a"], each["b"]))
        right[each["label"]].append(link is not None and link.type.value == each["label"])
    rates = {label: sum(hits) / len(hits) for label, hits in right.items()}
    assert {label: rate for label, rate in rates.items() if rate < LEAST[label]} == {}
    assert sum(map(sum, right.values())) >= 0.84 * len(truth)


def test_the_numbers_set_on_purpose_are_found(samples: tuple[Path, Path]) -> None:
    """Every two-sided number of the truth is found; direction agrees, but for conditions, which have none here."""
    truth = json.loads((samples[0].parent / "truth.json").read_text("utf-8"))["links"]
    found = {(link.a, link.b): link for link in compare(*samples).links}
    values = hits = directed = 0
    scale = {"公里": 1000.0}
    for each in truth:
        for quantity in each["quantities"]:
            ends = [
                (quantity[side]["hi"] or quantity[side]["lo"]) * scale.get(quantity[side]["unit"], 1.0) for side in "ab"
            ]
            same = [
                q
                for q in found[each["a"], each["b"]].quantities
                if q.a
                and q.b
                and (q.a.hi or q.a.lo) == pytest.approx(ends[0], rel=1e-4)
                and (q.b.hi or q.b.lo) == pytest.approx(ends[1], rel=1e-4)
            ]
            values += 1
            hits += bool(same)
            directed += bool(same) and same[0].direction.value == quantity["dir"]
    assert hits == values
    assert directed >= 0.8 * values


CLEAR = ("stricter", "looser")


def test_direction_on_gold_pairs_in_sample(shared_data: Path) -> None:
    """A guard against regressions, in sample: the shipped weights have seen these pairs."""
    right = both = 0
    for file in sorted((shared_data / "alignment").glob("*.jsonl")):
        head, *lines = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        pair = compare(shared_data / "laws" / head["a_path"], shared_data / "laws" / head["b_path"])
        found = {(link.a, link.b): link.type.value for link in pair.links}
        for each in lines:
            kind = found.get((each.get("a"), each.get("b")), "")
            if each.get("label") in CLEAR and kind in CLEAR:
                both += 1
                right += each["label"] == kind
    assert right >= 0.85 * both > 0
