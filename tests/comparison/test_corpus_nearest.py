"""Search: the same text scores 1, what is left out stays out, and the labelled links are found."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchi.comparison.corpus import CorpusIndex, all_pairs, index_folder, load_index, nearest
from tongchi.comparison.corpus.postings import build_postings
from tongchi.comparison.corpus.search import search
from tongchi.documents.collection import TextUnits
from tongchi.documents.read import read
from tongchi.errors import UsageError

PAIR = ("重庆市公共场所控制吸烟条例", "北京市控制吸烟条例", "上海市公共场所控制吸烟条例")


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(alphabet="甲乙丙丁戊己", min_size=3, max_size=30), min_size=2, max_size=20, unique=True))
def test_scores_are_shares_and_a_text_that_is_indexed_twice_finds_itself(texts: list[str]) -> None:
    twice = TextUnits.of(texts + texts + ["别的文字", "天地玄黄", "宇宙洪荒"])
    postings = build_postings(twice, workers=1)
    group = np.zeros(len(twice), dtype=np.int32)
    queries = TextUnits.of(texts)
    found = search(postings, queries, 3, group=group, banned=group[: len(texts)] - 1, workers=1)
    assert ((found.scores >= 0) & (found.scores <= 1)).all()
    assert (np.diff(found.scores, axis=1) <= 0).all()
    for at in range(len(texts)):
        if found.units[at, 0] >= 0:
            assert found.scores[at, 0] == pytest.approx(1.0)


@pytest.fixture(scope="module")
def small(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> CorpusIndex:
    """Index the texts on smoking and some others of three places."""
    folder = tmp_path_factory.mktemp("laws")
    for path in (shared_data / "laws" / "DLC").rglob("*.md"):
        if path.name.startswith(PAIR) or "养犬" in path.name or "物业" in path.name:
            (folder / path.name).write_bytes(path.read_bytes())
    index_folder(folder, folder / "index", workers=1)
    return load_index(folder / "index")


def test_the_document_itself_and_its_jurisdiction_can_be_left_out(small: CorpusIndex, shared_data: Path) -> None:
    document = read(next((shared_data / "laws").rglob(f"{PAIR[0]}*.md")))
    title = document.metadata.title
    alone = nearest(small, document, 1, exclude="none")
    assert (alone["title"] == title).mean() > 0.9
    assert alone["score"].median() == pytest.approx(1.0)
    others = nearest(small, document, 3)
    assert title not in others["title"].to_list()
    assert set(others["query_article"].unique()) <= {document.nodes[at].number for at in document.articles}
    elsewhere = nearest(small, document, 3, exclude="jurisdiction")
    assert not elsewhere["jurisdiction"].str.starts_with("重庆").any()
    assert (elsewhere.filter(elsewhere["rank"] == 1)["title"].is_in(PAIR[1:])).mean() > 0.7


def test_labelled_links_are_among_the_five_nearest(small: CorpusIndex, shared_data: Path) -> None:
    lines = (shared_data / "alignment" / "dev-smoke.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    links: dict[str, set[str]] = {}
    for record in records:
        if record["type"] == "link":
            links.setdefault(record["a"], set()).add(record["b"])
    found = nearest(small, read(shared_data / "laws" / records[0]["a_path"]), 5)
    target = found.filter(found["document"] == Path(records[0]["b_path"]).name)
    hits = {(row["query_article"], row["article"]) for row in target.iter_rows(named=True)}
    share = np.mean([any((a, b) in hits for b in linked) for a, linked in links.items()])
    assert share >= 0.8


def test_loose_texts_can_be_searched_and_words_of_no_meaning_find_nothing(small: CorpusIndex) -> None:
    found = nearest(small, ["养犬人应当为犬只接种狂犬病疫苗。", "，。"], 2)
    assert found["query"].to_list() == [0, 0]
    assert found["text"].str.contains("狂犬病").all()


def test_all_pairs_agree_with_single_searches(small: CorpusIndex) -> None:
    pairs = all_pairs(small, 2)
    assert (small.document_of[pairs["unit"].to_numpy()] != small.document_of[pairs["other"].to_numpy()]).all()
    unit = int(pairs["unit"][len(pairs) // 2])
    own = pairs.filter(pairs["unit"] == unit)
    single = nearest(small, [small.texts[unit]], 40)
    outside = single.filter(single["unit"].is_in(list(small.units_of(int(small.document_of[unit])))).not_())
    assert outside["unit"].to_list()[: len(own)] == own["other"].to_list()
    itself = all_pairs(small, 1, exclude="none")
    assert (itself["unit"] != itself["other"]).all()
    elsewhere = all_pairs(small, 1, exclude="jurisdiction")
    assert (small.province_of[elsewhere["unit"].to_numpy()] != small.province_of[elsewhere["other"].to_numpy()]).all()


def test_a_search_for_none_is_refused(small: CorpusIndex) -> None:
    with pytest.raises(UsageError):
        nearest(small, ["养犬"], 0)
