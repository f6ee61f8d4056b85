"""The second factor of a password: set up, asked for, used once, lost, taken away."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pyotp
import pytest
from sqlalchemy import select, text, update

from pmo.alerts import jobs
from pmo.alerts.models import Mail
from pmo.app import create_app
from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.kernel.sign_on import FactorFor
from pmo.people import second_factor, vault
from pmo.people.models import LoginSession, Person
from pmo.people.proof_models import FactorRemoval, RecoveryCode, SecondFactor
from tests.conftest import Client

EMAIL, PASSWORD = "nele@example.org", "correct horse battery"


@pytest.fixture
def somebody(make) -> Person:
    return make.person("Nele Verbeke", email=EMAIL, password=PASSWORD, role=Role.PMO)


@pytest.fixture
def at(monkeypatch):
    """The machine's own time stands still, until a test moves it by half minutes."""
    moment = [datetime(2026, 3, 12, 8, 40, tzinfo=UTC).timestamp()]
    monkeypatch.setattr(clock, "machine_now", lambda: datetime.fromtimestamp(moment[0], UTC))

    def later(half_minutes: int) -> None:
        moment[0] += 30 * half_minutes

    return later


def code_now(person: Person) -> str:
    factor = second_factor.factor_of(person.id)
    assert factor is not None
    return pyotp.TOTP(second_factor.key_of(factor)).at(clock.machine_now())


def set_up(client, person) -> list[str]:
    """The recovery codes, as the page shows them."""
    client.post("/me/second-factor")
    shown = client.post("/me/second-factor/confirm", data={"code": code_now(person)})
    return re.findall(r'<span class="code">([^<]+)</span>', shown.text)


def password_given(app):
    client = app.test_client()
    return client, client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD, "next": "/portfolio"})


def test_it_is_set_up_by_scanning_or_typing_a_key_and_confirmed_by_a_code(somebody, login, at):
    client = login(somebody)

    client.post("/me/second-factor")
    page, picture = client.get("/me/second-factor"), client.get("/me/second-factor/picture.svg")
    key = second_factor.key_of(second_factor.factor_of(somebody.id))
    codes = set_up(client, somebody)

    assert key in page.text.replace(" ", "")
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
    assert not re.search(r"style=|<style", picture.text)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([a-z2-7]{4}-){3}[a-z2-7]{4}", code) for code in codes)
    assert client.get("/me/second-factor/picture.svg").status_code == 404


def test_nothing_that_is_kept_tells_the_key_or_a_recovery_code(somebody, login, at):
    codes = set_up(login(somebody), somebody)

    factor = second_factor.factor_of(somebody.id)
    kept = [row.code_digest for row in db.session.scalars(select(RecoveryCode))]
    assert second_factor.key_of(factor) not in factor.sealed_key
    assert all(code.encode() not in digest and code.replace("-", "").encode() not in digest for code in codes for digest in kept)


def test_a_wrong_code_confirms_nothing(somebody, login, at):
    client = login(somebody)
    client.post("/me/second-factor")

    answer = client.post("/me/second-factor/confirm", data={"code": "000000"})

    assert answer.status_code == 422
    assert second_factor.has_factor(somebody.id) is False


def test_the_password_alone_opens_nothing_and_the_code_opens_what_was_wanted(app, somebody, login, at):
    set_up(login(somebody), somebody)
    at(2)

    client, half = password_given(app)
    closed = [client.get(path).status_code for path in ("/", "/portfolio", "/me/password", "/me/second-factor", "/me/account")]
    answer = client.post("/sign-in/code", data={"code": code_now(somebody), "next": "/portfolio"})

    assert half.location == "/sign-in/code?next=/portfolio"
    assert closed == [303] * 5
    assert (answer.status_code, answer.location) == (303, "/portfolio")
    assert client.get("/me/account").status_code == 200


def test_a_half_signed_session_is_over_after_ten_minutes(app, somebody, login, at):
    set_up(login(somebody), somebody)
    client, _ = password_given(app)

    at(21)

    assert client.get("/sign-in/code").location.startswith("/sign-in?next=")


def test_a_code_is_used_once_on_whatever_server(app, somebody, login, at, settings):
    set_up(login(somebody), somebody)
    at(2)
    second = create_app(settings, TESTING=True, WTF_CSRF_ENABLED=False)
    second.test_client_class = Client
    (here, _), (there, _) = password_given(app), password_given(second)
    code = code_now(somebody)

    answers = [client.post("/sign-in/code", data={"code": code}) for client in (here, there)]
    with second.app_context():
        db.engine.dispose()

    assert [answer.status_code for answer in answers] == [303, 422]
    assert "was used before" in answers[1].text


def test_the_code_that_set_it_up_does_not_sign_in_and_neither_does_an_older_one(app, somebody, login, at):
    set_up(login(somebody), somebody)
    old = code_now(somebody)
    at(1)
    client, _ = password_given(app)

    replayed = client.post("/sign-in/code", data={"code": old})
    fresh = client.post("/sign-in/code", data={"code": code_now(somebody)})

    assert [replayed.status_code, fresh.status_code] == [422, 303]


def test_a_recovery_code_works_once_however_it_is_typed(app, somebody, login, at):
    codes = set_up(login(somebody), somebody)
    (first, _), (second, _) = password_given(app), password_given(app)

    typed = codes[0].upper().replace("-", " ")
    answers = [client.post("/sign-in/code", data={"code": typed}) for client in (first, second)]

    assert [answer.status_code for answer in answers] == [303, 422]
    assert second_factor.codes_left(somebody.id) == 9


def test_after_five_wrong_codes_even_the_right_one_waits(app, somebody, login, at):
    set_up(login(somebody), somebody)
    at(2)
    client, _ = password_given(app)
    for _ in range(5):
        client.post("/sign-in/code", data={"code": "000000"})

    answer = client.post("/sign-in/code", data={"code": code_now(somebody)})

    assert answer.status_code == 422
    assert "Too many attempts. Wait 15 minutes." in answer.text


def test_it_is_taken_away_and_recovery_codes_are_renewed_only_with_a_code(somebody, login, at):
    client = login(somebody)
    codes = set_up(client, somebody)

    refused = [client.post(f"/me/second-factor/{verb}", data={"proof": "1"}).status_code for verb in ("codes", "remove")]
    renewed = client.post("/me/second-factor/codes", data={"proof": codes[0]})
    old = client.post("/me/second-factor/remove", data={"proof": codes[1]})
    new = re.findall(r'<span class="code">([^<]+)</span>', renewed.text)
    removed = client.post("/me/second-factor/remove", data={"proof": new[0]})

    assert (refused, old.status_code, removed.status_code) == ([422, 422], 422, 303)
    assert db.session.scalars(select(SecondFactor)).all() == []


def test_an_administrator_takes_it_away_with_a_reason_and_a_mail_tells(somebody, login, at):
    theirs, client = login(somebody), login(Role.ADMINISTRATOR)
    set_up(theirs, somebody)

    silent = client.post(f"/people/{somebody.id}/second-factor/remove", data={"reason": " "})
    client.post(f"/people/{somebody.id}/second-factor/remove", data={"reason": "The phone was stolen"})
    twice = client.post(f"/people/{somebody.id}/second-factor/remove", data={"reason": "Again"})

    removal = db.session.scalars(select(FactorRemoval)).one()
    deferred = text("select args from procrastinate_jobs where task_name = 'alerts.second_factor_removed'")
    waiting = db.session.scalars(deferred).all()
    jobs.second_factor_removed(**waiting[0])
    mail = db.session.scalars(select(Mail)).one()
    assert [silent.status_code, twice.status_code] == [422, 409]
    assert waiting == [{"removal_id": removal.id}]
    assert second_factor.has_factor(somebody.id) is False
    assert theirs.get("/me/account").status_code == 303
    assert mail.person_id == somebody.id
    assert "took the second factor of your account away: The phone was stolen" in mail.body


@pytest.fixture
def strict(app, settings):
    """The application where everybody with a password needs a second factor."""
    other = create_app(replace(settings, second_factor=FactorFor.ALL), TESTING=True, WTF_CSRF_ENABLED=False)
    other.test_client_class = Client
    yield other
    with other.app_context():
        db.engine.dispose()


def test_where_it_is_required_it_is_set_up_before_anything_else(strict, somebody, at):
    client, half = password_given(strict)
    closed = client.get("/portfolio")

    codes = set_up(client, somebody)
    removed = client.post("/me/second-factor/remove", data={"proof": codes[0]})

    assert half.location == "/me/second-factor?next=/portfolio"
    assert closed.location.startswith("/sign-in")
    assert client.get("/me/account").status_code == 200
    assert removed.status_code == 403
    assert db.session.scalars(select(LoginSession.purpose)).all() == [""]


def test_required_of_administrators_it_is_asked_of_nobody_else(app, somebody, make):
    administrator = make.person(role=Role.ADMINISTRATOR)

    asked = [second_factor.is_required(person, FactorFor.ADMINISTRATORS) for person in (somebody, administrator)]

    assert asked == [False, True]


def test_under_another_secret_key_no_code_is_right_and_the_page_still_answers(somebody, login, at):
    client = login(somebody)
    codes = set_up(client, somebody)
    with transaction("test"):
        db.session.execute(update(SecondFactor).values(sealed_key="sealed elsewhere"))

    by_code = second_factor.is_right(somebody.id, "123456")
    by_recovery = second_factor.is_right(somebody.id, codes[0])

    assert (by_code, by_recovery) == (False, True)
    with pytest.raises(vault.Unreadable):
        vault.unseal("sealed elsewhere")
    assert client.get("/me/second-factor").status_code == 200
