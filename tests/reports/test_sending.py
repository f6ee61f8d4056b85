"""Sending an edition to the distribution list: a mail with a link of one's own, once; and what the link opens."""

import re
import threading
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document
from lxml import html
from sqlalchemy import func, select

from pmo.alerts import delivery
from pmo.alerts.models import Mail
from pmo.committees.distribution_models import DistributionEntry
from pmo.config import Smtp
from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.people import actions as people
from pmo.people import sessions
from pmo.people.actions import token_digest
from pmo.people.models import Person, RoleGrant
from pmo.reports import jobs, pdf, receiving
from pmo.reports.models import Edition, EditionFile, Opening, Print, Sending
from tests.post import post

__all__ = ["post"]


@pytest.fixture
def edition(world, make) -> int:
    """Of the committee; Greet is its member, An has no account."""
    greet = make.person("Greet Daems", email="greet@example.org", language="nl")
    make.grant(greet, Role.COMMITTEE, world.portfolio)
    outsider(make, world)
    return published(make, world)


def published(make, world, number: str = "2026-03") -> int:
    """With a file in every language, which is quicker to make than a report."""
    languages = ("en", "fr", "nl")
    one = make.edition(
        world.portfolio, number=number, scope="committee", scope_code="MC", committee_id=world.subject.id,
        file_sha256={lang: "0" * 64 for lang in languages},
    )  # fmt: skip
    for lang in languages[1:]:
        facts = {"language": lang, "name": f"MC-{lang}.docx", "media_type": "", "sha256": "", "content": lang.encode()}
        make.save(EditionFile(edition_id=one.id, **facts))
    return one.id


def outsider(make, world, name="An Maes", email="an.maes@partner.example", language="fr") -> DistributionEntry:
    return make.save(
        DistributionEntry(committee_id=world.subject.id, name=name, email=email, language=language, added_at=clock.now())
    )


def pmo(login, world):
    return login((Role.PMO, world.portfolio))


def send(client, edition_id, **typed):
    return client.post(f"/reports/{edition_id}/send", data={"seen": newest() or 0} | typed)


def newest() -> int | None:
    return db.session.scalar(select(func.max(Sending.id)))


def of(name: str) -> Sending:
    return db.session.scalars(select(Sending).where(Sending.name == name).order_by(Sending.id.desc())).first()


def token_of(name: str) -> str:
    """As it stands in the mail while it is transmitted."""
    return db.session.get_one(Mail, of(name).mail_id).secret


def names() -> list[str]:
    return list(db.session.scalars(select(Sending.name).order_by(Sending.id)))


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


# --- the preview and the mails ------------------------------------------------------------------------------------------------


def test_the_preview_says_who_gets_it_and_in_which_language_and_sends_nothing(world, login, edition):
    page = pmo(login, world).get(f"/reports/{edition}/send").text

    rows = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in re.findall(r"<tr data-row>.*?</tr>", page, re.S)]
    assert rows == [
        "Greet Daems greet@example.org Nederlands Signs in gets a mail",
        "An Maes an.maes@partner.example Français Personal link gets a mail",
    ]
    assert "2 people get a mail with a link of their own." in page
    assert count(Mail) == 0


def test_each_gets_a_mail_in_their_language_with_a_link_of_their_own(world, login, edition):
    answer = send(pmo(login, world), edition)

    mails = db.session.scalars(select(Mail).order_by(Mail.id)).all()
    assert (answer.status_code, answer.location) == (303, f"/reports/{edition}")
    assert [(mail.person_id is None, mail.address) for mail in mails] == [(False, ""), (True, "an.maes@partner.example")]
    assert [mail.subject for mail in mails] == [
        "pmo: rapport voor Management committee, editie 2026-03",
        "pmo : rapport pour Management committee, édition 2026-03",
    ]
    assert all("http://localhost/reports/link/{{secret}}" in mail.body for mail in mails)
    assert len({mail.secret for mail in mails}) == 2


def test_the_mail_says_what_to_expect_and_nothing_confidential(world, make, login, edition):
    outsider(make, world, "Jo Smith", "jo@partner.example", "en")
    send(pmo(login, world), edition)

    body = db.session.get_one(Mail, of("Jo Smith").mail_id).body

    assert "Good morning Jo Smith," in body
    assert "It works for 30 days without signing in and opens this report and nothing else." in body
    assert "each opening is noted" in body
    assert "OLR-214" not in body
    assert "PAC-01" not in body


def test_the_link_is_known_only_by_its_digest(world, login, edition):
    send(pmo(login, world), edition)

    assert of("An Maes").link_digest == token_digest(token_of("An Maes"))


def test_who_has_it_is_not_sent_it_twice(world, login, edition):
    client = pmo(login, world)
    send(client, edition)

    again = send(client, edition)

    assert (again.status_code, count(Mail)) == (409, 2)
    assert "Everybody on the list has it already" in again.text


def test_who_has_it_gets_it_again_when_asked(world, login, edition):
    client = pmo(login, world)
    send(client, edition)

    again = send(client, edition, again="1")

    assert (again.status_code, count(Mail)) == (303, 4)


def test_the_mail_is_shown_in_each_language_it_is_sent_in(world, login, edition):
    page = pmo(login, world).get(f"/reports/{edition}/send").text

    mails = {
        one.get("lang"): one.text_content()
        for one in html.fromstring(page).xpath("//section[@aria-labelledby='h-mail']//div[@lang]")
    }
    assert sorted(mails) == ["fr", "nl"]
    assert "Goedemorgen Greet Daems" in mails["nl"]
    assert "Bonjour An Maes" in mails["fr"]


def test_only_who_came_later_gets_a_mail(world, make, login, edition):
    client = pmo(login, world)
    send(client, edition)
    outsider(make, world, "Jo Smith", "jo@partner.example", "en")

    send(client, edition)

    assert [one.name for one in db.session.scalars(select(Sending).order_by(Sending.id))] == [
        "Greet Daems",
        "An Maes",
        "Jo Smith",
    ]


def test_a_mail_that_was_not_delivered_is_sent_anew(world, login, edition):
    client = pmo(login, world)
    send(client, edition)
    with transaction("test"):
        db.session.get_one(Mail, of("An Maes").mail_id).state = "failed"

    page = client.get(f"/reports/{edition}/send").text
    send(client, edition)

    assert "was not delivered" in page
    assert names() == ["Greet Daems", "An Maes", "An Maes"]


def test_whoever_sees_an_old_page_is_told_who_sent_it_meanwhile(world, login, edition):
    client = pmo(login, world)
    send(client, edition)

    stale = send(client, edition, seen=0, again="1")

    assert (stale.status_code, count(Mail)) == (409, 2)
    assert "Somebody sent this edition meanwhile." in stale.text


def test_two_who_send_at_once_send_one_mail_to_each(app, world, make, edition):
    els = make.person("Els Wauters", email="els@example.org", role=Role.PMO)
    client_of = _client(app, els)
    clients, answers = [client_of(), client_of()], []

    def one(client) -> None:
        with app.app_context():
            answers.append(client.post(f"/reports/{edition}/send", data={"seen": 0}).status_code)

    threads = [threading.Thread(target=one, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (sorted(answers), count(Mail)) == ([303, 409], 2)


def _client(app, person):
    def made():
        with transaction("test"):
            token = people.start_session(db.session.get_one(Person, person.id), address="127.0.0.1", agent="test")
        client = app.test_client()
        client.set_cookie(sessions.COOKIE, token)
        return client

    return made


def test_the_job_of_a_mail_done_twice_sends_it_once(world, login, edition, settings, post):
    send(pmo(login, world), edition)
    mail_id, smtp = of("An Maes").mail_id, Smtp(host="127.0.0.1", port=post.port)

    for _ in range(2):
        delivery.deliver(mail_id, _with(settings, smtp))

    [letter] = post.accepted
    assert "an.maes@partner.example" in letter
    assert db.session.get_one(Mail, mail_id).secret == ""


def _with(settings, smtp):
    return replace(settings, smtp=smtp)


def test_left_out_and_without_right_nobody_is_written_to(world, make, login, edition):
    greet = db.session.scalars(select(Person).where(Person.email == "greet@example.org")).one()
    late = make.person("Left Without Role")
    make.save(DistributionEntry(committee_id=world.subject.id, person_id=late.id, email="", added_at=clock.now()))
    make.save(
        DistributionEntry(committee_id=world.subject.id, person_id=greet.id, email="", is_left_out=True, added_at=clock.now())
    )

    send(pmo(login, world), edition)

    assert names() == ["An Maes"]


@pytest.mark.parametrize(("role", "status"), [(Role.COMMITTEE, 403), (Role.AUDITOR, 403), (Role.CONTRIBUTOR, 404)])
def test_who_may_not_publish_may_not_send(world, login, edition, role, status):
    client = login((role, world.portfolio)) if role is not Role.AUDITOR else login(role)

    found = {client.get(f"/reports/{edition}/send").status_code, send(client, edition).status_code}

    assert (found, count(Mail)) == ({status}, 0)


def test_a_stranger_cannot_send_or_withdraw(world, make, login, edition):
    send(pmo(login, world), edition)
    stranger = login((Role.PMO, make.portfolio()))

    found = {
        stranger.get(f"/reports/{edition}/send").status_code,
        send(stranger, edition, again="1").status_code,
        stranger.post(f"/reports/sendings/{newest()}/withdraw", data={"version": 1}).status_code,
    }

    assert (found, count(Mail)) == ({404}, 2)


def test_an_edition_of_no_committee_has_no_list(world, make, login):
    one = make.edition(world.portfolio)

    assert pmo(login, world).get(f"/reports/{one.id}/send").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_preview_costs_the_same_for_one_and_three(world, make, login, edition, statements, number):
    for more in range(number):
        outsider(make, world, f"Number {more}", f"number{more}@partner.example")
    client = pmo(login, world)
    send(client, edition)
    statements.clear()

    client.get(f"/reports/{edition}/send")

    assert len(statements) == 10


# --- who was sent it ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.PMO, Role.COMMITTEE, Role.AUDITOR])
def test_the_edition_says_who_was_sent_it_what_became_of_it_and_who_opened_it(app, world, login, edition, role):
    send(pmo(login, world), edition)
    app.test_client().get(f"/reports/link/{token_of('An Maes')}")
    with transaction("test"):
        db.session.get_one(Mail, of("Greet Daems").mail_id).state = "failed"

    page = (login(role) if role is Role.AUDITOR else login((role, world.portfolio))).get(f"/reports/{edition}").text

    rows = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in re.findall(r"<tr data-row>.*?</tr>", page, re.S)]
    greet, an = next(row for row in rows if "Greet" in row), next(row for row in rows if "An Maes" in row)
    assert "Not delivered" in greet
    assert "not yet" in greet
    assert "an.maes@partner.example" in an
    assert "12 Mar 2026, 09:40" in an


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_an_edition_costs_the_same_for_one_and_three_receivers(world, make, login, edition, statements, number):
    for more in range(number):
        outsider(make, world, f"Number {more}", f"number{more}@partner.example")
    client = pmo(login, world)
    send(client, edition)
    statements.clear()

    client.get(f"/reports/{edition}")

    assert len(statements) == 10


# --- the link of who has no account -------------------------------------------------------------------------------------------


def test_the_link_opens_one_page_with_the_report_in_the_receivers_language(app, world, login, edition):
    send(pmo(login, world), edition)

    page = app.test_client().get(f"/reports/link/{token_of('An Maes')}").text

    assert '<html lang="fr"' in page
    assert "MC 2026-03" in page
    assert "Télécharger le fichier Word" in page
    assert "/portfolio" not in page
    assert f"/reports/{edition}" not in page
    assert 'id="menu"' not in page


def test_it_gives_the_published_bytes_in_the_receivers_language(app, world, login, edition):
    send(pmo(login, world), edition)

    answer = app.test_client().get(f"/reports/link/{token_of('An Maes')}/report.docx")

    published = db.session.scalars(select(EditionFile).where(EditionFile.language == "fr")).one()
    assert answer.data == published.content


def test_it_gives_the_pdf_once_it_is_made_and_not_before(app, world, make, login, edition):
    send(pmo(login, world), edition)
    address = f"/reports/link/{token_of('An Maes')}"
    client = app.test_client()
    before = client.get(f"{address}/report.pdf").status_code, "report.pdf" in client.get(address).text
    make.save(Print(edition_id=edition, language="fr", content=b"%PDF-1.7 le rapport"))

    answer = client.get(f"{address}/report.pdf")

    assert before == (404, False)
    assert (answer.data, answer.mimetype) == (b"%PDF-1.7 le rapport", "application/pdf")
    assert "report.pdf" in client.get(address).text


@pytest.mark.skipif(not pdf.is_possible(), reason="LibreOffice is not installed")
def test_the_worker_makes_the_pdf_in_the_languages_of_who_has_no_account(world, login, edition):
    word = BytesIO()
    Document().save(word)
    with transaction("test"):
        db.session.scalars(select(EditionFile).where(EditionFile.language == "fr")).one().content = word.getvalue()
    send(pmo(login, world), edition)

    jobs.make_prints(edition)

    [made] = db.session.scalars(select(Print)).all()
    assert (made.language, made.content[:5]) == ("fr", b"%PDF-")


def test_prints_are_kept_once(world, login, edition):
    send(pmo(login, world), edition)

    for _ in range(2):
        with transaction("test"):
            receiving.keep_prints(edition, {"fr": b"%PDF"})

    assert count(Print) == 1


def test_each_opening_is_noted_and_looking_without_opening_is_not(app, world, login, edition):
    send(pmo(login, world), edition)
    client, address = app.test_client(), f"/reports/link/{token_of('An Maes')}"

    client.head(address)
    client.get(address)
    client.get(f"{address}/report.docx")

    assert db.session.scalars(select(Opening.what).order_by(Opening.id)).all() == ["page", "word"]


@pytest.mark.parametrize("path", ["/reports", "/reports/1", "/reports/1/en.docx", "/portfolio", "/my-work", "/api/v1/projects"])
def test_by_link_nothing_else_opens(app, world, login, edition, path):
    send(pmo(login, world), edition)
    client = app.test_client()
    client.get(f"/reports/link/{token_of('An Maes')}")

    answer = client.get(path)

    assert answer.status_code == 401 or answer.location.startswith("/sign-in")


def gone(sending):
    sending.expires_at = clock.machine_now() - timedelta(seconds=1)


def withdrawn(sending):
    sending.withdrawn_at = clock.now()


def off_the_list(sending):
    sending.entry.ended_at = clock.now()


@pytest.mark.parametrize("path", ["", "/report.docx", "/report.pdf"])
@pytest.mark.parametrize("end", [gone, withdrawn, off_the_list])
def test_an_ended_link_opens_nothing_and_says_so(app, world, make, login, edition, end, path):
    send(pmo(login, world), edition)
    make.save(Print(edition_id=edition, language="fr", content=b"%PDF"))
    token = token_of("An Maes")
    with transaction("test"):
        end(of("An Maes"))

    answer = app.test_client().get(f"/reports/link/{token}{path}")

    assert answer.status_code == 410
    assert "Management committee" not in answer.text
    assert count(Opening) == 0


@pytest.mark.parametrize("path", ["", "/report.docx", "/report.pdf"])
def test_a_guessed_link_opens_nothing_and_guessing_is_stopped(app, world, login, edition, path):
    send(pmo(login, world), edition)
    client = app.test_client()

    codes = [client.get(f"/reports/link/guess-{number}{path}").status_code for number in range(30)]

    assert codes[0] == 410
    assert codes[-1] == 429


@pytest.mark.parametrize("path", ["/{token}/fr.docx", "/{token}/../2/fr.docx", "/{token}/2"])
def test_the_files_of_another_edition_are_not_behind_it(app, world, make, login, edition, path):
    send(pmo(login, world), edition)
    published(make, world, "2026-04")
    assert count(Edition) == 2

    answer = app.test_client().get("/reports/link" + path.format(token=token_of("An Maes")))

    assert answer.status_code in (303, 404)
    assert not answer.data.startswith(b"PK")


def test_a_link_withdrawn_on_the_page_ends(app, world, login, edition):
    client = pmo(login, world)
    send(client, edition)
    token, one = token_of("An Maes"), of("An Maes")

    stale = client.post(f"/reports/sendings/{one.id}/withdraw", data={"version": 9})
    done = client.post(f"/reports/sendings/{one.id}/withdraw", data={"version": 1})

    assert (stale.status_code, done.status_code) == (409, 303)
    assert app.test_client().get(f"/reports/link/{token}").status_code == 410
    assert "link withdrawn" in client.get(f"/reports/{edition}").text


# --- the link of who signs in -------------------------------------------------------------------------------------------------


def test_who_has_an_account_signs_in_first(app, world, login, edition):
    send(pmo(login, world), edition)

    answer = app.test_client().get(f"/reports/link/{token_of('Greet Daems')}")

    assert (answer.status_code, answer.location.split("?")[0], count(Opening)) == (303, "/sign-in", 0)


def test_then_it_leads_to_the_edition_and_is_noted(world, login, edition):
    send(pmo(login, world), edition)
    greet = login(db.session.scalars(select(Person).where(Person.name == "Greet Daems")).one())

    answer = greet.get(f"/reports/link/{token_of('Greet Daems')}")

    assert (answer.status_code, answer.location) == (303, f"/reports/{edition}")
    assert db.session.scalars(select(Opening.sending_id)).all() == [of("Greet Daems").id]


def test_somebody_else_who_opens_it_is_not_taken_for_the_receiver(world, login, edition):
    client = pmo(login, world)
    send(client, edition)

    answer = client.get(f"/reports/link/{token_of('Greet Daems')}")

    assert (answer.status_code, count(Opening)) == (303, 0)


def test_it_gives_no_right_that_its_person_has_no_more(world, login, edition):
    send(pmo(login, world), edition)
    person = db.session.scalars(select(Person).where(Person.name == "Greet Daems")).one()
    token, greet = token_of("Greet Daems"), login(person)
    with transaction("test"):
        db.session.delete(db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).one())

    assert greet.get(f"/reports/link/{token}").status_code == 404


def test_its_files_are_on_the_page_of_the_edition_only(app, world, login, edition):
    send(pmo(login, world), edition)

    assert app.test_client().get(f"/reports/link/{token_of('Greet Daems')}/report.docx").status_code == 404
