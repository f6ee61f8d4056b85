"""The permission table and its twin in SQL agree, whatever the grants and wherever a project stands."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from pmo.db import db
from pmo.kernel.permissions import POLICY, Actor, Grant, Permission, Role, ScopeKind, may
from pmo.people.visibility import within
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects

IDS = st.integers(1, 4)
GRANTS = st.frozensets(
    st.one_of(
        st.builds(Grant, st.sampled_from(Role)),
        st.builds(
            Grant, st.sampled_from(Role), st.sampled_from([ScopeKind.PORTFOLIO, ScopeKind.PROGRAMME, ScopeKind.PROJECT]), IDS
        ),
    ),
    max_size=4,
)


def build(make):
    """Two portfolios of two programmes of two projects each, so that every kind of scope covers some and not others."""
    for _ in range(2):
        portfolio = make.portfolio()
        for _ in range(2):
            programme = make.programme(portfolio)
            for _ in range(2):
                make.project(programme)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grants=GRANTS, permission=st.sampled_from(list(POLICY)))
def test_sql_shows_exactly_the_projects_that_the_table_allows(app, make, grants, permission):
    if not make.numbers:
        build(make)
    actor = Actor(99, "Somebody", grants)

    seen = set(db.session.scalars(visible_projects(actor, permission)))

    allowed = {project.id for project in db.session.scalars(select(Project)) if may(actor, permission, project.place)}
    assert seen == allowed


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grants=GRANTS)
def test_a_narrower_grant_never_opens_a_wider_place(app, make, grants):
    """Without the columns of project or programme only grants on what is named, or on everything, count."""
    if not make.numbers:
        build(make)
    actor = Actor(99, "Somebody", grants)
    readers = POLICY[Permission.PROJECT_READ]

    of_portfolios = within(actor, Permission.PROJECT_READ, portfolio=Project.portfolio_id)
    seen = set(db.session.scalars(select(Project.portfolio_id).where(of_portfolios)))

    wide = [grant for grant in grants if grant.role in readers and grant.scope in (ScopeKind.ALL, ScopeKind.PORTFOLIO)]
    assert seen == ({1, 2} if any(g.scope is ScopeKind.ALL for g in wide) else {g.scope_id for g in wide} & {1, 2})


def test_every_permission_has_its_roles():
    assert set(POLICY) == set(Permission)
