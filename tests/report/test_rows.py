"""Rows show the articles that they are about, also where a text carries one number twice."""

from __future__ import annotations

from tongchi.comparison import compare
from tongchi.documents import Document, parse_document
from tongchi.documents.markdown import read_markdown
from tongchi.report.rows import view_comparison

HOURS = "阅览室应当每周开放不少于四十小时。"
BOOKS = "借阅人每次借阅图书不得超过五册。"
ANSWER = "管理员应当自收到荐购申请之日起十五日内答复申请人。"
FOODS = "读者不得携带食品入座。"
FILMS = "监控录像应当保存不少于九十日。"


def text(place: str, *articles: tuple[str, str]) -> Document:
    lines = [f"第{number}条　{words}" for number, words in articles]
    return parse_document(read_markdown("\n\n".join([f"# {place}居民阅览室条例", *lines])), file=f"{place}.md")


def test_each_row_shows_the_articles_of_its_link_though_a_number_comes_twice() -> None:
    a = text("重庆市", ("一", HOURS), ("一", BOOKS), ("二", FOODS), ("三", ANSWER))
    b = text("上海市", ("一", ANSWER), ("一", BOOKS), ("三", HOURS), ("三", FILMS))
    (view,) = view_comparison(compare(a, b)).pairs
    assert [(row.a and row.a.text, row.b and row.b.text) for row in view.rows] == [
        (HOURS, HOURS),
        (BOOKS, BOOKS),
        (FOODS, None),
        (ANSWER, ANSWER),
        (None, FILMS),
    ]
