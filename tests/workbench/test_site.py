"""Getting in, the two languages, the navigation, and what a browser is told."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tongchi.workbench.errors import AccessError, ConflictError, WorkbenchError
from tongchi.workbench.middleware import RefusalMiddleware
from tongchi.workbench.models import Document


def test_a_visitor_is_sent_to_the_sign_in_page(circle):
    answer = Client().get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/")


def test_signing_in_with_the_password_and_out_again(circle):
    user = circle.seat("sichuan", "drafter").user
    user.set_password("long enough for this")
    user.save()
    client = Client()
    page = client.get("/account/login/")
    assert "登录" in page.text
    answer = client.post("/account/login/", {"login": user.username, "password": "long enough for this"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "四川省 · 起草" in client.get("/").text
    assert client.post("/account/logout/").status_code == 302
    assert client.get("/").status_code == 302


def test_a_wrong_password_is_refused(circle):
    answer = Client().post("/account/login/", {"login": "chengyu-sichuan-drafter", "password": "wrong"})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text


def test_nobody_signs_up_alone(db):
    assert Client().get("/account/signup/").status_code == 403
    assert Client().post("/account/signup/", {"username": "x"}).status_code == 405


def test_a_person_without_a_seat_sees_nothing(db):
    client = Client()
    client.force_login(User.objects.create(username="x"), backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get("/")
    assert answer.status_code == 403
    assert "没有席位" in answer.text


def test_the_language_is_switched_and_kept(circle, signed_in):
    client = signed_in(circle.seat("sichuan", "drafter"))
    assert '<html lang="zh-Hans">' in client.get("/").text
    assert client.post("/language/", {"language": "en", "next": "/account/"})["Location"] == "/account/"
    page = client.get("/").text
    assert '<html lang="en">' in page
    assert "Sichuan · drafter" in page


def test_the_language_form_sends_nobody_elsewhere(circle):
    assert Client().post("/language/", {"language": "en", "next": "https://elsewhere.example/"})["Location"] == "/"


def test_the_pages_of_the_account_open(circle, signed_in):
    seat = circle.seat("sichuan", "drafter")
    seat.user.set_password("long enough for this")
    seat.user.save()
    client = signed_in(seat)
    for address in ("/account/", "/account/password/", "/account/second-factor/", "/account/logout/"):
        assert client.get(address).status_code == 200, address


def test_the_workspace_is_chosen_among_ones_own(circle, stranger, signed_in):
    client = signed_in(circle.seat("sichuan", "drafter"))
    assert client.post("/account/workspace/chengyu/").status_code == 302
    assert client.post("/account/workspace/elsewhere/").status_code == 404


def test_counts_on_the_first_page_are_those_of_the_party(circle, signed_in, now):
    seat = circle.seat("chongqing", "drafter")
    Document.objects.create(
        workspace=circle.workspace, party=circle.chongqing, matter=circle.matter, title="私", name="a.md", sha256="1",
        size=1, uploaded_at=now, uploaded_by=seat,
    )  # fmt: skip
    assert "本方文件 1 份" in signed_in(seat).get("/").text
    assert "本方文件 0 份，他方共享 0 份" in signed_in(circle.seat("sichuan", "admin")).get("/").text


def test_the_first_page_asks_a_fixed_number_of_queries(circle, signed_in, django_assert_max_num_queries):
    client = signed_in(circle.seat("sichuan", "drafter"))
    with django_assert_max_num_queries(14):
        client.get("/")


def test_what_a_browser_is_told(circle, signed_in):
    answer = signed_in(circle.seat("sichuan", "drafter")).get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert "no-store" in answer["Cache-Control"]
    assert "style=" not in answer.text
    assert "http://" not in answer.text.replace("http://www.w3.org", "")


REFUSALS = {  # what the case guards: (error, status)
    "the role does not permit it": (AccessError(found="甲", expected="乙", act="x"), 403),
    "somebody else was first": (ConflictError(subject="4", version=2, opened=1, yours="我的", theirs="他的"), 409),
    "not yet": (WorkbenchError(found="甲", expected="乙", advice=""), 422),
}


@pytest.mark.parametrize(("error", "status"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_a_page(error, status):
    answer = RefusalMiddleware(lambda request: HttpResponse()).process_exception(_plain_request(), error)
    assert answer is not None
    assert answer.status_code == status
    assert error.code in answer.content.decode()
    if "theirs" in error.facts:
        assert "我的" in answer.content.decode()
        assert "他的" in answer.content.decode()


def _plain_request() -> HttpRequest:
    return RequestFactory().get("/")


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_pages_that_are_not_there_look_alike_for_all(circle, signed_in):
    answer = signed_in(circle.seat("sichuan", "drafter")).get("/nothing-here/")
    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert Client().get("/nothing-here/").status_code == 404


def test_a_form_from_elsewhere_is_refused(circle, signed_in):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "表单已失效" in answer.text


def test_files_of_the_site_come_from_the_site(db):
    for name in ("workbench/site.css", "workbench/site.js", "workbench/mark.svg", "django_htmx/htmx-2.min.js"):
        answer = Client().get(f"/static/{name}")
        assert (answer.status_code, len(answer.getvalue()) > 100) == (200, True), name
        answer.close()


def test_the_web_server_takes_no_more_lines_than_it_serves():
    from gunicorn.config import Config

    from tongchi.workbench import web_server

    known = Config().settings
    told = {name: value for name, value in vars(web_server).items() if name in known}
    config = Config()
    for name, value in told.items():
        config.set(name, value)
    assert config.worker_connections == config.threads
    assert config.keepalive == 0
    assert config.address == [("127.0.0.1", 8000)]


def test_all_web_processes_know_what_one_has_counted(circle):
    from django.core.cache import cache
    from django.core.cache.backends.filebased import FileBasedCache

    assert cache.add("used-second-factor", "y", timeout=30)
    another_process = FileBasedCache(str(cache._dir), {})
    assert not another_process.add("used-second-factor", "y", timeout=30)
