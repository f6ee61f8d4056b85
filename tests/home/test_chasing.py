"""Updates asked before a data cut-off: one mail, one step after the other, grey at the cut-off, seen by an auditor."""

import io
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, text

from pmo.alerts.models import Mail
from pmo.committees.models import UpdateNotice, UpdateRequest
from pmo.db import db, transaction
from pmo.exchange import demo_chase
from pmo.home import chasing, jobs
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.people import actions as people
from pmo.people import links
from pmo.people.links import Purpose
from pmo.reports.contents import Wanted, report
from pmo.reports.logic.content import Scope
from pmo.reports.logic.stamp import Stamp
from pmo.reports.word.document import document
from pmo.status import jobs as status_jobs
from tests.conftest import HTMX
from tests.reports.test_word import texts_of

MONDAY = datetime(2026, 3, 16, 8, tzinfo=UTC)  # a working week before the cut-off of Monday 23 March
CUT_OFF = date(2026, 3, 23)


class Chase:
    """A committee, a project nobody has said anything about since 20 February, and everybody on the ladder."""

    def __init__(self, make):
        self.make = make
        self.portfolio = make.portfolio()
        self.nele = make.person("Nele Verbeke")
        self.claire = make.person("Claire Dumont", language="fr")
        self.els = make.person("Els Wauters")
        self.karin = make.person("Karin Maes")
        self.programme = make.programme(self.portfolio, manager_id=self.claire.id)
        self.project = self.project_of("PAC-01")
        make.grant(self.claire, Role.PROGRAMME_MANAGER, self.programme)
        make.grant(self.els, Role.PMO, self.portfolio)
        make.grant(self.karin, Role.COMMITTEE, self.portfolio)
        self.committee = make.committee(self.portfolio, code="MC")
        self.meeting = make.meeting(self.committee, date(2026, 3, 31), cut_off=CUT_OFF, pack_on=date(2026, 3, 25))

    def project_of(self, code):
        made = self.make.project(self.programme, code=code, name="Secret name", manager_id=self.nele.id, sponsor="Karin Maes")
        self.make.grant(self.nele, Role.PROJECT_MANAGER, made)
        self.make.status_update(made, stated_at=datetime(2026, 2, 20, 9, tzinfo=UTC), overall="red", schedule="red")
        return made


@pytest.fixture
def chase(make):
    return Chase(make)


def run(moment):
    with clock.pretend(moment):
        return jobs.chase_all()


def later(days, hour=8):
    return MONDAY.replace(hour=hour) + timedelta(days=days)


def told():
    query = select(UpdateNotice).order_by(UpdateNotice.id)
    return [(one.step, db.session.get(type(one), one.id).person_id, f"{one.told_at:%d %b}") for one in db.session.scalars(query)]


def mails():
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def update(chase, moment):
    with clock.pretend(moment):
        chase.make.status_update(chase.project, stated_at=clock.now(), author_id=chase.nele.id)


def test_two_weeks_without_a_word_then_owner_then_programme_manager_then_grey_and_an_auditor_sees_it(chase, login):
    runs = [run(later(day)) for day in (-3, 0, 0, 1, 2, 2)]

    assert runs == [0, 1, 0, 0, 1, 0]
    assert told() == [("owner", chase.nele.id, "16 Mar"), ("programme manager", chase.claire.id, "18 Mar")]
    with clock.pretend(later(7)):
        made = report(Wanted(Scope.COMMITTEE, chase.committee.id))
        printed = texts_of(document(made, Stamp(author="Els Wauters", content_sha256="0" * 64), "en"))
    [project] = made.projects
    assert (project.overall, project.is_silent, {mark.colour for mark in project.marks}) == (None, True, {None})
    assert "No update since 20 Feb" in printed
    auditor = login(Role.AUDITOR)
    first = auditor.get("/committees").text
    second = auditor.get(f"/committees/{chase.committee.id}").text
    third = auditor.get(f"/committees/meetings/{chase.meeting.id}/chasing").text
    assert f'href="/committees/{chase.committee.id}"' in first
    assert f'href="/committees/meetings/{chase.meeting.id}/chasing"' in second
    assert "Project manager: Nele Verbeke" in third
    assert "Programme manager: Claire Dumont" in third


def test_the_ladder_goes_on_to_the_pmo_and_the_sponsor_and_ends_at_the_cut_off(chase):
    for day in range(12):
        run(later(day))

    assert told() == [
        ("owner", chase.nele.id, "16 Mar"),
        ("programme manager", chase.claire.id, "18 Mar"),
        ("pmo", chase.els.id, "19 Mar"),
        ("sponsor", chase.karin.id, "20 Mar"),
    ]


def test_one_mail_lists_every_project_with_a_link_to_the_walk_and_nothing_confidential(chase):
    chase.project_of("PAC-02")
    run(MONDAY)

    [mail] = mails()
    job = db.session.scalar(text("select count(*) from procrastinate_jobs where task_name = 'alerts.mail'"))
    assert (mail.person_id, mail.subject, job) == (chase.nele.id, "pmo: updates are asked for 2 projects", 1)
    assert "PAC-01: No update since 20 Feb 2026. Data cut-off on 23 Mar 2026." in mail.body
    assert "PAC-02" in mail.body
    assert ("/walk/link/{{secret}}" in mail.body, mail.secret != "") == (True, True)
    assert "Secret" not in mail.subject + mail.body + mail.body_html


def test_the_next_one_is_told_in_their_language_who_was_asked_before(chase):
    run(MONDAY)
    run(later(2))

    assert "Nele Verbeke" in mails()[1].body
    assert mails()[1].subject == "pmo : une mise à jour est demandée pour 1 projet"


def test_a_run_that_dies_half_way_leaves_nothing_and_the_next_one_does_it_once(app, chase):
    with suppress(RuntimeError), clock.pretend(MONDAY), transaction("dies"):
        chasing.chase_all(app.config["SETTINGS"])
        raise RuntimeError
    run(MONDAY)

    assert (len(mails()), len(told())) == (1, 1)


def test_nobody_is_written_to_before_the_morning_or_on_a_day_off(chase):
    assert [run(later(0, hour)) for hour in (4, 5, 6, 20)] == [0, 0, 1, 0]
    assert run(later(5)) == 0


def test_a_fresh_project_is_not_asked(chase):
    update(chase, later(-5))
    run(MONDAY)

    assert (told(), mails()) == ([], [])


def test_an_update_closes_the_request_with_who_and_when_and_nobody_else_is_told(chase):
    run(MONDAY)
    update(chase, later(1))
    with clock.pretend(later(1, 9)):
        status_jobs.refresh(chase.project.id)
    run(later(2))

    request = db.session.scalars(select(UpdateRequest)).one()
    assert (request.answered_by, request.answered_at) == (chase.nele.id, later(1))
    assert len(told()) == 1


def test_confirmed_dates_answer_too(chase):
    run(MONDAY)
    with clock.pretend(later(1)), transaction("test"):
        chase.project.confirmed_at, chase.project.confirmed_by = clock.now(), chase.nele.id
        db.session.merge(chase.project)
    run(later(2))

    assert db.session.scalars(select(UpdateRequest.answered_by)).one() == chase.nele.id


def test_after_the_cut_off_the_portfolio_says_so_until_the_update(chase, login):
    run(MONDAY)
    client = login(Role.PMO)
    seen = []
    for moment in (later(6), later(7)):
        with clock.pretend(moment):
            seen.append("no update since 20 Feb 2026" in client.get("/portfolio").text)
    update(chase, later(8))
    with clock.pretend(later(8)):
        seen.append("no update since" in client.get("/portfolio").text)

    assert seen == [False, True, False]


def test_an_excused_project_is_not_asked_and_keeps_its_colour(chase, login):
    client = login(Role.PMO)
    url = f"/committees/meetings/{chase.meeting.id}/chasing/{chase.project.id}/excuse"
    with clock.pretend(MONDAY):
        empty = client.post(url, data={"reason": "", "version": 0}, headers=HTMX)
        answer = client.post(url, data={"reason": "Starts in May", "version": 0})
        again = client.post(url, data={"reason": "Twice", "version": 9})
    run(MONDAY)

    with clock.pretend(later(7)):
        [project] = report(Wanted(Scope.COMMITTEE, chase.committee.id)).projects
    assert (empty.status_code, answer.status_code, again.status_code) == (422, 303, 409)
    assert "Say in a few words why nothing is asked of it." in empty.text
    assert (told(), project.is_silent) == ([], False)


def test_who_is_not_excused_after_all_is_asked(chase, login):
    client = login(Role.PMO)
    url = f"/committees/meetings/{chase.meeting.id}/chasing/{chase.project.id}"
    with clock.pretend(MONDAY):
        client.post(f"{url}/excuse", data={"reason": "Starts in May", "version": 0})
        version = db.session.scalars(select(UpdateRequest.version)).one()
        stale = client.post(f"{url}/readmit", data={"version": version + 1})
        answer = client.post(f"{url}/readmit", data={"version": version})
    run(MONDAY)

    assert (stale.status_code, answer.status_code, len(told())) == (409, 303, 1)


def test_the_pmo_asks_now_after_seeing_whom_it_reaches_and_the_mail_waits_for_the_morning(chase, login):
    client = login(Role.PMO)
    url = f"/committees/meetings/{chase.meeting.id}/chasing/ask"
    with clock.pretend(later(-3, 20)):
        shown = client.get(f"{url}?project={chase.project.id}").text
        none = client.post(url, data={}, headers=HTMX)
        answer = client.post(url, data={"project": chase.project.id})
        at_once = len(mails())
    run(later(-3, 21))
    run(MONDAY)

    assert "Project manager: Nele Verbeke" in shown
    assert (none.status_code, answer.status_code) == (422, 303)
    assert (at_once, [f"{mail.made_at:%d %b %H}" for mail in mails()]) == (0, ["16 Mar 08"])


def test_one_click_says_seen_and_by_when(chase, login):
    run(MONDAY)
    client = login(chase.nele)
    with clock.pretend(later(1)):
        walk, work = client.get("/walk").text, client.get("/my-work").text
        late = client.post("/update-asked", data={"until": "2026-03-27"}, headers=HTMX)
        answer = client.post("/update-asked", data={"until": "2026-03-20", "back": "work"})

    [notice] = db.session.scalars(select(UpdateNotice))
    assert ("Seen, I update it by this day" in walk, "Seen, I update it by this day" in work) == (True, True)
    assert (late.status_code, answer.status_code, answer.location) == (422, 303, "/my-work")
    assert (notice.promised_on, notice.acknowledged_at) == (date(2026, 3, 20), later(1))


def test_the_link_of_the_mail_is_enough_to_say_seen(app, chase):
    run(MONDAY)
    with clock.pretend(later(1)):
        with transaction("test"):
            token = links.make_link(db.session.merge(chase.nele), Purpose.WALK, days=7)
        client = app.test_client()
        client.get(f"/walk/link/{token}")
        answer = client.post("/update-asked", data={"until": "2026-03-20"})

    assert (answer.status_code, answer.location) == (303, "/walk")
    assert db.session.scalars(select(UpdateNotice.promised_on)).one() == date(2026, 3, 20)


def test_somebody_elses_request_is_not_acknowledged(chase, login):
    run(MONDAY)
    with clock.pretend(MONDAY):
        login(Role.PMO).post("/update-asked", data={"until": "2026-03-20"})

    assert db.session.scalars(select(UpdateNotice.promised_on)).one() is None


def test_a_deputy_is_asked_in_their_place_while_they_are_away(chase, make):
    sanna = make.person("Sanna Korhonen")
    make.grant(sanna, Role.PROJECT_MANAGER, chase.programme)
    with transaction("test"):
        nele = db.session.merge(chase.nele)
        people.name_deputy(nele, deputy_id=sanna.id, first=date(2026, 3, 16), last=date(2026, 3, 16), seen_version=nele.version)
    run(MONDAY)

    [notice] = db.session.scalars(select(UpdateNotice))
    assert (notice.person_id, notice.for_id) == (sanna.id, chase.nele.id)
    assert "You stand in for Nele Verbeke." in mails()[0].body


def test_a_deputy_who_may_not_see_the_project_is_passed_over(chase, make):
    stranger = make.person("A stranger")
    with transaction("test"):
        nele = db.session.merge(chase.nele)
        people.name_deputy(
            nele, deputy_id=stranger.id, first=date(2026, 3, 16), last=date(2026, 3, 16), seen_version=nele.version
        )
    run(MONDAY)

    assert [person for _, person, _ in told()] == [chase.nele.id]


def test_the_list_is_filtered_and_the_excel_file_says_the_same(chase, login):
    chase.project_of("PAC-02")
    run(MONDAY)
    client = login(Role.AUDITOR)

    one, none = client.get("/chasing?project=PAC-02").text, client.get("/chasing?state=answered").text
    sheet = load_workbook(io.BytesIO(client.get("/chasing.xlsx?project=PAC-02").data)).active
    assert (one.count("Nele Verbeke"), "Nobody was asked that fits these filters" in none) == (1, True)
    assert [(row[3].value, row[6].value) for row in sheet.iter_rows(min_row=2)] == [("PAC-02", "Nele Verbeke")]


def test_who_sees_no_history_sees_no_list_and_a_stranger_no_meeting(chase, login, make):
    other = make.portfolio()
    url = f"/committees/meetings/{chase.meeting.id}/chasing"
    answers = [
        login((Role.CONTRIBUTOR, chase.portfolio)).get(url),
        login((Role.PMO, other)).get(url),
        login((Role.COMMITTEE, chase.portfolio)).post(f"{url}/ask", data={"project": chase.project.id}),
    ]

    assert [answer.status_code for answer in answers] == [403, 404, 403]


@pytest.mark.parametrize(("page", "count"), [("board", 6), ("list", 5)])
def test_a_page_costs_the_same_for_one_project_and_for_three(chase, login, statements, page, count):
    url = f"/committees/meetings/{chase.meeting.id}/chasing" if page == "board" else "/chasing"
    client, sent = login(Role.PMO), []
    run(MONDAY)
    client.get(url)
    for codes in ((), ("PAC-02", "PAC-03")):
        for code in codes:
            chase.project_of(code)
        run(later(0, 9))
        statements.clear()
        client.get(url)
        sent.append(len(statements))

    assert sent == [count, count]


def test_nothing_is_asked_while_looking_back(chase, login):
    url = f"/committees/meetings/{chase.meeting.id}/chasing/ask?as_of=2026-03-12"

    assert login(Role.PMO).get(url).status_code == 403


def test_the_history_of_a_request_is_kept(chase):
    run(MONDAY)

    kept = select(func.count(func.distinct(text("id")))).select_from(text("history.update_notice"))
    assert db.session.scalar(kept) == 1


def test_the_demo_shows_a_chase_in_progress(chase):
    chase.project_of("PAC-02")
    with clock.pretend(later(2)):
        demo_chase.tell("MC")

    steps = [step for step, _, _ in told()]
    assert (steps, mails()) == (["owner", "owner", "programme manager"], [])
    assert db.session.scalar(select(func.count()).where(UpdateNotice.promised_on == CUT_OFF)) == 1
