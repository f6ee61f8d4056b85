"""Findings about indicators: raised once, told to the owner once, cleared by themselves, seen only by who may read the value."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from pmo.alerts import actions, digest, queries
from pmo.alerts.actions import Outcome
from pmo.alerts.indicator_facts import _late, indicator_facts
from pmo.alerts.models import Finding, Mail
from pmo.alerts.queries import Shelf
from pmo.db import db, transaction
from pmo.indicators import actions as indicators
from pmo.indicators import queries as indicator_queries
from pmo.indicators.actions import Answer, Definition, Giver, House, Supplier
from pmo.indicators.logic.definition import Direction, Limits, Source, Via
from pmo.indicators.models import Measurement
from pmo.kernel.permissions import Role
from pmo.kernel.working_days import Calendar
from pmo.people.queries import actor_of_person
from pmo.rules.models import Rule
from pmo.rules.queries import forget, rule_book
from tests.conftest import HTMX, TODAY

LIMITS = Limits(Direction.UP, Decimal(90), Decimal(85), Decimal(70))


@pytest.fixture
def portfolio(make):
    return make.portfolio(code="ONCO", name="Oncology")


def define(place, owner=None, **facts):
    with transaction("test"):
        definition = Definition("Secret patients", Source.COLLECTED, LIMITS, owner_id=owner.id if owner else None)
        return indicators.define(place, definition, starts_on=date(2026, 2, 1), **facts)


def measured(indicator, value, period=date(2026, 2, 1)):
    with transaction("test"):
        indicators.keep(indicator.id, period, None if value is None else Decimal(value))


def evaluate():
    with transaction("test"):
        return actions.evaluate_indicators()


def findings():
    return db.session.scalars(select(Finding).order_by(Finding.id)).all()


def correct(indicator, value):
    with transaction("test"):
        db.session.scalars(select(Measurement).where(Measurement.indicator_id == indicator.id)).one().value = Decimal(value)


def test_a_value_beyond_its_limit_is_raised_once_and_clears_itself(portfolio):
    indicator = define(portfolio.place)
    measured(indicator, "80")

    first, second = evaluate(), evaluate()
    [finding] = findings()
    correct(indicator, "86")
    third = evaluate()

    assert (first, second, third) == (Outcome(raised=1), Outcome(), Outcome(cleared=1))
    assert (finding.rule, finding.subject, finding.subject_id, finding.severity) == (
        "indicator.beyond",
        "indicator",
        indicator.id,
        "amber",
    )
    assert (finding.project_id, finding.portfolio_id, finding.cleared_at is None) == (None, portfolio.id, False)


def test_it_speaks_again_when_it_turns_red(portfolio, make):
    indicator = define(portfolio.place)
    measured(indicator, "80")
    evaluate()
    [finding] = findings()
    person = make.person()
    with transaction("test"):
        actions.acknowledge(finding, "", by=person.id, seen_version=finding.version)
    correct(indicator, "60")

    assert evaluate() == Outcome(repeated=1)
    assert (finding.severity, finding.acknowledged_at) == ("red", None)


def test_a_missing_value_neither_raises_nor_clears(portfolio):
    indicator = define(portfolio.place)
    measured(indicator, None)
    nothing = evaluate()
    correct(indicator, "60")
    evaluate()
    measured(indicator, None, date(2026, 1, 1))

    assert (nothing, evaluate(), findings()[0].cleared_at) == (Outcome(), Outcome(), None)


def test_an_archived_indicator_and_one_of_a_closed_project_warn_of_nothing(portfolio, make):
    archived, project = define(portfolio.place), make.project(make.programme(portfolio))
    of_project = define(project.place)
    for one in (archived, of_project):
        measured(one, "60")
    raised = evaluate()
    with transaction("test"):
        indicators.archive(archived)
        project.state = "closed"

    assert (raised, evaluate()) == (Outcome(raised=2), Outcome(cleared=2))


def test_a_look_at_its_project_leaves_the_finding_of_an_indicator_alone(portfolio, make):
    project = make.project(make.programme(portfolio))
    measured(define(project.place), "60")
    evaluate()

    with transaction("test"):
        actions.evaluate([project.id], "BE")

    assert [one.cleared_at for one in findings() if one.subject == "indicator"] == [None]


@pytest.fixture
def asked(portfolio, make):
    """A value asked of a colleague that was due on Friday, 6 March; today is the 12th."""
    indicator, colleague = define(portfolio.place), make.person()
    house = House(rule_book(), Calendar(), TODAY)
    with transaction("test"):
        indicators.add_part(indicator, Supplier(colleague.id), house)
        [row] = db.session.scalars(select(Measurement)).all()
        row.due = date(2026, 3, 6)
    return row


def test_data_that_nobody_gave_in_time_is_found_until_it_is_given(asked):
    late = evaluate()
    with transaction("test"):
        indicators.give(asked, Answer(Decimal(95)), Giver("Sanna", Via.TYPED))

    assert (late, findings()[0].rule, findings()[0].facts["due"]) == (Outcome(raised=1), "indicator.late", "2026-03-06")
    assert evaluate() == Outcome(cleared=1)


def test_nobody_is_warned_before_the_day_is_past(asked):
    with transaction("test"):
        asked.due = TODAY

    assert evaluate() == Outcome()


def test_the_owner_is_told_once_and_finds_the_indicator(portfolio, make, settings, login):
    owner = make.person(name="Nele", email="nele@example.org", role=Role.FINANCE)
    other = make.person(name="Wim", email="wim@example.org", role=Role.PMO)
    indicator = define(portfolio.place, owner)
    measured(indicator, "60")
    evaluate()
    [finding] = findings()

    with transaction("test"):
        first = digest.write_digests(settings)
    evaluate()
    with transaction("test"):
        second = digest.write_digests(settings)
    mails = db.session.scalars(select(Mail)).all()
    page = login(owner).get(f"/alerts/{finding.id}").text

    assert (first, second, [mail.person_id for mail in mails]) == (1, 0, [owner.id])
    assert "ONCO: Indicator beyond its limit" in mails[0].body
    assert "Secret" not in mails[0].body
    assert other.id not in {mail.person_id for mail in mails}
    assert f'href="/indicators/{indicator.id}"' in page
    assert "Open Secret patients" in page


def test_looking_at_one_indicator_reads_the_answers_missing_there_alone(asked, portfolio):
    other = define(portfolio.place)

    [alone] = indicator_facts(TODAY, [other.id])
    [both] = indicator_facts(TODAY, [asked.indicator_id])

    assert (alone.late, both.late) == (0, 1)
    assert list(_late(TODAY, [other.id])) == []


def test_how_far_back_a_value_still_warns_is_a_rule(portfolio):
    indicator = define(portfolio.place)
    with transaction("test"):
        indicator.starts_on = date(2026, 1, 1)
    measured(indicator, "60", date(2026, 1, 1))
    looked_back = select(Rule).where(Rule.code == "indicator.looked_back")

    within_a_year = evaluate()
    with transaction("test"):
        db.session.scalars(looked_back).one().value = 1
        forget()

    assert (within_a_year, evaluate()) == (Outcome(raised=1), Outcome(cleared=1))


def test_without_an_owner_whoever_manages_the_place_is_told_else_the_pmo(portfolio, make, settings):
    lead = make.person(name="Lea", email="lea@example.org")
    manager = make.person(name="Jan", email="jan@example.org")
    office = make.person(name="Wim", email="wim@example.org")
    programme = make.programme(portfolio, manager_id=lead.id)
    project = make.project(programme, manager_id=manager.id)
    make.grant(lead, Role.PROGRAMME_MANAGER, programme)
    make.grant(manager, Role.PROJECT_MANAGER, project)
    make.grant(office, Role.PMO, portfolio)
    make.grant(make.person(email="far@example.org"), Role.PMO, make.portfolio())
    for place in (portfolio.place, programme.place, project.place):
        measured(define(place), "80")
    evaluate()

    with transaction("test"):
        written = digest.write_digests(settings)

    told = {mail.person_id: mail.body.count("/alerts/") for mail in db.session.scalars(select(Mail))}
    assert (written, told) == (3, {manager.id: 1, lead.id: 1, office.id: 1})


def test_only_who_may_read_the_indicator_sees_the_alert(portfolio, make, login):
    programme = make.programme(portfolio)
    project = make.project(programme)
    measured(define(programme.place), "60")
    measured(define(project.place), "60")
    evaluate()
    of_programme, of_project = findings()

    def sees(*grants):
        client = login(*grants)
        listed = client.get("/alerts", headers=HTMX).text.count("Secret patients")
        return listed, client.get(f"/alerts/{of_programme.id}").status_code, client.get(f"/alerts/{of_project.id}").status_code

    assert sees(Role.PMO) == (2, 200, 200)
    assert sees((Role.PROGRAMME_MANAGER, programme)) == (2, 200, 200)
    assert sees((Role.PROJECT_MANAGER, project)) == (1, 404, 200)
    assert sees((Role.CONTRIBUTOR, project)) == (0, 404, 404)
    assert sees((Role.PMO, make.portfolio())) == (0, 404, 404)


def test_when_a_project_moves_the_list_and_the_page_follow_it_together(portfolio, make, login):
    before, after = make.programme(portfolio), make.programme(portfolio)
    project = make.project(before)
    indicator = define(project.place)
    measured(indicator, "60")
    evaluate()
    with transaction("test"):
        project.programme_id = after.id

    def sees(programme):
        client = login((Role.PROGRAMME_MANAGER, programme))
        listed = client.get("/alerts", headers=HTMX).text.count("Secret patients")
        pages = [client.get(url).status_code for url in (f"/alerts/{findings()[0].id}", f"/indicators/{indicator.id}")]
        return listed, *pages, client.get("/indicators").text.count(f"/indicators/{indicator.id}") > 0

    assert sees(before) == (0, 404, 404, False)
    assert sees(after) == (1, 200, 200, True)
    assert indicator_queries.of_place(project.place) == [indicator]


def test_an_owner_answers_it_and_a_reader_may_not(portfolio, make, login):
    owner = make.person(role=Role.FINANCE)
    measured(define(portfolio.place, owner), "80")
    evaluate()
    [finding] = findings()
    answer = {"note": "", "version": finding.version}

    refused = login(Role.AUDITOR).post(f"/alerts/{finding.id}/seen", data=answer)
    seen = login(owner).post(f"/alerts/{finding.id}/seen", data=answer)

    assert (refused.status_code, seen.status_code) == (403, 303)


def test_the_history_of_the_alert_opens_from_it(portfolio, login):
    measured(define(portfolio.place), "60")
    evaluate()

    assert login(Role.PMO).get(f"/history/finding/{findings()[0].id}").status_code == 200


@pytest.mark.parametrize("how_many", [1, 3])
def test_looking_at_indicators_costs_the_same_statements_whatever_their_number(portfolio, statements, how_many):
    for _ in range(how_many):
        measured(define(portfolio.place), "95")
    statements.clear()

    evaluate()

    assert len([one for one in statements if one.lstrip().lower().startswith("select")]) == 6


def test_the_inbox_names_programme_or_portfolio(portfolio, make, app):
    person = make.person(role=Role.PMO)
    measured(define(portfolio.place), "60")
    measured(define(make.programme(portfolio, code="EVG").place), "60")
    evaluate()

    rows = queries.inbox(actor_of_person(person, TODAY), Shelf.OPEN)

    assert sorted((row.code, row.owner_name) for row in rows) == [("EVG", ""), ("ONCO", "")]
