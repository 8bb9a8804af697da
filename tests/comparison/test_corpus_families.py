"""Families: the title names the matter, content joins what names it otherwise, and strangers stay out."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tongchi.comparison.corpus import families, index_folder, load_index
from tongchi.comparison.corpus.matters import matter_of
from tongchi.comparison.corpus.places import Place, place_of, without_place

MATTERS = {  # what the case guards: (title, matter)
    "place and kind are taken away": ("重庆市道路运输管理条例", "道路运输"),
    "nation and law": ("中华人民共和国安全生产法", "安全生产"),
    "a local measure on a law is of the law's matter": ("浙江省实施《中华人民共和国献血法》办法", "献血"),
    "the measure may come after the law": ("河南省《中华人民共和国集会游行示威法》实施办法", "集会游行示威"),
    "implementing regulation of a law": ("中华人民共和国森林法实施条例", "森林"),
    "a city's title without 市": ("绍兴黄酒保护和发展条例", "黄酒保护"),
    "special economic zone": ("深圳经济特区安全生产监督管理条例", "安全生产"),
    "autonomous county": ("彭水苗族土家族自治县旅游条例", "旅游"),
    "legislation is no law on 立": ("山东省地方立法条例", "地方立法"),
    "Taiwan compatriots are the matter, not the place": ("上海市台湾同胞投资权益保护规定", "台湾同胞投资权益保护"),
    "organ that decides": ("全国人民代表大会常务委员会关于实行宪法宣誓制度的决定", "实行宪法宣誓制度"),
    "rules of procedure keep the organ": ("重庆市人民代表大会常务委员会议事规则", "人民代表大会常务委员会议事"),
    "nothing but a kind": ("办法", "办法"),
}


@pytest.mark.parametrize(("title", "matter"), MATTERS.values(), ids=MATTERS)
def test_matter_of_a_title(title: str, matter: str) -> None:
    assert matter_of(title) == matter


PLACES = {  # what the case guards: (title, jurisdiction, path, place)
    "a city counts under its province": ("青岛市养犬管理条例", "青岛市", "", Place("山东", "青岛市")),
    "zone": ("汕头经济特区消防条例", "汕头经济特区", "", Place("广东", "汕头经济特区")),
    "province": ("四川省安全生产条例", "四川省", "", Place("四川", "四川省")),
    "the nation's own law on a province": ("中华人民共和国海南自由贸易港法", "全国", "", Place("全国", "全国")),
    "folder decides where title is silent": ("泰山风景名胜区条例", "", "山东地方法规/x.md", Place("山东", "山东")),
    "folder of the province, title of its city": ("吉林街道条例", "", "四川/x.md", Place("四川", "四川")),
    "unknown": ("志愿服务条例", "", "x.md", Place("", "")),
}


@pytest.mark.parametrize(("title", "jurisdiction", "path", "place"), PLACES.values(), ids=PLACES)
def test_place_of_a_text(title: str, jurisdiction: str, path: str, place: Place) -> None:
    assert place_of(title, jurisdiction=jurisdiction, path=path) == place


def test_a_title_without_place_is_left_as_it_is() -> None:
    assert without_place("安全生产许可证条例") == "安全生产许可证条例"


@pytest.fixture(scope="module")
def found(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """Return the families of all texts on some matters and their neighbours, with texts of two other provinces."""
    words = (
        "安全生产",
        "营商环境",
        "道路运输",
        "志愿服务",
        "吸烟",
        "地质灾害",
        "建设工程",
        "慈善",
        "客运",
        "检察官",
        "法官",
        "水路",
    )
    folder = tmp_path_factory.mktemp("laws")
    for number, path in enumerate(sorted((shared_data / "laws").rglob("*.md"))):
        if any(word in path.name for word in words) or number % 9 == 0:
            target = folder / path.relative_to(shared_data / "laws")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    index_folder(folder, folder / "index", workers=1)
    return families(load_index(folder / "index"))


WHOLE = {  # matter: (a word of every title, how many texts, words that no title may hold)
    "安全生产": ("安全生产", 12, ("煤矿", "建设工程", "许可证")),
    "优化营商环境": ("营商环境", 17, ()),
    "道路运输": ("道路运输", 11, ("水路", "客运")),
    "志愿服务": ("志愿服务", 9, ("慈善",)),
    "控制吸烟": ("吸烟", 6, ()),
    "地质灾害防治": ("地质灾害", 4, ()),
}


@pytest.mark.parametrize("matter", WHOLE)
def test_families_are_whole_and_without_strangers(found: pl.DataFrame, matter: str) -> None:
    word, count, strangers = WHOLE[matter]
    family = found.filter(pl.col("matter") == matter)
    titles = family["title"].to_list()
    assert len(titles) == count
    assert all(word in title and not any(each in title for each in strangers) for title in titles)
    assert family["family"].n_unique() == 1


def test_what_one_legislator_rules_twice_are_two_matters(found: pl.DataFrame) -> None:
    judges = found.filter(pl.col("title").str.contains("法官|检察官"))
    assert judges.group_by("family").agg(pl.col("title").n_unique())["title"].to_list() in ([], [1], [1, 1])


def test_an_older_version_is_marked(found: pl.DataFrame) -> None:
    versions = found.filter(pl.col("title") == "北京市安全生产条例").sort("vintage")
    assert versions["latest"].to_list() == [False, True]
