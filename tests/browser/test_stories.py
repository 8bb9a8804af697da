"""The seven stories, walked by people of two parties, the centre and an auditor, in both languages, from the first sign-in to the audit.

Each story goes on where the one before has ended; the pages that it opens are looked at by `people.Person`.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from people import PICTURES, Person
from texts import texts_of

PARTIES = ("jiang", "lan")
FRAME = (("scope", "1", "范围", "本文件规定了机关办公用房的配置要求。"), ("clause", "4", "配置要求", ""))


class Walk:
    """All that happens in one language: the people by account, and what they have made."""

    def __init__(self, browser: Any, site: tuple[str, dict[str, str]], language: str, folder: Path) -> None:
        self.browser, self.language, self.folder = browser, language, folder
        self.address, self.passwords = site
        self.people: dict[str, Person] = {}
        self.project = self.clause = self.standard = self.matter = 0
        self.day = datetime.now(ZoneInfo("Asia/Shanghai")).date()  # the day where the site is

    def __getitem__(self, account: str) -> Person:
        """Return the person with this account, signed in."""
        if account not in self.people:
            name = f"{account}-{self.language}" if account not in self.passwords else account
            self.people[account] = Person(self.browser, self.address, self.language, name, self.passwords[name])
        return self.people[account]

    def both(self, role: str) -> list[Person]:
        return [self[f"{party}-{role}"] for party in PARTIES]


@pytest.fixture(scope="module", params=os.environ.get("TONGCHI_BROWSER_LANGUAGES", "zh en").split())
def walk(
    request: pytest.FixtureRequest, browser: Any, site: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walk]:
    made = Walk(browser, site, request.param, tmp_path_factory.mktemp("files"))
    yield made
    for person in made.people.values():
        person.context.close()


def test_an_administrator_opens_accounts_and_writes_a_procedure(walk: Walk) -> None:
    for party in PARTIES:
        admin = walk[f"{party}-admin"]
        for role in ("drafter", "reviewer", "approver"):
            admin.go("/account/seats/")
            admin.send("/account/seats/new/", account=f"{party}-{role}-{walk.language}", role=role)
            walk.passwords[f"{party}-{role}-{walk.language}"] = admin.page.locator("main code").first.inner_text()
    admin = walk["jiang-admin"]
    admin.go("/procedures/")
    admin.follow("/procedures/shipped/chuanyu/write/")
    form = {f"stage{at}_materials": "" for at in (1, 2, 3, 4)} | {"stage3_days": "0"}
    numbers = {"pattern_": f"JL{walk.language.upper()}/T {{number}}—{{year}}", "first_": "1", "last_": "99"}
    both = {f"pattern_{party}": "" for party in PARTIES} | {
        f"{end}_{party}": "" for party in PARTIES for end in ("first", "last")
    }
    names = {
        "code": f"short-{walk.language}",
        "zh": f"简易程序 {walk.language}",
        "en": f"Short procedure {walk.language}",
    }
    admin.fill(admin.page.locator("main form").last, **names, **form, **numbers, **both)
    assert admin.says(f"JL{walk.language.upper()}/T")


def test_1_texts_are_brought_in_read_and_shared(walk: Walk) -> None:
    opener, matters = walk["jiang-drafter"], {}
    for code, zh, en in (("offices", "办公用房", "Office space"), ("others", "车辆与会议", "Cars and meetings")):
        opener.go("/matters/")
        opener.send("", zh=f"{zh} {walk.language}", en=f"{en} {walk.language}", code=f"{code}-{walk.language}")
        opener.go("/documents/")
        chosen = opener.page.locator(
            "#matter option", has_text=f"{zh if walk.language == 'zh' else en} {walk.language}"
        )
        matters[code] = chosen.get_attribute("value") or ""
    walk.matter = int(matters["offices"])
    for party in PARTIES:
        drafter = walk[f"{party}-drafter"]
        files = texts_of(party, walk.folder)
        for matter, named in ((matters["offices"], files[:1]), (matters["others"], files[1:])):
            drafter.go("/documents/")
            drafter.send("", matter=matter, files=named)
        for matter in matters.values():
            waited(drafter, f"/documents/?matter={matter}", lambda person: not waiting(person))
    other = walk["lan-drafter"]
    assert "江州市" not in other.page.locator("main tbody").inner_text(), "what is not shared is seen"
    for party in PARTIES:
        drafter = walk[f"{party}-drafter"]
        for matter in matters.values():
            drafter.go(f"/documents/?matter={matter}")
            own = [
                each.get_attribute("href") for each in drafter.page.locator('main tbody a[href^="/documents/"]').all()
            ]
            for path in dict.fromkeys(own):
                drafter.go(path or "")
                if drafter.page.locator('form[action$="/share/"]').count():
                    drafter.send("/share/")
    other.go(f"/documents/?matter={walk.matter}")
    assert "江州市" in other.page.locator("main tbody").inner_text()
    other.picture("documents")


def test_2_a_matter_is_compared_and_corrected(walk: Walk) -> None:
    drafter, other = walk["jiang-drafter"], walk["lan-reviewer"]
    path = f"/matters/{walk.matter}/"
    drafter.go(path)
    drafter.send("/compare/")
    waited(drafter, path, lambda person: person.page.locator("#h-gaps").count() > 0)
    assert drafter.says("%")
    drafter.send("/links/", press='button[value="accept"]', reason="规定同一事项")
    drafter.go(path)
    drafter.send("/findings/", press='button[value="accept"]', reason="以在本市设立机构为条件")
    other.go(path)
    other.send("/findings/", press='button[value="reject"]', reason="有待商榷")
    other.go(path)
    assert other.says("以在本市设立机构为条件")
    assert other.says("有待商榷")
    other.picture("matter", "#h-gaps")
    other.picture("findings", "#h-findings")
    assert json.loads(other.download(f"/matters/{walk.matter}/corrections.json"))["corrections"]
    assert other.download("/exports/corrections.xlsx")[:2] == b"PK"


def test_3_a_joint_standard_is_approved_as_a_project_and_drafted(walk: Walk) -> None:
    drafter, other = walk["jiang-drafter"], walk["lan-drafter"]
    drafter.go("/projects/new/")
    name = {"zh": "简易程序", "en": "Short procedure"}[walk.language]
    chosen = drafter.page.locator("#procedure option", has_text=f"{name} {walk.language}").get_attribute("value")
    drafter.send("", zh="机关办公用房配置规范", en="Office space", matter=str(walk.matter), procedure=chosen)
    walk.project = drafter.key(r"/projects/(\d+)/")
    for at, approver in enumerate(walk.both("approver")):
        approver.go(f"/projects/{walk.project}/")
        approver.send("/approve/", number=f"立项〔2026〕{at + 1}号")
    go_on(walk)
    for kind, number, heading, text in FRAME:
        drafter.go(f"/projects/{walk.project}/draft/")
        drafter.send("", kind=kind, number=number, heading=heading, text=text)
    for at, origin in enumerate(("keep_a", "stricter", "merge"), start=1):
        drafter.go(f"/projects/{walk.project}/draft/start/")
        starts = drafter.page.locator(f'main form:has(input[value="{origin}"])')
        assert starts.count(), f"no start with {origin}"
        drafter.picture("start")
        drafter.fill(starts.nth(min(at, starts.count()) - 1), origin=origin, number=f"4.{at}", heading="")
        if at == 1:
            walk.clause = drafter.key(r"/clauses/(\d+)/")
    two_write_at_once(walk, drafter, other)
    say_and_suggest(walk)
    reviewers = walk.both("reviewer")
    drafter.go(f"/projects/{walk.project}/draft/")
    clauses = {each.get_attribute("href") for each in drafter.page.locator('main a[href^="/projects/clauses/"]').all()}
    for path in sorted(path for path in clauses if path and path.count("/") == 4):
        for reviewer in reviewers:
            reviewer.go(path)
            reviewer.send("/position/", stand="agree")
    go_on(walk)


def two_write_at_once(walk: Walk, drafter: Person, other: Person) -> None:
    """Both have the clause open; who comes second gets both texts, and saves once more."""
    path = f"/projects/clauses/{walk.clause}/"
    drafter.go(path)
    other.go(path)
    drafter.send("/edit/", text="每人使用面积不应超过二十平方米。")
    other.send("/edit/", text="每人使用面积不应超过二十五平方米。")
    assert other.says("二十平方米")
    assert other.page.locator("#text").input_value() == "每人使用面积不应超过二十五平方米。", "what was typed is lost"
    other.picture("conflict")
    other.send("/edit/", text="每人使用面积不应超过二十四平方米。")
    other.go(f"{path}history/")
    assert other.says("二十")


def say_and_suggest(walk: Walk) -> None:
    """A reviewer comments and suggests, also within the party alone; a drafter accepts."""
    path, reviewer, drafter = f"/projects/clauses/{walk.clause}/", walk["lan-reviewer"], walk["jiang-drafter"]
    reviewer.go(path)
    reviewer.send("/remark/", body="仅供本方参考的意见", internal=True)
    reviewer.go(path)
    reviewer.send("/remark/", nth=1, suggested="每人使用面积不应超过二十二平方米。", body="取中间值")
    drafter.go(path)
    assert not drafter.says("仅供本方参考的意见")
    drafter.picture("clause")
    drafter.send("/settle/", press='button[value="1"]', disposition="采纳")
    drafter.go(path)
    assert drafter.page.locator("#text").input_value() == "每人使用面积不应超过二十二平方米。"


def test_3_it_is_reviewed_approved_word_for_word_and_issued(walk: Walk) -> None:
    review, approval = f"/projects/{walk.project}/review/", f"/projects/{walk.project}/approval/"
    speaker, settler = walk["lan-reviewer"], walk["jiang-reviewer"]
    speaker.go(review)
    speaker.send("/review/opinions/", body="建议明确计算口径", author="岚州市某局")
    settler.go(review)
    settler.send("/settle/", disposition="partly", reason="在编制说明中写明")
    settler.picture("review")
    assert settler.download(f"{review}opinions.docx")[:2] == b"PK"
    for reviewer in walk.both("reviewer"):
        reviewer.go(review)
        reviewer.send("/vote/", vote="for")
    go_on(walk)
    first, second = walk.both("approver")
    first.go(approval)
    first.send("/approval/word/", vote="for")
    first.go(approval)
    dates = {"effective_on": walk.day + timedelta(days=30), "review_on": walk.day + timedelta(days=1000)}
    first.picture("approval")
    assert first.says({"zh": "岚州市", "en": "Lanzhou City"}[walk.language])
    second.go(approval)
    second.send("/approval/word/", vote="for")
    first.go(approval)
    first.send("/issue/", **dates)
    walk.standard = first.key(r"/standards/(\d+)/")
    first.picture("standard")


def test_4_the_standard_is_taken_away_in_four_forms(walk: Walk) -> None:
    reader = walk["centre"]
    reader.go(f"/standards/{walk.standard}/")
    files = {
        form: reader.download(f"/standards/{walk.standard}/file.{form}") for form in ("docx", "pdf", "xml", "json")
    }
    again = {form: walk["auditor"].download(f"/standards/{walk.standard}/file.{form}") for form in files}
    assert files == again
    with zipfile.ZipFile(io.BytesIO(files["docx"])) as packed:
        assert "不应超过二十二平方米" in packed.read("word/document.xml").decode()
    assert files["pdf"][:5] == b"%PDF-"
    assert b"akomaNtoso" in files["xml"]
    assert "不应超过二十二平方米" in files["json"].decode()


def test_5_it_is_adopted_recognised_and_promised(walk: Walk) -> None:
    approver, other = walk.both("approver")
    path = f"/standards/{walk.standard}/adoption/"
    approver.go(path)
    approver.send("/record/", state="adopted", since=walk.day, document="江机管〔2026〕9号")
    other.go(path)
    other.send("/record/", state="changed", since=walk.day, document="岚机管〔2026〕3号", changes="面积从严")
    other.go(path)
    other.send("/review-date/", review_on=walk.day + timedelta(days=700), reason="提前复审")
    other.picture("adoption")
    other.go("/recognitions/")
    other.send("/recognitions/new/", item="办公用房核定结果", basis="4.1", since=walk.day)
    assert other.says("办公用房核定结果")
    other.go("/promises/")
    other.send("/promises/new/", what="年底前完成清查", due=walk.day + timedelta(days=20))
    assert other.says("年底前完成清查")
    approver.go("/adoptions/")
    assert approver.says("岚机管〔2026〕3号")


def test_6_a_leader_sees_where_all_stands(walk: Walk) -> None:
    leader = walk["centre"]
    for path in (
        "/",
        "/dashboard/",
        "/matters/",
        "/projects/",
        "/standards/",
        "/documents/",
        "/promises/",
        "/recognitions/",
    ):
        leader.go(path)
    leader.go("/dashboard/")
    assert leader.page.locator("main svg").count() > 0
    leader.picture("dashboard")
    assert leader.says("年底前完成清查")
    assert leader.page.locator('main form[method="post"]').count() == 0, "an observer is offered something to do"


def test_7_an_auditor_verifies_here_and_without_the_site(walk: Walk) -> None:
    approver, auditor = walk["jiang-approver"], walk["auditor"]
    approver.go("/log/")
    approver.send("/log/checkpoints/")
    auditor.go("/log/")
    auditor.send("/verify/")
    words = {"zh": "日志完整", "en": "The log is whole"}
    assert auditor.says(words[walk.language])
    auditor.picture("log")
    links = {each.get_attribute("href") or "" for each in auditor.page.locator("main a").all()}
    chain = walk.folder / "chain.jsonl"
    chain.write_bytes(auditor.download(next(each for each in links if each.endswith(".jsonl"))))
    script = walk.folder / "verify.py"
    script.write_bytes(auditor.download(next(each for each in links if each.endswith(".py"))))
    checked = subprocess.run([sys.executable, "-I", script, chain], capture_output=True, encoding="utf-8")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    lines = chain.read_text("utf-8").splitlines(keepends=True)
    chain.write_text("".join([*lines[:5], *lines[6:]]), "utf-8")
    assert subprocess.run([sys.executable, "-I", script, chain], capture_output=True).returncode == 1
    auditor.page.locator('main a[href^="/log/"]').nth(3).click()
    auditor.look()


def test_all_that_can_be_done_is_reached_and_done_by_keyboard(walk: Walk) -> None:
    drafter = walk["jiang-drafter"]
    for path in ("/documents/", f"/matters/{walk.matter}/", f"/projects/{walk.project}/", "/promises/", "/log/"):
        drafter.go(path)
        assert not drafter.out_of_reach(), path
    drafter.go("/promises/")
    drafter.tab_to("what")
    drafter.page.keyboard.type("以键盘登记的承诺")
    drafter.tab_to("due")
    drafter.page.keyboard.type(f"{walk.day + timedelta(days=30):%m%d%Y}")
    drafter.tab_to("", tag="BUTTON")
    with drafter.page.expect_navigation():
        drafter.page.keyboard.press("Enter")
    assert drafter.says("以键盘登记的承诺")


def test_everything_that_was_opened_was_in_order(walk: Walk) -> None:
    faults = sorted({fault for person in walk.people.values() for fault in person.faults})
    opened = sum(len(person.looked) for person in walk.people.values())
    print(f"\n{walk.language}: {opened} pages looked at by {len(walk.people)} people; pictures in {PICTURES.name}")
    assert not faults, "\n".join(faults)


def test_reading_works_without_scripts(walk: Walk) -> None:
    plain = Person(walk.browser, walk.address, walk.language, "centre", walk.passwords["centre"], scripts=False)
    for path in (
        "/",
        "/documents/",
        f"/matters/{walk.matter}/",
        f"/projects/{walk.project}/",
        f"/standards/{walk.standard}/",
        "/log/",
    ):
        answer = plain.page.goto(path)
        assert answer
        assert answer.status == 200
        assert len(plain.page.locator("main").inner_text()) > 40
    plain.context.close()


def go_on(walk: Walk) -> None:
    """Both parties say that they are ready, and one moves on."""
    for approver in walk.both("approver"):
        approver.go(f"/projects/{walk.project}/")
        approver.send("/ready/")
    approver = walk["jiang-approver"]
    approver.go(f"/projects/{walk.project}/")
    approver.send("/move/")


def waiting(person: Person) -> bool:
    words = person.page.locator("main").inner_text()
    return "待读取" in words or "waiting" in words


def waited(person: Person, path: str, done: Any) -> None:
    """Open a page until the worker has done its work."""
    for _ in range(60):
        person.page.goto(path)
        if done(person):
            person.look()
            return
        time.sleep(0.5)
    raise AssertionError(f"the worker did not come to {path}")
