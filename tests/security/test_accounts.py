"""What an attacker tries at accounts: guessing, old sessions, what a stolen database or log would tell."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from pmo.alerts.delivery import _message
from pmo.alerts.models import Mail
from pmo.config import from_environment
from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.errors import Invalid
from pmo.kernel.permissions import Role
from pmo.people import actions
from pmo.people.models import Credential, LoginSession

PASSWORD = "correct horse battery"


@pytest.mark.parametrize("password", ["password1234", "qwertyuiop12", "aaaaaaaaaaaa", "Nele Verbeke", "verbeke nele"])
def test_a_password_that_is_guessed_first_is_refused(make, password):
    person = make.person("Nele Verbeke", email="nele.verbeke@example.org")

    with pytest.raises(Invalid), transaction("test"):
        actions.set_password(person, password)

    assert db.session.scalars(select(Credential)).all() == []


def test_who_has_an_account_cannot_be_found_out_by_the_answer(app, make):
    make.person(email="nele@example.org", password=PASSWORD)

    known, unknown = (
        app.test_client().post("/sign-in", data={"email": f"{who}@example.org", "password": "wrong"})
        for who in ("nele", "nobody")
    )

    assert (known.status_code, _without_form_token(known, "nele")) == (422, _without_form_token(unknown, "nobody"))


def _without_form_token(answer, name):
    return re.sub(r"[\w.-]{60,}", "", answer.text).replace(name, "")


def test_attempts_on_many_accounts_from_one_address_are_stopped_too(app, make):
    make.person(email="nele@example.org", password=PASSWORD)
    for number in range(actions.ATTEMPTS):
        app.test_client().post("/sign-in", data={"email": f"person{number}@example.org", "password": "wrong"})

    answer = app.test_client().post("/sign-in", data={"email": "nele@example.org", "password": PASSWORD})

    assert "Too many attempts" in answer.text


@pytest.mark.parametrize("old", ["seen_at", "started_at"])
def test_a_session_ends_when_it_is_left_alone_and_after_a_day_of_work_at_most(app, make, login, old):
    client = login(Role.PMO)
    with transaction("test"):
        db.session.execute(update(LoginSession).values({old: clock.machine_now() - timedelta(hours=13)}))

    assert client.get("/portfolio").location == "/sign-in?next=/portfolio"
    assert db.session.scalars(select(LoginSession)).all() == []


def test_signing_in_gives_a_session_nobody_could_have_planted(app, make):
    make.person(email="nele@example.org", password=PASSWORD, role=Role.PMO)
    client = app.test_client()
    client.set_cookie("pmo_session", "planted")

    client.post("/sign-in", data={"email": "nele@example.org", "password": PASSWORD})

    assert client.get_cookie("pmo_session").value != "planted"
    assert len(client.get_cookie("pmo_session").value) == 43


def test_a_stolen_database_opens_no_session_and_tells_no_password_or_token(app, make):
    person = make.person(email="nele@example.org", password=PASSWORD, role=Role.PMO)
    client = app.test_client()
    client.post("/sign-in", data={"email": "nele@example.org", "password": PASSWORD})
    with transaction("test"):
        token = actions.make_token(person, "script")

    kept = _everything()
    secrets = (PASSWORD, token, client.get_cookie("pmo_session").value)

    assert not any(written in kept for secret in secrets for written in (secret, secret.encode().hex()))


def _everything():
    names = db.session.scalars(
        text("select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('public', 'history')")
    ).all()
    return "\n".join(str(line) for name in names for line in db.session.scalars(text(f"select t::text from {name} t")))


def test_settings_can_be_printed_without_telling_secrets():
    secret = "quagga-quagga"
    given = {
        "PMO_DATABASE_URL": f"postgresql://pmo_app:{secret}@db/pmo",
        "PMO_DATABASE_OWNER_URL": f"postgresql://pmo_owner:{secret}@db/pmo",
        "PMO_SECRET_KEY": secret,
        "PMO_SMTP_PASSWORD": secret,
    }

    assert secret not in repr(from_environment(given))


def test_a_line_break_in_a_subject_adds_no_header():
    mail = Mail(
        subject="Late\r\nBcc: evil@example.org", body="x", body_html="", secret="", message_id="<1@pmo>", made_at=clock.now()
    )

    message = _message(mail, "nele@example.org", from_environment({}))

    assert (message["Bcc"], message["Subject"]) == (None, "Late Bcc: evil@example.org")
