"""The review of access: who may do what, since when and by whom, and who looked through it."""

import io
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select, text, update

from pmo.db import acting, db, transaction
from pmo.kernel import clock
from pmo.kernel.permissions import Role, ScopeKind
from pmo.people import actions
from pmo.people.models import RoleGrant
from pmo.people.proof_models import AccessReview, LastSignIn
from tests.conftest import HTMX


def shown(answer):
    return {name for name in ("Nele", "Bram", "Cato") if f">{name}<" in answer.text}


def rows_of(answer):
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def test_a_role_stands_there_with_its_giver_since_when_and_the_last_sign_in(make, login):
    giver = make.person("Ivo Lambrecht")
    nele, project = make.person("Nele"), make.project(code="PAC-01", name="Access")
    with acting(giver.id, "ui"), transaction("role given"):
        actions.grant(nele, Role.PROJECT_MANAGER, ScopeKind.PROJECT, project.id)
    login(nele)

    answer = login(Role.ADMINISTRATOR).get("/people/review?q=nele")

    assert "Project manager, PAC-01 Access" in answer.text
    assert "Ivo Lambrecht" in answer.text
    assert answer.text.count("data-row") == 1


def test_the_workbook_has_a_line_for_each_role_also_of_a_group_and_for_who_has_none(make, login):
    nele = make.person("=Nele", role=Role.PMO)
    with transaction("test"):
        db.session.add(RoleGrant(person_id=nele.id, role="AUD", scope="all", source="group", source_group="pmo-readers"))
    make.person("Bram")

    rows = rows_of(login(Role.AUDITOR).get("/people/review/list.xlsx"))

    lines = [(row[0], row[2], row[6], row[7], row[10]) for row in rows]
    assert lines[:3] == [
        ("=Nele", "Auditor", "Group of the provider", "pmo-readers", "No sign-in"),
        ("=Nele", "PMO member", "Given by hand", "", "No sign-in"),
        ("Bram", None, None, None, "No sign-in"),
    ]


def test_people_are_filtered_by_role_scope_state_and_how_long_they_were_away(make, login):
    project = make.project(code="PAC-01")
    nele, bram, cato = make.person("Nele", role=Role.PMO), make.person("Bram"), make.person("Cato", is_active=False)
    make.grant(bram, Role.PROJECT_MANAGER, project)
    make.grant(cato, Role.PMO)
    login(nele)
    login(bram)
    with transaction("test"):
        long_ago = clock.machine_now() - timedelta(days=100)
        db.session.execute(update(LastSignIn).where(LastSignIn.person_id == bram.id).values(signed_in_at=long_ago))
    client = login(Role.AUDITOR)

    answers = {
        query: shown(client.get(f"/people/review?{query}"))
        for query in (
            "role=PMO",
            f"scope=project:{project.id}",
            "scope=all",
            "state=left",
            "state=all",
            "quiet=90",
            "quiet=180",
            "scope=x:y",
        )
    }

    assert answers == {
        "role=PMO": {"Nele"},
        f"scope=project:{project.id}": {"Bram"},
        "scope=all": {"Nele"},
        "state=left": {"Cato"},
        "state=all": {"Nele", "Bram", "Cato"},
        "quiet=90": {"Bram"},
        "quiet=180": set(),
        "scope=x:y": {"Nele", "Bram"},
    }


def test_who_was_looked_through_is_marked_with_the_day_of_the_next_time(make, login):
    nele, bram = make.person("Nele", role=Role.PMO), make.person("Bram", role=Role.PMO)
    administrator = make.person("Ivo Lambrecht", role=Role.ADMINISTRATOR)
    client = login(administrator)

    answer = client.post("/people/review?role=PMO", data={"person": [nele.id], "note": "Still in the office"})

    kept = db.session.scalars(select(AccessReview)).one()
    assert (answer.status_code, answer.location) == (303, "/people/review?role=PMO")
    assert (kept.person_id, kept.reviewed_by, kept.note) == (nele.id, administrator.id, "Still in the office")
    assert "next by 8 Sep 2026" in client.get("/people/review").text  # 180 days after 12 March
    assert shown(client.get("/people/review?due=1")) == {"Bram"}
    assert bram.id != nele.id
    assert db.session.scalar(text("select count(*) from history.access_review")) == 1


@pytest.mark.parametrize("whom", ["nobody", "oneself", "somebody unknown"])
def test_a_review_of_nobody_or_of_oneself_is_refused_and_keeps_the_note(make, login, whom):
    administrator = make.person("Ivo", role=Role.ADMINISTRATOR)
    people = {"nobody": [], "oneself": [administrator.id], "somebody unknown": [4711]}[whom]

    answer = login(administrator).post("/people/review", data={"person": people, "note": "Half of it"}, headers=HTMX)

    assert answer.status_code == 422
    assert 'value="Half of it"' in answer.text
    assert db.session.scalars(select(AccessReview)).all() == []


def test_an_auditor_reads_the_review_and_marks_nothing_and_others_do_not_see_it(make, login):
    make.person("Nele", role=Role.PMO)
    auditor, member = login(Role.AUDITOR), login(Role.PMO)

    answers = [
        auditor.get("/people/review"),
        auditor.post("/people/review"),
        member.get("/people/review"),
        member.post("/people/review"),
    ]

    assert [answer.status_code for answer in answers] == [200, 403, 404, 404]
    assert "Mark as reviewed" not in answers[0].text
    assert "Nele" not in answers[2].text


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_review_costs_the_same_whatever_its_length(make, login, statements, how_many):
    project = make.project()
    giver = make.person(role=Role.ADMINISTRATOR)
    for _ in range(how_many):
        person = make.person()
        with acting(giver.id, "ui"):
            make.grant(person, Role.PROJECT_MANAGER, project)
    client = login(giver)
    statements.clear()

    page = client.get("/people/review", headers=HTMX)

    assert page.text.count("data-row") == how_many + 1
    assert len(statements) == 11  # who asks, rules, people, roles, how given, names, count, scope, what to choose from (3)


def test_it_is_paged(make, login, monkeypatch):
    monkeypatch.setattr("pmo.people.review_queries.ROWS", 2)
    for number in range(3):
        make.person(f"Colleague {number}", role=Role.PMO)
    client = login(Role.AUDITOR)

    first = client.get("/people/review")
    after = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")

    assert first.text.count("data-row") == 2
    assert client.get(after).text.count("data-row") == 2
