"""Three short regulations for each party, SYNTHETIC: as .docx, .pdf and .html."""

from __future__ import annotations

from pathlib import Path

from make_files import make_pdf, write_docx

from tongchi.documents.blocks import Block

NAMES = {"jiang": "江州市", "lan": "岚州市"}
AREA, DAYS = {"jiang": "二十", "lan": "三十"}, {"jiang": "十", "lan": "十五"}
LINES = (
    "{city}机关办公用房管理办法（SYNTHETIC）",
    "第一条 为了规范办公用房管理，节约用房，制定本办法。",
    "第二条 本市各级机关的办公用房管理，适用本办法。",
    "第三条 处级以下人员办公室使用面积每人不得超过{area}平方米。",
    "第四条 使用单位应当在{days}个工作日内申报办公用房变动情况。",
    "第五条 参加办公用房维修项目投标的企业，应当在本市设立分支机构。",
    "第六条 市机关事务主管部门应当与相邻城市建立信息共享机制。",
    "第七条 本办法自2025年1月1日起施行。",
)


def texts_of(party: str, folder: Path) -> list[str]:
    """Write the files of a party and return their paths."""
    lines = [line.format(city=NAMES[party], area=AREA[party], days=DAYS[party]) for line in LINES]
    others = [[line.replace("办公用房", word) for line in lines] for word in ("公务用车", "会议用房")]
    docx, pdf, html = (folder / f"{party}.{suffix}" for suffix in ("docx", "pdf", "html"))
    write_docx([Block(line) for line in lines], docx)
    pdf.write_bytes(make_pdf([Block(line) for line in others[0]]))
    body = "".join(f"<p>{line}</p>" for line in others[1])
    html.write_text(f"<!doctype html><html><head><meta charset='utf-8'></head><body>{body}</body></html>", "utf-8")
    return [str(each) for each in (docx, pdf, html)]
