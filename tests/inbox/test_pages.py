"""Mail received, as an administrator sees it."""

from datetime import timedelta

import pytest

from pmo.inbox.models import ReceivedMail
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from tests.conftest import HTMX


@pytest.fixture
def arrived(make):
    def add(number, **facts):
        sender = f"sender{number}@elsewhere.example"
        given = {"reason": "no_address", "subject": f"Subject {number}", "received_at": clock.now()} | facts
        return make.save(ReceivedMail(key=str(number).encode(), sender=sender, **given))

    return add


def test_held_mails_stand_there_with_their_reason_and_taken_ones_on_the_other_shelf(login, arrived, make):
    arrived(1, body="Dear <b>customer</b>")
    arrived(2, reason="", stored=1, person_id=make.person("Nele Verbeke").id)
    client = login(Role.ADMINISTRATOR)

    held = client.get("/mail-received").text
    everything = client.get("/mail-received?shelf=all", headers=HTMX).text

    assert ("Subject 1" in held, "Not sent to the address of a question" in held, "Subject 2" in held) == (True, True, False)
    assert "Dear &lt;b&gt;customer&lt;/b&gt;" in held
    assert ("Nele Verbeke" in everything, "Stored" in everything, "<html" in everything) == (True, True, False)


@pytest.mark.parametrize(("roles", "status"), [((Role.PMO,), 404), ((Role.AUDITOR,), 403), ((), 404)])
def test_nobody_else_sees_them(login, arrived, roles, status):
    arrived(1)

    answer = login(*roles).get("/mail-received")

    assert (answer.status_code, "Subject 1" in answer.text) == (status, False)


def test_fifty_stand_on_a_page(login, arrived):
    for number in range(51):
        arrived(number)
    client = login(Role.ADMINISTRATOR)

    first = client.get("/mail-received").text
    second = client.get("/mail-received?before=2").text

    assert (first.count("data-row"), "before=2" in first) == (50, True)
    assert (second.count("data-row"), "Subject 0" in second, 'rel="prev"' in second) == (1, True, True)


@pytest.mark.parametrize("nonsense", ["x", "-1", "99999999999", "٣", ""])
def test_a_nonsense_page_is_the_first(login, arrived, nonsense):
    arrived(1)

    assert "Subject 1" in login(Role.ADMINISTRATOR).get(f"/mail-received?before={nonsense}").text


def test_without_any_and_without_an_address_the_page_says_so(login):
    text = login(Role.ADMINISTRATOR).get("/mail-received").text

    assert ("Nothing is held" in text, "PMO_INBOX_ADDRESS is not set" in text) == (True, True)


def test_looking_back_shows_what_had_arrived(login, arrived):
    arrived(1, received_at=clock.now() - timedelta(days=10))
    arrived(2)

    text = login(Role.ADMINISTRATOR).get("/mail-received?as_of=2026-03-05").text

    assert ("Subject 1" in text, "Subject 2" in text) == (True, False)


def test_one_row_asks_as_much_as_three(login, arrived, statements, make):
    client = login(Role.ADMINISTRATOR)
    counts = []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            arrived(number, person_id=make.person().id)
        statements.clear()
        client.get("/mail-received")
        counts.append(len(statements))

    assert counts == [2, 2]
