"""Files made by a worker: how far they are, PDF files of editions, and what is said where nothing can make them."""

import shutil
import subprocess
from datetime import timedelta
from types import SimpleNamespace

import pytest
from lxml import html
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from pmo.committees.models import Committee
from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.people.models import RoleGrant
from pmo.reports import actions, jobs, making, pdf, queries
from pmo.reports.models import Edition, Making
from tests.conftest import HTMX, NOW
from tests.reports.conftest import PUBLISHER

NO_OFFICE = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")


@pytest.fixture
def edition_id(world) -> int:
    return actions.publish(world.subject, PUBLISHER).id


@pytest.fixture
def without_office(monkeypatch, tmp_path):
    """A machine on which there is no LibreOffice."""
    monkeypatch.setenv("PATH", str(tmp_path))


def test_a_report_on_its_way_says_which_step_it_is_at(world, login):
    client = login((Role.PMO, world.portfolio))
    asked = client.post("/reports/making", data={"what": f"portfolio:{world.portfolio_id}", "lang": "en"}).location
    with transaction("test"):
        row = db.session.get_one(Making, 1)
        row.step, row.steps = 3, 6

    page = html.fromstring(client.get(asked).text)

    assert "Step 3 of 6." in page.xpath("//*[@id='making']")[0].text_content()
    assert page.xpath("//*[@id='making']//*[local-name()='svg'][@role='img']/@aria-label") == ["Step 3 of 6"]


def test_each_part_that_is_written_is_a_step(world, login, statements):
    client = login((Role.PMO, world.portfolio))
    asked = client.post("/reports/making", data={"what": f"portfolio:{world.portfolio_id}", "lang": "en"}).location
    statements.clear()

    making.carry_out(1, making.House("pmo"))

    told = [sql for sql in statements if sql.startswith("UPDATE report_making SET") and "step" in sql.split("WHERE")[0]]
    row = db.session.get_one(Making, 1)
    assert (row.step, row.steps, len(told)) == (5, 6, 5)
    assert "Your report is ready." in client.get(asked).text


@pytest.mark.parametrize(("projects", "status"), [(40, 200), (50, 303)])
def test_from_so_many_projects_on_it_is_made_by_the_worker(make, login, projects, status):
    portfolio = make.portfolio()
    programme = make.programme(portfolio)
    for _ in range(projects):
        make.project(programme)
    client = login((Role.PMO, portfolio))

    answer = client.get(f"/reports/draft.docx?what=portfolio:{portfolio.id}&lang=en")

    assert answer.status_code == status
    if status == 303:
        assert "It shows more than 40 projects." in client.get(answer.location).text


@NO_OFFICE
@pytest.mark.slow
def test_the_pdf_of_an_edition_is_made_of_its_file(world, login, edition_id, tmp_path):
    digest = queries.edition(edition_id).content_sha256
    client = login((Role.COMMITTEE, world.portfolio))

    asked = client.post(f"/reports/{edition_id}/nl/pdf").location
    making.carry_out(1, making.House("pmo"))
    made = client.get(f"{asked}/file")

    (tmp_path / "made.pdf").write_bytes(made.data)
    text = subprocess.run(["pdftotext", tmp_path / "made.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert (made.mimetype, made.data[:5]) == ("application/pdf", b"%PDF-")
    assert made.headers["Content-Disposition"].split('"')[1] == "status-MC-2026-03-nl.pdf"
    assert digest in text.replace("\n", "")


def test_where_there_is_no_libreoffice_a_sentence_says_so(world, login, edition_id, without_office):
    client = login((Role.PMO, world.portfolio))

    answer = client.post(f"/reports/{edition_id}/en/pdf")
    page = client.get(f"/reports/{edition_id}")

    assert answer.status_code == 409
    assert "A PDF file needs LibreOffice on the server, and it is not installed there." in answer.text
    assert "A PDF file needs LibreOffice on the server" in page.text
    assert "/en/pdf" not in page.text


def test_a_conversion_that_gives_nothing_is_said_and_no_file_is_there(world, login, edition_id, monkeypatch, tmp_path):
    (tmp_path / "soffice").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "soffice").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    client = login((Role.PMO, world.portfolio))

    asked = client.post(f"/reports/{edition_id}/en/pdf").location
    making.carry_out(1, making.House("pmo"))

    assert "The PDF file could not be made." in client.get(asked).text
    assert client.get(f"{asked}/file").status_code == 404


def test_who_lost_the_right_meanwhile_gets_no_pdf(world, login, edition_id, monkeypatch, tmp_path):
    (tmp_path / "soffice").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "soffice").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    login((Role.PMO, world.portfolio)).post(f"/reports/{edition_id}/en/pdf")
    with transaction("test"):
        for grant in db.session.query(RoleGrant):
            db.session.delete(grant)

    making.carry_out(1, making.House("pmo"))

    assert db.session.query(Making.state, Making.content).one() == ("failed", None)


def test_a_language_it_was_not_published_in_has_no_pdf(world, make, login):
    edition_id = make.edition(world.portfolio).id
    client = login((Role.PMO, world.portfolio))

    assert client.post(f"/reports/{edition_id}/nl/pdf").status_code == (404 if pdf.is_possible() else 409)


def test_a_stranger_may_not_ask_for_a_pdf(world, make, login, edition_id):
    assert login((Role.PMO, make.portfolio())).post(f"/reports/{edition_id}/en/pdf").status_code == 404


# --- publishing ----------------------------------------------------------------------------------------------------------------


def form(world, **typed):
    return {"what": f"committee:{world.subject.id}", "lang": "nl", "key": "a-form-that-was-shown"} | typed


def test_publishing_says_at_once_that_it_is_being_made_and_leads_to_the_edition_when_it_is(world, login):
    client = login((Role.PMO, world.portfolio))
    asked = client.post("/reports/new", data=form(world)).location
    waiting = client.get(asked)

    making.carry_out(1, making.House("pmo"))
    plain, swapped = client.get(asked), client.get(asked, headers=HTMX)

    assert "The edition is being made since" in waiting.text
    assert 'hx-trigger="every 2s"' in waiting.text
    assert (plain.status_code, plain.location) == (303, "/reports/1")
    assert (swapped.status_code, swapped.headers["HX-Redirect"]) == (204, "/reports/1")
    edition = queries.edition(1)
    assert (edition.language, edition.author_id, sorted(edition.file_sha256)) == ("nl", 2, ["en", "fr", "nl"])


def test_each_language_of_an_edition_moves_the_bar_on(world, login, statements):
    login((Role.PMO, world.portfolio)).post("/reports/new", data=form(world))
    statements.clear()

    making.carry_out(1, making.House("pmo"))

    row = db.session.get_one(Making, 1)
    told = [sql for sql in statements if sql.startswith("UPDATE report_making SET") and "step" in sql.split("WHERE")[0]]
    assert (row.step < row.steps, row.steps % 3, len(told) > 3) == (True, 0, True)


def test_a_job_that_runs_twice_publishes_once(world, login):
    login((Role.PMO, world.portfolio)).post("/reports/new", data=form(world))
    making.carry_out(1, making.House("pmo"))
    with transaction("as if the worker had been killed before it said so"):
        row = db.session.get_one(Making, 1)
        row.state, row.edition_id = making.WAITING, None

    making.carry_out(1, making.House("pmo"))

    assert db.session.scalar(select(func.count()).select_from(Edition)) == 1
    assert db.session.get_one(Making, 1).edition_id == 1


def test_what_keeps_it_from_being_published_is_said_on_its_page(world, login, make):
    client = login((Role.PMO, world.portfolio))
    asked = client.post("/reports/new", data=form(world)).location
    with transaction("meanwhile"):
        db.session.get_one(Committee, world.subject.id).approver_role = "CMT"

    making.carry_out(1, making.House("pmo"))

    page = client.get(asked).text
    assert "Nothing was published." in page
    assert "Send the draft for approval first." in page
    assert f"/reports/new?what=committee:{world.subject.id}" in page


def test_who_lost_the_right_meanwhile_publishes_nothing(world, login):
    client = login((Role.PMO, world.portfolio))
    client.post("/reports/new", data=form(world))
    with transaction("moved on"):
        for grant in db.session.scalars(select(RoleGrant)):
            grant.valid_to = NOW.date() - timedelta(days=1)

    making.carry_out(1, making.House("pmo"))

    assert (db.session.get_one(Making, 1).state, db.session.scalar(select(func.count()).select_from(Edition))) == ("failed", 0)


def test_what_failed_is_tried_again_when_the_same_form_is_sent_again(world, login, make):
    client, typed = login((Role.PMO, world.portfolio)), form(world)
    asked = client.post("/reports/new", data=typed).location
    with transaction("meanwhile"):
        db.session.get_one(Committee, world.subject.id).approver_role = "CMT"
    making.carry_out(1, making.House("pmo"))
    with transaction("not needed after all"):
        db.session.get_one(Committee, world.subject.id).approver_role = ""

    again = client.post("/reports/new", data=typed).location
    making.carry_out(1, making.House("pmo"))

    assert (again, client.get(asked).location) == (asked, "/reports/1")


@pytest.mark.parametrize(
    ("error", "attempts", "told"),
    [
        (ValueError(), 0, "failed"),
        (OperationalError("", {}, Exception()), 1, "waiting"),
        (OperationalError("", {}, Exception()), 5, "failed"),
    ],
)
def test_an_error_nobody_foresaw_is_told_once_nothing_more_is_tried(world, login, monkeypatch, error, attempts, told):
    login((Role.PMO, world.portfolio)).post("/reports/new", data=form(world))
    monkeypatch.setattr("pmo.reports.making._made", lambda *_: (_ for _ in ()).throw(error))

    with pytest.raises(type(error)):
        jobs.make(SimpleNamespace(job=SimpleNamespace(attempts=attempts)), making_id=1)

    assert db.session.get_one(Making, 1).state == told
