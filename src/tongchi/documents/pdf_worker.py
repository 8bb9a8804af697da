"""What texts stand where on the pages of a PDF? Run as a program of its own, with little memory and time.

A PDF is a program for a stack machine with compressed data inside; a hostile one can ask for any amount of work. So
this file is started as a child process by `pdf.read_pdf`, limits itself, prints one JSON line per page and imports
nothing of the package. Lines: `{"pages": n}`, per page `{"width": w, "texts": [[x, y, size, text, right], …],
"slanted": [text, …]}`, then `{"done": true}`; or `{"error": kind, "found": text}`. Coordinates are in points after
turning the page upright.

pypdf opens the file, parses the content and decodes the fonts; the text operators are carried out here, for only
the advance widths of all characters tell where a text ends. A text is a run of characters without a gap between
them: gaps are not taken for spaces. Source: ISO 32000-1, 9.2–9.4 (text state, widths, operators).
"""

from __future__ import annotations

import json
import logging
import math
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple

MAX_MEMORY = 400 * 1024 * 1024
MAX_PAGES = 5_000
MAX_CHARACTERS = 12_000_000
MAX_PAGE_CHARACTERS = 200_000  # A4 in 4 pt has 30,000
MAX_DEPTH = 10  # of forms in forms
START_SECONDS = 1.0  # of computing time, for the first page
PAGE_SECONDS = 0.25  # granted for each page that is done
_GAP = 0.12  # of an em beyond the usual distance of characters, which is that of the line's justification
_TWO_BYTES = "utf-16-be"
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_Matrix = tuple[float, float, float, float, float, float]


class _Character(NamedTuple):
    text: str
    x: float
    y: float
    right: float
    size: float
    angle: int


def main(path: str) -> None:
    """Print the texts of the PDF at `path`; exceeding a limit ends the process by a signal or an exception."""
    _limit_memory()
    _allow(START_SECONDS)
    import pypdf

    logging.disable(logging.CRITICAL)
    _allow(START_SECONDS)
    try:
        with open(path, "rb") as stream:
            _print_pages(pypdf, stream)
    except (pypdf.errors.WrongPasswordError, pypdf.errors.FileNotDecryptedError, pypdf.errors.DependencyError):
        _print({"error": "encrypted", "found": "PDF"})
    except (pypdf.errors.LimitReachedError, _TooMuchError) as error:
        _print({"error": "limit", "found": str(error)[:200]})
    except MemoryError:
        _print({"error": "limit", "found": f"more than {MAX_MEMORY // 1_000_000} MB of memory"})


def _print_pages(pypdf: Any, stream: Any) -> None:
    reader = pypdf.PdfReader(stream)
    if reader.is_encrypted and not reader.decrypt(""):
        _print({"error": "encrypted", "found": "PDF"})
        return
    count = len(reader.pages)
    if count > MAX_PAGES:
        _print({"error": "limit", "found": f"{count} pages"})
        return
    _print({"pages": count})
    total = 0
    fonts: dict[int, _Font] = {}
    for number in range(count):
        page = reader.pages[number]
        interpreter = _Interpreter(reader, fonts)
        interpreter.run(page.get_contents(), page.get("/Resources"))
        total += len(interpreter.characters)
        if total > MAX_CHARACTERS:
            raise _TooMuchError(f"{total} characters")
        _print(_read_page(interpreter.characters, page.mediabox))
        _allow(_remaining() + PAGE_SECONDS)
    _print({"done": True})


class _TooMuchError(Exception):
    """The file asks for more than the limits allow."""


# --- fonts ----------------------------------------------------------------------------------------------------


class _Font:
    """How the bytes of a string are parted into codes, and what character and width (in em) each code has."""

    def __init__(self, resource: Any) -> None:
        from pypdf.generic._font import Font  # not public: pyproject.toml names the versions that were tried

        font = Font.from_font_resource(resource)
        self.resource = resource
        self.encoding = font.encoding
        self.map = font.character_map
        self.widths = font.character_widths
        self.unit = 0.001
        matrix = _object(resource.get("/FontMatrix")) if resource.get("/Subtype") == "/Type3" else None
        if matrix is not None and len(matrix) == 6:
            self.unit = abs(float(_object(matrix[0]))) or 0.001
        # Widths are listed by code only where the code is the glyph's own number; else Chinese fonts have half and whole ems.
        encoding = _object(resource.get("/Encoding"))
        is_composite = resource.get("/Subtype") == "/Type0"
        self.is_listed = not is_composite or (isinstance(encoding, str) and "Identity" in encoding)
        if is_composite and not isinstance(self.encoding, str):  # a table of codes inside the file: two bytes each
            self.encoding = _TWO_BYTES

    def characters(self, data: bytes) -> Iterator[tuple[str, float, bool]]:
        """Yield text and width of each code, and whether it is the one-byte code 32, to which word spacing applies."""
        if self.encoding == _TWO_BYTES:
            pairs = zip(data[::2], data[1::2], strict=False)
            codes = [(code, code) for code in (chr(high << 8 | low) for high, low in pairs)]
        elif isinstance(self.encoding, str):
            codes = [(code, code) for code in data.decode(self.encoding, "replace")]
        else:
            codes = [(chr(byte), self.encoding.get(byte, chr(byte))) for byte in data]
        for code, name in codes:
            text = str(self.map.get(name, name))
            text = "" if text[:1] == "/" and len(text) > 1 else text  # the name of a glyph that stands for no character
            width = self.widths.get(code)
            if width is None or not self.is_listed:
                width = self.widths.get("default", 500) if self.is_listed else 1000 if _is_wide(text) else 500
            yield text, float(_object(width)) * self.unit, code == " " and not isinstance(self.encoding, str)


def _object(value: Any) -> Any:
    """Follow a reference to another object of the file."""
    return value.get_object() if hasattr(value, "get_object") else value


# --- the operators --------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _State:
    """Graphics and text state, as q saves and Q restores it."""

    matrix: _Matrix = _IDENTITY
    font: _Font | None = None
    size: float = 0.0
    character_space: float = 0.0
    word_space: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


@dataclass(slots=True)
class _Interpreter:
    """Carries out what moves and shows text; all other operators do not matter here."""

    reader: Any
    fonts: dict[int, _Font]
    characters: list[_Character] = field(default_factory=list)
    state: _State = field(default_factory=_State)
    text: _Matrix = _IDENTITY
    line: _Matrix = _IDENTITY

    def run(self, content: Any, resources: Any, depth: int = 0) -> None:
        """Carry out a content stream with the resources that it names."""
        if content is None or depth > MAX_DEPTH:
            return
        resources = _object(resources) or {}
        saved: list[_State] = []
        for operands, operator in content.operations:
            if operator == b"q":
                saved.append(replace(self.state))
            elif operator == b"Q":
                self.state = saved.pop() if saved else self.state
            elif operator == b"Do" and operands:
                self._form(_named(resources, "/XObject", operands[0]), resources, depth)
            elif operator == b"Tf" and len(operands) == 2:
                self.state.font = self._font(_named(resources, "/Font", operands[0]))
                self.state.size = _number(operands, 1)
            else:
                self._operator(operator, operands)

    def _operator(self, operator: bytes, operands: Any) -> None:
        state = self.state
        if operator in (b"Tj", b"TJ", b"'", b'"'):
            if operator == b'"':
                state.word_space, state.character_space = _number(operands, 0), _number(operands, 1)
            if operator in (b"'", b'"'):
                self._move(0.0, -state.leading)
            self._show(operands[-1:] if operator != b"TJ" else _object(operands[0]) if operands else [])
        elif operator in (b"Td", b"TD"):
            state.leading = -_number(operands, 1) if operator == b"TD" else state.leading
            self._move(_number(operands, 0), _number(operands, 1))
        elif operator == b"T*":
            self._move(0.0, -state.leading)
        elif operator == b"Tm":
            self.text = self.line = _matrix(operands)
        elif operator == b"cm":
            state.matrix = _times(_matrix(operands), state.matrix)
        elif operator == b"BT":
            self.text = self.line = _IDENTITY
        elif operator in _SETTERS:
            name, unit = _SETTERS[operator]
            setattr(state, name, _number(operands, 0) * unit)

    def _move(self, x: float, y: float) -> None:
        self.text = self.line = _times((1.0, 0.0, 0.0, 1.0, x, y), self.line)

    def _show(self, pieces: Any) -> None:
        state = self.state
        for piece in pieces:
            if isinstance(piece, (int, float)):
                self._advance(-float(piece) / 1000 * state.size * state.scale)
            elif state.font is not None:
                for text, width, is_space in state.font.characters(_bytes(piece)):
                    space = state.character_space + (state.word_space if is_space else 0.0)
                    self._character(text, width * state.size * state.scale)
                    self._advance((width * state.size + space) * state.scale)

    def _advance(self, x: float) -> None:
        self.text = _times((1.0, 0.0, 0.0, 1.0, x, 0.0), self.text)

    def _character(self, text: str, width: float) -> None:
        a, b, c, d, e, f = _times(self.text, self.state.matrix)
        if not text:
            return
        if len(self.characters) >= MAX_PAGE_CHARACTERS:
            raise _TooMuchError(f"more than {MAX_PAGE_CHARACTERS} characters on a page")
        x, y = e + self.state.rise * c, f + self.state.rise * d
        across = math.hypot(a, b)
        angle = round(math.degrees(math.atan2(b, a))) % 360
        x, y = _turned(x, y, angle)
        self.characters.append(
            _Character(text, x, y, x + width * across, abs(self.state.size) * math.hypot(c, d), angle)
        )

    def _form(self, form: Any, resources: Any, depth: int) -> None:
        if form is None or form.get("/Subtype") != "/Form":
            return
        from pypdf.generic import ContentStream

        outer, placed = self.state, _object(form.get("/Matrix"))
        self.state = replace(outer)
        if placed is not None:
            self.state.matrix = _times(_matrix(placed), outer.matrix)
        self.run(ContentStream(form, self.reader), form.get("/Resources") or resources, depth + 1)
        self.state = outer

    def _font(self, resource: Any) -> _Font | None:
        if resource is None:
            return None
        if id(resource) not in self.fonts:
            self.fonts[id(resource)] = _Font(resource)  # which keeps the resource, so that its id stays its own
        return self.fonts[id(resource)]


_SETTERS = {
    b"Tc": ("character_space", 1.0),
    b"Tw": ("word_space", 1.0),
    b"Tz": ("scale", 0.01),
    b"TL": ("leading", 1.0),
    b"Ts": ("rise", 1.0),
}


def _named(resources: Any, kind: str, name: Any) -> Any:
    return _object((_object(resources.get(kind)) or {}).get(name))


def _number(operands: Any, index: int) -> float:
    value = operands[index] if index < len(operands) else 0.0
    return float(value) if isinstance(value, (int, float)) else 0.0


def _matrix(operands: Any) -> _Matrix:
    values = [float(_object(each)) for each in operands if isinstance(_object(each), (int, float))]
    return (values[0], values[1], values[2], values[3], values[4], values[5]) if len(values) == 6 else _IDENTITY


def _times(first: _Matrix, second: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _bytes(value: Any) -> bytes:
    """Return the bytes of a string operand, which pypdf may have decoded."""
    if isinstance(value, bytes):
        return bytes(value)
    original = getattr(value, "original_bytes", None)
    if isinstance(original, bytes):
        return original
    return value.encode("latin-1", "replace") if isinstance(value, str) else b""


# --- the page -------------------------------------------------------------------------------------------------


def _read_page(characters: list[_Character], box: Any) -> dict[str, Any]:
    lines: list[list[_Character]] = []
    angles: dict[int, int] = {}
    for each in characters:
        angles[each.angle] = angles.get(each.angle, 0) + 1
        last = lines[-1][-1] if lines else None
        if last and last.angle == each.angle and abs(last.y - each.y) < 0.1 and abs(last.size - each.size) < 0.05:
            lines[-1].append(each)
        else:
            lines.append([each])
    upright = max((each for each in angles if each % 90 == 0), key=lambda each: angles[each], default=0)
    texts = [run for line in lines if line[0].angle == upright for run in _runs(line)]
    slanted = ["".join(each.text for each in line).strip() for line in lines if line[0].angle != upright]
    width = float(box.height if upright % 180 else box.width)
    return {"width": round(width, 1), "texts": texts, "slanted": [each for each in slanted if each]}


def _runs(line: list[_Character]) -> Iterator[list[Any]]:
    """Part a line where a gap is wider than its justification makes all gaps."""
    gaps = [after.x - before.right for before, after in pairwise(line)]
    inner = sorted(gap for gap in gaps if gap < line[0].size)
    usual = max(0.0, inner[len(inner) // 2]) if len(inner) > 4 else 0.0
    start = 0
    for at in range(1, len(line) + 1):
        if at == len(line) or not -0.7 * line[0].size < gaps[at - 1] < usual + _GAP * line[0].size:
            run = line[start:at]
            text = "".join(each.text for each in run)
            if text.strip("\r\n"):
                values = (run[0].x, run[0].y, run[0].size, run[-1].right)
                x, y, size, right = (round(each, 2) for each in values)
                yield [x, y, size, text, right]
            start = at


def _is_wide(text: str) -> bool:
    return text >= "\u2e80"


def _turned(x: float, y: float, angle: int) -> tuple[float, float]:
    """Turn a point so that text which runs at `angle` (0, 90, 180, 270 degrees; others stay) runs to the right."""
    x, y = {90: (y, -x), 180: (-x, -y), 270: (-y, x)}.get(angle, (x, y))
    return x, y


def _limit_memory() -> None:
    """Bound the memory of this process and forbid it to write files, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow(seconds: float) -> None:
    """Let the system end this process after `seconds` more of computing time, whatever it then does."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _remaining() -> float:
    return signal.getitimer(signal.ITIMER_PROF)[0] if hasattr(signal, "getitimer") else 0.0


def _print(fact: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(fact, ensure_ascii=True, allow_nan=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
