"""/metrics: what a watcher reads, and who may."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from pmo.app import create_app
from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.watching import counters


@pytest.fixture
def watched(app, settings):
    made = create_app(replace(settings, metrics_token="watcher-secret"), TESTING=True)
    yield made
    with made.app_context():
        db.engine.dispose()


def value(body, name):
    return next((float(line.rpartition(" ")[2]) for line in body.splitlines() if line.startswith(name)), None)


def test_the_watcher_shows_its_token(watched):
    answer = watched.test_client().get("/metrics", headers={"Authorization": "Bearer watcher-secret"})

    assert (answer.status_code, answer.content_type.split(";")[0]) == (200, "text/plain")


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Basic watcher-secret", "Bearer "])
def test_without_the_token_there_is_no_such_page(watched, given):
    assert watched.test_client().get("/metrics", headers={"Authorization": given}).status_code == 404


def test_no_token_is_set_and_none_fits(app):
    assert app.test_client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_jobs_mails_and_workers_are_read_from_the_database(login):
    with transaction("test"):
        db.session.execute(text("insert into procrastinate_workers default values"))
        for status in ("todo", "todo", "doing", "failed"):
            db.session.execute(
                text(
                    "insert into procrastinate_jobs (queue_name, task_name, status)"
                    " values ('mail', 'alerts.mail', cast(:status as procrastinate_job_status))"
                ),
                {"status": status},
            )

    body = login(Role.ADMINISTRATOR).get("/metrics").text

    found = {state: value(body, f'pmo_jobs{{queue="mail",state="{state}"}}') for state in ("todo", "doing", "failed")}
    assert found == {"todo": 2, "doing": 1, "failed": 1}
    assert value(body, 'pmo_jobs_oldest_seconds{queue="mail",state="todo"}') < 60
    assert (value(body, "pmo_workers"), value(body, 'pmo_mails{state="failed"}')) == (1, 0)
    assert "pmo_standby_lag_seconds" not in body


def test_requests_and_refused_sign_ins_are_counted_by_this_process(login, app):
    me, administrator = counters.process(), login(Role.ADMINISTRATOR)
    alive = f'pmo_request_seconds_count{{endpoint="health.alive",method="GET",process="{me}",status="200"}}'
    refused = f'pmo_sign_in_failures_total{{process="{me}"}}'
    before = administrator.get("/metrics").text

    for _ in range(3):
        app.test_client().get("/healthz?q=Quagga")
    app.test_client().post("/sign-in", data={"email": "quagga@example.org", "password": "wrong"})

    after = administrator.get("/metrics").text
    assert value(after, alive) - (value(before, alive) or 0) == 3
    assert value(after, refused) - (value(before, refused) or 0) == 1
    assert value(after, f'pmo_database_connections{{process="{me}",state="used"}}') is not None
    assert "uagga" not in after
