"""A report of a project or a programme, approved, published and sent like that of a committee."""

import re

import pytest
from sqlalchemy import func, select

from pmo.alerts.models import Mail
from pmo.committees.audiences import Kind, audience
from pmo.committees.distribution_models import DistributionEntry, ReportApprover
from pmo.committees.distribution_queries import listing
from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.people.models import Person
from pmo.portfolio.models import Portfolio, Programme, Project
from pmo.reports.models import Approval, Edition, Sending
from tests.conftest import TODAY
from tests.reports.publishing import publish


@pytest.fixture
def people(world, make):
    """Els of the PMO, Nele who manages the first project, Wim who leads the programme."""
    els = make.person("Els Wauters", email="els@example.org")
    nele = db.session.scalars(select(Person).where(Person.name == "Nele Verbeke")).one()
    wim = make.person("Wim De Smet", email="wim@example.org")
    make.grant(els, Role.PMO, world.portfolio)
    make.grant(nele, Role.PROJECT_MANAGER, world.projects[0])
    make.grant(wim, Role.PROGRAMME_MANAGER, world.programme)
    return els.id, nele.id, wim.id


@pytest.fixture(params=["projects", "programmes"])
def kind(request) -> str:
    return request.param


def owner_of(world, kind: str) -> int:
    return world.project_ids[0] if kind == "projects" else world.programme_id


def url(world, kind: str, rest: str = "distribution") -> str:
    return f"/{kind}/{owner_of(world, kind)}/{rest}"


def what(world, kind: str) -> str:
    return f"{kind[:-1]}:{owner_of(world, kind)}"


def person(login, person_id: int):
    return login(db.session.get_one(Person, person_id))


def getting(world, kind: str) -> list[str]:
    return [one.name for one in listing(audience(Kind(kind), owner_of(world, kind)), TODAY).getting]


def newest(table) -> int | None:
    return db.session.scalar(select(func.max(table.id)))


def set_managers(world, people) -> None:
    with transaction("test"):
        db.session.get_one(Programme, world.programme_id).manager_id = people[2]


def test_who_leads_it_gets_it_without_being_added_and_can_be_left_out(world, people, kind, login):
    set_managers(world, people)
    els = person(login, people[0])
    before = getting(world, kind)

    answer = els.post(url(world, kind, "distribution/left-out"), data={"person_id": people[2]})

    assert (answer.status_code, answer.location) == (303, url(world, kind))
    assert before == (["Nele Verbeke", "Wim De Smet"] if kind == "projects" else ["Wim De Smet"])
    assert "Wim De Smet" not in getting(world, kind)


def test_the_lists_of_two_owners_do_not_mix(world, people, login):
    els, typed = person(login, people[0]), {"name": "An Maes", "email": "an@partner.example", "language": "fr"}

    answers = [
        els.post(url(world, kind, "distribution/addresses"), data=typed).status_code for kind in ("projects", "programmes")
    ]

    assert (answers, db.session.scalar(select(func.count()).select_from(DistributionEntry))) == ([303, 303], 2)
    assert "An Maes" not in [one.name for one in listing(audience(Kind.COMMITTEE, world.subject.id), TODAY).getting]


def test_a_reader_sees_the_list_and_changes_nothing(world, people, kind, login):
    reader, stranger = login((Role.FINANCE, world.portfolio)), login((Role.PMO, Portfolio(id=99)))

    seen, refused = reader.get(url(world, kind)), reader.post(url(world, kind, "approval"), data={"approver": ""})

    assert (seen.status_code, refused.status_code, stranger.get(url(world, kind)).status_code) == (200, 403, 404)
    assert "Add a person" not in seen.text


def test_a_wrong_approver_and_a_stale_form_are_refused(world, people, kind, login):
    els = person(login, people[0])
    els.post(url(world, kind, "approval"), data={"approver": "role:PGM", "version": 0})

    wrong = els.post(url(world, kind, "approval"), data={"approver": "person:999", "version": 1})
    stale = els.post(url(world, kind, "approval"), data={"approver": "", "version": 0})

    assert (wrong.status_code, stale.status_code) == (422, 409)
    assert [row.approver_role for row in db.session.scalars(select(ReportApprover))] == ["PGM"]


def test_it_is_asked_approved_published_and_sent(world, people, kind, login):
    set_managers(world, people)
    els, wim = person(login, people[0]), person(login, people[2])
    els.post(url(world, kind, "approval"), data={"approver": "role:PGM", "version": 0})
    els.post(
        url(world, kind, "distribution/addresses"), data={"name": "An Maes", "email": "an@partner.example", "language": "fr"}
    )
    typed = {"what": what(world, kind), "lang": "en", "key": "a-form-that-was-shown"}

    too_early = publish(els, **typed)
    els.post("/reports/approvals", data=typed | {"seen": 0})
    approval_id = newest(Approval)
    waiting = wim.get("/reports").text
    wim.post(f"/reports/approvals/{approval_id}/answer", data={"answer": "approve", "version": 1})
    publish(els, **typed)
    edition = newest(Edition)
    page = els.get(f"/reports/{edition}/send").text
    sent = els.post(f"/reports/{edition}/send", data={"seen": 0})

    assert (too_early.status_code, sent.status_code) == (409, 303)
    assert f"/reports/approvals/{approval_id}" in waiting
    assert db.session.get_one(Approval, approval_id).edition_id == edition
    assert "An Maes" in page
    names = list(db.session.scalars(select(Sending.name).order_by(Sending.name)))
    assert names == (["An Maes", "Nele Verbeke", "Wim De Smet"] if kind == "projects" else ["An Maes", "Wim De Smet"])
    subject = "PAC-01 OLR-214 compassionate use" if kind == "projects" else "Patient access"
    assert subject in db.session.scalars(select(Mail.subject).where(Mail.subject.contains("edition"))).first()


def test_the_page_that_publishes_leads_to_the_list(world, people, kind, login):
    page = person(login, people[0]).get(f"/reports/new?what={what(world, kind)}").text

    assert f'href="{url(world, kind)}"' in page


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(world, people, kind, login, statements, how_many):
    els = person(login, people[0])
    for number in range(how_many):
        typed = {"name": f"An {number}", "email": f"an{number}@partner.example", "language": "fr"}
        els.post(url(world, kind, "distribution/addresses"), data=typed)
    statements.clear()

    page = els.get(url(world, kind)).text

    assert len(re.findall("<tr data-row>", page)) == how_many + (1 if kind == "projects" else 0)
    assert len(statements) == {"projects": 8, "programmes": 7}[kind]


def test_an_edition_of_a_whole_portfolio_has_no_list(world, people, make, login):
    edition = make.edition(world.portfolio)

    assert person(login, people[0]).get(f"/reports/{edition.id}/send").status_code == 404
    assert db.session.get_one(Project, world.project_ids[0]).manager_id == people[1]
