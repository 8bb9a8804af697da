"""What does a PDF with a text layer say? Its texts come from a child process under limits, its paragraphs from the layout.

Left out by rule: running heads, feet and page numbers (`pdf_furniture`), and slanted text, which is a watermark; the
latter and pages without text are reported as notices. Tables come as lines of text.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

from tongchi.documents import pdf_worker
from tongchi.documents.blocks import Block
from tongchi.documents.model import Notice
from tongchi.documents.pdf_layout import find_paragraphs
from tongchi.documents.pdf_lines import Page, make_page
from tongchi.errors import DamagedFileError, EncryptedFileError, NoTextError, TongchiError, UnsafeFileError
from tongchi.text.encoding import clean_text, common_share

MAX_SECONDS = 600
_TAIL = 4096
_READABLE_SHARE = 0.3
_ADVICE = "请重新导出 PDF 后再试。 / Export the PDF again and retry."
_SPLIT = "请核实来源，或拆分后再试。 / Check where the file comes from, or split it and retry."
_OCR = "若为扫描件，请先做文字识别（OCR）再读取。 / If this is a scan, run OCR first."
_RADICALS = str.maketrans(  # radicals and other characters that share a glyph with the one that was typed
    "⺅⺉⺎⺐⺓⺕⺖⺘⺙⺟⺠⺡⺣⺦⺨⺭⺰⺾⻁⻂⻄⻅⻆⻈⻉⻋⻌⻐⻓⻔⻖⻘⻙⻚⻛⻜⻝⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳⺒⺻⼾㬵",
    "亻刂兀尢幺彐忄扌攵母民氵灬丬犭礻纟艹虎衤西见角讠贝车辶钅长门阝青韦页风飞食饣马骨鬼鱼鸟卤麦黄黾齐齿龙龟巳聿户胶",
)
_LOOKALIKE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06\u3b35\u2329\u232a]")


def read_pdf(path: Path) -> tuple[list[Block], list[Notice]]:
    """Return the blocks of a PDF and notices on what was not read.

    Raises `NoTextError` for a scan, `EncryptedFileError`, `DamagedFileError`, or `UnsafeFileError` where a page needs
    more memory or computing time than `pdf_worker` allows.
    """
    file = str(path)
    _check_end(path, file)
    pages, slanted = _run_worker(path, file)
    blocks = [Block(text, block.kind, block.place) for block in find_paragraphs(pages) if (text := _normal(block.text))]
    if not blocks:
        raise NoTextError(
            file=file, found=f"{len(pages)} 页图像 / pages of images", expected="文字层 / a text layer", advice=_OCR
        )
    share = common_share("".join(block.text for block in blocks[:400]))
    if share < _READABLE_SHARE:
        found = f"乱码文字层（常用字 {share:.0%}） / garbled text layer"
        raise NoTextError(file=file, found=found, expected="文字层 / a text layer", advice=_OCR)
    return blocks, _notices(pages, slanted)


def _check_end(path: Path, file: str) -> None:
    """A PDF ends with its table of objects; one that was cut off could only be read in part, and in silence."""
    with open(path, "rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _TAIL))
        tail = stream.read()
    if b"startxref" not in tail and b"%%EOF" not in tail:
        raise DamagedFileError(
            file=file, found="没有结尾（文件被截断？） / no end (cut off?)", expected="startxref", advice=_ADVICE
        )


def _run_worker(path: Path, file: str) -> tuple[list[Page], list[str]]:
    command = [sys.executable, "-P", "-X", "utf8", str(Path(pdf_worker.__file__)), str(path)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            output, trouble = process.communicate(timeout=MAX_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise _unsafe(f"{MAX_SECONDS} s", file) from None
    facts = [json.loads(line) for line in output.splitlines() if line.endswith(b"}")]
    errors = [fact for fact in facts if "error" in fact]
    read = [fact for fact in facts if "texts" in fact]
    if errors:
        raise _error(errors[0], file)
    if not any("done" in fact for fact in facts):
        raise _ended(process.returncode, trouble, len(read) + 1, file)
    slanted = [text for fact in read for text in fact["slanted"]]
    return [make_page(fact["texts"], fact["width"]) for fact in read], slanted


def _error(fact: dict[str, Any], file: str) -> TongchiError:
    if fact["error"] == "encrypted":
        return EncryptedFileError(file=file, found="PDF")
    if fact["error"] == "damaged":
        return DamagedFileError(file=file, found=fact["found"], expected="PDF", advice=_ADVICE)
    return _unsafe(fact["found"], file)


def _ended(status: int, trouble: bytes, page: int, file: str) -> TongchiError:
    """Say why the worker ended before it was done: by a limit, or because the file breaks the format."""
    if status in (-getattr(signal, "SIGPROF", 0), -getattr(signal, "SIGKILL", 0)) and status < 0:
        seconds = pdf_worker.START_SECONDS + pdf_worker.PAGE_SECONDS * (page - 1)
        return _unsafe(f"第 {page} 页耗时过长 / page {page} takes too long (> {seconds:.1f} s)", file)
    if b"MemoryError" in trouble:
        return _unsafe("内存 / memory", file)
    last = trouble.decode("utf-8", "replace").strip().rpartition("\n")[2][:160] or f"status {status}"
    return DamagedFileError(file=file, place=f"page {page}", found=last, expected="PDF", advice=_ADVICE)


def _unsafe(found: str, file: str) -> UnsafeFileError:
    limit = (
        f"{pdf_worker.MAX_PAGES:,} 页 / pages, {pdf_worker.MAX_MEMORY >> 20} MB, "
        f"{pdf_worker.START_SECONDS:g} s + {pdf_worker.PAGE_SECONDS:g} s × 页 / pages"
    )
    return UnsafeFileError(file=file, found=found, expected=limit, advice=_SPLIT)


def _normal(text: str) -> str:
    """Replace radicals, compatibility forms and ligatures, which fonts put in place of the characters they look like."""
    if _LOOKALIKE.search(text):
        text = _LOOKALIKE.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text.translate(_RADICALS))
    return clean_text(text).replace("\n", " ").strip()


def _notices(pages: list[Page], slanted: list[str]) -> list[Notice]:
    notices = []
    empty = [str(number) for number, page in enumerate(pages, start=1) if not page.lines]
    if empty:
        listed = "、".join(empty[:20])
        notices.append(
            Notice("no_text", "", f"第 {listed} 页没有文字层，未读取。", f"Pages {listed} have no text layer.")
        )
    if slanted:
        marks = "、".join(dict.fromkeys(slanted))[:100]
        notices.append(Notice("slanted", "", f"斜置文字按水印略去：{marks}", f"Slanted text left out: {marks}"))
    return notices
