"""What is bound by contract beside what is spent: on the pages, in the list as a file, in the API, in the history."""

import re
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from pmo.db import transaction
from pmo.kernel.permissions import Role
from pmo.people import actions as people
from tests.conftest import HTMX

KNOWN = {"budget": Decimal(400_000), "spent": Decimal(300_000), "committed": Decimal(60_000), "forecast_cost": Decimal(390_000)}


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("committed", "said"),
    [
        (Decimal(60_000), "Committed € 60 k Forecast € 390 k Under budget € 10 k, 2.5 % Neither spent nor committed € 40 k"),
        (Decimal(120_000), "Committed € 120 k Forecast € 390 k Under budget € 10 k, 2.5 % Bound beyond the budget € 20 k"),
        (None, "Committed missing Forecast € 390 k Under budget € 10 k, 2.5 %"),
    ],
)
def test_the_page_of_a_project_says_what_is_committed_and_what_is_left(login, make, committed, said):
    project = make.project(**KNOWN | {"committed": committed})

    assert said in words(login(Role.PMO).get(f"/projects/{project.id}"))


def test_what_is_bound_beyond_the_budget_stands_among_the_reasons_of_the_colour(login, make):
    project = make.project(**KNOWN | {"committed": Decimal(120_000)})

    page = words(login(Role.PMO).get(f"/projects/{project.id}/why"))

    assert "Spent and committed € 420 k of € 400 k: 5 % over. Amber above 0 %, red above 10 %." in page


def test_the_portfolio_adds_up_what_is_known_and_leads_to_the_rows(login, make):
    programme = make.programme()
    make.project(programme, **KNOWN)
    make.project(programme, **KNOWN | {"committed": None})
    client = login(Role.PMO)

    page = client.get("/portfolio").text
    link = re.search(r'<a href="([^"]*)">Committed', page).group(1).replace("&amp;", "&")
    rows = client.get(link, headers=HTMX)

    assert "Committed € 60 k, 1 of 2 known" in words(client.get("/portfolio"))
    assert link.split("?")[1] == "columns=not_green,budget,spent,committed,forecast_cost,manager,updated"
    assert words(rows).count("€ 60 k") == 3  # the sum above, the sum of the programme, the row


def test_the_list_as_a_file_has_a_column_for_it(login, make):
    make.project(**KNOWN)

    book = login(Role.PMO).get("/portfolio/list.xlsx?columns=budget,spent,committed,forecast_cost")

    rows = list(openpyxl.load_workbook(BytesIO(book.data)).active.iter_rows(values_only=True))
    money = rows[0].index("Budget")
    assert rows[0][money : money + 4] == ("Budget", "Spent", "Committed", "Forecast cost")
    assert rows[1][money : money + 4] == (400_000, 300_000, 60_000, 390_000)


@pytest.mark.parametrize(("role", "shown"), [(Role.FINANCE, "60000.00"), (Role.CONTRIBUTOR, None)])
def test_the_api_gives_it_to_those_who_may_see_money(app, make, role, shown):
    project, person = make.project(**KNOWN), make.person(role=role)
    with transaction("test"):
        token = people.make_token(person, "test", days=1, read_only=True)

    found = app.test_client().get(f"/api/v1/projects/{project.id}", headers={"Authorization": f"Bearer {token}"})

    assert found.json["committed"] == shown


def test_the_history_names_it_and_hides_it_where_money_is_hidden(login, make):
    project = make.project(**KNOWN)
    client = login(Role.PMO)
    form = {"code": project.code, "name": project.name, "programme_id": str(project.programme_id), "committed": "75 k"}
    client.post(f"/projects/{project.id}/edit", data=form | {"version": "1"})

    shown = words(client.get(f"/history/project/{project.id}"))

    assert "Committed" in shown
    assert "75 000" in shown or "75,000" in shown
