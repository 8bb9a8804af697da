"""Which characters do these bytes stand for? UTF-8, UTF-16 or GB18030, told by the bytes and not by a promise.

Chinese offices still save text as GB2312, GBK or its superset GB18030-2022, and editors as UTF-16, with or without a
byte order mark. A wrong guess gives mojibake that looks like Chinese, so a guess must also read like Chinese: nearly
all its non-ASCII characters have to be symbols or first-level characters of GB/T 2312-1980, the 3,755 in common use.
"""

from __future__ import annotations

import codecs
import re

from tongchi.errors import EncodingError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 20_000
_PLAUSIBLE = 0.75
_CONTROLS_ALLOWED = 0.01

_UNPRINTED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ud800-\udfff\ufeff\ufffe\uffff]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\t\xa0]")
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\v\f\r") + b"\x7f"


def decode_text(data: bytes, *, file: str = "", declared: str = "") -> str:
    """Return the text of `data`, cleaned as by `clean_text`.

    A byte order mark decides; next the bytes themselves; `declared` (the charset that an HTML page names) only
    where UTF-8 fails. Raises `EncodingError` where nothing fits or the bytes are no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(_decode(data[len(mark) :], encoding, file), file)
    zero = data.find(0)
    place = f"@ {zero}: NUL (00)" if zero >= 0 else ""
    if zero < 0 and len(data.translate(None, _CONTROLS)) == len(data):
        try:
            return clean_text(data.decode("utf-8"))
        except UnicodeDecodeError as error:
            place = f"@ {error.start}"
    return _checked(_guess(data, declared, file, place), file)


def clean_text(text: str) -> str:
    r"""Return `text` with characters that print nothing removed and every line end as ``\n``.

    No-break spaces and tabs become spaces; all other white space, U+3000 included, stays as it is.

    >>> clean_text("第一条\u200b\u00a0为了\r\n保障")
    '第一条 为了\n保障'
    """
    if not _UNPRINTED.search(text):
        return text
    return _UNPRINTED.sub("", _SPACES.sub(" ", _LINE_ENDS.sub("\n", text)))


def _decode(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        found = f"{encoding} @ {error.start}: {data[error.start : error.start + 4].hex(' ')}"
        raise EncodingError(file=file, found=found) from None


def _checked(text: str, file: str) -> str:
    """Refuse bytes that are no text: NULs, or more than a few control characters."""
    if "\0" in text:
        raise EncodingError(file=file, place=f"@ {text.index(chr(0))}", found="NUL (U+0000)")
    sample = text[:_SAMPLE]
    controls = sum(1 for each in sample if each < " " and each not in "\t\n\v\f\r")
    if controls > max(2, _CONTROLS_ALLOWED * len(sample)):
        raise EncodingError(file=file, found=f"{controls} control characters / 控制字符")
    return clean_text(text)


def _guess(data: bytes, declared: str, file: str, place: str) -> str:
    """Return the decoding that reads most like Chinese; zero bytes leave only UTF-16."""
    best, best_share, tried = "", 0.0, []
    for encoding in _candidates(declared, has_zeros=b"\0" in data):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if encoding == "utf-8":
            return text
        share = common_share(text)
        tried.append(f"{encoding} {share:.0%}")
        if share > best_share:
            best, best_share = text, share
    if best_share < _PLAUSIBLE:
        raise EncodingError(file=file, place=place, found=", ".join(tried) or data[:8].hex(" "))
    return best


def _candidates(declared: str, *, has_zeros: bool) -> list[str]:
    names = ["utf-16-le", "utf-16-be"] if has_zeros else ["utf-8", "gb18030", "utf-16-le", "utf-16-be"]
    if (
        not has_zeros
        and declared
        and not re.match(r"(?i)(?:gb|utf|x-gb|cp936|us-ascii)", declared)
        and _is_text_codec(declared)
    ):
        names.insert(1, declared)
    return names


def _is_text_codec(name: str) -> bool:
    """Names such as `rot13` or `zip` are Python codecs, too, but no character sets."""
    return bool(re.fullmatch(r"(?i)(?:big5(?:-hkscs)?|iso-8859-\d+|windows-125\d|cp125\d|latin-?1)", name))


def common_share(text: str) -> float:
    """Return the share, 0 to 1, of the first non-ASCII characters that are in common use in Chinese texts.

    In common use are GB/T 2312 rows 1–9 (symbols) and 16–55 (first-level characters); 1.0 for a text in ASCII only.
    Running Chinese reaches .97, a text in the wrong encoding stays under .6.
    """
    sample = [each for each in text[:_SAMPLE] if each > "\x7f"]
    if not sample:
        return 1.0
    return sum(1 for each in sample if _is_common(each)) / len(sample)


def _is_common(character: str) -> bool:
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return character in "—·“”‘’…" or "\u2000" <= character <= "\u206f"
    return 0xA1 <= code[0] <= 0xA9 or 0xB0 <= code[0] <= 0xD7
