"""Files made by a worker: how far they are, PDF files of editions, and what is said where nothing can make them."""

import shutil
import subprocess

import pytest
from lxml import html

from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.people.models import RoleGrant
from pmo.reports import actions, making, pdf, queries
from pmo.reports.models import Making
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

    making.carry_out(1, "pmo")

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
    making.carry_out(1, "pmo")
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
    making.carry_out(1, "pmo")

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

    making.carry_out(1, "pmo")

    assert db.session.query(Making.state, Making.content).one() == ("failed", None)


def test_a_language_it_was_not_published_in_has_no_pdf(world, make, login):
    edition_id = make.edition(world.portfolio).id
    client = login((Role.PMO, world.portfolio))

    assert client.post(f"/reports/{edition_id}/nl/pdf").status_code == (404 if pdf.is_possible() else 409)


def test_a_stranger_may_not_ask_for_a_pdf(world, make, login, edition_id):
    assert login((Role.PMO, make.portfolio())).post(f"/reports/{edition_id}/en/pdf").status_code == 404
