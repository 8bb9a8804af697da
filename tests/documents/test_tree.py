"""Ids of nodes: Akoma Ntoso form, unique in the document."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tongchi.documents.model import NodeKind
from tongchi.documents.tree import PREFIX, TreeBuilder


def test_every_kind_has_a_prefix() -> None:
    assert set(PREFIX) == set(NodeKind)


def test_an_id_goes_on_with_its_scope() -> None:
    tree = TreeBuilder()
    article = tree.add(NodeKind.ARTICLE, "17", (0, 4))
    paragraph = tree.add(NodeKind.PARAGRAPH, "2", (4, 9), parent=article, scope=tree.nodes[article].eid)
    tree.add(NodeKind.SUBPARAGRAPH, "3", (9, 12), parent=paragraph, scope=tree.nodes[paragraph].eid)
    assert tree.nodes[-1].eid == "art_17__para_2__subpara_3"
    assert tree.nodes[-1].parent == paragraph


def test_clauses_of_any_depth_share_one_form() -> None:
    tree = TreeBuilder()
    tree.add(NodeKind.CLAUSE, "5", (0, 1))
    tree.add(NodeKind.SUBCLAUSE, "5.1.1", (1, 2), parent=0)
    assert [node.eid for node in tree.nodes] == ["cl_5", "cl_5.1.1"]


@given(st.lists(st.sampled_from(["1", "2", "1-dup2", "2-dup2", "1-dup3"]), max_size=12))
def test_ids_are_unique_whatever_the_numbers(numbers: list[str]) -> None:
    tree = TreeBuilder()
    for at, number in enumerate(numbers):
        tree.add(NodeKind.ARTICLE, number, (at, at + 1))
    eids = [node.eid for node in tree.nodes]
    assert len(set(eids)) == len(numbers)


def test_a_notice_is_kept_in_both_languages() -> None:
    tree = TreeBuilder()
    tree.notice("numbering", "art_3", "第3条紧接第1条。", "Article 3 follows article 1.")
    assert [(each.code, each.eid, each.zh, each.en) for each in tree.notices] == [
        ("numbering", "art_3", "第3条紧接第1条。", "Article 3 follows article 1.")
    ]
