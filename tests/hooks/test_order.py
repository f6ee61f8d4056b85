"""Once, one at a time, paused when nobody listens, never stuck, and cleared away in the end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from pmo.db import db, transaction
from pmo.hooks import actions, calling, jobs, queries
from pmo.hooks.calling import Heard
from pmo.hooks.logic import Because, EventKind, HookState, Trouble, is_silent, is_stuck
from pmo.hooks.models import Webhook, WebhookDelivery, WebhookSecret
from pmo.kernel.errors import Conflict
from pmo.kernel.permissions import Role
from tests.conftest import NOW

QUEUED = text("select task_name, lock, scheduled_at is null from procrastinate_jobs where task_name like 'hooks.%' order by id")
pytestmark = pytest.mark.usefixtures("trial")


@pytest.fixture
def hook_id(make, register):
    with transaction("test"):
        db.session.execute(text("delete from procrastinate_jobs where task_name like 'hooks.%'"))
    return register(make.person(role=Role.PMO))[0]


def try_out(hook_id):
    with transaction("test"):
        actions.try_out(db.session.get(Webhook, hook_id))
    return db.session.scalars(select(WebhookDelivery.id).order_by(WebhookDelivery.id.desc())).first()


def kept(hook_id):
    db.session.rollback()
    found = db.session.get(Webhook, hook_id)
    return found.state, found.problem


def message():
    db.session.rollback()
    found = db.session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)).first()
    return found.state, found.attempts, found.problem


def has_failed(hook_id, times, since):
    with transaction("test"):
        secret = db.session.scalars(select(WebhookSecret).where(WebhookSecret.webhook_id == hook_id)).one()
        secret.failures, secret.failing_since = times, since


def failures():
    db.session.rollback()
    return db.session.scalars(select(WebhookSecret.failures)).one()


def test_what_happened_is_told_once_however_often_its_job_runs(make, hook_id):
    project = make.project()
    with transaction("test"):
        db.session.execute(text("delete from procrastinate_jobs"))
    told = f'[["project.created", {project.id}], ["raid.raised", 1]]'

    jobs.happened(told, NOW.isoformat())
    jobs.happened(told, NOW.isoformat())
    jobs.happened(told, (NOW + timedelta(seconds=1)).isoformat())

    assert len(db.session.scalars(select(WebhookDelivery.id)).all()) == 4
    assert [task for task, _, _ in db.session.execute(QUEUED)] == ["hooks.send"] * 4


def test_messages_of_a_webhook_wait_for_each_other_but_not_for_one_that_is_tried_again(hook_id, listener):
    listener.answer = 503
    delivery_id = try_out(hook_id)
    jobs.send(delivery_id)
    jobs.again(delivery_id)

    queued = db.session.execute(QUEUED).all()

    assert queued == [
        ("hooks.send", f"hook:{hook_id}", True),
        ("hooks.again", None, False),
        ("hooks.send", f"hook:{hook_id}", True),
    ]  # fmt: skip


def test_the_other_side_is_waited_for_outside_of_any_transaction(hook_id, monkeypatch):
    seen = []
    monkeypatch.setattr(calling, "post", lambda *_args, **_named: seen.append(db.session().in_transaction()) or Heard(204))

    jobs.send(try_out(hook_id))

    assert (seen, message()) == ([False], ("sent", 1, ""))


def test_who_takes_nothing_is_paused(hook_id, listener):
    has_failed(hook_id, 19, datetime.now(UTC) - timedelta(hours=2))
    listener.answer = 500

    jobs.send(try_out(hook_id))

    assert kept(hook_id) == ("paused", Because.SILENT)
    assert message() == ("failed", 1, "")


def test_who_takes_something_in_between_is_not(hook_id, listener):
    has_failed(hook_id, 19, datetime.now(UTC) - timedelta(hours=2))

    jobs.send(try_out(hook_id))

    assert (kept(hook_id), failures()) == (("active", ""), 0)


def test_letting_it_go_on_counts_anew(hook_id):
    has_failed(hook_id, 20, datetime.now(UTC) - timedelta(hours=2))

    with transaction("test"):
        actions.move(db.session.get(Webhook, hook_id), HookState.ACTIVE, seen_version=None)

    assert failures() == 0


@pytest.mark.parametrize(
    ("times", "minutes", "is_so"), [(19, 600, False), (20, 59, False), (20, 60, True), (400, 5, False), (21, 90, True)]
)
def test_twenty_failures_over_an_hour_are_silence(times, minutes, is_so):
    assert is_silent(times, NOW - timedelta(minutes=minutes), NOW) is is_so


def test_the_page_says_why_it_was_paused_and_what_went_wrong(hook_id, login):
    delivery_id = try_out(hook_id)
    with transaction("test"):
        actions.pause(hook_id, Because.SILENT)
        found = db.session.get(WebhookDelivery, delivery_id)
        found.state, found.problem, found.tried_at = "failed", Trouble.CERTIFICATE.value, NOW

    page = login(Role.ADMINISTRATOR).get(f"/webhooks/{hook_id}").text

    assert "took none of the last 20 attempts" in page
    assert "The certificate of the other side is not trusted." in page


def test_pausing_it_leaves_alone_what_somebody_did_meanwhile(hook_id):
    with transaction("test"):
        db.session.get(Webhook, hook_id).state = "archived"

    with transaction("test"):
        actions.pause(hook_id, Because.SILENT)

    assert kept(hook_id) == ("archived", "")


@pytest.mark.parametrize("state", ["paused", "archived"])
def test_what_waits_ends_with_its_webhook(hook_id, listener, state):
    delivery_id = try_out(hook_id)
    with transaction("test"):
        db.session.get(Webhook, hook_id).state = state

    jobs.send(delivery_id)

    assert (message(), listener.heard) == (("failed", 0, Trouble.PAUSED), [])


def test_somebody_who_changes_the_webhook_during_the_call_loses_no_message(hook_id, monkeypatch):
    def meanwhile(*_args, **_named):
        with transaction("meanwhile"):
            db.session.get(Webhook, hook_id).name = "Another name"
        return Heard(410)

    monkeypatch.setattr(calling, "post", meanwhile)

    jobs.send(try_out(hook_id))

    assert (message(), kept(hook_id)) == (("failed", 1, ""), ("paused", Because.CLOSED_THERE))


@pytest.mark.parametrize(("hours", "is_so"), [(5, False), (6, True)])
def test_ten_attempts_are_at_most_five_and_a_half_hours_apart(hours, is_so):
    assert is_stuck(NOW - timedelta(hours=hours), 10, NOW) is is_so


def test_a_waiting_message_whose_job_was_lost_is_sent_again_by_hand(hook_id):
    delivery_id = try_out(hook_id)
    ways = []
    for hours in (1, 6):
        with transaction("test"):
            db.session.get(WebhookDelivery, delivery_id).tried_at = datetime.now(UTC) - timedelta(hours=hours)
        try:
            with transaction("test"):
                actions.send_again(db.session.get(WebhookDelivery, delivery_id), attempts=10)
            ways.append("sent")
        except Conflict:
            ways.append("waits")

    assert ways == ["waits", "sent"]


def test_messages_that_ended_long_ago_leave_the_log(app, hook_id, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], webhook_days=30))
    with transaction("test"):
        for number, (state, days) in enumerate((("sent", 31), ("failed", 31), ("withheld", 29), ("waiting", 99))):
            row = {"webhook_id": hook_id, "message_id": f"msg_{number}", "kind": EventKind.RAID_RAISED.value, "state": state}
            db.session.add(WebhookDelivery(**row, happened_at=NOW - timedelta(days=days)))

    jobs.clear_away(timestamp=0)

    assert sorted(db.session.scalars(select(WebhookDelivery.state))) == ["waiting", "withheld"]


def test_the_list_counts_by_an_index_of_what_waits_or_failed(hook_id, statements):
    queries.webhooks(archived=False)
    db.session.execute(text("set local enable_seqscan = off"))

    plan = "\n".join(
        db.session.scalars(text("explain select count(*) from webhook_delivery where webhook_id = 1 and state = 'failed'"))
    )

    assert all(f"state = '{state}'" in statements[0] for state in ("waiting", "failed"))
    assert "ix_webhook_delivery_webhook_id_state" in plan
