"""What happens is told: by itself, signed, without words, as far as the owner may see it, and again until it is heard."""

import base64
import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from pmo.db import db, transaction
from pmo.hooks import actions, calling, jobs, queries
from pmo.hooks.logic import EventKind, HookState, Trouble, signature
from pmo.hooks.models import Webhook, WebhookDelivery, WebhookSecret
from pmo.kernel.permissions import Role
from pmo.people.models import Person
from pmo.portfolio.models import StatusUpdate
from pmo.raid.models import RaidItem
from pmo.schedule.models import Milestone
from tests.conftest import NOW
from tests.marked import MARK

JOBS = text("select count(*) from procrastinate_jobs where task_name = 'hooks.happened'")
pytestmark = pytest.mark.usefixtures("trial")


@pytest.fixture
def owner(make):
    return make.person(role=Role.PMO)


@pytest.fixture(autouse=True)
def no_job_of_before(app):
    with transaction("test"):
        db.session.execute(text("delete from procrastinate_jobs where task_name like 'hooks.%'"))


def test_a_moved_milestone_is_told_with_codes_and_an_address_and_no_words(make, register, worker, listener, owner):
    milestone = make.milestone(make.project(code="PAC-01", name=MARK), code="M01", name=MARK, forecast=date(2026, 3, 31))
    register(owner)
    with transaction(f"moved because of {MARK}"):
        db.session.get(Milestone, milestone.id).forecast = date(2026, 4, 7)

    states = worker()

    [(headers, body)] = listener.heard
    assert states == [("milestone.moved", "sent")]
    assert json.loads(body) == {
        "type": "milestone.moved",
        "timestamp": "2026-03-12T08:40:00.000Z",
        "data": {
            "id": 1, "code": "M01", "project": "PAC-01", "forecast": "2026-04-07", "commitment": None, "actual": None,
            "url": "http://localhost/projects/1/milestones/1",
        },
    }  # fmt: skip
    assert headers["content-type"] == "application/json"
    assert MARK not in body.decode()


def test_whoever_has_the_secret_can_check_that_it_is_from_here(make, register, worker, listener, owner):
    _, secret = register(owner)
    make.project()

    worker()

    [(headers, body)] = listener.heard
    moment = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert headers["webhook-signature"] == signature(secret, headers["webhook-id"], moment, body)
    assert headers["webhook-id"] == db.session.scalars(select(WebhookDelivery.message_id)).one()


def test_each_kind_of_event_is_heard_where_the_row_is_written(make, register, worker, owner):
    project = make.project()
    milestone, item = make.milestone(project), make.raid_item(project)
    committee = make.committee(db.session.get(type(project.programme.portfolio), project.portfolio_id))
    meeting = make.meeting(committee)
    register(owner)

    make.project(project.programme)
    make.status_update(project)
    make.raid_item(project)
    make.decision(meeting, project)
    make.edition(project.programme.portfolio)
    with transaction("test"):
        db.session.get(Milestone, milestone.id).actual = date(2026, 3, 11)
        found = db.session.get(RaidItem, item.id)
        found.escalated_to, found.escalated_on, found.escalation_reason = "programme", date(2026, 3, 11), "Too large"
    with transaction("test"):
        db.session.get(RaidItem, item.id).closed_on = date(2026, 3, 12)

    assert [kind for kind, state in worker() if state == "sent"] == [
        "project.created", "project.status_updated", "raid.raised", "decision.recorded", "edition.published", "milestone.reached",
        "raid.escalated", "raid.closed",
    ]  # fmt: skip


def test_alerts_are_told_when_they_come_and_when_they_go(make, register, worker, owner):
    from pmo.alerts.actions import evaluate  # noqa: PLC0415 one use

    project = make.project()
    milestone = make.milestone(project, baseline=None, forecast=date(2026, 3, 2))
    make.status_update(project)
    register(owner, kinds=[EventKind.ALERT_RAISED, EventKind.ALERT_CLEARED])

    with transaction("test"):
        evaluate([project.id], "BE")
    with transaction("test"):
        db.session.get(Milestone, milestone.id).actual = date(2026, 3, 12)
    with transaction("test"):
        evaluate([project.id], "BE")

    assert worker() == [("alert.raised", "sent"), ("alert.cleared", "sent")]


def test_nothing_is_deferred_when_nobody_listens_or_the_change_is_undone(make, register, owner):
    make.project()
    before = db.session.scalar(JOBS)
    register(owner)
    with suppress(ZeroDivisionError), transaction("undone"):
        db.session.add(StatusUpdate(project_id=1, period_end=date(2026, 3, 1), stated_at=NOW))
        db.session.flush()
        raise ZeroDivisionError
    with transaction("another"):
        pass

    assert (before, db.session.scalar(JOBS)) == (0, 0)


def test_history_that_is_brought_in_is_no_news(make, register, owner):
    register(owner)

    make.project(effective_at=NOW - timedelta(days=30))

    assert db.session.scalar(JOBS) == 0


@pytest.mark.parametrize("limit", ["owner", "portfolio", "programme"])
def test_what_the_owner_may_not_see_or_the_scope_leaves_out_is_withheld(make, register, worker, listener, limit, owner):
    own, other = make.project(), make.project()
    manager = make.person()
    make.grant(manager, Role.PROJECT_MANAGER, own)
    who = manager if limit == "owner" else owner
    register(who, **({} if limit == "owner" else {f"{limit}_id": getattr(own, f"{limit}_id")}))

    make.milestone(own, actual=date(2026, 3, 2))
    make.raid_item(own)
    make.raid_item(other)

    assert worker() == [("raid.raised", "sent"), ("raid.raised", "withheld")]
    assert len(listener.heard) == 1


def test_an_owner_who_left_pauses_the_webhook(make, register, worker, listener, owner):
    hook_id, _ = register(owner)
    make.project()
    with transaction("left"):
        db.session.get(Person, owner.id).is_active = False

    states = worker()

    assert (states, listener.heard) == ([("project.created", "withheld")], [])
    assert db.session.get(Webhook, hook_id).state == HookState.PAUSED


def test_it_is_tried_again_under_the_same_number_until_it_is_heard(make, register, worker, listener, owner):
    register(owner)
    listener.answer = 503
    make.project()
    worker()
    delivery = db.session.scalars(select(WebhookDelivery)).one()
    before = (delivery.state, delivery.answer, delivery.attempts, delivery.problem)

    listener.answer = 200
    jobs.send(delivery.id)

    db.session.refresh(delivery)
    assert before == ("waiting", 503, 1, "")
    assert (delivery.state, delivery.answer, delivery.attempts, delivery.problem) == ("sent", 200, 2, "")
    assert len({headers["webhook-id"] for headers, _ in listener.heard}) == 1


def test_after_the_last_attempt_it_has_failed_and_can_be_sent_again_by_hand(
    app, make, register, worker, listener, owner, monkeypatch
):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], webhook_attempts=1))
    register(owner)
    listener.answer = 500
    make.project()
    failed = worker()

    listener.answer = 202
    with transaction("again"):
        actions.send_again(db.session.scalars(select(WebhookDelivery)).one(), attempts=10)

    assert (failed, worker()) == ([("project.created", "failed")], [("project.created", "sent")])
    assert len({headers["webhook-id"] for headers, _ in listener.heard}) == 1


def test_gone_for_good_pauses_the_webhook(make, register, worker, listener, owner):
    hook_id, _ = register(owner)
    listener.answer = 410
    make.project()

    assert worker() == [("project.created", "failed")]
    assert (db.session.get(Webhook, hook_id).state, db.session.get(Webhook, hook_id).problem) == ("paused", "answered 410 Gone")


def test_a_redirect_is_not_followed(make, register, worker, listener, owner):
    register(owner)
    listener.answer = 302
    make.project()

    worker()

    assert (len(listener.heard), db.session.scalars(select(WebhookDelivery.answer)).one()) == (1, 302)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433"])  # noqa: S104
def test_an_address_inside_is_not_connected_to(listener, host):
    heard = calling.post(f"http://{host}:{listener.port}/hook", b"{}", {}, seconds=2, may_be_inside=False)

    assert heard == calling.Heard(None, Trouble.INSIDE)
    assert listener.heard == []


def test_without_the_setting_a_webhook_that_leads_inside_is_not_called(app, make, register, worker, listener, owner, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], webhook_private=False))
    register(owner, url=f"https://127.0.0.1:{listener.port}/hook")
    make.project()

    worker()

    assert (db.session.scalars(select(WebhookDelivery.problem)).one(), listener.heard) == (Trouble.INSIDE, [])


def test_the_secret_is_sealed_and_in_no_history(make, register, owner):
    _, secret = register(owner)

    sealed = db.session.scalars(select(WebhookSecret.sealed)).one()

    assert base64.b64encode(secret) not in sealed.encode()
    assert db.session.scalar(text("select to_regclass('history.webhook_secret')")) is None


def test_every_kind_has_a_way_to_be_told(app):
    assert set(queries.SUBJECTS) == set(EventKind)
