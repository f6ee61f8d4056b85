"""A small portfolio on a real database, and a clock that stands still for writing too."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.permissions import Actor, Grant, Role, ScopeKind
from pmo.portfolio.models import Portfolio, Programme, Project
from pmo.reports.actions import Publisher
from pmo.reports.subjects import Subject, of_committee
from tests.conftest import NOW

LONG_AGO = datetime(2025, 12, 1, 9, tzinfo=UTC)
PUBLISHER = Publisher(name="Els Wauters", languages=("en", "fr", "nl"))


@dataclass(frozen=True)
class World:
    """Looked up anew each time: a look back makes the session forget what it has loaded."""

    portfolio_id: int
    programme_id: int
    project_ids: tuple[int, ...]
    subject: Subject

    @property
    def portfolio(self) -> Portfolio:
        return db.session.get_one(Portfolio, self.portfolio_id)

    @property
    def programme(self) -> Programme:
        return db.session.get_one(Programme, self.programme_id)

    @property
    def projects(self) -> list[Project]:
        return [db.session.get_one(Project, project_id) for project_id in self.project_ids]

    @property
    def pmo(self) -> Actor:
        return Actor(1, "Els Wauters", frozenset({Grant(Role.PMO, ScopeKind.PORTFOLIO, self.portfolio_id)}))


@pytest.fixture
def moved_clock(app) -> Iterator[None]:
    """What is written now is effective now, on the pretended day, as on a server with a test clock."""
    clock.move(NOW - clock.machine_now())
    yield
    clock.move(timedelta(0))


@pytest.fixture
def world(make, moved_clock) -> World:
    """Two programmes, three projects: one late and over budget, one on track, one of which nothing is known."""
    manager = make.person("Nele Verbeke")
    portfolio = make.portfolio(code="BX", name="Benelux and Nordics", effective_at=LONG_AGO)
    access = make.programme(portfolio, code="PAC", name="Patient access", effective_at=LONG_AGO)
    evidence = make.programme(portfolio, code="EVG", name="Evidence generation", position=1, effective_at=LONG_AGO)
    first = make.project(
        access,
        code="PAC-01",
        name="OLR-214 compassionate use",
        manager_id=manager.id,
        budget=410_000,
        spent=156_000,
        forecast_cost=434_000,
        money_on=date(2026, 2, 28),
        effective_at=LONG_AGO,
    )
    second = make.project(
        access, code="PAC-02", name="Order desk", budget=230_000, spent=120_000, forecast_cost=230_000, effective_at=LONG_AGO
    )
    third = make.project(evidence, code="EVG-03", name="LUMEN registry", effective_at=LONG_AGO)
    opinion = {"name": "Ethics committee opinion", "baseline": date(2026, 2, 27), "forecast": date(2026, 3, 13)}
    make.milestone(first, code="M01", **opinion, commitment=date(2026, 3, 9), effective_at=LONG_AGO)
    make.milestone(
        first,
        code="M02",
        name="First patient order",
        baseline=date(2026, 4, 30),
        forecast=date(2026, 5, 13),
        effective_at=LONG_AGO,
    )
    make.milestone(
        second, code="M01", name="Acceptance test", baseline=date(2026, 4, 2), forecast=date(2026, 4, 2), effective_at=LONG_AGO
    )
    make.raid_item(
        first,
        code="R-031",
        title="Second round of ethics questions",
        probability=4,
        impact=5,
        due=date(2026, 3, 2),
        effective_at=LONG_AGO,
    )
    make.raid_item(second, code="R-028", title="Label stock late", probability=3, impact=4, effective_at=LONG_AGO)
    make.status_update(
        first,
        overall="green",
        scope="green",
        done="Dutch form sent.",
        next="Opinion on 13 March.",
        back_to_green="Opinion given.",
        effective_at=LONG_AGO,
    )
    committee = make.committee(portfolio, code="MC", name="Management committee")
    for day in (date(2026, 2, 24), date(2026, 3, 24), date(2026, 4, 21)):
        make.meeting(committee, day)
    return World(portfolio.id, access.id, (first.id, second.id, third.id), of_committee(committee))
