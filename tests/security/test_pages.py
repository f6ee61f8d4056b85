"""What an attacker tries at the pages: foreign forms, foreign frames, foreign script, foreign addresses, senseless queries."""

import csv
import re
from pathlib import Path

import pytest

from pmo.app import create_app
from pmo.config import Settings
from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.people import sessions
from pmo.web.access import open_to_everybody
from tests.conftest import HTMX
from tests.marked import world

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
    " manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TABLE = Path(__file__).parents[1] / "permissions.csv"
SCRIPT = "<script>quagga()</script>\"'>"


def paths(method):
    with TABLE.open() as table:
        return [row["path"] for row in csv.DictReader(table) if row["method"] == method and row["where"] != "other"]


@pytest.mark.parametrize(
    "path", ["/sign-in", "/portfolio", "/no-such-page", "/api/v1/projects", "/api/v1/openapi.json", "/healthz"]
)
def test_every_answer_carries_the_same_strict_policy(app, login, path):
    headers = login(Role.PMO).get(path).headers

    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_over_tls_the_browser_is_told_to_stay_there_and_keeps_its_cookie_for_it(app, make):
    make.person(email="nele@example.org", password="correct horse battery")

    typed = {"email": "nele@example.org", "password": "correct horse battery"}
    answer = app.test_client().post("/sign-in", data=typed, base_url="https://pmo.example.org")

    cookie = answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_a_form_without_its_token_changes_nothing_anywhere(app, make, login, monkeypatch):
    places = world(make, "own")
    client = login(Role.PMO)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    writing = [path for path in paths("POST") if not path.startswith("/api/")]

    answers = {path: client.post(places.fill(path), data={}).status_code for path in writing}

    assert {path: status for path, status in answers.items() if status != 400} == {}
    assert len(answers) > 100


def test_no_cookie_opens_the_api(app, login):
    client = login(Role.PMO)

    assert client.get("/portfolio").status_code == 200
    assert client.get("/api/v1/projects").status_code == 401


def test_what_people_type_never_becomes_markup(app, make, login):
    places = world(make, SCRIPT)
    client = login(Role.PMO)
    told = {}
    for path in paths("GET"):
        answer = client.get(places.fill(path))
        if answer.mimetype in ("text/html", "image/svg+xml"):
            told[path] = answer.text

    assert [path for path, text in told.items() if "<script>quagga" in text] == []
    assert sum("&lt;script&gt;quagga" in text for text in told.values()) > 30


ELSEWHERE = [
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "\\\\evil.example",
    "evil.example",
]


@pytest.mark.parametrize("place", ELSEWHERE)
def test_signing_in_leads_nowhere_else(app, make, place):
    make.person(email="nele@example.org", password="correct horse battery")

    typed = {"email": "nele@example.org", "password": "correct horse battery", "next": place}
    answer = app.test_client().post("/sign-in", data=typed)

    assert (answer.status_code, answer.location) == (303, "/")


def test_a_forged_host_reaches_no_address_we_write(app, login):
    client = login(Role.PMO)

    page = client.get("/portfolio", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    stranger = app.test_client().get("/portfolio", headers={"Host": "evil.example"})

    assert "evil.example" not in page.text
    assert stranger.location == "/sign-in?next=/portfolio"


SENSELESS = [
    "q=' or 1=1--&sort=name;drop table person&columns=%00&after=x'--",
    "q=%00x&state=%00&owner=%00&project=%00&sort=%00",
    "q=%F0%9F%92%A9&sort=-&page=-1&limit=1e9&after=eyJ2IjpbIjEiXX0",
    "portfolio=1 union select 1&role=x&state='&owner=0x1&type=<b>&from=9999-99-99&to=%27",
]


@pytest.mark.parametrize("query", SENSELESS)
def test_no_query_string_makes_a_page_fail(app, make, login, query):
    places = world(make, "own")
    client = login(Role.PMO)

    answers = {path: client.get(f"{places.fill(path)}{'&' if '?' in path else '?'}{query}").status_code for path in paths("GET")}

    assert {path: status for path, status in answers.items() if status >= 500 and path != "/readyz"} == {}
    assert len(answers) > 100


def test_a_character_that_no_text_has_is_refused_with_a_sentence(login):
    answer = login(Role.PMO).get("/search?q=%00")

    assert (answer.status_code, "a character that no text has" in answer.text) == (422, True)


def test_a_body_larger_than_allowed_is_refused_before_it_is_read(login):
    announced = {"CONTENT_LENGTH": str(26 * 1024 * 1024)}

    answer = login(Role.PMO).post("/imports", content_type="multipart/form-data; boundary=y", environ_overrides=announced)

    assert answer.status_code == 413


@pytest.fixture
def broken(cluster_urls, tmp_path):
    """The application as it runs for users, with a view that fails over somebody's words."""
    settings = Settings(data_dir=tmp_path, database_url=cluster_urls.app, secret_key="only for tests")
    app = create_app(settings, WTF_CSRF_ENABLED=False)

    @app.get("/broken")
    def fails():
        open_to_everybody()
        raise RuntimeError("Quagga")

    @app.get("/forgetful")
    def forgets():
        return "Quagga"

    yield app.test_client()
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_fault_tells_nothing_of_what_it_was(app, broken, headers):
    answer = broken.get("/broken", headers=headers)

    assert answer.status_code == 500
    assert not re.search("Quagga|Traceback|RuntimeError", answer.text)


def test_nothing_is_written_while_looking_back(app, make, login):
    places = world(make, "own")
    client = login(Role.PMO)
    writing = [path for path in paths("POST") if not path.startswith("/api/")]

    answers = {
        path: client.post(f"{places.fill(path)}?as_of=2026-03-01", data={}).status_code for path in writing if "?" not in path
    }

    assert {path: status for path, status in answers.items() if status != 403} == {}
    assert len(answers) > 100


def test_a_view_that_forgot_to_ask_who_is_there_answers_nothing(app, broken):
    answer = broken.get("/forgetful")

    assert (answer.status_code, "Quagga" in answer.text) == (500, False)


def test_a_session_of_nobody_opens_nothing(app, login):
    client = login(Role.PMO)
    client.set_cookie(sessions.COOKIE, "x" * 43)

    assert client.get("/portfolio").location == "/sign-in?next=/portfolio"
