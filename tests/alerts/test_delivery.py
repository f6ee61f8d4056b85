"""Mail to a real SMTP server: one a day and person; nothing lost when a worker is killed, a repeat is recognisable."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy import select

from pmo.alerts import actions, delivery, digest
from pmo.alerts.models import Mail, MailedFinding
from pmo.config import Smtp
from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from tests.post import post
from tests.test_worker import Queue

__all__ = ["post"]

MAILS = 20


@pytest.fixture
def told(make, settings, post):
    """A project manager with one finding, and the settings that lead to the post."""
    project = make.project(code="PAC-01", name="Secret compound")
    manager = make.person(name="Nele", email="nele@example.org", language="en")
    make.grant(manager, Role.PROJECT_MANAGER, project)
    project.manager_id = manager.id
    db.session.commit()
    make.milestone(project, name="Confidential milestone", baseline=None, forecast="2026-03-02")
    with transaction("test"):
        actions.evaluate([project.id], "BE")
    return replace(settings, smtp=Smtp(host="127.0.0.1", port=post.port, sender="pmo@example.org", timeout_seconds=5))


def write(settings):
    with transaction("test"):
        return digest.write_digests(settings)


def test_the_mail_of_the_day_names_number_title_and_link_and_nothing_confidential(told, post):
    written = write(told)
    [mail] = db.session.scalars(select(Mail)).all()
    delivery.deliver(mail.id, told)

    [text] = post.accepted
    assert written == 1
    assert "Subject: pmo: 1 new alert" in text
    assert "PAC-01: Milestone overdue" in text
    assert f"{told.base_url}/alerts/1" in text
    assert "Confidential" not in text
    assert "Secret" not in text
    assert db.session.get(Mail, mail.id).state == "sent"


def test_one_mail_a_day_whatever_comes_later(told, make):
    write(told)
    make.milestone(db.session.get(actions.Project, 1), baseline=None, forecast="2026-03-03")
    with transaction("test"):
        actions.evaluate([1], "BE")

    assert write(told) == 0
    assert len(db.session.scalars(select(MailedFinding)).all()) == 1


def test_imported_history_mails_nobody(make, settings):
    project = make.project()
    manager = make.person()
    make.grant(manager, Role.PROJECT_MANAGER, project)
    project.manager_id = manager.id
    db.session.commit()
    make.milestone(project, baseline=None, forecast="2026-03-02")
    with transaction("test"):
        actions.evaluate([project.id], "BE", quiet=True)

    assert write(settings) == 0


def test_a_right_taken_away_takes_the_line_out_of_the_mail(told):
    with transaction("test"):
        db.session.execute(db.text("delete from role_grant"))
        db.session.execute(db.text("update finding set owner_id = null"))

    assert write(told) == 0


def test_french_people_get_french_mail(told, make, post):
    with transaction("test"):
        db.session.execute(db.text("update person set language = 'fr'"))
    write(told)
    [mail] = db.session.scalars(select(Mail)).all()

    assert 'lang="fr"' in mail.body_html


def test_a_final_refusal_is_kept_for_a_person_to_look_at(told, post):
    write(told)
    with transaction("test"):
        db.session.execute(db.text("update mail set body = 'refuse-me'"))
    [mail] = db.session.scalars(select(Mail)).all()

    assert delivery.deliver(mail.id, told) is False
    assert (db.session.get(Mail, mail.id).state, "550" in db.session.get(Mail, mail.id).problem) == ("failed", True)


def test_a_server_that_is_away_is_tried_later(told):
    write(told)
    [mail] = db.session.scalars(select(Mail)).all()
    away = replace(told, smtp=replace(told.smtp, port=1))

    with pytest.raises(delivery.TryLater):
        delivery.deliver(mail.id, away)

    assert (db.session.get(Mail, mail.id).state, db.session.get(Mail, mail.id).attempts) == ("waiting", 1)


def test_a_sent_mail_is_not_sent_again(told, post):
    write(told)
    [mail] = db.session.scalars(select(Mail)).all()

    assert [delivery.deliver(mail.id, told), delivery.deliver(mail.id, told)] == [True, False]
    assert len(post.accepted) == 1


@pytest.fixture
def queue(make_database):
    """Twenty mails waiting, each with its job."""
    queue = Queue(make_database())
    queue.ask(
        "insert into person (email, name, name_key, version)"
        f" select 'p' || n || '@example.org', 'P', 'p', 1 from generate_series(1, {MAILS}) n"
    )
    queue.ask(
        "insert into mail (person_id, purpose, day, message_id, subject, body, made_at, version)"
        " select id, 'digest', current_date, '<' || id || '@test>', 'subject', 'body', now(), 1 from person"
    )
    queue.ask(
        "insert into procrastinate_jobs (queue_name, task_name, args)"
        " select 'mail', 'alerts.mail', jsonb_build_object('mail_id', id) from mail"
    )
    return queue


@pytest.fixture
def worker(queue, post, tmp_path):
    started = []

    def start():
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PMO_")}
        given = {"PMO_DATABASE_URL": queue.urls.app, "PMO_DATABASE_OWNER_URL": queue.urls.owner, "PMO_DATA_DIR": str(tmp_path)}
        given |= {"PMO_SMTP_HOST": "127.0.0.1", "PMO_SMTP_PORT": str(post.port)}
        started.append(subprocess.Popen([sys.executable, "-m", "pmo.cli", "worker", "--heartbeat", "1"], env=kept | given))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def all_sent(queue):
    return queue.wait_for("select count(*) from mail where state = 'sent'", MAILS, seconds=90)


@pytest.mark.slow
def test_killed_before_the_server_accepted_every_mail_arrives_exactly_once(queue, worker, post):
    for _ in range(3):
        post.open.clear()
        post.waiting.clear()
        process = worker()
        assert post.waiting.wait(60), "the worker never spoke to the server"
        queue.wait_for("select count(*) > 0 from mail where state = 'transmitting'", True)
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(0.3)
    post.open.set()
    worker()

    assert all_sent(queue) == MAILS
    assert dict(post.ids()) == {f"<{number}@test>": 1 for number in range(1, MAILS + 1)}


@pytest.mark.slow
def test_killed_between_acceptance_and_commit_nothing_is_lost_and_repeats_carry_the_same_id(queue, worker, post):
    process = worker()
    died = threading.Event()

    def kill(accepted):
        if accepted == 5 and not died.is_set():
            process.send_signal(signal.SIGKILL)
            process.wait()
            died.set()

    post.on_accept = kill
    assert died.wait(60), "the worker never sent five mails"
    worker()

    assert all_sent(queue) == MAILS
    assert set(post.ids()) == {f"<{number}@test>" for number in range(1, MAILS + 1)}
    assert max(post.ids().values()) <= 2
