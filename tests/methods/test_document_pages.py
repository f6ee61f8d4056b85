"""The documents of a project: the checklist, one document, its files."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.methods.models import DocumentFile, ProjectDocument
from pmo.people.models import Person
from tests.conftest import HTMX

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)
PDF = b"%PDF-1.7 charter"


def documents():
    db.session.expire_all()
    return list(db.session.scalars(select(ProjectDocument).order_by(ProjectDocument.id)))


def files():
    db.session.expire_all()
    return [(file.number, file.name) for file in db.session.scalars(select(DocumentFile).order_by(DocumentFile.number))]


def sent(name="charter.pdf", content=PDF, **typed):
    return {"version": "0", "file": (BytesIO(content), name), **typed}


def address(project, artefact):
    return f"/projects/{project.id}/documents/{artefact.id}"


@pytest.fixture
def full(make):
    """A project in execution with one document in each state, and one from another method."""
    project, kim = make.project(code="PAC-01", phase="executing"), make.person("Kim Peeters")
    charter, insurance, plan, _, visa = [
        make.artefact(name=name, phase=phase)
        for name, phase in [
            ("Charter", "initiating"),
            ("Insurance", "planning"),
            ("Test plan", "planning"),
            ("End report", "closing"),
            ("Visa", "planning"),
        ]
    ]
    make.artefact(name="Contract", phase="executing")
    make.artefact(name="Retired", phase="executing", retired_at=LONG_AGO)
    vision = make.artefact(name="Vision", method="agile")
    make.artefact(name="Backlog", method="agile")
    make.document_file(make.document(project, charter, owner_id=kim.id), "charter.pdf")
    make.document(project, insurance, link="https://example.org/insurance", valid_until=date(2026, 3, 11))
    make.document(project, plan, link="https://example.org/plan")
    make.document(project, visa, not_needed="No doctors are invited")
    make.document(project, vision, link="https://example.org/vision")
    return project


def test_the_checklist_says_what_is_present_missing_and_expired(full, login):
    rows = rows_of(login(Role.PMO).get(f"/projects/{full.id}/documents.xlsx"))

    assert [row[:4] for row in rows] == [
        ("Initiating", "Charter", "Present", "Kim Peeters"),
        ("Planning", "Insurance", "Expired", None),
        ("Planning", "Test plan", "Present", None),
        ("Planning", "Visa", "Not applicable", None),
        ("Executing", "Contract", "Missing", None),
        ("Closing", "End report", "Later", None),
        ("Initiating", "Vision", "Present", None),
    ]


def rows_of(answer):
    """Without the heading; what is empty is None."""
    lines = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))[1:]
    return [tuple(value or None for value in line) for line in lines]


def test_the_tab_counts_what_must_be_there_by_now(full, login):
    page = login(Role.PMO).get(f"/projects/{full.id}/documents").text

    assert "2 of 4 present" in page
    assert "From another method" in page
    assert "No doctors are invited" in page
    assert "Retired" not in page


def test_a_project_starts_with_what_its_method_asks_for(make, login):
    make.artefact(name="Charter", method="pm2")
    project = make.project(method="pm2", phase="initiating")

    page = login(Role.PMO).get(f"/projects/{project.id}/documents").text

    assert "Charter" in page
    assert "0 of 1 present" in page


def test_a_method_without_artefacts_says_so(make, login):
    page = login(Role.PMO).get(f"/projects/{make.project().id}/documents").text

    assert "The PMO has laid down no documents for this method yet." in page


def test_a_file_is_attached_and_a_new_one_keeps_the_old(make, login):
    project, charter, client = make.project(), make.artefact(), login(Role.PMO)

    first = client.post(address(project, charter), data=sent("one.pdf"))
    [held] = documents()
    client.post(address(project, charter), data=sent("two.pdf", b"%PDF-2", version=str(held.version)), headers=HTMX)

    assert (first.status_code, first.location) == (303, f"/projects/{project.id}/documents")
    assert files() == [(1, "one.pdf"), (2, "two.pdf")]


def test_a_file_comes_back_as_an_attachment_that_no_page_shows(make, login):
    project = make.project()
    file = make.document_file(make.document(project, make.artefact()), "Étude.pdf", content=PDF)

    answer = login(Role.COMMITTEE).get(f"/projects/{project.id}/documents/files/{file.id}")

    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"] == "attachment; filename=\"_tude.pdf\"; filename*=UTF-8''%C3%89tude.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_is_found_only_under_its_own_project(make, login):
    project, other = make.project(), make.project()
    file = make.document_file(make.document(other, make.artefact()), content=b"%PDF-secret")
    client = login((Role.PROJECT_MANAGER, project))

    answers = [client.get(f"/projects/{one.id}/documents/files/{file.id}") for one in (project, other)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert b"secret" not in answers[0].data + answers[1].data


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        (sent("setup.exe", b"MZ"), "file", "Files of this kind are not kept here."),
        (sent("charter.pdf", b"<script>alert(1)</script>"), "file", "The content of this file is not what its name says."),
        (sent("a\u202efdp.txt", b"x"), "file", "The name of this file hides what it is."),
        ({"version": "0", "link": "javascript:alert(1)"}, "link", "Enter an address that begins with https://"),
        ({"version": "0", "link": "https://a b"}, "link", "Enter an address that begins with https://"),
        ({"version": "0", "link": "http://[1"}, "link", "Enter an address that begins with https://"),
        ({"version": "0", "valid_until": "soon"}, "valid_until", "Enter a date such as 2026-03-31."),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(make, login, data, field, sentence):
    project, charter = make.project(), make.artefact()
    owner = make.person("Kim Peeters")

    answer = login(Role.PMO).post(
        address(project, charter), data={**data, "not_needed": "Kept words", "owner_id": str(owner.id)}, headers=HTMX
    )

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'id="error-{field}"' in answer.text
    assert 'value="Kept words"' in answer.text
    assert f'<option value="{owner.id}" selected>' in answer.text
    assert (documents(), files()) == ([], [])


def test_a_stale_form_attaches_nothing(make, login):
    project, charter = make.project(), make.artefact()
    make.document(project, charter, link="https://example.org/now")

    answer = login(Role.PMO).post(address(project, charter), data=sent(not_needed="Mine"), headers=HTMX)

    assert answer.status_code == 409
    assert "Somebody else changed this document while you were looking at it." in answer.text
    assert 'value="Mine"' in answer.text
    assert files() == []


def test_an_archived_project_takes_nothing_more(make, login):
    project, charter = make.project(state="archived"), make.artefact()

    assert login(Role.PMO).post(address(project, charter), data=sent(), headers=HTMX).status_code == 409
    assert documents() == []


def test_a_reader_may_look_and_not_write(make, login):
    project, charter = make.project(), make.artefact()
    client = login((Role.COMMITTEE, project))

    refused = client.post(address(project, charter), data=sent())
    page = client.get(address(project, charter))

    assert (refused.status_code, page.status_code, files()) == (403, 200, [])
    assert 'id="document-form"' not in page.text


def test_its_owner_may_attach_what_is_theirs(make, login):
    project, charter, other = make.project(), make.artefact(), make.artefact()
    client = login((Role.COMMITTEE, project))
    reader = db.session.scalars(select(Person.id).order_by(Person.id.desc())).first()
    make.document(project, charter, owner_id=reader)

    answers = [client.post(address(project, one), data=sent(version="1")).status_code for one in (charter, other)]

    assert (answers, files()) == ([303, 403], [(1, "charter.pdf")])


def test_a_stranger_finds_nothing(full, make, login):
    client = login((Role.PROJECT_MANAGER, make.project()))

    paths = ("documents", "documents.xlsx", "documents/1")

    assert [client.get(f"/projects/{full.id}/{path}").status_code for path in paths] == [404, 404, 404]


def test_what_another_method_asks_for_is_no_document_of_the_project(make, login):
    project, vision = make.project(), make.artefact(method="agile")

    assert login(Role.PMO).get(address(project, vision)).status_code == 404


def test_an_earlier_day_shows_what_was_there_and_refuses_writing(make, login):
    project = make.project(effective_at=LONG_AGO, phase="initiating")
    charter = make.artefact(effective_at=LONG_AGO)
    make.document_file(make.document(project, charter, effective_at=LONG_AGO), "old.pdf", effective_at=LONG_AGO)
    client = login(Role.PMO)
    client.post(address(project, charter), data=sent("new.pdf", version=str(documents()[0].version)))

    page = client.get(f"/projects/{project.id}/documents?as_of=2026-03-01").text
    refused = client.post(f"{address(project, charter)}?as_of=2026-03-01", data=sent())

    assert ("old.pdf" in page, "new.pdf" in page, refused.status_code) == (True, False, 403)
    assert files() == [(1, "old.pdf"), (2, "new.pdf")]


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_checklist_costs_the_same_whatever_its_length(make, login, statements, how_many):
    project = make.project()
    for _ in range(how_many):
        make.document_file(make.document(project, make.artefact(), owner_id=make.person().id))
    client = login(Role.PMO)
    statements.clear()

    client.get(f"/projects/{project.id}/documents")

    assert len(statements) == 17


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_document_costs_the_same_however_many_versions(make, login, statements, how_many):
    project, charter = make.project(), make.artefact()
    held = make.document(project, charter)
    for number in range(how_many):
        make.document_file(held, f"{number}.pdf", added_by=make.person().id)
    client = login(Role.PMO)
    statements.clear()

    client.get(address(project, charter), headers=HTMX)

    assert len(statements) == 10
