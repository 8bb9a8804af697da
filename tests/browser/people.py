"""A person at a browser: signs in, opens pages, fills in forms; and every page that is opened is looked at.

Looked at means: no request to another host, nothing in the console, no violation that axe finds, no scrolling sideways on a phone, and a
picture of each page at both widths in `out/browser`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator

QUICK = os.environ.get("TONGCHI_BROWSER_QUICK") == "1"  # walk only, for who mends a story
PICTURES = Path(__file__).parents[2] / "out" / "browser"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LANGUAGES = {"zh": "zh-hans", "en": "en"}
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of (?:403|404|409|422)")

REACHABLE = """() => {
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")];
  const shown = all.filter(each => !each.disabled && each.checkVisibility() && each.type !== "radio");
  window.toReach = new Set(shown);
  return window.toReach.size;
}"""


class Person:
    """A browser of one's own, signed in to an account."""

    def __init__(
        self, browser: Browser, site: str, language: str, account: str, password: str, *, scripts: bool = True
    ) -> None:
        self.site, self.language, self.account = site, language, account
        self.faults: list[str] = []
        self.scripts = scripts  # axe is one, so that pages without scripts are read and not looked at
        self.looked: set[str] = set()
        self.context = browser.new_context(viewport=WIDE, java_script_enabled=scripts, base_url=site)
        self.context.add_cookies([{"name": "tongchi_language", "value": LANGUAGES[language], "url": site}])
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("request", lambda request: self._heard(request.url))
        self.page.on("console", lambda said: self._told(said))
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.go("/account/login/")
        self.fill(self.form("/account/login/"), login=account, password=password)

    def go(self, path: str) -> None:
        """Open a page and look at it."""
        answer = self.page.goto(path)
        assert answer
        assert answer.status < 400, f"{self.account}: {answer.status} {path}"
        self.look()

    def out_of_reach(self) -> list[str]:
        """Press Tab through the whole page and return what can be acted upon and was never in focus."""
        wanted = self.page.evaluate(REACHABLE)
        assert wanted > 10, self.page.url
        for _ in range(wanted + 40):
            self.page.keyboard.press("Tab")
            self.page.evaluate("window.toReach.delete(document.activeElement)")
            if not self.page.evaluate("window.toReach.size"):
                break
        found: list[str] = self.page.evaluate("[...window.toReach].map(each => each.outerHTML.slice(0, 120))")
        return found

    def tab_to(self, name: str, tag: str = "INPUT") -> None:
        """Press Tab until the field of that name, or the next element of that tag, is in focus."""
        for _ in range(400):
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate("[document.activeElement.name || '', document.activeElement.tagName]")
            if focus == [name, tag]:
                return
        raise AssertionError(f"{self.page.url}: no way by keyboard to {name or tag}")

    def form(self, action: str, nth: int = 0) -> Locator:
        """Return the form that is sent to an address that ends so; "" is the page's own."""
        return self.page.locator(f'main form[action$="{action}"]' if action else "main form:not([action])").nth(nth)

    def fill(self, form: Locator, press: str = 'button[type="submit"]', **fields: Any) -> None:
        """Fill in a form and send it; a value of True ticks, a list names files. What is folded away is opened first."""
        for fold in form.locator("xpath=ancestor::details[not(@open)]").all():
            fold.locator("> summary").click()
        for name, value in fields.items():
            field = form.locator(f'[name="{name}"]').first
            kind = field.evaluate("element => element.tagName + ':' + (element.type || '')") if self.scripts else ""
            if isinstance(value, list):
                field.set_input_files(value)
            elif value is True:
                field.check()
            elif kind.startswith("SELECT"):
                field.select_option(value)
            elif kind == "INPUT:radio":
                form.locator(f'[name="{name}"][value="{value}"]').check()
            else:
                field.fill(str(value))
        button = form.locator(press).first
        if form.get_attribute("hx-post"):
            with self.page.expect_response(lambda answer: answer.request.method == "POST"):
                button.click()
            self.page.wait_for_timeout(300)  # until htmx has put the answer in its place
        else:
            with self.page.expect_navigation() as opened:
                button.click()
            refused = opened.value is None or opened.value.status >= 400
            assert not refused, f"{self.account}: {self.page.locator('main').inner_text()[:600]}"
        self.look()

    def send(self, action: str, *, nth: int = 0, press: str = 'button[type="submit"]', **fields: Any) -> None:
        """Fill in the form that is sent to an address that ends so."""
        self.fill(self.form(action, nth), press, **fields)

    def follow(self, path: str) -> None:
        """Click the link to an address, as a person does."""
        with self.page.expect_navigation():
            self.page.locator(f'a[href="{path}"]').first.click()
        self.look()

    def download(self, path: str) -> bytes:
        """Return a file."""
        answer = self.context.request.get(f"{self.site}{path}")
        assert answer.ok, f"{answer.status} {path}"
        assert "attachment" in answer.headers["content-disposition"]
        return answer.body()

    def says(self, words: str) -> bool:
        """Return whether the page says these words."""
        return words in self.page.locator("main").inner_text()

    def key(self, pattern: str) -> int:
        """Return the number in the address of the page."""
        found = re.search(pattern, self.page.url)
        assert found, f"{self.page.url} is no {pattern}"
        return int(found.group(1))

    def look(self) -> None:
        """Look at a page, once for each kind of address."""
        place = re.sub(r"\d+", "0", re.sub(r"^https?://[^/]+|[?#].*$", "", self.page.url))
        if place in self.looked or QUICK or not self.scripts:
            return
        self.looked.add(place)
        name = f"{self.language}-{self.account}-{place.strip('/').replace('/', '-') or 'home'}"
        PICTURES.mkdir(parents=True, exist_ok=True)
        for size in (WIDE, NARROW):
            self.page.set_viewport_size(size)
            found = Axe().run(self.page).response["violations"]
            self.faults += [f"{name} {size['width']}: {each['id']} {each['nodes'][0]['target']}" for each in found]
            if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                self.faults.append(f"{name} {size['width']}: wider than the window")
            self.page.screenshot(path=PICTURES / f"{name}-{size['width']}.png", full_page=True)
        self.page.set_viewport_size(WIDE)

    def picture(self, name: str, top: str = "") -> None:
        """Take a picture for the tutorial: what a window shows, from the element `top` on."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        if top:
            self.page.locator(top).first.evaluate("element => element.scrollIntoView({block: 'start'})")
        self.page.screenshot(path=PICTURES / f"tutorial-{self.language}-{name}.png")

    def _heard(self, address: str) -> None:
        if not address.startswith((self.site, "data:", "blob:")):
            self.faults.append(f"asked {address}")

    def _told(self, said: Any) -> None:
        if said.type in ("error", "warning") and not EXPECTED.match(said.text):
            self.faults.append(f"{self.page.url}: {said.text}")
