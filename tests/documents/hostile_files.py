"""Files made to do harm, and broken ones, each with what the reader answers."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

from make_files import make_docx, make_package, wrap_part, write_pdf

TEXT = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
ONE_PAGE = [[(80.0, 700.0, 16.0, "第一条 为了")]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def with_doctype(doctype: str) -> str:
    return wrap_part("document", f"<w:body>{TEXT.format('&x;')}</w:body>").replace(
        "?>", f"?><!DOCTYPE a [{doctype}]>", 1
    )


def laughs() -> str:
    entities = '<!ENTITY x0 "ha">' + "".join(f'<!ENTITY x{at} "{f"&x{at - 1};" * 10}">' for at in range(1, 10))
    return with_doctype(entities + '<!ENTITY x "&x9;">')


def zip_of(members: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def lying_about_sizes() -> bytes:
    """A bomb whose archive declares that it is small."""
    data = make_docx(TEXT.format("A" * 25_000_000))
    size = len(wrap_part("document", f"<w:body>{TEXT.format('A' * 25_000_000)}</w:body>"))
    return data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def flate_bomb(times: int) -> bytes:
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(b" " * 10_000_000) for _ in range(times)) + packer.flush()
    return in_page(data)


def in_page(packed: bytes) -> bytes:
    """Put a compressed stream in the place of the content of a page."""
    data = write_pdf(ONE_PAGE)
    start = data.rindex(b"<< /Length")
    end = data.index(b"endstream", start)
    return data[:start] + b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\n" % (len(packed), packed) + data[end:]


UNSAFE, DAMAGED, NO_TEXT = "UnsafeFileError", "DamagedFileError", "NoTextError"
UNSUPPORTED, ENCODING = "UnsupportedFormatError", "EncodingError"
HOSTILE: dict[str, tuple[str, Callable[[], str | bytes], str]] = {  # what it is: (suffix, content, answer)
    "zip bomb": ("docx", lambda: make_docx(TEXT.format("A" * 25_000_000)), UNSAFE),
    "zip bomb that lies": ("docx", lying_about_sizes, DAMAGED),
    "zip bomb by ratio": ("docx", lambda: make_docx("<w:p/>" * 1_000_000), UNSAFE),
    "archive of many members": ("docx", lambda: zip_of({f"{at}": "" for at in range(12_000)}), UNSAFE),
    "deep docx": ("docx", lambda: make_docx("<w:sdt><w:sdtContent>" * 5000 + "</w:sdtContent></w:sdt>" * 5000), UNSAFE),
    "docx as deep as XML may be": (
        "docx", lambda: make_docx("<w:sdt><w:sdtContent>" * 120 + TEXT.format("甲") + "</w:sdtContent></w:sdt>" * 120), "read"),
    "billion laughs": ("docx", lambda: make_package({"document": laughs()}), UNSAFE),
    "external entity": ("docx", lambda: make_package({"document": with_doctype('<!ENTITY x SYSTEM "file:///etc/passwd">')}), UNSAFE),
    "external entity in UTF-16": (
        "docx", lambda: make_package({"document": with_doctype('<!ENTITY x SYSTEM "file:///etc/passwd">')
                                      .replace("UTF-8", "UTF-16").encode("utf-16")}), UNSAFE),
    "doctype in the numbering": ("docx", lambda: make_package({
        "document": wrap_part("document", f"<w:body>{TEXT.format('甲')}</w:body>"), "numbering": laughs()}), UNSAFE),
    "docx cut off": ("docx", lambda: make_docx(TEXT.format("甲"))[:-400], DAMAGED),
    "docx without text": ("docx", lambda: make_docx("<w:p/>"), NO_TEXT),
    "docx with broken XML": ("docx", lambda: make_package({"document": "<w:p"}), DAMAGED),
    "PDF flate bomb": ("pdf", lambda: flate_bomb(12), UNSAFE),
    "PDF bomb of operations": ("pdf", lambda: in_page(zlib.compress(b"BT /F1 9 Tf <0001> Tj ET " * 2_000_000)), UNSAFE),
    "PDF nested arrays": ("pdf", lambda: in_page(zlib.compress(b"[" * 1_000_000)), DAMAGED),
    "PDF page tree that holds itself": ("pdf", lambda: write_pdf(ONE_PAGE).replace(b"/Kids [8 0 R]", b"/Kids [2 0 R]"), DAMAGED),
    "PDF of junk": ("pdf", lambda: b"%PDF-1.5\n" + bytes(range(256)) * 20 + b"startxref\n0\n%%EOF", DAMAGED),
    "deep HTML": ("html", lambda: "<div>" * 100_000 + "x", UNSAFE),
    "HTML deep in elements that are not blocks": ("html", lambda: "<font>" * 190 + "x", "read"),
    "HTML of many tags": ("html", lambda: "<p>x" * 1_000_000, UNSAFE),
    "HTML of nested tables": ("html", lambda: "<table><tr><td>" * 60 + "x", "read"),
    "text of more than 64 MB": ("txt", lambda: "为了保障".encode() * 5_500_000, UNSAFE),
    "text of lines": ("txt", lambda: "条\n" * 2_000_000, UNSAFE),
    "one long line": ("txt", lambda: "为了保障，" * 1_000_000, "read"),
    "Markdown of comments": ("md", lambda: "<!--" * 2_000_000, "read"),
    "Markdown of stars": ("md", lambda: "**a " * 2_000_000, "read"),
    "Markdown of dashes": ("md", lambda: "|" + "-" * 5_000_000 + "x", "read"),
    "Markdown of brackets": ("md", lambda: "[x](" * 2_000_000, "read"),
    "spaces": ("html", lambda: "<p>甲" + " " * 6_000_000 + "x", "read"),
    "empty": ("txt", lambda: b"", NO_TEXT),
    "white space": ("txt", lambda: " \n　\t\r\n", NO_TEXT),
    "zero bytes": ("txt", lambda: b"\0" * 10_000, ENCODING),
    "random bytes": ("md", lambda: bytes(range(256)) * 100, ENCODING),
    "doc": ("doc", lambda: OLE + "WordDocument".encode("utf-16-le"), UNSUPPORTED),
    "xls named docx": ("docx", lambda: OLE + "Workbook".encode("utf-16-le"), UNSUPPORTED),
    "docx with a password": ("docx", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "EncryptedFileError"),
    "rtf": ("doc", lambda: b"{\\rtf1\\ansi x}", UNSUPPORTED),
    "xlsx": ("xlsx", lambda: zip_of({"xl/workbook.xml": "<a/>"}), UNSUPPORTED),
    "OFD": ("ofd", lambda: zip_of({"OFD.xml": "<a/>"}), UNSUPPORTED),
    "OpenDocument": ("odt", lambda: zip_of({"mimetype": "application/vnd.oasis.opendocument.text"}), UNSUPPORTED),
    "zip": ("zip", lambda: zip_of({"a.txt": "甲"}), UNSUPPORTED),
    "Word XML": ("doc", lambda: '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', UNSUPPORTED),
    "web archive": ("doc", lambda: "MIME-Version: 1.0\r\nContent-Type: multipart/related", UNSUPPORTED),
    "picture": ("pdf", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 50, UNSUPPORTED),
    "other XML": ("xml", lambda: '<?xml version="1.0"?><akomaNtoso/>', UNSUPPORTED),
}  # fmt: skip
