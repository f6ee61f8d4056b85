"""A question is asked and decided with a change: each report says where its action stands, and late it is told once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from pmo.alerts.jobs import run as run_alerts
from pmo.alerts.models import Finding
from pmo.committees.models import ActionItem, Decision, DecisionRequest
from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.permissions import Actor, Grant, Role, ScopeKind
from pmo.reports.contents import Wanted, report
from pmo.reports.logic.content import Scope

BEFORE = datetime(2026, 1, 5, 9, tzinfo=UTC)
ASKED = {
    "question": "Open a fall-back site in Oulu?", "if_not": "Enrolment ends after 18 Sep", "needed_by": "24 Mar 2026",
    "option_1": "Open Oulu now", "consequence_1": "Ends on 26 Oct", "cost_1": "38,000", "payer_1": "Contingency",
    "recommended": "1", "do": "submit", "option_2": "Wait for Tampere", "consequence_2": "Ends on 20 Nov", "cost_2": "0",
}  # fmt: skip


@pytest.fixture
def on(app):
    """Moves the clock, as `pmo clock set` does, and puts it right afterwards."""

    def move(day: date) -> None:
        clock.move(datetime(day.year, day.month, day.day, 9, tzinfo=UTC) - clock.machine_now())

    with clock.pretend(None):
        yield move
    clock.move(timedelta(0))


def test_a_decision_comes_back_with_its_action_until_it_is_done(make, login, on):
    project = make.project(name="LUMEN registry", effective_at=BEFORE)
    committee = make.committee(project.programme.portfolio, effective_at=BEFORE)
    march, _ = [make.meeting(committee, day, effective_at=BEFORE) for day in (date(2026, 3, 24), date(2026, 4, 28))]
    wanted, sanna = Wanted(Scope.COMMITTEE, committee.id), make.person("Sanna Korhonen").id
    about, meeting = f"project:{project.id}", str(march.id)
    manager, pmo = login((Role.PROJECT_MANAGER, project)), login(Role.PMO)

    on(date(2026, 3, 12))
    page = manager.post("/decisions/new", data=ASKED | {"about": about, "meeting_id": meeting}).location
    [asked] = report(wanted).asked

    on(date(2026, 3, 25))
    outcome = {"outcome": "changed", "text": "Oulu opens.", "change_text": "Half now, half later", "decided_on": "2026-03-24"}
    to_do = {"what_1": "Sign with Oulu", "owner_1": str(sanna), "due_1": "10 Apr 2026"}
    pmo.post(f"{page}/outcome", data=outcome | to_do)
    open_report = report(wanted)

    on(date(2026, 4, 15))
    late_report = report(wanted)
    run_alerts()
    run_alerts()
    findings = db.session.scalars(select(Finding).where(Finding.rule == "action.overdue", Finding.cleared_at.is_(None))).all()
    owner_id, severity, times = [(row.owner_id, row.severity, row.times) for row in findings][0]

    [action] = db.session.scalars(select(ActionItem)).all()
    pmo.post(f"/actions/{action.id}/done", data={"evidence": "Signed on 14 Apr", "version": str(action.version)})
    run_alerts()

    assert (asked.question, asked.options[0].name, asked.options[0].cost, asked.options[0].is_recommended) == (
        "Open a fall-back site in Oulu?", "Open Oulu now", 38000, True
    )  # fmt: skip
    assert (open_report.asked, open_report.carried.held_on) == ((), date(2026, 3, 24))
    [decision] = open_report.carried.decisions
    assert (decision.code, decision.outcome, decision.change, decision.actions) == (
        "2026-01",
        "changed",
        "Half now, half later",
        ("A-001",),
    )
    assert [[(line.state, line.days_late) for line in said.carried.actions] for said in (open_report, late_report)] == [
        [("open", None)],
        [("late", 5)],
    ]
    assert (len(findings), owner_id, severity, times) == (1, sanna, "amber", 1)
    assert [(line.state, line.words) for line in report(wanted).carried.actions] == [("done", "Signed on 14 Apr")]
    assert db.session.scalars(select(Finding).where(Finding.rule == "action.overdue", Finding.cleared_at.is_(None))).all() == []
    assert (db.session.scalars(select(Decision.request_id)).one(), db.session.scalars(select(DecisionRequest.state)).one()) == (
        1,
        "decided",
    )


def test_a_question_left_open_by_its_meeting_is_asked_again_in_the_next_report(make, on):
    project = make.project(effective_at=BEFORE)
    committee = make.committee(project.programme.portfolio, effective_at=BEFORE)
    february, _ = [make.meeting(committee, day, effective_at=BEFORE) for day in (date(2026, 2, 24), date(2026, 3, 24))]
    make.request(february, project, effective_at=BEFORE, question="Still open?")
    make.request(february, project, effective_at=BEFORE, state="draft")

    on(date(2026, 3, 12))

    assert [line.question for line in report(Wanted(Scope.COMMITTEE, committee.id)).asked] == ["Still open?"]


def test_a_reader_is_told_only_of_what_they_may_see(make, on):
    own = make.project(effective_at=BEFORE)
    other = make.project(make.programme(own.programme.portfolio, effective_at=BEFORE), effective_at=BEFORE)
    committee = make.committee(own.programme.portfolio, effective_at=BEFORE)
    february, march = [make.meeting(committee, day, effective_at=BEFORE) for day in (date(2026, 2, 24), date(2026, 3, 24))]
    for project in (own, other):
        make.request(march, project, effective_at=BEFORE)
        make.decision(february, project, effective_at=BEFORE)
        make.action_item(february, project, effective_at=BEFORE)
    reader = Actor(99, "", frozenset({Grant(Role.PROJECT_MANAGER, ScopeKind.PROJECT, own.id)}))

    on(date(2026, 3, 12))
    said = report(Wanted(Scope.COMMITTEE, committee.id, reader))

    assert ([line.code for line in said.asked], [line.code for line in said.carried.decisions]) == (["D1"], ["2026-01"])
    assert [line.code for line in said.carried.actions] == ["A-001"]
