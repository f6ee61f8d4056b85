"""Bringing a plan into a project: stored as the file gives it, again without harm, only what the plan moved is moved."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from pmo.cli import main
from pmo.db import acting, db, transaction
from pmo.exchange import mspdi
from pmo.exchange.schedules import bring_plan
from pmo.kernel.errors import Conflict, Refused
from pmo.schedule import actions
from pmo.schedule.logic.moves import MoveReason, Why
from pmo.schedule.models import DateMove, Milestone, Plan, Task, TaskLink
from pmo.schedule.plan_actions import plan_link, plan_task
from tests.exchange.test_mspdi import SHARED, plan_of

FILES = sorted(path.name for path in [*SHARED.glob("*.xml"), *SHARED.glob("*.xml.gz")])


def task(uid, name, finish, *more, milestone=False, level=1):
    inside = "".join(more)
    return (
        f"<Task><UID>{uid}</UID><Name>{name}</Name><OutlineLevel>{level}</OutlineLevel><Milestone>{int(milestone)}</Milestone>"
        f"<Start>{finish}T08:00:00</Start><Finish>{finish}T17:00:00</Finish>{inside}</Task>"
    )


def link(uid, lag=0):
    inside = f"<PredecessorUID>{uid}</PredecessorUID><Type>1</Type><LinkLag>{lag}</LinkLag><LagFormat>7</LagFormat>"
    return f"<PredecessorLink>{inside}</PredecessorLink>"


def baseline(day):
    return f"<Baseline><Number>0</Number><Start>{day}T17:00:00</Start><Finish>{day}T17:00:00</Finish></Baseline>"


def bring(project, *tasks, **more):
    with acting(None, "import"):
        return bring_plan(plan_of("".join(tasks)), "plan.xml", project, **more)


def milestones():
    rows = db.session.scalars(select(Milestone).order_by(Milestone.id))
    return [(row.name, row.baseline, row.forecast, row.actual) for row in rows]


CONTRACT = task(1, "Negotiate", "2026-03-20")
SIGNED = task(2, "Contract signed", "2026-03-20", link(1), baseline("2026-03-13"), milestone=True)


@pytest.mark.parametrize("name", FILES)
def test_what_is_stored_is_what_the_file_says(make, name):
    project, content = make.project(), (SHARED / name).read_bytes()
    plan = mspdi.read(content)

    with acting(None, "import"):
        first, second = bring_plan(content, name, project), bring_plan(content, name, project)

    stored = db.session.scalars(select(Task).order_by(Task.position))
    assert [plan_task(row) for row in stored] == list(plan.tasks)
    assert {plan_link(row) for row in db.session.scalars(select(TaskLink))} == set(plan.links)
    assert (first["created"], second["created"], second["updated"], second["gone"]) == (len(plan.tasks), 0, 0, 0)
    assert second["milestone_changes"] == []


def test_milestones_of_the_plan_become_milestones_of_the_project(make):
    report = bring(make.project(), CONTRACT, SIGNED)

    assert milestones() == [("Contract signed", date(2026, 3, 13), date(2026, 3, 20), None)]
    assert report["milestone_changes"] == [
        {"code": "M01", "name": "Contract signed", "field": "new", "before": None, "after": "2026-03-20"}
    ]
    assert db.session.scalars(select(Plan)).one().file_name == "plan.xml"


def test_a_trial_says_what_would_change_and_changes_nothing(make):
    project = make.project()
    tried = bring(project, CONTRACT, SIGNED, dry_run=True)
    assert milestones() == []
    assert db.session.scalar(select(func.count()).select_from(Task)) == 0

    kept = bring(project, CONTRACT, SIGNED)
    assert {**tried, "applied": True} == kept


def test_a_plan_read_again_says_what_was_added_changed_and_gone(make):
    project = make.project()
    bring(project, CONTRACT, SIGNED)

    report = bring(project, task(1, "Negotiate", "2026-03-27"), task(3, "Enrol", "2026-05-01", link(1, 4800)))

    counted = ("created", "updated", "unchanged", "gone", "links_created", "links_gone")
    assert [report[key] for key in counted] == [1, 1, 0, 1, 1, 1]
    assert report["changed_tasks"][0]["fields"]["finish"] == ["2026-03-20T17:00:00", "2026-03-27T17:00:00"]
    assert report["gone_tasks"] == [{"uid": 2, "name": "Contract signed"}]
    assert db.session.scalars(select(Task.is_active).order_by(Task.uid)).all() == [True, False, True]
    assert bring(project, task(1, "Negotiate", "2026-03-27"), task(3, "Enrol", "2026-05-01", link(1, 4800)))["gone"] == 0


def test_a_date_the_plan_moved_moves_the_milestone_and_the_ledger_says_so(make):
    project = make.project()
    bring(project, SIGNED)

    bring(project, task(2, "Contract signed", "2026-04-10", baseline("2026-03-13"), milestone=True))

    assert milestones() == [("Contract signed", date(2026, 3, 13), date(2026, 4, 10), None)]
    move = db.session.scalars(select(DateMove)).one()
    assert (move.field, move.before, move.after, move.reason) == ("forecast", date(2026, 3, 20), date(2026, 4, 10), "imported")


def test_a_date_moved_here_stays_when_the_plan_did_not_move(make):
    project = make.project()
    bring(project, SIGNED)
    with acting(None, "ui"), transaction("test"):
        milestone = db.session.scalars(select(Milestone)).one()
        actions.reforecast(milestone, date(2026, 5, 4), Why(MoveReason.SUPPLY))

    report = bring(project, SIGNED, task(9, "Another task", "2026-03-20"))

    assert milestones()[0][2] == date(2026, 5, 4)
    assert report["milestone_changes"] == []


def test_a_milestone_the_plan_reports_as_reached_is_reached(make):
    project = make.project()
    bring(project, SIGNED)
    done = "<PercentComplete>100</PercentComplete><ActualFinish>2026-03-10T17:00:00</ActualFinish>"

    bring(project, task(2, "Contract signed", "2026-03-10", done, baseline("2026-03-13"), milestone=True))
    assert milestones() == [("Contract signed", date(2026, 3, 13), date(2026, 3, 10), date(2026, 3, 10))]

    bring(project, task(2, "Contract signed", "2026-03-31", baseline("2026-03-13"), milestone=True))
    assert milestones() == [("Contract signed", date(2026, 3, 13), date(2026, 3, 31), None)]


def test_a_day_still_to_come_is_not_taken_as_reached_and_listed(make):
    done = "<ActualFinish>2026-12-10T17:00:00</ActualFinish>"
    report = bring(make.project(), task(2, "Contract signed", "2026-12-10", done, milestone=True))

    assert milestones() == [("Contract signed", None, date(2026, 12, 10), None)]
    (refused,) = report["refused"]
    assert (refused["cell"], refused["column"], refused["value"]) == ("Contract signed", "actual", "2026-12-10")


def test_a_milestone_known_by_name_is_linked_to_its_line_of_the_plan(make):
    project = make.project()
    make.milestone(project, name="Contract Signed", baseline=date(2026, 3, 1), forecast=date(2026, 3, 1))

    bring(project, SIGNED)

    assert milestones() == [("Contract signed", date(2026, 3, 13), date(2026, 3, 20), None)]
    assert db.session.scalars(select(Milestone.task_uid)).all() == [2]


def test_a_closed_project_takes_no_plan(make):
    project = make.project(state="closed")
    with pytest.raises(Conflict, match="no longer open"):
        bring(project, SIGNED)
    assert db.session.scalar(select(func.count()).select_from(Task)) == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [("plan.mpp", "Save it as XML"), ("plan.xer", "Primavera"), ("plan.xml", "plan.xml: The file is not readable as XML")],
)
def test_another_kind_of_file_is_refused_with_what_to_do(make, name, said):
    with pytest.raises(Refused, match=said):
        bring_plan(b"\xd0\xcf\x11\xe0", name, make.project())


@pytest.fixture
def pmo(app):
    """The command, on the database of the test."""

    def run(*arguments):
        return CliRunner().invoke(main, arguments, obj=lambda: app.app_context())

    return run


def test_the_command_says_it_in_words_and_as_json(make, pmo, tmp_path: Path):
    make.project(code="EVG-03")
    file = tmp_path / "plan.xml"
    file.write_bytes(plan_of(CONTRACT + SIGNED))

    tried = pmo("import", "schedule", str(file), "--project", "evg-03", "--dry-run", "--json")
    kept = pmo("import", "schedule", str(file), "--project", "EVG-03")

    assert (tried.exit_code, json.loads(tried.stdout)["created"], json.loads(tried.stdout)["applied"]) == (0, 2, False)
    assert "2 were added" in kept.stdout
    assert "M01 Contract signed: new none -> 2026-03-20" in kept.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--project", "NONE"), "There is no project with the code NONE."),
        ((), "Say which project the plan belongs to."),
    ],
)
def test_the_command_refuses_in_one_sentence_with_code_two(make, pmo, tmp_path: Path, arguments, said):
    file = tmp_path / "plan.xml"
    file.write_bytes(plan_of(SIGNED))

    answer = pmo("import", "schedule", str(file), *arguments)

    assert answer.exit_code == 2
    assert said in answer.stderr
