"""What the PMO does to procedures."""

from io import BytesIO

import pytest
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.procedures.models import Procedure, ProcedureIssue
from tests.conftest import HTMX

TYPED = {"title": "Closing a project", "audience": ["PJM", "CTR"], "valid_from": "2026-03-12", "text": "First this.", "link": ""}
NEXT = {"valid_from": "2026-03-20", "news": "Second step", "text": "First this, then that.", "seen": "1"}
PDF = b"%PDF-1.7 procedure"


def procedures():
    db.session.expire_all()
    return list(db.session.scalars(select(Procedure).order_by(Procedure.id)))


def issues():
    db.session.expire_all()
    return [(one.number, one.text) for one in db.session.scalars(select(ProcedureIssue).order_by(ProcedureIssue.id))]


def test_the_pmo_publishes_a_procedure(app, login):
    answer = login(Role.PMO).post("/procedures/new", data=TYPED)

    [made] = procedures()
    assert (answer.status_code, answer.location) == (303, f"/procedures/{made.id}")
    assert (made.title, made.audience, issues()) == ("Closing a project", ["PJM", "CTR"], [(1, "First this.")])


def test_a_file_is_published_and_downloaded(app, login):
    client = login(Role.PMO)
    client.post("/procedures/new", data={**TYPED, "text": "", "file": (BytesIO(PDF), "closing.pdf")})
    [issue] = db.session.scalars(select(ProcedureIssue)).all()

    file = client.get(f"/procedures/{issue.procedure_id}/versions/{issue.id}/file")

    assert (file.data, file.headers["Content-Disposition"].partition(";")[0]) == (PDF, "attachment")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": ""}, "Text: Give a text, a link or a file."),
        ({"title": ""}, "Title: Fill this in."),
        ({"link": "javascript:alert(1)"}, "Link: Enter an address that begins with https://"),
        ({"audience": ["KING"]}, "For whom: Choose one from the list."),
        ({"title": "closing à project"}, "Title: Another procedure has this title."),
    ],
)
def test_bad_input_keeps_what_was_typed(make, login, typed, said):
    make.procedure("Closing a project")

    answer = login(Role.PMO).post(
        "/procedures/new", data={**TYPED, "title": "New", "valid_from": "2026-04-05", **typed}, headers=HTMX
    )

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="2026-04-05"' in answer.text
    assert len(procedures()) == 1


def test_a_file_that_is_not_what_it_says_is_refused(app, login):
    data = {**TYPED, "file": (BytesIO(b"MZ"), "closing.pdf")}

    answer = login(Role.PMO).post("/procedures/new", data=data, headers=HTMX)

    assert (answer.status_code, procedures()) == (422, [])


def test_the_next_version_is_published(make, login):
    one = make.procedure()

    answer = login(Role.PMO).post(f"/procedures/{one.id}/version", data=NEXT)

    assert answer.status_code == 303
    assert issues() == [(1, "Do it well."), (2, "First this, then that.")]


def test_a_version_never_counts_from_before_the_one_it_replaces(make, login):
    one = make.procedure()

    answer = login(Role.PMO).post(f"/procedures/{one.id}/version", data={**NEXT, "valid_from": "2026-03-01"}, headers=HTMX)

    assert answer.status_code == 422
    assert "The version before counts from a later day." in answer.text
    assert "First this, then that." in answer.text


def test_two_who_publish_at_once_do_not_both(make, login):
    one = make.procedure()

    answer = login(Role.PMO).post(f"/procedures/{one.id}/version", data={**NEXT, "seen": "0"}, headers=HTMX)

    assert (answer.status_code, len(issues())) == (409, 1)
    assert "Second step" in answer.text


def test_title_and_readers_are_changed(make, login):
    one = make.procedure(audience=(Role.FINANCE,))

    answer = login(Role.PMO).post(f"/procedures/{one.id}/edit", data={"title": "Paying", "version": "1"})

    [changed] = procedures()
    assert (answer.status_code, changed.title, changed.audience) == (303, "Paying", [])


def test_a_stale_form_changes_nothing(make, login):
    one = make.procedure("Before")

    answer = login(Role.PMO).post(f"/procedures/{one.id}/edit", data={"title": "Paying", "version": "9"}, headers=HTMX)

    assert answer.status_code == 409
    assert 'value="Paying"' in answer.text
    assert procedures()[0].title == "Before"


def test_what_is_withdrawn_is_put_back_and_gets_no_version_between(make, login):
    one, client = make.procedure(), login(Role.PMO)

    client.post(f"/procedures/{one.id}/withdraw")
    withdrawn = procedures()[0].withdrawn_at
    refused = client.post(f"/procedures/{one.id}/version", data=NEXT, headers=HTMX)
    client.post(f"/procedures/{one.id}/put-back")

    assert (withdrawn is not None, refused.status_code, procedures()[0].withdrawn_at) == (True, 409, None)


@pytest.mark.parametrize("role", [Role.PROJECT_MANAGER, Role.AUDITOR])
@pytest.mark.parametrize("path", ["new", "{}/version", "{}/edit", "{}/withdraw", "{}/put-back"])
def test_a_reader_may_look_and_not_write(make, login, role, path):
    one, client = make.procedure(), login(role)

    assert client.get(f"/procedures/{one.id}").status_code == 200
    assert client.post(f"/procedures/{path.format(one.id)}", data=TYPED).status_code == 403
    assert (len(procedures()), len(issues()), procedures()[0].withdrawn_at) == (1, 1, None)


@pytest.mark.parametrize("path", ["new", "{}/version", "{}/edit"])
def test_the_forms_are_shown_to_the_pmo_and_not_in_the_past(make, login, path):
    one, client = make.procedure(), login(Role.PMO)
    address = f"/procedures/{path.format(one.id)}"

    assert client.get(address).status_code == 200
    assert client.get(f"{address}?as_of=2026-03-01").status_code == 403
