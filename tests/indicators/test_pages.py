"""The pages of indicators: definitions, computed values with the rows that count, mails, the report."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from docx import Document
from sqlalchemy import select

from pmo.alerts import asking
from pmo.alerts.models import Mail
from pmo.db import Moment, db, transaction
from pmo.indicators import actions
from pmo.indicators.actions import Answer, Definition, Giver, Supplier
from pmo.indicators.closing import close_periods
from pmo.indicators.computing import running
from pmo.indicators.definition_views import house
from pmo.indicators.logic.definition import Direction, Limits, Source, Via
from pmo.indicators.models import Indicator, Measurement
from pmo.kernel import clock
from pmo.kernel.permissions import Role
from pmo.reports.contents import Wanted, report
from pmo.reports.logic.content import Scope
from pmo.reports.word.document import document
from pmo.rules.queries import rule_book
from tests.conftest import HTMX, TODAY, key_of
from tests.reports.test_word import STAMP

LIMITS = Limits(Direction.UP, Decimal(90), Decimal(85), Decimal(70))


def define(portfolio, source=Source.COLLECTED, name="Patients enrolled", **facts):
    with transaction("test"):
        return actions.define(portfolio.place, Definition(name, source, facts.pop("limits", LIMITS)), **facts)


@pytest.fixture
def portfolio(make):
    return make.portfolio(name="Oncology")


def cells(content):
    tables = Document(BytesIO(content)).tables
    return "\n".join(cell.text for table in tables for row in table.rows for cell in row.cells)


def typed(portfolio, **other):
    filled = {"name": "Fresh status", "scope": f"portfolio:{portfolio.id}", "source": "status_freshness", "frequency": "month"}
    return filled | {"direction": "up", "target": "90", "warning": "85", "alert": "70"} | other


def test_the_pmo_defines_an_indicator(login, portfolio):
    answer = login(Role.PMO).post("/indicators/new", data=typed(portfolio))

    [made] = db.session.scalars(select(Indicator))
    assert (answer.status_code, answer.location) == (303, f"/indicators/{made.id}")
    assert (made.name, made.unit, made.starts_on, made.alert) == ("Fresh status", "%", date(2026, 2, 1), Decimal(70))


def test_a_definition_that_cannot_be_keeps_what_was_typed(login, portfolio):
    answer = login(Role.PMO).post("/indicators/new", data=typed(portfolio, alert="95", question="My words"))

    assert answer.status_code == 422
    assert "From good to bad it goes down: target, warning limit, alert limit." in answer.text
    assert "My words" in answer.text


def test_a_stale_definition_is_refused(login, portfolio):
    made = define(portfolio)

    answer = login(Role.PMO).post(f"/indicators/{made.id}/edit", data=typed(portfolio, version=made.version - 1))

    assert (answer.status_code, "Somebody else changed this" in answer.text) == (409, True)


def test_with_values_the_source_stays_what_it_is(login, portfolio):
    number = define(portfolio, Source.FRESHNESS).id
    changed = typed(portfolio, source="mean_slip", version=1)
    close_periods()

    answer = login(Role.PMO).post(f"/indicators/{number}/edit", data=changed)

    assert (answer.status_code, "There are values already." in answer.text) == (422, True)


def test_it_is_archived_and_comes_back(login, portfolio):
    made, client = define(portfolio), login(Role.PMO)

    client.post(f"/indicators/{made.id}/archive")
    archived = client.get("/indicators").text
    client.post(f"/indicators/{made.id}/restore")

    assert "1 archived indicator" in archived
    assert "archived indicator" not in client.get("/indicators").text


def test_a_supplier_is_a_person_or_an_address(login, portfolio):
    made, client = define(portfolio), login(Role.PMO)

    nobody = client.post(f"/indicators/{made.id}/parts", data={"supplier": "Fjord"}, headers=HTMX)
    bad = client.post(f"/indicators/{made.id}/parts", data={"supplier": "Fjord", "email": "nowhere"}, headers=HTMX)
    good = client.post(f"/indicators/{made.id}/parts", data={"supplier": "Fjord", "email": "data@fjord.example"})

    assert (nobody.status_code, bad.status_code, good.status_code) == (422, 422, 303)
    assert 'value="Fjord"' in nobody.text


def test_who_may_only_read_changes_nothing(login, portfolio):
    made = define(portfolio)
    reader, stranger = login((Role.COMMITTEE, portfolio)), login()

    assert (reader.get(f"/indicators/{made.id}").status_code, reader.get(f"/indicators/{made.id}/edit").status_code) == (200, 403)
    assert (stranger.get("/indicators").status_code, stranger.get(f"/indicators/{made.id}").status_code) == (404, 404)


def test_a_closed_month_is_measured_as_it_stood_and_drills_down_to_its_rows(login, make, portfolio):
    january = datetime(2026, 1, 10, 9, tzinfo=UTC)
    programme = make.programme(portfolio, effective_at=january)
    old = make.project(programme, name="Silent project", effective_at=january)
    fresh = make.project(programme, name="Spoken project", effective_at=january)
    make.status_update(fresh, stated_at=datetime(2026, 2, 20, 9, tzinfo=UTC), effective_at=datetime(2026, 2, 20, 9, tzinfo=UTC))
    number = define(portfolio, Source.FRESHNESS, "Fresh status").id
    make.status_update(old, stated_at=clock.now())

    measured = close_periods()
    client = login(Role.PMO)
    told = client.get(f"/api/v1/indicators/{number}", headers=key_of(client)).json
    then = client.get(f"/indicators/{number}?rows=2026-02-01").text

    assert (measured, close_periods()) == (1, 0)
    assert [(point["period"], point["value"], point["colour"]) for point in told["measurements"]] == [
        ("2026-02-01", "50.0000", "red")
    ]
    assert ("Silent project" in then, "never updated" in then) == (True, True)


def test_a_month_in_which_nothing_counted_is_missing_not_zero(login, portfolio):
    number = define(portfolio, Source.EXPOSURE, "Exposure", limits=Limits(Direction.DOWN, Decimal(100))).id

    close_periods()

    [kept] = db.session.scalars(select(Measurement))
    assert (kept.indicator_id, kept.value, kept.via) == (number, None, Via.COMPUTED)
    assert '<span class="miss">missing</span>' in login(Role.PMO).get("/indicators").text


@pytest.mark.parametrize("path", ["/indicators", "/indicators/collection", "/indicators/list.xlsx"])
def test_the_number_of_statements_does_not_grow_with_the_rows(login, statements, portfolio, path):
    client, counts = login(Role.PMO), []
    for number in range(3):
        made = define(portfolio, name=f"Indicator {number}")
        with transaction("test"):
            actions.add_part(made, Supplier(supplier="Fjord", email="data@fjord.example"), house("BE"))
        statements.clear()
        assert client.get(path).status_code == 200
        counts.append(len(statements))

    assert counts[0] == counts[2]


def test_what_methods_ask_for_is_read_with_what_projects_hold(make, portfolio):
    programme = make.programme(portfolio)
    has, lacks, closed = (make.project(programme, method="waterfall", phase="executing") for _ in range(3))
    charter = make.artefact(method="waterfall", phase="initiating", name="Charter")
    make.artefact(method="waterfall", phase="closing", name="Lessons")
    make.artefact(method="agile", phase="initiating", name="Vision")
    make.document(has, charter, link="https://example.org/charter")
    with transaction("test"):
        closed.state = "closed"

    found = running(define(portfolio, Source.DOCUMENTS), rule_book(), TODAY)

    assert found.value == Decimal(50)
    assert [(row.project, row.name, row.amount) for row in found.rows] == [
        (has.code, "Charter", 1),
        (has.code, "Lessons", None),
        (lacks.code, "Charter", 0),
        (lacks.code, "Lessons", None),
    ]


@pytest.mark.parametrize("source", list(Source))
def test_every_source_has_its_page_in_three_languages(login, make, portfolio, source):
    project = make.project(make.programme(portfolio), budget=100, forecast_cost=120)
    make.milestone(project, baseline=date(2026, 3, 2), forecast=date(2026, 3, 20))
    make.raid_item(project, probability=4, impact=4)
    meeting = make.meeting(make.committee(portfolio), date(2026, 3, 10))
    make.decision(meeting, project)
    make.action_item(meeting, project)
    made = define(portfolio, source)

    pages = [login(Role.PMO, language=lang).get(f"/indicators/{made.id}") for lang in ("en", "fr", "nl")]

    assert [page.status_code for page in pages] == [200, 200, 200]


def test_excel_has_every_period_with_real_numbers(login, portfolio):
    made = define(portfolio)
    with transaction("test"):
        part = actions.add_part(made, Supplier(supplier="Fjord", email="data@fjord.example"), house("BE"))
        row = db.session.scalars(select(Measurement).where(Measurement.part_id == part.id)).one()
        actions.give(row, Answer(Decimal("79.5")), Giver("Fjord", Via.LINK))

    sheet = openpyxl.load_workbook(BytesIO(login(Role.PMO).get("/indicators/list.xlsx").data)).active

    assert [row[6].value for row in sheet.iter_rows(min_row=2)] == [79.5, 79.5]
    assert sheet["E3"].value in (None, "")


def test_who_is_asked_gets_one_mail_and_one_reminder(settings, portfolio):
    made = define(portfolio)
    with transaction("test"):
        actions.add_part(made, Supplier(supplier="Fjord", email="data@fjord.example", language="fr"), house("BE"))
        written = asking.write_all(settings), asking.write_all(settings)

    asked, reminder = db.session.scalars(select(Mail).order_by(Mail.id))

    assert written == (2, 0)  # 12 March is more than two working days after the 6th
    assert (asked.address, asked.person_id, asked.purpose.split()[0]) == ("data@fjord.example", None, "indicator")
    assert asked.subject == "pmo : une valeur est demandée : Patients enrolled, février 2026"
    assert reminder.subject.startswith("pmo : manque encore")
    assert (asked.secret not in asked.body, "/give/{{secret}}" in asked.body) == (True, True)


def test_who_has_answered_is_not_written_to(settings, portfolio):
    made = define(portfolio)
    with transaction("test"):
        part = actions.add_part(made, Supplier(supplier="Fjord", email="data@fjord.example"), house("BE"))
        row = db.session.scalars(select(Measurement).where(Measurement.part_id == part.id)).one()
        actions.give(row, Answer(Decimal(1)), Giver("Fjord", Via.LINK))
        written = asking.write_all(settings)

    assert written == 0


def test_the_report_says_how_many_were_received(make, portfolio):
    make.project(make.programme(portfolio))
    made = define(portfolio)
    with transaction("test"):
        for name in ("Fjord", "Sund"):
            actions.add_part(made, Supplier(supplier=name, email=f"{name}@example.org"), house("BE"))
        row = db.session.scalars(select(Measurement).order_by(Measurement.id)).first()
        actions.give(row, Answer(Decimal(79)), Giver("Fjord", Via.LINK))

    content = report(Wanted(Scope.PORTFOLIO, portfolio.id))
    [line] = content.indicators

    assert (line.value, line.received, line.expected) == (None, 1, 2)
    assert "1 of 2 received" in cells(document(content, STAMP, "en"))
    assert "reçu\N{NO-BREAK SPACE}: 1 sur 2" in cells(document(content, STAMP, "fr"))


def test_an_earlier_report_says_what_was_known_then(make, portfolio):
    make.project(make.programme(portfolio))
    made = define(portfolio)
    with transaction("test"):
        actions.add_part(made, Supplier(supplier="Fjord", email="data@fjord.example"), house("BE"))
    before = clock.now() + timedelta(minutes=30)
    with transaction("test", effective_at=clock.now() + timedelta(hours=1)):
        row = db.session.scalars(select(Measurement)).first()
        actions.give(row, Answer(Decimal(79)), Giver("Fjord", Via.LINK))

    content = report(Wanted(Scope.PORTFOLIO, portfolio.id), Moment(before))

    assert content.indicators[0].received == 0
