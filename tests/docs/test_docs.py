"""Is the documentation true today: made pages fresh, links alive, runnable blocks running with the output shown?"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from scripts.build_docs import (
    CATALOGUE,
    COMMAND_LINE,
    ERRORS,
    ROOT,
    catalogue_page,
    command_line_page,
    errors_page,
    written_pages,
)
from scripts.run_blocks import refresh_page

MADE_PAGES = {COMMAND_LINE: command_line_page, ERRORS: errors_page, CATALOGUE: catalogue_page}
PAGES = [*written_pages(), ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *(ROOT / each for each in MADE_PAGES)]
RUNNABLE = [page for page in PAGES if re.search(r"^```(?:console|python) run$", page.read_text("utf-8"), re.M)]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize(("page", "fresh"), MADE_PAGES.items(), ids=MADE_PAGES)
def test_a_made_page_says_what_the_code_says(page: str, fresh: Callable[[], str]) -> None:
    assert (ROOT / page).read_text("utf-8") == fresh(), f"{page} is stale: run make docs"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.S | re.M)
    targets = [each.split("#")[0] for each in LINK.findall(text) if not re.match(r"[a-z]+:", each)]
    dead = [target for target in targets if target and not (page.parent / target).exists()]
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_anchor_names_a_heading(page: Path) -> None:
    dead = []
    for target, anchor in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", page.read_text("utf-8")):
        goal = page.parent / target if target else page
        if goal.suffix == ".md" and goal.exists() and anchor not in anchors(goal):
            dead.append(f"{target}#{anchor}")
    assert dead == []


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", RUNNABLE, ids=name)
def test_blocks_print_what_the_page_shows(page: Path) -> None:
    assert refresh_page(page, ROOT) == page.read_text("utf-8"), f"{name(page)} is stale: run make docs"


def test_every_page_of_docs_is_listed_in_its_table_of_contents() -> None:
    contents = ROOT / "docs" / "README.md"
    listed = {(contents.parent / target).resolve() for target in LINK.findall(contents.read_text("utf-8"))}
    assert [name(page) for page in (ROOT / "docs").rglob("*.md") if page.resolve() not in listed | {contents}] == []
