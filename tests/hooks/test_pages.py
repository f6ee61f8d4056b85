"""Webhooks as an administrator keeps them."""

import pytest
from sqlalchemy import select, text

from pmo.db import db, transaction
from pmo.hooks import actions
from pmo.hooks.models import Webhook, WebhookDelivery
from pmo.kernel.permissions import Role
from tests.conftest import HTMX

TYPED = {"name": "Team channel", "url": "https://example.org/hook", "kinds": ["raid.raised", "milestone.moved"], "scope": ""}


@pytest.fixture
def hook(make):
    owner = make.person(name="Els", role=Role.PMO)
    with transaction("test"):
        made, _ = actions.add(
            name="Team channel", url="https://example.org/hook", kinds=["raid.raised"], owner_id=owner.id,
            portfolio_id=None, programme_id=None,
        )  # fmt: skip
    return made


def kept():
    return [(one.name, one.url, one.kinds, one.owner_id, one.programme_id) for one in db.session.scalars(select(Webhook))]


def test_an_administrator_registers_one_in_the_name_of_somebody_and_sees_its_secret_once(make, login):
    owner, programme = make.person(role=Role.PMO), make.programme()
    client = login(Role.ADMINISTRATOR)

    made = client.post("/webhooks/new", data=TYPED | {"owner_id": owner.id, "scope": f"programme:{programme.id}"})
    again = client.get("/webhooks/1")

    assert kept() == [("Team channel", "https://example.org/hook", ["raid.raised", "milestone.moved"], owner.id, programme.id)]
    assert made.text.count("whsec_") == 1
    assert "whsec_" not in again.text


def test_the_pmo_registers_for_itself_alone(make, login):
    pmo, other = make.person(role=Role.PMO), make.person(role=Role.ADMINISTRATOR)

    login(pmo).post("/webhooks/new", data=TYPED | {"owner_id": other.id})

    assert [one[3] for one in kept()] == [pmo.id]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Fill this in."),
        ({"url": ""}, "Fill this in."),
        ({"url": "http://example.org"}, "Enter an address that begins with https://"),
        ({"url": "https://u:p@example.org"}, "Leave user and password out of the address"),
        ({"kinds": []}, "Choose at least one kind of event."),
        ({"kinds": ["planet.moved"]}, "Choose one from the list."),
        ({"scope": "portfolio:99"}, "Choose one from the list."),
        ({"owner_id": 99}, "Choose one from the list."),
    ],
)
def test_a_refused_webhook_keeps_what_was_typed(login, typed, sentence):
    answer = login(Role.ADMINISTRATOR).post("/webhooks/new", data=TYPED | typed, headers=HTMX)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Team channel" in answer.text or "name" in typed
    assert kept() == []


def test_it_is_paused_goes_on_and_is_archived(login, hook):
    client, states = login(Role.ADMINISTRATOR), []
    for verb in ("pause", "resume", "archive", "resume"):
        version = db.session.get(Webhook, hook.id).version
        client.post(f"/webhooks/{hook.id}/{verb}", data={"version": version})
        states.append(db.session.get(Webhook, hook.id).state)

    assert states == ["paused", "active", "archived", "active"]


def test_a_stale_page_changes_nothing(login, hook):
    answer = login(Role.ADMINISTRATOR).post(f"/webhooks/{hook.id}/pause", data={"version": "0"}, headers=HTMX)

    assert answer.status_code == 409
    assert "Somebody else changed this" in answer.text
    assert db.session.get(Webhook, hook.id).state == "active"


def test_a_test_is_sent_and_stands_in_the_log(login, hook):
    client = login(Role.ADMINISTRATOR)

    answer = client.post(f"/webhooks/{hook.id}/test")

    assert (answer.status_code, answer.location) == (303, f"/webhooks/{hook.id}")
    assert [(one.kind, one.state) for one in db.session.scalars(select(WebhookDelivery))] == [("test", "waiting")]
    assert "Waiting" in client.get(f"/webhooks/{hook.id}").text


def test_a_paused_one_sends_neither_tests_nor_old_messages(login, hook):
    client = login(Role.ADMINISTRATOR)
    client.post(f"/webhooks/{hook.id}/test")
    with transaction("test"):
        db.session.get(Webhook, hook.id).state = "paused"
        db.session.get(WebhookDelivery, 1).state = "failed"

    answers = [
        client.post(path, headers=HTMX).status_code for path in (f"/webhooks/{hook.id}/test", "/webhooks/messages/1/again")
    ]

    assert answers == [409, 409]


def test_a_failed_message_is_sent_again_by_hand(login, hook):
    client = login(Role.ADMINISTRATOR)
    client.post(f"/webhooks/{hook.id}/test")
    with transaction("test"):
        db.session.get(WebhookDelivery, 1).state, db.session.get(WebhookDelivery, 1).attempts = "failed", 10

    answer = client.post("/webhooks/messages/1/again")

    found = db.session.get(WebhookDelivery, 1)
    assert (answer.status_code, found.state, found.attempts) == (303, "waiting", 0)


def test_a_new_secret_is_shown_once(login, hook):
    answer = login(Role.ADMINISTRATOR).post(f"/webhooks/{hook.id}/secret")

    assert answer.text.count("whsec_") == 1


@pytest.mark.parametrize("path", ["/webhooks", "/webhooks/new", "/webhooks/1"])
def test_nobody_else_knows_of_them(login, hook, path):
    codes = [login(role).get(path).status_code for role in (Role.PROJECT_MANAGER, Role.AUDITOR, Role.COMMITTEE)]

    assert codes == [404, 404, 404]


def test_the_pmo_of_one_portfolio_keeps_its_own_and_sees_no_other(make, login, hook):
    own, other = make.programme(name="Own programme"), make.programme(name="Other programme")
    pmo = make.person()
    make.grant(pmo, Role.PMO, own.portfolio)
    client = login(pmo)

    made = client.post("/webhooks/new", data=TYPED | {"scope": f"programme:{own.id}"})
    refused = client.post("/webhooks/new", data=TYPED | {"scope": f"programme:{other.id}"}, headers=HTMX)

    listed, foreign = client.get("/webhooks").text, client.get(f"/webhooks/{hook.id}")
    assert (made.status_code, refused.status_code, foreign.status_code) == (200, 422, 404)
    assert "Other programme" not in refused.text
    assert (listed.count("<tr data-row>"), "/webhooks/2" in listed) == (1, True)


@pytest.mark.parametrize("how_many", [1, 3])
def test_list_and_log_cost_the_same_whatever_their_length(login, hook, statements, how_many):
    client, address = login(Role.ADMINISTRATOR), f"/webhooks/{hook.id}"
    for _ in range(how_many):
        client.post(f"{address}/test")
    for _ in range(how_many - 1):
        client.post("/webhooks/new", data=TYPED)
    statements.clear()

    client.get("/webhooks")
    listed = len(statements)
    log = client.get(address)

    assert log.text.count("<tr data-row>") == how_many
    assert (listed, len(statements) - listed) == (2, 3)


@pytest.mark.parametrize(("tried", "code"), [("now() - interval '1 hour'", 409), ("now() - interval '6 hours'", 303)])
def test_a_message_that_waits_for_too_long_is_sent_again_by_hand(login, hook, tried, code):
    client = login(Role.ADMINISTRATOR)
    client.post(f"/webhooks/{hook.id}/test")
    with transaction("test"):
        db.session.execute(text(f"update webhook_delivery set attempts = 3, tried_at = {tried}"))  # noqa: S608 our own words

    offered = "/webhooks/messages/1/again" in client.get(f"/webhooks/{hook.id}").text
    answer = client.post("/webhooks/messages/1/again", headers=HTMX if code == 409 else {})

    assert (offered, answer.status_code) == (code == 303, code)
