"""Bringing a list in by the browser: upload, look, correct, apply or throw away; only who uploaded it sees it."""

import re
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select, text

from pmo.db import db, transaction
from pmo.exchange import jobs, views
from pmo.exchange.models import ImportRun
from pmo.kernel.permissions import Role
from pmo.portfolio.models import Portfolio, Project
from pmo.schedule.models import Milestone
from tests.exchange.reading import DATA, needs_data

LIST = (
    "Nr;Project naam;Verantwoordelijke;Status;Einde;Budget (kEUR)\n"
    "ICT-11;Dynamics 365;Els;G;10/07/2026;178\n"
    "ICT-14;SAP interface;Els;blauw;31/02/2026;n.t.b.\n"
)
NEW = {"kind": "portfolio", "new_portfolio": "ICT"}


@pytest.fixture
def client(login):
    return login(Role.PMO)


def upload(client, content=LIST, name="unit_2026-03-09.csv", **data):
    content = content.encode() if isinstance(content, str) else content
    return client.post("/imports", data=NEW | data | {"file": (BytesIO(content), name)}, content_type="multipart/form-data")


def run():
    return db.session.scalars(select(ImportRun)).one()


def apply(client, url):
    return client.post(f"{url}/apply", data={"fingerprint": run().preview["fingerprint"]})


def test_a_list_is_shown_before_anything_is_stored(client):
    answer = upload(client)
    page = client.get(answer.location).text

    assert answer.status_code == 303
    assert "Apply 2 added, 0 changed" in page
    assert "Nothing is stored yet" in page
    assert "This list shows the state on" in page
    assert 'value="2026-03-09"' in page
    assert db.session.scalars(select(Project)).all() == []


def test_every_refused_cell_is_listed_with_its_place_and_reason(client):
    page = client.get(upload(client).location).text

    assert "2 cells refused" in page
    for cell, value, why in (("D3", "blauw", "not a colour"), ("E3", "31/02/2026", "this day does not exist")):
        assert f'<th scope="row" class="mono">{cell}</th>' in page
        assert f'<td class="mono">{value}</td><td>{why}</td>' in page


def test_the_refused_cells_leave_as_a_workbook(client):
    url = upload(client).location

    rows = openpyxl.load_workbook(BytesIO(client.get(f"{url}/refused.xlsx").data)).active.iter_rows(values_only=True)

    assert list(rows) == [
        ("Sheet", "Cell", "Column", "Value", "Why"),
        ("", "D3", "Status", "blauw", "not a colour"),
        ("", "E3", "Einde", "31/02/2026", "this day does not exist"),
    ]


def test_applying_brings_it_in_as_it_was_shown_and_forgets_the_file(client):
    url = upload(client).location

    answer = apply(client, url)

    assert answer.status_code == 303
    assert db.session.execute(select(Project.code, Project.name).order_by(Project.id)).all() == [
        ("ICT-11", "Dynamics 365"),
        ("ICT-14", "SAP interface"),
    ]
    assert (run().state, run().content, run().position_on) == ("applied", b"", date(2026, 3, 9))
    assert "brought in" in client.get(url).text


def test_the_person_who_applied_stands_in_the_history(client):
    apply(client, upload(client).location)

    origin, reason, actor = db.session.execute(
        text("select origin, reason, actor from history.txn order by id desc limit 1")
    ).one()
    assert (origin, reason, actor) == ("import", "Import of unit_2026-03-09.csv", run().person_id)


def test_applying_twice_does_it_once(client):
    url = upload(client).location
    seen = run().preview["fingerprint"]
    client.post(f"{url}/apply", data={"fingerprint": seen})

    again = client.post(f"{url}/apply", data={"fingerprint": seen})

    assert again.status_code == 409
    assert len(db.session.scalars(select(Project)).all()) == 2


def test_what_changed_meanwhile_is_shown_before_it_can_be_applied(client):
    apply(client, upload(client).location)
    with transaction("gone"):
        db.session.delete(run())
    url = upload(client, LIST.replace("10/07", "17/07")).location
    with transaction("moved meanwhile"):
        milestone = db.session.scalars(select(Milestone).where(Milestone.forecast == date(2026, 7, 10))).one()
        milestone.forecast = date(2026, 7, 12)

    answer = apply(client, url)

    assert answer.status_code == 409
    assert "Something changed here since you looked." in answer.text


def test_a_column_can_be_made_something_else(client):
    url = upload(client).location
    number = [column["heading"] for column in run().preview["columns"]].index("Verantwoordelijke")

    client.post(url, data={f"column-{number}": "sponsor"})
    apply(client, url)

    assert db.session.scalars(select(Project.sponsor)).all() == ["Els", "Els"]


def test_the_day_and_the_order_of_dates_can_be_said(client):
    url = upload(client, "Project,End date,Budget\nA,03/04/2026,1\nB,05/06/2026,2\n", "x.csv").location
    assert "day and month could be exchanged" in client.get(url).text

    client.post(url, data={"position_on": "2026-02-28", "order": "month first"})
    apply(client, url)

    assert run().position_on == date(2026, 2, 28)
    assert db.session.scalars(select(Milestone.forecast).order_by(Milestone.id)).all() == [date(2026, 3, 4), date(2026, 5, 6)]


def test_a_question_is_answered_by_a_pick(client):
    apply(client, upload(client, "Project;End date\nUpgrade;30/06/2026\n", "x_2026-01-31.csv").location)
    with transaction("gone"):
        db.session.delete(run())
    url = upload(client, "Project;End date\nUpgrade;30/06/2026\nUpgrade;31/07/2026\n", "x_2026-02-28.csv").location
    assert "2 questions" in client.get(url).text

    client.post(url, data={"answer-2": "ICT-1", "answer-3": "new"})
    apply(client, url)

    assert len(db.session.scalars(select(Project)).all()) == 2


def test_the_corrections_leave_as_a_mapping_that_works(client, tmp_path):
    url = upload(client).location
    client.post(url, data={"column-2": "sponsor"})

    answer = client.get(f"{url}/mapping.toml")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert 'sponsor = ["Verantwoordelijke"]' in answer.text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"file": (BytesIO(b""), "")}, "Choose a file with something in it."),
        ({"new_portfolio": ""}, "Choose a portfolio, or give the code of a new one."),
        ({"new_portfolio": "a b"}, "This cannot be understood."),
        ({"kind": "milestones"}, "Bring its projects in first."),
    ],
)
def test_a_refused_upload_keeps_the_form(client, data, sentence):
    answer = (
        upload(client, **data)
        if "file" not in data
        else client.post("/imports", data=NEW | data, content_type="multipart/form-data")
    )

    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.scalars(select(ImportRun)).all() == []


def test_a_file_that_cannot_be_read_says_so_and_can_be_thrown_away(client):
    url = upload(client, b"%PDF-1.7", "list.xlsx").location

    assert "list.xlsx: This is a PDF." in client.get(url).text
    client.post(f"{url}/discard")
    assert (run().state, run().content) == ("discarded", b"")


def test_a_day_still_to_come_is_refused_on_the_page(client):
    page = client.get(upload(client, name="unit_2026-04-09.csv").location).text

    assert "This list shows 9 Apr 2026, which is still to come." in page


def test_a_large_file_is_read_by_the_worker(client, monkeypatch):
    monkeypatch.setattr(views, "READ_AT_ONCE", 10)
    url = upload(client).location

    assert "is being read in the background" in client.get(url).text
    [(task, arguments)] = db.session.execute(text("select task_name, args from procrastinate_jobs")).all()
    assert (task, arguments) == ("exchange.read", {"run_id": run().id})
    jobs.read(run().id)
    assert "Apply 2 added" in client.get(url).text


def test_milestones_come_in_by_the_browser_too(client, make):
    project = make.project(code="LUM-1")
    portfolio = db.session.get(Portfolio, project.portfolio_id)
    url = upload(
        client,
        "Project,Milestone,Baseline,Forecast\nLUM-1,Go live,2026-06-30,2026-07-31\n",
        kind="milestones",
        new_portfolio="",
        portfolio=portfolio.code,
    ).location

    assert "Apply 1 added, 0 changed" in client.get(url).text
    apply(client, url)
    assert db.session.scalars(select(Milestone.name)).all() == ["Go live"]


def test_a_reader_is_offered_nothing_and_another_s_upload_does_not_exist(client, login, make):
    url = upload(client).location

    assert login(Role.COMMITTEE).get("/imports").status_code == 404
    assert login(Role.PMO).get(url).status_code == 404
    assert login(Role.PMO).post(f"{url}/apply").status_code == 404
    assert client.get("/imports/999999").status_code == 404


def test_a_portfolio_one_has_no_rights_in_does_not_exist(login, make):
    mine, other = make.portfolio(code="MINE"), make.portfolio(code="OTHER")
    client = login((Role.PMO, mine))

    assert upload(client, portfolio="OTHER", new_portfolio="").status_code == 404
    assert upload(client, new_portfolio="BRAND-NEW").status_code == 404
    assert "OTHER" not in client.get("/imports").text
    assert other.code == "OTHER"


def test_nothing_is_brought_in_while_looking_back(client):
    assert client.post("/imports?as_of=2026-01-31", data=NEW).status_code in {403, 409}


@pytest.mark.parametrize("rows", [1, 3, 300])
def test_a_preview_costs_the_same_statements_whatever_its_length(client, statements, rows):
    lines = "".join(f"Project {number};30/06/2026\n" for number in range(rows))
    url = upload(client, f"Project;End date\n{lines}").location
    client.get(url)
    statements.clear()

    client.get(url)

    assert len(statements) == 4


HOSTILE = (
    sorted(file for file in (DATA / "hostile").rglob("*") if file.is_file() and file.suffix != ".md") if DATA.exists() else []
)


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.name)
def test_a_hostile_upload_ends_in_a_sentence_or_a_preview_and_stores_nothing(client, file):
    answer = upload(client, file.read_bytes(), file.name)

    if answer.status_code == 422:
        assert "Choose a file with something in it." in answer.text
    else:
        page = client.get(answer.location)
        assert page.status_code == 200
        assert "cannot be read" in page.text or "Nothing is stored yet" in page.text
    assert db.session.scalars(select(Project)).all() == []


def test_a_declared_colour_that_changes_is_shown_before_and_after(client):
    apply(client, upload(client, "Code;Name;Status\nPAC-02;Order desk;Green\n", "a_2026-01-31.csv").location)
    again = {"new_portfolio": "", "portfolio": "ICT"}
    url = upload(client, "Code;Name;Status\nPAC-02;Order desk;Amber\n", "b_2026-02-28.csv", **again).location

    page = client.get(f"{url}?tab=changed").text

    assert "<td>Overall, declared</td>" in page
    row = page[page.index("<td>Overall, declared</td>") :].partition("</tr>")[0]
    assert re.findall(r'role="img" aria-label="([^"]*)">(.)<', row) == [("green", "G"), ("amber", "A")]
    assert "Status update" not in page


def test_a_code_that_is_made_up_is_announced(client):
    url = upload(client, "Code;Name;Programme\nPAC-01;Desk;PAC\n;Register;PAC\n;Stock;PAC\n").location

    page = client.get(f"{url}?tab=added").text

    assert "2 projects get a code of their own: the list gives none" in page
    assert 'PAC-02 Register <span class="small fresh--stale">made up: the list gives none</span>' in page


def test_as_many_cells_are_listed_as_are_said_to_be_refused(client):
    page = client.get(upload(client).location).text

    listed = page[page.index('id="h-refused"') :].partition("</table>")[0]
    said = int(re.search(r"(\d+) cells refused", listed)[1])
    assert (said, listed.count('<th scope="row"')) == (2, 2)
    assert "2 names not known here" in page


def test_words_for_no_value_are_shown_with_their_count(client):
    page = client.get(upload(client).location).text

    assert re.search(r'<th scope="row" class="mono">n\.t\.b\.</th><td>to be decided</td><td class="num">1</td>', page)


def test_a_list_that_changes_nothing_has_nothing_to_apply(client):
    same = "Code;Name;Status\nPAC-02;Order desk;Green\n"
    apply(client, upload(client, same, "a_2026-02-28.csv").location)

    page = client.get(upload(client, same, "a_2026-02-28.csv", new_portfolio="", portfolio="ICT").location).text

    assert "Nothing to apply: everything is as it is here" in page
    assert "/apply" not in page


def test_a_list_that_only_repeats_can_be_kept_as_reported(client):
    same = "Code;Name;Status\nPAC-02;Order desk;Green\n"
    apply(client, upload(client, same, "a_2026-01-31.csv").location)

    page = client.get(upload(client, same, "b_2026-02-28.csv", new_portfolio="", portfolio="ICT").location).text

    assert "Nothing to apply: everything is as it is here" in page
    assert "Keep as reported" in page
