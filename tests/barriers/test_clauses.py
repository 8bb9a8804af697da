"""Are the clauses of a text those that a reviewer would judge one by one, from a file as from an index?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tongchi.barriers.clauses import article_label, clauses_of, clauses_of_article, last_sentence
from tongchi.documents import read

TEXT = """江州市采购办法

第一条 采购应当公开。供应商应当具备下列条件：
（一）依法设立；
（二）下列之一：
1.有资质；
2.有业绩。
第二条 本办法自2024年1月1日起施行。
"""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    file = tmp_path / "江州市采购办法.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_an_item_is_read_under_the_sentences_that_govern_it(sample: Path) -> None:
    found = {placed.clause.id: placed.clause for placed in clauses_of(read(sample))}
    assert found["art_1__para_1__subpara_1"].lead_in == "供应商应当具备下列条件："
    assert found["art_1__para_1__subpara_2__item_2"].lead_in == "供应商应当具备下列条件：下列之一："
    assert found["art_2__para_1"].lead_in == ""


def test_offsets_quote_the_source(sample: Path) -> None:
    document = read(sample)
    for placed in clauses_of(document):
        assert document.source[placed.start : placed.end] == placed.clause.text


def test_an_index_gives_the_clauses_of_the_file(sample: Path) -> None:
    document = read(sample)
    stored = [
        clause
        for at in document.articles
        for clause in clauses_of_article(document.nodes[at].eid, document.full_text(at), document.metadata.title, "")
    ]
    assert [(each.id, each.lead_in, each.text) for each in stored] == [
        (placed.clause.id, placed.clause.lead_in, placed.clause.text) for placed in clauses_of(document)
    ]


def test_an_index_gives_the_clauses_of_real_files(shared_data: Path) -> None:
    different = total = 0
    for file in sorted((shared_data / "laws").rglob("*.md"))[::41]:
        document = read(file)
        by_article: dict[str, list[tuple[str, str, str]]] = {}
        for placed in clauses_of(document):
            each = placed.clause
            by_article.setdefault(each.id.split("__")[0], []).append((each.id, each.lead_in, each.text))
        for at in document.articles:
            eid = document.nodes[at].eid
            stored = clauses_of_article(eid, document.full_text(at), "", "")
            total += 1
            different += [(each.id, each.lead_in, each.text) for each in stored] != by_article.get(eid, [])
    assert total > 1000
    assert different <= total / 1000


LABELS = {"17": "第十七条", "17之一": "第十七条之一", "5.1": "5.1", "": ""}


@pytest.mark.parametrize(("number", "label"), LABELS.items())
def test_an_article_has_its_printed_label(number: str, label: str) -> None:
    assert article_label(number) == label


def test_the_last_sentence_governs() -> None:
    assert last_sentence("甲。乙应当：") == "乙应当："
    assert last_sentence("甲应当。") == "甲应当。"
