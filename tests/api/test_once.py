"""A change sent twice with one Idempotency-Key is carried out once, on every server, and answered twice."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier

import pytest
from sqlalchemy import func, select

from pmo.app import create_app
from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.schedule.models import Milestone
from pmo.web import jobs
from pmo.web.models import KeptAnswer

KEY = {"Idempotency-Key": "a-key-of-mine"}


@pytest.fixture
def wish(make):
    """A new milestone, as a body."""
    return {"project_id": make.project().id, "name": "Label approved", "forecast": "2026-06-30"}


def milestones():
    return db.session.scalar(select(func.count()).select_from(Milestone))


def test_the_second_request_gets_the_answer_of_the_first(token, call, wish):
    key = token(Role.PMO)

    first = call("POST", "/milestones", key, json=wish, headers=KEY)
    second = call("POST", "/milestones", key, json=wish, headers=KEY)

    assert (first.status_code, second.status_code, milestones()) == (201, 201, 1)
    assert second.json == first.json
    assert [second.headers[name] for name in ("Location", "ETag")] == [first.headers[name] for name in ("Location", "ETag")]
    assert ("Idempotency-Replayed" in first.headers, second.headers["Idempotency-Replayed"]) == (False, "true")


def test_without_a_key_a_repeated_request_is_another_one(token, call, wish):
    key = token(Role.PMO)

    answers = [call("POST", "/milestones", key, json=wish).status_code for _ in range(2)]

    assert (answers, milestones()) == ([201, 201], 2)


def test_a_key_belongs_to_one_request(token, call, wish):
    key = token(Role.PMO)
    call("POST", "/milestones", key, json=wish, headers=KEY)

    other = call("POST", "/milestones", key, json=wish | {"name": "Another"}, headers=KEY)

    assert (other.status_code, other.json["errors"][0]["field"], milestones()) == (422, "Idempotency-Key", 1)


def test_a_key_belongs_to_one_person(token, call, wish):
    answers = [call("POST", "/milestones", token(Role.PMO), json=wish, headers=KEY) for _ in range(2)]

    assert ([answer.status_code for answer in answers], milestones()) == ([201, 201], 2)


def test_a_refused_request_leaves_its_key_free(token, call, wish):
    key = token(Role.PMO)

    refused = call("POST", "/milestones", key, json=wish | {"name": ""}, headers=KEY)
    mended = call("POST", "/milestones", key, json=wish, headers=KEY)

    assert (refused.status_code, mended.status_code, milestones()) == (422, 201, 1)


@pytest.mark.parametrize("key", ["x" * 201, "\u00e9t\u00e9"])
def test_a_key_that_cannot_be_kept_is_refused(token, call, wish, key):
    answer = call("POST", "/milestones", token(Role.PMO), json=wish, headers={"Idempotency-Key": key})

    assert (answer.status_code, milestones()) == (422, 0)


def test_a_verb_is_repeated_although_the_object_has_changed_since(make, token, call):
    item, key = make.raid_item(), token(Role.PMO)
    path = f"/raid/{item.id}"
    sent = KEY | {"If-Match": call("GET", path, key).headers["ETag"]}

    answers = [call("POST", f"{path}/close", key, json={"reason": "Over"}, headers=sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json


def test_who_may_not_do_it_any_more_gets_no_kept_answer(make, token, call):
    person, project = make.person(), make.project()
    make.grant(person, Role.PMO)
    key, wish = token(person=person), {"project_id": project.id, "name": "Seen", "forecast": "2026-06-30"}
    call("POST", "/milestones", key, json=wish, headers=KEY)
    with transaction("test"):
        db.session.execute(db.text("delete from role_grant where person_id = :id"), {"id": person.id})

    answer = call("POST", "/milestones", key, json=wish, headers=KEY)

    assert (answer.status_code, "Seen" in answer.text) == (404, False)


def test_two_at_the_same_time_on_two_servers_make_one(app, settings, token, wish):
    key, together = token(Role.PMO), Barrier(2)
    second = create_app(settings, TESTING=True, WTF_CSRF_ENABLED=False)
    db.session.rollback()

    def send(server):
        together.wait(timeout=10)
        headers = KEY | {"Authorization": f"Bearer {key}"}
        return server.test_client().post("/api/v1/milestones", json=wish, headers=headers)

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(copy_context().run, send, server) for server in (app, second)]
        found = [answer.result(timeout=30) for answer in answers]
    with second.app_context():
        db.engine.dispose()

    assert [answer.status_code for answer in found] == [201, 201]
    assert (found[0].json, milestones()) == (found[1].json, 1)


def test_what_was_carried_out_without_an_answer_is_not_carried_out_again(token, call, wish):
    key = token(Role.PMO)
    call("POST", "/milestones", key, json=wish, headers=KEY)
    with transaction("the server died before it wrote the answer"):
        db.session.execute(db.text("update kept_answer set status = null, version = version + 1"))

    again = call("POST", "/milestones", key, json=wish, headers=KEY)

    assert (again.status_code, milestones()) == (409, 1)


def test_after_a_day_a_key_is_forgotten(token, call, wish):
    key = token(Role.PMO)
    call("POST", "/milestones", key, json=wish, headers=KEY)
    with transaction("a day later"):
        db.session.execute(db.text("update kept_answer set made_at = made_at - interval '25 hours', version = version + 1"))

    again = call("POST", "/milestones", key, json=wish, headers=KEY)

    assert (again.status_code, milestones()) == (201, 2)


def test_the_job_clears_away_what_nobody_may_repeat(token, call, wish):
    key = token(Role.PMO)
    call("POST", "/milestones", key, json=wish, headers=KEY)
    call("POST", "/milestones", key, json=wish, headers={"Idempotency-Key": "another"})
    with transaction("a day later"):
        old = "update kept_answer set made_at = made_at - interval '25 hours', version = version + 1 where key = 'another'"
        db.session.execute(db.text(old))

    jobs.forget(0)

    assert db.session.scalars(select(KeptAnswer.key)).all() == ["a-key-of-mine"]
