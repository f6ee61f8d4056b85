"""The distribution list of a committee, and the switch for approval."""

import re

import pytest
from sqlalchemy import func, select

from pmo.committees.audiences import of
from pmo.committees.distribution_models import DistributionEntry
from pmo.committees.distribution_queries import listing
from pmo.committees.models import Committee
from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.people.models import Person
from pmo.portfolio.models import Portfolio
from tests.conftest import TODAY


@pytest.fixture
def committee(make):
    """With one member."""
    portfolio = make.portfolio(name="Benelux")
    member = make.person("Greet Daems", email="greet@example.org", language="nl")
    make.grant(member, Role.COMMITTEE, portfolio)
    return make.committee(portfolio, name="Management committee")


def pmo(login, committee):
    return login(_pmo(committee))


def _pmo(committee):
    return (Role.PMO, db.session.get_one(Portfolio, committee.portfolio_id))


def url(committee, path=""):
    return f"/committees/{committee.id}/distribution{path}"


def add(client, committee, **typed):
    return client.post(
        url(committee, "/addresses"), data={"name": "An Maes", "email": "An.Maes@Partner.example", "language": "fr"} | typed
    )


def rows(page: str) -> list[str]:
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in re.findall(r"<tr data-row>.*?</tr>", page, re.S)]


def getting(committee) -> list[str]:
    return [one.name for one in listing(of(db.session.get_one(Committee, committee.id)), TODAY).getting]


def entries() -> list[tuple[str, bool]]:
    return [
        (one.email, one.ended_at is not None)
        for one in db.session.scalars(select(DistributionEntry).order_by(DistributionEntry.id))
    ]


def test_members_are_on_it_by_themselves(login, committee):
    page = pmo(login, committee).get(url(committee)).text

    assert rows(page) == ["Greet Daems greet@example.org Member of the committee Nederlands Signs in Leave out"]


def test_a_reader_sees_the_list_and_no_address_that_is_not_theirs_to_see(login, committee, make):
    add(pmo(login, committee), committee)
    reader = login((Role.FINANCE, db.session.get_one(Portfolio, committee.portfolio_id)))

    page = reader.get(url(committee)).text

    assert "An Maes" in page
    assert "an.maes@partner.example" not in page
    assert "Take off" not in page


def test_somebody_without_account_is_added_by_address_and_language(login, committee):
    answer = add(pmo(login, committee), committee)

    assert (answer.status_code, answer.location) == (303, url(committee))
    assert getting(committee) == ["Greet Daems", "An Maes"]
    one = db.session.scalars(select(DistributionEntry)).one()
    assert (one.email, one.language, one.person_id) == ("an.maes@partner.example", "fr", None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "nowhere"}, "Enter an e-mail address such as name@example.org."),
        ({"name": ""}, "Fill this in."),
        ({"email": "greet@example.org"}, "Greet Daems has an account with this address. Add the person instead."),
        ({"language": "de"}, "Choose one from the list."),
    ],
)
def test_a_refused_address_keeps_what_was_typed(login, committee, typed, said):
    answer = add(pmo(login, committee), committee, **typed)

    assert (answer.status_code, entries()) == (422, [])
    assert said in answer.text
    assert f'value="{typed.get("name", "An Maes")}"' in answer.text


def test_an_address_stands_on_it_once(login, committee):
    client = pmo(login, committee)
    add(client, committee)

    again = add(client, committee)

    assert (again.status_code, entries()) == (422, [("an.maes@partner.example", False)])


def test_a_person_is_added_and_taken_off_and_the_history_keeps_both(login, committee, make):
    other = make.person("Ivo Lambrecht")
    make.grant(other, Role.FINANCE)
    client = pmo(login, committee)
    client.post(url(committee, "/people"), data={"person_id": other.id})
    with_ivo = getting(committee)
    one = db.session.scalars(select(DistributionEntry)).one()

    answer = client.post(f"/committees/distribution/{one.id}/end", data={"version": 1})

    assert (with_ivo, getting(committee), answer.status_code) == (["Greet Daems", "Ivo Lambrecht"], ["Greet Daems"], 303)
    assert entries() == [("", True)]
    assert "Ivo Lambrecht" in client.get(f"/history/distribution_entry/{one.id}").text


def test_who_may_not_read_the_reports_is_not_added(login, committee, make):
    other = make.person("No Role")

    answer = pmo(login, committee).post(url(committee, "/people"), data={"person_id": other.id})

    assert (answer.status_code, entries()) == (422, [])
    assert "This person may not read these reports." in answer.text


@pytest.mark.parametrize("typed", ["", "x", "0", "99999999999"])
def test_no_person_chosen_is_said(login, committee, typed):
    assert pmo(login, committee).post(url(committee, "/people"), data={"person_id": typed}).status_code == 422


def test_a_member_is_left_out_and_put_back(login, committee):
    client = pmo(login, committee)
    greet = db.session.scalars(select(Person.id).where(Person.name == "Greet Daems")).one()
    client.post(url(committee, "/left-out"), data={"person_id": greet})
    without = getting(committee)
    one = db.session.scalars(select(DistributionEntry)).one()

    client.post(f"/committees/distribution/{one.id}/end", data={"version": one.version})

    assert (without, getting(committee)) == ([], ["Greet Daems"])


def test_ended_twice_the_second_is_told(login, committee):
    client = pmo(login, committee)
    add(client, committee)
    one = db.session.scalars(select(DistributionEntry.id)).one()
    client.post(f"/committees/distribution/{one}/end", data={"version": 1})

    again = client.post(f"/committees/distribution/{one}/end", data={"version": 1})

    assert again.status_code == 409
    assert "Somebody else changed this meanwhile." in again.text


def test_a_reader_may_not_change_it_and_a_stranger_does_not_know_it(login, committee, make):
    add(pmo(login, committee), committee)
    one = db.session.scalars(select(DistributionEntry.id)).one()
    reader = login((Role.COMMITTEE, db.session.get_one(Portfolio, committee.portfolio_id)))
    stranger = login((Role.PMO, make.portfolio()))
    paths = [url(committee, "/people"), url(committee, "/addresses"), url(committee, "/left-out")]
    paths += [f"/committees/distribution/{one}/end", f"/committees/{committee.id}/approval"]

    found = [{client.post(path, data={"person_id": 1}).status_code for path in paths} for client in (reader, stranger)]

    assert found == [{403}, {404}]
    assert stranger.get(url(committee)).status_code == 404


def test_the_committees_page_says_who_gets_its_reports_and_who_approves(login, committee):
    client = pmo(login, committee)
    add(client, committee)

    page = client.get(f"/committees/{committee.id}").text

    assert "An Maes" in page
    assert "These reports are published without approval." in page


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("role:PMO", "it who holds the role PMO member here."),
        ("person:{greet}", "A report is published after Greet Daems has approved it."),
        ("", "These reports are published without approval."),
    ],
)
def test_who_approves_is_chosen_and_said(login, committee, chosen, said):
    greet = db.session.scalars(select(Person.id).where(Person.name == "Greet Daems")).one()
    client = pmo(login, committee)

    answer = client.post(f"/committees/{committee.id}/approval", data={"approver": chosen.format(greet=greet), "version": 1})

    assert answer.status_code == 303
    assert said in re.sub(r"\s+", " ", client.get(url(committee)).text)


@pytest.mark.parametrize("chosen", ["role:ADM", "person:999", "person:x", "somebody"])
def test_a_choice_that_cannot_be_is_refused(login, committee, chosen):
    answer = pmo(login, committee).post(f"/committees/{committee.id}/approval", data={"approver": chosen, "version": 1})

    assert answer.status_code == 422
    assert not of(db.session.get_one(Committee, committee.id)).needs_approval


def test_a_stale_choice_is_refused(login, committee):
    client = pmo(login, committee)
    with transaction("meanwhile"):
        committee.name = "Renamed"

    answer = client.post(f"/committees/{committee.id}/approval", data={"approver": "role:PMO", "version": 1})

    assert answer.status_code == 409
    assert not of(db.session.get_one(Committee, committee.id)).needs_approval


def test_a_role_that_nobody_holds_is_said(login, committee, make):
    with transaction("test"):
        committee.approver_role = "MDR"

    page = pmo(login, committee).get(url(committee)).text

    assert "Nobody holds it now, so nothing can be published." in page


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same_for_one_and_three(login, committee, statements, number):
    client = pmo(login, committee)
    for one in range(number):
        add(client, committee, email=f"number{one}@partner.example")
    statements.clear()

    client.get(url(committee))

    assert (len(statements), db.session.scalar(select(func.count()).select_from(DistributionEntry))) == (
        7,
        number,
    )  # who asks, run-up, committee, people twice, entries
