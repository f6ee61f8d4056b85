"""Milestones and the ledger of their moved dates, as whoever owns a date keeps them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text

from pmo.db import acting, db, transaction
from pmo.kernel.errors import Conflict, Invalid
from pmo.portfolio import actions as portfolio
from pmo.schedule import actions
from pmo.schedule.actions import About
from pmo.schedule.logic.moves import Dates, MoveReason, Why
from pmo.schedule.models import DateMove, Milestone

LATE_CONTRACT = Why(MoveReason.SITE_CONTRACT, "Two hospitals sign late")


def ledger():
    return [
        (move.field, move.before, move.after, move.reason, move.words)
        for move in db.session.scalars(select(DateMove).order_by(DateMove.id))
    ]


def jobs():
    rows = db.session.execute(text("select task_name, args from procrastinate_jobs order by id"))
    return [(row.task_name, dict(row.args)) for row in rows]


def test_a_moved_forecast_is_written_into_the_ledger_with_its_reason_and_asks_for_new_colours(make):
    person = make.person()
    milestone = make.milestone(baseline=date(2026, 3, 31), forecast=date(2026, 3, 31))

    with acting(person.id, "ui"), transaction():
        move = actions.reforecast(milestone, date(2026, 4, 20), LATE_CONTRACT, seen_version=1)

    assert ledger() == [("forecast", date(2026, 3, 31), date(2026, 4, 20), "site_contract", "Two hospitals sign late")]
    assert (move.moved_by, move.moved_at) == (person.id, datetime(2026, 3, 12, 8, 40, tzinfo=UTC))
    assert jobs() == [(name, {"project_id": milestone.project_id}) for name in ("status.refresh", "alerts.evaluate")]


def test_a_confirmed_date_says_who_stands_by_it_and_asks_for_new_alerts(make):
    person, milestone = make.person(), make.milestone(forecast=date(2026, 3, 12))

    with acting(person.id, "ui"), transaction():
        actions.confirm(milestone, seen_version=1)

    assert (milestone.confirmed_on, milestone.confirmed_by, milestone.forecast) == (
        date(2026, 3, 12),
        person.id,
        date(2026, 3, 12),
    )
    assert jobs() == [(name, {"project_id": milestone.project_id}) for name in ("status.refresh", "alerts.evaluate")]
    assert ledger() == []


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"forecast": date(2026, 3, 11)}, Invalid),
        ({"forecast": None}, Invalid),
        ({"actual": date(2026, 3, 2)}, Conflict),
        ({"cancelled_on": date(2026, 3, 2)}, Conflict),
    ],
)
def test_what_cannot_be_stood_by_is_not_confirmed(make, facts, refusal):
    person, milestone = make.person(), make.milestone(**facts)

    with pytest.raises(refusal), acting(person.id, "ui"), transaction():
        actions.confirm(milestone, seen_version=1)

    assert milestone.confirmed_on is None


def test_a_date_somebody_else_changed_meanwhile_is_not_confirmed(make):
    milestone = make.milestone()

    with pytest.raises(Conflict), transaction():
        actions.confirm(milestone, seen_version=99)


def test_nobody_confirms_a_date_of_a_closed_project(make):
    milestone = make.milestone(make.project(state="closed"))

    with pytest.raises(Conflict), transaction():
        actions.confirm(milestone)


def test_who_moves_or_reaches_a_date_stands_by_it_and_who_takes_it_back_does_not(make):
    person, milestone = make.person(), make.milestone()
    seen = []

    with acting(person.id, "ui"), transaction():
        move = actions.reforecast(milestone, date(2026, 4, 20), LATE_CONTRACT)
        seen.append(milestone.confirmed_by)
        actions.undo_move(move)
        seen.append(milestone.confirmed_by)
        actions.reach(milestone, date(2026, 3, 2))
        seen.append(milestone.confirmed_by)
        actions.undo_reach(milestone)
        seen.append(milestone.confirmed_by)

    assert seen == [person.id, None, person.id, None]


def test_many_changes_of_one_project_ask_for_its_colours_once(make):
    project = make.project()
    milestones = [make.milestone(project), make.milestone(project)]

    with transaction():
        for milestone in milestones:
            actions.reforecast(milestone, date(2026, 4, 20), LATE_CONTRACT)

    assert [name for name, _ in jobs()] == ["status.refresh", "alerts.evaluate"]


def test_the_ledger_keeps_the_effective_time_of_an_older_position(make):
    january, february = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 2, 5, tzinfo=UTC)
    milestone = make.milestone(effective_at=january)

    with transaction(effective_at=february):
        move = actions.reforecast(milestone, date(2026, 4, 20), LATE_CONTRACT)

    assert move.moved_at == february


@pytest.mark.parametrize(
    ("why", "field"),
    [(Why(), "reason"), (Why(words="because"), "reason"), (Why(MoveReason.OTHER), "words")],
)
def test_a_promised_date_does_not_move_without_a_reason(make, why, field):
    milestone = make.milestone(forecast=date(2026, 3, 31))

    with pytest.raises(Invalid) as refusal, transaction():
        actions.reforecast(milestone, date(2026, 4, 20), why)

    assert list(refusal.value.errors) == [field]
    assert (milestone.forecast, ledger()) == (date(2026, 3, 31), [])


def test_a_date_nobody_was_promised_moves_freely_and_the_same_date_is_no_move(make):
    milestone = make.milestone(baseline=None, forecast=date(2026, 3, 31))

    with transaction():
        actions.reforecast(milestone, date(2026, 4, 20))
    with transaction():
        again = actions.reforecast(milestone, date(2026, 4, 20))

    assert again is None
    assert ledger() == [("forecast", date(2026, 3, 31), date(2026, 4, 20), "", "")]


def test_whoever_looked_at_an_older_version_is_refused(make):
    milestone = make.milestone()

    with pytest.raises(Conflict), transaction():
        actions.reforecast(milestone, date(2026, 4, 20), LATE_CONTRACT, seen_version=0)

    assert ledger() == []


def test_reached_is_a_day_that_was_and_can_be_taken_back(make):
    milestone = make.milestone(forecast=date(2026, 3, 31))

    with pytest.raises(Invalid), transaction():
        actions.reach(milestone, date(2026, 3, 13))
    with transaction():
        actions.reach(milestone, date(2026, 3, 12))
    with pytest.raises(Conflict), transaction():
        actions.reforecast(milestone, date(2026, 4, 20), LATE_CONTRACT)
    with transaction():
        actions.undo_reach(milestone)

    assert milestone.actual is None
    assert ledger() == [("actual", None, date(2026, 3, 12), "", ""), ("actual", date(2026, 3, 12), None, "", "")]


def test_cancelling_says_why_and_can_be_taken_back(make):
    milestone = make.milestone()

    with pytest.raises(Invalid), transaction():
        actions.cancel(milestone, "")
    with transaction():
        actions.cancel(milestone, "Site closed")
    assert (milestone.cancelled_on, milestone.cancelling_reason) == (date(2026, 3, 12), "Site closed")
    with transaction():
        actions.take_up_again(milestone)

    assert (milestone.cancelled_on, milestone.cancelling_reason) == (None, "")


def test_a_first_baseline_needs_no_reason_and_another_one_does(make):
    milestone = make.milestone(baseline=None, forecast=date(2026, 3, 31))

    with transaction():
        actions.set_baseline(milestone, date(2026, 3, 31))
    with pytest.raises(Invalid), transaction():
        actions.set_baseline(milestone, date(2026, 4, 20))

    assert ledger() == [("baseline", None, date(2026, 3, 31), "", "")]


def test_a_new_baseline_for_the_project_takes_the_forecasts_of_what_is_still_open(make):
    project = make.project()
    moved = make.milestone(project, baseline=date(2026, 3, 31), forecast=date(2026, 4, 20))
    reached = make.milestone(project, baseline=date(2026, 1, 31), forecast=date(2026, 2, 10), actual=date(2026, 2, 10))

    with transaction():
        count = actions.approve_forecasts(project, Why(MoveReason.SCOPE))

    assert (count, moved.baseline, reached.baseline) == (1, date(2026, 4, 20), date(2026, 1, 31))


def test_publishing_tells_a_committee_the_forecasts_of_what_is_still_to_come(make):
    project = make.project()
    told = make.milestone(project, forecast=date(2026, 4, 20), commitment=date(2026, 4, 1))
    reached = make.milestone(project, forecast=date(2026, 2, 10), actual=date(2026, 2, 10))
    unknown = make.milestone(project, forecast=None)
    same = make.milestone(project, forecast=date(2026, 5, 1), commitment=date(2026, 5, 1))

    with transaction():
        count = actions.commit_forecasts([told.id, reached.id, unknown.id, same.id], "MC 2026-03")

    assert count == 1
    assert [row.commitment for row in (told, reached, unknown, same)] == [date(2026, 4, 20), None, None, date(2026, 5, 1)]
    assert ledger() == [("commitment", date(2026, 4, 1), date(2026, 4, 20), "", "MC 2026-03")]


def test_a_move_can_be_undone_until_the_date_moves_again(make):
    milestone = make.milestone(forecast=date(2026, 3, 31))
    with transaction():
        first = actions.reforecast(milestone, date(2026, 4, 20), LATE_CONTRACT)
    with transaction():
        second = actions.reforecast(milestone, date(2026, 4, 25), LATE_CONTRACT)

    with pytest.raises(Conflict), transaction():
        actions.undo_move(first)
    with transaction():
        actions.undo_move(second)

    assert milestone.forecast == date(2026, 4, 20)
    assert ledger()[-1] == ("forecast", date(2026, 4, 25), date(2026, 4, 20), "undone", "")


def test_milestones_are_numbered_within_their_project(make):
    project = make.project()
    make.milestone(project, code="M07")

    with transaction():
        numbered = actions.add(project, About("Depot ready", weight=Decimal(3), is_gate=True), Dates(forecast=date(2026, 4, 8)))
    with pytest.raises(Invalid), transaction():
        actions.add(project, About("Twice"), code="M07")

    assert (numbered.code, numbered.position, numbered.is_gate) == ("M08", 2, True)


def test_the_dates_of_a_closed_project_stand_still(make):
    milestone = make.milestone()
    with transaction():
        portfolio.close(milestone.project, "Finished")

    with pytest.raises(Conflict), transaction():
        actions.reforecast(milestone, date(2026, 4, 20), LATE_CONTRACT)
    with pytest.raises(Conflict), transaction():
        actions.add(milestone.project, About("One more"))

    assert ledger() == []


def test_of_two_people_saving_at_the_same_moment_one_is_told_that_the_other_was_faster(app, make):
    milestone_id = make.milestone(forecast=date(2026, 3, 31)).id
    start, answers = Barrier(2), []

    def move(day):
        with app.app_context():
            try:
                with transaction():
                    milestone = db.session.get_one(Milestone, milestone_id)
                    start.wait(timeout=10)
                    actions.reforecast(milestone, date(2026, 4, day), LATE_CONTRACT, seen_version=1)
                answers.append("saved")
            except Conflict:
                answers.append("told")

    threads = [Thread(target=move, args=(day,)) for day in (10, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(answers) == ["saved", "told"]
    assert len(ledger()) == 1
