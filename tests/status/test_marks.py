"""Since when a project has its colour: noted after changes, by imports at their date, and shown as of any moment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from pmo.db import as_of, db, transaction
from pmo.kernel import clock
from pmo.kernel.permissions import Actor, Grant, Role
from pmo.portfolio.logic import Colour, Dimension
from pmo.status import actions, jobs
from pmo.status.models import HealthMark
from pmo.status.queries import project_status
from tests.conftest import NOW, TODAY

PMO = Actor(1, "Els", frozenset({Grant(Role.PMO)}))
JANUARY = datetime(2026, 1, 15, 12, tzinfo=UTC)


def refresh(project, at=None):
    with transaction(effective_at=at):
        return actions.refresh_marks([project.id], at)


def mark(project_id, dimension="overall"):
    query = select(HealthMark).where(HealthMark.project_id == project_id, HealthMark.dimension == dimension)
    found = db.session.scalar(query.execution_options(populate_existing=True))
    return found.colour, found.since, found.before


def move(milestone, day):
    with transaction():
        milestone.forecast = day


def test_a_first_look_notes_every_dimension_and_a_second_one_nothing(make):
    project = make.project()

    assert (refresh(project), refresh(project)) == (len(Dimension), 0)
    assert mark(project.id) == (None, TODAY, None)


def test_a_changed_colour_keeps_the_one_before_and_its_day(make):
    milestone = make.milestone(baseline=date(2026, 4, 1), forecast=date(2026, 4, 1))
    refresh(milestone.project)

    with clock.pretend(NOW + timedelta(days=2)):
        move(milestone, date(2026, 6, 1))
        refresh(milestone.project)

    assert mark(milestone.project_id) == ("red", date(2026, 3, 14), "green")
    assert mark(milestone.project_id, "cost") == (None, TODAY, None)


def test_an_imports_date_is_when_the_colour_began(make):
    milestone = make.milestone(baseline=date(2026, 4, 1), forecast=date(2026, 6, 1), effective_at=JANUARY)

    refresh(milestone.project, JANUARY)

    assert mark(milestone.project_id) == ("red", date(2026, 1, 15), None)
    assert project_status(PMO, milestone.project_id).health.overall.since == date(2026, 1, 15)


def test_an_older_position_leaves_a_newer_mark_alone(make):
    milestone = make.milestone(baseline=date(2026, 4, 1), forecast=date(2026, 6, 1), effective_at=JANUARY)
    refresh(milestone.project)
    move(milestone, date(2026, 4, 1))

    with transaction():
        changed = actions.refresh_marks([milestone.project_id], JANUARY)

    assert (changed, mark(milestone.project_id)[0]) == (0, "red")


def test_a_look_back_shows_the_colour_and_since_of_that_moment(make):
    milestone = make.milestone(baseline=date(2026, 4, 1), forecast=date(2026, 4, 1), effective_at=JANUARY)
    refresh(milestone.project, JANUARY)
    move(milestone, date(2026, 6, 1))
    refresh(milestone.project)
    project_id = milestone.project_id
    now = project_status(PMO, project_id).health.overall

    with as_of(JANUARY + timedelta(days=1)):
        then = project_status(PMO, project_id).health.overall

    assert (then.colour, then.since) == (Colour.GREEN, date(2026, 1, 15))
    assert (now.colour, now.since, now.before) == (Colour.RED, TODAY, Colour.GREEN)


def test_the_night_notes_what_time_alone_made_late(make):
    project_id = make.milestone(baseline=TODAY, forecast=TODAY).project_id
    jobs.refresh(project_id)

    with clock.pretend(NOW + timedelta(days=1)):
        jobs.nightly(0)

    assert mark(project_id) == ("amber", date(2026, 3, 13), "green")


def test_a_changed_colour_has_the_alerts_looked_at_again_after_it_was_noted(make):
    project = make.project()

    jobs.refresh(project.id)
    jobs.refresh(project.id)

    waiting = db.session.execute(text("select task_name, args from procrastinate_jobs")).all()
    assert [tuple(job) for job in waiting] == [("alerts.evaluate", {"project_id": project.id})]


@pytest.mark.parametrize("how_many", [1, 3])
def test_refreshing_costs_the_same_few_statements_for_any_number_of_projects(make, statements, how_many):
    projects = [make.project() for _ in range(how_many)]
    ids = [project.id for project in projects]
    with transaction():
        actions.refresh_marks(ids)
    statements.clear()

    with transaction():
        actions.refresh_marks(ids)

    assert len(statements) == 7  # lock, projects, milestones, risks, updates, marks, marks to write
