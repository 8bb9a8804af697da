"""Invented regulations on reading rooms: written article by article, or drawn at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from tongchi.comparison.model import PairComparison
from tongchi.documents import Document, parse_document
from tongchi.documents.markdown import read_markdown
from tongchi.text.numerals import write_chinese

PLACES = ("重庆市", "上海市", "江州市", "岚州市", "广东省")


@dataclass(frozen=True, slots=True)
class Theme:
    """One provision on a question of its own, and the same provision with other numbers or modality."""

    text: str
    changed: str


THEMES = (
    Theme(
        "阅览室应当每周开放不少于四十小时，法定节假日不得关闭。",
        "阅览室应当每周开放不少于三十小时，法定节假日不得关闭。",
    ),
    Theme("借阅人每次借阅图书不得超过五册，借期为三十日以内。", "借阅人每次借阅图书不得超过八册，借期为三十日以内。"),
    Theme("管理员应当自收到荐购申请之日起十五日内答复申请人。", "管理员应当自收到荐购申请之日起十日内答复申请人。"),
    Theme(
        "在书架之间堆放易燃物品的，由消防救援机构责令改正，处五百元以上二千元以下罚款。",
        "在书架之间堆放易燃物品的，由消防救援机构责令改正，处一千元以上五千元以下罚款。",
    ),
    Theme(
        "古籍善本应当存放于恒温恒湿的专用库房，库房温度不得高于二十摄氏度。",
        "古籍善本应当存放于恒温恒湿的专用库房，库房温度不得高于十八摄氏度。",
    ),
    Theme(
        "乡镇、街道可以设立流动书车，为偏远村落提供送书服务。", "乡镇、街道应当设立流动书车，为偏远村落提供送书服务。"
    ),
    Theme(
        "少年儿童阅读区的面积不得少于总面积的百分之二十，并配备适龄桌椅。",
        "少年儿童阅读区的面积不得少于总面积的百分之三十，并配备适龄桌椅。",
    ),
    Theme(
        "视力残疾人使用盲文读物和听书设备的，免收押金，免费邮寄。",
        "视力残疾人使用盲文读物和听书设备的，免收押金，免费邮寄，每年补贴不低于三百元。",
    ),
    Theme(
        "捐赠人可以约定所赠书刊的用途；受赠单位应当出具凭证，并每年公布一次捐赠清单。",
        "捐赠人可以约定所赠书刊的用途；受赠单位应当出具凭证，并每半年公布一次捐赠清单。",
    ),
    Theme(
        "监控录像应当保存不少于九十日，不得用于与安全无关的目的。",
        "监控录像应当保存不少于六十日，不得用于与安全无关的目的。",
    ),
    Theme(
        "审计机关每三年对购书经费的使用情况进行一次审计，结果向社会公开。",
        "审计机关每两年对购书经费的使用情况进行一次审计，结果向社会公开。",
    ),
    Theme(
        "志愿者上岗前应当接受不少于八小时的培训，佩戴统一标识。",
        "志愿者上岗前应当接受不少于十二小时的培训，佩戴统一标识。",
    ),
)
"""Themes share no question, so that an article links to its own theme or to none."""


def regulation(articles: Sequence[str], *, place: str = "重庆市", matter: str = "居民阅览室管理") -> Document:
    """Return a regulation whose articles have these texts; a text may hold several lines (款, 项)."""
    lines = [f"# {place}{matter}条例", "", "2020年3月1日 通过", "", "2020年5月1日 施行", ""]
    for number, text in enumerate(articles, 1):
        first, *rest = text.split("\n")
        lines += [f"第{write_chinese(number)}条　{first}", ""]
        lines += [line for each in rest for line in (each, "")]
    return parse_document(read_markdown("\n".join(lines)), file=f"{place}{matter}条例.md")


def linked(pair: PairComparison) -> set[tuple[str, str]]:
    """Return the numbers of the linked articles."""
    return {(link.a, link.b) for link in pair.links}


@st.composite
def regulations(draw: st.DrawFn, place: str = "重庆市", least: int = 1) -> Document:
    """Draw a regulation: some themes in any order, each as it is or changed."""
    chosen = draw(st.lists(st.sampled_from(range(len(THEMES))), min_size=least, max_size=len(THEMES), unique=True))
    changed = draw(st.lists(st.booleans(), min_size=len(chosen), max_size=len(chosen)))
    texts = [THEMES[at].changed if turn else THEMES[at].text for at, turn in zip(chosen, changed, strict=True)]
    return regulation(texts, place=place)
