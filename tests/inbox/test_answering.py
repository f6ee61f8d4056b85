"""A chase mail answered from a mail program: what is stored, what is held, who is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import joinedload

from pmo.alerts.models import Mail
from pmo.db import db, transaction
from pmo.inbox import actions
from pmo.inbox.models import ReceivedMail, ReplyAddress, ReplyProject
from pmo.kernel import clock
from pmo.people.models import Person, RoleGrant
from pmo.portfolio.models import StatusUpdate
from pmo.raid.models import RaidItem
from tests.inbox.conftest import ADDRESS, reply


def updates():
    return [
        (one.project_id, one.author_id, one.done) for one in db.session.scalars(select(StatusUpdate).order_by(StatusUpdate.id))
    ]


def items():
    return [(one.type, one.title, one.description) for one in db.session.scalars(select(RaidItem).order_by(RaidItem.id))]


def kept():
    """Who wrote, why it is held, how much is stored, which words; the address of a person stands with the person alone."""
    query = select(ReceivedMail).options(joinedload(ReceivedMail.person)).order_by(ReceivedMail.id)
    return [
        (one.person.email if one.person else one.sender, one.reason, one.stored, one.body) for one in db.session.scalars(query)
    ]


def test_the_answer_to_a_chase_mail_becomes_the_status_update_and_who_wrote_is_told(desk):
    asked = desk.ask()

    code = desk.receive(reply(asked, "The database is locked.\nNext: the report.\n\n-- \nNele Verbeke\nProject manager"))

    assert (code, desk.output) == (0, "")
    assert updates() == [(desk.project.id, desk.nele.id, "The database is locked.\nNext: the report.")]
    assert kept() == [("nele@example.org", "", 1, "")]
    assert db.session.scalars(select(ReceivedMail.sender)).all() == [""]
    [(subject, body)] = desk.told()
    assert subject == "pmo: your answer is stored"
    assert "PAC-01: your status update is stored." in body
    assert f"Open the page: http://localhost/projects/{desk.project.id}" in body
    origins = db.session.scalars(text("select origin from history.txn where actor = :id"), {"id": desk.nele.id}).all()
    assert origins == ["mail"]


def test_the_address_is_kept_by_its_digest_and_stands_in_no_stored_mail(desk):
    asked = desk.ask()

    token = asked["Reply-To"].partition("+")[2].partition("@")[0]
    [mail] = db.session.scalars(select(Mail))
    [address] = db.session.scalars(select(ReplyAddress))
    assert (len(token), asked["Reply-To"]) == (40, f"pmo+{token}@example.org")
    assert "Or answer this mail: your words become the status update of PAC-01." in mail.body
    assert (mail.reply_token, token in mail.body + mail.body_html + mail.message_id) == ("", False)
    assert address.token_digest != token.encode()


def test_without_an_address_for_answers_no_mail_offers_one(desk, monkeypatch):
    desk.use(replace(desk.settings.inbox, address=""), monkeypatch)
    asked = desk.ask()

    assert (asked["Reply-To"], "answer this mail" in asked.get_body(("plain",)).get_content()) == (None, False)
    assert db.session.scalars(select(ReplyAddress)).all() == []


@pytest.mark.parametrize(
    ("subject", "said", "stored"),
    [
        (None, "Risk: the supplier is late\nBy two weeks.", ("risk", "the supplier is late", "By two weeks.")),
        (None, "Probleem: geen statisticus", ("issue", "geen statisticus", "")),
        ("RE: risque : retard du fournisseur", "Deux semaines.", ("risk", "retard du fournisseur", "Deux semaines.")),
        (None, "Hypothèse:\nLe budget suffit\nVoir annexe", ("assumption", "Le budget suffit", "Voir annexe")),
    ],
)
def test_a_first_line_or_a_subject_that_says_so_makes_it_an_item_of_the_register(desk, subject, said, stored):
    asked = desk.ask()

    desk.receive(reply(asked, said, subject=subject))

    assert (items(), updates()) == ([stored], [])
    [item] = db.session.scalars(select(RaidItem))
    assert f"/raid/{item.id}" in desk.told()[0][1]


def test_with_several_projects_each_answer_goes_to_the_one_whose_code_it_begins_with(desk):
    other = desk.project_of("PAC-02")
    asked = desk.ask()

    desk.receive(reply(asked, "Hello,\nPAC-02: all fine\nsecond line\npac-01: issue: no statistician"))

    assert (updates(), items()) == (
        [(other.id, desk.nele.id, "all fine\nsecond line")],
        [("issue", "no statistician", "")],
    )
    assert "What stands before the first code was left out." in desk.told()[0][1]


def test_with_several_projects_and_no_code_nothing_is_stored_and_who_wrote_learns_how(desk):
    desk.project_of("PAC-02")
    asked = desk.ask()

    desk.receive(reply(asked, "all fine"))

    assert (updates(), kept()) == ([], [("nele@example.org", "unclear", 0, "")])
    assert "Begin each answer with the code of its project" in desk.told()[0][1]


def test_one_answer_is_taken_for_each_project(desk):
    asked = desk.ask()

    desk.receive(reply(asked, "First.", number=1))
    desk.receive(reply(asked, "Risk: second", number=2))

    assert (len(updates()), items()) == (1, [])
    assert [row[1] for row in kept()] == ["", "refused"]
    assert "you have answered that mail already" in desk.told()[1][1]


def test_a_refused_part_uses_nothing_up_and_the_other_part_is_stored(desk):
    other = desk.project_of("PAC-02")
    asked = desk.ask()
    desk.make.status_update(desk.project, period_end=clock.today())

    desk.receive(reply(asked, "PAC-01: late\nPAC-02: fine"))

    used = db.session.execute(select(ReplyProject.project_id).where(ReplyProject.answered_at.is_not(None))).scalars().all()
    assert (used, [row[1:3] for row in kept()]) == ([other.id], [("partly", 1)])
    assert "The update of this period is written already" in desk.told()[0][1]


def test_the_same_mail_twice_does_nothing_the_second_time(desk):
    asked = desk.ask()
    raw = reply(asked, "Once.")

    codes = [desk.receive(raw), desk.receive(raw)]

    assert (codes, len(updates()), len(kept()), len(desk.told())) == ([0, 0], 1, 1, 1)


def test_a_forged_or_other_sender_stores_nothing_and_its_words_are_not_kept(desk):
    asked = desk.ask()
    desk.make.person("Piet Peeters", email="piet@example.org", language="nl")

    desk.receive(reply(asked, "Secret.", sender="Nele Verbeke <nele@evil.example>", number=1))
    desk.receive(reply(asked, "Secret.", sender="piet@example.org", number=2))
    desk.receive(reply(asked, "Secret.", sender="nele@example.org, piet@example.org", number=3))

    assert updates() == []
    assert kept() == [
        ("nele@evil.example", "other_sender", 0, ""),
        ("piet@example.org", "other_sender", 0, ""),
        ("", "other_sender", 0, ""),
    ]
    assert [subject for subject, _ in desk.told()] == ["pmo: uw mail is niet bewaard"]


def test_an_old_address_takes_nothing_any_more(desk):
    asked = desk.ask()
    with transaction("test"):
        db.session.scalars(select(ReplyAddress)).one().expires_at = clock.machine_now() - timedelta(seconds=1)

    desk.receive(reply(asked, "Late."))

    assert (updates(), kept()) == ([], [("nele@example.org", "expired", 0, "")])
    assert "answers to it are no longer taken" in desk.told()[0][1]


def test_whoever_has_left_writes_nothing_and_is_not_written_to(desk):
    asked = desk.ask()
    with transaction("test"):
        db.session.get_one(Person, desk.nele.id).is_active = False

    desk.receive(reply(asked, "Still here."))

    assert (updates(), kept(), desk.told()) == ([], [("nele@example.org", "left", 0, "")], [])


def test_a_right_that_was_taken_away_holds_for_mails_too(desk):
    asked = desk.ask()
    with transaction("test"):
        for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == desk.nele.id)):
            grant.valid_to = clock.today() - timedelta(days=1)

    desk.receive(reply(asked, "Mine no more."))

    assert (updates(), [row[1] for row in kept()]) == ([], ["refused"])
    assert "you may not write about it any more" in desk.told()[0][1]


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied\n",
        "Precedence: bulk\n",
        "Return-Path: <>\n",
        "List-Id: <all.example.org>\n",
        "Content-Type: multipart/report; boundary=x\n",
    ],
)
def test_what_a_program_wrote_is_no_answer_and_gets_none(desk, headers):
    asked = desk.ask()

    desk.receive(reply(asked, "I am away.", headers=headers))

    assert (updates(), kept(), desk.told()) == ([], [("nele@example.org", "automatic", 0, "")], [])


def test_our_own_mail_that_comes_back_is_not_answered(desk):
    asked = desk.ask()

    desk.receive(reply(asked, "Round.", sender=ADDRESS, number=1))
    desk.receive(reply(asked, "Round.", sender="no-answers@example.org", number=2))
    desk.receive(reply(asked, "Round.", sender=str(asked["Reply-To"]), number=3))

    assert ([row[1] for row in kept()], desk.told()) == (["automatic"] * 3, [])
    assert asked["Reply-To"] not in [row[0] for row in kept()]


def test_an_address_gets_so_many_answers_a_day_and_no_more(desk, monkeypatch):
    desk.use(replace(desk.settings.inbox, answers_per_day=2), monkeypatch)

    for number in range(4):
        desk.receive(f"From: nele@example.org\nTo: {ADDRESS}\nMessage-ID: <{number}@x>\n\nHello\n".encode())
    with clock.pretend(clock.now() + timedelta(days=1, minutes=1)):
        desk.receive(f"From: nele@example.org\nTo: {ADDRESS}\nMessage-ID: <5@x>\n\nHello\n".encode())

    assert ([row[1] for row in kept()], len(desk.told())) == (["no_address"] * 5, 3)


def test_the_words_of_strangers_are_kept_for_a_time_without_any_address_that_opens_something(desk):
    token = "a" * 40
    desk.receive(f"From: x@elsewhere.example\nTo: pmo+{token}@example.org\nSubject: Hi\n\nTo pmo+{token}@example.org".encode())

    before = kept()
    with transaction("test"):
        actions.forget_bodies(days=14)
    with clock.pretend(clock.now() + timedelta(days=15)), transaction("test"):
        actions.forget_bodies(days=14)

    assert before == [("x@elsewhere.example", "unknown", 0, "To pmo+…@example.org")]
    assert (kept(), desk.told()) == ([("x@elsewhere.example", "unknown", 0, "")], [])


def test_attached_files_are_not_kept_and_who_sent_them_is_told(desk):
    asked = desk.ask()
    raw = (
        f"From: nele@example.org\nTo: {asked['Reply-To']}\nMessage-ID: <f@x>\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n\n"
        "<p>All <b>fine</b>.</p><script>no()</script><blockquote>old</blockquote>\n"
        "--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\nxx\n--b--\n"
    ).encode()

    desk.receive(raw)

    assert updates() == [(desk.project.id, desk.nele.id, "All fine.")]
    assert "1 attached file was not kept" in desk.told()[0][1]


def test_a_mail_larger_than_allowed_is_held_and_said_so(desk, monkeypatch):
    asked = desk.ask()
    raw = reply(asked, "x" * (1024 * 1024))

    code = desk.receive(raw, PMO_INBOX_MAX_MIB="1")

    assert (code, kept()) == (0, [("nele@example.org", "too_large", 0, "")])


def test_an_empty_answer_is_no_update(desk):
    asked = desk.ask()

    desk.receive(reply(asked, ""))

    assert (updates(), [row[1] for row in kept()]) == ([], ["empty"])


def test_a_mail_is_brought_again_later_while_the_database_is_away_or_no_address_is_set(desk):
    def away():
        raise OSError("connection refused by 10.0.0.1")

    desk.opened = away

    codes = [desk.receive(b"From: a@b\n\nSecret words"), desk.receive(b"From: a@b\n\nSecret words", PMO_INBOX_ADDRESS="")]

    assert codes == [75, 75]
    assert "Secret" not in desk.output
