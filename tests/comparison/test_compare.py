"""Two texts or N from end to end: every article accounted for, tables with a fixed schema, conformity, order, errors."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from invented import PLACES, THEMES, linked, regulation, regulations

from tongchi.comparison import Comparison, DifferenceType, Direction, GapWeights, PairComparison, compare, compare_all
from tongchi.documents import Document, parse_document, read
from tongchi.documents.markdown import read_markdown
from tongchi.errors import ComparisonError, MissingFileError, TongchiError

TEXTS = [theme.text for theme in THEMES]
CHANGED = [theme.changed for theme in THEMES]


@pytest.fixture(scope="module")
def pair(samples: tuple[Path, Path]) -> PairComparison:
    return compare(*samples)


@pytest.fixture(scope="module")
def parties() -> tuple[Document, ...]:
    """Return four invented texts: each further one changes and leaves out more of the first."""
    texts = (TEXTS[:8], [*CHANGED[:2], *TEXTS[2:8]], [*CHANGED[:5], *TEXTS[5:7]], [*CHANGED[4:8], *TEXTS[8:10]])
    return tuple(regulation(each, place=place) for each, place in zip(texts, PLACES, strict=False))


# --- every article is accounted for -----------------------------------------------------------------------


def assert_partition(pair: PairComparison) -> None:
    """Each article has a link or stands among the unmatched, not both; what is unmatched is quoted in full."""
    for side, document in (("a", pair.a), ("b", pair.b)):
        eids = [document.nodes[at].eid for at in document.articles]
        matched = {getattr(link, f"{side}_eid") for link in pair.links}
        only = [each.eid for each in pair.only if each.side == side]
        assert matched <= set(eids)
        assert only == [eid for eid in eids if eid not in matched]
    for each in pair.only:
        document = pair.a if each.side == "a" else pair.b
        assert each.text == document.full_text(document.find(each.eid)) != ""
        assert document.nodes[document.find(each.eid)].number == each.number


@settings(max_examples=12)
@given(regulations(), regulations(place="上海市"))
def test_each_article_is_linked_or_unmatched(a: Document, b: Document) -> None:
    assert_partition(compare(a, b))


def test_each_article_of_the_sample_pair_is_linked_or_unmatched(pair: PairComparison) -> None:
    assert_partition(pair)
    assert pair.only != ()


STRANGE = {  # what the case guards: (articles of A, articles of B)
    "a number twice": ([TEXTS[0], f"{TEXTS[1]}\n第二条　{TEXTS[2]}"], [TEXTS[2], TEXTS[0]]),
    "a number twice, unmatched": ([TEXTS[0], f"{TEXTS[1]}\n第二条　{TEXTS[2]}"], [TEXTS[0]]),
    "an article of items": (["有下列情形之一的，可以闭馆：\n（一）发生火灾；\n（二）设备检修。"], TEXTS[:2]),
    "nothing in common": (TEXTS[:2], TEXTS[8:10]),
    "articles of one or two characters": (["略。", TEXTS[0], "删除"], [TEXTS[0], "（删除）"]),
    "articles of punctuation": (["……", TEXTS[0], "××××××××"], [TEXTS[0], "××××××××"]),
}


@pytest.mark.parametrize(("first", "second"), STRANGE.values(), ids=STRANGE)
def test_articles_of_strange_texts_are_accounted_for(first: list[str], second: list[str]) -> None:
    assert_partition(compare(regulation(first), regulation(second, place="上海市")))


@settings(max_examples=8)
@example(regulation(["略。", TEXTS[0], "删除", "××××××××"]))
@given(regulations())
def test_a_text_with_itself_answers_each_article_with_itself(document: Document) -> None:
    found = compare(document, document)
    assert found.only == ()
    assert [(link.a_eid, link.b_eid) for link in found.links] == [
        (document.nodes[at].eid, document.nodes[at].eid) for at in document.articles
    ]
    assert {(link.type, link.direction, link.severity) for link in found.links} == {
        (DifferenceType.IDENTICAL, Direction.EQUAL, 0.0)
    }


# --- quotes and values ------------------------------------------------------------------------------------

AWKWARD = """# {place}阅览室条例

第一条\u3000阅览室应当自收到申请之日起{days}日内答复；　“逾期未答复的，视为同意。”

第二条　有下列情形之一的，处５００元以上{fine}元以下罚款：

（一） 堆放 易燃物品的；

（二）损坏１∶１００ 地形图，按1:100:1赔偿的。

第三条　《阅览室登记办法》（试行）第三条规定的期限为{days}个工作日。Wi‑Fi 全覆盖 100%。
"""


@pytest.mark.parametrize("turned", [False, True], ids=["there", "back"])
def test_quotes_and_values_are_the_letters_at_their_offsets(turned: bool) -> None:
    a, b = (
        parse_document(read_markdown(AWKWARD.format(place=place, days=days, fine=fine)), file=f"{place}.md")
        for place, days, fine in (("重庆市", "１５", "2000"), ("上海市", "十", "一千"))
    )
    found = compare(b, a) if turned else compare(a, b)
    assert linked(found) == {("1", "1"), ("2", "2"), ("3", "3")}
    for link in found.links:
        for side, document, value in (("a", found.a, link.value_a), ("b", found.b, link.value_b)):
            start, end = document.span(document.find(getattr(link, f"{side}_eid")))
            quotes = [quote for quote in link.quotes if quote.side == side]
            assert quotes
            assert all(start <= quote.start and quote.end <= end for quote in quotes)
            assert [document.source[quote.start : quote.end] for quote in quotes] == [quote.text for quote in quotes]
            assert all(left.end <= right.start for left, right in pairwise(quotes))
            assert value in document.source[start:end]
            for quantity in link.quantities:
                measure = getattr(quantity, side)
                assert measure is None or measure.text in document.source[start:end]


# --- tables -----------------------------------------------------------------------------------------------

PAIR_COLUMNS = {
    **dict.fromkeys(["a", "b", "a_eid", "b_eid", "coarse", "type", "other_types", "direction"], pl.String),
    "probability": pl.Float64,
    **dict.fromkeys(["strength", "slot", "value_a", "value_b"], pl.String),
    "severity": pl.Float64,
    **dict.fromkeys(["quote_a", "quote_b"], pl.String),
}
SHAPES = {  # what the case guards: (articles of A, articles of B)
    "links and unmatched articles": (TEXTS[:4], CHANGED[2:6]),
    "links alone": (TEXTS[:2], TEXTS[:2]),
    "no link at all": (TEXTS[:2], TEXTS[8:10]),
}


@pytest.mark.parametrize(("first", "second"), SHAPES.values(), ids=SHAPES)
def test_the_table_has_the_same_columns_whatever_is_found(first: list[str], second: list[str]) -> None:
    frame = compare(regulation(first), regulation(second, place="上海市")).to_frame()
    assert list(frame.schema.items()) == list(PAIR_COLUMNS.items())


def test_the_table_has_links_then_what_only_a_has_then_what_only_b_has(pair: PairComparison) -> None:
    rows = pair.to_frame().rows(named=True)
    links, only = rows[: len(pair.links)], rows[len(pair.links) :]
    assert [(row["a_eid"], row["b_eid"]) for row in links] == [(link.a_eid, link.b_eid) for link in pair.links]
    for row, link in zip(links, pair.links, strict=True):
        assert (row["a"], row["b"], row["coarse"]) == (link.a, link.b, link.coarse)
        assert (row["type"], row["direction"]) == (link.type.value, link.direction.value)
        assert row["other_types"].split() == [kind.value for kind in link.other_types]
        assert (row["probability"], row["strength"], row["severity"]) == (
            link.probability,
            link.strength,
            link.severity,
        )
        assert (row["slot"], row["value_a"], row["value_b"]) == (link.slot, link.value_a, link.value_b)
        for side in ("a", "b"):
            assert row[f"quote_{side}"] == "".join(quote.text for quote in link.quotes if quote.side == side) != ""
    assert [row["a_eid"] or row["b_eid"] for row in only] == [each.eid for each in pair.only]
    assert [each.side for each in pair.only] == sorted(each.side for each in pair.only)
    for row, each in zip(only, pair.only, strict=True):
        other = "b" if each.side == "a" else "a"
        assert (row["type"], row["coarse"], row["severity"]) == ("only", "missing", 1.0)
        assert (row[each.side], row[f"{each.side}_eid"], row[f"quote_{each.side}"]) == (
            each.number,
            each.eid,
            each.text,
        )
        assert [row[key] for key in (other, f"{other}_eid", f"quote_{other}", "probability", "strength")] == [None] * 5


def test_the_table_of_n_parties_is_that_of_all_pairs_with_their_documents(parties: tuple[Document, ...]) -> None:
    result = compare_all(parties)
    frame = result.to_frame()
    assert list(frame.schema.items()) == [
        ("document_a", pl.String),
        ("document_b", pl.String),
        *PAIR_COLUMNS.items(),
    ]
    at = 0
    for each in result.pairs:
        part = frame[at : at + len(each.links) + len(each.only)]
        assert part.select(list(PAIR_COLUMNS)).equals(each.to_frame())
        assert part.select("document_a", "document_b").unique().rows() == [(each.a.id, each.b.id)]
        at += len(part)
    assert at == len(frame)


# --- N parties --------------------------------------------------------------------------------------------


def test_n_parties_are_the_pairs_of_two(parties: tuple[Document, ...]) -> None:
    result = compare_all(parties)
    assert result.documents == parties
    assert [(each.a, each.b) for each in result.pairs] == list(combinations(parties, 2))
    assert result.pairs == tuple(compare(a, b) for a, b in combinations(parties, 2))
    for (i, j), each in zip(combinations(range(len(parties)), 2), result.pairs, strict=True):
        assert result.gap_matrix[i][j] == result.gap_matrix[j][i] == each.gap.value > 0
    assert [result.gap_matrix[i][i] for i in range(len(parties))] == [0.0] * len(parties)


def test_weights_reach_every_pair(parties: tuple[Document, ...]) -> None:
    weights = GapWeights(quantity=0.2, stricter=0.3)
    result = compare_all(parties, weights=weights)
    assert result.pairs == tuple(compare(a, b, weights=weights) for a, b in combinations(parties, 2))
    assert {link.severity for each in result.pairs for link in each.links} >= {0.0, 0.2}


@pytest.mark.parametrize("baseline", range(4))
def test_conformity_is_the_gap_to_the_baseline(parties: tuple[Document, ...], baseline: int) -> None:
    result = compare_all(parties, baseline=baseline)
    assert (result.baseline, result.conformity[baseline]) == (baseline, None)
    for party, found in enumerate(result.conformity):
        if party != baseline:
            direct = compare(parties[party], parties[baseline]).gap
            assert found is not None
            assert (found.value, found.low, found.high) == (direct.value, direct.low, direct.high)
            assert found.value == result.gap_matrix[party][baseline]
    assert compare_all(parties).conformity == (None,) * 4


def test_who_repeats_the_central_text_conforms_and_who_leaves_more_conforms_less(
    parties: tuple[Document, ...],
) -> None:
    central = regulation(TEXTS[:8], place="广东省")
    gaps = [each.value for each in compare_all([central, *parties], baseline=0).conformity if each]
    assert gaps[0] == 0.0
    assert gaps == sorted(gaps)
    assert len(set(gaps)) == len(gaps)


ORDERS = {"turned round": [3, 2, 1, 0], "moved on": [1, 2, 3, 0], "two exchanged": [0, 2, 1, 3]}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_the_order_of_parties_moves_results_and_changes_none(parties: tuple[Document, ...], order: list[int]) -> None:
    plain = compare_all(parties, baseline=3)
    moved = compare_all([parties[at] for at in order], baseline=order.index(3))
    assert [[plain.gap_matrix[i][j] for j in order] for i in order] == [list(row) for row in moved.gap_matrix]
    assert [each and each.value for each in moved.conformity] == [
        (found := plain.conformity[at]) and found.value for at in order
    ]
    there = {(p.a.id, p.b.id, a, b) for p in plain.pairs for a, b in linked(p)}
    back = {(p.a.id, p.b.id, a, b) for p in moved.pairs for a, b in linked(p)}
    turned = {(second, first, b, a) for first, second, a, b in there}
    assert back <= there | turned
    assert len(back) == len(there)


MATTERS = {  # what the case guards: (matter given, matter of the result)
    "as given": ("阅览", "阅览"),
    "read from the first title": ("", "居民阅览室管理"),
}


@pytest.mark.parametrize(("given_matter", "matter"), MATTERS.values(), ids=MATTERS)
def test_matter(given_matter: str, matter: str) -> None:
    documents = [regulation(TEXTS[:2]), regulation(TEXTS[:2], place="上海市", matter="书店经营")]
    assert compare_all(documents, matter=given_matter).matter == matter


# --- sources, ids, repetition -----------------------------------------------------------------------------


def test_paths_strings_and_documents_give_the_same(samples: tuple[Path, Path], pair: PairComparison) -> None:
    a, b = samples
    assert compare(str(a), read(b)) == pair
    assert compare_all([a, str(b)]).pairs == (pair,)


def test_the_same_input_gives_the_same_result(parties: tuple[Document, ...]) -> None:
    """Documents are read anew, so that nothing kept from the first run can answer for the second."""
    again = [replace(each) for each in parties]
    assert compare_all(again, baseline=0) == compare_all(parties, baseline=0)


def test_name_and_place_of_a_file_change_nothing(
    samples: tuple[Path, Path], pair: PairComparison, tmp_path: Path
) -> None:
    copies = [tmp_path / "乙" / "1.txt", tmp_path / "甲" / "2.md"]
    for copy, sample in zip(copies, samples, strict=True):
        copy.parent.mkdir()
        copy.write_bytes(sample.read_bytes())
    moved = compare(*copies)
    assert (moved.links, moved.only, moved.gap) == (pair.links, pair.only, pair.gap)
    assert (moved.a.id, moved.b.id) == (pair.a.id, pair.b.id)


IDS = {  # what the case guards: ids of the documents given
    "a text beside itself": ("x", "x"),
    "three of one name": ("x", "x", "x"),
    "an id that looks like a made one": ("x", "x#2", "x"),
    "made ids given again": ("x", "x", "x#2", "x#3", "x"),
}


@pytest.mark.parametrize("ids", IDS.values(), ids=IDS)
def test_ids_tell_documents_apart(ids: tuple[str, ...]) -> None:
    documents = [replace(regulation(TEXTS[:2]), id=each) for each in ids]
    result = compare_all(documents)
    found = [each.id for each in result.documents]
    assert len(set(found)) == len(ids)
    assert found[0] == ids[0]
    assert all(new.startswith(old) for new, old in zip(found, ids, strict=True))
    assert [(each.a.id, each.b.id) for each in result.pairs] == list(combinations(found, 2))
    assert [replace(each, id="") for each in result.documents] == [replace(each, id="") for each in documents]


# --- what is refused --------------------------------------------------------------------------------------


def no_articles() -> Document:
    return parse_document(read_markdown("# 关于开放阅览室的函\n\n请予支持。\n"), file="函.md")


def few(*documents: Document | str, baseline: int | None = None) -> Comparison:
    return compare_all([*documents], baseline=baseline)


REFUSED = {  # what the case guards: (call, error, what the message names)
    "no document": (lambda: few(), ComparisonError, "0 份文件 / document(s)"),
    "one document": (lambda: few(regulation(TEXTS[:2])), ComparisonError, "1 份文件 / document(s)"),
    "a baseline after the last": (lambda: few(*[regulation(TEXTS[:2])] * 2, baseline=2), ComparisonError, "baseline 2"),
    "a baseline before the first": (
        lambda: few(*[regulation(TEXTS[:2])] * 2, baseline=-1),
        ComparisonError,
        "baseline -1",
    ),
    "A without articles": (lambda: compare(no_articles(), regulation(TEXTS[:2])), ComparisonError, "函.md"),
    "B without articles": (lambda: compare(regulation(TEXTS[:2]), no_articles()), ComparisonError, "函.md"),
    "one of three without articles": (
        lambda: few(regulation(TEXTS[:2]), no_articles(), regulation(TEXTS[:2])),
        ComparisonError,
        "函.md",
    ),
    "a file that is not there": (lambda: few(regulation(TEXTS[:2]), "无.md"), MissingFileError, "无.md"),
}


@pytest.mark.parametrize(("call", "error", "named"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_compared_is_refused(call: object, error: type[TongchiError], named: str) -> None:
    assert callable(call)
    with pytest.raises(error) as caught:
        call()
    assert named in caught.value.message("en")
    assert isinstance(caught.value, ValueError | OSError)
