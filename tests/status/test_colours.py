"""Colours computed in SQL, for counting and sorting, are those computed from the facts of one project."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from pmo.db import db, transaction
from pmo.kernel.permissions import Actor, Grant, Role
from pmo.portfolio.logic import Colour, Dimension
from pmo.portfolio.models import Project, StatusUpdate
from pmo.raid.models import RaidItem
from pmo.rules.models import Rule
from pmo.schedule.logic import slippage
from pmo.schedule.models import Milestone
from pmo.status.asking import Order, Selection, Sorting
from pmo.status.colours import colours, is_overridden, is_said_better, is_stale
from pmo.status.facts import milestones_of
from pmo.status.models import HealthOverride
from pmo.status.queries import project_statuses, situation
from pmo.status.sorting import ordering
from tests.conftest import NOW, TODAY

EVERYBODY = Actor(1, "Els", frozenset({Grant(Role.PMO)}))
days = st.none() | st.integers(-40, 40).map(lambda count: TODAY + timedelta(days=count))
amounts = st.none() | st.sampled_from([0, 100, 105, 106, 110, 111, 115, 200]).map(Decimal)
colour = st.none() | st.sampled_from([colour.value for colour in Colour])
milestone = st.fixed_dictionaries(
    {
        "baseline": days,
        "commitment": days,
        "forecast": days,
        "actual": st.none() | days,
        "cancelled_on": st.none() | st.just(TODAY),
    }
)
risk = st.fixed_dictionaries(
    {
        "probability": st.none() | st.integers(1, 5),
        "impact": st.integers(1, 5),
        "closed_on": st.sampled_from([None, TODAY]),
        "type": st.sampled_from(["risk", "risk", "issue"]),
    }
)
update = st.fixed_dictionaries({dimension.value: colour for dimension in Dimension})
override = st.fixed_dictionaries(
    {
        "colour": st.sampled_from(["green", "amber", "red"]),
        "starts_on": st.sampled_from([TODAY - timedelta(days=9), TODAY, TODAY + timedelta(days=1)]),
        "ends_on": st.sampled_from([TODAY + timedelta(days=count) for count in (-1, 0, 9)]),
        "ended_at": st.sampled_from([None, None, NOW]),
    }
).filter(lambda drawn: drawn["starts_on"] <= drawn["ends_on"])
project = st.fixed_dictionaries(
    {
        "facts": st.fixed_dictionaries(
            {
                "budget": amounts,
                "spent": amounts,
                "committed": amounts,
                "forecast_cost": amounts,
                "tolerance_days": st.none() | st.integers(0, 20),
                "tolerance_percent": st.none() | st.sampled_from([Decimal(0), Decimal(6), Decimal(12)]),
            }
        ),
        "milestones": st.lists(milestone, max_size=3),
        "risks": st.lists(risk, max_size=2),
        "updates": st.lists(update, max_size=2),
        "overrides": st.lists(override, max_size=2),
    }
)


def store(make, programme, drawn):
    number = make.next("project")
    row = Project(
        portfolio_id=programme.portfolio_id,
        programme_id=programme.id,
        code=f"P{number}",
        name="x",
        name_key="x",
        **drawn["facts"],
    )
    db.session.add(row)
    db.session.flush()
    for index, dates in enumerate(drawn["milestones"]):
        db.session.add(Milestone(project_id=row.id, code=f"M{index}", name="m", name_key="m", position=index, **dates))
    for index, item in enumerate(drawn["risks"]):
        db.session.add(RaidItem(project_id=row.id, code=f"R{index}", title="r", title_key="r", raised_on=TODAY, **item))
    for index, said in enumerate(drawn["updates"]):
        stated = datetime(2026, 2, 20 + index, tzinfo=UTC)
        db.session.add(StatusUpdate(project_id=row.id, period_end=TODAY, stated_at=stated, **said))
    for laid_down in drawn["overrides"]:
        db.session.add(HealthOverride(project_id=row.id, reason="r", made_at=NOW, **laid_down))
        db.session.flush()
    return row.id


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(project, min_size=3, max_size=8))
def test_both_twins_give_the_same_colours_flags_and_order(app, make, drawn):
    if not make.numbers:
        make.programme()
        with transaction():
            db.session.add(
                Rule(
                    code="milestone.slip_to_baseline.amber",
                    programme_id=2,
                    value=3,
                    unit="calendar days",
                    valid_from=TODAY,
                    source="",
                )
            )
    programmes = [make.programme(), make.programme()]
    with transaction():
        ids = [store(make, programmes[index % 2], each) for index, each in enumerate(drawn)]

    at = situation(EVERYBODY)
    c = colours(at)
    flags = (is_said_better(c).label("said"), is_stale(c, at).label("stale"), is_overridden(c).label("is_over"))
    query = select(c, *flags).where(c.c.id.in_(ids))
    in_sql = {row.id: row for row in db.session.execute(query)}
    found = {status.id: status for status in project_statuses(EVERYBODY, Selection(project_ids=tuple(ids)), at=at)}

    for project_id, status in found.items():
        row = in_sql[project_id]
        computed = {part.dimension.value: None if part.colour is None else part.colour.rank for part in status.health.parts}
        assert {name: getattr(row, name) for name in computed} == computed
        assert row.overall == (None if status.overall is None else status.overall.rank)
        assert row.computed == (None if status.health.computed.colour is None else status.health.computed.colour.rank)
        assert row.is_over == (status.health.override is not None)
        assert (bool(row.said), bool(row.stale)) == (status.health.is_said_better, status.is_stale)
    assert set(found) == set(ids)
    assert_orders(ids, at)


def assert_orders(ids, at):
    """The milestone a list is sorted by is the one it shows."""
    c = colours(at)
    shown = milestones_of(ids)
    for order, pick in ((Order.NEXT, slippage.next_open), (Order.END, slippage.last)):
        source = ordering(Sorting(order), c).source
        rows = {row.project_id: row.forecast for row in db.session.execute(select(source).where(source.c.project_id.in_(ids)))}
        picked = {project_id: pick(found) for project_id, found in shown.items()}
        assert rows == {project_id: slippage.expected(found) for project_id, found in picked.items() if found is not None}


def test_every_order_can_be_asked_for(app, make):
    late, early = make.project(code="A"), make.project(code="B")
    make.milestone(late, forecast=date(2026, 5, 1), baseline=date(2026, 4, 1))
    make.milestone(early, forecast=date(2026, 4, 1), baseline=date(2026, 4, 1))
    unknown = make.project(code="C")

    orders = {order: [s.id for s in project_statuses(EVERYBODY, sorting=Sorting(order, is_descending=True))] for order in Order}

    assert {
        order: ids for order, ids in orders.items() if order in (Order.OVERALL, Order.NEXT, Order.TO_BASELINE, Order.END)
    } == {
        Order.OVERALL: [late.id, early.id, unknown.id],
        Order.NEXT: [late.id, early.id, unknown.id],
        Order.TO_BASELINE: [late.id, early.id, unknown.id],
        Order.END: [late.id, early.id, unknown.id],
    }
    assert all(sorted(ids) == sorted([late.id, early.id, unknown.id]) for ids in orders.values())
