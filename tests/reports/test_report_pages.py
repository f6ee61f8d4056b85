"""Pages of reports: making a draft, publishing, editions, their files and their check, comparing two."""

from io import BytesIO

import pytest
from docx import Document
from lxml import html
from openpyxl import load_workbook
from sqlalchemy import func, select

from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.reports import actions, making, queries
from pmo.reports.models import Edition
from pmo.reports.subjects import of_committee
from pmo.schedule.models import Milestone
from tests.conftest import HTMX
from tests.reports.conftest import PUBLISHER
from tests.reports.publishing import publish

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def what(world) -> str:
    return f"committee:{world.subject.id}"


def text_of(content: bytes) -> str:
    document = Document(BytesIO(content))
    texts = [*(p.text for p in document.paragraphs), *(c.text for t in document.tables for r in t.rows for c in r.cells)]
    return "\n".join(texts).replace("\N{NO-BREAK SPACE}", " ")


def test_a_draft_is_a_word_file_that_says_draft(world, login, what):
    answer = login((Role.PMO, world.portfolio)).get(f"/reports/draft.docx?what={what}&lang=fr")

    assert (answer.status_code, answer.mimetype) == (200, WORD)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="status-MC-2026-03-12-draft-fr.docx"')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "PAC-01" in text_of(answer.data)
    assert db.session.scalar(select(func.count()).select_from(Edition)) == 0


def test_publishing_leads_to_the_edition_and_sets_the_commitments(world, login, what):
    client = login((Role.PMO, world.portfolio))

    answer = publish(client, what=what, lang="en", key="0123456789abcdef")

    assert (answer.status_code, answer.location) == (303, "/reports/1")
    page = client.get("/reports/1")
    assert "<h1>Edition MC 2026-03</h1>" in page.text
    assert {m.commitment == m.forecast for m in db.session.scalars(select(Milestone))} == {True}


def test_a_double_click_publishes_once(world, login, what):
    client = login((Role.PMO, world.portfolio))
    form = {"what": what, "lang": "en", "key": "0123456789abcdef"}

    answers = [client.post("/reports/new", data=form).location for _ in range(2)]
    making.carry_out(1, making.House("pmo"))
    making.carry_out(1, making.House("pmo"))
    later = client.post("/reports/new", data=form).location

    assert (answers, later) == (["/reports/making/1", "/reports/making/1"], "/reports/1")
    assert db.session.scalar(select(func.count()).select_from(Edition)) == 1


def test_each_language_of_an_edition_is_the_file_that_was_published(world, login):
    edition = actions.publish(world.subject, PUBLISHER)
    hashes = dict(edition.file_sha256)
    client = login((Role.COMMITTEE, world.portfolio))

    answers = {lang: client.get(f"/reports/{edition.id}/{lang}.docx") for lang in ("en", "fr", "nl")}

    assert {lang: answer.headers["ETag"].strip('"') for lang, answer in answers.items()} == hashes
    assert client.get(f"/reports/{edition.id}/de.docx").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.PMO, 303), (Role.COMMITTEE, 403), (Role.PROGRAMME_MANAGER, 403), (Role.CONTRIBUTOR, 404), (Role.LIAISON, 404)],
)
def test_who_may_publish(world, login, what, role, status):
    answer = login((role, world.portfolio)).post("/reports/new", data={"what": what, "lang": "en", "key": "0123456789abcdef"})

    assert answer.status_code == status


def test_a_stranger_finds_no_edition(world, make, login, what):
    edition_id = actions.publish(world.subject, PUBLISHER).id
    stranger = login((Role.PMO, make.portfolio()))

    paths = [
        f"/reports/{edition_id}",
        f"/reports/{edition_id}/en.docx",
        f"/reports/{edition_id}/check",
        f"/reports/draft.docx?what={what}",
        f"/reports/compare?edition={edition_id}&edition=99",
    ]
    assert [stranger.get(path).status_code for path in paths] == [404] * len(paths)
    assert "Compare edition" not in stranger.get("/reports").text


def test_who_sees_one_project_gets_a_report_of_it_alone(world, make, login):
    seen, hidden = world.projects[0], world.projects[1]
    manager = login((Role.PROJECT_MANAGER, seen))

    answer = manager.get(f"/reports/draft.docx?what=portfolio:{world.portfolio.id}&lang=en")

    assert answer.status_code == 200
    assert seen.name in text_of(answer.data)
    assert hidden.name not in text_of(answer.data)
    assert "Only the projects" in text_of(answer.data)
    assert manager.get(f"/reports/draft.docx?what=project:{hidden.id}&lang=en").status_code == 404


@pytest.mark.parametrize("what", ["", "committee", "committee:x", "planet:1", "committee:99999999999", "committee:²"])
def test_what_cannot_be_reported_on_is_refused(world, login, what):
    answer = login((Role.PMO, world.portfolio)).get("/reports/draft.docx", query_string={"what": what})

    assert answer.status_code in (404, 422)


def test_nothing_is_published_from_the_past(world, login, what):
    client = login((Role.PMO, world.portfolio))

    assert (
        client.post("/reports/new?as_of=2026-03-01", data={"what": what, "lang": "en", "key": "0123456789abcdef"}).status_code
        == 403
    )
    assert "Publish the edition" not in client.get("/reports/new?as_of=2026-03-01").text


def test_a_draft_of_an_earlier_day_shows_that_day(world, make, login):
    client = login((Role.PMO, world.portfolio))
    what = f"portfolio:{world.portfolio.id}"

    text = text_of(client.get(f"/reports/draft.docx?what={what}&lang=en&as_of=2026-01-31").data)

    assert "Data of 31 Jan 2026, 23:59." in text


def test_the_check_says_that_an_edition_still_holds(world, login):
    edition_id = actions.publish(world.subject, PUBLISHER).id

    answer = login((Role.AUDITOR, world.portfolio)).get(f"/reports/{edition_id}/check", headers=HTMX)

    assert answer.text.strip().startswith('<section class="card" id="check"')
    assert "every number and date is the same" in answer.text


def test_two_editions_are_compared_on_the_page_and_in_excel(world, make, login):
    first = actions.publish(world.subject, PUBLISHER).id
    milestone = db.session.scalars(select(Milestone).order_by(Milestone.id)).first()
    make.save(milestone_moved(milestone))
    second = actions.publish(world.subject, PUBLISHER).id
    client = login((Role.COMMITTEE, world.portfolio))

    page = client.get(f"/reports/compare?edition={second}&edition={first}")
    rows = list(load_workbook(BytesIO(client.get(f"/reports/compare.xlsx?edition={first}&edition={second}").data)).active.values)

    assert "What changed from MC 2026-03 to MC 2026-03b" in page.text
    assert "1 later, 0 earlier" in page.text
    assert rows[1][:3] == ("Date", "PAC-01", "M01 Ethics committee opinion")
    assert rows[1][5] == 6


def test_editions_of_two_committees_in_one_month_are_told_apart(world, make, login):
    ict = of_committee(make.committee(world.portfolio, code="ICT", name="ICT board"))
    ids = [actions.publish(subject, PUBLISHER).id for subject in (world.subject, ict)]
    client = login((Role.PMO, world.portfolio))

    listed = html.fromstring(client.get("/reports").text).xpath("//tr[@data-row]/th//text()")
    sheet = load_workbook(BytesIO(client.get("/reports/list.xlsx").data)).active
    files = [client.get(f"/reports/{edition_id}/en.docx") for edition_id in ids]
    history = client.get(f"/history/edition/{ids[1]}").text

    assert listed == ["ICT 2026-03", "MC 2026-03"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["ICT 2026-03", "MC 2026-03"]
    assert [text_of(file.data).count("Edition MC 2026-03.") for file in files] == [1, 0]
    assert [file.headers["Content-Disposition"].split('"')[1] for file in files] == [
        "status-MC-2026-03-en.docx",
        "status-ICT-2026-03-en.docx",
    ]
    assert "ICT 2026-03" in history


def milestone_moved(milestone: Milestone) -> Milestone:
    milestone.forecast = milestone.forecast.replace(day=19)
    return milestone


@pytest.mark.parametrize(
    "query", ["", "edition=1", "edition=1&edition=1", "edition=x&edition=y", "edition=1&edition=2&edition=3"]
)
def test_comparing_asks_for_two(world, login, query):
    answer = login((Role.PMO, world.portfolio)).get(f"/reports/compare?{query}")

    assert answer.status_code == 422
    assert "Choose two editions to compare." in answer.text


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(world, login, statements, how_many):
    for _ in range(how_many):
        actions.publish(world.subject, PUBLISHER)
    client = login((Role.COMMITTEE, world.portfolio))
    statements.clear()

    page = client.get("/reports", headers=HTMX)

    assert page.text.count('name="edition"') == how_many
    assert len(statements) == 4  # session and person, editions, their number, what waits for approval


def test_a_large_report_is_made_by_a_worker_for_who_asked(world, login, what):
    client = login((Role.PMO, world.portfolio))

    asked = client.post("/reports/making", data={"what": what, "lang": "nl"}).location
    assert "It is being made" in client.get(asked).text
    making.carry_out(queries.making(1).id, making.House("pmo"))

    assert "Your report is ready." in client.get(asked).text
    assert client.get(f"{asked}/file").mimetype == WORD
    assert login((Role.PMO, world.portfolio)).get(f"{asked}/file").status_code == 404
