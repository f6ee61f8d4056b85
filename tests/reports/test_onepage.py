"""A project's status on one page of paper: what it says, that it stays one page, who gets it, and from which content."""

import os
import re
from dataclasses import replace
from io import BytesIO
from itertools import cycle

import pytest
from docx import Document
from sqlalchemy import select

from pmo.db import db
from pmo.exchange import demo
from pmo.kernel import formats
from pmo.kernel.permissions import Role
from pmo.portfolio.models import Project
from pmo.reports import actions
from pmo.reports.contents import Wanted, report
from pmo.reports.logic.content import Scope, Words
from pmo.reports.subjects import by_id
from pmo.reports.word.onepage import onepage
from tests.reports import example
from tests.reports.conftest import PUBLISHER
from tests.reports.test_word import DRAFT, LANGUAGES, SOFFICE, STAMP, of_project, pages_of, pdf_of, pdfs_of, rows_of, texts_of

NO_OFFICE = pytest.mark.skipif(not SOFFICE and not os.environ.get("CI"), reason="LibreOffice is not installed")


def lumen():
    """A red project with everything: risks, actions, words."""
    return replace(of_project(example.report(), "EVG-03"), actions=example.carried().actions)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_schedule_and_cost_are_those_of_the_content(lang):
    project = lumen().projects[0]
    end, money = project.end, project.money
    days = [formats.day(day, lang) for day in (end.baseline, end.commitment, end.forecast)]
    amounts = [formats.money(amount, "EUR", lang) for amount in (money.budget, money.spent, money.forecast)]

    rows = [row[2:5] for row in rows_of(onepage(lumen(), STAMP, lang)) if len(row) == 6]

    bound = ["", formats.money(money.committed, "EUR", lang), ""]
    assert rows[1:] == [[text.replace("\N{NO-BREAK SPACE}", " ") for text in line] for line in (days, amounts, bound)]


def test_it_names_risks_actions_milestones_and_next_steps():
    text = texts_of(onepage(lumen(), STAMP, "en"))

    assert "Milestones: 0 of 2 reached" in text
    assert "2 open risks" in text
    assert "4 open actions, 1 late" in text
    assert "Next: First patient in, Tampere prepared." in text
    assert f"Hash of the data (SHA-256): {STAMP.content_sha256}." in text


def test_a_draft_says_draft():
    assert "Draft, not published." in texts_of(onepage(lumen(), DRAFT, "en"))


@NO_OFFICE
@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_very_long_words_are_shortened_until_it_is_one_page(tmp_path, lang):
    long = "The supplier has not yet confirmed the second delivery and the site cannot start before it arrives. " * 20
    project = lumen().projects[0]
    milestones = tuple(replace(line, name=f"{line.name} {number} {long}") for number in range(6) for line in project.milestones)
    talkative = replace(project, words=Words(long, long, long, long), milestones=milestones)
    block = replace(lumen().programmes[0], projects=(talkative,))
    risks = tuple(replace(line, title=long, response_text=long) for line in lumen().raid)

    pages = pages_of(pdf_of(onepage(replace(lumen(), programmes=(block,), raid=risks), STAMP, lang), tmp_path))

    assert len(pages) == 1


def test_a_draft_on_one_page_is_a_file_of_its_own(world, login):
    client = login((Role.PMO, world.portfolio))

    answer = client.get(f"/reports/draft.docx?what=project:{world.project_ids[0]}&lang=nl&shape=page")

    assert answer.headers["Content-Disposition"].split('"')[1] == "status-PAC-01-2026-03-12-page-draft-nl.docx"
    assert "OLR-214 compassionate use" in texts_of(answer.data)


def test_only_a_project_fits_on_one_page(world, login):
    what = f"committee:{world.subject.id}"

    answer = login((Role.PMO, world.portfolio)).get(f"/reports/draft.docx?what={what}&lang=en&shape=page")

    assert answer.status_code == 422
    assert "One page is a layout for a project." in answer.text
    assert f'value="{what}" selected' in answer.text


def test_the_page_of_an_edition_has_the_hash_and_figures_that_were_frozen(world, make, login):
    edition_id = actions.publish(by_id(Scope.PROJECT, world.project_ids[0]), PUBLISHER).id
    digest = db.session.scalar(select(actions.Edition.content_sha256))
    make.save(renamed(world.projects[0]))
    client = login((Role.COMMITTEE, world.portfolio))

    texts = [texts_of(client.get(f"/reports/{edition_id}/en/page.docx").data) for _ in range(2)]

    assert texts[0] == texts[1]
    assert re.findall("[0-9a-f]{64}", texts[0])[0] == digest
    assert ("OLR-214 compassionate use" in texts[0], "Renamed since" in texts[0]) == (True, False)
    assert f'href="/reports/{edition_id}/fr/page.docx"' in client.get(f"/reports/{edition_id}").text


def renamed(project: Project) -> Project:
    project.name = "Renamed since"
    return project


def test_an_edition_of_a_committee_has_no_page_of_one_project(world, login):
    edition_id = actions.publish(world.subject, PUBLISHER).id

    answer = login((Role.PMO, world.portfolio)).get(f"/reports/{edition_id}/en/page.docx")

    assert answer.status_code == 404


def test_a_stranger_gets_no_page(world, make, login):
    edition_id = actions.publish(by_id(Scope.PROJECT, world.project_ids[0]), PUBLISHER).id

    answer = login((Role.PMO, make.portfolio())).get(f"/reports/{edition_id}/en/page.docx")

    assert answer.status_code == 404


def test_open_actions_about_the_project_stand_in_its_report(world, make):
    meeting = world.subject.committee_id and make.meeting(make.committee(world.portfolio, code="X"))
    make.action_item(meeting, world.projects[0], what="Send the Dutch form")
    make.action_item(meeting, world.projects[1], what="Something else")

    made = report(Wanted(Scope.PROJECT, world.project_ids[0]))

    assert [line.what for line in made.actions] == ["Send the Dutch form"]


@NO_OFFICE
@pytest.mark.slow
def test_every_project_of_the_demo_fits_on_one_page(app, tmp_path):
    demo.load()
    ids = db.session.scalars(select(Project.id).order_by(Project.id)).all()
    db.session.rollback()
    contents = [report(Wanted(Scope.PROJECT, project_id)) for project_id in ids if project_id]

    for made, lang in zip(contents, cycle(LANGUAGES)):
        (tmp_path / f"{made.code}-{lang}.docx").write_bytes(onepage(made, DRAFT, lang))
    pdfs = pdfs_of(sorted(tmp_path.glob("*.docx")), tmp_path)

    assert [pdf.stem for pdf in pdfs if len(pages_of(pdf)) != 1] == []
    assert len(contents) >= 15


def test_it_opens_as_a_word_file():
    assert Document(BytesIO(onepage(lumen(), STAMP, "en"))).core_properties.language == "en-GB"
