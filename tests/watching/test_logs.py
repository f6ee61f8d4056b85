"""The lines of the log: what they say, and that nobody's content is ever in them."""

import io
import json
import logging
import re
import sys

import pytest
from flask import Flask
from sqlalchemy import text

from pmo.app import create_app
from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.people import sessions
from pmo.watching import logs
from pmo.watching.models import Problem, SlowStatement

MARK = "Quagga"
INSERT = text("insert into person (email, name, name_key) values (:mark, :mark, cast(:mark as int))")
OF_OTHERS = ("procrastinate.worker", "waitress", "gunicorn.error", "sqlalchemy.engine", "psycopg", "urllib3", "pmo.app")


@pytest.fixture
def written():
    """Everything that is logged while the test runs, as at a server."""
    stream = io.StringIO()
    root, hooks = logging.getLogger(), (sys.excepthook, logging.root.handlers[:], logging.root.level)
    levels = {name: logging.getLogger(name).level for name in logs.TOO_TALKATIVE}
    logs.configure("json", "INFO", stream)
    yield stream
    sys.excepthook, root.handlers, root.level = hooks
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def real(app, settings) -> Flask:
    """The application as it runs, with its own page for errors, and two that break or take their time."""
    made = create_app(settings, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)

    @made.get("/breaks/<what>")
    def breaks(what: str) -> str:
        if what == "value":
            raise ValueError(f"{MARK} in an exception")
        with transaction():
            db.session.execute(
                text("insert into person (email, name, name_key) values (:mark, :mark, cast(:mark as int))"), {"mark": MARK}
            )
        return ""

    yield made
    with made.app_context():
        for engine in db.engines.values():
            engine.dispose()


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def of(stream, event):
    return [line for line in lines(stream) if line["event"] == event]


def test_a_request_has_one_line_without_its_address(login, written):
    client = login(Role.PMO)

    answer = client.get(f"/portfolio?q={MARK}", headers={"X-Request-Id": "proxy-0001"})

    [line] = of(written, "request")
    known = {name: line[name] for name in ("request_id", "method", "endpoint", "status", "person_id", "txns")}
    assert known == {
        "request_id": "proxy-0001", "method": "GET", "endpoint": "status.portfolio", "status": 200, "person_id": 1, "txns": [],
    }  # fmt: skip
    assert line["statements"] > 3
    assert answer.headers["X-Request-Id"] == "proxy-0001"
    assert MARK not in written.getvalue()


def test_a_request_without_a_sane_number_is_given_one(app, written):
    answer = app.test_client().get("/healthz", headers={"X-Request-Id": f"{MARK} {MARK}"})

    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-Id"])
    assert [line["request_id"] for line in of(written, "request")] == [answer.headers["X-Request-Id"]]
    assert MARK not in written.getvalue()


def test_the_line_of_a_change_names_its_transaction_in_the_history(login, written):
    client = login(Role.PMO)

    client.post("/support/new", data={"subject": MARK, "text": MARK, "urgency": "normal", "project_id": ""})

    newest = db.session.scalar(text("select max(id) from history.txn"))
    assert of(written, "request")[-1]["txns"] == [newest]
    assert MARK not in written.getvalue()


def test_an_error_is_logged_by_its_type_and_place_and_told_to_the_person_by_its_number(real, written):
    answer = real.test_client().get(f"/breaks/value?q={MARK}", headers={"X-Request-Id": "proxy-0002"})

    [line] = of(written, "error")
    assert (answer.status_code, "tell an administrator this number: proxy-0002" in answer.text) == (500, True)
    assert (line["error"], line["request_id"], line["endpoint"]) == ("ValueError", "proxy-0002", "breaks")
    assert of(written, "request")[-1]["status"] == 500
    assert MARK not in written.getvalue()


def test_an_error_of_the_database_shows_neither_parameters_nor_what_it_quotes(real, written):
    real.test_client().get("/breaks/database", headers={"X-Request-Id": "proxy-0003"})

    [line] = of(written, "error")
    kept = db.session.query(Problem.kind, Problem.occasion, Problem.count, Problem.last_id).all()
    assert line["error"].startswith("sqlalchemy.exc.")
    assert kept == [(line["error"], "breaks", 1, "proxy-0003")]
    assert MARK not in written.getvalue()


def test_errors_of_one_kind_at_one_place_are_counted(real, written):
    for number in ("proxy-0004", "proxy-0005"):
        real.test_client().get("/breaks/value", headers={"X-Request-Id": number})

    assert db.session.query(Problem.count, Problem.last_id).all() == [(2, "proxy-0005")]


def test_secrets_of_a_request_are_never_logged(make, app, written):
    make.person("Els", email="els@example.org", password="right horse battery")
    client = app.test_client()
    client.set_cookie(sessions.COOKIE, f"{MARK}cookie")

    client.post("/sign-in", data={"email": "els@example.org", "password": f"{MARK}password"})
    client.get("/api/v1/projects", headers={"Authorization": f"Bearer pmo_{MARK}"})
    client.get(f"/walk/link/{MARK}")

    assert len(of(written, "request")) == 3
    assert MARK not in written.getvalue()
    assert "els@" not in written.getvalue()


@pytest.mark.parametrize("name", OF_OTHERS)
def test_what_libraries_say_goes_on_without_what_they_quote(written, name):
    logger = logging.getLogger(name)

    logger.error("Job %s ended", f"alerts.tell[1](what={MARK})")
    try:
        raise ValueError(MARK)
    except ValueError:
        logger.exception("Exception while serving %s", f"/path?{MARK}", extra={"secret": MARK})

    assert MARK not in written.getvalue()


@pytest.mark.parametrize("name", ["procrastinate.worker", "psycopg", "urllib3"])
def test_a_sentence_with_values_inside_is_not_repeated(written, name):
    logging.getLogger(name).error(f"Starting job alerts.tell[1](what={MARK})", extra={"action": "start_job"})

    assert [line["event"] for line in lines(written)] == ["start_job"]
    assert MARK not in written.getvalue()


def test_our_own_lines_have_known_fields_only(written):
    logs.log().info("request", status=200, body=MARK, email=MARK)

    [line] = lines(written)
    assert sorted(line) == ["at", "event", "level", "status"]


def test_what_a_process_dies_of_is_its_type_and_place(written):
    try:
        raise RuntimeError(MARK)
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)

    [line] = lines(written)
    assert (line["event"], line["error"]) == ("ended by an error", "RuntimeError")
    assert MARK not in written.getvalue()


def test_people_can_read_the_same_as_text(app, written):
    logs.configure("text", "INFO", written)

    app.test_client().get("/healthz", headers={"X-Request-Id": "proxy-0006"})

    assert "event=request request_id=proxy-0006 method=GET endpoint=health.alive status=200" in written.getvalue()


def test_a_slow_statement_is_noted_by_its_shape(settings, app, written):
    quick = create_app(type(settings)(**{**{name: getattr(settings, name) for name in settings.__slots__}, "slow_ms": 20}))

    @quick.get("/sleeps")
    def sleeps() -> str:
        db.session.execute(text("select pg_sleep(0.03), :mark"), {"mark": MARK})
        return ""

    for _ in range(2):
        quick.test_client().get("/sleeps")

    noted = db.session.query(SlowStatement.shape, SlowStatement.occasion, SlowStatement.count).all()
    assert noted == [("select pg_sleep(?), ?", "sleeps", 2)]
    with quick.app_context():
        db.engine.dispose()
