"""Portfolios, programmes and projects through their life."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from pmo.db import acting, db, transaction
from pmo.kernel.errors import Conflict, Invalid
from pmo.portfolio import actions
from pmo.portfolio.actions import Declaration, ProjectFacts
from pmo.portfolio.logic import Colour, Dimension, Kind, Method

FACTS = ProjectFacts(
    "PAC-01",
    "Compassionate use",
    Kind.MEDICAL,
    Method.STUDY,
    sponsor="Director",
    tolerance_days=7,
    budget=Decimal(410_000),
    tags=("rare",),
)


def test_a_portfolio_is_built_from_the_top(make):
    with transaction():
        portfolio = actions.add_portfolio(code="BE", name="Belgium")
        programme = actions.add_programme(portfolio, code="PA", name="Patient access")
        project = actions.add_project(programme, FACTS)

    assert (project.portfolio_id, project.programme_id, project.code, project.kind) == (
        portfolio.id,
        programme.id,
        "PAC-01",
        "medical",
    )
    assert (project.method, project.budget, project.tags, project.state) == ("study", Decimal(410_000), ["rare"], "open")


def test_codes_are_unique_whatever_their_case(make):
    programme = make.programme(code="PA")
    make.project(programme, code="PAC-01")

    with pytest.raises(Invalid), transaction():
        actions.add_project(programme, replace(FACTS, code="pac-01"))
    with pytest.raises(Invalid), transaction():
        actions.add_programme(programme.portfolio, code="pa", name="Twice")
    with pytest.raises(Invalid), transaction():
        actions.add_portfolio(code=programme.portfolio.code.lower(), name="Twice")


def test_every_fact_can_be_changed_and_a_figure_that_arrived_is_missing_no_longer(make):
    project = make.project(no_value={"budget": "not reported", "spent": "exempt"})

    with transaction():
        actions.change_project(project, FACTS, seen_version=project.version)

    assert (project.name, project.name_key, project.budget) == ("Compassionate use", "compassionate use", Decimal(410_000))
    assert project.no_value == {"spent": "exempt"}


def test_a_project_moves_between_programmes_of_one_portfolio_only(make):
    project = make.project()
    sister, stranger = make.programme(project.programme.portfolio), make.programme()

    with transaction():
        actions.change_project(project, FACTS, programme=sister)
    with pytest.raises(Invalid), transaction():
        actions.change_project(project, FACTS, programme=stranger)

    assert project.programme_id == sister.id


def test_a_stale_change_is_refused(make):
    project = make.project()

    with pytest.raises(Conflict), transaction():
        actions.change_project(project, FACTS, seen_version=9)


def test_a_project_closes_with_a_reason_is_archived_and_runs_again(make):
    project = make.project()

    with pytest.raises(Conflict), transaction():
        actions.archive_project(project)
    with pytest.raises(Invalid), transaction():
        actions.close(project, "")
    with pytest.raises(Invalid), transaction():
        actions.close(project, "Ended", on=date(2026, 3, 13))
    with transaction():
        actions.close(project, "Goal reached", on=date(2026, 3, 10))
    assert (project.state, project.closed_on, project.closing_reason) == ("closed", date(2026, 3, 10), "Goal reached")
    with transaction():
        actions.archive_project(project)
    assert project.state == "archived"
    with transaction():
        actions.reopen(project)

    assert (project.state, project.closed_on, project.closing_reason) == ("open", None, "")


def test_a_programme_is_archived_only_when_nothing_in_it_runs(make):
    project = make.project()
    programme = project.programme

    with pytest.raises(Conflict), transaction():
        actions.archive(programme)
    with transaction():
        actions.close(project, "Ended")
    with transaction():
        actions.archive(programme)
    assert programme.archived_at is not None
    with pytest.raises(Conflict), transaction():
        actions.add_project(programme, FACTS)
    with transaction():
        actions.unarchive(programme)

    assert programme.archived_at is None


def test_a_status_update_is_declared_and_corrected_with_both_kept_by_history(make):
    project, person = make.project(), make.person()
    said = Declaration(date(2026, 3, 12), done="Depot ready", colours={Dimension.OVERALL: Colour.AMBER, Dimension.SCOPE: None})

    with acting(person.id, "ui"), transaction():
        update = actions.declare(project, said)
    with acting(person.id, "ui"), transaction():
        actions.correct(update, replace(said, done="Depot ready early"), seen_version=update.version)
    with pytest.raises(Conflict), transaction():
        actions.correct(update, said, seen_version=1)

    assert (update.author_id, update.overall, update.scope, update.done) == (person.id, "amber", None, "Depot ready early")
    assert db.session.scalars(text("select done from history.status_update order by h_version")).all() == [
        "Depot ready",
        "Depot ready early",
    ]
