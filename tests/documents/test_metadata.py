"""What a text says about itself, in the many ways in which it is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongchi.documents.blocks import Block, BlockKind
from tongchi.documents.events import iso_date
from tongchi.documents.markdown import read_markdown
from tongchi.documents.model import Level, Metadata
from tongchi.documents.places import place_of_issuer, place_of_title
from tongchi.documents.structure import parse_document

BODY = ("第一条 为了协作，制定本条例。", "第二条 本条例适用于本地。")


def read_metadata(title: str, *lines: str) -> Metadata:
    return parse_document([Block(title, BlockKind.TITLE), *map(Block, lines)]).metadata


DATES = {
    "Arabic": ("自2024年3月5日起施行", "2024-03-05"),
    "with spaces": ("自2020年 1 月 1 日起施行", "2020-01-01"),
    "full width": ("２０１２年１２月３日", "2012-12-03"),
    "Chinese": ("一九九五年一月一日", "1995-01-01"),
    "Chinese with tens": ("二〇二四年十二月三十一日", "2024-12-31"),
    "Chinese with a circle": ("二○○四年十月二十日", "2004-10-20"),
    "no month 13": ("2024年13月1日", None),
    "none": ("自公布之日起施行", None),
}


@pytest.mark.parametrize(("text", "date"), DATES.values(), ids=DATES)
def test_dates(text: str, date: str | None) -> None:
    assert iso_date(text) == date


HISTORIES: dict[str, tuple[str, list[str], dict[str, object]]] = {
    "a regulation of a province": (
        "四川省某某条例",
        ["2006年11月30日四川省第十届人民代表大会常务委员会第二十四次会议通过 2023年5月25日四川省第十四届人民代表大会常务委员会第三次会议修订"],
        {"issuer": "四川省人民代表大会常务委员会", "jurisdiction": "四川省", "level": Level.LOCAL_REGULATION,
         "adopted": "2006-11-30", "amended": ("2023-05-25",)},
    ),
    "the approval of a city's regulation is no event of its own": (
        "洛阳市某某条例",
        ["2016年8月25日 洛阳市第十四届人民代表大会常务委员会第二十七次会议通过", "2016年9月30日 河南省第十二届人民代表大会常务委员会第二十四次会议批准"],
        {"issuer": "洛阳市人民代表大会常务委员会", "jurisdiction": "洛阳市", "adopted": "2016-08-25", "amended": ()},
    ),
    "an amendment that the province approved has the date of its passage": (
        "洛阳市某某条例",
        ["2016年8月25日 洛阳市第十四届人民代表大会常务委员会第二十七次会议通过", "2016年9月30日 河南省第十二届人民代表大会常务委员会第二十四次会议批准",
         "2018年8月29日 洛阳市第十四届人民代表大会常务委员会第四十一次会议通过",
         "2018年11月29日 河南省第十三届人民代表大会常务委员会第七次会议批准的《洛阳市人民代表大会常务委员会关于修改部分地方性法规的决定》修正"],
        {"adopted": "2016-08-25", "amended": ("2018-08-29",)},
    ),
    "a revision alone leaves the adoption untold": (
        "青岛市某某规定",
        ["2019年7月19日 青岛市第十六届人民代表大会常务委员会第十七次会议修订", "2019年9月27日 山东省第十三届人民代表大会常务委员会第十四次会议批准"],
        {"adopted": None, "amended": ("2019-07-19",)},
    ),
    "a decree of the State Council": (
        "某某管理条例",
        ["2000年2月3日 中华人民共和国国务院令第280号发布", "2014年7月29日 《国务院关于修改部分行政法规的决定》第一次修订"],
        {"issuer": "国务院", "jurisdiction": "全国", "level": Level.ADMINISTRATIVE_REGULATION, "number": "中华人民共和国国务院令第280号",
         "adopted": "2000-02-03", "amended": ("2014-07-29",)},
    ),
    "a decree of two bodies": (
        "某某条例",
        ["2010年9月30日 中华人民共和国国务院、中华人民共和国中央军事委员会令第582号公布"],
        {"issuer": "国务院、中央军事委员会", "number": "中华人民共和国国务院、中华人民共和国中央军事委员会令第582号"},
    ),
    "approved by the State Council, issued by a ministry": (
        "某某登记办法",
        ["1999年5月12日 国务院批准", "1999年5月25日 民政部令第14号发布"],
        {"issuer": "民政部", "level": Level.ADMINISTRATIVE_REGULATION, "number": "民政部令第14号", "adopted": "1999-05-12"},
    ),
    "a rule of a ministry": (
        "某某程序规定",
        ["2012年12月3日 公安部部长办公会议通过", "2012年12月19日 中华人民共和国公安部令第125号发布"],
        {"issuer": "公安部", "jurisdiction": "全国", "level": Level.RULE},
    ),
    "a rule of a provincial government": (
        "四川省某某办法", ["2019年3月1日 四川省人民政府令第330号公布"],
        {"issuer": "四川省人民政府", "jurisdiction": "四川省", "level": Level.RULE, "number": "四川省人民政府令第330号"},
    ),
    "a law": (
        "中华人民共和国某某法", ["2010年8月28日 第十一届全国人民代表大会常务委员会第十六次会议通过"],
        {"issuer": "全国人民代表大会常务委员会", "jurisdiction": "全国", "level": Level.LAW},
    ),
    "short names of a congress take the place from the title": (
        "杭州市某某条例", ["2013年10月31日 市十二届人大常委会第十五次会议通过", "2014年3月27日 省十二届人大常委会第九次会议批准"],
        {"issuer": "杭州市人民代表大会常务委员会", "jurisdiction": "杭州市"},
    ),
    "a decision to repeal others does not repeal this": (
        "某某管理条例", ["2003年8月15日 中华人民共和国国务院令第388号公布", "2011年1月8日 《国务院关于废止和修改部分行政法规的决定》第一次修订"],
        {"stage": "", "amended": ("2011-01-08",)},
    ),
    "a special economic zone": (
        "深圳经济特区某某条例", ["2020年8月26日 深圳市第六届人民代表大会常务委员会第四十四次会议通过"], {"jurisdiction": "深圳经济特区"},
    ),
    "the name alone tells the level of a local regulation": ("上海市某某条例", [], {"issuer": "", "level": Level.LOCAL_REGULATION}),
    "the name alone tells the level of an administrative one": (
        "某某促进条例", [], {"level": Level.ADMINISTRATIVE_REGULATION, "jurisdiction": "全国"}),
    "a rule's name tells no level": ("上海市某某办法", [], {"level": Level.UNKNOWN, "jurisdiction": "上海市"}),
    "a second passage years later is an amendment": (
        "北京市某某办法",
        ["2004年5月27日 北京市第十二届人民代表大会常务委员会第十二次会议通过", "2019年7月26日 北京市第十五届人民代表大会常务委员会第十四次会议通过",
         "2022年11月25日 北京市第十五届人民代表大会常务委员会第四十五次会议通过"],
        {"adopted": "2004-05-27", "amended": ("2019-07-26", "2022-11-25"), "vintage": "2022-11-25"},
    ),
    "a second passage weeks later is none": (
        "青岛市某某规定",
        ["2020年6月10日 青岛市第十六届人民代表大会常务委员会第二十四次会议通过", "2020年7月24日 山东省第十三届人民代表大会常务委员会第二十二次会议通过"],
        {"adopted": "2020-06-10", "amended": ()},
    ),
    "an approved amendment of which no word is said": (
        "杭州市某某规定",
        ["2000年11月16日 市九届人大常委会第二十九次会议通过", "2001年4月19日 省九届人大常委会第二十六次会议批准",
         "2015年6月26日 杭州市第十二届人民代表大会常务委员会第二十九次会议通过", "2015年7月30日 浙江省第十二届人民代表大会常务委员会第二十一次会议批准"],
        {"adopted": "2000-11-16", "amended": ("2015-06-26",)},
    ),
    "a stray mark in the title of the amending decision": (
        "淄博市某某条例",
        ["2019年1月7日 淄博市第十五届人民代表大会常务委员会第十九次会议通过", "2019年2月12日 山东省第十三届人民代表大会常务委员会第十次会议批准",
         "2021年11月2日 淄博市第十五届人民代表大会常务委员会第五十一次会议通过并经2021年12月3日山东省第十三届人民代表大会常务委员会第三十二次会议批准的"
         "《淄博市人民代表大会常务委员会关于修改》〈淄博市某某条例〉等两件地方性法规的决定》修正"],
        {"issuer": "淄博市人民代表大会常务委员会", "adopted": "2019-01-07", "amended": ("2021-11-02",)},
    ),
    "passed by the office meeting of a national body": (
        "某某推荐管理规定", ["2021年11月16日 国家互联网信息办公室2021年第20次室务会议审议通过", "2022年3月1日 施行"],
        {"issuer": "国家互联网信息办公室", "level": Level.RULE, "jurisdiction": "全国", "adopted": "2021-11-16"},
    ),
    "a history of which the first half was lost": (
        "上海市某某规定", ["常务委员会第三十次会议通过）"],
        {"issuer": "上海市人民代表大会常务委员会", "level": Level.LOCAL_REGULATION},
    ),
    "a draft": ("某市某某条例（草案征求意见稿）", [], {"stage": "draft"}),
    "repealed": ("某市某某办法（已废止）", [], {"stage": "repealed"}),
}  # fmt: skip


@pytest.mark.parametrize(("title", "history", "expected"), HISTORIES.values(), ids=HISTORIES)
def test_metadata_of_a_law(title: str, history: list[str], expected: dict[str, object]) -> None:
    metadata = read_metadata(title, *history, *BODY)
    assert {name: getattr(metadata, name) for name in expected} == expected
    assert metadata.title == title


CLOSINGS: dict[str, tuple[str, str, dict[str, object]]] = {  # a text without history: title, last article
    "passed by whom the last article says": (
        "上海市某某条例", "本条例经上海市人民代表大会常务委员会通过，自1986年10月1日起施行。",
        {"issuer": "上海市人民代表大会常务委员会", "effective": "1986-10-01", "adopted": None, "vintage": "1986-10-01"},
    ),
    "rules of a standing committee for itself": (
        "上海市人民代表大会常务委员会议事规则", "本规则自2011年5月1日起施行。",
        {"issuer": "上海市人民代表大会常务委员会", "level": Level.LOCAL_REGULATION},
    ),
    "rules for the deputies may be of the congress or its committee": (
        "上海市人民代表大会代表视察办法", "本办法自2011年5月1日起施行。", {"issuer": "", "level": Level.LOCAL_REGULATION},
    ),
    "what a congress passed can be repealed by a local regulation only": (
        "上海市某某若干规定", "本规定自1997年1月1日起施行。1996年4月12日上海市第十届人民代表大会常务委员会第二十七次会议通过的《上海市旧例》同时废止。",
        {"issuer": "", "level": Level.LOCAL_REGULATION},
    ),
    "what a government issued can be repealed by either": (
        "上海市某某若干规定", "本规定自1997年1月1日起施行。1986年4月12日上海市人民政府发布的《上海市旧例》同时废止。", {"level": Level.UNKNOWN},
    ),
    "a text of the State Council": (
        "某某管理规定", "本规定自1988年1月1日起施行。1982年2月6日国务院发布的《某某管理暂行规定》同时废止。",
        {"issuer": "国务院", "level": Level.ADMINISTRATIVE_REGULATION, "jurisdiction": "全国"},
    ),
    "approval by the State Council leaves the issuer open": (
        "某某管理规定", "本规定自1988年1月1日起施行。1982年2月6日国务院批准、国家物价局发布的《某某管理规定》同时废止。", {"issuer": ""},
    ),
    "a rule of the ministry that issued its namesake": (
        "某某登记规定", "本规定自2022年5月1日起施行。2008年5月27日发布的《某某登记规定》（公安部令第102号）同时废止。",
        {"issuer": "公安部", "level": Level.RULE, "jurisdiction": "全国"},
    ),
    "a ministry that is no more": (
        "某某登记规定", "本规定自2022年5月1日起施行。2008年5月27日发布的《某某登记规定》（原质检总局令第102号）同时废止。", {"issuer": ""},
    ),
    "a national 条例 since 2002": (
        "某某条例", "国务院有关部门负责实施。本条例自2024年5月1日起施行。", {"issuer": "国务院", "jurisdiction": "全国"},
    ),
    "a national 条例 before 2002": (
        "某某条例", "国务院有关部门负责实施。本条例自1987年5月1日起施行。", {"issuer": "", "jurisdiction": "全国"},
    ),
    "a 条例 of a place that its title does not name": (
        "某某古城保护条例", "本市有关部门报国务院批准。本条例自2024年5月1日起施行。", {"issuer": ""},
    ),
    "a 条例 of the party": (
        "中国共产党某某条例", "国务院有关部门参照执行。本条例自2024年5月1日起施行。", {"issuer": ""},
    ),
    "duties of bodies of the nation": ("某某实施办法", "国务院证券监督管理机构负责解释。", {"jurisdiction": "全国", "level": Level.UNKNOWN}),
}  # fmt: skip


@pytest.mark.parametrize(("title", "closing", "expected"), CLOSINGS.values(), ids=CLOSINGS)
def test_a_text_without_history(title: str, closing: str, expected: dict[str, object]) -> None:
    metadata = read_metadata(title, BODY[0], f"第二条 {closing}")
    assert {name: getattr(metadata, name) for name in expected} == expected


NAMED: dict[str, tuple[str, tuple[str, ...], dict[str, object]]] = {  # file, lines below the title, what is read
    "no other date": ("某市某某条例(2012-04-19).md", BODY, {"adopted": "2012-04-19", "dated_by_name": "2012-04-19"}),
    "before commencement it is the adoption": (
        "某市某某条例(2012-04-19).md", (*BODY, "第三条 本条例自2012年9月1日起施行。"),
        {"adopted": "2012-04-19", "amended": (), "effective": "2012-09-01"}),
    "after commencement it is an amendment": (
        "某市某某条例(2015-06-18).md", (*BODY, "第三条 本条例自2012年9月1日起施行。"),
        {"adopted": None, "amended": ("2015-06-18",), "vintage": "2015-06-18"}),
    "in force from its issue": (
        "某市某某条例(2012-04-19).md", (*BODY, "第三条 本条例自发布之日起施行。"), {"effective": "2012-04-19"}),
    "publication some weeks after the passage": (
        "某市某某条例(2024-03-20).md", ("2024年1月2日 某市第一届人民代表大会常务委员会第三次会议通过", *BODY),
        {"adopted": "2024-01-02", "amended": (), "dated_by_name": None}),
    "an amendment that the history leaves out": (
        "laws/某市某某条例(2020-11-29).md", ("1985年7月27日 国务院发布", *BODY),
        {"adopted": "1985-07-27", "amended": ("2020-11-29",), "dated_by_name": "2020-11-29"}),
    "older than the history": (
        "某市某某条例(2001-05-25).md", ("2019年9月27日 某市第一届人民代表大会常务委员会第三次会议通过", *BODY),
        {"adopted": "2019-09-27", "amended": (), "dated_by_name": None}),
    "the name of another text": ("会议材料(2012-04-19).md", BODY, {"adopted": None, "dated_by_name": None}),
    "another form of date": ("某市某某条例(20120419).md", BODY, {"adopted": None, "dated_by_name": None}),
    "full-width brackets": ("某市某某条例（2012-04-19）.docx", BODY, {"adopted": "2012-04-19"}),
}  # fmt: skip


@pytest.mark.parametrize(("file", "lines", "expected"), NAMED.values(), ids=NAMED)
def test_a_date_in_the_name_of_the_file(file: str, lines: tuple[str, ...], expected: dict[str, object]) -> None:
    blocks = [Block("某市某某条例", BlockKind.TITLE), *map(Block, lines)]
    document = parse_document(blocks, file=file)
    assert {name: getattr(document.metadata, name) for name in expected} == expected
    assert ("date" in {each.code for each in document.notices}) is (document.metadata.dated_by_name is not None)


PASSED = "2024年1月2日 某市第一届人民代表大会常务委员会第三次会议通过"
COMMENCEMENTS = {
    "a date": ([PASSED], "本条例自2024年5月1日起施行。", "2024-05-01"),
    "a Chinese date": ([PASSED], "本规定自二〇二四年五月一日起执行。", "2024-05-01"),
    "the day of passage": ([PASSED], "本条例自通过之日起施行。", "2024-01-02"),
    "the day of publication": ([PASSED, "2024年1月9日 某市人民代表大会常务委员会公告第1号公布"], "本条例自公布之日起施行。", "2024-01-09"),
    "从发布之日": ([PASSED], "本条例从发布之日起施行。", "2024-01-02"),
    "in the history": ([PASSED, "2024年6月1日 施行"], "本市有关规定与本条例不一致的，以本条例为准。", "2024-06-01"),
    "the predecessor's date does not count": (
        [PASSED], "本条例自2024年5月1日起施行。2001年7月1日起施行的《某条例》同时废止。", "2024-05-01"),
    "untold": ([PASSED], "本市有关规定与本条例不一致的，以本条例为准。", None),
}  # fmt: skip


@pytest.mark.parametrize(("history", "closing", "effective"), COMMENCEMENTS.values(), ids=COMMENCEMENTS)
def test_commencement(history: list[str], closing: str, effective: str | None) -> None:
    assert read_metadata("某市某某条例", *history, *BODY, f"第三条 {closing}").effective == effective


def test_a_joint_document_of_two_governments() -> None:
    metadata = parse_document([Block(line) for line in (
        "川办发〔2021〕12号", "四川省人民政府办公厅", "重庆市人民政府办公厅", "关于印发《协作若干措施》的通知", "各有关单位：",
        "一、总体要求", "二、本通知自印发之日起施行。", "四川省人民政府办公厅", "重庆市人民政府办公厅", "二〇二一年三月五日",
    )]).metadata  # fmt: skip
    assert metadata.issuer == "四川省人民政府办公厅、重庆市人民政府办公厅"
    assert metadata.jurisdiction == "四川省、重庆市"
    assert (metadata.number, metadata.level) == ("川办发〔2021〕12号", Level.NORMATIVE_DOCUMENT)
    assert (metadata.adopted, metadata.effective) == ("2021-03-05", "2021-03-05")


def test_a_title_on_two_lines() -> None:
    lines = ("某市人民代表大会常务委员会关于加强", "机关事务管理工作的决定", PASSED, *BODY)
    assert parse_document([Block(line) for line in lines]).metadata.title == "".join(lines[:2])


PLACES = {
    "province": ("四川省机关事务管理办法", "四川省"),
    "short name of a province": ("上海港口条例", "上海市"),
    "free trade zone": ("中国（上海）自由贸易试验区条例", "上海市"),
    "city that ends in 城": ("聊城市文物保护管理条例", "聊城市"),
    "city that begins with 日": ("日照市物业管理条例", "日照市"),
    "city before 市政": ("宁波市市政设施管理条例", "宁波市"),
    "city before 民用": ("杭州市民用建筑节能条例", "杭州市"),
    "autonomous county": ("彭水苗族土家族自治县旅游条例", "彭水苗族土家族自治县"),
    "城市 is no place": ("城市公共交通条例", ""),
    "农贸市场 is no place": ("农贸市场管理办法", ""),
}


@pytest.mark.parametrize(("title", "place"), PLACES.values(), ids=PLACES)
def test_place_of_a_title(title: str, place: str) -> None:
    assert place_of_title(title) == place


def test_places_of_joint_issuers() -> None:
    assert place_of_issuer("四川省机关事务管理局、重庆市机关事务管理局") == "四川省、重庆市"
    assert place_of_issuer("国务院") == ""


STANDARDS: dict[str, tuple[list[str], dict[str, object]]] = {
    "local standard": (
        ["ICS 03.080", "CCS A 16", "四川省地方标准", "DB51/T 2345—2021", "机关接待服务规范", "2021-12-01 发布", "2022-01-01 实施",
         "四川省市场监督管理局 发布"],
        {"title": "机关接待服务规范", "issuer": "四川省市场监督管理局", "jurisdiction": "四川省", "number": "DB51/T 2345—2021",
         "adopted": "2021-12-01", "effective": "2022-01-01", "level": Level.STANDARD},
    ),
    "regional standard of two provinces": (
        ["川渝区域地方标准", "DB51/T 2346—2021", "机关用车管理规范", "2021-12-01发布 2022-01-01实施", "四川省市场监督管理局", "重庆市市场监督管理局",
         "联合发布"],
        {"issuer": "四川省市场监督管理局、重庆市市场监督管理局", "jurisdiction": "四川省、重庆市", "effective": "2022-01-01"},
    ),
    "national standard": (
        ["中华人民共和国国家标准", "GB/T 1.1—2020", "标准化工作导则", "第1部分：标准化文件的结构和起草规则", "2020-03-31发布", "2020-10-01实施",
         "国家市场监督管理总局 国家标准化管理委员会 发布"],
        {"title": "标准化工作导则　第1部分：标准化文件的结构和起草规则", "issuer": "国家市场监督管理总局、国家标准化管理委员会", "jurisdiction": "全国"},
    ),
    "draft": (["团体标准", "T/ABC 001—2024", "用房管理规范", "（征求意见稿）"], {"stage": "draft", "title": "用房管理规范"}),
}  # fmt: skip


@pytest.mark.parametrize(("cover", "expected"), STANDARDS.values(), ids=STANDARDS)
def test_metadata_of_a_standard(cover: list[str], expected: dict[str, object]) -> None:
    metadata = parse_document(
        [Block(line) for line in (*cover, "前言", "本文件由某局提出。", "1 范围", "本文件适用于机关。")]
    ).metadata
    assert {name: getattr(metadata, name) for name in expected} == expected


def test_metadata_of_an_american_statute() -> None:
    metadata = read_metadata("Public Records Act", "Cal. Civ. Code § 9000 et seq.", "Source: https://legislature.example",
                             "§ 9000 Records", "(a) An office shall keep records.", "§ 9001 Commencement",
                             "This chapter shall take effect on Jan. 1, 2030.")  # fmt: skip
    assert (metadata.jurisdiction, metadata.number) == ("California", "Cal. Civ. Code § 9000 et seq.")
    assert (metadata.level, metadata.effective, metadata.stage, metadata.issuer) == (
        Level.STATUTE,
        "2030-01-01",
        "",
        "",
    )


def test_metadata_of_a_bill() -> None:
    lines = ("HOUSE BILL NO. 270", "Introduced by Representative Doe", "A BILL FOR AN ACT", "RELATING TO RECORDS.",
             "BE IT ENACTED BY THE LEGISLATURE OF THE STATE OF HAWAII:", "SECTION 1. An office shall keep records.",
             "SECTION 2. This Act shall take effect on July 1, 2030.")  # fmt: skip
    metadata = parse_document([Block(line) for line in lines]).metadata
    assert metadata.title == "A BILL FOR AN ACT RELATING TO RECORDS."
    assert (metadata.jurisdiction, metadata.number, metadata.stage) == ("Hawaii", "HOUSE BILL NO. 270", "draft")
    assert metadata.effective == "2030-07-01"


def test_metadata_of_the_real_laws(shared_data: Path) -> None:
    """What was measured must not get worse: texts that tell no date, issuer, level, place."""
    files = sorted((shared_data / "laws").rglob("*.md"))
    found = [parse_document(read_markdown(file.read_text(encoding="utf-8")), file=str(file)).metadata for file in files]
    assert sum(not each.vintage for each in found) <= 1
    assert sum(not each.issuer for each in found) <= 114
    assert sum(each.level is Level.UNKNOWN for each in found) <= 38
    assert sum(not each.jurisdiction for each in found) <= 1
    assert sum(not each.effective for each in found) <= 165
    assert all(not each.adopted or not each.amended or each.adopted <= each.amended[0] for each in found)
    assert sum(each.stage == "repealed" for each in found) <= 2
