"""The list of what a method asks for, and what the PMO does to it."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.methods import actions
from pmo.methods.models import Artefact
from tests.conftest import HTMX

NEW = {"method": "waterfall", "phase": "planning", "name": "Test plan", "name_fr": "Plan de tests", "name_nl": "Testplan"}


def artefacts():
    db.session.expire_all()
    return list(db.session.scalars(select(Artefact).order_by(Artefact.id)))


def test_the_shipped_list_is_loaded_once_and_keeps_what_was_changed(app):
    with transaction():
        first = actions.load()
        known = db.session.scalars(select(Artefact).where(Artefact.method == "pm2", Artefact.code == "charter")).one()
        known.name = "Our charter"

    with transaction():
        again = actions.load()

    assert (first > 60, again, known.name) == (True, 0, "Our charter")


def test_every_method_of_the_shipped_list_speaks_three_languages(app):
    with transaction():
        actions.load()

    assert {one.method for one in artefacts()} == {"waterfall", "agile", "hybrid", "pm2", "study", "event"}
    assert [one.code for one in artefacts() if not (one.name and one.name_fr and one.name_nl)] == []


def test_a_method_shows_what_it_asks_for_by_phase(make, login):
    make.artefact(name="Charter", method="study")
    make.artefact(name="Not of this method")

    page = login(Role.PMO).get("/artefacts?method=study").text

    assert "Charter" in page
    assert "Not of this method" not in page


def test_the_pmo_asks_for_a_document(app, login):
    answer = login(Role.PMO).post("/artefacts/new", data=NEW)

    [made] = artefacts()
    assert (answer.status_code, answer.location) == (303, "/artefacts?method=waterfall")
    assert (made.method, made.code, made.phase, made.called("nl")) == ("waterfall", "test_plan", "planning", "Testplan")


def test_the_same_name_twice_is_refused_and_stays_in_the_form(make, login):
    make.artefact(name="Tést plan")

    answer = login(Role.PMO).post("/artefacts/new", data=NEW, headers=HTMX)

    assert answer.status_code == 422
    assert "Another artefact of this method has this name." in answer.text
    assert 'value="Plan de tests"' in answer.text


def test_a_name_that_is_taken_by_a_code_gets_a_number(make, login):
    make.artefact(name="Other", code="test_plan")

    login(Role.PMO).post("/artefacts/new", data=NEW)

    assert [one.code for one in artefacts()] == ["test_plan", "test_plan_2"]


def test_names_and_phase_are_changed(make, login):
    one = make.artefact()

    answer = login(Role.PMO).post(f"/artefacts/{one.id}", data={**NEW, "version": "1"}, headers=HTMX)

    assert answer.status_code == 200
    assert [(one.name, one.name_fr, one.phase) for one in artefacts()] == [("Test plan", "Plan de tests", "planning")]


def test_a_stale_form_changes_nothing(make, login):
    one = make.artefact(name="Before")

    answer = login(Role.PMO).post(f"/artefacts/{one.id}", data={**NEW, "version": "9"}, headers=HTMX)

    assert answer.status_code == 409
    assert artefacts()[0].name == "Before"
    assert 'value="Test plan"' in answer.text


def test_what_is_not_asked_for_any_more_comes_back_by_undo(make, login):
    one, client = make.artefact(), login(Role.PMO)

    answer = client.post(f"/artefacts/{one.id}/retire", headers=HTMX)
    retired = artefacts()[0].retired_at
    client.post(f"/artefacts/{one.id}/restore")

    assert f'action="/artefacts/{one.id}/restore"' in answer.text
    assert (retired is not None, artefacts()[0].retired_at) == (True, None)


@pytest.mark.parametrize("path", ["/artefacts/new", "/artefacts/{}", "/artefacts/{}/retire", "/artefacts/{}/restore"])
def test_a_reader_may_look_and_not_write(make, login, path):
    one, client = make.artefact(), login(Role.COMMITTEE)

    assert client.get(f"/artefacts/{one.id}").status_code == 200
    assert client.post(path.format(one.id), data=NEW).status_code == 403
    assert [(a.name, a.retired_at) for a in artefacts()] == [("Artefact 1", None)]


def test_who_reads_no_projects_finds_nothing(make, login):
    one = make.artefact()

    assert login(Role.COMMERCIAL).get(f"/artefacts/{one.id}").status_code == 404


def test_looking_back_nothing_is_written(make, login):
    one = make.artefact()

    assert login(Role.PMO).post(f"/artefacts/{one.id}?as_of=2026-03-01", data=NEW).status_code == 403


def test_excel_has_every_method(make, login):
    make.artefact(name="Charter", name_nl="Projectcharter", method="event")

    file = login(Role.PMO).get("/artefacts/list.xlsx")

    [_, row] = load_workbook(BytesIO(file.data)).active.iter_rows(values_only=True)
    assert tuple(value or "" for value in row) == ("Event", "Initiating", "Charter", "", "Projectcharter", "")


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(make, login, statements, how_many):
    for _ in range(how_many):
        make.artefact()
    client = login(Role.PMO)
    statements.clear()

    client.get("/artefacts?method=waterfall")

    assert len(statements) == 3
