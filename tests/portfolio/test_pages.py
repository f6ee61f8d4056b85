"""Portfolios, programmes and projects made and changed by hand."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.portfolio.models import Portfolio, Programme, Project
from tests.conftest import HTMX

FULL = {
    "code": "PAC-01", "name": "Compassionate use", "kind": "medical", "method": "study", "phase": "planning",
    "sponsor": "Medical Director", "description": "For four hospitals", "tolerance_days": "7", "tolerance_percent": "5",
    "currency": "eur", "budget": "410 k", "spent": "156.000", "committed": "120 k",
    "forecast_cost": "0,434 M", "money_on": "28/2/2026", "tags": "rare, 2026, rare", "external_id": "X-9", "version": "1",
}  # fmt: skip


def test_a_portfolio_is_built_by_hand_from_the_top(make, login):
    person = make.person()
    client = login(Role.PMO)

    first = client.post("/portfolios/new", data={"code": "BX", "name": "Benelux"})
    second = client.post(first.location, data={"code": "PAC", "name": "Patient access", "manager_id": str(person.id)})
    programme = db.session.scalars(select(Programme)).one()
    third = client.post("/projects/new", data=FULL | {"programme_id": str(programme.id), "manager_id": str(person.id)})

    project = db.session.scalars(select(Project)).one()
    assert second.location == f"/projects/new?programme_id={programme.id}"
    assert (third.status_code, third.location) == (303, f"/projects/{project.id}")
    assert (project.code, project.kind, project.method, project.phase, project.manager_id) == (
        "PAC-01",
        "medical",
        "study",
        "planning",
        person.id,
    )
    assert (project.currency, project.budget, project.spent, project.committed, project.forecast_cost) == (
        "EUR",
        Decimal(410_000),
        Decimal(156_000),
        Decimal(120_000),
        Decimal(434_000),
    )
    assert (project.tolerance_days, project.tolerance_percent, project.money_on) == (7, Decimal(5), date(2026, 2, 28))
    assert (project.tags, project.external_id) == (["rare", "2026"], "X-9")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": ""}, "Fill this in."),
        ({"code": "PAC 01"}, "This cannot be understood."),
        ({"code": "taken"}, "This code is already in use here."),
        ({"budget": "a lot"}, "Enter an amount such as 410000, 410 k or 1.2 M."),
        ({"budget": "-5"}, "This number is too small."),
        ({"money_on": "soon"}, "Enter a date such as 31/03/2026."),
        ({"kind": "music"}, "Choose one from the list."),
        ({"tolerance_days": "many"}, "Enter a whole number."),
        ({"programme_id": ""}, "Enter a whole number."),
    ],
)
def test_a_refused_project_keeps_what_was_typed(make, login, typed, message):
    programme = make.programme()
    make.project(programme, code="TAKEN")

    answer = login(Role.PMO).post("/projects/new", data=FULL | {"programme_id": str(programme.id)} | typed, headers=HTMX)

    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="Medical Director"' in answer.text
    assert len(db.session.scalars(select(Project)).all()) == 1


def test_a_manager_edits_a_project_and_a_stale_form_is_refused_with_its_words(make, login):
    project = make.project()
    client = login((Role.PROJECT_MANAGER, project))
    typed = FULL | {"programme_id": str(project.programme_id)}

    form = client.get(f"/projects/{project.id}/edit")
    saved = client.post(f"/projects/{project.id}/edit", data=typed)
    stale = client.post(f"/projects/{project.id}/edit", data=typed | {"name": "My own name"}, headers=HTMX)

    assert form.status_code == 200
    assert saved.location == f"/projects/{project.id}"
    assert stale.status_code == 409
    assert "My own name" in stale.text
    assert db.session.get_one(Project, project.id).name == "Compassionate use"


def test_amounts_are_offered_as_they_are_typed_in_each_language(make, login):
    project = make.project(budget=Decimal("1250.5"), tolerance_percent=Decimal("5.00"))

    english, dutch = (login(Role.PMO, language=lang).get(f"/projects/{project.id}/edit").text for lang in ("en", "nl"))

    assert 'value="1,250.5"' in english
    assert 'value="1.250,5"' in dutch
    assert 'value="5"' in english


def test_moving_a_project_needs_rights_in_the_other_programme(make, login):
    project = make.project()
    sister = make.programme(project.programme.portfolio)
    typed = FULL | {"programme_id": str(sister.id)}

    refused = login((Role.PROJECT_MANAGER, project)).post(f"/projects/{project.id}/edit", data=typed)
    moved = login(Role.PMO).post(f"/projects/{project.id}/edit", data=typed)

    assert (refused.status_code, moved.status_code) == (404, 303)
    assert db.session.get_one(Project, project.id).programme_id == sister.id


def test_a_programme_is_changed_and_archived_when_nothing_in_it_runs(make, login):
    programme = make.programme(code="PA")
    client = login(Role.PMO)

    client.post(f"/programmes/{programme.id}/edit", data={"code": "PAC", "name": "Patient access", "version": "1"})
    stale = client.post(f"/programmes/{programme.id}/edit", data={"code": "PAX", "name": "Stale", "version": "1"}, headers=HTMX)
    project = make.project(programme)
    running = client.post(f"/programmes/{programme.id}/archive")
    client.post(f"/projects/{project.id}/close", data={"reason": "Ended", "version": "1"})
    client.post(f"/programmes/{programme.id}/archive")

    found = db.session.get_one(Programme, programme.id)
    assert (found.code, found.name) == ("PAC", "Patient access")
    assert [stale.status_code, running.status_code, found.archived_at is not None] == [409, 409, True]


def test_a_portfolio_is_changed_with_care_for_its_code(make, login):
    portfolio, other = make.portfolio(code="BX"), make.portfolio(code="NL")
    client = login(Role.PMO)

    taken = client.post(
        f"/portfolios/{portfolio.id}/edit", data={"code": other.code, "name": "Benelux", "version": "1"}, headers=HTMX
    )
    saved = client.post(f"/portfolios/{portfolio.id}/edit", data={"code": "BE", "name": "Belgium", "version": "1"})

    assert [taken.status_code, saved.status_code] == [422, 303]
    assert db.session.get_one(Portfolio, portfolio.id).code == "BE"


def test_readers_and_strangers_change_nothing(make, login):
    project = make.project()
    elsewhere = make.project()
    reader, stranger = login((Role.COMMITTEE, project)), login((Role.PROJECT_MANAGER, elsewhere))

    assert reader.get(f"/projects/{project.id}/edit").status_code == 403
    assert stranger.get(f"/projects/{project.id}/edit").status_code == 404
    assert reader.get("/projects/new").status_code == 404
    assert stranger.post("/projects/new", data=FULL | {"programme_id": str(project.programme_id)}).status_code == 404
    for path in (f"/portfolios/{project.portfolio_id}/edit", "/portfolios/new", f"/programmes/{project.programme_id}/edit"):
        assert stranger.get(path).status_code == 404
