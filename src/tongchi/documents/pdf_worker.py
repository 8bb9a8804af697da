"""What texts stand where on the pages of a PDF? Run as a program of its own, with little memory and time.

A PDF is a program for a stack machine with compressed data inside; a hostile one can ask for any amount of work. So
this file is started as a child process by `pdf.read_pdf`, limits itself, prints one JSON line per page and imports
nothing of the package. Lines: `{"pages": n}`, per page `{"width": w, "texts": [[x, y, size, text], …], "slanted": [text, …]}`,
then `{"done": true}`; or `{"error": kind, "found": text}`. Coordinates are in points after turning the page upright.
"""

from __future__ import annotations

import json
import logging
import math
import signal
import sys
from typing import Any

MAX_MEMORY = 400 * 1024 * 1024
MAX_PAGES = 5_000
MAX_CHARACTERS = 12_000_000
MAX_TEXTS = 400_000
START_SECONDS = 1.0  # of computing time, for the first page
PAGE_SECONDS = 0.25  # granted for each page that is done


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
    except pypdf.errors.LimitReachedError as error:
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
    characters, texts = 0, 0
    for number in range(count):
        page = _read_page(reader.pages[number])
        characters += sum(len(each[3]) for each in page["texts"])
        texts += len(page["texts"])
        if characters > MAX_CHARACTERS or texts > MAX_TEXTS:
            _print({"error": "limit", "found": f"{characters} characters in {texts} pieces"})
            return
        _print(page)
        _allow(_remaining() + PAGE_SECONDS)
    _print({"done": True})


def _read_page(page: Any) -> dict[str, Any]:
    texts: list[list[Any]] = []
    angles: dict[int, int] = {}

    def visit(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        """Keep a text with its place; cm maps text space, in which tm places the text, to the page."""
        if not text.strip("\n"):
            return
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        across = (tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3])
        angle = round(math.degrees(math.atan2(across[1], across[0]))) % 360
        angles[angle] = angles.get(angle, 0) + len(text)
        texts.append([x, y, abs(size) * math.hypot(*across), text, angle])

    page.extract_text(visitor_text=visit)
    box = page.mediabox
    main_angle = max((each for each in angles if each % 90 == 0), key=lambda each: angles[each], default=0)
    upright = [[*_turned(x, y, main_angle), round(size, 2), text] for x, y, size, text, at in texts if at == main_angle]
    slanted = [text.strip() for *_, text, at in texts if at != main_angle and text.strip()]
    width = float(box.height if main_angle % 180 else box.width)
    return {"width": round(width, 1), "texts": upright, "slanted": slanted}


def _turned(x: float, y: float, angle: int) -> tuple[float, float]:
    """Turn a point so that text which runs at `angle` (0, 90, 180, 270 degrees) runs to the right."""
    x, y = {0: (x, y), 90: (y, -x), 180: (-x, -y), 270: (-y, x)}[angle]
    return round(x, 2), round(y, 2)


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
