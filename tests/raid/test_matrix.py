"""The 5 x 5 matrix: bands as PM² has them, counts that lead to their rows, before and after the response."""

import pytest
from sqlalchemy import insert

from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.raid.logic import Band, Bands
from pmo.raid.matrix_views import by_band
from pmo.raid.models import RaidItem
from tests.conftest import HTMX, TODAY

PM2 = Bands(green_to=2, red_from=20, committee_from=12)
PICTURE = """
YYYRR
YYYYR
YYYYY
GYYYY
GGYYY
"""  # PM² Methodology v3.1, written out by hand: likelihood 5 on top, impact 1 to 5 from the left


def test_the_bands_are_those_of_the_method():
    letters = {Band.GREEN: "G", Band.YELLOW: "Y", Band.RED: "R"}

    rows = ["".join(letters[PM2.of(likelihood * impact)] for impact in range(1, 6)) for likelihood in (5, 4, 3, 2, 1)]

    assert rows == PICTURE.split()


def test_risks_without_a_score_stand_in_no_band():
    counted = by_band({(5, 4): 2, (5, 5): 1, (3, 3): 4, (1, 2): 5, (None, 2): 7}, PM2)

    assert counted == {Band.RED: 3, Band.YELLOW: 4, Band.GREEN: 5}


@pytest.fixture
def scored(make):
    """Two risks of 20, one of them small after its response; one without any score; one closed; one of another programme."""
    project = make.project(code="PAC-01")
    make.raid_item(project, title="Label late", probability=4, impact=5, residual_probability=1, residual_impact=2)
    make.raid_item(project, title="Site late", probability=4, impact=5)
    make.raid_item(project, title="Unknown", probability=None, impact=None)
    make.raid_item(project, title="Over", probability=4, impact=5, status="closed", closed_on=TODAY)
    make.raid_item(title="Elsewhere", probability=2, impact=2)
    return project


@pytest.mark.parametrize(
    ("query", "link", "titles", "unscored"),
    [
        ("", "/raid?type=risk&amp;cell=4x5", ["Label late", "Site late"], "1 without a score"),
        ("?project=PAC-01&risks=after", "/raid?type=risk&amp;project=PAC-01&amp;left=1x2", ["Label late"], "2 without a score"),
    ],
)
def test_a_count_leads_to_its_rows(login, scored, query, link, titles, unscored):
    client = login(Role.PMO)

    matrix = client.get(f"/raid/matrix{query}").text
    rows = client.get(link.replace("&amp;", "&")).text

    assert f'href="{link}">{len(titles)}<' in matrix
    assert unscored in matrix
    assert [title for title in ("Label late", "Site late", "Unknown", "Over", "Elsewhere") if f">{title}</a>" in rows] == titles


def test_only_risks_one_may_see_are_counted(login, make, scored):
    client = login((Role.PROJECT_MANAGER, make.project(code="CCC-01")))

    answer = client.get("/raid/matrix", headers=HTMX)

    assert answer.status_code == 200
    assert "No open risk" in answer.text
    assert "PAC-01" not in answer.text


def test_the_matrix_is_not_for_those_who_read_no_project(login, scored):
    answer = login(Role.ADMINISTRATOR).get("/raid/matrix")

    assert answer.status_code == 404


@pytest.mark.parametrize("number", [1, 3, 300])
def test_the_matrix_and_the_register_take_the_same_statements_however_many_risks(login, make, statements, number):
    project = make.project()
    fact = {"project_id": project.id, "type": "risk", "title": "A risk", "title_key": "a risk", "probability": 3, "impact": 3}
    with transaction("test"):
        db.session.execute(insert(RaidItem), [fact | {"code": f"R-{one:03}", "raised_on": TODAY} for one in range(number)])
    client = login(Role.PMO)

    statements.clear()
    client.get("/raid/matrix")
    matrix = len(statements)
    rows = client.get("/raid").text.count("data-row")

    assert (matrix, len(statements) - matrix, rows) == (5, 8, min(number, 100))


def test_the_score_after_the_response_is_typed_shown_and_kept(login, make):
    item = make.raid_item(title="Label late", probability=4, impact=5)
    client = login(Role.PMO)
    typed = {"title": "Label late", "probability": "4", "impact": "5", "residual_probability": "2", "residual_impact": "3"}

    refused = client.post(f"/raid/{item.id}/edit", data=typed | {"residual_impact": "9", "version": item.version}, headers=HTMX)
    saved = client.post(f"/raid/{item.id}/edit", data=typed | {"version": item.version}, headers=HTMX)

    assert refused.status_code == 422
    assert "After the response" in saved.text
    assert (item.residual_level, item.level) == (6, 20)
