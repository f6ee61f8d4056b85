"""Lists of projects become history: planned by reading, applied as of the day they show, never twice, never backwards."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from pmo.db import as_of, db, transaction
from pmo.exchange.logic.plan import Outcome
from pmo.kernel.errors import Refused
from pmo.portfolio import actions as portfolios
from pmo.portfolio.models import Portfolio, Programme, Project, ReportedPosition, StatusUpdate
from pmo.schedule.models import DateMove, Milestone
from tests.conftest import NOW
from tests.exchange.reading import bring

HEAD = "Project id;Project;Department;RAG;Start date;End date;Budget (kEUR);Comment\n"
JANUARY = HEAD + (
    "P-1;LUMEN registry;Medical Affairs;Green;12/01/2026;30/06/2026;200;On track\n"
    "P-2;SAP interface;ICT;Amber/Red;15/03/2026;TBC;Exempt under section 43;Waiting\n"
)
FEBRUARY = HEAD + (
    "p-1;LUMEN registry, phase II;Medical Affairs;Amber;12/01/2026;31/07/2026;200;Late contract\n"
    "P-3;SharePoint;ICT;Green;01/02/2026;30/09/2026;80;New\n"
)
PRESENT = ("portfolio", "programme", "project", "milestone", "status_update", "date_move")


def january(**more):
    return bring(JANUARY, "office_2026-01-31.csv", **more)


def february(**more):
    return bring(FEBRUARY, "office_2026-02-28.csv", **more)


def project(code):
    return db.session.scalars(select(Project).where(Project.code == code)).one()


def milestone(code, name):
    return db.session.scalars(select(Milestone).where(Milestone.project_id == project(code).id, Milestone.name == name)).one()


def contents(*tables):
    return {table: db.session.execute(text(f"select * from {table} order by id")).all() for table in tables}


def outcomes(plan):
    return [(row.wanted.at, row.outcome) for row in plan.rows]


def test_a_first_list_makes_the_portfolio_its_programmes_and_projects(app):
    january()

    assert db.session.execute(select(Portfolio.code, Portfolio.name)).all() == [("OFFICE", "OFFICE")]
    assert db.session.execute(select(Programme.code, Programme.name).order_by(Programme.id)).all() == [
        ("MA", "Medical Affairs"),
        ("ICT", "ICT"),
    ]
    assert db.session.execute(select(Project.code, Project.name, Project.external_id).order_by(Project.id)).all() == [
        ("P-1", "LUMEN registry", "P-1"),
        ("P-2", "SAP interface", "P-2"),
    ]


def test_start_and_end_become_milestones_with_their_first_date_as_baseline(app):
    january()

    start, end = milestone("P-1", "Project start"), milestone("P-1", "Project end")
    assert (start.baseline, start.forecast, start.actual) == (date(2026, 1, 12), date(2026, 1, 12), date(2026, 1, 12))
    assert (end.baseline, end.forecast, end.actual) == (date(2026, 6, 30), date(2026, 6, 30), None)


def test_a_start_still_to_come_on_that_day_has_not_happened(app):
    january()

    assert milestone("P-2", "Project start").actual is None


def test_a_missing_value_keeps_its_reason(app):
    january()

    assert (project("P-2").budget, project("P-2").no_value) == (None, {"budget": "exempt"})
    end = milestone("P-2", "Project end")
    assert (end.forecast, end.no_value) == (None, {"forecast": "TBC"})


def test_amounts_are_stored_in_units_with_their_currency_and_day(app):
    january()

    lumen = project("P-1")
    assert (lumen.budget, lumen.currency, lumen.money_on) == (Decimal(200_000), "EUR", date(2026, 1, 31))


def test_a_rating_is_declared_as_it_is_two_tones_included(app):
    january()

    found = db.session.execute(
        select(StatusUpdate.overall, StatusUpdate.attention, StatusUpdate.period_end).order_by(StatusUpdate.id)
    ).all()
    assert found == [("green", "On track", date(2026, 1, 31)), ("amber_red", "Waiting", date(2026, 1, 31))]


def test_every_row_is_also_kept_as_reported(app):
    january()

    one = db.session.scalars(select(ReportedPosition).join(Project).where(Project.code == "P-2")).one()
    assert (one.position_on, one.rating, one.rating_scale, one.start_on, one.end_on) == (
        date(2026, 1, 31),
        "amber_red",
        5,
        date(2026, 3, 15),
        None,
    )
    assert one.no_value == {"budget": "exempt", "end": "TBC"}
    assert one.values == {
        "Project id": "P-2",
        "Project": "SAP interface",
        "Department": "ICT",
        "End date": "TBC",
        "Budget (kEUR)": "Exempt under section 43",
        "Comment": "Waiting",
    }


def test_a_list_holds_from_the_end_of_the_day_it_shows(app):
    january()

    found = db.session.execute(text("select effective_at, origin, reason from history.txn order by id desc limit 1")).one()
    assert found == (datetime(2026, 1, 31, 22, 59, 59, 999999, tzinfo=UTC), "import", "test")


def test_the_next_list_moves_dates_with_a_line_in_the_ledger(app):
    january()
    plan = february()

    end = milestone("P-1", "Project end")
    assert (end.baseline, end.forecast) == (date(2026, 6, 30), date(2026, 7, 31))
    [move] = db.session.scalars(select(DateMove)).all()
    assert (move.milestone_id, move.before, move.after, move.reason) == (end.id, date(2026, 6, 30), date(2026, 7, 31), "imported")
    assert outcomes(plan) == [("2", Outcome.CHANGED), ("3", Outcome.ADDED)]


def test_a_date_that_a_list_moves_nobody_here_has_confirmed_yet(app, make):
    january()
    end, start = milestone("P-1", "Project end"), milestone("P-1", "Project start")
    with transaction(effective_at=datetime(2026, 2, 5, tzinfo=UTC)):
        end.confirmed_on = start.confirmed_on = date(2026, 2, 5)

    february()

    assert (milestone("P-1", "Project end").confirmed_on, milestone("P-1", "Project start").confirmed_on) == (
        None,
        date(2026, 2, 5),
    )


def test_an_identifier_is_matched_whatever_its_case_and_the_name_follows(app):
    january()
    february()

    assert (project("P-1").name, project("P-1").external_id) == ("LUMEN registry, phase II", "P-1")


def test_what_is_no_longer_in_the_list_is_named_and_kept(app):
    january()
    plan = february()

    assert [one.code for one in plan.gone] == ["P-2"]
    assert project("P-2").state == "open"


def test_year_after_year_builds_history(app):
    january()
    february()

    with as_of(datetime(2026, 2, 10, tzinfo=UTC)):
        assert db.session.execute(select(Project.code, Project.name).order_by(Project.id)).all() == [
            ("P-1", "LUMEN registry"),
            ("P-2", "SAP interface"),
        ]
        assert milestone("P-1", "Project end").forecast == date(2026, 6, 30)


@pytest.mark.parametrize("again", [january, february])
def test_the_same_list_again_changes_nothing(app, again):
    january()
    february()
    before = contents(*PRESENT, "reported_position", "history.txn")

    again()

    assert contents(*PRESENT, "reported_position", "history.txn") == before


def test_an_older_list_afterwards_only_adds_what_was_reported(app):
    february()
    before = contents(*PRESENT)

    plan = january()

    assert contents(*PRESENT) == before
    assert outcomes(plan) == [("2", Outcome.OLDER), ("3", Outcome.LEFT_OUT)]
    found = db.session.execute(select(ReportedPosition.position_on, ReportedPosition.end_on).order_by(ReportedPosition.id)).all()
    assert found == [
        (date(2026, 2, 28), date(2026, 7, 31)),
        (date(2026, 2, 28), date(2026, 9, 30)),
        (date(2026, 1, 31), date(2026, 6, 30)),
    ]


def test_a_project_edited_here_since_keeps_the_edit_and_says_so(app):
    january()
    lumen = project("P-1")
    with transaction("sponsor known"):
        lumen.sponsor = "Els"
    before = contents(*PRESENT)

    plan = bring(JANUARY.replace("LUMEN registry;", "Lumen (registry);"), "office_2026-02-28.csv")

    assert outcomes(plan) == [("2", Outcome.OLDER), ("3", Outcome.UNCHANGED)]
    assert contents("project", "milestone") == {table: before[table] for table in ("project", "milestone")}


def test_a_closed_project_stays_closed_and_as_it_was(app):
    january()
    with transaction("done", effective_at=datetime(2026, 2, 1, tzinfo=UTC)):
        portfolios.close(project("P-1"), "done")

    plan = february()

    assert outcomes(plan) == [("2", Outcome.CLOSED), ("3", Outcome.ADDED)]
    assert project("P-1").name == "LUMEN registry"


def test_a_dry_run_changes_nothing_and_says_what_it_would(app):
    january()
    before = contents(*PRESENT, "reported_position", "history.txn")

    plan = february(dry_run=True)

    assert contents(*PRESENT, "reported_position", "history.txn") == before
    [changed] = plan.of(Outcome.CHANGED)
    assert [(change.milestone, change.field, change.before, change.after) for change in changed.changes] == [
        ("", "name", "LUMEN registry", "LUMEN registry, phase II"),
        ("Project end", "forecast", date(2026, 6, 30), date(2026, 7, 31)),
    ]


def test_a_list_of_tomorrow_is_refused(app):
    with pytest.raises(Refused, match="This list shows 1 Apr 2026, which is still to come"):
        bring(JANUARY, "office_2026-04-01.csv")


def test_a_list_that_fails_half_way_leaves_nothing(app):
    endless = JANUARY.replace("LUMEN registry", "x")
    with pytest.raises(RuntimeError), transaction("outer"):
        bring(endless, "office_2026-01-31.csv")

    assert db.session.scalars(select(Project)).all() == []


def test_today_s_list_is_live_and_has_colours_and_alerts_looked_at_again(app):
    bring(JANUARY, "office_2026-03-12.csv")

    assert db.session.scalar(text("select effective_at from history.txn order by id desc limit 1")) == NOW
    jobs = db.session.execute(text("select task_name, args from procrastinate_jobs order by id")).all()
    ids = [project("P-1").id, project("P-2").id]
    assert sorted(jobs, key=str) == sorted(
        ((name, {"project_id": one}) for one in ids for name in ("alerts.evaluate", "status.refresh")), key=str
    )


def test_history_brought_in_is_looked_at_once(app):
    january()

    jobs = db.session.execute(text("select task_name from procrastinate_jobs order by id")).scalars().all()
    assert jobs == ["alerts.evaluate_imported"]
