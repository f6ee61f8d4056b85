"""Tables as OData and CSV: who reads which rows, how a program asks, and what a hostile question gets."""

import base64
import xml.etree.ElementTree as xml
from dataclasses import replace
from datetime import date, timedelta

import pytest

from pmo.db import db, transaction
from pmo.feeds.tables import TABLES
from pmo.kernel.permissions import Role
from pmo.people import actions as people
from pmo.portfolio.models import Project
from tests.conftest import NOW
from tests.marked import MARK, world

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"


@pytest.fixture
def reader(login):
    return login(Role.PMO)


@pytest.fixture
def projects(make):
    """Three of one programme, the second without a budget."""
    programme = make.programme(make.portfolio(code="BX"), code="PAC")
    amounts = (1000, None, 250)
    return [make.project(programme, code=f"PAC-0{n}", name=f"Project {n}", budget=amount) for n, amount in enumerate(amounts, 1)]


def values(answer, name="code"):
    assert answer.status_code == 200, answer.text
    return [row[name] for row in answer.json["value"]]


def basic(password):
    return {"Authorization": "Basic " + base64.b64encode(f"els@example.org:{password}".encode()).decode()}


@pytest.fixture
def key(make):
    person = make.person(role=Role.PMO)
    with transaction("test"):
        return people.make_token(person, "Excel", read_only=True)


def test_the_service_names_the_tables_one_may_read(login):
    answer = login(Role.CONTRIBUTOR).get("/odata/")

    assert answer.headers["OData-Version"] == "4.0"
    assert answer.json["@odata.context"] == "http://localhost/odata/$metadata"
    assert [one["url"] for one in answer.json["value"]] == ["projects", "milestones", "raid", "findings", "actions", "decisions"]


def test_the_metadata_say_what_each_column_is(reader):
    document = xml.fromstring(reader.get("/odata/$metadata").data)  # noqa: S314 our own answer

    sets = [one.get("Name") for one in document.iter(f"{EDM}EntitySet")]
    columns = {one.get("Name"): one.get("Type") for one in document.find(f".//{EDM}EntityType[@Name='milestones_row']")}
    assert sets == list(TABLES)
    assert (columns["id"], columns["name"], columns["forecast"]) == ("Edm.Int32", "Edm.String", "Edm.Date")
    assert (columns["is_gate"], columns["weight"]) == ("Edm.Boolean", "Edm.Decimal")


def test_a_row_is_written_in_the_types_of_json(reader, projects, make):
    make.milestone(projects[0], code="M01", baseline=date(2026, 3, 2), forecast=date(2026, 3, 12))

    answer = reader.get("/odata/milestones?$select=project,code,forecast,days_after_baseline,is_gate,owner")

    assert answer.json["@odata.context"].endswith("#milestones(project,code,forecast,days_after_baseline,is_gate,owner)")
    assert answer.json["value"] == [
        {"project": "PAC-01", "code": "M01", "forecast": "2026-03-12", "days_after_baseline": 10, "is_gate": False, "owner": None}
    ]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("$filter=code eq 'PAC-02'", ["PAC-02"]),
        ("$filter=code ne 'PAC-02'", ["PAC-01", "PAC-03"]),
        ("$filter=budget ne 1000", ["PAC-02", "PAC-03"]),  # what is empty is not 1000 either
        ("$filter=budget eq null", ["PAC-02"]),
        ("$filter=budget gt 200 and not (code eq 'PAC-01')", ["PAC-03"]),
        ("$filter=contains(tolower(name),'project') and id in (1,3)", ["PAC-01", "PAC-03"]),
        ("$filter=startswith(portfolio,'B') or money_on lt 2020-01-01", ["PAC-01", "PAC-02", "PAC-03"]),
        ("$orderby=code desc", ["PAC-03", "PAC-02", "PAC-01"]),
        ("$orderby=budget,code", ["PAC-02", "PAC-03", "PAC-01"]),
        ("$top=2", ["PAC-01", "PAC-02"]),
        ("$skip=1&$top=1", ["PAC-02"]),
        ("$top=0", []),
        ("$select=*&$format=json", ["PAC-01", "PAC-02", "PAC-03"]),
    ],
)
def test_a_program_filters_orders_and_cuts(reader, projects, asked, codes):
    answer = reader.get(f"/odata/projects?{asked}")

    assert values(answer) == codes


def test_count_counts_all_that_fit_whatever_is_cut(reader, projects):
    answer = reader.get("/odata/projects?$count=true&$top=1&$filter=budget ne null")

    assert (answer.json["@odata.count"], values(answer)) == (2, ["PAC-01"])


@pytest.mark.parametrize("asked", ["", "$orderby=code", "$top=3", "$filter=startswith(code,'PAC')", "$orderby=code&$top=3"])
def test_long_answers_come_in_pages_that_miss_and_repeat_nothing(app, reader, projects, asked, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], feed_page_rows=2))
    first = reader.get(f"/odata/projects?{asked}")

    second = reader.get(first.json["@odata.nextLink"])

    assert values(first) + values(second) == ["PAC-01", "PAC-02", "PAC-03"]
    assert "@odata.nextLink" not in second.json


HOSTILE = {
    "nested": "not (" * 22 + "name" + ")" * 22,
    "deep": "not " * 400 + "is_gate",
    "long": "name eq '" + "x" * 3000 + "'",
    "wide": " or ".join(f"id eq {n}" for n in range(150)),
    "open": "((((name eq 'x'",
    "half": "name eq",
    "no condition": "name",
    "a number": "1",
    "unknown column": "secret eq 1",
    "table of its own": "pg_user eq 1",
    "relation": "project/name eq 'x'",
    "lambda": "owner/any(o: o/name eq 'x')",
    "unknown function": "pg_sleep(10) eq 1",
    "regular expression": "matchesPattern(name,'(a+)+$')",
    "wrong kinds": "name gt 5",
    "no day": "forecast gt 2026-02-31",
    "by zero": "id div 0 eq 1",
    "huge number": "id eq " + "9" * 1900,
    "quote": "name eq ''' or 1=1 --",
    "text functions": "length(concat(name,name)) gt concat('a','b')",
    "nul": "name eq '\x00'",
    "not ascii": "name eq § ",
    "bare not": "not name",
    "sum of texts": "name div 2 eq 1",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_filter_is_refused_with_a_sentence(reader, make, what):
    make.milestone()

    answer = reader.get("/odata/milestones", query_string={"$filter": HOSTILE[what]})

    assert answer.status_code == 400
    assert (answer.json["error"]["code"], answer.json["error"]["target"]) == ("BadRequest", "$filter")
    assert len(answer.json["error"]["message"]) > 20
    assert reader.get("/odata/milestones").status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "target"),
    [
        ("$select=code,secret", 400, "$select"),
        ("$orderby=secret", 400, "$orderby"),
        ("$orderby=code sideways", 400, "$orderby"),
        ("$top=-1", 400, "$top"),
        ("$skip=many", 400, "$skip"),
        ("$skiptoken=after-id-x", 400, "$skiptoken"),
        ("$count=perhaps", 400, "$count"),
        ("$nonsense=1", 400, "$nonsense"),
        ("$top=1&$top=2", 400, "$top"),
        ("$format=xml", 501, "$format"),
        ("$expand=milestones", 501, "$expand"),
        ("$apply=aggregate(budget with sum as all)", 501, "$apply"),
        ("as_of=tomorrow", 400, "as_of"),
    ],
)
def test_what_cannot_be_asked_is_said_in_the_shape_of_odata(reader, asked, status, target):
    answer = reader.get(f"/odata/projects?{asked}")

    assert (answer.status_code, answer.json["error"]["target"]) == (status, target)


def test_an_unknown_table_and_one_that_is_not_ones_own_look_the_same(login):
    client = login(Role.ADMINISTRATOR)

    unknown, other = client.get("/odata/planets"), client.get("/odata/projects")

    assert [unknown.status_code, other.status_code] == [404, 404]
    assert other.json["error"]["code"] == "NotFound"


def test_a_key_opens_as_the_password_of_excel_and_as_a_bearer_token(app, key, projects):
    client = app.test_client()

    codes = [
        client.get("/odata/projects", headers=headers).status_code
        for headers in (basic(key), {"Authorization": f"Bearer {key}"}, basic("guessed"), {})
    ]

    assert codes == [200, 200, 401, 401]
    assert client.get("/odata/projects").headers["WWW-Authenticate"].startswith("Basic realm=")
    assert client.get("/feeds/projects.csv").headers["WWW-Authenticate"].startswith("Basic realm=")


def test_a_key_as_a_password_reads_and_never_writes(app, make):
    person = make.person(role=Role.PMO)
    with transaction("test"):
        writing = people.make_token(person, "program")

    answer = app.test_client().post("/feeds/keys", headers=basic(writing))

    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize("name", TABLES)
def test_rows_of_elsewhere_never_leave(make, login, name):
    own, _other = world(make, "own"), world(make, MARK)
    client = login((Role.PROGRAMME_MANAGER, own.portfolio))

    table, file = client.get(f"/odata/{name}?$count=true"), client.get(f"/feeds/{name}.csv")

    assert table.status_code == 200
    assert table.json["@odata.count"] == len(table.json["value"]) > 0
    assert MARK not in table.text
    assert MARK not in file.text


def test_amounts_are_empty_for_who_may_not_see_them(make, login):
    own = world(make, "own")

    seen, unseen = (
        values(login((role, own.portfolio)).get("/odata/projects?$orderby=id&$top=1"), "budget")
        for role in (Role.PROJECT_MANAGER, Role.CONTRIBUTOR)
    )
    guessed = login((Role.CONTRIBUTOR, own.portfolio)).get("/odata/projects?$filter=budget eq 1000")

    assert (seen, unseen, values(guessed)) == ([1000], [None], [])


def test_an_earlier_day_is_read_as_it_was(reader, projects):
    with transaction("renamed", effective_at=NOW + timedelta(hours=2)):
        db.session.get(Project, projects[0].id).name = "Renamed"

    then = reader.get("/odata/projects", query_string={"as_of": (NOW + timedelta(hours=1)).isoformat(), "$top": "1"})

    assert values(then, "name") == ["Project 1"]
    assert values(reader.get("/odata/projects?$top=1"), "name") == ["Renamed"]


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_page_of_a_table_costs_the_same_whatever_its_length(reader, make, statements, how_many):
    project = make.project()
    for _ in range(how_many):
        make.milestone(project)
    statements.clear()

    answer = reader.get("/odata/milestones")

    assert len(answer.json["value"]) == how_many
    assert len(statements) == 4  # who asks, the rows, two for the limit on calls


def test_a_file_has_every_row_and_nothing_a_spreadsheet_would_run(reader, make, projects):
    projects[0].name, projects[1].name = '=HYPERLINK("http://x")', 'Say "hello", twice'
    db.session.commit()

    answer = reader.get("/feeds/projects.csv?$select=code,name,budget&bom=1")

    assert answer.mimetype == "text/csv"
    assert answer.data.decode() == (
        '\ufeffcode,name,budget\r\nPAC-01,"\'=HYPERLINK(""http://x"")",1000.00\r\n'
        'PAC-02,"Say ""hello"", twice",\r\nPAC-03,Project 3,250.00\r\n'
    )
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="projects.csv"')


def test_a_file_that_would_be_too_large_is_refused_with_what_to_do(app, reader, projects, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], feed_file_rows=2))

    answer = reader.get("/feeds/projects.csv")

    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert answer.text == "These are more than 2 rows: filter them, or ask for them by OData.\n"


def test_a_key_for_reading_is_shown_once_and_can_be_ended(app, login, make):
    person = make.person(role=Role.PMO)
    client = login(person)

    made = client.post("/feeds/keys").text.split('id="reading-key">')[1].split("<")[0]
    works = app.test_client().get("/odata/projects", headers=basic(made)).status_code
    by_another = login(Role.PMO).post("/feeds/keys/1/end").status_code
    ended = client.post("/feeds/keys/1/end")

    assert (works, by_another, ended.status_code) == (200, 404, 303)
    assert made not in client.get("/feeds").text
    assert app.test_client().get("/odata/projects", headers=basic(made)).status_code == 401


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_of_addresses_costs_the_same_whatever_it_lists(login, make, statements, how_many):
    person = make.person(role=Role.PMO)
    client, portfolio = login(person), make.portfolio()
    for _ in range(how_many):
        client.post("/feeds/keys")
        committee = make.committee(portfolio)
        client.post("/feeds/calendars", data={"kind": "committee", "committee_id": committee.id})
    statements.clear()

    page = client.get("/feeds")

    assert page.text.count("<tr data-row>") == 2 * how_many + len(TABLES)
    assert len(statements) == 7


def test_who_reads_no_table_is_offered_calendars_alone(login):
    page = login(Role.INFORMATION).get("/feeds")

    assert page.status_code == 200
    assert "Calendars" in page.text
    assert "Keys for reading" not in page.text
