"""The first page of an empty installation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pmo.alerts.models import Mail
from pmo.backup.models import BackupMade
from pmo.config import Smtp
from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.clock import machine_now
from pmo.kernel.permissions import Role


def test_an_administrator_of_an_empty_house_lands_on_the_first_steps(login):
    client = login(Role.ADMINISTRATOR)

    page = client.get("/", follow_redirects=True)

    assert page.request.path == "/first-steps"
    assert "Five steps to the first report" in page.text
    assert 'href="/people/new"' in page.text
    assert page.text.count("steps__i--done") == 1


def test_the_pmo_may_begin_with_a_portfolio(login):
    assert 'href="/portfolios/new"' in login(Role.PMO).get("/first-steps").text


def test_steps_are_done_when_there_is_something(login, make):
    make.meeting(make.committee(make.project().programme.portfolio))
    client = login(Role.PMO)
    alone = client.get("/first-steps").text
    make.person("Nele Verbeke")

    page = client.get("/first-steps").text

    assert [alone.count("steps__i--done"), page.count("steps__i--done")] == [3, 4]
    assert "This installation has its first projects" in page


def test_a_house_with_projects_opens_on_the_portfolio(login, make):
    make.project()

    assert login(Role.PMO).get("/").location == "/portfolio"


@pytest.mark.parametrize("role", [Role.PROJECT_MANAGER, Role.COMMITTEE, Role.AUDITOR])
def test_others_have_no_first_steps(login, role):
    assert login(role).get("/first-steps").status_code == 404


def test_a_portfolio_alone_leads_to_its_first_programme(login, make):
    portfolio = make.portfolio()

    page = login(Role.PMO).get("/first-steps").text

    assert f'href="/portfolios/{portfolio.id}/programmes/new"' in page


@pytest.mark.parametrize(
    ("age", "words"),
    [(None, "not made yet"), (timedelta(hours=3), "last one "), (timedelta(days=3), "last one ")],
)
def test_an_administrator_sees_whether_there_is_a_backup(login, age, words):
    if age is not None:
        with transaction("backup"):
            db.session.add(BackupMade(made_at=machine_now() - age, bytes=1, sha256="0"))

    page = " ".join(login(Role.ADMINISTRATOR).get("/first-steps").text.split())

    check = page.split("Backup, by the command pmo backup")[1].split("</li>")[0]
    assert words in check
    assert ("tag--green" in check) == (age is not None and age < timedelta(days=1))


def test_an_administrator_sees_whether_mail_leaves(app, login, monkeypatch, make):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], smtp=Smtp(host="post.example.org")))
    client = login(Role.ADMINISTRATOR)
    nothing = client.get("/first-steps").text
    with transaction("mail"):
        mail = {"purpose": "test", "day": clock.today(), "subject": "", "body": "", "made_at": clock.now()}
        db.session.add(Mail(message_id="<1>", state="sent", sent_at=clock.now(), address="a@example.org", **mail))
    sent = client.get("/first-steps").text
    with transaction("mail"):
        db.session.add(Mail(message_id="<2>", state="failed", address="b@example.org", **mail))
    failed = client.get("/first-steps").text

    assert ["set, nothing sent yet" in nothing, "last mail 12 Mar 2026" in sent, "1 mail failed" in failed] == [True] * 3


def test_the_number_of_statements_does_not_depend_on_what_there_is(login, make, statements):
    client = login(Role.ADMINISTRATOR)
    sent = []
    for _ in range(2):
        statements.clear()
        client.get("/first-steps")
        sent.append(len(statements))
        for _ in range(3):
            make.meeting(make.committee(make.project().programme.portfolio))

    assert sent == [3, 3]
