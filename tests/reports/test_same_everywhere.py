"""One milestone, one moment: portfolio, timeline, project page, API and Word say the same of it, today and looking back."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from docx import Document
from lxml import html
from sqlalchemy import select

from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.people import actions as people
from pmo.reports import actions
from pmo.schedule.models import Milestone
from tests.reports.conftest import PUBLISHER

NAME = "Ethics committee opinion"
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def number(world) -> int:
    return db.session.scalars(select(Milestone.id).where(Milestone.name == NAME)).one()


@pytest.fixture
def places(world, number):
    """What each place says of the milestone, as words: `places(client, as_of)`."""
    project = world.project_ids[0]
    with transaction("test"):
        token = people.make_token(people.add_person(email="api@example.org", name="A program"), "test", days=1)
        people.grant(people.queries.person_by_email("api@example.org"), Role.PMO)
    found = {
        "portfolio": ("/portfolio", {}, "//tr[contains(., 'PAC-01')]"),
        "timeline": ("/timeline", {"level": "all", "panel": f"m{number}"}, "//*[@id='panel']"),
        "bar": ("/timeline", {"level": "all"}, f"//*[@role='img' and starts-with(@aria-label, '{NAME}: milestone')]/@aria-label"),
        "project": (f"/projects/{project}/milestones", {}, f"//tbody[@id='milestone-{number}']"),
    }

    def read(client, as_of=""):
        asked = {"as_of": as_of} if as_of else {}
        said = {
            place: _words(client.get(url, query_string=query | asked).text, path) for place, (url, query, path) in found.items()
        }
        draft = client.get("/reports/draft.docx", query_string={"what": f"project:{project}", "lang": "en"} | asked)
        rows = [[cell.text for cell in row.cells] for table in Document(BytesIO(draft.data)).tables for row in table.rows]
        said["word"] = " ".join(" ".join(row) for row in rows if row[0].startswith(NAME)).replace(NBSP, " ")
        answer = client.get(f"/api/v1/milestones/{number}", query_string=asked, headers={"Authorization": f"Bearer {token}"})
        said["api"] = str(answer.json["forecast"])
        return said

    return read


def _words(page, path):
    [found] = html.fromstring(page).xpath(path)
    return " ".join((found if isinstance(found, str) else found.text_content()).replace(NBSP, " ").split())


def test_a_look_back_shows_the_date_before_the_move_everywhere(world, login, places, number):
    client = login((Role.PMO, world.portfolio))
    typed = {"forecast": "2026-03-25", "reason": "authority", "version": db.session.get_one(Milestone, number).version}
    moved = client.post(f"/projects/{world.project_ids[0]}/milestones/{number}/forecast", data=typed)
    assert moved.status_code == 303

    now, then = places(client), places(client, "2026-03-11")

    for place in ("portfolio", "timeline", "bar", "project", "word"):
        assert "25 Mar" in now[place], place
        assert ("25 Mar" in then[place], "13 Mar" in then[place]) == (False, True), place
    assert (now["api"], then["api"]) == ("2026-03-25", "2026-03-13")


def test_a_move_after_the_committee_was_told_shows_two_slips_everywhere(world, login, places, make, number):
    actions.publish(world.subject, PUBLISHER)
    row = db.session.get_one(Milestone, number)
    assert row.commitment == date(2026, 3, 13)
    row.forecast = row.forecast + timedelta(days=6)
    make.save(row)

    said = places(login((Role.PMO, world.portfolio)))

    for place in ("portfolio", "timeline", "project", "word"):
        assert ("+20 d" in said[place], "+6 d" in said[place]) == (True, True), place


def test_register_heat_map_and_report_count_the_same_open_risks(world, make, login):
    closed = make.project(world.programme, code="OLD-01", state="closed")
    make.raid_item(closed, title="Nobody closed it", probability=5, impact=5)
    make.raid_item(world.projects[0], code="R-040", title="Not scored yet", probability=None, impact=None)
    make.raid_item(world.projects[0], code="R-041", title="Long over", status="closed", closed_on=date(2026, 2, 1))
    client = login((Role.PMO, world.portfolio))

    register = client.get("/raid").text
    word = client.get("/reports/draft.docx", query_string={"what": f"portfolio:{world.portfolio.id}", "lang": "en"})
    paragraphs = [paragraph.text.replace(NBSP, " ") for paragraph in Document(BytesIO(word.data)).paragraphs]

    assert "3 items in 2 projects" in register
    assert "1 of them has no likelihood or impact yet" in register
    assert _words(register, "//a[@class='tabs__a' and starts-with(., 'Risks')]") == "Risks 3"
    assert _words(register, "//h2[@id='h-heat']") == "3 risks by likelihood and impact"
    assert [said for said in paragraphs if "of 3 open risks are in the red band." in said] != []
