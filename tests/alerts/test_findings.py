"""Findings on a real database: raised once, repeated when worse, answered, cleared; the inbox; who may see what."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from pmo.alerts import actions, queries
from pmo.alerts.actions import Outcome
from pmo.alerts.models import Finding
from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.schedule import actions as schedule
from pmo.schedule.logic.moves import MoveReason, Why
from tests.conftest import HTMX

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)


def evaluate(*projects, quiet=False):
    with transaction("test"):
        return actions.evaluate([project.id for project in projects], "BE", quiet=quiet)


def findings():
    return db.session.scalars(select(Finding).order_by(Finding.id)).all()


@pytest.fixture
def late(make):
    """A project with one milestone that a committee was told earlier: amber by four days."""
    project = make.project(code="PAC-01", effective_at=LONG_AGO)
    make.status_update(project)
    make.milestone(
        project,
        name="Opinion",
        baseline=date(2026, 5, 1),
        commitment=date(2026, 5, 1),
        forecast=date(2026, 5, 5),
        effective_at=LONG_AGO,
    )
    return project


def test_what_is_wrong_is_raised_once_and_stays_until_it_is_mended(late):
    first, second = evaluate(late), evaluate(late)
    [finding] = findings()
    milestone = db.session.get(schedule.Milestone, finding.subject_id)
    with transaction("test"):
        schedule.reforecast(milestone, date(2026, 5, 1), Why(MoveReason.SUPPLY))
    third = evaluate(late)

    assert (first, second, third) == (Outcome(raised=1), Outcome(), Outcome(cleared=1))
    assert (finding.rule, finding.severity, finding.facts["days"]) == ("milestone.slip_to_commitment", "amber", 4)
    assert finding.cleared_at is not None


def test_a_seen_finding_speaks_again_only_when_it_gets_worse(late, make):
    evaluate(late)
    [finding] = findings()
    milestone = db.session.get(schedule.Milestone, finding.subject_id)
    person = make.person()
    with transaction("test"):
        actions.acknowledge(finding, "", by=person.id, seen_version=finding.version)
    same = evaluate(late)
    with transaction("test"):
        schedule.reforecast(milestone, date(2026, 5, 20), Why(MoveReason.SUPPLY))

    worse = evaluate(late)

    assert (same, worse.repeated) == (Outcome(), 1)
    assert (finding.severity, finding.times, finding.acknowledged_at) == ("red", 2, None)


def test_a_closed_project_has_nothing_open(late):
    evaluate(late)
    late.state = "closed"
    db.session.commit()

    with transaction("test"):
        ended = actions.end_findings_of_closed_projects()

    assert ended == Outcome(cleared=1)


def test_the_owner_answers_from_the_inbox(late, make, login):
    manager = make.person(name="Nele Verbeke")
    late.manager_id = manager.id
    db.session.commit()
    make.grant(manager, Role.PROJECT_MANAGER, late)
    evaluate(late)
    [finding] = findings()
    client = login(manager)

    shown = client.get("/alerts").text
    answered = client.post(f"/alerts/{finding.id}/seen", data={"note": "", "version": finding.version}, headers=HTMX)

    assert "Opinion: told 1 May 2026, now 5 May 2026, +4 d" in shown
    assert answered.status_code == 200
    assert "Seen by Nele Verbeke" in answered.text
    assert "Opinion" not in client.get("/alerts").text
    assert "Opinion" in client.get("/alerts?shelf=seen").text


@pytest.mark.parametrize(
    ("door", "typed", "status", "message"),
    [
        ("seen", {"note": ""}, 422, "Say in a word what is done about it"),
        ("later", {"until": "2026-03-12", "reason": "x"}, 422, "Choose a day after today."),
        ("later", {"until": "2026-04-30", "reason": "x"}, 422, "at most 30 days"),
        ("later", {"until": "2026-03-20", "reason": ""}, 422, "Say why it can wait."),
        ("later", {"until": "soon", "reason": "my words"}, 422, "my words"),
        ("seen", {"note": "done", "version": "99"}, 409, "Somebody else answered this alert meanwhile."),
    ],
)
def test_a_refused_answer_keeps_what_was_typed(late, make, login, door, typed, status, message):
    make.milestone(late, baseline=date(2026, 1, 1), forecast=date(2026, 4, 1))
    evaluate(late)
    red = next(finding for finding in findings() if finding.severity == "red")

    answer = login(Role.PMO).post(f"/alerts/{red.id}/{door}", data={"version": red.version} | typed, headers=HTMX)

    assert answer.status_code == status
    assert message in answer.text
    assert (red.acknowledged_at, red.snoozed_until) == (None, None)


def test_what_is_put_off_comes_back_on_its_day(late, make, login):
    evaluate(late)
    [finding] = findings()
    client = login(Role.PMO)

    client.post(
        f"/alerts/{finding.id}/later", data={"until": "2026-03-20", "reason": "after the meeting", "version": finding.version}
    )

    assert queries.on_shelf(queries.Shelf.LATER, date(2026, 3, 19)).compile() is not None
    assert db.session.scalars(select(Finding.id).where(queries.on_shelf(queries.Shelf.LATER, date(2026, 3, 19)))).all() == [
        finding.id
    ]
    assert db.session.scalars(select(Finding.id).where(queries.on_shelf(queries.Shelf.OPEN, date(2026, 3, 20)))).all() == [
        finding.id
    ]


def test_alerts_of_other_projects_do_not_exist(late, make, login):
    evaluate(late)
    [finding] = findings()
    stranger = login((Role.PROJECT_MANAGER, make.project()))

    assert "Opinion" not in stranger.get("/alerts").text
    assert stranger.get(f"/alerts/{finding.id}").status_code == 404
    assert stranger.post(f"/alerts/{finding.id}/seen", data={"version": 1}).status_code == 404
    assert stranger.get("/alerts/list.xlsx").status_code == 200


def test_a_committee_member_may_not_answer(late, login):
    evaluate(late)
    [finding] = findings()

    assert login(Role.AUDITOR).post(f"/alerts/{finding.id}/seen", data={"version": 1}).status_code == 403


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_inbox_costs_the_same_whatever_its_length(late, make, login, statements, how_many):
    for _ in range(how_many - 1):
        make.milestone(late, commitment=date(2026, 3, 1), forecast=date(2026, 4, 1), baseline=None)
    evaluate(late)
    client = login(Role.PMO)
    statements.clear()

    page = client.get("/alerts")

    assert page.text.count('class="alert alert--unread"') == how_many
    assert len(statements) == 4  # who asks, run-up to the committee, the shelf, the counts


@pytest.mark.parametrize("how_many", [1, 3])
def test_an_evaluation_costs_the_same_for_one_project_and_for_three(make, statements, how_many):
    ids = [make.project().id for _ in range(how_many)]
    statements.clear()

    with transaction("test"):
        actions.evaluate(ids, "BE")

    assert len(statements) == 11  # the lock, the rules, eight of facts, the open findings


def test_the_file_holds_every_finding_of_the_shelf_also_beyond_the_first_page(make, login, monkeypatch):
    monkeypatch.setattr("pmo.alerts.views.PAGE", 2)
    projects = [make.project() for _ in range(3)]
    for project in projects:
        make.milestone(project, name="Late", baseline=None, forecast=date(2026, 3, 2))
    evaluate(*projects)
    client = login(Role.PMO)

    rows = list(load_workbook(BytesIO(client.get("/alerts/list.xlsx").data)).active.iter_rows(values_only=True))

    assert client.get("/alerts").text.count("data-row") == 2
    assert len(rows) == 1 + 3


@pytest.mark.parametrize("after", ["abc", "²", "9" * 40, "-1"])
def test_a_made_up_place_in_the_list_is_its_beginning(late, login, after):
    evaluate(late)

    assert login(Role.PMO).get("/alerts", query_string={"after": after}).text.count("data-row") == 1


def test_a_percent_sign_is_looked_for_as_such(late, login):
    evaluate(late)

    assert "data-row" not in login(Role.PMO).get("/alerts", query_string={"q": "%"}).text
