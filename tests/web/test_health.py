"""What watchers are told."""

from sqlalchemy import text

from pmo.db import db, newest_revision
from pmo.web import health


def heartbeat(seconds_ago):
    db.session.execute(text("delete from procrastinate_workers"))
    db.session.execute(
        text("insert into procrastinate_workers (last_heartbeat) values (clock_timestamp() - make_interval(secs => :ago))"),
        {"ago": seconds_ago},
    )
    db.session.commit()


def test_anybody_may_ask_whether_the_process_lives(app):
    answer = app.test_client().get("/healthz")

    assert (answer.status_code, answer.text) == (200, "alive\n")


def test_with_a_living_worker_everything_is_ready(app):
    heartbeat(seconds_ago=5)

    answer = app.test_client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json["ready"] is True
    assert answer.json["migrations"] == newest_revision()
    assert 5 <= answer.json["worker_silent_seconds"] < 30


def test_a_worker_that_is_silent_for_too_long_is_no_worker(app):
    heartbeat(seconds_ago=health.WORKER_SILENT_SECONDS + 1)

    answer = app.test_client().get("/readyz")

    assert (answer.status_code, answer.json["ready"]) == (503, False)


def test_a_database_behind_the_program_is_not_ready(app, monkeypatch):
    heartbeat(seconds_ago=5)
    monkeypatch.setattr(health, "_newest", lambda: "9999")

    answer = app.test_client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json["migrations"] == f"{newest_revision()}, this program needs 9999"
