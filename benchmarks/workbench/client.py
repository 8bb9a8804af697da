"""One person at work: eight writes in ten, each with a word of its own, and what the site has acknowledged."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

READS = (
    "/",
    "/documents/",
    "/projects/",
    "/projects/{draft}/draft/",
    "/promises/",
    "/dashboard/",
    "/log/",
    "/api/log?limit=50",
)
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass
class Tally:
    """What came of the requests of all clients."""

    answers: Counter[int] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    kept: dict[str, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    broken: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, status: int, seconds: float) -> None:
        """Count an answer."""
        with self.lock:
            self.answers[status] += 1
            self.seconds.setdefault(kind, []).append(seconds)

    def acknowledge(self, kind: str, word: str) -> None:
        """Keep a word that the site has said it has."""
        with self.lock:
            self.kept.setdefault(kind, []).append(word)


class Person:
    """A drafter with a session, working until told to stop: the next request follows the answer, without a moment of thought."""

    def __init__(self, port: int, facts: dict[str, Any], at: int, tally: Tally) -> None:
        self.port, self.facts, self.at, self.tally = port, facts, at, tally
        self.me = dict(facts["people"][at])
        self.chance, self.count = random.Random(at), 0
        self.line: http.client.HTTPConnection | None = None

    def work(self, stop: threading.Event) -> None:
        """Act after act."""
        acts = [
            self.edit,
            self.edit,
            self.edit,
            self.edit_shared,
            self.position,
            self.comment,
            self.opinion,
            self.promise,
        ]
        while not stop.is_set():
            self.count += 1
            word = f"词{self.at}x{self.count}x"
            try:
                if self.chance.random() < 0.2:
                    self.read()
                elif self.chance.random() < 0.02:
                    self.upload(word)
                else:
                    self.chance.choice(acts)(word)
            except (OSError, http.client.HTTPException):
                self.line = None
                with self.tally.lock:
                    self.tally.broken += 1
                self.look_again()

    def look_again(self) -> None:
        """After a broken line nobody knows whether the act was done: ask which version one's clause has."""
        for _ in range(200):
            try:
                status, body = self.ask("look", "GET", f"/api/clauses/{self.me['clause']}")
            except (OSError, http.client.HTTPException):
                self.line = None
                time.sleep(0.1)
                continue
            if status == 200:
                self.me["version"], self.me["hash"] = body["version"], body["text_hash"]
                return

    def read(self) -> None:
        """Open a page."""
        self.ask("read", "GET", self.chance.choice(READS).format(**self.facts))

    def edit(self, word: str) -> None:
        """Change one's own clause."""
        change = {"number": f"4.{self.at + 1}", "text": f"办公用房{word}。", "version": self.me["version"]}
        status, body = self.ask("edit", "PUT", f"/api/clauses/{self.me['clause']}", change)
        if status == 200:
            self.me["version"], self.me["hash"] = body["version"], body["text_hash"]
            self.tally.acknowledge("edit", word)

    def edit_shared(self, word: str) -> None:
        """Change the clause that everybody changes: a conflict, 409, is a proper answer."""
        key = self.facts["shared"]
        status, body = self.ask("look", "GET", f"/api/clauses/{key}")
        if status != 200:
            return
        change = {"number": "5.1", "text": f"共同{word}。", "version": body["version"]}
        status, _ = self.ask("shared", "PUT", f"/api/clauses/{key}", change)
        if status == 200:
            self.tally.acknowledge("edit", word)

    def position(self, word: str) -> None:
        """Take a position on one's own clause, by the form of the page."""
        form = {"stand": "agree_if", "reason": word, "hash": self.me["hash"]}
        status, _ = self.ask("position", "POST", f"/projects/clauses/{self.me['clause']}/position/", form)
        if status == 302:
            self.tally.acknowledge("position", word)

    def comment(self, word: str) -> None:
        """Comment on one's own clause, by the form of the page."""
        form = {"body": word, "hash": self.me["hash"], "kind": "comment"}
        status, _ = self.ask("comment", "POST", f"/projects/clauses/{self.me['clause']}/remark/", form)
        if status == 302:
            self.tally.acknowledge("comment", word)

    def opinion(self, word: str) -> None:
        """Give an opinion in review."""
        status, _ = self.ask("opinion", "POST", f"/projects/{self.facts['review']}/review/opinions/", {"body": word})
        if status == 302:
            self.tally.acknowledge("opinion", word)

    def promise(self, word: str) -> None:
        """Promise something for one's party."""
        status, _ = self.ask("promise", "POST", "/promises/new/", {"what": word, "due": "2099-01-01"})
        if status == 302:
            self.tally.acknowledge("promise", word)

    def upload(self, word: str) -> None:
        """Bring a text in."""
        text = f"{word}办法\n\n第一条 办公用房应当统一登记。\n"
        mark = "----part"
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="matter"\r\n\r\n{self.facts["matter"]}\r\n',
            f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{word}.md"\r\n'
            f"Content-Type: text/markdown\r\n\r\n{text}\r\n--{mark}--\r\n",
        ]
        sent = "".join(parts).encode()
        status, _ = self.ask("upload", "POST", "/documents/", sent, media=f"multipart/form-data; boundary={mark}")
        if status == 302:
            self.tally.acknowledge("upload", word)

    def ask(self, kind: str, method: str, path: str, body: Any = None, *, media: str = "") -> tuple[int, Any]:
        """Send a request and return status and body; the time is taken until the last byte."""
        if isinstance(body, dict):
            is_api = path.startswith("/api/")
            media = JSON if is_api else FORM
            body = (json.dumps(body) if is_api else urlencode(body)).encode()
        headers = {
            "Cookie": f"sessionid={self.me['session']}; csrftoken={self.me['csrf']}",
            "X-CSRFToken": self.me["csrf"],
            "Content-Type": media or FORM,
        }
        self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        begun = time.perf_counter()
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        data = answer.read()
        self.tally.add(kind, answer.status, time.perf_counter() - begun)
        if answer.status >= 500 or answer.status in (400, 403, 404):
            with self.tally.lock:
                self.tally.faults.append(f"{answer.status} {method} {path}: {data[:200]!r}")
        is_json = answer.headers.get("Content-Type", "").startswith(JSON)
        return answer.status, json.loads(data) if is_json else data


@contextmanager
def working(port: int, facts: dict[str, Any], clients: int, tally: Tally) -> Iterator[None]:
    """Let so many people work meanwhile; each ends with the act that it is at."""
    stop = threading.Event()
    people = [Person(port, facts, number, tally) for number in range(clients)]
    threads = [threading.Thread(target=each.work, args=(stop,)) for each in people]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        stop.set()
        for each in threads:
            each.join()
