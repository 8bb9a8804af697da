"""How does a report look on a desk screen, on a telephone and on paper? Takes pictures with a local Chromium.

    python -m scripts.report_screenshots out/report.html pictures/ [ANCHOR]

Writes wide.png, narrow.png, readme.png (the top of the page with the row ANCHOR open) and print.pdf.

The page is shown in an inner frame, for a headless window has a least width and does not scroll to an anchor.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main(arguments: list[str]) -> int:
    """Take the pictures; return 2 where no browser is installed or the call is wrong."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None or len(arguments) not in (2, 3):
        print("usage: report_screenshots REPORT.html FOLDER [ANCHOR]; needs chromium", file=sys.stderr)
        return 2
    report, folder = Path(arguments[0]).resolve(), Path(arguments[1])
    folder.mkdir(parents=True, exist_ok=True)
    address = report.as_uri() + (f"#{arguments[2]}" if len(arguments) == 3 else "")
    for name, width in (("wide", 1440), ("narrow", 390)):
        with tempfile.TemporaryDirectory() as scratch:
            frame = Path(scratch) / "frame.html"
            style = f"border:0;width:{width}px;height:2400px"
            frame.write_text(f'<body style="margin:0"><iframe src="{address}" style="{style}">')
            _run(browser, f"--screenshot={folder / name}.png", f"--window-size={width},2400", frame.as_uri())
    with tempfile.TemporaryDirectory() as scratch:
        opened = Path(scratch) / "opened.html"
        opened.write_text(_with_open_row(report.read_text(encoding="utf-8"), arguments[2:]), encoding="utf-8")
        _run(browser, f"--screenshot={folder / 'readme.png'}", "--window-size=1100,2110", opened.as_uri())
    _run(browser, f"--print-to-pdf={folder / 'print.pdf'}", "--no-pdf-header-footer", address)
    return 0


def _with_open_row(page: str, anchors: list[str]) -> str:
    """Return the page with the quotes of one row open, for a picture that starts at the top."""
    for anchor in anchors:
        head, found, tail = page.partition(f'<tbody id="{anchor}"')
        page = head + found + tail.replace("<details>", "<details open>", 1)
    return page


def _run(browser: str, *options: str) -> None:
    common = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files")
    subprocess.run([browser, *common, *options], check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
