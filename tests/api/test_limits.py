"""How much may be asked: counted in the database, so by all servers together, and said in every answer."""

from dataclasses import replace

import pytest
from limits import RateLimitItemPerMinute
from sqlalchemy import text

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.web import jobs, limits


@pytest.fixture
def at_most(app, settings, monkeypatch):
    def calls(number):
        monkeypatch.setitem(app.config, "SETTINGS", replace(settings, api_calls_per_minute=number))

    return calls


def test_after_the_last_call_of_a_minute_the_next_one_waits(at_most, token, call):
    at_most(3)
    key = token(Role.PMO)

    answers = [call("GET", "/portfolios", key) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"calls";q=3;w=60'
    assert [answer.headers["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert answers[3].content_type == "application/problem+json"
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60


def test_each_token_has_a_measure_of_its_own(at_most, token, call):
    at_most(1)
    first, second = token(Role.PMO), token(Role.PMO)

    answers = [call("GET", "/portfolios", key).status_code for key in (first, second, first)]

    assert answers == [200, 200, 429]


def test_strangers_are_counted_by_their_address(at_most, call):
    at_most(2)

    answers = [call("GET", "/portfolios", f"pmo_guess{number}").status_code for number in range(3)]

    assert answers == [401, 401, 429]


def test_without_a_limit_nothing_is_counted(at_most, token, call):
    at_most(0)

    answer = call("GET", "/portfolios", token(Role.PMO))

    assert (answer.status_code, "RateLimit" in answer.headers) == (200, False)
    assert db.session.scalar(text("select count(*) from rate_window")) == 0


def test_pages_are_not_counted(at_most, login):
    at_most(1)
    client = login(Role.PMO)

    assert [client.get("/portfolio").status_code for _ in range(3)] == [200, 200, 200]


def test_the_minute_before_still_weighs(app):
    item = RateLimitItemPerMinute(4)
    windows = limits.PostgresWindows()
    slot, elapsed = limits._slot(60)
    db.session.execute(
        text("insert into rate_window (key, slot, current, ends_at) values (:key, :slot, 4, now())"),
        {"key": item.key_for("door", "somebody"), "slot": slot - 1},
    )
    db.session.commit()

    spent = [limits.spend("door", "somebody", item).is_allowed for _ in range(5)]

    assert sum(spent) == int(4 * elapsed / 60) or sum(spent) == int(4 * (elapsed + 2) / 60)
    assert windows.check()


def test_old_windows_are_cleared_away(app):
    limits.spend("door", "somebody", RateLimitItemPerMinute(4))
    db.session.execute(text("update rate_window set ends_at = now() - interval '1 second'"))
    db.session.commit()

    jobs.forget(0)

    assert db.session.scalar(text("select count(*) from rate_window")) == 0
