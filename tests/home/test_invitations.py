"""The weekly mail: on the day and at the hour of the rules, one per person and week, with a link and nothing confidential."""

import re
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text, update

from pmo.alerts import delivery
from pmo.alerts.models import Mail
from pmo.cli import main
from pmo.config import Smtp
from pmo.db import db, transaction
from pmo.home import inviting, jobs
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.people import actions as people
from pmo.people.models import SignedLink
from pmo.rules import queries as rules
from pmo.rules.models import Rule
from tests.post import post

__all__ = ["post"]

BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.fixture
def nele(make):
    """She manages one project with two dates nobody has confirmed."""
    person = make.person("Nele Verbeke", email="nele@example.org", language="fr")
    project = make.project(name="Compassionate use", manager_id=person.id)
    make.grant(person, Role.PROJECT_MANAGER, project)
    make.milestone(project, name="Ethics opinion")
    make.milestone(project, name="Depot ready")
    return person


def mails() -> list[Mail]:
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def links() -> int:
    return db.session.scalar(select(func.count()).select_from(SignedLink))


def test_it_goes_once_a_week_to_who_has_something_to_confirm(nele):
    first, second = jobs.invite_all(), jobs.invite_all()

    assert (first, second, links()) == (1, 0, 1)
    assert [(mail.person_id, mail.purpose, mail.day.isoformat()) for mail in mails()] == [(nele.id, "walk", "2026-03-09")]
    assert db.session.scalar(text("select count(*) from procrastinate_jobs where task_name = 'alerts.mail'")) == 1


def test_the_next_week_it_goes_again(nele):
    jobs.invite_all()
    with clock.pretend(datetime(2026, 3, 16, 8, tzinfo=UTC)):
        again = jobs.invite_all()

    assert (again, len(mails())) == (1, 2)


def test_it_says_how_many_in_the_persons_language_and_nothing_confidential(nele):
    jobs.invite_all()

    [mail] = mails()
    assert mail.subject == "pmo : 2 fiches de votre tour de la semaine"
    assert "Bonjour Nele Verbeke," in mail.body
    assert all(secret not in mail.body + mail.body_html + mail.subject for secret in ("Ethics", "Depot", "Compassionate", "PRJ-"))


def test_the_link_is_kept_beside_the_body_and_only_until_the_mail_is_sent(settings, nele, post):
    jobs.invite_all()
    [mail] = mails()
    before = (mail.secret != "", mail.secret in mail.body)
    smtp = Smtp("127.0.0.1", post.port, sender="pmo@example.org")

    sent = delivery.deliver(mail.id, replace(settings, smtp=smtp))

    db.session.refresh(mail)
    assert (before, sent, mail.state, mail.secret) == ((True, False), True, "sent", "")
    assert "{{secret}}" not in post.accepted[0]
    assert "/walk/link/" in post.accepted[0]


def test_the_link_in_the_mail_opens_the_walk(app, nele):
    jobs.invite_all()
    [mail] = mails()
    path = re.search(r"http://localhost(/walk/link/\S+)", mail.body.replace(delivery.LEFT_OUT, mail.secret))[1]

    client = app.test_client()
    client.get(path)

    assert "fiche 1 sur 2" in client.get("/walk").text


def nothing_to_confirm(make, nele):
    with transaction("test"):
        db.session.execute(text("update milestone set confirmed_on = '2026-03-12', confirmed_by = :id"), {"id": nele.id})
        db.session.execute(text("update project set confirmed_at = now()"))


def account_closed(make, nele):
    with transaction("test"):
        people.block(nele, seen_version=nele.version)


def no_mail_wanted(make, nele):
    with transaction("test"):
        nele.mail_digest = False


def role_taken_away(make, nele):
    with transaction("test"):
        db.session.execute(text("delete from role_grant"))


@pytest.mark.parametrize("why", [nothing_to_confirm, account_closed, no_mail_wanted, role_taken_away])
def test_nobody_is_written_to_without_reason(make, nele, why):
    why(make, nele)

    assert (jobs.invite_all(), mails(), links()) == (0, [], 0)


@pytest.mark.parametrize(
    ("moment", "day", "is_time"),
    [
        (datetime(2026, 3, 9, 6, 59, tzinfo=BRUSSELS), 1, False),
        (datetime(2026, 3, 9, 7, 0, tzinfo=BRUSSELS), 1, True),
        (datetime(2026, 3, 10, 6, 0, tzinfo=BRUSSELS), 1, False),  # later in the week too, but not at night
        (datetime(2026, 3, 10, 9, 0, tzinfo=BRUSSELS), 3, False),
        (datetime(2026, 3, 11, 9, 0, tzinfo=BRUSSELS), 3, True),
        (datetime(2026, 4, 6, 9, 0, tzinfo=BRUSSELS), 1, False),  # Easter Monday
        (datetime(2026, 4, 7, 9, 0, tzinfo=BRUSSELS), 1, True),  # the first working day of that week
        (datetime(2026, 3, 14, 9, 0, tzinfo=BRUSSELS), 1, False),  # a Saturday
    ],
)
def test_its_day_and_hour_are_rules_counted_in_working_days(app, moment, day, is_time):
    with transaction("rule"):
        db.session.execute(update(Rule).where(Rule.code == "walk.mail.day").values(value=Decimal(day)))
        rules.forget()

    assert inviting.is_time(moment, BRUSSELS, rules.rule_book(), "BE") is is_time


def test_before_its_hour_nobody_is_written_to(nele):
    with clock.pretend(datetime(2026, 3, 12, 5, 30, tzinfo=UTC)):
        early = jobs.invite_all()

    assert (early, jobs.invite_all()) == (0, 1)


@pytest.fixture
def pmo(app):
    """The command on the application of the test."""
    return lambda *arguments: CliRunner().invoke(main, ["walk", *arguments], obj=lambda: nullcontext(app))


def test_the_command_sends_it_now_whatever_the_hour(pmo, nele):
    with clock.pretend(datetime(2026, 3, 12, 2, tzinfo=UTC)):
        said = pmo("invite")

    assert (said.exit_code, said.output) == (0, "1 mail is on the way\n")
    assert pmo("invite").output == "0 mails are on the way\n"


def test_the_command_sends_it_to_one_person_beside_the_mail_of_the_week(pmo, nele):
    pmo("invite")

    once, twice = pmo("invite", "--email", "nele@example.org"), pmo("invite", "--email", "nele@example.org")

    assert once.output == "a mail to nele@example.org is on the way\n"
    assert (twice.exit_code, [mail.purpose for mail in mails()]) == (2, ["walk", "walk again"])


def test_the_command_shows_a_link_instead_and_closes_links(app, pmo, nele):
    address = pmo("invite", "--email", "nele@example.org", "--show").output.strip()
    opened = app.test_client().get(address.removeprefix("http://localhost"))

    closed = pmo("close", "--email", "nele@example.org")

    assert (opened.status_code, closed.output) == (303, "1 link is closed\n")
    assert app.test_client().get(address.removeprefix("http://localhost")).status_code == 410


@pytest.mark.parametrize(
    "arguments", [("invite", "--email", "nobody@example.org"), ("invite", "--show"), ("close", "--email", "x")]
)
def test_the_command_refuses_with_one_sentence(pmo, nele, arguments):
    said = pmo(*arguments)

    assert (said.exit_code, said.output.count("\n")) == (2, 1)
    assert mails() == []
